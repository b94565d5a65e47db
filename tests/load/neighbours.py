"""A light model beside a large forest that is hammered and replaced again and again, and a model that is itself replaced: no
request fails, no answer is another version's, and the light model hardly notices."""
import json
import multiprocessing
import os

import models
import service


def run(scoreway, full, report):
    beside_forest(scoreway, full, report)
    while_swapping(scoreway, full, report)


def beside_forest(scoreway, full, report):
    trees, swaps = (200, 100) if full else (60, 8)
    with service.Server(scoreway) as server:
        server.push("light", models.linear(1))
        for seed in (1, 2):
            artifact = models.forest(trees, 14, seed)
            server.push("forest", artifact, "champion")
        light = service.request("POST", "/v1/models/light:predict", b'{"rows":[{"x":1}]}')
        heavy = service.request("POST", "/v2/models/forest/infer", models.forest_rows(16))
        service.latencies(server.address, light, 0.5)
        service.Client(server.address).call(heavy)
        alone = service.latencies(server.address, light, 10 if full else 5)

        results = multiprocessing.Queue()
        stop = multiprocessing.Event()
        hammers = [multiprocessing.Process(target=hammer, args=(server.address, heavy, stop, results)) for _ in range(4)]
        for each in hammers:
            each.start()
        before, seconds = server.cpu_seconds(), 10 if full else 5
        hammered = service.latencies(server.address, light, seconds)
        cores = (server.cpu_seconds() - before) / seconds
        swapper = multiprocessing.Process(target=swap, args=(server.address, "forest", swaps, results))
        swapper.start()
        beside = []
        while swapper.is_alive():
            beside += service.latencies(server.address, light, 0.5)
        resident = server.resident_bytes()
        stop.set()
        failed = sum(results.get() for _ in range(len(hammers) + 1))
        for each in hammers + [swapper]:
            each.join()
        p50, p99 = ({name: service.quantile(values, q) * 1e6 for name, values in
                     (("alone", alone), ("hammered", hammered), ("swapped", beside))} for q in (0.5, 0.99))
        print(f"neighbours: a forest of {len(artifact) / 1e6:.0f} MB hammered by 4 clients (the server used {cores:.2f} processors), then "
              f"swapped {swaps} times besides; the light model's p50 and p99 in us: alone {p50['alone']:.0f} and {p99['alone']:.0f}, hammered "
              f"{p50['hammered']:.0f} and {p99['hammered']:.0f}, swapped {p50['swapped']:.0f} and {p99['swapped']:.0f}; "
              f"{resident / 1e6:.0f} MB resident")
        # Whoever waited for a load or in a row of forests would wait for longer than this.
        report("neighbours: light p99 in ms while the forest is swapped", p99["swapped"] / 1000, at_most=10 if full else 20)
        for name in ("hammered", "swapped"):
            report(f"neighbours: light p99, {name}, by alone", p99[name] / p99["alone"], at_most=1.5 if full else float("inf"))
        report("neighbours: failed requests and swaps", failed, at_most=0)


# The clients of others are on machines of their own: here they leave the processors to the service and the light model's client.
OTHERS_NICENESS = 15


def hammer(address, data, stop, results):
    os.nice(OTHERS_NICENESS)
    client, failed = service.Client(address), 0
    while not stop.is_set():
        failed += client.call(data)[0] != 200
    results.put(failed)


def swap(address, name, count, results):
    os.nice(OTHERS_NICENESS)
    client, failed = service.Client(address), 0
    for i in range(count):
        body = json.dumps({"version": 1 + i % 2}).encode()
        failed += client.call(service.request("PUT", f"/v1/models/{name}/aliases/champion", body))[0] != 200
    results.put(failed)


def while_swapping(scoreway, full, report):
    swaps = 1000 if full else 200
    with service.Server(scoreway) as server:
        for intercept in (10, 20):
            server.push("line", models.linear(intercept), "champion")
        data = service.request("POST", "/v1/models/line:predict", b'{"rows":[{"x":1}]}')
        counts = {"wrong": 0, 12.0: 0, 22.0: 0}

        def check(status, body):
            answer = json.loads(body)["rows"][0].get("y") if status == 200 else "wrong"
            counts[answer if answer in counts else "wrong"] += 1
            return True

        results = multiprocessing.Queue()
        swapper = multiprocessing.Process(target=swap, args=(server.address, "line", swaps, results))
        swapper.start()
        while swapper.is_alive():
            service.latencies(server.address, data, 0.2, check)
        failed = results.get()
        swapper.join()
        print(f"neighbours: {sum(counts.values())} requests during {swaps} swaps")
        report("neighbours: requests failed or wrong during swaps", counts["wrong"] + failed, at_most=0)
        report("neighbours: versions seen", (counts[12.0] > 0) + (counts[22.0] > 0), at_least=2)
