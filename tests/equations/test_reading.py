"""Equations as people write them: equations.txt says of each what it claims, or why it claims nothing.

``+`` is a text that is true, ``-`` one that is not, ``?`` one that claims nothing or not all it says; ``>`` is a claim
(kind and variable | f | closed form | where … | let …), ``!`` what is unread | why.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from identities.catalogue import Claim, Identity, Text
from identities.catalogue.places import Place
from identities.checking import stream
from identities.equations import Context, Reading, read

BLOCKS = Path(__file__).with_name("equations.txt").read_text(encoding="utf-8").strip().split("\n\n")


def reading(text: str, context: Context | None = None) -> Reading:
    return read(Text(text, Place("notes.md", 1, 1)), context or Context())


def said(reading: Reading) -> list[str]:
    """The lines of equations.txt for a reading."""
    lines = []
    for claim in reading.claims:
        where = "; ".join(f"{name}: {text.text}" for name, text in claim.where.items())
        let = "; ".join(f"{name} = {text.text}" for name, text in claim.let.items())
        parts = [f"{claim.kind} {claim.wrt}".strip(), claim.f.text, claim.closed_form.text]
        parts += [f"where {where}"] * bool(where) + [f"let {let}"] * bool(let)
        lines.append("> " + " | ".join(parts))
    return lines + [f"! {text.text} | {why}".replace("\n", "⏎") for text, why in reading.unread]


def text_of(block: str) -> str:
    lines = block.split("\n")
    return "\n".join(line[2:] for line in lines if line[:2] in ("+ ", "- ", "? ", "  "))


@pytest.mark.parametrize("block", BLOCKS)
def test_what_an_equation_claims(block):
    assert said(reading(text_of(block))) == [line for line in block.split("\n") if line[:2] in ("> ", "! ")]


def verdicts(text: str) -> list[str]:
    found = []
    for claim in reading(text).claims:
        stated = Claim(claim.kind, claim.wrt, claim.closed_form, {})
        made = ("e", "", claim.where, claim.let, claim.f, (stated,), {}, {}, (), "", (), claim.f.place, (1, 1))
        entry = Identity(*made, broadcasts=True)
        found += [verdict.verdict for verdict in stream([entry])]
    return found


@pytest.mark.parametrize("block", [block for block in BLOCKS if block[0] == "+"])
def test_a_true_equation_is_verified_in_all_it_claims(block):
    found = verdicts(text_of(block))
    assert found == ["verified"] * len(found)
    assert found or "!" not in block


@pytest.mark.parametrize("block", [block for block in BLOCKS if block[0] == "-"])
def test_a_wrong_equation_is_refuted(block):
    assert "refuted" in verdicts(text_of(block))


def test_there_are_equations_of_every_sort():
    counts = Counter(block[0] for block in BLOCKS)
    assert counts["+"] >= 150
    assert counts["-"] >= 15
    assert counts["?"] >= 25


def test_a_claim_stands_where_it_was_written():
    found = reading("Y = AX,\n\\quad \\dot Y = A \\dot X")
    place = found.claims[0].closed_form.place
    assert (place.line, place.column) == (1, 8 + len("\\quad \\dot Y = ") + 1)


def test_what_was_said_before_is_known():
    before = reading("f(x) = \\|Ax - b\\|^2, A \\in \\mathbb{R}^{m \\times n}")
    assert not before.claims
    assert said(reading("\\nabla f = 2A^\\top(Ax - b)", before.context)) == [
        "> gradient x | \\|Ax - b\\|^2 | 2A^\\top(Ax - b) | where A: m×n"
    ]
    assert reading("\\nabla f = 2A^\\top(Ax - b)").unread
