"""Estimators around estimators: bagging, voting, targets, one-vs-rest, searches, calibration; and dummies."""

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.ensemble import (
    BaggingClassifier,
    BaggingRegressor,
    GradientBoostingRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, RidgeClassifier
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier
from sklearn.multioutput import MultiOutputClassifier, MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from . import composition, data
from .case import Catalogue
from .naming import wrapping

cases = Catalogue()
add = cases.add


def grid(target, **more):
    return lambda: data.grid(target, **more)


def small_tree():
    return DecisionTreeClassifier(max_depth=3, random_state=0)


def small_regressor():
    return DecisionTreeRegressor(max_depth=3, random_state=0)


def logistic():
    return make_pipeline(StandardScaler(), LogisticRegression())


add(
    "bagging-classifier-trees",
    lambda: wrapping(BaggingClassifier, small_tree(), n_estimators=4, random_state=0),
    grid(data.three_words),
)
add(
    "bagging-classifier-feature-subsets",
    lambda: wrapping(BaggingClassifier, small_tree(), n_estimators=4, max_features=2, random_state=0),
    grid(data.two_words),
)
add(
    "bagging-classifier-logistic",
    lambda: wrapping(BaggingClassifier, logistic(), n_estimators=3, random_state=0),
    data.iris,
)
add(
    "bagging-classifier-without-probability",
    lambda: wrapping(BaggingClassifier, RidgeClassifier(), n_estimators=3, random_state=0),
    data.iris,
)
add(
    "bagging-regressor",
    lambda: wrapping(BaggingRegressor, small_regressor(), n_estimators=4, random_state=0),
    grid(data.amount),
)
add(
    "bagging-regressor-feature-subsets",
    lambda: wrapping(
        BaggingRegressor, small_regressor(), n_estimators=4, max_features=0.7, bootstrap_features=True, random_state=0
    ),
    grid(data.amount),
)

voters = lambda: [("a", logistic()), ("b", small_tree()), ("c", make_pipeline(MinMaxScaler(), LogisticRegression()))]
add("voting-classifier-hard", lambda: VotingClassifier(voters()), data.iris, core=True)
add("voting-classifier-hard-weighted", lambda: VotingClassifier(voters(), weights=[1, 2.5, 1]), grid(data.three_words))
add("voting-classifier-hard-ties", lambda: VotingClassifier(voters()[:2]), grid(data.three_words))
add("voting-classifier-soft", lambda: VotingClassifier(voters(), voting="soft"), data.iris)
add(
    "voting-classifier-soft-weighted",
    lambda: VotingClassifier(voters(), voting="soft", weights=[3, 1, 0.5]),
    grid(data.two_words),
)
add(
    "voting-classifier-dropped",
    lambda: VotingClassifier(voters()[:2] + [("gone", "drop")], voting="soft", weights=[1, 3, 7]),
    data.iris,
)
add(
    "voting-regressor",
    lambda: VotingRegressor([("a", LinearRegression()), ("b", small_regressor())]),
    grid(data.amount),
)
add(
    "voting-regressor-weighted",
    lambda: VotingRegressor([("a", LinearRegression()), ("b", small_regressor())], weights=[1, 3]),
    grid(data.amount),
)
add(
    "stacking-classifier",
    lambda: StackingClassifier(voters()[:2], final_estimator=LogisticRegression(), cv=2),
    data.iris,
    optional=True,
)
add(
    "stacking-regressor",
    lambda: StackingRegressor(
        [("a", Ridge()), ("b", small_regressor())], final_estimator=Ridge(), cv=2, passthrough=True
    ),
    grid(data.amount),
    optional=True,
)

add(
    "target-log-exp",
    lambda: TransformedTargetRegressor(small_regressor(), func=np.log, inverse_func=np.exp),
    grid(data.positive_amount),
    core=True,
)
add(
    "target-log1p-expm1",
    lambda: TransformedTargetRegressor(small_regressor(), func=np.log1p, inverse_func=np.expm1),
    grid(data.positive_amount),
)
add(
    "target-scaled", lambda: TransformedTargetRegressor(LinearRegression(), transformer=StandardScaler()), data.diabetes
)
add("target-min-max", lambda: TransformedTargetRegressor(Ridge(), transformer=MinMaxScaler()), data.diabetes)
add(
    "target-mixed-pipeline",
    lambda: TransformedTargetRegressor(
        make_pipeline(composition.preparing(), Ridge()), func=np.log, inverse_func=np.exp
    ),
    lambda: modest_people(),
    tags=["unknown"],
)

add("one-vs-rest-three-words", lambda: OneVsRestClassifier(logistic()), data.iris)
add("one-vs-rest-two-words", lambda: OneVsRestClassifier(logistic()), grid(data.two_words))
add("one-vs-rest-several-labels", lambda: OneVsRestClassifier(logistic()), grid(data.three_labels))
add("one-vs-rest-several-labels-trees", lambda: OneVsRestClassifier(small_tree()), grid(data.three_labels))
add("one-vs-rest-trees", lambda: OneVsRestClassifier(small_tree()), grid(data.three_words))
add(
    "one-vs-rest-support-vectors",
    lambda: OneVsRestClassifier(make_pipeline(StandardScaler(), LinearSVC(random_state=0))),
    data.iris,
)
add("one-vs-one", lambda: OneVsOneClassifier(logistic()), data.iris, optional=True)
add(
    "multi-output-regressor",
    lambda: MultiOutputRegressor(GradientBoostingRegressor(n_estimators=3, max_depth=2, random_state=0)),
    data.linnerud,
)
add("multi-output-regressor-ridge", lambda: MultiOutputRegressor(Ridge()), grid(data.two_amounts))
add("multi-output-classifier", lambda: MultiOutputClassifier(small_tree()), grid(data.two_outputs_of_classes))

add(
    "grid-search-pipeline",
    lambda: GridSearchCV(
        make_pipeline(StandardScaler(), LogisticRegression()), {"logisticregression__C": [0.1, 1.0]}, cv=2
    ),
    data.iris,
    core=True,
)
add(
    "grid-search-mixed-pipeline",
    lambda: GridSearchCV(
        make_pipeline(composition.preparing(), small_tree()),
        {"decisiontreeclassifier__max_depth": [2, 3]},
        cv=2,
        scoring="accuracy",
    ),
    lambda: data.people("level"),
    tags=["unknown"],
)
add("grid-search-regressor", lambda: GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2), data.diabetes)
add(
    "grid-search-scaler",
    lambda: GridSearchCV(
        make_pipeline(StandardScaler(), Ridge()), [{"standardscaler__with_mean": [True, False]}], cv=2
    ),
    data.diabetes,
)


def search():
    from scipy.stats import uniform

    return RandomizedSearchCV(Ridge(), {"alpha": uniform(0.1, 2)}, n_iter=3, cv=2, random_state=0)


add("randomized-search-distribution", search, data.diabetes, optional=True)
for method in ("sigmoid", "isotonic"):
    add(
        "calibrated-%s-two-words" % method,
        lambda m=method: CalibratedClassifierCV(small_tree(), method=m, cv=2),
        grid(data.two_words),
        optional=True,
    )
    add(
        "calibrated-%s-three-words" % method,
        lambda m=method: CalibratedClassifierCV(small_tree(), method=m, cv=2),
        data.iris,
        optional=True,
    )
for target, data_of in (("two", data.two_words), ("three", data.three_words)):
    add(
        "calibrated-temperature-%s-words" % target,
        lambda: CalibratedClassifierCV(small_tree(), method="temperature", cv=2),
        grid(data_of),
        since=(1, 8),
    )
    add(
        "calibrated-temperature-support-vectors-%s" % target,
        lambda: CalibratedClassifierCV(LinearSVC(random_state=0), method="temperature", cv=2),
        grid(data_of),
        since=(1, 8),
    )
add(
    "calibrated-support-vectors",
    lambda: CalibratedClassifierCV(LinearSVC(random_state=0), cv=2),
    grid(data.two_words),
    optional=True,
)

add("dummy-classifier-prior", lambda: DummyClassifier(strategy="prior"), data.iris)
add("dummy-classifier-most-frequent", lambda: DummyClassifier(strategy="most_frequent"), grid(data.three_words))
add("dummy-classifier-constant", lambda: DummyClassifier(strategy="constant", constant="mid"), grid(data.three_words))
add("dummy-regressor-mean", DummyRegressor, grid(data.amount))
add("dummy-regressor-median", lambda: DummyRegressor(strategy="median"), grid(data.amount))
add("dummy-regressor-quantile", lambda: DummyRegressor(strategy="quantile", quantile=0.9), grid(data.amount))
add("dummy-regressor-two-targets", DummyRegressor, grid(data.two_amounts))


def modest_people():
    """Without the imagined customer so rich that exp() of the answer is infinite."""
    d = data.people("spend")
    keep = ~(d.rows["visits"] > 1000)
    d.rows = d.rows[keep].reset_index(drop=True)
    return d
