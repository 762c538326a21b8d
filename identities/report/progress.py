"""How far a run has come: one line on a terminal's standard error, from its second second on."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

PATIENCE = 1.0  # seconds before the first line
PAUSE = 0.1  # seconds between two lines
ERASE = "\r\x1b[K"


class Progress:
    """Counts claims, or what they are called, up to ``total``. Writes only where standard error is a terminal."""

    def __init__(self, total: int, called: str = "claims") -> None:
        self.total, self.called = total, called
        self.done = 0
        self.next = time.monotonic() + PATIENCE if sys.stderr.isatty() else float("inf")
        self.shown = False

    def step(self, what: str) -> None:
        """One more claim is done, ``what`` being its id, already fit for a terminal."""
        self.done += 1
        now = time.monotonic()
        if now >= self.next:
            self.next = now + PAUSE
            self.shown = True
            sys.stderr.write(f"{ERASE}{self.done:,} of {self.total:,} {self.called}  {what[:60]}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away, so that something else can be written."""
        if self.shown:
            self.shown = False
            sys.stderr.write(ERASE)
            sys.stderr.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()
