"""The real server with the models of models.py, started once for all tests. The binary is $SCOREWAY."""
import contextlib
import os
import subprocess
import time

import joblib
import pytest

from models import FOREST, MIXED

SCOREWAY = os.environ["SCOREWAY"]


def run(*arguments):
    subprocess.run([SCOREWAY, *map(str, arguments)], check=True, capture_output=True, timeout=60)


@contextlib.contextmanager
def running_server(folder):
    """The addresses of HTTP and gRPC."""
    address, registry = folder / "address", folder / "registry.db"
    for name, model in [("mixed", MIXED), ("forest", FOREST)]:
        joblib.dump(model, folder / "model.joblib")
        run("push", name, folder / "model.joblib", "--alias", "champion", "--registry", registry)
    with open(folder / "log", "wb") as log:
        process = subprocess.Popen(
            [SCOREWAY, "serve", "--port", "0", "--grpc-port", "0", "--address-file", str(address), "--registry",
             str(registry), "--default-model", "mixed"], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 30
        while not (address.exists() and len(address.read_text().split()) == 2):
            assert process.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.01)
        yield address.read_text().split()
    finally:
        process.terminate()
        assert process.wait(40) == 0, (folder / "log").read_text()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with running_server(tmp_path_factory.mktemp("server")) as addresses:
        yield addresses


@pytest.fixture
def url_of_its_own(tmp_path):
    """A server for a test that may delete what the others need."""
    with running_server(tmp_path) as addresses:
        yield "http://" + addresses[0]


@pytest.fixture(scope="session")
def url(server):
    return "http://" + server[0]
