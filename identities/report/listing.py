"""The contents of a catalogue: a table by section, or JSON."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from identities.report.json import FORMAT, dump
from identities.report.text import count, escape

if TYPE_CHECKING:
    from identities.catalogue import Identity

WIDEST = 44  # columns a cell may take from all the others of its column


def text_listing(identities: Sequence[Identity]) -> str:
    """One line an identity under the title of its section: id, f, and what is claimed of it."""
    rows = [(identity.section, [identity.id, identity.f.text, _claims(identity)]) for identity in identities]
    cells = [(section, [" ".join(escape(cell).split()) for cell in row]) for section, row in rows]
    widths = [max((w for _, row in cells if (w := _width(row[i])) <= WIDEST), default=0) for i in (0, 1)]
    lines: list[str] = []
    for section, entries in groupby(cells, key=lambda cell: cell[0]):
        lines += ["", escape(section)] if lines else [escape(section)]
        for _, (*padded, last) in entries:
            columns = [cell + " " * (width - _width(cell)) for cell, width in zip(padded, widths, strict=True)]
            lines.append("  ".join(["", *columns, last]).rstrip())
    claims = sum(len(identity.claims) for identity in identities)
    amount = f"{count(len(identities), 'identity', 'identities')}, {count(claims, 'claim')}"
    return "\n".join([*lines, "", amount, ""])


def json_listing(identities: Sequence[Identity]) -> str:
    """The same with the text of everything, in the order of the file."""
    return dump({"format": FORMAT, "identities": [entry(identity) for identity in identities]})


def entry(identity: Identity) -> dict[str, Any]:
    """One identity as its file says it, with its place."""
    return {
        "file": identity.place.file,
        "line": identity.place.line,
        "id": identity.id,
        "section": identity.section,
        "where": {name: text.text for name, text in identity.where.items()},
        "let": {name: text.text for name, text in identity.let.items()},
        "f": identity.f.text,
        "claims": [
            {"kind": claim.kind, "wrt": claim.wrt, "closed_form": claim.closed_form.text} for claim in identity.claims
        ],
        "source": identity.source,
        "note": identity.note,
        "tags": identity.tags,
    }


def _claims(identity: Identity) -> str:
    """``gradient A, X; hessian X``: each kind once, with the variables it is about."""
    kinds: dict[str, list[str]] = {}
    for claim in identity.claims:
        variables = kinds.setdefault(claim.kind, [])
        if claim.wrt and claim.wrt not in variables:
            variables.append(claim.wrt)
    return "; ".join(f"{kind} {', '.join(variables)}".strip() for kind, variables in kinds.items())


def _width(text: str) -> int:
    """Columns on a terminal: the bar of f̄ takes none, a wide character two."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


LISTINGS: Mapping[str, Callable[[Sequence[Identity]], str]] = {"text": text_listing, "json": json_listing}
