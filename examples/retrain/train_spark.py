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
from pyspark.ml.feature import OneHotEncoder, StandardScaler, StringIndexer, VectorAssembler
from pyspark.sql import SparkSession

with open(os.environ["SCOREWAY_RETRAIN"], encoding="utf-8") as file:
    contract = json.load(file)
spark = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
         .config("spark.sql.shuffle.partitions", "2").getOrCreate())
rows = spark.read.parquet(contract["data"]).coalesce(1).cache()
print("training %s anew from version %d on %d rows" % (contract["model"], contract["parent"]["version"], rows.count()), flush=True)

texts = [name for name, kind in rows.dtypes if kind == "string" and name != contract["label"]]
numbers = [name for name in rows.columns if name not in texts and name != contract["label"]]
stages = []
if texts:
    stages = [StringIndexer(inputCols=texts, outputCols=[name + "_index" for name in texts], handleInvalid="keep"),
              OneHotEncoder(inputCols=[name + "_index" for name in texts], outputCols=[name + "_code" for name in texts])]
pipeline = Pipeline(stages=stages + [
    VectorAssembler(inputCols=numbers + [name + "_code" for name in texts], outputCol="vector"),
    StandardScaler(inputCol="vector", outputCol="features", withMean=True),
    LogisticRegression(labelCol=contract["label"], maxIter=50)])
train, test = rows.randomSplit([0.75, 0.25], seed=0)
auc = BinaryClassificationEvaluator(labelCol=contract["label"]).evaluate(pipeline.fit(train).transform(test))
with open(contract["metrics"], "w", encoding="utf-8") as file:
    json.dump({"metrics": {"holdout_score": auc}}, file)
pipeline.fit(rows).save("fitted")
os.replace(shutil.make_archive("fitted", "zip", "fitted"), contract["output"])
spark.stop()
