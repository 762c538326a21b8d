"""A function traced once and then only replayed: its equations in turn, with nothing between them and JAX's transforms.

Every transform runs the function it is given, and most of the time of that is spent above the primitives: in jax.numpy,
which looks at types and shapes, and in its nested calls, each of which is differentiated and batched as a function of
its own. A replay has none of either. The primitives and their rules of differentiation are JAX's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Array = Any

LONG = 30  # a call of more equations stays a call: JAX derives it once, however often it is made


class Unknown:
    """A value that depends on the arguments; all others are arrays."""


@dataclass(frozen=True, slots=True)
class Step:
    """An equation of a jaxpr, some of its operands unknown."""

    equation: Any
    operands: Sequence[Unknown | Array]
    results: Sequence[Unknown]


def replayed(f: Callable[..., Array], *xs: Array) -> Callable[..., Array]:
    """``f`` traced at arrays like ``xs``, as a function of such arrays.

    What does not depend on these is evaluated here, once, and what the result does not need is left out.
    """
    import jax

    traced = jax.make_jaxpr(f)(*xs)
    arguments = [Unknown() for _ in xs]
    steps: list[Step] = []
    (result,) = record(traced, arguments, steps)
    if not isinstance(result, Unknown):
        return lambda *ys: result
    needed, kept = {result}, list[Step]()
    for step in reversed(steps):
        if not needed.isdisjoint(step.results):
            needed.update(x for x in step.operands if isinstance(x, Unknown))
            kept.append(step)

    def replay(*ys: Array) -> Array:
        found = dict(zip(arguments, ys, strict=True))
        for step in reversed(kept):
            operands = [found[x] if isinstance(x, Unknown) else x for x in step.operands]
            found.update(zip(step.results, bound(step.equation, operands), strict=True))
        return found[result]

    return replay


def record(closed: Any, arguments: Sequence[Unknown | Array], steps: list[Step]) -> list[Unknown | Array]:
    """Append to the steps what depends on unknown arguments of a jaxpr, calls inlined; its results."""
    from jax.extend.core import Literal

    jaxpr = closed.jaxpr
    values = dict(zip((*jaxpr.constvars, *jaxpr.invars), (*closed.consts, *arguments), strict=True))
    for equation in jaxpr.eqns:
        operands = [atom.val if isinstance(atom, Literal) else values[atom] for atom in equation.invars]
        called = equation.params.get("jaxpr") if equation.primitive.name == "jit" else None
        if called is not None and len(called.jaxpr.eqns) <= LONG:
            results = record(called, operands, steps)
        elif any(isinstance(x, Unknown) for x in operands):
            unknowns = [Unknown() for _ in equation.outvars]
            steps.append(Step(equation, operands, unknowns))
            results = list(unknowns)
        else:
            results = list(bound(equation, operands))
        values.update(zip(equation.outvars, results, strict=True))
    return [atom.val if isinstance(atom, Literal) else values[atom] for atom in jaxpr.outvars]


def bound(equation: Any, operands: Sequence[Array]) -> Sequence[Array]:
    """The results of an equation: its primitive on these operands."""
    primitive = equation.primitive
    result = primitive.bind(*operands, **primitive.get_bind_params(equation.params))
    return result if primitive.multiple_results else [result]
