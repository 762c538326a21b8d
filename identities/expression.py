"""The tree: what a formula is once its spelling is gone.

Every formula, however it was typed, becomes one of these few frozen values. A product, a transpose and
``softmax`` are all :class:`Apply` with an operation of :mod:`identities.vocabulary`; there is nothing else to
learn. Two trees are equal when they say the same thing: the span of text they came from does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Span:
    """Columns [start, stop) of the text a node was read from, counted from 0 in code points."""

    start: int
    stop: int


NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Number:
    """A rational number as written: 2, ½, 0.25."""

    value: Fraction
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, a part named by ``let``, a dim used as a number, or an index. Subscripts are spelled ``x₁``."""

    name: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Perturbation:
    """dX, the perturbation (tangent) of the variable X."""

    of: str
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Cotangent:
    """f̄, the cotangent of f, in the shape of f."""

    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation of the vocabulary on its arguments: product, transpose, tr, softmax, ….

    A trailing ``⊙`` in ``op`` (``exp⊙``, ``power⊙``) is the elementwise mark of the notation.
    """

    op: str
    args: tuple[Expr, ...] = ()
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A declared smooth function or one of its derivatives at a point.

    ``derivative``: ``""`` the value F(X), also elementwise ``⊙``; ``'`` ``''`` … of a function of a scalar
    (elementwise ``'⊙``); ``∇`` the gradient and ``∇²`` the Hessian of a scalar function; ``∂`` the Jacobian;
    ``D`` the directional derivative, whose last argument is the direction.
    """

    function: str
    derivative: str
    args: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Literal:
    """A matrix by rows, ``[1, 2; 3, 4]``; an entry may itself be a block ``[A, B; C, D]``."""

    rows: tuple[tuple[Expr, ...], ...]
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class IndexedSum:
    """Σᵢ body, over the dim that the index ranges over, or from ``lower`` to ``upper`` inclusive."""

    index: str
    lower: Expr | None
    upper: Expr | None
    body: Expr
    span: Span = field(default=NOWHERE, compare=False, repr=False)


Expr = Number | Name | Perturbation | Cotangent | Apply | Call | Literal | IndexedSum


def children(tree: Expr) -> tuple[Expr, ...]:
    """The direct subtrees, left to right."""
    match tree:
        case Apply(args=args) | Call(args=args):
            return args
        case Literal(rows=rows):
            return tuple(entry for row in rows for entry in row)
        case IndexedSum(lower=lower, upper=upper, body=body):
            return tuple(part for part in (lower, upper, body) if part is not None)
        case _:
            return ()


def with_children(tree: Expr, parts: tuple[Expr, ...]) -> Expr:
    """The same node over other subtrees, given in the order of :func:`children`."""
    match tree:
        case Apply() | Call():
            return replace(tree, args=parts)
        case Literal(rows=rows):
            left = iter(parts)
            return replace(tree, rows=tuple(tuple(next(left) for _ in row) for row in rows))
        case IndexedSum(lower=lower, upper=upper):
            left = iter(parts)
            return replace(
                tree,
                lower=None if lower is None else next(left),
                upper=None if upper is None else next(left),
                body=next(left),
            )
        case _:
            return tree


def walk(tree: Expr) -> Iterator[Expr]:
    """Every node of the tree, parents before children, without recursion."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(children(node)))


def rewrite(tree: Expr, rule: Callable[[Expr], Expr]) -> Expr:
    """The tree with ``rule`` applied to every node, children first."""
    parts = children(tree)
    new = tuple(rewrite(part, rule) for part in parts)
    changed = any(after is not before for after, before in zip(new, parts, strict=True))
    return rule(with_children(tree, new) if changed else tree)
