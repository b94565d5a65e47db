"""fastapi_server.py MODEL.pkl: what a Python shop would write to score rows of numbers: FastAPI in front of ONNX Runtime, one math thread.
Prints the port when it is about to listen. POST /predict takes rows as lists, and answers with a list of numbers.
"""
import pickle
import socket
import sys

import fastapi
import numpy as np
import onnxruntime
import orjson
import uvicorn
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType


def load_session(path):
    with open(path, "rb") as file:
        model = pickle.load(file)
    proto = to_onnx(model, initial_types=[("X", FloatTensorType([None, model.n_features_in_]))])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])


SESSION = load_session(sys.argv[1])
app = fastapi.FastAPI()


@app.post("/predict")
async def predict(request: fastapi.Request):
    rows = np.array(orjson.loads(await request.body()), dtype=np.float32)
    return fastapi.Response(orjson.dumps(SESSION.run(None, {"X": rows})[0].ravel(), option=orjson.OPT_SERIALIZE_NUMPY), media_type="application/json")


if __name__ == "__main__":
    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listening])
