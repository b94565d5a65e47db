"""BentoML in front of ONNX Runtime, one worker: `bentoml serve bentoml_server:Peer`, with the folder of models in $MODELS.

POST /NAME takes {"rows":[[...], ...]} and answers {"predictions":[...]}.
"""
import os
import pathlib
from typing import Any

import bentoml

from engines import OnnxRuntime


@bentoml.service(workers=1, traffic={"timeout": 60, "max_concurrency": 1000})
class Peer:
    def __init__(self):
        self.loaded = {}

    def answer(self, name, rows):
        if name not in self.loaded:
            self.loaded[name] = OnnxRuntime(pathlib.Path(os.environ["MODELS"]), name)
        return {"predictions": self.loaded[name].predict(rows)}

    # One for each of answers.NAMES.
    @bentoml.api
    def linear(self, rows: list[list[Any]]) -> dict:
        return self.answer("linear", rows)

    @bentoml.api
    def gbdt(self, rows: list[list[Any]]) -> dict:
        return self.answer("gbdt", rows)

    @bentoml.api
    def forest(self, rows: list[list[Any]]) -> dict:
        return self.answer("forest", rows)

    @bentoml.api
    def mixed(self, rows: list[list[Any]]) -> dict:
        return self.answer("mixed", rows)

    @bentoml.api
    def mlp(self, rows: list[list[Any]]) -> dict:
        return self.answer("mlp", rows)
