"""Each kind of claim as two exact arrays that must be equal: the true derivative and the claimed one.

Derivatives are taken in random directions: a closed form that differs from the truth differs in almost every one.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from identities.dims import ONE
from identities.exact.inputs import Inputs
from identities.jets import Jet
from identities.readings.exact import Point, value
from identities.statement import Statement
from identities.typed import Typed

FIRST, SECOND, MIXED = 1, 2, 3


@dataclass(frozen=True)
class Case:
    """A statement at one draw."""

    statement: Statement
    inputs: Inputs
    at: Point

    def f(self, **moved: Jet) -> Jet:
        """f with some variables moved."""
        return value(self.statement.f, replace(self.at, values={**self.at.values, **moved}))

    def along(self, direction: Jet, wrt: int = 0) -> Jet:
        """Df[E]."""
        name = self.statement.wrt[wrt]
        return self.f(**{name: self.at.values[name].moved(FIRST, direction)}).coefficient(FIRST)

    def closed(self, tree: Typed) -> Jet:
        return value(tree, self.at)

    def number(self, x: Any) -> Jet:
        return self.at.np.jet(x)


def vec(x: Jet) -> Jet:
    """The columns stacked."""
    return x.T.reshape((-1, 1))


def inner(x: Jet, y: Jet) -> Jet:
    """Σ xᵢⱼ yᵢⱼ as a 1×1 array."""
    return (x * y).sum()[None, None]


def units(case: Case) -> Iterator[Jet]:
    """The basis of all matrices in the shape of the variable, in the order of vec."""
    rows, columns = case.at.values[case.statement.wrt[0]].shape
    for column, row in itertools.product(range(columns), range(rows)):
        unit = np.zeros((rows, columns), dtype=int)
        unit[row, column] = 1
        yield case.number(unit)


def hessian(case: Case) -> Jet:
    """D²f[E, F]."""
    first, last = case.statement.wrt[0], case.statement.wrt[-1]
    moved = {first: case.at.values[first].moved(FIRST, case.inputs.directions[0])}
    moved[last] = moved.get(last, case.at.values[last]).moved(SECOND, case.inputs.directions[1])
    return case.f(**moved).coefficient(MIXED)


def differential(case: Case) -> Jet:
    """Df[dX] over all variables that move."""
    moved = {name: case.at.values[name].moved(FIRST, d) for name, d in case.at.tangents.items()}
    return case.f(**moved).coefficient(FIRST)


def second_differential(case: Case) -> Jet:
    """D²f[dX, dX]: ε₁ and ε₂ move the variables alike."""
    moved = {name: case.at.values[name].moved(FIRST, d).moved(SECOND, d) for name, d in case.at.tangents.items()}
    return case.f(**moved).coefficient(MIXED)


def entries(case: Case) -> Jet:
    """∂f[k,l]/∂X[i,j], the rows by entries of f, the columns by entries of X, both in the order of vec."""
    return case.at.np.concatenate([vec(case.along(unit)) for unit in units(case)], 1)


def claimed_entries(case: Case, tree: Typed) -> Jet:
    """The closed form at every combination of its indices."""
    statement = case.statement
    rows, columns = case.at.shape(statement.f)
    shape = case.at.values[statement.wrt[0]].shape
    of_f = [dim != ONE for dim in statement.f.shape]

    def at(place_of_f: tuple[int, int], place: tuple[int, int]) -> Jet:
        indices = dict(zip(statement.entry_of_f, itertools.compress(place_of_f, of_f), strict=True))
        indices |= dict(zip(statement.entry_of_variable, place, strict=False))
        return value(tree, replace(case.at, indices={**case.at.indices, **indices}))

    table = [
        case.at.np.concatenate([at((k, l), (i, j)) for j in range(shape[1]) for i in range(shape[0])], 1)
        for l in range(columns)
        for k in range(rows)
    ]
    return case.at.np.concatenate(table, 0)


def structured(weigh: bool) -> Callable[[Case], Jet]:
    """Σ ∂f/∂θᵣ Bᵣ over the basis of the structure, divided by ‖Bᵣ‖² to weigh."""

    def truth(case: Case) -> Jet:
        total = 0 * case.at.values[case.statement.wrt[0]]
        for matrix in case.inputs.basis:
            partial = case.along(case.number(matrix))
            scale = int((matrix * matrix).sum()) if weigh else 1
            total = total + partial / scale * matrix
        return total

    return truth


def there(case: Case, tree: Typed) -> Jet:
    """Df[E] at the closed form, which a stationary point makes zero, E inside the structure of the variable."""
    name = case.statement.wrt[0]
    return case.f(**{name: case.closed(tree).moved(FIRST, case.inputs.directions[0])}).coefficient(FIRST)


def _direction(case: Case) -> Jet:
    return case.inputs.directions[0]


def _cotangent(case: Case) -> Jet:
    assert case.at.cotangent is not None
    return case.at.cotangent


Truth = Callable[[Case], Jet]
Claimed = Callable[[Case, Typed], Jet]


def _zero(case: Case) -> Jet:
    return case.number(np.zeros((1, 1), dtype=int))


def as_form(case: Case, tree: Typed) -> Jet:
    """A closed form at every one of its indices, if it has any."""
    return claimed_entries(case, tree) if case.statement.claim.kind == "entries" else case.closed(tree)


KINDS: dict[str, tuple[Truth, Claimed]] = {
    "equals": (lambda case: case.f(), Case.closed),
    "gradient": (lambda case: case.along(_direction(case)), lambda case, g: inner(case.closed(g), _direction(case))),
    "jacobian": (
        lambda case: vec(case.along(_direction(case))),
        lambda case, j: case.closed(j) @ vec(_direction(case)),
    ),
    "hessian": (
        hessian,
        lambda case, h: vec(_direction(case)).T @ case.closed(h) @ vec(case.inputs.directions[1]),
    ),
    "differential": (differential, Case.closed),
    "second_differential": (second_differential, Case.closed),
    "pullback": (
        lambda case: inner(case.along(_direction(case)), _cotangent(case)),
        lambda case, g: inner(case.closed(g), _direction(case)),
    ),
    "derivative": (lambda case: case.along(case.number([[1]])), Case.closed),
    "entries": (entries, claimed_entries),
    "gradient_symmetric": (structured(True), Case.closed),
    "gradient_independent": (structured(False), Case.closed),
    "minimizer": (_zero, there),
    "maximizer": (_zero, there),
    "conjugate_gradient": (
        lambda case: case.along(_direction(case)).real,
        lambda case, g: inner(case.closed(g).conjugate(), _direction(case)).real,
    ),
}
