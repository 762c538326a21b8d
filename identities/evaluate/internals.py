"""What JAX does not promise, in one place, with the tables of `identities.primitives` and of `loops`.

The names of the primitives and of their parameters, the value of a dim expression, and how a primitive is bound. All
else that is used of JAX is documented. tests/test_evaluate.py names which of these a new version has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from identities.primitives import Array, Function


def _solve(params: Any, sources: tuple[int, ...]) -> tuple[Any, tuple[int, ...]]:
    """custom_linear_solve: the system is solved as its author says; the rest of it serves differentiation."""
    lengths = params["const_lengths"]
    first = lengths.matvec + lengths.vecmat
    return params["jaxprs"].solve, (*sources[first : first + lengths.solve], *sources[sum(lengths) :])


CALLS: dict[str, Callable[[Any, tuple[int, ...]], tuple[Any, tuple[int, ...]]]] = {
    "jit": lambda params, sources: (params["jaxpr"], sources),
    "remat2": lambda params, sources: (params["jaxpr"], sources),
    "closed_call": lambda params, sources: (params["call_jaxpr"], sources),
    "custom_jvp_call": lambda params, sources: (params["call_jaxpr"], sources),
    "custom_vjp_call": lambda params, sources: (params["call_jaxpr"], sources),
    "custom_linear_solve": _solve,
}


@cache
def quick_compilation() -> dict[str, bool | int]:
    """Options with which XLA compiles several times faster; none where this XLA does not know them."""
    import jax

    options: dict[str, bool | int] = {
        "xla_cpu_use_fusion_emitters": False,
        "xla_backend_optimization_level": 0,
    }
    try:
        jax.jit(lambda x: x + 1, compiler_options=options).lower(0.0).compile()
    except Exception:  # noqa: BLE001 - the class of error differs between versions of XLA
        return {}
    return options


def platform_branch(params: Any) -> Array:
    """platform_index: the first branch meant for a CPU or for any machine."""
    fits = [platforms is None or "cpu" in platforms for platforms in params["platforms"]]
    return np.asarray(fits.index(True), np.int32)


@cache
def symbolic_type() -> type:
    """The class of symbolic dims."""
    from jax import export

    return type(export.symbolic_shape("n")[0])


def number_of(dim: Any, sizes: Mapping[str, int]) -> int:
    """The value of a dim, a number or an expression, at sizes given by internal names."""
    symbol: Any = dim
    return int(symbol._evaluate(sizes)) if isinstance(dim, symbolic_type()) else int(dim)  # noqa: SLF001


def is_symbolic(parameter: Any) -> bool:
    """Whether a parameter of a primitive has a symbolic dim in it."""
    if isinstance(parameter, tuple | list):
        return any(map(is_symbolic, parameter))
    return isinstance(parameter, symbolic_type())


def through_jax(primitive: Any, params: Mapping[str, Any], batched: Sequence[bool]) -> Function:
    """A primitive evaluated by JAX on arrays, of which some have an axis of draws in front."""
    import jax

    def bound(*operands: Any) -> Any:
        return primitive.bind(*operands, **primitive.get_bind_params(params))

    axes = tuple(0 if axis else None for axis in batched)
    function = jax.vmap(bound, axes) if any(batched) else bound

    def evaluate(*operands: Array) -> Any:
        with jax.enable_x64(True):
            result = function(*operands)
            return list(map(np.asarray, result)) if primitive.multiple_results else np.asarray(result)

    return evaluate


def holds_jaxpr(params: Mapping[str, Any]) -> bool:
    """Whether a parameter is a jaxpr, or a tuple of them."""
    from jax.extend.core import ClosedJaxpr, Jaxpr

    values = [part for value in params.values() for part in (value if isinstance(value, tuple) else (value,))]
    return any(isinstance(value, ClosedJaxpr | Jaxpr) for value in values)
