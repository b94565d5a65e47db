#!/usr/bin/env python3
"""What the server promises under load: overload, idle and slow connections, a heavy neighbour, many models.

    tests/load/run.py SCOREWAY [--full] [overload|connections|neighbours|many_models ...]

The short form takes a minute and a half and has room for the noise of a busy machine of two cores; --full takes about half an hour.
"""
import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import connections
import many_models
import neighbours
import overload

TESTS = {"overload": overload, "connections": connections, "neighbours": neighbours, "many_models": many_models}


class Report:
    def __init__(self):
        self.lines, self.failed = [], 0

    def __call__(self, what, figure, at_least=None, at_most=None):
        passed = (at_least is None or figure >= at_least) and (at_most is None or figure <= at_most)
        wanted = f"at least {at_least}" if at_most is None else f"at most {at_most}"
        self.lines.append(f"{'ok    ' if passed else 'FAILED'} {what:<60} {figure:>10.3f}   ({wanted})")
        print(self.lines[-1], flush=True)
        self.failed += not passed


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scoreway", type=pathlib.Path)
    parser.add_argument("tests", nargs="*", metavar="TEST", help=", ".join(TESTS))
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    report = Report()
    for name in options.tests or TESTS:
        TESTS[name].run(options.scoreway.resolve(), options.full, report)
    print(f"{len(report.lines) - report.failed} promises kept, {report.failed} broken")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
