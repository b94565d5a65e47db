#!/usr/bin/env python3
"""Converts the models of tests/cases to ONNX, runs ONNX Runtime over their rows, and compares with the training library's answers.

    tests/export/onnx_cases.py build/release/bin/scoreway [PATTERN] [-v]

Needs onnxruntime and numpy (tests/export/requirements.txt).
"""
import argparse
import sys

import numpy
import onnxruntime

from cases import read_csv, run_all

DTYPES = {"tensor(double)": numpy.float64, "tensor(float)": numpy.float32, "tensor(int64)": numpy.int64, "tensor(bool)": bool}
TRUTHS = {"true": 1, "false": 0, "True": 1, "False": 0}


def tensor(kind, cells):
    if kind == "tensor(string)":
        array = numpy.array(cells, dtype=object)
    else:
        numbers = [float("nan") if cell == "" else TRUTHS.get(cell) if cell in TRUTHS else float(cell) for cell in cells]
        array = numpy.array(numbers).astype(DTYPES[kind])
    return array.reshape(-1, 1)


def cell_text(value):
    if isinstance(value, (bool, numpy.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, numpy.floating)):
        return "" if numpy.isnan(value) else repr(float(value))
    return str(value)


def score(path, case):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    header, rows = read_csv(case.input)
    feed = {}
    for position, taken in enumerate(session.get_inputs()):
        column = header.index(taken.name) if taken.name in header else position
        feed[taken.name] = tensor(taken.type, [row[column] for row in rows])
    names = [given.name for given in session.get_outputs()]
    answers = dict(zip(names, session.run(names, feed)))
    # One row alone answers as it does among others.
    first = session.run(names, {name: array[:1] for name, array in feed.items()})
    for name, alone in zip(names, first):
        if not numpy.array_equal(alone, answers[name][:1], equal_nan=alone.dtype.kind == "f"):
            if alone.dtype.kind != "f" or not numpy.allclose(alone, answers[name][:1], rtol=1e-12, atol=1e-14, equal_nan=True):
                raise ValueError(f"the first row alone gives {alone}, among others {answers[name][:1]}")
    return {name: [cell_text(cell) for cell in array.reshape(-1)] for name, array in answers.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scoreway")
    parser.add_argument("pattern", nargs="?", default="")
    parser.add_argument("-v", "--verbose", action="store_true", help="say which cases are refused, and why")
    parser.add_argument("--operators", metavar="DUMP", help="also the models that build/release/bin/operator_models_dump makes")
    arguments = parser.parse_args()
    print(f"ONNX Runtime {onnxruntime.__version__}")
    return run_all(arguments.scoreway, "onnx", score, arguments.pattern, arguments.verbose, arguments.operators)


if __name__ == "__main__":
    sys.exit(main())
