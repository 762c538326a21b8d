"""JAX's oracles and exact arithmetic check each other: what only one of them takes for true never passes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from identities import vocabulary, witness
from identities.catalogue import Identity, read_text
from identities.checking import stream
from identities.jets import Jet, Namespace, elimination
from identities.jets.arrays import NILPOTENT
from identities.verdict import Report, Verdict

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the checker ignores them too


def identities(claim: str, where: str, f: str, closed: str) -> tuple[Identity, ...]:
    kind, _, wrt = claim.partition(" ")
    form = f"\n      {wrt}: '{closed}'" if wrt else f" '{closed}'"
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: '{f}'\n    {kind}:{form}\n"
    found, problems = read_text(text, "t.yaml")
    assert not problems
    return found


def verdict(claim: str, where: str, f: str, closed: str) -> Verdict:
    (found,) = stream(identities(claim, where, f, closed))
    return found


def test_what_both_accept_is_verified_with_exact_evidence_and_its_bound() -> None:
    found = verdict("gradient X", "{X: n×n det-positive}", "log det X", "inv(X).T")
    assert (found.verdict, found.evidence) == ("verified", "exact")
    assert found.error_bound is not None
    assert 0 < found.error_bound < 1e-30
    assert Report((found,)).exact == 1


def test_what_both_refute_is_refuted_with_exact_evidence_and_no_bound() -> None:
    """A difference that is not zero modulo p is none that is zero: there is no error to bound."""
    found = verdict("gradient X", "{A: n×n, X: n×n}", "tr(AX)", "A")
    assert (found.verdict, found.evidence, found.error_bound) == ("refuted", "exact", None)
    assert Report((found,)).exact == 0


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed", "outcome"),
    [
        ("equals", "{A: n×n}", "expm(A)", "expm(A)", "verified"),
        ("equals", "{s: scalar, t: scalar}", "exp(s + t)", "exp(s) exp(t)", "verified"),
        ("equals", "{s: scalar, t: scalar}", "exp(s + t)", "exp(s) + exp(t)", "refuted"),
    ],
)
def test_what_it_has_no_opinion_on_is_left_as_it_is(claim: str, where: str, f: str, closed: str, outcome: str) -> None:
    found = verdict(claim, where, f, closed)
    assert (found.verdict, found.evidence, found.error_bound) == (outcome, "numeric", None)


def test_an_extreme_that_is_level_and_no_minimum_is_refuted_by_its_curvature() -> None:
    found = verdict("minimizer x", "{x: n, b: n}", "−xᵀx + 2bᵀx", "b")
    assert found.verdict == "refuted"
    assert found.evidence == "numeric"


# ---- a fault on either side


def exact_or_numpy(namespace: Any) -> bool:
    return namespace is np or isinstance(namespace, Namespace)


@pytest.fixture
def wrong_rule_of_jax(monkeypatch: pytest.MonkeyPatch) -> None:
    """tr, with 3 tr(dX) as its derivative by rule; the witness, which would notice, is silent."""
    import jax
    import jax.numpy as jnp

    @jax.custom_jvp
    def trace(x: Any) -> Any:
        return jnp.trace(x)[None, None]

    @trace.defjvp
    def rule(primals: Any, tangents: Any) -> Any:
        return trace(*primals), 3 * trace(*tangents)

    row = vocabulary.TABLE["tr"]
    own = row.overloads[0].meaning
    meaning = replace(row.overloads[0], meaning=lambda np, x: own(np, x) if exact_or_numpy(np) else trace(x))
    monkeypatch.setitem(vocabulary.TABLE, "tr", replace(row, overloads=(meaning,)))
    monkeypatch.setattr(witness, "defends", lambda sampler: False)
    monkeypatch.setattr(witness, "testimony", lambda sampler: witness.AGREES)


@pytest.fixture
def wrong_exact_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """The inverse, with three times its derivative, in exact arithmetic."""
    right = elimination.inverse

    def inverse(x: Jet) -> Jet:
        found = right(x)
        return Jet(x.field, {s: x.field.reduced(part * (3 if s & NILPOTENT else 1)) for s, part in found.parts.items()})

    monkeypatch.setattr(elimination, "inverse", inverse)


@pytest.mark.usefixtures("wrong_rule_of_jax")
@pytest.mark.parametrize(
    ("closed", "mine", "jax"), [("A.T", "finds it true", "refute it"), ("3 A.T", "refutes it", "agree")]
)
def test_a_wrong_rule_of_jax_is_a_disagreement(closed: str, mine: str, jax: str) -> None:
    found = verdict("gradient X", "{A: n×m, X: m×n}", "tr(AX)", closed)
    assert found.verdict == "error"
    assert f"the derivatives of JAX {jax}" in found.message
    assert mine in found.message
    assert "please report it" in found.message
    assert Report((found,)).exact == 0
    assert Report((found,)).exit_code == 2


@pytest.mark.usefixtures("wrong_exact_rule")
@pytest.mark.parametrize("closed", ["−inv(X).T A.T inv(X).T", "−3 inv(X).T A.T inv(X).T"])
def test_a_wrong_exact_rule_is_a_disagreement(closed: str) -> None:
    found = verdict("gradient X", "{A: n×n, X: n×n invertible}", "tr(X⁻¹A)", closed)
    assert found.verdict == "error"
    assert "one of the two is wrong" in found.message
