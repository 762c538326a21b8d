"""The check checked: every mutant of a closed form must fall, every hypothesis must be needed, no claim be vacuous."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from identities import compare
from identities.catalogue import Identity, Problem, Text
from identities.checking import DRAWS, checked
from identities.claims import EXTREMES, STRUCTURED
from identities.declaration import Declaration
from identities.draws import possible
from identities.evaluate import Program
from identities.generality import generalised
from identities.mutants import Mutant, mutants
from identities.parsed import Parsed, read
from identities.pool import Workers
from identities.sampling import Sampler
from identities.sizes import assignments
from identities.statement import Statement, statements
from identities.verdict import Outcome, Verdict, unreadable
from identities.weakening import weakenings

Programs = dict[tuple[int, ...], Program]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A hypothesis of an entry, whether some claim needs it, and what would do in its place."""

    said: str
    needed: bool
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the audit of an entry found: a verdict and the mutants of each claim, and its hypotheses."""

    file: str
    line: int
    column: int
    id: str
    claims: tuple[tuple[Verdict, tuple[Mutant, ...]], ...]
    hypotheses: tuple[Hypothesis, ...]

    @property
    def fates(self) -> Counter[str]:
        """How many mutants met each fate."""
        return Counter(mutant.fate for _, made in self.claims for mutant in made)

    @property
    def not_verified(self) -> tuple[Verdict, ...]:
        """The claims that are refuted, vacuous, or cannot be read, and so have no mutants."""
        return tuple(verdict for verdict, _ in self.claims if verdict.verdict != "verified")

    @property
    def unneeded(self) -> tuple[Hypothesis, ...]:
        """The hypotheses that no claim needs."""
        return tuple(hypothesis for hypothesis in self.hypotheses if not hypothesis.needed)

    @property
    def clean(self) -> bool:
        """Whether no mutant survives, every hypothesis is needed, and every claim is verified."""
        return not (self.fates["survives"] or self.unneeded or self.not_verified)


@dataclass(frozen=True, slots=True)
class Audit:
    """The audit of a run, entry by entry, and the problems of files that could not be read."""

    entries: tuple[Entry, ...]
    problems: tuple[str, ...] = ()
    seed: int = 0
    seconds: float = 0.0
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """0 clean; 1 a survivor, an unneeded hypothesis or a claim not verified; 2 unusable input."""
        errors = any(verdict.verdict == "error" for entry in self.entries for verdict in entry.not_verified)
        if self.problems or errors or not self.entries:
            return 2
        return 0 if all(entry.clean for entry in self.entries) else 1


def stream(identities: Iterable[Identity], seed: int, jobs: int = 1) -> Iterator[Entry]:
    """The audit of every entry, in order, in ``jobs`` processes."""
    if jobs == 1:
        yield from (audited(identity, seed) for identity in identities)
        return
    with Workers(jobs) as workers:
        waiting = [workers.submit(audited, identity, seed) for identity in identities]
        yield from (future.result() for future in waiting)


def audited(identity: Identity, seed: int) -> Entry:
    """The audit of one entry."""
    with np.errstate(all="ignore"):
        return Auditor(identity, seed).entry()


class Auditor:
    """Audits one entry; what was traced for a claim serves its mutants and weaker statements too."""

    def __init__(self, identity: Identity, seed: int) -> None:
        self.identity, self.seed = identity, seed
        self.programs: dict[int, Programs] = {}

    def entry(self) -> Entry:
        identity, parsed = self.identity, read(self.identity)
        claims: list[tuple[Verdict, tuple[Mutant, ...]]] = []
        verified: list[Statement] = []
        for claim, statement in zip(identity.claims, statements(parsed), strict=True):
            blank = unreadable(identity, claim, "")
            if isinstance(statement, Problem):
                claims.append((replace(blank, message=statement.message), ()))
                continue
            self.programs[id(claim)] = {}
            verdict = self.verdict(statement)
            made: tuple[Mutant, ...] = ()
            if verdict.verdict == "verified":
                verified.append(statement)
                made = tuple(self.mutants(statement))
            claims.append((verdict, made))
        place = identity.place
        hypotheses = [*self.hypotheses(parsed.declarations, verified), *self.shapes(parsed)]
        return Entry(place.file, place.line, place.column, identity.id, tuple(claims), tuple(hypotheses))

    def verdict(self, statement: Statement, seed: int | None = None) -> Verdict:
        """The verdict of the whole check, unexplained."""
        programs = self.programs.get(id(statement.claim))
        blank = unreadable(self.identity, statement.claim, "")
        seed = self.seed if seed is None else seed
        return checked(statement, blank, seed, DRAWS, explained=False, programs=programs)

    def mutants(self, statement: Statement) -> Iterator[Mutant]:
        """The mutants of a verified claim; another seed decides about those that the first draws leave."""

        def verdict(closed_form: str) -> Outcome:
            claim = replace(statement.claim, closed_form=Text(closed_form, statement.claim.closed_form.place))
            (other,) = statements(read(replace(self.identity, claims=(claim,))))
            return "error" if isinstance(other, Problem) else self.verdict(other, self.seed + 1).verdict

        sampler = Sampler(statement, self.seed, programs=self.programs[id(statement.claim)])
        sizes = assignments(statement.symbols, statement.integers, lambda sizes: possible(statement, sizes))
        yield from mutants(statement, sampler, sizes, verdict)

    def hypotheses(self, declarations: Mapping[str, Declaration], verified: list[Statement]) -> Iterator[Hypothesis]:
        """Every hypothesis that more is said by than by the formulas themselves."""
        found: dict[str, Hypothesis] = {}
        for weakening in weakenings(declarations, verified):
            if not weakening.statements or not found.get(weakening.said, NEEDED).needed:
                continue
            needed = not all(self.holds(statement) for statement in weakening.statements)
            found[weakening.said] = Hypothesis(weakening.said, needed, "" if needed else weakening.instead)
        yield from found.values()

    def shapes(self, parsed: Parsed) -> Iterator[Hypothesis]:
        """Sizes declared equal although the formulas type-check without."""
        if (found := generalised(parsed)) is None:
            return
        identity, said, instead = found
        claims = zip(identity.claims, statements(read(identity)), strict=True)
        others = [statement for claim, statement in claims if not claim.worked]
        self.programs.clear()
        fine = all(not isinstance(s, Problem) and s.fits and self.verdict(s).verdict == "verified" for s in others)
        yield Hypothesis(said, not fine, instead if fine else "")

    def holds(self, weaker: Statement) -> bool:
        """Whether a claim is verified under a weaker hypothesis; other structures and points are traced anew."""
        if weaker.claim.kind in (*EXTREMES, *STRUCTURED) or weaker.conditions or weaker.at:
            self.programs.pop(id(weaker.claim), None)
        return self.verdict(weaker).verdict == "verified" and self.has_values(weaker)

    def has_values(self, weaker: Statement) -> bool:
        """Whether f has a value on all of the larger domain: what keeps f defined is needed."""
        sampler = Sampler(weaker, self.seed, programs=self.programs.setdefault(id(weaker.claim), {}))
        sizes = assignments(weaker.symbols, weaker.integers, lambda sizes: possible(weaker, sizes))
        for size in sizes[:2]:
            sampler.sample(size, 2 * DRAWS)
        return all(compare.finite(sample.outputs["f"]).all() for sample in sampler.samples)


NEEDED = Hypothesis("", True)
