"""Typed tree → jets: the reading in exact arithmetic, with derivatives where a variable moves.

A declared function F is drawn as F(X) = B + Σₖ Cₖ (⟨Wₖ, X⟩ + φₖ)^d, a polynomial whose degree exceeds the order of
any derivative taken. What has no exact meaning raises :class:`identities.jets.Outside`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import perm
from typing import Any

import numpy as np

from identities import dims
from identities.dims import Dim
from identities.expression import Call
from identities.jets import Jet, Namespace, Outside, PrimeField
from identities.typed import Typed, is_root_of_squares
from identities.vocabulary import EXACT, RATIONAL, TABLE

SIZED = ("identity", "ones", "pi", "imaginary")  # constants that take the size that fits

LARGEST = 10**6  # numerator or denominator of a number; 0.333333333 is rounded, and no exact number is meant by it


@dataclass(frozen=True)
class Polynomial:
    """The parameters of a random function: W (k, in), φ (k, 1), C (out, k), B (out, 1), vec order, and the degree."""

    weights: Jet
    phases: Jet
    coefficients: Jet
    offset: Jet
    degree: int


@dataclass(frozen=True)
class Point:
    """Where a formula is evaluated: every name with its value."""

    np: Namespace
    sizes: Mapping[str, int]
    values: Mapping[str, Jet] = field(default_factory=dict)
    tangents: Mapping[str, Jet] = field(default_factory=dict)
    cotangent: Jet | None = None
    functions: Mapping[str, Polynomial] = field(default_factory=dict)
    indices: Mapping[str, int] = field(default_factory=dict)  # counted from 0
    lets: Mapping[str, Typed] = field(default_factory=dict)

    def size(self, dim: Dim) -> int:
        return int(dims.evaluate(dim, self.sizes))

    def shape(self, tree: Typed) -> tuple[int, int]:
        return self.size(tree.shape[0]), self.size(tree.shape[1])


def value(tree: Typed, at: Point) -> Jet:
    """The jet that a typed tree is at a point."""
    return READINGS.get(tree.op, _operation)(tree, at)


def _operation(tree: Typed, at: Point) -> Jet:
    args = [value(arg, at) for arg in tree.args]
    if tree.op in EXACT:
        meaning: Any = EXACT[tree.op]
    elif tree.op in RATIONAL:
        meaning = TABLE[tree.op].overloads[tree.data or 0].meaning
    else:
        raise Outside(tree.op)
    result: Jet = meaning(at.np, *args)
    return result


def _constant(tree: Typed, at: Point) -> Jet:
    if tree.op not in RATIONAL:
        raise Outside(tree.op)
    meaning: Any = TABLE[tree.op].overloads[0].meaning
    if tree.op in SIZED:
        return at.np.jet(meaning(at.np, shape=at.shape(tree)))
    return at.np.jet(meaning(at.np, *(at.size(dim) for dim in tree.data)))


def _name(tree: Typed, at: Point) -> Jet:
    return at.values[tree.data] if tree.data in at.values else value(at.lets[tree.data], at)


def _whole(number: int, at: Point) -> Jet:
    return at.np.number(Fraction(number))


def _position(tree: Typed, at: Point) -> int:
    """The position, counted from 0, that an index or a place says."""
    if tree.op == "place":
        return at.size(tree.data) - 1
    return at.indices[tree.data] if tree.data in at.indices else at.sizes[tree.data] - 1


def _places(trees: Sequence[Typed], of: Jet, at: Point) -> list[int]:
    """The positions in an array of one row or column, or the row and column; raises Outside where it has no such."""
    places = [_position(tree, at) for tree in trees]
    extent = of.shape if len(places) == 2 else (max(of.shape),)
    if not all(0 <= place < size for place, size in zip(places, extent, strict=True)):
        raise Outside("a place outside its array")
    return places


def _sum(tree: Typed, at: Point) -> Jet:
    total = value(tree.args[0], at)
    for term in tree.args[1:]:
        total = total + value(term, at)
    return total


def exponent(tree: Typed, at: Point) -> Fraction:
    """The rational number that an exponent is."""
    match tree.op:
        case "number":
            return Fraction(tree.data)
        case "zero":
            return Fraction(0)
        case "dim":
            return Fraction(at.size(tree.data))
        case "index":
            return Fraction(_position(tree, at) + 1)
        case "neg":
            return -exponent(tree.args[0], at)
        case "sum":
            return sum((exponent(arg, at) for arg in tree.args), Fraction(0))
        case "scale":
            return exponent(tree.args[0], at) * exponent(tree.args[1], at)
        case "quotient":
            top, bottom = (exponent(arg, at) for arg in tree.args)
            return top / bottom
        case _:
            raise Outside("a power that is no number")


def _power(tree: Typed, at: Point) -> Jet:
    base, power = tree.args[0], exponent(tree.args[1], at)
    if is_root_of_squares(base) and power % 2 == 0:
        # An even power of ‖x‖ is a power of xᵀx, and no root is taken.
        inner = value(base.args[0], at)
        return _raised(at.np.real(inner * inner.conjugate()).sum()[None, None], power / 2, at)
    return _raised(value(base, at), power, at)


def _raised(base: Jet, power: Fraction, at: Point) -> Jet:
    if power.denominator == 1:
        return base ** int(power)
    if power.denominator == 2:
        return at.np.symbol("sqrt", base) ** int(2 * power)
    raise Outside("a root")


def _power_matrix(tree: Typed, at: Point) -> Jet:
    base, count = value(tree.args[0], at), at.size(tree.data)
    if count < 0:
        base, count = at.np.linalg.inv(base), -count
    result = at.np.eye(base.shape[0])
    for _ in range(count):
        result = result @ base
    return result


def _entry(tree: Typed, at: Point) -> Jet:
    base = value(tree.args[0], at)
    places = _places(tree.args[1:], base, at)
    if len(places) == 1:
        places = [0, places[0]] if tree.data else [places[0], 0]
    return base[places[0] : places[0] + 1, places[1] : places[1] + 1]


def _unit(tree: Typed, at: Point) -> Jet:
    return at.np.jet(np.eye(at.size(tree.shape[0]), dtype=int)[:, [_position(tree.args[0], at)]])


def _sub(tree: Typed, at: Point) -> Jet:
    base = value(tree.args[0], at)
    row, column = _places(tree.args[1:], base, at)
    return base.each(lambda part: np.delete(np.delete(part, row, 0), column, 1))


def _literal(tree: Typed, at: Point) -> Jet:
    blocks = [value(arg, at) for arg in tree.args]
    width = tree.data
    rows = [at.np.concatenate(blocks[start : start + width], 1) for start in range(0, len(blocks), width)]
    return at.np.concatenate(rows, 0)


def _sum_over_dim(tree: Typed, at: Point) -> Jet:
    index = tree.node.index  # type: ignore[union-attr]
    total = at.np.zeros(at.shape(tree))
    for place in range(at.size(tree.data)):
        total = total + value(tree.args[0], replace(at, indices={**at.indices, index: place}))
    return total


def _sum_between(tree: Typed, at: Point) -> Jet:
    index, lower, upper = tree.data
    total = at.np.zeros(at.shape(tree))
    for place in range(at.size(lower), at.size(upper) + 1):
        total = total + value(tree.args[0], replace(at, sizes={**at.sizes, index: place}))
    return total


def _unvec(x: Jet, rows: int, columns: int) -> Jet:
    return x.reshape((columns, rows)).T


def _call(tree: Typed, at: Point) -> Jet:
    node = tree.node
    assert isinstance(node, Call)
    drawn, mark = at.functions[node.function], node.derivative
    point = value(tree.args[0], at)
    columns = point.T.reshape((1, -1)) if mark.endswith("⊙") else point.T.reshape((-1, 1))
    phase = drawn.weights @ columns + drawn.phases
    order = {"": 0, "∂": 1, "∇": 1, "D": 1, "∇²": 2}.get(mark.removesuffix("⊙"), mark.count("'"))
    waves = phase ** (drawn.degree - order) * perm(drawn.degree, order)
    if mark == "∇²":
        return drawn.weights.T @ (drawn.coefficients.T * waves * drawn.weights)
    if mark in ("∂", "∇", "D"):
        jacobian = drawn.coefficients @ (waves * drawn.weights)
        if mark == "∂":
            return jacobian
        if mark == "∇":
            return _unvec(jacobian.T, *point.shape)
        return _unvec(jacobian @ value(tree.args[1], at).T.reshape((-1, 1)), *at.shape(tree))
    result = drawn.coefficients @ (drawn.weights**order * waves if order else waves)
    return _unvec(result + drawn.offset if order == 0 else result, *at.shape(tree))


def _number(tree: Typed, at: Point) -> Jet:
    number = Fraction(tree.data)
    if isinstance(at.np.field, PrimeField) and max(abs(number.numerator), number.denominator) > LARGEST:
        raise Outside("a number of many digits")
    return at.np.number(number)


READINGS: dict[str, Callable[[Typed, Point], Jet]] = {
    "number": _number,
    "zero": lambda tree, at: at.np.zeros(at.shape(tree)),
    "name": _name,
    "dim": lambda tree, at: _whole(at.size(tree.data), at),
    "index": lambda tree, at: _whole(_position(tree, at) + 1, at),
    "perturbation": lambda tree, at: at.tangents[tree.data],
    "cotangent": lambda tree, at: at.cotangent,  # type: ignore[dict-item, return-value]
    "call": _call,
    "sum": _sum,
    "matmul": lambda tree, at: value(tree.args[0], at) @ value(tree.args[1], at),
    "scale": lambda tree, at: value(tree.args[0], at) * value(tree.args[1], at),
    "power_scalar": _power,
    "power_entrywise": _power,
    "power_whole": lambda tree, at: value(tree.args[0], at) ** at.size(tree.data),
    "power_matrix": _power_matrix,
    "entry": _entry,
    "unit": _unit,
    "sub": _sub,
    "unvec": lambda tree, at: _unvec(value(tree.args[0], at), *(at.size(dim) for dim in tree.data)),
    "literal": _literal,
    "sum_over_dim": _sum_over_dim,
    "sum_between": _sum_between,
    "identity": _constant,
    "ones": _constant,
    "pi": _constant,
    "imaginary": _constant,
    "commutation": _constant,
    "duplication": _constant,
    "elimination": _constant,
}
