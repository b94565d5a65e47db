"""scoreway.sklearn.Served is an estimator as scikit-learn's own checks want it, and answers as what it wraps."""
import pickle

import numpy as np
import pytest
from scoreway.sklearn import Served
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.tree import DecisionTreeRegressor
from sklearn.utils.estimator_checks import parametrize_with_checks


@parametrize_with_checks([Served(LogisticRegression()), Served(Ridge()), Served(DecisionTreeRegressor(random_state=0)), Served(StandardScaler()),
                          Served(MinMaxScaler()), Served(RandomForestClassifier(5, random_state=0))])
def test_scikit_learns_checks(estimator, check):
    check(estimator)


def test_takes_the_place_of_an_estimator_in_pipelines_and_searches():
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)
    plain = make_pipeline(StandardScaler(), RandomForestClassifier(20, random_state=0)).fit(X, y)
    served = make_pipeline(StandardScaler(), Served(RandomForestClassifier(20, random_state=0))).fit(X, y)
    np.testing.assert_allclose(served.predict_proba(X), plain.predict_proba(X), rtol=1e-12)
    assert served.score(X, y) == plain.score(X, y)
    search = GridSearchCV(Served(LogisticRegression(max_iter=50)), {"estimator__C": [0.1, 1]}, cv=2).fit(StandardScaler().fit_transform(X), y)
    assert search.best_score_ > 0.9
    assert (pickle.loads(pickle.dumps(served)).predict(X) == plain.predict(X)).all()


def test_refuses_what_it_cannot_read():
    with pytest.raises(ValueError, match="several targets"):
        Served(RandomForestClassifier(3)).fit([[0.0], [1.0]], [[0, 1], [1, 0]])
    with pytest.raises(TypeError, match="sparse data"):
        import scipy.sparse

        Served(Ridge()).fit(scipy.sparse.csr_matrix(np.eye(3)), [1, 2, 3])
