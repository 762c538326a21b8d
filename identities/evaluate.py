"""jaxpr → numbers, with NumPy: a JAX function traced once for all sizes and run without compilation.

:func:`trace` derives the jaxpr of a function over symbolic dims; :meth:`Program.run` evaluates it at given
sizes, all draws in one batch, primitive by primitive through :data:`identities.primitives.PRIMITIVES`.
The work is divided so that each part is done as rarely as it can be:

- once: calls are inlined and dead equations dropped, which leaves a straight list (:class:`_Tape`);
- once per sizes: every equation is planned on the arrays of the first run, what depends on the sizes alone
  is evaluated and kept, and values get slots that are reused when their value is dead (:class:`_Schedule`);
- each run: one NumPy call per equation.

What cannot be traced over symbolic dims is traced again per size; a primitive without a row in the table is
evaluated by JAX. Both are slower, never wrong, and counted in :attr:`Program.fallbacks`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from operator import is_
from typing import Any

import numpy as np

from identities.primitives import EXACT, PRIMITIVES, Array, Function

_DRAWS = "draws"  # the internal name of the batch dim; those of the project become d0, d1, …
_NAME = re.compile(r"[^\W\d][\w\u0300-\u036f]*")  # a letter, then letters, digits, subscripts or accents
_FUNCTIONS = frozenset({"max", "min", "mod", "floordiv"})


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


def trace(
    function: Callable[..., tuple[Any, ...]],
    shapes: Sequence[tuple[str | int, ...]],
    dims: Sequence[str],
    *,
    dtypes: Sequence[Any] | None = None,
    constraints: Sequence[str] = (),
) -> Program:
    """The program of x ↦ function(x), for arrays x₁, x₂, … of the given shapes and any sizes of the dims.

    ``function`` takes one array per entry of ``shapes`` (float64, or as ``dtypes`` says) and returns a tuple
    of arrays. A shape is made of numbers and expressions over ``dims`` (``"m"``, ``"m*n"``, ``"max(m, n)"``).
    One trace serves all sizes at which the dims are at least 2 and differ from one another; other sizes are
    traced on their own. ``constraints`` such as ``"m >= n + 1"`` let JAX decide comparisons of dims while it
    traces; sizes that break one are evaluated too, likewise from a trace of their own.

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
    return Program(function, _Domain(names, tuple(shapes), kinds, tuple(constraints)))


@cache
def _scope(dims: int, constraints: tuple[str, ...]) -> Any:
    """The scope of d0, d1, …, all at least 2, and of the number of draws.

    It is shared, as dims of two scopes are never equal: JAX would find nothing of one program's trace among
    what it has cached from another's, and take several times as long.
    """
    from jax import export

    return export.SymbolicScope([*(f"d{number} >= 2" for number in range(dims)), *constraints])


class _Domain:
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
            scope = _scope(len(names), renamed)
            self._bounds = [
                (export.symbolic_shape(f"{left}, {right}"), relation)
                for left, relation, right in (re.split("(>=|<=|==)", text) for text in renamed)
            ]
        except ValueError as error:
            raise ValueError(
                f"cannot read the constraints {list(constraints)} over the dims {', '.join(names)}: expected "
                "such as 'm >= n + 1', with one of >=, <=, =="
            ) from error
        (self.draws,) = export.symbolic_shape(_DRAWS, scope=scope)
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
            self._shapes_at[key] = [tuple(_number(dim, numbers) for dim in shape) for shape in self.shapes]
        return self._shapes_at[key]

    def are_special(self, numbers: Mapping[str, int]) -> bool:
        """Whether dims that are different expressions are the same number: one of them 1, say, or m = n.

        JAX takes n = 1 and m = n for false where m and n are symbols, and some functions branch on it: for
        1×1 matrices the derivative of ``jnp.linalg.det`` is written apart, and its general branch is wrong.
        """
        return len({_number(dim, numbers) for dim in self._distinct.values()}) < len(self._distinct)

    def allows(self, numbers: Mapping[str, int]) -> bool:
        """Whether the sizes meet the constraints the symbolic trace rests on."""
        holds = {">=": int.__ge__, "<=": int.__le__, "==": int.__eq__}
        return all(holds[relation](*(_number(side, numbers) for side in sides)) for sides, relation in self._bounds)


class Program:
    """A traced function: evaluated by NumPy with :meth:`run`, compiled by XLA with :meth:`run_xla`.

    ``symbolic`` tells whether one trace serves all sizes, and ``reason`` why not; ``fallbacks`` counts what
    was not done the quick way.
    """

    def __init__(self, function: Callable[..., tuple[Any, ...]], domain: _Domain) -> None:
        self.fallbacks = Fallbacks()
        self.reason: str | None = None
        self._function = function
        self._domain = domain
        self._tape: _Tape | None = None
        self._schedules: dict[tuple[tuple[int, ...], int], _Schedule] = {}
        self._compiled: Any = None
        try:
            self._tape = self._traced(domain.shapes, domain.draws)
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
        with np.errstate(all="ignore"):
            key = (tuple(numbers.values()), draws)
            schedule = self._schedules.get(key)
            if schedule is None:
                schedule = self._schedules[key] = self._scheduled(numbers, arrays, draws)
            if noise is None:
                results = schedule.run(arrays)
            else:
                results = schedule.run_noisy([_perturbed(array, noise) for array in arrays], noise)
        return tuple(np.array(result) for result in results)  # copies: a result may be a view of a constant

    def run_xla(self, sizes: Mapping[str, int], inputs: Sequence[Array]) -> tuple[Array, ...]:
        """The same as :meth:`run` through ``jax.jit(jax.vmap(function))``, compiled for these sizes."""
        import jax

        arrays, _ = self._checked(self._domain.numbers(sizes), inputs)
        with jax.enable_x64(True):
            if self._compiled is None:
                self._compiled = jax.jit(self._batched(), compiler_options=_quick_compilation())
            return tuple(np.array(result) for result in self._compiled(*arrays))

    def _batched(self) -> Callable[..., Any]:
        import jax

        def once(_: Any, *arrays: Any) -> tuple[Any, ...]:
            outputs = self._function(*arrays)
            if not isinstance(outputs, tuple):
                raise TypeError(f"expected the function to return a tuple of arrays, not {type(outputs)}")
            return outputs

        # The first argument carries nothing but the number of draws, which a function of no input lacks.
        return jax.vmap(once)

    def _traced(self, shapes: Sequence[tuple[Any, ...]], draws: Any) -> _Tape:
        import jax

        dtypes = self._domain.dtypes
        arguments = [
            jax.ShapeDtypeStruct((draws, *shape), dtype)  # type: ignore[no-untyped-call]
            for shape, dtype in zip(((), *shapes), (np.dtype(np.float64), *dtypes), strict=True)
        ]
        with jax.enable_x64(True):
            return _Tape(jax.make_jaxpr(self._batched())(*arguments))

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
        return [np.zeros(draws), *arrays], draws

    def _scheduled(self, numbers: dict[str, int], arrays: list[Array], draws: int) -> _Schedule:
        sizes = {**numbers, _DRAWS: draws}
        special = self._domain.are_special(numbers)
        tape = None if special or not self._domain.allows(numbers) else self._tape
        if tape is None or tape.needs_numbers():
            self.fallbacks.special_sizes += special
            self.fallbacks.traces += not special
            tape = self._traced(self._domain.shapes_at(numbers), draws)
        return _Schedule(tape, arrays, _Binding(sizes, self.fallbacks))


@dataclass(frozen=True, slots=True)
class _Equation:
    """One equation of a tape: its operands and results by number, and those operands not needed again."""

    name: str
    jax: Any
    sources: tuple[int, ...]
    targets: tuple[int, ...]
    bodies: tuple[_Tape, ...] = ()
    dying: tuple[int, ...] = ()


class _Tape:
    """A jaxpr as one straight list of equations between numbered values, for all sizes.

    Values 0, 1, … are the arguments. Calls are inlined; loops keep the tapes of their bodies; what no output
    needs is left out.
    """

    def __init__(self, closed: Any) -> None:
        self.constants: dict[int, Array] = {}
        self._equations: list[_Equation] = []
        self.arguments = len(closed.jaxpr.invars)
        self._count = self.arguments
        self.outputs = self._inline(closed, tuple(range(self.arguments)))
        self.equations = tuple(self._needed())

    def _new(self, constant: Array | None = None) -> int:
        """The number of another value, known from the start if it is a constant."""
        self._count += 1
        if constant is not None:
            self.constants[self._count - 1] = constant
        return self._count - 1

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
                return self._new(np.asarray(atom.val, of.dtype))
            return int(number[atom])

        for equation in jaxpr.eqns:
            name, params = equation.primitive.name, equation.params
            sources = tuple(map(read, equation.invars))
            if name in _CALLS:
                targets = self._inline(*_CALLS[name](params, sources))
            elif name == "platform_index":  # which branch of a cond is meant for this kind of machine
                targets = (self._new(_platform(params)),)
            elif name == "cond" and name in _LOOPS and sources[0] in self.constants:
                branches = params["branches"]
                chosen = min(max(int(self.constants[sources[0]]), 0), len(branches) - 1)
                targets = self._inline(branches[chosen], sources[1:])
            else:
                targets = tuple(self._new() for _ in equation.outvars)
                bodies = tuple(map(_Tape, _LOOPS[name][0](params))) if name in _LOOPS else ()
                self._equations.append(_Equation(name, equation, sources, targets, bodies))
            number.update(zip(equation.outvars, targets, strict=True))
        return tuple(map(read, jaxpr.outvars))

    def needs_numbers(self) -> bool:
        """Whether JAX must evaluate an equation that holds a jaxpr, where symbolic dims cannot be bound."""
        return any(
            any(body.needs_numbers() for body in equation.bodies)
            if equation.bodies
            else equation.name not in PRIMITIVES and _holds_jaxpr(equation.jax.params)
            for equation in self.equations
        )

    def _needed(self) -> Iterator[_Equation]:
        """The equations an output needs, each with those operands that none after it needs."""
        needed = set(self.outputs)
        kept = []
        for equation in reversed(self._equations):
            if needed.isdisjoint(equation.targets):
                continue
            dying = set(equation.sources) - needed
            needed |= dying
            kept.append(replace(equation, dying=tuple(dying)))
        return reversed(kept)


class _Binding:
    """The sizes a tape is scheduled at: numbers for symbolic dims, functions for equations."""

    def __init__(self, sizes: Mapping[str, int], fallbacks: Fallbacks) -> None:
        self._sizes = sizes
        self._fallbacks = fallbacks
        self._dim = _symbolic_type()
        self._numbers: dict[int, int] = {}  # by identity, as comparing two dim expressions takes 50 μs

    def value(self, parameter: Any) -> Any:
        """The parameter with numbers in place of symbolic dims."""
        if isinstance(parameter, tuple | list):
            parts = [self.value(part) for part in parameter]
            return parameter if all(map(is_, parts, parameter)) else tuple(parts)
        if not isinstance(parameter, self._dim):
            return parameter
        if id(parameter) not in self._numbers:
            self._numbers[id(parameter)] = _number(parameter, self._sizes)
        return self._numbers[id(parameter)]

    def function(self, equation: _Equation, operands: Sequence[Array], known: Sequence[bool]) -> Function:
        """The NumPy function of an equation; where there is none, JAX's own evaluation, which is counted."""
        if equation.bodies:
            bodies = [_Body(tape, self) for tape in equation.bodies]
            return _LOOPS[equation.name][1](equation.jax, bodies, self)
        params = {name: self.value(parameter) for name, parameter in equation.jax.params.items()}
        plan = PRIMITIVES.get(equation.name)
        function = plan(*operands, known=known, **params) if plan else None
        if function is not None:
            return function
        self._fallbacks.primitives[equation.name] += 1
        return _through_jax(equation.jax.primitive, params)


class _Schedule:
    """A tape at given sizes: NumPy functions between slots, and what the slots hold at the start."""

    def __init__(self, tape: _Tape, arguments: Sequence[Array], binding: _Binding) -> None:
        self._tape = tape
        self._binding = binding
        known: dict[int, Any] = dict(tape.constants)
        steps = list(self._evaluated(dict(enumerate(arguments)), known))
        self._allot(steps, known)

    def _evaluated(self, values: dict[int, Any], known: dict[int, Any]) -> Iterator[tuple[_Equation, Function, bool]]:
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

    def _allot(self, steps: Sequence[tuple[_Equation, Function, bool]], known: Mapping[int, Any]) -> None:
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
                values[slot] = _perturbed(part, noise) if rounds else part
        return [values[output] for output in self._outputs]


class _Body:
    """The body of a loop or the branch of a choice, scheduled when it is first reached."""

    def __init__(self, tape: _Tape, binding: _Binding) -> None:
        self._tape = tape
        self._binding = binding
        self._schedule: _Schedule | None = None

    def __call__(self, *arguments: Array, noise: np.random.Generator | None) -> list[Array]:
        if self._schedule is None:
            self._schedule = _Schedule(self._tape, arguments, self._binding)
        return self._schedule.run(arguments) if noise is None else self._schedule.run_noisy(arguments, noise)


def _perturbed(x: Any, noise: np.random.Generator) -> Any:
    """x (1 + εξ), ξ ∈ {−1, 0, 1} drawn for every entry (every part of a complex entry)."""
    if x.dtype.kind == "c":
        result = np.empty_like(x)
        result.real, result.imag = _perturbed(x.real, noise), _perturbed(x.imag, noise)
        return result
    if x.dtype.kind != "f":
        return x
    return x * _factors(x.dtype)[noise.integers(0, 3, x.shape, dtype=np.int8)]


@cache
def _factors(dtype: np.dtype[Any]) -> Array:
    eps = np.finfo(dtype).eps
    return np.array([1 - eps, 1, 1 + eps], dtype)


# Loops and choices: functions of operands, from the bodies once these are scheduled.


def _while(equation: Any, bodies: Sequence[_Body], _: _Binding) -> Function:
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


def _scan(equation: Any, bodies: Sequence[_Body], binding: _Binding) -> Function:
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


def _cond(_: Any, bodies: Sequence[_Body], _binding: _Binding) -> Function:
    def choose(index: Array, *operands: Array, noise: np.random.Generator | None = None) -> Sequence[Array]:
        return bodies[min(max(int(index), 0), len(bodies) - 1)](*operands, noise=noise)

    return choose


def _solve(params: Any, sources: tuple[int, ...]) -> tuple[Any, tuple[int, ...]]:
    """custom_linear_solve: the system is solved as its author says; the rest of it serves differentiation."""
    lengths = params["const_lengths"]
    first = lengths.matvec + lengths.vecmat
    return params["jaxprs"].solve, (*sources[first : first + lengths.solve], *sources[sum(lengths) :])


# What JAX does not promise: the names of the primitives and of their parameters (in these tables and those of
# `identities.primitives`), the value of a dim expression, and how a primitive is bound. All else that is used
# of JAX is documented. tests/test_evaluate.py names which of these a new version of JAX has changed.

_CALLS: dict[str, Callable[[Any, tuple[int, ...]], tuple[Any, tuple[int, ...]]]] = {
    "jit": lambda params, sources: (params["jaxpr"], sources),
    "remat2": lambda params, sources: (params["jaxpr"], sources),
    "closed_call": lambda params, sources: (params["call_jaxpr"], sources),
    "custom_jvp_call": lambda params, sources: (params["call_jaxpr"], sources),
    "custom_vjp_call": lambda params, sources: (params["call_jaxpr"], sources),
    "custom_linear_solve": _solve,
}

_Loop = Callable[[Any, Sequence[_Body], _Binding], Function]

_LOOPS: dict[str, tuple[Callable[[Any], Sequence[Any]], _Loop]] = {
    "while": (lambda params: (params["cond_jaxpr"], params["body_jaxpr"]), _while),
    "scan": (lambda params: (params["jaxpr"],), _scan),
    "cond": (lambda params: params["branches"], _cond),
}


@cache
def _quick_compilation() -> dict[str, bool | int]:
    """Options with which XLA compiles several times faster; none where this XLA does not know them."""
    import jax

    options: dict[str, bool | int] = {
        "xla_cpu_use_fusion_emitters": False,
        "xla_backend_optimization_level": 0,
    }
    try:
        jax.jit(lambda x: x + 1, compiler_options=options).lower(0.0).compile()
    except Exception:  # noqa: BLE001 - the class of error differs between versions of XLA
        return {}
    return options


def _platform(params: Any) -> Array:
    """platform_index: the first branch meant for a CPU or for any machine."""
    fits = [platforms is None or "cpu" in platforms for platforms in params["platforms"]]
    return np.asarray(fits.index(True), np.int32)


@cache
def _symbolic_type() -> type:
    from jax import export

    return type(export.symbolic_shape("n")[0])


def _number(dim: Any, sizes: Mapping[str, int]) -> int:
    """The value of a dim, a number or an expression, at sizes given by internal names."""
    symbol: Any = dim
    return int(symbol._evaluate(sizes)) if isinstance(dim, _symbolic_type()) else int(dim)  # noqa: SLF001


def _through_jax(primitive: Any, params: Mapping[str, Any]) -> Function:
    """A primitive evaluated by JAX on arrays."""
    import jax

    def evaluate(*operands: Array) -> Any:
        with jax.enable_x64(True):
            result = primitive.bind(*operands, **primitive.get_bind_params(params))
            return list(map(np.asarray, result)) if primitive.multiple_results else np.asarray(result)

    return evaluate


def _holds_jaxpr(params: Mapping[str, Any]) -> bool:
    from jax.extend.core import ClosedJaxpr, Jaxpr

    values = [part for value in params.values() for part in (value if isinstance(value, tuple) else (value,))]
    return any(isinstance(value, ClosedJaxpr | Jaxpr) for value in values)


def _check(equation: _Equation, results: Sequence[Array]) -> None:
    """A NumPy meaning that gives another dtype or rank than JAX has derived is a mistake in the table."""
    for result, variable in zip(results, equation.jax.outvars, strict=True):
        expected = variable.aval
        if result.dtype != expected.dtype or result.ndim != len(expected.shape):
            raise TypeError(
                f"primitive {equation.name!r}: its NumPy meaning gives {result.dtype} of rank {result.ndim}, "
                f"JAX {expected.dtype} of rank {len(expected.shape)}"
            )
