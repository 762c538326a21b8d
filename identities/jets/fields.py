"""The numbers: integers modulo a prime near 2^61."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

Array = Any
PRIME = 2**61 - 1  # a Mersenne prime; p ≡ 3 mod 4, so that i with i² = −1 is new and √u = ± u^((p + 1)/4)


class Undefined(ArithmeticError):
    """A division by zero, or a root that is not there: the formula has no value at this point."""


class Field(ABC):
    """Arithmetic on arrays of Python numbers, which neither overflow nor round."""

    @abstractmethod
    def number(self, value: Fraction | int) -> Any:
        """A rational number as an element."""

    @abstractmethod
    def reduced(self, x: Array) -> Array:
        """The canonical representatives after sums and products."""

    @abstractmethod
    def reciprocal(self, x: Any) -> Any:
        """1/x of one element; raises Undefined for 0."""

    def reciprocals(self, x: Array) -> Array:
        """1/x entry by entry."""
        return array([self.reciprocal(entry) for entry in x.ravel()], x.shape)


@dataclass(frozen=True)
class PrimeField(Field):
    """ℤ/p."""

    p: int = PRIME

    def number(self, value: Fraction | int) -> int:
        if isinstance(value, Fraction):
            return value.numerator * int(self.reciprocal(value.denominator)) % self.p
        return value % self.p

    def reduced(self, x: Array) -> Array:
        return x % self.p

    def reciprocal(self, x: Any) -> Any:
        if x % self.p == 0:
            raise Undefined("division by zero")
        return pow(int(x), -1, self.p)


def array(entries: list[Any], shape: tuple[int, ...]) -> Array:
    """An array of Python numbers; NumPy would guess a type and, of a single one, make no array."""
    made = np.empty(len(entries), dtype=object)
    made[:] = entries
    return made.reshape(shape)


def kept(x: Any) -> Array:
    """The array again where NumPy turned one without axes into a bare number."""
    return x if isinstance(x, np.ndarray) else array([x], ())
