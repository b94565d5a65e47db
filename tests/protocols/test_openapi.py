"""What /openapi.json promises, asked by schemathesis with requests of its making; and our answers of the Open Inference
Protocol by the required members and types of its published description."""
import os
import pathlib
import subprocess
import sys

import requests
from jsonschema import Draft202012Validator

from models import FRAME, MIXED

# A server that is busy, or whose caller's timeout has passed, says so by 503 and 504.
CONFIGURATION = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", 503, 504]
"""
TEXT, FLAG = {"type": "string"}, {"type": "boolean"}
TENSOR = {"type": "object", "required": ["name", "shape", "datatype"], "additionalProperties": False,
          "properties": {"name": TEXT, "shape": {"type": "array", "items": {"type": "integer"}}, "datatype": TEXT}}
TENSORS = {"type": "array", "items": TENSOR}


def check(answer, required, **properties):
    schema = {"type": "object", "required": required, "properties": properties}
    assert not list(Draft202012Validator(schema).iter_errors(answer)), answer


def test_answers_are_those_of_the_open_inference_protocol(url):
    texts = {"type": "array", "items": TEXT}
    get = lambda path: requests.get(url + path).json()
    check(get("/v2"), ["name", "version", "extensions"], name=TEXT, version=TEXT, extensions=texts)
    check(get("/v2/health/live"), ["live"], live=FLAG)
    check(get("/v2/health/ready"), ["ready"], ready=FLAG)
    check(get("/v2/models/mixed/ready"), ["name", "ready"], name=TEXT, ready=FLAG)
    check(get("/v2/models/mixed"), ["name", "platform", "inputs", "outputs"], name=TEXT, versions=texts, platform=TEXT,
          inputs=TENSORS, outputs=TENSORS)
    rows = FRAME.fillna(50)
    body = {"id": "a", "inputs": [
        {"name": name, "shape": [len(rows)], "datatype": "BYTES" if name == "city" else "FP64", "data": list(rows[name])}
        for name in rows.columns]}
    answer = requests.post(url + "/v2/models/mixed/infer", json=body).json()
    output = {"type": "object", "required": ["name", "shape", "datatype", "data"],
              "properties": {**TENSOR["properties"], "parameters": {"type": "object"}, "data": {"type": "array"}}}
    check(answer, ["model_name", "outputs"], model_name=TEXT, model_version=TEXT, id=TEXT,
          parameters={"type": "object"}, outputs={"type": "array", "items": output})
    assert answer["outputs"][0]["data"] == list(MIXED.predict(rows))
    check(requests.post(url + "/v2/models/mixed/infer", json={}).json(), ["error"], error=TEXT)


def test_openapi_holds(url_of_its_own, tmp_path):
    """Valid and invalid requests of every route: the answers are of the statuses, types and schemas that are promised."""
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    done = subprocess.run(
        [pathlib.Path(sys.executable).parent / "schemathesis", "run", url_of_its_own + "/openapi.json", "--url", url_of_its_own,
         "--phases", "examples,coverage,fuzzing", "--max-examples", "10", "--seed", "7", "--workers", "1", "--no-color",
         "--request-timeout", "10",
         "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
         "response_headers_conformance"],
        cwd=tmp_path, capture_output=True, text=True, timeout=300, env={**os.environ, "SCHEMATHESIS_HOOKS": "media_types", "PYTHONPATH": str(pathlib.Path(__file__).parent)})
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
