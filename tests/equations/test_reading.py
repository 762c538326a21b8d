"""Equations as people write them: equations.txt says of each what it claims, or why it claims nothing.

``$`` is the text, ``>`` a claim (kind and variable | f | closed form | where … | let …), ``!`` what is unread | why.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from identities.catalogue import Text
from identities.catalogue.places import Place
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
    return lines + [f"! {text.text} | {why}" for text, why in reading.unread]


@pytest.mark.parametrize("block", BLOCKS)
def test_equation(block):
    lines = block.split("\n")
    text = "\n".join(line[2:] for line in lines if line.startswith("$"))
    assert said(reading(text)) == [line for line in lines if not line.startswith("$")]


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
