"""Writes the files of table_test.cc; needs pyarrow. Nested as Spark writes the parts of its models."""
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).parent
vector = pa.struct([("type", pa.int8()), ("size", pa.int32()), ("indices", pa.list_(pa.int32())),
                    ("values", pa.list_(pa.float64()))])
schema = pa.schema([
    ("id", pa.int32()),
    ("flag", pa.bool_()),
    ("name", pa.string()),
    ("weight", pa.float32()),
    ("mean", vector),
    ("labels", pa.list_(pa.list_(pa.string()))),
    ("nodes", pa.list_(pa.struct([("left", pa.int64()), ("gain", pa.float64())]))),
])
rows = [
    {"id": 7, "flag": True, "name": "first", "weight": 0.5, "mean": {"type": 1, "size": 3, "indices": None,
     "values": [1.5, -2.0, 0.25]}, "labels": [["a", "b"], [], ["c"]], "nodes": [{"left": -1, "gain": 0.125}]},
    {"id": None, "flag": False, "name": None, "weight": None, "mean": None, "labels": None, "nodes": []},
    {"id": -3, "flag": None, "name": "", "weight": 2.0, "mean": {"type": 0, "size": 9, "indices": [0, 8], "values": [4.0, 5.0]},
     "labels": [[None, "w\u00e4"]], "nodes": [{"left": None, "gain": None}, {"left": 2**40, "gain": 3.0}]},
]
table = pa.Table.from_pylist(rows, schema=schema)
pq.write_table(table, here / "snappy.parquet", compression="snappy")
pq.write_table(table, here / "plain.parquet", compression="none", use_dictionary=False)
pq.write_table(table, here / "gzip_pages_v2.parquet", compression="gzip", data_page_version="2.0")
pq.write_table(table, here / "zstd_row_groups.parquet", compression="zstd", row_group_size=1)
