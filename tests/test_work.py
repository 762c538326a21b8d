"""How much a short text says, and that what says too much is refused."""

from __future__ import annotations

from functools import partial

import pytest

from identities import dims, limits, parsed
from identities.catalogue import Problem, read_text
from identities.statement import Statement, statements
from identities.work import operations, repeated


def read(f: str, lets: str = "", where: str = "{x: n, A: n×n, t: scalar, k: integer}") -> Statement | Problem:
    part = f"    let:\n{lets}" if lets else ""
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n{part}    f: '{f}'\n    equals: 0\n"
    (identity,), problems = read_text(text, "t.yaml")
    assert not problems
    (found,) = statements(parsed.read(identity))
    return found


def statement(f: str, lets: str = "") -> Statement:
    found = read(f, lets)
    assert isinstance(found, Statement), found
    return found


def doubling(count: int) -> str:
    return "      P0: xᵀx\n" + "".join(f"      P{k}: P{k - 1} + P{k - 1}\n" for k in range(1, count))


@pytest.mark.parametrize(
    ("f", "in_turn", "at_once"),
    [
        ("t", 1, 1),
        ("xᵀAx", 6, 6),
        ("tr(A⁵)", 7, 7),
        ("Σ_{i=1}^{4} t", 5, 5),
        ("Σᵢ x[i]", 10, 4),
        ("Σᵢ Σⱼ x[i] x[j]", 67, 9),
    ],
)
def test_sums_and_powers_are_run_through(f: str, in_turn: int, at_once: int) -> None:
    tree = statement(f).f
    assert operations(tree, {}) == at_once
    assert operations(tree, {}, partial(dims.evaluate, sizes={"n": 3}), loops=True) == in_turn


def test_parts_named_by_let_count_where_they_are_used() -> None:
    assert operations(statement("P + P", doubling(1)).f, {"P₀": 10, "P": 7}) == 15


def test_terms_of_sums_are_held_at_once() -> None:
    tree = statement("Σᵢ Σⱼ (x[i] x[j])").f
    held = {node.op: times for node, times in repeated(tree, {}, lambda dim: 5)}
    assert held["sum_over_dim"] == 5  # the inner one
    assert held["entry"] == 25


@pytest.mark.parametrize(
    ("f", "lets"),
    [
        ("P39", doubling(40)),
        ("tr(" + "A^64" * 100 + ")", ""),
        ("Σ_{i=1}^{64} Σ_{j=1}^{64} t", ""),
        ("tr(" + "A" * (limits.DEPTH + 1) + ")", ""),
    ],
)
def test_what_says_too_much_is_refused(f: str, lets: str) -> None:
    found = read(f, lets)
    assert isinstance(found, Problem)
    assert "limit" in found.message or "more than" in found.message


def test_what_says_much_is_not() -> None:
    assert isinstance(read("tr(" + "A" * (limits.DEPTH - 2) + ")"), Statement)
    assert isinstance(read("P9", doubling(10)), Statement)
