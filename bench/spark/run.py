"""Compares Scoreway with Spark, on pipelines that Spark fitted and saved.

    run.py BUILD WORK_DIR [--rows 1000000] [--json FILE]

BUILD has bin/inprocess_bench and bin/scoreway. Spark runs in local mode (local[2]) in this process's JVM. Measured are
  load       reading the saved folder: Scoreway's importer, and PipelineModel.load
  one row    one row through the model: Scoreway in process, and transform with collect of a DataFrame of one row
  batch      a CSV file to a CSV file of predictions: `scoreway predict`, and read, transform and write in Spark,
             after a run over the same file to warm the JVM up
Batches are compared in CPU seconds: of the whole `scoreway` process, and of the JVM while it works. Fails if an answer
differs from Spark's by more than 1e-9 relative.
"""
import argparse
import csv
import glob
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

import numpy as np
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import LogisticRegression, RandomForestClassifier
from pyspark.ml.feature import Imputer, OneHotEncoder, StandardScaler, StringIndexer, VectorAssembler
from pyspark.ml.regression import GBTRegressor
from pyspark.sql import SparkSession

NUMBERS = [f"x{i}" for i in range(12)]
TEXTS = ["city", "channel"]
ROWS_TRAINED = 5_000
ROWS_MADE = 100_000  # and repeated
CITIES = ["oslo", "bergen", "paris", "rome", "berlin", "wien", "madrid", "lisbon", "dublin", "athens"]
TICKS = os.sysconf("SC_CLK_TCK")


def make_rows(path, rows):
    """Numbers of different spread, and two columns of texts. `target` is left to Spark to fit on."""
    random = np.random.default_rng(7)
    made = min(rows, ROWS_MADE)
    numbers = np.round(random.normal(size=(made, len(NUMBERS))) * np.linspace(0.5, 20, len(NUMBERS)), 6)
    cities = random.choice(CITIES, made)
    channels = random.choice(["web", "shop", "phone"], made)
    lines = [",".join([*map(repr, map(float, row)), city, channel]) + "\n" for row, city, channel in zip(numbers, cities, channels)]
    with open(path, "w", encoding="utf-8") as file:
        file.write(",".join(NUMBERS + TEXTS) + "\n")
        for begin in range(0, rows, made):
            file.writelines(lines[: min(made, rows - begin)])


def read(spark, path):
    schema = ", ".join([f"{name} double" for name in NUMBERS] + [f"{name} string" for name in TEXTS])
    return spark.read.csv(str(path), header=True, schema=schema)


def pipelines():
    prepared = [
        StringIndexer(inputCols=TEXTS, outputCols=["city_code", "channel_code"]),
        OneHotEncoder(inputCols=["city_code", "channel_code"], outputCols=["city_flags", "channel_flags"]),
        Imputer(inputCols=NUMBERS, outputCols=[f"{name}_full" for name in NUMBERS]),
        VectorAssembler(inputCols=[f"{name}_full" for name in NUMBERS], outputCol="numbers"),
        StandardScaler(inputCol="numbers", outputCol="scaled", withMean=True),
        VectorAssembler(inputCols=["scaled", "city_flags", "channel_flags"], outputCol="features"),
    ]
    return {
        "logistic": Pipeline(stages=[*prepared, LogisticRegression(labelCol="label", maxIter=20)]),
        "forest-100": Pipeline(stages=[*prepared, RandomForestClassifier(labelCol="label", numTrees=100, maxDepth=8, seed=1)]),
        "gbt-50": Pipeline(stages=[*prepared, GBTRegressor(labelCol="target", maxIter=50, maxDepth=5, seed=1)]),
    }


def fit(spark, folder, rows):
    """Saves each pipeline in the folder, if it is not there."""
    frame = read(spark, rows).limit(ROWS_TRAINED).selectExpr(
        "*", "x0 * x1 + x2 + IF(city IN ('oslo', 'rome'), 3, 0) + IF(channel = 'web', x3, 0) AS target")
    frame = frame.selectExpr("*", "CAST(target > 1 AS double) AS label").cache()
    for name, pipeline in pipelines().items():
        path = folder / name
        if not path.exists():
            pipeline.fit(frame).write().overwrite().save(str(path))
            shutil.make_archive(str(path), "zip", path)


def jvm_cpu_seconds(spark):
    """Of Spark's process; its Python workers are none here."""
    pid = spark.sparkContext._jvm.java.lang.ProcessHandle.current().pid()
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def median(times, work):
    durations = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        durations.append(time.perf_counter() - began)
    return statistics.median(durations)


class InProcess:
    """Scoreway in a process of its own; see bench/inprocess/inprocess_bench.cc for what it is told."""

    def __init__(self, program, model, rows):
        self.process = subprocess.Popen([program, model, rows], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.loaded = json.loads(self.process.stdout.readline())

    def measure(self, rows, seconds):
        print(f"measure {rows} {seconds}", file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def predict(scoreway, model, rows, answers):
    """CPU and wall seconds of `scoreway predict`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    subprocess.run([scoreway, "predict", model, "--input", rows, "--output", answers, "--outputs", "prediction", "--quiet"], check=True)
    wall = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def transform(spark, model, rows, answers):
    """CPU and wall seconds of Spark from the same file to a folder of CSV."""
    cpu, began = jvm_cpu_seconds(spark), time.perf_counter()
    model.transform(read(spark, rows)).select("prediction").write.mode("overwrite").csv(str(answers), header=True)
    return jvm_cpu_seconds(spark) - cpu, time.perf_counter() - began


def column(paths):
    values = []
    for path in sorted(paths):
        with open(path, encoding="utf-8", newline="") as file:
            values += [float(row[0]) for row in list(csv.reader(file))[1:]]
    return np.array(values)


def greatest_difference(ours, theirs):
    if ours.shape != theirs.shape:
        sys.exit(f"{len(ours)} answers, Spark has {len(theirs)}")
    return float(np.max(np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1e-300), initial=0, where=ours != theirs))


def measure(spark, build, folder, name, rows):
    saved, archive = folder / name, folder / f"{name}.zip"
    model = PipelineModel.load(str(saved))
    figures = {"spark_load_ms": 1e3 * median(3, lambda: PipelineModel.load(str(saved)))}

    bench = InProcess(build / "bin" / "inprocess_bench", archive, rows)
    figures["load_ms"] = bench.loaded["import_ms"]
    figures["one_row_us"] = bench.measure(1, 1)["wall_ns_per_row"] / 1e3
    bench.close()
    first = read(spark, rows).first()
    schema = read(spark, rows).schema
    one = lambda: model.transform(spark.createDataFrame([first], schema)).select("prediction").collect()  # noqa: E731
    median(20, one)  # to warm up
    figures["spark_one_row_us"] = 1e6 * median(50, one)

    figures["cpu_s"], figures["wall_s"] = predict(build / "bin" / "scoreway", archive, rows, folder / "answers.csv")
    transform(spark, model, rows, folder / "spark-answers")
    figures["spark_cpu_s"], figures["spark_wall_s"] = transform(spark, model, rows, folder / "spark-answers")
    figures["difference"] = greatest_difference(column([folder / "answers.csv"]), column(glob.glob(f"{folder}/spark-answers/part-*")))
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    rows = options.work / f"rows-{options.rows}.csv"
    if not rows.exists():
        make_rows(rows, options.rows)
    spark = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.memory", "4g")
             .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    fit(spark, options.work, rows)
    print(f"Spark {spark.version}, local[2]; {options.rows} rows a batch")
    print(f"{'':12} {'load ms':>16} {'one row us':>20} {'batch CPU s':>18} {'ratio':>6} {'batch wall s':>16}  difference")
    result, wrong = {}, []
    for name in pipelines():
        f = result[name] = measure(spark, options.build, options.work, name, rows)
        print(f"{name:12} {f['load_ms']:7.1f} {f['spark_load_ms']:8.0f} {f['one_row_us']:9.1f} {f['spark_one_row_us']:10.0f} "
              f"{f['cpu_s']:8.2f} {f['spark_cpu_s']:9.2f} {f['spark_cpu_s'] / f['cpu_s']:6.1f} {f['wall_s']:7.2f} {f['spark_wall_s']:8.2f} "
              f" {f['difference']:.2g}", flush=True)
        if f["difference"] > 1e-9:
            wrong.append(name)
    spark.stop()
    if options.json:
        options.json.write_text(json.dumps(result, indent=1))
    if wrong:
        sys.exit("other answers than Spark's: " + ", ".join(wrong))


if __name__ == "__main__":
    main()
