from __future__ import annotations

from dataclasses import replace

import pytest

from identities.report.text import block, escape, statement, summary
from identities.verdict import Report, Verdict

REFUTED = Verdict(
    file="mine.yaml",
    line=7,
    column=10,
    id="quadratic-form",
    f="xᵀAx",
    kind="gradient",
    wrt="x",
    closed_form="2Ax",
    verdict="refuted",
    message="at A = [0 1; 0 0], x = [1; 1]: the closed form is [2; 0], true [1; 1]",
    sizes=({"n": 2},),
    draws=8,
)


def test_a_refuted_claim_shows_the_mathematics():
    said = "at A = [0 1; 0 0], x = [1; 1]: the closed form is [2; 0], true [1; 1]"
    assert block(REFUTED) == f"mine.yaml:7:10: quadratic-form: gradient of xᵀAx in x: 2Ax is refuted: {said}"


@pytest.mark.parametrize(
    ("kind", "wrt", "text"),
    [
        ("second_differential", "", "second differential of xᵀAx: 2Ax"),
        ("equals", "", "value of xᵀAx: 2Ax"),
        ("hessian", "x, y", "hessian of xᵀAx in x, y: 2Ax"),
    ],
)
def test_a_statement_reads_aloud(kind, wrt, text):
    assert statement(replace(REFUTED, kind=kind, wrt=wrt)) == text


def test_a_message_of_several_lines_is_indented():
    lines = block(replace(REFUTED, message="column 2: no\n  2Ax\n   ^")).splitlines()
    assert lines[0].endswith("is refuted: column 2: no")
    assert lines[1:3] == ["      2Ax", "       ^"]


@pytest.mark.parametrize(
    "text",
    [
        "\x1b[2J",
        "\x07",
        "\x9b31m",
        "\x7f",
        "\r",
        "\n",
        "\u2028",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\udcff",
    ],
)
def test_nothing_acts_on_the_terminal(text):
    assert all(c.isascii() and c.isprintable() for c in escape(text))
    for verdict in (replace(REFUTED, **{name: f"a{text}b"}) for name in ("file", "id", "f", "wrt", "closed_form")):
        assert text not in block(verdict).splitlines()[0]
        assert len(block(verdict).splitlines()) == 1
    said = block(replace(REFUTED, message=f"a{text}evil.yaml:1:1: forged"))
    assert not any(line.startswith("evil") for line in said.splitlines())


def test_the_notation_is_left_alone():
    notation = "−X⁻ᵀ f̄ X⁻ᵀ ⊙ ‖𝟏‖_F² ½ ∇²L(x) x₁ ∂ Σᵢ"
    assert escape(notation) == notation


VERIFIED = replace(
    REFUTED,
    verdict="verified",
    message="",
    counterexample=None,
    diagnosis=None,
    draws=24,
    sizes=({"n": 2}, {"n": 3}),
)


def test_a_summary_counts_identities_claims_sizes_and_draws():
    others = (replace(VERIFIED, kind="hessian"), replace(VERIFIED, id="other", sizes=({"n": 2, "m": 3},)))
    report = Report((VERIFIED, *others), seconds=3.21)
    assert summary(report) == "verified 2 identities, 3 claims, 3 sizes, 72 draws in 3.2 s"


def test_a_summary_counts_fallbacks_where_there_are_any():
    slow = replace(VERIFIED, fallbacks=("trace", "schur"))
    assert summary(Report((VERIFIED, slow), seconds=1)).endswith("draws in 1.0 s, 1 fallback")
    assert "fallback" not in summary(Report((VERIFIED,), seconds=1))


def test_a_summary_of_a_run_that_failed():
    assert summary(Report((VERIFIED, REFUTED), seconds=1)) == (
        "checked 1 identity, 2 claims, 2 sizes, 32 draws in 1.0 s: 1 verified, 1 refuted"
    )
    assert summary(Report((VERIFIED,), problems=("a", "b"), seconds=1)).endswith("s: 1 verified, 2 problems")
    assert summary(Report(())) == "nothing checked: 0 problems"
