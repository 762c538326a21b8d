"""Arrays over a field with ε₁, ε₂ (of square zero) and i (of square −1) adjoined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from identities.jets.fields import Array, Field, Undefined, array, kept

# A product of generators is the set of their bits.
NILPOTENT, IMAGINARY = 3, 4
LARGEST = 2**53  # below it every whole float is exact

Parts = Mapping[int, Array]


class Jet:
    """Σ parts[s] s over products s of generators; every part has the same shape, and the part of 1 is there."""

    __slots__ = ("field", "parts")
    __array_ufunc__ = None  # a plain array times a jet is the jet's business

    def __init__(self, field: Field, parts: Parts) -> None:
        self.field = field
        self.parts = parts

    # ---- shape

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.parts[0].shape)

    @property
    def T(self) -> Jet:
        return self.each(np.transpose)

    def each(self, change: Callable[[Array], Any]) -> Jet:
        """A change of places, or a sum over them, of every part."""
        return Jet(self.field, {s: kept(change(part)) for s, part in self.parts.items()})

    def reshape(self, *shape: Any) -> Jet:
        return self.each(lambda part: part.reshape(*shape))

    def __getitem__(self, places: Any) -> Jet:
        return self.each(lambda part: part[places])

    def sum(self, axis: Any = None, keepdims: bool = False) -> Jet:
        return self.each(lambda part: self.field.reduced(kept(np.sum(part, axis, keepdims=keepdims))))

    # ---- arithmetic

    def lifted(self, other: Any) -> Jet:
        """A number or a plain array as a jet."""
        return other if isinstance(other, Jet) else constant(self.field, other)

    def __add__(self, other: Any) -> Jet:
        x, y = self, self.lifted(other)
        if x.shape != y.shape:
            shape = np.broadcast_shapes(x.shape, y.shape)
            x, y = (side.each(lambda part: np.broadcast_to(part, shape)) for side in (x, y))
        total = dict(x.parts)
        for s, part in y.parts.items():
            total[s] = kept(self.field.reduced(kept(total[s] + part))) if s in total else part
        return Jet(self.field, total)

    __radd__ = __add__

    def __neg__(self) -> Jet:
        return Jet(self.field, {s: kept(self.field.reduced(-part)) for s, part in self.parts.items()})

    def __sub__(self, other: Any) -> Jet:
        return self + -self.lifted(other)

    def __rsub__(self, other: Any) -> Jet:
        return self.lifted(other) + -self

    def product(self, other: Jet, times: Callable[[Array, Array], Any]) -> Jet:
        """The product whose parts are multiplied by ``times``: entry by entry, or as matrices."""
        total: dict[int, Array] = {}
        for a, x in self.parts.items():
            for b, y in other.parts.items():
                if a & b & NILPOTENT:
                    continue
                part = kept(times(x, y))
                if a & b & IMAGINARY:
                    part = -part
                total[a ^ b] = total[a ^ b] + part if a ^ b in total else part
        return Jet(self.field, {s: kept(self.field.reduced(part)) for s, part in total.items()})

    def __mul__(self, other: Any) -> Jet:
        return self.product(self.lifted(other), lambda x, y: x * y)

    __rmul__ = __mul__

    def __matmul__(self, other: Any) -> Jet:
        return self.product(self.lifted(other), lambda x, y: x @ y)

    def __rmatmul__(self, other: Any) -> Jet:
        return self.lifted(other) @ self

    def __truediv__(self, other: Any) -> Jet:
        return self * self.lifted(other).reciprocal()

    def __rtruediv__(self, other: Any) -> Jet:
        return self.lifted(other) * self.reciprocal()

    def __pow__(self, power: int) -> Jet:
        base, left = (self, power) if power >= 0 else (self.reciprocal(), -power)
        result: Jet = constant(self.field, np.ones(self.shape, dtype=int))
        while left:
            result = result * base if left & 1 else result
            base, left = (base * base if left > 1 else base), left >> 1
        return result

    def reciprocal(self) -> Jet:
        """1/x entry by entry: Newton's y ← y(2 − xy), from the value, squares the nilpotent error each time."""
        real, imaginary = self.parts[0], self.parts.get(IMAGINARY)
        if imaginary is None:
            inverse = Jet(self.field, {0: self.field.reciprocals(real)})
        else:
            scale = self.field.reciprocals(kept(self.field.reduced(real * real + imaginary * imaginary)))
            inverse = Jet(self.field, {0: real, IMAGINARY: -imaginary}) * Jet(self.field, {0: scale})
        for _ in range(orders(self)):
            inverse = inverse * (2 - self * inverse)
        return inverse

    # ---- i

    def conjugate(self) -> Jet:
        return Jet(self.field, {s: -part if s & IMAGINARY else part for s, part in self.parts.items()})

    @property
    def real(self) -> Jet:
        return Jet(self.field, {s: part for s, part in self.parts.items() if not s & IMAGINARY})

    @property
    def imag(self) -> Jet:
        found = {s ^ IMAGINARY: part for s, part in self.parts.items() if s & IMAGINARY}
        return Jet(self.field, {0: array([0] * self.parts[0].size, self.shape), **found})

    # ---- derivatives

    def coefficient(self, nilpotent: int) -> Jet:
        """The coefficient of ε₁ (1), ε₂ (2) or ε₁ε₂ (3), or the value (0): a jet without nilpotents."""
        found = {s & IMAGINARY: part for s, part in self.parts.items() if s & NILPOTENT == nilpotent}
        return Jet(self.field, {0: array([0] * self.parts[0].size, self.shape), **found})

    def moved(self, nilpotent: int, direction: Jet) -> Jet:
        """X + εE for one ε."""
        return self + Jet(self.field, {0: 0 * self.parts[0], **{s ^ nilpotent: x for s, x in direction.parts.items()}})

    def is_zero(self) -> bool:
        """Whether every coefficient is 0."""
        return not any(kept(self.field.reduced(part)).any() for part in self.parts.values())


def orders(x: Jet) -> int:
    """How many squarings make every product of its nilpotents vanish."""
    found = 0
    for s in x.parts:
        found |= s & NILPOTENT
    return found.bit_count()


def constant(field: Field, value: Any) -> Jet:
    """A whole or dyadic number, or an array of them, without nilpotents; i is told by a complex number."""
    plain = np.asarray(value)
    if plain.dtype.kind in "iub":
        return Jet(field, {0: kept(field.reduced(kept(plain.astype(object))))})
    if plain.dtype.kind == "c":
        return Jet(field, {0: _exact(field, plain.real), IMAGINARY: _exact(field, plain.imag)})
    return Jet(field, {0: _exact(field, plain)})


def _exact(field: Field, plain: Array) -> Array:
    if plain.dtype.kind == "f" and (np.abs(plain) < LARGEST).all() and (plain == np.rint(plain)).all():
        return kept(field.reduced(kept(plain.astype(np.int64).astype(object))))
    return array([field.number(_fraction(entry)) for entry in plain.ravel().tolist()], plain.shape)


def _fraction(entry: float | Fraction) -> Fraction | int:
    """The number that a float stands for: whole or a simple dyadic fraction; others are roundings of something."""
    if isinstance(entry, Fraction):
        return entry
    if entry == int(entry):
        return int(entry)
    exact = Fraction(entry)
    if exact.denominator > 1024:
        raise Undefined(f"{entry} is rounded")
    return exact
