"""Typed tree → arrays, in a namespace: the reading that JAX traces and differentiates.

Every array has two dimensions. A declared function F is drawn as F(X) = B + Σₖ Cₖ sin(⟨Wₖ, X⟩ + φₖ), whose
derivatives of every order are written out here and do not come from JAX.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from identities import dims
from identities import linear_algebra as la
from identities.dims import Dim
from identities.expression import Call
from identities.typed import Typed, is_root_of_squares
from identities.vocabulary import TABLE

Array = Any


@dataclass(frozen=True)
class Random:
    """The parameters of a random smooth function: W (k, in), φ (k, 1), C (out, k), B (out, 1), vec order throughout."""

    weights: Array
    phases: Array
    coefficients: Array
    offset: Array


@dataclass(frozen=True)
class Point:
    """Where a formula is evaluated: every name with its value. ``np`` is the array namespace."""

    np: Any
    sizes: Mapping[str, Any]
    values: Mapping[str, Array] = field(default_factory=dict)
    tangents: Mapping[str, Array] = field(default_factory=dict)
    cotangent: Array = None
    functions: Mapping[str, Random] = field(default_factory=dict)
    indices: Mapping[str, Array] = field(default_factory=dict)  # counted from 0
    lets: tuple[tuple[str, Typed], ...] = ()

    def size(self, dim: Dim) -> Any:
        return dims.evaluate(dim, self.sizes)


def value(tree: Typed, at: Point) -> Array:
    """The array that a typed tree is at a point; parts named by ``let`` are evaluated where they are used."""
    return READINGS.get(tree.op, _operation)(tree, at)


def _shape(tree: Typed, at: Point) -> tuple[Any, Any]:
    return at.size(tree.shape[0]), at.size(tree.shape[1])


def _full(number: Any, at: Point) -> Array:
    return at.np.full((1, 1), number, dtype=float)


def _name(tree: Typed, at: Point) -> Array:
    if tree.data in at.values:
        return at.values[tree.data]
    return value(dict(at.lets)[tree.data], at)


def _dim(tree: Typed, at: Point) -> Array:
    return at.np.asarray(at.size(tree.data), dtype=float).reshape(1, 1)


def _index(tree: Typed, at: Point) -> Array:
    place = at.indices[tree.data] if tree.data in at.indices else at.sizes[tree.data] - 1
    return at.np.asarray(place + 1, dtype=float).reshape(1, 1)


def _place(tree: Typed, at: Point) -> Any:
    """The position, counted from 0, that an index says."""
    if tree.op == "place":
        return at.size(tree.data) - 1
    return at.indices[tree.data] if tree.data in at.indices else at.sizes[tree.data] - 1


def _sum(tree: Typed, at: Point) -> Array:
    first, *rest = tree.args
    total = value(first, at)
    for term in rest:
        total = total - value(term.args[0], at) if term.op == "neg" else total + value(term, at)
    return total


def _matmul(tree: Typed, at: Point) -> Array:
    return value(tree.args[0], at) @ value(tree.args[1], at)


def _scale(tree: Typed, at: Point) -> Array:
    return value(tree.args[0], at) * value(tree.args[1], at)


def _power(tree: Typed, at: Point) -> Array:
    base, exponent = tree.args
    whole = exponent.data if exponent.op == "number" else None
    if exponent.op == "neg" and exponent.args[0].op == "number":
        whole = -exponent.args[0].data
    if whole is not None and whole == int(whole):
        if is_root_of_squares(base) and whole > 0 and whole % 2 == 0:
            # ‖x‖² is smooth at 0 and (√xᵀx)² is not.
            inner = value(base.args[0], at)
            return la.total(at.np, at.np.real(inner * at.np.conj(inner))) ** int(whole // 2)
        return value(base, at) ** int(whole)
    power = value(exponent, at)
    # A whole exponent stays one however it was rounded: (−1)^(i + 1).
    return value(base, at) ** (at.np.round(power) if is_whole(exponent) else power)


def _static_only(size: Any) -> Any:
    """Refuse a symbolic size, as range() does, so that the caller traces per size."""
    raise TypeError(f"'{size}' has to be a number here")


def is_whole(tree: Typed) -> bool:
    """Whether a scalar is arithmetic of whole numbers: of indices, dims and numbers without a fraction."""
    if tree.op == "number":
        return bool(tree.data == int(tree.data))
    return tree.op in ("index", "dim", "zero") or (
        tree.op in ("sum", "neg", "scale") and all(is_whole(arg) for arg in tree.args)
    )


def _power_whole(tree: Typed, at: Point) -> Array:
    # A whole power of a negative base is a number; exp(n log base) is not.
    count = at.size(tree.data)
    return value(tree.args[0], at) ** (count if isinstance(count, int) else at.np.asarray(count))


def _power_matrix(tree: Typed, at: Point) -> Array:
    count = at.size(tree.data)
    if not isinstance(count, int):
        _static_only(count)
    base = value(tree.args[0], at)
    if count < 0:
        base, count = at.np.linalg.inv(base), -count
    result = at.np.eye(base.shape[0])
    for _ in range(count):
        result = result @ base
    return result


class NoEntry(ValueError):
    """A sum runs past the end of an array."""


def _places(trees: Sequence[Typed], of: Array, at: Point) -> list[Any]:
    """The positions in an array of one row or column, or the row and column; raises NoEntry where it has no such."""
    places = [_place(tree, at) for tree in trees]
    extent = of.shape if len(places) == 2 else (max(of.shape),)
    for place, size in zip(places, extent, strict=True):
        if isinstance(place, int) and isinstance(size, int) and place >= size:
            raise NoEntry(
                f"entry {place + 1} is asked of an array that has {size}: where a sum runs over one dim and an array "
                "ends with another, declare both with the same dim"
            )
    return places


def _entry(tree: Typed, at: Point) -> Array:
    base = value(tree.args[0], at)
    places = _places(tree.args[1:], base, at)
    if len(places) == 1:
        places = [0, places[0]] if tree.data else [places[0], 0]
    return base[places[0], places[1]].reshape(1, 1)


def _unit(tree: Typed, at: Point) -> Array:
    size = at.size(tree.shape[0])
    return at.np.where(at.np.arange(size) == _place(tree.args[0], at), 1.0, 0.0).reshape(size, 1)


def _eigval(tree: Typed, at: Point) -> Array:
    return la.eigvalsh(at.np, value(tree.args[0], at))[_place(tree.args[1], at)].reshape(1, 1)


def _eigvec(tree: Typed, at: Point) -> Array:
    return la.eigenvector(at.np, value(tree.args[0], at), _place(tree.args[1], at))


def _sub(tree: Typed, at: Point) -> Array:
    base = value(tree.args[0], at)
    return la.minor(at.np, base, *_places(tree.args[1:], base, at))


def _literal(tree: Typed, at: Point) -> Array:
    np, width = at.np, tree.data
    blocks = [value(arg, at) for arg in tree.args]
    rows = [np.concatenate(blocks[start : start + width], 1) for start in range(0, len(blocks), width)]
    return np.concatenate(rows, 0)


def _sum_over_dim(tree: Typed, at: Point) -> Array:
    index = tree.node.index  # type: ignore[union-attr]

    def term(place: Any) -> Array:
        return value(tree.args[0], replace(at, indices={**at.indices, index: place}))

    places = at.np.arange(at.size(tree.data))
    if at.np.__name__ == "numpy":
        return sum(map(term, places))
    import jax

    return at.np.sum(jax.vmap(term)(places), 0)


def _sum_between(tree: Typed, at: Point) -> Array:
    index, lower, upper = tree.data
    first, last = at.size(lower), at.size(upper)
    if not isinstance(first, int) or not isinstance(last, int):
        _static_only(last)
    total = at.np.zeros(_shape(tree, at))
    for place in range(first, last + 1):
        total = total + value(tree.args[0], replace(at, sizes={**at.sizes, index: place}))
    return total


def _constant(tree: Typed, at: Point) -> Array:
    meaning = TABLE[tree.op].overloads[0].meaning
    if tree.op in SIZED:
        return meaning(at.np, shape=_shape(tree, at))
    return meaning(at.np, *(at.size(dim) for dim in tree.data))


def _operation(tree: Typed, at: Point) -> Array:
    row = TABLE[tree.op]
    overload = row.overloads[tree.data or 0]
    return overload.meaning(at.np, *(value(arg, at) for arg in tree.args))


# Constants whose size is what fits; the others have it as arguments.
SIZED = ("identity", "ones", "pi", "imaginary")

# sin and its derivatives, by order.
_WAVES: tuple[Callable[[Any, Array], Array], ...] = (
    lambda np, s: np.sin(s),
    lambda np, s: np.cos(s),
    lambda np, s: -np.sin(s),
    lambda np, s: -np.cos(s),
)


def _call(tree: Typed, at: Point) -> Array:
    node = tree.node
    assert isinstance(node, Call)
    np, drawn, mark = at.np, at.functions[node.function], node.derivative
    point = value(tree.args[0], at)
    if mark.endswith("⊙"):
        order = mark.count("'")
        flat = la.vec(np, point).T  # one column per entry
        waves = drawn.weights**order * _WAVES[order % 4](np, drawn.weights @ flat + drawn.phases)
        return la.unvec(np, (drawn.coefficients @ waves + (drawn.offset if order == 0 else 0.0)).T, *point.shape)
    source = la.vec(np, point)
    phase = drawn.weights @ source + drawn.phases
    if mark == "∇²":
        return drawn.weights.T @ (drawn.coefficients.T * _WAVES[2](np, phase) * drawn.weights)
    jacobian = drawn.coefficients @ (_WAVES[1](np, phase) * drawn.weights)
    if mark == "∂":
        return jacobian
    if mark == "∇":
        return la.unvec(np, jacobian.T, *point.shape)
    if mark == "D":
        return la.unvec(np, jacobian @ la.vec(np, value(tree.args[1], at)), *_shape(tree, at))
    order = len(mark)
    waves = _WAVES[order % 4](np, phase)
    result = drawn.coefficients @ (drawn.weights**order * waves if order else waves)
    return la.unvec(np, result + (drawn.offset if order == 0 else 0.0), *_shape(tree, at))


READINGS: dict[str, Callable[[Typed, Point], Array]] = {
    "number": lambda tree, at: _full(float(tree.data), at),
    "zero": lambda tree, at: at.np.zeros(_shape(tree, at)),
    "name": _name,
    "dim": _dim,
    "index": _index,
    "perturbation": lambda tree, at: at.tangents[tree.data],
    "cotangent": lambda tree, at: at.cotangent,
    "call": _call,
    "sum": _sum,
    "matmul": _matmul,
    "scale": _scale,
    "power_scalar": _power,
    "power_entrywise": _power,
    "power_whole": _power_whole,
    "power_matrix": _power_matrix,
    "entry": _entry,
    "unit": _unit,
    "unvec": lambda tree, at: la.unvec(at.np, value(tree.args[0], at), *(at.size(d) for d in tree.data)),
    "literal": _literal,
    "sum_over_dim": _sum_over_dim,
    "sum_between": _sum_between,
    "identity": _constant,
    "ones": _constant,
    "pi": _constant,
    "commutation": _constant,
    "duplication": _constant,
    "elimination": _constant,
    "dft": _constant,
    "imaginary": _constant,
    "eigval": _eigval,
    "eigvec": _eigvec,
    "sub": _sub,
}
