"""A line about long transfers, for whoever looks at a terminal."""
from __future__ import annotations

import sys
import time
from typing import Optional

_SHOWN_BYTES_MIN = 8 << 20


class Progress:
    """Shows how much of a transfer is done; nothing for small ones or where standard error is no terminal."""

    def __init__(self, label: str, total: int, shown: Optional[bool] = None) -> None:
        self._label = label
        self._total = total
        if shown is None:
            shown = total >= _SHOWN_BYTES_MIN and sys.stderr.isatty()
        self._shown = shown
        self._started = time.monotonic()
        self._next = self._started
        self._done = 0

    def add(self, count: int) -> None:
        self._done += count
        now = time.monotonic()
        if not self._shown or (now < self._next and self._done < self._total):
            return
        self._next = now + 0.2
        rate = self._done / max(now - self._started, 1e-9)
        share = self._done / self._total if self._total else 1.0
        bar = "#" * int(share * 30)
        left = f", {(self._total - self._done) / rate:.0f} s left" if self._done < self._total and rate else ""
        sys.stderr.write(f"\r{self._label} [{bar:<30}] {share:4.0%} {self._done / 1e6:.0f} MB, {rate / 1e6:.0f} MB/s{left}\x1b[K")
        sys.stderr.flush()

    def finish(self) -> None:
        if self._shown and self._done:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class RowProgress:
    """Shows how far the rows of a job are, where standard error is a terminal or `shown` says so."""

    def __init__(self, label: str, shown: Optional[bool] = None) -> None:
        self._label = label
        self._shown = sys.stderr.isatty() if shown is None else shown
        self._started = time.monotonic()
        self._has_written = False

    def show(self, rows: int, share: float) -> None:
        if not self._shown:
            return
        seconds = max(time.monotonic() - self._started, 1e-9)
        left = f", {seconds / share - seconds:.0f} s left" if share > 0 else ""
        sys.stderr.write(f"\r{self._label} [{'#' * int(share * 30):<30}] {share:4.0%} {rows} rows, {rows / seconds:.0f} a second{left}\x1b[K")
        sys.stderr.flush()
        self._has_written = True

    def finish(self) -> None:
        if self._has_written:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
