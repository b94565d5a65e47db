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
add("texts-logistic", lambda: make_pipeline(words(TfidfVectorizer()), LogisticRegression()), data.sentences)
add(
    "texts-naive-bayes", lambda: make_pipeline(words(CountVectorizer(max_features=15)), MultinomialNB()), data.sentences
)
add("texts-svc-of-sparse", lambda: make_pipeline(words(TfidfVectorizer()), SVC(kernel="linear")), data.sentences)
