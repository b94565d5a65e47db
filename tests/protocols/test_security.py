"""A server that asks for keys and speaks TLS, over both doors."""
import json
import os
import ssl
import subprocess
import time
import urllib.error
import urllib.request

import joblib
import numpy
import pytest
import tritonclient.grpc as triton
from tritonclient.utils import InferenceServerException

from models import FOREST

SCOREWAY = os.environ["SCOREWAY"]


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    """The addresses of HTTP and gRPC, the certificate, and a key."""
    folder = tmp_path_factory.mktemp("secured")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem",
                    "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                   cwd=folder, check=True, capture_output=True)
    joblib.dump(FOREST, folder / "model.joblib")
    registry = ["--registry", str(folder / "registry.db")]
    subprocess.run([SCOREWAY, "push", "forest", folder / "model.joblib", *registry], check=True, capture_output=True)
    made = subprocess.run([SCOREWAY, "keys", "create", "app", "--json", *registry], check=True, capture_output=True)
    address = folder / "address"
    process = subprocess.Popen([SCOREWAY, "serve", "--port", "0", "--grpc-port", "0", "--address-file", str(address),
                                "--require-key", "--tls-cert", str(folder / "cert.pem"), "--tls-key",
                                str(folder / "key.pem"), *registry], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not (address.exists() and len(address.read_text().split()) == 2):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        yield (*address.read_text().split(), folder / "cert.pem", json.loads(made.stdout)["key"])
    finally:
        process.terminate()
        assert process.wait(40) == 0


def rows():
    features = FOREST.n_features_in_
    tensors = triton.InferInput("x", [2, features], "FP64")
    tensors.set_data_from_numpy(numpy.zeros((2, features)))
    return [tensors]


def test_grpc_answers_with_a_key_within_tls(secured):
    _, grpc, certificate, key = secured
    client = triton.InferenceServerClient(grpc, ssl=True, root_certificates=str(certificate))
    assert client.is_server_live()
    with pytest.raises(InferenceServerException, match="UNAUTHENTICATED"):
        client.infer("forest", rows())
    for wrong in ("Bearer sw_0_0", key):
        with pytest.raises(InferenceServerException, match="UNAUTHENTICATED"):
            client.infer("forest", rows(), headers={"authorization": wrong})
    answer = client.infer("forest", rows(), headers={"authorization": f"Bearer {key}"})
    numpy.testing.assert_array_equal(answer.as_numpy("predict"), FOREST.predict(numpy.zeros((2, FOREST.n_features_in_))))
    with pytest.raises(InferenceServerException):
        triton.InferenceServerClient(grpc).is_server_live(client_timeout=2)


def test_http_answers_with_a_key_within_tls(secured):
    http, _, certificate, key = secured
    context = ssl.create_default_context(cafile=str(certificate))
    request = urllib.request.Request(f"https://{http}/v1/models")
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(request, context=context, timeout=20)
    request.add_header("Authorization", f"Bearer {key}")
    with urllib.request.urlopen(request, context=context, timeout=20) as answer:
        assert [model["name"] for model in json.loads(answer.read())["models"]] == ["forest"]
