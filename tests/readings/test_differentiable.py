from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from identities import linear_algebra as la
from identities.evaluate import trace
from identities.linear_algebra import adjugate
from identities.readings.differentiable import namespace

X = np.random.default_rng(0).standard_normal((4, 4))


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_determinant_and_its_gradient_are_those_of_jax_from_one_trace(order: int, n: int) -> None:
    det = namespace(order).linalg.det
    program = trace(lambda x: (det(x), jax.grad(det)(x)), [("n", "n")], ["n"], uniform=True)
    value, gradient = program.run({"n": n}, [X[None, :n, :n]])
    with jax.enable_x64(True):
        np.testing.assert_allclose(value[0], jnp.linalg.det(X[:n, :n]), rtol=1e-13)
        np.testing.assert_allclose(gradient[0], jax.grad(jnp.linalg.det)(jnp.asarray(X[:n, :n])), rtol=1e-12)
    assert program.symbolic
    assert not program.fallbacks.traces


@pytest.mark.parametrize("n", [1, 3, 4])
def test_its_second_derivative_needs_one_trace_too(n: int) -> None:
    once, twice = (jax.hessian(namespace(order).linalg.det) for order in (1, 2))
    program = trace(lambda x: (twice(x),), [("n", "n")], ["n"], uniform=True)
    assert program.symbolic
    assert not trace(lambda x: (once(x),), [("n", "n")], ["n"], uniform=True).symbolic
    with jax.enable_x64(True):
        expected = jax.hessian(jnp.linalg.det)(jnp.asarray(X[:n, :n]))
    np.testing.assert_allclose(program.run({"n": n}, [X[None, :n, :n]])[0][0], expected, rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("singular", [np.diag([0.0, 2.0, 3.0]), np.outer([1.0, 2.0], [3.0, 4.0]), np.zeros((1, 1))])
def test_the_gradient_at_a_singular_matrix_is_the_matrix_of_cofactors(singular: np.ndarray) -> None:
    det = namespace(1).linalg.det
    program = trace(lambda x: (jax.grad(det)(x),), [("n", "n")], ["n"], uniform=True)
    (gradient,) = program.run({"n": len(singular)}, [singular[None]])
    np.testing.assert_allclose(gradient[0], adjugate(np, singular).T, atol=1e-14)


def test_the_pseudo_inverse_takes_rounding_for_zero() -> None:
    program = trace(lambda x: (la.pinv(namespace(1), x),), [("m", "n")], ["m", "n"])
    assert program.symbolic
    singular = np.outer(X[0, :3], X[1])
    np.testing.assert_allclose(program.run({"m": 3, "n": 4}, [singular[None]])[0][0], np.linalg.pinv(singular))
