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
// `out` with marks of what was missing in `in`, where the imputer adds them.
Result<Table> WithIndicator(Context&, const Object& imputer, const Table& in, Table out);

// impute_models.cc
Result<Table> TransformKnnImputer(Context&, const Object&, const Table& in);
Result<Table> TransformIterativeImputer(Context&, const Object&, const Table& in);

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
// A class that was constant when one-against-the-rest was fitted.
Result<Prediction> PredictConstantClass(Context&, const Object& constant);
Result<Prediction> PredictOneVsRest(Context&, const Object&, const Table& in);
Result<Prediction> PredictMultiOutputRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictMultiOutputClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictRegressorChain(Context&, const Object&, const Table& in);
Result<Prediction> PredictClassifierChain(Context&, const Object&, const Table& in);

// calibration.cc
Result<Prediction> PredictCalibrated(Context&, const Object&, const Table& in);
Result<Prediction> PredictIsotonic(Context&, const Object&, const Table& in);
Result<Table> TransformIsotonic(Context&, const Object&, const Table& in);

// dummy.cc
Result<Prediction> PredictDummyClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictDummyRegressor(Context&, const Object&, const Table& in);

// naive_bayes.cc
Result<Prediction> PredictGaussianNb(Context&, const Object&, const Table& in);
Result<Prediction> PredictMultinomialNb(Context&, const Object&, const Table& in);
Result<Prediction> PredictBernoulliNb(Context&, const Object&, const Table& in);
Result<Prediction> PredictComplementNb(Context&, const Object&, const Table& in);
Result<Prediction> PredictCategoricalNb(Context&, const Object&, const Table& in);

// cluster.cc
Result<Prediction> PredictKMeans(Context&, const Object&, const Table& in);
Result<Table> TransformKMeans(Context&, const Object&, const Table& in);
Result<Prediction> PredictBisectingKMeans(Context&, const Object&, const Table& in);
// Of AffinityPropagation and MeanShift.
Result<Prediction> PredictNearestCenter(Context&, const Object&, const Table& in);
Result<Prediction> PredictBirch(Context&, const Object&, const Table& in);
Result<Table> TransformBirch(Context&, const Object&, const Table& in);
Result<Prediction> PredictGaussianMixture(Context&, const Object&, const Table& in);
Result<Prediction> PredictBayesianMixture(Context&, const Object&, const Table& in);

// decomposition.cc
Result<Prediction> PredictPca(Context&, const Object&, const Table& in);
Result<Table> TransformPca(Context&, const Object&, const Table& in);
Result<Table> TransformTruncatedSvd(Context&, const Object&, const Table& in);

// neural_network.cc
Result<Prediction> PredictMlpClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictMlpRegressor(Context&, const Object&, const Table& in);

// support_vectors.cc
Result<Prediction> PredictSupportClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictSupportRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictOneClass(Context&, const Object&, const Table& in);

// neighbours.cc
Result<Prediction> PredictNeighboursClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictNeighboursRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictNearestNeighbours(Context&, const Object&, const Table& in);
Result<Prediction> PredictRadiusClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictRadiusRegressor(Context&, const Object&, const Table& in);
Result<Table> TransformNeighbours(Context&, const Object&, const Table& in);
Result<Table> TransformRadius(Context&, const Object&, const Table& in);

// outliers.cc
Result<Prediction> PredictLocalOutlierFactor(Context&, const Object&, const Table& in);
Result<Prediction> PredictEllipticEnvelope(Context&, const Object&, const Table& in);

// quadratic_discriminant.cc
Result<Prediction> PredictQuadraticDiscriminant(Context&, const Object&, const Table& in);

// dict_vectorizer.cc
Result<Table> TransformDictVectorizer(Context&, const Object&, const Table& in);

// texts.cc
Result<Table> TransformCountVectorizer(Context&, const Object&, const Table& in);
Result<Table> TransformTfidfVectorizer(Context&, const Object&, const Table& in);
Result<Table> TransformTfidfTransformer(Context&, const Object&, const Table& in);
Result<Table> TransformHashingVectorizer(Context&, const Object&, const Table& in);

// nearest_centroid.cc
Result<Prediction> PredictNearestCentroid(Context&, const Object&, const Table& in);

// multiclass.cc
Result<Prediction> PredictOneVsOne(Context&, const Object&, const Table& in);
Result<Prediction> PredictOutputCode(Context&, const Object&, const Table& in);

// kernel_methods.cc
Result<Prediction> PredictKernelRidge(Context&, const Object&, const Table& in);
Result<Table> TransformKernelPca(Context&, const Object&, const Table& in);
Result<Table> TransformKernelCenterer(Context&, const Object&, const Table& in);
Result<Table> TransformNystroem(Context&, const Object&, const Table& in);
Result<Table> TransformRbfSampler(Context&, const Object&, const Table& in);
Result<Table> TransformSkewedChi2Sampler(Context&, const Object&, const Table& in);
Result<Table> TransformAdditiveChi2Sampler(Context&, const Object&, const Table& in);
Result<Table> TransformCountSketch(Context&, const Object&, const Table& in);

// gaussian_process.cc
Result<Prediction> PredictGaussianRegressor(Context&, const Object&, const Table& in);
Result<Prediction> PredictGaussianClassifier(Context&, const Object&, const Table& in);
Result<Prediction> PredictLaplaceClassifier(Context&, const Object&, const Table& in);

// components.cc
Result<Table> TransformFactorAnalysis(Context&, const Object&, const Table& in);
Result<Prediction> PredictFactorAnalysis(Context&, const Object&, const Table& in);
Result<Table> TransformFastIca(Context&, const Object&, const Table& in);
Result<Table> TransformSparsePca(Context&, const Object&, const Table& in);
Result<Table> TransformPls(Context&, const Object&, const Table& in);
Result<Prediction> PredictPls(Context&, const Object&, const Table& in);

// factors.cc
Result<Table> TransformLatentDirichlet(Context&, const Object&, const Table& in);
// Of SparseCoder and of what learns its dictionary.
Result<Table> TransformSparseCode(Context&, const Object&, const Table& in);
std::optional<KnownInputs> InputsOfDictionary(const Object&);

// manifold.cc
Result<Table> TransformIsomap(Context&, const Object&, const Table& in);
Result<Table> TransformLocallyLinear(Context&, const Object&, const Table& in);

// density.cc
Result<Prediction> PredictKernelDensity(Context&, const Object&, const Table& in);

// thresholds.cc
Result<Prediction> PredictFixedThreshold(Context&, const Object&, const Table& in);
Result<Prediction> PredictTunedThreshold(Context&, const Object&, const Table& in);

// semi_supervised.cc
Result<Prediction> PredictSelfTraining(Context&, const Object&, const Table& in);
// Of LabelSpreading, too.
Result<Prediction> PredictLabelPropagation(Context&, const Object&, const Table& in);

// projections.cc
Result<Table> TransformProjection(Context&, const Object&, const Table& in);
Result<Table> TransformRbm(Context&, const Object&, const Table& in);
Result<Table> TransformFeatureAgglomeration(Context&, const Object&, const Table& in);
Result<Table> TransformTreesEmbedding(Context&, const Object&, const Table& in);

}  // namespace scoreway::sklearn
