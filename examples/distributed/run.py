#!/usr/bin/env python3
"""Scoreway spread over processes as over machines: two gateways, three workers and a scheduler, over three real Cassandra
nodes and a real Kafka broker, all on this machine.

  examples/distributed/run.py [--scoreway PATH] [--jobs N] [--directory DIR]

Submits jobs to either gateway and meanwhile ends, with kill -9, a gateway, two workers, the scheduler, a node of Cassandra and
the broker, and starts them again. Then reads every job: each has ended once, with an answer for each of its rows. Needs what
`tools/install_packages test` brings (Java and Maven), and some 4 GB of memory.
"""
import argparse
import http.client
import json
import pathlib
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WINE = ROOT / "examples" / "wine"
CASSANDRA_PORT, KAFKA_PORT = 19642, 19692
LEASE_SECONDS = 3
WAIT_SECONDS_MAX = 300


class Process:
    """One `scoreway serve`; started anew it is a new process at a new port."""

    def __init__(self, options, url, role, number):
        self.name = f"{role}{number}"
        self.file, self.log = options.directory / self.name, options.directory / f"{self.name}.log"
        self.command = [options.scoreway, "serve", "--registry", url, "--role", role, "--job-queue",
                        f"kafka://127.0.0.1:{KAFKA_PORT}/scoreway-jobs", "--job-lease", str(LEASE_SECONDS), "--job-threads", "1",
                        "--threads", "1", "--port", "0", "--address-file", self.file]
        self.process = None

    def start(self):
        self.file.unlink(missing_ok=True)
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, stderr=self.log.open("a"))

    def address(self):
        deadline = time.monotonic() + 60
        while not (self.file.exists() and self.file.read_text().strip()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{self.name} does not come up; see {self.log}")
            time.sleep(0.02)
        return self.file.read_text().strip()

    def end(self, how):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(60)


def ask(gateways, method, path, body=None, headers=None):
    """One answer of any gateway: of the next where one is down. The same key makes sure that asking twice submits once."""
    deadline = time.monotonic() + 120
    turn = ask.turn = getattr(ask, "turn", 0) + 1
    while time.monotonic() < deadline:
        gateway = gateways[turn % len(gateways)]
        turn += 1
        try:
            connection = http.client.HTTPConnection(gateway.address(), timeout=30)
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            status, answer = response.status, response.read()
            if status not in (503, 504):
                return status, json.loads(answer)
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.05)
    sys.exit(f"no gateway answers {method} {path}")


def run(*command):
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)


def submit(gateways, number, rows):
    status, job = ask(gateways, "POST", "/v1/models/wine:submit", rows,
                      {"content-type": "text/csv", "idempotency-key": f"example-{number}"})
    if status != 202:
        sys.exit(f"job {number} was answered with {status}: {job}")
    return job["id"]


def wait_for(gateways, ids):
    states, deadline = {}, time.monotonic() + WAIT_SECONDS_MAX
    while len(states) < len(ids) and time.monotonic() < deadline:
        for job in ids:
            if job in states:
                continue
            _, view = ask(gateways, "GET", f"/v1/jobs/{job}")
            if view["state"] not in ("queued", "running"):
                states[job] = view
        print(f"\r  {len(states)} of {len(ids)} have ended", end="", flush=True)
        time.sleep(0.2)
    print()
    return states


def play(options, cassandra, kafka):
    url = f"cassandra://127.0.0.1:{CASSANDRA_PORT},127.0.0.2:{CASSANDRA_PORT},127.0.0.3:{CASSANDRA_PORT}/scoreway?rf=3"
    print("starting three nodes of Cassandra and a broker of Kafka", flush=True)
    run(*cassandra, "start", 3)
    run(*kafka, "start")
    run(options.scoreway, "store", "init", "--registry", url)
    run(options.scoreway, "push", "--registry", url, "wine", WINE / "model.pkl")

    processes = {name + str(i): Process(options, url, name, i)
                 for name, count in (("gateway", 2), ("worker", 3), ("scheduler", 1)) for i in range(1, count + 1)}
    try:
        for process in processes.values():
            process.start()
        for process in processes.values():
            print(f"  {process.name} listens at {process.address()}")
        gateways = [processes["gateway1"], processes["gateway2"]]

        def kill(*names):
            for name in names:
                processes[name].end(signal.SIGKILL)
            print(f"  killed {', '.join(names)}", flush=True)

        def start(*names):
            for name in names:
                processes[name].start()
            print(f"  started {', '.join(names)} again", flush=True)

        acts = [("killed node 2 of Cassandra", lambda: run(*cassandra, "kill", 2)),
                ("", lambda: kill("gateway1", "worker1")), ("", lambda: start("gateway1", "worker1")),
                ("killed the broker", lambda: run(*kafka, "kill")), ("", lambda: kill("worker2", "scheduler1")),
                ("started node 2 again", lambda: run(*cassandra, "restart", 2)),
                ("started the broker again", lambda: run(*kafka, "restart")), ("", lambda: start("worker2", "scheduler1"))]
        rows = (WINE / "rows.csv").read_text()
        row_count = len(rows.splitlines()) - 1
        print(f"submitting {options.jobs} jobs of {row_count} rows")
        ids, began = [], time.monotonic()
        for number in range(options.jobs):
            if acts and number >= (9 - len(acts)) * options.jobs // 9:
                text, act = acts.pop(0)
                act()
                if text:
                    print(f"  {text}, after {number} jobs", flush=True)
            ids.append(submit(gateways, number, rows))
        print(f"all are acknowledged, after {time.monotonic() - began:.1f} s")
        states = wait_for(gateways, ids)

        faults = [f"{job} did not end" for job in ids if job not in states]
        faults += [f"{job}: {view}" for job, view in states.items() if view["state"] != "succeeded" or view["rows"] != row_count]
        first = None
        for job in ids:
            _, result = ask(gateways, "GET", f"/v1/jobs/{job}/result")
            first = first or result["rows"]
            if result["rows"] != first or len(first) != row_count:
                faults.append(f"{job} has other answers than the first job")
        if len(set(ids)) != len(ids):
            faults.append("two submissions have the same id")
        for fault in faults[:10]:
            print("FAULT", fault)
        if not faults:
            tries = sum(view["attempts"] > 1 for view in states.values())
            print(f"{len(ids)} jobs have ended, each once, with {row_count} answers; {tries} of them took more than one try")
        return 1 if faults else 0
    finally:
        for process in processes.values():
            process.end(signal.SIGTERM)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scoreway", default=ROOT / "build" / "release" / "bin" / "scoreway")
    parser.add_argument("--jobs", type=int, default=300)
    parser.add_argument("--directory", type=pathlib.Path, default=ROOT / "build" / "distributed", help="data and logs")
    options = parser.parse_args()
    options.directory.mkdir(parents=True, exist_ok=True)
    cassandra = [ROOT / "tools" / "cassandra", "--port", CASSANDRA_PORT, "--directory", options.directory / "cassandra"]
    kafka = [ROOT / "tools" / "kafka", "--port", KAFKA_PORT, "--directory", options.directory / "kafka"]
    try:
        return play(options, cassandra, kafka)
    finally:
        run(*kafka, "stop")
        run(*cassandra, "stop")


if __name__ == "__main__":
    sys.exit(main())
