"""What is pushed answers as the library does, and comes back."""
import json
import pickle
import zipfile

import lightgbm
import numpy
import onnx
import pandas
import polars
import pytest
import sklearn
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import scoreway


def assert_equal(version, columns):
    """The parity report says that the server's answers are the library's, in these columns at least."""
    report = version.parity
    assert report is not None and report["passed"] and report["cells_differing"] == 0, report
    assert set(columns) <= set(report["columns"]), report["columns"]
    assert report["rows"] == 200


def test_a_pipeline_with_its_metadata(client, name, wine):
    frame, kinds = wine
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.5, max_iter=500)).fit(frame, kinds)
    version = client.push(model, name, sample=frame, metrics={"auc": numpy.float64(0.93)}, params={"folds": 5}, tags={"team": "risk"},
                          alias="champion", description="first", training_data="wine.csv", require_parity=True)
    assert_equal(version, ["predict", "proba_barolo"])
    assert (version.name, version.number, version.format) == (name, 1, "sklearn-pickle")
    assert version.metrics == {"auc": 0.93}
    assert version.parameters["logisticregression__C"] == "0.5" and version.parameters["folds"] == "5"
    assert version.tags["team"] == "risk" and version.tags["scikit-learn"] == sklearn.__version__
    assert version.tags["features"] == "alcohol (%),malic_acid,hue" and "python" in version.tags
    assert version.info["source_library_version"] == sklearn.__version__
    assert client.version(name).number == client.version(f"{name}@champion").number == 1
    assert [found.number for found in client.search(f"name = '{name}' and metrics.auc > 0.9")] == [1]

    answers = client.predict(name, frame)
    assert isinstance(answers, pandas.DataFrame) and list(answers.index) == list(frame.index)
    assert list(answers["predict"]) == list(model.predict(frame))
    numpy.testing.assert_allclose(answers["proba_barolo"], model.predict_proba(frame)[:, 1], rtol=1e-12)


def test_texts_and_missing_cells(client, name, wine):
    frame, kinds = wine
    mixed = frame.assign(colour=["red", "white", None] * 100, year=[2001, 2002, 2003] * 100)
    columns = ColumnTransformer([("text", OneHotEncoder(handle_unknown="ignore"), ["colour"])], remainder="passthrough")
    model = make_pipeline(columns, RandomForestClassifier(20, random_state=1)).fit(mixed, kinds)
    assert_equal(client.push(model, name, sample=mixed, require_parity=True), ["predict"])


@pytest.mark.parametrize("form", ["polars", "dict", "rows", "numpy"])
def test_a_sample_may_have_any_form(client, name, wine, form):
    frame, kinds = wine
    model = LogisticRegression(max_iter=500).fit(frame, kinds)
    sample = {"polars": polars.from_pandas(frame), "dict": frame.to_dict("list"), "rows": frame.to_dict("records"),
              "numpy": frame.to_numpy()}[form]
    assert_equal(client.push(model, name, sample=sample, require_parity=True), ["predict"])
    answers = client.predict(name, sample)
    predicted = answers["predict"].to_list() if form == "polars" else [row["predict"] for row in answers]
    assert predicted == list(model.predict(frame))


def test_a_model_without_names_of_columns(client, name, wine):
    frame, _ = wine
    model = LinearRegression().fit(frame.to_numpy(), frame.to_numpy()[:, :2])
    assert_equal(client.push(model, name, sample=frame, require_parity=True), ["predict_0", "predict_1"])
    with pytest.raises(ValueError, match="takes 3 columns without names, and the sample has 4"):
        client.push(model, name, sample=frame.assign(more=1))


def test_a_column_that_the_sample_lacks_is_named(client, name, wine):
    frame, kinds = wine
    model = LogisticRegression(max_iter=500).fit(frame, kinds)
    with pytest.raises(ValueError, match="hue"):
        client.push(model, name, sample=frame.drop(columns="hue"))
    assert list(client.models()) == [model for model in client.models() if model["name"] != name]


def test_xgboost(client, name, wine):
    frame, kinds = wine
    codes = kinds.astype("category").cat.codes
    estimator = xgboost.XGBClassifier(n_estimators=10, max_depth=3).fit(frame, codes)
    version = client.push(estimator, name, sample=frame, require_parity=True)
    assert_equal(version, ["predict", "proba_0"])
    assert version.parameters["max_depth"] == "3" and version.tags["xgboost"] == xgboost.__version__

    booster = estimator.get_booster()
    version = client.push(booster, name, sample=frame, require_parity=True)
    assert_equal(version, ["prediction_0", "margin_2"])
    back = client.pull(f"{name}/2")
    assert isinstance(back, xgboost.Booster)
    matrix = xgboost.DMatrix(frame)
    assert (back.predict(matrix) == booster.predict(matrix)).all()


def test_lightgbm(client, name, wine):
    frame, kinds = wine
    estimator = lightgbm.LGBMClassifier(n_estimators=10, verbose=-1).fit(frame, kinds)
    version = client.push(estimator, name, sample=frame, require_parity=True)
    assert_equal(version, ["predict", "proba_barolo"])
    assert "alcohol_(%)" in version.inputs

    version = client.push(estimator.booster_, name, sample=frame, require_parity=True)
    assert_equal(version, ["prediction_0", "margin_0"])
    back = client.pull(f"{name}/2")
    assert isinstance(back, lightgbm.Booster)
    assert (back.predict(frame) == estimator.booster_.predict(frame)).all()


def test_onnx(client, name):
    # y = x W + b, written by hand.
    weights = onnx.numpy_helper.from_array(numpy.array([[1.5], [-2.0]], numpy.float32), "W")
    bias = onnx.numpy_helper.from_array(numpy.array([0.25], numpy.float32), "b")
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "W"], ["h"]), onnx.helper.make_node("Add", ["h", "b"], ["y"])], "line",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [None, 2])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [None, 1])], [weights, bias])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)])
    model.ir_version = 8
    sample = numpy.array([[1, 2], [3, 4]], numpy.float32)
    version = client.push(model, name, sample=sample, answers={"y": [-2.25, -3.25]}, require_parity=True)
    assert version.parity["passed"] and version.parity["rows"] == 2
    assert client.pull(name) == model.SerializeToString()
    assert client.predict(name, sample) == [{"y": -2.25}, {"y": -3.25}]


def test_a_file_and_bytes_and_given_answers(client, name, wine, tmp_path):
    frame, kinds = wine
    model = LogisticRegression(max_iter=500).fit(frame, kinds)
    content = pickle.dumps(model)
    path = tmp_path / "model.pkl"
    path.write_bytes(content)
    assert client.push(path, name).parity is None
    assert client.push(content, name, sample=frame, answers={"predict": model.predict(frame)}).parity["passed"]
    with pytest.raises(ValueError, match="answers"):
        client.push(content, name, sample=frame)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        client.push(tmp_path / "nowhere", name)


def test_pull_gives_bytes_a_file_or_the_object_when_trusted(client, name, wine, tmp_path):
    frame, kinds = wine
    model = LogisticRegression(max_iter=500).fit(frame, kinds)
    version = client.push(model, name)
    content = client.pull(name)
    assert isinstance(content, bytes)
    path = client.pull(f"{name}/1", str(tmp_path / "model.pkl"))
    assert (tmp_path / "model.pkl").read_bytes() == content and path == str(tmp_path / "model.pkl")
    back = version.pull(trust=True)
    assert (back.predict(frame) == model.predict(frame)).all()


def test_a_folder_is_packed_the_same_each_time(client, name, tmp_path):
    from scoreway.packed import zip_folder

    saved = tmp_path / "saved"
    (saved / "metadata").mkdir(parents=True)
    (saved / "metadata" / "part-00000").write_text("{}")
    (saved / "metadata" / "_SUCCESS").write_text("")
    (saved / "metadata" / ".part-00000.crc").write_text("x")
    zip_folder(str(saved), str(tmp_path / "a.zip"))
    zip_folder(str(saved), str(tmp_path / "b.zip"))
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert zipfile.ZipFile(tmp_path / "a.zip").namelist() == ["metadata/part-00000"]


def test_answers_that_differ_are_refused_when_parity_is_required(client, name, wine):
    frame, kinds = wine
    model = LogisticRegression(max_iter=500).fit(frame, kinds)
    wrong = list(model.predict(frame))
    wrong[2] = "chianti"
    with pytest.raises(scoreway.InvalidArgument, match="row 3, column 'predict'.*'chianti' is expected"):
        client.push(pickle.dumps(model), name, sample=frame, answers={"predict": wrong}, require_parity=True)
    with pytest.raises(scoreway.NotFound):
        client.version(name)
    version = client.push(pickle.dumps(model), name, sample=frame, answers={"predict": wrong})
    assert version.parity["label_flips"] == 1 and not version.parity["passed"]


class Unheard:
    def predict(self, rows):
        return rows


def test_errors_carry_the_servers_words(client, name, server_url):
    with pytest.raises(scoreway.NotFound) as caught:
        client.version("nosuch/3")
    assert caught.value.code == "NOT_FOUND" and caught.value.status == 404 and "nosuch" in str(caught.value)
    with pytest.raises(scoreway.Unsupported, match="Unheard"):
        client.push(pickle.dumps(Unheard()), name)
    with pytest.raises(scoreway.InvalidArgument):
        client.push(b"no model", name)
    with pytest.raises(scoreway.PermissionDenied):
        client.push(b"cos\nsystem\n(S'true'\ntR.", name)
    with pytest.raises(TypeError, match="Unheard"):
        client.push(Unheard(), name)
    with pytest.raises(scoreway.Unavailable, match="cannot reach"):
        scoreway.Client("http://127.0.0.1:9", retries=0).version("wine")
    with pytest.raises(ValueError):
        scoreway.Client("ftp://server")


def test_many_rows_and_wrong_rows(client, name, wine):
    frame, kinds = wine
    model = LogisticRegression(max_iter=500).fit(frame, kinds)
    client.push(model, name)
    many = pandas.concat([frame] * 40, ignore_index=True)
    assert list(client.predict(name, many)["predict"]) == list(model.predict(many))
    with pytest.raises(scoreway.InvalidArgument, match="hue"):
        client.predict(name, frame.drop(columns="hue"))
    assert list(client.predict(name, frame[:2], outputs=["predict"]).columns) == ["predict"]


def test_aliases_and_deleting(client, name, wine):
    frame, kinds = wine
    model = LogisticRegression(max_iter=500).fit(frame, kinds)
    versions = [client.push(model, name, alias=["champion", "blue"]) for _ in range(2)]
    versions[0].set_alias("blue", why="safer")
    assert client.version(f"{name}@blue").number == 1 and client.version(name).number == 2
    with pytest.raises(scoreway.Conflict):
        versions[0].delete()
    versions[0].delete(force=True)
    assert [version.number for version in client.versions(name)] == [2]


def test_the_functions_of_the_module(server_url, name, wine, monkeypatch):
    frame, kinds = wine
    monkeypatch.setenv("SCOREWAY_URL", server_url)
    model = LogisticRegression(max_iter=500).fit(frame, kinds)
    assert scoreway.push(model, name, sample=frame).parity["passed"]
    assert scoreway.pull(name, trust=True).classes_.tolist() == model.classes_.tolist()
    assert scoreway.predict(name, frame[:3], server=server_url).shape[0] == 3
    scoreway.connect(server_url)
    assert scoreway.push(model, name).number == 2


def test_a_key_is_sent_and_a_push_is_sent_again_when_the_server_is_busy(name):
    import http.server
    import threading

    seen = []

    class Busy(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append((self.headers["Authorization"], self.headers["Idempotency-Key"], len(self.rfile.read(int(self.headers["Content-Length"])))))
            body = b'{"detail":"busy","code":"UNAVAILABLE"}' if len(seen) == 1 else json.dumps({"name": name, "version": 1}).encode()
            self.send_response(503 if len(seen) == 1 else 201)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Busy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        version = scoreway.Client(f"http://127.0.0.1:{server.server_port}", "secret").push(b"bytes", name)
    finally:
        server.shutdown()
        server.server_close()
    assert version.number == 1 and len(seen) == 2
    assert seen[0] == seen[1] and seen[0][0] == "Bearer secret" and seen[0][1]


def test_a_feature_map_beside_a_model_of_xgboost_goes_along(client, name, wine, tmp_path):
    frame, _ = wine
    matrix = xgboost.DMatrix(frame.to_numpy(), label=frame["hue"].to_numpy())
    booster = xgboost.train({"max_depth": 3}, matrix, 5)
    booster.save_model(tmp_path / "model.json")
    (tmp_path / "model.fmap").write_text("0 strength q\n1 malic_acid q\n2 hue q\n")
    version = client.push(str(tmp_path / "model.json"), name)
    assert version.inputs == ["strength", "malic_acid", "hue"]
    answers = client.predict(name, frame.rename(columns={"alcohol (%)": "strength"}))
    numpy.testing.assert_allclose(answers["_target"], booster.predict(matrix), rtol=1e-6)
