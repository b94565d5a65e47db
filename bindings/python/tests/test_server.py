"""Models of a server, in this process; and the client for asyncio."""
import asyncio

import pandas as pd
import pytest
import scoreway


def test_a_version_is_loaded_by_its_alias_or_number(url, wine):
    rows = pd.read_csv(wine / "rows.csv")
    expected = pd.read_csv(wine / "expected.csv")
    for reference in ("wine@champion", "wine/1", "wine"):
        model = scoreway.load(reference, server=url)
        assert list(model.predict(rows)) == list(expected["predict"])
    with pytest.raises(scoreway.NotFound):
        scoreway.load("wine@nobody", server=url)


def test_the_client_of_asyncio_waits_beside_other_work(url):
    async def ask():
        async with scoreway.AsyncClient(url) as client:
            row = {"alcohol": 13.41, "colour": "ruby"}
            answers = await asyncio.gather(*(client.predict("wine@champion", [row]) for _ in range(20)), client.version("wine/1"))
            return answers[:-1], answers[-1]

    answers, version = asyncio.run(ask())
    assert len({str(answer) for answer in answers}) == 1 and "predict" in answers[0][0]
    assert version.number == 1
