"""Which scikit-learn versions the cases are made with, and which of them make a given case."""

import sklearn

# Before 0.24 there are cases of their own, of what has changed since.
EARLY = [(0, 20, 4), (0, 21, 3), (0, 22, 1)]
# Oldest to newest. A core case is made by all of them.
VERSIONS = EARLY + [(0, 24, 2), (1, 0, 2), (1, 2, 2), (1, 3, 2), (1, 5, 2), (1, 7, 2), (1, 9, 1)]
MIDDLE = (1, 2, 2)  # where most attributes changed their names

here = tuple(int(part) for part in sklearn.__version__.split(".")[:3])


def this_version():
    return sklearn.__version__


def versions_of(case):
    """Core: every version in range. Else the first and last in range, and the middle one."""
    fitting = [v for v in VERSIONS if v >= case.since and v < case.until]
    if case.core:
        return fitting
    return [v for v in fitting if v in (fitting[0], fitting[-1], MIDDLE)]


def wanted_here(case):
    return here in versions_of(case)
