#!/usr/bin/env python3
"""Learns 100,000 rows more in scikit-learn and in Scoreway, the same rows in the same batches, and compares what was learned.

    tests/learning/exactness.py SCOREWAY [--rows N]

Every coefficient must be equal within a relative 1e-9 (of a network, whose library adds up in the order its processor likes, within
1e-6). Prints the greatest difference of each estimator and how long both took in processor time.
"""
import argparse
import json
import os
import pathlib
import pickle
import resource
import struct
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import IncrementalPCA
from sklearn.linear_model import (PassiveAggressiveClassifier, PassiveAggressiveRegressor, Perceptron, SGDClassifier,
                                  SGDRegressor)
from sklearn.naive_bayes import BernoulliNB, ComplementNB, GaussianNB, MultinomialNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import MinMaxScaler, StandardScaler

FIRST, BATCH, WIDTH = 1000, 1000, 12

# Estimator, which label it learns, the attributes that are compared, and how far they may differ.
CASES = [
    ("sgd-log", SGDClassifier(loss="log_loss", random_state=1), "two", ["coef_", "intercept_"], 1e-9),
    ("sgd-hinge-l1", SGDClassifier(penalty="l1", random_state=1), "two", ["coef_", "intercept_"], 1e-9),
    ("sgd-three-elasticnet", SGDClassifier(loss="modified_huber", penalty="elasticnet", random_state=2), "three",
     ["coef_", "intercept_"], 1e-9),
    ("sgd-average", SGDClassifier(loss="squared_hinge", average=True, learning_rate="invscaling", eta0=0.01, random_state=3),
     "three", ["_average_coef", "_average_intercept", "_standard_coef"], 1e-9),
    ("sgd-regressor", SGDRegressor(random_state=4), "number", ["coef_", "intercept_"], 1e-9),
    ("sgd-regressor-huber", SGDRegressor(loss="huber", average=10, random_state=4), "number",
     ["_average_coef", "_average_intercept", "_standard_coef"], 1e-9),
    ("passive-aggressive", PassiveAggressiveClassifier(C=0.01, random_state=5), "three", ["coef_", "intercept_"], 1e-9),
    ("passive-aggressive-regressor", PassiveAggressiveRegressor(C=0.01, random_state=5), "number", ["coef_", "intercept_"], 1e-9),
    ("perceptron", Perceptron(random_state=6), "three", ["coef_", "intercept_"], 1e-9),
    ("gaussian-nb", GaussianNB(), "three", ["theta_", "var_", "class_count_", "class_prior_"], 1e-9),
    ("multinomial-nb", MultinomialNB(), "counts", ["feature_count_", "class_count_"], 1e-9),
    ("bernoulli-nb", BernoulliNB(), "counts", ["feature_count_", "class_count_"], 1e-9),
    ("complement-nb", ComplementNB(), "counts", ["feature_count_", "class_count_"], 1e-9),
    ("standard-scaler", StandardScaler(), None, ["mean_", "var_"], 1e-9),
    ("min-max-scaler", MinMaxScaler(), None, ["data_min_", "data_max_"], 1e-9),
    ("mini-batch-k-means", MiniBatchKMeans(n_clusters=8, n_init=1, random_state=7), None, ["cluster_centers_", "_counts"], 1e-9),
    ("incremental-pca", IncrementalPCA(n_components=4), None, ["components_", "mean_", "singular_values_"], 1e-9),
    ("mlp", MLPClassifier((16,), activation="tanh", max_iter=5, random_state=8), "three", ["coefs_", "intercepts_"], 1e-6),
    ("mlp-regressor", MLPRegressor(hidden_layer_sizes=(16,), solver="sgd", learning_rate_init=1e-3, max_iter=5, random_state=8),
     "number", ["coefs_", "intercepts_"], 1e-6),
]


def make_rows(count):
    draw = numpy.random.default_rng(9)
    kind = draw.integers(3, size=count)
    x = draw.normal(size=(count, WIDTH)) + 0.6 * kind[:, None] * (numpy.arange(WIDTH) % 3 == 1)
    weights = draw.normal(size=WIDTH)
    number = x @ weights + draw.normal(scale=0.5, size=count)
    counts = draw.poisson(1.0 + (numpy.arange(WIDTH)[None, :] % 3 == kind[:, None]), size=(count, WIDTH)).astype(float)
    return {"x": x, "counts": counts, "two": number > 0, "three": kind * 10, "number": number}


def read_state(artifact):
    """Numbers by name, of the attachment of a checkpoint (src/learn/learner_state.h)."""
    place = 8 + 4
    _, size = struct.unpack_from("<IQ", artifact, place)
    place += 12 + size + 12 + 8

    def count():
        nonlocal place
        place += 8
        return struct.unpack_from("<Q", artifact, place - 8)[0]

    def text():
        nonlocal place
        size = count()
        place += size
        return artifact[place - size:place].decode()

    for _ in range(3):
        text()
    numbers = {}
    for _ in range(count()):
        name = text()
        size = count()
        numbers[name] = numpy.frombuffer(artifact, "<f8", size, place)
        place += 8 * size
    return numbers


def flat(value):
    return numpy.concatenate([numpy.ravel(part) for part in value]) if isinstance(value, list) else numpy.ravel(value)


def greatest_difference(mine, theirs):
    scale = numpy.maximum(numpy.abs(theirs), 1e-3 * numpy.max(numpy.abs(theirs)))
    return float(numpy.max(numpy.abs(mine - theirs) / numpy.where(scale == 0, 1, scale)))


def run(scoreway, folder, *arguments):
    return subprocess.run([scoreway, *map(str, arguments)], cwd=folder, check=True, capture_output=True, text=True,
                          env={**os.environ, "SCOREWAY_REGISTRY": str(folder / "registry.db")}).stdout


def processor_seconds(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def write_table(path, x, label):
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(["x%d" % j for j in range(x.shape[1])] + ["y"]) + "\n")
        for row, value in zip(x, label):
            file.write(",".join(map(repr, row.tolist())) + ",%r\n" % value.item())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("scoreway", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--rows", type=int, default=100_000)
    arguments = parser.parse_args()
    made = make_rows(FIRST + arguments.rows)
    failed = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for table, cells in (("two", "x"), ("three", "x"), ("number", "x"), ("counts", "counts")):
            label = made["three" if table == "counts" else table]
            write_table(folder / (table + ".csv"), made[cells][FIRST:], label[FIRST:])
        print("%-30s %12s %12s %12s" % ("%d rows" % arguments.rows, "difference", "theirs, s", "ours, s"))
        for name, estimator, table, attributes, allowed in CASES:
            x = made["counts" if table == "counts" else "x"]
            y = None if table is None else made["three" if table == "counts" else table]
            estimator.fit(x[:FIRST], None if y is None else y[:FIRST])
            (folder / "model.pkl").write_bytes(pickle.dumps(estimator))
            run(arguments.scoreway, folder, "push", name, "model.pkl")
            began = processor_seconds(resource.RUSAGE_SELF)
            for begin in range(FIRST, len(x), BATCH):
                part = x[begin:begin + BATCH]
                estimator.partial_fit(part) if y is None else estimator.partial_fit(part, y[begin:begin + BATCH])
            theirs = processor_seconds(resource.RUSAGE_SELF) - began
            began = processor_seconds(resource.RUSAGE_CHILDREN)
            label = [] if table is None else ["--label", "y"]
            learned = json.loads(run(arguments.scoreway, folder, "learn", name, "--from", (table or "number") + ".csv", *label,
                                     "--batch", BATCH, "--json"))
            ours = processor_seconds(resource.RUSAGE_CHILDREN) - began
            assert learned["rows"] == arguments.rows, learned
            run(arguments.scoreway, folder, "run", "pull", name, learned["run"], "-o", "checkpoint")
            state = read_state((folder / "checkpoint").read_bytes())
            difference = max(greatest_difference(state[each], flat(getattr(estimator, each))) for each in attributes)
            print("%-30s %12.2g %12.2f %12.2f" % (name, difference, theirs, ours), flush=True)
            if not difference <= allowed:
                failed.append(name)
    if failed:
        print("differ too far: " + ", ".join(failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
