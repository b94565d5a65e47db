"""What the export checks share: the cases of tests/cases, converting them, and comparing answers."""
import csv
import json
import math
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDERS = ("sklearn", "sklearn2pmml")


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


class Case:
    def __init__(self, folder, line):
        self.name = f"{folder}/{line['case']} of {line['version']}"
        path = ROOT / "tests" / "cases" / folder / line["case"]
        self.model = path / line["model"]
        self.input = path / "input.csv"
        self.expected = path / line["expected"]
        self.relative = float(line["rel"])
        self.absolute = float(line["abs"])


def all_cases(pattern="", newest_only=True):
    """Cases by name; of the versions of a case the newest, as all give the same Model or nearly so."""
    cases = {}
    for folder in FOLDERS:
        with open(ROOT / "tests" / "cases" / folder / "cases.csv", encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                case = Case(folder, line)
                if re.search(pattern, case.name):
                    cases[(folder, line["case"]) if newest_only else case.name] = case
    return list(cases.values())


class OperatorCase:
    """A model of operator_models_dump; what is expected is what Scoreway itself answers."""

    def __init__(self, scoreway, model):
        self.name = f"operator {model.stem}"
        self.model = model
        self.input = model.with_suffix(".csv")
        self.expected = model.with_suffix(".expected.csv")
        self.relative = self.absolute = 1e-6 if "float" in model.stem else 1e-12
        subprocess.run([scoreway, "predict", model, "--input", self.input, "--output", self.expected, "--quiet"], check=True)


def operator_cases(scoreway, dump, folder, pattern=""):
    subprocess.run([dump, folder], check=True)
    return [OperatorCase(scoreway, model) for model in sorted(pathlib.Path(folder).glob("*.scoreway"))
            if re.search(pattern, f"operator {model.stem}")]


def operators(scoreway, model):
    run = subprocess.run([scoreway, "inspect", model, "--json"], capture_output=True, text=True)
    if run.returncode != 0:
        return []
    return sorted({operator["kind"] for operator in json.loads(run.stdout)["operators"]})


def convert(scoreway, model, output):
    """None, or why not."""
    run = subprocess.run([scoreway, "convert", model, output, "--no-check"], capture_output=True, text=True)
    if run.returncode == 0:
        return None
    return run.stderr.strip()


def is_near(expected, answer, relative, absolute):
    if expected.lower() == answer.lower():  # truths are written either way
        return True
    try:
        x = float(expected) if expected != "" else math.nan
        y = float(answer) if answer != "" else math.nan
    except ValueError:
        return False
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    return x == y or abs(x - y) <= max(absolute, relative * max(abs(x), abs(y)))


def compare(case, answers, relative=0.0, absolute=0.0):
    """What is wrong with the answers (column name to list), or None."""
    header, rows = read_csv(case.expected)
    for index, column in enumerate(header):
        if column not in answers:
            return f"no output '{column}'"
        for number, row in enumerate(rows):
            if not is_near(row[index], answers[column][number], max(case.relative, relative), max(case.absolute, absolute)):
                return f"row {number + 1}, output '{column}': {answers[column][number]}, not {row[index]}"
    return None


def run_all(scoreway, ending, score, pattern, verbose, dump, known="$."):
    """Converts and scores every case; prints what became of them. score(file, case) gives columns. 0 if none is wrong but
    those whose names match `known`, which the other tool computes otherwise or not at all."""
    passed, refused, wrong = [], {}, {}
    covered, refused_operators = set(), {}
    with tempfile.TemporaryDirectory() as folder:
        output = pathlib.Path(folder) / f"model.{ending}"
        cases = all_cases(pattern)
        if dump:
            cases += operator_cases(scoreway, dump, folder, pattern)
        for case in cases:
            uses = operators(scoreway, case.model)
            if not uses:
                continue
            why = convert(scoreway, case.model, output)
            if why is not None:
                refused[case.name] = why
                for line in why.splitlines()[1:]:
                    kind, _, reason = line.strip().partition(": ")
                    refused_operators.setdefault(kind.split(" ")[0], set()).add(reason)
                continue
            try:
                fault = compare(case, score(output, case))
            except Exception as error:  # whatever the other tool says
                fault = f"{type(error).__name__}: {error}"
            if fault is None:
                passed.append(case.name)
                covered.update(uses)
            else:
                wrong[case.name] = fault
    if verbose:
        for name, why in refused.items():
            print(f"refused {name}: {why}")
    for name in [name for name in wrong if re.search(known, name)]:
        print(f"not with this tool: {name}: {wrong.pop(name)[:120]}")
    for name, fault in wrong.items():
        print(f"WRONG {name}: {fault[:600]}")
    print(f"{len(passed)} cases answer as the library did, {len(refused)} refused, {len(wrong)} wrong")
    print("operators covered: " + ", ".join(sorted(covered)))
    for kind, reasons in sorted(refused_operators.items()):
        print(f"refused: {kind}: {'; '.join(sorted(reasons))}")
    return 1 if wrong or not passed else 0
