#!/usr/bin/env python3
"""A trainer for scikit-learn: fits a model like the one that serves on new rows.

    scoreway trainer set churn --time 10m --memory 4GB -- python3 $PWD/train.py
    scoreway retrain churn --from-log

Scoreway runs it in an empty folder and says in the environment where things are; docs/learning.md has the whole contract. The parent
is a pickle here, so its settings are taken from it; a trainer that does not trust pickles keeps its settings in the script.
"""
import json
import os
import pickle

import pandas
from sklearn.base import clone
from sklearn.model_selection import train_test_split

with open(os.environ["SCOREWAY_RETRAIN"], encoding="utf-8") as file:
    contract = json.load(file)
rows = pandas.read_parquet(contract["data"])
labels = rows.pop(contract["label"])
print("training %s anew from version %d on %d rows" % (contract["model"], contract["parent"]["version"], len(rows)), flush=True)

with open(contract["parent_artifact"], "rb") as file:
    model = clone(pickle.load(file))
train_rows, test_rows, train_labels, test_labels = train_test_split(rows, labels, test_size=0.25, random_state=0)
model.fit(train_rows, train_labels)
with open(contract["metrics"], "w", encoding="utf-8") as file:
    json.dump({"metrics": {"holdout_score": model.score(test_rows, test_labels)}}, file)
model.fit(rows, labels)
with open(contract["output"], "wb") as file:
    pickle.dump(model, file)
