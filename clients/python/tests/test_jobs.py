"""Rows that are submitted to be scored later."""
import asyncio
import csv
import json

import numpy
import pandas
import polars
import pytest
from sklearn.ensemble import RandomForestClassifier

import scoreway


@pytest.fixture(scope="module")
def forest(server_url, wine):
    frame, kinds = wine
    model = RandomForestClassifier(20, random_state=0).fit(frame, kinds)
    scoreway.Client(server_url).push(model, "jobs-forest", alias="champion")
    return model


def test_a_frame_gives_a_frame(client, forest, wine):
    frame, _ = wine
    rows = frame.set_index(pandas.Index([f"r{i}" for i in range(len(frame))]))
    job = client.submit("jobs-forest@champion", rows)
    assert job.model == "jobs-forest" and job.version == 1
    answers = job.result(timeout=60)
    assert list(answers["predict"]) == list(forest.predict(frame)) and list(answers.index) == list(rows.index)
    numpy.testing.assert_allclose(answers["proba_barolo"], forest.predict_proba(frame)[:, list(forest.classes_).index("barolo")], rtol=1e-12)
    assert job.state == "succeeded" and job.progress == 1.0 and job.row_count == len(frame)
    assert list(client.submit("jobs-forest", frame.to_numpy(), outputs=["predict"]).result(60)[0]) == ["predict"]
    assert isinstance(client.submit("jobs-forest", polars.from_pandas(frame)).result(60), polars.DataFrame)
    assert isinstance(client.job(job.id).result(form="pandas"), pandas.DataFrame)


def test_a_file_comes_back_as_a_file(client, forest, wine, tmp_path):
    frame, _ = wine
    many = pandas.concat([frame] * 40, ignore_index=True)  # several pages
    many.to_csv(tmp_path / "rows.csv", index=False)
    wanted = list(forest.predict(many))
    looks = []
    job = client.submit("jobs-forest", tmp_path / "rows.csv", outputs=["predict"], priority=3)
    assert job.wait(60, progress=lambda job: looks.append(job.progress)) is job and looks[-1] == 1.0
    job.save(tmp_path / "answers.csv")
    with open(tmp_path / "answers.csv", newline="") as file:
        assert [row["predict"] for row in csv.DictReader(file)] == wanted
    job.save(str(tmp_path / "answers.jsonl"))
    assert [json.loads(line)["predict"] for line in open(tmp_path / "answers.jsonl")] == wanted
    pages = list(job.pages(7_000))
    assert [len(page) for page in pages] == [7_000, 5_000] and [row["predict"] for page in pages for row in page] == wanted
    with pytest.raises(ValueError, match="csv or .jsonl"):
        job.save(tmp_path / "answers.parquet")
    with pytest.raises(scoreway.InvalidArgument, match="format"):
        client.submit("jobs-forest", tmp_path / "rows")
    assert client.submit("jobs-forest", (tmp_path / "rows.csv").read_bytes(), format="csv").wait(60).row_count == len(many)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers.csv", "answers.jsonl", "rows.csv"]


def test_answers_can_be_read_while_it_runs(client, forest, wine):
    frame, _ = wine
    job = client.submit("jobs-forest", pandas.concat([frame] * 40, ignore_index=True))
    assert sum(1 for _ in job.rows()) == 40 * len(frame)  # not waited for before
    assert job.state == "succeeded"


def test_what_goes_wrong_is_raised(client, forest, wine):
    frame, _ = wine
    wrong = frame.astype(object)
    wrong.iloc[3, 1] = "much"
    job = client.submit("jobs-forest", wrong)
    with pytest.raises(scoreway.InvalidArgument, match="malic_acid"):
        job.wait(60)
    assert job.state == "failed"
    for read in (lambda: job.result(), lambda: list(job.rows())):
        with pytest.raises(scoreway.InvalidArgument, match=job.id):
            read()
    assert [each.id for each in client.jobs(model="jobs-forest", state="failed")] == [job.id]
    with pytest.raises(scoreway.NotFound):
        client.submit("nothing", frame)
    with pytest.raises(scoreway.NotFound):
        client.job("0" * 32)


def test_the_same_key_is_the_same_job(client, forest, wine):
    frame, _ = wine
    first = client.submit("jobs-forest", frame, key="monday")
    assert client.submit("jobs-forest", frame, key="monday").id == first.id
    with pytest.raises((scoreway.Conflict, scoreway.AlreadyExists)):
        client.submit("jobs-forest", frame.head(3), key="monday")
    assert client.submit("jobs-forest", frame).id != first.id


def test_a_job_waits_and_is_cancelled_and_tried_again(url_without_workers, client, forest, wine):
    frame, _ = wine
    lonely = scoreway.Client(url_without_workers)
    lonely.push(forest, "jobs-forest")
    job = lonely.submit("jobs-forest", frame)
    with pytest.raises(TimeoutError, match="queued"):
        job.wait(timeout=0.1)
    assert job.cancel().state == "cancelled" and job.is_done
    with pytest.raises(scoreway.Conflict, match="cancelled"):
        job.wait()
    with pytest.raises(scoreway.Conflict, match="cancelled"):
        list(job.rows())
    assert [each.id for each in lonely.jobs(state="cancelled")] == [job.id]
    assert job.retry().state == "queued"

    done = client.submit("jobs-forest", frame).wait(60)
    assert done.cancel().state == "succeeded"  # what has ended stays as it is
    with pytest.raises(scoreway.Conflict):
        done.retry()


def test_functions_of_the_module(server_url, forest, wine):
    frame, _ = wine
    scoreway.connect(server_url)
    assert len(scoreway.submit("jobs-forest", frame).result(60)) == len(frame)


def test_programs_of_asyncio(server_url, forest, wine):
    frame, _ = wine

    async def run():
        async with scoreway.AsyncClient(server_url) as client:
            job = await client.submit("jobs-forest", frame)
            await client.wait(job, 60)
            assert job.id in [each.id for each in await client.jobs(model="jobs-forest")]
            return await client.result(await client.job(job.id))

    assert len(asyncio.run(run())) == len(frame)
