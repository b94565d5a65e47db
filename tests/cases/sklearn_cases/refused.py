"""Models that must be refused: code of the user's own, and estimators that are not known yet.

sklearn-refused/<case>/model.pkl
sklearn-refused/<case>/expected.txt   one piece of text per line, each to be found in the message
"""

import os
import pickle
import shutil
import sys
import types

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import NMF
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from . import data
from .versions import VERSIONS, here


def module_named(name):
    """A module of the user's, to be found by import while pickling."""
    parent = name.rpartition(".")[0]
    if parent:
        module_named(parent)
    return sys.modules.setdefault(name, types.ModuleType(name))


def own_class(module_name, name, bases, body):
    """A class as if written in the user's module: pickle stores its module and name."""
    made = type(name, bases, dict(body, __module__=module_name))
    setattr(module_named(module_name), name, made)
    return made


def own_function(module_name, name):
    """A function as if written in the user's module."""

    def doubled(X):
        return X * 2

    doubled.__module__, doubled.__qualname__, doubled.__name__ = module_name, name, name
    setattr(module_named(module_name), name, doubled)
    return doubled


def fit_nothing(self, X, y=None):
    self.mean_ = np.asarray(X).mean(axis=0)
    return self


OwnScaler = own_class(
    "__main__",
    "OwnScaler",
    (TransformerMixin, BaseEstimator),
    {"fit": fit_nothing, "transform": lambda self, X: np.asarray(X) - self.mean_},
)
OwnModel = own_class(
    "shop.models",
    "OwnModel",
    (RegressorMixin, BaseEstimator),
    {"fit": fit_nothing, "predict": lambda self, X: np.zeros(len(X))},
)


def models():
    """(name, fitted model, what the refusal must say)"""
    doubled = own_function("shop.features", "doubled")
    yield "own-class-in-main", make_pipeline(OwnScaler(), LinearRegression()), ["unsupported", "__main__.OwnScaler"]
    yield "own-class-alone", OwnModel(), ["unsupported", "shop.models.OwnModel"]
    yield "own-function", make_pipeline(FunctionTransformer(doubled), LinearRegression()), [
        "unsupported",
        "shop.features.doubled",
    ]
    yield "own-function-among-columns", Pipeline(
        [
            (
                "prepare",
                ColumnTransformer(
                    [("kept", StandardScaler(), ["alpha"]), ("bent", FunctionTransformer(doubled), ["beta"])]
                ),
            ),
            ("model", LinearRegression()),
        ]
    ), ["unsupported", "shop.features.doubled", "prepare", "bent"]
    yield "two-at-once", Pipeline(
        [("first", OwnScaler()), ("second", FunctionTransformer(doubled)), ("model", LinearRegression())]
    ), ["unsupported", "__main__.OwnScaler", "shop.features.doubled"]
    yield "lambda-by-value", make_pipeline(FunctionTransformer(lambda X: X * 2), LinearRegression()), [
        "unsupported",
        "cloudpickle",
    ]
    yield "factors-of-all-rows", make_pipeline(MinMaxScaler(), NMF(2, random_state=0), LinearRegression()), [
        "unsupported",
        "NMF",
    ]


def make(root):
    """By the newest version only: the folder has no versions."""
    if here != VERSIONS[-1]:
        return
    import cloudpickle  # only here: the older environments do without it

    shutil.rmtree(root, ignore_errors=True)
    d = data.grid(data.amount, n=20)
    for name, model, words in models():
        folder = os.path.join(root, name)
        os.makedirs(folder)
        model.fit(d.X, d.y)
        # cloudpickle is how users save what pickle cannot: code by value.
        dumps = cloudpickle.dumps if name == "lambda-by-value" else pickle.dumps
        with open(os.path.join(folder, "model.pkl"), "wb") as f:
            f.write(dumps(model, protocol=4))
        with open(os.path.join(folder, "expected.txt"), "w", encoding="utf-8") as f:
            f.write("\n".join(words) + "\n")
