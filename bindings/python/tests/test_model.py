"""The engine in this process, beside the libraries that trained the models; against an installed wheel."""
import pickle
import sys
import threading

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scoreway
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


@pytest.fixture(scope="module")
def frame():
    random = np.random.default_rng(3)
    table = pd.DataFrame({"age": random.integers(18, 90, 500), "income": random.normal(3e4, 1e4, 500), "member": random.random(500) < 0.5,
                          "city": random.choice(["Oslo", "Rome", "Zürich"], 500)})
    table.loc[random.random(500) < 0.1, "income"] = np.nan
    return table


@pytest.fixture(scope="module")
def target(frame):
    return np.where(frame["age"] + (frame["city"] == "Oslo") * 20 > 60, "high", "low")


@pytest.fixture(scope="module")
def pipeline(frame, target):
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    columns = ColumnTransformer([("numbers", numbers, ["age", "income", "member"]), ("city", OneHotEncoder(handle_unknown="ignore"), ["city"])])
    return make_pipeline(columns, RandomForestClassifier(20, max_depth=5, random_state=0)).fit(frame, target)


@pytest.fixture(scope="module")
def model(pipeline):
    return scoreway.load(pickle.dumps(pipeline))


def forms(frame):
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {"pandas": frame, "polars": pl.from_pandas(frame), "polars lazy": pl.from_pandas(frame).lazy(),
            "pyarrow": pa.Table.from_pandas(frame, preserve_index=False), "records": records,
            "pyarrow batch": pa.RecordBatch.from_pandas(frame, preserve_index=False),
            "chunks": pa.concat_tables([pa.Table.from_pandas(part, preserve_index=False) for part in (frame[:200], frame[200:])]),
            "categories": frame.assign(city=frame["city"].astype("category")),
            "nullable": frame.convert_dtypes(), "objects": frame.astype(object),
            "shuffled columns": frame[["city", "member", "income", "age"]].assign(unused=1)}


@pytest.mark.parametrize("form", ["pandas", "polars", "polars lazy", "pyarrow", "records", "pyarrow batch", "chunks", "categories", "nullable",
                                  "objects", "shuffled columns"])
def test_every_form_of_rows_gives_the_librarys_answers(frame, pipeline, model, form):
    rows = forms(frame)[form]
    assert list(model.predict(rows)) == list(pipeline.predict(frame))
    np.testing.assert_allclose(model.predict_proba(rows), pipeline.predict_proba(frame), rtol=1e-12, atol=0)
    assert model.classes == list(pipeline.classes_)


def test_one_row(frame, pipeline, model):
    row = {"age": 41, "income": None, "member": True, "city": "Oslo"}
    expected = pd.DataFrame([{**row, "income": np.nan}])
    assert model.predict(row) == pipeline.predict(expected)[0]
    np.testing.assert_allclose(model.predict_proba(row), pipeline.predict_proba(expected)[0], rtol=1e-12)
    answer = model.answer(row)
    assert answer["predict"] == pipeline.predict(expected)[0]
    assert set(answer) == {output.name for output in model.signature.outputs}
    numpy_row = {"age": np.int32(41), "income": np.float32("nan"), "member": np.True_, "city": np.str_("Oslo")}
    assert model.answer(numpy_row) == answer


def test_answers_come_in_the_form_of_the_rows(frame, model):
    answer = model.answer(frame.set_index(frame.index + 7))
    assert isinstance(answer, pd.DataFrame) and list(answer.index[:2]) == [7, 8] and "proba_high" in answer
    assert isinstance(model.answer(pl.from_pandas(frame)), pl.DataFrame)
    assert isinstance(model.answer(pa.Table.from_pandas(frame)), pa.Table)
    assert model.answer(pl.from_pandas(frame))["predict"].to_list() == list(answer["predict"])


def test_arrays_go_by_position():
    X = np.random.default_rng(0).normal(size=(50, 3))
    library = LinearRegression().fit(X, X @ [1, 2, 3])
    model = scoreway.load(pickle.dumps(library))
    for rows in (X, np.asfortranarray(X), X.tolist(), X[::-1][::-1], X.astype("float32")):
        np.testing.assert_allclose(model.predict(rows), library.predict(np.asarray(rows)), rtol=1e-5 if getattr(rows, "dtype", "") == "float32" else 1e-12)
    with pytest.raises(ValueError, match="X has 2 features, but the model is expecting 3 features"):
        model.predict(X[:, :2])
    with pytest.raises(ValueError, match="Reshape your data"):
        model.predict(X[0])
    assert model.predict(X[:0]).shape == (0,)


def test_numbers_are_read_and_given_without_copies(model):
    library = LinearRegression().fit(pd.DataFrame({"a": [0.0, 1.0], "b": [1.0, 3.0]}), [1.0, 2.0])
    linear = scoreway.load(pickle.dumps(library))
    answer = linear.predict(pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]}))
    assert not answer.flags.owndata and not answer.flags.writeable


def test_transformers():
    X = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [3.0, 4.0, 9.0]})
    scaler = StandardScaler().fit(X)
    model = scoreway.load(pickle.dumps(scaler))
    np.testing.assert_allclose(model.transform(X), scaler.transform(X), rtol=1e-12)
    assert model.transform({"a": 1.0, "b": 3.0}) == pytest.approx(list(scaler.transform(X)[0]), rel=1e-12)
    with pytest.raises(AttributeError, match="gives no probabilities; its outputs are"):
        model.predict_proba(X)


def test_errors_say_what_and_where(frame, model):
    with pytest.raises(scoreway.InvalidArgument, match="unknown column 'town'"):
        model.predict({"age": 1, "income": 2.0, "member": False, "town": "Oslo"})
    with pytest.raises(scoreway.InvalidArgument, match="column 'age': 'old' is a text"):
        model.predict({"age": "old", "income": 2.0, "member": False, "city": "Oslo"})
    with pytest.raises(scoreway.InvalidArgument, match="column 'city' is missing from the table, which has 'City'"):
        model.predict(frame.rename(columns={"city": "City"}))
    with pytest.raises(scoreway.InvalidArgument):
        scoreway.load(b"not a model")
    with pytest.raises(scoreway.NotFound):
        scoreway.load("./missing.pkl")
    with pytest.raises(scoreway.PermissionDenied):
        scoreway.load(b"\x80\x04\x95\x1f\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x04true\x94\x85\x94R\x94.")


def test_missing_cells_without_a_rule_are_errors():
    model = scoreway.load(pickle.dumps(LinearRegression().fit(pd.DataFrame({"a": [0.0, 1.0]}), [0.0, 1.0])))
    for row in ({}, {"a": None}, {"a": float("nan")}, {"a": pd.NA}):
        with pytest.raises(scoreway.InvalidArgument, match="'a'"):
            model.predict(row)
    with pytest.raises(scoreway.InvalidArgument, match="row 2, column 'a': missing value"):
        model.predict(pd.DataFrame({"a": [1.0, np.nan]}))
    assert model.predict({"a": 1.0}) == pytest.approx(1.0)


def test_pickles_and_saves(tmp_path, frame, model):
    again = pickle.loads(pickle.dumps(model))
    assert (again.predict_proba(frame) == model.predict_proba(frame)).all()
    model.save(tmp_path / "model.scoreway")
    assert (scoreway.load(tmp_path / "model.scoreway").predict(frame) == model.predict(frame)).all()
    chosen = scoreway.load(tmp_path / "model.scoreway", outputs=["proba_low"])
    assert list(pickle.loads(pickle.dumps(chosen)).answer(frame)) == ["proba_low"]


def test_is_shared_by_threads(frame, model):
    expected = model.predict_proba(frame)
    wrong = []

    def score():
        for _ in range(20):
            if not (model.predict_proba(frame) == expected).all() or model.predict({"age": 1, "income": 1.0, "member": True, "city": "Rome"}) != "low":
                wrong.append(1)

    threads = [threading.Thread(target=score) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_objects_are_given_back():
    model = scoreway.load(pickle.dumps(LinearRegression().fit(pd.DataFrame({"a": [0.0, 1.0]}), [0.0, 1.0])))
    row, frame = {"a": 0.5}, pd.DataFrame({"a": [0.5]})
    counts = [sys.getrefcount(x) for x in (row, frame, model._engine, None)]
    for _ in range(1000):
        model.predict(row)
        model.answer(row)
        model.predict(frame)
    for before, after in zip(counts, [sys.getrefcount(x) for x in (row, frame, model._engine, None)]):
        assert abs(after - before) < 100


def test_signature(model):
    city = next(field for field in model.signature.inputs if field.name == "city")
    assert city.type == "string" and "Oslo" in city.categories
    assert model.library == "scikit-learn" and model.n_features_in_ == 4 and model.bytes > 1000
