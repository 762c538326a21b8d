"""Dims: sizes as polynomials over dim symbols, ``m n``, ``n + 1``, ``½ n² + ½ n``.

A polynomial is a tuple of (monomial, coefficient), a monomial the sorted tuple of its symbols. Unknown dims are
symbols that start with ``?``; :mod:`identities.shapes` solves for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod
from typing import Any

from identities import limits
from identities.notation.names import LETTER, SUBSCRIPTS, canonical_name

Monomial = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dim:
    """A polynomial with rational coefficients, terms sorted, no zero coefficient."""

    terms: tuple[tuple[Monomial, Fraction], ...]

    def __add__(self, other: Dim) -> Dim:
        return _collect([*self.terms, *other.terms])

    def __neg__(self) -> Dim:
        return Dim(tuple((monomial, -coefficient) for monomial, coefficient in self.terms))

    def __sub__(self, other: Dim) -> Dim:
        return self + -other

    def __mul__(self, other: Dim) -> Dim:
        if self == ONE:
            return other
        if other == ONE:
            return self
        return _collect(
            [(tuple(sorted(a + b)), x * y) for a, x in self.terms for b, y in other.terms],
        )

    @property
    def symbols(self) -> frozenset[str]:
        """The dim symbols, those inside a minimum too."""
        every = [name for monomial, _ in self.terms for name in monomial]
        if all(name[0] != "m" or len(name) == 1 for name in every):
            return frozenset(every)
        return frozenset(s for name in every for s in _inside(name))

    @property
    def constant(self) -> int | None:
        """The number this dim is, None if it has symbols."""
        if not self.terms:
            return 0
        if len(self.terms) == 1 and not self.terms[0][0] and self.terms[0][1].denominator == 1:
            return int(self.terms[0][1])
        return None

    def __str__(self) -> str:
        if self.constant is not None:
            return str(self.constant)
        parts = []
        for monomial, coefficient in sorted(self.terms, key=lambda term: (-len(term[0]), term[0])):
            body = "".join(_powers(monomial))
            scale = "" if abs(coefficient) == 1 and monomial else str(abs(coefficient))
            parts.append(("−" if coefficient < 0 else "+", scale + body))
        first, *rest = parts
        head = ("−" if first[0] == "−" else "") + first[1]
        return head + "".join(f"{sign}{text}" for sign, text in rest)


def _powers(monomial: Monomial) -> list[str]:
    counted = {symbol: monomial.count(symbol) for symbol in monomial}
    return [
        symbol + ("" if count == 1 else _RAISED[count] if count < 10 else f"^{count}")
        for symbol, count in counted.items()
    ]


def _collect(terms: list[tuple[Monomial, Fraction]]) -> Dim:
    total: dict[Monomial, Fraction] = {}
    for monomial, coefficient in terms:
        total[monomial] = total.get(monomial, Fraction(0)) + coefficient
    return Dim(tuple(sorted((m, c) for m, c in total.items() if c)))


def number(value: int | Fraction) -> Dim:
    """The constant dim."""
    return Dim((((), Fraction(value)),)) if value else Dim(())


def symbol(name: str) -> Dim:
    """The dim that is one symbol."""
    return Dim((((name,), Fraction(1)),))


ONE = number(1)


def substitute(dim: Dim, values: Mapping[str, Dim]) -> Dim:
    """The dim with symbols replaced by dims."""
    if not any(s in values for s in dim.symbols):
        return dim
    total = number(0)
    for monomial, coefficient in dim.terms:
        product = number(coefficient)
        for s in monomial:
            if s.startswith("min("):
                replaced = minimum(*(substitute(part, values) for part in _compared(s)))
            else:
                replaced = values.get(s, symbol(s))
            product = product * replaced
        total = total + product
    return total


def divide(top: Dim, bottom: Dim) -> Dim | None:
    """The exact quotient of two polynomials, None if there is none (leading terms divided in turn)."""
    quotient = number(0)
    lead, scale = max(bottom.terms, key=lambda term: (len(term[0]), term[0]))
    for _ in range(20):
        if not top.terms:
            return quotient
        monomial, coefficient = max(top.terms, key=lambda term: (len(term[0]), term[0]))
        left = list(monomial)
        for s in lead:
            if s not in left:
                return None
            left.remove(s)
        step = Dim(((tuple(left), coefficient / scale),))
        quotient, top = quotient + step, top - step * bottom
    return None


def solve(equation: Dim, unknown: str) -> Dim | None:
    """The value of ``unknown`` that makes the polynomial vanish, None if it is not linear in it or not exact."""
    slope, rest = [], []
    for monomial, coefficient in equation.terms:
        count = monomial.count(unknown)
        if count > 1 or any(s != unknown and unknown in _inside(s) for s in monomial):
            return None
        if count:
            slope.append((tuple(s for s in monomial if s != unknown), coefficient))
        else:
            rest.append((monomial, coefficient))
    return divide(-_collect(rest), _collect(slope)) if slope else None


def whole(dim: Dim) -> tuple[Dim, int]:
    """A dim as a polynomial with whole coefficients over a positive whole denominator."""
    denominator = lcm(*(coefficient.denominator for _, coefficient in dim.terms))
    return dim * number(denominator), denominator


def evaluate(dim: Dim, sizes: Mapping[str, Any]) -> Any:
    """The number a dim is at given sizes, rounded down; sizes may be JAX's symbolic dims."""
    if len(dim.terms) == 1:  # most are a number or one symbol
        ((monomial, coefficient),) = dim.terms
        if not monomial and coefficient.denominator == 1:
            return coefficient.numerator
        if len(monomial) == 1 and coefficient.numerator == coefficient.denominator and monomial[0] in sizes:
            return sizes[monomial[0]]
    denominator = lcm(*(coefficient.denominator for _, coefficient in dim.terms))
    parts = []
    for monomial, coefficient in dim.terms:
        factor = coefficient.numerator * denominator // coefficient.denominator
        factors = [_value(s, sizes) for s in monomial]
        # A symbolic dim times 1, or plus 0, takes time.
        parts.append(prod(factors[1:], start=factors[0] if factor == 1 else factor * factors[0]) if factors else factor)
    total: Any = sum(parts[1:], start=parts[0]) if parts else 0
    return total // denominator if denominator > 1 else total


def _value(name: str, sizes: Mapping[str, Any]) -> Any:
    if name.startswith("min("):
        first, second = (evaluate(part, sizes) for part in _compared(name))
        return min(first, second)
    return sizes[name]


def minimum(a: Dim, b: Dim) -> Dim:
    """min(a, b), kept as one symbol ``min(a,b)``: the number of singular values."""
    if a == b:
        return a
    return symbol(f"min({','.join(sorted(map(str, (a, b))))})")


def _compared(name: str) -> tuple[Dim, Dim]:
    """The two dims of a symbol ``min(a,b)``; either may be a minimum itself."""
    parser = _Parser(name[4:-1], symbol)
    first = parser.sum()
    parser.next()
    return first, parser.sum()


def _inside(name: str) -> frozenset[str]:
    if not name.startswith("min("):
        return frozenset({name})
    first, second = _compared(name)
    return first.symbols | second.symbols


# A symbol is one letter with accents, primes and a subscript; ?1 is an unknown. Digits are [0-9] and nothing else.
_NAME = rf"{LETTER.pattern}[\u0300-\u036f]*'*(?:_(?:[0-9A-Za-z]|\{{[0-9A-Za-z]+\}})|[0-9]+|[{''.join(SUBSCRIPTS)}]+)?"
_PART = re.compile(rf"\s*([0-9]+|min\(|{_NAME}|\?[0-9]+|[()+*/^,−·-]|[⁰¹²³⁴⁵⁶⁷⁸⁹])")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"


class _Parser:
    """Recursive descent over sums, products and powers of symbols and numbers."""

    def __init__(self, text: str, of: Callable[[str], Dim]) -> None:
        self.text, self.of, self.at, self.depth = text, of, 0, 0
        if len(text) > limits.DIM_LENGTH:
            raise self.error()
        self.parts = _PART.findall(text)
        if not self.parts or "".join(self.parts).replace(" ", "") != re.sub(r"\s", "", text):
            raise self.error()

    def error(self) -> ValueError:
        said = self.text if len(self.text) <= 40 else f"{self.text[:40]}…"
        return ValueError(f"'{said}' is not a dim")

    def peek(self) -> str:
        return self.parts[self.at] if self.at < len(self.parts) else ""

    def next(self) -> str:
        self.at += 1
        return self.parts[self.at - 1] if self.at <= len(self.parts) else ""

    def whole(self) -> Dim:
        value = self.sum()
        if self.peek():
            raise self.error()
        return value

    def times(self, a: Dim, b: Dim) -> Dim:
        degree = sum(max((len(monomial) for monomial, _ in dim.terms), default=0) for dim in (a, b))
        if degree > limits.DIM_DEGREE or len(a.terms) * len(b.terms) > limits.DIM_TERMS:
            raise self.error()
        return a * b

    def sum(self) -> Dim:
        self.depth += 1
        if self.depth > limits.NESTING:
            raise self.error()
        value = self.product()
        while self.peek() in ("+", "−", "-"):
            sign = self.next()
            value = value + self.product() if sign == "+" else value - self.product()
        self.depth -= 1
        return value

    def product(self) -> Dim:
        value = self.power()
        while self.peek() and self.peek() not in "+−-),":
            sign = self.next() if self.peek() in ("/", "*", "·") else "*"
            factor = self.power()
            if sign == "/" and not factor.constant:
                raise self.error()
            value = self.times(value, number(Fraction(1, factor.constant or 1)) if sign == "/" else factor)
        return value

    def power(self) -> Dim:
        value, count = self.atom(), 1
        if self.peek() and self.peek() in _RAISED:
            count = _RAISED.index(self.next())
        elif self.peek() == "^":
            self.next()
            count = self.atom().constant or 0
        if not 1 <= count <= limits.DIM_DEGREE:
            raise self.error()
        result = value
        for _ in range(count - 1):
            result = self.times(result, value)
        return result

    def atom(self) -> Dim:
        part = self.next()
        if part in ("(", "min("):
            value = self.sum()
            if part == "min(":
                if self.next() != ",":
                    raise self.error()
                value = minimum(value, self.sum())
            if self.next() != ")":
                raise self.error()
            return value
        if part.isascii() and part.isdigit():
            return number(int(part[:9]))
        if not part or part in "+−-*/^,)·" or part in _RAISED:
            raise self.error()
        return self.of(canonical_name(part) or part)


def parse(text: str, of: Callable[[str], Dim] = symbol) -> Dim:
    """The dim that a short expression such as ``n(n+1)/2`` or ``m p`` says; raises ValueError otherwise."""
    return _Parser(text, of).whole()


def code(dim: Dim) -> str:
    """The dim in the ASCII syntax of JAX's symbolic shapes, ``m*n + 1``."""
    top, denominator = whole(dim)
    terms = ["*".join([str(coefficient), *map(_symbol_code, monomial)]) for monomial, coefficient in top.terms]
    total = " + ".join(terms) or "0"
    return f"floordiv({total}, {denominator})" if denominator > 1 else total


def _symbol_code(name: str) -> str:
    return f"min({', '.join(map(code, _compared(name)))})" if name.startswith("min(") else name
