#!/usr/bin/env python3
"""backends.py WORK [--connections 200] [--predictions 5000] [--forest-mb 100]: what backends that score cost in memory.

1. So many connections with so many predictions each, one statement a prediction (pgbench): the private memory of the backends after a tenth of the
   time and at the end, and the memory contexts of one backend before and after as many predictions.
2. A forest of so many megabytes in ten backends, each with its own copy; and in all of them, where the server read it before it forked
   (scoreway.preload): what a backend has for itself, and the time of its first answer.

Runs beside tests/with_postgres.sh. Exits 1 if memory grows with the predictions.
"""
import argparse
import os
import pathlib
import pickle
import subprocess
import sys
import time

import numpy as np
import psycopg
import scoreway
from sklearn.ensemble import RandomForestRegressor

ROOT = pathlib.Path(__file__).resolve().parents[2]
TREE = pathlib.Path(os.environ["PGTREE"])
GROWTH_KB_MAX = 256  # of a backend, what the allocator may keep


def restart(settings):
    with open(TREE / "data" / "postgresql.conf", "a", encoding="utf-8") as file:
        file.write("".join(f"{name} = {value}\n" for name, value in settings.items()))
    subprocess.run([TREE / "restart"], check=True, stdout=subprocess.DEVNULL)


def connect():
    return psycopg.connect(dbname="postgres", autocommit=True)


def private_kb(pid):
    """What the process has written and no other process has; 0 if it is gone."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Private_Dirty:")), 0)


def backends(db):
    return [row[0] for row in db.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'pgbench'")]


def many_connections(connections, predictions, work):
    script = work / "predict.sql"
    script.write_text("\\set alcohol random(1000, 1500)\nSELECT scoreway.predict('wine', jsonb_build_object('alcohol', :alcohol / 100.0, 'colour', 'deep'));\n")
    wanted = connections * predictions
    begun = time.monotonic()
    bench = subprocess.Popen([f"{os.environ['PGSERVER']}/pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", "2", "-t", str(predictions),
                              "-f", script, "postgres"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    samples = []  # seconds, and the mean of all backends
    with connect() as db:
        while bench.poll() is None:
            kb = [private_kb(pid) for pid in backends(db)]
            if len(kb) == connections and all(kb):
                samples.append((time.monotonic() - begun, sum(kb) / len(kb)))
            time.sleep(0.5)
    output, seconds = bench.communicate()[0], time.monotonic() - begun
    if bench.returncode != 0 or f"{wanted}/{wanted}" not in output:
        sys.exit(f"pgbench: {output}")
    samples = [sample for sample in samples if sample[0] > seconds / 10]
    if len(samples) < 2:
        sys.exit("so few predictions are over before the memory can be looked at")
    (began, early), (ended, late) = samples[0], samples[-1]
    print(f"{connections} connections x {predictions:,} predictions in {seconds:.0f} s: a backend has {early:,.0f} kB for itself after {began:.0f} s, "
          f"{late:,.0f} kB after {ended:.0f} s", flush=True)
    return late - early <= GROWTH_KB_MAX


def contexts(predictions):
    statement = "SELECT scoreway.predict('wine', jsonb_build_object('alcohol', %s::float8, 'colour', 'deep'))"
    with connect() as db:
        def after(count):
            for i in range(count):
                db.execute(statement, (12 + i / predictions,))
            return db.execute("SELECT sum(used_bytes) FROM pg_backend_memory_contexts").fetchone()[0], private_kb(db.info.backend_pid)

        (used, kb), (used_later, kb_later) = after(predictions // 10), after(predictions)
    print(f"one backend, {predictions:,} predictions: memory contexts {used:,} bytes before, {used_later:,} after; {kb:,} and {kb_later:,} kB of its own")
    return used_later - used < 10_000 and kb_later - kb <= GROWTH_KB_MAX


def forest_of(megabytes, path):
    """A forest of about that size in memory, one row, and scikit-learn's answer to it."""
    random = np.random.default_rng(3)
    X = random.normal(size=(40_000, 10))
    forest = RandomForestRegressor(10, random_state=0).fit(X, X[:, 0] * X[:, 1] + random.normal(size=len(X)))
    path.write_bytes(pickle.dumps(forest))
    a_tree = scoreway.load(path).bytes / len(forest.estimators_)
    # Copies of ten trees weigh what as many others would, and need no training.
    forest.n_estimators = round(megabytes * 1e6 / a_tree)
    forest.estimators_ = [pickle.loads(pickle.dumps(forest.estimators_[i % 10])) for i in range(forest.n_estimators)]
    path.write_bytes(pickle.dumps(forest))
    path.chmod(0o644)
    return forest.predict(X[:1])[0], X[0].tolist()


def in_backends(count, row, expected):
    """Each answers once: mean private kB, and the median time of the first answer."""
    connections = [connect() for _ in range(count)]
    ms = []
    for db in connections:
        begun = time.monotonic()
        answer = db.execute("SELECT scoreway.predict_number('forest', %s::float8[])", (row,)).fetchone()[0]
        ms.append((time.monotonic() - begun) * 1000)
        assert abs(answer - expected) < 1e-9, (answer, expected)
    kb = [private_kb(db.info.backend_pid) for db in connections]
    bytes_of_model, shared = connections[0].execute("SELECT bytes, shared FROM scoreway.loaded()").fetchone()
    for db in connections:
        db.close()
    return np.mean(kb), np.median(ms), bytes_of_model, shared


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--predictions", type=int, default=5000)
    parser.add_argument("--forest-mb", type=int, default=100)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    restart({"max_connections": options.connections + 20})
    with connect() as db:
        db.execute("CREATE EXTENSION IF NOT EXISTS scoreway")
        db.execute("SELECT scoreway.import('wine', %s::bytea, 'champion')", ((ROOT / "examples/wine/model.pkl").read_bytes(),))
    steady = many_connections(options.connections, options.predictions, options.work)
    steady = contexts(options.predictions) and steady

    path = TREE / "out" / "forest.pkl"
    expected, row = forest_of(options.forest_mb, path)
    with connect() as db:
        db.execute("SELECT scoreway.import('forest', %s::bytea, 'champion')", (path.read_bytes(),))
    kb, ms, size, shared = in_backends(10, row, expected)
    print(f"a forest of {size / 1e6:,.0f} MB: each of 10 backends has {kb / 1000:,.1f} MB for itself, its first answer takes {ms:,.0f} ms")
    assert not shared
    restart({"shared_preload_libraries": "'scoreway'", "scoreway.preload": f"'{path}'"})
    kb, ms, size, shared = in_backends(options.connections, row, expected)
    assert shared
    print(f"preloaded: each of {options.connections} backends has {kb / 1000:,.1f} MB for itself, its first answer takes {ms:,.1f} ms")
    return 0 if steady else 1


if __name__ == "__main__":
    sys.exit(main())
