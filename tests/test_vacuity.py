"""Claims that pass and show nothing are not verified; what they need to say is said."""

from __future__ import annotations

import pytest

from identities.catalogue import read_text
from identities.checking import stream
from identities.verdict import Verdict


def verdict(where: str, f: str, claims: str) -> Verdict:
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: '{f}'\n{claims}"
    identities, problems = read_text(text, "t.yaml")
    assert not problems, problems
    return next(iter(stream(identities)))


def differential(where: str, f: str, closed: str) -> Verdict:
    return verdict(where, f, f"    differential: {closed}\n")


@pytest.mark.parametrize(
    ("where", "f", "closed", "still"),
    [
        ("{A: m×n, B: n×p}", "AB", "dA B", "B does not move"),
        ("{X: m×n, Y: n×p}", "XY", "dX Y", "Y does not move"),
        ("{X: m×n, Y: n×p}", "XY", "X dY", "X does not move"),
        ("{A: m×n, B: n×p, C: p×q}", "ABC", "dA BC + A dB C", "C does not move"),
        ("{A: m×n, x: n}", "Ax", "dA x", "x does not move"),
        ("{A: m×n, B: n×p, C: p×q}", "ABC", "A dB C", "A and C do not move"),
    ],
)
def test_a_lost_term_of_the_product_rule_does_not_pass(where: str, f: str, closed: str, still: str) -> None:
    found = differential(where, f, closed)
    assert found.verdict == "inconclusive"
    assert still in found.message
    assert closed in found.message  # the remedy can be copied


@pytest.mark.parametrize(
    ("where", "f", "closed"),
    [
        ("{A: m×n, X: n×p, B: p×q}", "AXB", "A dX B"),
        ("{A: m×n, x: n}", "Ax", "A dx"),
        ("{A: m×n, x: n}", "Ax", "dA x + A dx"),
        ("{A: m×n, B: n×p}", "AB", "dA B + A dB"),
        ("{X: m×n, Y: n×p}", "XY", "dX Y + X dY"),
    ],
)
def test_what_everyone_takes_for_constant_need_not_be_said(where: str, f: str, closed: str) -> None:
    assert differential(where, f, closed).verdict == "verified"


def test_an_entry_may_say_which_variables_move() -> None:
    where = "{A: m×n, B: n×p}"
    assert verdict(where, "AB", "    differential:\n      A: dA B\n").verdict == "verified"
    assert verdict(where, "AB", "    differential:\n      A, B: dA B + A dB\n").verdict == "verified"
    assert verdict(where, "AB", "    differential:\n      B: A dB\n").wrt == "B"
    assert verdict(where, "AB", "    differential:\n      A, B: dA B\n").verdict == "refuted"
    wrong = verdict(where, "AB", "    differential:\n      A: dA B + A dB\n")
    assert wrong.verdict == "error"
    assert "B does not move" in wrong.message


@pytest.mark.parametrize("condition", ["n = 1", "n ≤ 1", "n < 2"])
def test_numbers_declared_as_matrices_show_nothing_about_matrices(condition: str) -> None:
    found = verdict(
        f"{{A: n×n with {condition}, B: n×n}}".replace("{A: ", '{A: "').replace(", B", '", B'), "AB", "    equals: BA\n"
    )
    assert found.verdict == "inconclusive"
    assert "1×1" in found.message


def test_a_claim_about_scalars_may_say_so() -> None:
    assert verdict("{a: scalar, b: scalar}", "ab", "    equals: ba\n").verdict == "verified"
    assert verdict("{A: 1×1, B: 1×1}", "AB", "    equals: BA\n").verdict == "verified"
