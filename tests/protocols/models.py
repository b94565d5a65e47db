"""Two models of scikit-learn and the rows they are asked about."""
import numpy
import pandas
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

ROWS = 60


def made_up_frame():
    random = numpy.random.default_rng(11)
    return pandas.DataFrame({
        "age": random.integers(18, 90, ROWS).astype("float64"),
        "income": numpy.where(random.random(ROWS) < 0.2, numpy.nan, random.normal(50, 20, ROWS)),
        "city": random.choice(["Oslo", "Rome", "Åre"], ROWS),
    })


FRAME = made_up_frame()
MATRIX = numpy.random.default_rng(12).normal(size=(ROWS, 4))
LABELS = numpy.array(["no", "yes"])[(FRAME["age"] + 3 * FRAME["income"].fillna(50) > 200).astype(int)]

MIXED = make_pipeline(
    ColumnTransformer([("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["age", "income"]),
                       ("texts", OneHotEncoder(handle_unknown="ignore"), ["city"])]),
    LogisticRegression()).fit(FRAME, LABELS)
FOREST = RandomForestClassifier(n_estimators=20, random_state=1).fit(MATRIX, (MATRIX.sum(axis=1) > 0).astype(int))
