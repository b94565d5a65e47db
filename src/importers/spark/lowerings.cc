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
    {"classification.OneVsRestModel", LowerOneVsRest},
    {"feature.ColumnPruner", LowerNothing},
    {"feature.VectorAttributeRewriter", LowerNothing},
    {"feature.SQLTransformer", LowerSqlTransformer},
    // categories
    {"feature.StringIndexerModel", LowerStringIndexer},
    {"feature.IndexToString", LowerIndexToString},
    {"feature.OneHotEncoderModel", LowerOneHotEncoder},
    {"feature.OneHotEncoderEstimatorModel", LowerOneHotEncoder},  // its name in Spark 2.3 and 2.4
    {"feature.VectorIndexerModel", LowerVectorIndexer},
    {"feature.Bucketizer", LowerBucketizer},
    {"feature.TargetEncoderModel", LowerTargetEncoder},
    {"feature.Binarizer", LowerBinarizer},
    // texts
    {"feature.Tokenizer", LowerTokenizer},
    {"feature.RegexTokenizer", LowerRegexTokenizer},
    {"feature.StopWordsRemover", LowerStopWordsRemover},
    {"feature.NGram", LowerNGram},
    {"feature.CountVectorizerModel", LowerCountVectorizer},
    {"feature.IDFModel", LowerIdf},
    {"feature.HashingTF", LowerHashingTf},
    {"feature.Word2VecModel", LowerWord2Vec},
    // hashing
    {"feature.FeatureHasher", LowerFeatureHasher},
    {"feature.MinHashLSHModel", LowerMinHash},
    {"feature.BucketedRandomProjectionLSHModel", LowerBucketedRandomProjection},
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
    {"feature.DCT", LowerDct},
    {"feature.VectorSizeHint", LowerVectorSizeHint},
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
    // boosters
    {"xgboost.spark.estimator.SparkXGBClassifierModel", LowerXgboostClassifier},
    {"xgboost.spark.estimator.SparkXGBRegressorModel", LowerXgboostRegressor},
    {"xgboost.spark.estimator.SparkXGBRankerModel", LowerXgboostRegressor},
    // LightGBM of SynapseML, and under its older names
    {"com.microsoft.azure.synapse.ml.lightgbm.LightGBMClassificationModel", LowerLightgbmClassifier},
    {"com.microsoft.azure.synapse.ml.lightgbm.LightGBMRegressionModel", LowerLightgbmRegressor},
    {"com.microsoft.azure.synapse.ml.lightgbm.LightGBMRankerModel", LowerLightgbmRegressor},
    {"com.microsoft.ml.spark.lightgbm.LightGBMClassificationModel", LowerLightgbmClassifier},
    {"com.microsoft.ml.spark.lightgbm.LightGBMRegressionModel", LowerLightgbmRegressor},
    {"com.microsoft.ml.spark.lightgbm.LightGBMRankerModel", LowerLightgbmRegressor},
    {"com.microsoft.ml.spark.LightGBMClassificationModel", LowerLightgbmClassifier},
    {"com.microsoft.ml.spark.LightGBMRegressionModel", LowerLightgbmRegressor},
    {"com.microsoft.ml.spark.LightGBMRankerModel", LowerLightgbmRegressor},
    // factorization machines
    {"classification.FMClassificationModel", LowerFmClassification},
    {"regression.FMRegressionModel", LowerFmRegression},
    // clusters and topics
    {"clustering.KMeansModel", LowerKMeans},
    {"clustering.BisectingKMeansModel", LowerBisectingKMeans},
    {"clustering.GaussianMixtureModel", LowerGaussianMixture},
    {"clustering.LocalLDAModel", LowerLocalLda},
    // frequent patterns
    {"fpm.FPGrowthModel", LowerFpGrowth},
    // recommendation
    {"recommendation.ALSModel", LowerAls},
    // others
    {"classification.NaiveBayesModel", LowerNaiveBayes},
    {"classification.MultilayerPerceptronClassificationModel", LowerMultilayerPerceptron},
};

const StageClass* Find(std::string_view class_name) {
  for (const StageClass& known : kClasses) {
    if (known.name == class_name) return &known;
  }
  return nullptr;
}

}  // namespace

bool IsKnown(std::string_view class_name) { return Find(class_name) != nullptr; }

Status LowerStage(Context& context, const Stage& stage) {
  const StageClass* known = Find(stage.class_name());
  if (known == nullptr) return context.Unsupported(stage, "this class is not known");
  return known->lower(context, stage);
}

}  // namespace scoreway::spark
