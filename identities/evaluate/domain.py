"""Shapes over symbolic dims, and what sizes make of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from identities.evaluate.internals import number_of

_NAME = re.compile(r"[^\W\d][\w\u0300-\u036f]*")  # a letter, then letters, digits, subscripts or accents
_FUNCTIONS = frozenset({"max", "min", "mod", "floordiv"})


@cache
def scope_of(dims: int, constraints: tuple[str, ...]) -> Any:
    """The scope of d0, d1, …, the internal names of the dims, all at least 2.

    It is shared, as dims of two scopes are never equal: JAX would find nothing of one program's trace among
    what it has cached from another's, and take several times as long.
    """
    from jax import export

    return export.SymbolicScope([*(f"d{number} >= 2" for number in range(dims)), *constraints])


class Domain:
    """The shapes and dtypes of a function's arguments over symbolic dims, and what sizes make of them."""

    def __init__(
        self,
        names: Mapping[str, str],
        shapes: tuple[tuple[str | int, ...], ...],
        dtypes: tuple[np.dtype[Any], ...],
        constraints: tuple[str, ...],
    ) -> None:
        from jax import export

        self.names = names
        self.dtypes = dtypes
        renamed = tuple(map(self._renamed, constraints))
        try:
            scope = scope_of(len(names), renamed)
            self._bounds = [
                (export.symbolic_shape(f"{left}, {right}"), relation)
                for left, relation, right in (re.split("(>=|<=|==)", text) for text in renamed)
            ]
        except ValueError as error:
            raise ValueError(
                f"cannot read the constraints {list(constraints)} over the dims {', '.join(names)}: expected "
                "such as 'm >= n + 1', with one of >=, <=, =="
            ) from error
        self.shapes = tuple(self._parsed(shape, scope) for shape in shapes)
        self._shapes_at: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        dims = export.symbolic_shape(", ".join(names.values()), scope=scope)
        self._distinct = {str(dim): dim for dim in (1, *dims, *(dim for shape in self.shapes for dim in shape))}

    def _parsed(self, shape: tuple[str | int, ...], scope: Any) -> tuple[Any, ...]:
        from jax import export

        try:
            return tuple(export.symbolic_shape(", ".join(self._renamed(str(n)) for n in shape), scope=scope))
        except ValueError as error:
            raise ValueError(f"cannot read the shape {shape}: {self.in_words(str(error))}") from error

    def _renamed(self, text: str) -> str:
        def safe(match: re.Match[str]) -> str:
            name = match[0]
            if name not in self.names and name not in _FUNCTIONS:
                raise ValueError(f"{name!r} in {text!r} is no dim: the dims are {', '.join(self.names)}")
            return self.names.get(name, name)

        return _NAME.sub(safe, text)

    def in_words(self, text: str) -> str:
        """A message of JAX with the project's names of the dims."""
        given = {safe: name for name, safe in self.names.items()}
        return re.sub(r"\bd\d+\b", lambda match: given.get(match[0], match[0]), text)

    def numbers(self, sizes: Mapping[str, int]) -> dict[str, int]:
        """The sizes under the internal names."""
        wrong = [dim for dim in self.names if dim not in sizes or sizes[dim] < 1]
        if wrong:
            raise ValueError(f"sizes {dict(sizes)}: expected a number of at least 1 for {', '.join(wrong)}")
        return {name: int(sizes[dim]) for dim, name in self.names.items()}

    def shapes_at(self, numbers: Mapping[str, int]) -> list[tuple[int, ...]]:
        """The shapes of the arguments at these sizes."""
        key = tuple(numbers.values())
        if key not in self._shapes_at:
            self._shapes_at[key] = [tuple(number_of(dim, numbers) for dim in shape) for shape in self.shapes]
        return self._shapes_at[key]

    def are_special(self, numbers: Mapping[str, int]) -> bool:
        """Whether dims that are different expressions are the same number: one of them 1, say, or m = n.

        JAX takes n = 1 and m = n for false where m and n are symbols, and some functions branch on it: for
        1×1 matrices the derivative of ``jnp.linalg.det`` is written apart, and its general branch is wrong.
        """
        return len({number_of(dim, numbers) for dim in self._distinct.values()}) < len(self._distinct)

    def allows(self, numbers: Mapping[str, int]) -> bool:
        """Whether the sizes meet the constraints the symbolic trace rests on."""
        holds = {">=": int.__ge__, "<=": int.__le__, "==": int.__eq__}
        return all(holds[relation](*(number_of(side, numbers) for side in sides)) for sides, relation in self._bounds)
