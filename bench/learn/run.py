#!/usr/bin/env python3
"""Scoreway's learners beside River's, on River's stream generators.

    bench/learn/run.py SCOREWAY [--rows N] [--forest-rows N] [--forest-seeds N]

Both learn the same rows in the same order and answer the same rows after them, which neither learns. Accuracy must not be more than 1 %
worse; times are processor time: River's of its learn_one calls alone, Scoreway's of the whole command, which reads a Parquet file, keeps
a checkpoint and promotes it (some 0.03 s of it are spent though there be no rows). Forests are drawn: of both, accuracy and time are the means over so many seeds. Runs in a venv with river.
"""
import argparse
import csv
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import pyarrow.csv
import pyarrow.parquet
from river import forest, linear_model, optim, preprocessing, tree
from river.datasets import synth

TEST_ROWS = 10_000

STREAMS = {
    "sea": lambda: synth.SEA(variant=0, noise=0.1, seed=1),
    "agrawal": lambda: synth.Agrawal(classification_function=0, seed=2),
    "rbf": lambda: synth.RandomRBF(seed_model=3, seed_sample=3, n_classes=4, n_features=8, n_centroids=20),
    "hyperplane": lambda: synth.Hyperplane(seed=4, n_features=10, mag_change=0.001),
}
LEARNERS = {
    "logistic": lambda seed: preprocessing.StandardScaler() | linear_model.LogisticRegression(optim.SGD(0.01)),
    "ftrl": lambda seed: preprocessing.StandardScaler() | linear_model.LogisticRegression(optim.FTRLProximal(alpha=0.1)),
    "hoeffding-tree": lambda seed: tree.HoeffdingTreeClassifier(),
    "adaptive-random-forest": lambda seed: forest.ARFClassifier(seed=seed),
}


def processor_seconds(who):
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def of_river(model, rows, test):
    began = time.process_time()
    for x, y in rows:
        model.learn_one(x, y)
    seconds = time.process_time() - began
    return sum(model.predict_one(x) == y for x, y in test) / len(test), seconds


def write(path, rows):
    names = list(rows[0][0])
    columns = {str(name): [float(x[name]) for x, _ in rows] for name in names}
    table = pyarrow.table({**columns, "label": [int(y) for _, y in rows]})
    (pyarrow.csv.write_csv if path.suffix == ".csv" else pyarrow.parquet.write_table)(table, str(path))
    return names


def of_scoreway(scoreway, kind, settings, rows, test):
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        environment = {**os.environ, "SCOREWAY_REGISTRY": str(folder / "registry.db")}

        def run(*arguments):
            return subprocess.run([scoreway, *map(str, arguments)], cwd=folder, check=True, capture_output=True, text=True,
                                  env=environment).stdout

        names = write(folder / "rows.parquet", rows)
        write(folder / "test.csv", test)
        classes = sorted({int(y) for _, y in rows})
        began = processor_seconds(resource.RUSAGE_CHILDREN)
        learned = json.loads(run("learn", kind, "--new", kind, "--inputs", ",".join(map(str, names)), "--classes",
                                 ",".join(map(str, classes)), *settings, "--from", "rows.parquet", "--label", "label", "--promote", "--json"))
        seconds = processor_seconds(resource.RUSAGE_CHILDREN) - began
        assert learned["rows"] == len(rows)
        answers = csv.DictReader(run("predict", kind + "/2", "-i", "test.csv", "--quiet").splitlines())
    right = sum(int(answer["predict"]) == int(y) for answer, (_, y) in zip(answers, test))
    return right / len(test), seconds


def means(pairs):
    return [statistics.mean(values) for values in zip(*pairs)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("scoreway", type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--rows", type=int, default=400_000)
    parser.add_argument("--forest-rows", type=int, default=20_000, help="of the forests, which River takes minutes for")
    parser.add_argument("--forest-seeds", type=int, default=3)
    arguments = parser.parse_args()
    short = []
    print("%-24s %-11s %8s %10s %10s %10s %10s %8s" % ("learner", "stream", "rows", "river", "scoreway", "river, s", "ours, s", "faster"))
    for kind, make in LEARNERS.items():
        is_drawn = kind == "adaptive-random-forest"
        count = arguments.forest_rows if is_drawn else arguments.rows
        seeds = range(1, 1 + arguments.forest_seeds) if is_drawn else [1]
        for name, stream in STREAMS.items():
            if kind in ("logistic", "ftrl") and name == "rbf":
                continue  # four classes, which River's has not
            made = list(stream().take(count + TEST_ROWS))
            rows, test = made[:count], made[count:]
            theirs, their_seconds = means(of_river(make(seed), rows, test) for seed in seeds)
            ours, our_seconds = means(
                of_scoreway(arguments.scoreway, kind, ["--set", f"seed={seed}"] if is_drawn else [], rows, test) for seed in seeds)
            print("%-24s %-11s %8d %9.2f%% %9.2f%% %10.2f %10.2f %7.0fx" % (
                kind, name, count, 100 * theirs, 100 * ours, their_seconds, our_seconds, their_seconds / our_seconds), flush=True)
            if ours < theirs - 0.01:
                short.append("%s on %s" % (kind, name))
    if short:
        print("more than 1 % worse: " + ", ".join(short))
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
