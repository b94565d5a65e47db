"""Every case, in one visible list of families."""

import importlib

from . import versions

FAMILIES = ["preprocessing", "encoding", "composition", "linear", "trees", "boosting", "wrapping", "reducing"]
FAMILIES += ["machines", "neighbouring", "texts", "grouping", "deciding", "embedding"]


# What the families above ask for is not in all of these.
FAMILIES_BEFORE_0_24 = ["early"]


def all_cases():
    cases = []
    for family in FAMILIES_BEFORE_0_24 if versions.here < (0, 24) else FAMILIES:
        cases += importlib.import_module("sklearn_cases." + family).cases.cases
    names = [c.name for c in cases]
    assert len(names) == len(set(names)), "two cases of one name"
    return cases
