#!/usr/bin/env python3
"""run.py SCOREWAY BUILD CONFORMANCE [--every N] [--rows N] [--format F,...] [--case TEXT] [--js PACKAGE] [--browser N] [-v]: the same rows
through every door.

For the cases of the conformance folder that the native engine computes, the answers of the C library, of Python (dicts and an Arrow table),
of PostgreSQL (when PGHOST names a server: tests/with_postgres.sh), SQLite, HTTP, gRPC and the npm package (in Node, and in Chromium) must be
those of the command line, bit by bit. Prints a table of doors and formats, and exits 1 if any cell of any answer differs. Runs in a Python that has
the wheel, pyarrow, psycopg and tritonclient.
"""
import argparse
import collections
import csv
import io
import os
import pathlib
import sys
import tarfile
import tempfile

import doors
import rows


class Case:
    """A model with rows to score."""

    def __init__(self, row, folder, scoreway, rows_max):
        base = folder / row["path"]
        self.id, self.format = row["id"], row["format"]
        self.model, self.input = str(base / row["model"]), str(base / row["input"])
        self.signature = rows.signature_of(scoreway, self.model)
        self.outputs = self.signature["outputs"]
        self.rows = rows.read_rows(self.input, self.signature, rows_max)
        if not self.rows or not self.rows[0]:
            raise rows.LeftOut("no rows")
        self.json_rows = [{name: rows.json_cell(cell) for name, cell in row.items()} for row in self.rows]
        feature_map = pathlib.Path(self.model).with_suffix(".fmap")
        self.feature_map = feature_map.read_text() if row["format"].startswith("xgboost") and feature_map.is_file() else None

    @property
    def artifact(self):
        if not os.path.isdir(self.model):
            return pathlib.Path(self.model).read_bytes()
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            for path in sorted(pathlib.Path(self.model).rglob("*")):
                if path.is_file() and not path.name.startswith((".", "_")):
                    tar.add(path, str(path.relative_to(self.model)))
        return packed.getvalue()


def cases_of(options):
    for index in ("cases", "spark"):
        folder = options.conformance / index
        with open(folder / "index.csv", newline="", encoding="utf-8") as file:
            for number, row in enumerate(csv.DictReader(file)):
                wanted = number % options.every == 0 and options.case in row["id"] and row["format"] != "onnx-pb"
                if wanted and (not options.format or row["format"] in options.format.split(",")):
                    yield row, folder


def compare(door, case, reference, table, verbose):
    counts = table[door.name][case.format]
    try:
        answers = door.answers(case)
    except Exception as error:  # whatever fails is a difference
        counts["different"] += 1
        print(f"{door.name}: {case.id}: {type(error).__name__}: {error}"[:400], flush=True)
        return
    if answers is None:
        counts["left out"] += 1
        return
    given = [rows.comparable(answer, case.outputs) for answer in answers]
    same = given == reference
    counts["same" if same else "different"] += 1
    if not same:
        place = next((i for i, (a, b) in enumerate(zip(given, reference)) if a != b), min(len(given), len(reference)))
        print(f"{door.name}: {case.id}: row {place + 1} differs: {given[place:place + 1]} instead of {reference[place:place + 1]}"[:600], flush=True)
    elif verbose:
        print(f"{door.name}: {case.id}: {len(given)} rows")


def print_table(table, left_out):
    formats = sorted({format for counts in table.values() for format in counts})
    print(f"{'same / different':18}" + "".join(f"{format[:18]:>19}" for format in formats) + f"{'all':>12}")
    for door, by_format in table.items():
        total = sum(by_format.values(), collections.Counter())
        cells = [f"{by_format[format]['same']} / {by_format[format]['different']}" for format in formats]
        print(f"{door:18}" + "".join(f"{cell:>19}" for cell in cells) + f"{total['same']:>7} / {total['different']}")
    for reason, count in sorted(left_out.items()):
        print(f"left out: {count} cases: {reason}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scoreway", type=os.path.abspath)
    parser.add_argument("build", type=os.path.abspath)
    parser.add_argument("conformance", type=pathlib.Path)
    parser.add_argument("--every", type=int, default=1, help="one case in so many")
    parser.add_argument("--rows", type=int, default=50, help="of a case at most")
    parser.add_argument("--format", default="")
    parser.add_argument("--case", default="")
    parser.add_argument("--js", metavar="PACKAGE", help="the folder of the npm package")
    parser.add_argument("--browser", type=int, default=0, metavar="N", help="one case in so many in Chromium, too; 0: none")
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()

    table = collections.defaultdict(lambda: collections.defaultdict(collections.Counter))
    left_out = collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        command_line = doors.CommandLine(options.scoreway)
        http = doors.Http(options.scoreway, folder)
        others = [doors.C(options.build), doors.PythonRows(), doors.PythonTable(), doors.SQLite(options.build), http, doors.Grpc(http)]
        if "PGHOST" in os.environ:
            others.append(doors.PostgreSQL())
        in_javascript = []
        if options.js:
            in_javascript += [doors.Wasm("Node", options.js, "node", folder, options.scoreway), doors.Wasm("Node, tables", options.js, "table", folder, options.scoreway)]
        browser = doors.Wasm("Chromium", options.js, "chromium", folder, options.scoreway) if options.browser else None
        try:
            for number, (row, cases) in enumerate(cases_of(options)):
                try:
                    case = Case(row, cases, options.scoreway, options.rows)
                    reference = [rows.comparable(answer, case.outputs) for answer in command_line.answers(case)][: len(case.rows)]
                except rows.LeftOut as reason:
                    left_out[str(reason)] += 1
                    continue
                table[command_line.name][case.format]["same"] += 1
                in_browser = [browser] if browser and number % options.browser == 0 else []
                for door in others + in_javascript + in_browser:
                    compare(door, case, reference, table, options.verbose)
        finally:
            http.close()
            for door in in_javascript + [browser] * (browser is not None):
                door.close()
    print_table(table, left_out)
    return 1 if not table or any(counts["different"] for by_format in table.values() for counts in by_format.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
