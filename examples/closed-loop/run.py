"""A model that is kept true by itself, from the first alarm to a rollback, in two minutes on one machine.

    run.py [--scoreway scoreway] [--work FOLDER] [--picture FILE.svg]

Customers leave or stay; a model of scikit-learn says who will. Then

  1. the customers change: their incomes rise, and other things make them leave. The watch on the inputs gives an alarm;
  2. the alarm starts a training on what was logged and labelled since, whose model challenges the champion;
  3. the challenger scores copies of the requests, its labels show that it is better, and it becomes champion;
  4. a training that went wrong (somebody turned the labels round) challenges, and is rejected;
  5. the world turns back: the new champion fares worse than the one before it, and is put back by itself.

At the end stand the history of the model with its reasons, and a picture of how wrong its answers were. Needs scoreway,
and scikit-learn and pandas. Exits 1 if one of the steps does not come.
"""
import argparse
import io
import json
import pathlib
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

import numpy as np
import pandas as pd
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


def train(table, label):
    columns = ColumnTransformer([("numbers", StandardScaler(), NUMBERS), ("texts", OneHotEncoder(handle_unknown="ignore"), TEXTS)])
    return Pipeline([("columns", columns), ("model", LogisticRegression())]).fit(table[NUMBERS + TEXTS], label)


class Loop:
    def __init__(self, scoreway, work):
        self.scoreway, self.work = scoreway, work
        self.world, self.losses, self.events = World(), [], []
        self.registry = work / "registry.db"
        self.address = None

    def command(self, *arguments):
        done = subprocess.run([self.scoreway, *map(str, arguments), "--registry", self.registry], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"scoreway {' '.join(map(str, arguments))}: {done.stderr}")
        return done.stdout

    def call(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{self.address}{path}", data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def start(self):
        place = self.work / "address"
        self.server = subprocess.Popen([self.scoreway, "serve", "--registry", self.registry, "--port", "0", "--address-file", place,
                                        "--log-predictions", "--log-flush", "100", "--challenge-interval", "1s"],
                                       stderr=open(self.work / "server.log", "w"))
        while not (place.exists() and place.read_text().endswith("\n")):
            if self.server.poll() is not None:
                sys.exit(f"the server ended: {(self.work / 'server.log').read_text()}")
            time.sleep(0.02)
        self.address = place.read_text().split()[0]

    def push(self, model, sample, alias):
        (self.work / "model.pkl").write_bytes(pickle.dumps(model))
        sample[NUMBERS + TEXTS].to_csv(self.work / "sample.csv", index=False)
        self.command("push", "churn", self.work / "model.pkl", "--alias", alias, "--sample", self.work / "sample.csv")

    def live(self):
        """Rows are asked and answered, and some time later it is known what was true of them."""
        table, label = self.world.rows(ROWS_A_ROUND)
        answer = self.call("/v1/models/churn:predict", {"rows": table.to_dict("records")})
        probability = [row["proba_1"] for row in answer["rows"]]
        self.losses.append((float(np.mean((np.array(probability) - label) ** 2)), answer["version"]))
        self.call("/v1/models/churn/labels", {"labels": [{"prediction_id": answer["prediction_id"], "row": i + 1, "label": int(each)}
                                                         for i, each in enumerate(label)]})
        time.sleep(0.1)

    def live_until(self, what, happened, seconds=120):
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
        return self.call("/v1/models/churn/watch")["status"]

    def phase(self):
        return self.call("/v1/models/churn/challenges/challenger")["phase"]

    def last_reason(self):
        return next(entry["challenge"]["reason"] for entry in self.call("/v1/models/churn/history")["history"] if "challenge" in entry)

    def challenge(self, model, sample, policy):
        self.push(model, sample, "challenger")
        self.call("/v1/models/churn/challenges/challenger", {"policy": {"metric": "brier", "output": "proba_1", "labels_min": 300,
                                                                        "cool_down_s": 0, **policy}}, "PUT")

    def recent(self, rounds):
        """What was logged of the last rounds, with its labels."""
        text = self.command("log", "churn", "--labels", "only", "--newest", "--shadow", "false", "-q", "--count", rounds * ROWS_A_ROUND)
        logged = pd.read_csv(io.StringIO(text))
        return logged.rename(columns={"input." + name: name for name in NUMBERS + TEXTS}), logged.label.astype(int)

    def run(self):
        table, label = self.world.rows(4000)
        self.push(train(table, label), table, "champion")
        self.start()
        self.call("/v1/models/churn/watch", {"window": "1000", "interval_seconds": 1}, "PUT")
        self.say("the first model serves")
        for _ in range(15):
            self.live()
        self.live_until("the watch is quiet", lambda: self.state()["version"] == 1 and self.state()["state"] == "quiet")

        self.world.has_changed = True
        self.say("the customers change")
        changed = len(self.losses)
        self.live_until("alarm", lambda: self.state()["state"] == "alarm" and "; ".join(self.state()["reasons"][:1]))
        while len(self.losses) < changed + 30:
            self.live()
        table, label = self.recent(len(self.losses) - changed)
        self.say(f"trained anew on {len(table)} labelled rows")
        self.challenge(train(table, label), table, {"watch_s": 600})
        self.live_until("the challenger is champion", lambda: self.phase() == "watching" and self.last_reason())
        for _ in range(20):
            self.live()

        # Its former champion is being watched beside it; a third one comes under a name of its own.
        self.push(train(table, 1 - label), table, "candidate")
        self.call("/v1/models/churn/challenges/candidate", {"policy": {"metric": "brier", "output": "proba_1", "labels_min": 300}}, "PUT")
        self.live_until("a training that went wrong is rejected",
                        lambda: self.call("/v1/models/churn/challenges/candidate")["phase"] == "rejected" and self.last_reason())

        self.world.has_changed = False
        self.say("the world turns back")
        self.live_until("the champion before it is back", lambda: self.phase() == "rolled_back" and self.last_reason())
        for _ in range(20):
            self.live()
        if self.losses[-1][1] != 1:
            sys.exit("another version than the first answers")

    def stop(self):
        if self.address:
            self.server.terminate()
            self.server.wait()


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
    parser.add_argument("--work", type=pathlib.Path, help="a folder to keep what is made; by default one that is removed")
    parser.add_argument("--picture", type=pathlib.Path, default=pathlib.Path("closed-loop.svg"))
    arguments = parser.parse_args()
    work = arguments.work or pathlib.Path(tempfile.mkdtemp())
    work.mkdir(parents=True, exist_ok=True)
    loop = Loop(shutil.which(arguments.scoreway) or sys.exit(f"no program {arguments.scoreway}"), work)
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
