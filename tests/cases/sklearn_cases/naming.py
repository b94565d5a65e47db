"""One spelling for parameters that scikit-learn renamed on the way from 0.24 to now."""

from sklearn.preprocessing import OneHotEncoder

from .versions import here


def one_hot(sparse=True, **settings):
    settings["sparse" if here < (1, 2) else "sparse_output"] = sparse
    return OneHotEncoder(**settings)


def log_loss_of_sgd():
    return "log" if here < (1, 1) else "log_loss"


def regression_loss(name):
    """Gradient boosting's and trees' names since 1.0, from the ones before."""
    old = {"squared_error": "ls", "absolute_error": "lad"}
    return old.get(name, name) if here < (1, 0) else name


def hist_loss(name):
    old = {"squared_error": "least_squares", "absolute_error": "least_absolute_deviation"}
    return old.get(name, name) if here < (1, 0) else name


def tree_criterion(name):
    old = {"squared_error": "mse", "absolute_error": "mae"}
    return old.get(name, name) if here < (1, 0) else name


def wrapping(meta, estimator, **settings):
    """Bagging and AdaBoost: base_estimator before 1.2."""
    settings["base_estimator" if here < (1, 2) else "estimator"] = estimator
    return meta(**settings)


def quantile_bins(KBinsDiscretizer, **settings):
    """Quantile bins by the method that was the only one before 1.7."""
    if here >= (1, 7):
        settings["quantile_method"] = "linear"
    return KBinsDiscretizer(strategy="quantile", **settings)
