"""The typed tree: a node with its shape and what to compute."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from identities.declaration import Shape
from identities.dims import ONE
from identities.expression import Apply, Expr, Number
from identities.notation.tokens import NotationError

SCALAR: Shape = (ONE, ONE)


class ShapeError(NotationError):
    """Shapes that clash: both are named, with the column and the remedy."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A node with its shape. ``op`` is what to compute, ``data`` what it needs beside its arguments."""

    op: str
    shape: Shape
    args: tuple[Typed, ...]
    node: Expr
    data: Any = None

    @property
    def is_scalar(self) -> bool:
        return self.shape == SCALAR

    @property
    def is_number(self) -> bool:
        """Whether it is written as a number: 1, −½."""
        node = self.node.args[0] if isinstance(self.node, Apply) and self.node.op == "neg" else self.node
        return isinstance(node, Number)


def is_root_of_squares(tree: Typed) -> bool:
    """Whether a node is √Σ|xᵢⱼ|²; the second ‖X‖₂ is the largest singular value."""
    return tree.op in ("norm", "norm_F") or (tree.op == "norm_2" and not tree.data)


def transposed(tree: Expr) -> Expr:
    """The transpose, without transposing twice."""
    return (
        tree.args[0] if isinstance(tree, Apply) and tree.op == "transpose" else Apply("transpose", (tree,), tree.span)
    )
