"""NVIDIA's perf_analyzer, the program, as the last wheels of tritonclient that had it bring it. $PERF_ANALYZER is the folder of the wheels."""
import json
import os
import pathlib
import re
import subprocess

import pytest
import requests

from models import FRAME

PLACE = pathlib.Path(os.environ["PERF_ANALYZER"])
REQUESTS = 200


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """The rows that it sends, one a request. JSON of its client has no NaN."""
    steps = [{"age": {"content": [float(row.age)], "shape": [1]}, "income": {"content": [float(row.income)], "shape": [1]},
              "city": {"content": [row.city], "shape": [1]}} for row in FRAME.fillna(50).itertuples()]
    file = tmp_path_factory.mktemp("rows") / "rows.json"
    file.write_text(json.dumps({"data": steps}))
    return file


@pytest.mark.parametrize("options", [
    ["-i", "http"], ["-i", "http", "--async", "--concurrency-range", "4"], ["-i", "http", "--request-rate-range", "200"],
    ["-i", "grpc"], ["-i", "grpc", "--async", "--concurrency-range", "4"],
    ["-i", "grpc", "--async", "--streaming", "--concurrency-range", "4"]], ids=" ".join)
def test_perf_analyzer(server, url, rows, options):
    def served():
        return requests.get(url + "/v2/models/mixed/stats", timeout=10).json()["model_stats"][0]["inference_stats"]["success"]["count"]

    before = served()
    libraries = {"LD_LIBRARY_PATH": str(PLACE / "nvidia/cuda_runtime/lib")}
    done = subprocess.run([PLACE / "bin/perf_analyzer", "-m", "mixed", "-u", server["grpc" in options], "--input-data", rows,
                           "--request-count", str(REQUESTS), *options], env=os.environ | libraries, capture_output=True, text=True,
                          timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert float(re.search(r"Throughput: ([\d.]+) infer/sec", done.stdout)[1]) > 0, done.stdout
    assert served() - before >= REQUESTS
