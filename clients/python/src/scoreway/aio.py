"""The client for programs of asyncio."""
from __future__ import annotations

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Optional

from .client import Client


class AsyncClient:
    """A Client whose methods are awaited: `await client.predict("wine@champion", rows)`.

    The calls wait on threads of their own, `connections` at most at a time, so that the event loop never does. Methods of Client that give
    an iterator give a list here. Use it in an `async with`, or call `close`.
    """

    def __init__(self, url: Optional[str] = None, api_key: Optional[str] = None, *, connections: int = 8, **options: Any) -> None:
        self._client = Client(url, api_key, **options)
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix="scoreway")

    async def push(self, model: Any, name: str, sample: Any = None, **options: Any) -> Any:
        return await self._call(self._client.push, model, name, sample, **options)

    async def pull(self, ref: str, path: Optional[str] = None, *, trust: bool = False) -> Any:
        return await self._call(self._client.pull, ref, path, trust=trust)

    async def predict(self, ref: str, rows: Any, **options: Any) -> Any:
        return await self._call(self._client.predict, ref, rows, **options)

    async def submit(self, ref: str, rows: Any, **options: Any) -> Any:
        """A Job; `wait` and `result` are awaited here."""
        return await self._call(self._client.submit, ref, rows, **options)

    async def job(self, id: str) -> Any:
        return await self._call(self._client.job, id)

    async def jobs(self, *, model: str = "", state: str = "") -> Any:
        return await self._call(lambda: list(self._client.jobs(model=model, state=state)))

    async def wait(self, job: Any, timeout: Optional[float] = None) -> Any:
        return await self._call(job.wait, timeout)

    async def result(self, job: Any, timeout: Optional[float] = None, *, form: Optional[str] = None) -> Any:
        return await self._call(job.result, timeout, form=form)

    async def version(self, ref: str) -> Any:
        return await self._call(self._client.version, ref)

    async def versions(self, name: str) -> Any:
        return await self._call(lambda: list(self._client.versions(name)))

    async def models(self) -> Any:
        return await self._call(lambda: list(self._client.models()))

    async def search(self, expression: str) -> Any:
        return await self._call(lambda: list(self._client.search(expression)))

    async def set_alias(self, name: str, alias: str, version: int, *, why: str = "") -> None:
        await self._call(self._client.set_alias, name, alias, version, why=why)

    async def delete(self, ref: str, *, force: bool = False) -> None:
        await self._call(self._client.delete, ref, force=force)

    def close(self) -> None:
        """Lets the threads go, once their calls are done."""
        self._threads.shutdown(wait=False)

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: Any) -> None:
        self.close()

    async def _call(self, function: Any, *arguments: Any, **options: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._threads, functools.partial(function, *arguments, **options))
