"""Transcendental functions and roots, of which only the derivative is rational.

exp(u), log(u), sin(u), … at a point u₀ is a symbol: a random number, the same wherever the function meets the same
u₀. An identity that holds for such free symbols, given how they differentiate, holds for the functions; one that
does not may still be true, as log ab = log a + log b is, so it decides nothing unless the symbols drop out. A root
is a number r with r² = u₀, and an identity has to hold for either of its signs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from identities.jets.fields import PrimeField, Undefined


class Outside(ArithmeticError):
    """An operation without an exact meaning."""


@dataclass
class Symbols:
    """The symbols and roots met so far, at one draw. ``salt`` chooses other numbers for the same symbols."""

    numbers: PrimeField
    salt: int = 0
    signs: Sequence[int] = ()  # of the roots in the order they are met, + where none is said
    values: dict[tuple[str, Any], int] = field(default_factory=dict)
    roots: dict[int, int] = field(default_factory=dict)

    def value(self, function: str, at: Any) -> int:
        """The symbol function(at)."""
        key = (function, at)
        if key not in self.values:
            drawn = random.Random(f"{self.salt} {function} {at}")  # noqa: S311 (to be repeated, not kept secret)
            self.values[key] = drawn.randrange(self.numbers.p)
        return self.values[key]

    def root(self, square: int) -> int:
        """r with r² = square."""
        if square not in self.roots:
            p = self.numbers.p
            root = pow(square, (p + 1) // 4, p)
            if square == 0 or root * root % p != square:
                raise Undefined("no root")
            place = len(self.roots)
            self.roots[square] = root * (self.signs[place] if place < len(self.signs) else 1) % p
        return self.roots[square]


Derivatives = tuple[int, int, int]  # the function and its first two derivatives at a point
Meaning = Callable[[Symbols, int], Derivatives]


def _symbol(s: Symbols, name: str, at: int, at_zero: int) -> int:
    return s.value(name, at) if at else at_zero


def _exp(s: Symbols, x: int) -> Derivatives:
    e = _symbol(s, "exp", x, 1)
    return e, e, e


def _log(s: Symbols, x: int) -> Derivatives:
    inverse = s.numbers.reciprocal(x)
    return (s.value("log", x) if x != 1 else 0), inverse, -inverse * inverse


def _circle(s: Symbols, x: int, sign: int) -> tuple[int, int]:
    """A point with c² + sign s² = 1: the sine and cosine of x, or the hyperbolic ones."""
    half, p = _symbol(s, "tan half" if sign > 0 else "tanh half", x, 0), s.numbers.p
    scale = s.numbers.reciprocal((1 + sign * half * half) % p)
    return 2 * half * scale % p, (1 - sign * half * half) * scale % p


def _sin(s: Symbols, x: int) -> Derivatives:
    sine, cosine = _circle(s, x, 1)
    return sine, cosine, -sine


def _cos(s: Symbols, x: int) -> Derivatives:
    sine, cosine = _circle(s, x, 1)
    return cosine, -sine, -cosine


def _sinh(s: Symbols, x: int) -> Derivatives:
    sine, cosine = _circle(s, x, -1)
    return sine, cosine, sine


def _cosh(s: Symbols, x: int) -> Derivatives:
    sine, cosine = _circle(s, x, -1)
    return cosine, sine, cosine


def _tan(s: Symbols, x: int) -> Derivatives:
    sine, cosine = _circle(s, x, 1)
    t = sine * s.numbers.reciprocal(cosine) % s.numbers.p
    return t, 1 + t * t, 2 * t * (1 + t * t)


def _tanh(s: Symbols, x: int) -> Derivatives:
    sine, cosine = _circle(s, x, -1)
    t = sine * s.numbers.reciprocal(cosine) % s.numbers.p
    return t, 1 - t * t, -2 * t * (1 - t * t)


def _arctan(s: Symbols, x: int) -> Derivatives:
    slope = s.numbers.reciprocal((1 + x * x) % s.numbers.p)
    return _symbol(s, "arctan", x, 0), slope, -2 * x * slope * slope


def _sqrt(s: Symbols, x: int) -> Derivatives:
    root = s.root(x)
    slope = s.numbers.reciprocal(2 * root)
    return root, slope, -slope * s.numbers.reciprocal(2 * x)


FUNCTIONS: dict[str, Meaning] = {
    "exp": _exp, "log": _log, "sin": _sin, "cos": _cos, "tan": _tan, "sinh": _sinh, "cosh": _cosh, "tanh": _tanh,
    "arctan": _arctan, "sqrt": _sqrt,
}  # fmt: skip
