"""What `where` says of a name."""

from __future__ import annotations

from contextlib import suppress

import pytest

from identities import limits
from identities.declaration import declare
from identities.notation import NotationError

# text → rows, columns, domain words, conditions, target
DECLARED = [
    ("m×n", "m", "n", "", "", ""),
    ("m × n", "m", "n", "", "", ""),
    ("m x n", "m", "n", "", "", ""),
    ("m*n", "m", "n", "", "", ""),
    ("  n  ", "n", "1", "", "", ""),
    ("n", "n", "1", "", "", ""),
    ("1×n", "1", "n", "", "", ""),
    ("3×2", "3", "2", "", "", ""),
    ("3", "3", "1", "", "", ""),
    ("n₁×n₂", "n₁", "n₂", "", "", ""),
    ("n_1×n_2", "n₁", "n₂", "", "", ""),
    ("n1×n2", "n₁", "n₂", "", "", ""),
    ("N×h", "N", "h", "", "", ""),
    ("scalar", "1", "1", "", "", ""),
    ("ℝ", "1", "1", "", "", ""),
    ("scalar positive", "1", "1", "positive", "", ""),
    ("positive scalar", "1", "1", "positive", "", ""),
    ("integer", "1", "1", "integer", "", ""),
    ("n×n invertible", "n", "n", "invertible", "", ""),
    ("n×n symmetric invertible", "n", "n", "symmetric invertible", "", ""),
    ("n×n, symmetric, invertible", "n", "n", "symmetric invertible", "", ""),
    ("n positive", "n", "1", "positive", "", ""),
    ("complex n×n", "n", "n", "complex", "", ""),
    ("n×n complex", "n", "n", "complex", "", ""),
    ("m×n with m ≥ n", "m", "n", "", "m ≥ n", ""),
    ("m×n with m >= n", "m", "n", "", "m ≥ n", ""),
    ("m×n with m>n", "m", "n", "", "m > n", ""),
    ("m×n with m ≠ n", "m", "n", "", "m ≠ n", ""),
    ("m×n full-column-rank with m ≥ n", "m", "n", "full-column-rank", "m ≥ n", ""),
    ("m×n with m ≥ n ≥ 2", "m", "n", "", "m ≥ n,n ≥ 2", ""),
    ("m×n with m ≥ n and n ≥ 3", "m", "n", "", "m ≥ n,n ≥ 3", ""),
    ("m×n with m ≥ 2n", "m", "n", "", "m ≥ 2n", ""),
    ("n×p with n = p²", "n", "p", "", "n = p²", ""),
    ("n_1×n_2 with n_1 ≥ n_2", "n₁", "n₂", "", "n₁ ≥ n₂", ""),
    ("ℝⁿ", "n", "1", "", "", ""),
    ("ℝ^n", "n", "1", "", "", ""),
    ("R^n", "n", "1", "", "", ""),
    ("ℝ^{m×n}", "m", "n", "", "", ""),
    ("ℝ^{m × n}", "m", "n", "", "", ""),
    ("R^{m x n}", "m", "n", "", "", ""),
    ("ℝ^m×n", "m", "n", "", "", ""),
    ("ℝᵐˣⁿ", "m", "n", "", "", ""),
    ("ℝᵐ×ⁿ", "m", "n", "", "", ""),
    ("ℝ^{n×n} spd", "n", "n", "spd", "", ""),
    ("ℝ → ℝ", "1", "1", "", "", "1×1"),
    ("R -> R", "1", "1", "", "", "1×1"),
    ("scalar → scalar", "1", "1", "", "", "1×1"),
    ("m×n → ℝ", "m", "n", "", "", "1×1"),
    ("m×n→ℝ", "m", "n", "", "", "1×1"),
    ("n → m", "n", "1", "", "", "m×1"),
    ("ℝⁿ → ℝᵐ", "n", "1", "", "", "m×1"),
    ("ℝ → m×n", "1", "1", "", "", "m×n"),
    ("ℝ^{m×n} → ℝ^{p×q}", "m", "n", "", "", "p×q"),
]


@pytest.mark.parametrize(
    ("text", "rows", "columns", "words", "conditions", "target"), DECLARED, ids=[row[0] for row in DECLARED]
)
def test_a_declaration(text, rows, columns, words, conditions, target):
    declared = declare(text)
    assert tuple(map(str, declared.shape)) == (rows, columns)
    assert declared.words == tuple(words.split())
    assert [str(c) for c in declared.conditions] == [c for c in conditions.split(",") if c]
    assert ("" if declared.target is None else "×".join(map(str, declared.target))) == target
    assert declared.is_function == bool(target)
    assert declared.is_integer == (words == "integer")


REFUSED = [
    ("", "expected a shape"), ("×", "expected a shape"), ("m×", "expected a shape"), ("×n", "expected a shape"),
    ("m×n×p", "expected a shape"),
    ("mn", "expected a shape"), ("m+n", "expected a shape"), ("n!", "expected a shape"),
    ("matrix", "expected a shape"), ("-1", "expected a shape"),
    ("1.5", "expected a shape"), ("n×n\x00", "expected a shape"), ("0", "run from 1"), ("0×n", "run from 1"),
    ("65", f"to {limits.DIM}"),
    ("9" * 500, f"to {limits.DIM}"), ("m×n → ℝ → ℝ", "one arrow"), ("→ ℝ", "not a space"), ("n →", "not a space"),
    ("n×n symmetric → ℝ", "not a space"),
    ("m×n with m", "not a condition"), ("n with n even", "not a condition"), ("m×n with m ≥", "not a dim"),
    ("m×n with ≥ n", "not a dim"),
    ("n with n ≥ m^k", "not a dim"), ("n with n ≥ k/m", "not a dim"), ("n with n ≥ 𝟏", "not a dim"),
    ("n with n ≥ ٣", "not a dim"),
    ("n with n ≥ " + "(" * 3_000, "not a dim"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), REFUSED, ids=[text[:20] or "nothing" for text, _ in REFUSED])
def test_what_is_no_declaration_is_refused_with_what_was_expected(text, words):
    with pytest.raises(NotationError, match=words) as caught:
        declare(text)
    assert 0 <= caught.value.span.start <= len(text)


@pytest.mark.parametrize(
    ("text", "sizes", "holds"),
    [
        ("m×n with m ≥ n", {"m": 3, "n": 3}, True),
        ("m×n with m ≥ n", {"m": 2, "n": 3}, False),
        ("m×n with m > n", {"m": 3, "n": 3}, False),
        ("m×n with m < n", {"m": 2, "n": 3}, True),
        ("m×n with m <= n", {"m": 3, "n": 3}, True),
        ("m×n with m ≠ n", {"m": 3, "n": 3}, False),
        ("m×n with m != n", {"m": 2, "n": 3}, True),
        ("m×n with m == n", {"m": 3, "n": 3}, True),
        ("m×n with m = 2n", {"m": 6, "n": 3}, True),
        ("m×n with m = n²", {"m": 9, "n": 3}, True),
        ("m×n with m = n²", {"m": 8, "n": 3}, False),
        ("m×n with m ≥ n/2", {"m": 2, "n": 5}, False),
        ("m×n with m ≥ n/2", {"m": 3, "n": 5}, True),
        ("m×n with m ≥ n + 1", {"m": 3, "n": 3}, False),
        ("n with n ≥ 3", {"n": 2}, False),
        ("n_1×n_2 with n_1 ≥ n_2", {"n₁": 2, "n₂": 3}, False),
        ("n₁×n₂ with n₁ ≥ n₂", {"n₁": 4, "n₂": 3}, True),
    ],
)
def test_a_condition_holds_or_does_not(text, sizes, holds):
    (condition,) = declare(text).conditions
    assert condition.holds(sizes) is holds


def test_the_symbols_of_a_declaration():
    assert declare("m×n with m ≥ k").symbols == {"m", "n", "k"}
    assert declare("3×2").symbols == frozenset()
    assert declare("n → m").symbols == {"m", "n"}
    assert declare("n₁×n₂ with n_1 ≥ 2").symbols == {"n₁", "n₂"}


def test_any_code_point_is_a_declaration_or_an_error():
    for code in (*range(0x3000), *range(0xD7F0, 0xE010), *range(0x1D400, 0x1D800)):
        for text in (chr(code), f"n×{chr(code)}", f"n with n ≥ {chr(code)}", f"ℝ^{chr(code)}"):
            with suppress(NotationError):
                declare(text)
