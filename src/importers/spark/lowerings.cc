// Which function lowers which class (Stage::class_name). This table is what "supported" means.

#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

struct StageClass {
  std::string_view name;
  Lowering lower;
};

constexpr StageClass kClasses[] = {
    // stages of stages
    {"PipelineModel", LowerPipeline},
    {"tuning.CrossValidatorModel", LowerBestModel},
    {"tuning.TrainValidationSplitModel", LowerBestModel},
    {"feature.RFormulaModel", LowerRFormula},
    {"feature.ColumnPruner", LowerNothing},
    {"feature.VectorAttributeRewriter", LowerNothing},
    {"feature.VectorSizeHint", LowerNothing},
    {"feature.SQLTransformer", LowerSqlTransformer},
    // categories
    {"feature.StringIndexerModel", LowerStringIndexer},
    {"feature.IndexToString", LowerIndexToString},
    {"feature.OneHotEncoderModel", LowerOneHotEncoder},
    {"feature.OneHotEncoderEstimatorModel", LowerOneHotEncoder},  // its name in Spark 2.3 and 2.4
    {"feature.VectorIndexerModel", LowerVectorIndexer},
    {"feature.Bucketizer", LowerBucketizer},
    {"feature.Binarizer", LowerBinarizer},
    // texts
    {"feature.Tokenizer", LowerTokenizer},
    {"feature.RegexTokenizer", LowerRegexTokenizer},
    {"feature.StopWordsRemover", LowerStopWordsRemover},
    {"feature.NGram", LowerNGram},
    {"feature.CountVectorizerModel", LowerCountVectorizer},
    {"feature.IDFModel", LowerIdf},
    // vectors
    {"feature.VectorAssembler", LowerVectorAssembler},
    {"feature.VectorSlicer", LowerVectorSlicer},
    {"feature.ChiSqSelectorModel", LowerFeatureSelector},
    {"feature.UnivariateFeatureSelectorModel", LowerFeatureSelector},
    {"feature.VarianceThresholdSelectorModel", LowerFeatureSelector},
    {"feature.Interaction", LowerInteraction},
    {"feature.PolynomialExpansion", LowerPolynomialExpansion},
    {"feature.ElementwiseProduct", LowerElementwiseProduct},
    {"feature.Normalizer", LowerNormalizer},
    {"feature.PCAModel", LowerPca},
    // scaling
    {"feature.StandardScalerModel", LowerStandardScaler},
    {"feature.MinMaxScalerModel", LowerMinMaxScaler},
    {"feature.MaxAbsScalerModel", LowerMaxAbsScaler},
    {"feature.RobustScalerModel", LowerRobustScaler},
    {"feature.ImputerModel", LowerImputer},
    // linear
    {"regression.LinearRegressionModel", LowerLinearRegression},
    {"regression.GeneralizedLinearRegressionModel", LowerGeneralizedLinearRegression},
    {"regression.IsotonicRegressionModel", LowerIsotonicRegression},
    {"regression.AFTSurvivalRegressionModel", LowerAftSurvivalRegression},
    {"classification.LogisticRegressionModel", LowerLogisticRegression},
    {"classification.LinearSVCModel", LowerLinearSvc},
    // trees
    {"classification.DecisionTreeClassificationModel", LowerDecisionTreeClassifier},
    {"classification.RandomForestClassificationModel", LowerRandomForestClassifier},
    {"classification.GBTClassificationModel", LowerGbtClassifier},
    {"regression.DecisionTreeRegressionModel", LowerDecisionTreeRegressor},
    {"regression.RandomForestRegressionModel", LowerRandomForestRegressor},
    {"regression.GBTRegressionModel", LowerGbtRegressor},
    // recommendation
    {"recommendation.ALSModel", LowerAls},
    // others
    {"classification.NaiveBayesModel", LowerNaiveBayes},
    {"classification.MultilayerPerceptronClassificationModel", LowerMultilayerPerceptron},
    {"clustering.KMeansModel", LowerKMeans},
};

const StageClass* Find(const Stage& stage) {
  for (const StageClass& known : kClasses) {
    if (known.name == stage.class_name()) return &known;
  }
  return nullptr;
}

}  // namespace

bool IsKnown(const Stage& stage) { return Find(stage) != nullptr; }

Status LowerStage(Context& context, const Stage& stage) {
  const StageClass* known = Find(stage);
  if (known == nullptr) return context.Unsupported(stage, "this class is not known");
  return known->lower(context, stage);
}

}  // namespace scoreway::spark
