#!/usr/bin/env python3
"""run.py SCOREWAY WORK PACKAGE NODE_MODULES: the npm package and onnxruntime-web in Chromium, on the same models.

Trains the models of bench/embed, writes each as ONNX and in Scoreway's own format by `scoreway convert`, and has run.mjs measure sizes,
start-up, one row, and a table of 10,000. The largest difference of any answer from Scoreway's is printed beside the times.
"""
import importlib.util
import json
import pathlib
import pickle
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROWS_TRAINED, ROWS = 10_000, 10_000
OUTPUT = "proba_1"


def models_of_embed():
    spec = importlib.util.spec_from_file_location("models", HERE.parent / "embed" / "models.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.MODELS


def write(scoreway, work, name, data, estimator):
    """The model in three formats, and rows that it never saw."""
    table, target = data(ROWS_TRAINED, 1)
    (work / f"{name}.pkl").write_bytes(pickle.dumps(estimator().fit(table, target)))
    for kind in ("onnx", "scoreway"):
        subprocess.run([scoreway, "convert", work / f"{name}.pkl", work / f"{name}.{kind}"], check=True, capture_output=True)
    rows = data(ROWS, 2)[0]
    inputs = [{"name": column, "type": "string" if rows[column].dtype.kind not in "fiub" else "float64",
               "values": [None if value != value else value for value in rows[column].tolist()]} for column in rows]
    (work / f"{name}.json").write_text(json.dumps({"name": name, "rows": ROWS, "inputs": inputs, "output": OUTPUT}))


def main():
    scoreway, work, package, modules = sys.argv[1:5]
    work = pathlib.Path(work).resolve()
    work.mkdir(parents=True, exist_ok=True)
    models = models_of_embed()
    for name, (data, estimator) in models.items():
        write(scoreway, work, name, data, estimator)
    for kind in ("onnx", "scoreway"):  # what the start is measured with
        (work / f"small.{kind}").write_bytes((work / f"linear.{kind}").read_bytes())
    (work / "models.json").write_text(json.dumps(list(models)))
    return subprocess.run(["node", HERE / "run.mjs", pathlib.Path(package).resolve(), work, pathlib.Path(modules).resolve()]).returncode


if __name__ == "__main__":
    sys.exit(main())
