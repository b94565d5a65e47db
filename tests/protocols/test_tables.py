"""Rows as tables: the request forms of MLflow's scoring server, as pandas writes them, and Arrow streams by pyarrow."""
import io
import json

import numpy
import pyarrow
import pytest
import requests

from models import FOREST, FRAME, MATRIX, MIXED

ARROW = "application/vnd.apache.arrow.stream"
EXPECTED = list(MIXED.predict(FRAME))


def arrow_stream(table, batch_rows=None):
    sink = io.BytesIO()
    with pyarrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=batch_rows)
    return sink.getvalue()


@pytest.mark.parametrize("path", ["/invocations", "/v1/models/mixed/invocations",
                                  "/v1/models/mixed@champion/invocations",
                                  "/v1/models/mixed/versions/1/invocations"])
def test_dataframe_split(url, path):
    body = '{"dataframe_split":' + FRAME.to_json(orient="split") + "}"
    response = requests.post(url + path, data=body, headers={"content-type": "application/json"})
    assert response.status_code == 200, response.text
    answer = response.json()
    assert answer["predictions"] == EXPECTED
    assert answer["model"] == "mixed" and answer["version"] == 1 and answer["prediction_id"]


def forms():
    records = json.loads(FRAME.to_json(orient="records"))
    columns = {name: [row[name] for row in records] for name in FRAME.columns}
    rows = [list(row.values()) for row in records]
    return {"dataframe_records": records, "instances": records}, {"inputs": columns}, {"inputs": rows}, {"instances": rows}


@pytest.mark.parametrize("body", [
    {"dataframe_records": forms()[0]["dataframe_records"]}, {"instances": forms()[0]["instances"]}, *forms()[1:]],
    ids=["records", "instances of records", "inputs of columns", "inputs of rows", "instances of rows"])
def test_other_forms(url, body):
    response = requests.post(url + "/invocations", json=body)
    assert response.status_code == 200, response.text
    assert response.json()["predictions"] == EXPECTED


def test_csv(url):
    response = requests.post(url + "/invocations", data=FRAME.to_csv(index=False).encode(),
                             headers={"content-type": "text/csv"})
    assert response.json()["predictions"] == EXPECTED


def test_outputs_asked_for_are_rows(url):
    response = requests.post(url + "/v1/models/forest/invocations?outputs=proba_1",
                             json={"instances": MATRIX.tolist()})
    numpy.testing.assert_allclose([row["proba_1"] for row in response.json()["predictions"]],
                                  FOREST.predict_proba(MATRIX)[:, 1], rtol=1e-12)


def test_what_is_wrong_is_told(url):
    for body, status in [({"dataframe_split": {"columns": ["aeg"], "data": [[1]]}}, 400), ({"rows": []}, 400),
                         ({"instances": [], "params": {"x": 1}}, 422)]:
        response = requests.post(url + "/invocations", json=body)
        assert response.status_code == status, response.text
        assert response.headers["content-type"] == "application/problem+json"
    assert requests.get(url + "/ping").status_code == 200


@pytest.mark.parametrize("batch_rows", [None, 7])
def test_arrow_in_and_out(url, batch_rows):
    table = pyarrow.Table.from_pandas(FRAME, preserve_index=False)
    response = requests.post(url + "/v1/models/mixed:predict", data=arrow_stream(table, batch_rows),
                             headers={"content-type": ARROW})
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == ARROW
    assert response.headers["x-scoreway-model"] == "mixed" and response.headers["x-scoreway-prediction-id"]
    answers = pyarrow.ipc.open_stream(response.content).read_all().to_pandas()
    assert list(answers["predict"]) == EXPECTED
    expected = MIXED.predict_proba(FRAME)
    for column, label in enumerate(MIXED.classes_):
        numpy.testing.assert_allclose(answers[f"proba_{label}"], expected[:, column], rtol=1e-12)


def test_arrow_with_json_and_csv(url):
    table = pyarrow.Table.from_pandas(FRAME, preserve_index=False)
    response = requests.post(url + "/v1/models/mixed:predict?outputs=predict", data=arrow_stream(table),
                             headers={"content-type": ARROW, "accept": "application/json"})
    assert [row["predict"] for row in response.json()["rows"]] == EXPECTED
    response = requests.post(url + "/v1/models/mixed:predict?outputs=predict", data=FRAME.to_csv(index=False).encode(),
                             headers={"content-type": "text/csv", "accept": ARROW})
    answers = pyarrow.ipc.open_stream(response.content).read_all()
    assert answers.column_names == ["predict"] and answers["predict"].to_pylist() == EXPECTED


def test_arrow_that_does_not_fit(url):
    stream = arrow_stream(pyarrow.table({"age": ["old"], "income": [1.0], "city": ["Oslo"]}))
    for body in [stream, stream[:-40], b"no stream at all"]:
        response = requests.post(url + "/v1/models/mixed:predict", data=body, headers={"content-type": ARROW})
        assert response.status_code == 400, response.text


def test_the_callers_own_timeout(url):
    body = {"instances": MATRIX[:1].tolist()}
    for text, status in [("5000", 200), ("0", 400), ("soon", 400)]:
        response = requests.post(url + "/v1/models/forest/invocations", json=body,
                                 headers={"x-request-timeout-ms": text})
        assert response.status_code == status, response.text
