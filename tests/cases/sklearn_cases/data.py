"""Rows to fit and to ask with: random from a seed, or data that scikit-learn ships.

Random numbers come from RandomState, whose streams never change, and are rounded, so that every version sees the
same values. Numbers for trees lie on a grid; the rows asked then sit exactly on every possible threshold (a midpoint),
and a hair to either side of it.
"""

import numpy as np
import pandas as pd
from sklearn import datasets

from .case import Data

NAN = float("nan")


def text_column(values):
    return pd.Series(list(values), dtype=object)


def frame(**columns):
    return pd.DataFrame(
        {
            k: text_column(v) if any(isinstance(x, str) or x is None for x in v) else pd.Series(v)
            for k, v in columns.items()
        }
    )


def with_holes(X, rate, seed):
    X = X.copy()
    X[np.random.RandomState(seed).uniform(size=X.shape) < rate] = NAN
    return X


NAMES = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"]


def as_frame(X, names=None):
    names = names or NAMES[: X.shape[1]]
    return pd.DataFrame(X, columns=list(names))


def numbers(missing=0.0, named=True, positive=False, big=1e300, seed=1, constant=False):
    """Four unlike numeric columns: skewed, centred, large, tiny. No target."""
    r = np.random.RandomState(seed)
    n = 60
    X = np.column_stack([r.exponential(3.0, n), r.normal(0, 1, n), r.normal(5e4, 2e4, n), r.uniform(0, 1e-3, n)])
    X = np.column_stack([np.round(X[:, i], d) for i, d in enumerate((3, 3, 1, 7))])
    if positive:
        X = np.abs(X) + 0.001
    if constant:
        X[:, 1] = 7.5
    edge = [
        [0.0, 0.0, 0.0, 0.0],
        [-0.0, -1.0, 1.0, -1e-9],
        [big, -big, big, -big],
        [1e-300, -1e-300, 5e-324, 1e-10],
        [3.0, 3.0, 3.0, 3.0],
        [X[:, 0].max(), X[:, 1].min(), X[:, 2].max(), X[:, 3].min()],
    ]
    if positive:
        edge = [[abs(v) + 1e-6 for v in row] for row in edge]
    rows = np.vstack([X[:10], edge])
    if missing:
        X = with_holes(X, missing, seed + 100)
        rows = np.vstack([rows, hole_rows(X)])
    if named:
        return Data(as_frame(X), None, as_frame(rows))
    return Data(X, None, rows)


def hole_rows(X):
    """One row per column with that column missing, and one with all missing."""
    k = X.shape[1]
    base = np.nanmean(X, axis=0).round(2)
    rows = [np.where(np.arange(k) == i, NAN, base) for i in range(k)]
    return np.array(rows + [np.full(k, NAN)])


def grid(target, missing=0.0, named=True, k=3, n=80, seed=2, holes_asked=None):
    """Integers 0..9 in k columns, and rows on and about the midpoints. target: (X, random state) -> y."""
    r = np.random.RandomState(seed)
    X = r.randint(0, 10, size=(n, k)).astype(float)
    y = target(X, r)
    middle = np.arange(0.5, 9, 1.0)
    on = np.column_stack([middle[(np.arange(9) * (i + 2)) % 9] for i in range(k)])
    rows = np.vstack(
        [
            X[:4],
            on,
            on[:4] + 1e-9,
            on[:4] - 1e-9,
            on[4:6] + 1e-6,
            np.full((1, k), 1e30),
            np.full((1, k), -1e30),
            np.full((1, k), 1e-40),
        ]
    )
    if missing:
        X = with_holes(X, missing, seed + 100)
    if missing or holes_asked:
        rows = np.vstack([rows, hole_rows(X)])
    if named:
        return Data(as_frame(X), y, as_frame(rows))
    return Data(X, y, rows)


def amount(X, r):
    return np.round(3 * X[:, 0] - X[:, 1] ** 2 / 5 + 4 * (X[:, 2] > 4) + r.normal(0, 1, len(X)), 3)


def positive_amount(X, r):
    return np.round(np.exp(amount(X, r) / 10.0), 3) + 0.05


def count(X, r):
    return r.poisson(np.exp(amount(X, r) / 12.0)).astype(float)


def two_amounts(X, r):
    return np.column_stack([amount(X, r), np.round(X[:, 1] + r.normal(0, 1, len(X)), 3)])


def two_classes(X, r):
    return (amount(X, r) > 12).astype(int)


def two_words(X, r):
    return np.where(two_classes(X, r) == 1, "yes", "no").astype(object)


def truths(X, r):
    return two_classes(X, r).astype(bool)


def three_words(X, r):
    return np.array(["high", "low", "mid"], dtype=object)[np.digitize(amount(X, r), [6, 16])]


def three_numbers(X, r):
    return np.array([-1, 3, 10])[np.digitize(amount(X, r), [6, 16])]


def two_outputs_of_classes(X, r):
    return np.column_stack([two_classes(X, r), three_numbers(X, r)])


def three_labels(X, r):
    """Several labels a row: a column each, 1 where it has it."""
    return np.column_stack([two_classes(X, r), (X[:, 1] > 3).astype(int), (X[:, 2] + r.normal(0, 2, len(X)) > 6)]).astype(int)


CITIES = ["Bergen", "Oslo", "Århus", "New York, NY", 'a "quoted" town']


def people(target="answer", missing=True, n=90, seed=5, unknown=True):
    """Numbers, counts, text and truth values of imagined customers. target: answer, level, spend or None."""
    r = np.random.RandomState(seed)
    age = np.round(r.uniform(18, 80, n), 0)
    income = np.round(r.lognormal(10, 0.6, n), 2)
    visits = r.randint(0, 12, n)
    city = np.array(CITIES, dtype=object)[r.choice(5, n, p=[0.4, 0.3, 0.15, 0.1, 0.05])]
    plan = np.array(["basic", "pro", "team"], dtype=object)[r.randint(0, 3, n)]
    member = r.uniform(size=n) < 0.4
    score = (
        age / 20
        + np.log(income) / 3
        + visits / 4
        + 1.5 * (city == "Oslo")
        - 1.2 * (plan == "basic")
        + r.normal(0, 0.7, n)
    )
    y = {
        "answer": np.where(score > np.median(score), "stays", "leaves").astype(object),
        "level": np.array(["high", "low", "mid"], dtype=object)[np.digitize(score, np.percentile(score, [30, 70]))],
        "spend": np.round(np.exp(score / 2), 2),
        None: None,
    }[target]
    if missing:
        age[r.uniform(size=n) < 0.12] = NAN
        income[r.uniform(size=n) < 0.12] = NAN
        city[r.uniform(size=n) < 0.12] = NAN
    X = pd.DataFrame(
        {
            "age": age,
            "income": income,
            "visits": visits,
            "city": text_column(city),
            "plan": text_column(plan),
            "member": member,
        },
        columns=["age", "income", "visits", "city", "plan", "member"],
    )
    rows = X.iloc[:14].copy()
    extra = [
        (18.0, 1e-9, 0, "Oslo", "pro", True),
        (120.0, 1e12, 1000000, "Bergen", "team", False),
        (-5.0, 0.0, -3, "New York, NY", "basic", False),
    ]
    if missing:
        extra += [
            (NAN, 21000.5, 4, "Oslo", "team", True),
            (44.0, NAN, 4, NAN, "pro", False),
            (NAN, NAN, 0, NAN, "basic", True),
        ]
    if unknown:
        extra += [(33.0, 30000.0, 2, "Atlantis", "pro", True), (33.0, 30000.0, 2, "oslo", "gold", False)]
    extra = pd.DataFrame(extra, columns=list(X.columns))
    for name in ("city", "plan"):
        extra[name] = text_column(extra[name])
    rows = pd.concat([rows, extra], ignore_index=True)
    for name in ("city", "plan"):
        rows[name] = text_column(rows[name])
    return Data(X, y, rows)


def clean(names):
    return [n.replace(" (cm)", "").replace(" ", "_").replace("/", "_per_") for n in names]


def fitted_in_float32(d):
    """Parameters become float32; rows are asked in float64 all the same."""
    return Data(d.X.astype(np.float32), None if d.y is None else np.asarray(d.y, dtype=np.float32), d.rows)


def shipped(loader, columns, words=None, n=18, named=True, digits=6):
    """Data that scikit-learn ships, some of its columns; words for its classes."""
    bunch = loader()
    X = np.round(np.asarray(bunch.data, dtype=float)[:, columns], digits)
    y = np.asarray(bunch.target)
    if words:
        y = np.array(words)[y]  # fixed-width text, where the made-up targets are objects
    picked = X[np.linspace(0, len(X) - 1, n).astype(int)]
    rows = np.vstack([picked, np.zeros((1, X.shape[1])), X.max(axis=0)[None] * 10, -X.mean(axis=0).round(3)[None]])
    if named:
        names = clean([bunch.feature_names[i] for i in columns])
        return Data(as_frame(X, names), y, as_frame(rows, names))
    return Data(X, y, rows)


def iris(words=True, named=True):
    return shipped(
        datasets.load_iris, [0, 1, 2, 3], ["setosa", "versicolor", "virginica"] if words else None, named=named
    )


def wine(words=False, named=True, columns=(0, 1, 4, 6, 9, 12)):
    return shipped(
        datasets.load_wine, list(columns), ["barolo", "grignolino", "barbera"] if words else None, named=named
    )


def cancer(words=True, named=True):
    return shipped(
        datasets.load_breast_cancer, [0, 1, 2, 4, 6, 20, 27], ["malignant", "benign"] if words else None, named=named
    )


def diabetes(named=True):
    """The columns, and as many digits of them, that are the same in every version's copy of the data."""
    return shipped(datasets.load_diabetes, [0, 1, 2, 4, 5, 6, 9], named=named, digits=4)


def linnerud(named=True):
    return shipped(datasets.load_linnerud, [0, 1, 2], n=12, named=named)


def few(made, step=3):
    """Fewer rows to fit with, for models that keep them all."""
    return Data(made.X[::step], None if made.y is None else made.y[::step], made.rows)


def without_target(made):
    return Data(made.X, None, made.rows)


SENTENCES = [
    "The cat sat on the mat",
    "New York is a big city, isn't it?",
    "dogs & cats; cats and dogs",
    "\u00e9t\u00e9 \u00e0 la plage, 123 a1 b2",
    "the the the",
    "A quick brown fox jumps over the lazy dog",
    "I am what I am",
    "hello  world\thello\n there",
    "Stra\u00dfe GRO\u1e9e \u0391\u03a3 x_y",
    "the city of New York",
]
ASKED = ["?", "  cat  ", "unknown words only, zzz", "Cat cat CAT the dog", "\u4f60\u597d \u4e16\u754c new york"]


def sentences():
    """One column of texts, some of them odd."""
    X = frame(words=SENTENCES * 2)
    y = np.array([0, 1] * len(SENTENCES))
    return Data(X, y, frame(words=SENTENCES + ASKED))
