#!/usr/bin/env python3
"""kill -9 of a server that logs predictions and takes labels: an acknowledged label must be there afterwards, and no prediction
may be lost but those answered within the last moments before the kill.

    tests/record_crash.py SCOREWAY [ROUNDS]
"""
import http.client
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

from crash import ROOT, ask, ask_all, start

ROW = json.loads((ROOT / "examples" / "wine" / "rows.jsonl").read_text().splitlines()[0])
CONNECTIONS = 4
FLUSH_MS = 100
# What --log-flush says, and as much again for the write that is under way, on a machine that is busy.
LOST_SECONDS_MAX = 2.0


class Load:
    """Predicts and labels what it predicted, until the server is gone; remembers what was acknowledged, and when."""

    def __init__(self):
        self.lock = threading.Lock()
        self.predictions = {}  # id -> time of the answer
        self.labels = {}  # id -> the last label that was acknowledged

    def work(self, address, seed):
        rng = random.Random(seed)
        connection = http.client.HTTPConnection(address, timeout=30)
        try:
            while True:
                status, answer = ask(connection, "POST", "/v1/models/wine:predict", json.dumps({"rows": [ROW]}))
                if status != 200:
                    sys.exit(f"predict: {status} {answer}")
                made = answer["prediction_id"]
                with self.lock:
                    self.predictions[made] = time.monotonic()
                if rng.random() < 0.2:
                    label = rng.randrange(100)
                    body = json.dumps({"labels": [{"prediction_id": made, "label": label}]})
                    status, answer = ask(connection, "POST", "/v1/models/wine/labels", body)
                    if status != 200:
                        sys.exit(f"labels: {status} {answer}")
                    with self.lock:
                        self.labels[made] = label
        except (OSError, http.client.HTTPException, ValueError):
            return


def main():
    scoreway, rounds = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    load = Load()
    flags = ["--log-predictions", "--log-flush", str(FLUSH_MS)]
    lost = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        registry = folder / "registry.db"
        environment = {**os.environ, "SCOREWAY_REGISTRY": str(registry)}
        subprocess.run([scoreway, "push", "wine", ROOT / "examples" / "wine" / "model.pkl"], env=environment, check=True,
                       stdout=subprocess.DEVNULL)
        for number in range(rounds):
            server, address = start(scoreway, registry, folder, flags)
            threads = [threading.Thread(target=load.work, args=(address, 100 * number + i)) for i in range(CONNECTIONS)]
            for thread in threads:
                thread.start()
            time.sleep(random.Random(number).uniform(0.5, 1.5))
            killed = time.monotonic()
            server.kill()
            server.wait()
            for thread in threads:
                thread.join()
            server, address = start(scoreway, registry, folder, flags)
            connection = http.client.HTTPConnection(address, timeout=30)
            there = {item["prediction_id"] for item in ask_all(connection, "/v1/models/wine/predictions", "predictions")}
            labels = {}
            for item in reversed(ask_all(connection, "/v1/models/wine/labels", "labels")):
                labels[item["prediction_id"]] = item["label"]
            server.kill()
            server.wait()
            for made, label in load.labels.items():
                if labels.get(made) != label:
                    sys.exit(f"round {number}: the label {label} of {made} was acknowledged, and is {labels.get(made)}")
            for made, answered in list(load.predictions.items()):
                if made in there:
                    continue
                if killed - answered > LOST_SECONDS_MAX:
                    sys.exit(f"round {number}: {made} was answered {killed - answered:.2f} s before the kill, and is lost")
                lost += 1
                del load.predictions[made]
    if not load.labels or not load.predictions:
        sys.exit("nothing was predicted or labelled")
    print(f"{rounds} kills: {len(load.predictions)} predictions are there, {lost} of the last moments are lost; all "
          f"{len(load.labels)} acknowledged labels are there")


if __name__ == "__main__":
    main()
