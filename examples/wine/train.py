#!/usr/bin/env python3
"""Trains the wine model: which of three grapes a wine is made of, from its chemistry and its colour.

Writes beside itself: model.pkl, rows.csv and rows.jsonl (wines the model never saw, with cells missing), and
expected.csv (scikit-learn's own answers for them).
"""

import json
import pathlib
import pickle

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = pathlib.Path(__file__).resolve().parent
NUMBERS = ["alcohol", "malic_acid", "magnesium", "flavanoids", "hue", "proline"]
GRAPES = np.array(["barolo", "grignolino", "barbera"])


def wines():
    """The wine recognition data, its colour intensity told in words, and one cell in twelve lost as in real life."""
    bunch = load_wine(as_frame=True)
    frame = bunch.data[NUMBERS].copy()
    frame["colour"] = pd.cut(bunch.data["color_intensity"], [0, 3.4, 5.4, 99], labels=["pale", "ruby", "deep"]).astype(
        object
    )
    lost = np.random.RandomState(11).uniform(size=frame.shape) < 1 / 12
    return frame.mask(lost, np.nan), GRAPES[bunch.target]


def pipeline():
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore"))
    columns = ColumnTransformer([("numbers", numbers, NUMBERS), ("words", words, ["colour"])])
    return make_pipeline(columns, RandomForestClassifier(n_estimators=60, max_depth=6, random_state=0))


def rows_to_ask(unseen):
    """Twenty unseen wines; one of a colour the model never met, one of which nothing is known."""
    rows = unseen.head(20).reset_index(drop=True)
    rows.loc[17, "colour"] = "amber"
    rows.loc[19, :] = np.nan
    return rows


def save_rows(rows):
    rows.to_csv(HERE / "rows.csv", index=False)
    with open(HERE / "rows.jsonl", "w", encoding="utf-8") as f:
        for row in rows.to_dict("records"):
            f.write(json.dumps({name: None if pd.isna(value) else value for name, value in row.items()}) + "\n")


def save_answers(model, rows):
    answers = pd.DataFrame(model.predict_proba(rows), columns=["proba_" + grape for grape in model.classes_])
    answers.insert(0, "predict", model.predict(rows))
    answers.to_csv(HERE / "expected.csv", index=False)


def main():
    X, y = wines()
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=0, stratify=y)
    model = pipeline().fit(X_train, y_train)
    print("accuracy on %d unseen wines: %.3f" % (len(X_test), model.score(X_test, y_test)))

    with open(HERE / "model.pkl", "wb") as f:
        pickle.dump(model, f)
    rows = rows_to_ask(X_test)
    save_rows(rows)
    save_answers(model, rows)


if __name__ == "__main__":
    main()
