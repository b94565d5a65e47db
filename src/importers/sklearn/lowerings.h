// The lowering functions, by theme; classes.cc says which class each is for.
#pragma once

#include "importers/sklearn/lowering.h"

namespace scoreway::sklearn {

// columns.cc
Result<Table> TransformPipeline(Context&, const Object&, const Table& in);
Result<Prediction> PredictPipeline(Context&, const Object&, const Table& in);
Result<Table> TransformColumnTransformer(Context&, const Object&, const Table& in);
Result<Table> TransformFeatureUnion(Context&, const Object&, const Table& in);
Result<Table> TransformFunction(Context&, const Object&, const Table& in);
Status CheckFunction(Context&, const Object&);
// The operator for a function of numpy or scipy on one number, by the name it was saved under.
std::optional<op::UnaryFunction> FindFunction(const Object& function);

// selection.cc
Result<Table> TransformSelector(Context&, const Object&, const Table& in);
Result<Prediction> PredictRfe(Context&, const Object&, const Table& in);

// impute.cc
Result<Table> TransformSimpleImputer(Context&, const Object&, const Table& in);
Result<Table> TransformMissingIndicator(Context&, const Object&, const Table& in);

// scale.cc
Result<Table> TransformStandardScaler(Context&, const Object&, const Table& in);
Result<Table> TransformMinMaxScaler(Context&, const Object&, const Table& in);
Result<Table> TransformMaxAbsScaler(Context&, const Object&, const Table& in);
Result<Table> TransformRobustScaler(Context&, const Object&, const Table& in);
Result<Table> TransformNormalizer(Context&, const Object&, const Table& in);
Result<Table> TransformPowerTransformer(Context&, const Object&, const Table& in);
Result<Table> TransformQuantileTransformer(Context&, const Object&, const Table& in);

// encode.cc
Result<Table> TransformOneHotEncoder(Context&, const Object&, const Table& in);
Result<Table> TransformOrdinalEncoder(Context&, const Object&, const Table& in);
Result<Table> TransformLabelBinarizer(Context&, const Object&, const Table& in);
Result<Table> TransformLabelEncoder(Context&, const Object&, const Table& in);
Result<Table> TransformTargetEncoder(Context&, const Object&, const Table& in);

// discretize.cc
Result<Table> TransformKBinsDiscretizer(Context&, const Object&, const Table& in);
Result<Table> TransformBinarizer(Context&, const Object&, const Table& in);
Result<Table> TransformPolynomialFeatures(Context&, const Object&, const Table& in);
Result<Table> TransformSplineTransformer(Context&, const Object&, const Table& in);

// linear.cc
Result<Prediction> PredictLinearRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictLogLinkRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictTweedieRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictRansac(Context&, const Object&, const Table& in);
Result<Prediction> PredictLogisticRegression(Context&, const Object&, const Table& in);
Result<Prediction> PredictLinearClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictSgdClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictSgdOneClass(Context&, const Object&, const Table& in);
Result<Prediction> PredictRidgeClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictDiscriminant(Context&, const Object&, const Table& in);
Result<Table> TransformDiscriminant(Context&, const Object&, const Table& in);

// trees.cc
Result<Prediction> PredictTreeClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictTreeRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictForestClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictForestRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictIsolationForest(Context&, const Object&, const Table& in);

// boosting.cc
Result<Prediction> PredictGradientBoostingClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictGradientBoostingRegressor(Context&, const Object&, const Table& in);

// hist_boosting.cc
Result<Prediction> PredictHistBoostingClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictHistBoostingRegressor(Context&, const Object&, const Table& in);

// ensembles.cc
Result<Prediction> PredictAdaBoostClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictAdaBoostRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictBaggingClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictBaggingRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictVotingClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictVotingRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictStackingClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictStackingRegressor(Context&, const Object&, const Table& in);

// meta.cc
Result<Prediction> PredictSearch(Context&, const Object&, const Table& in);
Result<Table> TransformSearch(Context&, const Object&, const Table& in);
Result<Prediction> PredictFrozen(Context&, const Object&, const Table& in);
Result<Table> TransformFrozen(Context&, const Object&, const Table& in);
Result<Prediction> PredictTransformedTarget(Context&, const Object&, const Table& in);
Result<Prediction> PredictOneVsRest(Context&, const Object&, const Table& in);
Result<Prediction> PredictMultiOutputRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictMultiOutputClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictRegressorChain(Context&, const Object&, const Table& in);
Result<Prediction> PredictClassifierChain(Context&, const Object&, const Table& in);

// calibration.cc
Result<Prediction> PredictCalibrated(Context&, const Object&, const Table& in);
Result<Prediction> PredictIsotonic(Context&, const Object&, const Table& in);

// dummy.cc
Result<Prediction> PredictDummyClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictDummyRegressor(Context&, const Object&, const Table& in);

// naive_bayes.cc
Result<Prediction> PredictGaussianNb(Context&, const Object&, const Table& in);
Result<Prediction> PredictMultinomialNb(Context&, const Object&, const Table& in);
Result<Prediction> PredictBernoulliNb(Context&, const Object&, const Table& in);
Result<Prediction> PredictComplementNb(Context&, const Object&, const Table& in);

// cluster.cc
Result<Prediction> PredictKMeans(Context&, const Object&, const Table& in);
Result<Table> TransformKMeans(Context&, const Object&, const Table& in);
Result<Prediction> PredictNearestCentroid(Context&, const Object&, const Table& in);
Result<Prediction> PredictGaussianMixture(Context&, const Object&, const Table& in);

// decomposition.cc
Result<Prediction> PredictPca(Context&, const Object&, const Table& in);
Result<Table> TransformPca(Context&, const Object&, const Table& in);
Result<Table> TransformTruncatedSvd(Context&, const Object&, const Table& in);

// neural_network.cc
Result<Prediction> PredictMlpClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictMlpRegressor(Context&, const Object&, const Table& in);

}  // namespace scoreway::sklearn
