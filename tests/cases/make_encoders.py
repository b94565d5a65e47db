#!/usr/bin/env python3
"""Saves the encoders of category_encoders, and imblearn's ensembles, with their own answers, into tests/cases/encoders.

Needs: pip install category_encoders==2.11.2 imbalanced-learn==0.14.2 scikit-learn==1.8.0 pandas==3.1.1 statsmodels==0.15.0
       (Python 3.11)
The layout is that of tests/cases/sklearn. Under pandas 3 texts lie in arrays of Arrow, which is what these cases are
for; older ones are in sklearn2pmml.
"""
import csv
import pathlib
import pickle
import warnings

import category_encoders
import numpy
import pandas
from imblearn.ensemble import EasyEnsembleClassifier, RUSBoostClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent / "encoders"
ROWS = 90
ENCODERS = ["BackwardDifferenceEncoder", "BaseNEncoder", "BinaryEncoder", "CatBoostEncoder", "CountEncoder",
            "GLMMEncoder", "GrayEncoder", "HelmertEncoder", "JamesSteinEncoder", "LeaveOneOutEncoder", "MEstimateEncoder",
            "OneHotEncoder", "OrdinalEncoder", "PolynomialEncoder", "QuantileEncoder", "SumEncoder", "TargetEncoder",
            "WOEEncoder"]


def rows(holes=False):
    random = numpy.random.RandomState(5)
    frame = pandas.DataFrame({
        "town": random.choice(["Oslo", "Bergen", "Bodø", "Tromsø", "Ålesund"], ROWS),
        "size": random.normal(10, 4, ROWS).round(3),
        "kind": random.choice(["port", "fell", "isle"], ROWS),
        "price": random.gamma(2, 50, ROWS).round(2),
    })
    answer = (frame["size"] + 4 * (frame["town"] == "Oslo") + random.normal(0, 2, ROWS) > 10).astype(int)
    if holes:
        frame.loc[random.rand(ROWS) < 0.2, "town"] = numpy.nan
    asked = frame.head(20).copy()
    asked.loc[len(asked)] = ["Hamar", 3.5, "isle", 70.0]  # a town that no encoder knows
    asked.loc[len(asked)] = [numpy.nan, 3.5, "port", 70.0]
    return frame, answer, asked


def cases():
    for name in ENCODERS:
        encoder = getattr(category_encoders, name)
        yield name, encoder(cols=["town", "kind"]), rows()
        yield name + "-of-missing", encoder(), rows(True)
    chain = make_pipeline(category_encoders.TargetEncoder(), StandardScaler(), LogisticRegression())
    yield "TargetEncoder-logistic", chain, rows()
    frame, answer, asked = rows()
    numbers = (frame[["size", "price"]], answer, asked[["size", "price"]])
    yield "EasyEnsemble", EasyEnsembleClassifier(n_estimators=3, random_state=0), numbers
    yield "RUSBoost", RUSBoostClassifier(n_estimators=4, random_state=0), numbers


def answers(model, asked):
    if not hasattr(model, "predict"):
        made = numpy.asarray(model.transform(asked), dtype=float)
        return ["transform_%d" % i for i in range(made.shape[1])], made
    probabilities = model.predict_proba(asked)
    names = ["predict"] + ["proba_%s" % label for label in model.classes_]
    return names, [[label, *row] for label, row in zip(model.predict(asked), probabilities)]


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
    for name, model, (frame, answer, asked) in cases():
        model.fit(frame, answer)
        folder = HERE / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.pkl").write_bytes(pickle.dumps(model, protocol=4))
        write(folder / "input.csv", asked.columns, asked.itertuples(index=False, name=None))
        write(folder / "expected.csv", *answers(model, asked))
        index.append([name, "2.11.2", "model.pkl", "expected.csv", "pickle 4", len(asked), "1e-11", "1e-11", "", "", ""])
    write(HERE / "cases.csv", "case version model expected saved rows rel abs optional estimators requires".split(), index)


if __name__ == "__main__":
    main()
