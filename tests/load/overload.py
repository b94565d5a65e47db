"""Three times as much as the server can do: it does what it can, refuses the rest at once, and is itself again afterwards."""
import models
import service

WANTED_SECONDS = 0.008  # of a request


def run(scoreway, full, report):
    with service.Server(scoreway) as server:
        server.push("forest", models.forest(300, 11, 1))
        data = request_of_wanted_size(server)
        alone = service.quantile(service.latencies(server.address, data, 1), 0.5)
        capacity, cost = measure(server, data, 4 if full else 2)
        offer = service.Offer(server.address, data)
        offer.run(2, rate=3 * capacity)
        warm_up = len(offer.answers)
        before = server.resident_bytes()
        seconds = 60 if full else 3
        goodput, part = [], []
        # Wall time counts where nobody else uses the machine; else what the server's own processor time went into. As the speed of
        # a shared machine moves, a round is laid beside what was measured right before and after it, and the middle one counts.
        for _ in range(1 if full else 3):
            begun, cpu = len(offer.answers), server.cpu_seconds()
            offer.run(seconds, rate=3 * capacity)
            after, cpu = server.resident_bytes(), server.cpu_seconds() - cpu
            recovery = service.latencies(server.address, data, 1)
            next_capacity, next_cost = measure(server, data, 4 if full else 2)
            served = [taken for status, taken in offer.answers[begun:] if status == 200]
            print(f"overload: {capacity:.0f}/s is the capacity, {next_capacity:.0f}/s afterwards, {3 * capacity:.0f}/s were offered for "
                  f"{seconds} s; of {len(offer.answers) - begun} {len(served)} were served, p50 {service.quantile(served, 0.5) * 1000:.0f} ms")
            # What waits in the end is served after it.
            goodput.append(len(served) / (seconds + service.quantile(served, 0.99)) / ((capacity + next_capacity) / 2))
            part.append(len(served) * (cost + next_cost) / 2 / cpu)
            capacity, cost = next_capacity, next_cost
        offer.close()

        del offer.answers[:warm_up]
        refused = [taken for status, taken in offer.answers if status in (429, 503)]
        other = sum(status not in (200, 429, 503) for status, _ in offer.answers)
        report("overload: served by capacity", service.quantile(goodput, 0.5), at_least=0.9 if full else 0)
        report("overload: part of processor time that served", service.quantile(part, 0.5), at_least=0.85 if full else 0.7)
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
    """Requests a second; seconds of the server's processors for one."""
    offer = service.Offer(server.address, data)
    cpu = server.cpu_seconds()
    offer.run(seconds, connections=8)
    offer.close()
    if any(status != 200 for status, _ in offer.answers):
        raise RuntimeError("a request within the capacity was not served")
    return len(offer.answers) / seconds, (server.cpu_seconds() - cpu) / len(offer.answers)
