#!/usr/bin/env python3
"""Makes the files beside this script: run it with Python 3, numpy, joblib and lz4; it needs no arguments.

With `legacy` it makes only what an older joblib or a Python 2 is needed for; with `seeds FOLDER` the fuzzer's seeds.
"""
import collections
import gzip
import os
import pickle
import sys
import types

HERE = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(HERE, name)


boxes = types.ModuleType("boxes")
sys.modules["boxes"] = boxes


def of_boxes(cls):
    cls.__module__ = "boxes"
    cls.__qualname__ = cls.__name__
    setattr(boxes, cls.__name__, cls)
    return cls


@of_boxes
class Box(object):
    def __init__(self, **state):
        self.__dict__.update(state)


@of_boxes
class Bag(dict):
    pass


@of_boxes
class Row(list):
    pass


def make_plain():
    @of_boxes
    class Slotted(object):
        __slots__ = ["left", "right", "__dict__"]

    @of_boxes
    class Keyed(object):
        def __new__(cls, size, **unit):
            return object.__new__(cls)

        def __getnewargs_ex__(self):
            return (3,), {"unit": "mm"}

    for protocol in range(6):
        slotted = Slotted()
        slotted.left = 1
        slotted.right = "r"
        slotted.plain = 2.5
        bag = Bag(a=1)
        bag.color = "red"
        row = Row([1, 2])
        row.label = "r"
        value = {
            "none": None,
            "true": True,
            "false": False,
            "small": 7,
            "negative": -3,
            "wide": 70000,
            "int64": -(2**63),
            "beyond": 2**70,
            "below": -(2**64),
            "float": 0.1,
            "tiny": 5e-324,
            "infinity": float("-inf"),
            "text": "na\u00efve \u20ac \U0001d11e\n'\"\\u0041",
            "bytes": bytes(range(256)),
            "empty_bytes": b"",
            "bytearray": bytearray(b"ab\xff"),
            "list": [1, [2, []]],
            "tuples": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
            "set": {5},
            "frozenset": frozenset([6]),
            "complex": 1 - 2j,
            "ordered": collections.OrderedDict([("z", 1), ("a", 2)]),
            "default": collections.defaultdict(list, {"k": [1]}),
            "deque": collections.deque([1, 2], maxlen=9),
            3: "three",
            "box": Box(weight=1.5, inner=Box(name="in")),
            "slotted": slotted if protocol >= 2 else None,
            "keyed": Keyed(3, unit="mm") if protocol >= 4 else None,
            "bag": bag,
            "row": row,
            "class": Box,
            "slice": slice(1, None, 2),
        }
        with open(path("plain_p%d.pkl" % protocol), "wb") as file:
            pickle.dump(value, file, protocol=protocol)


def make_graphs():
    ring = [1]
    ring.append(ring)
    box = Box()
    box.self = box
    shared = [0]
    with open(path("graph.pkl"), "wb") as file:
        pickle.dump({"ring": ring, "box": box, "pair": [shared, shared]}, file, protocol=4)


def make_large_frames():
    # Texts beyond 64 KiB leave the frame; many small ones fill several.
    value = ["x" * 70000] + ["item %d" % i for i in range(9000)]
    with open(path("frames.pkl.gz"), "wb") as file:
        file.write(gzip.compress(pickle.dumps(value, protocol=4), mtime=0))


def arrays():
    import numpy as np

    result = {}
    for code in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
        result[code] = np.array([0, 1, 2, 100], dtype=code)
        result[">" + code] = np.array([0, 1, 2, 100], dtype=">" + code)
    result["half"] = np.array([6.103515625e-05, 5.960464477539063e-08, -65504.0, np.inf], dtype="f2")
    result["negative"] = np.array([-1, -128], dtype="i1")
    result["huge"] = np.array([2**64 - 1], dtype="u8")
    result["bool"] = np.array([True, False, True])
    result["c_order"] = np.arange(6, dtype="f8").reshape(2, 3)
    result["f_order"] = np.asfortranarray(np.arange(6, dtype="f8").reshape(2, 3))
    result["cube"] = np.arange(24, dtype="i4").reshape(2, 3, 4)
    result["f_cube"] = np.asfortranarray(np.arange(24, dtype="i4").reshape(2, 3, 4))
    result["turned"] = np.arange(24, dtype="i4").reshape(2, 3, 4).transpose(1, 2, 0)
    result["empty"] = np.zeros((0, 3))
    result["no_dimensions"] = np.array(2.5)
    result["text"] = np.array(["ab", "\u00e9\U0001d11e", ""])
    result["big_endian_text"] = np.array(["ab", "c"], dtype=">U3")
    result["bytes_text"] = np.array([b"ab", b"c"], dtype="S4")
    result["objects"] = np.array(["x", None, 3.5, [1]], dtype=object)
    result["object_texts"] = np.array(["x", "y"], dtype=object)
    result["f_objects"] = np.asfortranarray(np.array([["a", "b", "c"], ["d", "e", "f"]], dtype=object))
    record = np.dtype(
        {
            "names": ["left", "threshold", "pair", "inner"],
            "formats": ["i8", ">f8", ("f4", (2,)), [("a", "u1"), ("b", "U2")]],
            "offsets": [0, 8, 16, 24],
            "itemsize": 40,
        }
    )
    records = np.zeros(3, dtype=record)
    records["left"] = [1, -1, 2]
    records["threshold"] = [0.5, -2.0, 1e300]
    records["pair"] = [[1, 2], [3, 4], [5, 6]]
    records["inner"]["a"] = [7, 8, 9]
    records["inner"]["b"] = ["p", "qq", ""]
    result["records"] = records
    result["days"] = np.array(["1970-01-02", "2000-01-01"], dtype="datetime64[D]")
    result["spans"] = np.array([3], dtype="timedelta64[25s]")
    result["matrix"] = np.matrix([[1.0, 2.0]])
    result["complex"] = np.array([1 + 2j])
    result["scalars"] = [
        np.float64(0.1),
        np.float32(0.1),
        np.int8(-5),
        np.uint64(2**64 - 1),
        np.bool_(True),
        np.str_("t\u00e9xt"),
        np.bytes_(b"b\xff"),
        np.datetime64("1970-01-03", "D"),
        np.float16(1.5),
    ]
    result["dtype"] = np.dtype(">i2")
    result["scalar_type"] = np.float64
    return result


def make_arrays():
    import joblib

    value = arrays()
    for protocol in [0, 2, 4, 5]:
        with open(path("arrays_p%d.pkl" % protocol), "wb") as file:
            pickle.dump(value, file, protocol=protocol)
    joblib.dump(value, path("arrays.joblib"))
    for compressor in ["zlib", "gzip", "bz2", "lzma", "xz", "lz4"]:
        joblib.dump(value, path("arrays_%s.joblib" % compressor), compress=(compressor, 3))


def make_seeds(folder):
    """Small files for the fuzzer, one thing each."""
    import joblib

    value = arrays()
    for key in ["f8", "f_order", "turned", "text", "objects", "records", "days", "scalars", "matrix"]:
        for protocol in [2, 5]:
            with open(os.path.join(folder, "%s_p%d.pkl" % (key, protocol)), "wb") as file:
                pickle.dump(value[key], file, protocol=protocol)
        joblib.dump({"a": value[key]}, os.path.join(folder, "%s.joblib" % key))
    for compressor in ["zlib", "gzip", "bz2", "lzma", "xz", "lz4"]:
        joblib.dump(value["f_order"], os.path.join(folder, "f_order_%s.joblib" % compressor), compress=(compressor, 3))


def make_legacy():
    """Run with Python 2.7 (no numpy needed), then with numpy and a joblib before 1.2."""
    if sys.version_info[0] == 2:
        import cPickle

        old_style = types.ClassType("OldStyle", (), {"__module__": "boxes"})
        boxes.OldStyle = old_style
        thing = old_style()
        thing.size = 3
        value = {
            "str": "plain",
            "bytes": "\x80\xff\n'",
            "unicode": u"na\u00efve \U0001d11e",
            "long": long(5),
            "box": Box(weight=1.5),
            "old_style": thing,
            "range": range(3),
        }
        for protocol in range(3):
            with open(path("python2_p%d.pkl" % protocol), "wb") as file:
                cPickle.dump(value, file, protocol)
    else:
        import joblib

        value = arrays()
        joblib.dump(value, path("arrays_joblib_%s.joblib" % joblib.__version__.replace(".", "_")))


if __name__ == "__main__":
    if sys.argv[1:] == ["legacy"]:
        make_legacy()
    elif sys.argv[1:2] == ["seeds"]:
        make_seeds(sys.argv[2])
    else:
        make_plain()
        make_graphs()
        make_large_frames()
        make_arrays()
