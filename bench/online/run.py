#!/usr/bin/env python3
"""Online prediction: what a request costs the server's processors, beside what others serve the same models with.

    bench/online/run.py BUILD_FOLDER WORK_FOLDER [--seconds 2] [--rounds 3] [--models linear ...] [--servers scoreway ...]

Five kinds of model, trained by bench/inprocess/models.py; requests of 1 and 64 rows on 1, 16 and 64 connections. The servers are up
together and take turns, cell by cell, so that a busy machine troubles all alike; the median round counts. Processor time is user and
system time of the server's processes from /proc. Every server's first answers are compared with scikit-learn's, and the client
compares every answer with the first. The null endpoint is Boost.Beast's, which answers a fixed body.

Each system is asked in its own way: Scoreway and MLServer by the Open Inference Protocol, the others by {"rows":[[...]]}.
"""
import argparse
import json
import os
import pathlib
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import answers

HERE = pathlib.Path(__file__).resolve().parent
ROWS = (1, 64)
CONNECTIONS = (1, 16, 64)
TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    """Three ports that are free, of those that connections are not given by themselves: the servers that come up later take some
    of these."""
    while True:
        port = random.randrange(20_000, 30_000)
        try:
            for each in range(port, port + 3):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", each))
            return port
        except OSError:
            pass


def processes_of(root):
    """Ids of a process and of all that it started, and they, with their ticks of processor time."""
    parents, ticks = {}, {}
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents[int(folder.name)], ticks[int(folder.name)] = int(fields[1]), int(fields[11]) + int(fields[12])

    def is_of_root(pid):
        while pid != root and pid in parents:
            pid = parents[pid]
        return pid == root

    return {pid: count for pid, count in ticks.items() if is_of_root(pid)}


def cpu_seconds(root):
    return sum(processes_of(root).values()) / TICK


def body_of_rows(rows):
    return json.dumps({"rows": rows})


def body_of_tensors(rows):
    """One tensor for numbers; a tensor a column where there are texts. With an id of ours the answers are alike."""
    if not any(isinstance(cell, str) for cell in rows[0]):
        data = [cell for row in rows for cell in row]
        return json.dumps({"id": "1", "inputs": [{"name": "x", "shape": [len(rows), len(rows[0])], "datatype": "FP64", "data": data}]})
    inputs = []
    for i, column in enumerate(zip(*rows)):
        kind = "BYTES" if any(isinstance(cell, str) for cell in column) else "FP64"
        inputs.append({"name": f"x{i}", "shape": [len(rows), 1], "datatype": kind, "data": list(column)})
    return json.dumps({"id": "1", "inputs": inputs})


def predictions(answer):
    """The numbers of an answer, whichever server gave it: the second class's probability, or the number."""
    if "predictions" in answer:
        return [cell[1] if isinstance(cell, list) else cell for cell in answer["predictions"]]
    outputs = {output["name"]: output for output in answer["outputs"]}
    for name in ("proba_1", "predict_proba", "predict"):
        if name in outputs:
            data, shape = outputs[name]["data"], outputs[name]["shape"]
            return data[1::2] if len(shape) == 2 and shape[1] == 2 else data
    raise KeyError(f"no answer among {list(outputs)}")


class Server:
    """`tolerance` bounds the relative difference from scikit-learn; None: the answer means nothing."""

    def __init__(self, name, command, path, body, tolerance, models=answers.NAMES, env=None, port=None, address=None):
        self.name, self.path, self.body, self.tolerance, self.models = name, path, body, tolerance, models
        self.process = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE if port is None and address is None else
                                        subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(env or {})},
                                        start_new_session=True)
        if address is not None:
            self.address = address()
        else:
            self.address = f"127.0.0.1:{port if port is not None else int(self.process.stdout.readline())}"

    def request(self, model, rows):
        return self.path.format(model=model), self.body(rows)

    def check(self, model, rows, expected):
        path, body = self.request(model, rows)
        request = urllib.request.Request(f"http://{self.address}{path}", body.encode(), {"content-type": "application/json"})
        end = time.monotonic() + 180
        while True:
            try:
                with urllib.request.urlopen(request, timeout=60) as response:
                    answer = json.load(response)
                break
            except urllib.error.HTTPError as error:
                if error.code not in (404, 503) or time.monotonic() > end:  # models that come up later
                    sys.exit(f"{self.name}, {model}: {error.code} {error.read()[:500]}")
            except (urllib.error.URLError, ConnectionError):
                if time.monotonic() > end or self.process.poll() is not None:
                    sys.exit(f"{self.name} does not come up")
            time.sleep(0.1)
        if self.tolerance is None:
            return
        got = predictions(answer)
        # ONNX computes in float32: a tree may split otherwise there, so a few may differ.
        wrong = sum(abs(g - e) > self.tolerance * max(1, abs(e)) for g, e in zip(got, expected))
        if len(got) != len(expected) or wrong > len(expected) * (0 if self.tolerance < 1e-6 else 0.1):
            sys.exit(f"{self.name}, {model}: {wrong} of {len(expected)} answers differ: {got[:4]} where {expected[:4]} is right")

    def load(self, client, folder, model, rows, connections, seconds):
        path, body = self.request(model, rows)
        file = folder / "body.json"
        file.write_text(body)
        before = cpu_seconds(self.process.pid)
        run = subprocess.run([client, self.address, path, file, str(connections), str(seconds)], capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f"{self.name}, {model}: {run.stderr}")
        result = json.loads(run.stdout)
        return (cpu_seconds(self.process.pid) - before) * 1e6 / result["requests"], result["micros_p50"], result["micros_p99"]

    def stop(self):
        started = processes_of(self.process.pid)
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            pass
        for pid in started:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()


def start_null(build, **_):
    return Server("null: Beast", [build / "bin/beast_null_server", "0"], "/", body_of_tensors, None)


def start_scoreway(build, models, folder, **_):
    env = {"SCOREWAY_REGISTRY": str(folder / "registry.db")}
    for name in answers.NAMES:
        subprocess.run([build / "bin/scoreway", "push", name, models / f"{name}.pkl"], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, **env})
    file = folder / "address"

    def address():
        while not (file.exists() and file.read_text().endswith("\n")):
            time.sleep(0.01)
        return file.read_text().strip()

    return Server("scoreway", [build / "bin/scoreway", "serve", "--port", "0", "--threads", "1", "--address-file", file],
                  "/v2/models/{model}/infer", body_of_tensors, 1e-9, env=env, address=address)


def start_fastapi(engine, tolerance):
    def start(models, **_):
        port = free_port()
        return Server(f"fastapi + {engine}", [sys.executable, HERE / "fastapi_server.py", port, models, engine], "/{model}", body_of_rows,
                      tolerance, port=port, env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})

    return start


def start_mlserver(models, folder, work, **_):
    port = free_port()
    subprocess.run([sys.executable, HERE / "mlserver_folder.py", models, folder / "mlserver", str(port)], check=True)
    # Its codecs do not read missing cells or objects of mixed types, so it serves the models of numbers only.
    return Server("mlserver", [work / "mlserver-venv/bin/mlserver", "start", folder / "mlserver"], "/v2/models/{model}/infer",
                  lambda rows: json.dumps(json.loads(body_of_tensors(rows)) | {"outputs": [{"name": "predict_proba"}]}), 1e-9,
                  models=[name for name in answers.NAMES if name not in ("mixed", "gbdt")], port=port,
                  env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})


def start_jpmml(build, models, folder, work):
    for name in answers.NAMES:
        subprocess.run([build / "bin/scoreway", "convert", models / f"{name}.pkl", folder / f"{name}.pmml"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    port = free_port()
    target = work / "jpmml"
    return Server("jpmml + jetty", ["java", "-Xmx2g", "-cp", f"{target}/classes:{target}/lib/*", "JpmmlServer", port, folder, *answers.NAMES],
                  "/{model}", body_of_rows, 1e-9, port=port)


NUMBERS = [name for name in answers.NAMES if name != "mixed"]
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(HERE)}


def start_bentoml(models, work, **_):
    port = free_port()
    return Server("bentoml", [work / "bentoml-venv/bin/bentoml", "serve", "bentoml_server:Peer", "--host", "127.0.0.1", "--port", port,
                              "--working-dir", HERE], "/{model}", body_of_rows, 1e-3, port=port,
                  env=ONE_THREAD | {"MODELS": str(models), "BENTOML_HOME": str(work / "bentoml"), "BENTOML_DO_NOT_TRACK": "1"})


def start_ray(models, work, **_):
    port = free_port()
    return Server("ray serve", [work / "ray-venv/bin/python", HERE / "ray_server.py", port, models], "/{model}", body_of_rows, 1e-3, port=port,
                  env=ONE_THREAD | {"RAY_USAGE_STATS_ENABLED": "0"})


def start_triton(models, work, **_):
    port = free_port()
    return Server("triton (pytriton)", [work / "pytriton-venv/bin/python", HERE / "triton_server.py", port, models, *NUMBERS],
                  "/v2/models/{model}/infer", body_of_tensors, 1e-3, models=NUMBERS, port=port, env=ONE_THREAD)


def start_mlflow(models, folder, work, **_):
    """A server for each model: that is how it serves."""
    venv = work / "mlflow-venv/bin"
    subprocess.run([venv / "python", HERE / "mlflow_models.py", models, folder / "mlflow", *answers.NAMES], check=True, stderr=subprocess.DEVNULL)

    def body(rows):
        if not any(isinstance(cell, str) for cell in rows[0]):
            return json.dumps({"inputs": rows})
        return json.dumps({"dataframe_split": {"columns": [str(i) for i in range(len(rows[0]))], "data": rows}})

    for model in answers.NAMES:
        port = free_port()
        yield Server("mlflow", [venv / "mlflow", "models", "serve", "-m", folder / "mlflow" / model, "--host", "127.0.0.1", "--port", port,
                                "--env-manager", "local", "--workers", "1"], "/invocations", body, 1e-9, models=[model], port=port,
                     env=ONE_THREAD | {"PATH": f"{venv}:{os.environ['PATH']}"})


STARTS = {"null": start_null, "scoreway": start_scoreway, "fastapi-onnxruntime": start_fastapi("onnxruntime", 1e-3),
          "fastapi-sklearn": start_fastapi("sklearn", 1e-9), "mlserver": start_mlserver, "jpmml": start_jpmml,
          "bentoml": start_bentoml, "mlflow": start_mlflow, "ray": start_ray, "triton": start_triton}


def measure(servers, client, folder, models, options):
    """CPU microseconds, p50 and p99 by server, model, rows and connections."""
    figures = {}
    for model in options.models:
        for count in ROWS:
            rows = answers.rows_of(models, model, count)
            expected = answers.expected(models, model, count)
            asked = [server for server in servers if model in server.models]
            for server in asked:
                server.check(model, rows, expected)
                server.load(client, folder, model, rows, 16, options.warm_up)
            rounds = {}
            for _ in range(options.rounds):
                for connections in CONNECTIONS:
                    for server in asked:
                        cell = server.load(client, folder, model, rows, connections, options.seconds)
                        rounds.setdefault((server.name, connections), []).append(cell)
            for (name, connections), cells in rounds.items():
                figures[name, model, count, connections] = [statistics.median(values) for values in zip(*cells)]
            report(figures, model, count, [server.name for server in asked])
    return figures


def report(figures, model, count, names):
    print(f"\n{model}, {count} row{'s' if count > 1 else ''} a request: CPU us a request (and p50, p99 us of one connection)")
    for name in names:
        cells = [figures[name, model, count, connections] for connections in CONNECTIONS]
        ours = [figures["scoreway", model, count, connections][0] for connections in CONNECTIONS] if "scoreway" in names else [1] * 3
        ratio = "".join(f"{cell[0] / max(own, 1e-9):>8.2f}x" for cell, own in zip(cells, ours))
        print(f"  {name:<24}" + "".join(f"{cell[0]:>10.1f}" for cell in cells) + f"{cells[0][1]:>10.0f}{cells[0][2]:>8.0f}   of ours:{ratio}",
              flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--warm-up", type=float, default=4, help="seconds; the virtual machine of Java needs them")
    parser.add_argument("--models", nargs="+", choices=answers.NAMES, default=answers.NAMES)
    parser.add_argument("--servers", nargs="+", choices=list(STARTS), default=list(STARTS))
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    build, work = options.build.resolve(), options.work.resolve()
    models = work / "models"
    missing = [name for name in answers.NAMES if not (models / f"{name}.onnx").exists()]
    if missing:
        subprocess.run([sys.executable, HERE.parent / "inprocess/models.py", models, *missing], check=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        servers = []
        try:
            for each in options.servers:
                started = STARTS[each](build=build, models=models, folder=folder, work=work)
                for server in [started] if isinstance(started, Server) else started:
                    servers.append(server)
            figures = measure(servers, build / "bin/load_client", folder, models, options)
        finally:
            for server in servers:
                server.stop()
    if options.json:
        options.json.write_text(json.dumps([[*key, *value] for key, value in figures.items()], indent=1) + "\n")


if __name__ == "__main__":
    main()
