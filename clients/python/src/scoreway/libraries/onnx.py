"""ONNX: a ModelProto as it is. Its answers come from ONNX Runtime, where that is installed."""
from __future__ import annotations

from typing import Any, Dict, List, Optional

from ..frames import Table, plain, table_of
from ..packed import Packed, Sample, imported, python_tags

TOLERANCE = 1e-5


def knows(model: Any) -> bool:
    return type(model).__name__ == "ModelProto" and hasattr(model, "SerializeToString") and hasattr(model, "graph")


def pack(model: Any, sample: Any, folder: Optional[str], rows_max: int) -> Packed:
    packed = Packed(model.SerializeToString(), {}, python_tags(onnx=imported("onnx")))
    if sample is not None:
        packed.sample = run(packed.content, sample, rows_max)
    return packed


def checkpoint(model: Any, folder: Optional[str]) -> Packed:
    return pack(model, None, folder, 0)


def run(content: Any, sample: Any, rows_max: int) -> Sample:
    """The sample's columns, by name or else in their order, through ONNX Runtime."""
    try:
        import numpy
        import onnxruntime
    except ImportError:
        raise ImportError("install onnxruntime, so that the ONNX model can be asked for its answers; or give them as `answers`") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    table = table_of(sample, rows_max)
    types = {"tensor(float)": numpy.float32, "tensor(double)": numpy.float64, "tensor(int64)": numpy.int64,
             "tensor(int32)": numpy.int32, "tensor(bool)": numpy.bool_, "tensor(string)": object}
    feed, names, next_column = {}, [], 0
    for entry in session.get_inputs():
        if entry.type not in types or len(entry.shape) != 2 or not isinstance(entry.shape[1], int):
            raise ValueError(f"the input '{entry.name}' is {entry.type} of {entry.shape}, no row of columns: give `answers` for the sample")
        width = entry.shape[1]
        if width == 1 and entry.name in table.columns:
            columns = [entry.name]
        else:
            columns = table.names[next_column : next_column + width]
            next_column += width
        if len(columns) < width:
            raise ValueError(f"the sample has {len(table.columns)} columns, too few for the input '{entry.name}' of {width}")
        values = [[float("nan") if v is None else v for v in table.columns[c]] for c in columns]
        feed[entry.name] = numpy.array(values, dtype=types[entry.type]).T
        names += columns
    outputs = session.run(None, feed)
    answers: Dict[str, List[Any]] = {}
    for entry, value in zip(session.get_outputs(), outputs):
        add_answer(answers, entry.name, value)
    return Sample(Table({name: table.columns[name] for name in names}), Table(answers))


def add_answer(answers: Dict[str, List[Any]], name: str, value: Any) -> None:
    if isinstance(value, list):  # a ZipMap: a dict of classes for each row
        for label in value[0] if value else ():
            answers[f"{name}_{label}"] = plain(row[label] for row in value)
    elif value.ndim == 1 or (value.ndim == 2 and value.shape[1] == 1):
        answers[name] = plain(value.reshape(-1))
    elif value.ndim == 2:
        for index in range(value.shape[1]):
            answers[f"{name}_{index}"] = plain(value[:, index])
