"""Claims of the catalogue, typeset and put into a table of a document, are read as the same claims."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from identities import load
from identities.notation.typeset import latex, unicode
from identities.parsed import read
from identities.run import verdicts
from identities.settings import Settings
from identities.statement import Statement, statements
from identities.tables import read_text

CATALOGUE = Path(__file__).parents[2] / "catalogue.yaml"
KINDS = ("gradient", "jacobian", "hessian", "differential", "pullback", "equals")
EVERY = 30  # claims, of which one is tried
HEADER = "| function | {second} | {kind} | where |\n|---|---|---|---|\n"


@cache
def claims():
    return [(identity, claim) for identity in load(CATALOGUE) for claim in statements(read(identity))]


def rows(kind, spell, around):
    for identity, claim in claims():
        where = "; ".join(f"{name}: {text.text}" for name, text in identity.where.items())
        if isinstance(claim, Statement) and claim.claim.kind == kind:
            plain = not (claim.functions or claim.claim.worked or claim.lets or claim.at or claim.integers)
            if plain and " with " not in where:
                wrt = ", ".join(claim.wrt) if kind not in ("differential", "equals") else ""
                f, form = (f"{around}{spell(tree.node)}{around}" for tree in (claim.f, claim.closed_form))
                yield f"| {f} | {wrt} | {form} | {where} |"


@pytest.mark.parametrize(("spell", "around"), [(unicode, ""), (latex, "$")])
@pytest.mark.parametrize("kind", KINDS)
def test_a_typeset_claim_is_read_as_itself(kind, spell, around):
    some = list(rows(kind, spell, around))[::EVERY]
    header = HEADER.format(second="name" if kind == "equals" else "w.r.t.", kind=kind)
    document = read_text(header + "\n".join(some) + "\n", "t.md", ".md")
    found = [(one.line, one.kind, one.verdict) for one in verdicts(document.identities, Settings(), cache=None)]
    unread = [str(skipped.problem) for skipped in document.skipped]
    # {x}_{1}, an entry of x that is declared, is a name in most documents.
    expected = [number for number, row in enumerate(some, 3) if "}_{" not in row and "[1]" not in row]
    assert set(expected) <= {line for line, _, verdict in found if verdict == "verified"}, unread
    assert {(claimed, verdict) for _, claimed, verdict in found} == {(kind, "verified")}
