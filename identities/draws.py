"""Random inputs of a claim, from the host: the same for an entry alone as among five hundred.

Draws depend on the seed, the identity, the claim and the sizes, and on nothing else; not on JAX.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from identities import dims, domains, limits
from identities.declaration import Shape
from identities.hypotheses import every
from identities.program import BASIS_SIZE, FEATURES, Slot, moving_variables, structure_of
from identities.statement import Statement
from identities.typed import Typed
from identities.work import counting, repeated

Array = Any
DRAWS_AT_ONCE = 8
FUNCTION_PARTS = ("weights", "phases", "coefficients", "offset")


def generator(statement: Statement, seed: int, sizes: Mapping[str, int], attempt: int) -> np.random.Generator:
    """The source of randomness of one attempt at one size of one claim."""
    claim = statement.claim
    said = "\0".join(
        (statement.identity.id, claim.kind, claim.wrt, claim.closed_form.text, repr(sorted(sizes.items())))
    )
    words = np.frombuffer(hashlib.sha256(said.encode()).digest(), dtype=np.uint32)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, attempt, *words.tolist()])))


def all_sizes(statement: Statement, sizes: Mapping[str, int]) -> dict[str, int]:
    """The sizes with the number of matrices in the basis of the structure, where the claim has one."""
    name = structure_of(statement)
    if name is None:
        return dict(sizes)
    basis = structure_basis(statement, name, sizes)
    return {**sizes, BASIS_SIZE: basis.shape[0]}


def structure_basis(statement: Statement, name: str, sizes: Mapping[str, int]) -> Array:
    """The basis of the linear structure of a variable, (k, rows, columns)."""
    variable = statement.variables[name]
    rows, columns = (dims.evaluate(dim, sizes) for dim in variable.shape)
    basis = domains.basis(variable.words, rows, columns)
    assert basis is not None
    return basis


def possible(statement: Statement, sizes: Mapping[str, int]) -> bool:
    """Whether the sizes meet the conditions, every array stays within limits, and every domain has a matrix."""
    if not all(condition.holds(sizes) for condition in statement.conditions):
        return False
    if not fits(statement, sizes):
        return False
    structured = structure_of(statement)
    if structured is not None and not len(structure_basis(statement, structured, sizes)):
        return False
    return all(has_matrix(variable.words, *at(variable.shape, sizes)) for variable in statement.variables.values())


@lru_cache(4096)
def has_matrix(words: tuple[str, ...], rows: int, columns: int) -> bool:
    """Whether a domain has a matrix of this shape."""
    try:
        domains.sample(words, rows, columns, 1, np.random.Generator(np.random.PCG64(0)))
    except domains.EmptyDomain:
        return False
    return True


def fits(statement: Statement, sizes: Mapping[str, int]) -> bool:
    """Whether every array has at least one row and column and, for all draws together, no more than the limit.

    Forward mode carries one array per entry of the variables.
    """
    shapes = [at(shape, sizes) for shape in {node.shape for tree in statement.trees for node in every(tree)}]
    count, parts = counting(sizes), dict(statement.lets)
    of_f, of_closed = (
        [times * math.prod(at(node.shape, sizes)) for node, times in repeated(tree, parts, count)]
        for tree in (statement.f, statement.closed_form)
    )
    moving = (at(statement.variables[name].shape, sizes) for name in moving_variables(statement))
    directions = max(1, sum(rows * columns for rows, columns in moving))
    counts = [*of_closed, *(rows * columns for rows, columns in (*shapes, at(statement.expected, sizes)))]
    counts += [directions * carried for carried in of_f]
    if statement.claim.kind in ("jacobian", "derivative", "entries", "second_differential"):
        # Reverse mode carries one array per entry of f.
        counts.append(of_f[0] ** 2)
    if structured := structure_of(statement):  # a basis has at most one matrix per entry
        counts.append(math.prod(at(statement.variables[structured].shape, sizes)) ** 2)
    inside = all(place_exists(node, sizes) for tree in statement.trees for node in every(tree))
    return inside and min(map(min, shapes)) >= 1 and max(counts) * DRAWS_AT_ONCE <= limits.ELEMENTS


def place_exists(node: Typed, sizes: Mapping[str, int]) -> bool:
    """Whether entries at places such as X[n,3] exist at these sizes; places that a sum runs through are left to it."""
    if node.op not in ("entry", "sub", "eigval", "eigvec"):
        return True
    base, *places = node.args
    shape = at(base.shape, sizes)
    axes = shape if len(places) == 2 else (max(shape),)
    return all(
        1 <= dims.evaluate(place.data, sizes) <= axis
        for place, axis in zip(places, axes, strict=False)
        if place.op == "place" and place.data.symbols <= sizes.keys()
    )


def at(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, int]:
    """A shape in numbers."""
    return int(dims.evaluate(shape[0], sizes)), int(dims.evaluate(shape[1], sizes))


def of_any_rank(statement: Statement) -> set[str]:
    """The variables whose pseudo-inverse or rank an equation mentions: almost every matrix has full rank, not every.

    X⁺ is not continuous where the rank changes, so a derivative is taken at full rank.
    """
    if statement.claim.kind != "equals":
        return set()
    under = {n.args[0] for tree in statement.trees for n in every(tree) if n.op in ("pinv", "rank")}
    bare = (n.args[0] if n.op in ("transpose", "conjugate_transpose") else n for n in under)
    names = {n.data for n in bare if n.op == "name" and n.data in statement.variables}
    return {name for name in names if set(statement.variables[name].words) <= {"complex"}}


def draw(
    statement: Statement,
    inputs: Sequence[Slot],
    sizes: Mapping[str, int],
    count: int,
    rng: np.random.Generator,
    *,
    eased: int = 0,
) -> list[Array]:
    """One array per slot, (count, rows, columns).

    ``eased``, where f is defined on few of them, as log(b − Ax) is: of every draw some arrays without a domain of
    their own are nonnegative, and some smaller by so many decimal digits.
    """
    functions: dict[str, dict[str, Array]] = {}
    arrays: list[Array] = []
    for slot in inputs:
        rows, columns = (int(dims.evaluate(dim, sizes)) for dim in slot.shape)
        if slot.role == "size":
            arrays.append(np.zeros((count, rows, columns)))
        elif slot.role == "value":
            words = statement.variables[slot.name].words
            drawn = domains.sample(words, rows, columns, count, rng)
            if slot.name in of_any_rank(statement):
                drawn[1::2] = domains.sample((*words, "rank-deficient"), rows, columns, count // 2, rng)
            arrays.append(easier(drawn, rng, eased) if eased and not words else drawn)
        elif slot.role == "tangent":
            arrays.append(tangent(statement, slot, rows, columns, count, rng))
        elif slot.role == "index":
            length = int(dims.evaluate(statement.indices[slot.name], sizes))
            arrays.append(rng.integers(0, length, (count, 1, 1)))
        elif slot.role == "basis":
            basis = structure_basis(statement, slot.name, sizes).reshape(rows, columns)
            arrays.append(np.broadcast_to(basis, (count, rows, columns)).copy())
        elif slot.role in FUNCTION_PARTS:
            if slot.name not in functions:
                functions[slot.name] = random_function(statement, slot.name, sizes, count, rng)
            arrays.append(functions[slot.name][slot.role])
        else:
            arrays.append(rng.standard_normal((count, rows, columns)))
    return arrays


def easier(drawn: Array, rng: np.random.Generator, by: int) -> Array:
    """The arrays, every other one without signs, every other one smaller by so many decimal digits."""
    shape = (len(drawn), 1, 1)
    return np.where(rng.random(shape) < 0.5, np.abs(drawn), drawn) * rng.choice([1.0, 0.1**by], shape)


def tangent(statement: Statement, slot: Slot, rows: int, columns: int, count: int, rng: np.random.Generator) -> Array:
    """dX: in the linear structure of its variable where it has one, else any matrix."""
    basis = domains.basis(statement.variables[slot.name].words, rows, columns)
    if basis is not None:
        return np.einsum("dk,kij->dij", rng.standard_normal((count, basis.shape[0])), basis)
    if slot.dtype == "complex128":
        return rng.standard_normal((count, rows, columns)) + 1j * rng.standard_normal((count, rows, columns))
    return rng.standard_normal((count, rows, columns))


def random_function(
    statement: Statement, name: str, sizes: Mapping[str, int], count: int, rng: np.random.Generator
) -> dict[str, Array]:
    """The parameters of a declared function by name of slot."""
    declaration = statement.functions[name]
    assert declaration.target is not None
    shape = [int(dims.evaluate(dim, sizes)) for dim in (*declaration.shape, *declaration.target)]
    parts = domains.sample_function(shape[0], shape[1], shape[2], shape[3], count, rng, features=FEATURES)
    return dict(zip(FUNCTION_PARTS, parts, strict=True))
