"""Writes pyarrow.arrows, an Arrow IPC stream for arrow_stream_test.cc; needs pyarrow."""
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
table = pa.table(columns)
with pa.OSFile(str(pathlib.Path(__file__).with_name("pyarrow.arrows")), "wb") as file:
    with pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)
