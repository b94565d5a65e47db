"""What the closed loop is played on: where models and the log lie, how rows and labels come in, and what trains.

OneMachine: a file of SQLite, requests and labels by HTTP, scikit-learn. Cluster: Cassandra, topics of Kafka, pyspark.
"""
import json
import os
import pathlib
import pickle
import shutil
import subprocess
import sys
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRAINERS = ROOT / "examples" / "retrain"


class Http:
    """Rows are asked by requests, and their labels told so."""

    def __init__(self, address):
        self.address = address

    def call(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{self.address}{path}", data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def ask(self, rows):
        """Answers in the order of the rows, the version that gave them, and what `tell` needs."""
        answer = self.call("/v1/models/churn:predict", {"rows": rows})
        return answer["rows"], answer["version"], answer["prediction_id"]

    def tell(self, asked, labels):
        self.call("/v1/models/churn/labels", {"labels": [{"prediction_id": asked, "row": i + 1, "label": label}
                                                         for i, label in enumerate(labels)]})


class Topics:
    """Rows are messages of one topic, their answers of another, and labels of a third, all under the customers' keys."""

    def __init__(self, brokers):
        from confluent_kafka import Consumer, Producer, TopicPartition
        from confluent_kafka.admin import AdminClient, NewTopic

        topics = [NewTopic(name, 1, 1) for name in ("customers", "answers", "outcomes")]
        admin = AdminClient({"bootstrap.servers": brokers})
        for made in admin.create_topics(topics).values():
            made.result(60)
        self.producer = Producer({"bootstrap.servers": brokers, "linger.ms": 5, "log_level": 0})
        self.consumer = Consumer({"bootstrap.servers": brokers, "group.id": "closed-loop", "enable.auto.commit": False,
                                  "isolation.level": "read_committed", "log_level": 0})
        self.consumer.assign([TopicPartition("answers", 0, 0)])
        self.asked = 0

    def ask(self, rows, seconds=60):
        keys = [f"customer-{self.asked + i}" for i in range(len(rows))]
        self.asked += len(rows)
        for key, row in zip(keys, rows):
            self.producer.produce("customers", json.dumps(row), key)
        self.producer.flush(30)
        found, version, end = {}, None, time.monotonic() + seconds
        while len(found) < len(keys):
            if time.monotonic() > end:
                sys.exit(f"no answers within {seconds} s")
            for message in self.consumer.consume(len(keys), 1):
                found[message.key().decode()] = json.loads(message.value())
                version = int(dict(message.headers())["scoreway-version"])
        return [found[key] for key in keys], version, keys

    def tell(self, asked, labels):
        for key, label in zip(asked, labels):
            self.producer.produce("outcomes", json.dumps({"label": label}), key)
        self.producer.flush(30)


class OneMachine:
    probability = "proba_1"
    trainer = TRAINERS / "train.py"

    def __init__(self, work):
        self.work, self.registry = work, work / "registry.db"

    def prepare(self, scoreway):
        pass

    def connect(self, address):
        return Http(address)

    def fit(self, make, table, label):
        """A model of the rows, as a file that `scoreway push` takes."""
        path = self.work / "model.pkl"
        path.write_bytes(pickle.dumps(make().fit(table, label)))
        return path

    def stop(self):
        pass


class Cluster:
    """One node of Cassandra and one broker of Kafka, started here and ended with the loop."""

    probability = "probability(1)"
    trainer = TRAINERS / "train_spark.py"

    def __init__(self, work):
        self.work = work
        self.cassandra = [ROOT / "tools/cassandra", "--port", "19242", "--directory", work / "cassandra"]
        self.kafka = [ROOT / "tools/kafka", "--port", "19392", "--directory", work / "kafka"]
        self.registry, self.brokers = "cassandra://127.0.0.1:19242/closed_loop?rf=1", "127.0.0.1:19392"

    def prepare(self, scoreway):
        subprocess.run([*self.cassandra, "start", "1"], check=True)
        subprocess.run([*self.kafka, "start"], check=True)
        subprocess.run([scoreway, "store", "init", "--registry", self.registry], check=True, stdout=subprocess.DEVNULL)

    def connect(self, address):
        topics, http = Topics(self.brokers), Http(address)
        for stream in ({"name": "customers", "input": "customers", "output": "answers", "model": "churn@champion"},
                       {"name": "outcomes", "input": "outcomes", "takes": "labels", "model": "churn"}):
            http.call("/v1/streams", {"brokers": self.brokers, **stream})
        return topics

    def fit(self, make, table, label):
        """By the trainer itself, called as Scoreway calls it."""
        folder = self.work / "fit"
        folder.mkdir(exist_ok=True)
        table.assign(label=label).to_parquet(folder / "rows.parquet")
        contract = {"model": "churn", "parent": {"version": 0}, "data": str(folder / "rows.parquet"), "label": "label",
                    "output": str(folder / "model.zip"), "metrics": str(folder / "metrics.json")}
        (folder / "retrain.json").write_text(json.dumps(contract))
        shutil.rmtree(folder / "fitted", ignore_errors=True)
        with open(self.work / "fit.log", "a") as log:
            subprocess.run([sys.executable, self.trainer], cwd=folder, check=True, stdout=log, stderr=log,
                           env={**os.environ, "SCOREWAY_RETRAIN": str(folder / "retrain.json")})
        return folder / "model.zip"

    def stop(self):
        subprocess.run([*self.kafka, "stop"])
        subprocess.run([*self.cassandra, "stop"])
