#!/usr/bin/env python3
"""Saves small pipelines of PyCaret, as its save_model does, with their own answers, into tests/cases/pycaret.

Needs: pip install pycaret==3.3.2   (Python 3.10)
The layout is that of tests/cases/sklearn; outputs are named as those of sklearn2pmml's pipelines.
"""
import csv
import pathlib
import warnings

import numpy
import pandas
from pycaret.classification import ClassificationExperiment
from pycaret.regression import RegressionExperiment

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent / "pycaret"
ROWS = 120
NUMBERS = ["size", "price", "weight", "year"]
WORDS = ["town", "town_kind", "colour", "used"]


def rows(holes):
    random = numpy.random.RandomState(11)
    frame = pandas.DataFrame({
        "size": random.normal(10, 4, ROWS).round(3),
        "town": random.choice(["Oslo", "Bergen", "Bodø", "Tromsø", "Ålesund"], ROWS, p=[0.5, 0.3, 0.14, 0.03, 0.03]),
        "price": random.gamma(2, 50, ROWS).round(2),
        # Begins with the name of another column.
        "town_kind": random.choice(["port", "fell", "isle"], ROWS),
        "weight": random.uniform(1, 2, ROWS).round(4),
        "colour": random.choice(["red", "blue", "green", "grey"], ROWS),
        "year": random.randint(1990, 2020, ROWS),
        "used": random.choice(["yes", "no"], ROWS),
    })
    amount = frame["size"] + frame["price"] / 20 + 4 * (frame["town"] == "Oslo") - 3 * (frame["colour"] == "red")
    frame["amount"] = (amount + random.normal(0, 1, ROWS)).round(3)
    frame["answer"] = numpy.where(frame["amount"] > frame["amount"].median(), "dear", "cheap")
    if holes:
        for name in ["size", "weight", "town", "used"]:
            frame.loc[random.rand(ROWS) < 0.15, name] = numpy.nan
    return frame


def classified(holes=False, **options):
    frame = rows(holes).drop(columns="amount")
    experiment = ClassificationExperiment()
    experiment.setup(frame, target="answer", session_id=1, html=False, verbose=False, fold=2, n_jobs=1,
                     numeric_features=NUMBERS, categorical_features=WORDS, **options)
    return experiment, experiment.create_model("lr", verbose=False), frame.drop(columns="answer")


def regressed(holes=False, model="ridge", **options):
    frame = rows(holes).drop(columns="answer")
    experiment = RegressionExperiment()
    experiment.setup(frame, target="amount", session_id=2, html=False, verbose=False, fold=2, n_jobs=1,
                     numeric_features=NUMBERS, categorical_features=WORDS, **options)
    return experiment, experiment.create_model(model, verbose=False), frame.drop(columns="amount")


CASES = {
    "classifier": lambda: classified(),
    "classifier-rare-categories": lambda: classified(rare_to_value=0.2, normalize=True),
    "classifier-missing": lambda: classified(True, rare_to_value=0.1, rare_value="other"),
    "classifier-without-outliers": lambda: classified(remove_outliers=True, outliers_method="lof"),
    "regressor": lambda: regressed(normalize=True, normalize_method="minmax"),
    "regressor-missing": lambda: regressed(True, transformation=True),
    "regressor-selected": lambda: regressed(feature_selection=True, n_features_to_select=0.5),
    "regressor-collinear": lambda: regressed(remove_multicollinearity=True, multicollinearity_threshold=0.3),
    "regressor-low-variance": lambda: regressed(low_variance_threshold=0.1),
    "regressor-few-columns-encoded": lambda: regressed(max_encoding_ohe=3, encoding_method=None),
    "regressor-target-transformed": lambda: regressed(transform_target=True),
}


def answers(pipeline, X):
    target = pipeline.steps[0][1].target_name_
    names, columns = [target], [numpy.asarray(pipeline.predict(X)).ravel()]
    if hasattr(pipeline.steps[-1][1], "predict_proba"):
        names += ["probability(%s)" % label for label in ("cheap", "dear")]
        columns += list(numpy.asarray(pipeline.predict_proba(X)).T)
    return names, list(zip(*columns))


def cell(value):
    if value is None or value != value:
        return ""
    return repr(float(value)) if isinstance(value, (float, numpy.floating)) else str(value)


def write(path, names, lines):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([cell(value) for value in line] for line in lines)


def main():
    index = []
    for name, make in CASES.items():
        experiment, model, X = make()
        X = X.head(30)
        folder = HERE / name
        folder.mkdir(parents=True, exist_ok=True)
        pipeline, _ = experiment.save_model(model, str(folder / "model"), verbose=False)
        write(folder / "input.csv", X.columns, X.itertuples(index=False, name=None))
        names, lines = answers(pipeline, X)
        write(folder / "expected.csv", names, lines)
        index.append([name, "3.3.2", "model.pkl", "expected.csv", "joblib", len(X), "1e-6", "1e-6", "", "", ""])
        print(name, [step for step, _ in pipeline.steps])
    write(HERE / "cases.csv", "case version model expected saved rows rel abs optional estimators requires".split(), index)


if __name__ == "__main__":
    main()
