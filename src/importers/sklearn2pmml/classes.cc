// Which function lowers which class, by public name (Object::public_name). This table is what "supported" means.

#include "importers/sklearn2pmml/classes.h"

#include "importers/sklearn2pmml/lowerings.h"

namespace scoreway::sklearn2pmml {
namespace {

using sklearn::PredictPipeline;
using sklearn::TransformPipeline;

constexpr sklearn::ClassLowering kClasses[] = {
    // composition
    {"sklearn2pmml.pipeline.PMMLPipeline", TransformPipeline, PredictPipeline, LowerPmmlPipeline},
    {"sklearn2pmml.PMMLPipeline", TransformPipeline, PredictPipeline, LowerPmmlPipeline},
    {"sklearn_pandas.dataframe_mapper.DataFrameMapper", TransformDataFrameMapper},
    {"sklearn_pandas.pipeline.TransformerPipeline", TransformPipeline, PredictPipeline},
    {"imblearn.pipeline.Pipeline", TransformPipeline, PredictPipeline},
    {"sklego.pipeline.DebugPipeline", TransformPipeline, PredictPipeline},
    // domains
    {"sklearn2pmml.decoration.ContinuousDomain", TransformContinuousDomain},
    {"sklearn2pmml.decoration.CategoricalDomain", TransformDiscreteDomain},
    {"sklearn2pmml.decoration.OrdinalDomain", TransformDiscreteDomain},
    {"sklearn2pmml.decoration.DateDomain", TransformTemporalDomain},
    {"sklearn2pmml.decoration.DateTimeDomain", TransformTemporalDomain},
    {"sklearn2pmml.decoration.MultiDomain", TransformMultiDomain},
    {"sklearn2pmml.decoration.ContinuousDomainEraser", TransformIdentity},
    {"sklearn2pmml.decoration.DiscreteDomainEraser", TransformIdentity},
    // names and columns
    {"sklearn2pmml.decoration.Alias", TransformAlias},
    {"sklearn2pmml.decoration.MultiAlias", TransformAlias},
    {"sklearn2pmml.SelectorProxy", TransformSelectorProxy},
    {"sklearn2pmml.feature_selection.SelectUnique", TransformSupportMask},
    {"sklearn2pmml.preprocessing.IdentityTransformer", TransformIdentity},
    {"sklearn2pmml.preprocessing.DataFrameConstructor", TransformFrameConstructor},
    {"sklearn2pmml.preprocessing.SeriesConstructor", TransformFrameConstructor},
    {"sklearn2pmml.util.Slicer", TransformSlicer},
    // types and texts
    {"sklearn2pmml.preprocessing.CastTransformer", TransformCast},
    {"sklearn2pmml.preprocessing.MultiCastTransformer", TransformMultiCast},
    {"sklearn2pmml.preprocessing.ConcatTransformer", TransformConcat},
    {"sklearn2pmml.preprocessing.StringNormalizer", TransformStringNormalizer},
    {"sklearn2pmml.preprocessing.SubstringTransformer", TransformSubstring},
    {"sklearn2pmml.preprocessing.StringLengthTransformer", TransformStringLength},
    {"sklearn2pmml.preprocessing.MatchesTransformer", TransformMatches},
    {"sklearn2pmml.preprocessing.ReplaceTransformer", TransformReplace},
    {"sklearn2pmml.preprocessing.WordCountTransformer", TransformWordCount},
    // dates
    {"sklearn2pmml.preprocessing.DaysSinceYearTransformer", TransformDaysSinceYear},
    {"sklearn2pmml.preprocessing.SecondsSinceYearTransformer", TransformSecondsSinceYear},
    {"sklearn2pmml.preprocessing.SecondsSinceMidnightTransformer", TransformSecondsSinceMidnight},
    {"sklearn2pmml.preprocessing.DateTimeFormatter", TransformDateFormatter},
    // categories
    {"sklearn2pmml.preprocessing.LookupTransformer", TransformLookup},
    {"sklearn2pmml.preprocessing.FilterLookupTransformer", TransformFilterLookup},
    {"sklearn2pmml.preprocessing.MultiLookupTransformer", TransformMultiLookup},
    {"sklearn2pmml.preprocessing.PMMLLabelBinarizer", TransformPmmlLabelBinarizer},
    {"sklearn2pmml.preprocessing.PMMLLabelEncoder", TransformPmmlLabelEncoder},
    // derived numbers
    {"sklearn2pmml.preprocessing.PowerFunctionTransformer", TransformPowerFunction},
    {"sklearn2pmml.preprocessing.AggregateTransformer", TransformAggregate},
    {"sklearn2pmml.preprocessing.Aggregator", TransformAggregate},
    {"sklearn2pmml.preprocessing.CutTransformer", TransformCut},
    {"sklearn2pmml.preprocessing.ExpressionTransformer", TransformExpression},
    {"sklearn2pmml.neural_network.MLPTransformer", TransformMlp},
    {"sklearn2pmml.util.Reshaper", TransformReshaper},
    {"sklearn2pmml.postprocessing.FeatureExporter", TransformIdentity},
    {"sklearn2pmml.postprocessing.BusinessDecisionTransformer", TransformDecision},
    {"sklearn_pandas.transformers.CategoricalImputer", TransformCategoricalImputer},
    {"sklearn_pandas.categorical_imputer.CategoricalImputer", TransformCategoricalImputer},
    {"sklearn.feature_extraction.DictVectorizer", TransformDictVectorizer},
    {"category_encoders.ordinal.OrdinalEncoder", TransformCategoryOrdinal},
    {"category_encoders.one_hot.OneHotEncoder", TransformCategoryDigits},
    {"category_encoders.basen.BaseNEncoder", TransformCategoryDigits},
    {"category_encoders.binary.BinaryEncoder", TransformCategoryDigits},
    {"boruta.boruta_py.BorutaPy", sklearn::TransformSelector},
    {"sklego.preprocessing.IdentityTransformer", TransformIdentity},
    {"sklego.meta.EstimatorTransformer", TransformEstimator},
    {"tpot.builtins.StackingEstimator", TransformStackingEstimator},
    // samplers choose the rows to fit on, and do nothing afterwards
    {"imblearn.over_sampling.ADASYN", TransformIdentity},
    {"imblearn.over_sampling.BorderlineSMOTE", TransformIdentity},
    {"imblearn.over_sampling.KMeansSMOTE", TransformIdentity},
    {"imblearn.over_sampling.RandomOverSampler", TransformIdentity},
    {"imblearn.over_sampling.SMOTE", TransformIdentity},
    {"imblearn.over_sampling.SMOTEN", TransformIdentity},
    {"imblearn.over_sampling.SMOTENC", TransformIdentity},
    {"imblearn.over_sampling.SVMSMOTE", TransformIdentity},
    {"imblearn.under_sampling.AllKNN", TransformIdentity},
    {"imblearn.under_sampling.ClusterCentroids", TransformIdentity},
    {"imblearn.under_sampling.CondensedNearestNeighbour", TransformIdentity},
    {"imblearn.under_sampling.EditedNearestNeighbours", TransformIdentity},
    {"imblearn.under_sampling.InstanceHardnessThreshold", TransformIdentity},
    {"imblearn.under_sampling.NearMiss", TransformIdentity},
    {"imblearn.under_sampling.NeighbourhoodCleaningRule", TransformIdentity},
    {"imblearn.under_sampling.OneSidedSelection", TransformIdentity},
    {"imblearn.under_sampling.RandomUnderSampler", TransformIdentity},
    {"imblearn.under_sampling.RepeatedEditedNearestNeighbours", TransformIdentity},
    {"imblearn.under_sampling.TomekLinks", TransformIdentity},
    {"imblearn.combine.SMOTEENN", TransformIdentity},
    {"imblearn.combine.SMOTETomek", TransformIdentity},
    // models
    {"sklearn2pmml.expression.ExpressionClassifier", nullptr, PredictExpressionClassifier},
    {"sklearn2pmml.expression.ExpressionRegressor", nullptr, PredictExpressionRegressor},
    {"sklearn2pmml.statsmodels.StatsModelsClassifier", nullptr, PredictStatsModelsClassifier},
    {"sklearn2pmml.statsmodels.StatsModelsRegressor", nullptr, PredictStatsModelsRegressor},
    {"sklearn2pmml.ensemble.GBDTLMRegressor", nullptr, PredictGbdtLinear},
    {"sklearn2pmml.ensemble.GBDTLRClassifier", nullptr, PredictGbdtLinear},
    {"sklearn2pmml.ensemble.EstimatorChain", nullptr, PredictEstimatorChain},
    {"sklearn2pmml.ensemble.Link", nullptr, PredictLink},
    {"sklearn2pmml.ensemble.SelectFirstClassifier", nullptr, PredictSelectFirst},
    {"sklearn2pmml.ensemble.SelectFirstRegressor", nullptr, PredictSelectFirst},
    {"sklego.meta.OrdinalClassifier", nullptr, PredictOrdinal},
    {"imblearn.ensemble.BalancedBaggingClassifier", nullptr, sklearn::PredictBaggingClassifier},
    {"imblearn.ensemble.BalancedRandomForestClassifier", nullptr, sklearn::PredictForestClassifier},
    {"flaml.automl.SGDEstimator", nullptr, PredictFlaml},
    {"flaml.automl.RandomForestEstimator", nullptr, PredictFlaml},
    {"flaml.automl.ExtraTreesEstimator", nullptr, PredictFlaml},
    {"flaml.automl.LassoLarsEstimator", nullptr, PredictFlaml},
    {"flaml.automl.ElasticNetEstimator", nullptr, PredictFlaml},
    {"flaml.automl.HistGradientBoostingEstimator", nullptr, PredictFlaml},
    {"flaml.automl.LRL1Classifier", nullptr, PredictFlaml},
    {"flaml.automl.LRL2Classifier", nullptr, PredictFlaml},
    {"flaml.automl.LGBMEstimator", nullptr, PredictFlaml},
    {"flaml.automl.XGBoostSklearnEstimator", nullptr, PredictFlaml},
    {"flaml.automl.XGBoostLimitDepthEstimator", nullptr, PredictFlaml},
};

}  // namespace

sklearn::ClassTable Sklearn2pmmlClasses() { return kClasses; }

}  // namespace scoreway::sklearn2pmml
