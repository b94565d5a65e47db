"""Texts: words and characters counted, weighed and hashed."""

from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import SVC

from . import data
from .case import Catalogue

cases = Catalogue()
add = cases.add


def accents():
    """Letters with marks, marks alone, ligatures, syllables and forms of compatibility."""
    made = [
        "\u00e9t\u00e9 \u00c9COLE na\u00efve co\u00f6perate \u0130stanbul",
        "e\u0301te\u0301 a\u0323\u0302n \u1ed3 \u01d7 \u00e5ngstr\u00f6m \u212b",
        "\ufb01ne o\ufb03ce \u2126 \u00bd \u00b2 \u2460 \u33a5 \ufdfa",
        "\ud55c\uad6d\uc5b4 \uac00\uac01 \u4f60\u597d \uf900\ufa0e \u304c\u30d7",
        "\U0001d400\U0001d41a\U0001d7ce \uff21\uff42\uff11 \u0e33 \u0958 plain words",
        "\u00df \u00f8 \u0142 \u0111 \u00e6 stay as they are",
    ]
    return data.Data(data.frame(words=made * 2), None, data.frame(words=made + ["etude ecole", "\u0301\u0300"]))


def words(vectorizer):
    return ColumnTransformer([("words", vectorizer, "words")])


add("count-words", lambda: words(CountVectorizer()), data.sentences, core=True)
add(
    "count-sequences-of-words", lambda: words(CountVectorizer(ngram_range=(1, 2), stop_words="english")), data.sentences
)
add(
    "count-words-of-letters",
    lambda: words(CountVectorizer(token_pattern=r"(?u)\b[a-z]{2,}\b", binary=True)),
    data.sentences,
)
add(
    "count-characters",
    lambda: words(CountVectorizer(analyzer="char", ngram_range=(1, 2), max_features=30)),
    data.sentences,
)
add(
    "tfidf-characters-of-words",
    lambda: words(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), max_features=30)),
    data.sentences,
)
add("tfidf-sublinear", lambda: words(TfidfVectorizer(sublinear_tf=True, norm="l1", lowercase=False)), data.sentences)
add(
    "tfidf-of-counts",
    lambda: make_pipeline(words(CountVectorizer()), TfidfTransformer(smooth_idf=False)),
    data.sentences,
)
add("hash-words", lambda: words(HashingVectorizer(n_features=24)), data.sentences)
add(
    "hash-sequences-of-words",
    lambda: words(
        HashingVectorizer(n_features=20, ngram_range=(1, 3), stop_words="english", norm=None, alternate_sign=False)
    ),
    data.sentences,
)
add("count-words-without-accents", lambda: words(CountVectorizer(strip_accents="unicode")), lambda: accents())
add(
    "tfidf-characters-without-accents",
    lambda: words(TfidfVectorizer(strip_accents="ascii", analyzer="char", ngram_range=(1, 2))),
    lambda: accents(),
)
add("texts-logistic", lambda: make_pipeline(words(TfidfVectorizer()), LogisticRegression()), data.sentences)
add(
    "texts-naive-bayes", lambda: make_pipeline(words(CountVectorizer(max_features=15)), MultinomialNB()), data.sentences
)
add("texts-svc-of-sparse", lambda: make_pipeline(words(TfidfVectorizer()), SVC(kernel="linear")), data.sentences)
