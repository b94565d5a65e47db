#!/usr/bin/env python3
"""The Python engine, with a real virtual environment: answers, refusals, and what a hostile pickle can do.

    tests/python_engine.py SCOREWAY FOLDER

FOLDER keeps the virtual environment from one run to the next.
"""
import concurrent.futures
import csv
import ctypes
import io
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

PACKAGES = ["scikit-learn==1.7.2", "pandas==2.3.3", "pyarrow==21.0.0"]

# Classes that no importer knows, as a user's own package in the environment would have them.
OWN_CLASSES = '''
import os, socket
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin

class LogAmounts(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        self.feature_names_in_ = np.array(X.columns)
        return self
    def transform(self, X):
        X = X.copy()
        X["amount"] = np.log1p(X["amount"])
        return X

class Attempts:
    """Does what each row says, and answers 1 where it came through, -1 where it was stopped."""
    feature_names_in_ = ["what"]
    TRIES = {
        0: lambda: None,
        1: lambda: socket.socket(),
        2: lambda: open("/tmp/scoreway-escaped", "w"),
        3: lambda: open("/etc/passwd").read(),
        4: lambda: os.kill(os.getppid(), 9),
        5: lambda: os.execv("/bin/true", ["true"]),
        6: lambda: bytearray(1 << 40),
        7: lambda: os.unshare(0x10000000) if hasattr(os, "unshare") else open("/proc/1/environ").read(),
        8: lambda: os._exit(0),
        9: lambda: exec("while True: pass"),
    }
    def predict(self, X):
        answers = []
        for what in X["what"]:
            try:
                self.TRIES[int(what)]()
                answers.append(1.0)
            except BaseException:
                answers.append(-1.0)
        return np.array(answers)
'''

MAKE_MODELS = '''
import pickle, sys
import numpy as np, pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder
from own_classes import Attempts, LogAmounts

folder = sys.argv[1]
random = np.random.default_rng(7)
rows = pd.DataFrame({"amount": random.exponential(10, 200), "city": random.choice(["Oslo", "Rome", "Bonn"], 200)})
target = np.where(rows.amount + 5 * (rows.city == "Oslo") > 12, "yes", "no")
model = Pipeline([("log", LogAmounts()),
                  ("columns", ColumnTransformer([("city", OneHotEncoder(), ["city"])], remainder="passthrough")),
                  ("model", LogisticRegression())]).fit(rows, target)
sample = rows.head(40)
sample.to_csv(folder + "/rows.csv", index=False)
answers = pd.DataFrame(model.predict_proba(sample), columns=["proba_no", "proba_yes"])
answers.insert(0, "predict", model.predict(sample))
answers.to_csv(folder + "/expected.csv", index=False)
pickle.dump(model, open(folder + "/own.pkl", "wb"))
pickle.dump(Attempts(), open(folder + "/attempts.pkl", "wb"))
'''

faults = []


def check(holds, what):
    print(("ok    " if holds else "FAULT ") + what)
    if not holds:
        faults.append(what)


def environment(folder):
    """A virtual environment with the packages and the user's own classes."""
    venv = folder / "venv"
    python = venv / "bin" / "python"
    if not (venv / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
        (venv / "complete").touch()
    site = subprocess.run([python, "-c", "import site; print(site.getsitepackages()[0])"], check=True, text=True,
                          capture_output=True).stdout.strip()
    (pathlib.Path(site) / "own_classes.py").write_text(OWN_CLASSES)
    return venv


def run(command, rows=None):
    return subprocess.run([str(part) for part in command], input=rows, capture_output=True, text=True, timeout=120)


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def equal(got, expected):
    return len(got) == len(expected) and all(
        a["predict"] == b["predict"] and all(abs(float(a[k]) - float(b[k])) < 1e-12 for k in ("proba_no", "proba_yes"))
        for a, b in zip(got, expected))


def test_answers(scoreway, venv, work):
    rows, expected = work / "rows.csv", table((work / "expected.csv").read_text())
    refused = run([scoreway, "predict", work / "own.pkl", "-i", rows])
    check(refused.returncode == 3, "without --python-worker an unknown class is unsupported")
    answered = run([scoreway, "predict", work / "own.pkl", "-i", rows, "--python-worker", venv])
    check(answered.returncode == 0 and equal(table(answered.stdout), expected), "answers equal scikit-learn's own")
    described = run([scoreway, "inspect", "--json", work / "own.pkl", "--python-worker", venv])
    model = json.loads(described.stdout)
    check(model["engine"] == "python", "inspect names the engine")
    inputs = [(i["name"], i["type"]) for i in model["signature"]["inputs"]]
    check(inputs == [("amount", "float64"), ("city", "string")], "inputs have the types that the model takes")


def kernel_has_landlock():
    """Whether files can be kept from a process (Linux 5.13 and later, where it is switched on)."""
    create_ruleset, version_flag = 444, 1
    return ctypes.CDLL(None).syscall(create_ruleset, None, 0, version_flag) > 0


def test_sandbox(scoreway, venv, work):
    def attempt(numbers, *options):
        rows = "what\n" + "".join("%d\n" % number for number in numbers)
        return run([scoreway, "predict", work / "attempts.pkl", "--python-worker", venv, *options], rows)

    answered = attempt(range(8))
    names = ["nothing", "a socket", "writing a file", "reading /etc/passwd", "killing the parent", "running a program",
             "a terabyte of memory", "another process's environment"]
    answers = [row["predict"] for row in table(answered.stdout)]
    needs_landlock = {"reading /etc/passwd", "running a program", "another process's environment"}
    for name, answer, expected in zip(names, answers, ["1.0"] + ["-1.0"] * 7):
        if name in needs_landlock and not kernel_has_landlock():
            print("no Landlock in this kernel: " + name + " cannot be stopped")
            continue
        check(answer == expected, ("allowed: " if expected == "1.0" else "stopped: ") + name)
    check(len(answers) == 8, "every row was answered")
    check(not os.path.exists("/tmp/scoreway-escaped"), "no file was written")
    check(attempt([8]).returncode == 6, "a worker that ends is reported as unavailable")
    slow = attempt([9], "--python-timeout", "1")
    check(slow.returncode == 6 and "too long" in slow.stderr, "a worker that does not end is ended at the time limit")


def test_serving(scoreway, venv, work):
    registry, address_file = work / "registry.db", work / "address"
    pushed = run([scoreway, "push", "own", work / "own.pkl", "--registry", registry, "--python-worker", venv,
                  "--parity-input", work / "rows.csv", "--parity-expected", work / "expected.csv", "--require-parity"])
    check(pushed.returncode == 0, "push with required parity")
    run([scoreway, "push", "attempts", work / "attempts.pkl", "--registry", registry, "--python-worker", venv])
    server = subprocess.Popen([str(scoreway), "serve", "--port", "0", "--registry", str(registry), "--python-worker",
                               str(venv), "--python-processes", "2", "--address-file", str(address_file), "--model", "own",
                               "--model", "attempts"], stderr=subprocess.DEVNULL)
    try:
        while not address_file.exists():
            check(server.poll() is None, "the server starts") if server.poll() is not None else None
            if server.poll() is not None:
                return
        base = "http://" + address_file.read_text().strip()
        rows, expected = table((work / "rows.csv").read_text()), table((work / "expected.csv").read_text())

        def ask(model, row):
            request = urllib.request.Request(base + "/v1/models/" + model + ":predict",
                                             json.dumps({"rows": [row]}).encode(), {"Content-Type": "application/json"})
            try:
                return json.load(urllib.request.urlopen(request, timeout=60))
            except urllib.error.HTTPError as error:
                return error.code

        def ask_own(i):
            answer = ask("own", {"amount": float(rows[i]["amount"]), "city": rows[i]["city"]})
            return "'predict': '%s'" % expected[i]["predict"] in repr(answer)

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            check(all(pool.map(ask_own, range(len(rows)))), "concurrent requests are answered")
        check(ask("attempts", {"what": 8}) == 503, "a worker that ends answers 503")
        check(isinstance(ask("attempts", {"what": 0}), dict), "and the next request has a new worker")
    finally:
        server.terminate()
        check(server.wait(30) == 0, "the server ends in order")


def main():
    scoreway, folder = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    venv = environment(folder.resolve())
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        subprocess.run([venv / "bin" / "python", "-c", MAKE_MODELS, name], check=True)
        test_answers(scoreway, venv, work)
        test_sandbox(scoreway, venv, work)
        test_serving(scoreway, venv, work)
    print("%d faults" % len(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
