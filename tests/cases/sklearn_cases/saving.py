"""Saves a model in one of the ways users do: each pickle protocol, each joblib compressor."""

import os
import pickle
import zlib

import joblib
import sklearn

# What people mostly have comes more than once; what is large is saved small.
WAYS = [
    ("pickle", 0),
    ("pickle", 1),
    ("pickle", 2),
    ("pickle", 3),
    ("pickle", 4),
    ("pickle", 5),
    ("pickle", 4),
    ("pickle", 5),
    ("joblib", None),
    ("joblib", None),
    ("joblib", "zlib"),
    ("joblib", "gzip"),
    ("joblib", "bz2"),
    ("joblib", "xz"),
    ("joblib", "lzma"),
    ("joblib", "lz4"),
    ("joblib", None),
    ("joblib", "zlib"),
]
LARGE = 5000
WAYS_OF_LARGE = [way for way in WAYS if way[0] == "joblib" and way[1]] + [("pickle", 5)]


def way_of(model, case_name):
    """From the name and size alone, so that adding a case changes no other."""
    ways = WAYS_OF_LARGE if len(pickle.dumps(model, 4)) > LARGE else WAYS
    return ways[zlib.crc32((case_name + " " + sklearn.__version__).encode()) % len(ways)]


def save(model, case_name, folder):
    """(file name, how it was saved)"""
    os.makedirs(folder, exist_ok=True)
    kind, setting = way_of(model, case_name)
    if kind == "pickle":
        setting = min(setting, pickle.HIGHEST_PROTOCOL)
        with open(os.path.join(folder, "model.pkl"), "wb") as f:
            pickle.dump(model, f, protocol=setting)
        return "model.pkl", "pickle protocol %d" % setting
    path = os.path.join(folder, "model.joblib")
    joblib.dump(model, path, compress=(setting, 3) if setting else 0)
    return "model.joblib", "joblib " + (setting or "plain")
