#!/usr/bin/env python3
"""kill -9 of streamers, and of the broker, while messages go through a stream: among what is committed each message must be
answered once, with the right values.

    tests/with_kafka.sh PYTHON tests/streams/crash.py SCOREWAY [MESSAGES [KILLS [BROKER_RESTARTS]]]

Two streamers share the partitions. Before each kill messages are written and some are answered, so that it meets a stream at work; halfway the
alias that the stream names moves to another version. Some messages are no rows: those must be among the errors, once each. The
values are those of scikit-learn for the rows of examples/wine.
"""
import csv
import functools
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import kafka_topics  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
WINE = ROOT / "examples" / "wine"
BROKERS = os.environ["SCOREWAY_TEST_KAFKA"]
TOOL = os.environ["KAFKA_TOOL"].split()
PARTITIONS = 4
make_topics = functools.partial(kafka_topics.make_topics, BROKERS, PARTITIONS)
BAD_EVERY = 50
END_SECONDS_MAX = 240


class Streamer:
    """One `scoreway serve --role streamer`, started anew after each kill."""

    def __init__(self, scoreway, registry, folder, number):
        self.file = folder / f"streamer{number}"
        self.log = (folder / f"streamer{number}.log").open("ab")
        self.command = [scoreway, "serve", "--registry", registry, "--role", "streamer", "--threads", "1", "--port", "0",
                        "--instance", f"streamer{number}", "--address-file", self.file]
        self.start()

    def start(self):
        self.file.unlink(missing_ok=True)
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 60
        while not (self.file.exists() and self.file.read_text().strip()):
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"{self.file.name} does not come up (exit status {self.process.poll()})")
            time.sleep(0.005)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self):
        self.process.terminate()
        if self.process.wait(60) != 0:
            sys.exit(f"{self.file.name} did not end in order")


class Committed:
    """All that is committed of a topic, read as it comes."""

    def __init__(self, topic):
        self.consumer = Consumer({"bootstrap.servers": BROKERS, "group.id": f"check-{topic}", "enable.auto.commit": False,
                                  "isolation.level": "read_committed", "auto.offset.reset": "earliest", "log_level": 2})
        self.consumer.assign([TopicPartition(topic, partition, 0) for partition in range(PARTITIONS)])
        self.messages = []

    def read(self, wanted, seconds_max):
        deadline = time.monotonic() + seconds_max
        while len(self.messages) < wanted and time.monotonic() < deadline:
            for message in self.consumer.consume(10_000, 0.5):
                if message.error() is None:
                    self.messages.append(message)
                elif message.error().code() != KafkaError._PARTITION_EOF:
                    print("reading:", message.error())

    def read_on(self, seconds):
        """What comes although nothing should."""
        self.read(len(self.messages) + 1, seconds)


def is_right(answer, wanted):
    return answer.keys() == wanted.keys() and all(
        answer[name] == value if name == "predict" else abs(answer[name] - float(value)) <= 1e-9
        for name, value in wanted.items())


def faults_of(answers, errors, count, rows, expected):
    faults, seen = [], {}
    for message in answers:
        key, headers = message.key().decode(), dict(message.headers())
        if key in seen:
            faults.append(f"{key} is answered twice, from {seen[key]} and {headers['scoreway-input']}")
        seen[key] = headers["scoreway-input"]
        if not is_right(json.loads(message.value()), expected[int(key) % len(rows)]):
            faults.append(f"{key}: wrong answer {message.value()}")
        if headers["scoreway-version"] not in (b"1", b"2") or headers["n"] != key.encode():
            faults.append(f"{key}: wrong headers {headers}")
    failed = {}
    for message in errors:
        key = message.key().decode()
        if key in failed:
            faults.append(f"{key} is among the errors twice")
        failed[key] = dict(message.headers())
        if message.value() != b"no row" or b"expected a row" not in failed[key]["scoreway-error"]:
            faults.append(f"{key}: {message.value()} {failed[key]}")
    bad = {str(i) for i in range(count) if i % BAD_EVERY == 0}
    good = {str(i) for i in range(count)} - bad
    if set(seen) != good:
        faults.append(f"{len(good - set(seen))} messages are not answered, {len(set(seen) - good)} should not be")
    if set(failed) != bad:
        faults.append(f"{len(bad - set(failed))} errors are missing, {len(set(failed) - bad)} are too much")
    return faults


def main():
    scoreway = os.path.abspath(sys.argv[1])
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 30_000
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 4
    restarts = int(sys.argv[4]) if len(sys.argv) > 4 else 1
    rng = random.Random(83)
    rows = (WINE / "rows.jsonl").read_text().splitlines()
    expected = list(csv.DictReader((WINE / "expected.csv").open()))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        registry = folder / "registry.db"

        def run(*arguments):
            subprocess.run([scoreway, *arguments, "--registry", registry], check=True, stdout=subprocess.DEVNULL)

        for _ in range(2):
            run("push", "wine", WINE / "model.pkl")
        run("alias", "wine", "champion", "1")
        make_topics("crash-in", "crash-out", "crash-errors")
        run("stream", "create", "crash", "--brokers", BROKERS, "--input", "crash-in", "--model", "wine@champion",
            "--output", "crash-out", "--errors", "crash-errors")
        streamers = [Streamer(scoreway, registry, folder, i) for i in range(2)]
        answers, errors = Committed("crash-out"), Committed("crash-errors")
        producer = Producer({"bootstrap.servers": BROKERS, "enable.idempotence": True, "linger.ms": 20, "log_level": 2,
                             "queue.buffering.max.messages": 1_000_000, "message.timeout.ms": 300_000})
        began = time.monotonic()
        written = 0

        def write(end):
            nonlocal written
            for i in range(written, end):
                value = "no row" if i % BAD_EVERY == 0 else rows[i % len(rows)]
                producer.produce("crash-in", value, str(i), headers={"n": str(i)})
                if i % 1000 == 0:
                    producer.poll(0)
            written = end

        broker_at = {(i + 1) * kills // (restarts + 1) for i in range(restarts)}
        for kill in range(kills):
            write((kill + 1) * count // (kills + 1))
            answers.read(len(answers.messages) + 1, END_SECONDS_MAX)
            if kill == kills // 2:
                run("alias", "wine", "champion", "2")
            time.sleep(rng.random() * 0.3)
            victim = rng.choice(streamers)
            victim.kill()
            if kill in broker_at:
                subprocess.run([*TOOL, "kill"], check=True)
                time.sleep(rng.random())
                subprocess.run([*TOOL, "restart"], check=True, stdout=subprocess.DEVNULL)
            victim.start()
        write(count)
        if producer.flush(120) > 0:
            sys.exit("not all messages were written")
        written_after = time.monotonic() - began

        bad = (count + BAD_EVERY - 1) // BAD_EVERY
        answers.read(count - bad, END_SECONDS_MAX)
        errors.read(bad, 30)
        ended = time.monotonic() - began
        answers.read_on(2)
        errors.read_on(1)
        for streamer in streamers:
            streamer.end()
        print(f"{count} messages written in {written_after:.1f} s beside {kills} kills of streamers and {len(broker_at)} of the "
              f"broker, all answered after {ended:.1f} s: {len(answers.messages)} answers, {len(errors.messages)} errors")
        faults = faults_of(answers.messages, errors.messages, count, rows, expected)
        versions = [dict(message.headers())["scoreway-version"].decode() for message in answers.messages]
        if set(versions) != {"1", "2"}:
            faults.append(f"the alias moved, but versions {set(versions)} answered")
        for fault in faults[:20]:
            print("FAULT", fault)
        if faults:
            for streamer in streamers:
                print(streamer.log.name, pathlib.Path(streamer.log.name).read_text()[-2000:])
        return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
