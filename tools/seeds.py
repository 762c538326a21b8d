#!/usr/bin/env python3
"""The same claims on many seeds: tools/seeds.py [--seeds N] [--first S] [--select TEXT] [--wrong] [--jobs J].

No seed may give another verdict than verified; with --wrong, which takes the table of wrong formulas that the tests
keep, none but refuted. A claim is traced once for a block of seeds. After every block a line says what came of it, so
that a run may be stopped, and go on with --first. Verdicts that should not be are printed as they come; exit code 1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from identities import exact  # noqa: E402
from identities.catalogue import Identity, Problem  # noqa: E402
from identities.checking import DRAWS, checked  # noqa: E402
from identities.evaluate import Program  # noqa: E402
from identities.parsed import read  # noqa: E402
from identities.run import gather, selected  # noqa: E402
from identities.statement import statements  # noqa: E402
from identities.verdict import Verdict, unreadable  # noqa: E402

WRONG = ROOT / "tests" / "tables" / "refuted.identities.yaml"


@dataclass
class Tally:
    """What came of claims on seeds: how many verdicts of each kind, and the one with the least margin."""

    counts: Counter[str] = field(default_factory=Counter)
    closest: tuple[float, str] = (float("inf"), "")

    def add(self, verdict: Verdict, seed: int) -> None:
        """Count one verdict."""
        self.counts[verdict.verdict] += 1
        if verdict.margin is not None:
            self.closest = min(self.closest, (verdict.margin, named(verdict, seed)))

    def __str__(self) -> str:
        counts = ", ".join(f"{count:,} {outcome}" for outcome, count in self.counts.most_common())
        return f"{counts}; least margin {self.closest[0]:.2f} digits ({self.closest[1]})"


def named(verdict: Verdict, seed: int) -> str:
    """A claim and a seed in words."""
    return f"{verdict.id}: {verdict.kind} {verdict.wrt} at seed {seed}".replace("  ", " ")


def on_seeds(identity: Identity, seeds: Sequence[int]) -> list[tuple[int, Verdict]]:
    """The verdicts on every claim of an identity, for each seed; refutations are not explained."""
    found = []
    for claim, statement in zip(identity.claims, statements(read(identity)), strict=True):
        blank = unreadable(identity, claim, "")
        if isinstance(statement, Problem):
            raise SystemExit(str(statement))
        programs: dict[tuple[int, ...], Program] = {}
        for seed in seeds:
            verdict = checked(statement, blank, seed, DRAWS, explained=False, programs=programs)
            found.append((seed, exact.confronted(verdict, statement, seed)))
    return found


def block(identities: Sequence[Identity], seeds: Sequence[int], jobs: int) -> Iterator[Iterable[tuple[int, Verdict]]]:
    """The verdicts on one identity after another."""
    if jobs == 1:
        yield from (on_seeds(identity, seeds) for identity in identities)
        return
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        yield from pool.map(on_seeds, identities, [seeds] * len(identities))


def main(line: Sequence[str] | None = None) -> int:
    """Print what came of every block of seeds; 1 if a verdict was not as it should be."""
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(description=about, epilog=more)
    parser.add_argument("--seeds", type=int, default=200, help="how many (default 200)")
    parser.add_argument("--first", type=int, default=1, help="the first of them (default 1; a plain check takes 0)")
    parser.add_argument(
        "--select", metavar="TEXT", help="only the entry of this id, or with this in id, section or tag"
    )
    parser.add_argument("--block", type=int, default=20, help="seeds for which one trace is kept (default 20)")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="only every K-th entry")
    parser.add_argument("--wrong", action="store_true", help="the wrong formulas of the tests, to be refuted")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    options = parser.parse_args(line)
    identities, problems = gather([WRONG] if options.wrong else [])
    identities, unselected = selected(identities, options.select)
    if problems or unselected:
        raise SystemExit("\n".join([*map(str, problems), *unselected]))
    wanted = "refuted" if options.wrong else "verified"
    started, total, astray = time.monotonic(), Tally(), 0
    for first in range(options.first, options.first + options.seeds, options.block):
        seeds = range(first, min(first + options.block, options.first + options.seeds))
        tally = Tally()
        for verdicts in block(identities[:: options.every], seeds, options.jobs):
            for seed, verdict in verdicts:
                tally.add(verdict, seed)
                total.add(verdict, seed)
                if verdict.verdict != wanted:
                    astray += 1
                    print(f"{named(verdict, seed)} is {verdict.verdict}: {verdict.message}", flush=True)
        print(f"seeds {seeds[0]} to {seeds[-1]}: {tally}; {time.monotonic() - started:.0f} s so far", flush=True)
    print(f"{options.seeds} seeds, {total.counts.total():,} verdicts: {total}")
    return int(astray > 0)


if __name__ == "__main__":
    sys.exit(main())
