"""Ray Serve in front of ONNX Runtime, one replica.

    ray_server.py PORT MODELS

POST /NAME takes {"rows":[[...], ...]} and answers {"predictions":[...]}.
"""
import pathlib
import sys

import orjson
import ray
from ray import serve
from starlette.responses import Response

from answers import NAMES
from engines import OnnxRuntime


@serve.deployment(num_replicas=1, max_ongoing_requests=100)
class Peer:
    def __init__(self, models):
        self.loaded = {name: OnnxRuntime(pathlib.Path(models), name) for name in NAMES}

    async def __call__(self, request):
        rows = orjson.loads(await request.body())["rows"]
        answer = self.loaded[request.url.path.strip("/")].predict(rows)
        return Response(orjson.dumps({"predictions": answer}), media_type="application/json")


def main(port, models):
    ray.init(num_cpus=2, include_dashboard=False, configure_logging=False)
    serve.start(http_options={"host": "127.0.0.1", "port": port})
    serve.run(Peer.bind(models), blocking=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
