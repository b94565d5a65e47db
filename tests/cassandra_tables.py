#!/usr/bin/env python3
"""What people read and write in the tables with a plain driver, on a node that runs: needs the package cassandra-driver.

    tests/cassandra_tables.py SCOREWAY HOST:PORT
"""
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

from cassandra.cluster import Cluster

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from cassandra_commands import MODEL, ROOT, Checks  # noqa: E402

KEYSPACE = "tables"
CHUNK = 1 << 20


def reading(checks, session, url, port, folder):
    run, expect = checks.run, checks.expect
    place = ("--registry", url)
    expect("push", run("push", "wine", MODEL, "--metric", "accuracy=0.9", "--tag", "team=risk", "--alias", "champion",
                       "--description", "the first", *place))
    expect("push another", run("push", "wine", MODEL, "--metric", "accuracy=0.95", *place))
    rows = list(session.execute("SELECT * FROM model_versions WHERE name = 'wine'"))
    checks.that("the newest first", [row.version for row in rows] == [2, 1])
    first = rows[-1]
    sha256 = hashlib.sha256(MODEL.read_bytes()).hexdigest()
    checks.that("typed columns", first.metrics["accuracy"] == 0.9 and first.tags["team"] == "risk" and
                first.size == MODEL.stat().st_size and first.sha256 == sha256 and set(first.aliases) == {"champion"} and
                first.library == "scikit-learn" and first.description == "the first" and first.created.year >= 2025)
    expect("alias", run("alias", "wine", "champion", "2", *place))
    aliases = {row.version: set(row.aliases or ()) for row in session.execute("SELECT * FROM model_versions")}
    checks.that("aliases move", aliases == {1: {"previous"}, 2: {"champion"}})

    fetched = folder / "fetched.pkl"
    done = subprocess.run([sys.executable, ROOT / "examples" / "cassandra" / "fetch_model.py", "--port", port, KEYSPACE,
                           "wine/1", fetched], capture_output=True, text=True, check=False)
    expect("the example fetches the bytes", done, 0, ["SHA-256 checked"])
    checks.that("and they are the same", fetched.exists() and fetched.read_bytes() == MODEL.read_bytes())

    session.execute("DELETE FROM model_versions WHERE name = 'wine' AND version = 2")
    expect("check", run("store", "check", *place), 0, ["2 rows of model_versions"])
    checks.that("repairs the table", session.execute("SELECT * FROM model_versions WHERE version = 2 AND name = 'wine'").one())
    expect("rm", run("rm", "wine/1", "--force", *place))
    left = [row.version for row in session.execute("SELECT version FROM model_versions WHERE name = 'wine'")]
    checks.that("what is deleted goes", left == [2])


def store(session, intake_id, name, data, metadata, sha256=None):
    for index in range(0, max(1, -(-len(data) // CHUNK))):
        session.execute("INSERT INTO intake_chunk (id, bucket, chunk, data) VALUES (%s, %s, %s, %s)",
                        (intake_id, index // 32, index, data[index * CHUNK:(index + 1) * CHUNK]))
    session.execute("INSERT INTO intake (state, id, name, metadata, chunk_count, sha256) VALUES ('new', %s, %s, %s, %s, %s)",
                    (intake_id, name, json.dumps(metadata), max(1, -(-len(data) // CHUNK)),
                     sha256 or hashlib.sha256(data).hexdigest()))


def taking_in(checks, session, url):
    run, expect = checks.run, checks.expect
    place = ("--registry", url)
    model = MODEL.read_bytes()
    store(session, "a1", "taken", model, {"metrics": {"auc": 0.7}, "producer": "a notebook"})
    store(session, "a2", "taken", b"no model at all", {})
    store(session, "a3", "taken", model, {}, sha256="0" * 64)
    store(session, "a4", "a bad name!", model, {})
    expect("take-in", run("store", "take-in", *place), 0, ["taken/1 from intake a1", "refused: intake a2", "intake a3",
                                                           "intake a4"])
    expect("nothing twice", run("store", "take-in", *place), 0)
    rows = {row.id: row for row in session.execute("SELECT * FROM intake WHERE state = 'done'")}
    checks.that("the outcome stands there", list(rows) == ["a1"] and rows["a1"].version == 1)
    refused = {row.id: row.reason for row in session.execute("SELECT * FROM intake WHERE state = 'refused'")}
    checks.that("and the reasons", sorted(refused) == ["a2", "a3", "a4"] and "SHA-256" in refused["a3"])
    checks.that("the chunks are gone", session.execute("SELECT * FROM intake_chunk").one() is None)
    shown = json.loads(run("models", "taken", "--json", *place).stdout)["versions"]
    checks.that("the metadata came along", len(shown) == 1 and shown[0]["metrics"]["auc"] == 0.7 and
                shown[0]["producer"] == "a notebook")
    store(session, "a1", "taken", model, {})
    expect("the same id again", run("store", "take-in", *place), 0, ["taken/1"])


def main():
    scoreway, point = sys.argv[1:]
    host, port = point.split(":")
    url = f"cassandra://{point}/{KEYSPACE}?rf=1"
    checks = Checks(scoreway)
    checks.expect("init", checks.run("store", "init", "--registry", url))
    with tempfile.TemporaryDirectory() as folder, Cluster([host], port=int(port)) as cluster:
        session = cluster.connect(KEYSPACE)
        reading(checks, session, url, port, pathlib.Path(folder))
        taking_in(checks, session, url)
    return checks.summary()


if __name__ == "__main__":
    sys.exit(main())
