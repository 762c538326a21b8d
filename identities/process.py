"""How a process of our own is set up and interrupted; one that imports us as a library is left as it is."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

# Objects, and collections of them: JAX's traces make so many that Python's 700, 10 and 10 cost a tenth of a check.
COLLECTIONS = 10_000, 10, 100


def prepare() -> None:
    """No threads of BLAS, which cost more than they give on small matrices, and rarer collections of garbage."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(*COLLECTIONS)


@contextmanager
def interruptible() -> Iterator[Callable[[], None]]:
    """An interrupt is raised where it comes, and again by what this gives: a library may have swallowed the first.

    Raises KeyboardInterrupt. Where interrupts are ignored, as under nohup, or somebody else's business, they stay so.
    """
    came = False

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal came
        came = True
        raise KeyboardInterrupt

    def insist() -> None:
        if came:
            raise KeyboardInterrupt

    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    ours = ours and threading.current_thread() is threading.main_thread()
    if ours:
        signal.signal(signal.SIGINT, interrupt)
    try:
        yield insist
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)
