"""Closed forms judged at exact draws."""

from __future__ import annotations

import copy
import hashlib
import itertools
import random
from dataclasses import dataclass, field, replace
from functools import cached_property

from identities.claims import EXTREMES
from identities.draws import possible
from identities.exact.degrees import degree
from identities.exact.inputs import Inputs, Place, draw, places
from identities.exact.kinds import KINDS, Case, Claimed, Truth, as_form
from identities.exact.work import MOST, work
from identities.jets import Jet, Namespace, Outside, PrimeField, Symbols, Undefined
from identities.readings.exact import Point, value
from identities.sizes import SMALL, Sizes, assignments
from identities.statement import Statement
from identities.typed import Typed

DRAWS = 2  # at each size and place
ATTEMPTS = 64  # until a draw has a value: every other root is not there
MOST_ROOTS = 4
FIELD = PrimeField()

Sides = tuple[Truth, Claimed]


@dataclass
class Draw:
    """One draw, at which any closed form can be judged; the true side is computed once."""

    statement: Statement
    sizes: Sizes
    place: Place
    inputs: Inputs
    sides: Sides
    truths: dict[tuple[int, tuple[int, ...]], tuple[Jet, Symbols]] = field(default_factory=dict)

    @cached_property
    def own(self) -> tuple[Jet, Symbols]:
        """The difference of the statement's own closed form, at the first choice of symbols and roots."""
        return self.difference(self.statement.closed_form, 0, ())

    def case(self, symbols: Symbols) -> Case:
        statement, inputs = self.statement, self.inputs
        at = Point(
            Namespace(FIELD, symbols), self.sizes, inputs.values, inputs.tangents, inputs.cotangent,
            inputs.functions, self.place.indices, dict(statement.lets),
        )  # fmt: skip
        if statement.at:
            at = replace(at, values={**at.values, **{name: value(tree, at) for name, tree in statement.at.items()}})
        return Case(statement, inputs, at)

    def difference(self, closed_form: Typed, salt: int, signs: tuple[int, ...]) -> tuple[Jet, Symbols]:
        """The true array minus the claimed one, and the symbols they are made of."""
        truth, claimed = self.sides
        if (salt, signs) not in self.truths:
            symbols = Symbols(FIELD, salt, signs)
            self.truths[salt, signs] = truth(self.case(symbols)), symbols
        true, known = self.truths[salt, signs]
        symbols = replace(known, values=copy.copy(known.values), roots=copy.copy(known.roots))
        return true - claimed(self.case(symbols), closed_form), symbols

    def judge(self, closed_form: Typed) -> bool | None:
        """Whether the closed form is the true one here; None where symbols or roots leave it open.

        Raises Undefined where a side has no value, Outside where it has no exact meaning.
        """
        first, roots = self.outcome(closed_form, ())
        if roots > MOST_ROOTS:
            return None
        rest = itertools.islice(itertools.product((1, -1), repeat=roots), 1, None)
        return first if all(self.outcome(closed_form, signs)[0] is first for signs in rest) else None

    def outcome(self, closed_form: Typed, signs: tuple[int, ...]) -> tuple[bool | None, int]:
        """The judgement for one choice of the signs of roots, and the number of roots."""
        is_own = closed_form is self.statement.closed_form and not signs
        difference, symbols = self.own if is_own else self.difference(closed_form, 0, signs)
        if difference.is_zero():
            return True, len(symbols.roots)
        if symbols.values:
            # Whether the difference comes from the symbols, about which nothing but the derivative is known.
            other, _ = self.difference(closed_form, 1, signs)
            if not (difference - other).is_zero():
                return None, len(symbols.roots)
        return False, len(symbols.roots)


@dataclass
class Oracle:
    """The exact oracle of one statement: judges its own closed form, or another in its place."""

    statement: Statement
    seed: int = 0
    sides: Sides | None = None
    refuted_at: Sizes = field(default_factory=dict)

    @cached_property
    def sizes(self) -> list[Sizes]:
        """Two sizes, all dims distinct and greater than 1 where that is possible."""
        statement = self.statement
        return assignments(statement.symbols, statement.integers, lambda sizes: possible(statement, sizes), SMALL)

    @cached_property
    def draws(self) -> list[Draw]:
        """Draws at which the statement has a value, at every size and place; none outside the exact fragment."""
        try:
            found = [(sizes, place) for sizes in self.sizes for place in places(self.statement, sizes)]
            if DRAWS * sum(work(self.statement, sizes) for sizes, _ in found) > MOST:
                return []
            return [self.drawn(*where, number) for where in found for number in range(DRAWS)]
        except (Outside, Undefined):
            return []

    def drawn(self, sizes: Sizes, place: Place, number: int) -> Draw:
        """A draw that has a value; raises Undefined where none was found, Outside where there can be none."""
        for attempt in range(ATTEMPTS):
            rng = seeded(self.statement, self.seed, sorted(sizes.items()), place, number, attempt)
            try:
                inputs = draw(self.statement, sizes, place, FIELD, rng)
                found = Draw(self.statement, sizes, place, inputs, self.sides or KINDS[self.statement.claim.kind])
                _ = found.own
            except Undefined:
                continue
            return found
        raise Undefined("no value at any draw")

    def accepts(self, closed_form: Typed | None = None) -> bool | None:
        """True: the true derivative on every draw; False: a draw refutes it; None: open, or outside the fragment.

        The closed form is that of the statement unless another is given, typed in the scope of the same entry. Of a
        minimizer or maximizer this says that the gradient is zero there; the curvature it does not judge.
        """
        tree = self.statement.closed_form if closed_form is None else closed_form
        outcomes: set[bool | None] = set()
        for drawn in self.draws if self.statement.fits else ():
            try:
                outcome = drawn.judge(tree)
            except (Outside, Undefined):
                return None
            if outcome is False:
                self.refuted_at = drawn.sizes
                return False
            outcomes.add(outcome)
        return True if outcomes == {True} else None

    @property
    def tells(self) -> bool:
        """Whether the true side is something other than 0 at some draw."""
        return any(not true.is_zero() for drawn in self.draws for true, _ in drawn.truths.values())

    @property
    def error_bound(self) -> float | None:
        """How probably a closed form that is false at some of the sizes passes: Σ (degree/p)^draws over the sizes.

        The draws are independent, and the difference of the two sides vanishes at one with a probability of at most
        degree/p. It presupposes that this difference is not a multiple of p. None where no degree is known.
        """
        try:
            degrees = [degree(self.statement, sizes) for sizes in self.sizes]
        except Outside:
            return None
        return sum((most / FIELD.p) ** DRAWS for most in degrees)


def decides(statement: Statement, seed: int = 0) -> bool | None:
    """Whether a claim is true, where exact arithmetic alone can say so; no JAX is needed.

    It cannot for an extreme, whose curvature it does not judge, nor where both sides vanish on every draw.
    """
    oracle = Oracle(statement, seed)
    accepted = oracle.accepts()
    if not accepted:
        return accepted
    return True if statement.claim.kind not in EXTREMES and oracle.tells and oracle.error_bound is not None else None


def equal_exactly(statement: Statement, tree: Typed) -> bool | None:
    """Whether a tree has the value of the closed form everywhere on the domain; None where that stays open."""

    def own(case: Case) -> Jet:
        return as_form(case, statement.closed_form)

    return Oracle(statement, sides=(own, as_form)).accepts(tree)


def seeded(statement: Statement, *more: object) -> random.Random:
    """Random numbers that depend on the seed and the claim, and on nothing else."""
    claim = statement.claim
    said = "\0".join((statement.identity.id, claim.kind, claim.wrt, *map(repr, more)))
    return random.Random(hashlib.sha256(said.encode()).digest())  # noqa: S311 (a draw is to be repeated, not kept secret)
