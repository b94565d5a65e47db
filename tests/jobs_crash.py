#!/usr/bin/env python3
"""kill -9 of gateways, workers and a scheduler while jobs are submitted and run: every job that was acknowledged must end once, with the
right answers, and submitting and reading must go on all the time.

    tests/jobs_crash.py SCOREWAY [JOBS [KILLS]] [--registry URL] [--queue URL]

Two gateways, three workers and a scheduler share one registry: a new SQLite file, or the Cassandra keyspace that is named, which
is made if need be; --queue is given to `serve` as --job-queue. Clients submit slices of the wine data with an idempotency key, to
one gateway or, where that is dead, the other; now and then one whose rows cannot be scored. Others read states and answers. First
all is calm, then processes are killed at random and started anew. At the end each job's state and answers are compared with those
of scikit-learn for its rows.
"""
import argparse
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
CALM_SHARE = 4  # one in peace for so many beside kills
BAD_SHARE = 0.02
LEASE_SECONDS = 2


def percentile(values, share):
    return sorted(values)[min(int(len(values) * share), len(values) - 1)] * 1000 if values else float("nan")


class Process:
    """One `scoreway serve`, started anew after each kill."""

    def __init__(self, scoreway, registry, queue, folder, role, number):
        self.command = [scoreway, "serve", "--registry", registry, "--role", role, "--threads", "1", "--job-threads", "1",
                        "--job-lease", str(LEASE_SECONDS), "--job-tries", "1000", *queue]
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
        """Somebody who looks at jobs and their answers while all this goes on."""
        while not stop.is_set():
            with self.lock:
                known = list(self.acknowledged)[-200:]
            if known:
                job = client.random.choice(known)
                status, answer = client.ask("GET", f"/v1/jobs/{job}")
                if status != 200:
                    self.faults.append(f"reading: {status} {answer}")
                elif answer["state"] == "succeeded" and client.ask("GET", f"/v1/jobs/{job}/result")[0] != 200:
                    self.faults.append(f"{job} has succeeded, and its answers cannot be read")
            time.sleep(0.002)


def drive(jobs, gateways, rows, disturb):
    """Clients that submit all the jobs, and one that reads, while `disturb` does what it likes; seconds of each answer."""
    stop, clients, reader = threading.Event(), [Client(gateways, i) for i in range(CLIENTS)], Client(gateways, 99)
    threads = [threading.Thread(target=jobs.submit, args=(client, rows)) for client in clients]
    reading = threading.Thread(target=jobs.read, args=(reader, stop))
    for thread in [*threads, reading]:
        thread.start()
    disturb(lambda: any(thread.is_alive() for thread in threads))
    for thread in threads:
        thread.join()
    stop.set()
    reading.join()
    return [s for client in clients for s in client.seconds], reader.seconds


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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scoreway", type=os.path.abspath)
    parser.add_argument("jobs", type=int, nargs="?", default=600)
    parser.add_argument("kills", type=int, nargs="?", default=6)
    parser.add_argument("--registry", help="a Cassandra URL")
    parser.add_argument("--queue", help="a URL of a Kafka topic")
    options = parser.parse_args()
    scoreway, count, kills = options.scoreway, options.jobs, options.kills
    rng = random.Random(71)
    header, *lines = (WINE / "rows.csv").read_text().split()
    rows = (header, lines)
    expected = list(csv.DictReader((WINE / "expected.csv").open()))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        registry = options.registry or str(folder / "registry.db")
        if options.registry:
            subprocess.run([scoreway, "store", "init", "--registry", registry], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([scoreway, "push", "--registry", registry, "wine", WINE / "model.pkl"], check=True,
                       stdout=subprocess.DEVNULL)
        queue = ["--job-queue", options.queue] if options.queue else []
        start = lambda role, number: Process(scoreway, registry, queue, folder, role, number)
        gateways = [start("gateway", i) for i in range(2)]
        others = [start("worker", i) for i in range(3)] + [start("scheduler", 0)]
        for process in gateways + others:
            process.wait()

        calm = Jobs("calm", max(count // CALM_SHARE, 1))
        calm_submit, calm_read = drive(calm, gateways, rows, lambda _: None)
        began = time.monotonic()
        check(Client(gateways, 101), calm, expected)
        calm_rest = time.monotonic() - began

        jobs = Jobs("killed", count)

        def kill_some(is_going_on):
            for kill in range(kills):
                # Spread over the submission, by the number of jobs that are left.
                while jobs.left > count - (kill + 1) * count // (kills + 1) and is_going_on():
                    time.sleep(0.002)
                time.sleep(rng.random() * 0.02)
                victim = rng.choice(gateways + others)
                victim.kill()
                victim.start()
                victim.wait()

        began = time.monotonic()
        submit, read = drive(jobs, gateways, rows, kill_some)
        submitted = time.monotonic() - began
        final = Client(gateways, 100)
        check(final, jobs, expected)
        ended = time.monotonic() - began
        ids = listed(final)
        known = set(jobs.acknowledged) | set(calm.acknowledged)
        if len(ids) != len(set(ids)) or set(ids) != known:
            jobs.faults.append(f"{len(ids)} jobs are listed, {len(known)} were acknowledged")
        for process in gateways + others:
            process.end()
    print(f"{len(jobs.acknowledged)} jobs acknowledged in {submitted:.1f} s beside {kills} kills, all checked after {ended:.1f} s; "
          f"{len(calm.acknowledged)} in peace, checked {calm_rest:.1f} s later")
    for what, disturbed, peaceful in ("submitting", submit, calm_submit), ("reading", read, calm_read):
        print(f"{what}: p50 {percentile(disturbed, 0.5):.1f} ms, p99 {percentile(disturbed, 0.99):.1f} ms; "
              f"in peace {percentile(peaceful, 0.5):.1f}, {percentile(peaceful, 0.99):.1f}: "
              f"p99 {percentile(disturbed, 0.99) / percentile(peaceful, 0.99):.1f} times")
    faults = jobs.faults + calm.faults
    for fault in faults[:20]:
        print("FAULT", fault)
    if len(jobs.acknowledged) != count:
        sys.exit(f"{len(jobs.acknowledged)} of {count} jobs were acknowledged")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
