"""The audit: mutants fall or are equal, hypotheses are needed; a check that sees too little is found out."""

from __future__ import annotations

import json

import pytest

from identities import audit, checking, cli
from identities.audit import Audit, Entry, audited
from identities.catalogue import read_text
from identities.report.audit import as_text


def entry(where: str, f: str, claims: str) -> Entry:
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: '{f}'\n{claims}\n"
    identities, problems = read_text(text, "t.yaml")
    assert not problems, problems
    return audited(identities[0], 0)


def gradient(where: str, f: str, closed: str, wrt: str = "X") -> Entry:
    return entry(where, f, f"    gradient:\n      {wrt}: {closed}")


def test_mutants_fall_and_equal_ones_are_told_from_survivors() -> None:
    found = gradient("{A: n×n invertible, X: n×n}", "tr(AX) + tr(A⁻¹X)", "Aᵀ + A⁻ᵀ")
    assert found.clean
    ((verdict, mutants),) = found.claims
    assert verdict.verdict == "verified"
    fates = {mutant.closed_form: mutant.fate for mutant in mutants}
    assert {fates[text] for text in ("A + A⁻ᵀ", "−Aᵀ + A⁻ᵀ", "2Aᵀ + A⁻ᵀ", "Aᵀ + X⁻ᵀ", "Aᵀ + A⁻¹")} == {"killed"}


def test_a_mutant_that_is_true_is_equal_exactly_where_that_can_be() -> None:
    ((_, made),) = gradient("{x: n, a: n}", "(aᵀx)²", "2 aᵀx a", "x").claims
    assert {m.closed_form: m.fate for m in made}["2xᵀaa"] == "equal exactly"
    ((_, made),) = entry("{A: n×n}", "tr(expm(A))", "    equals: tr(expm(Aᵀ))").claims
    assert {m.closed_form: m.fate for m in made}["tr(expm(A))"] == "equal"


def test_a_check_that_sees_too_little_lets_mutants_survive(monkeypatch: pytest.MonkeyPatch) -> None:
    real = checking.checked

    def blind(statement, blank, seed, draws, **options):
        found = real(statement, blank, seed, draws, **options)
        return found if statement.claim.closed_form.text == "Aᵀ" else checking.replace(found, verdict="inconclusive")

    monkeypatch.setattr(audit, "checked", blind)
    monkeypatch.setattr("identities.mutants.is_refuted", lambda trial, typed: False)
    monkeypatch.setattr("identities.mutants.equal_exactly", lambda statement, typed: None)
    found = gradient("{A: n×n, X: n×n}", "tr(AX)", "Aᵀ")
    assert found.fates["survives"] == found.fates.total() > 5
    assert not found.clean
    assert "the mutant A (transpose) survives" in as_text(Audit((found,)))


@pytest.mark.parametrize(
    ("where", "f", "closed", "wrt", "said"),
    [
        ("{A: n×n symmetric, X: n×n}", "tr(AX)", "Aᵀ", "X", "A symmetric"),
        ("{A: n×n spd, x: n}", "xᵀAx", "2Ax", "x", "A spd"),
        ("{X: n×n invertible}", "tr(X²)", "2Xᵀ", "X", "X invertible"),
        ("{A: n×n, X: n×n}", "tr(AX)", "Aᵀ", "X", "A: n×n, X: n×n"),
        ("{α: positive, x: n}", "α xᵀx", "2α x", "x", "α positive"),
        ('{A: "m×n with m ≥ n", x: n}', "‖Ax‖²", "2AᵀAx", "x", "m ≥ n"),
        ("{A: m×n full-column-rank, x: n}", "‖Ax‖²", "2AᵀAx", "x", "A full-column-rank"),
    ],
)
def test_a_hypothesis_that_no_claim_needs_is_found(where: str, f: str, closed: str, wrt: str, said: str) -> None:
    found = gradient(where, f, closed, wrt)
    assert [hypothesis.said for hypothesis in found.unneeded] == [said]
    assert said in as_text(Audit((found,)))
    assert Audit((found,)).exit_code == 1


@pytest.mark.parametrize(
    ("where", "f", "closed", "wrt"),
    [
        ("{A: n×n symmetric, x: n}", "xᵀAx", "2Ax", "x"),
        ("{X: n×n invertible}", "tr((XX)⁻¹)", "−2 X⁻ᵀX⁻ᵀX⁻ᵀ", "X"),
        ("{x: n unit}", "‖x‖", "x", "x"),
    ],
)
def test_a_hypothesis_that_is_needed_is_not(where: str, f: str, closed: str, wrt: str) -> None:
    assert gradient(where, f, closed, wrt).clean


def test_words_that_the_formulas_ask_for_are_documentation() -> None:
    found = gradient("{X: n×n invertible}", "tr(X⁻¹)", "−X⁻ᵀX⁻ᵀ")
    assert found.clean
    assert found.unneeded == ()


def test_a_claim_that_is_not_verified_has_no_mutants_and_is_listed() -> None:
    found = gradient("{A: n×n, X: n×n}", "tr(AX)", "A")
    assert not found.clean
    assert [verdict.verdict for verdict in found.not_verified] == ["refuted"]
    assert found.fates.total() == 0
    lost = entry("{A: m×n, B: n×p}", "AB", "    differential: dA B")
    assert [verdict.verdict for verdict in lost.not_verified] == ["inconclusive"]
    assert "B does not move" in as_text(Audit((lost,)))


def test_the_command(table, capsys) -> None:
    assert cli.main(["audit", str(table), "--jobs", "1", "-v"]) == 0
    out, err = capsys.readouterr()
    assert "trace-product: " in out
    assert out.splitlines()[-1].startswith("audited 2 identities, 4 claims: ")
    assert "0 survive" in out
    assert err == ""
    assert cli.main(["audit", str(table), "--jobs", "1", "--select", "trace-product", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["format"] == 1
    (found,) = document["entries"]
    assert found["mutants"]["survives"] == 0
    assert found["mutants"]["killed"] == sum(
        mutant["fate"] == "killed" for claim in found["claims"] for mutant in claim["mutants"]
    )


def test_the_command_says_what_is_wrong_with_its_input(table, capsys) -> None:
    assert cli.main(["audit", "nowhere.yaml"]) == 2
    assert cli.main(["audit", str(table), "--select", "nothing-like-it"]) == 2
    assert "nothing" in capsys.readouterr().out
