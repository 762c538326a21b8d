"""A tape at given sizes: planned on the arrays of its first run, evaluated again in every other.

A tape is that of one draw. Values that depend on the draw have an axis of draws in front, the others have none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from identities.evaluate.internals import number_of, symbolic_type, through_jax
from identities.evaluate.loops import LOOPS
from identities.evaluate.noise import Noise
from identities.evaluate.tape import Equation, Tape
from identities.primitives import PRIMITIVES, SIZELESS, Array, Function
from identities.primitives.batches import arrangement, over_draws


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
    """What a tape is scheduled at: numbers for symbolic dims, functions for equations, so many draws."""

    def __init__(self, sizes: Mapping[str, int], draws: int, fallbacks: Fallbacks) -> None:
        self.draws = draws
        self._sizes = sizes
        self._fallbacks = fallbacks
        self._dim = symbolic_type()
        self._numbers: dict[int, int] = {}  # by identity, as comparing two dim expressions takes 50 μs

    def value(self, parameter: Any) -> Any:
        """The parameter with numbers in place of symbolic dims."""
        if isinstance(parameter, tuple | list):
            return tuple(map(self.value, parameter))
        if not isinstance(parameter, self._dim):
            return parameter
        if id(parameter) not in self._numbers:
            self._numbers[id(parameter)] = number_of(parameter, self._sizes)
        return self._numbers[id(parameter)]

    def function(self, place: Place, operands: Sequence[Array]) -> Function:
        """The NumPy function of an equation; where there is none, JAX's own evaluation, which is counted."""
        equation = place.equation
        if equation.bodies:
            return self.loop(equation, place.axes, place.over)
        name, params = equation.name, equation.params
        if equation.symbolic:
            params = {**params, **{key: self.value(params[key]) for key in equation.symbolic}}
        plan = PRIMITIVES.get(name)
        function = None
        if plan and place.over:
            if place.arrange is ...:
                place.arrange = arrangement(name, [x.ndim for x in operands], place.axes, self.draws)
            function = over_draws(name, plan, operands, place.axes, self.draws, place.known, params, place.arrange)
        elif plan:
            function = plan(*operands, known=place.known, **params)
        if function is None:
            self._fallbacks.primitives[name] += 1
            return through_jax(equation.jax.primitive, params, place.axes)
        if name in SIZELESS and not equation.symbolic:
            place.function = function
        return function

    def loop(self, equation: Equation, batched: Sequence[bool], over: bool) -> Function:
        """The function of a loop or choice; ``over`` draws, all operands are given their axis."""
        whole = equation.name != "cond" or batched[0]  # all draws may take the same branch
        bodies = [Body(tape, self, over) for tape in equation.bodies]
        run = LOOPS[equation.name][1](equation.jax, bodies, self, self.draws if over else None)
        if not over:
            return run
        spread = [not axis and (whole or place > 0) for place, axis in enumerate(batched)]

        def looped(*operands: Array, noise: Noise | None = None) -> Sequence[Array]:
            given = (self.spread(x) if s else x for x, s in zip(operands, spread, strict=True))
            results: Sequence[Array] = run(*given, noise=noise)
            return results

        return looped

    def spread(self, x: Array) -> Array:
        """The array once for every draw."""
        return np.broadcast_to(x, (self.draws, *np.shape(x)))


@dataclass(slots=True)
class Place:
    """What holds of an equation of a tape at all sizes, where so many draws come with or without noise."""

    equation: Equation
    known: tuple[bool, ...]  # the operands that follow from the sizes alone
    axes: tuple[bool, ...]  # the operands with an axis of draws
    over: bool  # whether one has
    spread: bool  # its results follow from the sizes alone, and get their axis of draws for the noise
    constant: bool  # its results follow from the sizes alone, and have none
    dying: tuple[int, ...]  # operands not needed after it
    function: Function | None = None  # where that is the same at all sizes
    arrange: Any = ...  # how operands with and without draws are brought together, once that is known

    def take(self, function: Function, values: dict[int, Any], noise: Noise | None, binding: Binding) -> None:
        """Evaluate the equation."""
        equation = self.equation
        operands = [values[source] for source in equation.sources]
        result = function(*operands, noise=noise) if equation.bodies else function(*operands)
        for number in self.dying:
            values.pop(number, None)
        results = result if equation.several else (result,)
        if noise is not None and equation.rounds:
            if self.spread:
                results = [noise(binding.spread(part)) for part in results]
            else:
                results = [noise(part, is_new(part, operands)) for part in results]
        values.update(zip(equation.targets, results, strict=True))


def is_new(array: Array, operands: Sequence[Array]) -> bool:
    """Whether a result has memory of its own."""
    if array.base is None:
        return not any(array is operand for operand in operands)
    return not any(np.may_share_memory(array, operand) for operand in operands)


def places(tape: Tape, batched: tuple[bool, ...], noisy: bool) -> tuple[list[Place], tuple[bool, ...]]:
    """The equations of a tape in order, and which outputs have an axis of draws where these arguments have one."""
    found = []
    known, axis_of = set(tape.constants), dict(enumerate(batched))
    needed = set(tape.outputs)
    for equation in tape.equations:
        fixed = tuple(number in known for number in equation.sources)
        axes = tuple(axis_of.get(number, False) for number in equation.sources)
        over = True in axes or (noisy and bool(equation.bodies))
        spread = noisy and equation.rounds and not over
        constant = not (over or spread) and all(fixed)
        dying = tuple(number for number in equation.dying if number not in known and number not in needed)
        found.append(Place(equation, fixed, axes, over, spread, constant, dying))
        axis_of.update(dict.fromkeys(equation.targets, over or spread))
        if constant:
            known.update(equation.targets)
    return found, tuple(axis_of.get(output, False) for output in tape.outputs)


class Schedule:
    """A tape at given sizes: NumPy functions in order, and what is known before the first of them.

    ``batched`` says which arguments have an axis of draws. Whether there is noise stays the same from run to run:
    with noise, all that is rounded has such an axis.
    """

    def __init__(self, tape: Tape, binding: Binding, batched: Sequence[bool], over: bool = True) -> None:
        self._tape = tape
        self._binding = binding
        self._batched = tuple(batched)
        self._over = over  # whether the outputs have an axis of draws
        self._known: dict[int, Any] = dict(tape.constants)
        self._steps: list[tuple[Place, Function]] | None = None
        self._axes: tuple[bool, ...] = ()

    def run(self, arguments: Sequence[Array], noise: Noise | None = None) -> list[Array]:
        """The outputs for these arguments; with noise, every rounded result is perturbed."""
        values = self._known | dict(enumerate(arguments))
        if self._steps is None:
            self._steps = self._planned(values, noise)
        else:
            for place, function in self._steps:
                place.take(function, values, noise, self._binding)
        results = [values[output] for output in self._tape.outputs]
        if not self._over:
            return results
        return [x if axis else self._binding.spread(x) for x, axis in zip(results, self._axes, strict=True)]

    def _planned(self, values: dict[int, Any], noise: Noise | None) -> list[tuple[Place, Function]]:
        """Evaluate the tape for the first time; its steps. What follows from the sizes alone is no step."""
        tape, binding = self._tape, self._binding
        key = (self._batched, noise is not None, binding.draws)
        if key not in tape.places:
            tape.places[key] = places(tape, self._batched, noise is not None)
        found, self._axes = tape.places[key]
        steps: list[tuple[Place, Function]] = []
        for place in found:
            equation = place.equation
            function = place.function
            if function is None:
                function = binding.function(place, [values[number] for number in equation.sources])
            place.take(function, values, noise, binding)
            for number, kind in zip(equation.targets, equation.kinds, strict=True):
                _check(equation.name, values[number], kind, place.over or place.spread)
            if place.constant:
                self._known.update((number, values[number]) for number in equation.targets)
            else:
                steps.append((place, function))
        return steps


class Body:
    """The body of a loop or the branch of a choice, scheduled when it is first reached."""

    def __init__(self, tape: Tape, binding: Binding, over: bool) -> None:
        self._schedule = Schedule(tape, binding, [over] * tape.arguments, over)

    def __call__(self, *arguments: Array, noise: Noise | None) -> list[Array]:
        return self._schedule.run(arguments, noise)


def _check(name: str, result: Array, kind: tuple[Any, int], batched: bool) -> None:
    """A NumPy meaning that gives another dtype or rank than JAX has derived is a mistake in the table."""
    dtype, rank = kind
    if result.dtype != dtype or result.ndim != rank + batched:
        raise TypeError(
            f"primitive {name!r}: its NumPy meaning gives {result.dtype} of rank {result.ndim - batched}, "
            f"JAX {dtype} of rank {rank}"
        )
