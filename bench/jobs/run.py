#!/usr/bin/env python3
"""Jobs over SQLite, or over the queue of a URL: how many a core does from submission to answers, and what the queue adds when nothing
else happens.

    bench/jobs/run.py SCOREWAY [--queue URL] [--jobs N] [--connections N] [--rows N]
    tests/with_kafka.sh sh -c 'bench/jobs/run.py SCOREWAY --queue kafka://$SCOREWAY_TEST_KAFKA/bench'

Throughput counts the processor seconds of the server alone, in one process with both roles. Latency is that of one job at a time, with gateway
and worker in processes of their own: from sending it to reading its answers, less that of :predict with the same row. The answers are compared
with those of :predict.
"""
import argparse
import http.client
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WINE = ROOT / "examples" / "wine"
CSV = {"content-type": "text/csv"}


def start(scoreway, registry, queue, folder, role):
    file = folder / role
    process = subprocess.Popen([scoreway, "serve", "--registry", registry, *queue, "--role", role, "--port", "0", "--address-file", file,
                                "--threads", "1", "--job-threads", "1"], stderr=subprocess.DEVNULL)
    while not (file.exists() and file.read_text().strip()):
        if process.poll() is not None:
            raise RuntimeError(f"the server ends with status {process.returncode}")
        time.sleep(0.01)
    return process, file.read_text().strip()


def stop(process):
    process.terminate()
    process.wait()


def ask(connection, method, path, body=None, headers=None):
    connection.request(method, path, body, headers or {})
    response = connection.getresponse()
    return response.status, response.read()


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def throughput(address, process, jobs, connections, text):
    ids, lock, left = [], threading.Lock(), [jobs]

    def submit():
        connection = http.client.HTTPConnection(address)
        while True:
            with lock:
                if left[0] == 0:
                    return
                left[0] -= 1
            status, answer = ask(connection, "POST", "/v1/models/wine:submit", text, CSV)
            assert status == 202, answer
            with lock:
                ids.append(json.loads(answer)["id"])

    connection = http.client.HTTPConnection(address)
    expected = ask(connection, "POST", "/v1/models/wine:predict", text, {**CSV, "accept": "application/jsonl"})[1]
    cpu, began = cpu_seconds(process), time.monotonic()
    threads = [threading.Thread(target=submit) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    submitted = time.monotonic() - began
    for job in ids:
        while json.loads(ask(connection, "GET", f"/v1/jobs/{job}")[1])["state"] in ("queued", "running"):
            time.sleep(0.001)
    seconds, cpu = time.monotonic() - began, cpu_seconds(process) - cpu
    for job in ids[:: max(len(ids) // 200, 1)]:
        answer = ask(connection, "GET", f"/v1/jobs/{job}/result", headers={"accept": "application/jsonl"})[1]
        assert answer == expected, answer
    print(f"throughput  {jobs} jobs, {connections} connections: submitted in {submitted:.2f} s, answered after {seconds:.2f} s "
          f"({jobs / seconds:.0f}/s); {cpu / jobs * 1e6:.0f} us of processor a job with looking at each: {jobs / cpu:.0f} jobs/s a core")


def latency(gateway, count, text):
    connection = http.client.HTTPConnection(gateway)
    direct, acknowledged, whole = [], [], []
    for i in range(count):
        began = time.monotonic()
        ask(connection, "POST", "/v1/models/wine:predict", text, CSV)
        direct.append(time.monotonic() - began)
        began = time.monotonic()
        answer = json.loads(ask(connection, "POST", "/v1/models/wine:submit", text, CSV)[1])
        acknowledged.append(time.monotonic() - began)
        while ask(connection, "GET", f"/v1/jobs/{answer['id']}/result")[0] == 409:
            pass
        whole.append(time.monotonic() - began)
        time.sleep(0.003)
    added = sorted(w - statistics.median(direct) for w in whole)
    print(f"latency     {count} jobs one by one: :predict {statistics.median(direct) * 1e3:.2f} ms, submit answered after "
          f"{statistics.median(acknowledged) * 1e3:.2f} ms; the queue adds p50 {added[count // 2] * 1e3:.2f} ms, "
          f"p99 {added[int(count * 0.99)] * 1e3:.2f} ms")


def flush_seconds(folder):
    with open(folder / "flush", "wb") as file:
        began = time.monotonic()
        for _ in range(100):
            file.write(b"x" * 4096)
            file.flush()
            os.fdatasync(file.fileno())
        return (time.monotonic() - began) / 100


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("scoreway", type=os.path.abspath)
    parser.add_argument("--queue", metavar="URL", help="as of `scoreway serve --job-queue`; by default in the registry's file")
    parser.add_argument("--jobs", type=int, default=5000)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--rows", type=int, default=1)
    parser.add_argument("--folder", help="where the registry lies; by default in the folder for temporary files")
    arguments = parser.parse_args()
    text = "".join((WINE / "rows.csv").read_text().splitlines(keepends=True)[: arguments.rows + 1])
    with tempfile.TemporaryDirectory(dir=arguments.folder) as name:
        folder = pathlib.Path(name)
        registry = folder / "registry.db"
        queue = [] if arguments.queue is None else ["--job-queue", arguments.queue]
        subprocess.run([arguments.scoreway, "push", "--registry", registry, "wine", WINE / "model.pkl"], check=True,
                       stdout=subprocess.DEVNULL)
        print(f"disk        a flush takes {flush_seconds(folder) * 1e3:.2f} ms")
        process, address = start(arguments.scoreway, registry, queue, folder, "all")
        throughput(address, process, arguments.jobs, arguments.connections, text)
        stop(process)
        gateway, address = start(arguments.scoreway, registry, queue, folder, "gateway")
        worker, _ = start(arguments.scoreway, registry, queue, folder, "worker")
        latency(address, 300, text)
        stop(gateway)
        stop(worker)


if __name__ == "__main__":
    main()
