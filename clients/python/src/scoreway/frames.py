"""Tables in the forms that people have them, as names and columns of plain Python values, and as CSV."""
from __future__ import annotations

import json
import math
from typing import Any, Dict, Iterable, List, Optional, Sequence


class Table:
    """Columns of equal length by name. A missing value is None."""

    def __init__(self, columns: Dict[str, List[Any]]) -> None:
        self.columns = columns
        lengths = {len(values) for values in columns.values()}
        if len(lengths) > 1:
            raise ValueError("the columns of a table differ in length: " + ", ".join(f"{n}: {len(v)}" for n, v in columns.items()))
        self.row_count = lengths.pop() if lengths else 0

    @property
    def names(self) -> List[str]:
        return list(self.columns)

    def renamed(self, names: Sequence[str]) -> "Table":
        """The same columns under other names, by position."""
        return Table(dict(zip(names, self.columns.values())))

    def rows(self) -> List[Dict[str, Any]]:
        names = self.names
        return [dict(zip(names, values)) for values in zip(*self.columns.values())]

    def csv(self) -> bytes:
        lines = [",".join(_quoted(name) for name in self.columns)]
        lines += [",".join(_cell(value) for value in values) for values in zip(*self.columns.values())]
        return ("\n".join(lines) + "\n").encode()


def kind_of(data: Any) -> str:
    """"pandas", "polars", "spark", "numpy", "dict", "rows" or "" for anything else."""
    module = type(data).__module__.split(".")[0]
    name = type(data).__name__
    if module == "pandas" and name in ("DataFrame", "Series"):
        return "pandas"
    if module == "polars" and name in ("DataFrame", "LazyFrame"):
        return "polars"
    if module == "pyspark" and name == "DataFrame":
        return "spark"
    if module == "numpy" and name == "ndarray":
        return "numpy"
    if isinstance(data, dict):
        return "dict"
    if isinstance(data, (list, tuple)) and all(isinstance(row, dict) for row in data):
        return "rows"
    return ""


def table_of(data: Any, rows_max: Optional[int] = None) -> Table:
    """A DataFrame of pandas, polars or pyspark, a two-dimensional array, a dict of columns, or a list of dicts."""
    kind = kind_of(data)
    if kind == "pandas":
        frame = data.to_frame() if type(data).__name__ == "Series" else data
        frame = frame if rows_max is None else frame.head(rows_max)
        return Table({str(name): plain(frame[name].tolist()) for name in frame.columns})
    if kind == "polars":
        frame = data.collect() if type(data).__name__ == "LazyFrame" else data
        frame = frame if rows_max is None else frame.head(rows_max)
        return Table({name: plain(frame[name].to_list()) for name in frame.columns})
    if kind == "spark":
        rows = (data if rows_max is None else data.limit(rows_max)).collect()
        return Table({name: plain(row[i] for row in rows) for i, name in enumerate(data.columns)})
    if kind == "numpy":
        if data.ndim not in (1, 2):
            raise ValueError(f"an array of {data.ndim} dimensions is no table")
        matrix = (data.reshape(-1, 1) if data.ndim == 1 else data)[:rows_max]
        return Table({f"x{i}": plain(matrix[:, i].tolist()) for i in range(matrix.shape[1])})
    if kind == "dict":
        return Table({str(name): plain(values)[:rows_max] for name, values in data.items()})
    if kind == "rows":
        names: Dict[str, None] = {}
        for row in data:
            names.update(dict.fromkeys(row))
        return Table({str(name): plain(row.get(name) for row in data)[:rows_max] for name in names})
    raise TypeError(f"{type(data).__module__}.{type(data).__name__} is no table: give a DataFrame of pandas, polars or pyspark, "
                    "a dict of columns, a list of dicts or a two-dimensional array")


def plain(values: Iterable[Any]) -> List[Any]:
    """Numbers of numpy and their like as Python's own; what stands for missing as None."""
    return [_plain_value(value) for value in values]


def _plain_value(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):  # numpy's float64 is one too
        return None if math.isnan(value) else float(value)
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if hasattr(value, "item") and not hasattr(value, "__len__"):  # a scalar of numpy
        return _plain_value(value.item())
    return value


def _quoted(text: str) -> str:
    if text and not any(c in text for c in ',"\r\n') and text == text.strip():
        return text
    return '"' + text.replace('"', '""') + '"'


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return _quoted(value)
    if hasattr(value, "toArray"):  # a vector of Spark
        return _quoted(json.dumps([float(x) for x in value.toArray()]))
    if hasattr(value, "tolist"):
        return _quoted(json.dumps(value.tolist()))
    if isinstance(value, (list, tuple)):
        return _quoted(json.dumps(list(value)))
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return _quoted(str(value))
