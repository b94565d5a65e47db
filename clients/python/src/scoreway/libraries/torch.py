"""PyTorch: a module that takes a row of numbers, exported as ONNX; during training its weights as torch saves them."""
from __future__ import annotations

import io
import warnings
from typing import Any, Dict, List, Optional

from ..frames import Table, kind_of, table_of
from ..packed import Packed, Sample, imported, python_tags
from .onnx import TOLERANCE as TOLERANCE
from .onnx import add_answer


def knows(model: Any) -> bool:
    module = imported("torch")
    return module is not None and isinstance(model, module.nn.Module)


def pack(model: Any, sample: Any, folder: Optional[str], rows_max: int) -> Packed:
    torch = imported("torch")
    if sample is None:
        raise ValueError("a torch module is exported as ONNX, which needs a sample of its input: give `sample`")
    if isinstance(sample, torch.Tensor):
        table = table_of(sample.detach().cpu().numpy(), rows_max)
    else:
        table = table_of(sample, rows_max)
    rows = torch.tensor([[float("nan") if v is None else v for v in values] for values in zip(*table.columns.values())],
                        dtype=_number_type(torch, model))
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            value = model(rows.to(_device(model)))
        if not isinstance(value, torch.Tensor):
            raise ValueError("the module answers with more than one tensor: export it yourself and push the ONNX file")
        content = _export(torch, model, rows)
    finally:
        model.train(was_training)
    answers: Dict[str, List[Any]] = {}
    add_answer(answers, "output", value.detach().cpu().numpy())
    tags = python_tags(torch=torch)
    if kind_of(sample) in ("pandas", "polars", "spark", "dict", "rows"):
        tags["features"] = ",".join(table.names)[:1000]
    return Packed(content, {"module": type(model).__name__}, tags, Sample(table, Table(answers)))


def checkpoint(model: Any, folder: Optional[str]) -> Packed:
    torch = imported("torch")
    buffer = io.BytesIO()
    torch.save(model.state_dict(), buffer)
    return Packed(buffer.getvalue(), {}, python_tags(torch=torch))


def _number_type(torch: Any, model: Any) -> Any:
    for parameter in model.parameters():
        if parameter.is_floating_point():
            return parameter.dtype
    return torch.float32


def _device(model: Any) -> Any:
    for parameter in model.parameters():
        return parameter.device
    return "cpu"


def _export(torch: Any, model: Any, rows: Any) -> bytes:
    buffer = io.BytesIO()
    options: Dict[str, Any] = {"input_names": ["input"], "output_names": ["output"],
                               "dynamic_axes": {"input": {0: "rows"}, "output": {0: "rows"}}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            torch.onnx.export(model, (rows[:2].to(_device(model)),), buffer, dynamo=False, **options)
        except TypeError:  # before 2.5 there was one exporter only
            torch.onnx.export(model, (rows[:2].to(_device(model)),), buffer, **options)
    return buffer.getvalue()
