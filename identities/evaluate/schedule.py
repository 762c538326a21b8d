"""A tape at given sizes: what is evaluated again in each run, with noise or without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from operator import is_
from typing import Any

import numpy as np

from identities.evaluate.internals import number_of, symbolic_type, through_jax
from identities.evaluate.loops import LOOPS
from identities.evaluate.tape import Equation, Tape
from identities.primitives import EXACT, PRIMITIVES, Array, Function


@dataclass(slots=True)
class Fallbacks:
    """How often the short cuts did not apply.

    ``traces``: made for one size, as there is no symbolic trace or its constraints exclude the size;
    ``special_sizes``: made for sizes with a dim of 1 or two equal dims, which always have their own;
    ``primitives``: equations evaluated by JAX, by the name of the primitive.
    """

    traces: int = 0
    special_sizes: int = 0
    primitives: Counter[str] = field(default_factory=Counter)


class Binding:
    """The sizes a tape is scheduled at: numbers for symbolic dims, functions for equations."""

    def __init__(self, sizes: Mapping[str, int], fallbacks: Fallbacks) -> None:
        self._sizes = sizes
        self._fallbacks = fallbacks
        self._dim = symbolic_type()
        self._numbers: dict[int, int] = {}  # by identity, as comparing two dim expressions takes 50 μs

    def value(self, parameter: Any) -> Any:
        """The parameter with numbers in place of symbolic dims."""
        if isinstance(parameter, tuple | list):
            parts = [self.value(part) for part in parameter]
            return parameter if all(map(is_, parts, parameter)) else tuple(parts)
        if not isinstance(parameter, self._dim):
            return parameter
        if id(parameter) not in self._numbers:
            self._numbers[id(parameter)] = number_of(parameter, self._sizes)
        return self._numbers[id(parameter)]

    def function(self, equation: Equation, operands: Sequence[Array], known: Sequence[bool]) -> Function:
        """The NumPy function of an equation; where there is none, JAX's own evaluation, which is counted."""
        if equation.bodies:
            bodies = [Body(tape, self) for tape in equation.bodies]
            return LOOPS[equation.name][1](equation.jax, bodies, self)
        params = {name: self.value(parameter) for name, parameter in equation.jax.params.items()}
        plan = PRIMITIVES.get(equation.name)
        function = plan(*operands, known=known, **params) if plan else None
        if function is not None:
            return function
        self._fallbacks.primitives[equation.name] += 1
        return through_jax(equation.jax.primitive, params)


class Schedule:
    """A tape at given sizes: NumPy functions between slots, and what the slots hold at the start."""

    def __init__(self, tape: Tape, arguments: Sequence[Array], binding: Binding) -> None:
        self._tape = tape
        self._binding = binding
        known: dict[int, Any] = dict(tape.constants)
        steps = list(self._evaluated(dict(enumerate(arguments)), known))
        self._allot(steps, known)

    def _evaluated(self, values: dict[int, Any], known: dict[int, Any]) -> Iterator[tuple[Equation, Function, bool]]:
        """Evaluate the tape once; its steps: equation, function, whether it rounds.

        What follows from the sizes alone without rounding becomes known, and is no step.
        """
        for equation in self._tape.equations:
            fixed = [number in known for number in equation.sources]
            operands = [
                known[number] if fix else values[number] for number, fix in zip(equation.sources, fixed, strict=True)
            ]
            function = self._binding.function(equation, operands, fixed)
            result = function(*operands)
            results = tuple(result) if equation.jax.primitive.multiple_results else (result,)
            _check(equation, results)
            rounds = equation.name not in EXACT and any(part.dtype.kind in "fc" for part in results)
            if all(fixed) and not rounds:
                known.update(zip(equation.targets, results, strict=True))
                continue
            values.update(zip(equation.targets, results, strict=True))
            for number in equation.dying:
                values.pop(number, None)
            yield equation, function, rounds and not equation.bodies

    def _allot(self, steps: Sequence[tuple[Equation, Function, bool]], known: Mapping[int, Any]) -> None:
        """Give every value a slot, and a slot a new value once its old one is dead."""
        slots = {number: number for number in range(self._tape.arguments)}
        template: list[Any] = [None] * self._tape.arguments
        free: list[int] = []

        def slot(number: int, value: Any = None) -> int:
            if number not in slots:
                if value is None and free:
                    slots[number] = free.pop()
                else:
                    slots[number] = len(template)
                    template.append(value)
            return slots[number]

        alive = {number for equation, *_ in steps for number in equation.sources} | set(self._tape.outputs)
        for number in alive & known.keys():
            slot(number, known[number])
        schedule = []
        for equation, function, rounds in steps:
            sources = tuple(map(slot, equation.sources))
            free.extend(slots[number] for number in equation.dying if number not in known)
            targets = tuple(map(slot, equation.targets))
            free.extend(slots[number] for number in equation.targets if number not in alive)
            place = targets if equation.jax.primitive.multiple_results else targets[0]
            schedule.append((function, sources, place, rounds, bool(equation.bodies)))
        self._steps = tuple(schedule)
        self._template = template
        self._outputs = tuple(map(slot, self._tape.outputs))

    def run(self, arguments: Sequence[Array]) -> list[Array]:
        """The outputs for these arguments."""
        values = self._template.copy()
        values[: len(arguments)] = arguments
        for function, sources, target, _, _ in self._steps:
            result = function(*[values[source] for source in sources])
            if isinstance(target, int):
                values[target] = result
            else:
                for slot, part in zip(target, result, strict=True):
                    values[slot] = part
        return [values[output] for output in self._outputs]

    def run_noisy(self, arguments: Sequence[Array], noise: np.random.Generator) -> list[Array]:
        """The outputs with every rounded result perturbed."""
        values = self._template.copy()
        values[: len(arguments)] = arguments
        for function, sources, target, rounds, is_loop in self._steps:
            operands = [values[source] for source in sources]
            result = function(*operands, noise=noise) if is_loop else function(*operands)
            targets, results = ((target,), (result,)) if isinstance(target, int) else (target, result)
            for slot, part in zip(targets, results, strict=True):
                values[slot] = perturbed(part, noise) if rounds else part
        return [values[output] for output in self._outputs]


class Body:
    """The body of a loop or the branch of a choice, scheduled when it is first reached."""

    def __init__(self, tape: Tape, binding: Binding) -> None:
        self._tape = tape
        self._binding = binding
        self._schedule: Schedule | None = None

    def __call__(self, *arguments: Array, noise: np.random.Generator | None) -> list[Array]:
        if self._schedule is None:
            self._schedule = Schedule(self._tape, arguments, self._binding)
        return self._schedule.run(arguments) if noise is None else self._schedule.run_noisy(arguments, noise)


def perturbed(x: Any, noise: np.random.Generator) -> Any:
    """x (1 + εξ), ξ ∈ {−1, 0, 1} drawn for every entry (every part of a complex entry)."""
    if x.dtype.kind == "c":
        result = np.empty_like(x)
        result.real, result.imag = perturbed(x.real, noise), perturbed(x.imag, noise)
        return result
    if x.dtype.kind != "f":
        return x
    return x * _factors(x.dtype)[noise.integers(0, 3, x.shape, dtype=np.int8)]


@cache
def _factors(dtype: np.dtype[Any]) -> Array:
    eps = np.finfo(dtype).eps
    return np.array([1 - eps, 1, 1 + eps], dtype)


def _check(equation: Equation, results: Sequence[Array]) -> None:
    """A NumPy meaning that gives another dtype or rank than JAX has derived is a mistake in the table."""
    for result, variable in zip(results, equation.jax.outvars, strict=True):
        expected = variable.aval
        if result.dtype != expected.dtype or result.ndim != len(expected.shape):
            raise TypeError(
                f"primitive {equation.name!r}: its NumPy meaning gives {result.dtype} of rank {result.ndim}, "
                f"JAX {expected.dtype} of rank {len(expected.shape)}"
            )
