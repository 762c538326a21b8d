"""Statement → one function of arrays that JAX can trace: f, the closed form and every oracle side by side.

The inputs are listed as slots, so that what is drawn (:mod:`identities.draws`) and what is traced agree by
construction. The outputs are named: ``f``, ``closed form`` and one per oracle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from identities import dims, domains
from identities.claims import DIFFERENTIALS, EXTREMES, SCALAR_F, STRUCTURED
from identities.declaration import Shape
from identities.dims import ONE
from identities.expression import Name, Perturbation, walk
from identities.statement import Statement, Variable

TWICE = ("hessian", "second_differential", *EXTREMES)  # kinds of claims that differentiate f twice
OF_REAL_F = (*(kind for kind in SCALAR_F if kind != "conjugate_gradient"), "pullback")
FEATURES = 6  # waves in a random function
BASIS_SIZE = "β"  # the number of matrices in the basis of a linear structure


class NotReal(ValueError):
    """A complex number where the kind of claim needs a real one."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One input array. ``role``: size, value, tangent, cotangent, index, basis, or a part of a random function."""

    role: str
    name: str
    shape: Shape
    dtype: str = "float64"


def perturbed(statement: Statement) -> tuple[str, ...]:
    """The variables that move in a differential: those it names, or that have a perturbation in it, or all of f."""
    if statement.wrt and statement.claim.kind in DIFFERENTIALS:
        return tuple(name for name in statement.variables if name in statement.wrt)
    trees = [statement.closed_form, *(tree for _, tree in statement.lets)]
    moving = {n.of for tree in trees for n in walk(tree.node) if isinstance(n, Perturbation)}
    if not moving:
        moving = {n.name for tree in (statement.f, *trees[1:]) for n in walk(tree.node) if isinstance(n, Name)}
    return tuple(name for name in statement.variables if name in moving)


def moving_variables(statement: Statement) -> tuple[str, ...]:
    """The variables that f is differentiated in."""
    if statement.claim.kind in DIFFERENTIALS:
        return perturbed(statement)
    return statement.wrt


def structure_of(statement: Statement) -> str | None:
    """The variable whose linear structure the claim stays in, if it has one."""
    if statement.claim.kind not in (*STRUCTURED, *EXTREMES):
        return None
    name = statement.wrt[0]
    return name if domains.has_basis(statement.variables[name].words) else None


def number_type(variable: Variable) -> str:
    """The dtype in which a variable is drawn."""
    return "complex128" if domains.has(variable.words, "complex") else "float64"


def slots(statement: Statement) -> tuple[Slot, ...]:
    """Every input of the program, in order."""
    found = [Slot("size", symbol, (dims.symbol(symbol), ONE)) for symbol in statement.symbols]
    found += [Slot("value", v.name, v.shape, number_type(v)) for v in statement.variables.values()]
    if statement.claim.kind in DIFFERENTIALS:
        moving = [statement.variables[name] for name in perturbed(statement)]
        found += [Slot("tangent", variable.name, variable.shape, number_type(variable)) for variable in moving]
    if statement.claim.kind == "pullback":
        found.append(Slot("cotangent", "f̄", statement.f.shape))
    for name, declaration in statement.functions.items():
        assert declaration.target is not None
        inner, outer = (rows * columns for rows, columns in (declaration.shape, declaration.target))
        waves = dims.number(FEATURES)
        parts = {
            "weights": (waves, inner),
            "phases": (waves, ONE),
            "coefficients": (outer, waves),
            "offset": (outer, ONE),
        }
        found += [Slot(part, name, shape) for part, shape in parts.items()]
    if statement.claim.kind != "entries":
        found += [Slot("index", index, (ONE, ONE), "int64") for index in statement.indices]
    else:
        grid = (*statement.entry_of_f, *statement.entry_of_variable)
        found += [Slot("index", index, (ONE, ONE), "int64") for index in statement.indices if index not in grid]
    structured = structure_of(statement)
    if structured is not None:
        rows, columns = statement.variables[structured].shape
        found.append(Slot("basis", structured, (dims.symbol(BASIS_SIZE), rows * columns)))
    return tuple(found)


def shapes_of(inputs: Sequence[Slot]) -> list[tuple[str, str]]:
    """The shapes of the slots in the syntax of symbolic shapes."""
    return [(dims.code(slot.shape[0]), dims.code(slot.shape[1])) for slot in inputs]


def output_names(statement: Statement) -> tuple[str, ...]:
    """The names of the outputs, in order: f first, then the closed form and its oracles."""
    if statement.claim.kind in EXTREMES:
        return ("f", "gradient there", "gradient elsewhere", "curvature", "closed form")
    from identities.oracles import ORACLES

    return ("f", "closed form", *ORACLES[statement.claim.kind])


def function(
    statement: Statement, integers: Mapping[str, int], *, plain: bool = False
) -> Callable[..., tuple[Any, ...]]:
    """The program: arrays in the order of :func:`slots` ↦ arrays in the order of :func:`output_names`.

    Written ``plain``, as one would by hand, f is not recorded before it is differentiated, and all is jax.numpy's.
    """
    import jax.numpy as jnp

    from identities.oracles import ORACLES, Context, curvature, stationary
    from identities.readings.differentiable import namespace
    from identities.readings.traced import Point, Random, value
    from identities.recording import replayed

    inputs = slots(statement)

    def run(*arrays: Any) -> tuple[Any, ...]:
        by_role: dict[str, dict[str, Any]] = {}
        for slot, array in zip(inputs, arrays, strict=True):
            by_role.setdefault(slot.role, {})[slot.name] = array
        sizes = {name: array.shape[0] for name, array in by_role.get("size", {}).items()} | dict(integers)
        drawn = by_role.get("weights", {})
        at = Point(
            namespace(0),
            sizes,
            values=by_role.get("value", {}),
            tangents=by_role.get("tangent", {}),
            cotangent=by_role.get("cotangent", {}).get("f̄"),
            functions={
                n: Random(*(by_role[part][n] for part in ("weights", "phases", "coefficients", "offset")))
                for n in drawn
            },
            indices={name: array[0, 0] for name, array in by_role.get("index", {}).items()},
            lets=statement.lets,
        )
        at = replace(at, values={**at.values, **{name: value(tree, at) for name, tree in statement.at.items()}})
        moving = moving_variables(statement)
        order = 2 if statement.claim.kind in TWICE else 0 if statement.claim.kind == "equals" else 1

        def formula(*xs: Any) -> Any:
            there = {**at.values, **dict(zip(moving, xs, strict=True))}
            return value(statement.f, replace(at, np=jnp if plain else namespace(order), values=there))

        xs = [at.values[name] for name in moving]
        f = formula if plain else replayed(formula, *xs)
        of_f = f(*xs)
        if statement.claim.kind in OF_REAL_F:
            refuse_complex(of_f, f"the f of a {statement.claim.kind}")
        basis = next(iter(by_role.get("basis", {}).values()), None)
        if statement.claim.kind in EXTREMES:
            there = value(statement.closed_form, at)
            refuse_complex(there, f"the closed form of a {statement.claim.kind}")
            if basis is None:
                return of_f, stationary(f, there), stationary(f, *xs), curvature(f, there), there

            def inside(origin: Any) -> Callable[[Any], Any]:
                return lambda theta: f(origin + (theta[:, 0] @ basis).reshape(origin.shape))

            zero = jnp.zeros((basis.shape[0], 1))
            return (
                of_f,
                stationary(inside(there), zero),
                stationary(inside(*xs), zero),
                curvature(inside(there), zero),
                there,
            )
        context = Context(tuple(at.tangents[n] for n in moving if n in at.tangents), at.cotangent, basis)
        if statement.claim.kind == "entries":
            closed, context = entries(statement, at, context)
        else:
            closed = value(statement.closed_form, at)
        return of_f, closed, *(oracle(f, xs, context) for oracle in ORACLES[statement.claim.kind].values())

    return run


def refuse_complex(array: Any, what: str) -> None:
    """Raise NotReal for an array of complex numbers, real in value or not."""
    import jax.numpy as jnp

    if jnp.iscomplexobj(array):
        raise NotReal(f"{what} has to be real, and this one is complex; take re(…), abs(…) or a norm")


def entries(statement: Statement, at: Any, context: Any) -> tuple[Any, Any]:
    """The closed form at every combination of its indices, one row each, and the places for the oracles."""
    import jax
    import jax.numpy as jnp

    from identities.readings.traced import value

    names = (*statement.entry_of_f, *statement.entry_of_variable)
    lengths = [at.size(statement.indices[name]) for name in names]
    total: Any = 1
    for length in lengths:
        total = total * length
    number = jnp.arange(total)
    places = {}
    for name, length in zip(names, lengths, strict=True):
        places[name] = number % length
        number = number // length
    closed = jax.vmap(lambda indices: value(statement.closed_form, replace(at, indices={**at.indices, **indices})))(
        places
    )
    zero = jnp.zeros_like(jnp.arange(total))
    rows, columns = statement.f.shape
    of_f = iter(statement.entry_of_f)
    axes = [places[next(of_f)] if dim != ONE else zero for dim in (rows, columns)]
    of_variable = [places[i] for i in statement.entry_of_variable]
    axes += of_variable if len(of_variable) == 2 else [*of_variable, zero]
    return closed.reshape(-1, 1), replace(context, places=tuple(axes))
