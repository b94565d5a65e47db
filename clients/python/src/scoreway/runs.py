"""Run and Checkpoint: the iterations of a training."""
from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Type, Union

from .frames import table_of
from .numbers import json_numbers
from .transport import quoted

if TYPE_CHECKING:
    from .client import Client
    from .version import Version


@dataclass(frozen=True)
class Checkpoint:
    """An iteration: its step, metrics and, if they were kept, bytes. `info` is all that the server tells of it."""

    run: "Run"
    info: Dict[str, Any]

    def __repr__(self) -> str:
        return f"Checkpoint({self.run} step {self.step}, {self.metrics}, {self.info['artifact']})"

    @property
    def step(self) -> int:
        return int(self.info["step"])

    @property
    def metrics(self) -> Dict[str, Any]:
        return dict(self.info["metrics"])

    @property
    def has_bytes(self) -> bool:
        return self.info["artifact"] == "kept"

    @property
    def version(self) -> Optional[int]:
        """The version that it was promoted to."""
        return self.info["version"]

    def pull(self, path: Optional[str] = None, *, trust: bool = False) -> Any:
        """The model as it was logged, to go on from; as `Client.pull` gives it."""
        artifact = f"{self.run._path}/checkpoints/{self.step}/artifact"
        return self.run._client._fetch(artifact, f"{self.run} step {self.step}", self.info["format"] or "", path, trust)

    def promote(self, *, alias: Union[str, Sequence[str], None] = None, description: str = "", tags: Optional[Mapping[str, Any]] = None,
                why: str = "", sample: Any = None, answers: Any = None, require_parity: bool = False) -> "Version":
        """Makes it the next version of the model; doing so again gives the same version.

        sample, answers: rows and the library's answers to them, by the server's names for its outputs.
        """
        from .client import who_am_i

        if (sample is None) != (answers is None):
            raise ValueError("a sample and its answers come together")
        body: Dict[str, Any] = {
            "aliases": [alias] if isinstance(alias, str) else list(alias or ()), "description": description,
            "tags": {str(name): str(value) for name, value in (tags or {}).items()}, "who": who_am_i(), "why": why,
            "require_parity": require_parity,
        }
        if sample is not None:
            body["rows"] = table_of(sample).csv().decode()
            body["expected"] = table_of(answers).csv().decode()
        client = self.run._client
        return client._version(client._post(f"{self.run._path}/checkpoints/{self.step}:promote", body))


class Run:
    """A training whose iterations are kept. Logging may be retried, and several processes may log to one run.

    As a context manager it ends with the block: finished, or failed with the exception's text.
    """

    def __init__(self, client: "Client", info: Dict[str, Any]) -> None:
        self._client = client
        self.info = info
        self._path = f"/v1/models/{quoted(info['name'])}/runs/{info['run']}"

    def __str__(self) -> str:
        return f"{self.name} run {self.number}"

    def __repr__(self) -> str:
        return f"Run({self}, {self.state})"

    @property
    def name(self) -> str:
        return str(self.info["name"])

    @property
    def number(self) -> int:
        return int(self.info["run"])

    @property
    def state(self) -> str:
        """"running", "finished" or "failed", as of the last word from the server."""
        return str(self.info["state"])

    def log(self, step: int, metrics: Optional[Mapping[str, float]] = None, model: Any = None, *, reference: str = "",
            replace: bool = False) -> Checkpoint:
        """Logs an iteration.

        model: whatever `push` takes, any bytes, or a torch module, of which the weights are kept; None: metrics only.
        reference: where the bytes are, if not here.
        replace: overwrite what the step has; without it only what it lacks may be added, and the same again is no error.
        """
        metadata = {"metrics": json_numbers(metrics or {}), "reference": reference, "replace": replace}
        path = f"{self._path}/checkpoints/{int(step)}"
        return Checkpoint(self, self._client._log(path, model, metadata, f"logging {self} step {step}"))

    def checkpoints(self, *, last_first: bool = False) -> Iterator[Checkpoint]:
        """All of them, in the order of their steps."""
        query = [("last_first", "true")] if last_first else []
        for info in self._client._pages(f"{self._path}/checkpoints", "checkpoints", query):
            yield Checkpoint(self, info)

    def checkpoint(self, step: int) -> Checkpoint:
        return Checkpoint(self, self._client._get(f"{self._path}/checkpoints/{int(step)}"))

    def latest(self, *, with_bytes: bool = True) -> Checkpoint:
        """The greatest step; by default of those that one can go on from."""
        return Checkpoint(self, self._client._get(f"{self._path}/checkpoints/latest", _with_bytes(with_bytes)))

    def best(self, metric: str, goal: Optional[str] = None, *, with_bytes: bool = True) -> Checkpoint:
        """The best by a metric; by default of those that one can go on from.

        goal: "max" or "min"; may be left out for metrics whose name says it, such as auc, accuracy, loss and rmse.
        """
        query = _best_query(metric, goal, with_bytes)
        return Checkpoint(self, self._client._get(f"{self._path}/checkpoints/best", query))

    def ranking(self, metric: str, goal: Optional[str] = None, *, count: int = 10, with_bytes: bool = False) -> List[Checkpoint]:
        """The best so many, the best first."""
        query = [*_best_query(metric, goal, with_bytes), ("limit", str(count))]
        return [Checkpoint(self, info) for info in self._client._get(f"{self._path}:best", query)["checkpoints"]]

    def prune(self, *, keep_last: int = 0, keep_best: int = 0, keep_every: int = 0, metric: Optional[str] = None,
              goal: Optional[str] = None) -> Dict[str, int]:
        """Lets go of the bytes that no rule keeps; without rules given, by the run's own."""
        rules = {"keep_last": keep_last, "keep_best": keep_best, "keep_every": keep_every, "metric": metric, "goal": goal}
        return self._client._post(f"{self._path}:prune", rules)

    def finish(self) -> None:
        """It takes no more, and its rules of retention are carried out."""
        self.info = self._client._post(f"{self._path}:finish", {"state": "finished"})

    def fail(self, message: str = "") -> None:
        self.info = self._client._post(f"{self._path}:finish", {"state": "failed", "message": message})

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], error: Optional[BaseException],
                 traceback: Optional[TracebackType]) -> None:
        if error is None:
            self.finish()
            return
        try:
            self.fail(f"{type(error).__name__}: {error}"[:2000])
        except Exception:  # what went wrong in the block is what its caller must see
            pass


def _with_bytes(with_bytes: bool) -> List[Tuple[str, str]]:
    return [("with_bytes", "true")] if with_bytes else []


def _best_query(metric: str, goal: Optional[str], with_bytes: bool) -> List[Tuple[str, str]]:
    return [("metric", metric), *([("goal", goal)] if goal else []), *_with_bytes(with_bytes)]
