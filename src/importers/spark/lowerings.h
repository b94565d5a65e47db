// The lowering functions, by theme; lowerings.cc says which class each is for.
#pragma once

#include <optional>

#include "importers/spark/context.h"

namespace scoreway::spark {

using Lowering = Status (*)(Context&, const Stage&);

// Whether the class is in the table.
bool IsKnown(std::string_view class_name);
// Lowers a stage by its class; one that is in no table is noted as unsupported.
Status LowerStage(Context& context, const Stage& stage);

// pipelines.cc
Status LowerPipeline(Context& context, const Stage& stage);
Status LowerBestModel(Context& context, const Stage& stage);
Status LowerRFormula(Context& context, const Stage& stage);
Status LowerNothing(Context& context, const Stage& stage);

// one_vs_rest.cc
Status LowerOneVsRest(Context& context, const Stage& stage);

// texts.cc
Status LowerTokenizer(Context& context, const Stage& stage);
Status LowerRegexTokenizer(Context& context, const Stage& stage);
Status LowerStopWordsRemover(Context& context, const Stage& stage);
Status LowerNGram(Context& context, const Stage& stage);
Status LowerCountVectorizer(Context& context, const Stage& stage);
Status LowerWord2Vec(Context& context, const Stage& stage);
Status LowerIdf(Context& context, const Stage& stage);

// hashing.cc
Status LowerHashingTf(Context& context, const Stage& stage);
Status LowerFeatureHasher(Context& context, const Stage& stage);
Status LowerMinHash(Context& context, const Stage& stage);
Status LowerBucketedRandomProjection(Context& context, const Stage& stage);

// sql_transformer.cc
Status LowerSqlTransformer(Context& context, const Stage& stage);

// categories.cc
Status LowerStringIndexer(Context& context, const Stage& stage);
Status LowerIndexToString(Context& context, const Stage& stage);
Status LowerOneHotEncoder(Context& context, const Stage& stage);
Status LowerVectorIndexer(Context& context, const Stage& stage);
Status LowerBucketizer(Context& context, const Stage& stage);
Status LowerTargetEncoder(Context& context, const Stage& stage);
Status LowerBinarizer(Context& context, const Stage& stage);

// vectors.cc
Status LowerVectorAssembler(Context& context, const Stage& stage);
Status LowerVectorSlicer(Context& context, const Stage& stage);
Status LowerFeatureSelector(Context& context, const Stage& stage);
Status LowerInteraction(Context& context, const Stage& stage);
Status LowerPolynomialExpansion(Context& context, const Stage& stage);
Status LowerElementwiseProduct(Context& context, const Stage& stage);
Status LowerDct(Context& context, const Stage& stage);
Status LowerVectorSizeHint(Context& context, const Stage& stage);
Status LowerNormalizer(Context& context, const Stage& stage);
Status LowerPca(Context& context, const Stage& stage);

// scaling.cc
Status LowerStandardScaler(Context& context, const Stage& stage);
Status LowerMinMaxScaler(Context& context, const Stage& stage);
Status LowerMaxAbsScaler(Context& context, const Stage& stage);
Status LowerRobustScaler(Context& context, const Stage& stage);
Status LowerImputer(Context& context, const Stage& stage);

// linear.cc
Status LowerLinearRegression(Context& context, const Stage& stage);
Status LowerGeneralizedLinearRegression(Context& context, const Stage& stage);
Status LowerLogisticRegression(Context& context, const Stage& stage);
Status LowerLinearSvc(Context& context, const Stage& stage);
Status LowerIsotonicRegression(Context& context, const Stage& stage);
Status LowerAftSurvivalRegression(Context& context, const Stage& stage);

// trees.cc
Status LowerDecisionTreeClassifier(Context& context, const Stage& stage);
Status LowerDecisionTreeRegressor(Context& context, const Stage& stage);
Status LowerRandomForestClassifier(Context& context, const Stage& stage);
Status LowerRandomForestRegressor(Context& context, const Stage& stage);
Status LowerGbtClassifier(Context& context, const Stage& stage);
Status LowerGbtRegressor(Context& context, const Stage& stage);

// factorization.cc
Status LowerFmClassification(Context& context, const Stage& stage);
Status LowerFmRegression(Context& context, const Stage& stage);

// clusters.cc
Status LowerGaussianMixture(Context& context, const Stage& stage);
Status LowerBisectingKMeans(Context& context, const Stage& stage);

// topics.cc
Status LowerLocalLda(Context& context, const Stage& stage);

// frequent_patterns.cc
Status LowerFpGrowth(Context& context, const Stage& stage);

// boosters.cc
Status LowerXgboostRegressor(Context& context, const Stage& stage);
Status LowerXgboostClassifier(Context& context, const Stage& stage);

// lightgbm_stages.cc
Status LowerLightgbmRegressor(Context& context, const Stage& stage);
Status LowerLightgbmClassifier(Context& context, const Stage& stage);

// recommendation.cc
Status LowerAls(Context& context, const Stage& stage);

// others.cc
Status LowerNaiveBayes(Context& context, const Stage& stage);
Status LowerMultilayerPerceptron(Context& context, const Stage& stage);
Status LowerKMeans(Context& context, const Stage& stage);

// classifier.cc
// The vector of `featuresCol`; `width` as the stage learned it, 0 if it did not.
Result<FrameColumn> Features(Context& context, const Stage& stage, size_t width);
// (-margin, margin): the raw values of two classes.
Result<ValueId> BothSides(Context& context, const Stage& stage, ValueId margin);
// 1 - x.
Result<ValueId> Rest(Context& context, const Stage& stage, ValueId x);
// The probabilities of two classes: the first 1 / (1 + exp(steepness * margin)), the second what is left.
Result<ValueId> ProbabilitiesOfMargin(Context& context, const Stage& stage, ValueId margin, double steepness);
// rawPrediction, probability and prediction of a classifier, as its column parameters name them, from the raw values
// and probabilities of its classes; a class is chosen by `thresholds` where they are set, else by the greatest raw
// value.
Status SetClassifierColumns(Context& context, const Stage& stage, ValueId raw, ValueId probability);
// For classifiers of two classes that compare with a threshold of their own: the prediction is given.
Status SetClassifierColumns(Context& context, const Stage& stage, ValueId raw, std::optional<ValueId> probability,
                            ValueId prediction);
// The answer under the name of what it predicts: the column that the label's codes were made from, decoded, with
// `probability(<label>)` of each class.
Status NoteLabel(Context& context, const Stage& stage, ValueId codes, std::optional<ValueId> probability);
// The column `predictionCol` of a regressor.
Status SetPrediction(Context& context, const Stage& stage, ValueId prediction, Type type = Type::kFloat64);

}  // namespace scoreway::spark
