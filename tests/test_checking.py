"""From text to verdict: what somebody sees who writes a claim, right or wrong."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from identities import checking
from identities.catalogue import Identity, read_text
from identities.checking import stream
from identities.verdict import Verdict


class Row(NamedTuple):
    """A statement with a right closed form and one that the checker must refute."""

    claim: str
    where: str
    f: str
    right: str
    wrong: str


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def entry(claim: str, where: str, f: str, closed: str, more: str = "", id: str = "a") -> str:
    """One entry of a YAML file; ``claim`` is ``gradient X``, ``hessian x, y`` or ``equals``."""
    kind, _, wrt = claim.partition(" ")
    form = f"\n      {quoted(wrt)}: {quoted(closed)}" if wrt else f" {quoted(closed)}"
    declared = f"    where: {where}\n" if where else ""
    return f"  - id: {id}\n{declared}    f: {quoted(f)}\n    {kind}:{form}\n{more}"


def identities(*entries: str) -> tuple[Identity, ...]:
    found, problems = read_text("format: 1\ntitle: T\nidentities:\n" + "".join(entries), "t.yaml")
    assert not problems, [str(problem) for problem in problems]
    return found


def verdicts(*entries: str, **options: int) -> list[Verdict]:
    return list(stream(identities(*entries), **options))


def verdict(claim: str, where: str, f: str, closed: str, more: str = "", **options: int) -> Verdict:
    """The verdict on one claim."""
    return verdicts(entry(claim, where, f, closed, more), **options)[0]


def named(rows: Sequence[Any]) -> list[Any]:
    """Rows of a table as parameters with short names."""
    return [pytest.param(row, id=f"{number}-{row[0].replace(' ', '-')}") for number, row in enumerate(rows)]


A, SQUARE, SCALAR = "{A: n×m, X: m×n}", "{A: n×n, X: n×n}", "{t: scalar}"
TALL = "{A: m×n full-column-rank with m ≥ n, x: n, b: m}"
INVERTIBLE, SYMMETRIC = "{X: n×n invertible}", "{X: n×n symmetric, A: n×n}"

KINDS = (
    Row("gradient X", SQUARE, "tr(AX)", "Aᵀ", "A"),
    Row("gradient x", "{A: n×n, x: n}", "xᵀAx", "(A + Aᵀ)x", "2Ax"),
    Row("gradient X", "{X: n×n det-positive}", "log det X", "X⁻ᵀ", "X⁻¹"),
    Row("jacobian x", "{A: m×n, x: n}", "Ax", "A", "−A"),
    Row("jacobian X", "{A: m×n, X: n×p}", "AX", "I(p) ⊗ A", "A ⊗ I(p)"),
    Row("jacobian X", "{A: m×n, X: n×p}", "(AX)ᵀ", "(A ⊗ I(p)) K(n,p)", "K(m,p) (A ⊗ I(p))"),
    Row("jacobian x", "{A: n×n, x: n}", "xᵀAx", "xᵀ(A + Aᵀ)", "2xᵀA"),
    Row("hessian x", "{A: n×n, x: n}", "xᵀAx", "A + Aᵀ", "2A"),
    Row("hessian X", "{X: n×n}", "tr(X²)", "2K(n,n)", "2I"),
    Row("hessian x, y", "{A: m×n, x: n, y: m}", "yᵀAx", "Aᵀ", "A"),
    Row("hessian y, x", "{A: m×n, x: n, y: m}", "yᵀAx", "A", "Aᵀ"),
    Row("hessian y, x", "{A: n×n, x: n, y: n}", "yᵀAx", "A", "Aᵀ"),
    Row("differential", INVERTIBLE, "X⁻¹", "−X⁻¹ dX X⁻¹", "−X⁻² dX"),
    Row("differential", "{A: m×n, B: n×p}", "AB", "dA B + A dB", "dA B − A dB"),
    Row("second_differential", INVERTIBLE, "X⁻¹", "2X⁻¹ dX X⁻¹ dX X⁻¹", "X⁻¹ dX X⁻¹ dX X⁻¹"),
    Row("second_differential", "{X: m×n, Y: n×p}", "XY", "2dX dY", "dX dY"),
    Row("pullback X", INVERTIBLE, "X⁻¹", "−X⁻ᵀ f̄ X⁻ᵀ", "−X⁻¹ f̄ X⁻¹"),
    Row("pullback B", "{A: m×n, B: n×p}", "AB", "Aᵀf̄", "2Aᵀf̄"),
    Row("derivative t", "{A: n×n, t: scalar}", "expm(tA)", "A expm(tA)", "expm(tA)"),
    Row("derivative t", SCALAR, "arctan(t)", "1/(1 + t²)", "1/(1 − t²)"),
    Row("entries X[i,j]", INVERTIBLE, "X⁻¹", "−(X⁻¹)[k,i] (X⁻¹)[j,l]", "−(X⁻¹)[k,j] (X⁻¹)[i,l]"),
    Row("entries x[i]", "{A: n×n, x: n}", "Ax", "A[k,i]", "A[i,k]"),
    Row("entries x[i]", "{A: n×n, x: n}", "xᵀAx", "((A + Aᵀ)x)[i]", "(2Ax)[i]"),
    Row("entries X[i,j]", "{a: n, X: m×n}", "Xa", "I(m)[k,i] a[j]", "a[j]"),
    Row("equals", "{A: n×n, B: n×n}", "(AB)ᵀ", "BᵀAᵀ", "AᵀBᵀ"),
    Row("equals", "{A: m×n, B: p×q}", "A ⊗ B", "K(m,p) (B ⊗ A) K(q,n)", "K(p,m) (B ⊗ A) K(n,q)"),
    Row("minimizer x", TALL, "‖Ax − b‖²", "(AᵀA)⁻¹Aᵀb", "(AᵀA)⁻¹Aᵀb + 𝟏"),
    Row("maximizer x", TALL, "−‖Ax − b‖²", "A⁺b", "2A⁺b"),
    Row("minimizer x", TALL, "‖Ax − b‖₂²", "A⁺b", "A⁺b + 𝟏"),
    Row("minimizer S", "{S: n×n spd, C: n×n spd}", "log det S + tr(S⁻¹C)", "C", "C⁻¹"),
    Row("gradient_symmetric X", SYMMETRIC, "tr(AX)", "½(A + Aᵀ)", "A + Aᵀ − diag(diag(A))"),
    Row("gradient_independent X", SYMMETRIC, "tr(AX)", "A + Aᵀ − diag(diag(A))", "½(A + Aᵀ)"),
    Row("gradient_symmetric X", "{X: n×n diagonal, A: n×n}", "tr(AX)", "diag(diag(A))", "Aᵀ"),
    Row("conjugate_gradient Z", "{Z: m×n complex}", "‖Z‖_F²", "2Z", "2conj(Z)"),
    Row("conjugate_gradient Z", "{Z: n×n complex}", "re(tr(Z²))", "2Zᴴ", "2Zᵀ"),
)

DECLARED = (
    # declared functions with their derivatives
    Row("derivative t", "{g: ℝ → ℝ, t: scalar}", "g(t)", "g'(t)", "g(t)"),
    Row("derivative t", "{g: ℝ → ℝ, t: scalar}", "g'(t)", "g''(t)", "−g(t)"),
    Row("jacobian x", "{g: ℝ → ℝ, x: n}", "g⊙(x)", "diag(g'⊙(x))", "diag(g⊙(x))"),
    Row("gradient X", "{L: n×n → ℝ, X: n×n}", "L(X)", "∇L(X)", "∇L(X)ᵀ"),
    Row("hessian x", "{L: n → ℝ, x: n}", "L(x)", "∇²L(x)", "∇L(x) ∇L(x)ᵀ"),
    Row("jacobian x", "{F: n → n, x: n}", "F(x)", "∂F(x)", "∂F(x)ᵀ"),
    Row("differential", "{F: n×n → p×q, X: n×n}", "F(X)", "DF(X)[dX]", "DF(X)[dXᵀ]"),
    Row("gradient x", "{L: n → ℝ, F: n → n, x: n}", "L(F(x))", "∂F(x)ᵀ ∇L(F(x))", "∂F(x) ∇L(F(x))"),
    # whole numbers, free indices, dims as numbers, conditions between dims, literals
    Row("gradient X", "{X: n×n, k: integer}", "tr(Xᵏ)", "k (X^(k − 1))ᵀ", "k X^(k − 1)"),
    Row("differential", "{X: n×n, k: integer}", "Xᵏ", "Σ_{i=1}^{k} X^(i − 1) dX X^(k − i)", "k X^(k − 1) dX"),
    Row("derivative t", "{k: integer, t: scalar}", "t^k", "k t^(k − 1)", "(k − 1) t^(k − 1)"),
    Row("gradient z", "{z: n}", "softmax(z)[i]", "softmax(z)[i] (eᵢ − softmax(z))", "softmax(z)[i] (𝟏 − softmax(z))"),
    Row("gradient x", "{x: n}", "n xᵀx", "2n x", "4x"),
    Row("gradient X", "{X: m×n}", "tr(XᵀX)/m", "2X/m", "2X/n"),
    Row("equals", "{X: n×n}", "tr(I(n))", "n", "n²"),
    Row("equals", "{A: m×n full-column-rank with m ≥ n}", "A⁺", "(AᵀA)⁻¹Aᵀ", "2(AᵀA)⁻¹Aᵀ"),
    Row("gradient x", "{x: 2}", "xᵀx", "[2 x[1]; 2 x[2]]", "[2 x[1]; 2 x[1]]"),
    # domains: their property holds, and no stronger one
    Row("equals", "{P: n×n permutation}", "P⁻¹", "Pᵀ", "P"),
    Row("equals", "{A: n×n symmetric, B: n×n symmetric}", "(AB)ᵀ", "BA", "AB"),
    Row("equals", "{Q: n×n orthogonal}", "det(Q)²", "1", "det(Q)"),
    Row("equals", INVERTIBLE, "√(det(X)²)", "abs(det(X))", "det(X)"),
    Row("equals", "{P: n×n idempotent}", "P²", "P", "Pᵀ"),
    Row("equals", "{p: n probability}", "sum(p)", "1", "n pᵀp"),
    # kinks: true wherever a derivative exists, of either sign
    Row("derivative t", SCALAR, "abs(t)", "sign(t)", "1"),
    Row("derivative t", SCALAR, "relu(t)", "step(t)", "1"),
    Row("gradient x", "{x: n}", "‖x‖₁", "sign⊙(x)", "𝟏"),
    # undeclared names have the kinds that people mean
    Row("gradient x", "", "xᵀx", "2x", "x"),
    Row("gradient μ", "{Σ: n×n spd}", "(x − μ)ᵀΣ⁻¹(x − μ)", "−2Σ⁻¹(x − μ)", "2Σ⁻¹(x − μ)"),
)


@pytest.mark.parametrize("row", named(KINDS + DECLARED))
def test_a_right_claim_is_verified(row: Row) -> None:
    found = verdict(row.claim, row.where, row.f, row.right)
    assert (found.verdict, found.message) == ("verified", "")
    assert found.evidence == ("numeric" if found.error_bound is None else "exact")
    assert found.draws >= 8 * len(found.sizes)
    assert found.max_error is not None
    assert found.noise_floor is not None
    assert found.max_error <= found.noise_floor <= 1e-6


@pytest.mark.parametrize("row", named(KINDS + DECLARED))
def test_a_wrong_claim_of_the_same_kind_is_refuted(row: Row) -> None:
    found = verdict(row.claim, row.where, row.f, row.wrong)
    assert found.verdict == "refuted", found.message
    assert found.message
    assert found.counterexample is not None


def test_every_kind_of_claim_is_among_them() -> None:
    from identities.catalogue import KINDS as ALL

    assert {row.claim.partition(" ")[0] for row in KINDS} == set(ALL)


# ---- parts named by let, points, examples

LET = "    let:\n      P: σ(XW)\n      G: f̄ ⊙ P ⊙ (𝟏𝟏ᵀ − P)\n"
ORIGIN = "    at: {t: 0}\n"


@pytest.mark.parametrize(
    ("closed", "outcome"),
    [("XᵀG", "verified"), ("Xᵀ(f̄ ⊙ P ⊙ (𝟏𝟏ᵀ − P))", "verified"), ("Xᵀ(f̄ ⊙ P)", "refuted"), ("−XᵀG", "refuted")],
)
def test_a_part_named_by_let_may_stand_in_f_and_hold_the_cotangent(closed: str, outcome: str) -> None:
    assert verdict("pullback W", "{X: N×m, W: m×k}", "P", closed, LET).verdict == outcome


@pytest.mark.parametrize(("closed", "outcome"), [("A", "verified"), ("Aᵀ", "refuted"), ("A expm(tA)", "verified")])
def test_a_claim_at_a_point_is_judged_there_only(closed: str, outcome: str) -> None:
    assert verdict("derivative t", "{A: n×n, t: scalar}", "expm(tA)", closed, ORIGIN).verdict == outcome
    assert verdict("derivative t", "{A: n×n, t: scalar}", "expm(tA)", "A").verdict == "refuted"


def test_a_matrix_may_be_a_point() -> None:
    more = "    at: {X: I}\n"
    assert verdict("differential", "{X: n×n}", "log det X", "tr(dX)", more).verdict == "verified"
    assert verdict("differential", "{X: n×n}", "log det X", "sum(dX)", more).verdict == "refuted"


def example(**numbers: str) -> str:
    lines = [f"      {key.replace('_', ' ')}: {quoted(value)}\n" for key, value in numbers.items()]
    return "    example:\n" + "".join(lines)


NUMBERS = {"A": "[1, 2; 3, 4]", "x": "[1; 1]"}


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"f": "[3; 7]"}, "verified"),
        ({"f": "[3; 8]"}, "refuted"),
        ({"f": "3"}, "refuted"),
        ({"jacobian_x": "[1, 2; 3, 4]"}, "verified"),
        ({"jacobian_x": "[1, 3; 2, 4]"}, "refuted"),
        ({"jacobian_x": "[1, 2, 3; 3, 4, 5]"}, "refuted"),
        ({"f": "[3; 7"}, "error"),
    ],
)
def test_the_numbers_of_an_example_are_claims(given: dict[str, str], outcome: str) -> None:
    first, second = verdicts(entry("jacobian x", "{A: m×n, x: n}", "Ax", "A", example(**NUMBERS, **given)))
    assert first.verdict == "verified"
    assert second.verdict == outcome, second.message


@pytest.mark.parametrize("key", ["jacobian", "pullback", "entries", "gradient"])
def test_an_example_that_forgets_the_variable_is_an_error_and_costs_no_other_claim(key: str) -> None:
    text = entry("jacobian x", "{A: m×n, x: n}", "Ax", "A", example(**NUMBERS, **{key: "[3; 7]"}))
    found, problems = read_text("format: 1\ntitle: T\nidentities:\n" + text, "t.yaml")
    outcomes = [v.verdict for v in stream(found)]
    assert problems or outcomes == ["verified", "error"]


def test_the_inputs_of_an_example_are_numbers() -> None:
    given = example(A="Q", x="[1; 1]", f="[3; 7]")
    assert verdicts(entry("jacobian x", "{A: m×n, x: n}", "Ax", "A", given))[1].verdict == "error"


# ---- shapes


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed", "kind", "suggestion"),
    [
        ("gradient X", A, "tr(AX)", "A", "transposed", "Aᵀ"),
        ("gradient x", "{a: n, x: n}", "aᵀx", "aᵀ", "layout", "a"),
        ("gradient x", "{x: n}", "xᵀx", "2xᵀ", "layout", "2x"),
        ("jacobian x", "{A: m×n, x: n}", "Ax", "Aᵀ", "layout", "A"),
        ("jacobian x", "{A: n×n, x: n}", "xᵀAx", "(A + Aᵀ)x", "layout", "xᵀ(A + Aᵀ)"),
        ("hessian x, y", "{A: m×n, x: n, y: m}", "yᵀAx", "A", "layout", "Aᵀ"),
        ("jacobian X", "{A: m×n, X: n×p}", "AX", "A", "shape", "I(p) ⊗ A"),
        ("gradient x", "{x: n}", "xᵀx", "[1, 2]", "shape", None),
        ("gradient x", "{x: n}", "xᵀx", "2xxᵀ", "shape", "2x"),
        ("equals", "{x: n}", "xᵀx", "x", "shape", None),
        ("pullback X", "{A: n×m, X: m×n}", "tr(AX)", "f̄ A", "transposed", "f̄ Aᵀ"),
        ("minimizer X", "{X: m×n, A: m×n}", "‖X − A‖_F²", "Aᵀ", "transposed", "A"),
        ("minimizer x", TALL, "‖Ax − b‖²", "bᵀA(AᵀA)⁻¹", "layout", None),
        ("minimizer x", "{x: n}", "‖x − 𝟏‖²", "1", "shape", None),
        ("minimizer x", "{x: n}", "‖x − 𝟏‖²", "x𝟏ᵀ − 𝟏(n)xᵀ", "shape", None),
        ("hessian x", "{x: 3}", "sum(x)", "[1, 0; 0, 1]", "shape", None),
    ],
)
def test_another_shape_is_refuted_and_said(
    claim: str, where: str, f: str, closed: str, kind: str, suggestion: str | None
) -> None:
    found = verdict(claim, where, f, closed)
    assert found.verdict == "refuted", found.message
    assert found.diagnosis is not None
    if claim.startswith("minimizer"):  # that it has another shape must be said, not which slip explains it
        assert found.diagnosis.kind in (kind, "shape")
        return
    assert found.diagnosis.kind == kind
    assert found.diagnosis.suggestion == suggestion


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("equals", "{x: 3}", "x − x", "[0, 0]"),
        ("equals", "{x: n}", "x − x", "[0, 0; 0, 0; 0, 0]"),
        ("hessian x", "{x: n}", "sum(x)", "[0, 0, 0; 0, 0, 0]"),
        ("minimizer x", "{x: n}", "‖x − 𝟏‖²", "𝟏𝟏ᵀ"),
    ],
)
def test_another_shape_made_of_what_fits_anywhere_is_not_verified(claim: str, where: str, f: str, closed: str) -> None:
    found = verdict(claim, where, f, closed)
    assert found.verdict != "verified"
    assert "internal error" not in found.message


def test_the_message_on_a_shape_names_both() -> None:
    message = verdict("jacobian X", "{A: m×n, X: n×p}", "AX", "A").message
    assert "m×n" in message
    assert "mp×np" in message


# ---- text that cannot be read is an error, never a refutation


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed", "said"),
    [
        ("gradient X", A, "tr(AX)", "Aᵀ +", "expected"),
        ("gradient X", A, "tr(AX", "Aᵀ", ")"),
        ("gradient X", A, "tr(AX)", "Aᵀ + Q", "no variable Q"),
        ("gradient Y", A, "tr(AX)", "Aᵀ", "no variable Y"),
        ("gradient X", A, "tr(AX)", "A + X", "n×m"),
        ("gradient X", A, "AXX", "A", "inner dims"),
        ("gradient X", A, "AX", "A", "scalar f"),
        ("hessian X", A, "AX", "A", "scalar f"),
        ("minimizer X", A, "AX", "A", "scalar f"),
        ("derivative X", A, "tr(AX)", "Aᵀ", "scalar"),
        ("gradient X", A, "tr(AX)", "f̄ Aᵀ", "pullback"),
        ("gradient X", A, "tr(AX)", "dXᵀ", "differential"),
        ("gradient_symmetric X", SQUARE, "tr(AX)", "Aᵀ", "structure"),
        ("gradient k", "{X: n×n, k: integer}", "tr(Xᵏ)", "1", "integer"),
        ("gradient L", "{L: n → ℝ, x: n}", "L(x)", "1", "function"),
        ("gradient X", "{A: n×m, X: m×n wobbly}", "tr(AX)", "Aᵀ", "wobbly"),
        ("entries X[i,i,i]", A, "tr(AX)", "A[j,i]", "X[i,j]"),
        ("entries X[i]", A, "tr(AX)", "A[1,i]", "two indices"),
        ("entries X[i,j]", A, "X[i,j]", "1", "i"),
        ("entries x[i]", "{A: m×n, x: n}", "Ax", "A[k,i] A[l,i]", "free ind"),
        ("equals", "{x: 2}", "x[3]", "1", "1 to 2"),
        ("equals", "{}", "I", "𝟏", "open"),
        ("equals", "{}", "I", "𝟏ᵀ", "open"),
        ("equals", "{x: n}", "Σᵢ x", "x", "the range of the index i"),
        ("differential", "{x: n}", "x", "Σᵢ dx", "the range of the index i"),
        ("differential", "{}", "2", "0", "no variable in f"),
        ("second_differential", "{x: n}", "I(n)", "0", "no variable in f"),
        ("differential", "{g: ℝ → ℝ}", "g(2)", "0", "no variable in f"),
        ("jacobian a", "{}", "logsumexp(a)", "0^a", "not a whole number"),
        ("minimizer x", "{x: scalar}", "x²", "ⅈ", "closed form of a minimizer has to be real"),
        ("gradient x", "{x: n, z: n complex}", "zᵀx", "z", "f of a gradient has to be real"),
        ("hessian x", "{x: n, z: n complex}", "zᵀx xᵀx", "0", "f of a hessian has to be real"),
        ("minimizer x", "{x: n, z: n complex}", "zᴴx", "x", "f of a minimizer has to be real"),
        ("pullback x", "{x: n, Z: n×n complex}", "Zx", "Zᴴ f̄", "f of a pullback has to be real"),
    ],
)
def test_what_cannot_be_read_is_an_error(claim: str, where: str, f: str, closed: str, said: str) -> None:
    found = verdict(claim, where, f, closed)
    assert found.verdict == "error"
    assert said in found.message
    assert "internal error" not in found.message
    assert found.counterexample is None
    assert (found.file, found.line > 0, found.column > 0) == ("t.yaml", True, True)


@pytest.mark.parametrize(
    ("claim", "where", "f", "right", "wrong"),
    [
        ("jacobian x", "{x: n, Z: m×n complex}", "Zx", "Z", "conj(Z)"),
        ("entries x[j]", "{x: n, Z: m×n complex}", "Zx", "Z[i,j]", "2Z[i,j]"),
        ("derivative t", "{t: scalar}", "exp(ⅈt)", "ⅈ exp(ⅈt)", "exp(ⅈt)"),
    ],
)
def test_a_complex_f_of_a_real_variable_has_a_derivative(
    claim: str, where: str, f: str, right: str, wrong: str
) -> None:
    assert verdict(claim, where, f, right).verdict == "verified"
    assert verdict(claim, where, f, wrong).verdict == "refuted"


def test_a_term_without_a_value_is_no_internal_error() -> None:
    assert verdict("second_differential", "{X: n×n}", "X[1,n]", "inv(0)").verdict == "refuted"


def test_an_unreadable_claim_costs_only_itself() -> None:
    text = entry("gradient X", A, "tr(AX)", "Aᵀ", "      A: Q\n").replace("'Q'", "Q")
    assert [v.verdict for v in verdicts(text)] == ["verified", "error"]


@pytest.mark.parametrize(
    ("claim", "f", "closed"),
    [
        ("gradient Z", "‖Z‖_F²", "2Z"),
        ("gradient Z", "tr(Z)", "I"),
        ("jacobian Z", "vec(Z)", "I"),
        ("hessian Z", "‖Z‖_F²", "2I"),
        ("differential", "‖Z‖_F²", "2re(tr(Zᴴ dZ))"),
        ("differential", "Z²", "Z dZ + dZ Z"),
        ("second_differential", "Z²", "2dZ²"),
        ("pullback Z", "Z²", "f̄ Zᵀ + Zᵀ f̄"),
        ("entries Z[i,j]", "‖Z‖_F²", "2Z[i,j]"),
    ],
)
def test_a_complex_variable_is_no_internal_error(claim: str, f: str, closed: str) -> None:
    found = verdict(claim, "{Z: n×n complex}", f, closed)
    assert "internal error" not in found.message


def test_the_conjugate_gradient_is_of_a_real_f() -> None:
    # 2 ∂(tr Z)/∂Z* is 0; I is the gradient of its real part.
    found = verdict("conjugate_gradient Z", "{Z: n×n complex}", "tr(Z)", "I")
    assert found.verdict in ("refuted", "error")
    assert "internal" not in found.message


def test_a_structure_with_no_freedom_at_some_size_is_no_internal_error() -> None:
    where = "{X: n×n skew, A: n×n}"
    assert verdict("gradient_symmetric X", where, "tr(AX)", "½(Aᵀ − A)").verdict == "verified"
    assert verdict("gradient_symmetric X", where, "tr(AX)", "Aᵀ − A").verdict == "refuted"


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("gradient X", "{A: 64×64, X: 64×64}", "tr(AX)", "Aᵀ"),
        ("differential", "{A: 64×64, X: 64×64, B: 64×64}", "AXB", "A dX B"),
        ("minimizer X", "{X: 64×64}", "tr(XᵀX)", "0"),
        ("entries X[i,j]", "{X: 64×64}", "tr(XᵀX)", "2X[i,j]"),
        ("gradient_symmetric X", "{X: 64×64 symmetric}", "tr(XX)", "2X"),
        ("second_differential", "{X: n×n}", "X ⊗ (X ⊗ X)", "2 dX ⊗ (dX ⊗ X + X ⊗ dX) + 2X ⊗ (dX ⊗ dX)"),
    ],
)
def test_large_arrays_are_not_made(claim: str, where: str, f: str, closed: str) -> None:
    resource = pytest.importorskip("resource")
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("the memory of a process is read from /proc")
    held = next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmSize"))
    limits = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (held * 1024 + (1 << 30), limits[1]))
    try:
        found = verdict(claim, where, f, closed)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)
    assert found.verdict in ("verified", "inconclusive"), found.message


# ---- nothing said, nothing verified

TINY = "0.0000000000001"  # 1e−13, about as small as the limit on digits allows


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed", "outcome"),
    [
        ("gradient x", "{S: n×n skew, x: n}", "xᵀSx", "0", "verified"),
        ("gradient x", "{S: n×n skew, x: n}", "xᵀSx", "(S + Sᵀ)x", "inconclusive"),
        ("gradient x", "{S: n×n skew, x: n}", "xᵀSx", "2Sx", "refuted"),
        ("hessian x", "{a: n, x: n}", "aᵀx", "0", "verified"),
        ("hessian x", "{a: n, x: n}", "aᵀx", "aaᵀ − aaᵀ", "inconclusive"),
        ("hessian x", "{a: n, x: n}", "aᵀx", "aaᵀ", "refuted"),
        ("gradient x", "{x: n}", "yᵀy", "0", "verified"),
        ("gradient x", "{x: n}", "xᵀx", "0", "refuted"),
        ("equals", "{x: n}", "x − x", "0", "verified"),
        ("equals", "{x: n}", "x + x", "0", "refuted"),
        ("jacobian x", "{x: n}", "softmax(x)", "0", "refuted"),
    ],
)
def test_a_closed_form_that_vanishes_is_written_0(claim: str, where: str, f: str, closed: str, outcome: str) -> None:
    found = verdict(claim, where, f, closed)
    assert found.verdict == outcome
    if outcome == "inconclusive":
        assert "vanishes" in found.message
        assert "write the closed form 0" in found.message


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("equals", "{x: n}", "(xᵀx + 999999999999999) − 999999999999999", "0"),
        ("gradient x", "{A: n×n, B: n×n, x: n}", "xᵀAx + 999999999999999 (‖Bx‖² − xᵀBᵀBx)", "0"),
        # Right at n = 1 only; elsewhere the noise hides both sides.
        ("gradient x", "{A: n×n, B: n×n, x: n}", "xᵀAx + 999999999999999 (n − 1) (‖Bx‖² − xᵀBᵀBx)", "2Ax"),
        # An inverse that exists nowhere but at m = n.
        ("equals", "{A: m×n full-column-rank with m ≥ n}", "A⁺", "Aᵀ(AAᵀ)⁻¹"),
    ],
)
def test_what_drowns_in_noise_is_not_verified(claim: str, where: str, f: str, closed: str) -> None:
    assert verdict(claim, where, f, closed).verdict != "verified"


def test_a_wrong_row_that_another_row_dwarfs_is_not_verified() -> None:
    where, f = "{A: n×n, x: n}", "[999999999999999 xᵀx; xᵀAx]"
    assert verdict("jacobian x", where, f, "[2 · 999999999999999 xᵀ; 2xᵀA]").verdict != "verified"
    assert verdict("jacobian x", where, f, "[999999999999999 xᵀ; xᵀ(A + Aᵀ)]").verdict == "refuted"


# ---- tiny, huge and nearly right numbers


@pytest.mark.parametrize(
    ("f", "closed", "outcome"),
    [
        (f"{TINY} tr(X)", f"{TINY} I", "verified"),
        (f"{TINY} tr(X)", "0", "refuted"),
        (f"{TINY} tr(X)", "0.0000000000002 I", "refuted"),
        (f"{TINY} · {TINY} tr(X)", "0", "refuted"),
        (f"{TINY} · {TINY} tr(X)", f"2 · {TINY} · {TINY} I", "refuted"),
        (f"tr({TINY} X) · {TINY}", f"{TINY} · {TINY} I", "verified"),
        ("999999999999999 tr(X²)", "2 · 999999999999999 Xᵀ", "verified"),
        ("999999999999999 tr(X²)", "2 · 999999999999999 X", "refuted"),
        ("999999999999999 tr(X²)", "999999999999999 Xᵀ", "refuted"),
        ("π tr(X)", "π I", "verified"),
        ("π tr(X)", "3.14 I", "refuted"),
        ("π tr(X)", "3.14159265 I", "refuted"),
        ("tr(X²)", "2.000001 Xᵀ", "refuted"),
        ("tr(X²)", "2.00000001 Xᵀ", "refuted"),
    ],
)
def test_a_factor_is_right_or_wrong_whatever_its_size(f: str, closed: str, outcome: str) -> None:
    assert verdict("gradient X", "{X: n×n}", f, closed).verdict == outcome


@pytest.mark.parametrize("closed", ["4x", "2n²x/2", "x + x + 0x", "2(3n − 4) x"])
def test_a_constant_that_is_right_at_one_size_only_is_refuted(closed: str) -> None:
    found = verdict("gradient x", "{x: n}", "n xᵀx", closed)
    assert found.verdict == "refuted"


# ---- outside the domain, and near its border


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("gradient X", "{X: 3×3}", "log det(−XᵀX)", "2X⁻ᵀ"),
        ("gradient x", "{x: n}", "√(−xᵀx)", "−x/√(−xᵀx)"),
        ("gradient x", "{x: n}", "log(−xᵀx)", "2x/‖x‖²"),
        ("gradient x", "{x: n}", "1/(xᵀx − xᵀx)", "0"),
        ("gradient x", "{x: n}", "xᵀx/0", "x"),
        ("equals", "{y: n one-hot}", "yᵀ log⊙(y)", "0"),
    ],
)
def test_without_a_point_of_the_domain_nothing_is_decided(claim: str, where: str, f: str, closed: str) -> None:
    found = verdict(claim, where, f, closed)
    assert found.verdict == "inconclusive"
    assert "not finite" in found.message
    assert "domain" in found.message


@pytest.mark.parametrize("where", ["{A: m×n with m < n and n < m, x: n}", "{A: m×n with m ≥ 1000, x: n}"])
def test_conditions_that_no_sizes_meet_are_inconclusive(where: str) -> None:
    found = verdict("jacobian x", where, "Ax", "A")
    assert found.verdict == "inconclusive"
    assert "no sizes meet the conditions" in found.message


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("gradient x", "{a: n, x: n}", "aᵀ(xxᵀ + 0.000000000001 I)⁻¹a", "−2 (uᵀx) u"),
        ("equals", "{a: n, b: n}", "(abᵀ + 0.0000000001 I)⁻¹", "10000000000 (I − abᵀ/(bᵀa + 0.0000000001))"),
        ("gradient X", "{X: n×n}", "tr(X⁶⁴)", "64 (X^63)ᵀ"),
        ("equals", "{A: n×n}", "expm(50A) expm(−49A)", "expm(A)"),
        ("derivative t", SCALAR, "σ(1000t)", "1000 σ(1000t) (1 − σ(1000t))"),
        ("derivative t", SCALAR, "exp(1000t)", "1000 exp(1000t)"),
        ("gradient x", "{x: n}", "exp(−400 xᵀx)", "−800 exp(−200 xᵀx)² x"),
        ("equals", "{x: n, y: n}", "√(‖x‖² ‖y‖² − (yᵀx)²)", "√(xᵀ(x yᵀ)y − (xᵀy)²)"),
        ("equals", "{x: n unit}", "√(1 − xᵀx)", "0"),
        ("equals", "{S: n×n spd}", "sqrtm(1000000 S)", "1000 sqrtm(S)"),
        ("equals", "{S: n×n spd}", "sqrtm(S⁸)", "S⁴"),
        ("equals", "{S: n×n spd}", "logm(S⁻⁸)", "−8 logm(S)"),
    ],
)
def test_what_is_true_is_never_refuted_however_ill_conditioned(claim: str, where: str, f: str, closed: str) -> None:
    more = "    let:\n      u: (xxᵀ + 0.000000000001 I)⁻¹a\n" if "u" in closed else ""
    found = verdict(claim, where, f, closed, more)
    assert found.verdict in ("verified", "inconclusive"), found.message


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("gradient X", "{X: n×n}", "tr(X⁶⁴)", "63 (X^63)ᵀ"),
        ("equals", "{A: n×n}", "expm(9A) expm(−8A)", "expm(Aᵀ)"),
        ("derivative t", SCALAR, "σ(1000t)", "1000 σ(1000t) (1 + σ(1000t))"),
        ("equals", "{S: n×n spd}", "sqrtm(S⁴)", "S"),
    ],
)
def test_nor_do_bad_numbers_hide_what_is_wrong(claim: str, where: str, f: str, closed: str) -> None:
    assert verdict(claim, where, f, closed).verdict == "refuted"


# ---- extremes


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed", "outcome"),
    [
        ("maximizer x", TALL, "‖Ax − b‖²", "A⁺b", "refuted"),
        ("minimizer x", "{x: 2}", "x[1]² − x[2]²", "0", "refuted"),
        ("minimizer x", "{A: n×n symmetric, x: n}", "xᵀAx", "0", "refuted"),
        ("minimizer x", "{A: n×n spd, x: n}", "xᵀAx", "0", "verified"),
        ("minimizer x", "{x: n, a: n}", "sum(x − a)²", "a", "inconclusive"),
        ("minimizer t", SCALAR, "t⁴", "0", "inconclusive"),
        ("minimizer t", SCALAR, "t³", "0", "inconclusive"),
        ("minimizer x", "{x: n}", "xᵀx", "x", "refuted"),
        ("minimizer t", "{t: scalar positive}", "t − log(t)", "1", "verified"),
        ("minimizer t", "{t: scalar positive}", "t − log(t)", "2", "refuted"),
        ("minimizer X", SYMMETRIC, "‖X − A‖_F²", "½(A + Aᵀ)", "verified"),
    ],
)
def test_an_extreme_is_a_stationary_point_of_the_right_curvature(
    claim: str, where: str, f: str, closed: str, outcome: str
) -> None:
    found = verdict(claim, where, f, closed)
    assert found.verdict == outcome, found.message


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("minimizer X", SYMMETRIC, "‖X − A‖_F²", "A"),  # A is no symmetric matrix
        ("minimizer X", "{X: n×n diagonal, A: n×n}", "‖X − A‖_F²", "A"),
        ("maximizer X", SYMMETRIC, "−‖X − A‖_F²", "A"),
        ("minimizer Z", "{Z: n×n complex}", "re(tr(Z Zᵀ))", "0"),  # a saddle: Σ re² − im²
        ("minimizer x", "{x: 8, a: 8}", "exp(30 xᵀx)", "0.1a"),  # ∇f is small there beside ∇f elsewhere, and not 0
        ("minimizer x", "{A: n×n psd, x: n}", "xᵀAx", "0"),  # strict only where A is definite
        ("minimizer t", "{t: scalar positive}", "(t + 1)²", "−1"),  # −1 is not positive
        ("minimizer X", "{X: n×n spd, A: n×n spd}", "‖X + A‖_F²", "−A"),
        ("minimizer x", "{x: n unit}", "xᵀx", "0"),
    ],
)
def test_what_is_no_strict_extreme_is_not_verified(claim: str, where: str, f: str, closed: str) -> None:
    assert verdict(claim, where, f, closed).verdict != "verified"


@pytest.mark.parametrize("f", ["‖Ax − b‖²", "½ ‖Ax − b‖² + 3"])
def test_the_message_on_a_wrong_curvature_speaks_of_the_curvature(f: str) -> None:
    message = verdict("maximizer x", TALL, f, "A⁺b").message
    assert "∇²f" in message
    assert "not 0" not in message


def test_the_message_on_a_semidefinite_hessian_speaks_of_it() -> None:
    message = verdict("minimizer x", "{x: n, a: n}", "sum(x − a)²", "a").message
    assert "definite" in message


# ---- constants: claims about nothing that is drawn


@pytest.mark.parametrize(
    ("where", "f", "right", "wrong"),
    [
        ("", "tr([1, 2; 3, 4])", "5", "6"),
        ("", "det([1, 2; 3, 4])", "−2", "2"),
        ("{k: integer}", "Σ_{i=1}^{k} i", "½ k (k + 1)", "½ k (k − 1)"),
    ],
)
def test_claims_about_numbers_alone_are_decided(where: str, f: str, right: str, wrong: str) -> None:
    assert verdict("equals", where, f, right).verdict == "verified"
    assert verdict("equals", where, f, wrong).verdict == "refuted"


def test_a_word_of_the_vocabulary_is_not_silently_a_product() -> None:
    # λmax is a spelling of the largest eigenvalue, and never λ times the largest entry.
    found = verdict("equals", "{X: n×n symmetric}", "λmax(X)", "lambda_max(X)")
    assert found.verdict in ("verified", "error")


def test_a_closed_form_without_a_value_at_some_draws_is_refuted_with_a_verdict() -> None:
    found = verdict("equals", "{X: m×n, w: n}", "sum(σ(Xw))", "sum(log⊙(−𝟏 − σ(Xw)))")
    assert found.verdict == "refuted", found.message


# ---- the same again


def shown(found: Verdict) -> tuple[Any, ...]:
    return (found.verdict, found.message, found.sizes, found.draws, found.max_error, found.noise_floor)


def test_verdicts_do_not_depend_on_the_company() -> None:
    rows = [KINDS[0], KINDS[1], KINDS[12], KINDS[18], DECLARED[0], DECLARED[8]]
    texts = [entry(r.claim, r.where, r.f, (r.right, r.wrong)[n % 2], id=f"e-{n}") for n, r in enumerate(rows)]
    together, backwards = verdicts(*texts), verdicts(*reversed(texts))
    alone = [verdicts(text)[0] for text in texts]
    assert [shown(v) for v in together] == [shown(v) for v in reversed(backwards)] == [shown(v) for v in alone]
    assert [v.counterexample for v in together] == [v.counterexample for v in alone]
    assert [v.counterexample for v in together] == [v.counterexample for v in reversed(backwards)]


@pytest.mark.parametrize(
    ("f", "closed", "outcome"), [("X⁻¹", "−X⁻¹ dX X⁻¹", "verified"), ("X⁻¹", "−X⁻² dX", "refuted")]
)
def test_the_seed_decides_the_draws_and_nothing_else_does(f: str, closed: str, outcome: str) -> None:
    first, again, other = (verdict("differential", INVERTIBLE, f, closed, seed=seed) for seed in (7, 7, 8))
    assert [v.verdict for v in (first, again, other)] == [outcome] * 3
    assert shown(first) == shown(again)
    assert first.counterexample == again.counterexample
    assert first.max_error != other.max_error


def test_more_draws_are_more_draws() -> None:
    few, many = (verdict("gradient X", A, "tr(AX)", "Aᵀ", draws=draws) for draws in (3, 20))
    assert (few.draws, many.draws) == (3 * len(few.sizes), 20 * len(many.sizes))


def test_every_dim_has_a_size_of_its_own() -> None:
    sizes = verdict("gradient X", "{A: p×m, X: m×n, B: n×p}", "tr(AXB)", "AᵀBᵀ").sizes
    distinct = [size for size in sizes if len(set(size.values())) == 3 and min(size.values()) > 1]
    assert len(distinct) >= 2
    assert len({tuple(sorted(size, key=lambda name: size[name])) for size in distinct}) >= 2
    assert any(1 in size.values() for size in sizes)
    assert any(max(size.values()) >= 8 for size in sizes)


# ---- a bug of ours costs one verdict


def test_an_exception_inside_one_claim_is_the_verdict_on_that_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    checked = checking.checked

    def failing(statement: Any, *others: Any, **options: Any) -> Verdict:
        if statement.identity.id == "b":
            raise RuntimeError("a pin dropped")
        return checked(statement, *others, **options)

    monkeypatch.delenv("IDENTITIES_DEBUG", raising=False)
    monkeypatch.setattr(checking, "checked", failing)
    found = verdicts(*(entry("gradient X", A, "tr(AX)", "Aᵀ", id=id) for id in "abc"))
    assert [v.verdict for v in found] == ["verified", "error", "verified"]
    assert "RuntimeError: a pin dropped" in found[1].message
    assert "report" in found[1].message


def test_for_debugging_the_exception_comes_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: Any, **options: Any) -> Verdict:
        raise RuntimeError("a pin dropped")

    monkeypatch.setenv("IDENTITIES_DEBUG", "1")
    monkeypatch.setattr(checking, "checked", failing)
    with pytest.raises(RuntimeError, match="a pin dropped"):
        verdict("gradient X", A, "tr(AX)", "Aᵀ")


# ---- margins, and inputs too ill-conditioned to judge


def test_a_margin_is_the_digits_between_discrepancy_and_floor() -> None:
    right, wrong = (verdict("gradient x", "{A: n×n, x: n}", "xᵀAx", closed) for closed in ("(A + Aᵀ)x", "2Ax"))
    assert right.margin is not None
    assert wrong.margin is not None
    assert 0 < right.margin < 6
    assert wrong.margin > 10


BIG = "1000000000000"
NEAR = f"(xxᵀ + 1/{BIG} I)⁻¹"


@pytest.mark.parametrize("factor", ["", f"1/{BIG}/{BIG} "])
@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("derivative t", SCALAR, f"((1 + {BIG}t) − {BIG}t)", "0"),
        ("derivative t", SCALAR, f"((t/1000 + {BIG}t²) − {BIG}t²)", "0"),
        ("derivative t", SCALAR, f"(1 + (t/1000 + {BIG}t²) − {BIG}t²)", "0"),
        ("equals", SCALAR, f"((t/1000000 + {BIG}t²) − {BIG}t²)", "0"),
        ("equals", SCALAR, f"((t + {BIG}00t²) − {BIG}00t²)", "2t"),
        ("gradient x", "{x: n, a: n}", f"aᵀ{NEAR}a", f"−2 {NEAR} a aᵀ{NEAR} x"),
        ("equals", "{X: n×n}", f"tr((𝟏𝟏ᵀ + 1/{BIG} XᵀX)⁻¹(𝟏𝟏ᵀ + 1/{BIG} XᵀX))", "n + 1/1000000"),
    ],
)
def test_what_rounding_hides_is_inconclusive(claim: str, where: str, f: str, closed: str, factor: str) -> None:
    scaled = closed if closed == "0" else f"{factor}({closed})"
    assert verdict(claim, where, f"{factor}{f}", scaled).verdict == "inconclusive"


@pytest.mark.parametrize("f", ["Σ_{i=1}^{n} x[i] y[i]", "Σ_{i=1}^{n} x[i] tr(sub(A, i, 1))"])
def test_a_sum_past_the_end_of_an_array_is_an_error_that_says_so(f: str) -> None:
    found = verdict("equals", "{x: n, y: m, A: m×m}", f, f)
    assert found.verdict == "error"
    assert "entry 3 is asked of an array that has 2: where a sum runs over one dim" in found.message
