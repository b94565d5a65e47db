"""Compares Scoreway in-process with the libraries that trained the models and with others that score them.

    run.py INPROCESS_BENCH WORK_DIR [--models linear,gbdt,...] [--rounds 5] [--json FILE]

INPROCESS_BENCH is the program of that name, WORK_DIR holds what models.py made (it is run if need be). Every library
is a process of its own with one thread, kept for the whole run; they measure turn about, round after round, so that
what else the machine does falls on all alike. A figure is the median of the rounds; a ratio is the median of the rounds'
ratios. Fails if answers differ from those of the library that trained the model by more than 1e-9 relative, or for
XGBoost, which computes in float32, by more than 1e-6.
"""

import argparse
import glob
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import numpy as np

HERE = pathlib.Path(__file__).parent
MODELS = {
    "linear": "logistic regression, scaler, 30 numbers",
    "mixed": "mixed pipeline: imputer, scaler, one-hot, logistic regression",
    "big": "bigger pipeline: polynomials, bins, encoders, 200 boosted trees",
    "gbdt": "gradient boosting, 500 trees of depth 6",
    "hist": "histogram gradient boosting, 100 trees of 31 leaves",
    "forest": "random forest, 200 trees of depth 12",
    "xgboost-500": "XGBoost, 500 trees of depth 6",
    "xgboost-deep": "XGBoost, 200 trees of depth 12",
    "xgboost-small": "XGBoost, 2,000 trees of depth 3",
    "lightgbm-500": "LightGBM, 500 trees of depth 6",
    "lightgbm-deep": "LightGBM, 200 trees of 1,000 leaves",
    "lightgbm-small": "LightGBM, 2,000 trees of 8 leaves",
}
ROWS = [1, 64, 100_000]
SECONDS = {1: 0.3, 64: 0.3, 100_000: 0.5}
TOLERANCE = {"xgboost": 1e-6, "lightgbm": 1e-9, "sklearn": 1e-9}
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Engine:
    """A process that measures; see inprocess_bench.cc for what it is told."""

    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | ONE_THREAD,
        )
        self.ready = self.read()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name} stopped")
        return json.loads(line)

    def ask(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self.read()

    def answers(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, "answers")
            self.ask(f"answers {path}")
            return np.fromfile(path)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def difference(answers, truth):
    """The greatest difference, relative where the truth is greater than 1."""
    if len(answers) != len(truth):
        sys.exit(f"{len(answers)} answers for {len(truth)} rows")
    return float(np.max(np.abs(answers - truth) / np.maximum(1, np.abs(truth))))


def trainer(model):
    """The library that trained the model: the truth."""
    library = model.split("-")[0]
    return library if library in TOLERANCE else "sklearn"


def files_of(model):
    kinds = [{"sklearn": "pkl", "xgboost": "json", "lightgbm": "txt"}[trainer(model)], "onnx", "csv"]
    if trainer(model) != "sklearn" and not model.endswith("-deep"):
        kinds.append("so")
    return {kind: f"{model}.{kind}" for kind in kinds}


def start_engines(model, bench, work, library):
    """Scoreway, then the library that trained the model, then the others."""
    files = {kind: work / name for kind, name in files_of(model).items()}
    artifact, rows, onnx = next(iter(files.values())), files["csv"], files["onnx"]
    peers = [sys.executable, HERE / "peers.py"]
    engines = [
        Engine("scoreway", [bench, artifact, rows]),
        Engine(trainer(model), [*peers, trainer(model), artifact, rows]),
        Engine("ort-c", [bench, artifact, rows, onnx, library]),
    ]
    if trainer(model) == "sklearn":
        engines.append(Engine("ort-python", [*peers, "onnxruntime", onnx, rows]))
    elif "so" in files:
        engines.append(Engine("treelite", [bench, artifact, rows, files["so"]]))
    if trainer(model) == "lightgbm":
        engines.append(Engine("lleaves", [*peers, "lleaves", artifact, rows]))
    return engines


def compare(model, bench, work, library, rounds):
    engines = start_engines(model, bench, work, library)
    answers = {engine.name: engine.answers() for engine in engines}
    differences = {name: difference(values, answers[trainer(model)]) for name, values in answers.items()}
    measures = {engine.name: {rows: [] for rows in ROWS} for engine in engines}
    for rows in ROWS:
        for _ in range(rounds):
            for engine in engines:
                measures[engine.name][rows].append(engine.ask(f"measure {rows} {SECONDS[rows]}"))
    for engine in engines:
        engine.close()
    return {
        "model": model,
        "import_ms": engines[0].ready["import_ms"],
        "model_bytes": engines[0].ready["model_bytes"],
        "differences": differences,
        "measures": measures,
    }


def median(result, name, rows, field):
    return statistics.median(measure[field] for measure in result["measures"][name][rows])


def ratio(result, name, rows):
    """How many times the CPU time of Scoreway the other takes."""
    measures = result["measures"]
    pairs = zip(measures[name][rows], measures["scoreway"][rows])
    return statistics.median(theirs["cpu_ns_per_row"] / ours["cpu_ns_per_row"] for theirs, ours in pairs)


def report(result):
    names = list(result["measures"])
    others = names[1:]
    far = ", ".join(f"{name} {value:.1e}" for name, value in result["differences"].items() if name != others[0])
    print(f"\n{result['model']}: {MODELS[result['model']]}")
    print(f"  imported in {result['import_ms']:.0f} ms, {result['model_bytes'] / 1e6:.2f} MB")
    print(f"  greatest difference from {others[0]}: {far}")
    print("  CPU ns a row  " + "".join(f"{name:>12}" for name in names) + "   times" + "".join(f"{n:>12}" for n in others))
    for rows in ROWS:
        times = "".join(f"{median(result, name, rows, 'cpu_ns_per_row'):>12,.0f}" for name in names)
        ratios = "".join(f"{ratio(result, name, rows):>12.1f}" for name in others)
        print(f"  {rows:>9,} rows{times}        {ratios}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    models = options.models.split(",")
    absent = [m for m in models if not all((options.work / file).exists() for file in files_of(m).values())]
    if absent:
        print(f"training {', '.join(absent)}", flush=True)
        subprocess.run([sys.executable, HERE / "models.py", options.work, *absent], check=True)
    import onnxruntime

    libraries = glob.glob(os.path.join(os.path.dirname(onnxruntime.__file__), "capi", "libonnxruntime.so*"))
    results = []
    for model in models:
        results.append(compare(model, options.bench, options.work, libraries[0], options.rounds))
        report(results[-1])
        sys.stdout.flush()
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))
    wrong = [r["model"] for r in results if not r["differences"]["scoreway"] <= TOLERANCE[trainer(r["model"])]]
    if wrong:
        sys.exit(f"answers differ from the training library's: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
