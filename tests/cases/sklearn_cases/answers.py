"""A fitted model's own answers as the columns of expected.csv, and rows as input.csv.

Columns: predict (predict_<i> with several outputs), proba_<class>, decision_function (decision_function_<i> with
several), score_samples, transform_<i>. Floats by repr, labels as text, an empty cell for missing.
"""

import csv
import io

import numpy as np
import pandas as pd


def cell(value):
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return "" if np.isnan(value) else repr(float(value))
    return str(value)


def columns_of(name, values):
    values = values.toarray() if hasattr(values, "toarray") else np.asarray(values)
    if values.ndim == 1:
        return [(name, values)]
    if values.shape[1] == 1 and name != "transform":
        return [(name, values[:, 0])]
    return [("%s_%d" % (name, i), values[:, i]) for i in range(values.shape[1])]


def has(model, method):
    try:
        return callable(getattr(model, method))
    except AttributeError:  # methods that depend on the wrapped estimator
        return False


def final_step(model):
    while hasattr(model, "steps"):
        model = model.steps[-1][1]
    return model


def probability_columns(model, rows):
    probability = model.predict_proba(rows)
    if isinstance(probability, list):  # several outputs: no column names agreed on
        return []
    classes = getattr(model, "classes_", range(probability.shape[1]))  # mixtures know their components by number
    return [("proba_" + cell(c), probability[:, i]) for i, c in enumerate(classes)]


def of(model, rows):
    """(header, table): every answer the model gives for these rows."""
    columns = []
    clusterer = getattr(final_step(model), "_estimator_type", None) == "clusterer" or hasattr(
        final_step(model), "cluster_centers_"
    )
    predicts = has(model, "predict")
    if predicts:
        columns += columns_of("predict", model.predict(rows))
    if predicts and has(model, "predict_proba"):
        columns += probability_columns(model, rows)
    if predicts and has(model, "decision_function"):
        columns += columns_of("decision_function", model.decision_function(rows))
    if has(model, "score_samples"):
        columns += columns_of("score_samples", model.score_samples(rows))
    if has(model, "transform") and (clusterer or not predicts):
        transformed = columns_of("transform", model.transform(rows))
        columns += transformed
    header = [name for name, _ in columns]
    table = list(zip(*[[cell(v) for v in np.asarray(values).tolist()] for _, values in columns]))
    assert len(table) == len(rows)
    return header, table


def to_csv(header, table):
    if len(header) == 1:  # an empty line would not be a row to every reader
        assert all(row[0] != "" for row in table)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(table)
    return out.getvalue()


def rows_to_csv(rows):
    if isinstance(rows, pd.DataFrame):
        header = [str(c) for c in rows.columns]
        columns = [rows[c].tolist() for c in rows.columns]
    else:
        header = ["x%d" % i for i in range(rows.shape[1])]
        columns = [rows[:, i].tolist() for i in range(rows.shape[1])]
    return to_csv(header, [[cell(v) for v in row] for row in zip(*columns)])
