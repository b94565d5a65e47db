"""Client: one Scoreway server, as Python sees it."""
from __future__ import annotations

import getpass
import json
import os
import platform
import ssl
import sys
import tempfile
import uuid
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

from . import loading
from .frames import Table, kind_of, table_of
from .jobs import Job, submission
from .libraries import library_of
from .numbers import json_numbers, number_text
from .packed import Packed, Sample
from .reference import Reference, parse_reference
from .runs import Run
from .transport import Form, Part, Transport, quoted
from .version import Version

DEFAULT_URL = "http://127.0.0.1:8080"
_ROWS_PER_REQUEST = 5_000


def who_am_i() -> str:
    """user@host, for the registry's records."""
    try:
        user = getpass.getuser()
    except Exception:  # no such user, as in containers
        user = "unknown"
    return f"{user}@{platform.node()}"


class Client:
    """One server.

    url: such as http://127.0.0.1:8080; by default $SCOREWAY_URL, or that.
    api_key: sent as `Authorization: Bearer ...`; by default $SCOREWAY_API_KEY.
    headers: sent with every request.
    timeout: seconds to wait for the server between two signs of life.
    retries: of requests that do no harm twice, when the server is busy or cannot be reached.
    context: for TLS, where the machine's own certificates will not do.
    progress: show long transfers; by default where standard error is a terminal.

    May be used by several threads.
    """

    def __init__(self, url: Optional[str] = None, api_key: Optional[str] = None, *, headers: Optional[Mapping[str, str]] = None,
                 timeout: float = 300.0, retries: int = 2, context: Optional[ssl.SSLContext] = None,
                 progress: Optional[bool] = None) -> None:
        key = api_key if api_key is not None else os.environ.get("SCOREWAY_API_KEY")
        all_headers = {**({"Authorization": f"Bearer {key}"} if key else {}), **(headers or {})}
        self._transport = Transport(url or os.environ.get("SCOREWAY_URL") or DEFAULT_URL, all_headers, timeout, retries, context)
        self._progress = progress

    def __repr__(self) -> str:
        return f"Client({self.url!r})"

    @property
    def url(self) -> str:
        return self._transport.url

    # ---- models ---------------------------------------------------------------------------------------------------

    def push(self, model: Any, name: str, sample: Any = None, *, answers: Any = None, metrics: Optional[Mapping[str, float]] = None,
             params: Optional[Mapping[str, Any]] = None, tags: Optional[Mapping[str, Any]] = None,
             alias: Union[str, Sequence[str], None] = None, description: str = "", training_data: str = "",
             parent: Optional[int] = None, run: Optional[Run] = None, step: Optional[int] = None, require_parity: bool = False,
             tolerance: Optional[float] = None, sample_rows: int = 200, recommend: Optional[int] = None, why: str = "") -> Version:
        """Stores a model as the next version of `name`.

        model: a fitted model of pyspark, scikit-learn, XGBoost or LightGBM, a torch.nn.Module, an ONNX ModelProto, the path
            of a saved model (a file, or the folder of a Spark model), or its bytes.
        sample: rows (a DataFrame of pandas, polars or pyspark, a dict of columns, an array). The library is asked for its own
            answers, and the server compares its answers with them: see `Version.parity`.
        answers: the answers to the sample, where the library cannot be asked: columns by the server's names for its outputs.
        params, tags: added to those that are known of the model by itself.
        alias: set to the new version in the same step; one or several.
        run, step: the run that the model comes from; noted as tags.
        require_parity: refuse the version if the answers differ.
        tolerance: greatest relative difference that still counts as equal; by default 1e-9, or more where the
            library computes in float32: 1e-6 for XGBoost, 1e-5 for ONNX and torch.
        sample_rows: so many rows of the sample are compared.
        recommend: of an ALSModel of Spark: the version does not rate a user and an item, but gives so many of the best
            items for a user, as recommendForUserSubset does.
        """
        with tempfile.TemporaryDirectory(prefix="scoreway-") as folder:
            library = library_of(model)
            asked = None if answers is not None else sample
            if recommend is None:
                packed = library.pack(model, asked, folder, sample_rows)
            elif hasattr(library, "pack_recommender"):
                packed = library.pack_recommender(model, asked, folder, sample_rows, recommend)
            else:
                raise ValueError("recommend is for an ALSModel of Spark, or its folder")
            if answers is not None:
                packed.sample = Sample(table_of(sample, sample_rows), table_of(answers, sample_rows))
            tolerance = tolerance if tolerance is not None else getattr(library, "TOLERANCE", None)
            lineage = {} if run is None else {"run": str(run.number), **({} if step is None else {"step": str(step)})}
            metadata: Dict[str, Any] = {
                "description": description,
                "training_data": training_data,
                "parent_version": parent,
                "metrics": json_numbers(metrics or {}),
                "parameters": {**packed.parameters, **_texts(params)},
                "tags": {**packed.tags, **lineage, **_texts(tags)},
                "import_options": packed.import_options,
                "aliases": [alias] if isinstance(alias, str) else list(alias or ()),
                "who": who_am_i(),
                "why": why,
                "require_parity": require_parity,
            }
            if tolerance is not None:
                metadata["tolerance"] = tolerance
            answer = self._transport.call(
                "POST", f"/v1/models/{quoted(name)}/versions", body=Form(_parts(metadata, packed)),
                headers={"Idempotency-Key": uuid.uuid4().hex}, retry=True, label=f"pushing {name}", show_progress=self._progress)
        return self._version(answer.json())

    def pull(self, ref: str, path: Optional[str] = None, *, trust: bool = False) -> Any:
        """Gives a model back.

        With `path` the pushed file is written there, byte for byte, and the path returned. Without it: a model of Spark is
        loaded by pyspark, a booster of XGBoost or LightGBM by its library where that is installed; of a pickle the object
        if `trust` is true, as unpickling runs whatever code is in it; else, and of everything else, the bytes.
        """
        version = self.version(ref)
        artifact = f"/v1/models/{quoted(version.name)}/versions/{version.number}/artifact"
        return self._fetch(artifact, str(version), version.format, path, trust)

    def artifact(self, ref: str) -> Tuple[Version, bytes]:
        """A version, and the bytes that were pushed as it."""
        version = self.version(ref)
        path = f"/v1/models/{quoted(version.name)}/versions/{version.number}/artifact"
        answer = self._transport.call("GET", path, label=f"pulling {version}", show_progress=self._progress)
        return version, answer.body

    def predict(self, ref: str, rows: Any, *, outputs: Optional[Sequence[str]] = None) -> Any:
        """The model's answers for rows: a DataFrame for a DataFrame of pandas or polars, else a list of dicts."""
        kind = kind_of(rows)
        table = table_of(rows)
        by_position = kind == "numpy"
        path = parse_reference(ref).path + ":predict"
        answers: List[Dict[str, Any]] = []
        for start in range(0, table.row_count, _ROWS_PER_REQUEST):
            part = Table({name: values[start : start + _ROWS_PER_REQUEST] for name, values in table.columns.items()})
            body: Dict[str, Any] = {"rows": [list(row.values()) if by_position else row for row in part.rows()]}
            if outputs is not None:
                body["outputs"] = list(outputs)
            answer = self._transport.call("POST", path, body=_json_body(body), retry=True)
            answers += answer.json()["rows"]
        if kind == "pandas":
            import pandas

            return pandas.DataFrame(answers, index=rows.index)
        if kind == "polars":
            import polars

            return polars.DataFrame(answers, infer_schema_length=None)
        return answers

    # ---- jobs -----------------------------------------------------------------------------------------------------

    def submit(self, ref: str, rows: Any, *, outputs: Optional[Sequence[str]] = None, priority: int = 0, deadline: Optional[int] = None,
               webhook: str = "", key: Optional[str] = None, format: Optional[str] = None) -> Job:
        """Submits rows to be scored by the server's workers, and does not wait for them: `job.wait()`, `job.result()`.

        rows: as those of `predict`, or the path of a file (.csv, .jsonl, .json, .arrow), which may be larger than memory, or bytes.
        priority: 0 to 9; a higher one goes first.
        deadline: seconds; a job that has not ended by then fails.
        webhook: a URL that is called when the job has ended; the server must allow it.
        key: submitting again with the same key gives the same job; by default each call is a job of its own.
        format: of the file or the bytes: "csv", "jsonl", "json" or "arrow"; by default what the file's name says.
        """
        path, query, body, content_type = submission(ref, rows, outputs, priority, deadline, webhook, format)
        answer = self._transport.call("POST", path, query=query, body=body, content_type=content_type, retry=True,
                                      headers={"Idempotency-Key": key if key is not None else uuid.uuid4().hex},
                                      label=f"submitting to {ref}", show_progress=self._progress)
        return Job(self, answer.json(), rows)

    def job(self, id: str) -> Job:
        """A job that was submitted before."""
        return Job(self, self._get(f"/v1/jobs/{quoted(id)}"))

    def jobs(self, *, model: str = "", state: str = "") -> Iterator[Job]:
        """The jobs that the key may see, the newest first: of a model, in a state."""
        query = [*([("model", model)] if model else []), *([("state", state)] if state else [])]
        for info in self._pages("/v1/jobs", "jobs", query):
            yield Job(self, info)

    # ---- versions -------------------------------------------------------------------------------------------------

    def version(self, ref: str) -> Version:
        """What is known of a version: "wine/3", "wine@champion"; a bare name means champion, or else the newest."""
        return self._version(self._transport.call("GET", f"/v1/models/{quoted(parse_reference(ref).name)}/versions/{self.number(ref)}").json())

    def number(self, ref: str) -> int:
        """The number of the version that a reference means now, whether or not there is such a version."""
        reference = parse_reference(ref)
        return reference.version if reference.version is not None else self._resolve(reference)

    def versions(self, name: str) -> Iterator[Version]:
        """The versions of a model, the newest first."""
        for info in self._pages(f"/v1/models/{quoted(name)}/versions", "versions"):
            yield self._version(info)

    def models(self) -> Iterator[Dict[str, Any]]:
        """Every model: name, latest_version, version_count, aliases, created."""
        return self._pages("/v1/models", "models")

    def aliases(self, name: str) -> Dict[str, int]:
        """The aliases of a model, and the number of the version that each points at."""
        return dict(self._get(f"/v1/models/{quoted(name)}")["aliases"])

    def search(self, expression: str) -> Iterator[Version]:
        """The versions for which it holds: metrics.auc > 0.9 and tags.team = 'risk'"""
        for info in self._pages("/v1/models", "versions", [("search", expression)]):
            yield self._version(info)

    def set_alias(self, name: str, alias: str, version: int, *, why: str = "") -> None:
        """Points an alias at a version."""
        body = _json_body({"version": version, "who": who_am_i(), "why": why})
        self._transport.call("PUT", f"/v1/models/{quoted(name)}/aliases/{quoted(alias)}", body=body, retry=True)

    def delete(self, ref: str, *, force: bool = False) -> None:
        """Deletes a version ("wine/3"); one that aliases point at only if forced."""
        reference = parse_reference(ref)
        if reference.version is None:
            raise ValueError(f"'{ref}' names no version: wine/3 would")
        self._transport.call("DELETE", reference.path, query=[("force", "true" if force else "false"), ("who", who_am_i())])

    # ---- runs -----------------------------------------------------------------------------------------------------

    def run(self, name: str, *, params: Optional[Mapping[str, Any]] = None, tags: Optional[Mapping[str, Any]] = None,
            source: Optional[str] = None, start_from: Any = None, keep_last: int = 0, keep_best: int = 0, keep_every: int = 0,
            metric: Optional[str] = None, goal: Optional[str] = None) -> Run:
        """Starts a run of a model; use it in a `with`, and it ends by itself.

        start_from: a checkpoint that the training goes on from; noted as the run's parent.
        keep_last, keep_best, keep_every: which checkpoints keep their bytes, any of the rules; without rules all do.
        metric, goal: of keep_best; the goal, "max" or "min", may be left out where the metric's name says it.
        """
        body: Dict[str, Any] = {
            "parameters": _texts(params), "tags": _texts(tags), "who": who_am_i(),
            "source": source if source is not None else _script(),
        }
        if keep_last or keep_best or keep_every:
            body["retention"] = {"keep_last": keep_last, "keep_best": keep_best, "keep_every": keep_every, "metric": metric, "goal": goal}
        if start_from is not None:
            body["parent_run"], body["parent_step"] = start_from.run.number, start_from.step
        answer = self._transport.call("POST", f"/v1/models/{quoted(name)}/runs", body=_json_body(body),
                                      headers={"Idempotency-Key": uuid.uuid4().hex}, retry=True)
        return Run(self, answer.json())

    def get_run(self, name: str, number: Union[int, str] = "latest") -> Run:
        """A run that was started before, to look at it or to go on logging."""
        return Run(self, self._transport.call("GET", f"/v1/models/{quoted(name)}/runs/{quoted(number)}").json())

    def runs(self, name: str) -> Iterator[Run]:
        """The runs of a model, the newest first."""
        for info in self._pages(f"/v1/models/{quoted(name)}/runs", "runs"):
            yield Run(self, info)

    def compare(self, name: str, runs: Sequence[Any] = (), *, metric: str, goal: Optional[str] = None) -> List[Dict[str, Any]]:
        """Runs beside each other by their best checkpoints, the best first; without `runs` the newest ten."""
        query = [("metric", metric), *([("goal", goal)] if goal else []), *(("run", str(getattr(run, "number", run))) for run in runs)]
        return self._transport.call("GET", f"/v1/models/{quoted(name)}/runs:compare", query=query).json()["runs"]

    # ---- for runs.py ----------------------------------------------------------------------------------------------

    def _get(self, path: str, query: Sequence[Tuple[str, str]] = ()) -> Any:
        return self._transport.call("GET", path, query=query).json()

    def _post(self, path: str, body: Any, query: Sequence[Tuple[str, str]] = ()) -> Any:
        return self._transport.call("POST", path, query=query, body=_json_body(body), retry=True).json()

    def _log(self, path: str, model: Any, metadata: Dict[str, Any], label: str) -> Any:
        with tempfile.TemporaryDirectory(prefix="scoreway-") as folder:
            packed: Optional[Packed] = None
            if model is not None:
                library = library_of(model)
                packed = library.checkpoint(model, folder) if hasattr(library, "checkpoint") else library.pack(model, None, folder, 0)
            body = Form(_parts(metadata, packed))
            return self._transport.call("PUT", path, body=body, retry=True, label=label, show_progress=self._progress).json()

    def _fetch(self, artifact: str, label: str, format: str, path: Optional[str], trust: bool) -> Any:
        label = f"pulling {label}"
        if path is None and loading.is_spark(format):
            with tempfile.NamedTemporaryFile(prefix="scoreway-", suffix=".model") as file:
                self._transport.call("GET", artifact, into=file, label=label, show_progress=self._progress)
                file.flush()
                return loading.load_spark(file.name)
        if path is None:
            answer = self._transport.call("GET", artifact, label=label, show_progress=self._progress)
            return loading.load_bytes(answer.body, format, trust=trust)
        target = os.fspath(path)
        temporary = f"{target}.{uuid.uuid4().hex}"
        try:
            with open(temporary, "wb") as output:
                self._transport.call("GET", artifact, into=output, label=label, show_progress=self._progress)
            os.replace(temporary, target)
        finally:
            if os.path.exists(temporary):
                os.remove(temporary)
        return target

    def _pages(self, path: str, key: str, query: Sequence[Tuple[str, str]] = ()) -> Iterator[Dict[str, Any]]:
        token: Optional[str] = ""
        while token is not None:
            page = self._get(path, [*query, ("limit", "1000"), *([("page_token", token)] if token else [])])
            yield from page[key]
            token = page["next_page_token"]

    def _resolve(self, reference: Reference) -> int:
        model = self._get(f"/v1/models/{quoted(reference.name)}")
        aliases = model["aliases"]
        if reference.alias is not None and reference.alias not in aliases:
            answer = self._get(f"/v1/models/{quoted(reference.name)}/aliases/{quoted(reference.alias)}")
            return int(answer["version"])
        alias = reference.alias if reference.alias is not None else "champion"
        return int(aliases.get(alias, model["latest_version"]))

    def _version(self, info: Dict[str, Any]) -> Version:
        return Version(info["name"], info["version"], info, self)


def _parts(metadata: Dict[str, Any], packed: Optional[Packed]) -> List[Part]:
    parts = [Part("metadata", _json_body(metadata))]
    if packed is None:
        return parts
    if packed.sample is not None:
        parts += [Part("rows", packed.sample.rows.csv()), Part("expected", packed.sample.answers.csv())]
    parts.append(Part("artifact", packed.content, is_file=packed.is_file))
    return parts


def _json_body(body: Any) -> bytes:
    return json.dumps(body, default=number_text).encode()


def _texts(values: Optional[Mapping[str, Any]]) -> Dict[str, str]:
    return {str(name): value if isinstance(value, str) else repr(value) for name, value in (values or {}).items()}


def _script() -> str:
    return os.path.basename(sys.argv[0]) if sys.argv and sys.argv[0] else ""
