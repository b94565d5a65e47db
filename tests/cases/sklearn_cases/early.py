"""What releases before 0.24 saved otherwise: estimators that do not say how many columns they take (until 0.23), and
answers that were changed since."""

import numpy as np
from sklearn.calibration import CalibratedClassifierCV
from sklearn.cluster import KMeans
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA, KernelPCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import GradientBoostingClassifier, GradientBoostingRegressor, IsolationForest
from sklearn.feature_selection import RFE
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import MinMaxScaler, Normalizer, QuantileTransformer, StandardScaler
from sklearn.svm import SVC, SVR

from .case import Catalogue, Data

cases = Catalogue()

WORDS = np.array(["hill", "lake", "wood"])


def add(name, build, data, **options):
    cases.add("early-" + name, build, data, since=(0, 20), until=(0, 23), **options)


def table():
    r = np.random.RandomState(3)
    X = np.round(np.abs(np.column_stack([r.normal(5, 2, 60), r.exponential(2, 60), r.uniform(1, 9, 60)])), 2)
    return X, (X[:, 0] > 5).astype(int) + (X[:, 1] > 2)


def rows(X):
    # Off the grid of the others, so that no two points are equally near.
    return np.vstack([X[::4] + 0.0017, [[0.013, 0.021, 0.034], [20.1, 30.2, 40.3]]])


def words():
    X, classes = table()
    return Data(X, WORDS[classes], rows(X))


def two_words():
    X, classes = table()
    return Data(X, WORDS[np.minimum(classes, 1)], rows(X))


def numbers():
    X, classes = table()
    return Data(X, np.round(X[:, 0] - X[:, 1] + classes, 2), rows(X))


def alone():
    X, _ = table()
    return Data(X, None, rows(X))


def logistic(**options):
    return LogisticRegression(solver="lbfgs", multi_class="multinomial", max_iter=500, **options)


add("logistic", logistic, words, core=True)
add("logistic-in-pipeline", lambda: make_pipeline(StandardScaler(), logistic()), words)
add("normalizer-first", lambda: make_pipeline(Normalizer(), logistic()), words)
add("search", lambda: GridSearchCV(logistic(), {"C": [0.5, 2]}, cv=3, iid=False), words)
add("linear-regression", LinearRegression, numbers)
add("support-vectors", lambda: SVC(gamma="scale"), two_words)
add("support-vector-regressor", lambda: SVR(gamma="scale"), numbers)
add("neighbours", lambda: KNeighborsClassifier(3), words)
add("gaussian-naive-bayes", GaussianNB, words, rel=1e-9)
add("perceptron", lambda: MLPClassifier((4,), random_state=0, max_iter=50), words)
add("k-means", lambda: KMeans(3, random_state=0), alone)
add("union", lambda: FeatureUnion([("some", PCA(2, random_state=0)), ("all", MinMaxScaler())]), alone, rel=1e-9, abs_=1e-9)
add(
    "columns",
    lambda: ColumnTransformer([("scaled", StandardScaler(), [0, 2])], remainder="passthrough"),
    alone,
)
add("kernel-components", lambda: KernelPCA(2, kernel="rbf"), alone, rel=1e-9, abs_=1e-9)
add("elimination", lambda: RFE(LinearRegression(), 2), numbers)
add("calibrated", lambda: CalibratedClassifierCV(GaussianNB(), cv=3), words, rel=1e-9)
add("discriminant-three", LinearDiscriminantAnalysis, words, rel=1e-9, abs_=1e-12)
add("discriminant-two", LinearDiscriminantAnalysis, two_words, rel=1e-9, abs_=1e-12)
add("isolation", lambda: IsolationForest(8, random_state=0, contamination=0.1), alone, core=True)
add("quantiles", lambda: QuantileTransformer(20, random_state=0), alone)
add("boosting-three", lambda: GradientBoostingClassifier(n_estimators=4, max_depth=2, random_state=0), words)
add("boosting-two", lambda: GradientBoostingClassifier(n_estimators=4, max_depth=2, random_state=0), two_words)
add(
    "boosting-exponential",
    lambda: GradientBoostingClassifier(loss="exponential", n_estimators=4, max_depth=2, random_state=0),
    two_words,
)
for loss in ("ls", "lad", "huber", "quantile"):
    add(
        "boosting-" + loss,
        lambda loss=loss: GradientBoostingRegressor(loss=loss, n_estimators=4, max_depth=2, random_state=0),
        numbers,
    )
