"""Models of a web app that are exchanged while it runs: when an alias moves on the server, or a file is replaced.

Made before a server forks its workers, a model lies in memory once for all of them: its parameters are never written to. Each process that
asks for a model has one thread that looks for newer versions; it is started by the first question, so that none has to survive a fork.
"""
from __future__ import annotations

import os
import threading
import weakref
from typing import Any, Dict, Iterator, Mapping, NamedTuple, Optional, Tuple, Union

from .client import Client
from .errors import ScorewayError
from .model import Model, is_path, load
from .reference import parse_reference

_WATCHING_TIMEOUT_SECONDS = 30.0


class Loaded(NamedTuple):
    """A model and the version that it is. A request takes one, and uses it to its end."""

    model: Model
    version: Optional[int]  # None: of a file


class LiveModel:
    """The newest that a path or a reference means. `source`: the path of a file or a folder, or "wine@champion", "wine" or "wine/3" of a
    server; the options are those of scoreway.load. What cannot be loaded at first is an error; later the last version goes on answering,
    and `error` says why."""

    def __init__(self, source: Union[str, "os.PathLike[str]"], *, server: Union[str, Client, None] = None,
                 api_key: Optional[str] = None, **options: Any) -> None:
        self.source = os.fspath(source)
        self.error: Optional[str] = None
        self._options = options
        self._client: Optional[Client] = None
        if not is_path(self.source):
            self._client = server if isinstance(server, Client) else Client(server, api_key, timeout=_WATCHING_TIMEOUT_SECONDS)
        self.forget_locks()
        self._identity = self._look()
        self._loaded = self._load(self._identity)

    @property
    def loaded(self) -> Loaded:
        return self._loaded

    @property
    def client(self) -> Optional[Client]:
        """The server that it comes from; None of a file."""
        return self._client

    @property
    def name(self) -> Optional[str]:
        """What it is called on the server; None of a file."""
        return None if self._client is None else parse_reference(self.source).name

    def refresh(self) -> bool:
        """Looks for a newer version, and takes it. True if there was one. Never raises: see `error`."""
        with self._lock:
            try:
                identity = self._look()
                is_new = identity != self._identity
                if is_new:
                    self._loaded = self._load(identity)
                    self._identity = identity
                self.error = None
                return is_new
            except (ScorewayError, OSError) as error:
                self.error = str(error)
                return False

    def forget_locks(self) -> None:
        """In a process that was forked: another thread may have held it at that moment."""
        self._lock = threading.Lock()

    def _look(self) -> Tuple[int, ...]:
        """What changes when there is something newer: the number of the version; of a file what `stat` says."""
        if self._client is not None:
            return (self._client.number(self.source),)
        told = os.stat(self.source)
        return (told.st_ino, told.st_mtime_ns, told.st_size)

    def _load(self, identity: Tuple[int, ...]) -> Loaded:
        if self._client is None:
            # As a path, whatever it looks like.
            return Loaded(load(os.path.abspath(self.source), **self._options), None)
        version = identity[0]
        return Loaded(load(f"{self.name}/{version}", server=self._client, **self._options), version)


class LiveModels(Mapping[str, LiveModel]):
    """The models of an app by the names that it has for them.

    sources: of each name a source, or a dict of a source and options of scoreway.load: {"source": "wine@champion", "outputs": [...]}.
    refresh_seconds: how often a process looks for newer versions; 0: never.
    """

    def __init__(self, sources: Mapping[str, Any], *, server: Union[str, Client, None] = None, api_key: Optional[str] = None,
                 refresh_seconds: float = 2.0) -> None:
        self._models: Dict[str, LiveModel] = {}
        for name, source in sources.items():
            options = dict(source) if isinstance(source, Mapping) else {"source": source}
            self._models[name] = LiveModel(options.pop("source"), server=server, api_key=api_key, **options)
        self._refresh_seconds = refresh_seconds
        self._forget_thread()
        forget = weakref.WeakMethod(self._forget_thread)
        os.register_at_fork(after_in_child=lambda: (forget() or _nothing)())

    def __getitem__(self, name: str) -> LiveModel:
        """The model, looked after in this process from now on."""
        if self._watching is None and self._refresh_seconds > 0:
            self._watch()
        return self._models[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._models)

    def __len__(self) -> int:
        return len(self._models)

    def refresh(self) -> bool:
        """Looks for newer versions of all; True if there was one."""
        return any([model.refresh() for model in self._models.values()])

    def _forget_thread(self) -> None:
        """Of a forked process none of the threads is there."""
        self._lock = threading.Lock()
        self._watching: Optional[threading.Thread] = None
        for model in self._models.values():
            model.forget_locks()

    def _watch(self) -> None:
        with self._lock:
            if self._watching is None:
                thread = threading.Thread(target=_refresh_always, args=(weakref.ref(self), self._refresh_seconds), daemon=True,
                                          name="scoreway-refresh")
                thread.start()
                self._watching = thread


def _nothing() -> None:
    pass


def _refresh_always(models: "weakref.ref[LiveModels]", seconds: float) -> None:
    pause = threading.Event()
    while not pause.wait(seconds):
        alive = models()
        if alive is None:
            return
        alive.refresh()
        del alive
