#!/usr/bin/env python3
"""kill -9 of the server during 1,000 concurrent pushes and alias moves: what was acknowledged must be there afterwards.

    tests/crash.py SCOREWAY [ROUNDS]

Each round starts a server on one registry, lets 16 connections push and move aliases, kills it somewhere in the middle and goes on
with the next. At the end every acknowledged version and alias move is looked up, and the versions of each model must be
1..n without gap or twin.
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

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODEL = (ROOT / "examples" / "wine" / "model.pkl").read_bytes()
MODELS = 4
CONNECTIONS = 16
OPERATIONS = 1000


def start(scoreway, registry, folder, flags=()):
    address = folder / "address"
    address.unlink(missing_ok=True)
    server = subprocess.Popen([scoreway, "serve", "--port", "0", "--address-file", address, *flags],
                              env={**os.environ, "SCOREWAY_REGISTRY": str(registry)},
                              stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + 30
    while not (address.exists() and address.read_text().strip()):
        if server.poll() is not None or time.monotonic() > deadline:
            sys.exit("the server does not come up after a kill")
        time.sleep(0.01)
    return server, address.read_text().strip()


def ask(connection, method, path, body=None, headers=None):
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    return response.status, json.loads(response.read() or b"null")


def ask_all(connection, path, key):
    """The items of a listing, page by page."""
    items, token = [], ""
    while True:
        status, page = ask(connection, "GET", f"{path}?limit=1000&page_token={token}")
        if status != 200:
            raise RuntimeError(f"{path}: {status} {page}")
        items += page[key]
        token = page["next_page_token"] or ""
        if not token:
            return items


class Load:
    """Pushes and alias moves until the operations are used up or the server is gone; remembers what was acknowledged."""

    def __init__(self):
        self.lock = threading.Lock()
        self.left = OPERATIONS
        self.versions = {}  # (model, version) -> idempotency key
        self.moves = []  # (model, number of the event, alias, version)
        self.refused = []

    def work(self, address, seed):
        rng = random.Random(seed)
        connection = http.client.HTTPConnection(address, timeout=30)
        try:
            while True:
                with self.lock:
                    if self.left == 0:
                        return
                    self.left -= 1
                model = f"m{rng.randrange(MODELS)}"
                with self.lock:
                    known = [v for (m, v) in self.versions if m == model]
                if known and rng.random() < 0.5:
                    alias, version = f"a{rng.randrange(3)}", rng.choice(known)
                    status, answer = ask(connection, "PUT", f"/v1/models/{model}/aliases/{alias}",
                                         json.dumps({"version": version, "why": f"{seed}-{rng.random()}"}),
                                         {"content-type": "application/json"})
                    with self.lock:
                        if status < 300:
                            # An alias that stood there already leaves no event.
                            self.moves += [(model, event["sequence"], alias, version) for event in answer["events"]]
                        elif status not in (409, 503):
                            self.refused.append((status, answer))
                else:
                    key = f"{seed}-{rng.getrandbits(64):x}"
                    status, answer = ask(connection, "POST", f"/v1/models/{model}/versions", MODEL,
                                         {"content-type": "application/octet-stream", "idempotency-key": key})
                    with self.lock:
                        if status < 300:
                            number = int(answer["version"])
                            if (model, number) in self.versions:
                                self.refused.append(("twin", model, number))
                            self.versions[(model, number)] = key
                        elif status not in (409, 503):
                            self.refused.append((status, answer))
        except (OSError, http.client.HTTPException):
            pass  # the server was killed
        finally:
            connection.close()


def main():
    scoreway = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    rng = random.Random(20)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        registry = folder / "registry.db"
        load = Load()
        for number in range(rounds):
            server, address = start(scoreway, registry, folder)
            load.left = OPERATIONS
            threads = [threading.Thread(target=load.work, args=(address, f"{number}-{i}")) for i in range(CONNECTIONS)]
            for thread in threads:
                thread.start()
            goal = len(load.versions) + len(load.moves) + rng.randrange(50, OPERATIONS * 3 // 4)
            while len(load.versions) + len(load.moves) < goal and any(t.is_alive() for t in threads):
                time.sleep(0.001)
            server.kill()
            server.wait()
            for thread in threads:
                thread.join()
            print(f"round {number + 1}: killed after {len(load.versions)} versions and {len(load.moves)} alias moves acknowledged so far",
                  flush=True)

        server, address = start(scoreway, registry, folder)
        connection = http.client.HTTPConnection(address, timeout=60)
        faults = [f"refused: {r}" for r in load.refused]
        for model in (f"m{i}" for i in range(MODELS)):
            numbers = [int(version["version"]) for version in ask_all(connection, f"/v1/models/{model}/versions", "versions")]
            if sorted(numbers) != list(range(1, len(numbers) + 1)):
                faults.append(f"{model}: gaps or twins in {sorted(numbers)}")
            lost = [v for (m, v) in load.versions if m == model and v not in set(numbers)]
            if lost:
                faults.append(f"{model}: acknowledged versions lost: {lost}")
            for alias in ("a0", "a1", "a2"):
                history = ask_all(connection, f"/v1/models/{model}/aliases/{alias}/history", "history")
                stored = {(event["sequence"], event["to"]) for event in history}
                acknowledged = {(number, to) for (m, number, a, to) in load.moves if (m, a) == (model, alias)}
                if acknowledged - stored:
                    faults.append(f"{model}@{alias}: acknowledged moves lost: {sorted(acknowledged - stored)}")
        for (model, version) in rng.sample(sorted(load.versions), min(20, len(load.versions))):
            connection.request("GET", f"/v1/models/{model}/versions/{version}/artifact")
            if connection.getresponse().read() != MODEL:
                faults.append(f"{model}/{version}: the artifact is not what was pushed")
        server.terminate()
        server.wait()
        print("\n".join(faults[:20]) or
              f"{len(load.versions)} versions and {len(load.moves)} alias moves acknowledged over {rounds} kills: all there")
        return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
