"""Three times as much as the server can do: it does what it can, refuses the rest at once, and is itself again afterwards."""
import models
import service

WANTED_SECONDS = 0.008  # of a request


def run(scoreway, full, report):
    with service.Server(scoreway) as server:
        server.push("forest", models.forest(300, 11, 1))
        data = request_of_wanted_size(server)
        capacity, alone, cost = measure(server, data, 4 if full else 2)
        offer = service.Offer(server.address, data)
        offer.run(2, rate=3 * capacity)
        warm_up = len(offer.answers)
        before, cpu = server.resident_bytes(), server.cpu_seconds()
        seconds = 60 if full else 8
        offer.run(seconds, rate=3 * capacity)
        after, cpu = server.resident_bytes(), server.cpu_seconds() - cpu
        del offer.answers[:warm_up]
        recovery = service.latencies(server.address, data, 1)
        offer.close()
        # The mean of before and after, as the speed of a shared machine moves.
        capacity_after, _, cost_after = measure(server, data, 4 if full else 2)
        capacity_mean, cost_mean = (capacity + capacity_after) / 2, (cost + cost_after) / 2

        served = [taken for status, taken in offer.answers if status == 200]
        refused = [taken for status, taken in offer.answers if status in (429, 503)]
        other = len(offer.answers) - len(served) - len(refused)
        print(f"overload: {capacity:.0f}/s is the capacity, {capacity_after:.0f}/s afterwards, {3 * capacity:.0f}/s were offered for "
              f"{seconds} s; of {len(offer.answers)} {len(served)} were served, {len(refused)} refused; served p50 "
              f"{service.quantile(served, 0.5) * 1000:.0f} ms")
        # What waits in the end is served after it. Wall time counts where nobody else uses the machine; else what the server's own
        # processor time went into.
        goodput = len(served) / (seconds + service.quantile(served, 0.99)) / capacity_mean
        report("overload: served by capacity", goodput, at_least=0.9 if full else 0)
        report("overload: part of processor time that served", len(served) * cost_mean / cpu, at_least=0.85 if full else 0.5)
        report("overload: p50 ms to refuse", service.quantile(refused, 0.5) * 1000, at_most=5)
        report("overload: p99 ms to refuse", service.quantile(refused, 0.99) * 1000, at_most=5 if full else 100)
        report("overload: neither served nor refused", other, at_most=0)
        report("overload: growth of memory", after / before - 1, at_most=0.02 if full else 0.1)
        report("overload: p50 afterwards by that before", service.quantile(recovery, 0.5) / alone, at_most=1.5 if full else 10)


def request_of_wanted_size(server):
    rows = 16
    while True:
        data = service.request("POST", "/v2/models/forest/infer", models.forest_rows(rows))
        service.latencies(server.address, data, 0.2)
        if service.quantile(service.latencies(server.address, data, 0.5), 0.5) >= WANTED_SECONDS:
            return data
        rows *= 2


def measure(server, data, seconds):
    """Requests a second; seconds of one when it is alone; seconds of the server's processors for one."""
    alone = service.quantile(service.latencies(server.address, data, 1), 0.5)
    offer = service.Offer(server.address, data)
    cpu = server.cpu_seconds()
    offer.run(seconds, connections=8)
    offer.close()
    if any(status != 200 for status, _ in offer.answers):
        raise RuntimeError("a request within the capacity was not served")
    return len(offer.answers) / seconds, alone, (server.cpu_seconds() - cpu) / len(offer.answers)
