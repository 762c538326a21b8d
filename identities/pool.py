"""Claims checked by other processes, on this machine or on others, their verdicts in order.

Any :class:`concurrent.futures.Executor` will do; where none is given, processes of our own are started. A process that
dies costs nothing but the claims that killed it: what it was given is done again, claim by claim.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from dataclasses import asdict, replace
from itertools import islice
from multiprocessing.connection import wait
from typing import Any

from identities import process
from identities.catalogue import Identity
from identities.portions import portions
from identities.settings import Settings
from identities.verdict import Verdict, unreadable

AHEAD = 64  # portions handed out and not yet reported
MOST_STARTS = 20  # of pools in one run
LOST = "the process that checked this claim ended without an answer: killed, or out of memory"

Portion = tuple[Identity, ...]
Submit = Callable[[Portion], "Future[list[Verdict]]"]


def stream(
    identities: Iterable[Identity], settings: Settings, *, executor: Executor | None = None, jobs: int = 1
) -> Iterator[Verdict]:
    """The verdicts on every claim, in order, from ``executor`` or from ``jobs`` processes of our own.

    When the stream is left, be it by an interrupt, what was not begun is cancelled and our processes are ended.
    """
    if executor is not None:
        yield from ordered(identities, submitter(executor, settings), submitter(executor, settings), 0)
        return
    with Workers(jobs) as workers, Workers(1) as alone:
        yield from ordered(identities, submitter(workers, settings), submitter(alone, settings), 2 * jobs)


def ordered(identities: Iterable[Identity], submit: Submit, again: Submit, begun: int) -> Iterator[Verdict]:
    """The verdicts in order. A portion that is lost is handed to ``again``, claim by claim.

    Where our own pool breaks, every portion of it that is not done is lost, but no more than the first ``begun`` can
    have broken it; the others are handed out once more.
    """
    waiting: deque[tuple[Portion, Future[list[Verdict]]]] = deque()
    work = portions(identities)
    try:
        while True:
            waiting.extend((portion, submit(portion)) for portion in islice(work, AHEAD - len(waiting)))
            if not waiting:
                return
            portion, future = waiting.popleft()
            try:
                found = complete(portion, future.result())
            except Exception as error:  # noqa: BLE001 - an executor may call the death of a worker what it likes
                if begun and isinstance(error, BrokenExecutor):
                    renew(waiting, submit, begun)
                yield from one_by_one(portion, again)
            else:
                yield from found
    finally:
        # Our own pool cancels what it has itself: in Python 3.11 one that is ended fails on what others cancelled.
        for _, future in () if begun else waiting:
            future.cancel()


def renew(waiting: deque[tuple[Portion, Future[list[Verdict]]]], submit: Submit, begun: int) -> None:
    """Hand out again what was lost without having been begun."""
    broken = [
        place
        for place, (_, future) in enumerate(waiting)
        if future.done() and isinstance(future.exception(), BrokenExecutor)
    ]
    for place in broken[begun:]:
        portion, _ = waiting[place]
        waiting[place] = (portion, submit(portion))


def one_by_one(portion: Portion, submit: Submit) -> Iterator[Verdict]:
    """The verdicts on a portion that was lost; a claim that is lost again is an ``error``."""
    for identity in portion:
        for claim in identity.claims:
            try:
                single = (replace(identity, claims=(claim,)),)
                yield from complete(single, submit(single).result())
            except BrokenExecutor:
                yield unreadable(identity, claim, LOST)
            except Exception as error:  # noqa: BLE001 - as above
                message = f"no verdict came back from where it was to be checked: {type(error).__name__}: {error}"
                yield unreadable(identity, claim, message)


def complete(portion: Portion, found: list[Verdict]) -> list[Verdict]:
    """The verdicts, if there is one on every claim."""
    claims = sum(len(identity.claims) for identity in portion)
    if len(found) != claims:
        raise ValueError(f"{len(found)} verdicts on {claims} claims")
    return found


def submitter(executor: Executor, settings: Settings) -> Submit:
    """How a portion is handed to an executor; one that takes nothing more has lost it."""

    def submit(portion: Portion) -> Future[list[Verdict]]:
        try:
            return executor.submit(checked, portion, settings)
        except Exception as error:  # noqa: BLE001 - as above
            lost: Future[list[Verdict]] = Future()
            lost.set_exception(error)
            return lost

    return submit


def checked(portion: Portion, settings: Settings) -> list[Verdict]:
    """The verdicts on a portion; this is what another process runs."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from identities.checking import stream

    return list(stream(portion, **asdict(settings)))


class Workers(Executor):
    """Processes of our own: started when there is work, replaced when one dies, ended when we leave.

    They are spawned and not forked: JAX has threads, of which a fork keeps the locks and not the threads.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self.others = set(multiprocessing.active_children())
        self.pool: ProcessPoolExecutor | None = None
        self.starts = 0

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand out a call; a pool that broke is replaced."""
        try:
            return (self.pool or self.started()).submit(function, *args, **kwargs)
        except BrokenExecutor:
            return self.started().submit(function, *args, **kwargs)

    def started(self) -> ProcessPoolExecutor:
        """A new pool; where they break all the time, as on a machine that lets no process start, there is no other."""
        self.starts += 1
        if self.starts > MOST_STARTS:
            raise BrokenExecutor
        context = multiprocessing.get_context("spawn")
        self.pool = ProcessPoolExecutor(self.count, mp_context=context, initializer=begin)
        return self.pool

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End the processes; where we are left in the middle, at once: nobody waits for what they are doing.

        They are ended first and nothing is cancelled: in Python 3.11 a pool that breaks fails on what was cancelled.
        """
        if kind is not None:
            for process in {*multiprocessing.active_children()} - self.others:
                process.terminate()
        if self.pool is not None:
            self.pool.shutdown(wait=kind is None)


def begin() -> None:
    """In a process of ours, first: an interrupt is the business of the one that started us, and so is our end."""
    process.prepare()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_it() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=end_with_it, daemon=True).start()
