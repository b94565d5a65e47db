#!/usr/bin/env python3
"""Makes the cases beneath learning/ with the scikit-learn version it runs under.

Each case is an estimator as it was saved (before.pkl), and as it was after partial_fit had been given the rows of a table,
in order and in batches (after.pkl). `make_learning.py` runs in a venv with scikit-learn; with --tables it writes the
tables and the index, too, which no version changes.
"""
import argparse
import csv
import pathlib
import pickle
import random

import numpy
import sklearn
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import IncrementalPCA
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import (PassiveAggressiveClassifier, PassiveAggressiveRegressor, Perceptron, SGDClassifier,
                                  SGDRegressor)
from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, StandardScaler

HERE = pathlib.Path(__file__).resolve().parent / "learning"
VERSION = tuple(int(part) for part in sklearn.__version__.split(".")[:2])
LOG = "log_loss" if VERSION >= (1, 1) else "log"
SQUARED = "squared_error" if VERSION >= (1, 0) else "squared_loss"
NO_PENALTY = None if VERSION >= (1, 2) else "none"
# Rows of the first fit; the others are learned afterwards, in batches.
FIRST, BATCH = 120, 90


def tables():
    """Two tables of 480 rows: numbers, and counts with a text beside them."""
    draw = random.Random(20)
    numbers, counts = [], []
    words = ["apple", "pear", "plum", "fig", "nut", "leaf", "root", "seed"]
    for _ in range(480):
        kind = draw.randrange(3)
        x = [round(draw.gauss(kind * 0.8 - 0.5 * j, 1 + 0.2 * j), 6) for j in range(5)]
        y = round(2 * x[0] - x[1] + 0.5 * x[2] + draw.gauss(0, 0.3), 6)
        numbers.append(x + ["yes" if x[0] + draw.gauss(0, 1) > 0.3 else "no", 10 * (kind + 1), y])
        c = [min(int(draw.expovariate(0.5 + 0.4 * ((j + kind) % 3))), 9) for j in range(5)]
        text = " ".join(words[(kind * 2 + draw.randrange(5)) % 8] for _ in range(draw.randrange(1, 6)))
        counts.append(c + ["yes" if kind == 1 else "no", 10 * (kind + 1), text])
    return {"numbers": (["x0", "x1", "x2", "x3", "x4", "two", "three", "number"], numbers),
            "counts": (["x0", "x1", "x2", "x3", "x4", "two", "three", "text"], counts)}


def cases():
    """Name, table, label (or none), estimator."""
    for loss in ("hinge", LOG, "modified_huber", "squared_hinge", "perceptron"):
        yield "sgd-%s" % loss.replace("_loss", ""), "numbers", "two", SGDClassifier(loss=loss, random_state=3)
    for penalty in ("l1", "elasticnet", NO_PENALTY):
        yield "sgd-penalty-%s" % (penalty or "none"), "numbers", "two", SGDClassifier(
            loss=LOG, penalty=penalty, alpha=0.002, l1_ratio=0.4, shuffle=False)
    for schedule in ("constant", "invscaling", "adaptive"):
        yield "sgd-rate-" + schedule, "numbers", "two", SGDClassifier(
            loss=LOG, learning_rate=schedule, eta0=0.02, power_t=0.3, random_state=5)
    yield "sgd-three", "numbers", "three", SGDClassifier(loss=LOG, random_state=7)
    yield "sgd-three-average", "numbers", "three", SGDClassifier(loss="hinge", average=True, random_state=8)
    yield "sgd-average", "numbers", "two", SGDClassifier(loss=LOG, average=True, random_state=8)
    yield "sgd-average-late", "numbers", "three", SGDClassifier(loss=LOG, average=4000, max_iter=20, random_state=8)
    yield "sgd-class-weight", "numbers", "two", SGDClassifier(loss=LOG, class_weight={"yes": 3.0}, random_state=9)
    yield "sgd-no-intercept", "numbers", "two", SGDClassifier(loss=LOG, fit_intercept=False, random_state=9)
    yield "sgd-no-seed", "numbers", "two", SGDClassifier(loss=LOG, shuffle=False)
    for loss in (SQUARED, "huber", "epsilon_insensitive", "squared_epsilon_insensitive"):
        yield "sgd-regressor-" + loss.replace("squared_loss", "squared_error"), "numbers", "number", SGDRegressor(
            loss=loss, epsilon=0.2, random_state=4)
    yield "sgd-regressor-average", "numbers", "number", SGDRegressor(average=50, eta0=0.005, random_state=4)
    for loss in ("hinge", "squared_hinge"):
        yield "pa-" + loss, "numbers", "three", PassiveAggressiveClassifier(loss=loss, C=0.1, random_state=1)
    for loss in ("epsilon_insensitive", "squared_epsilon_insensitive"):
        yield "pa-regressor-" + loss, "numbers", "number", PassiveAggressiveRegressor(loss=loss, C=0.05, random_state=1)
    yield "perceptron", "numbers", "two", Perceptron(random_state=6)
    yield "perceptron-l2", "numbers", "three", Perceptron(penalty="l2", alpha=0.001, random_state=6)
    yield "sgd-text", "counts", "three", Pipeline(
        [("words", HashingVectorizer(n_features=16, alternate_sign=False)), ("model", SGDClassifier(loss=LOG, random_state=2))])
    yield "sgd-text-l1", "counts", "three", Pipeline(
        [("words", HashingVectorizer(n_features=16)), ("model", SGDClassifier(loss=LOG, penalty="l1", random_state=2))])
    yield "gaussian-nb", "numbers", "three", GaussianNB()
    yield "gaussian-nb-priors", "numbers", "three", GaussianNB(priors=[0.5, 0.25, 0.25], var_smoothing=1e-2)
    yield "multinomial-nb", "counts", "three", MultinomialNB(alpha=0.5)
    yield "multinomial-nb-prior", "counts", "two", MultinomialNB(fit_prior=False)
    yield "bernoulli-nb", "counts", "three", BernoulliNB(binarize=1.5)
    yield "complement-nb", "counts", "three", ComplementNB()
    yield "complement-nb-norm", "counts", "three", ComplementNB(norm=True, alpha=0.1)
    yield "standard-scaler", "numbers", "", StandardScaler()
    yield "standard-scaler-deviation", "numbers", "", StandardScaler(with_mean=False)
    yield "min-max-scaler", "numbers", "", MinMaxScaler(feature_range=(-1, 2), clip=True)
    yield "max-abs-scaler", "numbers", "", MaxAbsScaler()
    yield "mini-batch-k-means", "numbers", "", MiniBatchKMeans(n_clusters=7, batch_size=40, n_init=3, random_state=3)
    yield "mini-batch-k-means-reassigned", "numbers", "", MiniBatchKMeans(
        n_clusters=9, batch_size=64, n_init=1, reassignment_ratio=0.3, random_state=3)
    yield "incremental-pca", "numbers", "", IncrementalPCA(n_components=3)
    yield "incremental-pca-whiten", "numbers", "", IncrementalPCA(n_components=2, whiten=True)
    yield "mlp", "numbers", "two", MLPClassifier((6,), max_iter=30, random_state=1)
    yield "mlp-three", "numbers", "three", MLPClassifier((5, 4), activation="tanh", batch_size=32, max_iter=30, random_state=1)
    yield "mlp-sgd", "numbers", "three", MLPClassifier(
        (6,), solver="sgd", learning_rate="invscaling", activation="logistic", max_iter=30, random_state=1)
    yield "mlp-sgd-adaptive", "numbers", "two", MLPClassifier(
        (4,), solver="sgd", learning_rate="adaptive", learning_rate_init=0.2, tol=0.01, n_iter_no_change=1, max_iter=30,
        random_state=1)
    yield "mlp-regressor", "numbers", "number", MLPRegressor(hidden_layer_sizes=(6,), max_iter=40, random_state=1)
    yield "mlp-regressor-sgd", "numbers", "number", MLPRegressor(
        hidden_layer_sizes=(6,), solver="sgd", nesterovs_momentum=False, learning_rate_init=0.01, max_iter=40, shuffle=False)
    yield "pipeline-sgd", "numbers", "two", Pipeline(
        [("scale", StandardScaler()), ("model", SGDClassifier(loss=LOG, random_state=2))])


def last_step(estimator):
    return estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator


def prepared(estimator, rows):
    return estimator[:-1].transform(rows) if isinstance(estimator, Pipeline) else rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", action="store_true")
    arguments = parser.parse_args()
    made = tables()
    if arguments.tables:
        HERE.mkdir(parents=True, exist_ok=True)
        for name, (header, rows) in made.items():
            with open(HERE / (name + ".csv"), "w", newline="", encoding="utf-8") as file:
                csv.writer(file, lineterminator="\n").writerows([header] + rows)
    index = []
    for name, table, label, estimator in cases():
        header, rows = made[table]
        by_name = dict(zip(header, zip(*rows)))
        x = numpy.array([row[:5] for row in rows], dtype=float)
        if name.startswith("sgd-text"):
            x = numpy.array(by_name["text"], dtype=object)
        y = numpy.array(by_name[label]) if label else None
        index.append([name, table, "text" if x.ndim == 1 else "numbers", label, FIRST, BATCH])
        folder = HERE / name / sklearn.__version__
        folder.mkdir(parents=True, exist_ok=True)
        estimator.fit(x[:FIRST], None if y is None else y[:FIRST])
        last = last_step(estimator)
        if isinstance(last, SGDClassifier) and last.class_weight:
            # fit and partial_fit weigh classes alike.
            assert list(last._expanded_class_weight) == [1.0, 3.0]
        (folder / "before.pkl").write_bytes(pickle.dumps(estimator, protocol=4))
        for begin in range(FIRST, len(x), BATCH):
            part = prepared(estimator, x[begin:begin + BATCH])
            if y is None:
                last.partial_fit(part)
            else:
                last.partial_fit(part, y[begin:begin + BATCH])
        (folder / "after.pkl").write_bytes(pickle.dumps(estimator, protocol=4))
    if arguments.tables:
        with open(HERE / "cases.csv", "w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(
                [["name", "table", "inputs", "label", "first", "batch"]] + index)
    print("scikit-learn %s: %d cases" % (sklearn.__version__, len(index)))


if __name__ == "__main__":
    main()
