"""Scores files with `scoreway batch` and with what Python users have: pandas with scikit-learn, polars and pyarrow with ONNX
Runtime, and Spark with --spark.

    run.py SCOREWAY WORK_DIR [--rows 1000000] [--repeats 3] [--spark] [--json FILE]

Two models: `boosted` (XGBoost, 500 trees of depth 6, 30 numbers) and `mixed` (imputer, scaler and one-hot encoder before a
logistic regression; 6 numbers, 4 texts, missing values), each over a CSV and a Parquet file, into a file of the same format
with the probability of the second class. Every job is a process of its own; measured are wall and CPU seconds and the peak
of resident memory. Input files are in the page cache. Rounds are interleaved; medians are shown. Fails if an answer differs from scikit-learn's by more than
1e-9 (XGBoost's, in float32, by more than 2e-7), or ONNX Runtime's, in float32 throughout, by more than 1e-4.
"""
import argparse
import json
import os
import pathlib
import pickle
import statistics
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

NUMBERS = ["age", "income", "balance", "tenure", "score", "share"]
TEXTS = {"region": ["north", "south", "east", "west", "centre", "islands"], "segment": ["retail", "small", "large", "private"],
         "channel": ["web", "branch", "phone", "mobile", "partner"], "device": [f"device{i:02d}" for i in range(20)]}
FEATURES = [f"x{i}" for i in range(30)]
ROWS_MADE = 100_000  # and repeated


def mixed_rows(rows, seed):
    random = np.random.default_rng(seed)
    table = pd.DataFrame({"age": random.integers(18, 90, rows).astype(float),
                          "income": np.round(np.exp(random.normal(10.5, 0.6, rows)), 2),
                          "balance": np.round(random.normal(2000, 3000, rows), 2),
                          "tenure": random.integers(0, 240, rows).astype(float),
                          "score": np.round(random.uniform(300, 850, rows), 1),
                          "share": np.round(random.beta(2, 5, rows), 4)})
    for name, values in TEXTS.items():
        table[name] = pd.Series(random.choice(values, rows), dtype=object)
    log_odds = (table.age - 50) / 20 - (table.score - 575) / 150 + (table.region == "south") * 0.6
    label = (random.uniform(size=rows) < 1 / (1 + np.exp(-log_odds))).astype(int)
    for name in NUMBERS:
        table.loc[random.uniform(size=rows) < 0.05, name] = np.nan
    for name in TEXTS:
        table.loc[random.uniform(size=rows) < 0.03, name] = None
    return table, label


def boosted_rows(rows, seed):
    random = np.random.default_rng(seed)
    table = np.round(random.normal(size=(rows, len(FEATURES))), 4)
    label = (table[:, 0] + table[:, 1] * table[:, 2] + np.sin(3 * table[:, 3]) + random.normal(0, 0.5, rows) > 0).astype(int)
    return pd.DataFrame(table, columns=FEATURES), label


def make_models(work):
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType as SkFloats, StringTensorType
    from onnxmltools import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType
    import xgboost

    rows, label = boosted_rows(20_000, 1)
    model = xgboost.XGBClassifier(n_estimators=500, max_depth=6, learning_rate=0.1, tree_method="hist", random_state=1)
    model.fit(rows.to_numpy(), label)
    (work / "boosted.pkl").write_bytes(pickle.dumps(model))
    onnx = convert_xgboost(model.get_booster(), initial_types=[("X", FloatTensorType([None, len(FEATURES)]))])
    (work / "boosted.onnx").write_bytes(onnx.SerializeToString())

    rows, label = mixed_rows(20_000, 1)
    texts = list(TEXTS)
    model = Pipeline([("columns", ColumnTransformer([
        ("numbers", Pipeline([("impute", SimpleImputer(strategy="median")), ("scale", StandardScaler())]), NUMBERS),
        ("texts", Pipeline([("impute", SimpleImputer(strategy="constant", fill_value="missing", missing_values=None)),
                            ("encode", OneHotEncoder(handle_unknown="ignore", sparse_output=False))]), texts)])),
        ("classify", LogisticRegression(max_iter=1000))]).fit(rows, label)
    (work / "mixed.pkl").write_bytes(pickle.dumps(model))
    types = [(name, SkFloats([None, 1])) for name in NUMBERS] + [(name, StringTensorType([None, 1])) for name in texts]
    # Texts of ONNX are never missing: its inputs have "missing" in their place already.
    steps = model.named_steps["columns"].named_transformers_
    filled = ColumnTransformer([("numbers", steps["numbers"], NUMBERS), ("texts", steps["texts"].named_steps["encode"], texts)])
    filled.fit(rows.fillna({name: "missing" for name in texts}))
    model = Pipeline([("columns", filled), ("classify", model.named_steps["classify"])])
    onnx = to_onnx(model, initial_types=types, options={id(model.steps[-1][1]): {"zipmap": False}}, target_opset={"": 17, "ai.onnx.ml": 3})
    (work / "mixed.onnx").write_bytes(onnx.SerializeToString())


def make_rows(work, rows):
    for name, make in (("boosted", boosted_rows), ("mixed", mixed_rows)):
        csv, parquet = work / f"{name}-{rows}.csv", work / f"{name}-{rows}.parquet"
        if csv.exists() and parquet.exists():
            continue
        made = pa.Table.from_pandas(make(min(rows, ROWS_MADE), 7)[0], preserve_index=False)
        table = pa.concat_tables([made] * -(-rows // made.num_rows)).slice(0, rows)
        pyarrow.csv.write_csv(table, csv)
        pyarrow.parquet.write_table(table, parquet)


# The jobs, each run by this file in a process of its own: job(model, format, input, output).
def pandas_sklearn(work, name, form, source, target):
    model = pickle.loads((work / f"{name}.pkl").read_bytes())
    table = pd.read_csv(source) if form == "csv" else pd.read_parquet(source)
    if name == "mixed":
        for text in TEXTS:
            table[text] = table[text].astype(object).where(table[text].notna(), None)
    answers = pd.DataFrame({"p": model.predict_proba(table if name == "mixed" else table.to_numpy())[:, 1]})
    answers.to_csv(target, index=False) if form == "csv" else answers.to_parquet(target)


def session(work, name):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = os.cpu_count()
    loaded = onnxruntime.InferenceSession(work / f"{name}.onnx", options)
    outputs = [loaded.get_outputs()[-1].name]
    return lambda inputs: loaded.run(outputs, inputs)[0][:, 1]


def polars_onnxruntime(work, name, form, source, target):
    import polars

    score = session(work, name)
    table = polars.read_csv(source) if form == "csv" else polars.read_parquet(source)
    answers = []
    for begin in range(0, table.height, 65536):
        part = table.slice(begin, 65536)
        if name == "boosted":
            inputs = {"X": np.ascontiguousarray(part.cast(polars.Float32).to_numpy())}
        else:
            inputs = {n: part[n].cast(polars.Float32).fill_null(float("nan")).to_numpy().reshape(-1, 1) for n in NUMBERS}
            inputs |= {n: np.array(part[n].fill_null("missing").to_list(), dtype=object).reshape(-1, 1) for n in TEXTS}
        answers.append(score(inputs))
    result = polars.DataFrame({"p": np.concatenate(answers)})
    result.write_csv(target) if form == "csv" else result.write_parquet(target)


def pyarrow_onnxruntime(work, name, form, source, target):
    import pyarrow.compute

    score = session(work, name)
    if form == "csv":
        parts = pyarrow.csv.open_csv(source, read_options=pyarrow.csv.ReadOptions(block_size=8 << 20),
                                     convert_options=pyarrow.csv.ConvertOptions(strings_can_be_null=True))
    else:
        parts = pyarrow.parquet.ParquetFile(source).iter_batches(65536)
    schema = pa.schema([("p", pa.float32())])
    with (pyarrow.csv.CSVWriter(target, schema) if form == "csv" else pyarrow.parquet.ParquetWriter(target, schema)) as writer:
        for part in parts:
            numbers = lambda n: part.column(n).to_numpy(zero_copy_only=False).astype(np.float32)
            if name == "boosted":
                inputs = {"X": np.stack([numbers(n) for n in FEATURES], 1)}
            else:
                inputs = {n: numbers(n).reshape(-1, 1) for n in NUMBERS}
                inputs |= {n: pyarrow.compute.fill_null(part.column(n).cast(pa.string()), "missing")
                           .to_numpy(zero_copy_only=False).reshape(-1, 1) for n in TEXTS}
            writer.write_batch(pa.record_batch([pa.array(score(inputs))], schema=schema))


def spark_sklearn(work, name, form, source, target):
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    spark = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.driver.memory", "3g")
             .config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
             .config("spark.sql.execution.arrow.maxRecordsPerBatch", "65536").getOrCreate())
    spark.sparkContext.setLogLevel("ERROR")
    schema = ", ".join([f"{n} double" for n in (FEATURES if name == "boosted" else NUMBERS)] + [f"{n} string" for n in (TEXTS if name == "mixed" else [])])
    table = spark.read.csv(source, header=True, schema=schema) if form == "csv" else spark.read.parquet(source)
    path = str(work / f"{name}.pkl")

    def score(parts):
        with open(path, "rb") as file:
            model = pickle.load(file)
        for part in parts:
            if name == "mixed":
                for text in TEXTS:
                    part[text] = part[text].astype(object).where(part[text].notna(), None)
            yield pd.DataFrame({"p": model.predict_proba(part if name == "mixed" else part.to_numpy())[:, 1]})

    written = table.mapInPandas(score, "p double").write.mode("overwrite")
    written.csv(target + ".spark", header=True) if form == "csv" else written.parquet(target + ".spark")
    spark.stop()


JOBS = {job.__name__: job for job in (pandas_sklearn, polars_onnxruntime, pyarrow_onnxruntime, spark_sklearn)}


def measure(command):
    """Wall seconds, CPU seconds and peak MB of a process and those it waited for."""
    started = time.time()
    process = subprocess.Popen(command)
    # Of wait4 the peak would be that of this process, if it is larger: it is the child's until it becomes another program.
    peak = 0
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        peak = max([peak, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))])
        time.sleep(0.01)
    wall = time.time() - started
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return wall, usage.ru_utime + usage.ru_stime, peak / 1024


def read_once(path):
    """So that the first job does not wait for the disk more than those after it."""
    with open(path, "rb") as file:
        while file.read(1 << 24):
            pass


def read_answers(path, form):
    table = pd.read_csv(path) if form == "csv" else pd.read_parquet(path)
    return table.iloc[:, 0].to_numpy(dtype=float)


def main():
    if sys.argv[1] in JOBS:
        return JOBS[sys.argv[1]](pathlib.Path(sys.argv[2]), *sys.argv[3:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scoreway")
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--models", default="boosted,mixed")
    parser.add_argument("--formats", default="csv,parquet")
    parser.add_argument("--spark", action="store_true", help="compare with Spark too; needs pyspark and a JDK")
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    work = arguments.work
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "mixed.onnx").exists():
        make_models(work)
    make_rows(work, arguments.rows)
    jobs = ["scoreway"] + [name for name in JOBS if name != "spark_sklearn" or arguments.spark]
    records = []
    print(f"{'model':8} {'format':8} {'job':20} {'wall s':>8} {'CPU s':>8} {'peak MB':>8} {'wall':>7}")
    for name in arguments.models.split(","):
        for form in arguments.formats.split(","):
            source = str(work / f"{name}-{arguments.rows}.{form}")
            read_once(source)
            measured = {job: [] for job in jobs}
            for _ in range(arguments.repeats):
                for job in jobs:
                    target = str(work / f"{job}.{form}")
                    if job == "scoreway":
                        command = [arguments.scoreway, "batch", str(work / f"{name}.pkl"), source, "-o", target,
                                   "--outputs", "proba_1", "--restart", "--quiet"]
                    else:
                        command = [sys.executable, __file__, job, str(work), name, form, source, target]
                    measured[job].append(measure(command))
            expected = read_answers(work / f"pandas_sklearn.{form}", form)
            for job in jobs:
                if job != "spark_sklearn":
                    answers = read_answers(work / f"{job}.{form}", form)
                    worst = np.abs(answers - expected).max() if len(answers) == len(expected) else np.inf
                    bound = {"mixed": 1e-9, "boosted": 2e-7}[name] if job == "scoreway" else 1e-4
                    if worst > bound:
                        sys.exit(f"{job} differs from scikit-learn by {worst} on {name}, {form}")
                wall, cpu, peak = (statistics.median(column) for column in zip(*measured[job]))
                base = statistics.median(m[0] for m in measured["scoreway"])
                print(f"{name:8} {form:8} {job:20} {wall:8.2f} {cpu:8.2f} {peak:8.0f} {wall / base:6.1f}x", flush=True)
                records.append({"model": name, "format": form, "job": job, "rows": arguments.rows, "wall_s": wall, "cpu_s": cpu, "peak_mb": peak})
    if arguments.json:
        arguments.json.write_text(json.dumps(records, indent=1) + "\n")


if __name__ == "__main__":
    main()
