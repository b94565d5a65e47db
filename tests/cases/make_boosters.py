#!/usr/bin/env python3
"""Makes the cases beneath boosters/ with the XGBoost and LightGBM versions it runs under.

    make_boosters.py [--only TEXT] [--library xgboost|lightgbm] [--folder FOLDER]

A case is a model, rows and the library's own answers:

    boosters/<case>/input.csv                  the rows
    boosters/<case>/<version>/model.*          the model as this version saves it
    boosters/<case>/<version>/expected.csv     what Booster.predict answers: prediction[_<k>], margin[_<k>]
    boosters/<case>/<version>/expected_pkl.csv what the estimator in the pickle answers: predict, proba_<class>

and a line for each model in boosters/cases.csv. Run it once under each pair of versions; see boosters/README.md.
"""

import argparse
import csv
import io
import os
import pickle
import warnings

import numpy as np
import pandas as pd

try:
    import xgboost as xgb
except ImportError:
    xgb = None
try:
    import lightgbm as lgb
except ImportError:
    lgb = None

HERE = os.path.dirname(os.path.abspath(__file__))


def version_of(module):
    return tuple(int(part) for part in module.__version__.split(".")[:2])


# ---- data -------------------------------------------------------------------------------------------------------------
def table(seed, rows=400, missing=0.1, zeros=0.0, categories=()):
    """Columns a, b, c, d of numbers, some missing; then a column of codes for each count of categories."""
    random = np.random.RandomState(seed)
    x = random.normal(size=(rows, 4)) * [1, 10, 0.1, 1000]
    x[random.uniform(size=x.shape) < zeros] = 0
    x[random.uniform(size=x.shape) < missing] = np.nan
    frame = pd.DataFrame(x, columns=list("abcd"))
    for i, count in enumerate(categories):
        codes = random.randint(0, count, size=rows).astype(float)
        codes[random.uniform(size=rows) < missing] = np.nan
        frame["k%d" % i] = codes
    filled = frame.fillna(0).to_numpy()
    score = filled[:, 0] + 0.05 * filled[:, 1] - 3 * filled[:, 2] + 0.0005 * filled[:, 3]
    for i, count in enumerate(categories):
        score = score + 2 * np.sin(7.0 * filled[:, 4 + i])
    return frame, score + 0.3 * random.normal(size=rows)


def target(kind, score):
    if kind == "classes3":
        return np.digitize(score, np.quantile(score, [0.3, 0.6]))
    if kind == "classes2":
        return (score > np.median(score)).astype(int)
    if kind == "class":
        return np.zeros(len(score), int)
    if kind == "share":
        return 1 / (1 + np.exp(-score))
    if kind == "positive":
        return np.exp(score / 4)
    if kind == "count":
        return np.floor(np.exp(score / 4) * 3)
    if kind == "two":
        return np.column_stack([score, score**2])
    if kind == "labels2":
        return np.column_stack([score > 0, np.sin(score) > 0]).astype(int)
    if kind == "certain":  # labels of which one is always true, and one never
        return np.column_stack([score > 0, score == score, score != score]).astype(int)
    return score


# ---- writing ----------------------------------------------------------------------------------------------------------
class Folder:
    def __init__(self, root, case, version):
        self.root, self.case, self.version = root, case, version
        self.lines = []
        os.makedirs(os.path.join(root, case, version), exist_ok=True)

    def path(self, name):
        return os.path.join(self.root, self.case, self.version, name)

    def write_rows(self, frame):
        text = frame.to_csv(index=False, float_format="%.9g")
        path = os.path.join(self.root, self.case, "input.csv")
        if os.path.exists(path):
            with open(path) as f:
                assert f.read() == text, "rows differ from those of another version"
        with open(path, "w") as f:
            f.write(text)
        return pd.read_csv(io.StringIO(text))

    def write_expected(self, name, columns):
        with open(self.path(name), "w", newline="") as f:
            writer = csv.writer(f)
            writer.writerow([header for header, _ in columns])
            for row in zip(*[values for _, values in columns]):
                writer.writerow([repr(float(cell)) if isinstance(cell, np.floating) else cell for cell in row])

    def add(self, model, expected, rel, absolute):
        self.lines.append([self.case, self.version, self.version + "/" + model, self.version + "/" + expected, rel,
                           absolute])


def columns_of(name, values):
    values = np.asarray(values)
    if values.ndim == 1 or values.shape[1] == 1:
        return [(name, values.reshape(-1))]
    return [("%s_%d" % (name, k), values[:, k]) for k in range(values.shape[1])]


def answers(model, rows):
    """Of an estimator, or of a transformer."""
    if not hasattr(model, "predict"):
        columns = np.asarray(model.transform(rows)).T
        return [("transform_%d" % k, ["" if np.isnan(cell) else cell for cell in column])
                for k, column in enumerate(columns)]
    columns = columns_of("predict", model.predict(rows))
    if hasattr(model, "predict_proba"):
        probabilities = model.predict_proba(rows)
        columns += [("proba_%s" % label, probabilities[:, k]) for k, label in enumerate(model.classes_)]
    if hasattr(model, "decision_function"):
        columns += columns_of("decision_function", model.decision_function(rows))
    return columns


# ---- XGBoost ----------------------------------------------------------------------------------------------------------
SMALL = {"max_depth": 3, "eta": 0.4, "seed": 7, "nthread": 1}


class Xgb:
    """A Booster. `since` and `until` bound the versions that make it."""

    library = "xgboost"

    def __init__(self, name, params, kind="score", rounds=3, since=(0, 0), until=(99, 0), data={}, names=True,
                 early=False, types=None, pickled=False):
        self.name, self.params, self.kind, self.rounds = name, params, kind, rounds
        self.since, self.until, self.data, self.names = since, until, data, names
        self.early, self.types, self.pickled = early, types, pickled

    def make(self, folder):
        seed = sum(map(ord, self.name))
        frame, score = table(seed, **self.data)
        y = target(self.kind, score)
        params = dict(SMALL, **self.params)
        matrix = self.matrix(frame[:300], self.label(y[:300]))
        if params["objective"].startswith("rank:"):
            matrix.set_group([30] * 10)
        if params["objective"] == "survival:aft":
            matrix.set_float_info("label_lower_bound", y[:300])
            matrix.set_float_info("label_upper_bound", y[:300])
        rest = {}
        if self.early:
            rest = {"evals": [(self.matrix(frame[300:], self.label(y[300:])), "test")], "early_stopping_rounds": 2,
                    "verbose_eval": False}
        booster = xgb.train(params, matrix, self.rounds, **rest)
        rows = frame[300:320]
        if self.types:
            rows = rows.copy()
            rows.loc[rows.index[:4], "k0"] = [77, 31, 32, 1000]
            rows.loc[rows.index[2:6], "k1"] = [77, 31, 32, 1000]
        rows = folder.write_rows(rows)
        self.save(booster, rows, folder)

    def label(self, y):
        return np.where(y > 1.5, -y, y) if self.params["objective"] == "survival:cox" else y

    def matrix(self, frame, label=None):
        keywords = {"feature_names": list(frame.columns)} if self.names else {}
        if self.types:
            keywords.update(feature_types=self.types, enable_categorical=True)
        return xgb.DMatrix(frame.to_numpy(), label=label, **keywords)

    def save(self, booster, rows, folder):
        matrix = self.matrix(rows)
        folder.write_expected("expected.csv", columns_of("prediction", booster.predict(matrix)) +
                              columns_of("margin", booster.predict(matrix, output_margin=True)))
        version = version_of(xgb)
        names = []
        # The binary format keeps no names, and no categories.
        if version < (2, 1) and not self.types and not self.names:
            names.append("model.model" if version < (2, 0) else "model.deprecated")
        if version >= (1, 0):
            names.append("model.json")
        if version >= (1, 6):
            names.append("model.ubj")
        for name in names:
            booster.save_model(folder.path(name))
            folder.add(name, "expected.csv", 2e-6, 1e-6)
        if self.pickled:
            with open(folder.path("model.pkl"), "wb") as f:
                pickle.dump(booster, f, protocol=2)
            folder.add("model.pkl", "expected.csv", 2e-6, 1e-6)


class Estimator:
    """An estimator of either library, fitted on the frame, or on the array without `names`."""

    def __init__(self, library, name, make_model, kind="score", since=(0, 0), until=(99, 0), data={}, labels=None,
                 names=True, fit=None, protocol=2):
        self.library, self.name, self.make_model, self.kind = library, name, make_model, kind
        self.since, self.until, self.data, self.labels, self.names = since, until, data, labels, names
        self.fit, self.protocol = fit or (lambda frame, y: {}), protocol

    def make(self, folder):
        frame, score = table(sum(map(ord, self.name)), **self.data)
        y = target(self.kind, score)
        if self.labels is not None:
            y = np.array(self.labels)[y]
        if "categories" in self.data:
            for i, count in enumerate(self.data["categories"]):
                names = pd.Series(["cat %d" % (3 * code % count) for code in range(count)])
                texts = frame["k%d" % i].map(names.to_dict())
                frame["k%d" % i] = pd.Categorical(texts, categories=sorted(set(texts.dropna())))
        train = frame[:300] if self.names else frame[:300].to_numpy()
        model = self.make_model()
        model.fit(train, y[:300], **self.fit(frame, y))
        rows = folder.write_rows(frame[300:320])
        given = frame[300:320].copy()
        for column in rows.columns:
            given[column] = (pd.Categorical(rows[column], categories=frame[column].cat.categories)
                             if str(frame[column].dtype) == "category" else rows[column].to_numpy())
        folder.write_expected("expected_pkl.csv", answers(model, given if self.names else given.to_numpy()))
        with open(folder.path("model.pkl"), "wb") as f:
            pickle.dump(model, f, protocol=self.protocol)
        exact = (2e-6, 1e-6) if self.library == "xgboost" else (1e-12, 1e-14)
        folder.add("model.pkl", "expected_pkl.csv", *exact)


def selected(estimator, **options):
    from sklearn.feature_selection import SelectFromModel

    return SelectFromModel(estimator, **options)


QUANTITIES = {"multi_strategy": "multi_output_tree", "tree_method": "hist"}
CODED = {"categories": (3, 40)}
TYPES = ["q", "q", "q", "q", "c", "c"]


def square(version):
    return {"objective": "reg:squarederror" if version >= (0, 90) else "reg:linear"}


def xgboost_cases(version):
    xgb_small = {"n_estimators": 4, "max_depth": 3, "n_jobs": 1}
    early = {} if version < (1, 6) else {"early_stopping_rounds": 2}

    def eval_set(frame, y):
        return dict({"eval_set": [(frame[300:], y[300:])], "verbose": False},
                    **({"early_stopping_rounds": 2} if version < (1, 6) else {}))

    return [
        Xgb("xgb-squared", square(version), names=False, pickled=True),
        Xgb("xgb-logistic", {"objective": "binary:logistic"}, "classes2", pickled=True),
        Xgb("xgb-logistic-base", {"objective": "binary:logistic", "base_score": 0.3}, "classes2", names=False),
        Xgb("xgb-softprob", {"objective": "multi:softprob", "num_class": 3}, "classes3", names=False, pickled=True),
        Xgb("xgb-softmax", {"objective": "multi:softmax", "num_class": 3}, "classes3", names=False),
        Xgb("xgb-reg-logistic", {"objective": "reg:logistic"}, "share", names=False),
        Xgb("xgb-logitraw", {"objective": "binary:logitraw", "base_score": 0.2}, "classes2", names=False),
        Xgb("xgb-hinge", {"objective": "binary:hinge"}, "classes2", names=False),
        Xgb("xgb-poisson", {"objective": "count:poisson", "base_score": 0.4}, "count", names=False),
        Xgb("xgb-gamma", {"objective": "reg:gamma"}, "positive", names=False),
        Xgb("xgb-tweedie", {"objective": "reg:tweedie"}, "positive", names=False),
        Xgb("xgb-cox", {"objective": "survival:cox"}, "positive", names=False),
        Xgb("xgb-aft", {"objective": "survival:aft"}, "positive", since=(1, 2)),
        Xgb("xgb-rank", {"objective": "rank:pairwise"}, "classes3", names=False),
        Xgb("xgb-squaredlog", {"objective": "reg:squaredlogerror"}, "positive", since=(1, 0)),
        Xgb("xgb-pseudohuber", {"objective": "reg:pseudohubererror"}, since=(1, 3)),
        Xgb("xgb-absolute", {"objective": "reg:absoluteerror"}, since=(1, 7)),
        Xgb("xgb-quantiles", {"objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9],
                              "tree_method": "hist"}, since=(2, 0)),
        # Before 1.0 predict drops trees of a dart at random.
        Xgb("xgb-dart", dict(square(version), booster="dart", rate_drop=0.5), rounds=8, names=False, pickled=True,
            since=(1, 0)),
        Xgb("xgb-dart-softprob", {"objective": "multi:softprob", "num_class": 3, "booster": "dart", "rate_drop": 0.5},
            "classes3", rounds=5, names=False, since=(1, 0)),
        Xgb("xgb-linear", dict(square(version), booster="gblinear"), rounds=8, names=False, pickled=True),
        Xgb("xgb-linear-softprob", {"objective": "multi:softprob", "num_class": 3, "booster": "gblinear"}, "classes3",
            rounds=8, names=False),
        Xgb("xgb-forest", dict(square(version), num_parallel_tree=3, subsample=0.5), rounds=2, names=False),
        Xgb("xgb-early", {"objective": "binary:logistic", "eta": 1.0}, "classes2", rounds=40, early=True, names=False),
        Xgb("xgb-one-hot", dict(square(version), tree_method="hist" if version >= (1, 6) else "approx",
                                **({"max_cat_to_onehot": 100} if version >= (1, 6) else {})),
            data=CODED, types=TYPES, since=(1, 6)),
        Xgb("xgb-partition", dict(square(version), tree_method="hist", max_cat_to_onehot=1), data=CODED, types=TYPES,
            since=(1, 7)),
        Xgb("xgb-two-targets", dict(square(version), tree_method="hist"), "two", since=(1, 6)),
        Xgb("xgb-two-labels", {"objective": "binary:logistic", "tree_method": "hist"}, "labels2", since=(1, 6)),
        Xgb("xgb-certain-label", {"objective": "binary:logistic", "tree_method": "hist"}, "certain", since=(3, 2)),
        Xgb("xgb-vector-leaves", dict(square(version), **QUANTITIES), "two", since=(2, 0)),
        Xgb("xgb-no-rounds", {"objective": "binary:logistic"}, "classes2", rounds=0, since=(2, 0)),
        Xgb("xgb-no-rounds-softprob", {"objective": "multi:softprob", "num_class": 3}, "classes3", rounds=0,
            since=(2, 0)),
        Estimator("xgboost", "xgb-classifier", lambda: xgb.XGBClassifier(**xgb_small), "classes2"),
        Estimator("xgboost", "xgb-classifier-words", lambda: xgb.XGBClassifier(**xgb_small), "classes3",
                  labels=["no", "perhaps", "yes"], until=(1, 5)),
        Estimator("xgboost", "xgb-classifier-three", lambda: xgb.XGBClassifier(**xgb_small), "classes3", names=False),
        Estimator("xgboost", "xgb-regressor", lambda: xgb.XGBRegressor(**xgb_small)),
        Estimator("xgboost", "xgb-regressor-marker", lambda: xgb.XGBRegressor(missing=0.0, **xgb_small),
                  data={"zeros": 0.3, "missing": 0.0}),
        Estimator("xgboost", "xgb-forest-classifier", lambda: xgb.XGBRFClassifier(**xgb_small), "classes2",
                  since=(0, 90)),
        Estimator("xgboost", "xgb-forest-regressor", lambda: xgb.XGBRFRegressor(**xgb_small), since=(0, 90)),
        Estimator("xgboost", "xgb-ranker", lambda: xgb.XGBRanker(**xgb_small), "classes3",
                  fit=lambda frame, y: {"group": [30] * 10}),
        Estimator("xgboost", "xgb-classifier-early",
                  lambda: xgb.XGBClassifier(max_depth=3, n_estimators=60, learning_rate=1.0, n_jobs=1, **early),
                  "classes2", fit=eval_set),
        Estimator("xgboost", "xgb-classifier-categories",
                  lambda: xgb.XGBClassifier(enable_categorical=True, tree_method="hist", **xgb_small), "classes2",
                  data=CODED, since=(3, 1), protocol=5),
        # Selectors: which columns they keep hangs on the importances alone.
        Estimator("xgboost", "xgb-selects-gain", lambda: selected(xgb.XGBRegressor(**xgb_small))),
        Estimator("xgboost", "xgb-selects-classes-gain", lambda: selected(xgb.XGBClassifier(**xgb_small)), "classes3",
                  names=False),
        Estimator("xgboost", "xgb-selects-weight",
                  lambda: selected(xgb.XGBRegressor(importance_type="weight", **xgb_small), threshold="1.25*mean")),
        Estimator("xgboost", "xgb-selects-cover",
                  lambda: selected(xgb.XGBClassifier(importance_type="cover", **xgb_small), threshold="median"),
                  "classes2"),
        Estimator("xgboost", "xgb-selects-total-gain",
                  lambda: selected(xgb.XGBRegressor(importance_type="total_gain", **xgb_small), threshold=0.1)),
        Estimator("xgboost", "xgb-selects-most",
                  lambda: selected(xgb.XGBRFClassifier(**xgb_small), threshold=-np.inf, max_features=2), "classes2",
                  since=(0, 90)),
        Estimator("xgboost", "xgb-selects-linear",
                  lambda: selected(xgb.XGBClassifier(booster="gblinear", n_estimators=8, n_jobs=1)), "classes3",
                  data={"missing": 0.0}),
    ]


# ---- LightGBM ---------------------------------------------------------------------------------------------------------
class Lgb:
    library = "lightgbm"

    def __init__(self, name, params, kind="score", rounds=3, since=(0, 0), until=(99, 0), data={}, coded=False,
                 custom=False):
        self.name, self.params, self.kind, self.rounds = name, params, kind, rounds
        self.since, self.until, self.data, self.coded, self.custom = since, until, data, coded, custom

    def make(self, folder):
        frame, score = table(sum(map(ord, self.name)), **self.data)
        y = target(self.kind, score)
        params = dict({"num_leaves": 6, "verbosity": -1, "seed": 3, "num_threads": 1, "min_data_in_leaf": 5,
                       "deterministic": True}, **self.params)
        keywords = {"group": [30] * 10} if "rank" in params["objective"] else {}
        categorical = [4, 5] if self.coded else []
        data = lgb.Dataset(frame[:300].to_numpy(), label=y[:300], feature_name=list(frame.columns),
                           categorical_feature=categorical, free_raw_data=False, **keywords)
        booster = lgb.train(params, data, self.rounds)
        rows = frame[300:320].copy()
        rows.iloc[0, 0], rows.iloc[1, 1], rows.iloc[2, 2] = 1e-36, -1e-36, 1e-34
        if self.coded:
            rows.loc[rows.index[:5], "k0"] = [77, -1, -3.5, 0.7, 1000]
        rows = folder.write_rows(rows)
        x = rows.to_numpy()
        booster.save_model(folder.path("model.txt"))
        folder.write_expected("expected.csv", columns_of("prediction", booster.predict(x)) +
                              columns_of("margin", booster.predict(x, raw_score=True)))
        folder.add("model.txt", "expected.csv", 1e-12, 1e-14)


def lightgbm_cases(version):
    def calibrated():
        from sklearn.calibration import CalibratedClassifierCV

        return CalibratedClassifierCV(lgb.LGBMClassifier(**small), cv=2)

    small = {"n_estimators": 4, "num_leaves": 6, "min_child_samples": 5, "n_jobs": 1, "random_state": 3}
    forest = {"boosting": "rf", "bagging_freq": 1, "bagging_fraction": 0.6}
    return [
        Lgb("lgb-regression", {"objective": "regression"}),
        Lgb("lgb-sqrt", {"objective": "regression", "reg_sqrt": True}),
        Lgb("lgb-l1", {"objective": "regression_l1"}),
        Lgb("lgb-huber", {"objective": "huber"}),
        Lgb("lgb-quantile", {"objective": "quantile", "alpha": 0.8}),
        Lgb("lgb-poisson", {"objective": "poisson"}, "count"),
        Lgb("lgb-gamma", {"objective": "gamma"}, "positive"),
        Lgb("lgb-tweedie", {"objective": "tweedie"}, "positive"),
        Lgb("lgb-binary", {"objective": "binary"}, "classes2"),
        Lgb("lgb-binary-sigmoid", {"objective": "binary", "sigmoid": 2.5}, "classes2"),
        Lgb("lgb-multiclass", {"objective": "multiclass", "num_class": 3}, "classes3"),
        Lgb("lgb-multiclassova", {"objective": "multiclassova", "num_class": 3, "sigmoid": 0.7}, "classes3"),
        Lgb("lgb-cross-entropy", {"objective": "cross_entropy"}, "share"),
        Lgb("lgb-cross-entropy-lambda", {"objective": "cross_entropy_lambda"}, "share"),
        Lgb("lgb-lambdarank", {"objective": "lambdarank"}, "classes3"),
        Lgb("lgb-rank-xendcg", {"objective": "rank_xendcg"}, "classes3"),
        Lgb("lgb-zero-missing", {"objective": "regression", "zero_as_missing": True}, data={"zeros": 0.3}),
        Lgb("lgb-no-missing", {"objective": "regression", "use_missing": False}, data={"zeros": 0.3}),
        Lgb("lgb-never-missing", {"objective": "regression"}, data={"missing": 0.0, "zeros": 0.3}),
        Lgb("lgb-categories", {"objective": "regression", "min_data_per_group": 3, "cat_smooth": 1}, data=CODED,
            coded=True),
        Lgb("lgb-dart", {"objective": "binary", "boosting": "dart", "drop_rate": 0.5}, "classes2", rounds=8),
        Lgb("lgb-forest", dict(forest, objective="regression")),
        Lgb("lgb-forest-multiclass", dict(forest, objective="multiclass", num_class=3), "classes3"),
        Lgb("lgb-linear-trees", {"objective": "regression", "linear_tree": True}, since=(3, 2)),
        Lgb("lgb-linear-trees-multiclass", {"objective": "multiclass", "num_class": 3, "linear_tree": True}, "classes3",
            since=(3, 2)),
        Estimator("lightgbm", "lgb-classifier", lambda: lgb.LGBMClassifier(**small), "classes2", labels=["no", "yes"]),
        Estimator("lightgbm", "lgb-classifier-one-class", lambda: lgb.LGBMClassifier(**small), "class", labels=["yes"]),
        Estimator("lightgbm", "lgb-classifier-three", lambda: lgb.LGBMClassifier(**small), "classes3", names=False,
                  labels=[10, 20, 30]),
        Estimator("lightgbm", "lgb-regressor", lambda: lgb.LGBMRegressor(**small)),
        Estimator("lightgbm", "lgb-ranker", lambda: lgb.LGBMRanker(**small), "classes3",
                  fit=lambda frame, y: {"group": [30] * 10}),
        # From 4.7 on they are calibrated by their decision function.
        Estimator("lightgbm", "lgb-classifier-calibrated", calibrated, "classes2", since=(3, 0)),
        Estimator("lightgbm", "lgb-classifier-categories", lambda: lgb.LGBMClassifier(**small), "classes2", data=CODED),
        Estimator("lightgbm", "lgb-selects-split", lambda: selected(lgb.LGBMClassifier(**small)), "classes3"),
        Estimator("lightgbm", "lgb-selects-gain",
                  lambda: selected(lgb.LGBMRegressor(importance_type="gain", **small), threshold="median")),
        Estimator("lightgbm", "lgb-selects-early",
                  lambda: selected(lgb.LGBMClassifier(**dict(small, n_estimators=60, learning_rate=1.0))), "classes3",
                  fit=lambda frame, y: {"eval_set": [(frame[300:], y[300:])],
                                        "callbacks": [lgb.early_stopping(2, verbose=False)]}, since=(3, 3)),
    ]


# ---- the index --------------------------------------------------------------------------------------------------------
HEADER = ["case", "version", "model", "expected", "rel", "abs"]


def merge(path, lines):
    old = []
    if os.path.exists(path):
        with open(path, newline="") as f:
            old = list(csv.reader(f))[1:]
    made = {(line[0], line[1]) for line in lines}
    kept = [line for line in old if (line[0], line[1]) not in made]
    with open(path, "w", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(sorted(kept + [[str(cell) for cell in line] for line in lines]))


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default="", help="make only cases whose name contains this")
    options.add_argument("--library", choices=["xgboost", "lightgbm"], help="of two that are installed only this one")
    options.add_argument("--folder", default=os.path.join(HERE, "boosters"))
    args = options.parse_args()
    warnings.simplefilter("ignore")
    lines = []
    for module, cases in ((xgb, xgboost_cases), (lgb, lightgbm_cases)):
        if module is None or args.library not in (None, module.__name__):
            continue
        version = version_of(module)
        for case in cases(version):
            if args.only not in case.name or not case.since <= version <= case.until:
                continue
            folder = Folder(args.folder, case.name, module.__version__)
            try:
                case.make(folder)
            except Exception as error:  # a version that cannot make it says so
                print("%s of %s: %s" % (case.name, module.__version__, str(error).splitlines()[0][:150]))
                continue
            lines += folder.lines
    merge(os.path.join(args.folder, "cases.csv"), lines)
    print("%d models" % len(lines))


if __name__ == "__main__":
    main()
