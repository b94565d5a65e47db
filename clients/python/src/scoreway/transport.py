"""HTTP to the server, with nothing but the standard library: streamed bodies, errors as exceptions, careful retries."""
from __future__ import annotations

import http.client
import json
import os
import ssl
import time
import urllib.parse
import uuid
from typing import IO, Any, Dict, Iterator, Mapping, Optional, Sequence, Tuple, Union

from .errors import ScorewayError, Unavailable, from_problem
from .progress import Progress

_CHUNK = 1 << 20
_RETRY_SECONDS = (0.2, 1.0, 3.0)


class Part:
    """One part of a form: bytes, or a file that is read when it is sent."""

    def __init__(self, name: str, content: Union[bytes, str], *, is_file: bool = False) -> None:
        self.name = name
        self.path = content if is_file and isinstance(content, str) else None
        self.content = content if isinstance(content, bytes) else b""
        self.size = os.path.getsize(self.path) if self.path is not None else len(self.content)

    def pieces(self) -> Iterator[bytes]:
        if self.path is None:
            for start in range(0, len(self.content), _CHUNK):
                yield self.content[start : start + _CHUNK]
            return
        with open(self.path, "rb") as file:
            while True:
                piece = file.read(_CHUNK)
                if not piece:
                    return
                yield piece


class Form:
    """A multipart/form-data body; may be sent several times."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._boundary = "scoreway-" + uuid.uuid4().hex
        self.content_type = "multipart/form-data; boundary=" + self._boundary
        self._heads = [
            (f'--{self._boundary}\r\nContent-Disposition: form-data; name="{part.name}"\r\n\r\n').encode() for part in parts
        ]
        self._end = f"--{self._boundary}--\r\n".encode()
        self.size = sum(len(head) + part.size + 2 for head, part in zip(self._heads, parts)) + len(self._end)

    def pieces(self, progress: Progress) -> Iterator[bytes]:
        for head, part in zip(self._heads, self._parts):
            yield head
            for piece in part.pieces():
                yield piece
                progress.add(len(piece))
            yield b"\r\n"
        yield self._end


class FileBody:
    """A file as a body, read when it is sent; may be sent several times."""

    def __init__(self, path: str) -> None:
        self._part = Part("", path, is_file=True)
        self.size = self._part.size

    def pieces(self, progress: Progress) -> Iterator[bytes]:
        for piece in self._part.pieces():
            yield piece
            progress.add(len(piece))


Body = Union[bytes, Form, FileBody, None]


class Answer:
    """Status, headers (lower case) and body of an answer that was no error."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


class Transport:
    """Calls one server. A connection is made for each call, so that it may be used from any thread and after a fork."""

    def __init__(self, url: str, headers: Mapping[str, str], timeout: float, retries: int,
                 context: Optional[ssl.SSLContext]) -> None:
        parsed = urllib.parse.urlsplit(url if "://" in url else "http://" + url)
        if parsed.scheme not in ("http", "https") or not parsed.hostname:
            raise ValueError(f"'{url}' is no URL of a server; http://127.0.0.1:8080 would be one")
        self.url = f"{parsed.scheme}://{parsed.netloc}{parsed.path.rstrip('/')}"
        self._host = parsed.hostname
        self._port = parsed.port
        self._is_tls = parsed.scheme == "https"
        self._prefix = parsed.path.rstrip("/")
        self._headers = dict(headers)
        self._timeout = timeout
        self._retries = retries
        self._context = context

    def _connect(self) -> http.client.HTTPConnection:
        if self._is_tls:
            return http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout,
                                               context=self._context or ssl.create_default_context())
        return http.client.HTTPConnection(self._host, self._port, timeout=self._timeout)

    def call(self, method: str, path: str, *, query: Sequence[Tuple[str, str]] = (), body: Body = None,
             content_type: str = "application/json", headers: Optional[Mapping[str, str]] = None, retry: bool = False,
             label: str = "", show_progress: Optional[bool] = None, into: Optional[IO[bytes]] = None) -> Answer:
        """The answer; an error becomes an exception. `retry`: the request does no harm twice. `into`: a file that takes the
        body as it comes."""
        attempts = self._retries + 1 if retry or method == "GET" else 1
        for attempt in range(attempts):
            start = into.tell() if into is not None else 0
            try:
                return self._call_once(method, path, query, body, content_type, headers or {}, label, show_progress, into)
            except Unavailable:
                if attempt + 1 == attempts:
                    raise
            if into is not None:
                into.seek(start)
                into.truncate()
            time.sleep(_RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)])
        raise AssertionError("there is at least one attempt")

    def _call_once(self, method: str, path: str, query: Sequence[Tuple[str, str]], body: Body,
                   content_type: str, headers: Mapping[str, str], label: str, show_progress: Optional[bool],
                   into: Optional[IO[bytes]]) -> Answer:
        target = self._prefix + path + ("?" + urllib.parse.urlencode(list(query)) if query else "")
        connection = self._connect()
        try:
            try:
                self._send(connection, method, target, body, content_type, headers, label, show_progress)
                response = connection.getresponse()
                return self._receive(response, label, show_progress, into)
            except (OSError, http.client.HTTPException) as error:
                raise Unavailable(f"cannot reach {self.url}: {error or type(error).__name__}", code="UNAVAILABLE") from error
        finally:
            connection.close()

    def _send(self, connection: http.client.HTTPConnection, method: str, target: str, body: Body,
              content_type: str, headers: Mapping[str, str], label: str, show_progress: Optional[bool]) -> None:
        all_headers: Dict[str, str] = {**self._headers, **headers}
        size = body.size if isinstance(body, (Form, FileBody)) else len(body or b"")
        if body is not None:
            all_headers["Content-Type"] = body.content_type if isinstance(body, Form) else content_type
        if body is not None or method in ("POST", "PUT"):
            all_headers["Content-Length"] = str(size)
        progress = Progress(label, size, show_progress)
        content: Any = body.pieces(progress) if isinstance(body, (Form, FileBody)) else body
        try:
            connection.request(method, target, content, all_headers)
        except (BrokenPipeError, ConnectionResetError):
            # The server has refused the body before its end: its answer says why.
            if connection.sock is None:
                raise
        finally:
            progress.finish()

    def _receive(self, response: http.client.HTTPResponse, label: str, show_progress: Optional[bool],
                 into: Optional[IO[bytes]]) -> Answer:
        headers = {name.lower(): value for name, value in response.getheaders()}
        if response.status >= 400:
            raise _error_of(response.status, response.read())
        if into is None:
            return Answer(response.status, headers, response.read())
        progress = Progress(label, int(headers.get("content-length", 0)), show_progress)
        try:
            while True:
                piece = response.read(_CHUNK)
                if not piece:
                    break
                into.write(piece)
                progress.add(len(piece))
        finally:
            progress.finish()
        if response.length:  # what http.client itself passes over when it reads piece by piece
            raise http.client.IncompleteRead(b"", response.length)
        return Answer(response.status, headers, b"")


def _error_of(status: int, body: bytes) -> ScorewayError:
    try:
        problem = json.loads(body)
    except ValueError:
        problem = None
    error = from_problem(status, problem, body.decode("utf-8", "replace"))
    if status == 503 and not isinstance(error, Unavailable):
        return Unavailable(error.detail, code=error.code, place=error.place, status=status)
    return error


def quoted(segment: Any) -> str:
    """A segment of a path."""
    return urllib.parse.quote(str(segment), safe="@")
