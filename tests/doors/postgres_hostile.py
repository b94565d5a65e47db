#!/usr/bin/env python3
"""postgres_hostile.py CALLS: random and hostile calls of the extension's functions, over one connection. Every one must end in an answer or in
an ERROR; the server must be the same afterwards, and the backend's memory must not have grown with the calls. Runs beside
tests/with_postgres.sh, in a Python that has psycopg.
"""
import json
import pathlib
import random
import sys

import psycopg

ROOT = pathlib.Path(__file__).resolve().parents[2]
WINE = (ROOT / "examples/wine/model.pkl").read_bytes()
LINEAR = (ROOT / "bindings/c/testdata/linear.pkl").read_bytes()


def value(rng, depth=0):
    kinds = [lambda: None, lambda: rng.random() * 10 ** rng.randint(-300, 300), lambda: rng.randint(-2**70, 2**70), lambda: True,
             lambda: rng.choice(["NaN", "Infinity", "", "deep", "x" * 100_000, "\u00fc\U0001f377", "'; DROP TABLE models; --"]),
             lambda: [value(rng, depth + 1) for _ in range(3)] if depth < 5 else 0,
             lambda: {str(rng.randint(0, 9)): value(rng, depth + 1)} if depth < 5 else 0]
    return rng.choice(kinds)()


def damaged(rng):
    artifact = bytearray(rng.choice([WINE, LINEAR]))
    for _ in range(rng.randint(1, 20)):
        artifact[rng.randrange(len(artifact))] = rng.randrange(256)
    return bytes(artifact[: rng.randint(0, len(artifact))] if rng.random() < 0.5 else artifact)


def call(rng):
    model = rng.choice(["wine", "linear", "wine@champion", "wine/1", "linear/99", "", "@", "/", "a" * 1000, "wine@\u00fc", "linear/x"])
    names = ["alcohol", "colour", "a", "b", "hue", "A", ""]
    kind = rng.randrange(7)
    if kind == 0:
        return "SELECT scoreway.predict(%s, %s::jsonb)", (model, json.dumps({rng.choice(names): value(rng) for _ in range(rng.randint(0, 6))}))
    if kind == 1:
        return "SELECT scoreway.predict_number(%s, %s::float8[])", (model, [rng.choice([None, float("nan"), float("inf"), rng.random()]) for _ in range(rng.randint(0, 4))])
    if kind == 2:
        return "SELECT scoreway.predict_label(%s, r) FROM (SELECT %s::float8 AS alcohol, %s::text AS colour, %s::int AS a, now() AS b) r", (
            model, rng.random(), rng.choice([None, "deep", "x" * 1000]), rng.randint(-9, 9))
    if kind == 3:
        return "SELECT scoreway.predict_output(%s, %s::jsonb, %s)", (model, json.dumps({"a": rng.random(), "b": rng.random()}), rng.choice(["predict", "", "proba_barolo", None]))
    if kind == 4:
        return "SELECT scoreway.describe(%s::bytea)", (damaged(rng),)
    if kind == 5:
        return "SELECT scoreway.predict_version(%s, %s, %s::jsonb)", (rng.choice(["wine", "linear", ""]), rng.choice([1, -1, 2**31 - 1]), json.dumps(value(rng)))
    return "SELECT scoreway.import(%s, %s::bytea, %s, %s::jsonb)", (rng.choice(["junk", "a/b", ""]), damaged(rng), rng.choice([None, "x", ""]), rng.choice(["{}", "[]", '{"recommend": "x"}', '{"feature_map": 3}']))


def own_kb(pid):
    """Without the server's buffers, which a backend maps as it comes to them."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1])
    return 0


def main():
    calls, rng = int(sys.argv[1]), random.Random(8)
    with psycopg.connect(dbname="postgres", autocommit=True) as db:
        db.execute("CREATE EXTENSION IF NOT EXISTS scoreway")
        for name, artifact in (("wine", WINE), ("linear", LINEAR)):
            db.execute("SELECT scoreway.import(%s, %s::bytea, 'champion')", (name, artifact))
        started = db.execute("SELECT pg_postmaster_start_time(), pg_backend_pid()").fetchone()
        answered, warm_kb = 0, 0
        for number in range(calls):
            query, arguments = call(rng)
            try:
                db.execute(query, arguments).fetchall()
                answered += 1
            except psycopg.OperationalError:
                if db.closed:
                    print(f"call {number} took the backend down: {query} {str(arguments)[:500]}")
                    return 1
            except (psycopg.Error, ValueError):
                pass
            if number == calls // 4:
                warm_kb = own_kb(started[1])
        grown_kb = own_kb(started[1]) - warm_kb
        same = db.execute("SELECT pg_postmaster_start_time(), pg_backend_pid()").fetchone() == started
        right = db.execute("SELECT scoreway.predict_number('linear/1', ARRAY[1, 2]::float8[])").fetchone()[0] == 0.5
    print(f"{calls} calls: {answered} answered, the others refused; the backend grew by {grown_kb} kB after the first quarter")
    return 0 if same and right and grown_kb < 4096 else 1


if __name__ == "__main__":
    sys.exit(main())
