#!/usr/bin/env python3
"""Real Cassandra nodes, killed (-9) and restarted one at a time while clients push versions and move aliases.

    tests/cassandra_chaos.py SCOREWAY [--operations N] [--kills N] [--port PORT]

Three nodes, RF 3, QUORUM, three servers, eight clients. Checked afterwards: every acknowledged version is there, the
numbers of each model are 1..n, every version's bytes have their SHA-256, and the histories of all version counters and
aliases are linearizable (linearizability.py). Then two nodes die: every request must fail clearly within the time limit,
and work again by itself once they are back. The history is left in build/cassandra-chaos/history.json.
"""
import argparse
import hashlib
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

from linearizability import Operation, alias_register, first_fault, version_counter

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "build" / "cassandra-chaos"
NODES = 3
SERVERS = 3
CLIENTS = 8
MODELS = 4
TIMEOUT_MS = 5000
# Beyond the store's time limit: the other requests that one call makes, on a machine that is busy starting nodes.
ANSWER_SECONDS_MAX = 4 * TIMEOUT_MS / 1000
RETRY_SECONDS_MAX = 90
PMML = """<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header><Annotation>{note}</Annotation></Header>
<DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="y" optype="continuous"
dataType="double"/></DataDictionary><RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/>
<MiningField name="y" usageType="target"/></MiningSchema><RegressionTable intercept="1"><NumericPredictor name="x"
coefficient="2"/></RegressionTable></RegressionModel></PMML>"""


def artifact(rng):
    """A model of its own bytes; now and then of several chunks."""
    note = f"{rng.getrandbits(64):x}"
    if rng.random() < 0.1:
        note += " " + rng.randbytes(1_300_000).hex()
    return PMML.format(note=note).encode()


class Cluster:
    def __init__(self, port):
        self.command = [ROOT / "tools" / "cassandra", "--port", str(port), "--directory", FOLDER / "nodes"]
        points = ",".join(f"127.0.0.{node}:{port}" for node in range(1, NODES + 1))
        self.url = f"cassandra://{points}/chaos?rf=3&consistency=quorum&timeout_ms={TIMEOUT_MS}"

    def do(self, *arguments):
        subprocess.run([*self.command, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)


class Server:
    def __init__(self, scoreway, url, folder, number):
        address = folder / f"address{number}"
        self.log = open(FOLDER / f"server{number}.log", "w", encoding="utf-8")
        self.process = subprocess.Popen([scoreway, "serve", "--port", "0", "--address-file", address, "--registry", url],
                                        stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 60
        while not (address.exists() and address.read_text().strip()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"server {number} does not come up: see {self.log.name}")
            time.sleep(0.05)
        self.address = address.read_text().strip()

    def ask(self, method, path, body=None, headers=None):
        """Status and answer; status 0 where the connection broke."""
        connection = http.client.HTTPConnection(self.address, timeout=ANSWER_SECONDS_MAX + 30)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.read()
        except OSError:
            return 0, b""
        finally:
            connection.close()

    def ask_json(self, *arguments):
        status, body = self.ask(*arguments)
        return status, json.loads(body or b"null")


class History:
    """What the clients did, by object."""

    def __init__(self):
        self.lock = threading.Lock()
        self.operations = {}  # (kind of object, model) -> operations
        self.pushed = {}  # (model, version) -> SHA-256, acknowledged
        self.statuses = {}

    def add(self, thing, model, operation):
        with self.lock:
            self.operations.setdefault((thing, model), []).append(operation)

    def count(self, status):
        with self.lock:
            self.statuses[status] = self.statuses.get(status, 0) + 1


class Client:
    def __init__(self, servers, history, seed, pause):
        self.rng = random.Random(seed)
        self.servers = servers
        self.history = history
        self.pause = pause
        self.seen = {f"m{number}": 0 for number in range(MODELS)}  # where the alias was, as far as this client knows
        self.latest = dict.fromkeys(self.seen, 0)

    def step(self):
        time.sleep(self.rng.random() * 2 * self.pause)
        model = f"m{self.rng.randrange(MODELS)}"
        dice = self.rng.random()
        if dice < 0.45 or self.latest[model] == 0:
            self.push(model)
        elif dice < 0.75:
            self.move(model)
        elif dice < 0.9:
            self.read(model)
        else:
            self.read_latest(model)

    def ask(self, *arguments):
        status, answer = self.rng.choice(self.servers).ask_json(*arguments)
        self.history.count(status)
        return status, answer

    def push(self, model):
        """With an idempotency key, so that it can be sent again until an answer comes."""
        body = artifact(self.rng)
        headers = {"Idempotency-Key": f"{self.rng.getrandbits(64):x}"}
        called = time.monotonic()
        while True:
            status, answer = self.ask("POST", f"/v1/models/{model}/versions", body, headers)
            if status in (200, 201):
                break
            if status not in (0, 500, 503, 504):
                raise RuntimeError(f"push: {status} {answer}")
            if time.monotonic() - called > RETRY_SECONDS_MAX:
                self.history.add("versions", model, Operation(called, None, "push"))
                return
            time.sleep(0.2)
        number = answer["version"]
        self.latest[model] = max(self.latest[model], number)
        self.history.add("versions", model, Operation(called, time.monotonic(), "push", None, number))
        with self.history.lock:
            twin = self.history.pushed.setdefault((model, number), hashlib.sha256(body).hexdigest())
        if twin != hashlib.sha256(body).hexdigest():
            raise RuntimeError(f"{model}/{number} was given to two pushes")

    def move(self, model):
        """A compare-and-set from where it was last seen."""
        expected, to = self.seen[model], self.rng.randint(1, self.latest[model])
        if expected == to:
            return self.read(model)
        called = time.monotonic()
        status, answer = self.ask("PUT", f"/v1/models/{model}/aliases/live",
                                  json.dumps({"version": to, "expected": expected}))
        returned = time.monotonic()
        if status in (200, 409):
            self.history.add("alias", model, Operation(called, returned, "move", (expected, to), status == 200))
            self.seen[model] = to if status == 200 else self.seen[model]
        elif status in (0, 500, 504):
            self.history.add("alias", model, Operation(called, None, "move", (expected, to)))
        elif status != 503:  # which promises that nothing was done
            raise RuntimeError(f"move: {status} {answer}")
        if status != 200:
            self.read(model)
        return None

    def read(self, model):
        called = time.monotonic()
        status, answer = self.ask("GET", f"/v1/models/{model}/aliases/live")
        if status in (200, 404):
            self.seen[model] = answer["version"] if status == 200 else 0
            self.history.add("alias", model, Operation(called, time.monotonic(), "read", None, self.seen[model]))

    def read_latest(self, model):
        called = time.monotonic()
        status, answer = self.ask("GET", f"/v1/models/{model}")
        if status == 200:
            number = answer["latest_version"] or 0
            self.history.add("versions", model, Operation(called, time.monotonic(), "latest", None, number))


def run_clients(servers, history, operations, seconds, ended):
    """At least the operations, spread over the time, and on until `ended`; gives the clients' faults."""
    faults = []
    left = [operations]
    lock = threading.Lock()

    def work(seed):
        client = Client(servers, history, seed, seconds * CLIENTS / operations / 2)
        try:
            while True:
                with lock:
                    left[0] -= 1
                    if left[0] < 0 and ended.is_set():
                        return
                client.step()
        except Exception as fault:  # a thread's fault is the test's
            faults.append(f"client {seed}: {fault!r}")

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(CLIENTS)]
    for thread in threads:
        thread.start()
    return threads, faults


def kill_and_restart(cluster, threads, kills, rng, ended):
    """One node at a time, while the clients are at work."""
    for _ in range(kills):
        if not any(thread.is_alive() for thread in threads):
            break
        node = rng.randint(1, NODES)
        cluster.do("kill", node)
        time.sleep(rng.random() * 3)
        cluster.do("restart", node)
        time.sleep(3 + rng.random() * 3)  # until the others have seen it
    ended.set()
    for thread in threads:
        thread.join()


def check_versions(server, history):
    faults = []
    for model in (f"m{number}" for number in range(MODELS)):
        status, page = server.ask_json("GET", f"/v1/models/{model}/versions?limit=10000")
        if status == 404:
            continue
        if status != 200:
            return [f"versions of {model}: {status} {page}"]
        versions = {version["version"]: version["artifact_sha256"] for version in page["versions"]}
        if sorted(versions) != list(range(1, len(versions) + 1)):
            faults.append(f"{model}: the numbers are {sorted(versions)}")
        for (name, number), sha256 in history.pushed.items():
            if name == model and versions.get(number) != sha256:
                faults.append(f"{model}/{number} was acknowledged and is {versions.get(number)}")
        for number, sha256 in versions.items():
            status, body = server.ask("GET", f"/v1/models/{model}/versions/{number}/artifact")
            if status != 200 or hashlib.sha256(body).hexdigest() != sha256:
                faults.append(f"{model}/{number}: its bytes are not whole: {status}")
    return faults


def check_histories(history):
    faults = []
    steps = {"versions": version_counter, "alias": alias_register}
    for (thing, model), operations in history.operations.items():
        fault = first_fault(operations, steps[thing])
        if fault is not None:
            faults.append(f"{thing} of {model}: not linearizable at {fault}")
    return faults


def check_two_down(cluster, server):
    """Clear errors within the time limit, then recovery without help."""
    faults = []
    cluster.do("kill", 2)
    cluster.do("kill", 3)
    requests = {"push": ("POST", "/v1/models/m0/versions", artifact(random.Random(99))),
                "move": ("PUT", "/v1/models/m0/aliases/other", json.dumps({"version": 1})),
                "read": ("GET", "/v1/models/m0/aliases/live")}
    for name, request in requests.items():
        started = time.monotonic()
        status, body = server.ask(*request)
        seconds = time.monotonic() - started
        print(f"two nodes down: {name}: {status} after {seconds:.1f} s: {body[:160].decode(errors='replace')}")
        if status not in (503, 504) or seconds > ANSWER_SECONDS_MAX:
            faults.append(f"two nodes down: {name} gives {status} after {seconds:.1f} s")
    cluster.do("restart", 2)
    cluster.do("restart", 3)
    started = time.monotonic()
    while True:
        status, body = server.ask(*requests["push"])
        if status == 201:
            print(f"works again {time.monotonic() - started:.1f} s after the nodes do")
            return faults
        if time.monotonic() - started > RETRY_SECONDS_MAX:
            return faults + [f"no recovery: {status} {body!r}"]
        time.sleep(0.2)


def save(history):
    lines = [{"object": thing, "model": model, **vars(operation)}
             for (thing, model), operations in history.operations.items() for operation in operations]
    (FOLDER / "history.json").write_text(json.dumps(lines, indent=0))


def run(options, cluster, folder):
    cluster.do("start", NODES)
    subprocess.run([options.scoreway, "store", "init", "--registry", cluster.url], check=True, stdout=subprocess.DEVNULL)
    servers = [Server(options.scoreway, cluster.url, folder, number) for number in range(SERVERS)]
    history = History()
    try:
        started = time.monotonic()
        ended = threading.Event()
        threads, faults = run_clients(servers, history, options.operations, options.kills * 18, ended)
        kill_and_restart(cluster, threads, options.kills, random.Random(options.seed), ended)
        seconds = time.monotonic() - started
        unknown = sum(operation.returned is None for many in history.operations.values() for operation in many)
        count = sum(len(many) for many in history.operations.values())
        print(f"{count} operations in {seconds:.0f} s, {options.kills} kills, {len(history.pushed)} versions, "
              f"{unknown} operations without an answer, statuses {dict(sorted(history.statuses.items()))}")
        save(history)
        faults += check_versions(servers[0], history) + check_histories(history)
        faults += check_two_down(cluster, servers[1])
        return faults
    finally:
        for server in servers:
            server.process.terminate()
            server.process.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scoreway")
    parser.add_argument("--operations", type=int, default=150)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=int.from_bytes(os.urandom(4), "big"))
    parser.add_argument("--port", type=int, default=19042)
    options = parser.parse_args()
    print(f"seed {options.seed}")
    FOLDER.mkdir(parents=True, exist_ok=True)
    cluster = Cluster(options.port)
    with tempfile.TemporaryDirectory() as folder:
        try:
            faults = run(options, cluster, pathlib.Path(folder))
        finally:
            cluster.do("stop")
    for fault in faults:
        print(f"FAILED: {fault}")
    print("1 passed, 0 failed" if not faults else "0 passed, 1 failed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
