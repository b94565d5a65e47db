#!/usr/bin/env python3
"""Trains a model, pushes it, and has it trained anew by its trainer on newer rows, as a scheduler would.

    examples/retrain/run.py SCOREWAY [train.py|train_spark.py|MODEL]     in a Python with scikit-learn, pandas and pyarrow

MODEL is xgboost, lightgbm, gradient-boosting or random-forest, which train_more_trees.py goes on with. Needs the library that trains.
"""
import json
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile

import numpy
import pandas
from sklearn.datasets import make_classification
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier

HERE = pathlib.Path(__file__).resolve().parent
TREES, MORE = 20, 15


def train_xgboost(rows, labels, path):
    import xgboost
    settings = {"objective": "binary:logistic", "max_depth": 4, "learning_rate": 0.2}
    xgboost.train(settings, xgboost.DMatrix(rows, labels), TREES).save_model(path.with_suffix(".json"))
    path.with_suffix(".json").rename(path)


def train_lightgbm(rows, labels, path):
    import lightgbm
    settings = {"objective": "binary", "num_leaves": 7, "verbose": -1}
    lightgbm.train(settings, lightgbm.Dataset(rows, labels), TREES).save_model(path)


def train_sklearn(estimator):
    return lambda rows, labels, path: path.write_bytes(pickle.dumps(estimator.fit(rows, labels)))


def first_trees_xgboost(path, rows, count):
    import xgboost
    booster = xgboost.Booster()
    booster.load_model(bytearray(path.read_bytes()))
    return booster.num_boosted_rounds(), booster.predict(xgboost.DMatrix(rows), output_margin=True, iteration_range=(0, count))


def first_trees_lightgbm(path, rows, count):
    import lightgbm
    booster = lightgbm.Booster(model_file=path)
    return booster.num_trees(), booster.predict(rows, raw_score=True, num_iteration=count)


def first_trees_sklearn(path, rows, count):
    model = pickle.loads(path.read_bytes())
    trees = numpy.ravel(model.estimators_)
    return len(trees), sum(tree.predict(rows.to_numpy()) for tree in trees[:count])


# How the parent is trained, the trainer, and how many trees a file has with what the first of them say.
MODELS = {
    "train.py": (train_sklearn(RandomForestClassifier(TREES, max_depth=6, random_state=1)), ["train.py"], None),
    "train_spark.py": (train_sklearn(RandomForestClassifier(TREES, max_depth=6, random_state=1)), ["train_spark.py"], None),
    "xgboost": (train_xgboost, ["train_more_trees.py", "--set", "max_depth=4", "--set", "learning_rate=0.2"], first_trees_xgboost),
    "lightgbm": (train_lightgbm, ["train_more_trees.py"], first_trees_lightgbm),
    "gradient-boosting": (train_sklearn(GradientBoostingClassifier(n_estimators=TREES, random_state=1)), ["train_more_trees.py"],
                          first_trees_sklearn),
    "random-forest": (train_sklearn(RandomForestClassifier(TREES, max_depth=6, random_state=1)), ["train_more_trees.py"],
                      first_trees_sklearn),
}
scoreway = pathlib.Path(sys.argv[1]).resolve()
train_parent, (trainer, *options), first_trees = MODELS[sys.argv[2] if len(sys.argv) > 2 else "train.py"]
if first_trees:
    options += ["--trees", MORE]

with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)

    def run(*arguments):
        return subprocess.run([scoreway, *map(str, arguments)], cwd=folder, check=True, stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "SCOREWAY_REGISTRY": str(folder / "registry.db")}).stdout

    cells, labels = make_classification(4000, 6, random_state=1)
    rows = pandas.DataFrame(cells, columns=["f%d" % i for i in range(6)])
    # Time goes by: the column that says most turns round.
    rows.loc[1000:, rows.corrwith(pandas.Series(labels)).abs().idxmax()] *= -1
    train_parent(rows[:1000], labels[:1000], folder / "parent")
    rows.assign(label=labels)[1000:].to_parquet(folder / "new.parquet")

    run("push", "churn", "parent", "--alias", "champion")
    run("trainer", "set", "churn", "--time", "5m", "--", sys.executable, HERE / trainer, *options)
    version = json.loads(run("retrain", "churn", "--from", "new.parquet", "--json"))
    print("version %d from version %d, %s" % (
        version["version"], version["parent_version"], ", ".join("%s %.3f" % item for item in version["metrics"].items())))
    assert version["version"] == 2 and version["parent_version"] == 1
    assert json.loads(run("models", "--json"))["models"][0]["aliases"] == {"candidate": 2, "champion": 1}
    if first_trees:
        run("pull", "churn/2", "-o", "candidate")
        before, said = first_trees(folder / "parent", rows, TREES)
        after, still_said = first_trees(folder / "candidate", rows, TREES)
        assert (before, after) == (TREES, TREES + MORE) and numpy.array_equal(said, still_said)
        assert version["metrics"]["holdout_score"] > version["metrics"]["holdout_score_parent"]
