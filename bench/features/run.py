#!/usr/bin/env python3
"""Feature views: a request whose input is looked up, beside the same request that brings it.

    bench/features/run.py BUILD_FOLDER [--keys 1000000] [--seconds 3] [--rounds 5] [--cassandra URL] [--json FILE]

A view of so many keys is written to a SQLite file, or to the Cassandra keyspace of the URL, which is made here. One connection asks
for a random key at a time, in turn with the same rows complete; over Cassandra in turn with the driver's own read of such a row, too.
The median round counts. The answers of 200 keys are compared with what was written.
"""
import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/load"))
import models
import service

GOAL_SQLITE, GOAL_CASSANDRA = 2.0, 3.0
INTERCEPT = 3


def value_of(key):
    return key % 1000 / 4


def write_view(scoreway, env, folder, keys):
    def run(*arguments):
        subprocess.run([scoreway, *arguments], check=True, env=env, stdout=subprocess.DEVNULL)

    table, model = folder / "rows.csv", folder / "model.pmml"
    with open(table, "w") as file:
        file.write("id,x\n")
        for key in range(keys):
            file.write(f"{key},{value_of(key)}\n")
    model.write_bytes(models.linear(INTERCEPT))
    run("push", "line", model)
    run("features", "define", "rows", "--key", "id:int64", "--column", "x")
    started = time.monotonic()
    run("features", "write", "rows", table)
    print(f"{keys} keys written in {time.monotonic() - started:.1f} s", flush=True)
    run("features", "use", "line", "rows")


PATH = "/v1/models/line:predict"


def check(address, keys):
    for key in keys:
        request = urllib.request.Request(f"http://{address}{PATH}", json.dumps({"rows": [{"id": key}]}).encode(),
                                         {"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        if answer["rows"][0]["y"] != INTERCEPT + 2 * value_of(key) or answer["features"][0]["found"] != 1:
            sys.exit(f"key {key}: {answer}")


def write_bodies(path, rows):
    path.write_text("".join('{"rows":[%s]}\n' % json.dumps(row) for row in rows))


def last_line(*command):
    return json.loads(subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cassandra", metavar="URL")
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    binaries = options.build.resolve() / "bin"
    scoreway = binaries / "scoreway"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        registry = options.cassandra or str(folder / "registry.db")
        env = os.environ | {"SCOREWAY_REGISTRY": registry}
        if options.cassandra:
            subprocess.run([scoreway, "store", "init", "--registry", options.cassandra], check=True, stdout=subprocess.DEVNULL)
        write_view(scoreway, env, folder, options.keys)
        rounds = {"complete": [], "looked up": [], "driver": []}
        with service.Server(scoreway, "--threads", "1", "--registry", registry) as server:
            address = "{}:{}".format(*server.address)
            asked = random.Random(1).choices(range(options.keys), k=100_000)
            check(address, asked[:200])
            write_bodies(folder / "looked_up.jsonl", [{"id": key} for key in asked[200:]])
            write_bodies(folder / "complete.jsonl", [{"x": value_of(key)} for key in asked[200:]])
            for _ in range(options.rounds):
                for kind, file in (("complete", "complete.jsonl"), ("looked up", "looked_up.jsonl")):
                    rounds[kind].append(last_line(binaries / "load_client", address, PATH, folder / file, 1, options.seconds))
                if options.cassandra:
                    rounds["driver"].append(last_line(binaries / "driver_read_bench", options.cassandra, options.seconds))
    figures = {kind: {key: statistics.median(each[key] for each in values) for key in ("micros_p50", "micros_p99")}
               for kind, values in rounds.items() if values}
    for kind, figure in figures.items():
        print(f"{kind:<12} p50 {figure['micros_p50']:>8.1f} us   p99 {figure['micros_p99']:>8.1f} us")
    if options.cassandra:
        ratio, goal = figures["looked up"]["micros_p99"] / figures["driver"]["micros_p99"], GOAL_CASSANDRA
        print(f"p99 of a request with a look-up is {ratio:.2f} times that of the driver's read (goal: at most {goal})")
    else:
        ratio, goal = figures["looked up"]["micros_p50"] / figures["complete"]["micros_p50"], GOAL_SQLITE
        print(f"p50 with a look-up is {ratio:.2f} times that without (goal: at most {goal})")
    if options.json:
        options.json.write_text(json.dumps(figures | {"ratio": ratio}, indent=1) + "\n")
    return 0 if ratio <= goal else 1


if __name__ == "__main__":
    sys.exit(main())
