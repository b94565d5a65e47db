"""Compares a row of PMML, in process, with JPMML-Evaluator, warm, on the same documents and rows.

    run.py BUILD WORK_DIR [FOLDER...] [--every N] [--warm SECONDS] [--seconds SECONDS] [--json FILE]

A folder has a model.pmml and an input.csv; without any, those of ../shared/conformance are taken, which is where the
documents of other projects are, or only every N-th of them. BUILD has bin/pmml_bench and bin/scoreway, WORK_DIR/lib the
jars of pom.xml. Both take a row of typed values, texts as texts, and give all results; measured is the CPU time of the one
thread that scores. A JVM of its own for each document, so that one is not slowed down by what another has taught the
compiler. Fails if an answer differs from JPMML's by more than 1e-6 relative; documents whose tables hold what a cell of CSV
cannot are named and left out.
"""
import argparse
import csv
import json
import math
import pathlib
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
TOLERANCE = 1e-6


def same(theirs, ours):
    if theirs == ours or theirs.lower() == ours.lower():
        return True
    try:
        return math.isclose(float(theirs), float(ours), rel_tol=TOLERANCE, abs_tol=1e-9)
    except ValueError:
        return False


def read(path):
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def difference(theirs, ours):
    """The first answer that is not the same; None if all are."""
    for row, (their, our) in enumerate(zip(theirs, ours, strict=True), 1):
        for name in their.keys() & our.keys():
            if not same(their[name], our[name]):
                return f"row {row}, {name}: {their[name]} and {our[name]}"
    return None


def last_json(command):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"status {done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(folder, options):
    classes, answers, own = options.work / "classes", options.work / "jpmml.csv", options.work / "scoreway.csv"
    path = f"{classes}:{options.work / 'lib'}/*"
    java = ["java", "-Xbatch", "-Xmx1g", "-XX:+UseSerialGC", "-cp", path, "JpmmlBench"]
    jpmml = last_json([*java, options.warm, options.seconds, answers, folder])
    scoreway = last_json([options.build / "bin/pmml_bench", options.seconds, folder])
    command = [options.build / "bin/scoreway", "predict", folder / "model.pmml"]
    subprocess.run([*command, "--input", folder / "input.csv", "--output", own], check=True, capture_output=True)
    return {
        "document": f"{folder.parent.name}/{folder.name}",
        "jpmml_us": jpmml["cpu_ns_per_row"] / 1e3,
        "scoreway_us": scoreway["cpu_ns_per_row"] / 1e3,
        "times": jpmml["cpu_ns_per_row"] / scoreway["cpu_ns_per_row"],
        "difference": difference(read(answers), read(own)),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("folders", type=pathlib.Path, nargs="*")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--warm", type=float, default=2)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    documents = HERE.parent.parent.parent / "shared/conformance/cases/pmml"
    folders = options.folders or sorted(documents.glob("*/*"))[:: options.every]
    (options.work / "classes").mkdir(parents=True, exist_ok=True)
    javac = ["javac", "-cp", f"{options.work / 'lib'}/*", "-d", options.work / "classes", HERE / "JpmmlBench.java"]
    subprocess.run(javac, check=True)

    print(f"{'CPU us a row':<64}{'JPMML':>9}{'Scoreway':>10}{'times':>8}")
    results = []
    for folder in folders:
        try:
            result = measure(folder, options)
        except (RuntimeError, subprocess.CalledProcessError) as error:
            print(f"{folder.parent.name}/{folder.name}: left out: {error}", flush=True)
            continue
        results.append(result)
        line = f"{result['document']:<64}{result['jpmml_us']:>9.2f}{result['scoreway_us']:>10.3f}{result['times']:>8.1f}"
        print(line + (f"  DIFFERS: {result['difference']}" if result["difference"] else ""), flush=True)
    if not results:
        sys.exit("no document was measured")
    times = sorted(result["times"] for result in results)
    print(f"{len(times)} documents: least {times[0]:.1f}, median {statistics.median(times):.1f} times; "
          f"{sum(each >= 10 for each in times)} at least 10 times")
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))
    if any(result["difference"] for result in results):
        sys.exit("answers differ from JPMML-Evaluator's")


if __name__ == "__main__":
    main()
