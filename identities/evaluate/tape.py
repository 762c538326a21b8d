"""A jaxpr as one straight list of equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from identities.evaluate.internals import CALLS, holds_jaxpr, is_symbolic, platform_branch
from identities.evaluate.loops import LOOPS
from identities.primitives import EXACT, PRIMITIVES, Array


@dataclass(frozen=True, slots=True)
class Equation:
    """One equation of a tape: its operands and results by number, and those operands not needed again."""

    name: str
    jax: Any
    sources: tuple[int, ...]
    targets: tuple[int, ...]
    bodies: tuple[Tape, ...]
    params: dict[str, Any]
    symbolic: tuple[str, ...]  # the parameters with symbolic dims in them
    kinds: tuple[tuple[Any, int], ...]  # dtype and rank of every result
    several: bool
    rounds: bool
    dying: tuple[int, ...]

    @classmethod
    def of(
        cls,
        jax: Any,
        sources: tuple[int, ...],
        targets: tuple[int, ...],
        bodies: tuple[Tape, ...],
        dying: tuple[int, ...],
    ) -> Equation:
        """The equation of a jaxpr between numbered values."""
        name, params = jax.primitive.name, jax.params
        kinds = tuple((variable.aval.dtype, len(variable.aval.shape)) for variable in jax.outvars)
        return cls(
            name,
            jax,
            sources,
            targets,
            bodies,
            params,
            tuple(key for key, value in params.items() if is_symbolic(value)),
            kinds,
            jax.primitive.multiple_results,
            not bodies and name not in EXACT and any(dtype.kind in "fc" for dtype, _ in kinds),
            dying,
        )


class Tape:
    """A jaxpr as one straight list of equations between numbered values, for all sizes.

    Values 0, 1, … are the arguments. Calls are inlined; loops keep the tapes of their bodies; what no output
    needs is left out, and what is computed twice, as f is in every derivative of it, is computed once.
    """

    def __init__(self, closed: Any) -> None:
        self.constants: dict[int, Array] = {}
        self._made: list[tuple[Any, tuple[int, ...], tuple[int, ...], tuple[Tape, ...]]] = []
        self._seen: dict[Any, Any] = {}  # the numbers of results by what they are the results of
        self.arguments = len(closed.jaxpr.invars)
        self._count = self.arguments
        self.outputs = self._inline(closed, tuple(range(self.arguments)))
        self.equations = tuple(self._needed())
        self.places: dict[Any, Any] = {}  # what holds of the equations at all sizes, kept by those who evaluate them

    def _new(self, constant: Array | None = None) -> int:
        """The number of another value, known from the start if it is a constant."""
        self._count += 1
        if constant is not None:
            self.constants[self._count - 1] = constant
        return self._count - 1

    def _once(self, key: Any, make: Callable[..., Any], *arguments: Any) -> Any:
        """What has been made under this key, which need not be one that can be looked up."""
        try:
            hash(key)
        except TypeError:
            return make(*arguments)
        if key not in self._seen:
            self._seen[key] = make(*arguments)
        return self._seen[key]

    def _append(self, equation: Any, sources: tuple[int, ...]) -> tuple[int, ...]:
        """Append an equation; the numbers of its results."""
        name = equation.primitive.name
        targets = tuple(self._new() for _ in equation.outvars)
        bodies = tuple(map(Tape, LOOPS[name][0](equation.params))) if name in LOOPS else ()
        self._made.append((equation, sources, targets, bodies))
        return targets

    def _inline(self, jaxpr: Any, arguments: Sequence[int]) -> tuple[int, ...]:
        """Append the equations of a jaxpr called on these values; the numbers of its results."""
        from jax.extend.core import ClosedJaxpr, Literal

        jaxpr, constants = (jaxpr.jaxpr, jaxpr.consts) if isinstance(jaxpr, ClosedJaxpr) else (jaxpr, ())
        number = dict(zip(jaxpr.invars, arguments, strict=True))
        for variable, constant in zip(jaxpr.constvars, constants, strict=True):
            number[variable] = self._new(np.asarray(constant))

        def read(atom: Any) -> int:
            if isinstance(atom, Literal):
                of: Any = atom.aval
                constant = np.asarray(atom.val, of.dtype)
                return int(self._once((constant.dtype, constant.shape, constant.tobytes()), self._new, constant))
            return int(number[atom])

        for equation in jaxpr.eqns:
            name, params = equation.primitive.name, equation.params
            sources = tuple(map(read, equation.invars))
            if name in CALLS:
                targets = self._inline(*CALLS[name](params, sources))
            elif name == "platform_index":  # which branch of a cond is meant for this kind of machine
                targets = (self._new(platform_branch(params)),)
            elif name == "cond" and name in LOOPS and sources[0] in self.constants:
                branches = params["branches"]
                chosen = min(max(int(self.constants[sources[0]]), 0), len(branches) - 1)
                targets = self._inline(branches[chosen], sources[1:])
            elif self._changes_nothing(equation, sources):
                targets = sources[:1]
            else:
                key = (equation.primitive, sources, tuple(params.items()))
                targets = self._once(key, self._append, equation, sources)
            number.update(zip(equation.outvars, targets, strict=True))
        return tuple(map(read, jaxpr.outvars))

    def _changes_nothing(self, equation: Any, sources: tuple[int, ...]) -> bool:
        """Whether the result is the first operand: converted to its own type, or multiplied by 1."""
        name = equation.primitive.name
        if name == "mul":
            factor = self.constants.get(sources[1])
            return factor is not None and factor.ndim == 0 and bool(factor == 1)
        return name == "convert_element_type" and bool(equation.outvars[0].aval.dtype == equation.invars[0].aval.dtype)

    def needs_numbers(self) -> bool:
        """Whether JAX must evaluate an equation that holds a jaxpr, where symbolic dims cannot be bound."""
        return any(
            any(body.needs_numbers() for body in equation.bodies)
            if equation.bodies
            else equation.name not in PRIMITIVES and holds_jaxpr(equation.jax.params)
            for equation in self.equations
        )

    def _needed(self) -> Iterator[Equation]:
        """The equations an output needs, each with those operands that none after it needs."""
        needed = set(self.outputs)
        kept = []
        for equation, sources, targets, bodies in reversed(self._made):
            if needed.isdisjoint(targets):
                continue
            dying = set(sources) - needed
            needed |= dying
            kept.append(Equation.of(equation, sources, targets, bodies, tuple(dying)))
        return reversed(kept)
