#!/usr/bin/env python3
"""What docs/streams.md promises, through a real broker: answers, keys, headers and errors; an alias that moves; pause and resume;
a model that cannot be had; replays; lag; events, also of a client that does not read.

    tests/with_kafka.sh PYTHON tests/streams/streams.py SCOREWAY
"""
import csv
import functools
import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

from confluent_kafka import Consumer, Producer, TopicPartition
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect as websocket

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import kafka_topics  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WINE = ROOT / "examples" / "wine"
BROKERS = os.environ["SCOREWAY_TEST_KAFKA"]
PARTITIONS = 3
make_topics = functools.partial(kafka_topics.make_topics, BROKERS, PARTITIONS)
ROWS = (WINE / "rows.jsonl").read_text().splitlines()
CSV_ROWS = (WINE / "rows.csv").read_text().splitlines()
EXPECTED = list(csv.DictReader((WINE / "expected.csv").open()))
SECONDS_MAX = 60


def check(holds, what):
    if not holds:
        sys.exit(f"FAULT {what}")


def until(holds, what):
    deadline = time.monotonic() + SECONDS_MAX
    while not (found := holds()):
        check(time.monotonic() < deadline, f"{what}: not within {SECONDS_MAX} s")
        time.sleep(0.05)
    return found


class Topic:
    """What is committed of a topic, from its beginning."""

    def __init__(self, name):
        self.consumer = Consumer({"bootstrap.servers": BROKERS, "group.id": f"check-{name}", "enable.auto.commit": False,
                                  "isolation.level": "read_committed", "auto.offset.reset": "earliest"})
        self.consumer.assign([TopicPartition(name, partition, 0) for partition in range(PARTITIONS)])

    def take(self, count, extra_seconds=0.3):
        """The next messages, and no more than so many, by their keys."""
        found, deadline = [], time.monotonic() + SECONDS_MAX
        while len(found) < count:
            check(time.monotonic() < deadline, f"{len(found)} of {count} messages came")
            found += [message for message in self.consumer.consume(1000, 0.2) if message.error() is None]
        found += [message for message in self.consumer.consume(1000, extra_seconds) if message.error() is None]
        check(len(found) == count, f"{len(found)} messages came instead of {count}")
        by_key = {message.key().decode(): message for message in found}
        check(len(by_key) == count, f"a key came twice among {sorted(m.key() for m in found)}")
        return by_key


class Events:
    """Server-sent events, read as they come."""

    def __init__(self, address, stream):
        self.connection = http.client.HTTPConnection(address, timeout=SECONDS_MAX)
        self.connection.request("GET", f"/v1/streams/{stream}/events")
        self.response = self.connection.getresponse()
        check(self.response.status == 200, f"events: {self.response.status}")
        check(self.response.getheader("content-type") == "text/event-stream", "the content type of events")

    def next(self):
        """Kind and data of the next one; None at the end."""
        kind, data = None, None
        while line := self.response.readline().decode().rstrip("\n"):
            if line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: "):
                data = json.loads(line[6:])
        if kind is not None:
            return kind, data
        return None if self.response.isclosed() or self.response.fp is None or not self.response.peek(1) else self.next()


class Server:
    def __init__(self, scoreway, folder):
        self.scoreway, self.registry, self.file = scoreway, folder / "registry.db", folder / "address"
        self.log = folder / "server.log"

    def start(self, *arguments):
        self.file.unlink(missing_ok=True)
        self.process = subprocess.Popen([self.scoreway, "serve", "--registry", self.registry, "--port", "0", "--address-file",
                                         self.file, "--instance", "one", *arguments], stderr=self.log.open("ab"))
        until(lambda: self.file.exists() and self.file.read_text().strip(), "the server starts")
        self.address = self.file.read_text().strip()

    def end(self):
        self.process.terminate()
        check(self.process.wait(60) == 0, "the server does not end in order")

    def run(self, *arguments, status=0):
        done = subprocess.run([self.scoreway, *arguments, "--registry", self.registry], capture_output=True, text=True,
                              check=False)
        check(done.returncode == status, f"{arguments}: exit status {done.returncode} {done.stderr}")
        return done.stdout if status == 0 else done.stderr

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.address, timeout=SECONDS_MAX)
        connection.request(method, path, None if body is None else json.dumps(body), {"content-type": "application/json"})
        response = connection.getresponse()
        text = response.read().decode()
        return response.status, json.loads(text) if text.startswith("{") else text

    def metric(self, name, stream):
        wanted = f'{name}{{stream="{stream}"}} '
        lines = [line for line in self.ask("GET", "/metrics")[1].splitlines() if line.startswith(wanted)]
        return float(lines[0].rsplit(" ", 1)[1]) if lines else None

    def report(self, stream):
        instances = json.loads(self.run("stream", "show", stream, "--json"))["instances"]
        return instances[0] if instances else {"activity": "", "error": None}


def write(topic, keys, value, headers=()):
    producer = Producer({"bootstrap.servers": BROKERS})
    for key in keys:
        producer.produce(topic, value(int(key)), key, headers=[*headers, ("n", key)])
    check(producer.flush(30) == 0, f"messages cannot be written to {topic}")


def keys(begin, end):
    return [str(i) for i in range(begin, end)]


def check_answers(messages, wanted, version, topic):
    check(set(messages) == set(wanted), f"keys {sorted(messages)} instead of {sorted(wanted)}")
    for key, message in messages.items():
        want, got, headers = EXPECTED[int(key) % len(EXPECTED)], json.loads(message.value()), dict(message.headers())
        check(got["predict"] == want["predict"] and all(
            abs(got[name] - float(value)) <= 1e-9 for name, value in want.items() if name != "predict"), f"{key}: {got}")
        check(headers["n"] == key.encode() and headers["scoreway-model"] == b"wine", f"{key}: {headers}")
        check(headers["scoreway-version"] == str(version).encode(), f"{key}: {headers} instead of version {version}")
        check(headers["scoreway-input"].startswith(topic.encode() + b"/"), f"{key}: {headers}")


def test_answers_and_errors(server, answers, errors):
    write("rows", keys(0, 40), lambda i: ROWS[i % 20])
    check_answers(answers.take(40), keys(0, 40), 1, "rows")
    bad = {"100": b"{", "101": b'{"alcohol": "much"}', "102": b"", "103": None, "104": ROWS[0].encode() * 2}
    producer = Producer({"bootstrap.servers": BROKERS})
    for key, value in bad.items():
        producer.produce("rows", value, key, headers={"n": key, "scoreway-version": "old"})
        producer.produce("rows", ROWS[0].replace(",", ",\n ").encode(), str(int(key) + 20), headers={"n": str(int(key) + 20)})
    producer.flush(30)
    wanted = [str(int(key) + 20) for key in bad]
    got = answers.take(len(wanted))
    check(set(got) == set(wanted), f"a wrong message spoils others: {sorted(got)}")
    failed = errors.take(len(bad))
    for key, value in bad.items():
        headers = failed[key].headers()
        check((failed[key].value() or b"") == (value or b""), f"{key}: the value is not the message's own: {failed[key].value()}")
        check(dict(headers)["scoreway-error-code"] == b"INVALID_ARGUMENT" and dict(headers)["scoreway-error"], f"{headers}")
        check([v for n, v in headers if n == "scoreway-version"] == [b"1"] and dict(headers)["n"] == key.encode(), f"{headers}")
    check(b"column 'alcohol'" in dict(failed["101"].headers())["scoreway-error"], f"{failed['101'].headers()}")
    check(server.metric("scoreway_stream_messages_total", "s") == 50, "messages are counted")
    check(server.metric("scoreway_stream_bad_messages_total", "s") == 5, "wrong messages are counted")


def test_alias_moves(server, answers):
    restarts = server.metric("scoreway_stream_restarts_total", "s")
    server.run("push", "wine", WINE / "model.pkl")
    server.run("alias", "wine", "champion", "2")
    until(lambda: server.ask("GET", "/v1/models/wine/aliases/champion")[1]["version"] == 2, "the alias moves")
    time.sleep(0.5)  # the serving set looks for moves every 0.2 s
    write("rows", keys(200, 220), lambda i: ROWS[i % 20])
    check_answers(answers.take(20), keys(200, 220), 2, "rows")
    check(server.metric("scoreway_stream_restarts_total", "s") == restarts, "the stream was begun anew")
    check(server.metric("scoreway_stream_model_swaps_total", "s") == 1, "the swap is not counted")


def test_pause(server, answers):
    server.run("stream", "pause", "s")
    until(lambda: server.metric("scoreway_stream_partitions", "s") == 0, "the stream pauses")
    write("rows", keys(300, 310), lambda i: ROWS[i % 20])
    answers.take(0, 1.5)
    status, stream = server.ask("POST", "/v1/streams/s:resume")
    check(status == 200 and stream["state"] == "running", f"resume: {status} {stream}")
    check_answers(answers.take(10), keys(300, 310), 2, "rows")


def test_model_that_cannot_be_had(server, answers, errors):
    server.run("alias", "wine", "champion", "--delete")
    until(lambda: server.ask("GET", "/v1/models/wine/aliases/champion")[0] == 404, "the alias goes")
    time.sleep(0.5)
    write("rows", keys(400, 420), lambda i: ROWS[i % 20])
    until(lambda: server.report("s")["activity"] == "waiting", "the stream waits")
    report = until(lambda: (r := server.report("s")) and r["lag"] == 20 and r, "the lag is 20")
    check("champion" in report["error"], f"{report}")
    check(server.metric("scoreway_stream_up", "s") == 0, "up")
    errors.take(0)
    server.run("alias", "wine", "champion", "2")
    check_answers(answers.take(20), keys(400, 420), 2, "rows")
    until(lambda: server.report("s")["activity"] == "running", "the stream runs")
    until(lambda: server.metric("scoreway_stream_lag", "s") == 0, "the lag is 0")


def test_csv(server):
    make_topics("csv-rows", "csv-answers")
    status, stream = server.ask("POST", "/v1/streams", {"name": "c", "brokers": BROKERS, "input": "csv-rows", "model": "wine/1",
                                                       "output": "csv-answers", "format": "csv", "columns": CSV_ROWS[0].split(",")})
    check(status == 201 and stream["errors"] == "csv-answers.errors", f"{status} {stream}")
    write("csv-rows", keys(0, 20), lambda i: CSV_ROWS[i + 1])
    check_answers(Topic("csv-answers").take(20), keys(0, 20), 1, "csv-rows")
    check(server.ask("DELETE", "/v1/streams/c")[0] == 204, "delete")


def test_replay(server):
    """40 + 10 + 20 + 10 + 20 messages are in the input, over three partitions."""
    make_topics("again")
    server.run("stream", "replay", "s", "--as", "r", "--output", "again", "--model", "wine/1")
    stream = until(lambda: (s := server.ask("GET", "/v1/streams/r")[1]) and s["state"] == "done" and s, "the replay ends")
    check(stream["model"] == "wine/1" and sum(end["offset"] for end in stream["ends"]) == 100, f"{stream}")
    again = Topic("again").take(95)
    check({dict(m.headers())["scoreway-version"] for m in again.values()} == {b"1"}, "a replay's version is settled")
    check(len(Topic("again.errors").take(5)) == 5, "errors of a replay")
    check("the replay is done" in server.run("stream", "pause", "r", status=5), "a replay that is done")
    check("another topic" in server.run("stream", "replay", "s", "--as", "q", "--output", "answers", status=2), "its output")
    make_topics("later")
    server.run("stream", "replay", "s", "--as", "l", "--output", "later", "--from-offset", "1000000")
    until(lambda: server.ask("GET", "/v1/streams/l")[1]["state"] == "done", "an empty replay ends")
    Topic("later").take(0)


def test_labels(server):
    """Predictions of a stream are logged under their messages' keys, and labels come through a topic."""
    make_topics("outcomes", "outcomes.errors", "logged-answers")
    server.run("stream", "create", "logged", "--brokers", BROKERS, "--input", "rows", "--model", "wine/1", "--output", "logged-answers",
               "--from-end")
    server.run("stream", "create", "outcomes", "--brokers", BROKERS, "--takes", "labels", "--input", "outcomes", "--model", "wine")
    until(lambda: server.report("logged")["activity"] == "running" and server.report("outcomes")["activity"] == "running", "the streams run")
    until(lambda: server.metric("scoreway_stream_partitions", "logged") == PARTITIONS, "it has its partitions")
    write("rows", keys(600, 610), lambda i: ROWS[i % 20])
    answered = Topic("logged-answers").take(10)
    by_id = dict(answered["600"].headers())
    write("outcomes", keys(601, 610), lambda i: json.dumps({"label": i}))
    write("outcomes", ["9"], lambda i: json.dumps({"prediction_id": by_id["scoreway-prediction-id"].decode(),
                                                   "row": int(by_id["scoreway-row"]), "label": 600}))
    bad = {"1": "{", "2": '{"lable":1}', "3": '{"label":1},{"label":2}'}
    for key, value in bad.items():
        write("outcomes", [key], lambda i, value=value: value)
    check(set(Topic("outcomes.errors").take(len(bad))) == set(bad), "what is no label is set aside")
    labelled = "/v1/models/wine/predictions?labels=only&version=1&limit=100"
    rows = until(lambda: (r := server.ask("GET", labelled)[1]["predictions"]) and len(r) == 10 and r, "each has its label")
    for row in rows:
        check(row["key"] == str(int(row["label"])), f"{row}")
    check("takes labels" in server.run("stream", "replay", "outcomes", "--as", "x", "--output", "y", status=2), "labels are not replayed")
    check(server.ask("GET", "/v1/streams/outcomes/events")[0] == 400, "labels have no answers to follow")


class SlowSocket:
    """A WebSocket of a client that reads nothing after the handshake."""

    def __init__(self, address):
        host, port = address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)))
        self.socket.sendall(b"GET /v1/streams/s/events HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(1)
        # The answer to this key that RFC 6455 gives as its example.
        check(b" 101 " in head and b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in head, f"{head}")

    def taken(self):
        self.socket.settimeout(SECONDS_MAX)
        count = 0
        try:
            while piece := self.socket.recv(1 << 20):
                count += len(piece)
        except ConnectionResetError:
            pass
        return count


def test_web_socket(server):
    url = f"ws://{server.address}/v1/streams/s/events"
    with websocket(url) as first, websocket(url, origin=f"http://{server.address}") as second:
        first.send("what a client says is passed over")
        check(first.ping().wait(SECONDS_MAX), "a ping is answered")
        write("rows", keys(700, 710), lambda i: ROWS[i % 20])
        for each in (first, second):
            got = [json.loads(each.recv(SECONDS_MAX)) for _ in range(10)]
            check({event["data"]["key"] for event in got} == set(keys(700, 710)), f"{got}")
            for event in got:
                check(event["event"] == "answer" and "/" in event["id"] and event["data"]["version"] == "2", f"{event}")
                check(event["data"]["value"]["predict"] == EXPECTED[int(event["data"]["key"]) % 20]["predict"], f"{event}")
        second.send("x" * 5000)
        try:
            second.recv(SECONDS_MAX)
            check(False, "a client may say as much as it likes")
        except ConnectionClosed as closed:
            check(closed.sent is None or closed.sent.code == 1009 or closed.rcvd.code == 1009, f"{closed}")
        write("rows", keys(710, 711), lambda i: ROWS[i % 20])
        check(json.loads(first.recv(SECONDS_MAX))["data"]["key"] == "710", "others are not disturbed")
    refused = {f"ws://{server.address}/v1/streams/none/events": (404, None), url: (403, "http://elsewhere.example")}
    for where, (status, origin) in refused.items():
        try:
            websocket(where, origin=origin).close()
            check(False, f"{where} {origin} is not refused")
        except InvalidStatus as fault:
            check(fault.response.status_code == status, f"{where}: {fault}")
    for more in ({"Upgrade": "websocket"}, {"Upgrade": "websocket", "Connection": "Upgrade"},
                 {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "x", "Sec-WebSocket-Version": "8"}):
        connection = http.client.HTTPConnection(server.address, timeout=SECONDS_MAX)
        connection.request("GET", "/v1/streams/s/events", headers=more)
        check(connection.getresponse().status == 400, f"{more}")
    return websocket(url)


def test_events(server):
    first, second = Events(server.address, "s"), Events(server.address, "s")
    write("rows", keys(500, 510), lambda i: ROWS[i % 20])
    for events in (first, second):
        got = [events.next() for _ in range(10)]
        check({data["key"] for _, data in got} == set(keys(500, 510)), f"{got}")
        for kind, data in got:
            check(kind == "answer" and data["model"] == "wine" and data["version"] == "2", f"{kind} {data}")
            check(data["value"]["predict"] == EXPECTED[int(data["key"]) % 20]["predict"], f"{data}")
    second.connection.close()
    # One that does not read is let go, and holds up nobody.
    host, port = server.address.rsplit(":", 1)
    slow = socket.create_connection((host, int(port)))
    slow.sendall(b"GET /v1/streams/s/events HTTP/1.1\r\nHost: x\r\n\r\n")
    check(slow.recv(15) == b"HTTP/1.1 200 OK", "events")
    slow_socket = SlowSocket(server.address)
    producer = Producer({"bootstrap.servers": BROKERS})
    for chunk in range(20):
        wanted = [f"{chunk}-{i}-{'x' * 1000}" for i in range(400)]
        for key in wanted:
            producer.produce("rows", ROWS[0], key)
        producer.flush(30)
        got = [first.next() for _ in wanted]
        check({data["key"] for kind, data in got if kind == "answer"} == set(wanted), f"all events come: {got[-1]}")
    # The reason that it is given, if it reads on before the server gives up sending, is in event_buffer_test.cc.
    slow.settimeout(SECONDS_MAX)
    taken = 0
    try:
        while piece := slow.recv(1 << 20):
            taken += len(piece)
    except ConnectionResetError:
        pass
    check(taken < 20 * 400 * 1000, f"a client that does not read is sent everything, {taken} bytes")
    taken = slow_socket.taken()
    check(taken < 20 * 400 * 1000, f"a WebSocket that does not read is sent everything, {taken} bytes")
    return first


def main():
    scoreway = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as name:
        server = Server(scoreway, pathlib.Path(name))
        server.run("push", "wine", WINE / "model.pkl")
        server.run("alias", "wine", "champion", "1")
        make_topics("rows", "answers", "answers.errors", "again.errors")
        server.run("stream", "create", "s", "--brokers", BROKERS, "--input", "rows", "--model", "wine@champion", "--output",
                   "answers")
        check("there is one already" in server.run("stream", "create", "s", "--brokers", BROKERS, "--input", "rows", "--model",
                                                   "wine", "--output", "answers", status=5), "a second one")
        server.start("--log-predictions", "--log-flush", "100")
        answers, errors = Topic("answers"), Topic("answers.errors")
        try:
            test_answers_and_errors(server, answers, errors)
            test_alias_moves(server, answers)
            test_pause(server, answers)
            test_model_that_cannot_be_had(server, answers, errors)
            test_csv(server)
            test_replay(server)
            test_labels(server)
            follower = test_events(server)
            socket_follower = test_web_socket(server)
            server.end()
            while (kind := follower.next()[0]) == "answer":
                pass
            check(kind == "end", "followers are told that the server ends")
            check(json.loads(socket_follower.recv(SECONDS_MAX))["event"] == "end", "so are those of a WebSocket")
        except SystemExit:
            print(server.log.read_text()[-2000:], server.report("s"))
            raise
        finally:
            server.process.kill()
    print("streams: answers, errors, swaps, pauses, replays, labels and events are as promised")


if __name__ == "__main__":
    main()
