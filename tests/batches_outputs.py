#!/usr/bin/env python3
"""Stored batches whose answers go to a table of PostgreSQL or Cassandra, or to a topic of Kafka; the schedulers at work are killed with
SIGKILL. The answers must be there once and be scikit-learn's; of rows of one key the last one stays in a table.

    tests/with_postgres.sh BUILD tests/batches_outputs.py SCOREWAY postgresql [FIRINGS]
    tests/with_kafka.sh tests/batches_outputs.py SCOREWAY kafka [FIRINGS]                    needs confluent-kafka
    tests/batches_outputs.py SCOREWAY cassandra://HOST:PORT [FIRINGS]                        needs cassandra-driver
"""
import collections
import csv
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import batches_crash  # noqa: E402

REPEATS = 500  # of the example's rows
SAME_KEY = 2   # rows, one behind the other
COLUMNS = ("predict", "proba_barolo")


class Postgres:
    is_table = True

    def __init__(self):
        self.run("CREATE DATABASE answers", database="postgres")
        self.database = "postgresql:///answers"
        self.options = ["--batch-database", f"{self.database}?socket={os.environ['PGHOST']}&user=postgres"]

    def run(self, *statements, database="answers"):
        command = [os.environ["PGSERVER"] + "/psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database]
        for statement in statements:
            command += ["-c", statement]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    def url(self, name):
        return f"{self.database}?table={name}"

    def make(self, name):
        self.run(f"CREATE TABLE {name} (id bigint PRIMARY KEY, note text, predict text, proba_barolo double precision)",
                 f"INSERT INTO {name} VALUES (-1, 'other', 'none', 0), (1, 'ours', 'wrong', 0)")

    def read(self, name):
        """Of each key its answers."""
        text = self.run(f"COPY (SELECT id, {', '.join(COLUMNS)} FROM {name} WHERE id >= 0) TO STDOUT (FORMAT csv)")
        found = collections.defaultdict(list)
        for row in csv.reader(text.splitlines()):
            found[int(row[0])].append((row[1], float(row[2])))
        return found

    def others(self, name):
        """What was there before: a row of no key of ours, and a column that is not ours."""
        return self.run(f"SELECT predict FROM {name} WHERE id = -1", f"SELECT note FROM {name} WHERE id = 1").split() == ["none", "ours"]

    def leftovers(self):
        rows = self.run("SELECT output FROM scoreway_batch_progress", "SELECT relname FROM pg_class WHERE relname LIKE '%partial'")
        return rows.split()


class Cassandra:
    is_table = True

    def __init__(self, url):
        from cassandra.cluster import Cluster
        host, port = url.removeprefix("cassandra://").split(":")
        self.session = Cluster([host], port=int(port), connect_timeout=60, control_connection_timeout=60).connect()
        self.session.execute("DROP KEYSPACE IF EXISTS pushed")
        self.session.execute("CREATE KEYSPACE pushed WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}")
        self.session.set_keyspace("pushed")
        self.database = f"{url}/pushed"
        self.options = ["--batch-database", self.database]

    def url(self, name):
        return f"{self.database}.{name}"

    def make(self, name):
        self.session.execute(f"CREATE TABLE {name} (id bigint PRIMARY KEY, note text, predict text, proba_barolo double)")
        self.session.execute(f"INSERT INTO {name} (id, predict) VALUES (-1, 'none')")
        self.session.execute(f"INSERT INTO {name} (id, note, predict) VALUES (1, 'ours', 'wrong')")

    def read(self, name):
        found = collections.defaultdict(list)
        for row in self.session.execute(f"SELECT id, {', '.join(COLUMNS)} FROM {name}"):
            if row[0] >= 0:
                found[row[0]].append(tuple(row[1:]))
        return found

    def others(self, name):
        return self.session.execute(f"SELECT predict FROM {name} WHERE id = -1").one()[0] == "none" and \
            self.session.execute(f"SELECT note FROM {name} WHERE id = 1").one()[0] == "ours"

    def leftovers(self):
        return [row[0] for row in self.session.execute("SELECT output FROM scoreway_batch_progress")]


class Kafka:
    is_table = False
    options = []

    def __init__(self):
        self.brokers = os.environ["SCOREWAY_TEST_KAFKA"]

    def url(self, name):
        return f"kafka://{self.brokers}/{name}"

    def make(self, name):
        from kafka_topics import make_topics
        make_topics(self.brokers, 2, name)

    def read(self, name):
        """Of each key its answers, in their order; only what is committed."""
        from confluent_kafka import Consumer, KafkaError, TopicPartition
        consumer = Consumer({"bootstrap.servers": self.brokers, "group.id": f"check-{name}", "enable.auto.commit": False,
                             "enable.partition.eof": True, "isolation.level": "read_committed", "auto.offset.reset": "earliest"})
        consumer.assign([TopicPartition(name, partition, 0) for partition in range(2)])
        found, ends, last_row = collections.defaultdict(list), set(), {}
        while len(ends) < 2:
            for message in consumer.consume(1000, 0.5):
                if message.error() is not None:
                    if message.error().code() == KafkaError._PARTITION_EOF:
                        ends.add(message.partition())
                    continue
                value, headers = json.loads(message.value()), {header: text.decode() for header, text in message.headers()}
                row = int(headers.pop("scoreway-row"))
                if headers != {"scoreway-batch": name, "scoreway-firing": "1", "scoreway-model": "wine", "scoreway-version": "1"} or \
                        row <= last_row.get(message.partition(), 0) or message.key() != str(value["id"]).encode():
                    sys.exit(f"{name}: {message.key()} {headers} {value}")
                last_row[message.partition()] = row
                found[value["id"]].append((value["predict"], value["proba_barolo"]))
        consumer.close()
        return found

    def others(self, name):
        return True

    def leftovers(self):
        return []


class Test(batches_crash.Test):
    def __init__(self, scoreway, folder, output):
        super().__init__(scoreway, folder, *output.options)
        self.output, self.count = output, REPEATS * len(self.lines)
        with open(batches_crash.WINE / "expected.csv") as expected:
            self.expected = [(row["predict"], float(row["proba_barolo"])) for row in csv.DictReader(expected)]

    def add_rows(self, name):
        rows = [self.header + ",id"] + [f"{self.lines[i % len(self.lines)]},{i // SAME_KEY}" for i in range(self.count)]
        self.ask("POST", f"/v1/batches/{name}/rows", "\n".join(rows) + "\n", {"content-type": "text/csv"})

    def wanted_answers(self):
        found = collections.defaultdict(list)
        for i in range(self.count):
            found[i // SAME_KEY].append(self.expected[i % len(self.expected)])
        return {key: answers[-1:] for key, answers in found.items()} if self.output.is_table else found

    def push_out(self, number):
        name = f"pushed_{number}"
        was_there = number % 2 == 0
        if was_there or not self.output.is_table:
            self.output.make(name)
        self.ask("POST", "/v1/batches", {"name": name, "model": "wine/1", "output": self.output.url(name), "keep": ["id:int64"],
                                         "outputs": list(COLUMNS), "rows": self.count})
        self.add_rows(name)
        self.kill_who_works(name)
        firings = self.wait_for_end(name)
        if [firing["state"] for firing in firings] != ["done"]:
            self.faults.append(f"{name}: {firings}")
            return
        found, wanted = self.output.read(name), self.wanted_answers()
        same = found.keys() == wanted.keys() and all(
            len(found[key]) == len(answers) and all(
                ours[0] == theirs[0] and abs(ours[1] - theirs[1]) <= 1e-9 for ours, theirs in zip(found[key], answers))
            for key, answers in wanted.items())
        if not same:
            wrong = [(key, found[key], wanted[key]) for key in wanted if found[key] != wanted[key]][:3]
            self.faults.append(f"{name}: {sum(map(len, found.values()))} answers under {len(found)} keys; {wrong}")
        if was_there and not self.output.others(name):
            self.faults.append(f"{name}: what was there before is not there any more")
        if leftovers := self.output.leftovers() + [path.name for path in self.answers.iterdir()]:
            self.faults.append(f"{name}: {leftovers} are left")

    def refuse(self):
        """A table of no database that the server was given, and one that lacks a column: the firing fails, and the rows stay."""
        for name, url, says in (("elsewhere", "postgresql://nowhere/x?table=y", "may not write"), *self.misfit()):
            self.ask("POST", "/v1/batches", {"name": name, "model": "wine/1", "output": url, "keep": ["id:int64"], "outputs": list(COLUMNS)})
            self.ask("POST", f"/v1/batches/{name}/rows", f"{self.header},id\n{self.lines[0]},7\n", {"content-type": "text/csv"})
            self.ask("POST", f"/v1/batches/{name}:fire", "{}")
            firing = self.wait_for_failure(name)
            if firing["state"] != "failed" or says not in firing["error"]:
                self.faults.append(f"{name}: {firing}")

    def misfit(self):
        if not self.output.is_table:
            return ()
        run = self.output.run if hasattr(self.output, "run") else self.output.session.execute
        run("CREATE TABLE misfit (id bigint PRIMARY KEY, predict text)")
        return (("misfit", self.output.url("misfit"), "'proba_barolo'"),)

    def wait_for_failure(self, name):
        deadline = batches_crash.time.monotonic() + 60
        while batches_crash.time.monotonic() < deadline:
            if (firing := self.firings(name)[0])["state"] in ("done", "failed"):
                return firing
            batches_crash.time.sleep(0.05)
        sys.exit(f"{name} does not end: {firing}")


def main():
    scoreway, kind = os.path.abspath(sys.argv[1]), sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 4
    output = Cassandra(kind) if kind.startswith("cassandra") else {"postgresql": Postgres, "kafka": Kafka}[kind]()
    with tempfile.TemporaryDirectory() as folder:
        test = Test(scoreway, pathlib.Path(folder), output)
        for number in range(count):
            test.push_out(number)
        test.refuse()
        test.end()
    for fault in test.faults:
        print(fault[:2000])
    print(f"{count} firings of {test.count} rows to {kind.split(':')[0]}; {test.kills} schedulers killed, {test.hits} of them before the answers "
          f"were there: {'each answer is there once' if not test.faults else str(len(test.faults)) + ' faults'}")
    return 1 if test.faults else 0


if __name__ == "__main__":
    sys.exit(main())
