#!/usr/bin/env python3
"""HTTP: what one request costs the server, beside two null endpoints, which parse a request and answer a fixed body, and
beside FastAPI with ONNX Runtime. One null endpoint is written plainly with the HTTP library that we use (Boost.Beast);
the other is our own HTTP core, which gets more out of that library, with nothing behind it.

    bench/http/run.py BUILD_FOLDER [--seconds 3] [--rounds 5] [--json FILE]

Serves examples/wine with one thread, sends its first row over and over, and reads the server's processor time from /proc before and
after. The servers take turns, round by round, so that a busy machine troubles all alike; the median round counts. Every
answer is checked by the client; the first one here, against scikit-learn's.

Then Scoreway and Beast's null endpoint are sent requests at even times on 16 connections, at a rate that keeps the processor
of the slower of them half busy, by what requests cost on one connection, and their p99 are compared.
"""
import argparse
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
WINE = ROOT / "examples" / "wine"
GOAL = 1.5
GOAL_P99 = 1.5
CONNECTIONS = (1, 16)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024


class Server:
    """A started server. `tolerance` bounds the relative difference of its answers from scikit-learn's; None: not checked."""

    def __init__(self, name, command, path, address, tolerance=None):
        self.name, self.path, self.tolerance = name, path, tolerance
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.address = address(self.process)
        self.rounds = {count: [] for count in CONNECTIONS}

    def load(self, client, body, connections, seconds, *rate):
        before = cpu_seconds(self.process.pid)
        out = subprocess.run([*client, self.address, self.path, body, str(connections), str(seconds), *map(str, rate)], check=True,
                             capture_output=True, text=True).stdout
        result = json.loads(out)
        result["cpu_micros"] = (cpu_seconds(self.process.pid) - before) * 1e6 / result["requests"]
        return result

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=30)


def start_null(name, *command):
    return Server(name, command, "/", lambda process: "127.0.0.1:" + process.stdout.readline().decode().strip())


def start_scoreway(build, folder):
    def address(_):
        file = folder / "address"
        while not (file.exists() and file.read_text().strip()):
            time.sleep(0.001)
        return file.read_text().strip()

    env = ["env", f"SCOREWAY_REGISTRY={folder / 'registry.db'}"]
    scoreway = build / "bin/scoreway"
    subprocess.run([*env, scoreway, "push", "wine", WINE / "model.pkl"], check=True, stdout=subprocess.DEVNULL)
    command = [scoreway, "serve", "--port", "0", "--threads", "1", "--address-file", folder / "address"]
    return Server("scoreway", [*env, *command], "/v1/models/wine:predict", address, 1e-12)


def start_fastapi():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, ROOT / "bench/http/fastapi_server.py", str(port)]
    return Server("fastapi + ort", command, "/predict", lambda _: f"127.0.0.1:{port}", 1e-5)


def first_row(server, body, deadline_seconds=60):
    """The first row of the answer, asked for again until the server is up."""
    request = urllib.request.Request(f"http://{server.address}{server.path}", data=body.read_bytes(),
                                     headers={"content-type": "application/json"})
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return json.load(response)["rows"][0]
        except urllib.error.URLError:
            if time.monotonic() - server.started > deadline_seconds or server.process.poll() is not None:
                sys.exit(f"{server.name} does not come up")
            time.sleep(0.001)


def check_answer(server, body):
    """Seconds from exec to the first answer, which must be scikit-learn's."""
    row = first_row(server, body)
    seconds = time.monotonic() - server.started
    names, cells = [line.split(",") for line in (WINE / "expected.csv").read_text().splitlines()[:2]]
    for name, cell in zip(names, cells):
        if isinstance(row[name], str):
            same = row[name] == cell
        else:
            same = abs(row[name] - float(cell)) <= server.tolerance * max(1, abs(float(cell)))
        if not same:
            sys.exit(f"{server.name}: {name} is {row[name]}, scikit-learn says {cell}")
    return seconds


# A client that watches the clock would keep a server from a processor that they share.
SERVERS_PROCESSOR, CLIENT_PROCESSOR = 0, os.cpu_count() - 1


def pin(pid, processor):
    for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {processor})


def half_load(client, body, beast, ours, options):
    """The rate, and the two p99 at it: of each the median round."""
    for server in (beast, ours):
        pin(server.process.pid, SERVERS_PROCESSOR)
    client = ["taskset", "--cpu-list", str(CLIENT_PROCESSOR), *client]
    rate = 1e6 / max(statistics.median(r["cpu_micros"] for r in server.rounds[1]) for server in (beast, ours)) / 2
    rounds = [[server.load(client, body, 16, options.seconds, rate)["micros_p99"] for server in (beast, ours)]
              for _ in range(options.rounds)]
    return rate, *(statistics.median(values) for values in zip(*rounds))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    build = options.build.resolve()
    client = [build / "bin/load_client"]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        body = folder / "body.json"
        body.write_text('{"rows":[%s]}' % (WINE / "rows.jsonl").read_text().splitlines()[0])
        servers = [start_null("null: Beast", build / "bin/beast_null_server", "0"),
                   start_null("null: our core", build / "bin/null_server", "0", "1")]
        try:
            first_answer = {}
            for start in (lambda: start_scoreway(build, folder), start_fastapi):
                servers.append(start())
                first_answer[servers[-1].name] = check_answer(servers[-1], body)
            for server in servers:
                server.load(client, body, 16, 0.5)  # warm up
            for _ in range(options.rounds):
                for server in servers:
                    for connections, rounds in server.rounds.items():
                        rounds.append(server.load(client, body, connections, options.seconds))
            rate, beast_p99, our_p99 = half_load(client, body, servers[0], servers[2], options)
            resident = {server.name: resident_megabytes(server.process.pid) for server in servers}
        finally:
            statuses = {server.name: server.stop() for server in servers}

    figures = {"first_answer_seconds": first_answer, "resident_megabytes": resident, "servers": {}}
    print(f"{'server':<16}{'connections':>12}{'CPU us/request':>16}{'requests/s':>12}{'p50 us':>9}{'p99 us':>9}")
    for server in servers:
        for connections, rounds in server.rounds.items():
            row = {key: statistics.median(r[key] for r in rounds) for key in ("cpu_micros", "micros_p50", "micros_p99")}
            row["requests_per_second"] = statistics.median(r["requests"] / r["seconds"] for r in rounds)
            figures["servers"].setdefault(server.name, {})[connections] = row
            latency = f"{row['micros_p50']:>9.0f}{row['micros_p99']:>9.0f}" if connections == 1 else ""
            print(f"{server.name:<16}{connections:>12}{row['cpu_micros']:>16.2f}{row['requests_per_second']:>12.0f}{latency}")
    beast, core, ours, theirs = (figures["servers"][server.name] for server in servers)
    figures["cpu_ratio"] = {count: ours[count]["cpu_micros"] / beast[count]["cpu_micros"] for count in CONNECTIONS}
    for count in CONNECTIONS:
        cpu = ours[count]["cpu_micros"]
        print(f"{count} connections: CPU per request {cpu / beast[count]['cpu_micros']:.2f} times Beast's null endpoint (goal:"
              f" at most {GOAL}), {cpu / core[count]['cpu_micros']:.2f} times our own core's; FastAPI with ONNX Runtime takes"
              f" {theirs[count]['cpu_micros'] / cpu:.0f} times ours")
    figures["half_load"] = {"rate": rate, "beast_p99": beast_p99, "p99": our_p99, "ratio": our_p99 / beast_p99}
    print(f"half load, {rate:.0f} requests/s: p99 {our_p99:.0f} us, Beast's null endpoint {beast_p99:.0f} us, {our_p99 / beast_p99:.2f} times"
          f" (goal: at most {GOAL_P99})")
    for name, seconds in first_answer.items():
        print(f"{name}: {seconds * 1000:.0f} ms from start to first answer, {resident[name]:.1f} MB resident")
    print("(goals: 100 ms, 40 MB)")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n")
    reached = max(figures["cpu_ratio"].values()) <= GOAL and figures["half_load"]["ratio"] <= GOAL_P99
    return 0 if reached and statuses["scoreway"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
