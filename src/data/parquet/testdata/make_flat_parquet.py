"""Writes the flat tables of src/tables/tables_test.cc; needs pyarrow."""
import pathlib

import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).parent
rows = range(1000)
table = pa.table({
    "id": pa.array(rows, pa.int32()),
    "x": pa.array([None if i % 7 == 0 else i / 2 for i in rows], pa.float64()),
    "name": pa.array([None if i % 5 == 0 else f"name{i % 11}" for i in rows], pa.string()),
    "flag": pa.array([i % 3 == 0 for i in rows], pa.bool_()),
})
small = {"row_group_size": 300, "data_page_size": 512, "write_batch_size": 50}
pq.write_table(table, here / "flat_dictionary.parquet", compression="snappy", **small)
pq.write_table(table, here / "flat_plain.parquet", compression="none", use_dictionary=False, **small)
pq.write_table(table, here / "flat_lz4_v2.parquet", compression="lz4", data_page_version="2.0", **small)
