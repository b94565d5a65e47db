"""Scores the rows of a CSV file with another library from Python, one thread; run.py drives it.

    peers.py sklearn MODEL.pkl ROWS.csv
    peers.py onnxruntime MODEL.onnx ROWS.csv
    peers.py xgboost MODEL.json ROWS.csv
    peers.py lightgbm MODEL.txt ROWS.csv
    peers.py lleaves MODEL.txt ROWS.csv

It understands the commands of inprocess_bench. Rows are made ready outside the measured time, in the form the library
takes fastest: float64 arrays, float32 arrays for XGBoost, float32 tensors and strings for ONNX Runtime.
"""

import itertools
import json
import pickle
import sys
import time

import numpy as np
import pandas as pd

CALLS_PREPARED = 128


class ScikitLearn:
    def __init__(self, model):
        with open(model, "rb") as file:
            self.model = pickle.load(file)
        classifies = hasattr(self.model, "predict_proba")
        self.predict = self.model.predict_proba if classifies else self.model.predict

    def prepare(self, table):
        return table.to_numpy()

    def call(self, rows):
        return self.predict(rows)

    def answers(self, result):
        return result if result.ndim == 1 else result[:, -1]


class OnnxRuntime:
    def __init__(self, model):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self.inputs = [item.name for item in self.session.get_inputs()]

    def prepare(self, table):
        if len(self.inputs) == 1:
            return {self.inputs[0]: table.to_numpy(dtype=np.float32)}
        return {
            name: table[[name]].to_numpy(dtype=np.float32 if table[name].dtype == float else object)
            for name in self.inputs
        }

    def call(self, rows):
        return self.session.run(None, rows)

    def answers(self, result):
        return result[-1][:, -1]


class XGBoost:
    def __init__(self, model):
        import xgboost

        self.booster = xgboost.Booster(model_file=model)
        self.booster.set_param({"nthread": 1})

    def prepare(self, table):
        return np.ascontiguousarray(table.to_numpy(dtype=np.float32))

    def call(self, rows):
        return self.booster.inplace_predict(rows, validate_features=False)

    def answers(self, result):
        return result


class LightGBM:
    def __init__(self, model):
        import lightgbm

        self.booster = lightgbm.Booster(model_file=model)

    def prepare(self, table):
        return np.ascontiguousarray(table.to_numpy())

    def call(self, rows):
        return self.booster.predict(rows, num_threads=1)

    def answers(self, result):
        return result


class LLeaves(LightGBM):
    def __init__(self, model):
        import lleaves

        self.model = lleaves.Model(model_file=model)
        self.model.compile()

    def call(self, rows):
        return self.model.predict(rows, n_jobs=1)


LIBRARIES = {
    "sklearn": ScikitLearn,
    "onnxruntime": OnnxRuntime,
    "xgboost": XGBoost,
    "lightgbm": LightGBM,
    "lleaves": LLeaves,
}


def measure(engine, table, rows, seconds, prepared):
    if rows not in prepared:
        starts = range(0, len(table) - rows + 1, rows)[:CALLS_PREPARED]
        prepared[rows] = [engine.prepare(table.iloc[start : start + rows]) for start in starts]
    calls = itertools.cycle(prepared[rows])
    for _ in range(2):
        engine.call(next(calls))
    done = 0
    wall_began, cpu_began = time.perf_counter(), time.thread_time()
    while (wall := time.perf_counter() - wall_began) < seconds:
        engine.call(next(calls))
        done += 1
    cpu = time.thread_time() - cpu_began
    per_row = 1e9 / (done * rows)
    return {
        "rows": rows,
        "calls": done,
        "wall_ns_per_row": wall * per_row,
        "cpu_ns_per_row": cpu * per_row,
        "rows_per_s": 1e9 / (wall * per_row),
    }


def main(library, model, rows_csv):
    began = time.perf_counter()
    engine = LIBRARIES[library](model)
    loaded = time.perf_counter()
    table = pd.read_csv(rows_csv)
    # Whole numbers in a column of numbers are read as integers; the models were trained on floats.
    table = table.astype({name: float for name in table.columns if table[name].dtype.kind in "iu"})
    print(json.dumps({"import_ms": 1e3 * (loaded - began)}), flush=True)
    prepared = {}
    for line in sys.stdin:
        command, *words = line.split()
        if command == "measure":
            answer = measure(engine, table, int(words[0]), float(words[1]), prepared)
        else:
            answers = engine.answers(engine.call(engine.prepare(table))).astype(np.float64)
            answers.tofile(words[0])
            answer = {"answers": len(answers)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
