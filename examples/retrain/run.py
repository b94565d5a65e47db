#!/usr/bin/env python3
"""Trains a model, pushes it, and has it trained anew by its trainer on newer rows, as a scheduler would.

    examples/retrain/run.py SCOREWAY [train.py|train_spark.py]     in a Python with scikit-learn, pandas and pyarrow; and pyspark
"""
import json
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile

import pandas
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier

HERE = pathlib.Path(__file__).resolve().parent
scoreway = pathlib.Path(sys.argv[1]).resolve()
trainer = HERE / (sys.argv[2] if len(sys.argv) > 2 else "train.py")

with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)

    def run(*arguments):
        return subprocess.run([scoreway, *map(str, arguments)], cwd=folder, check=True, stdout=subprocess.PIPE, text=True,
                              env={**os.environ, "SCOREWAY_REGISTRY": str(folder / "registry.db")}).stdout

    cells, labels = make_classification(4000, 6, random_state=1)
    rows = pandas.DataFrame(cells, columns=["f%d" % i for i in range(6)])
    model = RandomForestClassifier(20, max_depth=6, random_state=1).fit(rows[:1000], labels[:1000])
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    rows.assign(label=labels)[1000:].to_parquet(folder / "new.parquet")

    run("push", "churn", "model.pkl", "--alias", "champion")
    run("trainer", "set", "churn", "--time", "5m", "--", sys.executable, trainer)
    version = json.loads(run("retrain", "churn", "--from", "new.parquet", "--json"))
    print("version %d from version %d, holdout score %.3f" % (
        version["version"], version["parent_version"], version["metrics"]["holdout_score"]))
    assert version["version"] == 2 and version["parent_version"] == 1
    assert json.loads(run("models", "--json"))["models"][0]["aliases"] == {"candidate": 2, "champion": 1}
