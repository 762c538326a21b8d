"""The part of NumPy that has an exact meaning, over jets: the meanings of the vocabulary are written over it.

What it lacks (max, abs, eigenvalues, …) is no rational function: asking for it leaves the exact fragment.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from identities.jets import elimination
from identities.jets.arrays import IMAGINARY, Jet, constant, orders
from identities.jets.fields import Array, Field, Undefined, array, kept
from identities.jets.symbols import FUNCTIONS, Outside, Symbols


class Namespace:
    """Stands where ``numpy`` or ``jax.numpy`` stands in a meaning."""

    arange = staticmethod(np.arange)  # of places, which are whole numbers and nothing else
    minimum = staticmethod(np.minimum)
    maximum = staticmethod(np.maximum)

    def __init__(self, field: Field, symbols: Symbols | None = None) -> None:
        self.field = field
        self.symbols = symbols
        self.linalg = LinearAlgebra()

    def __getattr__(self, name: str) -> Any:
        if name in FUNCTIONS:
            return lambda x: self.symbol(name, x)
        raise Outside(name)

    def jet(self, x: Any) -> Jet:
        return x if isinstance(x, Jet) else constant(self.field, x)

    # ---- making

    def number(self, value: Fraction) -> Jet:
        """A rational number as a 1×1 array."""
        return Jet(self.field, {0: array([self.field.number(value)], (1, 1))})

    def full(self, shape: tuple[int, ...], value: Any, **_: Any) -> Jet:
        try:
            return constant(self.field, np.full(shape, value))
        except Undefined:  # π, log 2π: a number that is no fraction is a symbol
            if self.symbols is None:
                raise Outside(str(value)) from None
            return Jet(self.field, {0: np.full(shape, self.symbols.value("number", value), dtype=object)})

    def asarray(self, value: Any, **_: Any) -> Jet:
        return self.jet(value)

    def zeros(self, shape: tuple[int, ...]) -> Jet:
        return constant(self.field, np.zeros(shape, dtype=int))

    def ones(self, shape: tuple[int, ...]) -> Jet:
        return constant(self.field, np.ones(shape, dtype=int))

    def ones_like(self, x: Jet) -> Jet:
        return self.ones(x.shape)

    def eye(self, n: int) -> Jet:
        return constant(self.field, np.eye(n, dtype=int))

    def where(self, condition: Array, x: Any, y: Any) -> Jet:
        if isinstance(condition, Jet):
            raise Outside("where")
        a, b = self.jet(x), self.jet(y)
        zero = array([0], ())
        keys = {**a.parts, **b.parts}
        return Jet(self.field, {s: np.where(condition, a.parts.get(s, zero), b.parts.get(s, zero)) for s in keys})

    def concatenate(self, blocks: Sequence[Jet], axis: int) -> Jet:
        keys = {s for block in blocks for s in block.parts}
        return Jet(
            self.field,
            {s: np.concatenate([block.parts.get(s, 0 * block.parts[0]) for block in blocks], axis) for s in keys},
        )

    # ---- entry by entry

    def conj(self, x: Jet) -> Jet:
        return x.conjugate()

    def real(self, x: Jet) -> Jet:
        return x.real

    def imag(self, x: Jet) -> Jet:
        return x.imag

    def abs(self, x: Jet) -> Jet:
        """|x| = √(x x̄)."""
        return self.symbol("sqrt", self.real(x * x.conjugate()))

    def symbol(self, name: str, x: Jet) -> Jet:
        """f(x₀ + h) = f + f' h + ½ f'' h², h being nilpotent."""
        if IMAGINARY in x.parts:
            raise Outside(name)
        base = x.parts[0]
        found = [self.derivatives(name, entry) for entry in base.ravel()]
        value, slope, bend = (
            Jet(self.field, {0: kept(self.field.reduced(array(list(column), base.shape)))})
            for column in zip(*found, strict=True)
        )
        if orders(x) == 0:
            return value
        step = x - Jet(self.field, {0: base})
        return value + slope * step + bend * step * step * Fraction(1, 2)

    def derivatives(self, name: str, at: Any) -> tuple[Any, Any, Any]:
        """The value of a function and its first two derivatives at a number."""
        if self.symbols is None:
            raise Outside(name)
        return FUNCTIONS[name](self.symbols, at)

    # ---- sums and diagonals

    def sum(self, x: Jet, axis: Any = None, keepdims: bool = False) -> Jet:
        return x.sum(axis, keepdims)

    def mean(self, x: Jet) -> Jet:
        return x.sum() * Fraction(1, x.parts[0].size)

    def prod(self, x: Jet) -> Jet:
        flat = x.reshape(-1)
        result = flat[0]
        for place in range(1, flat.shape[0]):
            result = result * flat[place]
        return result

    def trace(self, x: Jet) -> Jet:
        return x.each(np.diagonal).sum()

    def diag(self, x: Jet) -> Jet:
        return x.each(np.diag)

    def diagonal(self, x: Jet) -> Jet:
        return x.each(np.diagonal)


class LinearAlgebra:
    """``numpy.linalg``, as far as it is rational."""

    def __getattr__(self, name: str) -> Any:
        raise Outside(name)

    def det(self, x: Jet) -> Jet:
        return elimination.determinant(x)[0]

    def adj(self, x: Jet) -> Jet:
        return elimination.determinant(x)[1]

    def inv(self, x: Jet) -> Jet:
        return elimination.inverse(x)

    def pinv(self, x: Jet) -> Jet:
        return elimination.pseudo_inverse(x)

    def rank(self, x: Jet) -> Jet:
        return constant(x.field, np.array([[elimination.rank(x)]]))
