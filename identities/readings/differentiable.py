"""jax.numpy as formulas are read in it: what one trace serves at every size, and JAX differentiates as often as asked.

Everything is JAX's own, and so is every rule of differentiation; only which of its functions is called differs.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

Array = Any


@cache
def namespace(order: int) -> Any:
    """The array namespace of JAX for formulas of which so many derivatives are taken: 0, 1 or 2."""
    import jax.numpy as jnp

    det = (jnp.linalg.det, _det, _det_twice)[order]
    linalg = SimpleNamespace(**{**vars(jnp.linalg), "det": det})
    return SimpleNamespace(**{**vars(jnp), "linalg": linalg})


def _det(x: Array) -> Array:
    """det X = −det([1, 0; 0, X] H), H a reflection.

    For 1×1 matrices JAX has a rule apart, so X is bordered by a 1. The rule for all others divides by every pivot
    but the last one; H mixes the columns, so that of a singular X it is the last one that vanishes.
    """
    import jax.numpy as jnp

    bordered = jnp.pad(x, ((1, 0), (1, 0))).at[0, 0].set(1.0)
    normal = jnp.cos(jnp.arange(bordered.shape[0]) + 1.0)
    mixed = bordered - 2.0 / jnp.sum(normal**2) * jnp.outer(bordered @ normal, normal)
    return -jnp.linalg.det(mixed)


def _det_twice(x: Array) -> Array:
    """det X = sign(det X) exp log |det X|: the second derivative of ``jnp.linalg.det`` asks for the size."""
    import jax.numpy as jnp

    sign, logarithm = jnp.linalg.slogdet(x)
    return sign * jnp.exp(logarithm)
