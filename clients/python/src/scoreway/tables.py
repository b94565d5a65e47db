"""Tables in the forms that people have them, given to the engine without copies where they lie as it reads them, and its answers back.

The engine reads columns where they lie that are contiguous, of the input's own type, and have no nulls.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Tuple

from ._engine import Answer, Model, texts
from .errors import InvalidArgument
from .frames import kind_of
from .signature import Signature

if TYPE_CHECKING:
    from ._engine import Column

_FORMATS = {"float64": "g", "float32": "f", "float16": "e", "int64": "l", "int32": "i", "int16": "s", "int8": "c",
            "uint64": "L", "uint32": "I", "uint16": "S", "uint8": "C"}
_TEXTS = ("string", "list")


def answer_of(model: Model, signature: Signature, rows: Any) -> Answer:
    """The answer to a table: a DataFrame, a two-dimensional array, rows as lists, or whatever speaks Arrow's PyCapsule interface."""
    kind = kind_of(rows)
    if kind == "pandas":
        return _Columns(model, signature).of_pandas(rows)
    if kind == "polars" and type(rows).__name__ == "LazyFrame":
        rows = rows.collect()
    if hasattr(rows, "__arrow_c_stream__"):
        return model.stream(rows.__arrow_c_stream__())
    if hasattr(rows, "__arrow_c_array__"):
        return model.array(*rows.__arrow_c_array__())
    return _Columns(model, signature).of_array(rows)


class _Columns:
    """The columns of one table, and what keeps their memory alive."""

    def __init__(self, model: Model, signature: Signature) -> None:
        self._model = model
        self._signature = signature
        self._types = {field.name: field.type for field in signature.inputs}
        self._columns: List[Column] = []
        self._alive: List[Any] = []

    def of_pandas(self, frame: Any) -> Answer:
        names = [str(name) for name in frame.columns]
        inputs = [field.name for field in self._signature.inputs]
        if not self._signature.inputs_named and len(names) == len(inputs) and not set(names) & set(inputs):
            names = inputs
        for i, name in enumerate(names):
            if name in self._types:
                self._add_series(name, frame.iloc[:, i])
            else:
                self._columns.append((name, "n", None, None, None))  # for the engine to say what was probably meant
        return self._model.columns(len(frame), self._columns)

    def of_array(self, rows: Any) -> Answer:
        import numpy

        matrix = numpy.asarray(rows)
        if matrix.dtype.names:
            for name in matrix.dtype.names:
                self._add(name, matrix[name])
            return self._model.columns(len(matrix), self._columns)
        if matrix.ndim != 2:
            raise InvalidArgument(f"an array of {matrix.ndim} dimensions is no table: rows and columns are wanted. "
                                  "Reshape your data: array.reshape(1, -1) if it is one row", code="INVALID_ARGUMENT")
        inputs = self._signature.inputs
        if matrix.shape[1] != len(inputs):
            raise InvalidArgument(f"X has {matrix.shape[1]} features, but the model is expecting {len(inputs)} features as input",
                                  code="INVALID_ARGUMENT")
        turned = matrix.T if matrix.dtype == object else numpy.ascontiguousarray(matrix.T)
        for field, values in zip(inputs, turned):
            self._add(field.name, values)
        return self._model.columns(len(matrix), self._columns)

    def _add_series(self, name: str, series: Any) -> None:
        dtype = series.dtype
        if hasattr(dtype, "categories"):
            series = series.astype(dtype.categories.dtype) if not series.hasnans else series.astype(object)
            dtype = series.dtype
        if type(dtype).__module__.startswith("numpy"):
            return self._add(name, series.to_numpy())
        # Types of pandas' own: texts of pyarrow or Python, and numbers with a mask.
        if getattr(dtype, "storage", "") == "pyarrow" and self._types[name] in _TEXTS:
            return self._add_arrow_texts(name, series.array)
        kind = getattr(dtype, "kind", "O")
        if kind in "iufb" and self._types[name] not in _TEXTS:
            missing = series.isna().to_numpy(dtype=bool)
            values = series.fillna(0).to_numpy(dtype={"b": "bool"}.get(kind, f"{kind}{getattr(dtype, 'itemsize', 8)}"))
            return self._add(name, values, missing if missing.any() else None)
        return self._add(name, series.to_numpy(dtype=object))

    def _add(self, name: str, values: Any, missing: Optional[Any] = None) -> None:
        import numpy

        validity = None if missing is None else numpy.packbits(~missing, bitorder="little").tobytes()
        kind = values.dtype.kind
        if kind == "b":
            self._columns.append((name, "b", validity, numpy.packbits(values, bitorder="little").tobytes(), None))
            return
        if kind in "OUT":
            return self._add_objects(name, values)
        if kind == "f" and self._types.get(name) in _TEXTS and numpy.isnan(values).all():
            self._columns.append((name, "n", None, None, None))  # a column of texts without any
            return
        format = _FORMATS.get(values.dtype.name)
        if format is None:
            raise InvalidArgument(f"column '{name}': columns of {values.dtype} are not read", code="INVALID_ARGUMENT")
        values = numpy.ascontiguousarray(values, dtype=values.dtype.newbyteorder("="))
        self._alive.append(values)
        self._columns.append((name, format, validity, values.__array_interface__["data"][0], None))

    def _add_arrow_texts(self, name: str, array: Any) -> None:
        """Where they lie, but for texts in several pieces or with nulls that do not begin on a byte."""
        import pyarrow

        texts = array.__arrow_array__()
        if isinstance(texts, pyarrow.ChunkedArray):
            texts = texts.combine_chunks()
        if isinstance(texts, pyarrow.ChunkedArray) or texts.offset % 8 != 0 and texts.null_count > 0 or not pyarrow.types.is_large_string(texts.type):
            return self._add_objects(name, array.to_numpy(dtype=object))
        self._alive.append(texts)
        validity, offsets, data = texts.buffers()
        has_nulls = validity is not None and texts.null_count > 0
        self._columns.append((name, "U", validity.address + texts.offset // 8 if has_nulls else None, offsets.address + texts.offset * 8,
                              None if data is None else data.address))

    def _add_objects(self, name: str, values: Any) -> None:
        import numpy

        if self._types.get(name) in _TEXTS:
            try:
                self._columns.append((name, "U", *texts(values.tolist())))
            except TypeError as error:
                raise InvalidArgument(f"column '{name}': {error}", code="INVALID_ARGUMENT") from None
            return
        cells = [float("nan") if _is_missing(cell) else cell for cell in values.tolist()]
        texts_among = [row for row, cell in enumerate(cells, 1) if isinstance(cell, (str, bytes))]
        if texts_among:
            raise InvalidArgument(f"row {texts_among[0]}, column '{name}': {cells[texts_among[0] - 1]!r} is a text, not "
                                  f"{self._types.get(name)}", code="INVALID_ARGUMENT")
        self._add(name, numpy.array(cells, dtype="float64"))


def _is_missing(cell: Any) -> bool:
    return cell is None or type(cell).__name__ in ("NAType", "NaTType")


class _Numbers:
    """Where the numbers of an answer lie, for numpy; keeps the answer alive."""

    def __init__(self, answer: Answer, address: int, rows: int, typestr: str) -> None:
        self._answer = answer
        self.__array_interface__ = {"data": (address, True), "shape": (rows,), "typestr": typestr, "version": 3}


def column_of(answer: Answer, place: int, type: str) -> Any:
    """A column of the answer as an array of numpy: numbers where they lie, missing as NaN (or None among texts)."""
    import numpy

    if type in _TEXTS:
        return numpy.array(answer.texts(place) + [None], dtype=object)[:-1]
    address, rows, nulls = answer.numbers(place)
    if rows == 0:
        return numpy.empty(0, dtype={"int64": "int64", "bool": "bool"}.get(type, type))
    if type == "bool":
        values = numpy.frombuffer(answer.bools(place), dtype="bool")
    else:
        values = numpy.asarray(_Numbers(answer, address, rows, {"float32": "<f4", "int64": "<i8"}.get(type, "<f8")))
    if nulls == 0 or type in ("float32", "float64"):
        return values
    return numpy.where(numpy.frombuffer(answer.validity(place), dtype="bool"), values, numpy.nan)


def columns_of(answer: Answer, outputs: Sequence[Tuple[str, str]]) -> Dict[str, Any]:
    """All columns by name."""
    return {name: column_of(answer, i, type) for i, (name, type) in enumerate(outputs)}


def in_the_form_of(rows: Any, answer: Answer, outputs: Sequence[Tuple[str, str]]) -> Any:
    """The whole answer as what the rows are: a DataFrame of the same library, a pyarrow Table, or else arrays by name."""
    kind = kind_of(rows)
    if kind == "pandas":
        import pandas

        return pandas.DataFrame(columns_of(answer, outputs), index=rows.index)
    if kind == "polars":
        import polars

        return polars.DataFrame(answer)
    if type(rows).__module__.split(".")[0] == "pyarrow":
        import pyarrow

        return pyarrow.Table.from_batches([pyarrow.record_batch(answer)])
    return columns_of(answer, outputs)
