"""What is worked out anew for every row: places among points, topics, atoms of a dictionary, densities."""

import numpy as np
from sklearn.decomposition import (
    DictionaryLearning,
    KernelPCA,
    LatentDirichletAllocation,
    MiniBatchDictionaryLearning,
    SparseCoder,
)
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.kernel_approximation import PolynomialCountSketch
from sklearn.linear_model import LogisticRegression
from sklearn.manifold import Isomap, LocallyLinearEmbedding
from sklearn.neighbors import KernelDensity
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from . import data
from .case import Catalogue
from .neighbouring import scattered
from .texts import words

cases = Catalogue()
add = cases.add
near = {"rel": 1e-9, "abs_": 1e-9}  # factors of matrices, where libraries add up in another order


def spread(n=60):
    return scattered(None, k=4, n=n)


add("isomap", lambda: Isomap(n_neighbors=6), spread, rel=1e-9, abs_=1e-7)
add(
    "isomap-pipeline",
    lambda: make_pipeline(StandardScaler(), Isomap(n_neighbors=8, n_components=3), LogisticRegression()),
    lambda: data.few(data.wine(words=True)),
    rel=1e-8,
    abs_=1e-7,
)
add("isomap-radius", lambda: Isomap(radius=3.5, n_neighbors=None), spread, since=(1, 1), rel=1e-9, abs_=1e-7)
add("isomap-manhattan", lambda: Isomap(n_neighbors=7, metric="manhattan"), spread, rel=1e-9, abs_=1e-7)
add("locally-linear", lambda: LocallyLinearEmbedding(n_neighbors=7, random_state=0), spread, **near)
add(
    "locally-linear-modified",
    lambda: LocallyLinearEmbedding(
        n_neighbors=8, n_components=3, method="modified", reg=1e-2, eigen_solver="dense", random_state=0
    ),
    spread,
    **near
)
add("kernel-pca-precomputed", lambda: KernelPCA(2, kernel="precomputed"), lambda: squares(12), rel=1e-9, abs_=1e-7)


def squares(n):
    """Dot products of points with each other, and of other points with them."""
    made = spread(n)
    X, rows = made.X.values, made.rows.values
    return data.Data(np.round(X @ X.T, 9), None, np.round(rows @ X.T, 9))


def counts(k=8, n=40):
    r = np.random.RandomState(21)
    topics = r.dirichlet(np.full(k, 0.3), 3)
    X = np.array([r.multinomial(r.randint(5, 40), r.dirichlet([0.4] * 3) @ topics) for _ in range(n)]).astype(float)
    rows = np.vstack([X[:8], np.zeros((1, k)), np.eye(k)[:3] * 7, np.full((1, k), 0.5), np.full((1, k), 1e6)])
    names = ["word%d" % i for i in range(k)]
    return data.Data(data.as_frame(X, names), None, data.as_frame(rows, names))


add("topics", lambda: LatentDirichletAllocation(3, random_state=0, max_iter=6), counts)
add(
    "topics-online",
    lambda: LatentDirichletAllocation(
        4,
        random_state=0,
        learning_method="online",
        max_iter=4,
        doc_topic_prior=0.1,
        topic_word_prior=0.02,
        mean_change_tol=1e-6,
        max_doc_update_iter=30,
    ),
    counts,
)
add(
    "topics-of-texts",
    lambda: make_pipeline(words(CountVectorizer()), LatentDirichletAllocation(3, random_state=0, max_iter=5)),
    data.sentences,
)
add(
    "topics-of-texts-logistic",
    lambda: make_pipeline(
        words(CountVectorizer(stop_words="english")),
        LatentDirichletAllocation(2, random_state=0, max_iter=5),
        LogisticRegression(),
    ),
    data.sentences,
    rel=1e-9,
    abs_=1e-9,
)


def signals(k=12, n=50):
    r = np.random.RandomState(31)
    atoms = r.normal(size=(7, k))
    code = r.normal(size=(n + 12, 7)) * (r.uniform(size=(n + 12, 7)) < 0.4)
    X = np.round(code @ atoms + r.normal(0, 0.1, (n + 12, k)), 5)
    names = ["band%d" % i for i in range(k)]
    rows = np.vstack([X[n:], np.zeros((1, k)), X[:1] * 1e6, X[:1] * 1e-6])
    return data.Data(data.as_frame(X[:n], names), None, data.as_frame(rows, names))


def atoms():
    r = np.random.RandomState(32)
    made = r.normal(size=(9, 12))
    return np.round(made / np.linalg.norm(made, axis=1)[:, None], 6)


add("dictionary", lambda: DictionaryLearning(6, random_state=0, max_iter=20), signals, **near)
add(
    "dictionary-threshold",
    lambda: DictionaryLearning(
        6, random_state=0, max_iter=10, transform_algorithm="threshold", transform_alpha=0.4, split_sign=True
    ),
    signals,
    **near
)
add(
    "dictionary-lasso",
    lambda: DictionaryLearning(8, random_state=0, max_iter=10, alpha=0.7, transform_algorithm="lasso_lars"),
    signals,
    **near
)
add(
    "dictionary-mini-batch",
    lambda: MiniBatchDictionaryLearning(
        6, random_state=0, batch_size=10, transform_n_nonzero_coefs=3, fit_algorithm="cd"
    ),
    signals,
    **near
)
for algorithm, options in (
    ("omp", {"transform_n_nonzero_coefs": 4}),
    ("lars", {"transform_n_nonzero_coefs": 5}),
    ("lars", {"transform_n_nonzero_coefs": 9}),
    ("lasso_lars", {"transform_alpha": 0.3}),
    ("lasso_lars", {"transform_alpha": 0.02, "positive_code": True}),
    ("lasso_lars", {"transform_alpha": 0.0001}),
    ("threshold", {"transform_alpha": 0.5, "positive_code": True}),
):
    add(
        "sparse-coder-%s-%s" % (algorithm.replace("_", "-"), "-".join(str(v).lower() for v in options.values())),
        lambda a=algorithm, o=options: SparseCoder(atoms(), transform_algorithm=a, **o),
        signals,
        rel=1e-8,
        abs_=1e-8,
    )

add(
    "polynomial-count-sketch",
    lambda: PolynomialCountSketch(gamma=0.5, degree=3, coef0=1, n_components=40, random_state=0),
    spread,
    since=(1, 0),
    **near
)
add(
    "polynomial-count-sketch-plain",
    lambda: make_pipeline(StandardScaler(), PolynomialCountSketch(random_state=0), LogisticRegression()),
    lambda: data.few(data.wine(words=True)),
    since=(1, 0),
    rel=1e-9,
    abs_=1e-9,
)

for kernel in ("gaussian", "tophat", "epanechnikov", "exponential", "linear", "cosine"):
    add(
        "kernel-density-" + kernel,
        lambda k=kernel: KernelDensity(bandwidth=2.5, kernel=k, leaf_size=7),
        # In four dimensions scikit-learn has no number for the cosine.
        lambda k=kernel: scattered(None, k=3 if k == "cosine" else 4),
        rel=1e-9,
        abs_=1e-9,
    )


def weighed():
    made = scattered(None, k=3)
    weights = np.round(np.random.RandomState(41).uniform(0.1, 3, len(made.X)), 3)
    return data.Data(made.X, None, made.rows, {"sample_weight": weights})


add("kernel-density-weighted", lambda: KernelDensity(bandwidth=0.7, metric="manhattan"), weighed, **near)
add("kernel-density-weighted-linear", lambda: KernelDensity(bandwidth=4, kernel="linear"), weighed, **near)
