#!/usr/bin/env python3
"""Makes the cases beneath onnx/: models converted by skl2onnx and onnxmltools or put together by hand, with ONNX
Runtime's answers in one thread.

    make_onnx.py [--only TEXT]

Runs in a venv with onnx, onnxruntime, skl2onnx, onnxmltools, scikit-learn, xgboost and lightgbm.
"""

import argparse
import csv
import os

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "onnx")
ROWS = 24
RNG = np.random.default_rng(7)
X = (RNG.normal(size=(160, 5)) * [1, 5, 0.1, 10, 2]).astype(np.float32)
SCORE = X[:, 0] * 2 + X[:, 1] * 0.3 - X[:, 2] * 10 + X[:, 3] * 0.1
BINARY = (SCORE > 0).astype(int)
WORDS = np.array(["ja", "nein", "kann sein"])[np.digitize(SCORE, [-1, 1])]
TEST = (RNG.normal(size=(ROWS, 5)) * [1, 5, 0.1, 10, 2]).astype(np.float32)
CITIES = ["Oslo", "Bergen", "Tromsø", ""]


# ---- converted ------------------------------------------------------------------------------------------------------


def converted(estimator, target, opset=18, ml_opset=3, zipmap=False, double=False, missing=False, **settings):
    from skl2onnx import to_onnx

    rows, train = TEST.copy(), X.copy()
    if missing:
        rows[RNG.random(rows.shape) < 0.2] = np.nan
        train[RNG.random(train.shape) < 0.2] = np.nan
    estimator.fit(train, target)
    kind = np.float64 if double else np.float32
    options = {id(estimator): {"zipmap": zipmap, **settings}} if hasattr(estimator, "classes_") and not hasattr(estimator, "steps") else None
    model = to_onnx(
        estimator, train[:1].astype(kind), options=options, target_opset={"": opset, "ai.onnx.ml": ml_opset}
    )
    return model, {model.graph.input[0].name: rows.astype(kind)}


def mixed_columns():
    import pandas as pd
    from skl2onnx import to_onnx
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    def frame(numbers):
        cities = [CITIES[i % 4] for i in range(len(numbers))]
        return pd.DataFrame({"age": numbers[:, 0], "height": numbers[:, 1], "city": cities})

    numeric = make_pipeline(SimpleImputer(), StandardScaler())
    columns = ColumnTransformer([("n", numeric, ["age", "height"]), ("c", OneHotEncoder(handle_unknown="ignore"), ["city"])])
    pipeline = make_pipeline(columns, LogisticRegression())
    pipeline.fit(frame(X), WORDS)
    model = to_onnx(pipeline, frame(X)[:1], target_opset=17)
    rows = frame(TEST)
    rows.loc[3, "age"] = np.nan
    rows.loc[5, "city"] = "Hamar"
    return model, {
        name: rows[[name]].to_numpy(dtype=object if name == "city" else np.float32) for name in rows.columns
    }


def boosted(classifier_or_regressor, target, missing=False):
    from onnxmltools.convert.common.data_types import FloatTensorType

    train = X.copy()
    rows = TEST.copy()
    if missing:
        train[RNG.random(train.shape) < 0.2] = np.nan
        rows[RNG.random(rows.shape) < 0.2] = np.nan
    classifier_or_regressor.fit(train, target)
    types = [("X", FloatTensorType([None, 5]))]
    if type(classifier_or_regressor).__module__.startswith("xgboost"):
        from onnxmltools import convert_xgboost as convert
    else:
        from onnxmltools import convert_lightgbm as convert
    return convert(classifier_or_regressor, initial_types=types, target_opset=12), {"X": rows}


# ---- by hand --------------------------------------------------------------------------------------------------------


def by_hand(nodes, inputs, outputs, feeds, initializers=(), opset=18, ml_opset=3):
    def value(name, kind, shape):
        return helper.make_tensor_value_info(name, kind, shape)

    graph = helper.make_graph(
        nodes,
        "by hand",
        [value(*item) for item in inputs],
        [value(*item) for item in outputs],
        [numpy_helper.from_array(array, name) for name, array in initializers],
    )
    opsets = [helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", ml_opset)]
    model = helper.make_model(graph, producer_name="make_onnx.py", opset_imports=opsets)
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model, feeds


def ml(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs, outputs, domain="ai.onnx.ml", **attributes)


FLOAT, INT64, STRING, DOUBLE = TensorProto.FLOAT, TensorProto.INT64, TensorProto.STRING, TensorProto.DOUBLE


def tree_modes():
    """Every mode of a node, with missing cells sent either way."""
    modes = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ"]
    nodes = {"modes": [], "features": [], "values": [], "true": [], "false": [], "missing": [], "trees": [], "ids": []}
    leaves = []
    for tree, mode in enumerate(modes * 2):
        for node in range(3):
            nodes["trees"].append(tree)
            nodes["ids"].append(node)
            nodes["modes"].append(mode if node == 0 else "LEAF")
            nodes["features"].append(tree % 2 if node == 0 else 0)
            nodes["values"].append(1.0 if node == 0 else 0.0)
            nodes["true"].append(1 if node == 0 else 0)
            nodes["false"].append(2 if node == 0 else 0)
            nodes["missing"].append(int(tree >= len(modes)) if node == 0 else 0)
            if node > 0:
                leaves.append((tree, node, 0, float(2**tree * (node - 1))))
    node = ml(
        "TreeEnsembleRegressor",
        ["X"],
        ["Y"],
        n_targets=1,
        nodes_treeids=nodes["trees"],
        nodes_nodeids=nodes["ids"],
        nodes_modes=nodes["modes"],
        nodes_featureids=nodes["features"],
        nodes_values=nodes["values"],
        nodes_truenodeids=nodes["true"],
        nodes_falsenodeids=nodes["false"],
        nodes_missing_value_tracks_true=nodes["missing"],
        target_treeids=[leaf[0] for leaf in leaves],
        target_nodeids=[leaf[1] for leaf in leaves],
        target_ids=[leaf[2] for leaf in leaves],
        target_weights=[leaf[3] for leaf in leaves],
        base_values=[0.5],
    )
    cells = [0.0, 1.0, 2.0, np.nan, np.nextafter(np.float32(1), np.float32(0))]
    rows = np.array([[a, b] for a in cells for b in cells], dtype=np.float32)
    return by_hand([node], [("X", FLOAT, [None, 2])], [("Y", FLOAT, [None, 1])], {"X": rows})


def encoders():
    words = np.array([["a"], ["b"], ["zz"], [""]], dtype=object)
    numbers = np.array([[1], [2], [7], [-1]], dtype=np.int64)
    nodes = [
        ml("LabelEncoder", ["w"], ["code"], keys_strings=["a", "b", "a"], values_int64s=[5, 6, 7], default_int64=-3),
        ml("LabelEncoder", ["n"], ["name"], keys_int64s=[1, 2], values_strings=["one", "two"], default_string="many"),
        ml("LabelEncoder", ["n"], ["share"], keys_int64s=[1, 2], values_floats=[0.25, 0.5]),
        ml("CategoryMapper", ["w"], ["cat"], cats_strings=["a", "b"], cats_int64s=[10, 20], default_int64=99),
        ml("OneHotEncoder", ["w"], ["hot"], cats_strings=["b", "a", ""], zeros=1),
        ml("OneHotEncoder", ["n"], ["bits"], cats_int64s=[2, 7], zeros=1),
    ]
    outputs = [("code", INT64, [None, 1]), ("name", STRING, [None, 1]), ("share", FLOAT, [None, 1])]
    outputs += [("cat", INT64, [None, 1]), ("hot", FLOAT, [None, 1, 3]), ("bits", FLOAT, [None, 1, 2])]
    inputs = [("w", STRING, [None, 1]), ("n", INT64, [None, 1])]
    return by_hand(nodes, inputs, outputs, {"w": words, "n": numbers})


def scalers():
    nodes = [
        ml("Scaler", ["X"], ["scaled"], offset=[1.0, -2.0, 0.5], scale=[2.0, 0.3, 1.0]),
        ml("Imputer", ["X"], ["filled"], imputed_value_floats=[1.0, 2.0, 3.0], replaced_value_float=float("nan")),
        ml("Binarizer", ["filled"], ["high"], threshold=0.1),
        ml("Normalizer", ["filled"], ["most"], norm="MAX"),
        ml("Normalizer", ["filled"], ["one"], norm="L1"),
        ml("Normalizer", ["filled"], ["two"], norm="L2"),
        ml("FeatureVectorizer", ["filled", "high"], ["joined"], inputdimensions=[2, 3]),
        ml("ArrayFeatureExtractor", ["joined", "places"], ["chosen"]),
    ]
    outputs = [(name, FLOAT, [None, 3]) for name in ("scaled", "filled", "high", "most", "one", "two")]
    outputs += [("joined", FLOAT, [None, 5]), ("chosen", FLOAT, [None, 2])]
    rows = TEST[:, :3].copy()
    rows[2, 1] = np.nan
    rows[4] = 0
    return by_hand(nodes, [("X", FLOAT, [None, 3])], outputs, {"X": rows}, [("places", np.array([4, 0], dtype=np.int64))])


def movements():
    """Axes behind that of the rows, split, turned, joined and reduced."""
    node = helper.make_node
    nodes = [
        node("Reshape", ["X", "cube"], ["c"]),
        node("Transpose", ["c"], ["t"], perm=[0, 2, 1]),
        node("Slice", ["t", "from", "to", "axis", "step"], ["s"]),
        node("Concat", ["t", "s"], ["j"], axis=2),
        node("ReduceMax", ["j", "one"], ["most"], keepdims=0),
        node("ReduceMean", ["j", "inner"], ["mean"], keepdims=1),
        node("Unsqueeze", ["X", "zero"], ["u"]),
        node("Tile", ["u", "twice"], ["ut"]),
        node("ReduceSum", ["ut", "zero"], ["sum"], keepdims=0),
        node("Gather", ["X", "columns"], ["g"], axis=1),
        node("Split", ["X"], ["p", "q"], axis=1, num_outputs=2),
        node("Softmax", ["c"], ["soft"], axis=1),
        node("Shape", ["X"], ["shape"]),
        node("Slice", ["shape", "zero", "one"], ["rows"]),
        node("Concat", ["rows", "one"], ["column"], axis=0),
        node("ConstantOfShape", ["column"], ["ones"], value=helper.make_tensor("", FLOAT, [1], [1.0])),
        node("Concat", ["ones", "X"], ["with_ones"], axis=1),
    ]

    def list_of(*numbers):
        return np.array(numbers, dtype=np.int64)

    constants = [("cube", list_of(-1, 2, 3)), ("from", list_of(1)), ("to", list_of(-100)), ("axis", list_of(2))]
    constants += [("step", list_of(-1)), ("zero", list_of(0)), ("one", list_of(1)), ("twice", list_of(3, 1, 2))]
    constants += [("inner", list_of(1, 2)), ("columns", np.array([[5, 0], [-1, 2]], dtype=np.int64))]
    outputs = [("j", [None, 3, 4]), ("most", [None, 4]), ("mean", [None, 1, 1]), ("sum", [None, 12])]
    outputs += [("g", [None, 2, 2]), ("p", [None, 3]), ("q", [None, 3]), ("soft", [None, 2, 3]), ("with_ones", [None, 7])]
    outputs = [(name, FLOAT, shape) for name, shape in outputs]
    rows = np.concatenate([TEST, TEST[:, :1] * 3], axis=1)
    return by_hand(nodes, [("X", FLOAT, [None, 6])], outputs, {"X": rows}, constants)


def functions_of_cells():
    names = "Abs Ceil Cos Exp Floor Neg Round Sigmoid Sign Sin Softplus Softsign Tanh Relu Elu Selu HardSigmoid LeakyRelu"
    names = names.split() + ["Erf", "HardSwish", "Celu", "ThresholdedRelu", "Softmax", "LogSoftmax", "Hardmax"]
    nodes = [helper.make_node(name, ["X"], [name]) for name in names]
    nodes += [helper.make_node("Clip", ["X", "low", "high"], ["Clip"]), helper.make_node("Pow", ["X", "two"], ["Pow"])]
    nodes += [helper.make_node("IsNaN", ["X"], ["nan"]), helper.make_node("Where", ["nan", "low", "X"], ["Where"])]
    outputs = [(name, FLOAT, [None, 3]) for name in names + ["Clip", "Pow", "Where"]]
    constants = [("low", np.float32(-1)), ("high", np.float32(2)), ("two", np.float32(2))]
    return by_hand(nodes, [("X", FLOAT, [None, 3])], outputs, {"X": TEST[:, :3].copy()}, constants, opset=18)


def old_opset():
    nodes = [
        helper.make_node("Slice", ["X"], ["s"], axes=[1], starts=[1], ends=[-1]),
        helper.make_node("Unsqueeze", ["s"], ["u"], axes=[1]),
        helper.make_node("ReduceSum", ["u"], ["r"], axes=[2], keepdims=1),
        helper.make_node("Squeeze", ["r"], ["q"], axes=[1]),
        helper.make_node("Concat", ["X", "q"], ["c"], axis=1),
        helper.make_node("Gemm", ["c", "m", "b"], ["g"], alpha=0.5),
        helper.make_node("Clip", ["g"], ["k"], min=-3.0, max=3.0),
        helper.make_node("Softmax", ["k"], ["Y"]),
    ]
    constants = [("m", RNG.normal(size=(6, 3)).astype(np.float32)), ("b", RNG.normal(size=3).astype(np.float32))]
    inputs = [("X", FLOAT, [None, 5])]
    return by_hand(nodes, inputs, [("Y", FLOAT, [None, 3])], {"X": TEST}, constants, opset=8, ml_opset=1)


# ---- catalogue ------------------------------------------------------------------------------------------------------


def catalogue():
    import lightgbm
    import xgboost
    from sklearn.ensemble import (
        BaggingClassifier,
        GradientBoostingClassifier,
        GradientBoostingRegressor,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.mixture import GaussianMixture
    from sklearn.naive_bayes import BernoulliNB, GaussianNB
    from sklearn.neural_network import MLPClassifier
    from sklearn.cluster import KMeans
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler
    from sklearn.svm import NuSVC, SVC, SVR, OneClassSVM

    two = np.c_[SCORE, -SCORE]
    return {
        "logistic-words-zipmap": lambda: converted(LogisticRegression(), WORDS, opset=11, ml_opset=1, zipmap=True),
        "logistic-binary-double": lambda: converted(LogisticRegression(), BINARY, double=True),
        "linear-two-targets": lambda: converted(LinearRegression(), two, opset=9, ml_opset=1),
        "scaled-mlp": lambda: converted(make_pipeline(StandardScaler(), MLPClassifier((6,), max_iter=40)), WORDS, opset=13),
        "forest-binary": lambda: converted(RandomForestClassifier(5, max_depth=4, random_state=0), BINARY),
        "forest-words-double": lambda: converted(
            RandomForestClassifier(5, max_depth=4, random_state=0), WORDS, double=True
        ),
        "forest-leaves": lambda: converted(RandomForestClassifier(3, max_depth=3, random_state=0), WORDS, decision_leaf=True),
        "forest-two-targets": lambda: converted(RandomForestRegressor(4, max_depth=4, random_state=0), two),
        "boosting-binary": lambda: converted(GradientBoostingClassifier(n_estimators=5, random_state=0), BINARY),
        "boosting-words": lambda: converted(GradientBoostingClassifier(n_estimators=4, random_state=0), WORDS, opset=12),
        "boosting-regressor": lambda: converted(GradientBoostingRegressor(n_estimators=5, random_state=0), SCORE),
        "bagging": lambda: converted(BaggingClassifier(n_estimators=3, max_features=0.6, random_state=0), WORDS),
        "gaussian-bayes": lambda: converted(GaussianNB(), WORDS),
        "bernoulli-bayes": lambda: converted(BernoulliNB(), WORDS, opset=15),
        "mixture": lambda: converted(GaussianMixture(2, random_state=0), None),
        "k-means": lambda: converted(KMeans(3, n_init=1, random_state=0), None),
        "polynomial": lambda: converted(make_pipeline(PolynomialFeatures(2), LinearRegression()), SCORE),
        "mixed-columns": mixed_columns,
        "xgboost-missing": lambda: boosted(xgboost.XGBRegressor(n_estimators=5, max_depth=3), SCORE, missing=True),
        "xgboost-words": lambda: boosted(
            xgboost.XGBClassifier(n_estimators=3, max_depth=3), np.unique(WORDS, return_inverse=True)[1]
        ),
        "lightgbm-binary": lambda: boosted(
            lightgbm.LGBMClassifier(n_estimators=5, max_depth=3, verbose=-1), BINARY, missing=True
        ),
        "tree-modes": tree_modes,
        "encoders": encoders,
        "scalers": scalers,
        "movements": movements,
        "functions-of-cells": functions_of_cells,
        "old-opset": old_opset,
        "svc-rbf-words": lambda: converted(SVC(), WORDS),
        "svc-words-probabilities": lambda: converted(SVC(probability=True, random_state=0), WORDS),
        "svc-binary-probabilities": lambda: converted(NuSVC(kernel="linear", nu=0.3, probability=True, random_state=0), BINARY),
        "svc-poly-binary": lambda: converted(SVC(kernel="poly"), BINARY, opset=12),
        "svr-sigmoid": lambda: converted(SVR(kernel="sigmoid"), SCORE),
        "one-class": lambda: converted(OneClassSVM(), None),
    }


# ---- writing --------------------------------------------------------------------------------------------------------


def columns_of(name, array):
    """The columns of a tensor or a list of maps by the names that Scoreway gives them."""
    if isinstance(array, list):
        return {f"{name}_{key}": [row[key] for row in array] for key in array[0]}
    array = np.asarray(array)
    flat = array.reshape(array.shape[0], -1)
    names = [name] if flat.shape[1] == 1 else [f"{name}_{j}" for j in range(flat.shape[1])]
    return {names[j]: list(flat[:, j]) for j in range(flat.shape[1])}


def text_of(cell):
    if isinstance(cell, (str, bytes)):
        return str(cell)
    if isinstance(cell, (bool, np.bool_)):
        return "true" if cell else "false"
    if isinstance(cell, (int, np.integer)):
        return str(int(cell))
    return "" if np.isnan(cell) else np.format_float_positional(cell, unique=True, trim="-")


def write_csv(path, columns):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([[text_of(cell) for cell in row] for row in zip(*columns.values())])


def make(name, model, feeds):
    folder = os.path.join(ROOT, name)
    os.makedirs(folder, exist_ok=True)
    data = model.SerializeToString()
    with open(os.path.join(folder, "model.onnx"), "wb") as file:
        file.write(data)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    answers = session.run(None, feeds)
    expected = {}
    for output, answer in zip(session.get_outputs(), answers):
        expected.update(columns_of(output.name, answer))
    rows = {}
    for feed, array in feeds.items():
        rows.update(columns_of(feed, array))
    write_csv(os.path.join(folder, "input.csv"), rows)
    write_csv(os.path.join(folder, "expected.csv"), expected)
    versions = " ".join(f"{item.domain or 'ai.onnx'}:{item.version}" for item in model.opset_import)
    return [name, versions, "model.onnx", "expected.csv", len(next(iter(rows.values()))), "1e-4", "1e-5", ""]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", default="")
    only = arguments.parse_args().only
    lines = []
    for name, build in catalogue().items():
        if only in name:
            model, feeds = build()
            lines.append(make(name, model, feeds))
    if only:
        return
    with open(os.path.join(ROOT, "cases.csv"), "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["case", "version", "model", "expected", "rows", "rel", "abs", "optional"])
        writer.writerows(lines)


if __name__ == "__main__":
    main()
