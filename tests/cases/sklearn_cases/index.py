"""cases.csv: one line per case and version."""

import csv
import io
import os
import pickle

import numpy as np
import pandas as pd
import sklearn
from sklearn.base import BaseEstimator

HEADER = ["case", "version", "model", "expected", "saved", "rows", "rel", "abs", "optional", "estimators", "requires"]


class ClassCollector(pickle.Unpickler):
    """Notes which estimators a pickle names."""

    def __init__(self, stream):
        super().__init__(stream)
        self.names = set()

    def find_class(self, module, name):
        found = super().find_class(module, name)
        if isinstance(found, type) and issubclass(found, BaseEstimator):
            self.names.add(name)
        return found


def estimators_of(model):
    collector = ClassCollector(io.BytesIO(pickle.dumps(model, 4)))
    collector.load()
    return sorted(collector.names)


def needs_of(rows, tags):
    needs = set(tags)
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows)
    if frame.isna().values.any():
        needs.add("missing")
    values = [v for column in frame.columns for v in frame[column].tolist()]
    if any(isinstance(v, str) for v in values):
        needs.add("text")
    if any(isinstance(v, (bool, np.bool_)) for v in values):
        needs.add("bool")
    if not isinstance(rows, pd.DataFrame):
        needs.add("by-position")
    return sorted(needs)


def line(case, model, rows, saved, expected):
    """model and expected are relative to the case's folder."""
    name, how = saved
    return {
        "case": case.name,
        "version": sklearn.__version__,
        "model": sklearn.__version__ + "/" + name,
        "expected": expected,
        "saved": how,
        "rows": str(len(rows)),
        "rel": repr(case.rel),
        "abs": repr(case.abs),
        "optional": "yes" if case.optional else "",
        "estimators": " ".join(estimators_of(model)),
        "requires": " ".join(needs_of(rows, case.tags)),
    }


def merge(path, lines, version, complete):
    """Replaces this version's lines; with complete also drops its lines for cases that are no more."""
    kept = []
    if os.path.exists(path):
        with open(path, newline="", encoding="utf-8") as f:
            kept = list(csv.DictReader(f))
    fresh = {l["case"] for l in lines}
    kept = [l for l in kept if l["version"] != version or not (complete or l["case"] in fresh)]
    order = lambda l: (l["case"], [int(p) for p in l["version"].split(".")])
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as f:
        writer = csv.DictWriter(f, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(kept + lines, key=order))
