"""Compares Scoreway with scikit-learn and ONNX Runtime in-process, on the same models and rows.

    run.py INPROCESS_BENCH WORK_DIR [--models linear,gbdt,...] [--rounds 5] [--json FILE]

INPROCESS_BENCH is the program of that name, WORK_DIR holds what models.py made (it is run if need be). Every library
is a process of its own with one thread, kept for the whole run; they measure turn about, round after round, so that
what else the machine does falls on all alike. A figure is the median of the rounds; a ratio is the median of the rounds'
ratios. Fails if answers differ from scikit-learn's by more than 1e-9 relative.
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
}
ROWS = [1, 64, 100_000]
SECONDS = {1: 0.3, 64: 0.3, 100_000: 0.5}
TOLERANCE = 1e-9
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


def compare(model, bench, work, library, rounds):
    pickle, rows_csv, onnx = (work / f"{model}.{kind}" for kind in ("pkl", "csv", "onnx"))
    peers = [sys.executable, HERE / "peers.py"]
    engines = [
        Engine("scoreway", [bench, pickle, rows_csv]),
        Engine("sklearn", [*peers, "sklearn", pickle, rows_csv]),
        Engine("ort-python", [*peers, "onnxruntime", onnx, rows_csv]),
        Engine("ort-c", [bench, pickle, rows_csv, onnx, library]),
    ]
    answers = {engine.name: engine.answers() for engine in engines}
    differences = {name: difference(values, answers["sklearn"]) for name, values in answers.items()}
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
    differences = result["differences"]
    print(f"\n{result['model']}: {MODELS[result['model']]}")
    print(
        f"  imported in {result['import_ms']:.0f} ms, {result['model_bytes'] / 1e6:.2f} MB;"
        f" greatest difference from scikit-learn: scoreway {differences['scoreway']:.1e},"
        f" ONNX Runtime {differences['ort-c']:.1e}"
    )
    print("  rows per call     CPU ns a row: scoreway    sklearn  ort-python      ort-c     times sklearn ort-python ort-c")
    for rows in ROWS:
        times = [median(result, name, rows, "cpu_ns_per_row") for name in ("scoreway", "sklearn", "ort-python", "ort-c")]
        ratios = [ratio(result, name, rows) for name in ("sklearn", "ort-python", "ort-c")]
        print(
            f"  {rows:>13,}   {times[0]:>23,.0f} {times[1]:>10,.0f} {times[2]:>11,.0f} {times[3]:>10,.0f}"
            f"     {ratios[0]:>13.1f} {ratios[1]:>10.1f} {ratios[2]:>5.1f}"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    models = options.models.split(",")
    absent = [m for m in models if not all((options.work / f"{m}.{kind}").exists() for kind in ("pkl", "csv", "onnx"))]
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
    wrong = [r["model"] for r in results if not r["differences"]["scoreway"] <= TOLERANCE]
    if wrong:
        sys.exit(f"answers differ from scikit-learn's: {', '.join(wrong)}")


if __name__ == "__main__":
    main()
