"""The order of things, and nothing else: identity → claims → sizes → draws → verdict.

Unknown is never success: a claim is verified only if at every size every oracle agrees on every draw, with numbers
that stand above the noise.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from identities import diagnose, exact, precise, vacuity, witness
from identities.catalogue import Identity, Problem
from identities.claims import EXTREMES, said
from identities.draws import possible
from identities.evaluate import Program
from identities.parsed import read
from identities.program import NotReal
from identities.readings.traced import NoEntry
from identities.sampling import Sampler
from identities.sizes import Sizes, assignments
from identities.statement import Statement, statements
from identities.verdict import Verdict, unreadable

DRAWS = 8
ALONE = 4  # times the draws where there is only one size


def stream(
    identities: Iterable[Identity],
    *,
    seed: int = 0,
    draws: int = DRAWS,
    backend: str = "numpy",
    explained: bool = True,
) -> Iterator[Verdict]:
    """The verdict on every claim, in order. Text that cannot be read comes as a verdict ``error``."""
    for identity in identities:
        for claim, statement in zip(identity.claims, statements(read(identity)), strict=True):
            blank = unreadable(identity, claim, "")
            if isinstance(statement, Problem):
                place = statement.place
                yield replace(blank, file=place.file, line=place.line, column=place.column, message=statement.message)
                continue
            try:
                found = checked(statement, blank, seed, draws, backend, explained=explained)
                yield exact.confronted(found, statement, seed)
            except Exception as error:  # a bug of ours must not cost the verdicts on the other claims
                if os.environ.get("IDENTITIES_DEBUG"):
                    raise
                yield replace(blank, message=f"internal error, please report it: {type(error).__name__}: {error}")


def checked(
    statement: Statement,
    blank: Verdict,
    seed: int,
    draws: int,
    backend: str = "numpy",
    *,
    explained: bool = True,
    programs: dict[tuple[int, ...], Program] | None = None,
) -> Verdict:
    """The verdict on one claim that can be read; a refutation is ``explained`` unless only the verdict matters.

    ``programs`` are those of the same claim under other hypotheses; new ones are added.
    """
    chosen = assignments(statement.symbols, statement.integers, lambda sizes: possible(statement, sizes))
    if not chosen:
        return replace(
            blank,
            verdict="inconclusive",
            message="no sizes meet the conditions and domains of this entry within the limits on arrays",
        )
    equal = any(condition.relation == "=" for condition in statement.conditions)
    if not equal and all(len({sizes[s] for s in statement.symbols}) < len(statement.symbols) for sizes in chosen):
        message = "the formulas have a value only where dims are equal that are declared as different ones"
        return replace(blank, verdict="inconclusive", message=message)
    if vacuous := vacuity.standing_still(statement) or vacuity.commuting(statement, chosen):
        return replace(blank, verdict="inconclusive", message=vacuous)
    if statement.claim.kind in EXTREMES and not statement.fits:
        return diagnose.of_another_shape(blank, statement)
    sampler = Sampler(statement, seed, backend, programs={} if programs is None else programs)
    wanted = draws * (ALONE if len(chosen) == 1 else 1)
    with np.errstate(all="ignore"):
        for sizes in chosen:
            try:
                trouble = sampler.sample(sizes, wanted)
            except (NotReal, NoEntry) as error:
                return replace(blank, message=str(error))
            if trouble is not None:
                open_still = replace(measured(blank, sampler), verdict="inconclusive", message=trouble)
                return precise.reconsidered(open_still, sampler)
            if sampler.samples[-1].refuting.size:
                if witness.defends(sampler):
                    return replace(measured(blank, sampler), message=witness.DEFENCE)
                found = replace(measured(blank, sampler), verdict="refuted")
                return explanation(found, sampler, chosen, draws) if explained else found
    if not any(sample.comparison.agrees.any() for sample in sampler.samples):
        what = "f" if statement.claim.kind == "equals" else f"the {said(statement.claim)}"
        message = (
            f"{what} vanishes on every draw, and so does the closed form; if that is meant, write the closed form 0"
        )
        return replace(measured(blank, sampler), verdict="inconclusive", message=message)
    word = witness.testimony(sampler)
    found = replace(measured(blank, sampler), witness=word)
    if word == witness.DENIES:
        return replace(found, message=witness.DENIALS.get(statement.claim.kind, witness.DENIAL))
    return precise.reconsidered(replace(found, verdict="verified"), sampler)


def explanation(refuted: Verdict, sampler: Sampler, chosen: Sequence[Sizes], draws: int) -> Verdict:
    """The refutation with its diagnosis; what that offers as true has passed the whole check."""
    statement, seed, backend = sampler.statement, sampler.seed, sampler.backend

    def holds(other: Statement) -> bool:
        if sampler.late:
            return False
        traced = sampler.programs if other.identity is statement.identity else None  # else of other shapes
        found = checked(other, refuted, seed, draws, backend, explained=False, programs=traced)
        return found.verdict == "verified"

    def is_true(closed_form: str) -> bool:
        text = replace(statement.claim.closed_form, text=closed_form)
        claim = replace(statement.claim, closed_form=text)
        (other,) = statements(read(replace(statement.identity, claims=(claim,))))
        if isinstance(other, Problem) or sampler.late:
            return False
        return checked(other, refuted, seed, draws, backend, explained=False).verdict == "verified"

    return diagnose.refuted(refuted, sampler, chosen, holds, is_true)


def measured(blank: Verdict, sampler: Sampler) -> Verdict:
    """The verdict with what the samples measured: sizes, draws, the largest error and noise floor."""
    telling = [(s.comparison, s.comparison.agrees | s.comparison.refutes) for s in sampler.samples]
    sizes = {tuple(sample.sizes.items()): dict(sample.sizes) for sample in sampler.samples}
    return replace(
        blank,
        evidence="numeric",
        sizes=tuple(sizes.values()),
        draws=sum(sample.comparison.agrees.size for sample in sampler.samples),
        max_error=max((float(c.error[some].max()) for c, some in telling if some.any()), default=0.0),
        noise_floor=max((float(c.floor[some].max()) for c, some in telling if some.any()), default=0.0),
        margin=margin(sampler),
        fallbacks=sampler.fallbacks,
    )


def margin(sampler: Sampler) -> float | None:
    """The digits between discrepancy and floor: the fewest of all draws that agree, the most of those that refute."""
    comparisons = [sample.comparison for sample in sampler.samples]
    against = [-c.margin[c.refutes] for c in comparisons if c.refutes.any()]
    digits = (
        float(max(map(np.max, against)))
        if against
        else min((float(c.margin[c.agrees].min()) for c in comparisons if c.agrees.any()), default=np.nan)
    )
    return round(digits, 2) if np.isfinite(digits) and digits > 0 else None
