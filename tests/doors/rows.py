"""Rows of a case as typed cells, and answers as what may be compared bit by bit."""
import csv
import json
import math
import struct
import subprocess

_MISSING = {"", "nan", "na", "n/a", "null", "none", "<na>", "-nan", "+nan"}


class LeftOut(Exception):
    """The case is none for these doors; the text says why."""


def signature_of(scoreway, model):
    told = subprocess.run([scoreway, "inspect", model, "--json"], capture_output=True, text=True)
    if told.returncode == 3:
        raise LeftOut("unsupported model")
    if told.returncode != 0:
        raise LeftOut("the command line refuses the file")
    described = json.loads(told.stdout)
    if described["engine"] != "native":
        raise LeftOut(f"engine {described['engine']}")
    return described["signature"]


def _cell(text, type):
    """A cell of CSV as the command line reads it."""
    if type in ("string", "list"):
        return text if text != "" else None
    word = text.strip().lower()
    if word in _MISSING:
        return None
    if word in ("true", "false"):
        return word == "true" if type == "bool" else int(word == "true")
    if type == "bool":
        return float(word) == 1
    if type == "int64":
        return int(word) if word.lstrip("+-").isdigit() else int(float(word))
    number = float(word)
    return struct.unpack("f", struct.pack("f", number))[0] if type == "float32" else number


def read_rows(path, signature, rows_max):
    with open(path, newline="", encoding="utf-8-sig") as file:
        records = [record for record in csv.reader(file) if record]
    header, records = records[0], records[1 : rows_max + 1]
    inputs = {field["name"]: field for field in signature["inputs"]}
    if not set(header) & set(inputs) and not signature["inputs_named"] and len(header) == len(inputs):
        header = list(inputs)
    if any(name not in inputs and f"{name}_0" in inputs for name in header):
        raise LeftOut("vectors in one cell")
    return [{name: _cell(text, inputs[name]["type"]) for name, text in zip(header, record) if name in inputs} for record in records]


def json_cell(cell):
    """As the HTTP interface has it what JSON cannot say of numbers."""
    if isinstance(cell, float) and math.isinf(cell):
        return "Infinity" if cell > 0 else "-Infinity"
    return cell


def comparable(answer, outputs):
    """The cells of an answer in the order of the outputs; floats as their bits, missing and NaN as None."""
    return tuple(_comparable(answer[output["name"]], output["type"]) for output in outputs)


def _comparable(cell, type):
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return None
    if type in ("float32", "float64"):
        number = float({"Infinity": "inf", "-Infinity": "-inf"}.get(cell, cell)) + 0.0  # -0.0 is 0.0: jsonb has but one zero
        return struct.pack("<f" if type == "float32" else "<d", number)
    if type == "int64":
        return int(cell)
    if type == "bool":
        return bool(cell)
    return cell if isinstance(cell, str) else json.dumps(cell)
