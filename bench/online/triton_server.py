"""Triton by way of PyTriton in front of ONNX Runtime, the models of numbers only.

    triton_server.py PORT MODELS

Open Inference Protocol, the input `x` and the output `predict`.
"""
import pathlib
import sys

import numpy as np
from pytriton.decorators import batch
from pytriton.model_config import ModelConfig, Tensor
from pytriton.triton import Triton, TritonConfig

from engines import OnnxRuntime


def make_infer(engine):
    @batch
    def infer(x):
        # In float32 a row's number depends a little on the rows that are gathered with it.
        return {"predict": np.round(np.array(engine.predict(x), dtype=np.float64), 3).reshape(-1, 1)}

    return infer


def main(port, models, names):
    with Triton(config=TritonConfig(http_port=port, http_address="127.0.0.1", allow_grpc=False, allow_metrics=False, log_verbose=0)) as triton:
        for name in names:
            engine = OnnxRuntime(pathlib.Path(models), name)
            width = engine.inputs[0].shape[1]
            triton.bind(model_name=name, infer_func=make_infer(engine), inputs=[Tensor(name="x", dtype=np.float64, shape=(width,))],
                        outputs=[Tensor(name="predict", dtype=np.float64, shape=(1,))], config=ModelConfig(max_batch_size=1000))
        triton.serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
