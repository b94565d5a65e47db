#!/usr/bin/env python3
"""Writes expected.txt: what SciPy, scikit-learn, Evidently and River say of the streams that src/drift/*_test.cc makes.

    pip install scipy scikit-learn evidently river pandas
    python3 tests/drift/make_expected.py

Both sides make their rows from one generator, so that only the answers are kept. A line is a name and a number.
"""
import math
import pathlib
import warnings

import numpy as np
import pandas as pd
from evidently.legacy.calculations.stattests.utils import get_binned_data
from evidently.legacy.core import ColumnType
from river import drift
from scipy import stats
from scipy.spatial import distance
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
LINES = []


def put(name, value):
    LINES.append(f"{name} {float(value)!r}")


class Stream:
    """Knuth's MMIX generator; numbers in [0, 1)."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 11) / 2.0**53


def numbers(seed, count, scale, shift, squared, levels):
    stream = Stream(seed)
    values = []
    for _ in range(count):
        value = stream.next()
        if squared:
            value = value * value
        if levels:
            value = math.floor(value * levels)
        values.append(value * scale + shift)
    return values


# name: (reference, current), each (seed, count, scale, shift, squared, levels)
NUMBERS = {
    "same": ((1, 300, 1.0, 0.0, False, 0), (2, 200, 1.0, 0.0, False, 0)),
    "equal_sizes": ((3, 250, 10.0, 0.0, True, 0), (4, 250, 10.0, 0.5, True, 0)),
    "apart": ((5, 40, 1.0, 0.0, False, 0), (6, 70, 1.0, 2.0, False, 0)),
    "few_values": ((7, 500, 1.0, 0.0, False, 7), (8, 400, 1.0, 0.0, True, 9)),
    "ties": ((9, 400, 0.5, -3.0, False, 60), (10, 333, 0.5, -3.0, True, 60)),
    "thousands": ((11, 2000, 1e5, 0.0, True, 0), (12, 1500, 1e5, 900.0, True, 0)),
    "large": ((13, 12000, 1.0, 0.0, False, 0), (14, 11000, 1.0, 0.004, False, 0)),
    "large_apart": ((15, 12000, 1.0, 0.0, False, 0), (16, 300, 1.0, 0.0, True, 0)),
}


def statistics(name, reference, current, kind):
    r, c = pd.Series(reference), pd.Series(current)
    filled = get_binned_data(r, c, kind, 30)
    plain = get_binned_data(r, c, kind, 30, False)
    put(f"{name}/psi", np.sum((filled[0] - filled[1]) * np.log(filled[0] / filled[1])))
    put(f"{name}/jensen_shannon", distance.jensenshannon(*plain))


def number_cases():
    for name, (reference_of, current_of) in NUMBERS.items():
        reference, current = numbers(*reference_of), numbers(*current_of)
        name = "numbers/" + name
        statistics(name, reference, current, ColumnType.Numerical)
        ks = stats.ks_2samp(reference, current)
        put(f"{name}/ks", ks.statistic)
        put(f"{name}/ks_p", ks.pvalue)
        put(f"{name}/ks_p_large", stats.kstwo.sf(ks.statistic, np.round(len(reference) * len(current) / (len(reference) + len(current)))))
        apart = stats.wasserstein_distance(reference, current)
        put(f"{name}/wasserstein", apart)
        put(f"{name}/wasserstein_normed", apart / max(np.std(reference), 0.001))
        put(f"{name}/outside", np.mean((np.array(current) < min(reference)) | (np.array(current) > max(reference))))


# name: (reference, current), each (seed, count, levels, squared)
CATEGORIES = {
    "same": ((21, 500, 5, False), (22, 300, 5, False)),
    "moved": ((23, 500, 6, False), (24, 300, 6, True)),
    "unseen": ((25, 200, 4, False), (26, 250, 9, False)),
}


def categories(seed, count, levels, squared):
    return ["c%d" % value for value in numbers(seed, count, 1, 0, squared, levels)]


def category_cases():
    for name, (reference_of, current_of) in CATEGORIES.items():
        reference, current = categories(*reference_of), categories(*current_of)
        name = "categories/" + name
        statistics(name, reference, current, ColumnType.Categorical)
        keys = sorted(set(reference) | set(current))
        chi = stats.chi2_contingency([[reference.count(k) for k in keys], [current.count(k) for k in keys]], correction=False)
        put(f"{name}/chi_square", chi.statistic)
        put(f"{name}/chi_square_p", chi.pvalue)
        put(f"{name}/unseen", np.mean([value not in set(reference) for value in current]))


def survival_cases():
    for n in (5, 20, 140, 141, 1000, 5000, 90000, 150000, 1000000):
        for z in (0.3, 0.5, 0.8, 1.0, 1.2, 1.4, 1.5, 1.7, 2.0, 2.5, 3.5):
            d = z / math.sqrt(n)
            put(f"survival/{n}/{z}", stats.kstwo.sf(d, n))


def outside_cases():
    for old, new, beyond in ((100, 200, 5), (100, 200, 30), (1000, 1000, 1), (1000, 1000, 9), (10000, 200, 2), (10000, 5000, 6),
                             (300, 100, 100), (2, 3, 1)):
        put(f"beyond/{old}/{new}/{beyond}", stats.nhypergeom.sf(beyond - 1, old + new, new, 2))
    # All cells shuffled: how often so many of the window's are of categories that the others have not.
    draw = np.random.default_rng(1)
    totals = [1] * 6 + [2] * 4 + [3] * 2 + [5, 40, 60]
    cells = np.repeat(np.arange(len(totals)), totals)
    of_window = draw.permuted(np.tile(cells, (200_000, 1)), axis=1)[:, :50]
    counts = np.stack([(of_window == k).sum(axis=1) for k in range(len(totals))], axis=1)
    unseen = np.where(counts == totals, counts, 0).sum(axis=1)
    for count in (1, 3, 5, 8, 10):
        put(f"unseen/{count}", np.mean(unseen >= count))


def many_cases():
    p = [x * x for x in numbers(31, 12, 1, 0, False, 0)]
    for i, value in enumerate(stats.false_discovery_control(p)):
        put(f"many/{i}", value)


def rows_of_classes(seed, count, classes):
    stream = Stream(seed)
    truth, probabilities = [], []
    for _ in range(count):
        weights = [stream.next() for _ in range(classes)]
        label = min(int(stream.next() * classes), classes - 1)
        weights[label] += 0.3
        total = math.fsum(weights)
        # Some ties, for the area under the curve.
        row = [math.floor(weight / total * 50) / 50 for weight in weights]
        row[-1] = 1 - sum(row[:-1])
        truth.append(label)
        probabilities.append(row)
    return np.array(truth), np.array(probabilities)


def calibration(is_true, confidences):
    shares, means = calibration_curve(is_true, confidences, n_bins=10)
    counts = np.histogram(np.searchsorted(np.linspace(0, 1, 11)[1:-1], confidences), bins=np.arange(11))[0]
    return np.sum(np.abs(shares - means) * counts[counts > 0]) / len(is_true)


def delong(truth, scores):
    positives, negatives = scores[truth == 1], scores[truth == 0]
    wins = (positives[:, None] > negatives) + 0.5 * (positives[:, None] == negatives)
    return math.sqrt(np.var(wins.mean(axis=1), ddof=1) / len(positives) + np.var(wins.mean(axis=0), ddof=1) / len(negatives))


def classification_cases():
    for name, seed, count, classes in (("two", 41, 700, 2), ("four", 42, 900, 4)):
        truth, probabilities = rows_of_classes(seed, count, classes)
        predicted = probabilities.argmax(axis=1)
        name = "classes/" + name
        put(f"{name}/accuracy", metrics.accuracy_score(truth, predicted))
        low, high = stats.binomtest(int((truth == predicted).sum()), count).proportion_ci(method="wilson")
        put(f"{name}/accuracy_low", low)
        put(f"{name}/accuracy_high", high)
        precision, recall, f1, _ = metrics.precision_recall_fscore_support(truth, predicted, zero_division=0)
        for label in range(classes):
            put(f"{name}/precision/{label}", precision[label])
            put(f"{name}/recall/{label}", recall[label])
            put(f"{name}/f1/{label}", f1[label])
        put(f"{name}/macro_f1", metrics.f1_score(truth, predicted, average="macro"))
        put(f"{name}/log_loss", metrics.log_loss(truth, probabilities))
        if classes == 2:
            positive = probabilities[:, 1]
            put(f"{name}/brier", metrics.brier_score_loss(truth, positive))
            put(f"{name}/auc", metrics.roc_auc_score(truth, positive))
            put(f"{name}/auc_deviation", delong(truth, positive))
            put(f"{name}/calibration_error", calibration(truth, positive))
        else:
            put(f"{name}/brier", metrics.brier_score_loss(truth, probabilities))
            put(f"{name}/auc", metrics.roc_auc_score(truth, probabilities, multi_class="ovr"))
            put(f"{name}/calibration_error", calibration(truth == predicted, probabilities.max(axis=1)))


def regression_cases():
    truth = np.array(numbers(51, 400, 10, 0, True, 0))
    predicted = truth + np.array(numbers(52, 400, 3, -1.2, False, 0))
    put("regression/rmse", metrics.root_mean_squared_error(truth, predicted))
    put("regression/mae", metrics.mean_absolute_error(truth, predicted))
    put("regression/r2", metrics.r2_score(truth, predicted))
    put("regression/bias", np.mean(predicted - truth))
    off = np.abs(predicted - truth)
    put("regression/mae_low", np.mean(off) - stats.norm.ppf(0.975) * np.std(off, ddof=1) / math.sqrt(len(off)))


def errors(seed, rates, count):
    stream = Stream(seed)
    return [1 if stream.next() < rate else 0 for rate in rates for _ in range(count)]


def detector_cases():
    stream = errors(61, (0.1, 0.35, 0.15), 2000)
    for name, detector in (("adwin", drift.ADWIN()), ("page_hinkley", drift.PageHinkley()), ("ddm", drift.binary.DDM())):
        found = []
        for i, x in enumerate(stream):
            detector.update(x)
            if detector.drift_detected:
                found.append(i)
        put(f"detectors/{name}/count", len(found))
        for i, place in enumerate(found):
            put(f"detectors/{name}/{i}", place)


def rows_together(seed, count, apart):
    """Five columns that hang together, one of them with missing cells and one of categories; or do not."""
    stream = Stream(seed)
    rows = []
    for _ in range(count):
        common, own = stream.next(), [stream.next() for _ in range(4)]
        base = own if apart else [common + 0.2 * x for x in own]
        missing, city = stream.next(), stream.next()
        text = "a" if (city if apart else common) < 0.5 else "b" if city < 0.8 else "c"
        rows.append([3 * base[0], 1000 * base[1], -base[2], math.nan if missing < 0.1 else base[3], text])
    return rows


def together_cases():
    reference = rows_together(70, 400, False)
    made_of, reference = reference[::2], reference[1::2]
    texts = [row[4] for row in made_of]
    shares = {text: texts.count(text) / len(texts) for text in set(texts)}

    def table(rows):
        return np.array([[*row[:4], shares.get(row[4], 0)] for row in rows])

    pipeline = make_pipeline(SimpleImputer(), StandardScaler(), PCA(0.65, svd_solver="full")).fit(table(made_of))
    put("together/components", pipeline[-1].n_components_)
    for name, rows in (("reference", reference), ("same", rows_together(71, 300, False)), ("apart", rows_together(72, 300, True))):
        scaled = pipeline[:-1].transform(table(rows))
        errors = np.linalg.norm(scaled - pipeline[-1].inverse_transform(pipeline[-1].transform(scaled)), axis=1)
        put(f"together/{name}/mean", errors.mean())
        put(f"together/{name}/deviation", errors.std())


number_cases()
category_cases()
survival_cases()
outside_cases()
many_cases()
classification_cases()
regression_cases()
detector_cases()
together_cases()
pathlib.Path(__file__).with_name("expected.txt").write_text("\n".join(LINES) + "\n")
