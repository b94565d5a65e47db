"""Clusters, mixtures and components."""

from sklearn import cluster
from sklearn.cluster import AffinityPropagation, Birch, FeatureAgglomeration, MeanShift
from sklearn.covariance import EllipticEnvelope
from sklearn.cross_decomposition import CCA, PLSSVD, PLSCanonical, PLSRegression
from sklearn.decomposition import FactorAnalysis, FastICA, MiniBatchSparsePCA, SparsePCA
from sklearn.ensemble import RandomTreesEmbedding
from sklearn.mixture import BayesianGaussianMixture, GaussianMixture
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection

from . import data
from .case import Catalogue

cases = Catalogue()
add = cases.add


def iris():
    return data.without_target(data.few(data.iris()))


def linnerud():
    return data.linnerud()


def scaled(model):
    return make_pipeline(StandardScaler(), model)


add("bisecting-k-means", lambda: cluster.BisectingKMeans(4, random_state=0), iris, since=(1, 1))
add("birch", lambda: Birch(n_clusters=3), iris)
add("affinity-propagation", lambda: AffinityPropagation(random_state=0), iris)
add("mean-shift", MeanShift, iris)
add("gaussian-mixture-full", lambda: GaussianMixture(3, random_state=0), iris, rel=1e-9, abs_=1e-9)
add(
    "gaussian-mixture-tied",
    lambda: GaussianMixture(2, covariance_type="tied", random_state=0),
    iris,
    rel=1e-9,
    abs_=1e-9,
)
add(
    "bayesian-mixture-process",
    lambda: BayesianGaussianMixture(n_components=3, random_state=0),
    iris,
    rel=1e-9,
    abs_=1e-9,
)
add(
    "bayesian-mixture-distribution",
    lambda: BayesianGaussianMixture(
        n_components=3, covariance_type="diag", weight_concentration_prior_type="dirichlet_distribution", random_state=0
    ),
    iris,
    rel=1e-9,
    abs_=1e-9,
)
add("elliptic-envelope", lambda: EllipticEnvelope(random_state=0), iris, rel=1e-9, abs_=1e-9)
add("factor-analysis", lambda: scaled(FactorAnalysis(2, random_state=0)), iris, rel=1e-9, abs_=1e-9)
add("fast-ica", lambda: scaled(FastICA(3, random_state=0)), iris)
add("sparse-pca", lambda: scaled(SparsePCA(2, random_state=0)), iris)
add("mini-batch-sparse-pca", lambda: scaled(MiniBatchSparsePCA(2, random_state=0)), iris)
add("pls-regression", lambda: PLSRegression(2), linnerud)
add("pls-canonical", lambda: PLSCanonical(2), linnerud, rel=1e-9, abs_=1e-9)
add("cca", lambda: CCA(1), linnerud, rel=1e-8, abs_=1e-8)
add("pls-svd", lambda: PLSSVD(2), linnerud)
add("gaussian-random-projection", lambda: GaussianRandomProjection(3, random_state=0), iris)
add("sparse-random-projection", lambda: SparseRandomProjection(3, random_state=0), iris)
add("feature-agglomeration", lambda: FeatureAgglomeration(2), iris)
add("random-trees-embedding", lambda: RandomTreesEmbedding(3, max_depth=2, random_state=0), iris)
