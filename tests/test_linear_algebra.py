from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import scipy.linalg

from identities import linear_algebra as la

RNG = np.random.default_rng(5)


def matrix(rows: int, columns: int | None = None) -> np.ndarray[Any, Any]:
    return RNG.standard_normal((rows, rows if columns is None else columns))


def positive_spectrum(n: int) -> np.ndarray[Any, Any]:
    basis = matrix(n) + 3 * np.eye(n)
    return basis @ np.diag(np.linspace(0.4, 3, n)) @ np.linalg.inv(basis)


# Ours, a standard implementation, and an argument.
SAME: list[tuple[Callable[..., Any], Callable[..., Any], Any]] = [
    (la.expm, scipy.linalg.expm, matrix(5)),
    (la.expm, scipy.linalg.expm, 0.01 * matrix(4)),
    (la.expm, scipy.linalg.expm, 6 * matrix(4)),
    (la.expm, scipy.linalg.expm, matrix(1)),
    (la.sqrtm, scipy.linalg.sqrtm, positive_spectrum(5)),
    (la.logm, scipy.linalg.logm, positive_spectrum(5)),
    (la.sinm, scipy.linalg.sinm, matrix(4)),
    (la.cosm, scipy.linalg.cosm, matrix(4)),
    (la.rank, lambda x: np.array([[np.linalg.matrix_rank(x)]]), matrix(5, 2) @ matrix(2, 4)),
    (la.diagsums, lambda x: np.array([[np.trace(x, j - i) for j in range(4)] for i in range(4)]), matrix(4)),
    (la.vec, lambda x: x.reshape(-1, 1, order="F"), matrix(3, 4)),
    (la.vech, lambda x: x.T[np.triu_indices(4)][:, None], matrix(4)),
    (la.adjugate, lambda x: np.linalg.det(x) * np.linalg.inv(x), matrix(4)),
    (la.adjugate, lambda x: np.ones((1, 1)), matrix(1)),
]


@pytest.mark.parametrize(("ours", "theirs", "argument"), SAME)
def test_a_function_is_the_standard_one(ours: Callable[..., Any], theirs: Callable[..., Any], argument: Any) -> None:
    with jax.enable_x64(True):
        found = np.asarray(ours(jnp, jnp.asarray(argument)))
    np.testing.assert_allclose(found, theirs(argument), rtol=1e-10, atol=1e-10)


def test_the_derivative_of_the_square_root_is_right_in_every_direction() -> None:
    # S dS + dS S = dX, also for dX that is not symmetric at a symmetric X.
    factor, direction = matrix(4), matrix(4)
    symmetric = factor @ factor.T + np.eye(4)
    with jax.enable_x64(True):
        root, change = jax.jvp(lambda x: la.sqrtm(jnp, x), (jnp.asarray(symmetric),), (jnp.asarray(direction),))
    np.testing.assert_allclose(root @ change + change @ root, direction, atol=1e-9)


def test_what_the_exponential_cannot_do_to_rounding_is_not_a_number() -> None:
    with jax.enable_x64(True):
        assert np.isnan(np.asarray(la.expm(jnp, jnp.asarray(100 * np.eye(2))))).all()


@pytest.mark.parametrize(("m", "n"), [(2, 3), (3, 2), (1, 4), (1, 1)])
def test_constants_do_what_defines_them(m: int, n: int) -> None:
    a = matrix(m, n)
    s = matrix(n)
    symmetric = s + s.T
    np.testing.assert_array_equal(la.commutation(np, m, n) @ la.vec(np, a), la.vec(np, a.T))
    np.testing.assert_array_equal(la.duplication(np, n) @ la.vech(np, symmetric), la.vec(np, symmetric))
    np.testing.assert_array_equal(la.elimination(np, n) @ la.vec(np, s), la.vech(np, s))
    np.testing.assert_array_equal(la.unvec(np, la.vec(np, a), m, n), a)
    np.testing.assert_array_equal(la.kron(np, a, s), np.kron(a, s))
    np.testing.assert_allclose(la.dft(np, n) @ s, np.fft.fft(s, axis=0), atol=1e-12)


def test_log_det_has_no_value_where_the_determinant_is_negative() -> None:
    with jax.enable_x64(True):
        assert np.isnan(np.asarray(la.logdet(jnp, jnp.asarray(np.diag([1.0, -1.0]))))).all()


def test_the_gaussian_density_integrates_to_one() -> None:
    grid = np.linspace(-12, 12, 4001)
    with jax.enable_x64(True):
        values = [
            np.exp(np.asarray(la.log_gaussian(jnp, *(jnp.full((1, 1), v) for v in (x, 0.3, 1.7)))).item())
            for x in grid[::40]
        ]
    assert abs(np.sum(values) * (grid[40] - grid[0]) - 1) < 1e-6


@pytest.mark.parametrize("np_", [np, jnp])
def test_a_singular_value_that_is_rounding_is_not_inverted(np_: Any) -> None:
    """A + cbᵀ of lower rank than A: rounded, its least singular value is some 10⁻¹⁴."""
    left, right = np.linalg.qr(matrix(5))[0], np.linalg.qr(matrix(4))[0]
    lowered = left[:, :3] @ np.diag([2.0, 1.0, 1e-14]) @ right[:, :3].T
    exact = right[:, :2] @ np.diag([0.5, 1.0]) @ left[:, :2].T
    with jax.enable_x64(True):
        np.testing.assert_allclose(np.asarray(la.pinv(np_, np_.asarray(lowered))), exact, atol=1e-12)
