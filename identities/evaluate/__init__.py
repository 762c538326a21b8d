"""jaxpr → numbers, with NumPy: a JAX function traced once for all sizes and run without compilation.

:func:`trace` derives the jaxpr of a function over symbolic dims; :meth:`Program.run` evaluates it at given
sizes, all draws in one batch, primitive by primitive through :data:`identities.primitives.PRIMITIVES`.
The work is divided so that each part is done as rarely as it can be:

- once: calls are inlined and dead equations dropped, which leaves a straight list (:class:`Tape`);
- once per sizes: every equation is planned on the arrays of the first run, what depends on the sizes alone
  is evaluated and kept, and values get slots that are reused when their value is dead (:class:`Schedule`);
- each run: one NumPy call per equation.

What cannot be traced over symbolic dims is traced again per size; a primitive without a row in the table is
evaluated by JAX. Both are slower, never wrong, and counted in :attr:`Program.fallbacks`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from identities.evaluate.domain import Domain
from identities.evaluate.internals import quick_compilation
from identities.evaluate.noise import Noise
from identities.evaluate.schedule import Binding, Fallbacks, Schedule
from identities.evaluate.tape import Tape
from identities.primitives import Array

__all__ = ["Fallbacks", "Program", "trace"]


def trace(
    function: Callable[..., tuple[Any, ...]],
    shapes: Sequence[tuple[str | int, ...]],
    dims: Sequence[str],
    *,
    dtypes: Sequence[Any] | None = None,
    constraints: Sequence[str] = (),
    uniform: bool = False,
) -> Program:
    """The program of x ↦ function(x), for arrays x₁, x₂, … of the given shapes and any sizes of the dims.

    ``function`` takes one array per entry of ``shapes`` (float64, or as ``dtypes`` says) and returns a tuple
    of arrays. A shape is made of numbers and expressions over ``dims`` (``"m"``, ``"m*n"``, ``"max(m, n)"``).
    One trace serves all sizes at which the dims are at least 2 and differ from one another; other sizes are
    traced on their own, unless the function is ``uniform``: nothing in it or in its derivatives asks whether a
    size is 1 or two sizes are equal. ``constraints`` such as ``"m >= n + 1"`` let JAX decide comparisons of dims
    while it traces; sizes that break one are evaluated too, likewise from a trace of their own.

    Where tracing over symbolic dims fails the program is traced per size, when it is first run there; an
    error of ``function`` itself is then raised by :meth:`Program.run`. A shape or constraint that does not
    read raises :class:`ValueError`.
    """
    names = {dim: f"d{number}" for number, dim in enumerate(dims)}
    if len(names) != len(dims):
        raise ValueError(f"a dim is named twice among {', '.join(dims)}")
    kinds = tuple(np.dtype(kind) for kind in (dtypes or (np.float64,) * len(shapes)))
    if len(kinds) != len(shapes):
        raise ValueError(f"{len(shapes)} shapes but {len(kinds)} dtypes: expected one dtype per shape")
    return Program(function, Domain(names, tuple(shapes), kinds, tuple(constraints)), uniform)


class Program:
    """A traced function: evaluated by NumPy with :meth:`run`, compiled by XLA with :meth:`run_xla`.

    ``symbolic`` tells whether one trace serves all sizes, and ``reason`` why not; ``fallbacks`` counts what
    was not done the quick way.
    """

    def __init__(self, function: Callable[..., tuple[Any, ...]], domain: Domain, uniform: bool) -> None:
        self._uniform = uniform
        self.fallbacks = Fallbacks()
        self.reason: str | None = None
        self._function = function
        self._domain = domain
        self._tape: Tape | None = None
        self._tapes: dict[tuple[int, ...], Tape] = {}  # those of single sizes
        self._schedules: dict[tuple[tuple[int, ...], int, bool], Schedule] = {}
        self._compiled: Any = None
        try:
            self._tape = self._traced(domain.shapes)
        except Exception as error:  # noqa: BLE001 - whatever JAX says of a symbolic dim
            # An error of the function itself comes again where it is traced per size.
            self.reason = domain.in_words(f"{type(error).__name__}: {error}")

    @property
    def symbolic(self) -> bool:
        """Whether one trace serves all sizes."""
        return self._tape is not None

    def run(
        self, sizes: Mapping[str, int], inputs: Sequence[Array], noise: np.random.Generator | None = None
    ) -> tuple[Array, ...]:
        """function(x) for every draw x: inputs (draws, rows, cols) ↦ outputs with draws as first axis.

        A draw at which the function is not defined gives NaN or infinity for that draw only.

        With ``noise``, Monte Carlo arithmetic: the inputs, and the result of every primitive that rounds, are
        multiplied by 1 + 2⁻⁵²ξ with ξ drawn from {−1, 0, 1}, for complex numbers both parts apart. How far
        the outputs of such runs differ is the rounding error of the whole computation, cancellation included
        (Parker 1997, *Monte Carlo Arithmetic*; Vignes 1993, CESTAC). Exact zeros, integers and truth values
        stay. Inputs that do not fit raise :class:`ValueError` or :class:`TypeError`.
        """
        numbers = self._domain.numbers(sizes)
        arrays, draws = self._checked(numbers, inputs)
        return self._evaluated(numbers, arrays, draws, None if noise is None else Noise(noise, 0))

    def measure(
        self, sizes: Mapping[str, int], inputs: Sequence[Array], noise: np.random.Generator, runs: int
    ) -> tuple[tuple[Array, ...], tuple[Array, ...]]:
        """The outputs of :meth:`run` without noise, and with noise so many times, stacked; all in one batch."""
        numbers = self._domain.numbers(sizes)
        arrays, draws = self._checked(numbers, inputs)
        repeated = [np.concatenate([array] * (1 + runs)) for array in arrays]
        results = self._evaluated(numbers, repeated, (1 + runs) * draws, Noise(noise, draws))
        exact = tuple(result[:draws] for result in results)
        return exact, tuple(result[draws:].reshape(runs, draws, *result.shape[1:]) for result in results)

    def _evaluated(
        self, numbers: dict[str, int], arrays: list[Array], draws: int, noise: Noise | None
    ) -> tuple[Array, ...]:
        with np.errstate(all="ignore"):
            key = (tuple(numbers.values()), draws, noise is not None)
            schedule = self._schedules.get(key)
            if schedule is None:
                binding = Binding(numbers, draws, self.fallbacks)
                schedule = self._schedules[key] = Schedule(self._tape_at(numbers), binding, [True] * len(arrays))
            results = schedule.run(arrays if noise is None else list(map(noise, arrays)), noise)
        return tuple(np.array(result) for result in results)  # copies: a result may be a view of a constant

    def run_xla(self, sizes: Mapping[str, int], inputs: Sequence[Array]) -> tuple[Array, ...]:
        """The same as :meth:`run` through ``jax.jit(jax.vmap(function))``, compiled for these sizes."""
        import jax

        arrays, draws = self._checked(self._domain.numbers(sizes), inputs)
        with jax.enable_x64(True):
            if self._compiled is None:
                # The first argument carries nothing but the number of draws, which a function of no input lacks.
                batched = jax.vmap(lambda _, *one: self._once(*one))
                self._compiled = jax.jit(batched, compiler_options=quick_compilation())
            return tuple(np.array(result) for result in self._compiled(np.zeros(draws), *arrays))

    def _once(self, *arrays: Any) -> tuple[Any, ...]:
        outputs = self._function(*arrays)
        if not isinstance(outputs, tuple):
            raise TypeError(f"expected the function to return a tuple of arrays, not {type(outputs)}")
        return outputs

    def _traced(self, shapes: Sequence[tuple[Any, ...]]) -> Tape:
        import jax

        arguments = [
            jax.ShapeDtypeStruct(shape, dtype)  # type: ignore[no-untyped-call]
            for shape, dtype in zip(shapes, self._domain.dtypes, strict=True)
        ]
        with jax.enable_x64(True):
            return Tape(jax.make_jaxpr(self._once)(*arguments))

    def _checked(self, numbers: Mapping[str, int], inputs: Sequence[Array]) -> tuple[list[Array], int]:
        """The arguments of the batched function, and the number of draws."""
        domain = self._domain
        if len(inputs) != len(domain.shapes):
            raise ValueError(f"{len(inputs)} inputs: expected {len(domain.shapes)}")
        arrays = [np.asarray(given) for given in inputs]
        draws = arrays[0].shape[0] if arrays and arrays[0].ndim else 1
        shapes = domain.shapes_at(numbers)
        for place, (array, shape, dtype) in enumerate(zip(arrays, shapes, domain.dtypes, strict=True)):
            if array.shape != (draws, *shape) or not draws:
                raise ValueError(
                    f"input {place} has the shape {array.shape}: expected (draws, *{shape}), with as many "
                    "draws as in the first input"
                )
            if not np.can_cast(array.dtype, dtype, "same_kind"):
                raise TypeError(f"input {place} is {array.dtype}: expected {dtype}")
            arrays[place] = array.astype(dtype, copy=False)
        return arrays, draws

    def _tape_at(self, numbers: dict[str, int]) -> Tape:
        """The tape that serves these sizes: the symbolic one, or one traced for them alone."""
        special = not self._uniform and self._domain.are_special(numbers)
        if not special and self._domain.allows(numbers) and self._tape is not None and not self._tape.needs_numbers():
            return self._tape
        self.fallbacks.special_sizes += special
        self.fallbacks.traces += not special
        alone = tuple(numbers.values())
        if alone not in self._tapes:
            self._tapes[alone] = self._traced(self._domain.shapes_at(numbers))
        return self._tapes[alone]
