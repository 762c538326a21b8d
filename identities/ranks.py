"""Undeclared names read otherwise than by default, where the default does not type-check: β a vector, N a number."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from identities.expression import Apply, Expr, Name, walk
from identities.parsed import Parsed
from identities.shapes import default_kind


def other_readings(default: dict[str, str], parsed: Parsed) -> Iterator[Iterator[dict[str, str]]]:
    """The kinds of names with one name read otherwise, then with two: numbers as vectors (θ, β, t), vectors as numbers.

    A capital stays a matrix, or almost everything is true, unless it divides as only a scalar can: 1/N. Nor is a
    scalar made of what somebody transposes: with A: m×n only a number x gives xᵀAx a meaning, and the derivative 2Ax.
    """
    turned = transposed(parsed)
    others = {
        name: [
            other
            for other in ("scalar", "vector", "matrix")
            if other != kind and not (other == "scalar" and name in turned)
        ]
        for name, kind in default.items()
        if kind != "matrix"
    }
    raised = {name: ["vector"] for name in others if default[name] == "scalar"}
    others |= {name: ["scalar"] for name in divisors(parsed) & default.keys() if default[name] == "matrix"}

    def changed(choices: dict[str, list[str]], count: int) -> Iterator[dict[str, str]]:
        for names in itertools.combinations(sorted(choices)[:8], count):
            for kinds in itertools.product(*(choices[name] for name in names)):
                yield default | dict(zip(names, kinds, strict=True))

    numbers = {name: ["scalar"] for name, kinds in others.items() if "scalar" in kinds}  # the b of aᵀx + b
    yield from (changed(choices, count) for choices in (raised, numbers, others) for count in (1, 2))


def vectors(parsed: Parsed) -> dict[str, str]:
    """The names that are numbers by default and that somebody transposes: the θ of θᵀx."""
    return {name: "vector" for name in transposed(parsed) if default_kind(name) == "scalar"}


def likely_vectors(parsed: Parsed) -> dict[str, str]:
    """The names that are numbers by default and follow a matrix or a row, θ in Xθ, or have a norm ‖θ‖."""
    ends = [node.args[-2:] for node in operations(parsed, "product")]
    named = [(before, last.name) for before, last in ends if isinstance(last, Name)]
    normed = [node.args[0].name for node in operations(parsed, "norm") if isinstance(node.args[0], Name)]
    found = [*(name for before, name in named if _is_matrix(before) or _is_row(before)), *normed]
    return {name: "vector" for name in found if default_kind(name) == "scalar"}


def _is_row(tree: Expr) -> bool:
    """Whether it is pᵀ of a small letter."""
    return (
        isinstance(tree, Apply)
        and tree.op == "transpose"
        and isinstance(tree.args[0], Name)
        and default_kind(tree.args[0].name) == "vector"
    )


def _is_matrix(tree: Expr) -> bool:
    """Whether it is a capital, transposed or inverted perhaps."""
    while isinstance(tree, Apply) and tree.op in ("transpose", "inverse"):
        tree = tree.args[0]
    return isinstance(tree, Name) and default_kind(tree.name) == "matrix"


def divisors(parsed: Parsed) -> frozenset[str]:
    """The names that stand in denominators."""
    below = [node.args[1] for node in operations(parsed, "quotient")]
    return frozenset(node.name for tree in below for node in walk(tree) if isinstance(node, Name))


def transposed(parsed: Parsed) -> frozenset[str]:
    """The names that a transpose stands on."""
    return frozenset(node.args[0].name for node in operations(parsed, "transpose") if isinstance(node.args[0], Name))


def operations(parsed: Parsed, op: str) -> Iterator[Apply]:
    """The nodes of an operation in all formulas."""
    trees = [tree for tree in (parsed.f, *parsed.closed_forms, *(tree for tree, _ in parsed.lets.values())) if tree]
    yield from (node for tree in trees for node in walk(tree) if isinstance(node, Apply) and node.op == op)
