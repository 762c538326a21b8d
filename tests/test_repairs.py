"""Typical errors, none of which the search was built on: what is said of them is right, and mostly much is said."""

from __future__ import annotations

from collections import Counter

import pytest

from identities.catalogue import read_text
from identities.checking import stream
from identities.verdict import Verdict

# The slip, the claim, and the kinds of diagnosis that are right; the true form, up to algebra, where one is expected.
TYPICAL = [
    # a lost or spare transpose
    ("gradient X", "{A: n×n, B: n×n, X: n×n}", "tr(AXᵀBX)", "AᵀXBᵀ + BXA", {"repaired"}),
    ("gradient X", "{A: m×n, X: n×n, B: m×n}", "tr(AXBᵀ)", "BᵀA", {"transposed"}),
    ("gradient x", "{A: m×m, B: m×n, x: n, b: m}", "bᵀABx", "BᵀAb", {"missing-hypothesis", "repaired"}),
    ("gradient X", "{X: n×n invertible, B: n×n}", "tr(BX⁻²)", "−X⁻ᵀ(BᵀX⁻ᵀ + X⁻ᵀB)X⁻ᵀ", {"missing-hypothesis"}),
    ("gradient y", "{A: n×n, y: n, c: n}", "(y − c)ᵀA(y − c)", "(A + A)(y − c)", {"missing-hypothesis"}),
    ("gradient W", "{W: m×n, x: n, y: m}", "yᵀWx", "xyᵀ", {"transposed"}),
    ("jacobian x", "{A: m×n, B: n×m, x: m}", "ABx", "BᵀAᵀ", {"layout"}),
    ("pullback B", "{A: n×n, B: n×p}", "AB", "Af̄", {"missing-hypothesis"}),
    ("pullback X", "{A: n×n, X: n×n, B: n×n}", "AXB", "Af̄Bᵀ", {"missing-hypothesis", "repaired"}),
    ("gradient x", "{A: n×n invertible, x: n, b: n}", "bᵀA⁻¹x", "A⁻¹b", {"missing-hypothesis"}),
    # the product rule
    ("differential", "{X: m×n, Y: m×n}", "X ⊙ Y", "dX ⊙ dY", {"repaired"}),
    ("differential", "{X: m×n, Y: n×p}", "XY", "dX dY", {"repaired"}),
    # a factor
    ("gradient X", "{X: m×n, Y: m×n}", "½ ‖X − Y‖_F²", "2 (X − Y)", {"factor"}),
    ("gradient x", "{A: n×n symmetric, x: n, b: n}", "½ xᵀAx − bᵀx", "2Ax − b", {"repaired"}),
    ("hessian x", "{A: m×n, x: n, b: m}", "‖Ax − b‖²", "AᵀA", {"factor"}),
    ("gradient x", "{x: n}", "xᵀx/2", "x/2", {"factor"}),
    ("derivative t", "{t: scalar}", "t³", "t²", {"factor"}),
    ("gradient x", "{a: n, x: n}", "(aᵀx)²", "(aᵀx) a", {"factor"}),
    ("gradient X", "{X: n×n invertible}", "log(det(X)²)", "X⁻ᵀ", {"factor"}),
    ("gradient x", "{A: m×n, x: n}", "‖Ax‖⁴", "2 ‖Ax‖² AᵀAx", {"factor"}),
    ("second_differential", "{X: n×n, A: n×n}", "tr(XᵀAX)", "tr(dXᵀ A dX)", {"factor"}),
    # a sign
    ("gradient x", "{x: n, y: n}", "½ ‖y − x‖²", "y − x", {"sign"}),
    ("differential", "{A: n×n invertible, b: n}", "A⁻¹b", "A⁻¹ dA A⁻¹b + A⁻¹ db", {"repaired"}),
    ("gradient X", "{X: n×n invertible}", "tr(X⁻¹)", "X⁻ᵀX⁻ᵀ", {"sign"}),
    ("gradient x", "{A: m×n, x: n, b: m}", "−½ ‖Ax − b‖²", "Aᵀ(Ax − b)", {"sign"}),
    ("derivative t", "{t: scalar, a: scalar}", "cos(at)", "a sin(at)", {"sign"}),
    # true for symmetric matrices only
    ("gradient x", "{B: n×n, x: n, c: n}", "xᵀBx + cᵀx", "2Bx + c", {"missing-hypothesis"}),
    ("hessian x", "{B: n×n, x: n}", "½ xᵀBx", "B", {"missing-hypothesis"}),
    ("gradient X", "{S: n×n, X: n×m}", "tr(XᵀSX)", "2SX", {"missing-hypothesis"}),
    ("gradient X", "{X: n×n det-positive}", "log det X", "X⁻¹", {"transposed"}),
    ("gradient X", "{X: n×n}", "tr(X³)", "3X²", {"transposed"}),
    ("gradient x", "{W: n×n, x: n, y: n}", "(x − y)ᵀW(x − y)", "2W(x − y)", {"missing-hypothesis"}),
    ("gradient x", "{A: n×n, x: n nonzero}", "xᵀAx/(xᵀx)", "2Ax/(xᵀx) − 2 (xᵀAx) x/(xᵀx)²", {"missing-hypothesis"}),
    # swapped factors
    ("equals", "{A: n×n invertible, B: n×n invertible, C: n×n invertible}", "(ABC)⁻¹", "A⁻¹B⁻¹C⁻¹", {"repaired"}),
    ("equals", "{A: m×n, B: n×n, C: n×p}", "vec(ABC)", "(A ⊗ Cᵀ) vec(B)", {"repaired", "shape"}),
    ("gradient X", "{A: n×n, X: n×n, B: n×n}", "tr(AXB)", "(AB)ᵀ", {"repaired"}),
    ("differential", "{X: n×n}", "X³", "3X² dX", {"missing-hypothesis", "repaired"}),
    ("gradient A", "{A: m×n, x: n, b: m}", "½ ‖Ax − b‖²", "x(Ax − b)ᵀ", {"transposed"}),
    ("jacobian X", "{A: m×n, X: n×p, B: p×q}", "AXB", "A ⊗ Bᵀ", {"repaired", "shape"}),
    # a lost inverse, or its transpose
    ("gradient X", "{X: n×n invertible, A: n×n}", "tr(AX⁻¹)", "−X⁻¹AX⁻¹", {"transposed"}),
    ("gradient x", "{S: n×n spd, x: n, u: n}", "½ (x − u)ᵀS⁻¹(x − u)", "S(x − u)", {"repaired"}),
    ("gradient X", "{X: n×n invertible}", "det(X)", "det(X) Xᵀ", {"repaired", "missing-hypothesis"}),
    ("gradient X", "{X: n×n invertible, a: n, b: n}", "aᵀX⁻¹b", "−X⁻ᵀabᵀX⁻¹", {"missing-hypothesis", "repaired"}),
    # a lost factor or term
    ("gradient X", "{X: n×n}", "det(X)²", "2 det(X) X⁻ᵀ", {"repaired", "missing-hypothesis"}),
    ("gradient x", "{x: n}", "exp(xᵀx)", "2x", {"repaired"}),
    ("gradient x", "{x: n}", "‖x‖", "x", {"repaired", "missing-hypothesis"}),
    ("differential", "{A: m×n, B: n×p}", "AB", "dA B − A dB", {"repaired"}),
    ("differential", "{X: m×n}", "XᵀX", "Xᵀ dX + Xᵀ dX", {"repaired"}),
    ("gradient X", "{A: n×n, X: n×n, B: n×n}", "tr(AXBX)", "AᵀXᵀBᵀ", {"repaired"}),
    ("gradient x", "{A: m×n, x: n, b: m, α: scalar}", "‖Ax − b‖² + α ‖x‖²", "2Aᵀ(Ax − b)", {"repaired"}),
    ("jacobian x", "{x: n}", "(xᵀx) x", "(xᵀx) I", {"repaired"}),
    ("hessian x", "{x: n}", "log(𝟏ᵀ exp(x))", "diag(exp(x))/(𝟏ᵀ exp(x))", {"repaired", "unknown"}),
    ("differential", "{A: n×n invertible}", "det(A)", "tr(A⁻¹ dA)", {"repaired", "missing-hypothesis"}),
    # the wrong layout
    ("gradient x", "{a: n, x: n}", "aᵀx", "aᵀ", {"layout"}),
    ("jacobian x", "{A: m×n, x: n}", "Ax", "Aᵀ", {"layout"}),
    ("gradient x", "{A: m×n, x: n, b: m}", "‖Ax − b‖²", "2(Ax − b)ᵀA", {"layout"}),
    ("jacobian x", "{F: n → m, A: p×m, x: n}", "A F(x)", "∂F(x)ᵀAᵀ", {"layout"}),
    # Hadamard, Kronecker, another function
    ("gradient x", "{a: n, x: n}", "aᵀ exp(x)", "a exp(x)ᵀ𝟏", {"repaired", "unknown"}),
    ("gradient X", "{A: m×n, X: m×n}", "½ ‖A ⊙ X‖_F²", "A ⊙ X", {"repaired", "missing-hypothesis"}),
    ("gradient x", "{x: n}", "𝟏ᵀ sin(x)", "sin(x)", {"repaired"}),
    ("jacobian X", "{A: m×n, X: n×p}", "AX", "A ⊗ I(p)", {"repaired", "shape"}),
    ("minimizer x", "{A: m×n full-column-rank, x: n, b: m}", "‖Ax − b‖²", "−(AᵀA)⁻¹Aᵀb", {"repaired"}),
]  # fmt: skip
ENOUGH = 0.8


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def entry(number: int, claim: str, where: str, f: str, closed: str) -> str:
    kind, _, wrt = claim.partition(" ")
    form = f"\n      {quoted(wrt)}: {quoted(closed)}" if wrt else f" {quoted(closed)}"
    return f"  - id: row-{number}\n    where: {where}\n    f: {quoted(f)}\n    {kind}:{form}\n"


def verdicts(rows: list[tuple[str, str, str, str]]) -> list[Verdict]:
    text = "format: 1\ntitle: T\nidentities:\n" + "".join(entry(number, *row) for number, row in enumerate(rows))
    identities, problems = read_text(text, "t.yaml")
    assert not problems, problems
    return list(stream(identities))


@pytest.fixture(scope="module")
def diagnosed() -> list[Verdict]:
    return verdicts([row[:4] for row in TYPICAL])


def test_typical_errors_are_refuted(diagnosed: list[Verdict]) -> None:
    assert Counter(verdict.verdict for verdict in diagnosed) == {"refuted": len(TYPICAL)}


def test_most_typical_errors_are_diagnosed_rightly(diagnosed: list[Verdict]) -> None:
    wrong = [
        f"{found.f}: {found.closed_form} is {found.diagnosis.kind if found.diagnosis else None}: {found.message}"
        for found, row in zip(diagnosed, TYPICAL, strict=True)
        if found.diagnosis is None or found.diagnosis.kind not in row[4] - {"unknown"}
    ]
    assert len(wrong) <= (1 - ENOUGH) * len(TYPICAL), "\n".join(wrong)


def test_every_suggestion_is_verified(diagnosed: list[Verdict]) -> None:
    offered = [
        (*row[:3], found.diagnosis.suggestion)
        for found, row in zip(diagnosed, TYPICAL, strict=True)
        if found.diagnosis and found.diagnosis.suggestion
    ]
    assert len(offered) >= ENOUGH * len(TYPICAL)
    surprises = [v.message for v in verdicts(offered) if v.verdict != "verified"]
    assert surprises == []
