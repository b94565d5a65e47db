"""The extension for Flask and the app for Django under gunicorn: workers forked from the loaded app share its model's memory, and no request
fails while an alias moves."""
import http.client
import json
import os
import pickle
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scoreway
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsRegressor

WORKERS = 3
MOVES = 100


class Gunicorn:
    def __init__(self, app, models, url, log):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._port = self._listening.getsockname()[1]
        descriptor = self._listening.fileno()
        self._log = log
        with open(log, "wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "--preload", "--workers", str(WORKERS), "--bind", f"fd://{descriptor}", f"forked_apps:{app}()"],
                cwd=Path(__file__).parent, env={**os.environ, "MODELS": json.dumps(models), "SCOREWAY_URL": url}, pass_fds=[descriptor],
                stdout=output, stderr=output)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self._listening.close()

    def predict(self, name, rows):
        """Status, answer, and the process that gave it."""
        assert self.process.poll() is None, self._log.read_text()
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request("POST", f"/{name}/predict", json.dumps({"rows": rows}), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = json.loads(answer.read())
        connection.close()
        return answer.status, content, int(answer.headers["X-Worker"])


@pytest.fixture(params=["flask_app", "django_site"])
def app(request):
    return request.param


def memory_kb(process):
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
    return {line.split(":")[0]: int(line.split()[1]) for line in lines}


def test_workers_share_one_copy_of_a_model(app, tmp_path):
    random = np.random.default_rng(5)
    X, y = random.normal(size=(600_000, 16)), random.normal(size=600_000)
    library = KNeighborsRegressor(1, algorithm="brute").fit(X, y)  # an answer reads every number of the model
    (tmp_path / "large.pkl").write_bytes(pickle.dumps(library, protocol=5))
    model_kb = scoreway.load(tmp_path / "large.pkl").bytes // 1024
    assert model_kb > 70_000
    with Gunicorn(app, {"large": str(tmp_path / "large.pkl")}, "", tmp_path / "log") as server:
        answered = set()
        deadline = time.monotonic() + 60
        while len(answered) < WORKERS:
            assert time.monotonic() < deadline
            status, answer, worker = server.predict("large", [{f"x{i}": value for i, value in enumerate(X[len(answered)])}])
            assert status == 200 and answer["rows"][0]["predict"] == y[len(answered)]
            answered.add(worker)
        of_workers = [memory_kb(worker) for worker in answered]
        all_kb = sum(told["Pss"] for told in [*of_workers, memory_kb(server.process.pid)])
    for told in of_workers:
        assert told["Rss"] > model_kb  # it has read it all
        assert told["Private_Dirty"] + told["Private_Clean"] < model_kb / 2
    assert all_kb < 2 * model_kb  # each page divided among those that share it: four processes, one model
    print(f"{app}: a model of {model_kb} kB, {WORKERS} workers and their parent together {all_kb} kB")


def test_no_request_fails_while_the_alias_moves(app, client, url, tmp_path):
    random = np.random.default_rng(6)
    rows = pd.DataFrame({"a": random.normal(size=50), "b": random.normal(size=50)})
    libraries = [LogisticRegression().fit(rows, rows[column] > 0) for column in ("a", "b")]
    versions = [client.push(pickle.dumps(library), f"moved-{app.replace('_', '-')}") for library in libraries]
    expected = {version.number: library.predict_proba(rows)[:, 1] for version, library in zip(versions, libraries)}
    name = versions[0].name
    versions[0].set_alias("champion")
    records = rows.to_dict("records")
    wrong, counts, stop = [], {1: 0, 2: 0}, threading.Event()
    seen = threading.Condition()

    def ask(server, row):
        while not stop.is_set():
            row = (row + 1) % len(records)
            status, answer, _ = server.predict("model", [records[row]])
            version = answer.get("version")
            right = status == 200 and answer["rows"][0]["proba_True"] == pytest.approx(expected[version][row], rel=1e-12)
            with seen:
                if right:
                    counts[version] += 1
                else:
                    wrong.append((status, answer))
                seen.notify_all()

    with Gunicorn(app, {"model": f"{name}@champion"}, url, tmp_path / "log") as server:
        threads = [threading.Thread(target=ask, args=(server, row)) for row in range(4)]
        for thread in threads:
            thread.start()
        try:
            for move in range(MOVES):
                version = versions[1 - move % 2]
                version.set_alias("champion")
                with seen:
                    before = counts[version.number]
                    assert seen.wait_for(lambda: counts[version.number] > before or wrong, 30)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert not wrong
    assert min(counts.values()) >= MOVES / 2
    print(f"{app}: {sum(counts.values())} answers, {counts} by version, over {MOVES} moves")
