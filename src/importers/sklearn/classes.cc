// Which function lowers which class, by public name (Object::public_name). This table is what "supported" means.

#include "importers/sklearn/lowerings.h"

namespace scoreway::sklearn {
namespace {

constexpr ClassLowering kClasses[] = {
    // composition
    {"sklearn.pipeline.Pipeline", TransformPipeline, PredictPipeline},
    {"sklearn.pipeline.FeatureUnion", TransformFeatureUnion},
    {"sklearn.compose.ColumnTransformer", TransformColumnTransformer},
    {"sklearn.preprocessing.FunctionTransformer", TransformFunction, nullptr, nullptr, CheckFunction},
    // selection
    {"sklearn.feature_selection.SelectKBest", TransformSelector},
    {"sklearn.feature_selection.SelectPercentile", TransformSelector},
    {"sklearn.feature_selection.SelectFpr", TransformSelector},
    {"sklearn.feature_selection.SelectFdr", TransformSelector},
    {"sklearn.feature_selection.SelectFwe", TransformSelector},
    {"sklearn.feature_selection.GenericUnivariateSelect", TransformSelector},
    {"sklearn.feature_selection.VarianceThreshold", TransformSelector},
    {"sklearn.feature_selection.SelectFromModel", TransformSelector},
    {"sklearn.feature_selection.SequentialFeatureSelector", TransformSelector},
    {"sklearn.feature_selection.RFE", TransformSelector, PredictRfe},
    {"sklearn.feature_selection.RFECV", TransformSelector, PredictRfe},
    // imputing
    {"sklearn.impute.SimpleImputer", TransformSimpleImputer},
    {"sklearn.impute.MissingIndicator", TransformMissingIndicator},
    // scaling
    {"sklearn.preprocessing.StandardScaler", TransformStandardScaler},
    {"sklearn.preprocessing.MinMaxScaler", TransformMinMaxScaler},
    {"sklearn.preprocessing.MaxAbsScaler", TransformMaxAbsScaler},
    {"sklearn.preprocessing.RobustScaler", TransformRobustScaler},
    {"sklearn.preprocessing.Normalizer", TransformNormalizer},
    {"sklearn.preprocessing.PowerTransformer", TransformPowerTransformer},
    {"sklearn.preprocessing.QuantileTransformer", TransformQuantileTransformer},
    // encoding
    {"sklearn.preprocessing.OneHotEncoder", TransformOneHotEncoder},
    {"sklearn.preprocessing.OrdinalEncoder", TransformOrdinalEncoder},
    {"sklearn.preprocessing.LabelBinarizer", TransformLabelBinarizer},
    {"sklearn.preprocessing.LabelEncoder", TransformLabelEncoder},
    {"sklearn.preprocessing.TargetEncoder", TransformTargetEncoder},
    // derived columns
    {"sklearn.preprocessing.KBinsDiscretizer", TransformKBinsDiscretizer},
    {"sklearn.preprocessing.Binarizer", TransformBinarizer},
    {"sklearn.preprocessing.PolynomialFeatures", TransformPolynomialFeatures},
    {"sklearn.preprocessing.SplineTransformer", TransformSplineTransformer},
    // linear regressors
    {"sklearn.linear_model.LinearRegression", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.Ridge", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.RidgeCV", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.Lasso", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.LassoCV", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.ElasticNet", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.ElasticNetCV", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.MultiTaskLasso", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.MultiTaskLassoCV", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.MultiTaskElasticNet", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.MultiTaskElasticNetCV", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.Lars", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.LarsCV", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.LassoLars", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.LassoLarsCV", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.LassoLarsIC", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.OrthogonalMatchingPursuit", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.OrthogonalMatchingPursuitCV", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.BayesianRidge", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.ARDRegression", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.HuberRegressor", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.TheilSenRegressor", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.QuantileRegressor", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.SGDRegressor", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.PassiveAggressiveRegressor", nullptr, PredictLinearRegressor},
    {"sklearn.linear_model.PoissonRegressor", nullptr, PredictLogLinkRegressor},
    {"sklearn.linear_model.GammaRegressor", nullptr, PredictLogLinkRegressor},
    {"sklearn.linear_model.TweedieRegressor", nullptr, PredictTweedieRegressor},
    {"sklearn.linear_model.RANSACRegressor", nullptr, PredictRansac},
    {"sklearn.svm.LinearSVR", nullptr, PredictLinearRegressor},
    // linear classifiers
    {"sklearn.linear_model.LogisticRegression", nullptr, PredictLogisticRegression},
    {"sklearn.linear_model.LogisticRegressionCV", nullptr, PredictLogisticRegression},
    {"sklearn.linear_model.RidgeClassifier", nullptr, PredictRidgeClassifier},
    {"sklearn.linear_model.RidgeClassifierCV", nullptr, PredictRidgeClassifier},
    {"sklearn.linear_model.SGDClassifier", nullptr, PredictSgdClassifier},
    {"sklearn.linear_model.SGDOneClassSVM", nullptr, PredictSgdOneClass},
    {"sklearn.linear_model.Perceptron", nullptr, PredictLinearClassifier},
    {"sklearn.linear_model.PassiveAggressiveClassifier", nullptr, PredictLinearClassifier},
    {"sklearn.svm.LinearSVC", nullptr, PredictLinearClassifier},
    {"sklearn.discriminant_analysis.LinearDiscriminantAnalysis", TransformDiscriminant, PredictDiscriminant},
    // trees and forests
    {"sklearn.tree.DecisionTreeClassifier", nullptr, PredictTreeClassifier},
    {"sklearn.tree.DecisionTreeRegressor", nullptr, PredictTreeRegressor},
    {"sklearn.tree.ExtraTreeClassifier", nullptr, PredictTreeClassifier},
    {"sklearn.tree.ExtraTreeRegressor", nullptr, PredictTreeRegressor},
    {"sklearn.ensemble.RandomForestClassifier", nullptr, PredictForestClassifier},
    {"sklearn.ensemble.RandomForestRegressor", nullptr, PredictForestRegressor},
    {"sklearn.ensemble.ExtraTreesClassifier", nullptr, PredictForestClassifier},
    {"sklearn.ensemble.ExtraTreesRegressor", nullptr, PredictForestRegressor},
    {"sklearn.ensemble.IsolationForest", nullptr, PredictIsolationForest},
    // boosting
    {"sklearn.ensemble.GradientBoostingClassifier", nullptr, PredictGradientBoostingClassifier},
    {"sklearn.ensemble.GradientBoostingRegressor", nullptr, PredictGradientBoostingRegressor},
    {"sklearn.ensemble.HistGradientBoostingClassifier", nullptr, PredictHistBoostingClassifier},
    {"sklearn.ensemble.HistGradientBoostingRegressor", nullptr, PredictHistBoostingRegressor},
    // ensembles of any estimators
    {"sklearn.ensemble.AdaBoostClassifier", nullptr, PredictAdaBoostClassifier},
    {"sklearn.ensemble.AdaBoostRegressor", nullptr, PredictAdaBoostRegressor},
    {"sklearn.ensemble.BaggingClassifier", nullptr, PredictBaggingClassifier},
    {"sklearn.ensemble.BaggingRegressor", nullptr, PredictBaggingRegressor},
    {"sklearn.ensemble.VotingClassifier", nullptr, PredictVotingClassifier},
    {"sklearn.ensemble.VotingRegressor", nullptr, PredictVotingRegressor},
    {"sklearn.ensemble.StackingClassifier", nullptr, PredictStackingClassifier},
    {"sklearn.ensemble.StackingRegressor", nullptr, PredictStackingRegressor},
    // estimators around others
    {"sklearn.model_selection.GridSearchCV", TransformSearch, PredictSearch},
    {"sklearn.model_selection.RandomizedSearchCV", TransformSearch, PredictSearch},
    {"sklearn.model_selection.HalvingGridSearchCV", TransformSearch, PredictSearch},
    {"sklearn.model_selection.HalvingRandomSearchCV", TransformSearch, PredictSearch},
    {"sklearn.frozen.FrozenEstimator", TransformFrozen, PredictFrozen},
    {"sklearn.compose.TransformedTargetRegressor", nullptr, PredictTransformedTarget},
    {"sklearn.multiclass.OneVsRestClassifier", nullptr, PredictOneVsRest},
    {"sklearn.multioutput.MultiOutputRegressor", nullptr, PredictMultiOutputRegressor},
    {"sklearn.multioutput.MultiOutputClassifier", nullptr, PredictMultiOutputClassifier},
    {"sklearn.multioutput.RegressorChain", nullptr, PredictRegressorChain},
    {"sklearn.multioutput.ClassifierChain", nullptr, PredictClassifierChain},
    {"sklearn.calibration.CalibratedClassifierCV", nullptr, PredictCalibrated},
    {"sklearn.isotonic.IsotonicRegression", nullptr, PredictIsotonic},
    {"sklearn.dummy.DummyClassifier", nullptr, PredictDummyClassifier},
    {"sklearn.dummy.DummyRegressor", nullptr, PredictDummyRegressor},
    // naive Bayes
    {"sklearn.naive_bayes.GaussianNB", nullptr, PredictGaussianNb},
    {"sklearn.naive_bayes.MultinomialNB", nullptr, PredictMultinomialNb},
    {"sklearn.naive_bayes.ComplementNB", nullptr, PredictComplementNb},
    {"sklearn.naive_bayes.BernoulliNB", nullptr, PredictBernoulliNb},
    // clusters and mixtures
    {"sklearn.cluster.KMeans", TransformKMeans, PredictKMeans},
    {"sklearn.cluster.MiniBatchKMeans", TransformKMeans, PredictKMeans},
    {"sklearn.neighbors.NearestCentroid", nullptr, PredictNearestCentroid},
    {"sklearn.mixture.GaussianMixture", nullptr, PredictGaussianMixture},
    // decompositions
    {"sklearn.decomposition.PCA", TransformPca, PredictPca},
    {"sklearn.decomposition.IncrementalPCA", TransformPca},
    {"sklearn.decomposition.TruncatedSVD", TransformTruncatedSvd},
    // neural networks
    {"sklearn.neural_network.MLPClassifier", nullptr, PredictMlpClassifier},
    {"sklearn.neural_network.MLPRegressor", nullptr, PredictMlpRegressor},
};

}  // namespace

ClassTable SklearnClasses() { return kClasses; }

}  // namespace scoreway::sklearn
