"""Loops and choices: functions of operands, from the bodies once these are scheduled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from identities.primitives import Array, Function


class Body(Protocol):
    """The body of a loop, evaluated with noise or without."""

    def __call__(self, *arguments: Array, noise: np.random.Generator | None) -> Sequence[Array]: ...


class Binding(Protocol):
    """What puts numbers in place of symbolic dims."""

    def value(self, parameter: Any) -> Any: ...


def _while(equation: Any, bodies: Sequence[Body], _: Binding) -> Function:
    condition, body = bodies
    split = equation.params["cond_nconsts"], equation.params["cond_nconsts"] + equation.params["body_nconsts"]

    def loop(*operands: Array, noise: np.random.Generator | None = None) -> Sequence[Array]:
        asked, given, carry = operands[: split[0]], operands[split[0] : split[1]], operands[split[1] :]
        while True:
            going = condition(*asked, *carry, noise=noise)[0]
            if not np.any(going):
                return carry
            after = body(*given, *carry, noise=noise)
            if np.ndim(going):  # a condition per draw: the draws that are done keep what they have
                after = [
                    np.where(going.reshape(*going.shape, *(1,) * (new.ndim - going.ndim)), new, old)
                    for new, old in zip(after, carry, strict=True)
                ]
            carry = tuple(after)

    return loop


def _scan(equation: Any, bodies: Sequence[Body], binding: Binding) -> Function:
    (body,), params = bodies, equation.params
    length, constants, carried = binding.value(params["length"]), params["num_consts"], params["num_carry"]
    order = range(length - 1, -1, -1) if params["reverse"] else range(length)
    rows = equation.outvars[carried:]

    def loop(*operands: Array, noise: np.random.Generator | None = None) -> Sequence[Array]:
        given, carry = operands[:constants], operands[constants : constants + carried]
        along = operands[constants + carried :]
        stacked = [np.empty(binding.value(row.aval.shape), row.aval.dtype) for row in rows]
        for step in order:
            results = body(*given, *carry, *(x[step] for x in along), noise=noise)
            carry = tuple(results[:carried])
            for row, part in zip(stacked, results[carried:], strict=True):
                row[step] = part
        return *carry, *stacked

    return loop


def _cond(_: Any, bodies: Sequence[Body], _binding: Binding) -> Function:
    def choose(index: Array, *operands: Array, noise: np.random.Generator | None = None) -> Sequence[Array]:
        return bodies[min(max(int(index), 0), len(bodies) - 1)](*operands, noise=noise)

    return choose


_Loop = Callable[[Any, Sequence[Body], Binding], Function]

LOOPS: dict[str, tuple[Callable[[Any], Sequence[Any]], _Loop]] = {
    "while": (lambda params: (params["cond_jaxpr"], params["body_jaxpr"]), _while),
    "scan": (lambda params: (params["jaxpr"],), _scan),
    "cond": (lambda params: params["branches"], _cond),
}
