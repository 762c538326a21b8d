"""Loops and choices: functions of operands, from the bodies once these are scheduled.

Where one operand has an axis of draws, all are given one before they come here, so ``draws`` is their number; it is
None for a loop that follows from the sizes alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from identities.primitives import Array, Function


class Body(Protocol):
    """The body of a loop, evaluated with noise or without."""

    def __call__(self, *arguments: Array, noise: Any) -> Sequence[Array]: ...


class Binding(Protocol):
    """What puts numbers in place of symbolic dims."""

    def value(self, parameter: Any) -> Any: ...


def _chosen(which: Array, new: Array, old: Array) -> Array:
    """Draw by draw, the new array where ``which`` says so."""
    return np.where(which.reshape(*which.shape, *(1,) * (new.ndim - which.ndim)), new, old)


def _while(equation: Any, bodies: Sequence[Body], _: Binding, draws: int | None) -> Function:
    condition, body = bodies
    split = equation.params["cond_nconsts"], equation.params["cond_nconsts"] + equation.params["body_nconsts"]

    def loop(*operands: Array, noise: Any = None) -> Sequence[Array]:
        asked, given, carry = operands[: split[0]], operands[split[0] : split[1]], operands[split[1] :]
        while True:
            going = condition(*asked, *carry, noise=noise)[0]
            if not np.any(going):
                return carry
            after = body(*given, *carry, noise=noise)
            if np.ndim(going):  # the draws that are done keep what they have
                after = [_chosen(going, new, old) for new, old in zip(after, carry, strict=True)]
            carry = tuple(after)

    return loop


def _scan(equation: Any, bodies: Sequence[Body], binding: Binding, draws: int | None) -> Function:
    (body,), params = bodies, equation.params
    length, constants, carried = binding.value(params["length"]), params["num_consts"], params["num_carry"]
    order = range(length - 1, -1, -1) if params["reverse"] else range(length)
    rows = equation.outvars[carried:]
    batch, before = ((), ()) if draws is None else ((draws,), (slice(None),))

    def loop(*operands: Array, noise: Any = None) -> Sequence[Array]:
        given, carry = operands[:constants], operands[constants : constants + carried]
        along = operands[constants + carried :]
        stacked = [np.empty((*batch, *binding.value(row.aval.shape)), row.aval.dtype) for row in rows]
        for step in order:
            results = body(*given, *carry, *(x[(*before, step)] for x in along), noise=noise)
            carry = tuple(results[:carried])
            for row, part in zip(stacked, results[carried:], strict=True):
                row[(*before, step)] = part
        return *carry, *stacked

    return loop


def _cond(_: Any, bodies: Sequence[Body], _binding: Binding, draws: int | None) -> Function:
    def choose(index: Array, *operands: Array, noise: Any = None) -> Sequence[Array]:
        branches = np.clip(index, 0, len(bodies) - 1)
        taken = [int(branch) for branch in np.unique(branches)]
        results = [bodies[branch](*operands, noise=noise) for branch in taken]
        found = results[0]
        for branch, other in zip(taken[1:], results[1:], strict=True):
            found = [_chosen(branches == branch, new, old) for new, old in zip(other, found, strict=True)]
        return found

    return choose


_Loop = Callable[[Any, Sequence[Body], Binding, int | None], Function]

LOOPS: dict[str, tuple[Callable[[Any], Sequence[Any]], _Loop]] = {
    "while": (lambda params: (params["cond_jaxpr"], params["body_jaxpr"]), _while),
    "scan": (lambda params: (params["jaxpr"],), _scan),
    "cond": (lambda params: params["branches"], _cond),
}
