#!/usr/bin/env python3
"""gRPC: what one request costs the server, beside a null endpoint of the same library, which answers fixed bytes.

    bench/grpc/run.py BUILD_FOLDER [--seconds 3] [--rounds 5] [--json FILE]

Serves examples/wine with one scoring thread and asks for its first row over and over; the null endpoint answers with as many bytes. The
servers take turns, round by round; the median round counts, in processor time from /proc. The client compares all answers;
the first one is compared here with scikit-learn's.

Then both are sent calls at even times on 16 connections, at a rate that keeps the processor of the slower of them half busy, by what
calls cost on one connection, and their p99 are compared.
"""
import argparse
import csv
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
WINE = ROOT / "examples" / "wine"
GOAL, GOAL_P99 = 1.3, 1.5
CONNECTIONS = (1, 16)
SERVERS_PROCESSOR, CLIENT_PROCESSOR = 0, os.cpu_count() - 1


def start_on(processor, command, **options):
    return subprocess.Popen(command, preexec_fn=lambda: os.sched_setaffinity(0, {processor}), **options)


def make_messages(folder):
    """Python's classes of the messages."""
    from grpc_tools import protoc
    if protoc.main(["protoc", f"-I{ROOT / 'api'}", f"--python_out={folder}", "open_inference.proto"]) != 0:
        sys.exit("protoc failed")
    sys.path.insert(0, str(folder))
    import open_inference_pb2
    return open_inference_pb2


def make_request(messages):
    request = messages.ModelInferRequest(model_name="wine", id="1")
    for name, value in json.loads((WINE / "rows.jsonl").read_text().splitlines()[0]).items():
        tensor = request.inputs.add(name=name, shape=[1])
        if isinstance(value, str):
            tensor.datatype = "BYTES"
            tensor.contents.bytes_contents.append(value.encode())
        else:
            tensor.datatype = "FP64"
            tensor.contents.fp64_contents.append(float("nan") if value is None else value)
    return request.SerializeToString()


def check(messages, data):
    """The answer must be scikit-learn's."""
    expected = next(csv.DictReader((WINE / "expected.csv").open()))
    outputs = {tensor.name: tensor for tensor in messages.ModelInferResponse.FromString(data).outputs}
    for name, cell in expected.items():
        contents = outputs[name].contents
        if contents.bytes_contents:
            same = contents.bytes_contents[0].decode() == cell
        else:
            number = [*contents.fp64_contents, *contents.int64_contents, *contents.fp32_contents][0]
            same = abs(number - float(cell)) <= 1e-12 * max(1, abs(float(cell)))
        if not same:
            sys.exit(f"{name} is {contents}, scikit-learn says {cell}")


class Server:
    def __init__(self, name, process, port):
        self.name, self.process, self.address = name, process, f"127.0.0.1:{port}"
        self.rounds = {count: [] for count in CONNECTIONS}

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def load(self, client, folder, connections, seconds, *rate):
        before = self.cpu_seconds()
        process = start_on(CLIENT_PROCESSOR, [client, self.address, folder / "request", str(connections), str(seconds),
                                              folder / f"answer of {self.name}", *map(str, rate)], stdout=subprocess.PIPE, text=True)
        out, _ = process.communicate()
        if process.returncode != 0:
            sys.exit(f"the client of {self.name} ends with status {process.returncode}")
        result = json.loads(out)
        result["cpu_micros"] = (self.cpu_seconds() - before) * 1e6 / result["requests"]
        return result


def start_scoreway(build, folder):
    env = {**os.environ, "SCOREWAY_REGISTRY": str(folder / "registry.db")}
    scoreway, address = build / "bin/scoreway", folder / "address"
    subprocess.run([scoreway, "push", "wine", WINE / "model.pkl"], check=True, stdout=subprocess.DEVNULL, env=env)
    process = start_on(SERVERS_PROCESSOR, [scoreway, "serve", "--port", "0", "--grpc-port", "0", "--threads", "1", "--address-file", address],
                       env=env, stderr=subprocess.DEVNULL)
    while not (address.exists() and len(address.read_text().splitlines()) == 2):
        if process.poll() is not None:
            sys.exit("scoreway does not come up")
        time.sleep(0.01)
    return Server("scoreway", process, address.read_text().splitlines()[1].rsplit(":", 1)[1])


def start_null(build, answer):
    process = start_on(SERVERS_PROCESSOR, [build / "bin/grpc_null_server", answer], stdout=subprocess.PIPE, text=True)
    return Server("null: gRPC", process, process.stdout.readline().strip())


def half_load(servers, client, folder, options):
    """The rate, and the p99 of each server at it: the median round."""
    rate = 1e6 / max(statistics.median(r["cpu_micros"] for r in server.rounds[1]) for server in servers) / 2
    rounds = [[server.load(client, folder, 16, options.seconds, rate)["micros_p99"] for server in servers] for _ in range(options.rounds)]
    return rate, [statistics.median(values) for values in zip(*rounds)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    build = options.build.resolve()
    client = build / "bin/grpc_load_client"
    if not client.exists():
        sys.exit("built without gRPC: tools/install_packages test brings it")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        messages = make_messages(folder)
        (folder / "request").write_bytes(make_request(messages))
        ours = start_scoreway(build, folder)
        servers = [ours]
        try:
            ours.load(client, folder, 1, 0.5)
            answer = folder / f"answer of {ours.name}"
            check(messages, answer.read_bytes())
            servers.insert(0, start_null(build, answer))
            for server in servers:
                server.load(client, folder, 16, 0.5)  # warm up
            for _ in range(options.rounds):
                for server in servers:
                    for connections, rounds in server.rounds.items():
                        rounds.append(server.load(client, folder, connections, options.seconds))
            rate, p99 = half_load(servers, client, folder, options)
        finally:
            for server in servers:
                server.process.terminate()
            statuses = [server.process.wait(timeout=30) for server in servers]

    figures = {}
    print(f"{'server':<12}{'connections':>12}{'CPU us/request':>16}{'requests/s':>12}{'p50 us':>9}{'p99 us':>9}")
    for server in servers:
        for connections, rounds in server.rounds.items():
            row = {key: statistics.median(r[key] for r in rounds) for key in ("cpu_micros", "micros_p50", "micros_p99")}
            row["requests_per_second"] = statistics.median(r["requests"] / r["seconds"] for r in rounds)
            figures.setdefault(server.name, {})[connections] = row
            print(f"{server.name:<12}{connections:>12}{row['cpu_micros']:>16.2f}{row['requests_per_second']:>12.0f}"
                  f"{row['micros_p50']:>9.0f}{row['micros_p99']:>9.0f}")
    ratios = {count: figures["scoreway"][count]["cpu_micros"] / figures["null: gRPC"][count]["cpu_micros"] for count in CONNECTIONS}
    for count, ratio in ratios.items():
        print(f"{count} connections: CPU per request {ratio:.2f} times that of the null endpoint (goal: at most {GOAL})")
    p99_ratio = p99[1] / p99[0]
    print(f"half load, {rate:.0f} calls/s: p99 {p99[1]:.0f} us, the null endpoint {p99[0]:.0f} us, {p99_ratio:.2f} times (goal: at most {GOAL_P99})")
    if options.json:
        half = {"rate": rate, "null_p99": p99[0], "p99": p99[1], "ratio": p99_ratio}
        options.json.write_text(json.dumps({"servers": figures, "cpu_ratio": ratios, "half_load": half}, indent=1) + "\n")
    return 0 if max(ratios.values()) <= GOAL and p99_ratio <= GOAL_P99 and not any(statuses) else 1


if __name__ == "__main__":
    sys.exit(main())
