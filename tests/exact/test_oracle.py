"""What exact arithmetic says of closed forms, right and wrong; and that it says nothing where it cannot know."""

from __future__ import annotations

import pytest

from identities.catalogue import KINDS, read_text
from identities.claims import EXTREMES
from identities.exact import Oracle, decides, equal_exactly
from identities.parsed import read
from identities.statement import Statement, statements


def statement(claim: str, where: str, f: str, closed: str) -> Statement:
    kind, _, wrt = claim.partition(" ")
    f, closed, wrt = ("'" + text.replace("'", "''") + "'" for text in (f, closed, wrt))
    form = f"\n      {wrt}: {closed}" if wrt != "''" else f" {closed}"
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: {f}\n    {kind}:{form}\n"
    (identity,), problems = read_text(text, "t.yaml")
    assert not problems
    (found,) = statements(read(identity))
    assert isinstance(found, Statement), found
    return found


def accepts(claim: str, where: str, f: str, closed: str) -> bool | None:
    return Oracle(statement(claim, where, f, closed)).accepts()


TALL = "{A: m×n full-column-rank with m ≥ n, x: n, b: m}"
# A claim, its hypotheses, f, a right closed form, and wrong ones.
ROWS = [
    ("gradient X", "{A: n×m, X: m×n}", "tr(AX)", "Aᵀ", ["−Aᵀ", "2Aᵀ", "Aᵀ + X", "½ Aᵀ"]),
    ("gradient X", "{A: n×n, X: n×n}", "tr(AX)", "Aᵀ", ["A"]),
    ("gradient x", "{A: n×n, x: n}", "xᵀAx", "(A + Aᵀ)x", ["2Ax", "2Aᵀx", "(A − Aᵀ)x"]),
    ("gradient x", "{A: n×n symmetric, x: n}", "xᵀAx", "2Ax", ["Ax", "−2Ax"]),
    ("gradient A", "{A: n×n skew, x: n, y: n}", "xᵀAy", "xyᵀ", ["yxᵀ", "½(xyᵀ − yxᵀ)"]),
    ("gradient X", "{X: n×n invertible}", "det X", "det(X) X⁻ᵀ", ["det(X) X⁻¹", "X⁻ᵀ", "adj X"]),
    ("gradient X", "{X: n×n}", "det X", "cof X", ["adj X", "−cof X"]),
    ("gradient X", "{X: n×n det-positive}", "log det X", "X⁻ᵀ", ["X⁻¹", "2X⁻ᵀ", "X"]),
    ("gradient X", "{X: n×n spd}", "log det X", "X⁻¹", ["−X⁻¹", "2X⁻¹ − I ⊙ X⁻¹"]),
    ("gradient x", "{x: n nonzero}", "‖x‖", "x/‖x‖", ["x", "x/‖x‖²", "2x/‖x‖"]),
    ("gradient x", "{x: n, y: n nonzero}", "xᵀy/‖y‖", "y/‖y‖", ["y/‖y‖²", "−y/‖y‖"]),
    ("jacobian X", "{X: n×n invertible}", "X⁻¹", "−X⁻ᵀ ⊗ X⁻¹", ["X⁻ᵀ ⊗ X⁻¹", "−X⁻¹ ⊗ X⁻ᵀ", "−X⁻¹ ⊗ X⁻¹"]),
    ("jacobian X", "{A: m×n, X: n×p}", "(AX)ᵀ", "(A ⊗ I(p)) K(n,p)", ["2(A ⊗ I(p)) K(n,p)", "(I(p) ⊗ A) K(n,p)"]),
    ("hessian X", "{X: n×n det-positive}", "log det X", "−K(n,n)(X⁻ᵀ ⊗ X⁻¹)", ["−X⁻ᵀ ⊗ X⁻¹", "K(n,n)(X⁻ᵀ ⊗ X⁻¹)"]),
    ("hessian x, y", "{A: m×n, x: n, y: m}", "yᵀAx", "Aᵀ", ["2Aᵀ", "−Aᵀ"]),
    ("hessian x", "{A: n×n, x: n}", "xᵀAx", "A + Aᵀ", ["2A", "A", "½ (A + Aᵀ)"]),
    ("differential", "{X: n×n invertible}", "X⁻¹", "−X⁻¹ dX X⁻¹", ["−X⁻¹ dX X", "X⁻¹ dX X⁻¹", "−X⁻² dX"]),
    ("differential", "{Q: n×n orthogonal}", "QᵀQ", "dQᵀ Q + Qᵀ dQ", ["2Qᵀ dQ", "0"]),
    ("second_differential", "{X: m×n, Y: n×p}", "XY", "2dX dY", ["dX dY", "0"]),
    ("pullback X", "{X: n×n invertible}", "X⁻¹", "−X⁻ᵀ f̄ X⁻ᵀ", ["−X⁻¹ f̄ X⁻¹", "−X⁻ᵀ f̄ᵀ X⁻ᵀ"]),
    ("derivative t", "{A: n×n, t: scalar, B: n×n}", "(A + tB)³", "(A + tB)²B + (A + tB)B(A + tB) + B(A + tB)²",
     ["3(A + tB)²B"]),
    ("derivative t", "{t: scalar, g: ℝ → ℝ}", "g(t)²", "2g(t) g'(t)", ["2g'(t)", "g'(t)²"]),
    ("entries X[i,j]", "{X: n×n invertible}", "X⁻¹", "−(X⁻¹)[k,i] (X⁻¹)[j,l]", ["−(X⁻¹)[k,j] (X⁻¹)[i,l]"]),
    ("equals", "{A: n×n, B: n×n}", "(AB)ᵀ", "BᵀAᵀ", ["AᵀBᵀ", "AB"]),
    ("equals", "{Q: n×n orthogonal}", "det(Q)²", "1", ["det Q", "−1"]),
    ("equals", "{P: n×n idempotent}", "(I − P)²", "I − P", ["I + P", "P"]),
    ("equals", "{A: m×n}", "rank(AᵀA)", "rank(A)", ["rank(A) + 1"]),
    ("equals", "{U: n×n upper-triangular, V: n×n upper-triangular}", "diag(diag(UV))", "diag(diag(U)) diag(diag(V))",
     ["UV"]),
    ("equals", "{d: n, D: n×n diagonal, E: n×n diagonal}", "DE", "ED", ["D + E"]),
    ("minimizer x", TALL, "‖Ax − b‖²", "(AᵀA)⁻¹Aᵀb", ["Aᵀb", "−(AᵀA)⁻¹Aᵀb"]),
    ("maximizer S", "{S: n×n spd, C: n×n spd}", "−log det S − tr(S⁻¹C)", "C", ["C⁻¹", "2C"]),
    ("gradient_symmetric X", "{X: n×n symmetric, A: n×n}", "tr(AX)", "½(A + Aᵀ)", ["Aᵀ", "A + Aᵀ"]),
    ("gradient_independent X", "{X: n×n symmetric, A: n×n}", "tr(AX)", "A + Aᵀ − diag(diag(A))", ["½(A + Aᵀ)"]),
    ("conjugate_gradient Z", "{Z: m×n complex}", "‖Z‖_F²", "2Z", ["Z", "2conj(Z)"]),
]  # fmt: skip

# What is wrong here is wrong because of values that the field does not know: it is not accepted, nor refuted.
SYMBOLIC = [
    ("gradient x", "{x: n, a: n}", "exp(aᵀx)", "exp(aᵀx) a", ["exp(aᵀx) x", "exp(−aᵀx) a"]),
    ("jacobian z", "{z: n}", "softmax(z)", "diag(softmax(z)) − softmax(z) softmax(z)ᵀ", ["diag(softmax(z))"]),
    ("derivative t", "{t: scalar}", "tanh(t)", "1 − tanh(t)²", ["1 + tanh(t)²", "tanh(t)"]),
    ("derivative t", "{t: scalar}", "relu(t)", "step(t)", ["sign(t)"]),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS + SYMBOLIC, ids=lambda row: f"{row[0]} {row[2]}".replace(" ", "-"))
def test_right_is_accepted_and_wrong_is_refuted(row: tuple[str, str, str, str, list[str]]) -> None:
    claim, where, f, right, wrong = row
    oracle = Oracle(statement(claim, where, f, right))
    assert oracle.accepts() is True
    assert oracle.error_bound is not None
    assert 0 <= oracle.error_bound < 1e-15
    for closed in wrong:
        assert accepts(claim, where, f, closed) is (None if row in SYMBOLIC else False), closed


def test_rows_of_every_kind_are_among_them() -> None:
    assert {row[0].partition(" ")[0] for row in ROWS} == set(KINDS)


def test_sizes_and_draws_do_not_depend_on_the_order_of_checks() -> None:
    first, second = (Oracle(statement(*ROWS[0][:4])) for _ in range(2))
    assert second.accepts() is True
    pairs = zip(first.draws, second.draws, strict=True)
    assert all((one.inputs.values["A"] - other.inputs.values["A"]).is_zero() for one, other in pairs)
    others = Oracle(statement(*ROWS[0][:4]), seed=1).draws
    assert not (first.draws[0].inputs.values["A"] - others[0].inputs.values["A"]).is_zero()


OPEN = [
    # true, but of values that the field does not know
    ("equals", "{s: scalar, t: scalar}", "exp(s + t)", "exp(s) exp(t)"),
    ("equals", "{s: scalar positive, t: scalar positive}", "log(s t)", "log(s) + log(t)"),
    ("equals", "{t: scalar}", "sin(2t)", "2 sin(t) cos(t)"),
    ("equals", "{X: n×n det-positive, Y: n×n det-positive}", "log det(XY)", "log det X + log det Y"),
    ("equals", "{x: n}", "‖2x‖", "2‖x‖"),
    # false, and the field cannot tell it from the above
    ("equals", "{s: scalar, t: scalar}", "exp(s t)", "exp(s) exp(t)"),
    ("equals", "{s: scalar}", "√(s²)", "s"),
    ("equals", "{t: scalar}", "sin(2t)", "2 sin(t)"),
    # not a rational function
    ("equals", "{A: n×n}", "expm(A)", "expm(A)"),
    ("gradient S", "{S: n×n symmetric simple-eigenvalues}", "λmax(S)", "eigvec(S, n) eigvec(S, n)ᵀ"),
    # places outside an array
    ("equals", "{x: n, y: m}", "Σ_{i=1}^{n} x[i] y[i]", "Σ_{i=1}^{n} y[i] x[i]"),
    ("equals", "{x: n, A: m×m}", "Σ_{i=1}^{n} tr(sub(A, i, 1))", "Σ_{i=1}^{n} tr(sub(A, i, 1))"),
    # numbers that are rounded mean others
    ("equals", "{x: n}", "x/3", "0.33333333x"),
    ("equals", "{x: n}", "230584300921369 x", "x"),
    ("equals", "{x: n}", "0.5772156649 x", "0.5772156649 x"),
]  # fmt: skip


@pytest.mark.parametrize("claim", OPEN, ids=lambda claim: f"{claim[2]}={claim[3]}".replace(" ", ""))
def test_nothing_is_said_of_what_the_field_cannot_see(claim: tuple[str, str, str, str]) -> None:
    assert accepts(*claim) is None


def test_symbols_that_differ_are_told_apart_where_their_derivatives_are() -> None:
    assert accepts("gradient x", "{x: n, a: n}", "log(aᵀx)", "a/(aᵀx)") is True
    assert accepts("gradient x", "{x: n, a: n}", "log(aᵀx)", "x/(aᵀx)") is False
    assert accepts("equals", "{t: scalar positive}", "log(1/t)", "−log(t)") is True
    assert accepts("equals", "{t: scalar}", "exp(t) exp(−t)", "1") is True
    assert accepts("equals", "{t: scalar}", "sin(−t) + sin(t)", "0") is True
    assert accepts("equals", "{t: scalar}", "sin(t)² + cos(t)²", "1") is True
    assert accepts("equals", "{t: scalar}", "sin(t)² + cos(t)²", "2") is False


def test_every_component_of_a_domain_is_drawn_from() -> None:
    """det Q = 1 holds of rotations and not of reflections; rank 1 of P at one rank alone."""
    assert accepts("equals", "{Q: n×n orthogonal}", "det(Q)", "1") is False
    assert accepts("equals", "{Q: n×n orthogonal det-positive}", "det(Q)", "1") is True
    assert accepts("equals", "{P: n×n idempotent}", "tr(P)", "1") is False
    assert accepts("equals", "{P: n×n idempotent}", "tr(P)", "rank(P)") is True
    assert accepts("equals", "{P: n×n permutation}", "PPᵀ", "I") is True
    assert accepts("equals", "{P: n×n permutation}", "P²", "I") is False


# ---- in the place of a whole check


def decided(claim: str, where: str, f: str, closed: str) -> bool | None:
    return decides(statement(claim, where, f, closed))


def test_it_decides_without_jax_where_that_is_a_check() -> None:
    for row in ROWS:
        kind = row[0].partition(" ")[0]
        assert decided(*row[:4]) is (None if kind in EXTREMES else True)  # of those the curvature is open
        assert decided(*row[:3], row[4][0]) is False


VACUOUS: list[tuple[str, str, str, str]] = [
    ("gradient A", "{A: n×n, B: n×n}", "tr(B)", "0 A"),
    ("equals", "{S: n×n symmetric}", "S − Sᵀ", "Sᵀ − S"),
]


@pytest.mark.parametrize("claim", VACUOUS)
def test_it_does_not_decide_where_both_sides_vanish(claim: tuple[str, str, str, str]) -> None:
    assert accepts(*claim) is True
    assert decided(*claim) is None


@pytest.mark.parametrize(("closed", "equal"), [("BᵀAᵀ", True), ("(AB)ᵀ", True), ("AᵀBᵀ", False)])
def test_closed_forms_are_compared_on_the_domain(closed: str, equal: bool) -> None:
    where = "{A: n×n, B: n×n}"
    own = statement("equals", where, "(AB)ᵀ", "BᵀAᵀ")
    assert equal_exactly(own, statement("equals", where, "(AB)ᵀ", closed).closed_form) is equal


def test_a_claim_that_takes_too_long_is_none_for_exact_arithmetic() -> None:
    heavy = " + ".join(["Σᵢ Σⱼ Σₖ x[i] x[j] x[k] det(A ⊗ A ⊗ A ⊗ A)"] * 9)
    assert accepts("equals", "{x: n, A: n×n}", heavy, heavy) is None
