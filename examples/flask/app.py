"""A Flask app whose answers come from models in its own process.

    pip install build/release/lib/python/dist/scoreway-*.whl flask gunicorn
    flask --app examples/flask/app.py run
    gunicorn --chdir examples/flask --preload --workers 4 "app:create_app()"      # one copy of the models for all workers

    curl localhost:5000/models/wine/predict -H 'Content-Type: application/json' -d '{"rows": [{"alcohol": 13.2, "colour": "deep"}]}'
    curl 'localhost:5000/grape?alcohol=13.2&colour=deep'

With SCOREWAY_WINE=wine@champion the model is that of the server of $SCOREWAY_URL, and follows its alias.
"""
import os
import pathlib

from flask import Flask, request
from scoreway.errors import InvalidArgument
from scoreway.flask import Scoreway

WINE = pathlib.Path(__file__).resolve().parents[1] / "wine" / "model.pkl"

scoreway = Scoreway()


def create_app(**config):
    app = Flask(__name__)
    app.config["SCOREWAY_MODELS"] = {"wine": os.environ.get("SCOREWAY_WINE", WINE)}
    app.config.update(config)
    scoreway.init_app(app)
    app.register_blueprint(scoreway.blueprint(), url_prefix="/models")

    @app.get("/grape")
    def grape():
        """A view of one's own: cells from the query, and the answer in words."""
        asked = request.args.to_dict()
        row = {name: cell if name == "colour" else float(cell) for name, cell in asked.items()}
        return {"grape": scoreway.model("wine").predict(row)}

    @app.errorhandler(InvalidArgument)
    def refused(error):
        return {"error": str(error)}, 422

    return app
