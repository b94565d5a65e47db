"""An estimator of scikit-learn whose answers are Scoreway's, for pipelines and searches."""
from __future__ import annotations

import copy
import pickle
from typing import Any

from sklearn.base import BaseEstimator, MetaEstimatorMixin, clone, is_classifier
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import get_tags
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted, validate_data

from .model import load


def _has(method: str) -> Any:
    """The wrapper has what the estimator has, once fitted or not."""

    def has(self: "Served") -> bool:
        getattr(getattr(self, "estimator_", self.estimator), method)
        return True

    return available_if(has)


class Served(MetaEstimatorMixin, BaseEstimator):
    """Trains a clone of `estimator`, reads what it learnt, and answers with Scoreway in its place.

        make_pipeline(StandardScaler(), Served(RandomForestClassifier()))

    After fit, `estimator_` is the fitted estimator, `model_` the scoreway.Model. A kind of estimator that cannot be read is refused by fit.
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def fit(self, X: Any, y: Any = None, **options: Any) -> "Served":
        if hasattr(X, "toarray"):
            raise TypeError("sparse data is not taken: give X.toarray()")
        self.estimator_ = clone(self.estimator).fit(X, y, **options)
        if isinstance(getattr(self.estimator_, "classes_", None), list):
            raise ValueError("classifiers of several targets are not taken")
        for name in ("n_features_in_", "feature_names_in_", "classes_"):
            if hasattr(self.estimator_, name):
                setattr(self, name, getattr(self.estimator_, name))
            elif hasattr(self, name):
                delattr(self, name)
        self.model_ = load(pickle.dumps(self.estimator_))
        return self

    @_has("predict")
    def predict(self, X: Any) -> Any:
        rows = self._rows(X)
        answers = self.model_.predict(rows)
        return answers.astype(self.classes_.dtype) if hasattr(self, "classes_") else answers

    @_has("predict_proba")
    def predict_proba(self, X: Any) -> Any:
        rows = self._rows(X)
        return self.model_.predict_proba(rows)

    @_has("decision_function")
    def decision_function(self, X: Any) -> Any:
        rows = self._rows(X)
        return self.model_.decision_function(rows)

    @_has("transform")
    def transform(self, X: Any) -> Any:
        rows = self._rows(X)
        return self.model_.transform(rows)

    @_has("transform")
    def fit_transform(self, X: Any, y: Any = None, **options: Any) -> Any:
        return self.fit(X, y, **options).transform(X)

    @_has("score")
    def score(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """As the estimator's kind is scored: accuracy, or the coefficient of determination."""
        metric = accuracy_score if is_classifier(self.estimator) else r2_score
        return metric(y, self.predict(X), sample_weight=sample_weight)

    def __sklearn_tags__(self) -> Any:
        tags = copy.deepcopy(get_tags(self.estimator))
        tags.input_tags.sparse = False
        if tags.classifier_tags is not None:
            tags.classifier_tags.multi_label = tags.target_tags.multi_output = False
        if tags.transformer_tags is not None:
            tags.transformer_tags.preserves_dtype = []  # float64, whatever comes in
        return tags

    def _rows(self, X: Any) -> Any:
        check_is_fitted(self, "model_")
        if hasattr(X, "columns") and hasattr(self, "feature_names_in_"):
            validate_data(self, X, reset=False, skip_check_array=True)
            return X
        finite = "allow-nan" if get_tags(self.estimator).input_tags.allow_nan else True
        return validate_data(self, X, reset=False, dtype=None, ensure_all_finite=finite)
