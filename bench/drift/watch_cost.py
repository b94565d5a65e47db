#!/usr/bin/env python3
"""What logging predictions and watching them costs a server a request, in processor time: requests of one row with 30 features.

    pip install scikit-learn pandas
    bench/drift/watch_cost.py build/release/bin/scoreway [REQUESTS] [INTERVAL_SECONDS]

A row for each model: microseconds of the server's processor time a request without the log, with it, and with a watch of a window
of 10,000 besides; rounds of the three follow one another eleven times, and the median counts. The client has 16 connections, and asks
on all of them before it reads. It and the server stay on a processor of their own each: where threads wake each other across
processors, what that costs is more than what is measured, and comes and goes.

A look costs the same however many requests came since the last one, so what a watch costs a request depends on how many there are
between two looks. A run is much shorter than some minutes of looks, so the watch looks every INTERVAL_SECONDS (1), several times a
run; what that costs beside the log is counted for as many looks as a watch would make that looks every minute, as by default, at
the rate at which the requests came. The table has both, and what a look costs. With 60 for the interval and 10,000,000 requests
nothing is reckoned.
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

SCOREWAY, FEATURES = os.path.abspath(sys.argv[1]), 30
REQUESTS = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
INTERVAL = int(sys.argv[3]) if len(sys.argv) > 3 else 1
CONNECTIONS, ROUNDS = 16, 11
LOOK_EVERY = 320 * CONNECTIONS
# Of a watch by default.
MINUTE = 60
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


def ask_all(connections, requests, number):
    """A request on each connection, the number-th and those after it, then their answers."""
    for i, (connection, _) in enumerate(connections):
        connection.sendall(requests[(number + i) % len(requests)])
    for connection, buffer in connections:
        read_answer(connection, buffer)


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


def call(address, path, body=None):
    request = urllib.request.Request(f"http://{address}/v1/models/m/{path}", body, {"Content-Type": "application/json"},
                                     method="GET" if body is None else "PUT")
    return json.load(urllib.request.urlopen(request))


def looked(address):
    """When the watch has looked last."""
    return call(address, "watch")["status"]["looked"]


def measure(folder, requests, logs, watches):
    """Microseconds of the server's processor time a request, requests a second, and how often the watch has looked."""
    for old in folder.glob("registry-log.db*"):
        old.unlink()
    place = folder / "address"
    place.unlink(missing_ok=True)
    server = subprocess.Popen([SCOREWAY, "serve", "--registry", folder / "registry.db", "--port", "0", "--address-file", place,
                               *(["--log-predictions"] if logs else [])], stderr=subprocess.DEVNULL,
                              preexec_fn=lambda: os.sched_setaffinity(0, {0}))
    try:
        while not (place.exists() and place.read_text().endswith("\n")):
            time.sleep(0.01)
        address = place.read_text().strip()
        if watches:
            call(address, "watch", json.dumps({"window": "10000", "interval_seconds": INTERVAL}).encode())
        host, port = address.rsplit(":", 1)
        connections = [(socket.create_connection((host, int(port))), bytearray()) for _ in range(CONNECTIONS)]
        # A full window, and one look at it, as a server that has been there for a while.
        for i in range(0, 12_000, CONNECTIONS):
            ask_all(connections, requests, i)
        time.sleep(1.5)
        looks, last = 0, looked(address) if watches else None
        before, begin = processor_seconds(server.pid), time.monotonic()
        for i in range(0, REQUESTS, CONNECTIONS):
            ask_all(connections, requests, i)
            if watches and i % LOOK_EVERY == 0:
                now = looked(address)
                looks, last = looks + (now != last), now
        rate = REQUESTS / (time.monotonic() - begin)
        for connection, _ in connections:
            connection.close()
        # What is still to be written counts, too, and a look that is under way.
        time.sleep(1)
        looks += watches and looked(address) != last
        return 1e6 * (processor_seconds(server.pid) - before) / REQUESTS, rate, looks
    finally:
        server.terminate()
        server.wait()


def main():
    os.sched_setaffinity(0, {1})
    random = np.random.default_rng(1)
    table = pd.DataFrame(random.normal(size=(5000, FEATURES)), columns=[f"f{i}" for i in range(FEATURES)]).round(4)
    label = (table.f0 + table.f1 * table.f2 > 0).astype(int)
    requests = list(messages(table.head(2000).to_dict("records")))
    print(f"{REQUESTS} requests of a row with {FEATURES} features, {CONNECTIONS} connections, microseconds of the server's processor time a request\n")
    print(f"| model | no log | log | log, watch every {INTERVAL} s | requests a second | a look, ms | log costs "
          "| log and watch every minute cost |\n|---|---|---|---|---|---|---|---|")
    for name, model in MODELS.items():
        with tempfile.TemporaryDirectory() as text:
            folder = pathlib.Path(text)
            (folder / "model.pkl").write_bytes(pickle.dumps(model.fit(table, label)))
            table.to_csv(folder / "sample.csv", index=False)
            subprocess.run([SCOREWAY, "push", "m", folder / "model.pkl", "--alias", "champion", "--sample", folder / "sample.csv",
                            "--registry", folder / "registry.db"], check=True, stdout=subprocess.DEVNULL)
            rounds = [[measure(folder, requests, logs, watches) for logs, watches in ((False, False), (True, False), (True, True))] for _ in range(ROUNDS)]
            plain, logged, watched = (statistics.median(cost for cost, _, _ in column) for column in zip(*rounds))
            rate = statistics.median(one[1][1] for one in rounds)
            look_us = (watched - logged) * REQUESTS / (sum(one[2][2] for one in rounds) / len(rounds))
            every_minute = logged + look_us / (MINUTE * rate)
            print(f"| {name} | {plain:.1f} | {logged:.1f} | {watched:.1f} | {rate:.0f} | {look_us / 1000:.1f} | {100 * (logged / plain - 1):.1f} % "
                  f"| {100 * (every_minute / plain - 1):.1f} % |", flush=True)


main()
