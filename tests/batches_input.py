#!/usr/bin/env python3
"""A stored batch that reads its rows from a topic of Kafka, while schedulers are killed with SIGKILL: each message is answered once, or is
among the bad ones once, whoever read it.

    tests/with_kafka.sh tests/batches_input.py SCOREWAY [MESSAGES [KILLS]]          needs confluent-kafka
"""
import collections
import csv
import io
import json
import os
import pathlib
import random
import sqlite3
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import batches_crash  # noqa: E402
from kafka_topics import make_topics  # noqa: E402

from confluent_kafka import Producer  # noqa: E402

BROKERS = os.environ["SCOREWAY_TEST_KAFKA"]
PARTITIONS = 3
BAD_EVERY = 50
BAD = (b"{", b'{"alcohol":"much"}', b"", b"[1,2", b"\xff")
BURST = 500
SECONDS_MAX = 120


class Test(batches_crash.Test):
    def __init__(self, scoreway, folder):
        super().__init__(scoreway, folder)
        self.rows = [json.loads(line) for line in (batches_crash.WINE / "rows.jsonl").read_text().splitlines()]
        make_topics(BROKERS, PARTITIONS, "bottles")
        self.producer = Producer({"bootstrap.servers": BROKERS})

    def write(self, begin, end):
        for i in range(begin, end):
            value = BAD[i // BAD_EVERY % len(BAD)] if i % BAD_EVERY == 0 else \
                json.dumps({"id": i, "unknown": [1], **self.rows[i % len(self.rows)]}, indent=i % 2 or None)
            self.producer.produce("bottles", value, str(i))
        if self.producer.flush(60):
            sys.exit("messages cannot be written")

    def read_so_far(self):
        view = self.ask("GET", "/v1/batches/bottles")
        return sum(firing["rows"] + firing["bad_messages"] for firing in self.firings("bottles")) + \
            view["waiting"]["rows"] + view["waiting"]["bad_messages"]

    def wait_for(self, count):
        deadline = time.monotonic() + SECONDS_MAX
        while (read := self.read_so_far()) < count:
            if time.monotonic() > deadline:
                sys.exit(f"{read} of {count} messages were read within {SECONDS_MAX} s")
            time.sleep(0.02)
        if read > count:
            self.faults.append(f"{read} of {count} messages were read")

    def kill_one(self):
        victim = random.choice(list(self.schedulers.values()))
        victim.kill()
        self.kills += 1
        victim.start()
        victim.wait()

    def run_all(self, messages, kills):
        batch = {"name": "bottles", "model": "wine@champion", "input": f"kafka://{BROKERS}/bottles", "output": "sqlite:answers.db/bottles",
                 "keep": ["id:int64"], "rows": messages // 3}
        self.ask("POST", "/v1/batches", batch)
        written, next_kill = 0, messages // (kills + 1)
        while written < messages:
            self.write(written, min(written + BURST, messages))
            written = min(written + BURST, messages)
            if written >= next_kill and self.kills < kills:
                time.sleep(random.random() * 0.3)
                self.kill_one()
                next_kill += messages // (kills + 1)
        self.wait_for(messages)
        if self.ask("GET", "/v1/batches/bottles")["waiting"]["rows"] > 0:
            self.ask("POST", "/v1/batches/bottles:fire", "{}")
        self.wait_for_all()
        time.sleep(1)  # for messages that are read twice, which there must not be
        self.wait_for(messages)
        self.check_answers(messages)
        self.check_bad(messages)
        self.again(messages)

    def wait_for_all(self):
        deadline = time.monotonic() + SECONDS_MAX
        while self.ask("GET", "/v1/batches/bottles")["unfinished"]:
            if time.monotonic() > deadline:
                sys.exit(f"firings do not end: {self.firings('bottles')}")
            time.sleep(0.05)

    def check_answers(self, messages):
        with sqlite3.connect(self.answers / "answers.db") as database:
            answers = sorted(database.execute("SELECT id, predict FROM bottles").fetchall())
        wanted = [(i, self.wanted[i % len(self.wanted)]) for i in range(messages) if i % BAD_EVERY]
        if answers != wanted:
            counts = collections.Counter(i for i, _ in answers)
            self.faults.append(f"{len(answers)} answers instead of {len(wanted)}; twice: {[i for i, n in counts.items() if n > 1][:5]}")

    def check_bad(self, messages):
        found = []
        waiting = self.ask("GET", "/v1/batches/bottles")["waiting"]["firing"]
        for number in range(1, waiting + 1):
            found += self.bad_rows(number)
        places = [row["message"] for row in found]
        wanted = [BAD[i // BAD_EVERY % len(BAD)].decode(errors="replace") for i in range(0, messages, BAD_EVERY)]
        if len(set(places)) != len(places) or sorted(row["text"] for row in found) != sorted(wanted):
            self.faults.append(f"bad messages: {found[:5]}, {len(found)} instead of {len(wanted)}")
        if not all(row["reason"] and row["row"] is None and row["message"].startswith("bottles/") for row in found):
            self.faults.append(f"bad messages: {found[:5]}")

    def bad_rows(self, number):
        rows, token = [], ""
        while token is not None:
            self.connection.request("GET", f"/v1/batches/bottles/firings/{number}/bad-rows?page_token={token}", headers={"accept": "application/json"})
            page = json.loads(self.connection.getresponse().read())
            if "bad_rows" not in page:
                self.faults.append(f"bad rows of firing {number}: {page}")
                return rows
            rows += page["bad_rows"]
            token = page["next_page_token"]
        printed = self.run_command("batches", "bad", "bottles", str(number))
        if len(list(csv.DictReader(io.StringIO(printed)))) != len(rows):
            self.faults.append(f"'batches bad' prints other rows than HTTP gives: {printed[:300]}")
        return rows

    def run_command(self, *arguments):
        return batches_crash.subprocess.run([self.scoreway, *arguments, "--registry", self.folder / "registry"], capture_output=True, text=True,
                                            check=True).stdout

    def again(self, messages):
        """A batch that is deleted and made again goes on where it was."""
        self.ask("DELETE", "/v1/batches/bottles")
        self.write(messages, messages + 10)
        self.ask("POST", "/v1/batches", {"name": "bottles", "model": "wine@champion", "input": f"kafka://{BROKERS}/bottles",
                                         "output": "sqlite:answers.db/again", "keep": ["id:int64"]})
        self.wait_for(10)


def main():
    scoreway = os.path.abspath(sys.argv[1])
    messages = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 4
    with tempfile.TemporaryDirectory() as folder:
        test = Test(scoreway, pathlib.Path(folder))
        test.run_all(messages, kills)
        test.end()
        if test.faults:
            for log in pathlib.Path(folder).glob("*.log"):
                print(log.name, log.read_text()[-1500:])
    for fault in test.faults:
        print(fault[:2000])
    print(f"a batch of {messages} messages of {PARTITIONS} partitions; {test.kills} of three schedulers killed: "
          f"{'each is answered once' if not test.faults else str(len(test.faults)) + ' faults'}")
    return 1 if test.faults else 0


if __name__ == "__main__":
    sys.exit(main())
