"""A server under test, and clients of it: sockets and HTTP of the few kinds that these tests need."""
import os
import pathlib
import selectors
import socket
import subprocess
import tempfile
import time


class Server:
    def __init__(self, scoreway, *arguments):
        self._folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(self._folder.name)
        command = [scoreway, "serve", "--port", "0", "--address-file", folder / "address", *arguments]
        self._process = subprocess.Popen(command, env={**os.environ, "SCOREWAY_REGISTRY": str(folder / "registry.db")},
                                         stderr=subprocess.DEVNULL)
        while not (folder / "address").exists() or not (folder / "address").read_text().endswith("\n"):
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with {self._process.returncode}")
            time.sleep(0.01)
        host, port = (folder / "address").read_text().split()[0].rsplit(":", 1)
        self.address = (host, int(port))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        status = self._process.wait(60)
        self._folder.cleanup()
        if status != 0:
            raise RuntimeError(f"the server ended with {status}")

    def resident_bytes(self):
        pages = int(pathlib.Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE")

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self._process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self._process.pid}/fd"))

    def push(self, name, artifact, alias=None):
        query = f"?alias={alias}" if alias else ""
        status, body = Client(self.address).call(request("POST", f"/v1/models/{name}/versions{query}", artifact))
        if status != 201:
            raise RuntimeError(f"push: {status} {body[:400]}")


def request(method, path, body=b"", headers=""):
    head = f"{method} {path} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def answer_end(data):
    """Where the first answer in the bytes ends, or None if it is not whole."""
    head = data.find(b"\r\n\r\n")
    if head < 0:
        return None
    at = data.find(b"Content-Length: ", 0, head)
    end = head + 4 + (int(data[at + 16 : data.find(b"\r", at)]) if at >= 0 else 0)
    return end if len(data) >= end else None


class Client:
    """One connection: a request, then its answer."""

    def __init__(self, address, timeout=60):
        self.socket = socket.create_connection(address, timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def call(self, data):
        """Status and body."""
        self.socket.sendall(data)
        return self.receive()

    def receive(self):
        data = b""
        while answer_end(data) is None:
            more = self.socket.recv(1 << 20)
            if not more:
                raise ConnectionError(f"the server ended the connection after {len(data)} bytes")
            data += more
        return int(data[9:12]), data[data.find(b"\r\n\r\n") + 4 :]

    def close(self):
        self.socket.close()


def latencies(address, data, seconds, check=lambda status, body: status == 200):
    """Seconds of each request of one client that asks again and again."""
    client = Client(address)
    taken = []
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        status, body = client.call(data)
        taken.append(time.perf_counter() - start)
        if not check(status, body):
            raise RuntimeError(f"answered {status} {body[:400]}")
    client.close()
    return taken


def quantile(values, q):
    values = sorted(values)
    return values[min(int(q * len(values)), len(values) - 1)]


class Offer:
    """Requests at a rate, whatever becomes of them (an open loop), or as fast as `connections` are answered (a closed one).
    `answers` has status and seconds of each."""

    def __init__(self, address, data):
        self._address, self._data = address, data
        self._selector = selectors.DefaultSelector()
        self._free = []
        self.answers = []

    def run(self, seconds, rate=None, connections=0):
        start = time.perf_counter()
        sent, under_way = 0, 0
        while True:
            now = time.perf_counter()
            over = now - start >= seconds
            if over and under_way == 0:
                return
            due = min(rate * (now - start), rate * seconds) - sent if rate else 0 if over else connections - under_way
            for _ in range(int(due)):
                self._send()
                sent += 1
                under_way += 1
            wait = (sent + 1) / rate - (time.perf_counter() - start) if rate and not over else 0.05
            for key, _ in self._selector.select(max(wait, 0)):
                under_way -= self._receive(key)

    def _send(self):
        if self._free:
            connection = self._free.pop()
        else:
            connection = socket.create_connection(self._address)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(connection, selectors.EVENT_READ, [b"", 0.0])
        self._selector.get_key(connection).data[:] = [b"", time.perf_counter()]
        connection.sendall(self._data)

    def _receive(self, key):
        key.data[0] += key.fileobj.recv(1 << 20)
        if answer_end(key.data[0]) is None:
            return 0
        self.answers.append((int(key.data[0][9:12]), time.perf_counter() - key.data[1]))
        self._free.append(key.fileobj)
        return 1

    def close(self):
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()
