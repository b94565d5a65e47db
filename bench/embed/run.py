#!/usr/bin/env python3
"""run.py BUILD WORK: the engine inside Python beside the C library, scikit-learn and ONNX Runtime, on the same models in one run.

For each model: a row as a dict, and a DataFrame of 100,000 rows; CPU time on one thread, the best of several runs. What the peers answer
is compared with scikit-learn's answers, too. Also the time that `import scoreway` takes. Needs the wheel (docs/embedding.md) and
bench/requirements.txt; without onnxruntime or skl2onnx their column is left out.
"""
import json
import os
import pathlib
import pickle
import subprocess
import sys
import time

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import numpy as np
import pandas as pd
import scoreway
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROWS_TRAINED, ROWS = 10_000, 100_000


def numbers(rows, seed):
    X = np.random.default_rng(seed).normal(size=(rows, 20))
    return pd.DataFrame({f"x{i}": X[:, i] for i in range(20)}), (X[:, 0] * X[:, 1] + X[:, 2] > 0.3).astype(int)


def mixed(rows, seed):
    random = np.random.default_rng(seed)
    table = pd.DataFrame({"age": random.integers(18, 90, rows).astype(float), "income": np.exp(random.normal(10, 0.6, rows)),
                          "tenure": random.integers(0, 40, rows).astype(float), "visits": random.poisson(3, rows).astype(float),
                          "score": random.normal(size=rows), "city": random.choice(["oslo", "bergen", "paris", "rome", "wien"], rows),
                          "job": random.choice([f"job_{i}" for i in range(25)], rows), "sex": random.choice(["f", "m"], rows)})
    y = (table["age"] / 40 + table["score"] + (table["city"] == "oslo") > 1.5).astype(int).to_numpy()
    for name in ["age", "income", "tenure"]:
        table.loc[random.random(rows) < 0.1, name] = np.nan
    return table, y


def mixed_pipeline():
    numeric, texts = ["age", "income", "tenure", "visits", "score"], ["city", "job", "sex"]
    return make_pipeline(ColumnTransformer([("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numeric),
                                            ("texts", OneHotEncoder(handle_unknown="ignore"), texts)]), LogisticRegression(max_iter=1000))


MODELS = {
    "linear": (numbers, lambda: make_pipeline(StandardScaler(), LogisticRegression())),
    "boosting": (numbers, lambda: GradientBoostingClassifier(n_estimators=100, max_depth=4, random_state=0)),
    "forest": (numbers, lambda: RandomForestClassifier(100, max_depth=8, random_state=0)),
    "mixed": (mixed, mixed_pipeline),
}


def cpu_seconds(call, repeats):
    best = float("inf")
    for _ in range(repeats):
        begun = time.process_time()
        call()
        best = min(best, time.process_time() - begun)
    return best


def row_us(call, rows, repeats=5, calls=5000):
    def run():
        for i in range(calls):
            call(rows[i % len(rows)])

    call(rows[0])
    return cpu_seconds(run, repeats) / calls * 1e6


def onnx_session(estimator, table):
    try:
        import onnxruntime
        from skl2onnx import to_onnx
        from skl2onnx.common.data_types import FloatTensorType, StringTensorType
    except ImportError:
        return None
    texts = [name for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])]
    if texts:
        types = [(name, (StringTensorType if name in texts else FloatTensorType)([None, 1])) for name in table.columns]
        feeds = {name: table[name].to_numpy(object if name in texts else "float32").reshape(-1, 1) for name in table.columns}
    else:
        types = [("X", FloatTensorType([None, table.shape[1]]))]
        feeds = {"X": table.to_numpy("float32")}
    model = to_onnx(estimator, initial_types=types, options={"zipmap": False})
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"]), feeds


def measure(name, build, work):
    make, estimator = MODELS[name]
    estimator = estimator().fit(*make(ROWS_TRAINED, 1))
    table, _ = make(ROWS, 2)
    path, rows_path = work / f"{name}.pkl", work / f"{name}.csv"
    path.write_bytes(pickle.dumps(estimator))
    table.to_csv(rows_path, index=False)
    c = json.loads(subprocess.run([build / "bin" / "c_baseline", path, rows_path], check=True, capture_output=True, text=True).stdout)

    model = scoreway.load(path)
    expected = estimator.predict_proba(table)
    assert np.allclose(model.predict_proba(table), expected, rtol=1e-11, atol=1e-300)
    rows = table.head(1000).astype(object).where(table.head(1000).notna(), None).to_dict("records")
    figures = {"C, row": c["row_us"], "Python, dict": row_us(model.predict, rows), "C, table": c["table_s"],
               "Python, DataFrame": cpu_seconds(lambda: model.predict_proba(table), 7)}
    frames = [table.iloc[i : i + 1] for i in range(50)]
    figures["scikit-learn, row"] = row_us(estimator.predict_proba, frames, repeats=2, calls=50)
    figures["scikit-learn, table"] = cpu_seconds(lambda: estimator.predict_proba(table), 3)
    onnx = onnx_session(estimator, table)
    if onnx:
        session, feeds = onnx
        single = [{key: value[i : i + 1] for key, value in feeds.items()} for i in range(1000)]
        figures["ONNX Runtime, row"] = row_us(lambda feed: session.run(None, feed), single, repeats=3, calls=2000)
        figures["ONNX Runtime, table"] = cpu_seconds(lambda: session.run(None, feeds), 3)
    return figures


def import_ms():
    code = "import time; begun = time.process_time(); import scoreway; scoreway.Model; print((time.process_time() - begun) * 1e3)"
    return min(float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout) for _ in range(7))


def main():
    build, work = map(pathlib.Path, sys.argv[1:3])
    work.mkdir(parents=True, exist_ok=True)
    print(f"import scoreway with its engine: {import_ms():.1f} ms")
    for name in MODELS:
        figures = measure(name, build, work)
        print(f"\n{name}")
        print(f"  a dict costs {figures['Python, dict'] - figures['C, row']:.2f} us over the C row; "
              f"a DataFrame has {figures['C, table'] / figures['Python, DataFrame'] * 100:.0f} % of the C speed")
        for label, figure in figures.items():
            shown = f"{figure:9.2f} us a row" if "row" in label or "dict" in label else f"{ROWS / figure / 1e6:9.2f} million rows/s"
            print(f"  {label:22}{shown}")


if __name__ == "__main__":
    main()
