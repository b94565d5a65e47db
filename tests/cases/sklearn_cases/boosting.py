"""Boosted trees: gradient boosting, histogram boosting with its missing values and categories, AdaBoost."""

import numpy as np
import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from . import data
from .case import Catalogue, Data
from .data import NAN
from .naming import hist_loss, regression_loss, wrapping
from .versions import here

if here < (1, 0):
    from sklearn.experimental import enable_hist_gradient_boosting  # noqa: F401
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor  # noqa: E402

cases = Catalogue()
add = cases.add


def grid(target, **more):
    return lambda: data.grid(target, **more)


def boosted(kind, **settings):
    settings = dict({"n_estimators": 4, "max_depth": 2, "random_state": 0}, **settings)
    return lambda: kind(**settings)


def hist(kind, **settings):
    settings = dict({"max_iter": 4, "max_leaf_nodes": 5, "min_samples_leaf": 4, "random_state": 0}, **settings)
    return lambda: kind(**settings)


# The first estimator is fitted and asked in float32: asked for one row or for many it differs from itself by this much.
in_float32 = {"rel": 1e-5, "abs_": 1e-5}

add("boosting-classifier-two-words", boosted(GradientBoostingClassifier), grid(data.two_words), core=True)
add("boosting-classifier-two-numbers", boosted(GradientBoostingClassifier), data.cancer)
add("boosting-classifier-three-words", boosted(GradientBoostingClassifier), data.iris, core=True)
add("boosting-classifier-exponential", boosted(GradientBoostingClassifier, loss="exponential"), grid(data.two_words))
add("boosting-classifier-init-zero", boosted(GradientBoostingClassifier, init="zero"), grid(data.two_words))
add("boosting-classifier-three-init-zero", boosted(GradientBoostingClassifier, init="zero"), grid(data.three_words))
add(
    "boosting-classifier-init-estimator",
    boosted(GradientBoostingClassifier, init=LogisticRegression(max_iter=500)),
    grid(data.two_words),
    **in_float32
)
add(
    "boosting-classifier-three-init-estimator",
    boosted(GradientBoostingClassifier, init=LogisticRegression(max_iter=500)),
    data.iris,
    **in_float32
)
add(
    "boosting-classifier-init-dummy",
    boosted(GradientBoostingClassifier, init=DummyClassifier(strategy="prior")),
    grid(data.three_words),
)
add(
    "boosting-classifier-subsample",
    boosted(GradientBoostingClassifier, subsample=0.6, max_features=2),
    grid(data.two_words),
)
add(
    "boosting-classifier-stopped-early",
    boosted(GradientBoostingClassifier, n_estimators=7, n_iter_no_change=1, validation_fraction=0.3),
    grid(data.three_words),
)
add("boosting-regressor", boosted(GradientBoostingRegressor), grid(data.amount), core=True)
for loss in ("absolute_error", "huber", "quantile"):
    add(
        "boosting-regressor-" + loss.replace("_error", ""),
        lambda l=loss: boosted(GradientBoostingRegressor, loss=regression_loss(l), alpha=0.8)(),
        grid(data.amount),
    )
add("boosting-regressor-init-zero", boosted(GradientBoostingRegressor, init="zero"), grid(data.amount))
add(
    "boosting-regressor-init-estimator",
    boosted(GradientBoostingRegressor, init=LinearRegression()),
    data.diabetes,
    **in_float32
)

add("hist-classifier-two-words", hist(HistGradientBoostingClassifier), grid(data.two_words, missing=0.15), core=True)
add(
    "hist-classifier-three-words",
    hist(HistGradientBoostingClassifier, max_iter=3),
    grid(data.three_words, missing=0.15),
    core=True,
)
add("hist-classifier-by-position", hist(HistGradientBoostingClassifier), grid(data.two_classes, named=False))
add("hist-classifier-truths", hist(HistGradientBoostingClassifier), grid(data.truths))
add(
    "hist-classifier-stopped-early",
    hist(HistGradientBoostingClassifier, early_stopping=True, max_iter=12, n_iter_no_change=1),
    grid(data.two_words),
)
add(
    "hist-classifier-missing-only-when-asked",
    hist(HistGradientBoostingClassifier),
    grid(data.two_words, holes_asked=True),
)
add("hist-regressor", hist(HistGradientBoostingRegressor), grid(data.amount, missing=0.15), core=True)
add("hist-regressor-diabetes", hist(HistGradientBoostingRegressor, max_leaf_nodes=4), data.diabetes)
add(
    "hist-regressor-absolute",
    lambda: hist(HistGradientBoostingRegressor, loss=hist_loss("absolute_error"))(),
    grid(data.amount),
)
add("hist-regressor-poisson", hist(HistGradientBoostingRegressor, loss="poisson"), grid(data.count, missing=0.15))
add("hist-regressor-gamma", hist(HistGradientBoostingRegressor, loss="gamma"), grid(data.positive_amount), since=(1, 3))
add(
    "hist-regressor-quantile",
    hist(HistGradientBoostingRegressor, loss="quantile", quantile=0.8),
    grid(data.amount),
    since=(1, 1),
)
add("hist-regressor-few-bins", hist(HistGradientBoostingRegressor, max_bins=5), grid(data.amount, missing=0.15))
add("hist-regressor-monotonic", hist(HistGradientBoostingRegressor, monotonic_cst=[1, -1, 0]), grid(data.amount))
add(
    "hist-regressor-monotonic-by-name",
    hist(HistGradientBoostingRegressor, monotonic_cst={"alpha": 1, "beta": -1}),
    grid(data.amount),
    since=(1, 2),
)
add(
    "hist-regressor-interactions",
    hist(HistGradientBoostingRegressor, interaction_cst=[{0, 1}, {2}]),
    grid(data.amount),
    since=(1, 2),
)
add(
    "hist-regressor-interactions-pairwise",
    hist(HistGradientBoostingRegressor, interaction_cst="pairwise"),
    grid(data.amount),
    since=(1, 2),
)


def coded(target, named=True):
    """alpha and gamma hold codes that mean nothing as numbers; asked also for codes unseen, missing and negative."""
    r = np.random.RandomState(21)
    X = np.column_stack([r.randint(0, 10, 120), r.randint(0, 10, 120), r.choice([0, 1, 2, 5, 30], 120)]).astype(float)
    effect = np.array([3, -2, 5, 0, -4, 1, 2, -1, 4, -3.0])
    amount = np.round(effect[X[:, 0].astype(int)] + 0.3 * X[:, 1] + 2 * (X[:, 2] % 2) + r.normal(0, 0.3, 120), 3)
    y = {
        "amount": amount,
        "words": np.where(amount > 1.5, "yes", "no").astype(object),
        "three": np.array(["high", "low", "mid"], dtype=object)[np.digitize(amount, [0, 3])],
    }[target]
    X = data.with_holes(X, 0.08, 22)
    rows = np.vstack(
        [
            X[:10],
            [[c, 4.5, 5] for c in range(10)],
            [[NAN, 4, 0], [3, NAN, NAN], [NAN, NAN, NAN], [12, 4, 3], [200, 4, 200], [-1, 4, -3]],
        ]
    )
    if named:
        return Data(data.as_frame(X), y, data.as_frame(rows))
    return Data(X, y, rows)


for target, kind in (
    ("amount", HistGradientBoostingRegressor),
    ("words", HistGradientBoostingClassifier),
    ("three", HistGradientBoostingClassifier),
):
    name = {"amount": "regressor", "words": "classifier-two-words", "three": "classifier-three-words"}[target]
    add(
        "hist-%s-categories-by-index" % name,
        hist(kind, categorical_features=[0, 2]),
        lambda t=target: coded(t),
        tags=["unknown"],
        core=target == "amount",
    )
add(
    "hist-regressor-categories-by-mask",
    hist(HistGradientBoostingRegressor, categorical_features=[True, False, True]),
    lambda: coded("amount", named=False),
    tags=["unknown"],
)
add(
    "hist-regressor-categories-by-name",
    hist(HistGradientBoostingRegressor, categorical_features=["alpha", "gamma"]),
    lambda: coded("amount"),
    since=(1, 2),
    tags=["unknown"],
)


def worded(target, numeric_too=False):
    """Text columns as pandas categories."""
    d = data.people(target)
    X, rows = d.X.copy(), d.rows.copy()
    for column in ("city", "plan"):
        categories = sorted(set(X[column].dropna()))
        X[column] = pd.Categorical(X[column], categories=categories)
        rows[column] = pd.Categorical(
            rows[column], categories=categories + sorted(set(rows[column].dropna()) - set(categories))
        )
    if numeric_too:
        X["visits"] = pd.Categorical(X["visits"], categories=sorted(set(X["visits"])))
        rows["visits"] = pd.Categorical(rows["visits"])
    return Data(X, d.y, rows)


for target, kind in (
    ("spend", HistGradientBoostingRegressor),
    ("answer", HistGradientBoostingClassifier),
    ("level", HistGradientBoostingClassifier),
):
    name = {"spend": "regressor", "answer": "classifier-two-words", "level": "classifier-three-words"}[target]
    add(
        "hist-%s-categories-by-type" % name,
        hist(kind, categorical_features="from_dtype"),
        lambda t=target: worded(t),
        since=(1, 4),
        tags=["unknown"],
    )
add(
    "hist-regressor-word-categories-by-name",
    hist(HistGradientBoostingRegressor, categorical_features=["city", "plan"]),
    lambda: worded("spend"),
    since=(1, 4),
    tags=["unknown"],
)
add(
    "hist-regressor-number-categories-by-type",
    hist(HistGradientBoostingRegressor, categorical_features="from_dtype"),
    lambda: worded("spend", True),
    since=(1, 4),
    tags=["unknown"],
)
add(
    "hist-classifier-plain-text-by-name",
    hist(HistGradientBoostingClassifier, categorical_features=["city", "plan"]),
    lambda: data.people("level"),
    since=(1, 4),
    tags=["unknown"],
)

shallow = lambda: DecisionTreeClassifier(max_depth=2, random_state=0)
add(
    "ada-classifier-stumps", lambda: AdaBoostClassifier(n_estimators=5, random_state=0), grid(data.two_words), core=True
)
add(
    "ada-classifier-three-words",
    lambda: wrapping(AdaBoostClassifier, shallow(), n_estimators=5, random_state=0),
    data.iris,
)
add(
    "ada-classifier-samme",
    lambda: wrapping(
        AdaBoostClassifier,
        shallow(),
        n_estimators=5,
        random_state=0,
        **({"algorithm": "SAMME"} if here < (1, 6) else {})
    ),
    grid(data.three_words),
)
add(
    "ada-classifier-logistic",
    lambda: wrapping(AdaBoostClassifier, LogisticRegression(), n_estimators=4, random_state=0),
    grid(data.two_words),
)
add("ada-regressor", lambda: AdaBoostRegressor(n_estimators=5, random_state=0), grid(data.amount))
add(
    "ada-regressor-square",
    lambda: wrapping(
        AdaBoostRegressor,
        DecisionTreeRegressor(max_depth=2, random_state=0),
        n_estimators=6,
        loss="square",
        random_state=0,
    ),
    grid(data.amount),
)
