"""Linear models: regression, classification, links, stochastic descent, support vectors."""

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import (
    ElasticNet,
    GammaRegressor,
    HuberRegressor,
    Lasso,
    LinearRegression,
    LogisticRegression,
    LogisticRegressionCV,
    Perceptron,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    RidgeCV,
    SGDClassifier,
    SGDRegressor,
    TweedieRegressor,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC, LinearSVR

from . import data
from .case import Catalogue
from .naming import log_loss_of_sgd

cases = Catalogue()
add = cases.add


def scaled(build):
    return lambda: make_pipeline(StandardScaler(), build())


def grid(target, **more):
    return lambda: data.grid(target, **more)


def climbing(X, r):
    return X[:, 0] + r.normal(0, 1, len(X))


add("isotonic-alone", lambda: IsotonicRegression(out_of_bounds="clip"), grid(climbing, k=1), since=(1, 9))
add("linear-regression-diabetes", LinearRegression, data.diabetes, core=True)
add("linear-regression-by-position", LinearRegression, lambda: data.diabetes(named=False))
add("linear-regression-fitted-in-float32", LinearRegression, lambda: data.fitted_in_float32(data.diabetes()))
add("linear-regression-no-intercept", lambda: LinearRegression(fit_intercept=False), data.diabetes)
add("linear-regression-three-targets", LinearRegression, data.linnerud)
add("ridge-diabetes", lambda: Ridge(alpha=0.5), data.diabetes, core=True)
add("ridge-two-targets", Ridge, grid(data.two_amounts))
add("ridge-cv", lambda: RidgeCV(alphas=[0.1, 1.0, 10.0]), data.diabetes)
add("lasso-diabetes", lambda: Lasso(alpha=0.3), data.diabetes)
add("elastic-net-diabetes", lambda: ElasticNet(alpha=0.01, l1_ratio=0.3), data.diabetes)
add("elastic-net-two-targets", lambda: ElasticNet(alpha=0.1), grid(data.two_amounts))
add("huber-diabetes", lambda: HuberRegressor(max_iter=300), data.diabetes)
add("sgd-regressor", scaled(lambda: SGDRegressor(random_state=0)), data.diabetes)
add("sgd-regressor-huber", scaled(lambda: SGDRegressor(loss="huber", random_state=0)), data.diabetes)
add("linear-svr", scaled(lambda: LinearSVR(random_state=0, max_iter=20000)), data.diabetes)
add("poisson-counts", scaled(PoissonRegressor), lambda: in_reach(data.count), core=True)
add("gamma-unscaled", GammaRegressor, lambda: in_reach(data.positive_amount))
add("gamma-amounts", scaled(GammaRegressor), lambda: in_reach(data.positive_amount))
add(
    "tweedie-log",
    scaled(lambda: TweedieRegressor(power=1.5, alpha=0.5, link="log")),
    lambda: in_reach(data.positive_amount),
)
add("tweedie-auto-is-log", scaled(lambda: TweedieRegressor(power=2)), lambda: in_reach(data.positive_amount))
add("tweedie-auto-is-identity", scaled(lambda: TweedieRegressor(power=0)), grid(data.amount))
add("tweedie-identity", scaled(lambda: TweedieRegressor(power=0, link="identity", alpha=0.1)), grid(data.amount))

add("logistic-two-words", scaled(LogisticRegression), data.cancer, core=True)
add("logistic-two-numbers", scaled(LogisticRegression), lambda: data.cancer(words=False))
add("logistic-truths", LogisticRegression, grid(data.truths))
add("logistic-three-words", scaled(LogisticRegression), data.iris, core=True)
add("logistic-three-numbers", lambda: LogisticRegression(max_iter=500), grid(data.three_numbers))
add(
    "logistic-float-labels",
    lambda: LogisticRegression(max_iter=500),
    grid(lambda X, r: np.array([1.0, 2.0, -5.0])[data.three_numbers(X, r) % 3]),
)
add("logistic-by-position", scaled(LogisticRegression), lambda: data.wine(named=False))
add("logistic-no-intercept", lambda: LogisticRegression(fit_intercept=False, max_iter=500), grid(data.three_words))
add("logistic-liblinear", lambda: LogisticRegression(solver="liblinear", random_state=0), grid(data.two_words))
add(
    "logistic-liblinear-ovr",
    lambda: LogisticRegression(solver="liblinear", random_state=0),
    grid(data.three_words),
    until=(1, 8),
)
add("logistic-ovr", lambda: LogisticRegression(multi_class="ovr"), data.iris, until=(1, 8))
add(
    "logistic-multinomial",
    lambda: LogisticRegression(multi_class="multinomial", max_iter=500),
    grid(data.three_words),
    until=(1, 8),
)
add(
    "logistic-multinomial-two-words",
    lambda: LogisticRegression(multi_class="multinomial", max_iter=500),
    grid(data.two_words),
    until=(1, 8),
)
add("logistic-cv", lambda: make_pipeline(StandardScaler(), LogisticRegressionCV(Cs=3, cv=2, max_iter=500)), data.iris)
add("logistic-sure", lambda: LogisticRegression(C=1e6, max_iter=2000), grid(data.two_words))
add("sgd-hinge", scaled(lambda: SGDClassifier(random_state=0)), data.iris)
add("sgd-hinge-two-words", scaled(lambda: SGDClassifier(random_state=0)), data.cancer)
add("sgd-log-loss", scaled(lambda: SGDClassifier(loss=log_loss_of_sgd(), random_state=0)), data.iris, core=True)
add("sgd-log-loss-two-words", scaled(lambda: SGDClassifier(loss=log_loss_of_sgd(), random_state=0)), data.cancer)
add("sgd-modified-huber", scaled(lambda: SGDClassifier(loss="modified_huber", random_state=0)), data.iris)
add("sgd-modified-huber-two-words", scaled(lambda: SGDClassifier(loss="modified_huber", random_state=0)), data.cancer)
add("ridge-classifier-two-words", RidgeClassifier, grid(data.two_words))
add("ridge-classifier-several-labels", RidgeClassifier, grid(data.three_labels), since=(1, 0))
add("ridge-classifier-three-words", RidgeClassifier, grid(data.three_words))
add("perceptron", scaled(lambda: Perceptron(random_state=0)), data.iris)
add("perceptron-two-words", scaled(lambda: Perceptron(random_state=0)), data.cancer)
add("linear-svc-two-words", scaled(lambda: LinearSVC(random_state=0, max_iter=20000)), data.cancer)
add("linear-svc-three-words", scaled(lambda: LinearSVC(random_state=0, max_iter=20000)), data.iris)


def in_reach(target):
    """Without the rows so far out that exp() of them says nothing."""
    d = data.grid(target)
    keep = (d.rows.abs() < 1e6).all(axis=1)
    d.rows = d.rows[keep].reset_index(drop=True)
    return d
