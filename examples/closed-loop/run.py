"""A model that is kept true by itself, from the first alarm to a rollback, in some minutes on one machine.

    run.py [--cluster] [--scoreway scoreway] [--work FOLDER] [--picture FILE.svg]

Customers leave or stay; a model says who will. Then

  1. the customers change: their incomes rise, and other things make them leave. The watch on the inputs gives an alarm;
  2. the alarm starts the model's trainer on what was logged and labelled since, whose model challenges the champion;
  3. the challenger scores copies of the requests, its labels show that it is better, and it becomes champion;
  4. a training that went wrong (somebody turned the labels round) challenges, and is rejected;
  5. the world turns back: the new champion fares worse than the one before it, and is put back by itself.

At the end stand the history of the model with its reasons, and a picture of how wrong its answers were. Needs scoreway,
scikit-learn, pandas and pyarrow. Exits 1 if one of the steps does not come.

By default registry and log lie in a file, rows and labels come by HTTP, and scikit-learn trains. With --cluster they lie in
Cassandra, rows, answers and labels are messages of Kafka's topics, and pyspark trains: both are started here with tools/cassandra
and tools/kafka (Java and maven), and pyspark and confluent-kafka are needed besides.
"""
import argparse
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error

import numpy as np
import pandas as pd
from parts import Cluster, Http, OneMachine
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

NUMBERS, TEXTS = ["age", "income", "calls"], ["city"]
CITIES = ["Oslo", "Rome", "Wien"]
ROWS_A_ROUND = 100


class World:
    """Where rows and their labels come from."""

    def __init__(self):
        self.random = np.random.default_rng(11)
        self.has_changed = False

    def rows(self, count):
        income = np.exp(self.random.normal(10.5 if self.has_changed else 10, 0.4, count)).round()
        table = pd.DataFrame({"age": self.random.integers(18, 80, count).astype(float), "income": income,
                              "calls": self.random.poisson(2, count).astype(float), "city": self.random.choice(CITIES, count)})
        if self.has_changed:
            log_odds = 1.5 * (table.calls - 2) - 1.2 * (table.city == "Oslo")
        else:
            log_odds = -(table.age - 50) / 8 + 1.2 * (table.city == "Rome")
        return table, (self.random.random(count) < 1 / (1 + np.exp(-log_odds))).astype(int)


def make_pipeline():
    columns = ColumnTransformer([("numbers", StandardScaler(), NUMBERS), ("texts", OneHotEncoder(handle_unknown="ignore"), TEXTS)])
    return Pipeline([("columns", columns), ("model", LogisticRegression())])


class Loop:
    def __init__(self, scoreway, work, parts):
        self.scoreway, self.work, self.parts = scoreway, work, parts
        self.world, self.losses, self.events = World(), [], []
        self.server = self.http = self.door = None

    def command(self, *arguments):
        done = subprocess.run([self.scoreway, *map(str, arguments)], capture_output=True, text=True,
                              env={**os.environ, "SCOREWAY_REGISTRY": str(self.parts.registry)})
        if done.returncode != 0:
            sys.exit(f"scoreway {' '.join(map(str, arguments))}: {done.stderr}")
        return done.stdout

    def start(self):
        place = self.work / "address"
        self.server = subprocess.Popen([self.scoreway, "serve", "--registry", self.parts.registry, "--port", "0", "--address-file", place,
                                        "--log-predictions", "--log-flush", "100", "--challenge-interval", "1s", "--run-trainers"],
                                       stderr=open(self.work / "server.log", "w"))
        while not (place.exists() and place.read_text().endswith("\n")):
            if self.server.poll() is not None:
                sys.exit(f"the server ended: {(self.work / 'server.log').read_text()}")
            time.sleep(0.02)
        self.http = Http(place.read_text().split()[0])
        self.door = self.parts.connect(self.http.address)

    def push(self, table, label, alias):
        sample = self.work / "sample.csv"
        table[NUMBERS + TEXTS].to_csv(sample, index=False)
        self.command("push", "churn", self.parts.fit(make_pipeline, table[NUMBERS + TEXTS], label), "--alias", alias, "--sample", sample)

    def policy(self, **rules):
        return {"metric": "brier", "output": self.parts.probability, "labels_min": 300, "cool_down_s": 0, **rules}

    def set_trainer(self):
        """Told to look at the last seconds only: the alarm comes five seconds after the change at the earliest."""
        path = self.work / "policy.json"
        path.write_text(json.dumps(self.policy(watch_s=1200)))
        self.command("trainer", "set", "churn", "--on-alarm", "--since", "5s", "--challenge", path, "--alias", "challenger",
                     "--", sys.executable, self.parts.trainer)

    def live(self):
        """Rows are asked and answered, and some time later it is known what was true of them."""
        table, label = self.world.rows(ROWS_A_ROUND)
        answers, version, asked = self.door.ask(table.to_dict("records"))
        probability = np.array([row[self.parts.probability] for row in answers])
        self.losses.append((float(np.mean((probability - label) ** 2)), version))
        self.door.tell(asked, label.tolist())
        time.sleep(0.1)

    def live_until(self, what, happened, seconds=240):
        end = time.monotonic() + seconds
        while not (found := happened()):
            if time.monotonic() > end:
                sys.exit(f"did not come within {seconds} s: {what}")
            self.live()
        self.say(what if found is True else f"{what}: {found}")

    def say(self, text):
        self.events.append((len(self.losses), text))
        print(f"{len(self.losses) * ROWS_A_ROUND:7} rows   {text}", flush=True)

    def state(self):
        return self.http.call("/v1/models/churn/watch")["status"]

    def phase(self, alias="challenger"):
        """Of the challenge; none before it begins."""
        try:
            return self.http.call(f"/v1/models/churn/challenges/{alias}")["phase"]
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return None

    def last_reason(self):
        return next(entry["challenge"]["reason"] for entry in self.http.call("/v1/models/churn/history")["history"] if "challenge" in entry)

    def recent(self, rounds):
        """What was logged of the last rounds, with its labels."""
        text = self.command("log", "churn", "--labels", "only", "--newest", "--shadow", "false", "-q", "--count", rounds * ROWS_A_ROUND)
        logged = pd.read_csv(io.StringIO(text))
        return logged.rename(columns={"input." + name: name for name in NUMBERS + TEXTS}), logged.label.astype(int)

    def run(self):
        self.parts.prepare(self.scoreway)
        self.push(*self.world.rows(4000), "champion")
        self.start()
        self.http.call("/v1/models/churn/watch", {"window": "1000", "interval_seconds": 1, "rise_after": 5, "learn_rows": 1000}, "PUT")
        self.set_trainer()
        self.say("the first model serves")
        for _ in range(15):
            self.live()
        self.live_until("the watch is quiet", lambda: self.state()["version"] == 1 and self.state()["state"] == "quiet")

        self.world.has_changed = True
        self.say("the customers change")
        self.live_until("alarm", lambda: self.state()["state"] == "alarm" and "; ".join(self.state()["reasons"][:1]))
        self.live_until("what the alarm trained challenges the champion", lambda: self.phase() is not None)
        self.live_until("the challenger is champion", lambda: self.phase() == "watching" and self.last_reason())
        for _ in range(20):
            self.live()

        # Its former champion is being watched beside it; a third one comes under a name of its own.
        table, label = self.recent(30)
        self.push(table, 1 - label, "candidate")
        self.http.call("/v1/models/churn/challenges/candidate", {"policy": self.policy()}, "PUT")
        self.live_until("a training that went wrong is rejected", lambda: self.phase("candidate") == "rejected" and self.last_reason())

        self.world.has_changed = False
        self.say("the world turns back")
        self.live_until("the champion before it is back", lambda: self.phase() == "rolled_back" and self.last_reason())
        # Until the door has heard of it.
        self.live_until("the first version answers", lambda: self.losses[-1][1] == 1)
        for _ in range(20):
            self.live()
        if self.losses[-1][1] != 1:
            sys.exit("another version than the first answers")

    def stop(self):
        if self.server is not None:
            self.server.terminate()
            self.server.wait()
        self.parts.stop()


def picture(losses, events, path):
    """The mean loss of five rounds at each, with the version that answered and what happened."""
    width, height, left = 1000, 260, 50
    mean = np.convolve([loss for loss, _ in losses], np.ones(5) / 5, "valid")
    top = max(mean) * 1.1
    x = lambda i: left + i * (width - left - 10) / len(losses)
    y = lambda loss: height - loss / top * (height - 20)
    colours = {1: "#3366aa", 2: "#cc6633"}
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height + 30 + 18 * len(events)}" font-family="sans-serif" font-size="12">',
             f'<text x="{left}" y="14">Brier score of the answers (0 is best); blue: version 1, red: version 2</text>']
    for i in range(1, len(mean)):
        version = losses[i + 4][1]
        parts.append(f'<line x1="{x(i + 3):.1f}" y1="{y(mean[i - 1]):.1f}" x2="{x(i + 4):.1f}" y2="{y(mean[i]):.1f}" '
                     f'stroke="{colours.get(version, "#888888")}" stroke-width="2"/>')
    for mark in np.linspace(0, top, 4):
        parts.append(f'<text x="5" y="{y(mark):.0f}">{mark:.2f}</text>')
    for number, (round_, text) in enumerate(events, 1):
        parts.append(f'<line x1="{x(round_):.1f}" y1="20" x2="{x(round_):.1f}" y2="{height}" stroke="#bbbbbb" stroke-dasharray="3"/>'
                     f'<text x="{x(round_) + 2:.1f}" y="{height + 14}">{number}</text>'
                     f'<text x="{left}" y="{height + 18 + 18 * number}">{number}: {text.replace("&", "&amp;").replace("<", "&lt;")[:150]}</text>')
    path.write_text("\n".join(parts) + "\n</svg>\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scoreway", default="scoreway")
    parser.add_argument("--cluster", action="store_true", help="on Cassandra and Kafka, with pyspark")
    parser.add_argument("--work", type=pathlib.Path, help="a folder to keep what is made; by default one that is removed")
    parser.add_argument("--picture", type=pathlib.Path, default=pathlib.Path("closed-loop.svg"))
    arguments = parser.parse_args()
    work = (arguments.work or pathlib.Path(tempfile.mkdtemp())).resolve()
    work.mkdir(parents=True, exist_ok=True)
    scoreway = shutil.which(arguments.scoreway) or sys.exit(f"no program {arguments.scoreway}")
    loop = Loop(pathlib.Path(scoreway).resolve(), work, (Cluster if arguments.cluster else OneMachine)(work))
    try:
        loop.run()
        print("\n" + loop.command("history", "churn"))
        picture(loop.losses, loop.events, arguments.picture)
        print(f"see {arguments.picture}")
    finally:
        loop.stop()
        if arguments.work is None:
            shutil.rmtree(work)


main()
