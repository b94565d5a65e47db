"""Models of a server, in this process; and the client for asyncio. $SCOREWAY names the program."""
import asyncio
import os
import pathlib
import subprocess
import time

import pandas as pd
import pytest
import scoreway

WINE = pathlib.Path(__file__).resolve().parents[3] / "examples" / "wine"
SCOREWAY = os.environ.get("SCOREWAY", "")

pytestmark = pytest.mark.skipif(not SCOREWAY, reason="$SCOREWAY is not set")


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    registry, address = folder / "registry.db", folder / "address"
    subprocess.run([SCOREWAY, "push", "wine", WINE / "model.pkl", "--registry", registry, "--alias", "champion"], check=True, capture_output=True)
    server = subprocess.Popen([SCOREWAY, "serve", "--registry", registry, "--port", "0", "--address-file", address], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    while not (address.exists() and address.read_text().strip()):
        assert server.poll() is None
        time.sleep(0.02)
    yield "http://" + address.read_text().strip()
    server.terminate()
    server.wait()


def test_a_version_is_loaded_by_its_alias_or_number(url):
    rows = pd.read_csv(WINE / "rows.csv")
    expected = pd.read_csv(WINE / "expected.csv")
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
