"""Every kind of claim against derivatives taken by hand; every kind has two oracles that agree, and a liar shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
import pytest

from identities.catalogue import KINDS, read_text
from identities.checking import stream
from identities.claims import EXTREMES
from identities.evaluate import trace
from identities.oracles import ORACLES, Context, curvature, stationary

A = np.array([[1.0, 2.0], [3.0, 5.0]])
B = np.array([[2.0, -1.0, 0.0], [1.0, 1.0, 3.0]])
x, y = np.array([[1.0], [-2.0]]), np.array([[3.0], [1.0]])
X = np.array([[2.0, 1.0, 0.0], [1.0, -1.0, 4.0]])
dX = np.array([[1.0, 0.0, 2.0], [-1.0, 3.0, 1.0]])
Y, S = np.linalg.inv(A), np.array([[2.0, 1.0], [1.0, 3.0]])
Z = np.array([[1 + 2j, 3 - 1j]])
t = np.array([[0.5]])
SYMMETRIC = np.array([[1.0, 0, 0, 0], [0, 1, 1, 0], [0, 0, 0, 1]])  # a basis of the symmetric 2×2 matrices

Arrays = Sequence[Any]


class Row(NamedTuple):
    """f, where its derivative is taken, what else the kind needs, and the derivative by hand."""

    kind: str
    f: Callable[..., Any]
    xs: Arrays
    expected: Any
    context: Context = Context()


def quadratic(u: Any) -> Any:
    return u.T @ A @ u


ROWS = (
    Row("equals", quadratic, [x], x.T @ A @ x),
    Row("gradient", quadratic, [x], (A + A.T) @ x),
    Row("gradient", lambda u: jnp.trace(B.T @ u)[None, None], [X], B),
    Row("jacobian", quadratic, [x], x.T @ (A + A.T)),
    Row("jacobian", lambda u: A @ u, [X], np.kron(np.eye(3), A)),
    Row("jacobian", lambda u: u.T, [X], [[1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0],
                                         [0, 1, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 1]]),
    Row("hessian", quadratic, [x], A + A.T),
    Row("hessian", lambda u: jnp.sum(u * u * u)[None, None], [X], np.diag(6 * X.T.ravel())),
    Row("hessian", lambda u, v: v.T @ A @ u, [x, y], A.T),  # rows are entries of the first variable
    Row("hessian", lambda v, u: v.T @ A @ u, [y, x], A),
    Row("differential", lambda u: A @ u, [X], A @ dX, Context([dX])),
    Row("differential", lambda u, v: u @ v, [A, X], S @ X + A @ dX, Context([S, dX])),
    Row("second_differential", lambda u: u @ u.T, [X], 2 * dX @ dX.T, Context([dX])),
    Row("second_differential", lambda u, v: u @ v, [A, X], 2 * S @ dX, Context([S, dX])),
    Row("second_differential", jnp.linalg.inv, [A], 2 * Y @ S @ Y @ S @ Y, Context([S])),
    Row("pullback", lambda u: A @ u, [X], A.T @ B, Context(cotangent=B)),
    Row("pullback", jnp.linalg.inv, [A], -Y.T @ S @ Y.T, Context(cotangent=S)),
    Row("derivative", lambda s: jnp.concatenate([s * s, jnp.sin(s)], 0), [t], [[1.0], [np.cos(0.5)]]),
    Row("entries", lambda u: A @ u, [X], [[3.0], [0.0], [5.0]],
        Context(places=[np.array(p) for p in ([1, 1, 1], [2, 2, 0], [0, 0, 1], [2, 1, 0])])),
    Row("gradient_symmetric", lambda u: jnp.trace(A @ u)[None, None], [S], (A + A.T) / 2,
        Context(basis=SYMMETRIC)),
    Row("gradient_independent", lambda u: jnp.trace(A @ u)[None, None], [S], A + A.T - np.diag(np.diag(A)),
        Context(basis=SYMMETRIC)),
    Row("conjugate_gradient", lambda z: jnp.sum(z * jnp.conj(z))[None, None], [Z], 2 * Z),
    Row("conjugate_gradient", lambda z: jnp.real(jnp.sum(z * z))[None, None], [Z], 2 * np.conj(Z)),
)  # fmt: skip


def evaluated(function: Callable[..., Any], xs: Arrays) -> Any:
    """function(*xs), without waiting for a compiler."""
    shapes, kinds = [x.shape for x in xs], [x.dtype for x in xs]
    return trace(lambda *arrays: (function(*arrays),), shapes, [], dtypes=kinds).run({}, [x[None] for x in xs])[0][0]


def by_oracle(name: str, row: Row) -> Any:
    return evaluated(lambda *xs: ORACLES[row.kind][name](row.f, xs, row.context), row.xs)


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{n}-{row.kind}") for n, row in enumerate(ROWS)])
def test_every_oracle_gives_the_derivative_taken_by_hand(row: Row) -> None:
    expected = np.asarray(row.expected)
    for name in ORACLES[row.kind]:
        found = by_oracle(name, row)
        assert found.shape == expected.shape, name
        assert found.dtype in (np.float64, np.complex128), name
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13, err_msg=name)


def test_every_kind_of_claim_has_two_oracles_and_a_row_here() -> None:
    assert set(ORACLES) | set(EXTREMES) == set(KINDS)
    assert {row.kind for row in ROWS} == set(ORACLES)
    assert {kind: len(oracles) for kind, oracles in ORACLES.items() if len(oracles) != 2} == {"equals": 1}


def test_the_order_of_the_variables_of_a_mixed_block_matters() -> None:
    rows = [row for row in ROWS if row.kind == "hessian" and len(row.xs) == 2]
    first, second = (by_oracle("jax.hessian", row) for row in rows)
    assert np.array_equal(first, second.T)
    assert not np.array_equal(first, second)


def test_a_mixed_block_of_matrices_stacks_columns() -> None:
    def f(u: Any, v: Any) -> Any:
        return (u[0, 2] * v[1, 0])[None, None]

    block = by_oracle("jax.hessian", Row("hessian", f, [X, A], None))
    assert block.shape == (6, 4)
    assert np.argwhere(block).tolist() == [[4, 1]]


def test_stationary_points_and_curvature() -> None:
    def f(u: Any) -> Any:
        return quadratic(u - y)

    np.testing.assert_allclose(evaluated(lambda u: stationary(f, u), [y]), np.zeros((2, 1)), atol=1e-15)
    np.testing.assert_allclose(evaluated(lambda u: stationary(f, u), [x]), (A + A.T) @ (x - y), rtol=1e-14)
    np.testing.assert_allclose(evaluated(lambda u: curvature(f, u), [x]), A + A.T, rtol=1e-14)


LIARS: dict[str, Callable[[Any], Any]] = {
    "twice": lambda true: 2 * true,
    "sign": lambda true: -true,
    "transposed": lambda true: jnp.swapaxes(true, -1, -2) if true.shape[-1] == true.shape[-2] else true + 1,
    "nearly": lambda true: true * (1 + 1e-5),
    "zero": lambda true: 0 * true,
    "lost": lambda true: true * jnp.nan,
}
CLAIMS = {
    "gradient": "    where: {A: n×n, X: n×n}\n    f: tr(AX)\n    gradient:\n      X: Aᵀ\n",
    "jacobian": "    where: {A: n×n, x: n}\n    f: Ax\n    jacobian:\n      x: A\n",
    "differential": "    where: {X: n×n invertible}\n    f: X⁻¹\n    differential: −X⁻¹ dX X⁻¹\n",
}


@pytest.mark.parametrize("liar", LIARS)
@pytest.mark.parametrize("kind", CLAIMS)
@pytest.mark.parametrize("place", [0, 1])
def test_a_wrong_oracle_is_noticed(monkeypatch: pytest.MonkeyPatch, kind: str, place: int, liar: str) -> None:
    name = list(ORACLES[kind])[place]
    honest = ORACLES[kind][name]
    monkeypatch.setitem(ORACLES[kind], name, lambda *args: LIARS[liar](honest(*args)))
    identities, _ = read_text(f"format: 1\ntitle: T\nidentities:\n  - id: a\n{CLAIMS[kind]}", "t.yaml")
    (verdict,) = stream(identities)
    # Differences of f agree with the closed form and deny the liar.
    assert verdict.verdict == ("inconclusive" if liar == "lost" else "error")
