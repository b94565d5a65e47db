#!/usr/bin/env python3
"""Runs cases of the outside tests whose input and expected answer are folders of TensorProto files.

    onnx_pb.py SCOREWAY CASES [--floor N] [-v]

CASES holds index.csv; those of format onnx-pb are run as `scoreway predict MODEL --input FOLDER --output FOLDER`. Fails
when an answer is wrong, the program crashes, or fewer than N cases pass. Needs no library: a TensorProto is read here.
"""

import argparse
import csv
import os
import struct
import subprocess
import sys
import tempfile


def fields(data):
    """The fields of a protobuf message: (number, value), value an integer or bytes."""

    def varint(at):
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value, at

    at = 0
    while at < len(data):
        key, at = varint(at)
        kind = key & 7
        if kind == 0:
            value, at = varint(at)
        elif kind == 2:
            size, at = varint(at)
            value, at = data[at : at + size], at + size
        else:
            size = {1: 8, 5: 4}[kind]
            value, at = data[at : at + size], at + size
        yield key >> 3, value


FORMATS = {1: "f", 2: "B", 3: "b", 4: "H", 5: "h", 6: "i", 7: "q", 9: "?", 10: "e", 11: "d", 12: "I", 13: "Q"}


def varints(value):
    if isinstance(value, int):
        return [value]
    return [v for _, v in fields(b"".join(b"\x08" + piece for piece in pieces(value)))]


def pieces(packed):
    begin = 0
    for at, byte in enumerate(packed):
        if byte < 128:
            yield packed[begin : at + 1]
            begin = at + 1


def read_tensor(path):
    dims, kind, raw, numbers, texts = [], 0, None, [], []
    with open(path, "rb") as file:
        data = file.read()
    for number, value in fields(data):
        if number == 1:
            dims += varints(value)
        elif number == 2:
            kind = value
        elif number == 4:
            numbers += struct.unpack(f"<{len(value) // 4}f", value)
        elif number in (5, 7, 11):
            numbers += [v - (1 << 64) if v >> 63 else v for v in varints(value)]
        elif number == 6:
            texts.append(value)
        elif number == 9:
            raw = value
        elif number == 10:
            numbers += struct.unpack(f"<{len(value) // 8}d", value)
    if kind == 8:
        return kind, dims, texts
    if raw is not None:
        numbers = list(struct.unpack(f"<{len(raw) // struct.calcsize(FORMATS[kind])}{FORMATS[kind]}", raw))
    return kind, dims, numbers


def close(a, b, rel, absolute):
    return a == b or (a != a and b != b) or abs(a - b) <= max(absolute, rel * max(abs(a), abs(b)))


def compare(expected_path, answer_path, rel, absolute):
    if not os.path.exists(answer_path):
        return "no " + os.path.basename(answer_path)
    kind, dims, expected = read_tensor(expected_path)
    answer_kind, answer_dims, answer = read_tensor(answer_path)
    if (kind, dims) != (answer_kind, answer_dims):
        return f"type {answer_kind} of {answer_dims}, not {kind} of {dims}"
    for place, (a, b) in enumerate(zip(expected, answer)):
        if not (a == b if kind == 8 else close(a, b, rel, absolute)):
            return f"element {place}: {b}, not {a}"
    return "" if len(expected) == len(answer) else "another number of elements"


def run(scoreway, row, root):
    folder = os.path.join(root, row["path"])
    expected = os.path.join(folder, row["expected"])
    with tempfile.TemporaryDirectory() as work:
        command = [scoreway, "predict", os.path.join(folder, row["model"])]
        command += ["--input", os.path.join(folder, row["input"]), "--output", work]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if ended.returncode == 3:
            return "unsupported", ended.stderr.strip()
        if ended.returncode != 0:
            return ("crash" if ended.returncode < 0 or ended.returncode >= 128 else "error"), ended.stderr.strip()
        for name in sorted(os.listdir(expected)):
            if name.startswith("output_"):
                fault = compare(
                    os.path.join(expected, name), os.path.join(work, name), float(row["rel"]), float(row["abs"])
                )
                if fault:
                    return "wrong", f"{name}: {fault}"
    return "pass", ""


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("scoreway")
    arguments.add_argument("cases")
    arguments.add_argument("--floor", type=int, default=0)
    arguments.add_argument("-v", action="store_true")
    options = arguments.parse_args()
    counts = {}
    with open(os.path.join(options.cases, "index.csv"), newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["format"] == "onnx-pb"]
    for row in rows:
        status, why = run(options.scoreway, row, options.cases)
        counts[status] = counts.get(status, 0) + 1
        if status != "pass" and (options.v or status != "unsupported"):
            print(f"{status}: {row['id']}: {why[-300:]}")
    print(", ".join(f"{count} {status}" for status, count in sorted(counts.items())))
    bad = sum(counts.get(status, 0) for status in ("wrong", "crash", "error"))
    return 1 if bad or counts.get("pass", 0) < options.floor else 0


if __name__ == "__main__":
    sys.exit(main())
