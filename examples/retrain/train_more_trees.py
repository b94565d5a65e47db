#!/usr/bin/env python3
"""A trainer for boosters and forests: goes on from the model that serves with new trees, grown on the new rows by its own library.

    scoreway trainer set churn --time 10m --memory 4GB -- python3 $PWD/train_more_trees.py --trees 50
    scoreway retrain churn --from-log --since 30d

Reads what XGBoost saved (JSON, UBJSON), what LightGBM saved, and pickles of scikit-learn's estimators with `warm_start`. The trees that
serve stay as they are; the new ones correct them on the new rows, or in a forest vote beside them. XGBoost does not save how it
was trained: take the settings of the parent by --set learning_rate=0.1 --set max_depth=4. LightGBM saves them.
docs/learning.md has the whole contract.
"""
import argparse
import json
import os
import pickle

import numpy
import pandas
from sklearn.metrics import accuracy_score, r2_score
from sklearn.model_selection import train_test_split


class Xgboost:
    """A Booster that XGBoost saved; labels of classes are 0, 1 and on."""

    def __init__(self, content, settings):
        import xgboost
        self.library, self.settings = xgboost, settings
        self.parent = xgboost.Booster()
        self.parent.load_model(bytearray(content))
        learner = json.loads(self.parent.save_config())["learner"]
        self.classifies = learner["objective"]["name"].split(":")[0] in ("binary", "multi")
        # Of several classes it needs to know how many: a model of another number would be another model.
        self.objective = {"objective": learner["objective"]["name"]}
        if int(learner["learner_model_param"]["num_class"]) > 0:
            self.objective["num_class"] = int(learner["learner_model_param"]["num_class"])

    def matrix(self, rows, labels=None):
        names = self.parent.feature_names
        return self.library.DMatrix(rows[names] if names else rows.to_numpy(), labels)

    def grow(self, rows, labels, trees):
        return self.library.train({**self.objective, **self.settings}, self.matrix(rows, labels), trees, xgb_model=self.parent)

    def predict(self, model, rows):
        return model.predict(self.matrix(rows))

    def save(self, model, path):
        with open(path, "wb") as file:
            file.write(model.save_raw("json"))


class Lightgbm:
    """A Booster that LightGBM saved; labels of classes are 0, 1 and on."""

    def __init__(self, content, settings):
        import lightgbm
        self.library = lightgbm
        self.parent = lightgbm.Booster(model_str=content.decode())
        # How many trees and classes, and where the parent's data and model lay, is for this training to say.
        ours = ("num_iterations", "num_trees", "data", "valid", "input_model", "output_model", "task")
        self.settings = {**{name: value for name, value in self.parent.params.items() if name not in ours}, "verbose": -1, **settings}
        self.classifies = self.settings["objective"].split()[0] in ("binary", "multiclass", "multiclassova")

    def columns(self, rows):
        names = self.parent.feature_name()
        return rows[names] if set(names) <= set(rows.columns) else rows

    def grow(self, rows, labels, trees):
        return self.library.train(self.settings, self.library.Dataset(self.columns(rows), labels), trees, init_model=self.parent)

    def predict(self, model, rows):
        return model.predict(self.columns(rows))

    def save(self, model, path):
        # All trees: it would save no more than the best iteration of a training that stopped early.
        model.save_model(path, num_iteration=-1)


class WarmStart:
    """A pickled estimator of scikit-learn that grows more trees with warm_start: gradient boosting, or a forest."""

    def __init__(self, content, settings):
        from sklearn.base import is_classifier
        self.parent, self.content, self.settings = pickle.loads(content), content, settings
        name = type(self.parent).__name__
        # Its trees ask for bins of the rows they were grown on, which new rows would change beneath them.
        if name.startswith("HistGradientBoosting") or not {"warm_start", "n_estimators"} <= set(self.parent.get_params()):
            raise SystemExit("%s does not go on with new trees; train.py trains it anew" % name)
        self.classifies = is_classifier(self.parent)

    def grow(self, rows, labels, trees):
        model = pickle.loads(self.content)
        was_warm = model.warm_start
        model.set_params(warm_start=True, n_estimators=model.n_estimators + trees, **self.settings)
        return model.fit(rows, labels).set_params(warm_start=was_warm)

    def predict(self, model, rows):
        return model.predict(rows)

    def save(self, model, path):
        with open(path, "wb") as file:
            pickle.dump(model, file)


def library_of(content, settings):
    if content[:1] == b"{":
        return Xgboost(content, settings)
    return Lightgbm(content, settings) if content.startswith(b"tree\n") else WarmStart(content, settings)


def score(library, model, rows, labels):
    answers = library.predict(model, rows)
    if not library.classifies:
        return r2_score(labels, answers)
    if answers.dtype.kind == "f" and not isinstance(library, WarmStart):  # chances
        answers = answers.argmax(axis=1) if answers.ndim == 2 else answers > 0.5
    return accuracy_score(numpy.asarray(labels), answers)


def setting(text):
    name, value = text.split("=", 1)
    return name, json.loads(value) if value.replace(".", "", 1).replace("e-", "", 1).isdigit() else value


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trees", type=int, default=50, help="new iterations: of several classes each is a tree a class")
    parser.add_argument("--set", type=setting, action="append", default=[], metavar="NAME=VALUE", help="a setting of the library")
    arguments = parser.parse_args()
    with open(os.environ["SCOREWAY_RETRAIN"], encoding="utf-8") as file:
        contract = json.load(file)
    rows = pandas.read_parquet(contract["data"])
    labels = rows.pop(contract["label"])
    with open(contract["parent_artifact"], "rb") as file:
        library = library_of(file.read(), dict(arguments.set))
    print("%d trees more for version %d of %s on %d rows" % (
        arguments.trees, contract["parent"]["version"], contract["model"], len(rows)), flush=True)

    train_rows, test_rows, train_labels, test_labels = train_test_split(rows, labels, test_size=0.25, random_state=0)
    grown = library.grow(train_rows, train_labels, arguments.trees)
    with open(contract["metrics"], "w", encoding="utf-8") as file:
        json.dump({"metrics": {"holdout_score": score(library, grown, test_rows, test_labels),
                               "holdout_score_parent": score(library, library.parent, test_rows, test_labels)}}, file)
    library.save(library.grow(rows, labels, arguments.trees), contract["output"])


main()
