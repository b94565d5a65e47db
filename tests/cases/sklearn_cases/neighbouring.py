"""What the nearest rows of training say: classes, numbers, graphs, outliers, missing cells."""

import numpy as np
from sklearn.impute import KNNImputer
from sklearn.neighbors import (
    KNeighborsClassifier,
    KNeighborsRegressor,
    KNeighborsTransformer,
    LocalOutlierFactor,
    NearestCentroid,
    NeighborhoodComponentsAnalysis,
    RadiusNeighborsClassifier,
    RadiusNeighborsRegressor,
)

from . import data
from .case import Catalogue

cases = Catalogue()
add = cases.add


def scattered(target="words", k=3, n=60, seed=11):
    """Numbers of many digits, so that no two points are equally far."""
    r = np.random.RandomState(seed)
    X = np.round(r.normal(0, 2, (n, k)), 6)
    score = X[:, 0] - X[:, 1] + r.normal(0, 1, n)
    y = {
        "words": np.array(["high", "low", "mid"], dtype=object)[np.digitize(score, [-1, 1])],
        "amount": np.round(score, 4),
        "amounts": np.round(np.column_stack([score, X[:, 2] + score / 2]), 4),
        "codes": np.column_stack([(score > 0).astype(int), np.digitize(score, [-1, 1])]),
        None: None,
    }[target]
    return data.Data(data.as_frame(X), y, data.as_frame(np.round(r.normal(0, 2, (14, k)), 6)))


for algorithm in ("brute", "kd_tree", "ball_tree"):
    name = algorithm.replace("_", "-")
    add(
        "neighbours-classifier-" + name,
        lambda a=algorithm: KNeighborsClassifier(4, algorithm=a, leaf_size=5),
        scattered,
    )
    add(
        "neighbours-regressor-" + name,
        lambda a=algorithm: KNeighborsRegressor(3, weights="distance", algorithm=a, leaf_size=7),
        lambda: scattered("amounts"),
    )
add("neighbours-classifier-default", KNeighborsClassifier, lambda: data.few(data.wine(words=True)))
add("neighbours-classifier-by-distance", lambda: KNeighborsClassifier(weights="distance"), scattered)
add("neighbours-classifier-two-targets", lambda: KNeighborsClassifier(3), lambda: scattered("codes"))
add(
    "neighbours-classifier-manhattan",
    lambda: KNeighborsClassifier(metric="manhattan", algorithm="ball_tree", leaf_size=4),
    scattered,
)
add("neighbours-classifier-minkowski", lambda: KNeighborsClassifier(p=3), scattered)
add("neighbours-classifier-chebyshev", lambda: KNeighborsClassifier(metric="chebyshev"), scattered)
add("neighbours-graph", lambda: KNeighborsTransformer(n_neighbors=3), lambda: scattered(None, n=20))
add("radius-classifier", lambda: RadiusNeighborsClassifier(1.8, outlier_label="low"), scattered)
add("radius-regressor", lambda: RadiusNeighborsRegressor(5.0, weights="distance"), lambda: scattered("amount"))
add("local-outlier-factor", lambda: LocalOutlierFactor(7, novelty=True), lambda: scattered(None))
add("nearest-centroid", NearestCentroid, scattered)
add("nearest-centroid-shrunken", lambda: NearestCentroid(shrink_threshold=0.3), scattered)
add("neighbourhood-components", lambda: NeighborhoodComponentsAnalysis(2, random_state=0, max_iter=5), scattered)


def holed(target=None):
    made = scattered(target)
    X, rows = data.with_holes(made.X.values, 0.15, 3), data.with_holes(made.rows.values, 0.3, 4)
    rows[0] = np.nan
    return data.Data(data.as_frame(X), made.y, data.as_frame(rows))


def holed_words():
    made = scattered()
    return data.Data(holed().X, made.y, holed().rows.iloc[1:])


add(
    "neighbours-classifier-of-incomplete",
    lambda: KNeighborsClassifier(3, metric="nan_euclidean"),
    holed_words,
    since=(1, 3),
)
add("knn-imputer", lambda: KNNImputer(n_neighbors=3), holed)
add("knn-imputer-by-distance", lambda: KNNImputer(weights="distance", add_indicator=True), holed, rel=1e-9, abs_=1e-9)
