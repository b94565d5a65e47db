"""Job: rows that were submitted to be scored later, and their answers."""
from __future__ import annotations

import json
import os
import time
import uuid
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

from .errors import InvalidArgument, error_of
from .frames import kind_of, table_of
from .numbers import number_text
from .progress import RowProgress
from .reference import parse_reference
from .transport import FileBody, quoted

if TYPE_CHECKING:
    from .client import Client

_FINAL = ("succeeded", "failed", "cancelled", "dead")
_FORMS = {"csv": "text/csv", "jsonl": "application/jsonl", "ndjson": "application/jsonl", "json": "application/json",
          "arrow": "application/vnd.apache.arrow.stream", "arrows": "application/vnd.apache.arrow.stream"}
_ROWS_PER_PAGE = 10_000
_FIRST_LOOK_SECONDS, _LOOK_SECONDS = 0.05, 1.0


class Job:
    """Rows that a server's workers score, now or later. `info` is all that the server tells of it.

    What the server said last stays until `refresh` or `wait` asks again.
    """

    def __init__(self, client: "Client", info: Mapping[str, Any], rows: Any = None) -> None:
        self._client = client
        self.info = dict(info)
        self._kind = kind_of(rows)
        self._index = rows.index if self._kind == "pandas" else None

    def __str__(self) -> str:
        return f"job {self.id}"

    def __repr__(self) -> str:
        return f"Job({self.id}, {self.model} version {self.version}, {self.state})"

    @property
    def id(self) -> str:
        return str(self.info["id"])

    @property
    def _path(self) -> str:
        return f"/v1/jobs/{quoted(self.id)}"

    @property
    def model(self) -> str:
        return str(self.info["model"])

    @property
    def version(self) -> int:
        """The version that answers, settled when the rows were submitted."""
        return int(self.info["version"])

    @property
    def state(self) -> str:
        """"queued", "running", "succeeded", "failed", "cancelled" or "dead"."""
        return str(self.info["state"])

    @property
    def is_done(self) -> bool:
        return self.state in _FINAL

    @property
    def progress(self) -> float:
        """How much of the input is scored, from 0 to 1."""
        return float(self.info["progress"])

    @property
    def row_count(self) -> int:
        """Rows that are scored so far."""
        return int(self.info["rows"])

    def refresh(self) -> "Job":
        self.info = self._client._get(self._path)
        return self

    def wait(self, timeout: Optional[float] = None, *, progress: Union[bool, Callable[["Job"], None], None] = None) -> "Job":
        """Waits until it has succeeded. What went wrong is raised, as `predict` raises it; a job that was cancelled is a Conflict.

        timeout: seconds; then TimeoutError is raised, and the job goes on.
        progress: show a line on standard error (by default where that is a terminal), or a function that is called with the job after
            every look.
        """
        end = None if timeout is None else time.monotonic() + timeout
        shown = progress if isinstance(progress, bool) or progress is None else False
        bar = RowProgress(str(self), self._client._progress if shown is None else shown)
        pause = _FIRST_LOOK_SECONDS
        try:
            while not self.refresh().is_done:
                bar.show(self.row_count, self.progress)
                if callable(progress):
                    progress(self)
                if end is not None and time.monotonic() + pause > end:
                    raise TimeoutError(f"{self} is {self.state}, {self.progress:.0%} done, after {timeout} s")
                time.sleep(pause)
                pause = min(pause * 1.5, _LOOK_SECONDS)
        finally:
            bar.finish()
        if callable(progress):
            progress(self)
        self._raise_fault()
        return self

    def pages(self, rows: int = _ROWS_PER_PAGE) -> Iterator[List[Dict[str, Any]]]:
        """The answers, at most so many rows at a time, in the order of the input: as they come while the job runs, and what there is of one
        that has failed, whose error is raised then."""
        token: Optional[str] = ""
        pause = _FIRST_LOOK_SECONDS
        while token is not None:
            if not self.is_done:
                self.refresh()
            if self.state == "queued" or (self.state == "running" and self.row_count == 0):
                time.sleep(pause)
                pause = min(pause * 1.5, _LOOK_SECONDS)
                continue
            if self.is_done and self.state != "succeeded" and self.row_count == 0:
                break
            query = [("limit", str(rows)), *([("page_token", token)] if token else [])]
            page = self._client._get(self._path + "/result", query)
            token = page["next_page_token"]
            if page["rows"]:
                yield page["rows"]
                pause = _FIRST_LOOK_SECONDS
            elif token is not None:  # as far as the worker is
                time.sleep(pause)
                pause = min(pause * 1.5, _LOOK_SECONDS)
        if self.state != "succeeded":
            self.refresh()
        self._raise_fault()

    def rows(self) -> Iterator[Dict[str, Any]]:
        """The answers row by row; otherwise as `pages`."""
        for page in self.pages():
            yield from page

    def result(self, timeout: Optional[float] = None, *, form: Optional[str] = None) -> Any:
        """Waits, and gives all answers: a DataFrame where a DataFrame of pandas or polars was submitted here, else a list of dicts.

        form: "pandas", "polars" or "rows", whatever was submitted.
        """
        self.wait(timeout)
        answers = list(self.rows())
        form = form if form is not None else self._kind
        if form == "pandas":
            import pandas

            return pandas.DataFrame(answers, index=self._index)
        if form == "polars":
            import polars

            return polars.DataFrame(answers, infer_schema_length=None)
        return answers

    def save(self, path: Union[str, "os.PathLike[str]"], timeout: Optional[float] = None) -> str:
        """Waits, and writes all answers to a file, CSV (`.csv`) or JSON lines (`.jsonl`), page by page. The file appears whole."""
        target = os.fspath(path)
        ending = _ending(target)
        if _FORMS.get(ending) not in ("text/csv", "application/jsonl"):
            raise ValueError(f"'{target}': answers are written as .csv or .jsonl")
        self.wait(timeout)
        temporary = f"{target}.{uuid.uuid4().hex}"
        try:
            with open(temporary, "wb") as file:
                token: Optional[str] = ""
                while token is not None:
                    query = [("limit", str(_ROWS_PER_PAGE)), *([("page_token", token)] if token else [])]
                    answer = self._client._transport.call("GET", self._path + "/result", query=query, headers={"Accept": _FORMS[ending]})
                    # Every page of CSV has the names.
                    names = answer.body.find(b"\n") + 1 if _FORMS[ending] == "text/csv" and token else 0
                    file.write(answer.body[names:])
                    token = answer.headers.get("x-scoreway-next-page-token")
            os.replace(temporary, target)
        finally:
            if os.path.exists(temporary):
                os.remove(temporary)
        return target

    def cancel(self) -> "Job":
        """Its workers stop soon; what they have answered stays. One that has ended stays as it is."""
        self.info = self._client._post(self._path + ":cancel", {})
        return self

    def retry(self) -> "Job":
        """Queues one anew that has failed, was cancelled or is dead; the parts that it has answered stay."""
        self.info = self._client._post(self._path + ":retry", {})
        return self

    def _raise_fault(self) -> None:
        if self.state == "succeeded" or not self.is_done:
            return
        fault = self.info["error"]
        if fault is None:
            raise error_of("CONFLICT", f"{self} was {self.state}")
        place = f"{self}, {fault['place']}" if fault["place"] else str(self)
        raise error_of(fault["code"], f"{place}: {fault['message']}")


def submission(ref: str, rows: Any, outputs: Optional[Sequence[str]], priority: int, deadline: Optional[int], webhook: str,
            format: Optional[str]) -> Tuple[str, List[Tuple[str, str]], Union[bytes, FileBody], str]:
    """Path, query, body and content type of a submission."""
    query: List[Tuple[str, str]] = []
    if outputs is not None:
        query.append(("outputs", ",".join(outputs)))
    if priority:
        query.append(("priority", str(priority)))
    if deadline is not None:
        query.append(("deadline_seconds", str(deadline)))
    if webhook:
        query.append(("webhook", webhook))
    path = parse_reference(ref).path + ":submit"
    if isinstance(rows, (str, os.PathLike)):
        name = os.fspath(rows)
        ending = format if format is not None else _ending(name)
        if ending not in _FORMS:
            raise InvalidArgument(f"'{name}': its name does not say how its rows are written; format='csv', 'jsonl', 'json' or 'arrow' does",
                                  code="INVALID_ARGUMENT")
        return path, query, FileBody(name), _FORMS[ending]
    if isinstance(rows, (bytes, bytearray)):
        if format not in _FORMS:
            raise InvalidArgument("of bytes the format is 'csv', 'jsonl', 'json' or 'arrow'", code="INVALID_ARGUMENT")
        return path, query, bytes(rows), _FORMS[format]
    by_position = kind_of(rows) == "numpy"
    lines = [json.dumps(list(row.values()) if by_position else row, default=number_text) for row in table_of(rows).rows()]
    return path, query, "".join(line + "\n" for line in lines).encode(), _FORMS["jsonl"]


def _ending(name: str) -> str:
    return os.path.splitext(name)[1][1:].lower()
