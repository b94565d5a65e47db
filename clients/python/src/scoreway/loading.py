"""Bytes that were pulled, as the library's own object again."""
from __future__ import annotations

import atexit
import io
import pickle
import shutil
import tempfile
from typing import Any


def is_spark(format: str) -> bool:
    return format == "spark"


def load_spark(path: str) -> Any:
    """The model; its files stay until the process ends, as Spark may read them again."""
    from .libraries import spark

    folder = tempfile.mkdtemp(prefix="scoreway-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return spark.load(path, folder)


def load_bytes(content: bytes, format: str, *, trust: bool) -> Any:
    """A Booster of XGBoost or LightGBM, what a pickle holds if it is trusted, and else the bytes as they are."""
    family = format.split("-")[0]
    if family == "xgboost" and (booster := _xgboost(content)) is not None:
        return booster
    if family == "lightgbm" and (booster := _lightgbm(content)) is not None:
        return booster
    if trust and (family in ("sklearn", "pickle") or format == "python"):
        return _unpickle(content)
    return content


def _xgboost(content: bytes) -> Any:
    try:
        import xgboost
    except ImportError:
        return None
    booster = xgboost.Booster()
    booster.load_model(bytearray(content))
    return booster


def _lightgbm(content: bytes) -> Any:
    try:
        import lightgbm
    except ImportError:
        return None
    return lightgbm.Booster(model_str=content.decode())


def _unpickle(content: bytes) -> Any:
    if content[:1] == b"\x80" and b"joblib" not in content[:4096]:
        return pickle.loads(content)
    try:
        import joblib
    except ImportError:
        return pickle.loads(content)
    return joblib.load(io.BytesIO(content))

