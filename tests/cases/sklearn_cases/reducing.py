"""Fewer columns: selection, principal components; and clusters."""

from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_selection import (
    RFE,
    SelectFromModel,
    SelectKBest,
    SelectPercentile,
    VarianceThreshold,
    f_classif,
    f_regression,
    mutual_info_classif,
)
from sklearn.linear_model import Lasso, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from . import data
from .case import Catalogue

cases = Catalogue()
add = cases.add

add("select-k-best", lambda: SelectKBest(f_classif, k=2), data.iris, core=True)
add("select-k-best-mutual-information", lambda: SelectKBest(mutual_info_classif, k=3), data.wine)
add("select-percentile", lambda: SelectPercentile(f_regression, percentile=40), data.diabetes)
add(
    "select-percentile-pipeline",
    lambda: make_pipeline(SelectPercentile(f_classif, percentile=50), StandardScaler(), LogisticRegression()),
    data.cancer,
)
add("variance-threshold-default", VarianceThreshold, lambda: data.numbers(constant=True))
add("variance-threshold-missing", lambda: VarianceThreshold(threshold=1.0), lambda: data.numbers(missing=0.2))
add(
    "select-from-model-forest",
    lambda: SelectFromModel(RandomForestClassifier(n_estimators=4, max_depth=3, random_state=0)),
    data.wine,
)
add("select-from-model-mean", lambda: SelectFromModel(Lasso(alpha=0.3), threshold="1.25*mean"), data.diabetes)
add("select-from-model-lasso", lambda: make_pipeline(SelectFromModel(Lasso(alpha=0.5)), Ridge()), data.diabetes)
add(
    "select-from-model-most-features",
    lambda: SelectFromModel(LogisticRegression(max_iter=5000), max_features=2),
    data.iris,
)
add(
    "rfe-pipeline",
    lambda: make_pipeline(StandardScaler(), RFE(LogisticRegression(), n_features_to_select=3), LogisticRegression()),
    data.cancer,
)
add("rfe-predicts", lambda: RFE(Ridge(), n_features_to_select=3), data.diabetes)
add("pca-two", lambda: PCA(2, random_state=0), data.iris, core=True, rel=1e-10, abs_=1e-9)
add("pca-whiten", lambda: PCA(3, whiten=True, random_state=0), data.iris, rel=1e-10, abs_=1e-9)
add(
    "pca-share-of-variance",
    lambda: make_pipeline(StandardScaler(), PCA(0.9), LogisticRegression()),
    data.wine,
    rel=1e-10,
    abs_=1e-9,
)
add("truncated-svd", lambda: TruncatedSVD(2, random_state=0), data.iris, optional=True, rel=1e-10, abs_=1e-9)
add("k-means", lambda: KMeans(3, n_init=2, random_state=0), data.iris, core=True, rel=1e-9, abs_=1e-6)
add(
    "k-means-scaled",
    lambda: make_pipeline(StandardScaler(), KMeans(4, n_init=2, random_state=0)),
    lambda: data.wine(named=False),
    rel=1e-9,
    abs_=1e-6,
)
add(
    "k-means-mini-batch",
    lambda: MiniBatchKMeans(3, n_init=2, random_state=0),
    data.iris,
    optional=True,
    rel=1e-9,
    abs_=1e-6,
)
