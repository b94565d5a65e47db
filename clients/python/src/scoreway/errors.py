"""What can go wrong, by the server's own names for it."""
from __future__ import annotations

from typing import Any, Dict, Optional, Type


class ScorewayError(Exception):
    """Something failed; the text says what and where.

    `code` is the server's stable name of the error ("NOT_FOUND"), `status` the HTTP status (0 if there was no answer),
    `place` where in the request or file it lies.
    """

    def __init__(self, detail: str, *, code: str = "", place: str = "", status: int = 0) -> None:
        super().__init__(f"{place}: {detail}" if place else detail)
        self.detail = detail
        self.code = code
        self.place = place
        self.status = status


class InvalidArgument(ScorewayError, ValueError):
    """The request or its input is wrong."""


class NotFound(ScorewayError):
    """There is no such model, version, alias, run or checkpoint."""


class AlreadyExists(ScorewayError):
    """It is there already, and something else."""


class Conflict(ScorewayError):
    """Somebody else was faster, or the state does not allow it."""


class Unsupported(ScorewayError):
    """The model is sound, but of a kind that the server does not read; the text names what and where."""


class Corrupt(ScorewayError):
    """The file is damaged."""


class PermissionDenied(ScorewayError):
    """Not allowed: the key, or a model file that asks to run code."""


class ResourceExhausted(ScorewayError):
    """A limit is passed, or the server's disk is full."""


class Unavailable(ScorewayError):
    """The server is busy, stopping or cannot be reached: try again later."""


_BY_CODE: Dict[str, Type[ScorewayError]] = {
    "INVALID_ARGUMENT": InvalidArgument,
    "NOT_FOUND": NotFound,
    "ALREADY_EXISTS": AlreadyExists,
    "CONFLICT": Conflict,
    "UNSUPPORTED": Unsupported,
    "CORRUPT": Corrupt,
    "PERMISSION_DENIED": PermissionDenied,
    "RESOURCE_EXHAUSTED": ResourceExhausted,
    "UNAVAILABLE": Unavailable,
    "DEADLINE_EXCEEDED": Unavailable,
}


def from_problem(status: int, problem: Optional[Dict[str, Any]], text: str) -> ScorewayError:
    """The exception for an answer that is an error."""
    if not isinstance(problem, dict) or "detail" not in problem:
        return ScorewayError(text.strip()[:500] or f"the server answered with status {status}", status=status)
    code = str(problem.get("code", ""))
    kind = _BY_CODE.get(code, ScorewayError)
    return kind(str(problem["detail"]), code=code, place=str(problem.get("place") or ""), status=status)


def error_of(code: str, text: str) -> ScorewayError:
    """The exception for an error of the engine in this process."""
    return _BY_CODE.get(code, ScorewayError)(text, code=code)
