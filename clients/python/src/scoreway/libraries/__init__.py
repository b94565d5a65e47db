"""The libraries whose models can be pushed: a module each, with the same functions.

    knows(model)            whether the model is of this library
    pack(model, sample, folder, rows_max)
                            the model as it is pushed; `folder` is a temporary one that lives until it is sent
    checkpoint(model, folder)
                            the model as it is logged during training; without it, pack is used
    pack_recommender(model, sample, folder, rows_max, count)
                            the model to give the best items for a user, where the library has such
    TOLERANCE               what counts as equal, where the library computes in float32
"""
from __future__ import annotations

from types import ModuleType
from typing import Any, Tuple

from . import files, lightgbm, onnx, sklearn, spark, torch, xgboost

# Boosters' estimators are also scikit-learn's, so those come first.
_LIBRARIES: Tuple[ModuleType, ...] = (files, spark, onnx, torch, xgboost, lightgbm, sklearn)


def library_of(model: Any) -> ModuleType:
    for library in _LIBRARIES:
        if library.knows(model):
            return library
    kind = f"{type(model).__module__}.{type(model).__name__}"
    raise TypeError(f"a {kind} is of no library that is known: give a fitted model of pyspark, scikit-learn, XGBoost or LightGBM, "
                    "a torch.nn.Module, an ONNX ModelProto, the path of a saved model, or its bytes")
