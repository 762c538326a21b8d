"""What a closed form is compared with: kind of claim → transforms of JAX, one table on one screen.

Every oracle is a function of (f, X, context) and gives the array that the closed form claims to be. ``f`` takes the
variables of the claim as positional arrays (rows, columns) and returns an array (p, q). Two oracles per kind use two
modes of differentiation; they share JAX's rules, so their agreement is not independence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

Array = Any
F = Callable[..., Array]


@dataclass(frozen=True)
class Context:
    """What a kind of claim needs beside f and its variables."""

    tangents: Sequence[Array] = ()  # dX, one per variable
    cotangent: Array = None  # f̄
    basis: Array = None  # (k, rows·columns), rows of the linear structure of the variable, row-major
    places: Sequence[Array] = ()  # of entries: two indices of f, then two of the variable, from 0, one array each


Oracle = Callable[[F, Sequence[Array], Context], Array]


def scalar(f: F) -> F:
    """f as a number, for transforms that need one."""
    return lambda *xs: f(*xs)[0, 0]


def by_columns(derivative: Array) -> Array:
    """∂f[i,j]/∂X[k,l] of shape (p, q, m, n) as the Jacobian of vec f in vec X, (pq, mn)."""
    p, q, m, n = derivative.shape
    return derivative.transpose(1, 0, 3, 2).reshape(p * q, m * n)


def in_parts(transform: Callable[..., Any], f: F) -> F:
    """The transform of f, of its real and imaginary part apart where f is complex."""

    def transformed(*xs: Array) -> Array:
        if not jnp.iscomplexobj(jax.eval_shape(f, *xs)):
            return transform(f)(*xs)
        return transform(lambda *ys: jnp.real(f(*ys)))(*xs) + 1j * transform(lambda *ys: jnp.imag(f(*ys)))(*xs)

    return transformed


def differential_contracted(f: F, xs: Sequence[Array], c: Context) -> Array:
    """df[dX] from the whole Jacobian; of complex variables, along the line t ↦ X + t dX."""
    if any(jnp.iscomplexobj(x) for x in xs):
        return in_parts(jax.jacrev, along(f, xs, c.tangents))(jnp.zeros(()))
    return contracted(jax.jacfwd(f, everywhere(f, xs))(*xs), c.tangents)


def contracted(derivatives: Sequence[Array], tangents: Sequence[Array]) -> Array:
    """Σ ∂f/∂X · dX over all variables."""
    total = jnp.einsum("pqmn,mn->pq", derivatives[0], tangents[0])
    for derivative, tangent in zip(derivatives[1:], tangents[1:], strict=True):
        total = total + jnp.einsum("pqmn,mn->pq", derivative, tangent)
    return total


def everywhere(f: F, xs: Sequence[Array]) -> tuple[int, ...]:
    """The positions of all variables."""
    return tuple(range(len(xs)))


def along(f: F, xs: Sequence[Array], tangents: Sequence[Array]) -> Callable[[Array], Array]:
    """t ↦ f(X + t dX)."""
    return lambda t: f(*(x + t * d for x, d in zip(xs, tangents, strict=True)))


def second_forward(f: F, xs: Sequence[Array], c: Context) -> Array:
    """d²f[dX, dX] by two forward passes."""

    def first(*points: Array) -> Array:
        return jax.jvp(f, points, tuple(c.tangents))[1]

    return jax.jvp(first, tuple(xs), tuple(c.tangents))[1]


def second_contracted(f: F, xs: Sequence[Array], c: Context) -> Array:
    """d²f[dX, dX] as the second derivative of t ↦ f(X + t dX) at 0."""
    return jax.jacfwd(in_parts(jax.jacrev, along(f, xs, c.tangents)))(jnp.zeros(()))


def hessian(outer: Callable[..., Any], inner: Callable[..., Any]) -> Oracle:
    """∂²f/∂vec(X)∂vec(Y)ᵀ, of one variable or the mixed block of two."""

    def oracle(f: F, xs: Sequence[Array], c: Context) -> Array:
        last = len(xs) - 1
        block = outer(inner(scalar(f), argnums=0), argnums=last)(*xs)
        return by_columns(block)

    return oracle


def structured(transform: Callable[..., Any], weigh: bool) -> Oracle:
    """The partials of f along a linear structure X + Σ θᵣBᵣ, put back into a matrix.

    With ``weigh``, Σ ∂f/∂θᵣ Bᵣ/‖Bᵣ‖²: the gradient inside the structure under ⟨A, B⟩ = tr AᵀB, the basis being
    orthogonal. Without, Σ ∂f/∂θᵣ Bᵣ: the array of partials in the independent entries.
    """

    def oracle(f: F, xs: Sequence[Array], c: Context) -> Array:
        (x,) = xs

        def moved(theta: Array) -> Array:
            return f(x + (theta @ c.basis).reshape(x.shape))[0, 0]

        partials = transform(moved)(jnp.zeros(c.basis.shape[0]))
        if weigh:
            partials = partials / jnp.sum(c.basis**2, 1)
        return (partials @ c.basis).reshape(x.shape)

    return oracle


def entries(transform: Callable[..., Any]) -> Oracle:
    """∂f[k,l]/∂X[i,j] at given places, one row each."""

    def oracle(f: F, xs: Sequence[Array], c: Context) -> Array:
        return in_parts(transform, f)(*xs)[tuple(c.places)].reshape(-1, 1)

    return oracle


def conjugate(f: F, xs: Sequence[Array], c: Context) -> Array:
    """2 ∂f/∂Z* = ∂f/∂Re Z + i ∂f/∂Im Z: JAX's grad of a real f is its conjugate."""
    return jnp.conj(jax.grad(lambda z: jnp.real(f(z))[0, 0])(xs[0]))


def conjugate_by_parts(f: F, xs: Sequence[Array], c: Context) -> Array:
    """2 ∂f/∂Z* from the partials in the real and the imaginary part."""
    z = xs[0]
    real, imaginary = jax.jacfwd(lambda a, b: jnp.real(f(a + 1j * b))[0, 0], argnums=(0, 1))(jnp.real(z), jnp.imag(z))
    return real + 1j * imaginary


ORACLES: dict[str, dict[str, Oracle]] = {
    "equals": {"value": lambda f, xs, c: f(*xs)},
    "gradient": {
        "jax.grad": lambda f, xs, c: jax.grad(scalar(f))(*xs),
        "jax.jacfwd": lambda f, xs, c: jax.jacfwd(scalar(f))(*xs),
    },
    "jacobian": {
        "jax.jacfwd": lambda f, xs, c: by_columns(jax.jacfwd(f)(*xs)),
        "jax.jacrev": lambda f, xs, c: by_columns(in_parts(jax.jacrev, f)(*xs)),
    },
    "hessian": {
        "jax.hessian": hessian(jax.jacfwd, jax.jacrev),
        "reverse over reverse": hessian(jax.jacrev, jax.jacrev),
    },
    "differential": {
        "jax.jvp": lambda f, xs, c: jax.jvp(f, tuple(xs), tuple(c.tangents))[1],
        "jax.jacfwd": differential_contracted,
    },
    "second_differential": {
        "jax.jvp of jax.jvp": second_forward,
        "jax.jacfwd of jax.jacrev": second_contracted,
    },
    "pullback": {
        "jax.vjp": lambda f, xs, c: jax.vjp(f, *xs)[1](c.cotangent)[0],
        "jax.jacfwd": lambda f, xs, c: jnp.einsum("pqmn,pq->mn", jax.jacfwd(f)(*xs), c.cotangent),
    },
    "derivative": {
        "jax.jacfwd": lambda f, xs, c: jax.jacfwd(f)(*xs)[:, :, 0, 0],
        "jax.jacrev": lambda f, xs, c: in_parts(jax.jacrev, f)(*xs)[:, :, 0, 0],
    },
    "entries": {"jax.jacfwd": entries(jax.jacfwd), "jax.jacrev": entries(jax.jacrev)},
    "gradient_symmetric": {
        "jax.grad": structured(jax.grad, True),
        "jax.jacfwd": structured(jax.jacfwd, True),
    },
    "gradient_independent": {
        "jax.grad": structured(jax.grad, False),
        "jax.jacfwd": structured(jax.jacfwd, False),
    },
    "conjugate_gradient": {"jax.grad": conjugate, "jax.jacfwd": conjugate_by_parts},
}


def stationary(f: F, x: Array) -> Array:
    """∇f, which a minimizer or maximizer makes zero; along a structure the caller passes f of its coordinates."""
    return jax.grad(scalar(f))(x)


def curvature(f: F, x: Array) -> Array:
    """∇²f of vec X, whose eigenvalues a strict minimum makes positive."""
    return by_columns(jax.hessian(scalar(f))(x))
