"""XGBoost: estimators pickled, so that they answer what predict and predict_proba do; boosters in their own format."""
from __future__ import annotations

from typing import Any, Dict, List, Optional

from ..frames import Table, plain, table_of
from ..packed import Packed, Sample, feature_tags, imported, python_tags, texts_of
from . import sklearn

TOLERANCE = 1e-6


def knows(model: Any) -> bool:
    module = imported("xgboost")
    return module is not None and isinstance(model, (module.Booster, module.XGBModel))


def pack(model: Any, sample: Any, folder: Optional[str], rows_max: int) -> Packed:
    module = imported("xgboost")
    if isinstance(model, module.Booster):
        return _pack_booster(module, model, sample, rows_max)
    packed = sklearn.pack(model, sample, folder, rows_max)
    packed.tags.update(python_tags(xgboost=module))
    return packed


def checkpoint(model: Any, folder: Optional[str]) -> Packed:
    return pack(model, None, folder, 0)


def _pack_booster(module: Any, booster: Any, sample: Any, rows_max: int) -> Packed:
    names = booster.feature_names
    packed = Packed(bytes(booster.save_raw("ubj")), texts_of(booster.attributes()), {**python_tags(xgboost=module), **feature_tags(names)})
    if sample is None:
        return packed
    frame = sklearn.features_frame(sample, names, booster.num_features(), rows_max)
    matrix = module.DMatrix(frame, enable_categorical=True)
    columns: Dict[str, List[Any]] = {}
    add_outputs(columns, "prediction", booster.predict(matrix))
    add_outputs(columns, "margin", booster.predict(matrix, output_margin=True))
    packed.sample = Sample(table_of(frame), Table(columns))
    return packed


def add_outputs(columns: Dict[str, List[Any]], name: str, values: Any) -> None:
    """One column, or one for each class."""
    if values.ndim == 1:
        columns[name] = plain(values)
        return
    for index in range(values.shape[1]):
        columns[f"{name}_{index}"] = plain(values[:, index])
