"""LightGBM: estimators pickled, so that they answer what predict and predict_proba do; boosters in their own format."""
from __future__ import annotations

from typing import Any, Dict, List, Optional

from ..frames import Table, table_of
from ..packed import Packed, Sample, feature_tags, imported, python_tags, texts_of
from . import sklearn
from .xgboost import add_outputs


def knows(model: Any) -> bool:
    module = imported("lightgbm")
    return module is not None and isinstance(model, (module.Booster, module.LGBMModel))


def pack(model: Any, sample: Any, folder: Optional[str], rows_max: int) -> Packed:
    module = imported("lightgbm")
    if isinstance(model, module.Booster):
        return _pack_booster(module, model, sample, rows_max)
    packed = sklearn.pack_estimator(model, sample, _names_in(sample, model.feature_name_), rows_max)
    packed.tags.update(python_tags(lightgbm=module))
    if packed.sample is not None:
        # LightGBM has names of its own for columns, with underscores for what its file cannot say.
        packed.sample.rows = packed.sample.rows.renamed(model.feature_name_)
    return packed


def checkpoint(model: Any, folder: Optional[str]) -> Packed:
    return pack(model, None, folder, 0)


def _pack_booster(module: Any, booster: Any, sample: Any, rows_max: int) -> Packed:
    names = booster.feature_name()
    packed = Packed(booster.model_to_string().encode(), texts_of(booster.params),
                    {**python_tags(lightgbm=module), **feature_tags(names)})
    if sample is None:
        return packed
    frame = sklearn.features_frame(sample, _names_in(sample, names), booster.num_feature(), rows_max)
    columns: Dict[str, List[Any]] = {}
    add_outputs(columns, "prediction", booster.predict(frame))
    add_outputs(columns, "margin", booster.predict(frame, raw_score=True))
    packed.sample = Sample(table_of(frame).renamed(names), Table(columns))
    return packed


def _names_in(sample: Any, names: List[str]) -> Optional[List[str]]:
    """The model's features as the sample calls them; nothing where they can only be told by their place."""
    if not hasattr(sample, "columns") and not isinstance(sample, dict):
        return None
    columns = list(getattr(sample, "columns", sample))
    called = {str(column).replace(" ", "_"): column for column in columns}
    return [called[name] for name in names] if all(name in called for name in names) else None
