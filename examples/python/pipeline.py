"""A pipeline of scikit-learn whose answers come from Scoreway: the same numbers, without the library's overhead for a row.

    pip install build/release/lib/python/dist/scoreway-*.whl scikit-learn
    python examples/python/pipeline.py
"""
import pickle
import time

import numpy as np
import scoreway
from scoreway.sklearn import Served
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


def seconds(call, times):
    begun = time.perf_counter()
    for _ in range(times):
        call()
    return (time.perf_counter() - begun) / times


def main():
    X, y = load_breast_cancer(return_X_y=True, as_frame=True)

    # In place of an estimator: fitted by scikit-learn, answered by Scoreway.
    served = make_pipeline(StandardScaler(), Served(RandomForestClassifier(random_state=0))).fit(X, y)
    print(f"accuracy of the pipeline: {served.score(X, y):.3f}")

    # Or the whole pipeline, as it was pickled.
    pipeline = make_pipeline(StandardScaler(), RandomForestClassifier(random_state=0)).fit(X, y)
    model = scoreway.load(pickle.dumps(pipeline))
    assert np.allclose(model.predict_proba(X), pipeline.predict_proba(X), rtol=1e-12)
    row, frame = X.iloc[0].to_dict(), X.iloc[:1]
    print(f"one row: scikit-learn {seconds(lambda: pipeline.predict(frame), 50) * 1e6:.0f} us, "
          f"scoreway {seconds(lambda: model.predict(row), 5000) * 1e6:.1f} us")


if __name__ == "__main__":
    main()
