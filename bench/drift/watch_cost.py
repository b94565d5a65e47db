#!/usr/bin/env python3
"""What logging predictions and watching them costs a server a request, in processor time: requests of one row with 30 features.

    pip install scikit-learn pandas
    bench/drift/watch_cost.py build/release/bin/scoreway [REQUESTS]

A row for each model: microseconds of the server's processor time a request without the log, with it, and with a watch that
looks every minute at a window of 10,000 besides; rounds of the three follow one another three times, and the median counts.
"""
import json
import os
import pathlib
import pickle
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import numpy as np
import pandas as pd
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression

SCOREWAY, REQUESTS, FEATURES = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 50_000, 30
MODELS = {"logistic regression": LogisticRegression(max_iter=200),
          "boosting, 100 trees": GradientBoostingClassifier(n_estimators=100, max_depth=4),
          "forest, 300 trees": RandomForestClassifier(300, max_depth=10)}


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def messages(rows):
    for row in rows:
        body = json.dumps({"rows": [row]}).encode()
        yield b"POST /v1/models/m:predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def read_answer(connection, buffer):
    while True:
        end = buffer.find(b"\r\n\r\n")
        if end >= 0:
            head = buffer[:end].lower()
            size = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
            if len(buffer) >= end + 4 + size:
                if not head.startswith(b"http/1.1 200"):
                    sys.exit(bytes(buffer).decode())
                del buffer[:end + 4 + size]
                return
        piece = connection.recv(65536)
        if not piece:
            sys.exit("the server has closed the connection")
        buffer += piece


def measure(folder, requests, logs, watches):
    """Microseconds of the server's processor time a request."""
    for old in folder.glob("registry-log.db*"):
        old.unlink()
    place = folder / "address"
    place.unlink(missing_ok=True)
    server = subprocess.Popen([SCOREWAY, "serve", "--registry", folder / "registry.db", "--port", "0", "--address-file", place,
                               *(["--log-predictions"] if logs else [])], stderr=subprocess.DEVNULL)
    try:
        while not (place.exists() and place.read_text().endswith("\n")):
            time.sleep(0.01)
        host, port = place.read_text().strip().rsplit(":", 1)
        if watches:
            body = json.dumps({"window": "10000", "interval_seconds": 60}).encode()
            urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/v1/models/m/watch", body, {"Content-Type": "application/json"}, method="PUT"))
        connection, buffer = socket.create_connection((host, int(port))), bytearray()
        for message in requests[:500]:
            connection.sendall(message)
            read_answer(connection, buffer)
        before = processor_seconds(server.pid)
        for i in range(REQUESTS):
            connection.sendall(requests[i % len(requests)])
            read_answer(connection, buffer)
        connection.close()
        # What is still to be written counts, too.
        time.sleep(1)
        return 1e6 * (processor_seconds(server.pid) - before) / REQUESTS
    finally:
        server.terminate()
        server.wait()


def main():
    random = np.random.default_rng(1)
    table = pd.DataFrame(random.normal(size=(5000, FEATURES)), columns=[f"f{i}" for i in range(FEATURES)]).round(4)
    label = (table.f0 + table.f1 * table.f2 > 0).astype(int)
    requests = list(messages(table.head(2000).to_dict("records")))
    print(f"{REQUESTS} requests of a row with {FEATURES} features, one connection, microseconds of the server's processor time a request\n")
    print("| model | no log | log | log and watch | log costs | log and watch cost |\n|---|---|---|---|---|---|")
    for name, model in MODELS.items():
        with tempfile.TemporaryDirectory() as text:
            folder = pathlib.Path(text)
            (folder / "model.pkl").write_bytes(pickle.dumps(model.fit(table, label)))
            table.to_csv(folder / "sample.csv", index=False)
            subprocess.run([SCOREWAY, "push", "m", folder / "model.pkl", "--alias", "champion", "--sample", folder / "sample.csv",
                            "--registry", folder / "registry.db"], check=True, stdout=subprocess.DEVNULL)
            rounds = [[measure(folder, requests, logs, watches) for logs, watches in ((False, False), (True, False), (True, True))] for _ in range(3)]
            plain, logged, watched = (statistics.median(column) for column in zip(*rounds))
            print(f"| {name} | {plain:.1f} | {logged:.1f} | {watched:.1f} | {100 * (logged / plain - 1):.1f} % | {100 * (watched / plain - 1):.1f} % |", flush=True)


main()
