"""Formulas as code of array libraries spells them, and what they are in the notation."""

from __future__ import annotations

import pytest

from identities.notation import NotationError, parse
from identities.notation.typeset import unicode


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("np.outer(x, y)", "outer(x, y)"),
        ("A.dot(x)", "Ax"),
        ("np.dot(A, x)", "Ax"),
        ("jnp.matmul(A, B)", "AB"),
        ("torch.mm(A, B).T", "(AB)ᵀ"),
        ("np.transpose(A) @ x", "Aᵀx"),
        ("A.transpose() @ x", "Aᵀx"),
        ("np.multiply(X, Y)", "X ⊙ Y"),
        ("np.linalg.solve(A, b)", "A⁻¹b"),
        ("solve(A, b)", "A⁻¹b"),
        ("matmul(A, solve(B, x))", "A (B⁻¹x)"),
        ("np.linalg.inv(X).T", "X⁻ᵀ"),
        ("torch.inverse(X)", "X⁻¹"),
        ("np.log1p(x)", "log⊙(1 + x)"),
        ("log1p(x)", "log⊙(1 + x)"),
        ("np.expm1(x)", "exp⊙(x) − 1"),
        ("np.log2(x)", "(1/log(2)) log⊙(x)"),
        ("np.exp2(x)", "exp⊙(log(2) x)"),
        ("np.linalg.slogdet(X)[1]", "log(abs(det(X)))"),
        ("np.linalg.norm(x, 1)", "‖x‖₁"),
        ("np.linalg.norm(X, 'fro')**2", "‖X‖_F²"),
        ("np.linalg.norm(X, ord='nuc')", "‖X‖_*"),
        ("np.sum(x**2)", "sum(x⊙²)"),
        ("X.trace()", "tr(X)"),
        ("np.eye(n) @ x", "I(n)x"),
        ("scipy.linalg.expm(A)", "expm(A)"),
    ],
)
def test_a_call_is_what_it_computes(code, text):
    assert unicode(parse(code)) == unicode(parse(text))


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("np.linalg.slogdet(X)", "slogdet gives two values"),
        ("np.linalg.norm(X, 3)", "is none of the norms of order 1"),
        ("np.outer(x, y, z)", "outer"),
        ("np.matmul(A, B", "never closed"),
        ("A.dot(x, y)", ".dot takes 1 argument"),
        ("A.dot", "dot"),
    ],
)
def test_what_is_not_understood_is_said_with_its_place(code, message):
    with pytest.raises(NotationError, match=message) as caught:
        parse(code)
    assert 0 <= caught.value.span.start <= len(code)


def test_a_power_is_entrywise_where_a_library_is_called():
    assert unicode(parse("np.trace(X**2)")) == "tr(X⊙²)"
    assert unicode(parse("tr(A @ X**2)")) == "tr(A X²)"
    assert unicode(parse("np.linalg.norm(x)**2")) == "‖x‖_F²"
