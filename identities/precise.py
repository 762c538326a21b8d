"""Sixty digits: what float64 leaves open at a draw is decided there, by arithmetic of multiple precision.

A discrepancy above the noise floor, but by less than a thousand times, is neither rounding nor clearly an error. The
reading of exact arithmetic, over numbers of sixty digits in place of a prime field, has no such doubt: at the very
same inputs both sides are computed again, and what is true agrees to thirty digits and more. The inputs must lie in
their domain to the last digit, as a rounded orthogonal matrix does not. mpmath is optional; without it such a draw
stays open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from identities import domains
from identities.claims import EXTREMES
from identities.compare import WORST_FLOOR
from identities.counterexamples import shown
from identities.draws import generator
from identities.exact.inputs import Inputs
from identities.exact.kinds import KINDS, Case
from identities.jets import Field, Jet, Namespace, Outside, Undefined
from identities.jets.arrays import IMAGINARY
from identities.jets.fields import array
from identities.program import structure_of
from identities.readings.exact import Point, value
from identities.sampling import Sample, Sampler
from identities.statement import Statement
from identities.verdict import Diagnosis, Verdict

DIGITS = 60
ASKED = 3  # draws of one claim
OWN_DRAWS = 2_000  # the attempt whose random numbers are the directions
# Words that a matrix of floats has to the last digit: linear structures, and conditions that small changes keep.
SHARP = frozenset({
    "real", "complex", "scalar", "square", "integer", "symmetric", "hermitian", "skew", "diagonal", "lower-triangular",
    "upper-triangular", "toeplitz", "circulant", "invertible", "det-positive", "full-column-rank", "full-row-rank",
    "spd", "positive-spectrum", "simple-eigenvalues", "permutation", "nonzero", "positive", "unit-interval", "one-hot",
    "signs",
})  # fmt: skip
INSTALL = "pip install 'identities[precise]' decides such claims at 60 digits"

Derivatives = tuple[Any, Any, Any]


class Digits(Field):
    """Numbers of sixty digits."""

    def number(self, value: Fraction | int) -> Any:
        fraction = Fraction(value)
        return digits().mpf(fraction.numerator) / fraction.denominator

    def reduced(self, x: Any) -> Any:
        return x

    def reciprocal(self, x: Any) -> Any:
        if x == 0:
            raise Undefined("division by zero")
        return 1 / x


FIELD = Digits()


@cache
def digits() -> Any:
    """mpmath at sixty digits, apart from what others set it to."""
    from mpmath import MPContext  # type: ignore[import-untyped]  # it has no types

    context = MPContext()
    context.dps = DIGITS
    return context


class Numbers(Namespace):
    """The namespace of exact arithmetic where functions have values."""

    def __init__(self) -> None:
        super().__init__(FIELD)

    def __getattr__(self, name: str) -> Any:
        if name in FUNCTIONS:
            return lambda x: self.symbol(name, x)
        raise Outside(name)

    def derivatives(self, name: str, at: Any) -> Derivatives:
        return FUNCTIONS[name](digits(), at)

    def full(self, shape: tuple[int, ...], value: Any, **_: Any) -> Jet:
        known = {np.pi: lambda: digits().pi, 1.8378770664093453: lambda: digits().log(2 * digits().pi)}
        if value not in known:
            return super().full(shape, value)
        return Jet(FIELD, {0: np.full(shape, +known[value](), dtype=object)})


def _log(mp: Any, x: Any) -> Derivatives:
    if x <= 0:
        raise Undefined("log")
    return mp.log(x), 1 / x, -1 / x**2


def _sqrt(mp: Any, x: Any) -> Derivatives:
    if x <= 0:
        raise Undefined("sqrt")
    root = mp.sqrt(x)
    return root, 1 / (2 * root), -1 / (4 * x * root)


FUNCTIONS: dict[str, Callable[[Any, Any], Derivatives]] = {
    "exp": lambda mp, x: (mp.exp(x),) * 3,
    "log": _log,
    "sqrt": _sqrt,
    "sin": lambda mp, x: (mp.sin(x), mp.cos(x), -mp.sin(x)),
    "cos": lambda mp, x: (mp.cos(x), -mp.sin(x), -mp.cos(x)),
    "tan": lambda mp, x: ((t := mp.tan(x)), 1 + t * t, 2 * t * (1 + t * t)),
    "sinh": lambda mp, x: (mp.sinh(x), mp.cosh(x), mp.sinh(x)),
    "cosh": lambda mp, x: (mp.cosh(x), mp.sinh(x), mp.cosh(x)),
    "tanh": lambda mp, x: ((t := mp.tanh(x)), 1 - t * t, -2 * t * (1 - t * t)),
    "arctan": lambda mp, x: (mp.atan(x), 1 / (1 + x * x), -2 * x / (1 + x * x) ** 2),
}


def reconsidered(verdict: Verdict, sampler: Sampler) -> Verdict:
    """The verdict, unless a draw too near the noise floor to call is wrong at sixty digits."""
    draws = list(near_the_floor(sampler))
    if draws and find_spec("mpmath") is None:
        more = f"; {INSTALL}" if verdict.verdict == "inconclusive" else ""
        return replace(verdict, message=verdict.message + more)
    for sample, number in draws[:ASKED]:
        apart = None if sampler.late else distance(sampler, sample, number)
        if apart is not None and apart > 10 ** (-DIGITS // 2):
            return replace(
                verdict,
                verdict="refuted",
                message=f"at {DIGITS} digits the two sides differ by a relative {apart:.1e}, "
                "which float64 cannot tell from rounding",
                counterexample=shown(sampler.statement, sample, number),
                diagnosis=Diagnosis("unknown"),
                witness=None,
            )
    return verdict


def near_the_floor(sampler: Sampler) -> Iterator[tuple[Sample, int]]:
    """The draws with a discrepancy above a low floor that is not clearly above it."""
    for sample in sampler.samples:
        found = sample.comparison
        near = found.unclear & (found.error > found.floor) & (found.floor <= WORST_FLOOR)
        yield from ((sample, int(number)) for number in np.flatnonzero(near))


def distance(sampler: Sampler, sample: Sample, number: int) -> float | None:
    """How far the sides of a claim are apart at a draw, relative to their size; None where that cannot be computed."""
    statement = sampler.statement
    sharp = all(SHARP.issuperset(variable.words) for variable in statement.variables.values())
    if statement.claim.kind in EXTREMES or statement.functions or not statement.fits or not sharp:
        return None
    truth, claimed = KINDS[statement.claim.kind]
    try:
        case = drawn(sampler, sample, number)
        true, given = truth(case), claimed(case, statement.closed_form)
        scale = max(size(true), size(given))
        return float(size(true - given) / scale) if scale else 0.0
    except (Outside, Undefined):
        return None


def size(x: Jet) -> Any:
    """The largest entry."""
    return max((abs(entry) for part in x.parts.values() for entry in np.ravel(part)), default=FIELD.number(0))


def drawn(sampler: Sampler, sample: Sample, number: int) -> Case:
    """One draw with every float taken for the number it is, and random directions."""
    statement = sampler.statement
    rng = generator(statement, sampler.seed, sample.sizes, OWN_DRAWS + number)
    np_ = Numbers()
    roles: dict[str, dict[str, Any]] = {}
    for slot, inputs in zip(sampler.inputs, sample.inputs, strict=True):
        roles.setdefault(slot.role, {})[slot.name] = inputs[number]
    values, tangents, cotangents = (
        {name: exactly(x) for name, x in roles.get(role, {}).items()} for role in ("value", "tangent", "cotangent")
    )
    indices = {name: int(place[0, 0]) for name, place in roles.get("index", {}).items()}
    at = Point(np_, sample.sizes, values, tangents, cotangents.get("f̄"), {}, indices, dict(statement.lets))
    at = replace(at, values={**values, **{name: value(tree, at) for name, tree in statement.at.items()}})
    basis = roles.get("basis", {}).get(structure_of(statement) or "")
    wrt = (statement.wrt * 2)[:2] if len(statement.wrt) == 1 else statement.wrt
    directions = tuple(direction(statement, name, at, basis, rng) for name in wrt)
    return Case(statement, Inputs(values, tangents, directions, at.cotangent, {}, matrices(at, statement, basis)), at)


def matrices(at: Point, statement: Statement, basis: Any) -> tuple[Any, ...]:
    """The basis of the structure that the claim stays in, of whole numbers."""
    if basis is None:
        return ()
    shape = at.values[statement.wrt[0]].shape
    return tuple(row.reshape(shape) for row in basis.astype(int))


def direction(statement: Statement, name: str, at: Point, basis: Any, rng: np.random.Generator) -> Jet:
    """A direction of small whole numbers, inside the structure that the claim stays in."""
    shape = at.values[name].shape
    if basis is not None:
        return at.np.jet((rng.integers(1, 50, basis.shape[0]) @ basis.astype(int)).reshape(shape))
    whole = rng.integers(-50, 50, shape) + 0
    if domains.has(statement.variables[name].words, "complex"):
        return at.np.jet(whole + 1j * rng.integers(-50, 50, shape))
    return at.np.jet(whole)


def exactly(x: Any) -> Jet:
    """Floats as the numbers they are."""
    mp = digits()
    parts = {0: x.real, IMAGINARY: x.imag} if np.iscomplexobj(x) else {0: x}
    exact = {s: [mp.mpf(entry) for entry in part.ravel().tolist()] for s, part in parts.items()}
    return Jet(FIELD, {s: array(entries, x.shape) for s, entries in exact.items()})
