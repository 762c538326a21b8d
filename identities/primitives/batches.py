"""Primitives over a batch: what changes where operands have one more axis in front, one entry per draw.

A trace knows of one draw only. Operands that follow from the sizes alone need no axis of draws, and get one only
where a primitive takes its operands together. The rows of :data:`RULES` shift the parameters that count axes;
what has no row works number by number, or on the last two axes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np

from identities.primitives.plan import Array, Function, Plan

Params = Mapping[str, Any]
Arrangement = Callable[[Sequence[Array]], list[Array]]
Rule = Callable[[Params, Sequence[bool], int], dict[str, Any]]


def over_draws(
    name: str,
    plan: Plan,
    operands: Sequence[Array],
    batched: Sequence[bool],
    draws: int,
    known: Any,
    params: Params,
    arrange: Arrangement | None,
) -> Function | None:
    """The NumPy function of a primitive whose ``batched`` operands, one at least, have the draws as first axis.

    ``arrange`` is the :func:`arrangement` of its operands.
    """
    if name in STARTS:
        return _at_starts(STARTS[name], plan, operands, batched, draws, params)
    if name in RULES:
        params = {**params, **RULES[name](params, batched, draws)}
    if arrange is None:
        return plan(*operands, known=known, **params)
    function = plan(*arrange(operands), known=known, **params)
    return function and (lambda *given: function(*arrange(given)))


def arrangement(name: str, ranks: Sequence[int], batched: Sequence[bool], draws: int) -> Arrangement | None:
    """How operands of these ranks, draws counted, are brought to axes of the same meaning; None where they are."""
    if all(batched) and len(set(ranks)) == 1:
        return None
    together = name in TOGETHER
    top = max(rank - axis for rank, axis in zip(ranks, batched, strict=True))

    def change(place: int) -> Callable[[Array], Array] | None:
        rank = ranks[place] - batched[place]
        if (name == "gather" or name.startswith("scatter")) and place == 1 and not batched[1]:
            return None
        if not batched[place] and together and (name != "pad" or place == 0):
            return lambda x: np.broadcast_to(x, (draws, *np.shape(x)))
        if not batched[place] or rank or not top or (together and name != "pad"):
            return None
        return lambda x: x.reshape(draws, *(1,) * top)  # a number per draw, beside arrays

    changes = list(map(change, range(len(ranks))))
    if not any(changes):
        return None
    return lambda given: [x if change is None else change(x) for x, change in zip(given, changes, strict=True)]


def _up(axes: Any) -> Any:
    """The axes counted with the new one in front."""
    return axes + 1 if isinstance(axes, int | np.integer) else tuple(axis + 1 for axis in axes)


def _shifted(*names: str) -> Rule:
    return lambda params, batched, draws: {name: _up(params[name]) for name in names}


def _slice(params: Params, _: Sequence[bool], draws: int) -> dict[str, Any]:
    strides = params["strides"]
    return {
        "start_indices": (0, *params["start_indices"]),
        "limit_indices": (draws, *params["limit_indices"]),
        "strides": strides and (1, *strides),
    }


def _dot_general(params: Params, *_: Any) -> dict[str, Any]:
    (over_a, over_b), (batch_a, batch_b) = params["dimension_numbers"]
    return {"dimension_numbers": ((_up(over_a), _up(over_b)), ((0, *_up(batch_a)), (0, *_up(batch_b))))}


def _gather(params: Params, batched: Sequence[bool], draws: int) -> dict[str, Any]:
    numbers = params["dimension_numbers"]
    own = () if not batched[1] else (0,)  # where all draws have the same indices, their axis is part of the window
    window = (0,) if not batched[1] else ()
    return {
        "dimension_numbers": SimpleNamespace(
            offset_dims=(*window, *_up(numbers.offset_dims)),
            collapsed_slice_dims=_up(numbers.collapsed_slice_dims),
            start_index_map=_up(numbers.start_index_map),
            operand_batching_dims=(*own, *_up(numbers.operand_batching_dims)),
            start_indices_batching_dims=(
                (*own, *_up(numbers.start_indices_batching_dims)) if own else numbers.start_indices_batching_dims
            ),
        ),
        "slice_sizes": (1 if own else draws, *params["slice_sizes"]),
    }


def _scatter(params: Params, batched: Sequence[bool], _: int) -> dict[str, Any]:
    numbers = params["dimension_numbers"]
    own = () if not batched[1] else (0,)
    window = (0,) if not batched[1] else ()
    return {
        "dimension_numbers": SimpleNamespace(
            update_window_dims=(*window, *_up(numbers.update_window_dims)),
            inserted_window_dims=_up(numbers.inserted_window_dims),
            scatter_dims_to_operand_dims=_up(numbers.scatter_dims_to_operand_dims),
            operand_batching_dims=(*own, *_up(numbers.operand_batching_dims)),
            scatter_indices_batching_dims=(
                (*own, *_up(numbers.scatter_indices_batching_dims)) if own else numbers.scatter_indices_batching_dims
            ),
        )
    }


RULES: dict[str, Rule] = {
    "broadcast_in_dim": lambda params, batched, draws: {
        "shape": (draws, *params["shape"]),
        "broadcast_dimensions": (0, *_up(params["broadcast_dimensions"])),
    },
    "reshape": lambda params, batched, draws: {"new_sizes": (draws, *params["new_sizes"])},
    "transpose": lambda params, batched, draws: {"permutation": (0, *_up(params["permutation"]))},
    "tile": lambda params, batched, draws: {"reps": (1, *params["reps"])},
    "pad": lambda params, batched, draws: {"padding_config": ((0, 0, 0), *params["padding_config"])},
    "slice": _slice,
    "dot_general": _dot_general,
    "gather": _gather,
    **dict.fromkeys(("squeeze", "rev"), _shifted("dimensions")),
    **dict.fromkeys(("concatenate", "sort"), _shifted("dimension")),
    **dict.fromkeys(("stack", "unstack", "split"), _shifted("axis")),
    **dict.fromkeys(("cumsum", "cumprod", "cummax", "cummin", "cumlogsumexp"), _shifted("axis")),
    **dict.fromkeys(("argmax", "argmin"), _shifted("axes")),
    **dict.fromkeys((f"reduce_{what}" for what in ("sum", "prod", "max", "min", "and", "or", "xor")), _shifted("axes")),
    **dict.fromkeys(("scatter", *(f"scatter-{what}" for what in ("add", "sub", "mul", "min", "max"))), _scatter),
}
TOGETHER = frozenset({*RULES, "triangular_solve", "optimization_barrier"})

# Primitives with windows at starts known only in the run, with the number of arrays before the starts.
STARTS = {"dynamic_slice": 1, "dynamic_update_slice": 2}


def _at_starts(
    arrays: int, plan: Plan, operands: Sequence[Array], batched: Sequence[bool], draws: int, params: Params
) -> Function | None:
    if any(batched[arrays:]):
        alone = plan(*(x[0] if axis else x for x, axis in zip(operands, batched, strict=True)), **params)
        if alone is None:
            return None
        one = alone

        def each_draw(*given: Array) -> Array:
            per_draw = zip(*(x if axis else [x] * draws for x, axis in zip(given, batched, strict=True)), strict=True)
            return np.stack([one(*operands) for operands in per_draw])

        return each_draw

    def arranged(given: Sequence[Array]) -> list[Any]:
        spread = [x if axis else np.broadcast_to(x, (draws, *x.shape)) for x, axis in zip(given, batched, strict=False)]
        return [*spread[:arrays], np.int64(0), *given[arrays:]]

    sizes = {"slice_sizes": (draws, *params["slice_sizes"])} if "slice_sizes" in params else {}
    function = plan(*arranged(operands), **{**params, **sizes})
    if function is None:
        return None
    planned = function
    return lambda *given: planned(*arranged(given))
