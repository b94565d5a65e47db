"""Kernels and layers: support vector machines, ridge regression, Gaussian processes and the maps that make kernels linear; perceptrons."""

from sklearn.decomposition import KernelPCA
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, Matern, RationalQuadratic, WhiteKernel
from sklearn.kernel_approximation import AdditiveChi2Sampler, Nystroem, RBFSampler, SkewedChi2Sampler
from sklearn.kernel_ridge import KernelRidge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR, NuSVC, NuSVR, OneClassSVM

from . import data, neighbouring
from .case import Catalogue

cases = Catalogue()
add = cases.add


def iris():
    return data.few(data.iris())


def cancer():
    return data.few(data.cancer(), 12)


def diabetes():
    return data.few(data.diabetes(), 9)


def scaled(model):
    return make_pipeline(StandardScaler(), model)


add("svc-rbf-words", lambda: scaled(SVC()), iris, core=True)
add("svc-linear-two-classes", lambda: scaled(SVC(kernel="linear")), cancer)
add("svc-poly", lambda: scaled(SVC(kernel="poly", degree=2, coef0=0.5)), iris)
add("svc-sigmoid", lambda: scaled(SVC(kernel="sigmoid", gamma=0.1)), iris)
add("svc-one-against-one", lambda: scaled(SVC(decision_function_shape="ovo")), iris)
add("svc-break-ties", lambda: scaled(SVC(break_ties=True)), iris)
add("svc-probabilities", lambda: scaled(SVC(probability=True, random_state=0)), iris)
add("nu-svc-probabilities-two-classes", lambda: scaled(NuSVC(nu=0.2, probability=True, random_state=0)), cancer)
add("svr-rbf", lambda: scaled(SVR(C=50)), diabetes)
add("nu-svr-poly", lambda: scaled(NuSVR(kernel="poly", C=5)), diabetes)
add("one-class-svm", lambda: scaled(OneClassSVM(nu=0.2)), lambda: data.without_target(cancer()))
add("kernel-ridge-poly", lambda: scaled(KernelRidge(kernel="poly", degree=2)), diabetes, rel=1e-9, abs_=1e-9)
add("kernel-ridge-laplacian", lambda: scaled(KernelRidge(kernel="laplacian", gamma=0.2)), diabetes, rel=1e-9)
add("kernel-pca-rbf", lambda: scaled(KernelPCA(2, kernel="rbf", gamma=0.1)), iris, rel=1e-9, abs_=1e-9)
add("nystroem", lambda: scaled(Nystroem(gamma=0.2, n_components=8, random_state=0)), iris, rel=1e-9, abs_=1e-9)
add("rbf-sampler", lambda: scaled(RBFSampler(n_components=6, random_state=0)), iris)
add(
    "skewed-chi2-sampler",
    lambda: SkewedChi2Sampler(skewedness=50.0, n_components=6, random_state=0),
    lambda: neighbouring.scattered(None),
)
add("additive-chi2-sampler", lambda: AdditiveChi2Sampler(sample_steps=3), lambda: data.numbers(positive=True, big=1e3))
kernel_sum = ConstantKernel(2.0) * RBF([1, 2, 1, 2, 1, 1, 2]) + WhiteKernel(0.3) + DotProduct(0.1) ** 2
add(
    "gaussian-process-regressor-sum",
    lambda: scaled(GaussianProcessRegressor(kernel_sum, optimizer=None, normalize_y=True)),
    diabetes,
    rel=1e-8,
    abs_=1e-8,
)
add(
    "gaussian-process-regressor-matern",
    lambda: scaled(
        GaussianProcessRegressor(Matern(1.5, nu=2.5) + RationalQuadratic(1.2, 0.7), alpha=0.1, optimizer=None)
    ),
    diabetes,
    rel=1e-8,
    abs_=1e-8,
)
add(
    "gaussian-process-classifier",
    lambda: scaled(GaussianProcessClassifier(RBF(1.5), optimizer=None)),
    iris,
    rel=1e-9,
    abs_=1e-9,
)
add(
    "gaussian-process-classifier-two-classes",
    lambda: scaled(GaussianProcessClassifier(Matern(1.5), optimizer=None)),
    cancer,
    rel=1e-9,
    abs_=1e-9,
)


def layers(make, **options):
    return scaled(make(hidden_layer_sizes=(6, 4), max_iter=80, random_state=0, **options))


near = {"rel": 1e-10, "abs_": 1e-10}
add("layers-three-words", lambda: layers(MLPClassifier), iris, **near)
add("layers-two-words", lambda: layers(MLPClassifier, activation="tanh"), cancer, **near)
add(
    "layers-several-labels",
    lambda: layers(MLPClassifier, activation="logistic", solver="lbfgs"),
    lambda: data.grid(data.three_labels),
    **near
)
add("layers-regressor", lambda: layers(MLPRegressor), lambda: data.grid(data.two_amounts), **near)
