#!/usr/bin/env python3
"""Makes the cases beneath sklearn/ with the scikit-learn version it runs under.

    make_sklearn.py [--only TEXT] [--list] [--check]

A case is a model, rows and that version's own answers:

    sklearn/<case>/input.csv                    the rows, the same for every version
    sklearn/<case>/<version>/model.{pkl,joblib} the model as this version saves it
    sklearn/<case>/expected.csv                 what the first version made answers, and the others that agree
    sklearn/<case>/<version>/expected.csv       what this version answers, where it differs from that

and a line in sklearn/cases.csv. Run it once under each version of versions.py; see sklearn/README.md.
--check makes everything in memory and compares with what is on disk (answers only; pickles differ by build).
"""

import argparse
import os
import shutil
import sys
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from sklearn_cases import answers, catalogue, index, refused, saving  # noqa: E402
from sklearn_cases.versions import this_version, wanted_here  # noqa: E402

ROOT = os.path.join(HERE, "sklearn")
REFUSED_ROOT = os.path.join(HERE, "sklearn-refused")


def write_text(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", newline="", encoding="utf-8") as f:
        f.write(text)


def text_of(path):
    if not os.path.exists(path):
        return None
    with open(path, newline="", encoding="utf-8") as f:
        return f.read()


def expected_name(case_dir, text):
    """Answers equal to the byte share one file; a version that differs, be it in a last digit, has its own."""
    shared = text_of(os.path.join(case_dir, "expected.csv"))
    return "expected.csv" if shared in (None, text) else this_version() + "/expected.csv"


def make(case, check):
    model, rows = case.fit()
    header, table = answers.of(model, rows)
    input_text = answers.rows_to_csv(rows)
    expected_text = answers.to_csv(header, table)
    case_dir = os.path.join(ROOT, case.name)
    version_dir = os.path.join(case_dir, this_version())
    input_path = os.path.join(case_dir, "input.csv")
    if text_of(input_path) not in (None, input_text):
        raise ValueError("rows differ from those of another version")
    expected_path = os.path.join(case_dir, expected_name(case_dir, expected_text))
    if check:
        if text_of(input_path) is None or text_of(expected_path) != expected_text:
            raise ValueError("answers differ from those on disk")
        return None
    shutil.rmtree(version_dir, ignore_errors=True)
    write_text(input_path, input_text)
    write_text(expected_path, expected_text)
    saved = saving.save(model, case.name, version_dir)
    return index.line(case, model, rows, saved, os.path.relpath(expected_path, case_dir))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default="", help="make only cases whose name contains this")
    options.add_argument("--list", action="store_true", help="print the names this version would make")
    options.add_argument("--check", action="store_true", help="write nothing, compare the answers with those on disk")
    args = options.parse_args()
    warnings.simplefilter("ignore")  # several cases ask for what a version advises against
    cases = [c for c in catalogue.all_cases() if wanted_here(c) and args.only in c.name]
    if args.list:
        print("\n".join(c.name for c in cases))
        return 0
    lines, failures = [], []
    for case in cases:
        try:
            lines.append(make(case, args.check))
        except Exception as error:  # one bad case must not hide the others
            failures.append("%s: %s: %s" % (case.name, type(error).__name__, str(error)[:300]))
    if not args.check:
        index.merge(os.path.join(ROOT, "cases.csv"), lines, this_version(), complete=not args.only)
        if not args.only:
            refused.make(REFUSED_ROOT)
    print("scikit-learn %s: %d cases, %d failed" % (this_version(), len(lines), len(failures)))
    for failure in failures:
        print("  " + failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
