#!/usr/bin/env python3
"""How a check grows with its table: tools/scale.py [--claims 200 2000 20000] [--jobs J].

Tables of so many claims are made of the catalogue: its entries spread evenly, then each again with f and its
derivatives multiplied by 2, 3, …, so that no two formulas are the same and all are true. Each is checked cold in a
process of its own. Printed are the time by the clock and of the processors, the time until the first verdict is seen,
and the most memory that the process and those it started held together (resident; what they share counts in each).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from identities.catalogue import Claim, Identity, Text  # noqa: E402
from identities.claims import EXTREMES  # noqa: E402
from identities.run import gather  # noqa: E402

PAUSE = 0.05  # seconds between two looks at the memory


@dataclass(frozen=True)
class Growth:
    """One table checked: seconds by the clock, of the processors and until the first verdict; bytes; verdicts."""

    claims: int
    seconds: float
    processor: float
    first: float
    memory: int
    verified: int


def main(line: Sequence[str] | None = None) -> int:
    """Print the curve; 1 if not every claim is verified."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claims", type=int, nargs="+", default=[200, 2_000, 20_000], metavar="N")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default 1)")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="where the tables are put (default build/)")
    options = parser.parse_args(line)
    options.build.mkdir(parents=True, exist_ok=True)
    print("| claims | jobs | s | processor s | ms a claim | first verdict s | memory MB | verified |")
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    sound = True
    for claims in options.claims:
        table = options.build / f"scale-{claims}.identities.yaml"
        table.write_text(text(claims), encoding="utf-8")
        found = grown(table, claims, options.jobs)
        sound &= found.verified == claims
        print(
            f"| {claims:,} | {options.jobs} | {found.seconds:.1f} | {found.processor:.1f} | "
            f"{1000 * found.processor / claims:.1f} | {found.first:.2f} | "
            f"{found.memory / 1e6:.0f} | {found.verified:,} |",
            flush=True,
        )
    return int(not sound)


def text(claims: int) -> str:
    """A table of exactly so many claims."""
    whole, _ = gather()
    step = max(1, sum(len(entry.claims) for entry in whole) // claims)
    lines, left = ["format: 1", "identities:"], claims
    for factor in range(1, 10**6):
        for entry in whole[::step]:
            own = [claim for claim in entry.claims if not claim.worked][:left]
            if own:
                left -= len(own)
                lines += written(entry, own, factor)
            if not left:
                return "\n".join(lines) + "\n"
    raise AssertionError


def written(entry: Identity, claims: Sequence[Claim], factor: int) -> Iterator[str]:
    """The lines of an entry with f multiplied by a factor."""

    def times(text: Text, kind: str = "") -> str:
        same = factor == 1 or kind in EXTREMES or text.text == "0"
        return quoted(text.text if same else f"{factor} ({text.text})")

    yield f"- id: {entry.id}-{factor}"
    yield from block("where", {name: quoted(said.text) for name, said in entry.where.items()})
    yield from block("let", {name: quoted(said.text) for name, said in entry.let.items()})
    yield f"  f: {times(entry.f)}"
    for kind, of_kind in groupby(claims, key=lambda claim: claim.kind):
        yield f"  {kind}:"
        for wrt, same in groupby(of_kind, key=lambda claim: claim.wrt):
            if wrt:
                yield f"    {quoted(wrt)}:"
            yield from (f"    - {times(claim.closed_form, kind)}" for claim in same)
    yield from block("at", {name: quoted(said.text) for name, said in entry.at.items()})


def block(key: str, parts: Mapping[str, str]) -> Iterator[str]:
    """A mapping of an entry, where there is anything in it."""
    if parts:
        yield f"  {key}:"
        yield from (f"    {quoted(name)}: {said}" for name, said in parts.items())


def quoted(text: str) -> str:
    """A text as YAML that cannot be taken for anything else."""
    return "'" + text.replace("'", "''") + "'"


def grown(table: Path, claims: int, jobs: int) -> Growth:
    """One check, cold, timed and watched."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1", "IDENTITIES_CACHE": "off"}
    command = [sys.executable, "-m", "identities", "check", "-v", "--jobs", str(jobs), str(table)]
    began, before, first, verified = time.perf_counter(), os.times(), 0.0, 0
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        most = [0]
        watch = threading.Thread(target=watched, args=(process.pid, most), daemon=True)
        watch.start()
        assert process.stdout is not None
        for line in process.stdout:
            first = first or time.perf_counter() - began
            verified += " is verified (" in line
            if " is verified (" not in line:
                print(line, end="", file=sys.stderr)
    seconds, after = time.perf_counter() - began, os.times()
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Growth(claims, seconds, processor, first, most[0], verified)


def watched(process: int, most: list[int]) -> None:
    """Keep the most memory that a process and its children were ever seen to hold together, while it lives."""
    while Path(f"/proc/{process}/statm").exists():
        most[0] = max(most[0], sum(map(resident, (process, *below(process)))))
        time.sleep(PAUSE)


def below(process: int) -> Iterator[int]:
    """The processes that a process started, and those they started."""
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in map(int, (task / "children").read_text(encoding="ascii").split()):
                yield child
                yield from below(child)


def resident(process: int) -> int:
    """The bytes that a process holds; of one that is gone none."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


if __name__ == "__main__":
    sys.exit(main())
