#!/usr/bin/env python3
"""Runs the ONNX project's own tests of single operators through `scoreway predict MODEL --input FOLDER --output FOLDER`.

    onnx_node_tests.py SCOREWAY FOLDER [--native] [--only TEXT] [--wrong-max N] [-v]

The package onnx is installed into FOLDER for its test data. --native leaves ONNX Runtime out.
Lists what passes, is unsupported, and is wrong; fails at a crash, or when more than N cases of either engine are wrong or
end in an error that is no refusal.
"""

import argparse
import concurrent.futures
import glob
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from onnx_pb import compare, fields  # noqa: E402

VERSION = "1.19.1"
# As the ONNX project's own runner compares.
RELATIVE, ABSOLUTE = 1e-3, 1e-7


def test_data(folder):
    """The test data in the package onnx, which the folder keeps; nothing of it is imported."""
    data = os.path.join(folder, "onnx", "backend", "test", "data")
    if not os.path.exists(data):
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--target", folder,
                        f"onnx=={VERSION}"], check=True)
    return data


def takes_tensors_only(folder):
    """Whether the model's inputs and outputs are all tensors: TypeProto field 1."""
    with open(os.path.join(folder, "model.onnx"), "rb") as file:
        model = file.read()
    for number, graph in fields(model):
        if number != 7:
            continue
        for kind, value in fields(graph):
            if kind in (11, 12):
                types = [inner for part, kinds in fields(value) if part == 2 for inner, _ in fields(kinds)]
                if any(inner not in (1, 6) for inner in types):
                    return False
    return True


def run(scoreway, folder, environment):
    name = os.path.basename(folder)
    if not takes_tensors_only(folder):
        return name, "other types", ""
    for data in sorted(glob.glob(os.path.join(folder, "test_data_set_*"))):
        with tempfile.TemporaryDirectory() as work:
            command = [scoreway, "predict", os.path.join(folder, "model.onnx"), "--input", data, "--output", work]
            try:
                ended = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
            except subprocess.TimeoutExpired:
                return name, "timeout", ""
            if ended.returncode == 3:
                return name, "unsupported", ended.stderr.strip()
            if ended.returncode != 0:
                crashed = ended.returncode < 0 or ended.returncode >= 128
                return name, "crash" if crashed else "error", ended.stderr.strip()
            for output in sorted(glob.glob(os.path.join(data, "output_*.pb"))):
                try:
                    answer = os.path.join(work, os.path.basename(output))
                    fault = compare(output, answer, RELATIVE, ABSOLUTE)
                except (KeyError, IndexError):
                    return name, "other types", ""
                if fault:
                    return name, "wrong", fault
    return name, "pass", ""


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("scoreway")
    arguments.add_argument("folder")
    arguments.add_argument("--native", action="store_true")
    arguments.add_argument("--only", default="")
    arguments.add_argument("--wrong-max", type=int, default=0)
    arguments.add_argument("-v", action="store_true")
    options = arguments.parse_args()
    environment = dict(os.environ)
    if options.native:
        environment["SCOREWAY_ONNXRUNTIME"] = os.devnull
    data = test_data(options.folder)
    folders = []
    for kind in ("node", "simple", "pytorch-converted", "pytorch-operator"):
        folders += sorted(glob.glob(os.path.join(data, kind, "test_*")))
    folders = [folder for folder in folders if options.only in folder]
    counts = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, status, why in pool.map(lambda folder: run(options.scoreway, folder, environment), folders):
            counts[status] = counts.get(status, 0) + 1
            listed = status in ("wrong", "crash", "error", "timeout") or (options.v and status != "pass")
            if listed:
                print(f"{status}: {name}: {why[-400:]}")
    print(", ".join(f"{count} {status}" for status, count in sorted(counts.items())))
    wrong = sum(counts.get(status, 0) for status in ("wrong", "error", "timeout"))
    return 1 if counts.get("crash", 0) or wrong > options.wrong_max else 0


if __name__ == "__main__":
    sys.exit(main())
