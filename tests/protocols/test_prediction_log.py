"""The prediction log as files that other tools read."""
import json
import subprocess
import time
import urllib.request

import joblib
import numpy as np
import pandas as pd
import pyarrow.feather
import pyarrow.parquet
import pytest

from conftest import SCOREWAY, run
from models import FRAME, MIXED

COUNT = 25


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    """Has predictions of the first rows, of which the last two have labels."""
    folder = tmp_path_factory.mktemp("log")
    registry, address = folder / "registry.db", folder / "address"
    joblib.dump(MIXED, folder / "model.joblib")
    run("push", "mixed", folder / "model.joblib", "--registry", registry)
    process = subprocess.Popen([SCOREWAY, "serve", "--port", "0", "--address-file", address, "--registry", registry, "--log-predictions"],
                               stderr=subprocess.DEVNULL)
    try:
        while not address.exists() or not address.read_text().strip():
            assert process.poll() is None
            time.sleep(0.01)

        def rows(begin, end):
            return {"rows": FRAME[begin:end].astype(object).where(FRAME[begin:end].notna(), None).to_dict("records")}

        def post(path, data):
            place = f"http://{address.read_text().split()[0]}/v1/models/mixed{path}"
            request = urllib.request.Request(place, json.dumps(data).encode(), {"Content-Type": "application/json"})
            return json.load(urllib.request.urlopen(request, timeout=30))
        post(":predict", rows(0, COUNT - 2))
        one = post(":predict", rows(COUNT - 2, COUNT))["prediction_id"]
        post("/labels", {"labels": [{"prediction_id": one, "row": 1, "label": 1.5}, {"prediction_id": one, "row": 2, "label": 2}]})
    finally:
        process.terminate()
        assert process.wait(30) == 0
    return registry


@pytest.mark.parametrize("ending, read", [("parquet", pd.read_parquet), ("arrow", pyarrow.feather.read_feather), ("csv", pd.read_csv),
                                          ("jsonl", lambda path: pd.read_json(path, lines=True))])
def test_what_was_asked_and_answered_is_in_the_file(registry, tmp_path, ending, read):
    path = tmp_path / f"log.{ending}"
    run("log", "mixed", "-o", path, "--labels", "joined", "--registry", registry)
    table = read(path)
    frame = FRAME[:COUNT]
    np.testing.assert_array_equal(table["input.age"], frame.age)
    np.testing.assert_array_equal(table["input.income"], frame.income)
    assert table["input.city"].tolist() == frame.city.tolist()
    assert table["output.predict"].tolist() == MIXED.predict(frame).tolist()
    np.testing.assert_allclose(table["output.proba_yes"], MIXED.predict_proba(frame)[:, 1], rtol=1e-12)
    assert table.label[:-2].isna().all() and table.label[-2:].tolist() == [1.5, 2]
    assert table.row.tolist() == [*range(1, COUNT - 1), 1, 2]


# The first rows have no label: what type labels have is known from others.
@pytest.mark.parametrize("arguments, label_type", [(["-n", "10", "--labels", "joined"], "double"), (["--labels", "only"], "double"), ([], None)])
def test_columns_have_their_types_whatever_rows_are_asked_for(registry, tmp_path, arguments, label_type):
    run("log", "mixed", "-o", tmp_path / "log.parquet", *arguments, "--registry", registry)
    schema = pyarrow.parquet.read_schema(tmp_path / "log.parquet")
    assert ("label" in schema.names) == (label_type is not None)
    if label_type:
        assert str(schema.field("label").type) == label_type
    assert str(schema.field("input.age").type) == "double" and str(schema.field("row").type) == "int64"


def test_where_nothing_was_asked_the_file_has_columns_and_no_rows(registry, tmp_path):
    run("log", "mixed", "-o", tmp_path / "log.parquet", "--key", "nobody", "--registry", registry)
    assert len(pd.read_parquet(tmp_path / "log.parquet")) == 0
