"""The models of bench/embed, bench/js: by name, rows with their targets from a seed, and an estimator to be fitted."""
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def numbers(rows, seed):
    X = np.random.default_rng(seed).normal(size=(rows, 20))
    return pd.DataFrame({f"x{i}": X[:, i] for i in range(20)}), (X[:, 0] * X[:, 1] + X[:, 2] > 0.3).astype(int)


def mixed(rows, seed):
    random = np.random.default_rng(seed)
    table = pd.DataFrame({"age": random.integers(18, 90, rows).astype(float), "income": np.exp(random.normal(10, 0.6, rows)),
                          "tenure": random.integers(0, 40, rows).astype(float), "visits": random.poisson(3, rows).astype(float),
                          "score": random.normal(size=rows), "city": random.choice(["oslo", "bergen", "paris", "rome", "wien"], rows),
                          "job": random.choice([f"job_{i}" for i in range(25)], rows), "sex": random.choice(["f", "m"], rows)})
    y = (table["age"] / 40 + table["score"] + (table["city"] == "oslo") > 1.5).astype(int).to_numpy()
    for name in ["age", "income", "tenure"]:
        table.loc[random.random(rows) < 0.1, name] = np.nan
    return table, y


def mixed_pipeline():
    numeric, texts = ["age", "income", "tenure", "visits", "score"], ["city", "job", "sex"]
    return make_pipeline(ColumnTransformer([("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numeric),
                                            ("texts", OneHotEncoder(handle_unknown="ignore"), texts)]), LogisticRegression(max_iter=1000))


MODELS = {
    "linear": (numbers, lambda: make_pipeline(StandardScaler(), LogisticRegression())),
    "boosting": (numbers, lambda: GradientBoostingClassifier(n_estimators=100, max_depth=4, random_state=0)),
    "forest": (numbers, lambda: RandomForestClassifier(100, max_depth=8, random_state=0)),
    "mixed": (mixed, mixed_pipeline),
}
