"""What a plan is, and the plans of primitives that their operands alone determine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

Array = NDArray[Any]
Function = Callable[..., Any]
Plan = Callable[..., Function | None]


class Each:
    """The plan of a primitive whose function is always the same."""

    def __init__(self, function: Function) -> None:
        self._function = function

    def __call__(self, *_operands: Array, **_params: Any) -> Function:
        return self._function


def special(name: str) -> Plan:
    """The plan of a special function, by its name in ``scipy.special``."""

    def plan(*_operands: Array, **_params: Any) -> Function:
        from scipy import special  # type: ignore[import-untyped]

        function: Function = vars(special)[name]
        return function

    return plan
