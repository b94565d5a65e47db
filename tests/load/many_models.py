"""Many small models with memory for a part of them: all answer, and rightly; the least used leave and come back; memory stays."""
import json
import random
import re
import time

import models
import service


def run(scoreway, full, report):
    count, requests, limit = (5_000, 1_000_000, "500MB") if full else (400, 40_000, "500MB")
    everything(scoreway, full, count, requests, limit, report)
    everything(scoreway, full, 300, 10_000, "2MB", report, leaves=True)


def everything(scoreway, full, count, requests, limit, report, leaves=False):
    name = f"{count} models within {limit}"
    with service.Server(scoreway, "--model-memory", limit) as server:
        client = service.Client(server.address)
        started = time.monotonic()
        for i in range(count):
            status, body = client.call(service.request("POST", f"/v1/models/line{i}/versions", models.linear(i)))
            if status != 201:
                raise RuntimeError(f"push: {status} {body[:400]}")
        pushed_seconds = time.monotonic() - started
        wrong = 0
        started = time.monotonic()
        for i in range(count):
            wrong += ask(client, i) != i + 2
        first_seconds = time.monotonic() - started
        draw = random.Random(3)
        warm_up = requests // 5
        started = time.monotonic()
        for k in range(requests):
            if k == warm_up:
                before = server.resident_bytes()
            # Few are asked for often, most seldom.
            i = int(count * draw.random() ** 3)
            wrong += ask(client, i) != i + 2
        seconds = time.monotonic() - started
        growth = server.resident_bytes() / before - 1
        metrics = client.call(service.request("GET", "/metrics"))[1].decode()
        unloads = metric(metrics, "scoreway_model_unloads_total")
        loaded = metric(metrics, "scoreway_models_loaded_bytes")
        print(f"{name}: pushed in {pushed_seconds:.1f} s, all asked once in {first_seconds:.1f} s, then {requests} requests in "
              f"{seconds:.1f} s; {unloads:.0f} left, {loaded / 1e6:.1f} MB of models, {server.resident_bytes() / 1e6:.0f} MB resident")
        report(f"{name}: wrong answers", wrong, at_most=0)
        report(f"{name}: growth of memory", growth, at_most=0.02 if full else 0.05)
        if leaves:
            report(f"{name}: have left and come back", unloads, at_least=count)


def ask(client, i):
    status, body = client.call(service.request("POST", f"/v1/models/line{i}:predict", b'{"rows":[{"x":1}]}'))
    return json.loads(body)["rows"][0].get("y") if status == 200 else None


def metric(text, name):
    return float(re.search(rf"^{name} (\S+)$", text, re.MULTILINE)[1])
