#!/usr/bin/env python3
"""A trainer for pyspark: fits a pipeline like the one that serves on new rows.

    scoreway trainer set churn --time 30m -- python3 $PWD/train_spark.py

Scoreway says in the environment where things are; docs/learning.md has the whole contract. What Spark saves is a folder, which goes into
$SCOREWAY_OUTPUT as an archive.
"""
import json
import os
import shutil

from pyspark.ml import Pipeline
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import StandardScaler, VectorAssembler
from pyspark.sql import SparkSession

with open(os.environ["SCOREWAY_RETRAIN"], encoding="utf-8") as file:
    contract = json.load(file)
spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
rows = spark.read.parquet(contract["data"])
inputs = [name for name in rows.columns if name != contract["label"]]
print("training %s anew from version %d on %d rows" % (contract["model"], contract["parent"]["version"], rows.count()), flush=True)

pipeline = Pipeline(stages=[
    VectorAssembler(inputCols=inputs, outputCol="vector"),
    StandardScaler(inputCol="vector", outputCol="features", withMean=True),
    LogisticRegression(labelCol=contract["label"], maxIter=50)])
train, test = rows.randomSplit([0.75, 0.25], seed=0)
auc = BinaryClassificationEvaluator(labelCol=contract["label"]).evaluate(pipeline.fit(train).transform(test))
with open(contract["metrics"], "w", encoding="utf-8") as file:
    json.dump({"metrics": {"holdout_score": auc}}, file)
pipeline.fit(rows).save("fitted")
os.replace(shutil.make_archive("fitted", "zip", "fitted"), contract["output"])
spark.stop()
