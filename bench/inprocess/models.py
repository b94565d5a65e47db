"""Trains the models of the in-process benchmark and saves them with rows to score.

    models.py DIR [NAME...]     NAME: linear gbdt hist forest mixed big mlp, xgboost-500 ... (see TREES); all by default

Into DIR: NAME.pkl (scikit-learn), NAME.json (XGBoost) or NAME.txt (LightGBM), NAME.onnx, NAME.csv (rows to score), and of
most boosters NAME.so, what treelite compiles of them. Data is made up but seeded, so runs can be compared; what it means
does not matter here, its shape (numbers, strings, missing cells, depth of trees) does.
"""

import pathlib
import pickle
import sys
import time

import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common import _container
from skl2onnx.common.data_types import FloatTensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MinMaxScaler,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    StandardScaler,
)

ROWS_TRAINED = 10_000
ROWS_SCORED = 100_000
NUMBERS = 30


def number_table(rows, seed):
    """30 numbers of different spread and skew, and a target that depends on a dozen of them."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(rows, NUMBERS))
    x[:, 10:15] = np.exp(x[:, 10:15])
    x[:, 15:20] = np.round(x[:, 15:20], 1)
    x[:, 20:22] = random.integers(0, 12, size=(rows, 2))
    y = x[:, 0] * x[:, 1] + np.sin(2 * x[:, 2]) + 0.5 * np.log(x[:, 10]) * x[:, 3] + (x[:, 20] > 5) + 0.3 * x[:, 5]
    y += 0.5 * random.normal(size=rows)
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(NUMBERS)]), y


CITIES = ["oslo", "bergen", "paris", "rome", "berlin", "wien", "madrid", "lisbon", "dublin", "athens"]


def mixed_table(rows, seed):
    """Six numbers and four strings; a tenth of the numbers is missing."""
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "age": random.integers(18, 90, rows).astype(float),
            "income": np.round(np.exp(random.normal(10, 0.6, rows)), 2),
            "balance": np.round(random.normal(2000, 900, rows), 2),
            "tenure": random.integers(0, 40, rows).astype(float),
            "visits": random.poisson(3, rows).astype(float),
            "score": random.normal(size=rows),
            "city": random.choice(CITIES, rows),
            "job": random.choice([f"job_{i}" for i in range(25)], rows),
            "sex": random.choice(["f", "m"], rows),
            "channel": random.choice(["web", "shop", "phone", "mail"], rows),
        }
    )
    y = (table["age"] / 40 + table["score"] + (table["city"] == "oslo") + random.normal(size=rows) > 1.5).astype(int)
    for name in ["age", "income", "balance", "tenure", "visits", "score"]:
        table.loc[random.random(rows) < 0.1, name] = np.nan
    return table, y.to_numpy()


def mixed_pipeline():
    return make_pipeline(
        ColumnTransformer(
            [
                ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), list(range(6))),
                ("strings", OneHotEncoder(handle_unknown="ignore"), list(range(6, 10))),
            ]
        ),
        LogisticRegression(max_iter=1000),
    )


def big_pipeline():
    numbers = [0, 1, 2, 3, 4, 5]
    return make_pipeline(
        ColumnTransformer(
            [
                (
                    "scaled",
                    make_pipeline(
                        SimpleImputer(strategy="median"), StandardScaler(), PolynomialFeatures(2, include_bias=False)
                    ),
                    numbers,
                ),
                (
                    "binned",
                    make_pipeline(
                        SimpleImputer(strategy="mean"),
                        KBinsDiscretizer(n_bins=8, encode="ordinal", quantile_method="averaged_inverted_cdf"),
                    ),
                    [0, 1, 2],
                ),
                ("ranged", make_pipeline(SimpleImputer(strategy="mean"), MinMaxScaler()), [3, 4, 5]),
                ("onehot", OneHotEncoder(handle_unknown="ignore", sparse_output=False), [6, 7, 8, 9]),
                ("ordinal", OrdinalEncoder(), [6, 7, 8, 9]),
            ]
        ),
        GradientBoostingClassifier(n_estimators=200, max_depth=4, random_state=0),
    )


def binary(y):
    return (y > np.median(y)).astype(int)


MODELS = {
    "linear": lambda x, y: make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(x, binary(y)),
    "gbdt": lambda x, y: GradientBoostingRegressor(n_estimators=500, max_depth=6, random_state=0).fit(x, y),
    "hist": lambda x, y: HistGradientBoostingRegressor(max_iter=100, max_leaf_nodes=31, random_state=0).fit(x, y),
    "forest": lambda x, y: RandomForestClassifier(n_estimators=200, max_depth=12, random_state=0).fit(x, binary(y)),
    "mlp": lambda x, y: make_pipeline(StandardScaler(), MLPClassifier((128, 64), max_iter=20, random_state=0)).fit(x, binary(y)),
    "mixed": lambda x, y: mixed_pipeline().fit(x, y),
    "big": lambda x, y: big_pipeline().fit(x, y),
}


# Boosted trees: how many, and what bounds each.
TREES = {
    "xgboost-500": (500, {"max_depth": 6}),
    "xgboost-deep": (200, {"max_depth": 12}),
    "xgboost-small": (2000, {"max_depth": 3}),
    "lightgbm-500": (500, {"max_depth": 6, "num_leaves": 64}),
    "lightgbm-deep": (200, {"num_leaves": 1000}),
    "lightgbm-small": (2000, {"num_leaves": 8}),
}
# The C code of these takes gcc the better part of an hour.
TOO_DEEP_TO_COMPILE = {"xgboost-deep", "lightgbm-deep"}


def train_booster(name, x, y):
    rounds, bounds = TREES[name]
    if name.startswith("xgboost"):
        import xgboost

        return xgboost.train(bounds | {"eta": 0.05, "seed": 0}, xgboost.DMatrix(x.to_numpy(), y), rounds)
    import lightgbm

    parameters = bounds | {"learning_rate": 0.05, "min_data_in_leaf": 3, "seed": 0, "verbose": -1}
    return lightgbm.train(parameters, lightgbm.Dataset(x.to_numpy(), y), rounds)


def save_booster(name, booster, directory):
    import tl2cgen
    import treelite
    from onnxmltools import convert_lightgbm, convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType as Floats

    is_xgboost = name.startswith("xgboost")
    file = directory / f"{name}.{'json' if is_xgboost else 'txt'}"
    booster.save_model(file)
    convert, load = (
        (convert_xgboost, treelite.frontend.load_xgboost_model)
        if is_xgboost
        else (convert_lightgbm, treelite.frontend.load_lightgbm_model)
    )
    onnx = convert(booster, initial_types=[("input", Floats([None, NUMBERS]))], target_opset=15)
    (directory / f"{name}.onnx").write_bytes(onnx.SerializeToString())
    if name not in TOO_DEEP_TO_COMPILE:
        library = str(directory / f"{name}.so")
        tl2cgen.export_lib(load(str(file)), toolchain="gcc", libpath=library, params={"parallel_comp": 32})


def make_node_without_bools(*args, make_node=_container.make_node, **attributes):
    """The converter of histogram trees gives some flags as booleans, which ONNX refuses in a list of integers."""
    for name, value in attributes.items():
        if isinstance(value, list) and any(isinstance(item, bool) for item in value):
            attributes[name] = [int(item) for item in value]
    return make_node(*args, **attributes)


_container.make_node = make_node_without_bools


def onnx_of(model, table):
    options = {"zipmap": False} if hasattr(model, "predict_proba") else {}
    if (table.dtypes == float).all():
        inputs = [("input", FloatTensorType([None, table.shape[1]]))]
    else:
        inputs = [
            (name, FloatTensorType([None, 1]) if table[name].dtype == float else StringTensorType([None, 1]))
            for name in table.columns
        ]
    return to_onnx(model, initial_types=inputs, options=options, target_opset=17).SerializeToString()


def main(directory, names):
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True, exist_ok=True)
    for name in names or [*MODELS, *TREES]:
        make = mixed_table if name in ("mixed", "big") else number_table
        began = time.time()
        table, y = make(ROWS_TRAINED, 1)
        # Trained by position, so that every library takes a plain array.
        if name in TREES:
            save_booster(name, train_booster(name, table, y), directory)
        else:
            model = MODELS[name](table.to_numpy(), y)
            (directory / f"{name}.pkl").write_bytes(pickle.dumps(model))
            (directory / f"{name}.onnx").write_bytes(onnx_of(model, table))
        make(ROWS_SCORED, 2)[0].to_csv(directory / f"{name}.csv", index=False)
        print(f"{name}: {time.time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
