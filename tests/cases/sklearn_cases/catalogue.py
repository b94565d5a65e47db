"""Every case, in one visible list of families."""

import importlib

FAMILIES = ["preprocessing", "encoding", "composition", "linear", "trees", "boosting", "wrapping", "reducing"]
FAMILIES += ["machines", "neighbouring", "texts", "grouping", "deciding", "embedding"]


def all_cases():
    cases = []
    for family in FAMILIES:
        cases += importlib.import_module("sklearn_cases." + family).cases.cases
    names = [c.name for c in cases]
    assert len(names) == len(set(names)), "two cases of one name"
    return cases
