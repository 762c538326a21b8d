"""At sixty digits: what is wrong by less than float64 can tell is refuted, what is true is not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from identities import precise
from identities.catalogue import KINDS, Identity, read_text
from identities.checking import stream
from identities.claims import EXTREMES
from identities.parsed import read
from identities.sampling import Sampler
from identities.statement import Statement, statements
from identities.verdict import Verdict

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the checker ignores them too

HAIR = "(1 + 1/10000000000000)"  # a relative 1e-13
BIG = "1000000000000"


def identity(claim: str, where: str, f: str, closed: str) -> Identity:
    kind, _, wrt = claim.partition(" ")
    f, closed, wrt = ("'" + text.replace("'", "''") + "'" for text in (f, closed, wrt))
    form = f"\n      {wrt}: {closed}" if wrt != "''" else f" {closed}"
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: {f}\n    {kind}:{form}\n"
    (found,), problems = read_text(text, "t.yaml")
    assert not problems
    return found


def verdict(claim: str, where: str, f: str, closed: str) -> Verdict:
    (found,) = stream([identity(claim, where, f, closed)])
    return found


def distances(claim: str, where: str, f: str, closed: str) -> list[float | None]:
    """How far the sides are apart at four draws of one size."""
    (statement,) = statements(read(identity(claim, where, f, closed)))
    assert isinstance(statement, Statement), statement
    sampler = Sampler(statement, 0)
    sampler.sample(dict(zip(statement.symbols, (4, 3, 2), strict=False)), 4)
    return [precise.distance(sampler, sampler.samples[0], number) for number in range(4)]


CLAIMS = [
    ("equals", "{A: n×m, B: m×n}", "det(I + AB)", "det(I + BA)"),
    ("gradient x", "{x: n, A: m×n}", "logsumexp(Ax)", "Aᵀ softmax(Ax)"),
    ("jacobian X", "{X: n×n invertible}", "X⁻¹", "−X⁻ᵀ ⊗ X⁻¹"),
    ("hessian S", "{S: n×n spd}", "log det S", "−K(n,n)(S⁻¹ ⊗ S⁻¹)"),
    ("hessian x, y", "{A: m×n, x: n, y: m}", "sinh(yᵀAx)", "cosh(yᵀAx) Aᵀ + sinh(yᵀAx) AᵀyxᵀAᵀ"),
    ("differential", "{x: n}", "tanh⊙(x)", "dx − tanh⊙(x)⊙² ⊙ dx"),
    ("second_differential", "{X: m×n, Y: n×p}", "XY", "2dX dY"),
    ("pullback X", "{X: m×n}", "tr(XᵀX) X", "2 tr(Xᵀf̄) X + tr(XᵀX) f̄"),
    ("derivative t", "{t: scalar positive}", "√t arctan(t) + cos(t) tan(t)", "arctan(t)/(2√t) + √t/(1 + t²) + cos(t)"),
    ("entries x[i]", "{A: m×n, x: n}", "Ax", "A[k,i]"),
    ("gradient_symmetric X", "{X: n×n symmetric, A: n×n}", "tr(AX)", "½(A + Aᵀ)"),
    ("gradient_independent X", "{X: n×n symmetric, A: n×n}", "tr(AX)", "A + Aᵀ − diag(diag(A))"),
    ("conjugate_gradient Z", "{Z: m×n complex}", "‖Z‖_F²", "2Z"),
    ("gradient x", "{x: n}", "π ‖x‖", "π x/‖x‖"),
]  # fmt: skip


def test_every_kind_but_extremes_is_among_them() -> None:
    assert {claim[0].partition(" ")[0] for claim in CLAIMS} == set(KINDS) - set(EXTREMES)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim[0]} {claim[2]}")
def test_what_is_true_agrees_and_a_hair_is_seen(claim: tuple[str, str, str, str]) -> None:
    kind, where, f, closed = claim
    assert max(distances(kind, where, f, closed)) < 1e-45
    apart = distances(kind, where, f, f"{HAIR} ({closed})")
    assert min(apart) > 1e-15
    assert max(apart) < 1e-11


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("gradient x", "{x: n}", "sum(exp⊙(x))", f"{HAIR} exp⊙(x)"),
        ("derivative t", "{t: scalar}", "sin(t)", "cos(t) + 1/10000000000000"),
        ("gradient x", "{A: n×n, x: n}", "xᵀAx", f"{HAIR} (A + Aᵀ)x"),
        ("equals", "{t: scalar}", f"((t/1000000 + {BIG}t²) − {BIG}t²)", "0 t + t/999999"),
    ],
)
def test_what_is_wrong_by_a_hair_is_refuted(
    claim: str, where: str, f: str, closed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = verdict(claim, where, f, closed)
    if BIG not in f:
        assert found.verdict == "refuted"
        assert "at 60 digits" in found.message
        assert found.counterexample is not None
        assert {"closed_form", "true"} < found.counterexample.keys()
        assert found.diagnosis is not None
    monkeypatch.setattr(precise, "find_spec", lambda name: None)
    without = verdict(claim, where, f, closed)
    assert without.verdict == "inconclusive"
    assert (precise.INSTALL in without.message) == (BIG not in f)


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("gradient x", "{x: n, a: n}", f"aᵀ(xxᵀ + 1/{BIG} I)⁻¹a", f"−2 (xxᵀ + 1/{BIG} I)⁻¹a aᵀ(xxᵀ + 1/{BIG} I)⁻¹x"),
        ("equals", "{X: n×n orthogonal, A: n×n}", "tr(XᵀAX)", "tr(A)"),
        ("equals", "{x: n unit}", "xᵀx", "1"),
        ("gradient x", "{x: n}", "logsumexp(x)", "softmax(x)"),
        ("derivative t", "{t: scalar}", f"((t/1000 + {BIG}t²) − {BIG}t²)", "1/1000"),
    ],
)
def test_what_is_true_is_not_refuted_however_closely_one_looks(claim: str, where: str, f: str, closed: str) -> None:
    assert verdict(claim, where, f, closed).verdict in ("verified", "inconclusive")


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("equals", "{X: n×n orthogonal, A: n×n}", "tr(XᵀAX)", "tr(A)"),  # rounded, X is not orthogonal
        ("gradient S", "{S: n×n symmetric simple-eigenvalues}", "λmax(S)", "eigvec(S, n) eigvec(S, n)ᵀ"),
        ("derivative t", "{g: ℝ → ℝ, t: scalar}", "g(t)", "g'(t)"),
        ("minimizer x", "{x: n, a: n}", "‖x − a‖²", "a"),
    ],
)
def test_what_has_no_meaning_at_sixty_digits_stays_open(claim: str, where: str, f: str, closed: str) -> None:
    assert distances(claim, where, f, closed) == [None] * 4


@pytest.mark.parametrize("name", precise.FUNCTIONS)
def test_functions_come_with_their_derivatives(name: str) -> None:
    mp = precise.digits()
    at = mp.mpf(7) / 9
    meant = getattr(mp, {"arctan": "atan"}.get(name, name))
    for order, given in enumerate(precise.FUNCTIONS[name](mp, at)):
        assert abs(given - mp.diff(meant, at, order)) < mp.mpf(10) ** -20


def test_the_digits_of_others_are_their_own() -> None:
    import mpmath

    before: Any = mpmath.mp.dps
    assert precise.digits().dps == precise.DIGITS
    assert mpmath.mp.dps == before
    assert np.isclose(float(precise.digits().pi), np.pi)
