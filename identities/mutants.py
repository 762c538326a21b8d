"""Mutants of a verified closed form: wrong in one place on purpose, so that a check that matters refutes them.

Most die on the first draws. What is left is shown equal exactly, or checked in full with another seed; what is
neither refuted nor equal survives, and casts doubt on the check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from identities import witness
from identities.candidates import FAILURES, ExtremeTrial, Trial, Typist, extreme_trials, trials
from identities.claims import EXTREMES
from identities.edits import edits, surroundings
from identities.exact import equal_exactly
from identities.notation.typeset import unicode
from identities.program import moving_variables
from identities.sampling import Sampler
from identities.sizes import Sizes
from identities.statement import Statement
from identities.typed import Typed
from identities.verdict import Outcome

SIZES, DRAWS = 2, 3  # at which mutants are looked at first

Fate = Literal["killed", "equal exactly", "equal", "survives"]
FATES: tuple[Fate, ...] = ("killed", "equal exactly", "equal", "survives")
BY_VERDICT: dict[Outcome, Fate] = {"verified": "equal", "refuted": "killed"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A closed form one edit away, the kind of edit, and what became of it."""

    edit: str
    closed_form: str
    fate: Fate


def mutants(
    statement: Statement, sampler: Sampler, sizes: Sequence[Sizes], verdict: Callable[[str], Outcome]
) -> Iterator[Mutant]:
    """Every mutant of a verified claim; ``verdict`` is the whole check of another closed form."""
    typist = Typist(statement)
    around = surroundings(statement, statement.closed_form, moving_variables(statement))
    tried = first_trials(statement, sampler, sizes)
    for edit in edits(statement.closed_form.node, around):
        typed = typist.typed(edit.tree)
        if typed is not None:
            yield Mutant(edit.kind, text := unicode(edit.tree), fate(statement, tried, typed, text, verdict))


def first_trials(
    statement: Statement, sampler: Sampler, sizes: Sequence[Sizes]
) -> Sequence[Trial] | Sequence[ExtremeTrial]:
    """A few draws at two sizes, wide and tall."""
    for size in sizes[:SIZES]:
        sampler.sample(size, DRAWS)
    if statement.claim.kind in EXTREMES:
        return extreme_trials(sampler, sampler.samples, 1)
    return trials(statement, sampler.samples, DRAWS)


def fate(
    statement: Statement,
    tried: Sequence[Trial] | Sequence[ExtremeTrial],
    typed: Typed,
    text: str,
    verdict: Callable[[str], Outcome],
) -> Fate:
    """What becomes of one mutant."""
    if any(is_refuted(trial, typed) for trial in tried):
        return "killed"
    if statement.claim.kind not in EXTREMES and is_equal_exactly(statement, typed):
        return "equal exactly"
    return BY_VERDICT.get(verdict(text), "survives")


def is_equal_exactly(statement: Statement, typed: Typed) -> bool:
    """Whether exact arithmetic shows a mutant equal; one that reaches for what is not there it cannot judge."""
    try:
        return equal_exactly(statement, typed) is True
    except FAILURES:
        return False


def is_refuted(trial: Trial | ExtremeTrial, typed: Typed) -> bool:
    """Whether a draw refutes a mutant beyond doubt; of an extreme, where differences of f deny it."""
    if isinstance(trial, ExtremeTrial):
        return trial.told(typed) == witness.DENIES
    return trial.refutes(typed)
