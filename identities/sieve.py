"""The value of a formula on one draw without typing it first: most formulas near a wrong one are told wrong so.

It needs to say nothing of what it does not know. What it finds right, and what it cannot read, is typed and tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np

from identities.expression import Apply, Cotangent, Expr, Name, Number, Perturbation
from identities.readings.traced import Point

Array = Any
SCALAR = (1, 1)


class NoShape(Exception):
    """The parts of a formula do not fit together."""


class Unread(Exception):
    """A formula that only a typed one tells the value of."""


class Sieve:
    """Reads formulas at a point whose sizes are all above 1: there a number has the shape 1×1 and nothing else has."""

    def __init__(self, point: Point, known: Mapping[Expr, Array]) -> None:
        self.point = point
        self.known = known  # phrases whose value is known, by what they say
        self.seen: dict[int, tuple[Expr, Array | Exception]] = {}  # by identity: candidates share most phrases

    def value(self, tree: Expr) -> Array:
        """The value; raises :class:`NoShape` or :class:`Unread`."""
        found = self.seen.get(id(tree))
        if found is None:
            try:
                value = self.read(tree)
            except (NoShape, Unread) as reason:
                value = reason
            found = self.seen[id(tree)] = tree, value
        if isinstance(found[1], Exception):
            raise found[1]
        return found[1]

    def read(self, tree: Expr) -> Array:
        match tree:
            case Number(value=value):
                return np.full(SCALAR, float(value))
            case Name(name=name) if name in self.point.values:
                return self.point.values[name]
            case Perturbation(of=name) if name in self.point.tangents:
                return self.point.tangents[name]
            case Cotangent() if self.point.cotangent is not None:
                return self.point.cotangent
            case Apply(op=op, args=args) if op in READINGS:
                return READINGS[op](*map(self.value, args))
            case Apply() if tree in self.known:
                return self.known[tree]
        raise Unread


def product(*factors: Array) -> Array:
    """AB…, numbers anywhere; a number may be written xᵀy among matrices that fit neither."""
    try:
        return reduce(times, factors)
    except NoShape:
        if any(left.shape[0] == 1 == right.shape[1] for left, right in pairwise(factors)):
            raise Unread from None
        raise


def times(left: Array, right: Array) -> Array:
    """AB, or a multiple."""
    if SCALAR in (left.shape, right.shape):
        return left * right
    if left.shape[1] != right.shape[0]:
        raise NoShape
    return left @ right


def total(*terms: Array) -> Array:
    """A + B + …."""
    return reduce(np.add, alike(*terms))


def alike(*parts: Array) -> Iterator[Array]:
    """The parts of one shape."""
    if any(part.shape != parts[0].shape for part in parts):
        raise NoShape
    yield from parts


def inverse(matrix: Array) -> Array:
    """A⁻¹."""
    try:
        return np.linalg.inv(square(matrix))
    except np.linalg.LinAlgError:
        raise Unread from None


def square(matrix: Array) -> Array:
    """A square matrix as it is."""
    if matrix.shape[0] != matrix.shape[1]:
        raise NoShape
    return matrix


def quotient(above: Array, below: Array) -> Array:
    """A/c."""
    if below.shape != SCALAR:
        raise NoShape
    return above / below


def power(base: Array, exponent: Array) -> Array:
    """tᵏ, Xᵏ."""
    if exponent.shape != SCALAR:
        raise NoShape
    number = exponent.item()
    if base.shape == SCALAR:
        return base**number
    if number != int(number) or abs(number) > 9:
        raise Unread
    return np.linalg.matrix_power(inverse(base) if number < 0 else square(base), abs(int(number)))


def diagonal(matrix: Array) -> Array:
    """diag(x); of a matrix it depends on what is meant."""
    if matrix.shape[1] != 1:
        raise Unread
    return np.diagflat(matrix)


READINGS: Mapping[str, Callable[..., Array]] = {
    "product": product,
    "sum": total,
    "neg": np.negative,
    "transpose": np.transpose,
    "inverse": inverse,
    "hadamard": lambda left, right: np.multiply(*alike(left, right)),
    "kronecker": np.kron,
    "quotient": quotient,
    "power": power,
    "power⊙": lambda base, exponent: base ** exponent.item(),
    "diag": diagonal,
    "tr": lambda matrix: np.trace(square(matrix)).reshape(SCALAR),
}
