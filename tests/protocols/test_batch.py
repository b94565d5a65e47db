"""scoreway batch: every format in and out against pyarrow and scikit-learn, rows set aside, and runs that are killed."""
import csv
import json
import os
import pickle
import signal
import subprocess
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet as pq
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

SCOREWAY = os.environ["SCOREWAY"]
INPUTS = ["age", "income", "region"]
ROWS = 30_000


def make_table(rows):
    random = np.random.default_rng(5)
    table = pd.DataFrame({"id": np.arange(rows), "age": random.integers(18, 90, rows).astype(float),
                          "income": np.round(np.exp(random.normal(10, 1, rows)), 2),
                          "region": pd.Series(random.choice(["north", "so,uth", 'ea"st', "we\nst"], rows), dtype=object),
                          "member": random.random(rows) < 0.5})
    table.loc[random.random(rows) < 0.1, "income"] = np.nan
    table.loc[random.random(rows) < 0.1, "region"] = None
    return table


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A model, its table in all formats, and scikit-learn's answers."""
    folder = tmp_path_factory.mktemp("batch")
    table = make_table(ROWS)
    model = Pipeline([("columns", ColumnTransformer([
        ("numbers", Pipeline([("impute", SimpleImputer()), ("scale", StandardScaler())]), ["age", "income"]),
        ("texts", Pipeline([("impute", SimpleImputer(strategy="constant", fill_value="none", missing_values=None)),
                            ("encode", OneHotEncoder(handle_unknown="ignore"))]), ["region"])])),
        ("classify", LogisticRegression())]).fit(table[INPUTS], table.age > 50)
    (folder / "model.pkl").write_bytes(pickle.dumps(model))
    np.save(folder / "expected.npy", model.predict_proba(table[INPUTS])[:, 1])
    table.to_csv(folder / "rows.csv", index=False)
    table.to_json(folder / "rows.jsonl", orient="records", lines=True)
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    pq.write_table(arrow, folder / "rows.parquet", row_group_size=7000)
    with pa.ipc.new_file(folder / "rows.arrow", arrow.schema) as file:
        file.write_table(arrow, max_chunksize=4000)
    with pa.ipc.new_stream(folder / "rows.arrows", arrow.schema) as stream:
        stream.write_table(arrow, max_chunksize=4000)
    return folder


def batch(folder, *arguments, status=0):
    done = subprocess.run([SCOREWAY, "batch", folder / "model.pkl", *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode == status, done.stderr
    return done


def read(path):
    if path.suffix == ".csv":
        return pd.read_csv(path, keep_default_na=False, na_values=[""])
    if path.suffix == ".jsonl":
        return pd.read_json(path, lines=True, precise_float=True)
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pandas()
    with pa.OSFile(str(path)) as file:
        reader = pa.ipc.open_file(file) if path.suffix == ".arrow" else pa.ipc.open_stream(file)
        return reader.read_all().to_pandas()


def lines(path):
    """How many lines a file has, which goes when its run has ended."""
    try:
        return path.read_text().count("\n")
    except FileNotFoundError:
        return 0


FORMATS = ["csv", "jsonl", "parquet", "arrow", "arrows"]


@pytest.mark.parametrize("given", FORMATS)
@pytest.mark.parametrize("wanted", FORMATS)
def test_any_format_becomes_any_other(folder, given, wanted):
    output = folder / f"from-{given}.{wanted}"
    batch(folder, folder / f"rows.{given}", "-o", output, "--keep", "id,region", "--outputs", "predict,proba_True", "-q")
    answers = read(output)
    table = make_table(ROWS)
    assert list(answers.columns) == ["id", "region", "predict", "proba_True"]
    assert answers.id.astype(int).tolist() == table.id.tolist()
    assert answers.region.fillna("missing").tolist() == table.region.fillna("missing").tolist()
    np.testing.assert_allclose(answers.proba_True, np.load(folder / "expected.npy"), rtol=1e-12)


def test_rows_at_fault_are_set_aside_with_number_and_reason(folder, tmp_path):
    lines = (folder / "rows.csv").read_text().replace("we\nst", "west").split("\n")
    lines[5] = lines[5].replace(",", ",x", 1)  # an age that is no number
    lines[9001] += ",more"  # a cell too many
    (tmp_path / "rows.csv").write_text("\n".join(lines))
    done = batch(folder, tmp_path / "rows.csv", "-o", tmp_path / "out.csv", "--keep", "id", "--errors", tmp_path / "errors.csv", "--json", "-q")
    assert json.loads(done.stdout)["bad_rows"] == 2
    errors = list(csv.DictReader((tmp_path / "errors.csv").open()))
    assert [(e["row"], e["line"]) for e in errors] == [("5", "6"), ("9001", "9002")]
    assert "column 'age'" in errors[0]["reason"] and "6 cells where the header has 5" in errors[1]["reason"]
    assert read(tmp_path / "out.csv").id.tolist() == [i for i in range(ROWS) if i not in (4, 9000)]


def test_without_a_place_for_them_the_first_one_ends_the_run_and_no_output_appears(folder, tmp_path):
    text = (folder / "rows.csv").read_text().replace("we\nst", "west").split("\n")
    text[20001] = text[20001].replace(",", ",x", 1)
    (tmp_path / "rows.csv").write_text("\n".join(text))
    done = batch(folder, tmp_path / "rows.csv", "-o", tmp_path / "out.csv", status=2)
    assert f"{tmp_path / 'rows.csv'}: line 20002, column 'age'" in done.stderr
    # And nothing else: the same command would fail again.
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv"]


@pytest.mark.parametrize("given, wanted", [("csv", "csv"), ("csv", "parquet"), ("parquet", "arrow"), ("parquet", "parquet"), ("arrow", "csv")])
def test_a_killed_run_goes_on_and_gives_the_same_bytes(folder, tmp_path, given, wanted):
    # As many rows as keep any machine busy for some times the fifth of a second after which a part is on disk.
    table = pd.concat([make_table(ROWS)] * (40 if given == "csv" else 160), ignore_index=True)
    source = tmp_path / f"rows.{given}"
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    if given == "csv":
        pyarrow.csv.write_csv(arrow, source)
    elif given == "parquet":
        pq.write_table(arrow, source, row_group_size=500_000)
    else:
        with pa.ipc.new_file(source, arrow.schema) as file:
            file.write_table(arrow, max_chunksize=20_000)
    whole, resumed = tmp_path / f"whole.{wanted}", tmp_path / f"resumed.{wanted}"
    batch(folder, source, "-o", whole, "--keep", "id", "-q", "--threads", "3")
    command = [SCOREWAY, "batch", folder / "model.pkl", source, "-o", resumed, "--keep", "id", "-q", "--threads", "2"]
    partial, progress = tmp_path / f"resumed.{wanted}.partial", tmp_path / f"resumed.{wanted}.progress"
    kills = 0
    for _ in range(100):
        process = subprocess.Popen(command)
        before = lines(progress)
        # Killed once it has put something more on disk.
        while process.poll() is None and lines(progress) <= before:
            time.sleep(0.001)
        if process.poll() is not None:
            assert process.returncode == 0
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
        kills += 1
        if resumed.exists():  # killed when all was written, before it said so; the output appears only whole
            assert resumed.read_bytes() == whole.read_bytes()
            if not progress.exists():
                break
    else:
        raise AssertionError("does not get on")
    assert resumed.read_bytes() == whole.read_bytes()
    assert not partial.exists() and not progress.exists()
    assert kills > 0


def test_progress_of_another_batch_is_not_taken_up(folder, tmp_path):
    output = tmp_path / "out.csv"
    (tmp_path / "out.csv.progress").write_text("scoreway batch 1 of something else\n0 0 0 0 0 0 0 0 \n")
    done = batch(folder, folder / "rows.csv", "-o", output, status=5)
    assert "--restart begins anew" in done.stderr
    batch(folder, folder / "rows.csv", "-o", output, "--restart", "-q")
    assert len(read(output)) == ROWS


def test_the_output_replaces_neither_input_nor_errors(folder, tmp_path):
    source = tmp_path / "rows.csv"
    source.write_bytes((folder / "rows.csv").read_bytes())
    for arguments in (["-o", source], ["-o", tmp_path / "out.csv", "--errors", source], ["-o", tmp_path / "out.csv", "--errors", tmp_path / "out.csv"]):
        batch(folder, source, *arguments, status=2)
    assert source.read_bytes() == (folder / "rows.csv").read_bytes()


def test_a_model_that_knows_its_inputs_by_position_takes_columns_in_order(folder, tmp_path):
    model = LogisticRegression().fit(np.arange(20.0).reshape(10, 2), np.arange(10) > 4)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    pd.DataFrame({"key": ["a", "b"], "left": [0.0, 18.0], "right": [1.0, 19.0]}).to_csv(tmp_path / "rows.csv", index=False)
    subprocess.run([SCOREWAY, "batch", tmp_path / "model.pkl", tmp_path / "rows.csv", "-o", tmp_path / "out.csv", "--keep", "key"], check=True)
    answers = read(tmp_path / "out.csv")
    assert answers.key.tolist() == ["a", "b"] and answers.predict.tolist() == [False, True]
