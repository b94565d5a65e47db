#!/usr/bin/env python3
"""The same Spark pipelines as Spark saves them and as its converters write them, ONNX and PMML, in Scoreway.

    tests/export/spark_cases.py SCOREWAY [--only NAME]

Fits pipelines on data made up here, saves each, exports it with onnxmltools and pyspark2pmml, and compares what Scoreway
answers to all three with transform: the saved pipeline and PMML within 1e-9, ONNX, which computes in float32, within 1e-5
and but for rows that float32 puts on the other side of a split. Where onnxmltools writes another model than it was
given (FAULTS), Scoreway's answer is compared with ONNX Runtime's on the same file.

Needs a JDK, pyspark, pyspark2pmml with its jars (AGPL: tools of this test, never shipped), onnxmltools and onnxruntime.
"""
import argparse
import contextlib
import csv
import io
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import onnxruntime
import pyspark2pmml
from onnxmltools import convert_sparkml
from onnxmltools.convert.common.data_types import FloatTensorType, StringTensorType
from pyspark.ml import Pipeline
from pyspark.ml.classification import (
    DecisionTreeClassifier, GBTClassifier, LogisticRegression, MultilayerPerceptronClassifier, RandomForestClassifier)
from pyspark.ml.clustering import KMeans
from pyspark.ml.feature import MinMaxScaler, OneHotEncoder, StandardScaler, StringIndexer, VectorAssembler
from pyspark.ml.regression import DecisionTreeRegressor, GBTRegressor, LinearRegression, RandomForestRegressor
from pyspark.sql import SparkSession

ROWS = 400
NUMBERS = ["age", "income", "balance", "visits"]
FLOAT32_ROWS_MAX = 4  # of ROWS: rounded to float32, a number may fall on the other side of a split
# What onnxmltools 1.16.0 converts to another model.
FAULTS = {
    "gbt-regressor": "a regressor becomes a classifier",
    "logistic-3": "softmax becomes logistic",
}
NO_ONNX = {
    "forest-texts": "splits of categories are taken for thresholds, in a file that ONNX Runtime refuses",
    "gbt-classifier": "probabilities are not written",
}


def make_frame(spark):
    random = np.random.default_rng(5)
    numbers = np.round(random.normal(size=(ROWS, len(NUMBERS))) * [12, 900, 300, 4] + [40, 3000, 0, 9], 3)
    colours = random.choice(["red", "white", "rose"], ROWS)
    score = (numbers[:, 0] - 40) / 12 + numbers[:, 2] / 300 + (colours == "red") + 0.3 * random.normal(size=ROWS)
    rows = [(*map(float, row), str(colour), float(s > 0), float(np.digitize(s, [-1, 1])), float(s))
            for row, colour, s in zip(numbers, colours, score)]
    return spark.createDataFrame(rows, [*NUMBERS, "colour", "good", "level", "score"]).coalesce(1).cache()


def pipelines():
    numbers = [VectorAssembler(inputCols=NUMBERS, outputCol="features")]
    scaled = [VectorAssembler(inputCols=NUMBERS, outputCol="raw"),
              StandardScaler(inputCol="raw", outputCol="features", withMean=True)]
    coded = [StringIndexer(inputCol="colour", outputCol="code")]
    flags = [*coded, OneHotEncoder(inputCols=["code"], outputCols=["flags"], dropLast=False),
             VectorAssembler(inputCols=[*NUMBERS, "flags"], outputCol="features")]
    codes = [*coded, VectorAssembler(inputCols=[*NUMBERS, "code"], outputCol="features")]
    return {
        "linear": [*scaled, LinearRegression(labelCol="score")],
        "logistic": [*scaled, LogisticRegression(labelCol="good")],
        "logistic-3": [*scaled, LogisticRegression(labelCol="level")],
        "logistic-texts": [*flags, LogisticRegression(labelCol="good")],
        "tree": [*numbers, DecisionTreeClassifier(labelCol="level", maxDepth=4)],
        "tree-regressor": [*numbers, DecisionTreeRegressor(labelCol="score", maxDepth=4)],
        "forest": [*numbers, RandomForestClassifier(labelCol="level", numTrees=12, seed=1)],
        "forest-regressor": [*numbers, RandomForestRegressor(labelCol="score", numTrees=12, seed=1)],
        "forest-texts": [*codes, RandomForestClassifier(labelCol="good", numTrees=12, seed=1)],
        "gbt-classifier": [*numbers, GBTClassifier(labelCol="good", maxIter=10, seed=1)],
        "gbt-regressor": [*numbers, GBTRegressor(labelCol="score", maxIter=10, seed=1)],
        "perceptron": [*scaled, MultilayerPerceptronClassifier(labelCol="level", layers=[4, 5, 3], maxIter=40, seed=1)],
        "k-means": [VectorAssembler(inputCols=NUMBERS, outputCol="raw"),
                    MinMaxScaler(inputCol="raw", outputCol="features"), KMeans(k=4, seed=1)],
    }


def expected(model, frame):
    """transform's columns prediction and, of a classifier, probability_0 and on."""
    answers = model.transform(frame)
    rows = answers.select([name for name in ("prediction", "probability") if name in answers.columns]).collect()
    columns = {"prediction": np.array([float(row["prediction"]) for row in rows])}
    if "probability" in answers.columns:
        for k in range(len(rows[0]["probability"])):
            columns[f"probability_{k}"] = np.array([row["probability"][k] for row in rows])
    return columns


def inputs_of(model):
    return [*NUMBERS, *(["colour"] if any(stage.hasParam("inputCol") and stage.isDefined("inputCol")
                                          and stage.getOrDefault("inputCol") == "colour" for stage in model.stages) else [])]


def write_rows(path, frame, names):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows([repr(cell) if isinstance(cell, float) else cell for cell in row] for row in frame.select(names).collect())


def answers_of(scoreway, model, rows):
    """What Scoreway answers, its columns under the names of the saved pipeline's."""
    done = subprocess.run([scoreway, "predict", str(model), "--input", str(rows), "--quiet"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    table = list(csv.reader(done.stdout.splitlines()))
    columns = {}
    for index, name in enumerate(table[0]):
        if name == "prediction" or name.startswith("probability"):
            key = name.replace("(", "_").replace(")", "").removesuffix(".0")
            columns[key] = np.array([float(row[index]) for row in table[1:]])
    return columns


def runtime_answers(path, frame, names):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    rows = frame.select(names).collect()
    feed = {name: np.array([[row[name]] for row in rows], dtype=object if name == "colour" else np.float32) for name in names}
    given = dict(zip([output.name for output in session.get_outputs()], session.run(None, feed)))
    columns = {"prediction": np.asarray(given["prediction"], dtype=float).reshape(ROWS)}
    if "probability" in given:
        probability = given["probability"]
        if isinstance(probability, list):
            probability = np.array([[row[k] for k in sorted(row)] for row in probability])
        columns |= {f"probability_{k}": probability[:, k] for k in range(probability.shape[1])}
    return columns


def differing(got, wanted, tolerance):
    """How many rows differ; all, if a column is missing."""
    rows = np.zeros(ROWS, dtype=bool)
    for name, values in wanted.items():
        if name not in got:
            return ROWS
        rows |= ~np.isclose(got[name], values, rtol=tolerance, atol=tolerance)
    return int(rows.sum())


def export_onnx(spark, model, names, path):
    types = [(name, (StringTensorType if name == "colour" else FloatTensorType)([None, 1])) for name in names]
    with contextlib.redirect_stdout(io.StringIO()):  # onnxmltools prints what it finds
        path.write_bytes(convert_sparkml(model, "pipeline", types, spark_session=spark).SerializeToString())


def check(spark, scoreway, folder, name, model, frame):
    """The lines that say what is wrong."""
    names = inputs_of(model)
    rows = folder / "rows.csv"
    write_rows(rows, frame, names)
    wanted = expected(model, frame)
    faults = []

    model.write().overwrite().save(f"file://{folder / 'saved'}")
    count = differing(answers_of(scoreway, folder / "saved", rows), wanted, 1e-9)
    if count:
        faults.append(f"the saved pipeline answers otherwise in {count} rows")

    pmml = folder / "model.pmml"
    pyspark2pmml.PMMLBuilder(frame, model).buildFile(str(pmml))
    count = differing(answers_of(scoreway, pmml, rows), wanted, 1e-9)
    if count:
        faults.append(f"PMML answers otherwise in {count} rows")

    if name in NO_ONNX:
        return faults
    onnx = folder / "model.onnx"
    export_onnx(spark, model, names, onnx)
    got = answers_of(scoreway, onnx, rows)
    reference = runtime_answers(onnx, frame, names) if name in FAULTS else wanted
    count = differing(got, reference, 1e-5)
    if count > FLOAT32_ROWS_MAX:
        faults.append(f"ONNX answers otherwise in {count} rows")
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scoreway")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    spark = (SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.jars", pyspark2pmml.spark_jars())
             .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
             .config("spark.sql.shuffle.partitions", "1").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    frame = make_frame(spark)
    wrong = 0
    with tempfile.TemporaryDirectory() as work:
        for name, stages in pipelines().items():
            if options.only not in name:
                continue
            folder = pathlib.Path(work) / name
            folder.mkdir()
            try:
                faults = check(spark, options.scoreway, folder, name, Pipeline(stages=stages).fit(frame), frame)
            except Exception as error:  # a converter's or Scoreway's: the rest is tried all the same
                faults = [f"{type(error).__name__}: {str(error)[:300]}"]
            note = FAULTS.get(name) or NO_ONNX.get(name)
            print(f"{name}: {'; '.join(faults) or 'equal'}" + (f" (onnxmltools: {note})" if note else ""), flush=True)
            wrong += bool(faults)
    spark.stop()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
