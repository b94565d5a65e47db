"""Scoreway from Python: push trained models, pull them back, score rows, follow trainings.

    import scoreway

    version = scoreway.push(model, "wine", sample=df, metrics={"auc": 0.93}, alias="champion")
    scoreway.predict("wine", df)
    model = scoreway.pull("wine@champion")

    job = scoreway.submit("wine", "rows.csv")             # scored by the server's workers, also far more rows than fit a request
    job.wait().save("answers.csv")

    with scoreway.run("wine", params={"eta": 0.1}) as run:
        for step in range(100):
            ...
            run.log(step, {"loss": loss}, model=booster)
        run.best("loss").promote(alias="champion")

    local = scoreway.load("model.pkl")                    # in this process, without a server; also bytes, "wine@champion"
    local.predict(df)

The other functions talk to the server of $SCOREWAY_URL (with $SCOREWAY_API_KEY), to the one that `connect` was called with, or to
`server`, a URL or a Client. Everything else is a method of Client.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional, Sequence, Union

from .errors import (AlreadyExists, Conflict, Corrupt, InvalidArgument, NotFound, PermissionDenied, ResourceExhausted, ScorewayError,
                     Unavailable, Unsupported)

if TYPE_CHECKING:
    from .aio import AsyncClient
    from .callbacks import lightgbm_callback, torch_state, xgboost_callback
    from .client import Client
    from .jobs import Job
    from .model import Model
    from .runs import Checkpoint, Run
    from .version import Version

__version__ = "0.1.0"

__all__ = [
    "AlreadyExists", "AsyncClient", "Checkpoint", "Client", "Conflict", "Corrupt", "InvalidArgument", "Job", "Model", "NotFound",
    "PermissionDenied", "ResourceExhausted", "Run", "ScorewayError", "Unavailable", "Unsupported", "Version", "connect", "lightgbm_callback",
    "load", "predict", "pull", "push", "run", "submit", "torch_state", "xgboost_callback",
]

_default: Optional[Client] = None


def connect(url: Optional[str] = None, api_key: Optional[str] = None, **options: Any) -> Client:
    """The server that the functions of this module talk to from now on; the options are Client's."""
    from .client import Client

    global _default
    _default = Client(url, api_key, **options)
    return _default


def _client(server: Union[str, Client, None]) -> Client:
    from .client import Client

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


def submit(ref: str, rows: Any, *, server: Union[str, Client, None] = None, **options: Any) -> Job:
    """Submits rows to be scored by the server's workers: see Client.submit."""
    return _client(server).submit(ref, rows, **options)


def run(name: str, *, server: Union[str, Client, None] = None, **options: Any) -> Run:
    """Starts a run of a model: see Client.run."""
    return _client(server).run(name, **options)


def load(source: Any, *, outputs: Optional[Sequence[str]] = None, feature_map: Optional[str] = None, recommend: int = 0,
         unpacked_bytes_max: int = 0, server: Union[str, Client, None] = None) -> "Model":
    """A model that answers in this process, of a path, bytes or a reference to a version: see scoreway.model.load."""
    from .model import load as load_model

    return load_model(source, outputs=outputs, feature_map=feature_map, recommend=recommend, unpacked_bytes_max=unpacked_bytes_max,
                      server=server)


# Imported when they are first asked for: who only scores needs no HTTP, and the client works without the engine.
_MODULES = {"AsyncClient": "aio", "Checkpoint": "runs", "Client": "client", "Job": "jobs", "Model": "model", "Run": "runs", "Version": "version",
            "lightgbm_callback": "callbacks", "torch_state": "callbacks", "xgboost_callback": "callbacks"}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'scoreway' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    globals()[name] = value
    return value
