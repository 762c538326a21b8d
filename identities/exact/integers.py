"""A claim at given rational inputs: both sides as fractions, for a counterexample that people can verify by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from identities import domains
from identities.claims import EXTREMES
from identities.exact.inputs import Inputs
from identities.exact.kinds import KINDS, WHOLE, Case, as_form
from identities.jets import Jet, Namespace, Outside, Rationals, Undefined
from identities.program import structure_of
from identities.readings.exact import Point, value
from identities.sizes import Sizes
from identities.statement import Statement

Matrix = Any  # rows of numbers, or an array
FIELD = Rationals()


@dataclass(frozen=True)
class Values:
    """Inputs of a claim by name, as matrices by rows."""

    variables: Mapping[str, Matrix]
    tangents: Mapping[str, Matrix] = field(default_factory=dict)
    cotangent: Matrix = None
    indices: Mapping[str, int] = field(default_factory=dict)  # counted from 0


def at_integers(statement: Statement, sizes: Sizes, values: Values) -> tuple[Matrix, Matrix] | None:
    """The closed form and the true derivative there, as arrays of fractions; None where they are no fractions.

    Entries stand by entries of f in rows, by entries of the variable in columns, both in the order of vec.
    """
    kind = statement.claim.kind
    if kind in (*EXTREMES, "conjugate_gradient") or statement.functions:
        return None
    at = Point(
        Namespace(FIELD),
        sizes,
        {name: jet(x) for name, x in values.variables.items()},
        {name: jet(x) for name, x in values.tangents.items()},
        None if values.cotangent is None else jet(values.cotangent),
        indices=values.indices,
        lets=dict(statement.lets),
    )
    try:
        at_point = {name: value(tree, at) for name, tree in statement.at.items()}
        at = Point(at.np, sizes, {**at.values, **at_point}, at.tangents, at.cotangent, {}, at.indices, at.lets)
        case = Case(statement, Inputs(at.values, at.tangents, (), at.cotangent, {}, basis(statement, at)), at)
        closed, true = as_form(case, statement.closed_form), WHOLE.get(kind, KINDS[kind][0])(case)
    except (Outside, Undefined):
        return None
    return (closed.parts[0], true.parts[0]) if set(closed.parts) == set(true.parts) == {0} else None


def jet(x: Matrix) -> Jet:
    """A matrix of rational numbers."""
    plain = np.array([[Fraction(entry) for entry in row] for row in np.asarray(x).tolist()], dtype=object)
    return Jet(FIELD, {0: plain})


def basis(statement: Statement, at: Point) -> tuple[Any, ...]:
    """The basis of the structure that the claim stays in."""
    name = structure_of(statement)
    if name is None:
        return ()
    found = domains.basis(statement.variables[name].words, *at.values[name].shape)
    return () if found is None else tuple(found)
