#!/usr/bin/env python3
"""How soon changes are found: our detectors beside River's, on the errors of a River learner over River's drift streams.

    pip install river
    bench/drift/detection_delay.py build/bench/bin/drift_bench [STREAMS]

A table in Markdown: of each stream and detector the median rows from the change to the first finding behind it, in how
many of the streams there was none, and the findings before the change (false ones) in all streams together. Exits 1 if some
finding is not at the very row where River has it. 90 STREAMS have every pair of Agrawal's functions.
"""
import statistics
import subprocess
import sys

from river import drift, naive_bayes, preprocessing
from river.datasets import synth

BEFORE, AFTER = 3000, 3000
GENERATORS = {
    "SEA": lambda seed: (synth.SEA(variant=0, seed=seed), synth.SEA(variant=3, seed=seed + 1)),
    "Sine": lambda seed: (synth.Sine(classification_function=0, seed=seed), synth.Sine(classification_function=1, seed=seed + 1)),
    "Agrawal": lambda seed: (synth.Agrawal(classification_function=0, seed=seed), synth.Agrawal(classification_function=4, seed=seed + 1)),
}
GENERATORS["Agrawal, other functions"] = lambda seed: (
    synth.Agrawal(classification_function=seed % 10, seed=seed),
    synth.Agrawal(classification_function=(seed + 1 + seed // 10 % 9) % 10, seed=seed + 1))
RIVERS = {"adwin": drift.ADWIN, "page_hinkley": drift.PageHinkley, "ddm": drift.binary.DDM}


def errors(seed, generators):
    """0 or 1 of each row: whether naive Bayes, learning as it goes until just before the change, was wrong."""
    model = naive_bayes.GaussianNB()
    old, new = generators(seed)
    found = []
    for i, (x, y) in enumerate([*old.take(BEFORE), *new.take(AFTER)]):
        x = {k: float(v) for k, v in x.items()}
        found.append(int(model.predict_one(x) != y))
        if i < BEFORE:
            model.learn_one(x, y)
    return found[200:]


def findings_of_river(stream):
    found = {name: [] for name in RIVERS}
    for name, make in RIVERS.items():
        detector = make()
        for i, x in enumerate(stream):
            detector.update(x)
            if detector.drift_detected:
                found[name].append(i)
    return found


def findings_of_ours(bench, stream):
    out = subprocess.run([bench, "detect"], input="\n".join(map(str, stream)), capture_output=True, text=True, check=True)
    found = {name: [] for name in RIVERS}
    for line in out.stdout.splitlines():
        name, place = line.split()
        found[name].append(int(place))
    return found


def main():
    bench, streams = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 30
    change = BEFORE - 200
    differing = 0
    print("| stream | detector | whose | median delay | not found | false |\n|---|---|---|---|---|---|")
    for stream, generators in GENERATORS.items():
        found = {"ours": [], "River": []}
        for seed in range(streams):
            rows = errors(seed, generators)
            found["ours"].append(findings_of_ours(bench, rows))
            found["River"].append(findings_of_river(rows))
        differing += sum(ours != theirs for ours, theirs in zip(found["ours"], found["River"]))
        for name in RIVERS:
            for whose, all_found in found.items():
                delays = [min((p - change for p in one[name] if p >= change), default=None) for one in all_found]
                there = [d for d in delays if d is not None]
                false = sum(p < change for one in all_found for p in one[name])
                median = f"{statistics.median(there):.0f}" if there else "-"
                print(f"| {stream} | {name} | {whose} | {median} | {delays.count(None)} | {false} |", flush=True)
    if differing:
        print(f"\nin {differing} streams some finding is not where River has it")
    return 1 if differing else 0


sys.exit(main())
