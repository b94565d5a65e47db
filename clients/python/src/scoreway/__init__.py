"""Scoreway from Python: push trained models, pull them back, score rows, follow trainings.

    import scoreway

    version = scoreway.push(model, "wine", sample=df, metrics={"auc": 0.93}, alias="champion")
    scoreway.predict("wine", df)
    model = scoreway.pull("wine@champion")

    with scoreway.run("wine", params={"eta": 0.1}) as run:
        for step in range(100):
            ...
            run.log(step, {"loss": loss}, model=booster)
        run.best("loss").promote(alias="champion")

The functions talk to the server of $SCOREWAY_URL (with $SCOREWAY_API_KEY), to the one that `connect` was called with, or to
`server`, a URL or a Client. Everything else is a method of Client.
"""
from __future__ import annotations

from typing import Any, Optional, Union

from .callbacks import lightgbm_callback, torch_state, xgboost_callback
from .client import Client
from .errors import (AlreadyExists, Conflict, Corrupt, InvalidArgument, NotFound, PermissionDenied, ResourceExhausted, ScorewayError,
                     Unavailable, Unsupported)
from .runs import Checkpoint, Run
from .version import Version

__version__ = "0.1.0"

__all__ = [
    "AlreadyExists", "Checkpoint", "Client", "Conflict", "Corrupt", "InvalidArgument", "NotFound", "PermissionDenied",
    "ResourceExhausted", "Run", "ScorewayError", "Unavailable", "Unsupported", "Version", "connect", "lightgbm_callback", "predict",
    "pull", "push", "run", "torch_state", "xgboost_callback",
]

_default: Optional[Client] = None


def connect(url: Optional[str] = None, api_key: Optional[str] = None, **options: Any) -> Client:
    """The server that the functions of this module talk to from now on; the options are Client's."""
    global _default
    _default = Client(url, api_key, **options)
    return _default


def _client(server: Union[str, Client, None]) -> Client:
    if isinstance(server, Client):
        return server
    if server is not None:
        return Client(server)
    return _default if _default is not None else Client()


def push(model: Any, name: str, sample: Any = None, *, server: Union[str, Client, None] = None, **options: Any) -> Version:
    """Stores a model as the next version of `name`: see Client.push."""
    return _client(server).push(model, name, sample, **options)


def pull(ref: str, path: Optional[str] = None, *, trust: bool = False, server: Union[str, Client, None] = None) -> Any:
    """Gives a model back: see Client.pull."""
    return _client(server).pull(ref, path, trust=trust)


def predict(ref: str, rows: Any, *, server: Union[str, Client, None] = None, **options: Any) -> Any:
    """The model's answers for rows: see Client.predict."""
    return _client(server).predict(ref, rows, **options)


def run(name: str, *, server: Union[str, Client, None] = None, **options: Any) -> Run:
    """Starts a run of a model: see Client.run."""
    return _client(server).run(name, **options)
