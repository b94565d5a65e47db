#!/usr/bin/env python3
"""One row through pipelines of Spark: Scoreway beside MLeap, in CPU time, with equal answers.

    mleap.py BUILD SPARK_HOME JARS WORK_DIR

The newest MLeap that Maven Central has whole is 0.16.0 for Scala 2.12: SPARK_HOME is a Spark 3.0, JAVA_HOME a Java 8 or 11.
BUILD has bin/inprocess_bench and bin/scoreway, the folder JARS what pom.xml brings. Fails if an answer differs by more than 1e-12 relative.
"""
import csv
import json
import pathlib
import shutil
import subprocess
import sys


def main():
    build, spark, jars, work = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    script = pathlib.Path(__file__).resolve().with_name("mleap.scala")
    with open(work / "spark.log", "w", encoding="utf-8") as log:
        subprocess.run([spark / "bin" / "spark-shell", "--master", "local[1]", "--conf", "spark.ui.enabled=false", "--jars",
                        ",".join(map(str, sorted(jars.glob("*.jar")))), "--driver-java-options", f"-Dscoreway.bench.folder={work}", "-i",
                        script], check=True, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    print(f"{'one row, CPU us':16} {'scoreway':>9} {'MLeap':>9} {'ratio':>6}  difference")
    for name in ("logistic", "forest-100", "gbt-50"):
        archive = shutil.make_archive(str(work / name), "zip", work / name)
        micros, *expected = map(float, (work / f"{name}.answers").read_text().split())
        answered = subprocess.run([build / "bin" / "scoreway", "predict", archive, "-i", work / "rows.csv"], check=True,
                                  capture_output=True, text=True).stdout
        answers = [float(row["prediction"]) for row in csv.DictReader(answered.splitlines())]
        difference = max(abs(a - b) / max(1.0, abs(b)) for a, b in zip(answers, expected, strict=True))
        bench = subprocess.run([build / "bin" / "inprocess_bench", archive, work / "rows.csv"], check=True, capture_output=True, text=True,
                               input="measure 1 1\n" * 3).stdout.splitlines()
        own = sorted(json.loads(line)["cpu_ns_per_row"] for line in bench[1:])[1] / 1e3
        print(f"{name:16} {own:9.2f} {micros:9.2f} {micros / own:6.1f}  {difference:.1e}")
        if difference > 1e-12:
            sys.exit(f"{name}: the answers differ")


if __name__ == "__main__":
    main()
