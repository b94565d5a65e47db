#!/usr/bin/env python3
"""Three schedulers over one registry, and kill -9 of the one at work when a stored batch has fired: each kind of trigger must fire once,
and the answers must be there once and right.

    tests/batches_crash.py SCOREWAY [ROUNDS [wait-for-cron]]

A round has each kind once: by hand, row count, age, a new version, a moved alias, cron. Answers go to files and to a table of SQLite
in turn. As cron's times are a minute apart, a time is made due by taking back, in the registry, until when cron was looked at;
with `wait-for-cron` the test waits for the minute to pass.
"""
import csv
import http.client
import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
WINE = ROOT / "examples" / "wine"
REPEATS = 1000  # of the example's rows
KINDS = ("manual", "rows", "age", "version", "move", "cron")


class Process:
    """One `scoreway serve`, started anew after each kill."""

    def __init__(self, scoreway, folder, role, name, *options):
        self.name, self.file = name, folder / f"{name}.address"
        self.command = [scoreway, "serve", "--registry", folder / "registry", "--role", role, "--threads", "1", "--port", "0",
                        "--address-file", self.file, "--instance", name, *options]
        self.log = open(folder / f"{name}.log", "a")
        self.start()

    def start(self):
        self.file.unlink(missing_ok=True)
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)

    def wait(self):
        deadline = time.monotonic() + 60
        while not (self.file.exists() and self.file.read_text().strip()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{self.name} does not come up (exit status {self.process.poll()})")
            time.sleep(0.005)
        return self.file.read_text().strip()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.process.terminate()
        self.process.wait(60)


class Test:
    def __init__(self, scoreway, folder, *options):
        self.scoreway, self.folder, self.answers = scoreway, folder, folder / "answers"
        self.answers.mkdir()
        self.kills, self.hits, self.faults = 0, 0, []
        self.push()
        self.command("alias", "wine", "champion", "1")
        self.gateway = Process(scoreway, folder, "gateway", "gateway")
        self.schedulers = {name: Process(scoreway, folder, "scheduler", name, "--batch-folder", self.answers, "--batch-lease", "1", *options)
                           for name in ("scheduler-1", "scheduler-2", "scheduler-3")}
        self.connection = http.client.HTTPConnection(self.gateway.wait(), timeout=30)
        for scheduler in self.schedulers.values():
            scheduler.wait()
        with open(WINE / "rows.csv") as rows, open(WINE / "expected.csv") as expected:
            lines = rows.read().splitlines()
            self.wanted = [row["predict"] for row in csv.DictReader(expected)]
        self.header, self.lines = lines[0], lines[1:]
        self.count = REPEATS * len(self.lines)

    def command(self, *arguments):
        done = subprocess.run([self.scoreway, *arguments, "--registry", self.folder / "registry"], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"scoreway {' '.join(arguments)}: {done.stderr}")

    def push(self):
        self.command("push", "wine", str(WINE / "model.pkl"))

    def ask(self, method, path, body=None, headers={}):
        self.connection.request(method, path, body if body is None or isinstance(body, str) else json.dumps(body), headers)
        response = self.connection.getresponse()
        answer = response.read()
        if response.status >= 300:
            sys.exit(f"{method} {path}: {response.status} {answer}")
        return json.loads(answer) if answer else None

    def add_rows(self, name):
        rows = [self.header + ",id"]
        for i in range(self.count):
            rows.append(f"{self.lines[i % len(self.lines)]},{i}")
        self.ask("POST", f"/v1/batches/{name}/rows", "\n".join(rows) + "\n", {"content-type": "text/csv", "idempotency-key": name})

    def fire(self, kind, name, waits_for_cron):
        """Makes the trigger due."""
        if kind == "manual":
            self.ask("POST", f"/v1/batches/{name}:fire", "{}")
        elif kind == "version":
            self.push()
        elif kind == "move":
            status = self.ask("GET", "/v1/models/wine/aliases/champion")
            self.ask("PUT", "/v1/models/wine/aliases/champion", {"version": 3 - min(status["version"], 2)})
        elif kind == "cron" and not waits_for_cron:
            with sqlite3.connect(self.folder / "registry", timeout=30) as registry:
                where, key = "WHERE tbl = ? AND part = ? AND sort = ?", (b"batch", name.encode(), b"state")
                text = registry.execute("SELECT value FROM rows " + where, key).fetchone()[0].decode()
                until = json.loads(text)["cron_until"]
                earlier = text.replace(f'"cron_until":{until}', f'"cron_until":{until - 60}')
                registry.execute("UPDATE rows SET value = ? " + where, (earlier.encode(), *key))

    def run(self, kind, number, waits_for_cron):
        name = f"{kind}-{number}"
        is_file = (number + KINDS.index(kind)) % 2 == 0
        trigger = {"manual": {}, "rows": {"rows": self.count}, "age": {"age_seconds": 1}, "version": {"after_version": True},
                   "move": {"after_move": True}, "cron": {"cron": "* * * * *", "timezone": "Asia/Kathmandu"}}[kind]
        output = f"file:{name}-{{firing}}.csv" if is_file else f"sqlite:answers.db/{name}"
        self.ask("POST", "/v1/batches", {"name": name, "model": "wine@champion", "output": output, "keep": ["id:int64"], **trigger})
        self.add_rows(name)
        self.fire(kind, name, waits_for_cron)
        self.kill_who_works(name)
        firing = self.wait_for_end(name)
        self.check(name, kind, firing, is_file)
        self.ask("DELETE", f"/v1/batches/{name}")

    def firings(self, name):
        return self.ask("GET", f"/v1/batches/{name}/firings")["firings"]

    def kill_who_works(self, name):
        """As soon as one has claimed it; at times a little later."""
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            firings = self.firings(name)
            if firings and firings[0]["state"] != "waiting":
                time.sleep(random.choice((0, 0, random.random() * 0.1)))
                victim = self.schedulers[firings[0]["instance"]]
                victim.kill()
                self.kills += 1
                self.hits += self.firings(name)[0]["state"] == "running"
                victim.start()
                return
            time.sleep(0.002)
        sys.exit(f"{name} does not fire")

    def wait_for_end(self, name):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            firings = self.firings(name)
            view = self.ask("GET", f"/v1/batches/{name}")
            if firings[0]["state"] in ("done", "failed") and not view["unfinished"]:
                time.sleep(0.2)  # for a second firing, which there must not be
                return self.firings(name)
            time.sleep(0.02)
        sys.exit(f"{name} does not end: {firings}")

    def check(self, name, kind, firings, is_file):
        if [firing["state"] for firing in firings] != ["done"] or firings[0]["cause"] != kind:
            self.faults.append(f"{name}: {firings}")
        if is_file:
            files = sorted(path.name for path in self.answers.iterdir() if path.name.startswith(name) or path.name.startswith("." + name))
            if files != [f"{name}-00000001.csv"]:
                self.faults.append(f"{name}: files {files}")
                return
            with open(self.answers / files[0]) as file:
                answers = [(int(row["id"]), row["predict"]) for row in csv.DictReader(file)]
        else:
            with sqlite3.connect(self.answers / "answers.db") as database:
                answers = database.execute(f'SELECT id, predict FROM "{name}" ORDER BY scoreway_firing, scoreway_row').fetchall()
        wanted = [(i, self.wanted[i % len(self.wanted)]) for i in range(self.count)]
        if answers != wanted:
            self.faults.append(f"{name}: {len(answers)} answers, not those of scikit-learn for its rows")

    def end(self):
        for process in (self.gateway, *self.schedulers.values()):
            process.end()


def main():
    scoreway = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    waits_for_cron = "wait-for-cron" in sys.argv[3:]
    with tempfile.TemporaryDirectory() as folder:
        test = Test(scoreway, pathlib.Path(folder))
        for number in range(rounds):
            for kind in KINDS:
                test.run(kind, number, waits_for_cron)
        test.end()
    for fault in test.faults:
        print(fault[:2000])
    print(f"{rounds * len(KINDS)} firings of {test.count} rows by {len(KINDS)} kinds of triggers; {test.kills} schedulers killed, "
          f"{test.hits} of them before the answers were there: "
          f"{'each fired once, with its answers once' if not test.faults else str(len(test.faults)) + ' faults'}")
    return 1 if test.faults else 0


if __name__ == "__main__":
    sys.exit(main())
