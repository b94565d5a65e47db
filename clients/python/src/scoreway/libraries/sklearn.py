"""scikit-learn, and whatever keeps to its estimators' ways: pickled, with what predict and its like answer."""
from __future__ import annotations

import pickle
from typing import Any, Dict, List, Optional

from ..frames import Table, kind_of, plain, table_of
from ..packed import Packed, Sample, feature_tags, imported, python_tags, texts_of


def knows(model: Any) -> bool:
    return imported("sklearn") is not None and hasattr(model, "get_params") and hasattr(model, "fit")


def pack(model: Any, sample: Any, folder: Optional[str], rows_max: int) -> Packed:
    return pack_estimator(model, sample, feature_names(model), rows_max)


def pack_estimator(model: Any, sample: Any, names: Optional[List[str]], rows_max: int) -> Packed:
    """With the names by which the sample has the model's features; without them, they are told by their place."""
    packed = Packed(pickle.dumps(model, protocol=4), texts_of(model.get_params(deep=True)),
                    {**python_tags(scikit_learn=imported("sklearn"), numpy=imported("numpy")), **feature_tags(names)})
    if sample is not None:
        frame = features_frame(sample, names, getattr(model, "n_features_in_", None), rows_max)
        packed.sample = Sample(table_of(frame), answers(model, frame))
    return packed


def feature_names(model: Any) -> Optional[List[str]]:
    """Those that the model was fitted with; nothing if they had no names."""
    names = getattr(model, "feature_names_in_", None)
    if names is None and hasattr(model, "steps"):
        names = getattr(model.steps[0][1], "feature_names_in_", None)
    return None if names is None else [str(name) for name in names]


def features_frame(sample: Any, names: Optional[List[str]], count: Optional[int], rows_max: int) -> Any:
    """The model's features of a sample, as the library takes them: a DataFrame of pandas, or an array without names."""
    numpy = imported("numpy")
    kind = kind_of(sample)
    if kind == "numpy" or (kind == "" and hasattr(sample, "__array__")):
        array = numpy.asarray(sample)[:rows_max]
        _check_count(array.shape[1] if array.ndim == 2 else 1, count, None)
        return array if names is None else _pandas().DataFrame(array, columns=names)
    if kind == "pandas":
        frame = sample.head(rows_max)
    else:
        frame = _pandas().DataFrame(table_of(sample, rows_max).columns)
    if names is not None:
        missing = [name for name in names if name not in frame.columns]
        if missing:
            raise ValueError(f"the sample lacks columns that the model was fitted with: {', '.join(missing)}")
        return frame[names]
    _check_count(len(frame.columns), count, list(frame.columns))
    return frame.to_numpy()


def _check_count(got: int, wanted: Optional[int], names: Optional[List[Any]]) -> None:
    if wanted is not None and got != wanted:
        listed = f" ({', '.join(map(str, names))})" if names else ""
        raise ValueError(f"the model takes {wanted} columns without names, and the sample has {got}{listed}: "
                         "give the features only, in their order")


def _pandas() -> Any:
    try:
        import pandas
    except ImportError:
        raise ImportError("the model was fitted with named columns: install pandas, so that it can be asked for its answers") from None
    return pandas


def answers(model: Any, frame: Any) -> Table:
    """What the model says, under the server's names for it."""
    columns: Dict[str, List[Any]] = {}
    if hasattr(model, "predict"):
        _add(columns, "predict", model.predict(frame))
    if hasattr(model, "predict_proba"):
        probabilities = model.predict_proba(frame)
        if not isinstance(probabilities, list):  # of several targets at once the server has other names
            classes = getattr(model, "classes_", range(probabilities.shape[1]))
            for index, name in enumerate(classes):
                columns[f"proba_{name}"] = plain(probabilities[:, index])
    if hasattr(model, "transform") and not hasattr(model, "predict_proba"):
        transformed = model.transform(frame)
        _add(columns, "transform", transformed.toarray() if hasattr(transformed, "toarray") else transformed)
    if not columns:
        raise ValueError(f"{type(model).__name__} has no answer for new rows: it cannot be compared over a sample")
    return Table(columns)


def _add(columns: Dict[str, List[Any]], name: str, values: Any) -> None:
    values = values.to_numpy() if hasattr(values, "to_numpy") else values
    if getattr(values, "ndim", 1) == 1:
        columns[name] = plain(values)
        return
    for index in range(values.shape[1]):
        columns[f"{name}_{index}"] = plain(values[:, index])
