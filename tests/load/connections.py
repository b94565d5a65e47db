"""Ten thousand connections that do nothing, and peers that send or take a byte at a time or end halfway: a client beside them
notices nothing, and what they took serves others."""
import resource
import socket
import threading
import time

import models
import service


def run(scoreway, full, report):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    idle_count = min(10_000, hard - 500)
    with service.Server(scoreway) as server:
        server.push("line", models.linear(1))
        data = service.request("POST", "/v1/models/line:predict", b'{"rows":[{"x":1}]}')
        service.latencies(server.address, data, 0.5)
        seconds = 10 if full else 3
        alone = service.quantile(service.latencies(server.address, data, seconds), 0.99)
        descriptors, memory = server.descriptors(), server.resident_bytes()

        idle = [connect(server.address) for _ in range(idle_count)]
        beside_idle = service.quantile(service.latencies(server.address, data, seconds), 0.99)
        with_idle = server.resident_bytes()
        for each in idle[: idle_count - 2000]:
            each.close()
        slow = Slow(idle[idle_count - 2000 :])
        beside_slow = service.quantile(service.latencies(server.address, data, seconds), 0.99)
        answered = half_closed(server.address, data)
        slow.stop()
        # The store may have opened its files on some more threads.
        wait_for(lambda: server.descriptors() <= descriptors + 9)
        print(f"connections: p99 {alone * 1e6:.0f} us alone, {beside_idle * 1e6:.0f} us beside {idle_count} idle ones, "
              f"{beside_slow * 1e6:.0f} us beside slow ones; {(with_idle - memory) / idle_count / 1024:.1f} KB a connection")
        # Others that use the machine make ratios of microseconds mean little; who waited for such a peer would wait for seconds.
        for what, p99 in (("idle", beside_idle), ("slow", beside_slow)):
            report(f"connections: p99 in ms beside {what} ones", p99 * 1000, at_most=20)
            report(f"connections: p99 beside {what} ones by alone", p99 / alone, at_most=2 if full else float("inf"))
        report("connections: half-closed ones not answered", 200 - answered, at_most=0)
        report("connections: descriptors that stay", server.descriptors() - descriptors, at_most=9)
        # What the first took is used again by others: the allocator need not give it back.
        first = server.resident_bytes()
        again = [connect(server.address) for _ in range(idle_count)]
        service.latencies(server.address, data, 0.5)
        report("connections: KB each that as many others add", (server.resident_bytes() - first) / idle_count / 1024, at_most=1.5)
        for each in again:
            each.close()
        wait_for(lambda: server.descriptors() <= descriptors + 9)


def connect(address):
    connection = socket.socket()
    connection.connect(address)
    return connection


class Slow:
    """Most of the connections send a head byte by byte; some ask for much again and again and take nothing, or little: what
    the kernel keeps for each of those, megabytes, is not to fill what it has for all."""

    def __init__(self, connections):
        self._takers = connections[:60]
        self._senders = connections[60:]
        ask = service.request("GET", "/openapi.json") * 40
        for each in self._takers:
            each.setblocking(False)
            each.send(ask)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        letters = iter(b"GET /v2 HTTP/1.1\r\nX-Slow: " + b"a" * 100_000)
        while not self._stopped.wait(0.25):
            letter = bytes([next(letters)])
            for each in self._senders:
                try:
                    each.send(letter)
                except OSError:  # the server has had enough of it
                    pass
            for each in self._takers[::2]:
                try:
                    each.recv(1)
                except OSError:
                    pass

    def stop(self):
        self._stopped.set()
        self._thread.join()
        for each in self._senders + self._takers:
            each.close()


def half_closed(address, data):
    """Of 200 that send a request and close their side, how many are answered; 200 more send half a request, and none."""
    answered = 0
    for _ in range(200):
        client = service.Client(address)
        client.socket.sendall(data)
        client.socket.shutdown(socket.SHUT_WR)
        answered += client.receive()[0] == 200
        client.close()
    for cut in (len(data) // 2, 0):
        for _ in range(100):
            client = service.Client(address)
            client.socket.sendall(data[:cut])
            client.socket.shutdown(socket.SHUT_WR)
            while client.socket.recv(4096):
                pass
            client.close()
    return answered


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
