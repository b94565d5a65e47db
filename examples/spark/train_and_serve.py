#!/usr/bin/env python3
"""Train in pyspark, push, serve, and compare every answer with model.transform.

    train_and_serve.py MODEL CSV [--store URL | --server URL] [--scoreway BINARY]

MODEL is naive-bayes, random-forest, k-means, als or fp-growth; README.md says which data each takes.
"""
import argparse
import contextlib
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from pyspark.ml import Pipeline
from pyspark.ml.classification import NaiveBayes, RandomForestClassifier
from pyspark.ml.clustering import KMeans
from pyspark.ml.evaluation import ClusteringEvaluator, MulticlassClassificationEvaluator, RegressionEvaluator
from pyspark.ml.feature import IndexToString, MinMaxScaler, OneHotEncoder, StringIndexer, VectorAssembler
from pyspark.ml.fpm import FPGrowth
from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

import scoreway

TOLERANCE = 1e-9


# ---- the five models: each gives the fitted model, rows that it has not seen, and a metric of it ----------------------


def naive_bayes(spark, path):
    features = ["buying", "maint", "doors", "persons", "lug_boot", "safety"]
    schema = ", ".join(f"{name} string" for name in [*features, "evaluation"])
    train, test = spark.read.csv(path, schema=schema).dropna().randomSplit([0.8, 0.2], seed=7)
    label = StringIndexer(inputCol="evaluation", outputCol="label").fit(train)
    model = Pipeline(stages=[
        label,
        StringIndexer(inputCols=features, outputCols=[f"{name}_index" for name in features]),
        OneHotEncoder(inputCols=[f"{name}_index" for name in features], outputCols=[f"{name}_hot" for name in features], dropLast=False),
        VectorAssembler(inputCols=[f"{name}_hot" for name in features], outputCol="features"),
        NaiveBayes(modelType="multinomial"),
        IndexToString(inputCol="prediction", outputCol="predicted", labels=label.labels),
    ]).fit(train)
    return model, test, {"accuracy": MulticlassClassificationEvaluator(metricName="accuracy").evaluate(model.transform(test))}


def random_forest(spark, path):
    measures = ["fixed_acidity", "volatile_acidity", "citric_acid", "residual_sugar", "chlorides", "free_so2", "total_so2", "density",
                "ph", "sulphates", "alcohol"]
    schema = ", ".join(f"{name} double" for name in [*measures, "quality"])
    wine = spark.read.csv(path, schema=schema, sep=";").dropna().withColumn("label", (F.col("quality") >= 6).cast("double"))
    train, test = wine.randomSplit([0.8, 0.2], seed=7)
    model = Pipeline(stages=[
        VectorAssembler(inputCols=measures, outputCol="features"),
        RandomForestClassifier(numTrees=30, maxDepth=6, seed=1),
    ]).fit(train)
    return model, test.select(measures), {"accuracy": MulticlassClassificationEvaluator(metricName="accuracy").evaluate(model.transform(test))}


def k_means(spark, path):
    counts = ["reactions", "comments", "shares", "likes", "loves", "wows", "hahas", "sads", "angrys"]
    schema = "kind string, " + ", ".join(f"{name} double" for name in counts)
    train, test = spark.read.csv(path, schema=schema).dropna().select(counts).randomSplit([0.8, 0.2], seed=7)
    model = Pipeline(stages=[
        VectorAssembler(inputCols=counts, outputCol="raw"),
        MinMaxScaler(inputCol="raw", outputCol="features"),
        KMeans(k=4, seed=1),
    ]).fit(train)
    return model, test, {"silhouette": ClusteringEvaluator().evaluate(model.transform(test))}


def als(spark, path):
    ratings = spark.read.csv(path, schema="user int, joke int, rating double").dropna()
    train, test = ratings.randomSplit([0.8, 0.2], seed=7)
    model = ALS(userCol="user", itemCol="joke", ratingCol="rating", rank=8, maxIter=8, regParam=0.1, seed=1, coldStartStrategy="drop").fit(train)
    return model, test.select("user", "joke"), {"rmse": RegressionEvaluator(metricName="rmse", labelCol="rating").evaluate(model.transform(test))}


def fp_growth(spark, path):
    ratings = spark.read.csv(path, schema="user int, joke int, rating double").dropna()
    liked = ratings.where("rating > 4").groupBy("user").agg(F.sort_array(F.collect_set(F.col("joke").cast("string"))).alias("items"))
    train, test = liked.randomSplit([0.8, 0.2], seed=7)
    model = FPGrowth(itemsCol="items", minSupport=0.15, minConfidence=0.6).fit(train)
    return model, test.select("items"), {"rules": model.associationRules.count()}


MODELS = {"naive-bayes": naive_bayes, "random-forest": random_forest, "k-means": k_means, "als": als, "fp-growth": fp_growth}


# ---- serving and comparing -------------------------------------------------------------------------------------------


@contextlib.contextmanager
def serving(arguments):
    """The URL of a server: the given one, or one of our own that ends with this."""
    if arguments.server:
        yield arguments.server
        return
    with tempfile.TemporaryDirectory() as folder:
        address = pathlib.Path(folder) / "address"
        registry = arguments.store or str(pathlib.Path(folder) / "registry.db")
        server = subprocess.Popen([arguments.scoreway, "serve", "--port", "0", "--address-file", address, "--registry", registry])
        try:
            deadline = time.monotonic() + 60
            while not (address.exists() and address.read_text().strip()):
                if server.poll() is not None or time.monotonic() > deadline:
                    sys.exit("the server does not start")
                time.sleep(0.05)
            yield "http://" + address.read_text().strip()
        finally:
            server.terminate()
            server.wait()


def is_equal(got, expected):
    if isinstance(expected, float) and isinstance(got, (int, float)):
        return got == expected or math.isclose(got, expected, rel_tol=TOLERANCE, abs_tol=1e-12)
    if isinstance(expected, list):  # of FP-growth: a set
        return sorted(json.loads(got) if isinstance(got, str) else got) == sorted(expected)
    return got == expected


def compare(answers, expected_rows, made):
    """How many cells of the columns that transform has made were compared, and what differs first."""
    count = 0
    for number, (answer, row) in enumerate(zip(answers, expected_rows), 1):
        for name in made:
            value = row[name]
            cells = {name: value}
            if hasattr(value, "toArray"):
                cells = {f"{name}_{i}": float(x) for i, x in enumerate(value.toArray())}
            for column, expected in cells.items():
                if column not in answer:
                    continue  # what is made on the way, such as the assembled features, is no answer
                count += 1
                if not is_equal(answer[column], expected):
                    return count, f"row {number}, column '{column}': {answer[column]} where Spark says {expected}"
    return count, ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("csv", help="the data")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--store", help="where the registry is kept: a file, or cassandra://HOST/KEYSPACE")
    where.add_argument("--server", help="a server that runs already")
    parser.add_argument("--scoreway", default="scoreway", help="the program")
    arguments = parser.parse_args()

    spark = (SparkSession.builder.master("local[2]").appName("scoreway example")
             .config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
             .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
             .config("spark.sql.shuffle.partitions", "2").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    model, unseen, metrics = MODELS[arguments.model](spark, os.path.abspath(arguments.csv))
    # Once, so that both sides see the same rows in the same order; ALS drops the users that training has not seen.
    transformed = model.transform(unseen)
    expected = transformed.collect()
    made = [name for name in transformed.columns if name not in unseen.columns]
    print(f"{arguments.model}: trained, {', '.join(f'{name} {value:.4g}' for name, value in metrics.items())}", flush=True)

    with serving(arguments) as url:
        client = scoreway.Client(url)
        try:
            version = client.push(model, arguments.model, sample=unseen, metrics=metrics, alias="champion",
                                  training_data=os.path.basename(arguments.csv))
        except scoreway.Unsupported as error:
            print(f"{arguments.model}: unsupported: {error}")
            return 3
        print(f"{arguments.model}: pushed as {version}, parity {'passed' if version.parity['passed'] else 'FAILED'} over "
              f"{version.parity['rows']} rows")
        answers = client.predict(f"{arguments.model}@champion", [{name: row[name] for name in unseen.columns} for row in expected])
        count, difference = compare(answers, expected, made)
        if difference or not version.parity["passed"]:
            print(f"{arguments.model}: NOT EQUAL: {difference or version.parity['first_difference']}")
            return 1
        print(f"{arguments.model}: {count} answers for {len(answers)} rows that training has not seen, all equal to Spark's")
        return 0 if count else 1


if __name__ == "__main__":
    sys.exit(main())
