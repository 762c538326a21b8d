"""Primitives that work number by number."""

from __future__ import annotations

from typing import Any

import numpy as np

from identities.primitives.plan import Array, Function


def divide(a: Array, _: Array, **_params: Any) -> Function:
    """a / b; integers are divided toward zero."""
    if a.dtype.kind in "fc":
        return np.divide

    def toward_zero(a: Array, b: Array) -> Array:
        quotient = a // b
        return np.asarray(quotient + ((quotient * b != a) & ((a < 0) != (b < 0))), a.dtype)

    return toward_zero


def integer_power(_: Array, *, y: int, **_params: Any) -> Function:
    """xʸ for a fixed integer y, by squaring."""

    def power(x: Array) -> Any:
        result, base, exponent = None, x, abs(y)
        while exponent:
            if exponent & 1:
                result = base if result is None else result * base
            exponent >>= 1
            base = base * base if exponent else base
        if result is None:
            return np.ones_like(x)
        return 1 / result if y < 0 else result

    return power


def round_half(_: Array, *, rounding_method: Any, **_params: Any) -> Function:
    """The nearest integer; of two, the even one or the one further from zero."""
    if int(rounding_method) == 1:
        return np.rint

    def away_from_zero(x: Array) -> Any:
        whole = np.trunc(x)
        return whole + np.copysign(np.abs(x - whole) >= 0.5, x)

    return away_from_zero


def complex_number(real: Array, imaginary: Array) -> Array:
    """real + i·imaginary."""
    # Not real + 1j*imaginary, where an infinite part would make the other one NaN.
    shape = np.broadcast_shapes(np.shape(real), np.shape(imaginary))  # one of them may be a literal number
    result = np.empty(shape, np.result_type(real, imaginary, np.complex64))
    result.real, result.imag = real, imaginary
    return result


def conjugate(x: Array, **_params: Any) -> Function:
    """The complex conjugate; real numbers become complex."""
    return np.conjugate if x.dtype.kind == "c" else lambda x: x.astype(np.result_type(x, np.complex64))


def convert(a: Array, *, new_dtype: Any, **_params: Any) -> Function:
    """The same numbers as another dtype; integers stop at their bounds, as XLA's do, and NaN gives 0."""
    dtype = np.dtype(new_dtype)
    if a.dtype.kind == "c" and dtype.kind not in "cb":
        return lambda a: a.real.astype(dtype)
    if a.dtype.kind != "f" or dtype.kind not in "iu":
        return lambda a: a.astype(dtype)
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max

    def saturate(a: Array) -> Array:
        inside = np.where((a > low) & (a < high), a, 0).astype(dtype)
        return np.where(a >= high, dtype.type(high), np.where(a <= low, dtype.type(low), inside))

    return saturate


def reduce_precision(a: Array, *, exponent_bits: int, mantissa_bits: int, **_params: Any) -> Function | None:
    """The number with fewer bits: only the case of no fewer bits."""
    full = np.finfo(a.dtype)
    return same if (full.nexp, full.nmant) == (exponent_bits, mantissa_bits) else None


def same(a: Array) -> Array:
    """a."""
    return a


def select(which: Array, *cases: Array) -> Array:
    """Entry by entry, the case that ``which`` names."""
    if which.dtype.kind == "b":
        return np.where(which, cases[1], cases[0])
    result = cases[0]
    for number, case in enumerate(cases[1:], 1):
        result = np.where(which == number, case, result)
    return result


def total_order(compare: Function) -> Function:
    """Comparison in IEEE 754's total order, −NaN < −∞ < … < −0 < +0 < … < ∞ < NaN."""

    def key(x: Array) -> Any:
        if x.dtype.kind != "f":
            return x
        bits = x.view(f"i{x.itemsize}")
        return bits ^ ((bits >> (8 * x.itemsize - 1)) & np.iinfo(bits.dtype).max)

    return lambda a, b: compare(key(a), key(b))
