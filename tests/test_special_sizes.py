"""JAX answers "is n equal to 1?" with no while n is a symbol. Where an operation is uniform that must not matter."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import jax.numpy as jnp
import numpy as np
import pytest

from identities import compare
from identities.catalogue import read
from identities.draws import all_sizes, draw, generator, possible
from identities.hypotheses import every
from identities.parsed import read as parse
from identities.readings.differentiable import namespace
from identities.sampling import Sampler, is_uniform
from identities.statement import Statement, statements

CATALOGUE = Path(__file__).parent.parent / "catalogue.yaml"
ORDER = {"equals": 0, "hessian": 2, "second_differential": 2}  # of the derivative
PARTS = 2  # for pytest -n


@cache
def uniform_statements() -> list[Statement]:
    """Statements that together hold every operation at every order of derivative, and every kind of claim."""
    seen: set[tuple[str | int, str]] = set()
    found: list[Statement] = []
    for identity in read(CATALOGUE)[0]:
        for statement in statements(parse(identity)):
            assert isinstance(statement, Statement)
            ones = dict.fromkeys([*statement.symbols, *statement.integers], 1)
            if is_uniform(statement) and statement.symbols and possible(statement, ones):
                order = ORDER.get(statement.claim.kind, 1)
                inside = {(order, node.op) for tree in statement.trees for node in every(tree)}
                new = {*inside, (statement.claim.kind, "")} - seen
                if new:
                    seen |= new
                    found.append(statement)
    return found


def disagreements(statement: Statement) -> list[str]:
    """The outputs that one trace for all sizes gets wrong where every dim is 1."""
    sizes = dict.fromkeys([*statement.symbols, *statement.integers], 1)
    sampler, alone = Sampler(statement, 0), Sampler(statement, 0)
    arrays = draw(statement, sampler.inputs, all_sizes(statement, sizes), 3, generator(statement, 0, sizes, 0))
    alone.program(sizes)._uniform = False
    found = []
    with np.errstate(all="ignore"):
        expected = alone.run(sizes, arrays)
        for name, output in sampler.run(sizes, arrays).items():
            fine = compare.finite(expected[name])
            if output.shape != expected[name].shape or not np.allclose(
                output[fine], expected[name][fine], rtol=1e-12, atol=1e-12
            ):
                found.append(name)
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_one_trace_serves_sizes_of_1_where_an_operation_is_called_uniform(part: int) -> None:
    chosen = uniform_statements()[part::PARTS]
    assert len(chosen) > 40
    wrong = {f"{s.identity.id} {s.claim.kind}": d for s in chosen if (d := disagreements(s))}
    assert not wrong


def test_the_determinant_of_jax_is_not_uniform_and_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = next(i for i in read(CATALOGUE)[0] if i.id == "det")
    statement = next(s for s in statements(parse(identity)) if isinstance(s, Statement) and s.claim.kind == "gradient")
    assert is_uniform(statement)
    assert not disagreements(statement)
    monkeypatch.setattr("identities.readings.differentiable._det", jnp.linalg.det)
    namespace.cache_clear()
    assert disagreements(statement)
    namespace.cache_clear()
