"""Imputing, scaling, power and quantile transforms, binning, polynomials."""

import numpy as np
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

from . import data
from .case import Catalogue, Data
from .data import NAN
from .naming import quantile_bins

cases = Catalogue()
add = cases.add


def holes(**more):
    return lambda: data.numbers(missing=0.2, **more)


def words_with_holes(missing=NAN):
    X = data.frame(
        city=["Oslo", "Bergen", missing, "Oslo", "Bergen", "Tromsø", missing, "Åre"],
        plan=["pro", missing, "pro", "basic", "basic", "basic", "team", missing],
    )
    rows = data.frame(
        city=["Oslo", missing, "Paris", missing, "Tromsø"], plan=[missing, "pro", "basic", missing, "unheard of"]
    )
    return Data(X, None, rows)


def with_empty_column():
    d = data.numbers(missing=0.2)
    X, rows = d.X.copy(), d.rows.copy()
    X["beta"] = NAN
    return Data(X, None, rows)


def sentinels():
    X = data.as_frame(np.array([[1, -1, 4], [-1, 2, 5], [3, 3, -1], [7, 3, 9], [8, -1, 9]]))
    rows = data.as_frame(np.array([[-1, -1, -1], [1, 2, 3], [0, -1, 7], [100, 5, -1]]))
    return Data(X, None, rows)


for strategy in ("mean", "median", "most_frequent"):
    add(
        "simple-imputer-" + strategy.replace("_", "-"),
        lambda s=strategy: SimpleImputer(strategy=s),
        holes(),
        core=strategy == "median",
    )
    add(
        "simple-imputer-%s-indicator" % strategy.replace("_", "-"),
        lambda s=strategy: SimpleImputer(strategy=s, add_indicator=True),
        holes(seed=4),
    )
add("simple-imputer-constant", lambda: SimpleImputer(strategy="constant", fill_value=-7.25), holes())
add("simple-imputer-constant-default", lambda: SimpleImputer(strategy="constant"), holes(named=False))
add("simple-imputer-mean-by-position", SimpleImputer, holes(named=False))
add(
    "simple-imputer-no-holes-when-fitted",
    SimpleImputer,
    lambda: Data(data.numbers().X, None, data.numbers(missing=0.2).rows),
)
add("simple-imputer-empty-column", SimpleImputer, with_empty_column)
add("simple-imputer-empty-column-indicator", lambda: SimpleImputer(add_indicator=True), with_empty_column)
add(
    "simple-imputer-empty-column-kept", lambda: SimpleImputer(keep_empty_features=True), with_empty_column, since=(1, 2)
)
add(
    "simple-imputer-empty-column-constant",
    lambda: SimpleImputer(strategy="constant", fill_value=2.5),
    with_empty_column,
)
add("simple-imputer-minus-one", lambda: SimpleImputer(missing_values=-1, strategy="most_frequent"), sentinels)
add(
    "simple-imputer-minus-one-mean",
    lambda: SimpleImputer(missing_values=-1, strategy="mean", add_indicator=True),
    sentinels,
)
add("simple-imputer-words-most-frequent", lambda: SimpleImputer(strategy="most_frequent"), words_with_holes)
add("simple-imputer-words-constant", lambda: SimpleImputer(strategy="constant", fill_value="unknown"), words_with_holes)
add("simple-imputer-words-constant-default", lambda: SimpleImputer(strategy="constant"), words_with_holes)
add(
    "simple-imputer-words-none",
    lambda: SimpleImputer(strategy="most_frequent", missing_values=None),
    lambda: words_with_holes(None),
)
add(
    "missing-indicator-missing-only",
    lambda: MissingIndicator(error_on_new=False),
    lambda: Data(
        data.as_frame(np.array([[1.0, NAN, 3.0], [2.0, 5.0, 3.0], [NAN, 6.0, 3.0]])),
        None,
        data.as_frame(np.array([[NAN, NAN, NAN], [1.0, 2.0, 3.0], [1.0, NAN, 3.0]])),
    ),
)
add("missing-indicator-all", lambda: MissingIndicator(features="all"), holes())

add("standard-scaler-default", StandardScaler, holes(), core=True)
add("standard-scaler-by-position", StandardScaler, holes(named=False))
add("standard-scaler-no-mean", lambda: StandardScaler(with_mean=False), data.numbers)
add("standard-scaler-no-std", lambda: StandardScaler(with_std=False), data.numbers)
add("standard-scaler-neither", lambda: StandardScaler(with_mean=False, with_std=False), data.numbers)
add("standard-scaler-constant-column", StandardScaler, lambda: data.numbers(constant=True))
add("min-max-scaler-default", MinMaxScaler, holes())
add("min-max-scaler-range", lambda: MinMaxScaler(feature_range=(-3, 5.5)), data.numbers)
add("min-max-scaler-clip", lambda: MinMaxScaler(clip=True), holes())
add("min-max-scaler-constant-column", MinMaxScaler, lambda: data.numbers(constant=True))
for kind in (StandardScaler, MinMaxScaler, RobustScaler, SimpleImputer):
    name = {"StandardScaler": "standard-scaler", "MinMaxScaler": "min-max-scaler", "RobustScaler": "robust-scaler"}
    add(
        name.get(kind.__name__, "simple-imputer") + "-fitted-in-float32",
        kind,
        lambda: data.fitted_in_float32(data.numbers(missing=0.2)),
    )
add("max-abs-scaler-default", MaxAbsScaler, holes())
add("robust-scaler-default", RobustScaler, holes())
add("robust-scaler-unit-variance", lambda: RobustScaler(unit_variance=True, quantile_range=(10.0, 90.0)), data.numbers)
add("robust-scaler-no-centering", lambda: RobustScaler(with_centering=False), data.numbers)
add("robust-scaler-no-scaling", lambda: RobustScaler(with_scaling=False), data.numbers)
for norm in ("l1", "l2", "max"):
    add("normalizer-" + norm, lambda n=norm: Normalizer(norm=n), lambda: data.numbers(big=1e100))


def to_be_bent(positive):
    """Skewed to the right, to the left, and neither; nothing so far out that a power of it overflows."""
    r = np.random.RandomState(11)
    X = np.column_stack([r.lognormal(0, 0.8, 60), 10 - r.exponential(1.5, 60), r.normal(0, 2, 60)]).round(3)
    asked = [[0.0, 0.0, 0.0], [-0.5, 9.999, -3.0], [30.0, 12.0, 8.0], [1.0, 1.0, 1.0], [1e-9, -2.0, -1e-9]]
    if positive:
        X, asked = np.abs(X) + 0.01, np.abs(asked) + 1e-6
    rows = np.vstack([X[:10], asked, data.hole_rows(X)])
    return Data(data.as_frame(data.with_holes(X, 0.1, 12)), None, data.as_frame(np.abs(rows) if positive else rows))


for standardize in (True, False):
    tail = "" if standardize else "-plain"
    add(
        "power-transformer-yeo-johnson" + tail,
        lambda s=standardize: PowerTransformer(standardize=s),
        lambda: to_be_bent(False),
        rel=1e-10,
        abs_=1e-10,
    )
    add(
        "power-transformer-box-cox" + tail,
        lambda s=standardize: PowerTransformer("box-cox", standardize=s),
        lambda: to_be_bent(True),
        rel=1e-10,
        abs_=1e-10,
    )
add("quantile-transformer-uniform", lambda: QuantileTransformer(n_quantiles=20, random_state=0), holes())
add(
    "quantile-transformer-normal",
    lambda: QuantileTransformer(n_quantiles=25, output_distribution="normal", random_state=0),
    holes(),
    rel=1e-9,
    abs_=1e-9,
)
add(
    "quantile-transformer-ties",
    lambda: QuantileTransformer(n_quantiles=30, random_state=0),
    lambda: data.grid(data.amount),
)

for encode in ("ordinal", "onehot", "onehot-dense"):
    for strategy in ("uniform", "quantile", "kmeans"):

        def build(e=encode, s=strategy):
            if s == "quantile":
                return quantile_bins(KBinsDiscretizer, n_bins=4, encode=e)
            return KBinsDiscretizer(n_bins=4, encode=e, strategy=s)

        add("k-bins-%s-%s" % (strategy, encode), build, data.numbers)
add(
    "k-bins-different-counts",
    lambda: KBinsDiscretizer(n_bins=[2, 3, 5], encode="onehot-dense", strategy="uniform"),
    lambda: data.grid(data.amount),
)
add("binarizer-default", Binarizer, data.numbers)
add("binarizer-threshold", lambda: Binarizer(threshold=4.5), lambda: data.grid(data.amount))
small = lambda: data.numbers(big=1e50)
add("polynomial-degree-2", PolynomialFeatures, small)
add("polynomial-degree-3-no-bias", lambda: PolynomialFeatures(3, include_bias=False), small)
add("polynomial-interaction-only", lambda: PolynomialFeatures(3, interaction_only=True), small)
add(
    "polynomial-interaction-only-no-bias",
    lambda: PolynomialFeatures(2, interaction_only=True, include_bias=False),
    small,
)
add("polynomial-degree-range", lambda: PolynomialFeatures((2, 3)), small, since=(1, 0))
add(
    "polynomial-degree-range-interaction",
    lambda: PolynomialFeatures((2, 3), interaction_only=True),
    small,
    since=(1, 0),
)


def splines(**settings):
    def build():
        from sklearn.preprocessing import SplineTransformer

        return SplineTransformer(**settings)

    return build


# scipy keeps its knots under other names since 1.17.
add(
    "spline-continued",
    splines(extrapolation="continue"),
    lambda: data.grid(data.amount),
    since=(1, 9),
    rel=1e-9,
    abs_=1e-9,
)
add("spline-cubic", splines(), lambda: data.grid(data.amount), since=(1, 0), optional=True, rel=1e-9, abs_=1e-9)
add("function-transformer-identity", FunctionTransformer, data.numbers)
add(
    "function-transformer-log1p",
    lambda: FunctionTransformer(np.log1p, inverse_func=np.expm1, validate=True),
    lambda: data.numbers(positive=True),
)
add("function-transformer-sqrt", lambda: FunctionTransformer(np.sqrt), lambda: data.numbers(positive=True))
add(
    "function-transformer-log1p-holes",
    lambda: FunctionTransformer(np.log1p),
    lambda: data.numbers(missing=0.2, positive=True),
)
