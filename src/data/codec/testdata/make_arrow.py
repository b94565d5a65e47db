"""Writes the Arrow IPC streams of arrow_stream_test.cc; needs pyarrow."""
import pathlib

import pyarrow as pa

columns = {
    "f": pa.array([1.5, None, 2], pa.float32()),
    "d": pa.array([-0.1, None, 3], pa.float64()),
    "i": pa.array([-(2**63), None, 9007199254740993], pa.int64()),
    "b": pa.array([True, None, False], pa.bool_()),
    "s": pa.array(["w\u00e4hlen", None, ""], pa.large_utf8()),
    "u8": pa.array([255, None, 0], pa.uint8()),
    "i16": pa.array([-32768, 5, None], pa.int16()),
    "u64": pa.array([2**64 - 1, 0, 1], pa.uint64()),
}
here = pathlib.Path(__file__).parent
table = pa.table(columns)
with pa.OSFile(str(here / "pyarrow.arrows"), "wb") as file:
    with pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)

# Columns that are passed over, between those that are read.
others = {
    "time": pa.array([1, None, 3], pa.timestamp("us")),
    "numbers": pa.array([[1, 2], None, []], pa.list_(pa.int32())),
    "nested": pa.array([{"a": 1, "b": ["x"]}, None, {"a": None, "b": None}], pa.struct([("a", pa.int64()), ("b", pa.list_(pa.string()))])),
    "city": pa.array(["Oslo", "Rome", None]).dictionary_encode(),
    "bytes": pa.array([b"1", None, b""], pa.binary()),
    "price": pa.array([1, None, 3], pa.decimal128(10, 2)),
    "nothing": pa.nulls(3),
}
names = [name for pair in zip(list(columns) + [None] * len(others), list(others) + [None] * len(columns)) for name in pair if name]
table = pa.table({name: (columns | others)[name] for name in names})
for codec in ("lz4", "zstd"):
    with pa.OSFile(str(here / f"pyarrow_{codec}.arrows"), "wb") as file:
        with pa.ipc.new_stream(file, table.schema, options=pa.ipc.IpcWriteOptions(compression=codec)) as writer:
            writer.write_table(table)
