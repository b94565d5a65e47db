"""Pipeline, ColumnTransformer and FeatureUnion, in every way columns are named."""

import numpy as np
from sklearn.compose import ColumnTransformer, make_column_selector, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from . import data
from .case import Catalogue, Data
from .naming import one_hot

cases = Catalogue()
add = cases.add

NUMBERS, WORDS = ["age", "income"], ["city", "plan"]


def number_steps():
    return make_pipeline(SimpleImputer(strategy="median"), StandardScaler())


def word_steps(**settings):
    return make_pipeline(SimpleImputer(strategy="most_frequent"), one_hot(handle_unknown="ignore", **settings))


def untargeted(**more):
    return lambda: data.people(None, **more)


def complete_numbers():
    """No text, nothing missing: what a matrix can hold."""
    return data.numbers(named=False)


def columns(*transformers, **settings):
    return lambda: ColumnTransformer(
        [(name, build() if callable(build) else build, where) for name, build, where in transformers], **settings
    )


add(
    "columns-by-name",
    columns(("numbers", number_steps, NUMBERS), ("words", word_steps, WORDS)),
    untargeted(),
    core=True,
    tags=["unknown"],
)
add(
    "columns-by-position-of-frame",
    columns(("numbers", number_steps, [0, 1]), ("words", word_steps, [3, 4])),
    untargeted(),
    tags=["unknown"],
)
add(
    "columns-by-negative-position",
    columns(("last", StandardScaler, [-1]), ("first", MinMaxScaler, [0, -2])),
    complete_numbers,
)
add(
    "columns-by-slice-of-names",
    columns(("numbers", number_steps, slice("age", "visits")), ("words", word_steps, slice("city", "plan"))),
    untargeted(),
    tags=["unknown"],
)
add(
    "columns-by-slice-of-positions",
    columns(("numbers", number_steps, slice(0, 3)), ("words", word_steps, slice(3, 5))),
    untargeted(),
    tags=["unknown"],
)
add(
    "columns-by-mask",
    columns(
        ("numbers", number_steps, [True, True, False, False, False, False]),
        ("words", word_steps, np.array([False, False, False, True, True, False])),
    ),
    untargeted(),
    tags=["unknown"],
)
add(
    "columns-by-selector",
    columns(
        ("numbers", number_steps, make_column_selector(dtype_include=np.number)),
        ("words", word_steps, make_column_selector(dtype_include=object)),
    ),
    untargeted(),
    core=True,
    tags=["unknown"],
)
add(
    "columns-by-selector-pattern",
    columns(
        ("numbers", number_steps, make_column_selector(pattern="^(age|inc)")),
        ("words", word_steps, make_column_selector("city|plan")),
    ),
    untargeted(),
    tags=["unknown"],
)
add(
    "columns-one-name",
    columns(("plan", lambda: one_hot(sparse=False, handle_unknown="ignore"), ["plan"]), ("age", number_steps, ["age"])),
    untargeted(),
    tags=["unknown"],
)
add("columns-of-matrix", columns(("a", StandardScaler, [2, 0]), ("b", MinMaxScaler, [1])), complete_numbers, core=True)
add(
    "columns-of-matrix-passthrough",
    columns(("a", StandardScaler, [2]), ("b", MinMaxScaler, [0]), remainder="passthrough"),
    complete_numbers,
)
add("columns-same-twice", columns(("a", StandardScaler, ["age"]), ("b", MinMaxScaler, ["age", "income"])), untargeted())
add(
    "columns-remainder-passthrough",
    columns(("words", word_steps, WORDS), remainder="passthrough"),
    untargeted(),
    core=True,
    tags=["unknown"],
)
add("columns-remainder-drop", columns(("numbers", number_steps, ["income"])), untargeted())
add(
    "columns-remainder-estimator",
    columns(("words", word_steps, WORDS), remainder=SimpleImputer(strategy="mean")),
    lambda: Data(*(lambda d: (d.X.drop(columns="member"), None, d.rows.drop(columns="member")))(data.people(None))),
    tags=["unknown"],
)
add(
    "columns-drop-and-passthrough",
    columns(
        ("gone", "drop", ["city"]),
        ("kept", "passthrough", ["visits", "age"]),
        ("plan", lambda: OneHotEncoder(handle_unknown="ignore"), ["plan"]),
    ),
    untargeted(),
    tags=["unknown"],
)
add(
    "columns-always-sparse",
    columns(("words", word_steps, WORDS), ("numbers", number_steps, NUMBERS), sparse_threshold=1.0),
    untargeted(),
    tags=["unknown"],
)
add(
    "columns-never-sparse",
    columns(("words", word_steps, WORDS), ("numbers", number_steps, NUMBERS), sparse_threshold=0),
    untargeted(),
    tags=["unknown"],
)
add(
    "columns-short-names-out",
    columns(("words", word_steps, WORDS), ("numbers", number_steps, NUMBERS), verbose_feature_names_out=False),
    untargeted(),
    since=(1, 0),
    tags=["unknown"],
)
add(
    "columns-weighted",
    columns(
        ("a", StandardScaler, NUMBERS), ("b", MinMaxScaler, ["visits"]), transformer_weights={"a": 10.0, "b": 0.25}
    ),
    untargeted(),
)
add("columns-none-selected", columns(("numbers", number_steps, NUMBERS), ("nothing", word_steps, [])), untargeted())
add(
    "columns-nested",
    columns(
        ("inner", columns(("n", number_steps, NUMBERS), ("v", MinMaxScaler, ["visits"])), NUMBERS + ["visits"]),
        ("words", word_steps, WORDS),
    ),
    untargeted(),
    tags=["unknown"],
)
add(
    "columns-made-by-helper",
    lambda: make_column_transformer((number_steps(), NUMBERS), (word_steps(), WORDS), remainder="passthrough"),
    untargeted(),
    tags=["unknown"],
)
add(
    "columns-in-another-order-when-asked",
    columns(("numbers", number_steps, NUMBERS), ("words", word_steps, WORDS)),
    lambda: turned_round(data.people(None)),
    since=(1, 0),
    tags=["unknown"],
)
add(
    "columns-pandas-output",
    lambda: ColumnTransformer(
        [("numbers", number_steps(), NUMBERS), ("words", word_steps(sparse=False), WORDS)]
    ).set_output(transform="pandas"),
    untargeted(),
    since=(1, 2),
    tags=["unknown"],
)
add(
    "columns-truths-and-numbers-passed",
    columns(("kept", "passthrough", ["visits", "member", "age"])),
    untargeted(),
    optional=True,
)
add(
    "columns-text-passed",
    columns(("kept", "passthrough", ["plan", "visits", "member"])),
    untargeted(),
    optional=True,
    tags=["mixed-output"],
)

add("union-plain", lambda: FeatureUnion([("s", StandardScaler()), ("m", MinMaxScaler())]), data.numbers, core=True)
add(
    "union-weighted",
    lambda: FeatureUnion([("s", StandardScaler()), ("m", MinMaxScaler())], transformer_weights={"s": 2.0, "m": -0.5}),
    data.numbers,
)
add(
    "union-drop", lambda: FeatureUnion([("s", StandardScaler()), ("gone", "drop"), ("m", MinMaxScaler())]), data.numbers
)
add(
    "union-passthrough",
    lambda: FeatureUnion([("s", StandardScaler()), ("same", "passthrough")]),
    data.numbers,
    since=(1, 1),
)
add(
    "union-of-pipelines",
    lambda: FeatureUnion(
        [
            ("n", make_pipeline(ColumnTransformer([("k", "passthrough", NUMBERS)]), number_steps())),
            ("w", make_pipeline(ColumnTransformer([("k", "passthrough", WORDS)]), word_steps())),
        ]
    ),
    untargeted(),
    tags=["unknown"],
)

preparing = columns(("numbers", number_steps, NUMBERS), ("words", word_steps, WORDS), remainder="passthrough")
add(
    "pipeline-mixed-logistic",
    lambda: make_pipeline(preparing(), LogisticRegression(max_iter=500)),
    lambda: data.people("answer"),
    core=True,
    tags=["unknown"],
)
add(
    "pipeline-mixed-three-classes",
    lambda: make_pipeline(preparing(), LogisticRegression(max_iter=500)),
    lambda: data.people("level"),
    tags=["unknown"],
)
add(
    "pipeline-mixed-linear",
    lambda: make_pipeline(preparing(), LinearRegression()),
    lambda: data.people("spend"),
    core=True,
    tags=["unknown"],
)
add(
    "pipeline-passthrough-step",
    lambda: Pipeline(
        [
            ("same", "passthrough"),
            ("scale", StandardScaler()),
            ("also", "passthrough"),
            ("model", LogisticRegression(max_iter=500)),
        ]
    ),
    data.iris,
)
add(
    "pipeline-none-step",
    lambda: Pipeline([("none", None), ("scale", StandardScaler()), ("model", LogisticRegression())]),
    data.iris,
)
add(
    "pipeline-ends-in-passthrough",
    lambda: Pipeline([("scale", StandardScaler()), ("end", "passthrough")]),
    data.numbers,
)
add(
    "pipeline-nested",
    lambda: Pipeline(
        [
            ("outer", Pipeline([("inner", Pipeline([("scale", StandardScaler())]))])),
            ("model", Pipeline([("m", LogisticRegression())])),
        ]
    ),
    data.iris,
)
add(
    "pipeline-by-position",
    lambda: make_pipeline(StandardScaler(), LogisticRegression()),
    lambda: data.iris(named=False),
    core=True,
)
add(
    "pipeline-log-then-scale",
    lambda: make_pipeline(FunctionTransformer(np.log1p), StandardScaler(), LinearRegression()),
    lambda: positive_grid(),
)
add(
    "pipeline-ordinal-tree",
    lambda: make_pipeline(
        ColumnTransformer(
            [
                (
                    "w",
                    make_pipeline(
                        SimpleImputer(strategy="constant", fill_value="none"),
                        OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
                    ),
                    WORDS,
                ),
                ("n", SimpleImputer(add_indicator=True), NUMBERS),
            ],
            remainder="passthrough",
        ),
        DecisionTreeClassifier(max_depth=4, random_state=0),
    ),
    lambda: data.people("level"),
    core=True,
    tags=["unknown"],
)


def turned_round(d):
    """Asked with the columns in another order, and one more: names decide."""
    rows = d.rows[list(d.rows.columns)[::-1]]
    return Data(d.X, d.y, rows.assign(remark="none"))


def positive_grid():
    d = data.grid(data.amount)
    rows = d.rows[(d.rows >= 0).all(axis=1)].reset_index(drop=True)
    return Data(d.X, d.y, rows)
