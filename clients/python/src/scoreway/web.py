"""What the extensions for Flask and Django answer, apart from either: a status and an object to be sent as JSON.

Requests and answers are those of a Scoreway server's :predict, but for the prediction id; errors are problems of RFC 9457. A body that
is no request is 400, rows that the model cannot take are 422.
"""
from __future__ import annotations

import http
import json
import math
from typing import Any, Dict, List, NamedTuple, NoReturn, Optional

from .errors import ScorewayError
from .live import LiveModel, LiveModels, Loaded

PROBLEM = "application/problem+json"
JSON = "application/json"
_ERRORS_MAX = 20


class Reply(NamedTuple):
    status: int
    body: Dict[str, Any]

    @property
    def content_type(self) -> str:
        return PROBLEM if self.status >= 400 else JSON

    @property
    def text(self) -> str:
        return json.dumps(self.body, allow_nan=False)


class Problem(Exception):
    """A request that cannot be answered."""

    def __init__(self, status: int, detail: str, *, code: str = "INVALID_ARGUMENT", errors: Optional[List[Dict[str, Any]]] = None) -> None:
        super().__init__(detail)
        self.reply = problem(status, detail, code=code, errors=errors)


def problem(status: int, detail: str, *, code: str = "INVALID_ARGUMENT", errors: Optional[List[Dict[str, Any]]] = None) -> Reply:
    """`errors`: each with a place and a detail, the first few."""
    body: Dict[str, Any] = {"type": "about:blank", "title": http.HTTPStatus(status).phrase, "status": status, "detail": detail, "code": code}
    return Reply(status, body if errors is None else {**body, "errors": errors})


def predict(models: LiveModels, name: str, content: bytes, rows_max: int) -> Reply:
    """The answer to the body of a request."""
    if name not in models:
        return unknown(models, name)
    try:
        rows, outputs = read_request(content, rows_max)
        loaded = models[name].loaded
        return Reply(200, answer(name, loaded, rows, outputs))
    except Problem as wrong:
        return wrong.reply


def read_request(content: bytes, rows_max: int) -> "tuple[List[Dict[str, Any]], Optional[List[str]]]":
    """{"rows": [{...}], "outputs": [...]}; the outputs wanted may be left out."""
    try:
        request = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Problem(400, f"the body is no JSON: {error}") from None
    if not isinstance(request, dict) or "rows" not in request:
        raise Problem(400, 'expected an object with the member "rows"')
    unknown_members = [member for member in request if member not in ("rows", "outputs")]
    if unknown_members:
        raise Problem(400, f"unknown member '{unknown_members[0]}'; known are 'rows' and 'outputs'")
    rows, outputs = request["rows"], request.get("outputs")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Problem(400, '"rows" is a list of objects')
    if outputs is not None and not (isinstance(outputs, list) and all(isinstance(output, str) for output in outputs)):
        raise Problem(400, '"outputs" is a list of names')
    if len(rows) > rows_max:
        raise Problem(413, f"{len(rows)} rows; at most {rows_max} are answered at once", code="RESOURCE_EXHAUSTED")
    return rows, outputs


def answer(name: str, loaded: Loaded, rows: List[Dict[str, Any]], outputs: Optional[List[str]] = None) -> Dict[str, Any]:
    """What is sent for rows. Raises Problem where the model does not take them."""
    known = [output.name for output in loaded.model.signature.outputs]
    for output in outputs or ():
        if output not in known:
            raise Problem(422, f"unknown output '{output}'; there are {', '.join(known[:10])}")
    answers, errors = [], []
    for number, row in enumerate(rows, 1):
        try:
            answered = loaded.model.answer(row)
            answers.append({output: _plain(answered[output]) for output in outputs or known})
        except (ScorewayError, ValueError, TypeError, OverflowError) as error:
            errors.append({"place": f"row {number}", "detail": str(error)})
            if len(errors) == _ERRORS_MAX:
                break
    if errors:
        raise Problem(422, f"{errors[0]['place']}: {errors[0]['detail']}", errors=errors)
    return {"model": name, "version": loaded.version, "rows": answers}


def describe(models: LiveModels, name: str) -> Reply:
    """What the model takes and gives."""
    if name not in models:
        return unknown(models, name)
    model, version = models[name].loaded
    signature = model.signature
    inputs = [{"name": field.name, "type": field.type, "used": field.used, "missing": "model" if field.may_be_missing else "error",
               **({"categories": list(field.categories)} if field.categories else {})} for field in signature.inputs]
    outputs = [{"name": field.name, "type": field.type} for field in signature.outputs]
    return Reply(200, {"model": name, "version": version, "format": model.format, "library": model.library,
                       "library_version": model.library_version, "estimator": model.estimator,
                       "signature": {"inputs": inputs, "outputs": outputs, "inputs_named": signature.inputs_named}})


def health(models: LiveModels) -> Reply:
    """Every model answers, or the app had not started. One whose source cannot be reached or read is stale: it answers as it last was."""
    told = {name: _state(models[name]) for name in models}
    stale = any(state["error"] is not None for state in told.values())
    return Reply(200, {"status": "stale" if stale else "ok", "models": told})


def unknown(models: LiveModels, name: str) -> Reply:
    return problem(404, f"there is no model '{name}'; there are {', '.join(models) or 'none'}", code="NOT_FOUND")


def _state(live: LiveModel) -> Dict[str, Any]:
    return {"source": live.source, "version": live.loaded.version, "estimator": live.loaded.model.estimator, "error": live.error}


def _plain(cell: Any) -> Any:
    """JSON has neither NaN nor infinities; a server of Scoreway sends null for them."""
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number of JSON")
