"""What the sieve says of a formula is what the typed reading says; where it says nothing, it may be anything."""

from __future__ import annotations

import numpy as np
import pytest

from identities.candidates import Trial, Typist, trials
from identities.catalogue import read_text
from identities.edits import edits, surroundings
from identities.expression import Expr
from identities.notation.typeset import unicode
from identities.parsed import read
from identities.program import perturbed
from identities.readings.traced import value
from identities.recoveries import REPAIRS, everywhere
from identities.repairs import Search
from identities.sampling import Sampler
from identities.sieve import NoShape, Unread
from identities.statement import Statement, statements


def statement(where: str, f: str, claim: str) -> Statement:
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: '{f}'\n    {claim}\n"
    identities, problems = read_text(text, "t.yaml")
    assert not problems, problems
    (found,) = statements(read(identities[0]))
    assert isinstance(found, Statement), found
    return found


CLAIMS = [
    ("{A: m×n, X: n×n, B: n×m, x: n, α: scalar}", "tr(AXB)", "gradient:\n      X: α X⁻ᵀ + 2AᵀBᵀ − ½ xxᵀX²"),
    ("{A: n×n, B: n×n}", "AB", "differential: dA B + A ⊙ dB"),
    ("{A: m×n, X: n×p, B: p×q}", "AXB", "jacobian:\n      X: A ⊗ Bᵀ"),
    ("{A: n×n, X: n×n}", "AX", "pullback:\n      X: A f̄/tr(A) + X"),
    ("{x: n, y: n}", "‖x + y‖²", "equals: ‖x‖² + (xᵀy)² ‖y‖²"),
    ("{x: n}", "softmax(x)", "jacobian:\n      x: diag(softmax(x)) − x⊙² xᵀ"),
]


@pytest.mark.parametrize(("where", "f", "claim"), CLAIMS)
def test_what_it_reads_is_what_the_typed_formula_is(where: str, f: str, claim: str) -> None:
    of = statement(where, f, claim)
    sampler = Sampler(of, 0)
    sampler.sample(dict(zip(of.symbols, (2, 3, 4, 5), strict=False)), 2)
    tried = trials(of, sampler.samples, 2)
    search, typist = Search(of, tried), Typist(of)
    assert search.sieve is not None
    number, _, sieve = search.sieve
    trial = tried[number]
    assert isinstance(trial, Trial)
    around = surroundings(of, of.closed_form, perturbed(of))
    root = of.closed_form.node
    near: list[Expr] = [root, *everywhere(root, around), *(edit.tree for edit in edits(root, around, REPAIRS))]
    told = misfits = 0
    for tree in near:
        typed = typist.typed(tree)
        try:
            given = sieve.value(tree)
        except Unread:
            continue
        except NoShape:
            assert typed is None, unicode(tree)
            misfits += 1
            continue
        if typed is not None:
            told += 1
            assert np.allclose(given, value(typed, trial.points[0])), unicode(tree)
    assert told > 10
    assert misfits > 0 or len(of.symbols) == 1
