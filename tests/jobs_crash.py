#!/usr/bin/env python3
"""kill -9 of gateways and workers while jobs are submitted and run: every job that was acknowledged must end once, with the
right answers, and submitting and reading must go on all the time.

    tests/jobs_crash.py SCOREWAY [JOBS [KILLS]]

Two gateways and three workers share one registry. Clients submit slices of the wine data with an idempotency key, to one gateway
or, where that is dead, the other; now and then one whose rows cannot be scored. Meanwhile processes are killed at random and
started anew. At the end each job's state and answers are compared with those of scikit-learn for its rows.
"""
import csv
import http.client
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WINE = ROOT / "examples" / "wine"
CLIENTS = 8
BAD_SHARE = 0.02
LEASE_SECONDS = 2


def percentile(values, share):
    return sorted(values)[min(int(len(values) * share), len(values) - 1)] * 1000 if values else float("nan")


class Process:
    """One `scoreway serve`, started anew after each kill."""

    def __init__(self, scoreway, registry, folder, role, number):
        self.command = [scoreway, "serve", "--registry", registry, "--role", role, "--threads", "1", "--job-threads", "1",
                        "--job-lease", str(LEASE_SECONDS), "--job-tries", "1000"]
        self.file = folder / f"{role}{number}"
        self.address = None
        self.start()

    def start(self):
        self.file.unlink(missing_ok=True)
        self.process = subprocess.Popen([*self.command, "--port", "0", "--address-file", self.file],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self):
        deadline = time.monotonic() + 60
        while not (self.file.exists() and self.file.read_text().strip()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{self.file.name} does not come up (exit status {self.process.poll()})")
            time.sleep(0.005)
        self.address = self.file.read_text().strip()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.process.terminate()
        self.process.wait(60)


class Client:
    """Asks one gateway, and the next where that one is dead."""

    def __init__(self, gateways, seed):
        self.gateways, self.random, self.connection = gateways, random.Random(seed), None
        self.seconds = []  # of answers, from the first try

    def ask(self, method, path, body=None, headers=None):
        began = time.monotonic()
        while True:
            try:
                if self.connection is None:
                    address = self.random.choice(self.gateways).address
                    self.connection = http.client.HTTPConnection(address, timeout=30)
                self.connection.request(method, path, body, headers or {})
                response = self.connection.getresponse()
                status, answer = response.status, response.read()
                if status == 503:
                    time.sleep(0.02)
                    continue
                self.seconds.append(time.monotonic() - began)
                return status, json.loads(answer)
            except (OSError, http.client.HTTPException):
                self.connection = None
                if time.monotonic() - began > 60:
                    sys.exit(f"no gateway answers {method} {path}")
                time.sleep(0.005)


class Jobs:
    def __init__(self, name, count):
        self.name, self.lock, self.left = name, threading.Lock(), count
        self.acknowledged, self.faults = {}, []

    def submit(self, client, rows):
        header, lines = rows
        while True:
            with self.lock:
                if self.left == 0:
                    return
                self.left -= 1
                number = self.left
            begin = client.random.randrange(len(lines))
            end = min(begin + client.random.randrange(1, 40), len(lines))
            is_bad = client.random.random() < BAD_SHARE
            text = "\n".join([header, *lines[begin:end], *(["no number"] if is_bad else [])]) + "\n"
            headers = {"content-type": "text/csv", "idempotency-key": f"{self.name}-{number}"}
            status, answer = client.ask("POST", "/v1/models/wine:submit", text, headers)
            with self.lock:
                if status != 202:
                    self.faults.append(f"submitting: {status} {answer}")
                elif answer["id"] in self.acknowledged:
                    self.faults.append(f"two jobs have the id {answer['id']}")
                else:
                    self.acknowledged[answer["id"]] = (begin, end, is_bad)

    def read(self, client, stop):
        """Somebody who looks at jobs while all this goes on."""
        while not stop.is_set():
            with self.lock:
                known = list(self.acknowledged)[-200:]
            if known:
                status, answer = client.ask("GET", f"/v1/jobs/{client.random.choice(known)}")
                if status != 200:
                    self.faults.append(f"reading: {status} {answer}")
            time.sleep(0.002)


def check(client, jobs, expected):
    deadline = time.monotonic() + 300
    for job, (begin, end, is_bad) in jobs.acknowledged.items():
        while True:
            status, answer = client.ask("GET", f"/v1/jobs/{job}")
            if status != 200 or answer["state"] not in ("queued", "running"):
                break
            if time.monotonic() > deadline:
                jobs.faults.append(f"{job} does not end: {answer}")
                break
            time.sleep(0.05)
        if status != 200 or answer["state"] != ("failed" if is_bad else "succeeded"):
            jobs.faults.append(f"{job}: {status} {answer}")
            continue
        if is_bad:
            continue
        status, result = client.ask("GET", f"/v1/jobs/{job}/result")
        wanted = expected[begin:end]
        right = status == 200 and result["next_page_token"] is None and len(result["rows"]) == len(wanted) and all(
            row[name] == value if name == "predict" else abs(row[name] - float(value)) <= 1e-9
            for row, want in zip(result["rows"], wanted) for name, value in want.items())
        if not right:
            jobs.faults.append(f"{job}: wrong answers {status} {str(result)[:300]}")


def listed(client):
    ids, token = [], ""
    while True:
        _, page = client.ask("GET", f"/v1/jobs?limit=1000&page_token={token}")
        ids += [job["id"] for job in page["jobs"]]
        token = page["next_page_token"] or ""
        if not token:
            return ids


def main():
    scoreway = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 600
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 6
    rng = random.Random(71)
    header, *lines = (WINE / "rows.csv").read_text().split()
    expected = list(csv.DictReader((WINE / "expected.csv").open()))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        registry = folder / "registry.db"
        subprocess.run([scoreway, "push", "--registry", registry, "wine", WINE / "model.pkl"], check=True,
                       stdout=subprocess.DEVNULL)
        gateways = [Process(scoreway, registry, folder, "gateway", i) for i in range(2)]
        workers = [Process(scoreway, registry, folder, "worker", i) for i in range(3)]
        for process in gateways + workers:
            process.wait()

        calm = Jobs("calm", count // 4)
        quiet = Client(gateways, 1)
        calm.submit(quiet, (header, lines))
        calm_seconds = list(quiet.seconds)

        jobs, stop, clients = Jobs("killed", count), threading.Event(), [Client(gateways, i) for i in range(CLIENTS)]
        reader = Client(gateways, 99)
        began = time.monotonic()
        threads = [threading.Thread(target=jobs.submit, args=(client, (header, lines))) for client in clients]
        reading = threading.Thread(target=jobs.read, args=(reader, stop))
        for thread in [*threads, reading]:
            thread.start()
        for kill in range(kills):
            # Spread over the submission, by the number of jobs that are left.
            while jobs.left > count - (kill + 1) * count // (kills + 1) and any(t.is_alive() for t in threads):
                time.sleep(0.002)
            time.sleep(rng.random() * 0.02)
            victim = rng.choice(gateways + workers)
            victim.kill()
            victim.start()
            victim.wait()
        for thread in threads:
            thread.join()
        stop.set()
        reading.join()
        submitted = time.monotonic() - began

        final = Client(gateways, 100)
        check(final, jobs, expected)
        ended = time.monotonic() - began
        check(final, calm, expected)
        ids = listed(final)
        known = set(jobs.acknowledged) | set(k for k in calm.acknowledged)
        if len(ids) != len(set(ids)) or set(ids) != known:
            jobs.faults.append(f"{len(ids)} jobs are listed, {len(known)} were acknowledged")
        for process in gateways + workers:
            process.end()
    seconds = [s for client in clients for s in client.seconds]
    print(f"{len(jobs.acknowledged)} jobs acknowledged in {submitted:.1f} s beside {kills} kills, all ended after {ended:.1f} s; "
          f"submitting took p50 {percentile(seconds, 0.5):.1f} ms, p99 {percentile(seconds, 0.99):.1f} ms "
          f"(one client, calm: {percentile(calm_seconds, 0.5):.1f}, {percentile(calm_seconds, 0.99):.1f}), "
          f"reading p99 {percentile(reader.seconds, 0.99):.1f} ms")
    faults = jobs.faults + calm.faults
    for fault in faults[:20]:
        print("FAULT", fault)
    if len(jobs.acknowledged) != count:
        sys.exit(f"{len(jobs.acknowledged)} of {count} jobs were acknowledged")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
