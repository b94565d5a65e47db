"""The models of the online bench, their rows, and what scikit-learn answers to them."""
import csv
import pathlib
import pickle

import numpy as np

# Logistic regression with scaling; 500 boosted trees; 200 deep trees; numbers and strings with missing cells; a small net.
NAMES = ["linear", "gbdt", "forest", "mixed", "mlp"]


def rows_of(models, name, count):
    """The first rows: lists of numbers, texts and None."""
    with open(pathlib.Path(models) / f"{name}.csv", newline="") as file:
        lines = csv.reader(file)
        next(lines)
        return [[_cell(text) for text in next(lines)] for _ in range(count)]


def _cell(text):
    if text == "":
        return None
    try:
        return float(text)
    except ValueError:
        return text


def expected(models, name, count):
    """scikit-learn's probability of the second class, or its number."""
    model = pickle.loads((pathlib.Path(models) / f"{name}.pkl").read_bytes())
    rows = rows_of(models, name, count)
    is_mixed = any(isinstance(cell, str) for cell in rows[0])
    table = np.array([[np.nan if cell is None else cell for cell in row] for row in rows], dtype=object if is_mixed else float)
    return (model.predict_proba(table)[:, 1] if hasattr(model, "predict_proba") else model.predict(table)).tolist()
