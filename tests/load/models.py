"""Models for the load tests, written by the formats' own rules, so that their answers are known without a library."""
import array
import random
import struct
import sys

FEATURES = 4


def linear(intercept):
    """PMML: y = intercept + 2 x."""
    return f"""<?xml version="1.0"?>
<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4">
 <Header/>
 <DataDictionary>
  <DataField name="x" optype="continuous" dataType="double"/>
  <DataField name="y" optype="continuous" dataType="double"/>
 </DataDictionary>
 <RegressionModel functionName="regression">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <RegressionTable intercept="{intercept}"><NumericPredictor name="x" coefficient="2"/></RegressionTable>
 </RegressionModel>
</PMML>
""".encode()


def forest(trees, depth, seed):
    """XGBoost's UBJSON: full trees over FEATURES numbers with random thresholds and leaves."""
    draw = random.Random(seed)
    nodes = 2 ** (depth + 1) - 1
    inner = 2**depth - 1
    left = _numbers("l", "i", (2 * i + 1 if i < inner else -1 for i in range(nodes)))
    right = _numbers("l", "i", (2 * i + 2 if i < inner else -1 for i in range(nodes)))
    fixed = [("default_left", b"[$U#L" + struct.pack(">q", nodes) + bytes(nodes)),
             ("left_children", left), ("right_children", right),
             ("tree_param", _object(("num_nodes", _text(str(nodes))), ("size_leaf_vector", _text("1"))))]
    # Random draws are what takes long: each tree rotates the same ones.
    thresholds = array.array("f", (draw.random() for _ in range(inner)))
    leaves = array.array("f", (draw.random() / trees for _ in range(nodes - inner)))
    features = array.array("i", (draw.randrange(FEATURES) for _ in range(inner))) + array.array("i", [0] * (nodes - inner))
    written = []
    for _ in range(trees):
        turn = draw.randrange(inner)
        conditions = thresholds[turn:] + thresholds[:turn] + leaves[turn:] + leaves[:turn]
        written.append(_object(*fixed, ("split_indices", _typed("l", features)), ("split_conditions", _typed("d", conditions))))
    model = _object(("gbtree_model_param", _object(("num_parallel_tree", _text("1")), ("num_trees", _text(str(trees))))),
                    ("tree_info", _numbers("l", "i", [0] * trees)), ("trees", b"[" + b"".join(written) + b"]"))
    learner = _object(
        ("attributes", b"{}"), ("feature_names", b"[]"), ("feature_types", b"[]"),
        ("gradient_booster", _object(("model", model), ("name", _text("gbtree")))),
        ("learner_model_param",
         _object(("base_score", _text("0")), ("num_class", _text("0")), ("num_feature", _text(str(FEATURES))))),
        ("objective", _object(("name", _text("reg:squarederror")))))
    return _object(("learner", learner), ("version", _numbers("l", "i", [2, 0, 0])))


def forest_rows(count):
    draw = random.Random(7)
    rows = ",".join("[" + ",".join(f"{draw.random():.4f}" for _ in range(FEATURES)) + "]" for _ in range(count))
    return ('{"inputs":[{"name":"rows","shape":[%d,%d],"datatype":"FP64","data":[%s]}]}' % (count, FEATURES, rows)).encode()


def _text(text):
    return b"SL" + struct.pack(">q", len(text)) + text.encode()


def _object(*members):
    return b"{" + b"".join(_text(key)[1:] + value for key, value in members) + b"}"


def _typed(marker, numbers):
    if sys.byteorder == "little":
        numbers = array.array(numbers.typecode, numbers)
        numbers.byteswap()
    return b"[$" + marker.encode() + b"#L" + struct.pack(">q", len(numbers)) + numbers.tobytes()


def _numbers(marker, typecode, numbers):
    return _typed(marker, array.array(typecode, numbers))
