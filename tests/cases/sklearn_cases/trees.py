"""Single trees and averaged ones. Rows sit on the thresholds: see data.grid."""

from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, ExtraTreeClassifier, ExtraTreeRegressor

from . import data
from .case import Catalogue
from .naming import tree_criterion

cases = Catalogue()
add = cases.add


def grid(target, **more):
    return lambda: data.grid(target, **more)


def tree(kind, **settings):
    settings = dict({"max_depth": 4, "random_state": 0}, **settings)
    return lambda: kind(**settings)


def forest(kind, **settings):
    settings = dict({"n_estimators": 4, "max_depth": 3, "random_state": 0}, **settings)
    return lambda: kind(**settings)


add("tree-classifier-two-words", tree(DecisionTreeClassifier), grid(data.two_words), core=True)
add("tree-classifier-three-words", tree(DecisionTreeClassifier, criterion="entropy"), grid(data.three_words))
add("tree-classifier-three-numbers", tree(DecisionTreeClassifier), grid(data.three_numbers))
add("tree-classifier-truths", tree(DecisionTreeClassifier), grid(data.truths))
add("tree-classifier-by-position", tree(DecisionTreeClassifier), grid(data.three_words, named=False))
add("tree-classifier-ties", tree(DecisionTreeClassifier, max_depth=1), grid(lambda X, r: (X[:, 1] % 2).astype(int)))
add("tree-classifier-class-weight", tree(DecisionTreeClassifier, class_weight="balanced"), grid(data.three_words))
add("tree-classifier-one-leaf", tree(DecisionTreeClassifier, min_samples_split=1000), grid(data.three_words))
add("tree-classifier-two-outputs", tree(DecisionTreeClassifier), grid(data.two_outputs_of_classes))
add("tree-classifier-iris", tree(DecisionTreeClassifier, max_leaf_nodes=6), data.iris)
add(
    "tree-classifier-missing",
    tree(DecisionTreeClassifier),
    grid(data.three_words, missing=0.15),
    since=(1, 3),
    core=True,
)
add(
    "tree-classifier-missing-only-when-asked",
    tree(DecisionTreeClassifier),
    grid(data.two_words, holes_asked=True),
    since=(1, 9),
)
add("tree-regressor", tree(DecisionTreeRegressor), grid(data.amount), core=True)
add(
    "tree-regressor-absolute",
    lambda: DecisionTreeRegressor(criterion=tree_criterion("absolute_error"), max_depth=4, random_state=0),
    grid(data.amount),
)
add("tree-regressor-two-targets", tree(DecisionTreeRegressor), grid(data.two_amounts))
add("tree-regressor-diabetes", tree(DecisionTreeRegressor, max_depth=4), data.diabetes)
add("tree-regressor-missing", tree(DecisionTreeRegressor), grid(data.amount, missing=0.15), since=(1, 3))
add("tree-regressor-pruned", tree(DecisionTreeRegressor, ccp_alpha=0.5), grid(data.amount))
add("extra-tree-classifier", tree(ExtraTreeClassifier), grid(data.three_words))
add("extra-tree-regressor", tree(ExtraTreeRegressor), grid(data.amount))
add("extra-tree-regressor-missing", tree(ExtraTreeRegressor), grid(data.amount, missing=0.15), since=(1, 6))

add("forest-classifier-two-words", forest(RandomForestClassifier), grid(data.two_words), core=True)
add("forest-classifier-three-words", forest(RandomForestClassifier), data.iris)
add("forest-classifier-truths", forest(RandomForestClassifier), grid(data.truths))
add("forest-classifier-by-position", forest(RandomForestClassifier), lambda: data.wine(named=False))
add("forest-classifier-two-outputs", forest(RandomForestClassifier), grid(data.two_outputs_of_classes))
add(
    "forest-classifier-out-of-bag",
    forest(RandomForestClassifier, oob_score=True, n_estimators=8, max_depth=2),
    grid(data.three_words),
)
add("forest-classifier-missing", forest(RandomForestClassifier), grid(data.three_words, missing=0.15), since=(1, 4))
add("forest-regressor", forest(RandomForestRegressor), grid(data.amount), core=True)
add("forest-regressor-two-targets", forest(RandomForestRegressor), grid(data.two_amounts))
add("forest-regressor-diabetes", forest(RandomForestRegressor, max_depth=3), data.diabetes)
add("forest-regressor-missing", forest(RandomForestRegressor), grid(data.amount, missing=0.15), since=(1, 4))
add("extra-trees-classifier", forest(ExtraTreesClassifier), grid(data.three_words))
add("extra-trees-regressor", forest(ExtraTreesRegressor), grid(data.amount))
add("extra-trees-classifier-missing", forest(ExtraTreesClassifier), grid(data.two_words, missing=0.15), since=(1, 6))
add("extra-trees-regressor-missing", forest(ExtraTreesRegressor), grid(data.amount, missing=0.15), since=(1, 6))
add(
    "isolation-forest",
    lambda: IsolationForest(n_estimators=5, max_samples=32, random_state=0),
    grid(lambda X, r: None),
    optional=True,
)
add(
    "isolation-forest-contamination",
    lambda: IsolationForest(n_estimators=5, max_samples=32, contamination=0.1, random_state=0),
    grid(lambda X, r: None),
    optional=True,
)
