"""One edit away: the slips that people make are among the mutants, each once, and none is the formula itself."""

from __future__ import annotations

import pytest

from identities.candidates import Typist
from identities.catalogue import read_text
from identities.edits import edits, surroundings
from identities.normal_form import tidy, turned
from identities.notation import Names, parse
from identities.notation.typeset import unicode
from identities.parsed import read
from identities.program import moving_variables
from identities.statement import Statement, statements


def statement(where: str, f: str, claim: str) -> Statement:
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: '{f}'\n{claim}\n"
    identities, problems = read_text(text, "t.yaml")
    assert not problems, problems
    (found,) = statements(read(identities[0]))
    assert isinstance(found, Statement), found
    return found


def gradient(where: str, f: str, closed: str, wrt: str = "X") -> Statement:
    return statement(where, f, f"    gradient:\n      {wrt}: {closed}")


def mutants(of: Statement, typed: bool = True) -> dict[str, str]:
    """Formula → kind of edit; only those with the right shape if ``typed``."""
    typist = Typist(of)
    around = surroundings(of, of.closed_form, moving_variables(of))
    made = [edit for edit in edits(of.closed_form.node, around) if not typed or typist.typed(edit.tree)]
    texts = [unicode(edit.tree) for edit in made]
    assert len(set(texts)) == len(texts), "each once"
    assert unicode(tidy(of.closed_form.node)) not in texts, "none the formula itself"
    return dict(zip(texts, (edit.kind for edit in made), strict=True))


SQUARE = "{A: n×n, B: n×n, X: n×n invertible, x: n, y: n}"


@pytest.mark.parametrize(
    ("closed", "mutant", "kind"),
    [
        ("AᵀB", "AB", "transpose"),
        ("AB", "(AB)ᵀ", "transpose"),
        ("AX⁻¹", "X⁻¹A", "swap"),
        ("AB", "−AB", "sign"),
        ("AB", "2AB", "factor"),
        ("AB", "½ AB", "factor"),
        ("2AB", "AB", "factor"),
        ("AB", "AX", "variable"),
        ("X⁻ᵀ", "X⁻¹", "transpose"),
        ("X⁻ᵀ", "Xᵀ", "inverse"),
        ("AX", "AX⁻¹", "inverse"),
        ("A + B", "A", "drop"),
        ("A + B", "A − B", "sign"),
        ("AB", "A ⊙ B", "product"),
        ("A ⊙ B", "AB", "product"),
        ("A", "A + Aᵀ", "symmetrise"),
        ("2A", "A + Aᵀ", "symmetrise"),
        ("A + Aᵀ", "2A", "symmetrise"),
        ("det(X) X⁻ᵀ", "X⁻ᵀ", "drop"),
        ("xyᵀ", "yxᵀ", "variable"),
        ("xyᵀ", "xxᵀ", "variable"),
        ("tr(A) B", "det(A)B", "function"),
        ("A sin⊙(B)", "A cos⊙(B)", "function"),
        ("‖x‖² A", "‖x‖³ A", "power"),
    ],
)
def test_the_slips_that_people_make_are_there(closed: str, mutant: str, kind: str) -> None:
    assert mutants(gradient(SQUARE, "tr(X)", closed)).get(mutant) == kind


def test_the_order_of_a_kronecker_product_and_of_indices_is_exchanged() -> None:
    jacobian = statement("{A: m×n, X: n×p, B: p×q}", "AXB", "    jacobian:\n      X: Bᵀ ⊗ A")
    assert "swap" in {k for text, k in mutants(jacobian, typed=False).items() if text == "A ⊗ Bᵀ"}
    entries = statement("{X: n×n invertible}", "X⁻¹", "    entries:\n      X[i,j]: −(X⁻¹)[k,i] (X⁻¹)[j,l]")
    assert "−(X⁻¹)[i,k] (X⁻¹)[j,l]" in mutants(entries)


def test_a_differential_exchanges_what_moves() -> None:
    of = statement("{A: n×n, B: n×n}", "AB", "    differential: dA B + A dB")
    assert {"dB B + A dB", "dA B − A dB", "dA B", "B dA + A dB"} <= set(mutants(of))


def test_what_does_not_type_check_is_no_mutant() -> None:
    made = mutants(gradient("{A: n×m, X: m×n}", "tr(AX)", "Aᵀ"))
    assert "A" not in made
    assert {"−Aᵀ", "X", "2Aᵀ"} <= set(made)


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("(Aᵀ)ᵀ", "A"),
        ("−(−A)", "A"),
        ("2(½ A)", "A"),
        ("A(−B)", "−AB"),
        ("2 (3 A)B", "6AB"),
        ("(A⁻¹)⁻¹", "A"),
        ("A + (B + A)", "A + B + A"),
        ("A + A", "2A"),
        ("(A + B)C", "(A + B)C"),
        ("BᵀAᵀ", "BᵀAᵀ"),
    ],
)
def test_what_an_edit_leaves_behind_is_taken_away(text: str, tidied: str) -> None:
    assert unicode(tidy(parse(text, Names()))) == tidied


@pytest.mark.parametrize(
    ("text", "transposed"),
    [("AB", "BᵀAᵀ"), ("xyᵀ", "yxᵀ"), ("2AᵀB", "2BᵀA"), ("A + Aᵀ", "A + Aᵀ"), ("A − Bᵀ", "Aᵀ − B"), ("A⁻¹", "A⁻ᵀ")],
)
def test_a_transpose_is_worked_out(text: str, transposed: str) -> None:
    assert unicode(turned(parse(text, Names()), lambda node: False)) == transposed
