"""Scoreway for Django: models answer in the site's own process, and are exchanged when their alias moves.

    INSTALLED_APPS = [..., "scoreway.django"]
    SCOREWAY = {"MODELS": {"wine": "wine@champion", "risk": BASE_DIR / "models/risk.scoreway"}, "URL": "http://models.internal:8080"}

    urlpatterns = [path("models/", include("scoreway.django.urls")), ...]    # POST models/wine/predict

    import scoreway.django
    scoreway.django.model("price").predict({"rooms": 3, "city": "Oslo"})

| key of SCOREWAY | |
|---|---|
| `MODELS` | of each name a path, a reference to a version on a server, or a dict of `source` and options of `scoreway.load` |
| `URL`, `API_KEY` | the server; by default those of the environment |
| `REFRESH_SECONDS` | how often a process looks for newer versions: 2.0; 0: never |
| `ROWS_MAX` | rows of one request: 10,000 |
| `FOLDER` | where `manage.py scoreway_pull` writes: `models` in BASE_DIR |

Models are loaded when one is first asked for, so that a command can fetch them before. `load()` in wsgi.py loads them at once: then what is
wrong is an error at the start, and workers that are forked from it (gunicorn --preload) share one copy. For Django REST framework see
scoreway.django.rest.
"""
from __future__ import annotations

from ..live import LiveModels
from ..model import Model
from .served import served_models

__all__ = ["load", "model"]


def load() -> LiveModels:
    """The models of the settings, loaded."""
    return served_models()


def model(name: str) -> Model:
    """The newest version. Ask once a request, so that all of it is answered by one."""
    return served_models()[name].loaded.model
