"""A server for those tests that need one; $SCOREWAY names the program."""
import os
import pathlib
import subprocess
import time

import pytest
import scoreway

ROOT = pathlib.Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def wine():
    return ROOT / "examples" / "wine"


@pytest.fixture(scope="session")
def url(tmp_path_factory, wine):
    """A server with a model `wine`, whose alias champion is version 1."""
    program = os.environ.get("SCOREWAY", "")
    if not program:
        pytest.skip("$SCOREWAY is not set")
    folder = tmp_path_factory.mktemp("server")
    registry, address = folder / "registry.db", folder / "address"
    subprocess.run([program, "push", "wine", wine / "model.pkl", "--registry", registry, "--alias", "champion"], check=True, capture_output=True)
    server = subprocess.Popen([program, "serve", "--registry", registry, "--port", "0", "--address-file", address], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    while not (address.exists() and address.read_text().strip()):
        assert server.poll() is None
        time.sleep(0.02)
    yield "http://" + address.read_text().strip()
    server.terminate()
    server.wait()


@pytest.fixture()
def client(url):
    return scoreway.Client(url)
