"""Saved models: a path (a file, or the folder of a Spark model), or bytes."""
from __future__ import annotations

import os
from typing import Any, Dict, Optional

from ..packed import Packed, zip_folder


def knows(model: Any) -> bool:
    return isinstance(model, (bytes, bytearray, memoryview, str, os.PathLike))


def pack(model: Any, sample: Any, folder: str, rows_max: int) -> Packed:
    if sample is not None:
        raise ValueError("what the library answers to the sample is not known of a saved model: give `answers` too")
    return checkpoint(model, folder)


def pack_recommender(model: Any, sample: Any, folder: str, rows_max: int, count: int) -> Packed:
    packed = pack(model, sample, folder, rows_max)
    packed.import_options["recommend"] = str(count)
    return packed


def checkpoint(model: Any, folder: Optional[str]) -> Packed:
    if isinstance(model, (bytes, bytearray, memoryview)):
        return Packed(bytes(model))
    path = os.fspath(model)
    if not os.path.exists(path):
        raise FileNotFoundError(f"{path}: there is no such file or folder")
    if os.path.isdir(path):
        archive = os.path.join(str(folder), "model.zip")
        zip_folder(path, archive)
        return Packed(archive)
    return Packed(str(path), import_options=_feature_map(path))


def _feature_map(path: str) -> Dict[str, str]:
    """Of XGBoost, beside the model: model.fmap of model.json."""
    base, ending = os.path.splitext(path)
    if ending not in (".json", ".ubj", ".model", ".bin") or not os.path.isfile(base + ".fmap"):
        return {}
    with open(base + ".fmap", encoding="utf-8") as file:
        return {"feature_map": file.read()}
