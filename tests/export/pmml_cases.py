#!/usr/bin/env python3
"""Converts the models of tests/cases to PMML, runs JPMML-Evaluator over their rows, and compares with the training library's answers.

    tests/export/pmml_cases.py build/release/bin/scoreway [PATTERN] [-v]

Needs a JDK and Maven, which fetches JPMML-Evaluator (AGPL: a tool of this test, never shipped) into a cache folder.
"""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

from cases import read_csv, run_all

HERE = pathlib.Path(__file__).resolve().parent
VERSION = "1.6.5"
# Functions of PMML 4.4 that this version does not have, its remainder, which loses digits, and its NormContinuous, which
# gives the last value where a cell lies below the first of many points.
KNOWN = "^operator (aggregate_5|unary_32|binary_5)|quantile-transformer-uniform"
POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>scoreway</groupId><artifactId>pmml-cases</artifactId><version>1</version><dependencies><dependency>
<groupId>org.jpmml</groupId><artifactId>pmml-evaluator-metro</artifactId><version>{VERSION}</version>
</dependency></dependencies></project>
"""


def jars():
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / f"scoreway-jpmml-{VERSION}"
    if not (cache / "lib").is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        (cache / "pom.xml").write_text(POM, encoding="utf-8")
        subprocess.run(["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib"], cwd=cache, check=True)
    return f"{cache}/lib/*"


class Evaluator:
    def __init__(self, folder):
        classes = jars()
        subprocess.run(["javac", "-cp", classes, "-d", folder, HERE / "ScoreCases.java"], check=True)
        self.answers = pathlib.Path(folder) / "answers.csv"
        self.java = subprocess.Popen(["java", "-Xss64m", "-cp", f"{folder}:{classes}", "ScoreCases"], text=True,
                                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def score(self, path, case):
        self.java.stdin.write(f"{path}\t{case.input}\t{self.answers}\n")
        self.java.stdin.flush()
        said = self.java.stdout.readline().strip()
        if said != "ok":
            raise ValueError(said)
        header, rows = read_csv(self.answers)
        return {name: [row[column] for row in rows] for column, name in enumerate(header)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scoreway")
    parser.add_argument("pattern", nargs="?", default="")
    parser.add_argument("-v", "--verbose", action="store_true", help="say which cases are refused, and why")
    parser.add_argument("--operators", metavar="DUMP", help="also the models that build/release/bin/operator_models_dump makes")
    arguments = parser.parse_args()
    print(f"JPMML-Evaluator {VERSION}")
    with tempfile.TemporaryDirectory() as folder:
        return run_all(arguments.scoreway, "pmml", Evaluator(folder).score, arguments.pattern, arguments.verbose, arguments.operators,
                       KNOWN)


if __name__ == "__main__":
    sys.exit(main())
