#!/usr/bin/env python3
"""One model behind four doors at once: requests, jobs, a stored batch and a stream; while rows come in, its alias moves to a new version.

    examples/batch-and-streams/run.py [--scoreway PROGRAM] [--kafka HOST:PORT] [--seconds 20]

Two forests are trained on scikit-learn's measurements of real wines. One `scoreway serve` does all; Kafka is started here with tools/kafka
(needs Java and maven), unless --kafka names a broker. A picture shows what happens; at the end every answer is compared with
scikit-learn's own for its row and version, and each row must have one. Needs scikit-learn and confluent-kafka.
"""
import argparse
import collections
import csv
import http.client
import json
import pathlib
import pickle
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
INPUTS = ["alcohol", "malic_acid", "hue", "proline"]
DOORS = ("requests", "jobs", "batch", "stream")
WIDTH = 40


def train():
    from sklearn.datasets import load_wine
    from sklearn.ensemble import RandomForestClassifier

    wine = load_wine(as_frame=True)
    rows, kinds = wine.data[INPUTS], wine.target_names[wine.target]
    small = RandomForestClassifier(n_estimators=3, max_depth=2, random_state=1).fit(rows, kinds)
    large = RandomForestClassifier(n_estimators=50, random_state=2).fit(rows, kinds)
    # Between the wines that there are, so that the two do not always agree.
    made = (rows.sample(frac=1, random_state=3).to_numpy() + rows.to_numpy()) / 2
    return [small, large], made


class Door:
    """What went in by a door, and what came out: (row, version, answer)."""

    def __init__(self):
        self.sent, self.answers, self.note = 0, [], ""


class Show:
    def __init__(self, address, rows, folder, brokers):
        self.address, self.rows, self.folder, self.brokers = address, rows, folder, brokers
        self.doors = {name: Door() for name in DOORS if name != "stream" or brokers}
        self.stop = threading.Event()
        self.threads = []

    def ask(self, connection, method, path, body=None):
        connection.request(method, path, None if body is None else json.dumps(body), {"content-type": "application/json"})
        response = connection.getresponse()
        text = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {text.decode()}")
        return json.loads(text) if text else None

    def connect(self):
        return http.client.HTTPConnection(self.address, timeout=60)

    def row(self, number):
        return dict(zip(INPUTS, map(float, self.rows[number % len(self.rows)])))

    # ---- the doors ------------------------------------------------------------------------------------------------

    def requests(self, door):
        connection = self.connect()
        while not self.stop.wait(0.02):
            answer = self.ask(connection, "POST", "/v1/models/wine@champion:predict", {"rows": [self.row(door.sent)], "outputs": ["predict"]})
            door.answers.append((door.sent, int(answer["version"]), answer["rows"][0]["predict"]))
            door.sent += 1

    def jobs(self, door):
        connection, open_jobs = self.connect(), []
        while not self.stop.wait(0.25) or open_jobs:
            if not self.stop.is_set():
                first, count = door.sent, 40
                job = self.ask(connection, "POST", "/v1/models/wine@champion:submit?outputs=predict",
                               {"rows": [self.row(first + i) for i in range(count)]})
                door.sent += count
                open_jobs.append((job["id"], job["version"], first))
            for job in list(open_jobs):
                if self.ask(connection, "GET", f"/v1/jobs/{job[0]}")["state"] == "succeeded":
                    result = self.ask(connection, "GET", f"/v1/jobs/{job[0]}/result")
                    door.answers += [(job[2] + i, job[1], row["predict"]) for i, row in enumerate(result["rows"])]
                    open_jobs.remove(job)
            door.note = f"{len(open_jobs)} jobs under way"

    def batch(self, door):
        """Fires by row count, and when the alias moves; what is left at the end by hand."""
        connection = self.connect()
        self.ask(connection, "POST", "/v1/batches", {"name": "cellar", "model": "wine@champion", "output": "file:cellar-{firing}.csv",
                                                     "keep": ["row:int64"], "outputs": ["predict"], "rows": 200, "after_move": True})
        causes = collections.Counter()
        seen = set()
        while True:
            stopping = self.stop.wait(0.1)
            if not stopping:
                self.ask(connection, "POST", "/v1/batches/cellar/rows",
                         {"rows": [{"row": door.sent + i, **self.row(door.sent + i)} for i in range(20)]})
                door.sent += 20
            view = self.ask(connection, "GET", "/v1/batches/cellar")
            for firing in self.ask(connection, "GET", "/v1/batches/cellar/firings")["firings"]:
                if firing["state"] != "done" or firing["number"] in seen:
                    continue
                seen.add(firing["number"])
                causes[firing["cause"]] += 1
                with open(self.folder / f"cellar-{firing['number']:08}.csv") as file:
                    door.answers += [(int(row["row"]), firing["version"], row["predict"]) for row in csv.DictReader(file)]
            door.note = f"{view['waiting']['rows']} wait; fired: " + (", ".join(f"{n} by {cause}" for cause, n in causes.items()) or "not yet")
            if stopping and view["waiting"]["rows"] > 0:
                self.ask(connection, "POST", "/v1/batches/cellar:fire", {})
            elif stopping and not view["unfinished"] and len(door.answers) >= door.sent:
                return

    def stream(self, door):
        from confluent_kafka import Consumer, Producer, TopicPartition
        from confluent_kafka.admin import AdminClient, NewTopic

        admin = AdminClient({"bootstrap.servers": self.brokers})
        for future in admin.create_topics([NewTopic(name, 1, 1) for name in ("bottles", "tastes", "tastes.errors")]).values():
            future.result(30)
        connection = self.connect()
        self.ask(connection, "POST", "/v1/streams", {"name": "cellar", "brokers": self.brokers, "input": "bottles", "output": "tastes",
                                                     "model": "wine@champion", "outputs": ["predict"]})
        producer = Producer({"bootstrap.servers": self.brokers})
        consumer = Consumer({"bootstrap.servers": self.brokers, "group.id": "picture", "isolation.level": "read_committed"})
        consumer.assign([TopicPartition("tastes", 0, 0)])
        deadline = None
        while True:
            if not self.stop.is_set():
                for _ in range(10):
                    producer.produce("bottles", json.dumps(self.row(door.sent)), key=str(door.sent))
                    door.sent += 1
                producer.flush()
            for message in consumer.consume(1000, 0.05):
                if message.error() is None:
                    version = int(dict(message.headers())["scoreway-version"])
                    door.answers.append((int(message.key()), version, json.loads(message.value())["predict"]))
            if self.stop.is_set():
                deadline = deadline or time.monotonic() + 30
                if len(door.answers) >= door.sent or time.monotonic() > deadline:
                    break
            door.note = "each once, in transactions"
        consumer.close()

    def start(self):
        for name in self.doors:
            thread = threading.Thread(target=self.run, args=(name,), daemon=True)
            thread.start()
            self.threads.append(thread)

    def run(self, name):
        try:
            getattr(self, name)(self.doors[name])
        except Exception as error:  # shown, and counted as a fault at the end
            self.doors[name].note = f"FAULT {error!r}"

    # ---- the picture ----------------------------------------------------------------------------------------------

    def picture(self, title):
        lines = [title, f"{'':10}  in      {'.' * WIDTH}  out     by version"]
        for name, door in self.doors.items():
            versions = collections.Counter(version for _, version, _ in door.answers)
            filled = round(WIDTH * len(door.answers) / door.sent) if door.sent else 0
            bar = "#" * filled + "-" * (WIDTH - filled)
            shares = " ".join(f"v{version}:{count}" for version, count in sorted(versions.items()))
            lines.append(f"{name:10}  {door.sent:<6}  {bar}  {len(door.answers):<6}  {shares:18}  {door.note}")
        return lines

    def draw(self, title, again):
        lines = self.picture(title)
        if sys.stdout.isatty() and again:
            print(f"\x1b[{len(lines)}A", end="")
        print("\n".join(f"\x1b[2K{line}" if sys.stdout.isatty() else line for line in lines), flush=True)


def watch(show, seconds, move):
    began, moved, steps = time.monotonic(), False, 0
    while (passed := time.monotonic() - began) < seconds:
        if not moved and passed > seconds / 2:
            moved = True
            move()
        title = f"{passed:4.0f} s  wine@champion is version {2 if moved else 1}"
        if sys.stdout.isatty() or steps % 20 == 0:
            show.draw(title, again=steps > 0)
        steps += 1
        time.sleep(0.25)
    show.stop.set()
    for thread in show.threads:
        thread.join(90)
    show.draw("  end  every row has its answer", again=True)


def check(show, models):
    """The faults."""
    import pandas

    frame = pandas.DataFrame(show.rows, columns=INPUTS)
    wanted = [list(model.predict(frame)) for model in models]
    faults = []
    for name, door in show.doors.items():
        if door.note.startswith("FAULT"):
            faults.append(f"{name}: {door.note}")
        if sorted(row for row, _, _ in door.answers) != list(range(door.sent)):
            faults.append(f"{name}: {door.sent} rows, answers to {len({row for row, _, _ in door.answers})} of them, {len(door.answers)} in all")
        wrong = sum(answer != wanted[version - 1][row % len(show.rows)] for row, version, answer in door.answers)
        if wrong:
            faults.append(f"{name}: {wrong} answers are not scikit-learn's")
    if {version for door in show.doors.values() for _, version, _ in door.answers} != {1, 2}:
        faults.append("only one version has answered")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scoreway", default=str(ROOT / "build" / "release" / "bin" / "scoreway"))
    parser.add_argument("--kafka", help="a broker that runs; 'none' leaves the stream out; by default one is started")
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    kafka = [str(ROOT / "tools" / "kafka"), "--port", "19193", "--directory", str(ROOT / "build" / "kafka-example")]
    starts_kafka = options.kafka is None
    if starts_kafka:
        subprocess.run([*kafka, "start"], check=True)
    brokers = "127.0.0.1:19193" if starts_kafka else "" if options.kafka == "none" else options.kafka
    models, rows = train()
    try:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            run = lambda *arguments: subprocess.run([options.scoreway, *arguments, "--registry", folder / "registry"], check=True,
                                                    stdout=subprocess.DEVNULL)
            for i, model in enumerate(models):
                (folder / f"{i}.pkl").write_bytes(pickle.dumps(model))
                run("push", "wine", folder / f"{i}.pkl")
            run("alias", "wine", "champion", "1")
            (folder / "answers").mkdir()
            address = folder / "address"
            with open(folder / "log", "wb") as log:
                server = subprocess.Popen([options.scoreway, "serve", "--registry", folder / "registry", "--port", "0", "--address-file", address,
                                           "--batch-folder", folder / "answers"], stdout=log, stderr=log)
            try:
                while not (address.exists() and address.read_text().strip()):
                    if server.poll() is not None:
                        sys.exit((folder / "log").read_text())
                    time.sleep(0.01)
                show = Show(address.read_text().strip(), rows, folder / "answers", brokers)
                show.start()
                watch(show, options.seconds, lambda: run("alias", "wine", "champion", "2"))
                faults = check(show, models)
            finally:
                server.terminate()
                server.wait()
    finally:
        if starts_kafka:
            subprocess.run([*kafka, "stop"], check=True)
    for fault in faults:
        print(fault)
    total = sum(len(door.answers) for door in show.doors.values())
    print(f"{total} answers by {sum(door.sent > 0 for door in show.doors.values())} doors: "
          f"{f'{len(faults)} faults' if faults else 'each row once, as scikit-learn answers'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
