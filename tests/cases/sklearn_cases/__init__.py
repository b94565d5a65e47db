"""The cases make_sklearn.py makes, one file per family of estimators."""
