"""How a run is shown. A format is three functions from data to text; writing the text is not its business."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from identities.catalogue import Problem
from identities.verdict import Report, Verdict


@dataclass(frozen=True, slots=True)
class Format:
    """What is written for a problem of a file, for each verdict as it comes, at the end, and for what is skipped."""

    problem: Callable[[Problem | str], str]
    verdict: Callable[[Verdict], str]
    end: Callable[[Report], str]
    skipped: Callable[[Problem], str] = lambda _: ""
