"""What `show --as numpy` and `--as jax` print is run here, and compared with the reading that is checked."""

from __future__ import annotations

import ast
import keyword
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

import identities
from identities.catalogue import Identity, read_text
from identities.draws import all_sizes, draw, generator, possible
from identities.files import own_catalogue
from identities.parsed import read
from identities.program import slots
from identities.readings.code import DERIVATIVES, SUPPORT, identifier
from identities.readings.traced import Point, Random, value
from identities.report.entry import render
from identities.sizes import assignments
from identities.statement import Statement, statements

CATALOGUE = identities.load(own_catalogue())
BY_ID = {identity.id: identity for identity in CATALOGUE}
SIZES = 2  # the first two assignments: all dims distinct, wide and tall


# ---- what is printed


@dataclass(frozen=True)
class Printed:
    """The functions of a printed module, in order: f, then one per claim."""

    names: tuple[str, ...]
    functions: tuple[Callable[..., Any], ...]


def run(source: str) -> Printed:
    """Every function apart, so that one that bears the name of another still counts."""
    module = ast.parse(source)
    common: dict[str, Any] = {}
    own: list[ast.FunctionDef] = []
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name not in SUPPORT:
            own.append(node)
        else:
            exec(compile(ast.Module([node], []), "<printed>", "exec"), common)
    functions = []
    for node in own:
        space = dict(common)
        exec(compile(ast.Module([node], []), "<printed>", "exec"), space)
        functions.append(space[node.name])
    return Printed(tuple(node.name for node in own), tuple(functions))


# ---- what goes in


def drawn_function(drawn: Random, source: tuple[int, int], target: tuple[int, int]) -> dict[str, Callable[..., Any]]:
    """F(X) = B + C sin(W vec X + φ) and its derivatives, by their names in printed code.

    A function of a scalar takes whole arrays, entry by entry, as printed code passes them.
    """
    w, phi, c, b = (np.asarray(part) for part in (drawn.weights, drawn.phases, drawn.coefficients, drawn.offset))

    def vec(x: Any) -> Any:
        return np.reshape(np.asarray(x, dtype=float).T, (-1, 1))

    def unvec(v: Any, shape: tuple[int, int]) -> Any:
        return v.reshape(shape[::-1]).T

    def jacobian(x: Any) -> Any:
        return c @ (np.cos(w @ vec(x) + phi) * w)

    def entrywise(order: int) -> Callable[[Any], Any]:
        def at(x: Any) -> Any:
            x = np.asarray(x, dtype=float)
            waves = [
                np.sin(wk * x + pk + order * np.pi / 2) * wk**order * ck
                for wk, pk, ck in zip(w[:, 0], phi[:, 0], c[0], strict=True)
            ]
            return sum(waves) + (b[0, 0] if order == 0 else 0.0)

        return at

    def along(order: int) -> Callable[[Any], Any]:
        return lambda t: unvec(
            c @ (w**order * np.sin(w @ vec(t) + phi + order * np.pi / 2)) + (b if order == 0 else 0.0), target
        )

    if source == (1, 1):
        one = entrywise if target == (1, 1) else along
        return {"": one(0), "'": one(1), "''": one(2)}
    return {
        "": lambda x: unvec(c @ np.sin(w @ vec(x) + phi) + b, target),
        "∇": lambda x: unvec(jacobian(x).T, source),
        "∇²": lambda x: w.T @ (-c.T * np.sin(w @ vec(x) + phi) * w),
        "∂": jacobian,
        "D": lambda x, dx: unvec(jacobian(x) @ vec(dx), target),
    }


def inputs(statement: Statement, sizes: Mapping[str, int]) -> tuple[Point, dict[str, Any]]:
    """One draw, as a point for the traced reading and as arguments for printed code."""
    found = slots(statement)
    arrays = draw(statement, found, all_sizes(statement, sizes), 1, generator(statement, 0, sizes, 0))
    by_role: dict[str, dict[str, Any]] = {}
    for slot, array in zip(found, arrays, strict=True):
        by_role.setdefault(slot.role, {})[slot.name] = array[0]
    functions = {
        name: Random(*(by_role[part][name] for part in ("weights", "phases", "coefficients", "offset")))
        for name in by_role.get("weights", {})
    }
    rng = np.random.default_rng(0)
    ranges = {name: int(all_dims(statement.indices[name], sizes)) for name in statement.indices}
    indices = {name: int(rng.integers(0, length)) for name, length in ranges.items()}
    at = Point(
        np, dict(sizes), values=by_role.get("value", {}), tangents=by_role.get("tangent", {}),
        cotangent=by_role.get("cotangent", {}).get("f̄"), functions=functions, indices=indices, lets=statement.lets,
    )  # fmt: skip
    at = replace(at, values={**at.values, **{name: value(tree, at) for name, tree in statement.at.items()}})
    arguments = {identifier(name): array for name, array in at.values.items()}
    arguments |= {f"d{identifier(name)}": array for name, array in at.tangents.items()}
    arguments |= {"fbar": at.cotangent}
    arguments |= {identifier(name): place + 1 for name, place in indices.items()}
    arguments |= {name: sizes[name] for name in statement.integers}
    for name, drawn in functions.items():
        declaration = statement.functions[name]
        assert declaration.target is not None
        source, target = (
            tuple(int(all_dims(d, sizes)) for d in shape) for shape in (declaration.shape, declaration.target)
        )
        for mark, callable_ in drawn_function(drawn, source, target).items():  # type: ignore[arg-type]
            plain = identifier(name)
            arguments[plain + "_prime" * len(mark) if mark.strip("'") == "" else DERIVATIVES[mark].format(plain)] = (
                callable_
            )
    return at, arguments


def all_dims(dim: Any, sizes: Mapping[str, int]) -> int:
    from identities import dims

    return int(dims.evaluate(dim, sizes))


def sum_over_dim(statement: Statement) -> bool:
    trees = [statement.f, statement.closed_form, *(tree for _, tree in statement.lets)]
    while trees:
        tree = trees.pop()
        if tree.op == "sum_over_dim":
            return True
        trees += tree.args
    return False


@cache
def compared(id: str, dialect: str) -> tuple[str, ...]:
    """What was compared: one line per function and size, ``f (2, 3) ok``."""
    identity = BY_ID[id]
    return tuple(compare(identity, dialect))


def compare(identity: Identity, dialect: str):
    import jax
    import jax.numpy as jnp
    from inspect import signature

    with jax.enable_x64(True):
        printed = run(render(identity, dialect))
        own = [(c, s) for c, s in zip(identity.claims, statements(read(identity)), strict=True) if not c.worked]
        assert len(printed.functions) == len(own) + 1
        for number, (claim, statement) in enumerate(own):
            assert isinstance(statement, Statement)
            chosen = assignments(statement.symbols, statement.integers, lambda sizes, s=statement: possible(s, sizes))
            for sizes in chosen[:SIZES]:
                at, arguments = inputs(statement, sizes)
                if sum_over_dim(statement):
                    at = replace(at, np=jnp, values={n: jnp.asarray(v) for n, v in at.values.items()})
                pairs = [(printed.functions[number + 1], statement.closed_form, f"{claim.kind} {claim.wrt}")]
                if number == 0:
                    pairs.append((printed.functions[0], statement.f, "f"))
                for function, tree, what in pairs:
                    try:
                        given = {name: arguments[name] for name in signature(function).parameters}
                        got = np.asarray(function(**given))
                        want = np.asarray(value(tree, at))
                        same = got.size == want.size and np.allclose(
                            got.reshape(-1), want.reshape(-1), rtol=1e-9, atol=1e-9, equal_nan=True
                        )
                        shape = got.shape == want.shape or (want.shape == (1, 1) and got.shape == ())
                        yield f"{what} {sizes} {'ok' if same else 'DIFFERENT'} {'' if shape else 'SHAPE'} {got.shape if not shape else ''}"
                    except Exception as e:
                        yield f"{what} {sizes} RAISES {type(e).__name__}: {e}"
