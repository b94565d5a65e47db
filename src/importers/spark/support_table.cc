#include "importers/spark/support_table.h"

#include "importers/spark/lowerings.h"

namespace scoreway::spark {
namespace {

// What transforms a table in pyspark.ml 4.1, the models of XGBoost's Python package for Spark and those of LightGBM in
// SynapseML; and why, where it is
// not supported.
struct PublicClass {
  std::string_view name;
  std::string_view reason = "";
};

constexpr PublicClass kPublicClasses[] = {
    {"PipelineModel"},
    {"classification.DecisionTreeClassificationModel"},
    {"classification.FMClassificationModel"},
    {"classification.GBTClassificationModel"},
    {"classification.LinearSVCModel"},
    {"classification.LogisticRegressionModel"},
    {"classification.MultilayerPerceptronClassificationModel"},
    {"classification.NaiveBayesModel"},
    {"classification.OneVsRestModel"},
    {"classification.RandomForestClassificationModel"},
    {"clustering.BisectingKMeansModel"},
    {"clustering.DistributedLDAModel",
     "its answers come of counts of all documents it was trained on; `toLocal` gives a model that is read"},
    {"clustering.GaussianMixtureModel"},
    {"clustering.KMeansModel"},
    {"clustering.LocalLDAModel"},
    {"feature.Binarizer"},
    {"feature.BucketedRandomProjectionLSHModel"},
    {"feature.Bucketizer"},
    {"feature.ChiSqSelectorModel"},
    {"feature.CountVectorizerModel"},
    {"feature.DCT"},
    {"feature.ElementwiseProduct"},
    {"feature.FeatureHasher"},
    {"feature.HashingTF"},
    {"feature.IDFModel"},
    {"feature.ImputerModel"},
    {"feature.IndexToString"},
    {"feature.Interaction"},
    {"feature.MaxAbsScalerModel"},
    {"feature.MinHashLSHModel"},
    {"feature.MinMaxScalerModel"},
    {"feature.NGram"},
    {"feature.Normalizer"},
    {"feature.OneHotEncoderModel"},
    {"feature.PCAModel"},
    {"feature.PolynomialExpansion"},
    {"feature.RFormulaModel"},
    {"feature.RegexTokenizer"},
    {"feature.RobustScalerModel"},
    {"feature.SQLTransformer"},
    {"feature.StandardScalerModel"},
    {"feature.StopWordsRemover"},
    {"feature.StringIndexerModel"},
    {"feature.TargetEncoderModel"},
    {"feature.Tokenizer"},
    {"feature.UnivariateFeatureSelectorModel"},
    {"feature.VarianceThresholdSelectorModel"},
    {"feature.VectorAssembler"},
    {"feature.VectorIndexerModel"},
    {"feature.VectorSizeHint"},
    {"feature.VectorSlicer"},
    {"feature.Word2VecModel"},
    {"fpm.FPGrowthModel"},
    {"recommendation.ALSModel"},
    {"regression.AFTSurvivalRegressionModel"},
    {"regression.DecisionTreeRegressionModel"},
    {"regression.FMRegressionModel"},
    {"regression.GBTRegressionModel"},
    {"regression.GeneralizedLinearRegressionModel"},
    {"regression.IsotonicRegressionModel"},
    {"regression.LinearRegressionModel"},
    {"regression.RandomForestRegressionModel"},
    {"tuning.CrossValidatorModel"},
    {"tuning.TrainValidationSplitModel"},
    {"com.microsoft.azure.synapse.ml.lightgbm.LightGBMClassificationModel"},
    {"com.microsoft.azure.synapse.ml.lightgbm.LightGBMRankerModel"},
    {"com.microsoft.azure.synapse.ml.lightgbm.LightGBMRegressionModel"},
    {"xgboost.spark.estimator.SparkXGBClassifierModel"},
    {"xgboost.spark.estimator.SparkXGBRankerModel"},
    {"xgboost.spark.estimator.SparkXGBRegressorModel"},
};

}  // namespace

std::string SupportTable() {
  std::string table = "| class | |\n|---|---|\n";
  for (const PublicClass& known : kPublicClasses) {
    table.append("| `").append(known.name).append("` | ");
    if (known.reason.empty()) {
      table += "yes";
    } else {
      table.append("no: ").append(known.reason);
    }
    table += " |\n";
  }
  return table;
}

std::vector<std::string_view> UnexplainedClasses() {
  std::vector<std::string_view> names;
  for (const PublicClass& known : kPublicClasses) {
    if (IsKnown(known.name) != known.reason.empty()) names.push_back(known.name);
  }
  return names;
}

}  // namespace scoreway::spark
