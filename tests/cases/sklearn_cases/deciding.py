"""Bayes and discriminants, many classes from binary ones, thresholds, half-labelled data, targets that were transformed."""

import numpy as np
from sklearn.compose import TransformedTargetRegressor
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.multiclass import OneVsOneClassifier, OutputCodeClassifier
from sklearn.naive_bayes import CategoricalNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PowerTransformer, QuantileTransformer, StandardScaler
from sklearn.semi_supervised import LabelPropagation, LabelSpreading, SelfTrainingClassifier
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from . import data, neighbouring
from .case import Catalogue

cases = Catalogue()
add = cases.add


def iris():
    return data.few(data.iris())


def logistic():
    return make_pipeline(StandardScaler(), LogisticRegression())


def small_tree():
    return DecisionTreeClassifier(max_depth=3, random_state=0)


def dice(seed=4):
    r = np.random.RandomState(seed)
    X = r.randint(0, 4, (70, 3))
    X[:4, :] = np.arange(4)[:, None]
    y = np.array(["low", "mid", "high"], dtype=object)[np.digitize(X.sum(axis=1) + r.normal(0, 1, 70), [3, 6])]
    return data.Data(data.as_frame(X), y, data.as_frame(r.randint(0, 4, (12, 3))))


def half_labelled():
    made = data.few(data.iris(words=False))
    y = made.y.copy()
    y[::2] = -1
    return data.Data(made.X, y, made.rows)


def fixed_threshold(**options):
    from sklearn.model_selection import FixedThresholdClassifier

    return FixedThresholdClassifier(logistic(), **options)


def tuned_threshold():
    from sklearn.model_selection import TunedThresholdClassifierCV

    return TunedThresholdClassifierCV(logistic(), random_state=0)


add("quadratic-discriminant", QuadraticDiscriminantAnalysis, iris, rel=1e-9, abs_=1e-9)
add(
    "quadratic-discriminant-two-classes",
    lambda: QuadraticDiscriminantAnalysis(reg_param=0.2),
    lambda: data.few(data.cancer(), 6),
    rel=1e-9,
    abs_=1e-9,
)
add("categorical-naive-bayes", CategoricalNB, dice)
add("one-against-one-logistic", lambda: OneVsOneClassifier(logistic()), iris)
add("one-against-one-trees", lambda: OneVsOneClassifier(small_tree()), lambda: data.grid(data.three_words))
add(
    "one-against-one-two-classes",
    lambda: OneVsOneClassifier(LinearSVC(random_state=0)),
    lambda: data.grid(data.two_words),
)
add(
    "output-code",
    lambda: OutputCodeClassifier(small_tree(), code_size=2, random_state=0),
    lambda: data.grid(data.three_words),
)
add("fixed-threshold", lambda: fixed_threshold(threshold=0.3), lambda: data.few(data.cancer()), since=(1, 5))
add(
    "fixed-threshold-first-class",
    lambda: fixed_threshold(threshold=0.3, pos_label="benign", response_method="decision_function"),
    lambda: data.few(data.cancer()),
    since=(1, 5),
)
add("tuned-threshold", tuned_threshold, lambda: data.few(data.cancer(words=False)), since=(1, 5))
add("self-training", lambda: SelfTrainingClassifier(logistic()), half_labelled)
add("label-propagation", lambda: LabelPropagation(gamma=2), half_labelled)
add("label-spreading-neighbours", lambda: LabelSpreading(kernel="knn", n_neighbors=4), half_labelled)
add(
    "target-power",
    lambda: TransformedTargetRegressor(LinearRegression(), transformer=PowerTransformer()),
    lambda: data.grid(data.amount),
)
add(
    "target-quantiles",
    lambda: TransformedTargetRegressor(
        Ridge(), transformer=QuantileTransformer(n_quantiles=20, output_distribution="normal")
    ),
    lambda: data.grid(data.amount),
    rel=1e-9,
)
add("iterative-imputer", lambda: IterativeImputer(max_iter=4, random_state=0), neighbouring.holed, rel=1e-9, abs_=1e-9)
