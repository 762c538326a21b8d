"""A formula written as its neighbours are says the same."""

from __future__ import annotations

import pytest

from identities.expression import Apply, Expr, Name, Number
from identities.notation import parse
from identities.notation.manners import written
from identities.notation.typeset import unicode


def is_scalar(node: Expr) -> bool:
    return isinstance(node, Number) or node == Name("λ") or (isinstance(node, Apply) and node.op in ("tr", "norm"))


def spelled(formula: str, *texts: str, **leaves: str) -> str:
    return written(parse(formula), leaves, texts, is_scalar)


FORMULAS = [
    "(A + Aᵀ)x", "X⁻ᵀ", "−X⁻¹ dX X⁻¹", "½ (A + Aᵀ)", "tr(X⁻¹ dX)", "AXBᵀ + AᵀXB", "X⁻ᵀ ⊗ X⁻¹", "(A ⊙ B)x/‖x‖", "X⁺b",
    "‖X‖_F", "x⊙²", "AᵀA x − b", "(xᵀAx)x", "exp⊙(x) ⊘ y", "√(xᵀx)", "(A/2)ᵀ", "(A ⊙ B)ᵀ", "X²Y", "((A + B)⁻¹)ᵀ",
    "(Aᵀ)⁻¹",
]  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize(
    "like",
    [
        r"2\mathbf{A}^T x", r"A^{\mathsf T} \mathrm{tr}(X)", r"A^\intercal",
        r"\left(A\right)^\top \frac12 \mathrm{d}X \operatorname{tr} X",
        "A' x", "A^T x", "xᵀA", "A⊤x",
    ],
)  # fmt: skip
def test_it_is_read_as_the_same_formula(formula, like):
    assert unicode(parse(spelled(formula, like))) == unicode(parse(formula))


@pytest.mark.parametrize(
    ("like", "said"),
    [
        (r"2\mathbf{A}^T x", "(A + A^T) x"),
        (r"2A^{T} x", "(A + A^{T}) x"),
        (r"2A^{\mathsf T} x", r"(A + A^{\mathsf T}) x"),
        (r"2\left(A^\top\right)x", r"\left(A + A^\top\right) x"),
        (r"\alpha x", r"(A + A^{\top}) x"),
        ("2Aᵀx", "(A + Aᵀ)x"),
        ("2A⊤x", "(A + A⊤)x"),
        ("2A'x", "(A + A')x"),
        ("2*A'*x", "(A + A')*x"),
        ("2A^T x", "(A + A^T)x"),
        ("A.T @ x", "(A + A.T) @ x"),
        ("np.trace(A)", "(A + A.T) @ x"),
        ("2Ax", "(A + Aᵀ)x"),
    ],
)
def test_the_signs_of_the_neighbours(like, said):
    assert spelled("(A + Aᵀ)x", like) == said


@pytest.mark.parametrize(
    ("formula", "like", "said"),
    [
        ("X⁻ᵀ", r"X^{-\top}", r"X^{-\top}"),
        ("X⁻ᵀ", "X^T", "X^-T"),
        ("X⁻ᵀ", r"\log\det X, X^{\mathsf{T}}", r"X^{-\mathsf{T}}"),
        ("X⁻ᵀ", "inv(X)'*b", "inv(X)'"),
        ("X⁻ᵀ", "np.linalg.inv(X) @ b", "np.linalg.inv(X).T"),
        ("X⁻ᵀ", "jnp.log(X.T)", "jnp.linalg.inv(X).T"),
        ("½ x", r"\frac{1}{3} x", r"\frac{1}{2} x"),
        ("½ x", r"x^\top", r"\tfrac{1}{2} x"),
        ("½ Ax", "A.T @ x", "0.5 * A @ x"),
        ("tr(X)x", r"\mathrm{tr}(X)", r"\mathrm{tr}(X) x"),
        ("tr(X)x", r"\operatorname{tr} X", r"\operatorname{tr}(X) x"),
        ("tr(X)x", "np.trace(X)", "np.trace(X) * x"),
        ("tr(X⁻¹ dX)", r"\mathrm{d}X^\top", r"\operatorname{tr}(X^{-1}\,\mathrm{d}X)"),
        ("tr(X⁻¹ dX)", r"dX^\top", r"\operatorname{tr}(X^{-1}\,dX)"),
        ("(xᵀAx)x", "x.T @ A", "(x.T @ A @ x) @ x"),
        ("2 λ Ax", "x.T @ A", "2 * λ * A @ x"),
        ("A ⊗ B", "np.exp(A)", "np.kron(A, B)"),
        ("A ⊗ B", "A' x", "kron(A, B)"),
        ("x⊙²", "x' x", "x.^2"),
        ("X²", "x.T @ X**3", "X**2"),
    ],
)
def test_the_words_of_the_neighbours(formula, like, said):
    assert spelled(formula, like) == said


def test_the_first_text_that_tells_decides():
    assert spelled("Aᵀ", "A", "xᵀA", r"A^\top") == "Aᵀ"
    assert spelled("Aᵀ", "A", r"A^T\mathbf{x}", "xᵀA", r"B^\top") == "A^T"
    assert spelled("Aᵀ", "A") == "Aᵀ"


def test_letters_keep_their_fonts():
    assert (
        spelled("(A + Aᵀ)x", r"\mathbf A^\top", A=r"\mathbf A", x=r"\bm{x}") == r"(\mathbf A + \mathbf A^\top) \bm{x}"
    )
    assert spelled("Aᵀx", "𝐀ᵀ", A="𝐀") == "𝐀ᵀx"
