#!/usr/bin/env python3
"""Saves small pipelines of sklearn2pmml and sklearn_pandas, with their own answers, into tests/cases/sklearn2pmml.

Needs: pip install sklearn2pmml==0.133.1 sklearn-pandas==2.2.0 six scikit-learn==1.5.2 pandas==2.2.3 numpy==2.0.2
       scipy==1.14.1 statsmodels==0.14.4 imbalanced-learn==0.13.0 category_encoders==2.6.4 matplotlib ortools==9.11.4210
       pip install --no-deps mlxtend==0.25.0 interpret==0.7.8 interpret-core==0.7.8 optbinning==0.20.1 ropwr   (Python 3.11)
Names of cases after the command make only these again.
"""
import csv
import pathlib
import pickle
import sys
import warnings

import numpy
import pandas
from category_encoders import (BaseNEncoder, CatBoostEncoder, CountEncoder, JamesSteinEncoder, LeaveOneOutEncoder,
                               MEstimateEncoder, OneHotEncoder as CategoryOneHotEncoder,
                               OrdinalEncoder as CategoryOrdinalEncoder, TargetEncoder, WOEEncoder)
from imblearn.over_sampling import RandomOverSampler
from imblearn.pipeline import Pipeline as SamplingPipeline
from interpret.glassbox import ClassificationTree
from mlxtend.preprocessing import DenseTransformer
from optbinning import BinningProcess
from scipy.interpolate import make_interp_spline
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.multioutput import ClassifierChain
from sklearn.naive_bayes import BernoulliNB, CategoricalNB
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import Normalizer, OneHotEncoder, OrdinalEncoder, PolynomialFeatures, StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklearn.ensemble import GradientBoostingClassifier, IsolationForest
from sklearn_pandas import DataFrameMapper
from sklearn2pmml import EstimatorProxy
from sklearn2pmml.cross_reference import Memorizer, Memory, Recaller, make_memorizer_union, make_recaller_union
from sklearn2pmml.decoration import (Alias, CategoricalDomain, ContinuousDomain, DateDomain, MultiDomain,
                                     OrdinalDomain)
from sklearn2pmml.ensemble import (EstimatorChain, GBDTLRClassifier, Link, SelectFirstClassifier,
                                   SelectFirstRegressor)
from sklearn2pmml.expression import ExpressionClassifier, ExpressionRegressor
from sklearn2pmml.pipeline import PMMLPipeline
from sklearn2pmml.preprocessing import (AggregateTransformer, BSplineTransformer, CastTransformer, ConcatTransformer, CutTransformer,
                                        DataFrameConstructor, DateTimeFormatter, DaysSinceYearTransformer,
                                        ExpressionTransformer, FilterLookupTransformer, LookupTransformer,
                                        MatchesTransformer, MultiLookupTransformer, PMMLLabelBinarizer,
                                        PMMLLabelEncoder, PowerFunctionTransformer, ReplaceTransformer,
                                        SecondsSinceMidnightTransformer, SecondsSinceYearTransformer,
                                        SelectFirstTransformer,
                                        StringLengthTransformer, StringNormalizer, SubstringTransformer,
                                        WordCountTransformer)
from sklearn2pmml.ruleset import RuleSetClassifier
from sklearn2pmml.statsmodels import StatsModelsClassifier, StatsModelsOrdinalClassifier, StatsModelsRegressor
from sklearn2pmml.util import Expression
from statsmodels.api import GLM, OLS, Logit, MNLogit, families
from statsmodels.miscmodels.ordinal_model import OrderedModel

warnings.simplefilter("ignore")
HERE = pathlib.Path(__file__).parent / "sklearn2pmml"
RANDOM = numpy.random.RandomState(7)
ROWS = 80


def rows():
    """Numbers, whole numbers, words, truth values and dates; no cell is missing."""
    frame = pandas.DataFrame({
        "size": RANDOM.normal(10, 4, ROWS).round(3),
        "price": RANDOM.gamma(2, 50, ROWS).round(2) + 0.5,
        "doors": RANDOM.choice([2, 3, 4, 5], ROWS),
        "year": RANDOM.randint(1968, 1992, ROWS),
        "town": RANDOM.choice(["Oslo", "Bergen", " Tromsø", "Ålesund ", "Bodø"], ROWS),
        "code": RANDOM.choice(["ab-1", "AB-22", "x9", "zz_zz", "Straße 5", ""], ROWS),
        "new": RANDOM.choice([True, False], ROWS),
        "day": [str(numpy.datetime64("1999-12-25") + int(d)) for d in RANDOM.randint(0, 900, ROWS)],
        "moment": ["2001-0%d-1%d %02d:%02d:%02d" % tuple(RANDOM.randint(1, 9, 5)) for _ in range(ROWS)],
    })
    # Words as objects, the way files of most pandas versions are read.
    return frame.astype({name: object for name in ("town", "code", "day", "moment")})


def with_holes(frame, names, share=0.2):
    frame = frame.copy()
    for name in names:
        if frame[name].dtype == "int64":
            frame[name] = frame[name].astype(float)
        frame.loc[RANDOM.rand(len(frame)) < share, name] = numpy.nan
    return frame


def hot(**options):
    return OneHotEncoder(sparse_output=False, **options)


CASES = {}


def case(function):
    CASES[function.__name__.replace("_", "-")] = function
    return function


def regress(mapper, X, model=None, target="y"):
    y = pandas.Series(RANDOM.normal(size=len(X)).round(3), name=target)
    return PMMLPipeline([("mapper", mapper), ("model", model or LinearRegression())]).fit(X, y), X


def classify(mapper, X, model=None, labels=("no", "perhaps", "yes"), **options):
    y = pandas.Series(RANDOM.choice(labels, len(X)), name="answer")
    return PMMLPipeline([("mapper", mapper), ("model", model or DecisionTreeClassifier(max_depth=4))],
                        **options).fit(X, y), X


@case
def domains_that_let_everything_pass():
    X = rows()
    return regress(DataFrameMapper([
        (["size", "price"], [ContinuousDomain(), StandardScaler()]),
        (["town"], [CategoricalDomain(), hot()]),
        (["doors"], [OrdinalDomain(), hot()]),
        (["new"], CategoricalDomain()),
    ]), X)


@case
def missing_cells_replaced_by_domains():
    X = with_holes(rows(), ["size", "town", "price"])
    return classify(DataFrameMapper([
        (["size"], ContinuousDomain(missing_value_replacement=-1.5)),
        (["price"], [ContinuousDomain(missing_value_treatment="as_is"), SimpleImputer(strategy="median")]),
        (["town"], [CategoricalDomain(missing_value_replacement="Oslo"), PMMLLabelBinarizer()]),
    ]), X)


@case
def marked_cells_are_missing():
    X = rows()
    X.loc[::7, "price"] = -999.0
    X.loc[::5, "town"] = "N/A"
    return classify(DataFrameMapper([
        (["price"], [ContinuousDomain(missing_values=-999.0, with_data=True), SimpleImputer(missing_values=-999.0)]),
        (["town"], [CategoricalDomain(missing_values="N/A", missing_value_replacement="Bergen"), hot()]),
    ]), X)


@case
def invalid_cells():
    X = rows()
    pipeline, _ = classify(DataFrameMapper([
        (["size"], [ContinuousDomain(invalid_value_treatment="as_missing", missing_value_replacement=3.0)]),
        (["price"], [ContinuousDomain(invalid_value_treatment="as_is", outlier_treatment="as_extreme_values",
                                      low_value=20, high_value=200)]),
        (["doors"], [CategoricalDomain(invalid_value_treatment="as_value", invalid_value_replacement=4)]),
        (["town"], [CategoricalDomain(invalid_value_treatment="as_is"), PMMLLabelBinarizer()]),
    ]), X)
    asked = X.copy()
    asked.loc[::4, "size"] = 1e6
    asked.loc[::6, "price"] = -5.0
    asked.loc[::3, "doors"] = 17
    asked.loc[::5, "town"] = "Rome"
    return pipeline, asked


@case
def outliers_become_missing():
    X = rows()
    return classify(DataFrameMapper([
        (["size", "price"], [ContinuousDomain(outlier_treatment="as_missing_values", low_value=5, high_value=150,
                                              missing_value_replacement=42.0)]),
    ]), X)


@case
def several_domains_in_one():
    X = rows()
    return regress(DataFrameMapper([
        (["size", "price", "year"], [MultiDomain([ContinuousDomain(), None, ContinuousDomain()]),
                                     PolynomialFeatures(2)]),
        (["doors", "town"], [MultiDomain([CategoricalDomain(), CategoricalDomain()]), hot()]),
    ]), X)


@case
def fields_in_another_order():
    X = rows()[["size", "town", "price", "year"]]
    mapper = ColumnTransformer([("words", hot(handle_unknown="ignore"), ["town"]),
                                ("numbers", StandardScaler(), ["price", "size"])], remainder="passthrough")
    pipeline, X = regress(mapper, X)
    pipeline.active_fields = numpy.asarray(["year", "town", "size", "price"])
    return pipeline, X


@case
def expressions_of_numbers():
    X = rows()
    expressions = [
        "X[0] / X[1] + 0.5", "X[0] * X[0] - 3 * X[1]", "-X[0] + +X[1]", "X[1] ** 2", "X[0] % 2.0 > 0.7",
        "X[2] // 2", "X[2] % 3", "numpy.log(X[1])", "numpy.sqrt(numpy.abs(X[0]))", "math.floor(X[0])",
        "X[0] if X[0] > X[1] / 10 else -X[1]", "1 if 5 < X[0] <= 12 else 0", "X[0] > 8 and X[1] < 100",
        "X[0] > 12 or X[1] < 40", "not (X[0] > 10)", "X[2] in [2, 4]", "X[2] not in (3, 5)",
        "max(X[0], X[2]) - min(X[0], X[2])", "abs(X[0] - 10)", "round(X[0])", "X[2] == 4", "X[2] != 4",
        "numpy.where(X[0] > 9, X[0], 9)", "X[-1] - 1970", "1e-3 * X[1]", "(X[0] - 10) / (X[2] - 1.5)",
        "0 if X[0] > 10 else (1 if X[0] > 8 else (2 if X[0] > 6 else 3))", "numpy.exp(X[0] / 10)",
        "True if X[0] > 10 else False", "X[0] - X[1] - X[2]", "2 ** 3 ** 2 * X[0]", "-X[0] ** 2",
        "X[2] / 0 if X[2] == 99 else X[2]",
    ]
    return regress(DataFrameMapper([(["size", "price", "doors", "year"], ExpressionTransformer(e)) for e in expressions]),
                   X)


@case
def expressions_of_missing_cells():
    X = with_holes(rows(), ["size", "doors"])
    return regress(DataFrameMapper([
        (["size"], ExpressionTransformer("X[0] if pandas.notnull(X[0]) else -999.0")),
        (["size"], ExpressionTransformer("-1.0 if pandas.isnull(X[0]) else X[0] * 2")),
        (["size", "doors"], ExpressionTransformer("X[0] + X[1]", map_missing_to=7.0)),
        (["size", "doors"], ExpressionTransformer("X[0] * X[1]", default_value=-3.0)),
        (["price", "doors"], ExpressionTransformer("X[0] / (X[1] - 3)", map_missing_to=1.0, default_value=0.25,
                                                   invalid_value_treatment="as_missing")),
        (["doors"], [ExpressionTransformer("numpy.isnan(X[0]) or X[0] > 3", dtype=int)]),
    ]), X)


@case
def expressions_of_words():
    X = rows()
    return regress(DataFrameMapper([
        (["town"], [CategoricalDomain(), ExpressionTransformer("1 if X[0] == 'Oslo' else 0")]),
        (["town"], [ExpressionTransformer("len(X[0])")]),
        (["town"], [ExpressionTransformer("X[0].strip().lower().startswith('b')", dtype=int)]),
        (["town"], [ExpressionTransformer("X[0].endswith('o')", dtype=int)]),
        (["code"], [CategoricalDomain(), ExpressionTransformer("'<' + X[0][1:3] + '>'"), hot()]),
        (["town", "code"], [ExpressionTransformer("X[0] if X[1] in ['x9', 'ab-1'] else X[1]"), hot()]),
        (["code"], [ExpressionTransformer("X[0][-2:] + X[0][:1].upper()"), hot()]),
    ]), X)


@case
def expressions_with_functions():
    X = rows()

    source = """
def _grade(size, price):
    if size > 12:
        return 3
    elif size > 9 and price > 50:
        half = price / 2
        return half
    if price < 30:
        size = size + 1  # falls through
    return size - 1
"""
    plain = "def _twice(x):\n\treturn 2 * x\n"
    return regress(DataFrameMapper([
        (["size", "price"], ExpressionTransformer(Expression("_grade(X[0], X[1])", function_defs=[source]))),
        (["size"], ExpressionTransformer(Expression("_twice(_twice(X[0]) + 1)", function_defs=[plain]))),
    ]), X)


@case
def words_changed():
    X = rows()
    return regress(DataFrameMapper([
        (["town"], [StringNormalizer("lowercase"), hot()]),
        (["code"], [StringNormalizer("uppercase", trim_blanks=False), SubstringTransformer(1, 3), hot()]),
        (["town"], [StringLengthTransformer()]),
        (["code"], [ReplaceTransformer("[aeiou]+", ""), hot()]),
        (["code"], [ReplaceTransformer(r"(\w)-(\d)", r"\2\\\1"), hot()]),
        (["code"], [MatchesTransformer("^[a-z]+-[0-9]$"), CastTransformer(int)]),
        (["code"], [MatchesTransformer(r"\d{2}|_"), CastTransformer(float)]),
        (["code"], [WordCountTransformer()]),
    ]), X)


@case
def words_joined():
    X = rows()
    return regress(DataFrameMapper([
        (["doors", "year"], [CategoricalDomain(), ConcatTransformer("/"), hot(handle_unknown="ignore")]),
        (["town", "doors"], [MultiDomain([CategoricalDomain(), CategoricalDomain()]), ConcatTransformer("+"),
                             hot()]),
    ]), X)


@case
def tables_looked_up():
    X = with_holes(rows(), ["town"])
    return regress(DataFrameMapper([
        (["town"], [CategoricalDomain(), LookupTransformer({"Oslo": "east", "Bergen": "west"}, "north"),
                    PMMLLabelBinarizer()]),
        (["doors"], [CategoricalDomain(), LookupTransformer({2: 0.25, 4: 1.5}, -1.0)]),
        (["code"], [CategoricalDomain(), FilterLookupTransformer({"x9": "ab-1", "": "empty"}), hot()]),
        (["doors", "code"], [MultiDomain([CategoricalDomain(), CategoricalDomain()]),
                             MultiLookupTransformer({(2, "x9"): "low", (3, "x9"): "low", (5, "zz_zz"): "high"},
                                                    "middle"), hot()]),
        (["town"], [PMMLLabelEncoder(missing_values=-1)]),
    ]), X)


@case
def days_and_moments():
    X = rows()
    return regress(DataFrameMapper([
        (["day"], [CastTransformer("datetime64[D]"), DaysSinceYearTransformer(1990)]),
        (["day"], [CastTransformer("datetime64[D]"), SecondsSinceYearTransformer(2000)]),
        (["moment"], [CastTransformer("datetime64[s]"), SecondsSinceYearTransformer(1960)]),
        (["moment"], [CastTransformer("datetime64[s]"), SecondsSinceMidnightTransformer()]),
        (["moment"], [CastTransformer("datetime64[D]"), DaysSinceYearTransformer(2004)]),
        (["year"], [CategoricalDomain(), CastTransformer(str), ExpressionTransformer("X[0] + '-03-01'"),
                    CastTransformer("datetime64[D]"), DaysSinceYearTransformer(1977)]),
    ]), X)


@case
def numbers_gathered():
    X = with_holes(rows(), ["size", "price"])
    X.loc[3, ["size", "price"]] = numpy.nan
    return regress(DataFrameMapper(
        [(["size", "price"], AggregateTransformer("sum")), (["size", "price"], AggregateTransformer("prod"))] +
        [(["size", "doors"], AggregateTransformer(f)) for f in ("min", "max", "mean")] +
        [(["doors"], [PowerFunctionTransformer(3)]), (["year"], [ContinuousDomain(), PowerFunctionTransformer(2)])] +
        [(["price"], [SimpleImputer(), CutTransformer([0, 20, 60, 1e6], labels=False), hot()]),
         (["doors"], [CutTransformer([2, 3, 5], labels=["few", "many"], right=True), hot()]),
         (["doors"], [CutTransformer([2, 3, 6], labels=[1.5, 2.5], right=False)])]
    ), X)


@case
def casts():
    X = rows()
    return regress(DataFrameMapper([
        (["size"], CastTransformer(int)),
        (["price"], [CastTransformer("float32")]),
        (["new"], [CastTransformer(int)]),
        (["doors"], [CategoricalDomain(), CastTransformer(str), hot()]),
        (["doors"], [CategoricalDomain(), CastTransformer(bool), CastTransformer("int8")]),
        (["new"], [CategoricalDomain(), CastTransformer(str), hot()]),
    ]), X)


@case
def default_hands_on_the_rest():
    X = rows()[["size", "price", "doors", "year"]]
    return regress(DataFrameMapper([(["size"], StandardScaler()), ("year", None)], default=None,
                                   drop_cols=["price"]), X)


@case
def names_given_on_the_way():
    X = rows()[["size", "price", "doors"]]
    return regress(Pipeline([
        ("scale", ColumnTransformer([("s", StandardScaler(), ["size", "price"])], remainder="passthrough")),
        ("frame", DataFrameConstructor(columns=["a", "b", "c"], dtype=numpy.float64)),
        ("mapper", DataFrameMapper([(["c", "a"], PolynomialFeatures(2)), (["b"], None)])),
    ]), X)


@case
def unions_and_aliases():
    X = rows()
    return regress(FeatureUnion([
        ("numbers", DataFrameMapper([(["size", "price"], ContinuousDomain())])),
        ("named", DataFrameMapper([(["size", "doors"], Alias(ExpressionTransformer("X[0] * X[1]"), "product",
                                                             prefit=True))])),
    ]), X)


@case
def predictions_transformed():
    X = rows()[["size", "price"]]
    Y = pandas.DataFrame({"one": RANDOM.normal(size=ROWS), "two": RANDOM.normal(size=ROWS)})
    pipeline = PMMLPipeline([("model", LinearRegression())], predict_transformer=Normalizer("l1"))
    pipeline.fit(X, Y)
    pipeline.predict_transformer.fit(pipeline.predict(X))
    return pipeline, X


@case
def coefficients_set_by_hand():
    """Such a model names and counts no columns; the converter calls them x1, x2, ..."""
    model = LinearRegression()
    model.coef_, model.intercept_ = numpy.asarray([0.5, -2.0, 1.25]), 3.0
    X = pandas.DataFrame(RANDOM.normal(size=(24, 3)).round(3), columns=["x1", "x2", "x3"])
    pipeline = PMMLPipeline([("model", model)])
    pipeline.target_fields = ["y"]
    return pipeline, X


@case
def leaves_told():
    X = rows()[["size", "price", "doors"]]
    pipeline, _ = classify(DataFrameMapper([(["size", "price"], ContinuousDomain()), (["doors"], None)]), X,
                           apply_transformer=Alias(ExpressionTransformer("X[0] - 1", dtype=int), "eval(nodeId)",
                                                   prefit=True))
    return pipeline, X


@case
def probabilities_transformed():
    X = rows()[["size", "price", "doors"]]
    return classify(DataFrameMapper([(["size", "price", "doors"], ContinuousDomain())]), X,
                    LogisticRegression(max_iter=2000), labels=(0, 1),
                    predict_proba_transformer=Alias(ExpressionTransformer("1 if X[1] > 0.5 else 0"), "sure",
                                                    prefit=True))


@case
def verified_pipeline():
    X = rows()[["size", "doors", "town"]]
    # Without a domain only the rows kept for verification say that doors are whole numbers.
    pipeline, _ = classify(DataFrameMapper([(["town"], [SubstringTransformer(0, 2), hot()]),
                                            (["doors", "doors"], [ConcatTransformer("-"), hot()]),
                                            (["size"], None)]), X)
    pipeline.verify(X.head(20))
    return pipeline, X


@case
def expression_models():
    X = rows()[["size", "price"]]
    scores = {"a": "numpy.exp(-X['size'] / 10)", "b": "0.5", "c": Expression(
        "_tall(X['price'])", function_defs=["def _tall(price):\n  if price > 100:\n    return 2\n  return 0.1\n"])}
    y = pandas.Series(RANDOM.choice(["a", "b", "c"], ROWS), name="kind")
    return PMMLPipeline([("model", ExpressionClassifier(scores, "softmax"))]).fit(X, y), X


@case
def expression_regressor():
    X = rows()[["size", "price"]]
    y = pandas.Series(RANDOM.normal(size=ROWS), name="amount")
    return PMMLPipeline([("model", ExpressionRegressor("X['size'] / 5 - X[1] / 100", "exp"))]).fit(X, y), X


@case
def leaves_under_a_linear_model():
    X = rows()[["size", "price", "doors"]]
    return classify(DataFrameMapper([(["size", "price", "doors"], ContinuousDomain())]), X,
                    GBDTLRClassifier(GradientBoostingClassifier(n_estimators=5, max_depth=2),
                                     LogisticRegression(max_iter=2000)), labels=(0, 1))


@case
def sampled_pipeline():
    X = rows()[["size", "price"]]
    y = pandas.Series(RANDOM.choice(["no", "yes"], ROWS, p=[0.2, 0.8]), name="answer")
    inner = SamplingPipeline([("domain", ContinuousDomain()), ("sampler", RandomOverSampler(random_state=1)),
                              ("model", LogisticRegression())])
    return PMMLPipeline([("inner", inner)]).fit(X, y), X


@case
def statsmodels_poisson():
    X = rows()[["size", "price"]]
    y = pandas.Series(RANDOM.poisson(2, ROWS), name="count")
    pipeline = PMMLPipeline([("scale", StandardScaler()), ("model", StatsModelsRegressor(GLM, family=families.Poisson()))])
    pipeline.fit(X, y)
    pipeline.steps[-1][1].remove_data()
    return pipeline, X


@case
def statsmodels_least_squares():
    X = rows()[["size", "price"]]
    y = pandas.Series(RANDOM.normal(size=ROWS), name="amount")
    pipeline = PMMLPipeline([("scale", StandardScaler()), ("model", StatsModelsRegressor(OLS, fit_intercept=False))])
    return pipeline.fit(X, y), X


@case
def statsmodels_logit():
    X = rows()[["size", "price"]]
    y = pandas.Series(RANDOM.choice(["no", "yes"], ROWS), name="answer")
    pipeline = PMMLPipeline([("scale", StandardScaler()), ("model", StatsModelsClassifier(Logit))])
    return pipeline.fit(X, y), X


@case
def statsmodels_multinomial():
    X = rows()[["size", "price"]]
    y = pandas.Series(RANDOM.choice(["a", "b", "c"], ROWS), name="answer")
    pipeline = PMMLPipeline([("scale", StandardScaler()), ("model", StatsModelsClassifier(MNLogit))])
    return pipeline.fit(X, y), X


@case
def category_encoders():
    X = with_holes(rows()[["size", "town", "code", "doors", "year"]], ["code"])
    X["doors"] = X["doors"].astype(object)
    pipeline, _ = regress(ColumnTransformer([
        ("ordinal", CategoryOrdinalEncoder(handle_missing="value"), ["town", "code"]),
        ("ternary", BaseNEncoder(base=3), ["code", "town"]),
        ("binary", BaseNEncoder(base=2, drop_invariant=True), ["town"]),
        ("hot", CategoryOneHotEncoder(handle_unknown="value"), ["town", "code"]),
    ], remainder="passthrough"), X)
    asked = X.copy()
    asked.loc[::4, "town"] = "Rome"
    return pipeline, asked


def _encoded(names, missing, asked_unknown, **options):
    """Towns and codes, numbers made of them by encoders that learn of the target, and a tree that takes what is missing."""
    X = with_holes(rows()[["size", "town", "code"]], missing)
    y = pandas.Series(RANDOM.choice([0, 1], ROWS), name="answer")
    encoders = {"target": TargetEncoder, "evidence": WOEEncoder, "left": LeaveOneOutEncoder, "boost": CatBoostEncoder,
                "estimate": MEstimateEncoder, "stein": JamesSteinEncoder}
    mapper = ColumnTransformer([(name, encoders[name](**options), ["town", "code"]) for name in names],
                               remainder="passthrough")
    pipeline = PMMLPipeline([("mapper", mapper), ("dense", DenseTransformer()),
                             ("model", DecisionTreeRegressor(max_depth=9, random_state=3))]).fit(X, y)
    asked = X.copy()
    if asked_unknown:
        asked.loc[::4, "town"] = "Rome"
        asked.loc[::5, "code"] = numpy.nan
    return pipeline, asked


ENCODERS = ["target", "evidence", "left", "boost", "estimate", "stein"]


@case
def categories_to_means():
    return _encoded(ENCODERS, [], True)


@case
def categories_to_means_where_some_were_missing():
    return _encoded(ENCODERS, ["code"], True)


@case
def categories_to_means_or_nothing():
    return _encoded(ENCODERS, ["code"], True, handle_unknown="return_nan", handle_missing="return_nan")


@case
def categories_to_means_refusing():
    return _encoded(ENCODERS, [], False, handle_unknown="error", handle_missing="error")


@case
def categories_counted():
    X = with_holes(rows()[["size", "town", "code"]], ["code"])
    X.loc[3, "town"] = "Molde"
    X.loc[5, "town"] = "Narvik"
    pipeline, _ = regress(ColumnTransformer([
        ("plain", CountEncoder(), ["town", "code"]),
        ("grouped", CountEncoder(min_group_size=2, handle_unknown=7), ["town"]),
        ("shares", CountEncoder(normalize=True, min_group_size=0.03, handle_unknown="return_nan"), ["town"]),
        ("none", CountEncoder(handle_missing="return_nan"), ["code"]),
    ], remainder="passthrough"), X, DecisionTreeRegressor(max_depth=9, random_state=3))
    asked = X.copy()
    asked.loc[::4, "town"] = "Rome"
    return pipeline, asked


@case
def estimator_behind_a_proxy():
    X = rows()[["size", "price"]]
    return classify(DataFrameMapper([(["size", "price"], ContinuousDomain())]), X,
                    EstimatorProxy(DecisionTreeClassifier(max_depth=3)))


@case
def tree_of_interpret():
    X = rows()[["size", "price"]]
    return classify(DataFrameMapper([(["size", "price"], None)]), X, ClassificationTree(max_depth=3))


@case
def words_that_no_class_or_one_class_has():
    X = rows()[["town"]]
    X["town"] = X["town"] + RANDOM.choice([" north", " south", " west"], ROWS) + [" rare%d" % (i // 4) for i in range(ROWS)]
    y = pandas.Series(RANDOM.choice(["no", "perhaps", "yes"], ROWS), name="answer")
    return PMMLPipeline([("words", DataFrameMapper([("town", CountVectorizer())], sparse=True)),
                         ("model", BernoulliNB(alpha=0, force_alpha=True))]).fit(X, y), X


@case
def categories_that_no_class_or_one_class_has():
    X = rows()[["town", "doors"]]
    y = pandas.Series(numpy.where(X["town"] == "Oslo", "yes", "no"), name="answer")
    y[X["town"] == "Bergen"] = "perhaps"
    return PMMLPipeline([("codes", ColumnTransformer([("codes", OrdinalEncoder(), ["town", "doors"])])),
                         ("model", CategoricalNB(alpha=0, force_alpha=True))]).fit(X, y), X


@case
def columns_remembered():
    X = rows()[["size", "price", "town", "doors"]]
    memory = Memory()
    town = Recaller(memory, ["town"])
    scale = SelectFirstTransformer([("oslo", StandardScaler(), "X[0] == 'Oslo'"),
                                    ("bergen", StandardScaler(), "X[0] == 'Bergen'"),
                                    ("rest", StandardScaler(), "True")], controller=town)
    pipeline = PMMLPipeline([
        ("mapper", ColumnTransformer([
            ("numbers", ContinuousDomain(), ["size", "price"]),
            ("town", Pipeline([("domain", CategoricalDomain()), ("keep", Memorizer(memory, ["town"]))]), ["town"]),
            ("doors", make_memorizer_union(memory, ["doors"]), ["doors"])])),
        ("scale", ColumnTransformer([("size", scale, [0])], remainder="passthrough")),
        ("again", make_recaller_union(memory, ["doors"])),
        ("model", LinearRegression())])
    return pipeline.fit(X, pandas.Series(RANDOM.normal(size=ROWS).round(3), name="y")), X


@case
def chain_of_labels_that_are_numbers_in_text():
    X = rows()[["size", "price", "doors"]]
    Y = pandas.DataFrame({"first": RANDOM.choice(["-2", "2"], ROWS), "second": RANDOM.choice(["0", "1"], ROWS)}, dtype=object)
    return PMMLPipeline([("scale", StandardScaler()), ("chain", ClassifierChain(LogisticRegression()))]).fit(X, Y), X


@case
def rules():
    X = rows()[["size", "price"]]
    y = pandas.Series(RANDOM.choice(["small", "dear"], ROWS), name="answer")
    return PMMLPipeline([("mapper", DataFrameMapper([(["size", "price"], ContinuousDomain())], df_out=False)),
                         ("rules", RuleSetClassifier([("X[0] < 8 and X[1] < 90", "small"), ("X[1] > 120", "dear"),
                                                      ("X[0] < 4", "tiny")], default_score="usual"))]).fit(X, y), X


@case
def binary_glm():
    X = rows()[["size", "price"]]
    y = pandas.Series(RANDOM.choice(["no", "yes"], ROWS), name="answer")
    return PMMLPipeline([("scale", StandardScaler()), ("model", StatsModelsClassifier(
        GLM, family=families.Binomial(link=families.links.CLogLog())))]).fit(X, y), X


@case
def ordered_logit():
    return _ordered("logit")


@case
def ordered_probit():
    return _ordered("probit")


def _ordered(distribution):
    X = rows()[["size", "price"]]
    steps = pandas.CategoricalDtype(["low", "middle", "high", "top"], ordered=True)
    y = pandas.Series(RANDOM.choice(steps.categories, ROWS), name="answer").astype(steps)
    pipeline = PMMLPipeline([("scale", StandardScaler()), ("model", StatsModelsOrdinalClassifier(
        OrderedModel, distr=distribution))])
    return pipeline.fit(X, y, model__method="bfgs", model__disp=0), X


@case
def splines_of_scipy():
    X = rows()[["size", "price"]]
    spline = make_interp_spline(numpy.linspace(0, 20, 9), numpy.sin(numpy.linspace(0, 5, 9)), k=3)
    flat = make_interp_spline(numpy.linspace(1, 300, 5), numpy.log(numpy.linspace(1, 300, 5)), k=1)
    return regress(DataFrameMapper([(["size"], BSplineTransformer(spline)), (["price"], BSplineTransformer(flat))]), X)


@case
def bins_of_several_classes():
    X = with_holes(rows()[["size", "price"]], ["price"])
    return classify(BinningProcess(["size", "price"], min_prebin_size=0.1,
                                   binning_transform_params={"price": {"metric": "weighted_mean_woe",
                                                                       "metric_missing": "empirical"}}), X)


@case
def bins_with_special_codes():
    X = with_holes(rows()[["size", "price"]], ["price"])
    X.loc[::6, "size"] = -999.0
    X.loc[::5, "price"] = -1.0
    return classify(BinningProcess(["size", "price"], min_prebin_size=0.1, special_codes=[-999.0, -1.0],
                                   binning_transform_params={"size": {"metric": "event_rate", "metric_special": 0.25},
                                                             "price": {"metric": "woe", "metric_special": "empirical",
                                                                       "metric_missing": -2.0}}), X, labels=(0, 1))


@case
def first_estimator_that_fits():
    X = rows()[["size", "price", "doors"]]
    return regress(DataFrameMapper([(["size", "price", "doors"], ContinuousDomain())]), X, SelectFirstRegressor([
        ("few", LinearRegression(), "X[2] < 3"), ("big", DecisionTreeRegressor(max_depth=2), "X[0] > 10"),
        ("rest", LinearRegression(), "True")]))


@case
def first_classifier_that_fits():
    X = rows()[["size", "price", "doors"]]
    return classify(DataFrameMapper([(["size", "price", "doors"], ContinuousDomain())]), X, SelectFirstClassifier([
        ("few", LogisticRegression(max_iter=1000), "X[2] <= 3"),
        ("rest", DecisionTreeClassifier(max_depth=2), "X[2] > 3")]))


@case
def chain_of_estimators():
    X = rows()[["size", "price", "doors"]]
    Y = pandas.DataFrame({"first": RANDOM.choice([0, 1], ROWS), "second": RANDOM.choice([3, 5, 8], ROWS)})
    chain = EstimatorChain([
        ("first", Link(DecisionTreeClassifier(max_depth=3), augment_funcs=["predict_proba", "apply"]), "True"),
        ("second", LogisticRegression(max_iter=3000), "True")])
    return PMMLPipeline([("mapper", DataFrameMapper([(["size", "price", "doors"], None)])), ("chain", chain)]).fit(X, Y), X


@case
def outliers_told():
    X = rows()[["size", "price"]]
    return PMMLPipeline([("model", IsolationForest(n_estimators=5, random_state=1))]).fit(X), X


def answers(name, pipeline, X):
    """The names of the outputs and the rows, as the outputs of the converted PMML are named."""
    estimator = pipeline._deep_final_estimator()
    if isinstance(estimator, IsolationForest):
        return ["decisionFunction", "outlier"], list(zip(pipeline.decision_function(X), pipeline.predict(X) == -1))
    targets = numpy.atleast_1d(pipeline.target_fields).tolist()
    predicted = numpy.asarray(pipeline.predict(X)).reshape(len(X), -1)
    names, columns = list(targets), list(predicted.T)
    if hasattr(estimator, "predict_proba") and len(targets) == 1:
        probabilities = numpy.asarray(pipeline.predict_proba(X))
        classes = getattr(estimator, "classes_", None)
        names += ["probability(%s)" % label for label in (estimator.steps[0][1].classes_ if classes is None else classes)]
        columns += list(probabilities.T)
        if pipeline.predict_proba_transformer is not None:
            names.append(pipeline.predict_proba_transformer.name)
            columns.append(numpy.asarray(pipeline.predict_proba_transformer.transform(probabilities)).ravel())
    if pipeline.predict_transformer is not None:
        names += ["normalizer(predict(%s))" % target for target in targets]
        columns += list(numpy.asarray(pipeline.predict_transform(X))[:, len(targets):].T)
    if pipeline.apply_transformer is not None:
        names += ["nodeId", pipeline.apply_transformer.name]
        columns += list(numpy.asarray(pipeline.apply_transform(X)).T)
    return names, list(zip(*columns))


def cell(value):
    if value is None or value != value:
        return ""
    if isinstance(value, (float, numpy.floating)):
        return repr(float(value))
    return str(value)


def write(path, names, lines):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for line in lines:
            # An empty word is not a missing cell.
            text = ",".join('""' if value == "" else _quoted(cell(value)) for value in line)
            file.write(text + "\n")


def _quoted(text):
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\n') or text.strip() != text else text


def main(wanted):
    index = []
    for name, make in CASES.items():
        if wanted and name not in wanted:
            index.append([name, "0.133.1", "model.pkl", "expected.csv", "pickle 4", 24, "1e-11", "1e-11", "", "", ""])
            continue
        RANDOM.seed(sum(map(ord, name)))
        pipeline, X = make()
        X = X.head(24)
        folder = HERE / name
        folder.mkdir(parents=True, exist_ok=True)
        names, lines = answers(name, pipeline, X)
        (folder / "model.pkl").write_bytes(pickle.dumps(pipeline, protocol=4))
        write(folder / "input.csv", X.columns, X.itertuples(index=False, name=None))
        write(folder / "expected.csv", names, lines)
        index.append([name, "0.133.1", "model.pkl", "expected.csv", "pickle 4", len(X), "1e-11", "1e-11", "", "", ""])
    write(HERE / "cases.csv", "case version model expected saved rows rel abs optional estimators requires".split(), index)


if __name__ == "__main__":
    main(sys.argv[1:])
