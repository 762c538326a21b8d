"""What a check says: the verdict on one claim, and all of them together.

Plain data. How it looks is the business of :mod:`identities.report`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from identities.catalogue import Claim, Identity

Outcome = Literal["verified", "refuted", "inconclusive", "error"]
OUTCOMES: tuple[Outcome, ...] = ("verified", "refuted", "inconclusive", "error")
# What a verdict says of its claim; the rest is the judgement.
OF_THE_CLAIM = ("file", "line", "column", "id", "f", "kind", "wrt", "closed_form", "expected", "layout", "table")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What is wrong with a refuted closed form: a ``kind`` of DESIGN §7 and, where known, the remedy."""

    kind: str
    suggestion: str | None = None
    factor: float | None = None
    holds_when: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one claim, with everything needed to judge it.

    ``line`` and ``column`` count from 1 and point at the closed form. ``max_error`` is the largest discrepancy
    ‖C − R‖_F / max(‖C‖_F, ‖R‖_F) over the draws, ``noise_floor`` the largest threshold in the same unit.
    ``margin`` is how many decimal digits lie between the two where they are closest (of a refuting draw, furthest).
    ``evidence`` is the strongest there is: ``exact`` where exact arithmetic judges the claim as JAX does, else
    ``numeric``; of an extreme it says that the gradient is zero there. With a probability of at most ``error_bound``
    exact arithmetic takes a false claim for a true one.
    ``witness`` is what differences of f say of a verified claim: that they agree, or that they cannot tell.
    ``fallbacks`` are the short cuts that did not apply: ``trace`` where one trace did not serve all sizes, and
    primitives that JAX had to evaluate; they cost time, not trust.
    ``table`` is the table of a document that the claim stands in, ``layout`` the one its closed form was read in. A
    claim that is ``expected`` to be refuted passes if it is.
    ``counterexample`` holds the inputs of one refuting draw by name, and ``closed_form`` and ``true``.
    ``cached`` tells a verdict of an earlier run, remembered, from one of this run; they are equal otherwise.
    """

    file: str
    line: int
    column: int
    id: str
    f: str
    kind: str
    wrt: str
    closed_form: str
    verdict: Outcome
    message: str = ""
    evidence: str | None = None
    error_bound: float | None = None
    sizes: tuple[Mapping[str, int], ...] = ()
    draws: int = 0
    max_error: float | None = None
    noise_floor: float | None = None
    margin: float | None = None
    witness: str | None = None
    fallbacks: tuple[str, ...] = ()
    counterexample: Mapping[str, Any] | None = None
    diagnosis: Diagnosis | None = None
    expected: str = "verified"
    layout: str = "gradient"
    table: str = ""
    cached: bool = field(default=False, compare=False)

    @property
    def passes(self) -> bool:
        """Whether the verdict is the expected one, which is `verified` unless the document says otherwise."""
        return self.verdict == self.expected

    @property
    def failure(self) -> Outcome | None:
        """What is wrong, None where nothing is; what is true against expectation is as wrong as what is refuted."""
        if self.passes:
            return None
        return "refuted" if self.verdict == "verified" else self.verdict


def unreadable(identity: Identity, claim: Claim, message: str) -> Verdict:
    """The verdict ``error`` on a claim, with its place and texts."""
    place, text = claim.closed_form.place, claim.closed_form.text
    return Verdict(
        place.file, place.line, place.column, identity.id, identity.f.text,
        claim.kind, claim.wrt, text, "error", message,
        expected=claim.expected, layout=claim.layout, table=identity.table,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts of one run, in the order of the files, and the problems of files that could not be read.

    ``idle`` says why there was nothing to check, where that is no mistake.
    """

    verdicts: tuple[Verdict, ...]
    problems: tuple[str, ...] = ()
    seed: int = 0
    draws: int = 8
    backend: str = "numpy"
    seconds: float = 0.0
    skipped: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    idle: str = ""

    @property
    def counts(self) -> Counter[str]:
        """How many claims got each verdict."""
        return Counter(verdict.verdict for verdict in self.verdicts)

    @property
    def exact(self) -> int:
        """How many claims are verified in exact arithmetic as well."""
        return sum(verdict.verdict == "verified" and verdict.evidence == "exact" for verdict in self.verdicts)

    @property
    def fallbacks(self) -> int:
        """How many claims could not be traced once for all sizes, or had a primitive that JAX evaluated."""
        return sum(bool(verdict.fallbacks) for verdict in self.verdicts)

    @property
    def cached(self) -> int:
        """How many of the verdicts are remembered from earlier runs."""
        return sum(verdict.cached for verdict in self.verdicts)

    @property
    def identities(self) -> int:
        """How many identities the claims belong to."""
        return len({(verdict.file, verdict.id) for verdict in self.verdicts})

    @property
    def exit_code(self) -> int:
        """0 everything verified; 1 something refuted or inconclusive; 2 unusable input or nothing to check."""
        if self.problems or self.counts["error"] or not (self.verdicts or self.idle):
            return 2
        return 0 if all(verdict.passes for verdict in self.verdicts) else 1

    @property
    def ok(self) -> bool:
        """True when every claim is verified, and there is at least one."""
        return self.exit_code == 0 and bool(self.verdicts)
