"""A run of the command in a process of its own, and what it cost.

Linux counts the most memory that a process ever held from before its program was loaded: what starts large looks
large. So a process that is small starts the command, and measures it.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LATEST = 120  # seconds


class Ran(NamedTuple):
    """A run of the command: its exit code, what it said, its seconds (of processor time) and megabytes."""

    code: int
    output: str
    seconds: float
    megabytes: float
    elapsed: float


def ran(*arguments: str, folder: Path | None = None, stdin: int | None = subprocess.DEVNULL) -> Ran:
    """``identities ARGUMENTS`` in a folder, measured by a small process between this one and it."""
    probe = [sys.executable, "-S", "-E", __file__, sys.executable, "-m", "identities", *arguments]
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(probe, capture_output=True, check=True, cwd=folder, env=environment, stdin=stdin)
    code, *costs = done.stderr.decode().split()
    return Ran(int(code), done.stdout.decode("utf-8", "replace"), *map(float, costs))


def main(command: Sequence[str]) -> None:
    """Run a command; print what it prints, and as errors its exit code and costs."""
    started = time.monotonic()
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LATEST, check=False)
    except subprocess.TimeoutExpired as late:
        done = subprocess.CompletedProcess(command, -9, late.stdout or b"")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    costs = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, time.monotonic() - started
    sys.stdout.buffer.write(done.stdout)
    print(done.returncode, *costs, file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
