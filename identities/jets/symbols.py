"""Transcendental functions and roots, of which only the derivative is rational.

exp(u), log(u), sin(u), … at a point u₀ is a symbol: a random number, the same wherever the function meets the same
u₀; of its values at other points no more is known than exp(−u) = 1/exp(u), log(1/u) = −log(u) and that sin, tanh and
arctan are odd. An identity that holds for such free symbols, given how they differentiate, holds for the functions;
one that does not may still be true, as log ab = log a + log b is, so it decides nothing unless the symbols drop out. A
root is a number r with r² = u₀, and an identity has to hold for either of its signs.
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


def _odd(s: Symbols, name: str, at: int) -> int:
    """f(x) with f(−x) = −f(x): of the two places ±x the smaller number has the symbol."""
    other = -at % s.numbers.p
    if at == 0:
        return 0
    return s.value(name, at) if at < other else -s.value(name, other) % s.numbers.p


def _exp(s: Symbols, x: int) -> Derivatives:
    """With exp(−x) = 1/exp(x)."""
    other = -x % s.numbers.p
    e = 1 if x == 0 else s.value("exp", x) if x < other else s.numbers.reciprocal(s.value("exp", other))
    return e, e, e


def _log(s: Symbols, x: int) -> Derivatives:
    """With log(1/x) = −log(x)."""
    inverse = s.numbers.reciprocal(x)
    value = 0 if x == 1 else s.value("log", x) if x < inverse else -s.value("log", inverse)
    return value, inverse, -inverse * inverse


def _circle(s: Symbols, x: int, sign: int) -> tuple[int, int]:
    """A point with c² + sign s² = 1: the sine and cosine of x, or the hyperbolic ones."""
    half, p = _odd(s, "tan half" if sign > 0 else "tanh half", x), s.numbers.p
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
    return _odd(s, "arctan", x), slope, -2 * x * slope * slope


def _sqrt(s: Symbols, x: int) -> Derivatives:
    root = s.root(x)
    slope = s.numbers.reciprocal(2 * root)
    return root, slope, -slope * s.numbers.reciprocal(2 * x)


FUNCTIONS: dict[str, Meaning] = {
    "exp": _exp, "log": _log, "sin": _sin, "cos": _cos, "tan": _tan, "sinh": _sinh, "cosh": _cosh, "tanh": _tanh,
    "arctan": _arctan, "sqrt": _sqrt,
}  # fmt: skip
