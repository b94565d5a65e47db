#!/usr/bin/env python3
"""run.py BUILD WORK: the engine inside Python beside the C library, scikit-learn, ONNX Runtime, pypmml and jpmml_evaluator, on the same models in
one run.

For each model: a row as a dict, and a DataFrame of 100,000 rows; CPU time on one thread, the best of several runs (of the evaluators in a
JVM with what their compiler and collector take, warm, and 10,000 rows). What each answers is compared with scikit-learn's answers: the greatest
difference. Also the time that `import scoreway` takes. Needs the wheel (docs/embedding.md) and bench/requirements.txt.
"""
import json
import os
import pathlib
import pickle
import subprocess
import sys
import time

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

import jvm_peers
import numpy as np
import pandas as pd
import scoreway
from models import MODELS

ROWS_TRAINED, ROWS = 10_000, 100_000


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
    import onnxruntime
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

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


def in_jvm(peer, table, rows, expected):
    """Figures of an evaluator that works in a JVM: warm."""
    part = table.head(10_000)
    answers = peer.table(part)
    difference = np.abs(answers[jvm_peers.PROBABILITY].to_numpy(float) - expected[: len(part)]).max()

    def seconds(call, repeats):
        best = float("inf")
        for _ in range(repeats):
            begun = jvm_peers.cpu_seconds()
            call()
            best = min(best, jvm_peers.cpu_seconds() - begun)
        return best

    def one_by_one():
        for row in rows:
            peer.row(row)

    one_by_one()
    return {f"{peer.name}, row": seconds(one_by_one, 3) / len(rows) * 1e6,
            f"{peer.name}, table": seconds(lambda: peer.table(part), 3) * ROWS / len(part)}, difference


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
    differences = {"Scoreway": np.abs(model.predict_proba(table) - expected).max()}
    session, feeds = onnx_session(estimator, table)
    single = [{key: value[i : i + 1] for key, value in feeds.items()} for i in range(1000)]
    figures["ONNX Runtime, row"] = row_us(lambda feed: session.run(None, feed), single, repeats=3, calls=2000)
    figures["ONNX Runtime, table"] = cpu_seconds(lambda: session.run(None, feeds), 3)
    differences["ONNX Runtime"] = np.abs(session.run(None, feeds)[1] - expected).max()
    document = jvm_peers.written(estimator, table, work / f"{name}.pmml")
    for peer in (jvm_peers.PyPmml, jvm_peers.JpmmlEvaluator):
        more, differences[peer.name] = in_jvm(peer(document), table, rows, expected[:, 1])
        figures.update(more)
    return figures, differences


def import_ms():
    code = "import time; begun = time.process_time(); import scoreway; scoreway.Model; print((time.process_time() - begun) * 1e3)"
    return min(float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout) for _ in range(7))


def main():
    build, work = map(pathlib.Path, sys.argv[1:3])
    work.mkdir(parents=True, exist_ok=True)
    print(f"import scoreway with its engine: {import_ms():.1f} ms")
    for name in MODELS:
        figures, differences = measure(name, build, work)
        print(f"\n{name}")
        print(f"  a dict costs {figures['Python, dict'] - figures['C, row']:.2f} us over the C row; "
              f"a DataFrame has {figures['C, table'] / figures['Python, DataFrame'] * 100:.0f} % of the C speed")
        for label, figure in figures.items():
            shown = f"{figure:9.2f} us a row" if "row" in label or "dict" in label else f"{ROWS / figure / 1e6:9.2f} million rows/s"
            print(f"  {label:24}{shown}")
        print("  greatest differences from scikit-learn: " + ", ".join(f"{peer} {difference:.0e}" for peer, difference in differences.items()), flush=True)


if __name__ == "__main__":
    main()
