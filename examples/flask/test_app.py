"""The example by Flask's own test client, beside scikit-learn's answers."""
import csv
import json
import pathlib

import pytest
from app import create_app

WINE = pathlib.Path(__file__).resolve().parents[1] / "wine"


@pytest.fixture(scope="module")
def client():
    return create_app(TESTING=True).test_client()


def test_rows_get_the_librarys_answers(client):
    rows = [json.loads(line) for line in (WINE / "rows.jsonl").read_text().splitlines()]
    answer = client.post("/models/wine/predict", json={"rows": rows})
    assert answer.status_code == 200
    with open(WINE / "expected.csv", newline="") as file:
        expected = list(csv.DictReader(file))
    assert [row["predict"] for row in answer.json["rows"]] == [row["predict"] for row in expected]
    assert [row["proba_barolo"] for row in answer.json["rows"]] == pytest.approx([float(row["proba_barolo"]) for row in expected], rel=1e-12)


def test_a_view_of_ones_own(client):
    assert client.get("/grape?alcohol=13.41&magnesium=90&flavanoids=2.68&hue=0.91&proline=1035&colour=ruby").json == {"grape": "barolo"}
    assert client.get("/grape?smell=1").status_code == 422
