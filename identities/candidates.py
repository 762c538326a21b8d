"""Other closed forms of a claim, judged on the draws that are there already.

A closed form that is only looked at needs no tracing: it is typed against the shapes of the statement, evaluated with
NumPy on the inputs of a sample, and compared with what the oracle gave there. That takes less than a millisecond.
What passes this first look is checked in full before anything is said about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from identities import compare, witness
from identities.declaration import Declaration
from identities.expression import Expr, children
from identities.notation import NotationError
from identities.readings.traced import Point, value
from identities.sampling import Sample, Sampler, point
from identities.shapes import Inference
from identities.statement import Statement
from identities.typed import SCALAR, Typed

Array = Any
# What an edited formula may meet where the right one has a value: a singular matrix, a place that is not there, an
# index outside its sum.
FAILURES = (np.linalg.LinAlgError, ArithmeticError, ValueError, IndexError, KeyError)
PLACES = 12  # entries of a claim about entries that are looked at


OPEN = ("zero", "identity", "ones", "unit")  # their size is what stands around them


class Remembering(Inference):
    """Typing that keeps the phrases whose shapes nothing around them changes: candidates share most of theirs."""

    known: dict[int, tuple[Expr, Typed]]  # by identity of the phrase
    final: set[int]

    def visit(self, tree: Expr) -> Typed:
        if self.bound:
            return super().visit(tree)
        if (found := self.known.get(id(tree))) is not None:
            return found[1]
        typed = super().visit(tree)
        if typed.op in OPEN or any(id(part) not in self.known for part in children(tree)):
            return typed
        typed = super().close(typed)
        self.known[id(tree)] = tree, typed
        self.final.add(id(typed))
        return typed

    def close(self, typed: Typed) -> Typed:
        return typed if id(typed) in self.final else super().close(typed)


@dataclass(frozen=True)
class Typist:
    """Types other closed forms of a statement; everything but the closed form is settled."""

    statement: Statement
    known: dict[int, tuple[Expr, Typed]] = field(default_factory=dict)
    final: set[int] = field(default_factory=set)

    @cached_property
    def declarations(self) -> Mapping[str, Declaration]:
        statement = self.statement
        variables = {name: Declaration(v.shape, v.words) for name, v in statement.variables.items()}
        integers = {name: Declaration(SCALAR, ("integer",)) for name in statement.integers}
        return {**variables, **integers, **statement.functions}

    def typed(self, tree: Expr) -> Typed | None:
        """The closed form with shapes, None where it has none or not the shape that the claim requires."""
        statement = self.statement
        inference = Remembering(self.declarations)
        inference.known, inference.final = self.known, self.final
        inference.broadcasts = statement.identity.broadcasts
        inference.lets = dict(statement.lets)
        inference.ranges = dict(statement.indices)
        inference.cotangent = statement.f.shape if statement.claim.kind == "pullback" else None
        try:
            typed = inference.infer(tree, "")
            if inference.undeclared or inference.ranges.keys() != statement.indices.keys():
                return None
            if not inference.unify(typed.shape, statement.expected, tree.span):
                return None
            inference.settle(last=True)
            return inference.finish(typed, "")
        except NotationError:
            return None


@dataclass(frozen=True)
class Trial:
    """One draw: the points at which a closed form is evaluated, what the oracle gave there, how far off is wrong."""

    points: tuple[Point, ...]
    true: Array
    tolerance: float

    def given(self, closed_form: Typed) -> Array:
        """The value of a closed form, its entries below one another in a claim about entries."""
        values = [value(closed_form, point) for point in self.points]
        return values[0] if len(values) == 1 else np.concatenate(values)

    def refutes(self, closed_form: Typed) -> bool:
        """Whether the closed form has another value here, or none."""
        try:
            given = self.given(closed_form)
        except FAILURES:
            return True
        return given.shape != self.true.shape or not np.linalg.norm(given - self.true) <= self.tolerance


@dataclass(frozen=True)
class ExtremeTrial:
    """One draw of a claim about an extreme, where differences of f say whether f is level at a closed form."""

    sampler: Sampler
    sample: Sample
    number: int

    def refutes(self, closed_form: Typed) -> bool:
        """Whether the closed form is no extreme of the right kind here, as far as can be told."""
        return self.told(closed_form) != witness.AGREES

    def told(self, closed_form: Typed) -> str:
        """What the witness says of the closed form here."""
        try:
            there = value(closed_form, point(self.sampler.statement, self.sample, self.number))
        except FAILURES:
            return witness.DENIES
        return witness.told(self.sampler, self.sample, self.number, there)


def extreme_trials(sampler: Sampler, samples: Sequence[Sample], count: int) -> list[ExtremeTrial]:
    """So many draws of each sample at which f has a value."""
    return [
        ExtremeTrial(sampler, sample, int(number))
        for sample in samples
        for number in np.flatnonzero(compare.finite(sample.outputs["f"]))[:count]
    ]


def trials(statement: Statement, samples: Sequence[Sample], count: int) -> list[Trial]:
    """So many draws of each sample, those at which f and the oracle have a value."""
    found = []
    for sample in samples:
        f, _, oracle, *_ = sample.outputs.values()
        usable = np.flatnonzero(compare.finite(f) & compare.finite(oracle))
        found += [trial(statement, sample, int(number), oracle[number]) for number in usable[:count]]
    return found


def trial(statement: Statement, sample: Sample, number: int, true: Array) -> Trial:
    """One draw of a sample."""
    here = point(statement, sample, number)
    points: tuple[Point, ...] = (here,)
    if statement.claim.kind == "entries":
        rows = np.unique(np.linspace(0, len(true) - 1, PLACES).astype(int))
        points, true = tuple(places(statement, here, rows)), true[rows]
    floor = float(sample.comparison.floor[number])
    relative = max(compare.WORST_FLOOR, compare.CLEAR * floor if np.isfinite(floor) else 0.0)
    size = float(np.linalg.norm(true))
    return Trial(points, true, relative * (size if size > 0 else 1.0))


def places(statement: Statement, here: Point, rows: Iterable[int]) -> Iterator[Point]:
    """The point with the indices that rows of a claim about entries stand for, the first index running fastest."""
    names = (*statement.entry_of_f, *statement.entry_of_variable)
    for row in rows:
        indices, rest = {}, int(row)
        for name in names:
            rest, indices[name] = divmod(rest, here.size(statement.indices[name]))
        yield replace(here, indices={**here.indices, **indices})
