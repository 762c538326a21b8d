"""One run: what was asked for is gathered from files, checked, and put into one report."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from difflib import get_close_matches
from itertools import chain
from typing import TYPE_CHECKING

from identities.cache import Cache, opened, through
from identities.environment import environment
from identities.layouts import settled
from identities.portions import cost, shard
from identities.settings import Settings
from identities.verdict import Report, Verdict

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from identities.catalogue import Identity, Problem

WORTH = 100.0  # what a process must have to do to be worth starting; it imports JAX first


def run(
    what: str | os.PathLike[str] | Identity | Iterable[Identity] | None,
    *,
    select: str | None,
    settings: Settings,
    cache: bool,
    jobs: int,
    executor: Executor | None,
) -> Report:
    """The report on a file or folder, on identities, or (None) on our own catalogue."""
    from identities.catalogue import Identity
    from identities.gathering import gathered

    started = time.monotonic()
    problems: list[Problem] = []
    skipped = 0
    if what is None or isinstance(what, str | os.PathLike):
        found = gathered([] if what is None else [what])
        identities, problems, skipped = found.identities, found.problems, len(found.skipped)
    else:
        identities = [what] if isinstance(what, Identity) else list(what)
    identities, faults = selected(identities, select)
    return report(
        verdicts(identities, settings, cache=opened(settings) if cache else None, jobs=jobs, executor=executor),
        [*map(str, problems), *faults],
        settings=settings,
        started=started,
        skipped=skipped,
    )


def gather(names: Iterable[str | os.PathLike[str]] = ()) -> tuple[list[Identity], list[Problem]]:
    """The identities of the files and folders named, ours where none is, and everything wrong with them."""
    from identities.gathering import gathered

    found = gathered(names)
    return found.identities, found.problems


def selected(identities: Sequence[Identity], text: str | None) -> tuple[list[Identity], list[str]]:
    """The entry whose id is ``text``; if there is none, all with ``text`` in the id, the section or a tag.

    Everything for None. That nothing is left of something is a problem, given as a line.
    """
    if text is None or not identities:
        return list(identities), []
    part = text.casefold()
    chosen = [entry for entry in identities if entry.id == text] or [
        entry for entry in identities if any(part in word.casefold() for word in (entry.id, entry.section, *entry.tags))
    ]
    if chosen:
        return chosen, []
    words = (word for entry in identities for word in (entry.id, entry.section, *entry.tags))
    return [], [f"nothing to check: no id, section or tag has {text!r} in it{nearest(text, words)}"]


def part(identities: Sequence[Identity], number: int, of: int) -> tuple[list[Identity], list[str]]:
    """The shard ``number`` of ``of``. That nothing is left of something is a problem, given as a line."""
    chosen = shard(identities, number, of)
    if chosen or not identities:
        return chosen, []
    return [], [f"nothing to check: shard {number} of {of} is empty, as there are {len(identities)} identities in all"]


def nearest(word: str, words: Iterable[str]) -> str:
    """The end of a message about an unknown word: ``; did you mean 'a' or 'b'?``, or nothing."""
    close = get_close_matches(word, sorted(set(words)), n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(map(repr, close))}?" if close else ""


def verdicts(
    identities: Iterable[Identity],
    settings: Settings,
    *,
    cache: Cache | None,
    jobs: int = 1,
    executor: Executor | None = None,
) -> Iterator[Verdict]:
    """The verdicts as they come, in the order of the identities; what is remembered is not checked again."""

    def check(some: Iterable[Identity]) -> Iterator[Verdict]:
        def anew(unknown: Iterable[Identity]) -> Iterator[Verdict]:
            return fresh(unknown, settings, jobs, executor)

        return anew(some) if cache is None else through(cache, some, anew)

    return settled(identities, check)


def fresh(
    identities: Iterable[Identity], settings: Settings, jobs: int, executor: Executor | None
) -> Iterator[Verdict]:
    """Every claim checked now, here or by other processes. JAX is not imported to check nothing."""
    rest = iter(identities)
    first: list[Identity] = []
    amount, enough = 0.0, jobs * WORTH if jobs > 1 else 0.0
    for identity in rest:  # no more of them than tell how many processes are worth starting
        first.append(identity)
        amount += cost(identity)
        if amount >= enough:
            break
    workers = min(jobs, int(amount / WORTH))
    if first and (executor is not None or workers > 1):
        from identities import pool

        yield from pool.stream(chain(first, rest), settings, executor=executor, jobs=workers)
    elif first:
        from identities.checking import stream

        yield from stream(chain(first, rest), **asdict(settings))


def cores() -> int:
    """The processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def report(
    found: Iterable[Verdict],
    problems: Iterable[str],
    *,
    settings: Settings,
    started: float,
    skipped: int = 0,
    idle: str = "",
) -> Report:
    """The verdicts of a run that began at ``started`` (of ``time.monotonic``), with all that repeats it."""
    return Report(
        verdicts=tuple(found),
        problems=tuple(problems),
        seed=settings.seed,
        draws=settings.draws,
        backend=settings.backend,
        seconds=time.monotonic() - started,
        skipped=skipped,
        environment=environment(),
        idle=idle,
    )
