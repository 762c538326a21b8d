"""jax.numpy as formulas are read in it: what one trace serves at every size, and JAX differentiates as often as asked.

Everything is JAX's own, and so is every rule of differentiation; only which of its functions is called differs.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

Array = Any

RANK_CUTOFF = 1e-13  # singular values below it, relative to the largest, are rounding


@cache
def namespace(twice: bool) -> Any:
    """The array namespace of JAX, for formulas that are differentiated once, or twice."""
    import jax.numpy as jnp

    linalg = {**vars(jnp.linalg), "det": _det_twice if twice else _det, "pinv": _pinv}
    return SimpleNamespace(**{**vars(jnp), "linalg": SimpleNamespace(**linalg)})


def _det(x: Array) -> Array:
    """det X = det [1, 0; 0, X]: so bordered, no matrix is 1×1, for which JAX has a rule apart."""
    import jax.numpy as jnp

    return jnp.linalg.det(jnp.pad(x, ((1, 0), (1, 0))).at[0, 0].set(1.0))


def _det_twice(x: Array) -> Array:
    """det X = sign(det X) exp log |det X|: the second derivative of ``jnp.linalg.det`` asks for the size."""
    import jax.numpy as jnp

    sign, logarithm = jnp.linalg.slogdet(x)
    return sign * jnp.exp(logarithm)


def _pinv(x: Array) -> Array:
    """X⁺ with a cutoff that does not ask which of the sizes is larger."""
    import jax.numpy as jnp

    return jnp.linalg.pinv(x, RANK_CUTOFF)
