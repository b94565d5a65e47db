"""One-hot and ordinal encoding of text, numbers and truth values, with all that may be missing, rare or unknown."""

import numpy as np
from sklearn.pipeline import make_pipeline
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from . import data
from .case import Catalogue, Data
from .data import NAN
from .naming import one_hot

cases = Catalogue()
add = cases.add


def words(unknown=False, hole=None, named=True):
    """hole: what stands for missing among the fitted words; absent when None is not asked for."""
    city = ["Oslo", "Bergen", "Oslo", "Århus", "New York, NY", "Oslo", "Bergen", "01"]
    size = ["S", "M", "L", "M", "S", "M", "L", "M"]
    asked_city, asked_size = ["Oslo", "01", "New York, NY", "Århus", "Bergen"], ["L", "M", "S", "S", "M"]
    if hole is not None:
        gap = None if hole == "none" else NAN
        city, size = city + [gap, "Oslo", gap], size + ["S", gap, gap]
        asked_city, asked_size = asked_city + [gap, "Oslo", gap], asked_size + ["S", gap, gap]
    if unknown:
        asked_city, asked_size = asked_city + ["Paris", "oslo", "1", "Oslo "], asked_size + ["M", "L", "XXL", "s"]
    X, rows = data.frame(city=city, size=size), data.frame(city=asked_city, size=asked_size)
    if named:
        return Data(X, None, rows)
    return Data(X.to_numpy(dtype=object), None, rows.to_numpy(dtype=object))


def fixed_width():
    """Text in numpy's own type, as wide as its longest word."""
    X = np.array([["Oslo", "S"], ["Bergen", "M"], ["Ås", "L"], ["Oslo", "M"]])
    return Data(X, None, np.array([["Ås", "S"], ["Oslo", "L"], ["Bergen", "M"], ["Trondheim", "M"]]))


def rare(unknown=True, hole=False):
    """Counts 9, 6, 3, 2, 1 and so on: some are infrequent."""
    city = ["Oslo"] * 9 + ["Bergen"] * 6 + ["Bodø"] * 3 + ["Alta"] * 2 + ["Moss", "Voss", "Hamar"]
    size = (["S", "M", "M", "L"] * 6)[:21] + ["XL", "XXL"]
    if hole:
        city, size = city + [NAN, NAN], size + [NAN, "S"]
    asked = ["Oslo", "Bergen", "Bodø", "Alta", "Moss", "Voss", "Hamar"]
    asked_size = ["S", "M", "L", "XL", "XXL", "M", "S"]
    if hole:
        asked, asked_size = asked + [NAN, "Oslo"], asked_size + ["M", NAN]
    if unknown:
        asked, asked_size = asked + ["Paris", "Oslo"], asked_size + ["M", "XXXL"]
    return Data(data.frame(city=city, size=size), None, data.frame(city=asked, size=asked_size))


def whole_numbers(unknown=False):
    X = data.as_frame(np.array([[1, -5], [2, 0], [10, 7], [2, 7], [1, 1000000]]))
    rows = [[10, 7], [1, -5], [2, 0], [1, 1000000]] + ([[3, 7], [10, 8]] if unknown else [])
    return Data(X, None, data.as_frame(np.array(rows)))


def fractions(unknown=False, hole=False):
    X = [[0.5, -1.25], [1e10, 0.0], [2.0, 3.5], [0.5, 0.0]]
    rows = [[0.5, 0.0], [2.0, -1.25], [1e10, 3.5], [2.0, -0.0]]
    if hole:
        X, rows = X + [[NAN, NAN], [0.5, NAN]], rows + [[NAN, 0.0], [NAN, NAN]]
    if unknown:
        rows += [[0.5000000001, 3.5], [7.0, 7.0]]
    return Data(data.as_frame(np.array(X)), None, data.as_frame(np.array(rows)))


def truths():
    X = data.frame(member=[True, False, True, True], paid=[False, False, True, False])
    return Data(X, None, data.frame(member=[True, False, False, True], paid=[True, True, False, False]))


def mixed_types(unknown=True):
    """A text, a whole-number and a truth column encoded by one encoder: sklearn sees objects."""
    X = data.frame(city=["Oslo", "Bergen", "Oslo", "Alta"], rooms=[1, 3, 2, 3], garden=[True, False, False, True])
    rows = data.frame(
        city=["Alta", "Oslo", "Bergen"] + ["Paris"] * unknown,
        rooms=[3, 1, 2] + [9] * unknown,
        garden=[False, True, True] + [True] * unknown,
    )
    return Data(X, None, rows)


add("one-hot-default", OneHotEncoder, words, core=True)
add("one-hot-by-position", OneHotEncoder, lambda: words(named=False))
add("one-hot-fixed-width-words", lambda: OneHotEncoder(handle_unknown="ignore"), fixed_width, tags=["unknown"])
add("ordinal-fixed-width-words", OrdinalEncoder, lambda: Data(fixed_width().X, None, fixed_width().X[:3]))
add("one-hot-dense", lambda: one_hot(sparse=False), words)
add(
    "one-hot-ignore",
    lambda: OneHotEncoder(handle_unknown="ignore"),
    lambda: words(unknown=True),
    core=True,
    tags=["unknown"],
)
add(
    "one-hot-ignore-nan",
    lambda: OneHotEncoder(handle_unknown="ignore"),
    lambda: words(unknown=True, hole="nan"),
    tags=["unknown"],
)
add(
    "one-hot-ignore-none",
    lambda: OneHotEncoder(handle_unknown="ignore"),
    lambda: words(unknown=True, hole="none"),
    tags=["unknown"],
)
add(
    "one-hot-nan-never-seen",
    lambda: OneHotEncoder(handle_unknown="ignore"),
    lambda: Data(words().X, None, words(hole="nan").rows),
    tags=["unknown"],
)
add(
    "one-hot-infrequent-if-exist",
    lambda: OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=3),
    rare,
    since=(1, 1),
    tags=["unknown"],
)
add(
    "one-hot-infrequent-none-rare",
    lambda: OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=1),
    rare,
    since=(1, 1),
    tags=["unknown"],
)
add(
    "one-hot-warn", lambda: OneHotEncoder(handle_unknown="warn", max_categories=3), rare, since=(1, 6), tags=["unknown"]
)
add(
    "one-hot-min-frequency-fraction",
    lambda: OneHotEncoder(handle_unknown="ignore", min_frequency=0.2),
    rare,
    since=(1, 1),
    tags=["unknown"],
)
add(
    "one-hot-max-categories",
    lambda: OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=4),
    lambda: rare(hole=True),
    since=(1, 1),
    tags=["unknown"],
)
add(
    "one-hot-max-categories-drop-first",
    lambda: OneHotEncoder(max_categories=3, drop="first"),
    lambda: rare(unknown=False),
    since=(1, 1),
)
add(
    "one-hot-min-frequency-drop-if-binary",
    lambda: OneHotEncoder(min_frequency=5, drop="if_binary"),
    lambda: rare(unknown=False),
    since=(1, 1),
)
add("one-hot-drop-first", lambda: OneHotEncoder(drop="first"), words)
add(
    "one-hot-drop-first-ignore",
    lambda: OneHotEncoder(drop="first", handle_unknown="ignore"),
    lambda: words(unknown=True),
    since=(1, 0),
    tags=["unknown"],
)
add("one-hot-drop-if-binary", lambda: OneHotEncoder(drop="if_binary"), lambda: mixed_types(False))
add("one-hot-drop-chosen", lambda: OneHotEncoder(drop=np.array(["Bergen", "M"], dtype=object)), words)
add(
    "one-hot-categories-given",
    lambda: OneHotEncoder(categories=[["Oslo", "Bergen", "Århus", "New York, NY", "01", "Rome"], ["S", "M", "L"]]),
    words,
)
add(
    "one-hot-whole-numbers",
    lambda: OneHotEncoder(handle_unknown="ignore"),
    lambda: whole_numbers(True),
    tags=["unknown"],
)
add("one-hot-fractions", lambda: OneHotEncoder(handle_unknown="ignore"), lambda: fractions(True), tags=["unknown"])
add(
    "one-hot-fractions-nan",
    lambda: OneHotEncoder(handle_unknown="ignore"),
    lambda: fractions(True, True),
    tags=["unknown"],
)
add("one-hot-fractions-nan-drop-first", lambda: OneHotEncoder(drop="first"), lambda: fractions(hole=True))
add("one-hot-truths", OneHotEncoder, truths)
add("one-hot-mixed-types", lambda: OneHotEncoder(handle_unknown="ignore"), mixed_types, tags=["unknown"])
add("one-hot-float32", lambda: one_hot(sparse=False, dtype=np.float32), words)
add("one-hot-whole-number-output", lambda: one_hot(sparse=False, dtype=np.int64), words)

add("ordinal-default", OrdinalEncoder, words, core=True)
add("ordinal-by-position", OrdinalEncoder, lambda: words(named=False))
add(
    "ordinal-categories-given",
    lambda: OrdinalEncoder(categories=[["Oslo", "Bergen", "Århus", "New York, NY", "01"], ["S", "M", "L"]]),
    words,
)
unknown_is = lambda value, **more: lambda: OrdinalEncoder(
    handle_unknown="use_encoded_value", unknown_value=value, **more
)
add("ordinal-unknown-minus-one", unknown_is(-1), lambda: words(unknown=True), tags=["unknown"])
add("ordinal-unknown-nan", unknown_is(NAN), lambda: words(unknown=True), tags=["unknown"])
add("ordinal-nan-kept", OrdinalEncoder, lambda: words(hole="nan"), since=(1, 0))
add("ordinal-none-kept", OrdinalEncoder, lambda: words(hole="none"), since=(1, 0))
add(
    "ordinal-nan-encoded",
    unknown_is(-1, encoded_missing_value=-2),
    lambda: words(unknown=True, hole="nan"),
    since=(1, 1),
    tags=["unknown"],
)
add(
    "ordinal-nan-encoded-same-as-unknown",
    unknown_is(-1, encoded_missing_value=-1),
    lambda: words(unknown=True, hole="nan"),
    since=(1, 1),
    tags=["unknown"],
)
add("ordinal-min-frequency", unknown_is(-1, min_frequency=3), lambda: rare(hole=True), since=(1, 3), tags=["unknown"])
add(
    "ordinal-max-categories",
    unknown_is(99, max_categories=3, encoded_missing_value=-7),
    lambda: rare(hole=True),
    since=(1, 3),
    tags=["unknown"],
)
add("ordinal-whole-numbers", unknown_is(-1), lambda: whole_numbers(True), tags=["unknown"])
add("ordinal-fractions-nan", unknown_is(-1), lambda: fractions(True, True), since=(1, 0), tags=["unknown"])
add("ordinal-truths", OrdinalEncoder, truths)
add("ordinal-mixed-types", unknown_is(-1), mixed_types, tags=["unknown"])
add("ordinal-whole-number-output", lambda: OrdinalEncoder(dtype=np.int32), words)
add(
    "imputer-then-one-hot",
    lambda: make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder(handle_unknown="ignore")),
    lambda: words(unknown=True, hole="nan"),
    core=True,
    tags=["unknown"],
)
