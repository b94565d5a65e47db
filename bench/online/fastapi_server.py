"""What Python shops write to serve models: FastAPI in front of ONNX Runtime or scikit-learn, one worker, one math thread.

    fastapi_server.py PORT MODELS onnxruntime|sklearn

POST /NAME takes {"rows":[[...], ...]} and answers {"predictions":[...]}: the second class's probability, or the number.
"""
import pathlib
import sys

import fastapi
import orjson
import uvicorn

from answers import NAMES
from engines import ENGINES


def main(port, models, engine):
    loaded = {name: ENGINES[engine](models, name) for name in NAMES}
    app = fastapi.FastAPI()

    @app.post("/{name}")
    async def predict(name: str, request: fastapi.Request):
        rows = orjson.loads(await request.body())["rows"]
        return fastapi.Response(orjson.dumps({"predictions": loaded[name].predict(rows)}), media_type="application/json")

    uvicorn.run(app, host="127.0.0.1", port=port, workers=1, log_level="error", access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3])
