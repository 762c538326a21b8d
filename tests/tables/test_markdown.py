r"""Markdown: what is a formula there, where it stands, and what holds no claim."""

from __future__ import annotations

import json

import pytest

import identities
from identities import limits, tables


def read(text, suffix=".md"):
    """What a document states, as lines: id, what is claimed; and the reasons for what is skipped."""
    document = tables.read_text(text, f"t{suffix}", suffix)
    assert document.problems == ()
    said = [
        f"{claim.kind} of {identity.f.text}{' in ' * bool(claim.wrt)}{claim.wrt}: {claim.closed_form.text}"
        for identity in document.identities
        for claim in identity.claims
    ]
    return said, [skipped.problem.message for skipped in document.skipped]


def claims(text, suffix=".md"):
    said, skipped = read(text, suffix)
    assert skipped == []
    return said


TABLE = r"""
# Gradients

| f | note | ∇f | w.r.t. |
|:--|------|---:|--------|
| tr(AX) | Magnus | Aᵀ | X |
| $\log\det X$ |  | $X^{-\top}$ | X |
"""


def test_a_table_with_its_places():
    document = tables.read_text(TABLE, "notes/t.md", ".md")
    assert [identity.id for identity in document.identities] == ["t.md:6", "t.md:7"]
    places = [identity.claims[0].closed_form.place for identity in document.identities]
    assert [str(place) for place in places] == ["notes/t.md:6:21", "notes/t.md:7:22"]
    assert claims(TABLE) == ["gradient of tr(AX) in X: Aᵀ", r"gradient of \log\det X in X: X^{-\top}"]


@pytest.mark.parametrize(
    ("header", "row", "wanted"),
    [
        ("Function | Gradient", "xᵀAx | (A + Aᵀ)x", "gradient of xᵀAx in x: (A + Aᵀ)x"),
        ("Gradient | Scalar", "Aᵀ | tr(AX)", "gradient of tr(AX) in X: Aᵀ"),
        ("y | ∂y/∂x", "Ax | A", "jacobian of Ax in x: A"),
        (r"$f(x)$ | $\nabla f(x)$", r"$a^\top x$ | $a$", r"gradient of a^\top x in x: a"),
        ("Expression | Hessian", "xᵀAx | A + Aᵀ", "hessian of xᵀAx in x: A + Aᵀ"),
        ("Function | Differential", "X⁻¹ | −X⁻¹ dX X⁻¹", "differential of X⁻¹: −X⁻¹ dX X⁻¹"),
        ("Forward | Reverse rule", "Y = AX | X̄ = AᵀȲ", "pullback of AX in X: Aᵀ(f̄)"),
        ("Forward | Backward | Variable", "AX | AᵀG | X", "pullback of AX in X: Aᵀ(f̄)"),
        (
            "Function | Derivative | W.r.t.",
            "‖x − ta‖² | 2t aᵀa − 2aᵀx | t",
            "derivative of ‖x − ta‖² in t: 2t aᵀa − 2aᵀx",
        ),
        ("Identity", "tr(AB) = tr(BA)", "equals of tr(AB): tr(BA)"),
        ("Expression | Result", "(AB)ᵀ | BᵀAᵀ", "equals of (AB)ᵀ: BᵀAᵀ"),
        ("Scalar f | Jacobian", "aᵀx | aᵀ", "jacobian of aᵀx in x: aᵀ"),
        ("numpy | gradient", "`x.T @ A @ x` | `(A + A.T) @ x`", "gradient of x.T @ A @ x in x: (A + A.T) @ x"),
        (r"f | ∇f", r"$\|Ax\|$, no | —", None),
        (r"f | ∇f", r"\|\|x\|\| | x/\|\|x\|\|", "gradient of ||x|| in x: x/||x||"),
    ],
)
def test_columns_in_any_order_and_by_any_name(header, row, wanted):
    count = header.replace(r"\|", "").count("|") + 1
    table = f"| {header} |\n{'|---' * count}|\n| {row} |\n"
    assert claims(table) == ([wanted] if wanted else [])


def test_a_chain_is_a_claim_for_each_link_and_several_formulas_are_several_claims():
    table = "| f | gradient |\n|---|---|\n| f(X) = log det X | ∇f = (X⁻¹)ᵀ = X⁻ᵀ |\n"
    assert claims(table) == ["gradient of log det X in X: (X⁻¹)ᵀ", "gradient of log det X in X: X⁻ᵀ"]
    table = "| Forward | Reverse |\n|---|---|\n| Y = AB | Ā = ȲBᵀ, B̄ = AᵀȲ |\n"
    assert claims(table) == ["pullback of AB in A: (f̄)Bᵀ", "pullback of AB in B: Aᵀ(f̄)"]


def test_conditions_in_a_column_in_a_cell_and_in_a_directive():
    table = "| f | ∇f | where |\n|---|---|---|\n| xᵀAx | 2Ax | A symmetric |\n| xᵀBx | 2Bx if B is symmetric | |\n"
    found = tables.read_text(table, "t.md", ".md").identities
    assert [{name: text.text for name, text in identity.where.items()} for identity in found] == [
        {"A": "n×n symmetric"},
        {"B": "n×n symmetric"},
    ]
    told = "<!-- identities: where A: n×n symmetric -->\n| f | ∇f |\n|---|---|\n| xᵀAx | 2Ax |\n"
    (identity,) = tables.read_text(told, "t.md", ".md").identities
    assert identity.where["A"].text == "n×n symmetric"


def test_a_condition_that_is_not_understood_makes_no_claim():
    said, skipped = read("| f | ∇f | condition |\n|---|---|---|\n| tr(ABX) | AB | A and B commute |\n")
    assert said == []
    assert skipped == ["'AB' is not read: it holds under a condition that is not understood: A and B commute"]
    said, skipped = read(r"If $A$ commutes with $B$, then $\nabla_A \operatorname{tr}(AB) = B$.")
    assert said == []
    assert "commutes" in skipped[0]


PROSE = r"""
The gradient of $x^\top A x$ with respect to $x$ is $(A + A^\top) x$. If $A$ is symmetric, $\nabla_x x^\top A x = 2Ax$.

- ∂/∂x(aᵀx) = a
  - d(X⁻¹) = −X⁻¹ dX X⁻¹ for invertible X

> Let $f(x) = \tfrac12 \|Ax - b\|^2$. Then
>
> $$
> \nabla f(x) = A^\top (Ax - b), \qquad \nabla^2 f(x) = A^\top A.
> $$

```math
\frac{\partial}{\partial X} \log\det X = X^{-\top}
```
"""


def test_equations_in_text_lists_quotations_and_displays():
    assert claims(PROSE) == [
        r"gradient of x^\top A x in x: (A + A^\top) x",
        r"gradient of x^\top A x in x: 2Ax",
        "gradient of aᵀx in x: a",
        "differential of X⁻¹: −X⁻¹ dX X⁻¹",
        r"gradient of \tfrac12 \|Ax - b\|^2 in x: A^\top (Ax - b)",
        r"hessian of \tfrac12 \|Ax - b\|^2 in x: A^\top A",
        r"gradient of \log\det X in X: X^{-\top}",
    ]
    found = tables.read_text(PROSE, "t.md", ".md").identities
    assert [dict(identity.where) != {} for identity in found] == [False, True, False, True, False, False, False]
    assert str(found[4].claims[0].closed_form.place) == "t.md:10:17"


@pytest.mark.parametrize(
    "text",
    [
        "```python\ny = x.T @ A @ x = 5\n```\n",
        "~~~\n∇f(x) = 2Ax\n~~~\n",
        "    ∂/∂x(aᵀx) = 2a\n",
        "<!-- $\\nabla_x a^\\top x = 2a$ -->\n",
        "<!--\n| f | ∇f |\n|---|---|\n| aᵀx | 2a |\n-->\n",
        "It costs $5 = 5, or $6.\n",
        "We set $n = 3$ and x = 5, and call `foo(x=3)`.\n",
        "| Name | Age |\n|---|---|\n| Ada | 36 |\n",
        "---\ntitle: ∂/∂x(aᵀx) = 2a\n---\n",
    ],
)
def test_what_holds_no_claims(text):
    assert claims(text) == []


def test_directives_for_one_row_one_table_and_a_file():
    rows = ("| aᵀx | 2a | <!-- identities: expect refuted -->", "| tr X | 2I | <!-- identities: skip -->")
    table = "\n".join(["| f | ∇f |", "|---|---|", *rows, ""])
    (identity,) = tables.read_text(table, "t.md", ".md").identities
    assert identity.claims[0].expected == "refuted"
    assert claims(f"<!-- identities: skip -->\n{table}") == []
    assert claims(f"<!-- identities: skip file -->\n\n# Title\n\n{table}") == []
    (claim,) = tables.read_text("<!-- identities: layout: numerator -->\n" + table, "t.md", ".md").identities[0].claims
    assert claim.layout == "numerator"


def test_a_directive_that_is_none_is_a_problem_with_its_remedy():
    document = tables.read_text("x\n\n<!-- identities: layout: numerater -->\n", "t.md", ".md")
    (problem,) = document.problems
    assert str(problem.place) == "t.md:3:18"
    assert "did you mean `layout: numerator`?" in problem.message


@pytest.mark.parametrize(
    ("said", "place", "message"),
    [
        ("where A: n×n simmetric, x: n", "t.md:1:27", "did you mean 'symmetric'?"),
        ("where x: n, A: simmetric", "t.md:1:33", "did you mean 'symmetric'?"),
        ("where A: n×× symmetric", "t.md:1:27", "expected a shape such as m×n"),
    ],
)
def test_a_declaration_that_is_none_is_a_problem_with_its_remedy(said, place, message):
    (problem,) = tables.read_text(f"<!-- identities: {said} -->\n", "t.md", ".md").problems
    assert str(problem.place) == place
    assert message in problem.message


def test_a_document_of_too_much_text_is_refused_before_it_is_read(monkeypatch):
    text = "| f | ∇f |\n|---|---|\n| aᵀx | a |\n"
    notebook = json.dumps({"cells": [{"cell_type": kind, "source": text} for kind in ("markdown", "code")]})
    monkeypatch.setattr(limits, "DOCUMENT_LENGTH", len(text))
    for written, suffix in ((text, ".md"), (notebook, ".ipynb")):
        assert not tables.read_text(written, "t", suffix).problems
        monkeypatch.setattr(limits, "DOCUMENT_LENGTH", len(text) - 1)
        document = tables.read_text(written, "t", suffix)
        assert "characters of text: split the document" in document.problems[0].message
        assert not document.identities
        monkeypatch.setattr(limits, "DOCUMENT_LENGTH", len(text))


@pytest.mark.parametrize(
    "said", ["where nothing", "where", "where :", "wrt", "wrt:", "layout", "w" * 5000, "where " + "x" * 5000]
)
def test_a_directive_that_declares_nothing_is_a_problem_of_one_line(said):
    (problem,) = tables.read_text(f"x\n\n<!-- identities: {said} -->\n", "t.md", ".md").problems
    assert any(hint in problem.message for hint in ("expected `where A: n×n symmetric`", "did you mean `layout: "))
    assert len(problem.message) < 500


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "| Expression | Derivative w.r.t. $x$ | Comment |\n|---|---|---|\n| $b^T W x$ | $W^T b$ | linear |\n",
            "gradient of b^T W x in x: W^T b",
        ),
        ("| $f(x)$ | $\\nabla^2 f(x)$ |\n|---|---|\n| $x^T A x$ | $A + A^T$ |\n", "hessian of x^T A x in x: A + A^T"),
        ("| $f$ | $\\nabla^2_x f$ |\n|---|---|\n| $x^T A x$ | $A + A^T$ |\n", "hessian of x^T A x in x: A + A^T"),
        ("∇ₓ exp(aᵀx) = exp(aᵀx) a", "gradient of exp(aᵀx) in x: exp(aᵀx) a"),
        ("∇ₓ exp(aᵀx) = exp(aᵀx) a, as is known.", "gradient of exp(aᵀx) in x: exp(aᵀx) a"),
        ("∂/∂x (½ xᵀQx − bᵀx) = Qx − b   (Q symmetric)", "gradient of ½ xᵀQx − bᵀx in x: Qx − b"),
        (
            "$\\mathrm d X^{-1} = -X^{-1}\\,(\\mathrm dX)\\,X^{-1}$",
            "differential of X^{-1}: -X^{-1}\\,(\\mathrm dX)\\,X^{-1}",
        ),
        ("d X⁻ᵀ = −X⁻ᵀ dXᵀ X⁻ᵀ", "differential of X⁻ᵀ: −X⁻ᵀ dXᵀ X⁻ᵀ"),
    ],
)
def test_as_people_write_it(text, said):
    assert claims(text) == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"$\nabla_\theta \theta^\top A\theta = 2A\theta$", "refuted"),
        (r"$\nabla_\theta \theta^\top A\theta = (A + A^\top)\theta$", "verified"),
        (r"$\nabla_\theta (A\theta)^\top B (A\theta) = 2A^\top BA\theta$", "refuted"),
        (r"$\nabla_\beta \exp(\beta^\top x) = \exp(\beta^\top x)\, x$", "verified"),
        (r"$\nabla_\alpha \operatorname{tr}(A\alpha) = \operatorname{tr}(A)$", "verified"),
        (r"$\frac{\partial}{\partial\lambda} \lambda x^\top x = x^\top x$", "verified"),
    ],
)
def test_a_greek_letter_that_stands_as_a_vector_is_one(text, said):
    (identity,) = tables.read_text(text, "t.md", ".md").identities
    assert [verdict.verdict for verdict in identities.check(identity, cache=False).verdicts] == [said]


def test_an_article_is_no_factor():
    assert claims("∇ₓ aᵀx = a is a gradient. As for ∇ₓ tr(xaᵀ) = a a word.") == [
        "gradient of aᵀx in x: a",
        "gradient of tr(xaᵀ) in x: a",
    ]


@pytest.mark.parametrize(
    ("inside", "claims"),
    [
        ("∂/∂X tr(AX) = Aᵀ\n∂/∂X tr(XᵀX) = X\n\n∇ₓ ½‖Ax − b‖² = Aᵀ(Ax − b)", ["Aᵀ", "X", "Aᵀ(Ax − b)"]),
        ("∇ₓ ½‖Ax − b‖²\n  = Aᵀ(Ax − b)", ["Aᵀ(Ax − b)"]),
        ("∂/∂X det(X) = det(X) X⁻ᵀ\nd/dt det(tA) = t", ["det(X) X⁻ᵀ", "t"]),  # no second ∂ or d
        ("∇ₓ xᵀAx = Ax +\n  Aᵀx", ["Ax +\n  Aᵀx"]),
    ],
)
def test_every_line_of_a_fence_may_be_an_equation(inside: str, claims: list[str]) -> None:
    found = tables.read_text(f"```math\n{inside}\n```\n", "t.md", ".md").identities
    assert [" ".join(one.claims[0].closed_form.text.split()) for one in found] == [" ".join(c.split()) for c in claims]
