#!/usr/bin/env python3
"""score.py WORK [--rows 1000000]: a table scored in PostgreSQL, a core's work: by the extension, by plain SQL arithmetic (of the regression), by
PL/Python with scikit-learn (a row at a time, and in batches of 10,000), and by a client that fetches the rows and asks FastAPI with ONNX Runtime.

Rows a second of CPU time: of the backend, and of the client and the service where there are such. Slow ways are measured with fewer rows. The
answers of each are compared with scikit-learn's. Then the plan that the server chooses by itself, which must be parallel, and its time.
Runs beside tests/with_postgres.sh in a Python that has bench/requirements.txt, which PL/Python must find, too: PYTHONPATH.
"""
import argparse
import http.client
import os
import pathlib
import pickle
import subprocess
import sys
import time

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
import orjson
import pandas as pd
import psycopg
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LinearRegression

HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = [f"x{i}" for i in range(20)]
ROW = "ARRAY[" + ", ".join(COLUMNS) + "]"
CHECKED = 2000
BATCH = 10_000
MODELS = {
    "regression": LinearRegression,
    "boosting": lambda: GradientBoostingRegressor(n_estimators=100, max_depth=4, random_state=0),
}


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def trained(name, work):
    random = np.random.default_rng(1)
    table = pd.DataFrame(random.uniform(-2, 2, size=(20_000, len(COLUMNS))), columns=COLUMNS)
    target = table["x0"] * table["x1"] + table["x2"] - 0.3 * table["x7"] + random.normal(size=len(table)) * 0.1
    estimator = MODELS[name]().fit(table, target)
    (work / f"{name}.pkl").write_bytes(pickle.dumps(estimator))
    return estimator


def fill(db, rows):
    db.execute("SELECT setseed(0.5)")
    values = ", ".join(f"random() * 4 - 2 AS {name}" for name in COLUMNS)
    db.execute(f"CREATE UNLOGGED TABLE numbers AS SELECT i AS id, {values} FROM generate_series(0, {rows - 1}) AS i")
    db.execute("VACUUM ANALYZE numbers")


def arithmetic(estimator):
    terms = [f"({weight!r}::float8) * {name}" for name, weight in zip(COLUMNS, estimator.coef_.tolist())]
    return f"({float(estimator.intercept_)!r}::float8) + " + " + ".join(terms)


def plpython(db, name, path):
    """scikit-learn's model, read once a backend: a function of a row, and one of many."""
    load = f"""
if "{name}" not in GD:
    import os, pickle
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    import numpy
    with open("{path}", "rb") as file:
        GD["{name}"] = numpy, pickle.load(file)
numpy, model = GD["{name}"]
"""
    db.execute("CREATE EXTENSION IF NOT EXISTS plpython3u")
    db.execute(f"CREATE FUNCTION {name}_row(x float8[]) RETURNS float8 LANGUAGE plpython3u AS $$\n{load}\nreturn float(model.predict(numpy.array([x]))[0])\n$$")
    db.execute(f"CREATE FUNCTION {name}_rows(x float8[]) RETURNS SETOF float8 LANGUAGE plpython3u AS $$\n{load}\nreturn model.predict(numpy.array(x)).tolist()\n$$")


class Service:
    """FastAPI with ONNX Runtime in a process of its own, over HTTP."""

    def __init__(self, path):
        self.process = subprocess.Popen([sys.executable, HERE / "fastapi_server.py", path], stdout=subprocess.PIPE, text=True)
        self._port = int(self.process.stdout.readline())
        for _ in range(600):
            try:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=300)
                self._connection.connect()
                return
            except ConnectionRefusedError:
                time.sleep(0.1)
        sys.exit("the service does not come up")

    def predict(self, rows):
        self._connection.request("POST", "/predict", orjson.dumps(rows), {"Content-Type": "application/json"})
        return orjson.loads(self._connection.getresponse().read())

    def close(self):
        self.process.terminate()
        self.process.wait()


def fetched(db, service, rows):
    """All rows through the service; the sum of the answers, and the first of them."""
    total, first = 0.0, []
    with db.transaction(), db.cursor(name="rows", binary=True) as cursor:
        cursor.itersize = BATCH
        cursor.execute(f"SELECT {', '.join(COLUMNS)} FROM numbers WHERE id < {rows} ORDER BY id")
        while batch := cursor.fetchmany(BATCH):
            answers = service.predict(batch)
            first = first or answers[:CHECKED]
            total += sum(answers)
    return total, first


class Way:
    """One way to score; `one` gives the answers to the first rows, to be checked, and `all` scores a number of rows."""

    def __init__(self, label, rows, score=None, rows_of=None, service=None, tolerance=1e-9):
        self.label, self.rows, self._score, self._rows_of, self._service, self._tolerance = label, rows, score, rows_of, service, tolerance

    def check(self, db, expected):
        if self._service:
            answers = fetched(db, self._service, CHECKED)[1]
        elif self._score:
            answers = [row[0] for row in db.execute(f"SELECT {self._score} FROM numbers n WHERE id < {CHECKED} ORDER BY id")]
        else:
            answers = [row[0] for row in db.execute(self._rows_of.format(where=f"WHERE id < {CHECKED}", want="y"))]
        difference = np.max(np.abs(np.array(answers) - expected) / np.maximum(1, np.abs(expected)))
        if len(answers) != len(expected) or not difference <= self._tolerance:
            sys.exit(f"{self.label}: answers differ by {difference}")
        return difference

    def run(self, db, pid):
        pids = [pid] if not self._service else [pid, os.getpid(), self._service.process.pid]
        before = sum(map(cpu_seconds, pids))
        if self._service:
            fetched(db, self._service, self.rows)
        elif self._score:
            db.execute(f"SELECT sum({self._score}) FROM numbers n WHERE id < {self.rows}").fetchone()
        else:
            db.execute(self._rows_of.format(where=f"WHERE id < {self.rows}", want="sum(y)")).fetchone()
        return self.rows / (sum(map(cpu_seconds, pids)) - before)


def ways(db, name, estimator, work, rows):
    yield Way("Scoreway, row of the table", rows, f"scoreway.predict_number('{name}', n)")
    yield Way("Scoreway, float8[]", rows, f"scoreway.predict_number('{name}', {ROW})")
    if name == "regression":
        yield Way("SQL arithmetic", rows, arithmetic(estimator))
    path = pathlib.Path(os.environ["PGTREE"]) / "out" / f"{name}.pkl"
    path.write_bytes((work / f"{name}.pkl").read_bytes())
    path.chmod(0o644)
    try:
        plpython(db, name, path)
        db.execute(f"SELECT {name}_row({ROW}) FROM numbers LIMIT 1").fetchone()
    except psycopg.Error as error:
        print(f"PL/Python is left out: {str(error).splitlines()[0]}", file=sys.stderr)
    else:
        yield Way("PL/Python, a row", min(rows, 10_000), f"{name}_row({ROW})")
        yield Way("PL/Python, 10,000 rows", min(rows, 200_000), rows_of=(
            f"SELECT {{want}} FROM (SELECT array_agg({ROW} ORDER BY id) AS xs FROM numbers {{where}} GROUP BY id / {BATCH}) AS batches, {name}_rows(xs) AS y"))
    service = Service(work / f"{name}.pkl")
    try:
        yield Way("fetched, FastAPI + ONNX Runtime", min(rows, 200_000), service=service, tolerance=0.05)
    finally:
        service.close()


def parallel(db, name):
    query = f"SELECT sum(scoreway.predict_number('{name}', n)) FROM numbers n"
    plan = [row[0] for row in db.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) {query}")]
    launched = next((int(line.split(":")[1]) for line in plan if "Workers Launched" in line), 0)
    assert any("Parallel Seq Scan" in line for line in plan), "\n".join(plan)
    print(f"  chosen by the server: {launched} workers beside the backend, {plan[-1].strip()}; sums equal: ", end="")
    together = db.execute(query).fetchone()[0]
    db.execute("SET max_parallel_workers_per_gather = 0")
    alone = db.execute(query).fetchone()[0]
    print(abs(together - alone) <= 1e-9 * max(1, abs(alone)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    with psycopg.connect(dbname="postgres", autocommit=True) as db:
        db.execute("CREATE EXTENSION IF NOT EXISTS scoreway")
        fill(db, options.rows)
        pid = db.info.backend_pid
        first = pd.DataFrame([row for row in db.execute(f"SELECT {', '.join(COLUMNS)} FROM numbers WHERE id < {CHECKED} ORDER BY id")], columns=COLUMNS)
        for name in MODELS:
            estimator = trained(name, options.work)
            db.execute("SELECT scoreway.import(%s, %s::bytea, 'champion')", (name, (options.work / f"{name}.pkl").read_bytes()))
            expected = estimator.predict(first)
            print(f"\n{name}, {options.rows:,} rows of {len(COLUMNS)} columns")
            db.execute("RESET max_parallel_workers_per_gather")
            parallel(db, name)
            for way in ways(db, name, estimator, options.work, options.rows):
                difference = way.check(db, expected)
                speed = max(way.run(db, pid) for _ in range(2))
                print(f"  {way.label:34}{speed:14,.0f} rows a second of CPU   largest difference {difference:.0e}", flush=True)


if __name__ == "__main__":
    main()
