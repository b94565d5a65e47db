"""The real server, started once for all tests, and small data. The binary is $SCOREWAY."""
import contextlib
import os
import pathlib
import subprocess
import time

import numpy
import pandas
import pytest

import scoreway


@contextlib.contextmanager
def serving(folder, *options):
    """The URL of a server whose registry lies in the folder."""
    address = folder / "address"
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(
            [os.environ["SCOREWAY"], "serve", "--port", "0", "--address-file", str(address), "--registry", str(folder / "registry.db"), *options],
            stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while not (address.exists() and address.read_text().strip()):
            assert server.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.01)
        yield "http://" + address.read_text().strip()
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="session")
def server_url(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server")) as url:
        yield url


@pytest.fixture()
def url_without_workers(tmp_path):
    """A server whose jobs wait for ever."""
    with serving(tmp_path, "--role", "gateway") as url:
        yield url


@pytest.fixture()
def client(server_url):
    return scoreway.Client(server_url)


@pytest.fixture()
def name(request):
    """A name of a model that no other test has."""
    return "".join(c if c.isalnum() else "-" for c in request.node.name)[:100].strip("-")


@pytest.fixture(scope="session")
def wine():
    """Measures and three kinds, made up, with names as people give them."""
    random = numpy.random.default_rng(7)
    kinds = random.integers(0, 3, 300)
    frame = pandas.DataFrame({
        "alcohol (%)": 11 + kinds + random.normal(0, 0.6, 300),
        "malic_acid": 2 - 0.4 * kinds + random.normal(0, 0.5, 300),
        "hue": random.uniform(0.5, 1.5, 300),
    })
    return frame, pandas.Series(numpy.array(["barolo", "barbera", "grignolino"])[kinds])


@pytest.fixture(scope="session")
def root():
    return pathlib.Path(__file__).resolve().parents[3]
