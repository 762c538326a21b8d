"""A true closed form near a wrong one: the wrong one with at most two edits and another number in front.

The search runs over terms. Where the other terms of a sum are right, the true derivative less those terms is what
the wrong one should be; what is left of the true derivative altogether is a term that was lost, and a lost term
mostly looks like one that is there. A candidate needs to be parallel to what it should be: the number is then read
off. Everything that passes is only a candidate until the whole check has verified it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from identities import limits
from identities.candidates import FAILURES, OPEN, ExtremeTrial, Trial, Typist
from identities.claims import EXTREMES
from identities.dims import ONE
from identities.edits import RULES, edits, nodes, surroundings
from identities.expression import Apply, Expr, Name, Number, walk
from identities.normal_form import is_a, multiplied, negated, tidy
from identities.program import perturbed
from identities.readings.traced import value
from identities.recoveries import REPAIRS, everywhere
from identities.sieve import NoShape, Sieve, Unread
from identities.statement import Statement
from identities.typed import SCALAR, Typed, transposed

Array = Any
SMALL_DENOMINATOR = 12


@dataclass(frozen=True)
class Place:
    """Where something is to be put: what stands there, what should be there on every trial, and the whole around it."""

    tree: Expr
    targets: Sequence[Array]
    whole: Callable[[Expr], Expr]
    is_new: bool = False


@dataclass
class Search:
    """The search around one refuted closed form; ``left`` is how many candidates it may still type."""

    statement: Statement
    trials: Sequence[Trial | ExtremeTrial]
    left: int = limits.REPAIRS

    def __post_init__(self) -> None:
        self.typist = Typist(self.statement)
        self.around = surroundings(self.statement, self.statement.closed_form, perturbed(self.statement))
        self.sieve = next((found for at in range(len(self.trials)) if (found := self.sieve_at(at))), None)

    def sieve_at(self, number: int) -> tuple[int, float, Sieve] | None:
        """A trial, by its number, on which formulas are read untyped; None where they cannot be."""
        trial, statement = self.trials[number], self.statement
        if not isinstance(trial, Trial) or len(trial.points) > 1 or min(trial.points[0].sizes.values(), default=1) < 2:
            return None
        point = trial.points[0]
        known = {}
        for part in (part for tree in statement.trees for part in nodes(tree) if isinstance(part.node, Apply)):
            if not any(inner.op in OPEN for inner in nodes(part)):
                with suppress(*FAILURES):  # a part of a sum over an index has no value of its own
                    known[part.node] = value(part, point)
        return number, trial.tolerance, Sieve(point, known)

    def is_hopeless(self, new: Expr, targets: Sequence[Array]) -> bool | None:
        """Whether a formula is certainly not the right one, None if it has no shape or another one than it should."""
        if self.sieve is None:
            return False
        number, tolerance, sieve = self.sieve
        try:
            given = sieve.value(new)
        except NoShape:
            return None
        except Unread:
            return False
        target = targets[number]
        if given.shape != target.shape:
            return None
        return number_between(given, target, tolerance) is None

    def candidates(self) -> Iterator[Expr]:
        """Repaired closed forms, those of one edit before those of two, the simpler before the longer."""
        first = [(place, *self.near(place, self.once(place))) for place in self.places()]
        yield from sorted((tree for *_, found in first for tree in found), key=simplicity)
        if self.statement.claim.kind in EXTREMES:  # judging those takes too long for more
            return
        repaired = []
        for number, (place, others, _) in enumerate(first):
            rules = REPAIRS if place.is_new else RULES
            twice = (edit.tree for tree in others for edit in edits(tree, self.around, rules))
            share = self.left // (len(first) - number)
            repaired += self.near(place, itertools.islice(twice, share))[1]
        yield from sorted(repaired, key=simplicity)

    def once(self, place: Place) -> Iterator[Expr]:
        """What stands at a place and what one edit makes of it; to put something new there is an edit already."""
        yield place.tree
        if not place.is_new:
            yield from map(tidy, everywhere(place.tree, self.around))
            yield from (edit.tree for edit in edits(place.tree, self.around, REPAIRS))

    def places(self) -> Iterator[Place]:
        """The closed form, each of its terms where it is a sum, and a term that it lost."""
        tree = tidy(self.statement.closed_form.node)
        true = [trial.true if isinstance(trial, Trial) else None for trial in self.trials]
        yield Place(tree, true, lambda new: new)
        if not self.statement.fits or self.statement.claim.kind in EXTREMES:
            return
        terms = tree.args if is_a(tree, "sum") else (tree,)
        values = [value for term in terms if (value := self.values(term)) is not None]
        if len(values) < len(terms):
            return
        sums = [sum(parts) for parts in zip(*values, strict=True)]
        for number, term in enumerate(terms if len(terms) > 1 else ()):
            rest = [whole - own for whole, own in zip(sums, values[number], strict=True)]
            targets = [t - r for t, r in zip(true, rest, strict=True)]
            yield Place(term, targets, partial(with_term, terms, number))
        lost = [t - s for t, s in zip(true, sums, strict=True)]
        added = partial(with_term, terms, len(terms))
        yield from (Place(term, lost, added) for term in terms)
        yield from (Place(term, lost, added, is_new=True) for term in self.simple())

    def simple(self) -> Iterator[Expr]:
        """x, αx, uvᵀ, uᵀv and u(vᵀw) of the right shape: lost terms need not look like another."""
        shapes, expected = self.around.shapes, self.statement.expected
        for name in (node for node, shape in shapes.items() if shape == expected and isinstance(node, Name)):
            yield name
            scalars = (node for node, shape in shapes.items() if shape == SCALAR and isinstance(node, Name))
            yield from (Apply("product", (scalar, name)) for scalar in scalars if expected != SCALAR)
        columns = [node for node, shape in shapes.items() if shape[1] == ONE != shape[0]]
        for left, right in itertools.product(columns, repeat=2):
            if (shapes[left][0], shapes[right][0]) == expected:
                yield Apply("product", (left, transposed(right)))
            if shapes[left] == shapes[right]:
                inner = Apply("product", (transposed(left), right))
                if expected == SCALAR:
                    yield inner
                yield from (Apply("product", (column, inner)) for column in columns if shapes[column] == expected)

    def near(self, place: Place, trees: Iterable[Expr]) -> tuple[list[Expr], list[Expr]]:
        """Of formulas for a place, the well-typed ones that are not right, and the whole closed forms that may be."""
        others, found = [], []
        for new in trees:
            if self.left <= 0:
                break
            self.left -= 1
            hopeless = self.is_hopeless(new, place.targets)
            if hopeless:
                others.append(new)
            if hopeless is not False or (typed := self.typist.typed(new)) is None:
                continue
            ratio = self.ratio(typed, place.targets)
            if ratio is None:
                others.append(new)
            else:
                repaired = tidy(place.whole(scaled(ratio, new)))
                if self.statement.claim.kind != "equals" or repaired != self.statement.f.node:
                    found.append(repaired)
        return others, found

    def values(self, tree: Expr) -> list[Array] | None:
        """The value of a term on every trial, None where it has none."""
        typed = self.typist.typed(tree)
        try:
            return None if typed is None else [trial.given(typed) for trial in self.trials if isinstance(trial, Trial)]
        except FAILURES:
            return None

    def ratio(self, typed: Typed, targets: Sequence[Array]) -> Fraction | None:
        """The simple number by which the candidate is what it should be on every trial, None if there is none."""
        common: Fraction | None = None
        for trial, target in zip(self.trials, targets, strict=True):
            if isinstance(trial, ExtremeTrial):
                if trial.refutes(typed):
                    return None
                common = Fraction(1)
                continue
            try:
                common = number_between(trial.given(typed), target, trial.tolerance, common)
            except FAILURES:
                return None
            if common is None:
                return None
        return common


def number_between(given: Array, target: Array, tolerance: float, common: Fraction | None = None) -> Fraction | None:
    """The simple number c, or the one that is ``common`` so far, with target = c · given; None if there is none."""
    if given.shape != target.shape:
        return None
    size = float(np.vdot(given, given).real)
    if not 0 < size < np.inf:
        return None
    if common is None:
        exact = float(np.vdot(given, target).real) / size
        common = Fraction(exact).limit_denominator(SMALL_DENOMINATOR) if np.isfinite(exact) else Fraction(0)
        if not common or abs(common.numerator) > SMALL_DENOMINATOR:
            return None
    return common if np.linalg.norm(float(common) * given - target) <= tolerance else None


def with_term(terms: tuple[Expr, ...], place: int, new: Expr) -> Expr:
    """The sum with another term at a place, or one more at its end."""
    return Apply("sum", (*terms[:place], new, *terms[place + 1 :]))


def scaled(ratio: Fraction, tree: Expr) -> Expr:
    """ratio · tree."""
    result = tree if abs(ratio) == 1 else multiplied(Number(abs(ratio)), tree)
    return negated(result) if ratio < 0 else result


def simplicity(tree: Expr) -> tuple[int, int]:
    """Of two formulas the simpler one has the smaller value: fewer phrases, and plainer ones."""
    nodes = list(walk(tree))
    return len(nodes), sum(is_a(node, "sum", "hadamard", "quotient", "pinv", "expm") for node in nodes)
