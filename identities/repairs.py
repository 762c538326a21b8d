"""A true closed form near a wrong one: the wrong one with at most two edits and another number in front.

The search runs over terms. Where the other terms of a sum are right, the true derivative less those terms is what
the wrong one should be; what is left of the true derivative altogether is a term that was lost, and a lost term
mostly looks like one that is there. A candidate needs to be parallel to what it should be: the number is then read
off. Everything that passes is only a candidate until the whole check has verified it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from identities import limits
from identities.candidates import FAILURES, ExtremeTrial, Trial, Typist
from identities.claims import EXTREMES
from identities.dims import ONE
from identities.edits import REPAIRS, RULES, Rule, Surroundings, edits, surroundings
from identities.expression import Apply, Expr, Name, Number, walk
from identities.normal_form import is_a, multiplied, negated, tidy
from identities.program import perturbed
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


@dataclass
class Search:
    """The search around one refuted closed form; ``left`` is how many candidates it may still type."""

    statement: Statement
    trials: Sequence[Trial | ExtremeTrial]
    left: int = limits.REPAIRS

    def __post_init__(self) -> None:
        self.typist = Typist(self.statement)
        self.around = surroundings(self.statement, self.statement.closed_form, perturbed(self.statement))

    def candidates(self) -> Iterator[Expr]:
        """Repaired closed forms, those of one edit before those of two, the simpler before the longer."""
        first = [(place, *self.near(place, edited(place.tree, self.around, REPAIRS))) for place in self.places()]
        yield from sorted((tree for *_, found in first for tree in found), key=simplicity)
        if self.statement.claim.kind in EXTREMES:  # judging those takes too long for more
            return
        found = []
        for place, others, _ in first:
            for tree in others:
                found += self.near(place, edited(tree, self.around, RULES))[1]
        yield from sorted(found, key=simplicity)

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
        for term in (*terms, *self.simple()):
            yield Place(term, lost, partial(with_term, terms, len(terms)))

    def simple(self) -> Iterator[Expr]:
        """x and αx of the right shape, and uvᵀ of the columns there are: lost terms need not look like another."""
        shapes, expected = self.around.shapes, self.statement.expected
        for name in (node for node, shape in shapes.items() if shape == expected and isinstance(node, Name)):
            yield name
            scalars = (node for node, shape in shapes.items() if shape == SCALAR and isinstance(node, Name))
            yield from (Apply("product", (scalar, name)) for scalar in scalars if expected != SCALAR)
        columns = [node for node, shape in shapes.items() if shape[1] == ONE != shape[0]]
        for left, right in itertools.product(columns, repeat=2):
            if (shapes[left][0], shapes[right][0]) == expected:
                yield Apply("product", (left, transposed(right)))

    def near(self, place: Place, trees: Iterable[Expr]) -> tuple[list[Expr], list[Expr]]:
        """Of formulas for a place, the well-typed ones that are not right, and the whole closed forms that may be."""
        others, found = [], []
        for new in trees:
            if self.left <= 0:
                break
            self.left -= 1
            if (typed := self.typist.typed(new)) is None:
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
        """The value of a term on every trial."""
        typed = self.typist.typed(tree)
        return None if typed is None else [trial.given(typed) for trial in self.trials if isinstance(trial, Trial)]

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
                given = trial.given(typed)
            except FAILURES:
                return None
            size = float(np.vdot(given, given).real)
            if given.shape != target.shape or not 0 < size < np.inf:
                return None
            if common is None:
                exact = float(np.vdot(given, target).real) / size
                common = Fraction(exact).limit_denominator(SMALL_DENOMINATOR) if np.isfinite(exact) else Fraction(0)
                if not common or abs(common.numerator) > SMALL_DENOMINATOR:
                    return None
            if not np.linalg.norm(float(common) * given - target) <= trial.tolerance:
                return None
        return common


def with_term(terms: tuple[Expr, ...], place: int, new: Expr) -> Expr:
    """The sum with another term at a place, or one more at its end."""
    return Apply("sum", (*terms[:place], new, *terms[place + 1 :]))


def edited(tree: Expr, around: Surroundings, rules: Mapping[str, Rule]) -> Iterator[Expr]:
    """A formula and those one edit away."""
    yield tree
    yield from (edit.tree for edit in edits(tree, around, rules))


def scaled(ratio: Fraction, tree: Expr) -> Expr:
    """ratio · tree."""
    result = tree if abs(ratio) == 1 else multiplied(Number(abs(ratio)), tree)
    return negated(result) if ratio < 0 else result


def simplicity(tree: Expr) -> tuple[int, int]:
    """Of two formulas the simpler one has the smaller value: fewer phrases, and plainer ones."""
    nodes = list(walk(tree))
    return len(nodes), sum(is_a(node, "sum", "hadamard", "quotient", "pinv", "expm") for node in nodes)
