"""Tables of Spark scored by the engine, inside its executors.

    import scoreway.spark

    scored = scoreway.spark.predict(df, "wine@champion")     # df's columns, then the model's outputs

The wheel with the engine, pyarrow and pandas must be installed where the executors' Python runs (or be sent there: spark-submit
--archives). Rows go to it as Arrow's batches (`mapInArrow`), answers come back so; nothing is a Python object on the way.
"""
from __future__ import annotations

import functools
import hashlib
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from .errors import InvalidArgument, Unsupported
from .model import Model, load

if TYPE_CHECKING:
    from .client import Client

_VECTOR = "__scoreway_vector_"
_LOADED_MAX = 8

# Of this process of an executor, by digest; Spark uses it for many tasks.
_loaded: Dict[str, Model] = {}


class _Binding(NamedTuple):
    """Which columns of a batch are which inputs."""

    columns: Tuple[Tuple[str, str], ...]  # of the batch, and the input
    vectors: Tuple[Tuple[str, str, int], ...]  # a list's column, and the inputs <name>_0 up to its width
    kept: int  # the first so many columns of the batch come back


def predict(df: Any, model: Union[Model, Any], *, outputs: Optional[Sequence[str]] = None, server: Union[str, "Client", None] = None) -> Any:
    """A DataFrame of Spark with the columns of `df`, in order, and the outputs of the model behind them.

    model: a Model, or what scoreway.load takes: a path, bytes, or a reference to a version of a server ("wine@champion"), which is
    looked up once, here, so that all executors answer with the same version.
    outputs: the outputs wanted, by name; all by default.

    The model is broadcast: it goes to each executor once. A vector column (of Spark ML, or an array of numbers) stands for the inputs
    `<column>_0`, `<column>_1` and on. A row that the model refuses fails the job, with the reason.
    """
    if not isinstance(model, Model):
        model = load(model, outputs=outputs, server=server)
    elif outputs is not None:
        raise InvalidArgument("a loaded model has its outputs already: scoreway.load(..., outputs=...)", code="INVALID_ARGUMENT")
    from pyspark.sql.types import StructType

    fields = _fields(model)
    taken = [field.name for field in fields if field.name in df.columns]
    if taken:
        raise InvalidArgument(f"the table has a column {taken[0]!r} already, as the model's output is called", code="INVALID_ARGUMENT")
    rows, binding = _bind(df, model)
    session = getattr(df, "sparkSession", None) or df.sql_ctx.sparkSession
    try:
        context = session.sparkContext
    except Exception as error:  # Spark Connect's sessions have none, and say so by an exception of their own
        raise Unsupported("Spark Connect cannot broadcast a model: run this on the cluster's driver", code="UNSUPPORTED") from error
    digest = hashlib.sha256(repr(model.signature.outputs).encode() + model.save()).hexdigest()
    score = functools.partial(_score, context.broadcast(model), digest, binding)
    return rows.mapInArrow(score, StructType([*df.schema.fields, *fields]))


def _fields(model: Model) -> List[Any]:
    from pyspark.sql import types

    kinds = {"float64": types.DoubleType(), "float32": types.FloatType(), "int64": types.LongType(), "bool": types.BooleanType(),
             "string": types.StringType()}
    for output in model.signature.outputs:
        if output.type not in kinds:
            raise Unsupported(f"output {output.name!r} is a {output.type}, which has no column in Spark here; choose others by `outputs`",
                              code="UNSUPPORTED")
    return [types.StructField(output.name, kinds[output.type]) for output in model.signature.outputs]


def _bind(df: Any, model: Model) -> Tuple[Any, _Binding]:
    """The table to send, df's columns first, and what its columns are."""
    from pyspark.sql.functions import col

    inputs = model.signature.inputs
    names = {field.name for field in inputs}
    present = [name for name in df.columns if name in names]
    columns = [(name, name) for name in present]
    vectors: List[Tuple[str, str, int]] = []
    extra: List[Any] = []
    widths = _widths(names)
    for field in df.schema.fields:
        if field.name in widths and field.name not in names and _is_vector(field.dataType):
            packed = _VECTOR + str(len(extra))
            extra.append(_as_array(field).alias(packed))
            vectors.append((packed, field.name, widths[field.name]))
    if not present and not vectors and not model.signature.inputs_named and len(df.columns) == len(inputs):
        columns = [(name, field.name) for name, field in zip(df.columns, inputs)]
    found = {name for _, name in columns}.union(f"{name}_{i}" for _, name, width in vectors for i in range(width))
    missing = [field.name for field in inputs if field.name not in found and field.used and not field.may_be_missing]
    if missing:
        raise InvalidArgument(f"the table lacks {', '.join(map(repr, missing[:10]))}, which the model needs", code="INVALID_ARGUMENT")
    rows = df.select(*[col("`" + name.replace("`", "``") + "`") for name in df.columns], *extra) if extra else df
    return rows, _Binding(tuple(columns), tuple(vectors), len(df.columns))


def _widths(names: Iterable[str]) -> Dict[str, int]:
    """Of each `x` with inputs x_0, x_1 and on their number."""
    all_names = set(names)
    widths: Dict[str, int] = {}
    for name in all_names:
        if name.endswith("_0"):
            width = 1
            while f"{name[:-2]}_{width}" in all_names:
                width += 1
            widths[name[:-2]] = width
    return widths


def _is_vector(kind: Any) -> bool:
    return type(kind).__name__ in ("VectorUDT", "ArrayType")


def _as_array(field: Any) -> Any:
    from pyspark.sql.functions import col

    column = col("`" + field.name.replace("`", "``") + "`")
    if type(field.dataType).__name__ == "ArrayType":
        return column.cast("array<double>")
    from pyspark.ml.functions import vector_to_array

    return vector_to_array(column)


# ---- in the executors -----------------------------------------------------------------------------------------------------------


def _score(broadcast: Any, digest: str, binding: _Binding, batches: Iterator[Any]) -> Iterator[Any]:
    import pyarrow

    model = _model_of(broadcast, digest)
    for batch in batches:
        kept = [batch.column(i) for i in range(binding.kept)]
        names = [*batch.schema.names[:binding.kept], *(output.name for output in model.signature.outputs)]
        yield pyarrow.RecordBatch.from_arrays([*kept, *_answers(model, binding, batch)], names=names)


def _model_of(broadcast: Any, digest: str) -> Model:
    model = _loaded.get(digest)
    if model is None:
        if len(_loaded) >= _LOADED_MAX:
            _loaded.pop(next(iter(_loaded)))
        model = _loaded[digest] = broadcast.value
    return model


def _answers(model: Model, binding: _Binding, batch: Any) -> List[Any]:
    import pyarrow

    from .tables import answer_of

    types = {"float64": pyarrow.float64(), "float32": pyarrow.float32(), "int64": pyarrow.int64(), "bool": pyarrow.bool_(),
             "string": pyarrow.string()}
    wanted = [types[output.type] for output in model.signature.outputs]
    if batch.num_rows == 0:
        return [pyarrow.array([], type=kind) for kind in wanted]
    inputs: Dict[str, Any] = {name: _plain(batch.column(batch.schema.get_field_index(column))) for column, name in binding.columns}
    for column, name, width in binding.vectors:
        inputs.update(_items_of(batch.column(batch.schema.get_field_index(column)), name, width))
    rows = pyarrow.RecordBatch.from_arrays(list(inputs.values()), names=list(inputs))
    answer = pyarrow.record_batch(answer_of(model._engine, model.signature, rows))
    return [column.cast(kind) for column, kind in zip(answer.columns, wanted)]


def _plain(column: Any) -> Any:
    """Decimals, which the engine does not read, as the nearest float64."""
    import pyarrow

    return column.cast(pyarrow.float64()) if pyarrow.types.is_decimal(column.type) else column


def _items_of(lists: Any, name: str, width: int) -> Dict[str, Any]:
    """Lists as a column an item."""
    import numpy
    import pyarrow

    if lists.null_count > 0:
        raise InvalidArgument(f"column {name!r}: a vector is missing", code="INVALID_ARGUMENT")
    lengths = numpy.diff(lists.offsets.to_numpy())
    wrong = numpy.flatnonzero(lengths != width)
    if len(wrong) > 0:
        raise InvalidArgument(f"column {name!r}: a vector has {lengths[wrong[0]]} items, the model takes {width}", code="INVALID_ARGUMENT")
    matrix = lists.flatten().to_numpy(zero_copy_only=False).reshape(-1, width)
    return {f"{name}_{i}": pyarrow.array(numpy.ascontiguousarray(matrix[:, i])) for i in range(width)}
