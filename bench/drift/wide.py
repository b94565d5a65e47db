#!/usr/bin/env python3
"""A report of drift on wide files: `scoreway drift` beside Evidently's preset on what that can take, one core each.

    pip install evidently "pandas<3" pyarrow
    bench/drift/wide.py build/release/bin/scoreway FOLDER [--rows 1000000] [--columns 1000] [--evidently ROWSxCOLUMNS ...]

Makes two Parquet files in FOLDER (about 2 KB a row of 1000 columns each; a tenth of the columns are categories, the first 20 numbers are
shifted in the second file) and reports on them; then for each size of --evidently both programs on the first so many rows and columns,
with PSI for every column, whose values must agree where ours are exact. Processor seconds and the most memory of each.
"""
import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS_A_GROUP = 50_000
ONE_CORE = {**os.environ, **{name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "ARROW_NUM_THREADS")}}


def make(path, seed, rows, columns, shift):
    random = np.random.default_rng(seed)
    texts = np.array([f"c{i}" for i in range(50)])
    writer = None
    for begin in range(0, rows, ROWS_A_GROUP):
        count = min(ROWS_A_GROUP, rows - begin)
        table = {}
        for c in range(columns):
            if c % 10 == 9:
                codes = np.minimum(random.geometric(0.1, count) - 1, 49).astype(np.int32)
                table[f"f{c}"] = pa.DictionaryArray.from_arrays(codes, texts).cast(pa.string())
                continue
            numbers = random.standard_normal(count, np.float32).astype(np.float64) + (shift if c < 20 else 0)
            table[f"f{c}"] = np.round(numbers if c % 3 else np.exp(numbers), 3)
        group = pa.table(table)
        writer = writer or pq.ParquetWriter(path, group.schema)
        writer.write_table(group)
    writer.close()


def run(*command):
    """Standard output, processor seconds and megabytes at most."""
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=ONE_CORE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} {command[1]} failed")
    return output, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def apart(*arguments):
    """A part of this in a process of its own: a child's memory counts from what its parent has when it begins."""
    subprocess.run([sys.executable, __file__, *map(str, arguments)], check=True)


def evidently(reference, current):
    """In a process of its own: PSI of each column, as JSON."""
    import pandas as pd
    from evidently import Report
    from evidently.presets import DataDriftPreset

    frames = [pd.read_parquet(path) for path in (reference, current)]
    report = Report([DataDriftPreset(method="psi")]).run(frames[1], frames[0]).dict()
    values = {m["config"]["column"]: m["value"] for m in report["metrics"] if "column" in m.get("config", {})}
    print(json.dumps({name: float(value) for name, value in values.items()}))


def part(source, target, rows, columns):
    with pq.ParquetFile(source) as file:
        names = [f"f{c}" for c in range(columns)]
        group = next(file.iter_batches(rows, columns=names))
        pq.write_table(pa.Table.from_batches([group]), target)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scoreway", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--columns", type=int, default=1000)
    parser.add_argument("--evidently", nargs="*", default=["10000x100", "50000x100"])
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    files = [arguments.folder / "reference.parquet", arguments.folder / "current.parquet"]
    for seed, (path, shift) in enumerate(zip(files, (0, 0.3)), 1):
        if not path.exists():
            apart("--make", path, seed, arguments.rows, arguments.columns, shift)
    print("| rows x columns | who | processor seconds | memory, MB |\n|---|---|---|---|")
    report, seconds, memory = run(arguments.scoreway, "drift", "--reference", files[0], "--current", files[1], "-q", "--json")
    found = json.loads(report)
    assert found["rows"] == arguments.rows and len(found["columns"]) == arguments.columns
    moved = {column["column"] for column in found["columns"] if column["state"] != "quiet"}
    assert moved and moved <= {f"f{c}" for c in range(20)}, moved
    print(f"| {arguments.rows} x {arguments.columns} | Scoreway | {seconds:.1f} | {memory:.0f} |", flush=True)
    for size in arguments.evidently:
        rows, columns = map(int, size.split("x"))
        parts = [arguments.folder / ("part-" + path.name) for path in files]
        for source, target in zip(files, parts):
            apart("--part", source, target, rows, columns)
        report, seconds, memory = run(arguments.scoreway, "drift", "--reference", parts[0], "--current", parts[1], "-q", "--json")
        print(f"| {rows} x {columns} | Scoreway | {seconds:.2f} | {memory:.0f} |", flush=True)
        theirs, seconds, memory = run(sys.executable, __file__, "--run-evidently", *parts)
        print(f"| {rows} x {columns} | Evidently | {seconds:.1f} | {memory:.0f} |", flush=True)
        theirs = json.loads(theirs.splitlines()[-1])
        exact = [column for column in json.loads(report)["columns"] if column["exact"]]
        worst = max((abs(column["psi"] - theirs[column["column"]]) for column in exact), default=0)
        print(f"  PSI of {len(exact)} columns that are exact: apart by at most {worst:.2g}", flush=True)
        assert worst < 1e-9


PARTS = {
    "--make": lambda path, seed, rows, columns, shift: make(path, int(seed), int(rows), int(columns), float(shift)),
    "--part": lambda source, target, rows, columns: part(source, target, int(rows), int(columns)),
    "--run-evidently": evidently,
}
if len(sys.argv) > 1 and sys.argv[1] in PARTS:
    PARTS[sys.argv[1]](*sys.argv[2:])
else:
    main()
