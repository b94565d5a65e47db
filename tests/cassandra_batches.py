#!/usr/bin/env python3
"""Tables of Cassandra scored straight from and to, on a node that runs: needs the package cassandra-driver.

    tests/cassandra_batches.py SCOREWAY HOST:PORT

The answers are those that the same rows have in a file. A run is killed with SIGKILL in the middle and taken up again.
"""
import csv
import datetime
import pathlib
import random
import subprocess
import sys
import tempfile
import uuid

from cassandra.cluster import Cluster
from cassandra.concurrent import execute_concurrent_with_args

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cassandra_commands import MODEL, Checks  # noqa: E402

KEYSPACE = "batches"
ROWS = 6_000
NUMBERS = ["alcohol", "malic_acid", "magnesium", "flavanoids", "hue", "proline"]
OUTPUTS = ["predict", "proba_barbera", "proba_barolo", "proba_grignolino"]


def make_rows(session):
    """Numbers of several types, some missing; a key of a uuid and a time."""
    session.execute(f"DROP KEYSPACE IF EXISTS {KEYSPACE}")
    session.execute(f"CREATE KEYSPACE {KEYSPACE} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}")
    session.set_keyspace(KEYSPACE)
    session.execute('CREATE TABLE wines (cellar uuid, "Taken" timestamp, note text, alcohol double, malic_acid float, magnesium int, '
                    'flavanoids double, hue double, proline bigint, colour text, tags set<text>, PRIMARY KEY (cellar, "Taken"))')
    pick = random.Random(3)
    rows = [(uuid.UUID(int=pick.getrandbits(128)), datetime.datetime(2026, 1, 1) + datetime.timedelta(milliseconds=i * 12_345), f"é{i}",
             pick.uniform(11, 15), pick.uniform(1, 4), pick.randrange(70, 150), pick.uniform(0, 4),
             None if i % 50 == 0 else pick.uniform(0.5, 1.5), pick.randrange(300, 1600), pick.choice(["deep", "pale", "ruby", None]))
            for i in range(ROWS)]
    insert = session.prepare(f'INSERT INTO wines (cellar, "Taken", note, {", ".join(NUMBERS)}, colour) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
    execute_concurrent_with_args(session, insert, rows, concurrency=100)
    return rows


def of_file(checks, folder, rows):
    """The answers that scoreway gives for the same rows in a file, by their key."""
    path, answers = folder / "rows.csv", folder / "answers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["number", *NUMBERS, "colour"])
        for number, row in enumerate(rows):
            single = [*row[3:]]
            single[1] = float_of_float32(single[1])
            writer.writerow([number, *("" if cell is None else cell for cell in single)])
    checks.expect("the same rows in a file", checks.run("batch", MODEL, path, "-o", answers, "--keep", "number", "--quiet"))
    with answers.open(encoding="utf-8", newline="") as file:
        return {rows[int(row["number"])][:2]: [row["predict"], *(float(row[name]) for name in OUTPUTS[1:])] for row in csv.DictReader(file)}


def float_of_float32(value):
    import struct
    return struct.unpack("f", struct.pack("f", value))[0]


def of_table(session, table, key='cellar, "Taken"'):
    rows = session.execute(f"SELECT {key}, {', '.join(OUTPUTS)} FROM {table}")
    return {tuple(row[:2]): list(row[2:]) for row in rows}


def scoring(checks, session, url, folder, wanted):
    run, expect, that = checks.run, checks.expect, checks.that
    expect("table to table", run("batch", MODEL, url("wines"), "-o", url("answers"), "--keep", "cellar,Taken,note"), 0,
           [f"{ROWS} rows", "no use for tags"])
    that("the answers are the file's", of_table(session, "answers") == wanted)
    session.cluster.refresh_table_metadata(KEYSPACE, "answers")
    described = session.cluster.metadata.keyspaces[KEYSPACE].tables["answers"]
    that("with the input's key and types", [column.name for column in described.partition_key] == ["cellar"] and
         [column.name for column in described.clustering_key] == ["Taken"] and
         [described.columns[name].cql_type for name in ("cellar", "Taken", "note", "predict", "proba_barolo")] ==
         ["uuid", "timestamp", "text", "text", "double"])
    that("no progress is left", not list(session.execute("SELECT * FROM scoreway_batch_progress")))
    session.execute("UPDATE answers SET predict = 'wrong' WHERE cellar = %s AND \"Taken\" = %s", next(iter(wanted)))
    expect("again", run("batch", MODEL, url("wines"), "-o", url("answers"), "--keep", "cellar,Taken,note"))
    that("rows take the place of those of their key", of_table(session, "answers") == wanted)

    out = folder / "out.parquet"
    expect("table to file", run("batch", MODEL, url("wines"), "-o", out, "--keep", "cellar,Taken"), 0, [f"{ROWS} rows"])
    session.execute("CREATE TABLE of_file (cellar uuid, taken timestamp, predict text, proba_barbera double, proba_barolo double, "
                    "proba_grignolino double, more int, PRIMARY KEY ((cellar, taken)))")
    renamed = folder / "renamed.csv"
    expect("file to file", run("batch", MODEL, url("wines"), "-o", folder / "wines.csv", "--keep",
                               ",".join(["cellar", "Taken", *NUMBERS, "colour"]), "--outputs", "proba_barolo"))
    renamed.write_text((folder / "wines.csv").read_text(encoding="utf-8").replace("Taken", "taken", 1).replace(",proba_barolo", ",x", 1),
                       encoding="utf-8")
    expect("file to table", run("batch", MODEL, renamed, "-o", url("of_file"), "--keep", "cellar,taken"), 0, [f"{ROWS} rows"])
    that("has the same answers", of_table(session, "of_file", "cellar, taken") == wanted)


def resuming(checks, session, url, wanted):
    command = ("batch", MODEL, url("wines"), "-o", url("cut"), "--keep", "cellar,Taken")

    def told():
        return sum(row.lines is not None for row in session.execute(
            "SELECT lines FROM scoreway_batch_progress WHERE output = 'cut'"))

    for _ in range(20):
        process = subprocess.Popen([checks.scoreway, *map(str, command), "--restart", "--quiet"], stderr=subprocess.DEVNULL)
        while process.poll() is None:
            if told():
                process.kill()
        if process.wait() == -9 and told():
            break
    checks.that("killed in the middle", process.returncode == -9 and told() > 0)
    checks.expect("another batch does not go on there", checks.run(*command[:-1], "cellar,Taken,note"), 2, ["'note'"])
    checks.expect("nor one of other outputs", checks.run(*command, "--outputs", "predict"), 5, ["another batch"])
    checks.expect("the same goes on", checks.run(*command), 0, ["goes on behind row"])
    checks.that("and has the same answers, each once", of_table(session, "cut") == wanted)
    checks.that("its progress is gone", not list(session.execute("SELECT * FROM scoreway_batch_progress")))


def refusing(checks, session, url, folder):
    def refused(name, status, words, source, target, *more):
        checks.expect(name, checks.run("batch", MODEL, source, "-o", target, *more), status, words)

    keep = ("--keep", "cellar,Taken")
    refused("no such table", 4, ["there is no such table", "batches.nothing"], url("nothing"), url("x"), *keep)
    refused("a key that is not kept", 2, ["'Taken'", "--keep"], url("wines"), url("x"), "--keep", "cellar")
    refused("the input itself", 2, ["is the input"], url("wines"), url("wines"), *keep)
    refused("no key at all", 2, ["needs a key"], folder / "rows.csv", url("x"))
    session.execute('CREATE TABLE lacks (cellar uuid, "Taken" timestamp, predict text, PRIMARY KEY (cellar, "Taken"))')
    refused("a table that lacks a column", 2, ["'proba_barbera'", "missing"], url("wines"), url("lacks"), *keep)
    session.execute('CREATE TABLE narrow (cellar uuid, "Taken" timestamp, predict text, proba_barbera double, proba_barolo float, '
                    'proba_grignolino double, PRIMARY KEY (cellar, "Taken"))')
    refused("a type that loses digits", 2, ["'proba_barolo'", "float"], url("wines"), url("narrow"), *keep)
    session.execute('CREATE TABLE coarse (cellar uuid PRIMARY KEY, "Taken" timestamp, predict text, proba_barbera double, proba_barolo '
                    'double, proba_grignolino double)')
    refused("a key that would mix rows", 2, ["'Taken'", "each other's place"], url("wines"), url("coarse"), *keep)
    session.execute('CREATE TABLE odd (cellar uuid PRIMARY KEY, alcohol double, malic_acid float, magnesium int, flavanoids double, '
                    'hue double, proline varint, colour text)')
    refused("types that are not read", 3, ["'proline'", "varint"], url("odd"), folder / "x.csv")

    session.execute("INSERT INTO wines (cellar, \"Taken\", hue) VALUES (%s, %s, %s)", (uuid.uuid4(), datetime.datetime(2020, 1, 1), float("inf")))
    refused("a row at fault ends the run", 2, ["batches.wines", "'hue'"], url("wines"), url("of_bad"), *keep)
    errors = folder / "errors.csv"
    refused("or is set aside", 0, [f"{ROWS + 1} rows", "1 rows that could not be scored"], url("wines"), url("of_bad"), *keep,
            "--errors", errors)
    checks.that("with its number and the reason", "infinite" in errors.read_text(encoding="utf-8").splitlines()[1] and
                session.execute("SELECT count(*) FROM of_bad").one()[0] == ROWS)


def main():
    scoreway, point = sys.argv[1:]
    host, port = point.split(":")
    checks = Checks(scoreway)
    with tempfile.TemporaryDirectory() as name, Cluster([host], port=int(port), connect_timeout=60, control_connection_timeout=60) as cluster:
        folder = pathlib.Path(name)
        session = cluster.connect()
        rows = make_rows(session)
        wanted = of_file(checks, folder, rows)

        def url(table):
            return f"cassandra://{point}/{KEYSPACE}.{table}"

        scoring(checks, session, url, folder, wanted)
        resuming(checks, session, url, wanted)
        refusing(checks, session, url, folder)
    return checks.summary()


if __name__ == "__main__":
    sys.exit(main())
