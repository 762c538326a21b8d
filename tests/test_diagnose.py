"""What is wrong with a refuted closed form: a counterexample, the slip that explains it, a remedy that is true."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from identities.catalogue import read_text
from identities.checking import stream
from identities.counterexamples import plain, spelled
from identities.diagnose import common_ratio
from identities.verdict import Diagnosis, Verdict

SQUARE, BROAD, VECTOR = "{A: n×n, X: n×n}", "{A: n×m, X: m×n}", "{A: n×n, x: n}"


def verdict(claim: str, where: str, f: str, closed: str) -> Verdict:
    def quoted(text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    kind, _, wrt = claim.partition(" ")
    form = f"\n      {quoted(wrt)}: {quoted(closed)}" if wrt else f" {quoted(closed)}"
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: {quoted(f)}\n    {kind}:{form}\n"
    identities, problems = read_text(text, "t.yaml")
    assert not problems
    return next(iter(stream(identities)))


def refuted(claim: str, where: str, f: str, closed: str) -> tuple[Verdict, Diagnosis, Mapping[str, Any]]:
    found = verdict(claim, where, f, closed)
    assert found.verdict == "refuted", found.message
    assert found.diagnosis is not None
    assert found.counterexample is not None
    return found, found.diagnosis, found.counterexample


# ---- slips

SLIPS = [
    # transposes and layouts
    ("gradient X", SQUARE, "tr(AX)", "A", "transposed", "Aᵀ", None),
    ("gradient X", BROAD, "tr(AX)", "A", "transposed", "Aᵀ", None),
    ("gradient X", "{X: n×n det-positive}", "log det X", "X⁻¹", "transposed", "X⁻ᵀ", None),
    ("gradient X", SQUARE, "tr(AᵀX)", "Aᵀ", "transposed", "A", None),
    ("equals", "{A: m×n, B: n×p}", "(AB)ᵀ", "AB", "transposed", "BᵀAᵀ", None),
    ("gradient x", VECTOR, "xᵀAx", "xᵀ(A + Aᵀ)", "layout", "(A + Aᵀ)x", None),
    ("jacobian x", VECTOR, "Ax", "Aᵀ", "layout", "A", None),
    ("jacobian x", "{L: n → ℝ, x: n}", "L(x)", "∇L(x)", "layout", "∇L(x)ᵀ", None),
    ("hessian x, y", "{A: m×n, x: n, y: m}", "yᵀAx", "A", "layout", "Aᵀ", None),
    # signs
    ("differential", "{X: n×n invertible}", "X⁻¹", "X⁻¹ dX X⁻¹", "sign", "−X⁻¹ dX X⁻¹", None),
    ("gradient x", "{A: m×n, x: n, b: m}", "‖b − Ax‖²", "2Aᵀ(b − Ax)", "sign", "−2Aᵀ(b − Ax)", None),
    ("derivative t", "{t: scalar}", "cos(t)", "sin(t)", "sign", "−sin(t)", None),
    ("derivative t", "{t: scalar}", "sin(t)", "−cos(t)", "sign", "cos(t)", None),
    # factors
    ("gradient x", "{x: n}", "‖x‖²", "x", "factor", "2x", 0.5),
    ("gradient x", "{x: n}", "½ ‖x‖²", "2x", "factor", "x", 2.0),
    ("gradient x", "{x: n}", "‖x‖²", "−x", "factor", "2x", -0.5),
    ("gradient x", "{x: n}", "−‖x‖²", "x", "factor", "−2x", -0.5),
    ("gradient x", "{x: n}", "xᵀx/3", "x", "factor", "⅔ x", 1.5),
    ("second_differential", VECTOR, "xᵀAx", "dxᵀ A dx", "factor", "2 dxᵀ A dx", 0.5),
    # other shapes, and what no simple slip explains
    ("jacobian X", "{A: m×n, X: n×p}", "AX", "A", "shape", "I(p) ⊗ A", None),
    ("gradient x", "{x: n}", "‖x‖²", "2xxᵀ", "shape", "2x", None),
    ("gradient x", VECTOR, "xᵀAx", "2Ax", "missing-hypothesis", "(A + Aᵀ)x", None),
    ("gradient X", SQUARE, "tr(AXXᵀX)", "A", "unknown", None, None),
    ("gradient x", "{x: n}", "‖x‖⁴", "4x", "missing-hypothesis", "4 ‖x‖² x", None),
    ("derivative t", "{t: scalar}", "relu(t)", "1", "missing-hypothesis", None, None),
    ("gradient x", "{x: n}", "‖x‖²", "0", "repaired", "2x", None),
]


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed", "kind", "suggestion", "factor"),
    [pytest.param(*row, id=f"{n}-{row[4]}") for n, row in enumerate(SLIPS)],
)
def test_the_slip_is_named_and_its_remedy_is_true(
    claim: str, where: str, f: str, closed: str, kind: str, suggestion: str | None, factor: float | None
) -> None:
    found, diagnosis, _ = refuted(claim, where, f, closed)
    assert (diagnosis.kind, diagnosis.suggestion, diagnosis.factor) == (kind, suggestion, factor)
    if suggestion is not None:
        assert found.message.endswith(suggestion)
        assert verdict(claim, where, f, suggestion).verdict == "verified"


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        # The factor is one of the sizes, not a number.
        ("gradient X", "{X: m×n}", "n tr(XᵀX)", "2m X"),
        ("equals", "{X: n×n}", "tr(I(n))", "n²"),
        ("differential", "{Q: n×p, K: m×p}", "QKᵀ/√p", "dQ Kᵀ + Q dKᵀ"),
        ("pullback Q", "{Q: n×p, K: m×p}", "QKᵀ/√p", "f̄ K/p"),
        ("gradient X", "{X: n×n invertible, k: integer}", "det(Xᵏ)", "det(Xᵏ) X⁻ᵀ"),
        # It would have more digits than a number may have.
        ("gradient X", "{X: n×n}", "999999999999999 tr(X²)", "999999999999999 Xᵀ"),
        # For 2×2 matrices only.
        ("gradient X", "{X: n×n invertible}", "det(X)", "tr(X) I − X"),
    ],
)
def test_only_a_remedy_that_is_verified_is_offered(claim: str, where: str, f: str, closed: str) -> None:
    _, diagnosis, _ = refuted(claim, where, f, closed)
    if diagnosis.suggestion is not None:
        assert verdict(claim, where, f, diagnosis.suggestion).verdict == "verified", diagnosis.suggestion


def test_a_wrong_number_needs_no_remedy_that_spells_it_out() -> None:
    _, diagnosis, _ = refuted("equals", "{x: n}", "sum([1, 2; 3, 4])", "12")
    assert diagnosis.suggestion in (None, "10")


# ---- counterexamples


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("gradient X", BROAD, "tr(AX)", "A"),
        ("gradient x", VECTOR, "xᵀAx", "2Ax"),
        ("differential", "{A: m×n, B: n×p}", "AB", "dA B − A dB"),
        ("second_differential", VECTOR, "xᵀAx", "dxᵀ A dx"),
        ("pullback A", "{A: n×n, B: n×n}", "AB", "f̄ B"),
        ("equals", SQUARE, "tr(AX)", "tr(A) tr(X)"),
        ("equals", SQUARE, "AX", "XA"),
    ],
)
def test_where_any_matrix_is_allowed_the_counterexample_has_small_whole_entries(
    claim: str, where: str, f: str, closed: str
) -> None:
    _, _, example = refuted(claim, where, f, closed)
    inputs = [
        entry for name, rows in example.items() if name not in ("closed_form", "true") for r in rows for entry in r
    ]
    assert all(isinstance(entry, int) and abs(entry) <= 2 for entry in inputs)
    assert example["closed_form"] != example["true"]


def test_what_holds_of_square_matrices_is_said_to() -> None:
    where = "{A: m×n, X: n×n invertible, B: n×m}"
    found, diagnosis, _ = refuted("gradient X", where, "det(AXB)", "det(AXB) X⁻ᵀ")
    assert diagnosis.holds_when == ("A and B square",)
    assert found.message.endswith("True when A and B are square")


def test_the_bars_of_a_determinant_have_no_kink() -> None:
    _, _, example = refuted("gradient X", "{X: n×n}", "log |X|", "X⁻¹")
    assert all(isinstance(entry, int) for row in example["X"] for entry in row)


@pytest.mark.parametrize(
    ("f", "closed"), [("‖x‖³", "3 ‖x‖² x"), ("‖x‖₁", "x"), ("max(x)", "x"), ("‖Ax − b‖₁", "A'(Ax − b)")]
)
def test_where_f_has_kinks_a_whole_counterexample_is_at_none(f: str, closed: str) -> None:
    where = "{A: m×n, x: n, b: m}" if "A" in f else "{x: n}"
    _, _, example = refuted("gradient x", where, f, closed)
    inputs = {name: np.array(rows) for name, rows in example.items() if name not in ("closed_form", "true")}
    assert all(array.dtype.kind == "i" for array in inputs.values())
    if f == "max(x)":
        assert len(set(inputs["x"].flat)) == inputs["x"].size
    else:
        residual = inputs["A"] @ inputs["x"] - inputs["b"] if "b" in inputs else inputs["x"]
        assert residual.all() if f.endswith("₁") else residual.any()


def test_a_counterexample_can_be_done_again_by_hand() -> None:
    _, _, example = refuted("gradient x", VECTOR, "xᵀAx", "2Ax")
    A, x = np.array(example["A"]), np.array(example["x"])
    assert set(example) == {"A", "x", "closed_form", "true"}
    assert np.array_equal(example["closed_form"], 2 * A @ x)
    assert np.array_equal(example["true"], (A + A.T) @ x)


def test_tangents_cotangents_and_indices_are_part_of_it() -> None:
    _, _, example = refuted("differential", "{A: m×n, B: n×p}", "AB", "dA B − A dB")
    A, B, dA, dB = (np.array(example[name]) for name in ("A", "B", "dA", "dB"))
    assert np.array_equal(example["closed_form"], dA @ B - A @ dB)
    assert np.array_equal(example["true"], dA @ B + A @ dB)
    _, _, example = refuted("pullback A", "{A: n×n, B: n×n}", "AB", "f̄ B")
    assert np.array_equal(example["true"], np.array(example["f̄"]) @ np.array(example["B"]).T)
    _, _, example = refuted("gradient z", "{z: n}", "softmax(z)[i]", "softmax(z)[i] (𝟏 − softmax(z))")
    assert example["i"][0][0] in range(1, len(example["z"]) + 1)  # counted from 1, as in the notation


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ("{S: n×n spd, x: n}", lambda S: np.linalg.eigvalsh(S).min() > 0),
        ("{S: n×n orthogonal, x: n}", lambda S: np.allclose(S.T @ S, np.eye(len(S)))),
        ("{S: n×n skew, x: n}", lambda S: np.array_equal(S, -S.T)),
    ],
)
def test_a_counterexample_lies_in_the_domain(where: str, holds: Any) -> None:
    _, _, example = refuted("jacobian x", where, "Sx", "2S")
    assert holds(np.array(example["S"]))
    assert np.allclose(np.array(example["closed_form"]), 2 * np.array(example["true"]))


def test_only_what_the_claim_is_about_is_shown() -> None:
    _, _, example = refuted("gradient x", "{A: n×n, x: n, unused: n×n}".replace("unused", "U"), "xᵀAx", "2Ax")
    assert "U" not in example
    _, _, example = refuted("equals", "{x: n, y: n, k: integer}", "xᵀx", "2xᵀx")
    assert set(example) == {"x", "closed_form", "true"}


def test_an_extreme_is_shown_with_the_point_and_its_gradient() -> None:
    where = "{A: n×n spd, x: n, b: n}"
    found, _, example = refuted("minimizer x", where, "xᵀAx − 2bᵀx", "2A⁻¹b")
    A, x, b = (np.array(example[name]) for name in "Axb")
    assert np.allclose(x, 2 * np.linalg.solve(A, b))
    assert np.allclose(example["closed_form"], 2 * (A @ x - b))
    assert not np.any(example["true"])
    assert "∇f = " in found.message
    assert "not 0" in found.message


@pytest.mark.parametrize(("claim", "f"), [("maximizer x", "‖x − y‖²"), ("minimizer x", "−‖x − y‖²")])
def test_a_point_of_the_wrong_curvature_is_not_said_to_have_a_slope(claim: str, f: str) -> None:
    for found in (verdict(claim, "{x: n, y: n}", f, "y"), verdict(claim, "{x: n, y: n}", f, "3y/3")):
        assert found.verdict == "refuted"
        assert "∇²f" in found.message
        assert "not 0" not in found.message


# ---- the sentence


def test_the_message_shows_the_inputs_and_both_sides() -> None:
    found, _, example = refuted("gradient x", VECTOR, "xᵀAx", "2Ax")
    for name in ("A", "x", "closed_form", "true"):
        assert spelled(example[name]) in found.message
    assert f"2Ax = {spelled(example['closed_form'])}, true " in found.message
    assert "the closed form is" in refuted("gradient x", VECTOR, "xᵀAx", f"2Ax + {' + '.join(['x'] * 12)}")[0].message
    assert ", f is " in verdict("equals", SQUARE, "AX", "XA").message


@pytest.mark.parametrize("wrong", ["2.00001 x", "2.0001 x", "2.001 x", "2.01 x"])
def test_both_sides_are_shown_to_as_many_digits_as_tell_them_apart(wrong: str) -> None:
    found, _, example = refuted("gradient x", "{x: n}", "xᵀx", wrong)
    assert example["closed_form"] != example["true"]
    closed, true = found.message.partition(" = ")[2].partition(" = ")[2].split(". ")[0].split(", true ")
    assert closed != true


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        ([[2]], "2"),
        ([[-0.5]], "−0.5"),
        ([[1], [2]], "(1, 2)"),
        ([[1, 2]], "[[1 2]]"),
        ([[1, -2], [3, 4]], "[[1 −2] [3 4]]"),
        ([[1 / 3, 1e-20]], "[[1/3 1e−20]]"),
        ([[0.25, -2 / 7]], "[[0.25 −2/7]]"),
        ([[0.3334, 2**0.5]], "[[0.333 1.41]]"),
        ([[0] * 5] * 2, "[[0 0 0 0 …] [0 0 0 0 …]] (2×5)"),
        ([[0]] * 6, "[[0] [0] [0] [0] …] (6×1)"),
        ([[float("nan")]], "nan"),
    ],
)
def test_a_matrix_as_people_write_it(rows: list[list[Any]], text: str) -> None:
    assert spelled(rows) == text


def test_arrays_become_plain_numbers() -> None:
    found = plain(np.array([[1.0, -0.5], [1e300, np.nan]]))
    assert found[0] == [1, -0.5]
    assert [type(number) for number in found[0]] == [int, float]
    assert isinstance(found[1][0], float)
    assert found[1][1] != found[1][1]


# ---- ratios


def ratio(closed: Any, true: Any) -> float | None:
    shape = (-1, 2, 1)
    return common_ratio([(np.array(closed, float).reshape(shape), np.array(true, float).reshape(shape))])


@pytest.mark.parametrize(
    ("closed", "true", "expected"),
    [
        ([2, 4, 6, 8], [1, 2, 3, 4], 2.0),
        ([-1, -2, -3, -4], [1, 2, 3, 4], -1.0),
        ([2, 4, 9, 12], [1, 2, 3, 4], None),  # another factor in another draw
        ([2, 5, 6, 8], [1, 2, 3, 4], None),
        ([0, 0, 0, 0], [1, 2, 3, 4], None),
        ([2, 4, 0, 0], [1, 2, 0, 0], 2.0),
        ([2, 4, 3, 3], [1, 2, 0, 0], None),  # no factor makes something of nothing
        ([1, 2, 3, 4], [0, 0, 0, 0], None),
        ([], [], None),
    ],
)
def test_a_factor_is_common_to_all_draws(closed: list[float], true: list[float], expected: float | None) -> None:
    assert ratio(closed, true) == expected


def test_no_draw_with_a_value_is_no_reason_to_fail() -> None:
    found, diagnosis, _ = refuted("equals", "{x: n}", "xᵀx", "sum(log⊙(−x⊙² − 𝟏))")
    assert diagnosis.kind == "unknown"
    assert "nan" in found.message
