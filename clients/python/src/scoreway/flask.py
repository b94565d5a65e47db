"""Scoreway for Flask: models answer in the app's own process, and are exchanged when their alias moves.

    app = Flask(__name__)
    app.config["SCOREWAY_MODELS"] = {"wine": "wine@champion", "risk": "models/risk.pkl"}
    scoreway = Scoreway(app)                                                 # or init_app
    app.register_blueprint(scoreway.blueprint(), url_prefix="/models")       # POST /models/wine/predict

    @app.get("/price")
    def price():
        return {"price": scoreway.model("price").predict({"rooms": 3, "city": "Oslo"})}

| config | |
|---|---|
| `SCOREWAY_MODELS` | of each name a path, a reference to a version on a server, or a dict of `source` and options of `scoreway.load` |
| `SCOREWAY_URL`, `SCOREWAY_API_KEY` | the server; by default those of the environment |
| `SCOREWAY_REFRESH_SECONDS` | how often a process looks for newer versions: 2.0; 0: never |
| `SCOREWAY_ROWS_MAX` | rows of one request: 10,000 |

Models are loaded by init_app. Under a server that forks workers from the loaded app (gunicorn --preload) they lie in memory once.
"""
from __future__ import annotations

from typing import Any, Callable, Optional

from flask import Blueprint, Flask, Response, current_app, request

from . import web
from .live import LiveModels
from .model import Model

_EXTENSION = "scoreway"


class Scoreway:
    """The extension. One may serve several apps, each with models of its own."""

    def __init__(self, app: Optional[Flask] = None) -> None:
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Loads the app's models; what cannot be loaded is an error now."""
        app.config.setdefault("SCOREWAY_MODELS", {})
        app.config.setdefault("SCOREWAY_ROWS_MAX", 10_000)
        app.extensions[_EXTENSION] = LiveModels(
            app.config["SCOREWAY_MODELS"], server=app.config.get("SCOREWAY_URL"), api_key=app.config.get("SCOREWAY_API_KEY"),
            refresh_seconds=app.config.setdefault("SCOREWAY_REFRESH_SECONDS", 2.0))

    @property
    def models(self) -> LiveModels:
        """Those of the current app."""
        models: LiveModels = current_app.extensions[_EXTENSION]
        return models

    def model(self, name: str) -> Model:
        """The newest version. Ask once a request, so that all of it is answered by one."""
        return self.models[name].loaded.model

    def predict_view(self, name: str) -> Callable[[], Response]:
        """A view that answers POST with the predictions of one model, to be decorated and routed as any other."""

        def predict() -> Response:
            return self._predict(name)

        predict.__name__ = f"predict_{name}"
        return predict

    def blueprint(self, name: str = "scoreway") -> Blueprint:
        """POST /<model>/predict, GET /<model>/signature, GET /health."""
        blueprint = Blueprint(name, __name__)
        blueprint.add_url_rule("/<model>/predict", "predict", self._predict, methods=["POST"])
        blueprint.add_url_rule("/<model>/signature", "signature", lambda model: _response(web.describe(self.models, model)))
        blueprint.add_url_rule("/health", "health", lambda: _response(web.health(self.models)))
        return blueprint

    def _predict(self, model: str) -> Response:
        return _response(web.predict(self.models, model, request.get_data(), current_app.config["SCOREWAY_ROWS_MAX"]))


def _response(reply: web.Reply) -> Any:
    return Response(reply.text, reply.status, content_type=reply.content_type)
