"""In which variable a row differentiates: the one that it says, or else the one that everybody means."""

from __future__ import annotations

import re
from itertools import islice

from identities.catalogue import Text
from identities.equations.kinds import canonical
from identities.expression import Name, walk
from identities.notation import NotationError, parse
from identities.tables.blocks import Line
from identities.tables.headers import plain

_TRANSPOSE = re.compile(r"\s*(?:['′ᵀ⊤]|\^\s*[T⊤ᵀ])$")  # of a variable
CONVENTION = ("X", "x", "θ", "W", "w", "Z", "z", "t")


def chosen(wrt: str, known: tuple[str, ...], usual: str = "") -> str:
    """The variable: the one that is said, the only one there is, that of the other rows, or the one everybody means."""
    if wrt in known:
        return wrt
    other = [one for one in known if one.lower() == wrt.lower()] if wrt else []
    if len(other) == 1:
        return other[0]
    if len(known) == 1:
        return known[0]
    return "" if wrt else next((one for one in (usual, *CONVENTION) if one in known), "")


def variable(cell: Line) -> str:
    """The name in a column of variables; of β′ it is β."""
    text = plain(cell).strip(" ,.;:*_`$")
    return ", ".join(canonical(_TRANSPOSE.sub("", part.strip())) for part in text.split(","))


def is_row(cell: Line) -> bool:
    """Whether a derivative is by the row β′, so that it is one itself."""
    return _TRANSPOSE.search(plain(cell).strip(" ,.;:*_`$")) is not None


def in_place(f: Text, place: int) -> str:
    """The first, second, … name of a function; "" for none."""
    try:
        found = dict.fromkeys(node.name for node in walk(parse(f.text)) if isinstance(node, Name))
    except NotationError:
        return ""
    return next(islice(found, place - 1, None), "") if place else ""
