"""What a Python shop would write to serve examples/wine: FastAPI in front of ONNX Runtime, one worker, one math thread.

    fastapi_server.py PORT     prints the port when it is about to listen

POST /predict takes {"rows":[{...}]} and answers {"rows":[{"predict":...,"proba_<class>":...}]}, as scoreway does.
"""
import pathlib
import pickle
import sys

import fastapi
import numpy as np
import onnxruntime
import uvicorn
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, StringTensorType

MODEL = pathlib.Path(__file__).resolve().parents[2] / "examples" / "wine" / "model.pkl"


def load_session():
    """The session, the columns, what a missing word becomes, and the names of the probabilities."""
    with open(MODEL, "rb") as file:
        model = pickle.load(file)
    # The converter takes no imputer of words whose missing cells are None: as people do then, the service fills them.
    (_, imputer), (_, encoder) = model[0].named_transformers_["words"].steps
    words = dict(zip(model[0].transformers_[1][2], imputer.statistics_))
    model[0].transformers_[1] = ("words", encoder, list(words))
    names = list(model.feature_names_in_)
    inputs = [(n, (StringTensorType if n in words else FloatTensorType)([None, 1])) for n in names]
    proto = to_onnx(model, initial_types=inputs, options={"zipmap": False})
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    return session, names, words, ["proba_" + str(c) for c in model.classes_]


SESSION, NAMES, WORDS, PROBABILITIES = load_session()
app = fastapi.FastAPI()


def column(rows, name):
    if name in WORDS:
        return np.array([[row.get(name) or WORDS[name]] for row in rows], dtype=object)
    return np.array([[np.nan if row.get(name) is None else row[name]] for row in rows], dtype=np.float32)


@app.post("/predict")
async def predict(request: fastapi.Request):
    rows = (await request.json())["rows"]
    labels, probabilities = SESSION.run(None, {name: column(rows, name) for name in NAMES})
    return {
        "rows": [
            {"predict": label, **dict(zip(PROBABILITIES, map(float, probability)))}
            for label, probability in zip(labels.tolist(), probabilities)
        ]
    }


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), workers=1, log_level="error", access_log=False)
