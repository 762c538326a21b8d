"""Exact random inputs of a claim: values, perturbations, directions and declared functions, over a prime field."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from identities import dims, domains
from identities.claims import DIFFERENTIALS
from identities.declaration import Declaration, Shape
from identities.draws import of_any_rank
from identities.exact import varieties
from identities.expression import Call, walk
from identities.jets import Jet, Namespace, Outside, PrimeField
from identities.program import perturbed, structure_of
from identities.readings.exact import Polynomial
from identities.statement import Statement

FEATURES = 6  # powers in a random polynomial
DEGREE = 5  # of a random polynomial, beyond the order of its highest derivative
MOST_PLACES = 40  # combinations of components and free indices at one size


@dataclass(frozen=True)
class Place:
    """What is enumerated and not random: a component for each variable, whether its rank is lowered, the indices."""

    components: Mapping[str, int]
    lowered: frozenset[str]
    indices: Mapping[str, int]


@dataclass(frozen=True)
class Inputs:
    """One draw."""

    values: Mapping[str, Jet]
    tangents: Mapping[str, Jet]
    directions: tuple[Jet, ...]
    cotangent: Jet | None
    functions: Mapping[str, Polynomial]
    basis: tuple[Any, ...]


def words_of(statement: Statement, name: str, lowered: frozenset[str]) -> tuple[str, ...]:
    """The domain words with which a variable is drawn."""
    words = statement.variables[name].words
    return (*words, "rank-deficient") if name in lowered else words


def places(statement: Statement, sizes: Mapping[str, int]) -> list[Place]:
    """Every combination of components and free indices at these sizes; raises Outside where they are too many."""
    grid = (*statement.entry_of_f, *statement.entry_of_variable)
    indices = [name for name in statement.indices if name not in grid]
    lengths = [int(dims.evaluate(statement.indices[name], sizes)) for name in indices]
    found: list[Place] = []
    for lowered in _subsets(sorted(of_any_rank(statement))):
        names = list(statement.variables)
        counts = [
            varieties.components(words_of(statement, name, lowered), *_at(statement.variables[name].shape, sizes))
            for name in names
        ]
        if len(found) + math.prod(counts) * math.prod(lengths) > MOST_PLACES:
            raise Outside("too many components")
        for numbers in itertools.product(*map(range, counts)):
            found += [
                Place(dict(zip(names, numbers, strict=True)), lowered, dict(zip(indices, where, strict=True)))
                for where in itertools.product(*map(range, lengths))
            ]
    return found


def _subsets(names: list[str]) -> Iterator[frozenset[str]]:
    for count in range(len(names) + 1):
        yield from map(frozenset, itertools.combinations(names, count))


def _at(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, int]:
    return int(dims.evaluate(shape[0], sizes)), int(dims.evaluate(shape[1], sizes))


def draw(statement: Statement, sizes: Mapping[str, int], place: Place, field: PrimeField, rng: random.Random) -> Inputs:
    """Random inputs at one place."""
    np = Namespace(field)

    def any_matrix(shape: Shape, complex_: bool = False) -> Jet:
        rows, columns = _at(shape, sizes)
        return varieties.Variety(field, rng, rows, columns, complex_).jet(rows, columns)

    def direction(name: str, inside: bool) -> Jet:
        variable = statement.variables[name]
        basis = domains.basis(variable.words, *_at(variable.shape, sizes)) if inside else None
        if basis is None:
            return any_matrix(variable.shape, domains.has(variable.words, "complex"))
        total = np.zeros(_at(variable.shape, sizes))
        for matrix in basis:
            total = total + np.jet(matrix) * rng.randrange(field.p)
        return total

    values = {
        name: varieties.sample(
            words_of(statement, name, place.lowered), *_at(variable.shape, sizes), place.components[name], field, rng
        )
        for name, variable in statement.variables.items()
    }
    structured = structure_of(statement)
    basis: tuple[Any, ...] = ()
    if structured is not None:
        variable = statement.variables[structured]
        basis = tuple(domains.basis(variable.words, *_at(variable.shape, sizes)))  # type: ignore[arg-type]
    moving = perturbed(statement) if statement.claim.kind in DIFFERENTIALS else ()
    return Inputs(
        values,
        {name: direction(name, True) for name in moving},
        tuple(direction(name, structured is not None) for name in (statement.wrt * 2)[:2])
        if len(statement.wrt) == 1
        else tuple(direction(name, False) for name in statement.wrt),
        any_matrix(statement.f.shape),
        {
            name: function(statement, name, declaration, sizes, field, rng)
            for name, declaration in statement.functions.items()
        },
        basis,
    )


def function(
    statement: Statement,
    name: str,
    declaration: Declaration,
    sizes: Mapping[str, int],
    field: PrimeField,
    rng: random.Random,
) -> Polynomial:
    """A random polynomial for a declared function."""
    assert declaration.target is not None
    count, outputs = (math.prod(_at(shape, sizes)) for shape in (declaration.shape, declaration.target))

    def any_matrix(rows: int, columns: int) -> Jet:
        return varieties.Variety(field, rng, rows, columns).jet(rows, columns)

    return Polynomial(
        any_matrix(FEATURES, count), any_matrix(FEATURES, 1), any_matrix(outputs, FEATURES), any_matrix(outputs, 1),
        degree_of_function(statement, name),
    )  # fmt: skip


def degree_of_function(statement: Statement, name: str) -> int:
    """High enough that no derivative in the formulas, nor two more of f, lose a term."""
    marks = [
        node.derivative.count("'")
        for tree in statement.trees
        for node in walk(tree.node)
        if isinstance(node, Call) and node.function == name
    ]
    return DEGREE + max(marks, default=0) + 2
