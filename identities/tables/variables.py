"""In which variable a row differentiates: the one that it says, or else the one that everybody means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from identities.catalogue import Text
from identities.equations.kinds import canonical, names_in
from identities.expression import Name, walk
from identities.notation import NotationError, parse
from identities.tables.blocks import Line, whole
from identities.tables.headers import plain

_TRANSPOSE = re.compile(r"\s*(?:['′ᵀ⊤]|\^\s*[T⊤ᵀ])$")  # of a variable
_BY = r"(?:\bw\.?\s?r\.?\s?t\.?|\bwith respect to)"
_BESIDE = re.compile(rf"\W*(?:in|{_BY})\s+[($`]*(\\?\w\S*?)[)$`\s]*$")
_REMARK = re.compile(rf"{_BY}\W*?(\\?[^\W\d_]\w*)")
_CALL = re.compile(r"\\?[A-Za-z]\w*\((\\?[^\W\d_]\w{0,8})(?:\s*[,;]\s*\\?\w{1,9})*\)")  # mse(p, t)
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


def beside(words: Text | None) -> str:
    """The name in the words beside a function: tr(AX), in X."""
    match = _BESIDE.match(words.text) if words else None
    return (match and canonical(match[1])) or ""


def in_remarks(remarks: Iterable[Text]) -> str:
    """The name in a remark on a row: w.r.t. X, A symmetric."""
    return next((canonical(match[1]) for words in remarks for match in _REMARK.finditer(words.text)), "")


def of_call(cells: Iterable[Line], f: Text) -> str:
    """The first argument of a function that another cell names by a call, mse(p, t), if its formula has it."""
    calls = [match for cell in cells if (match := _CALL.fullmatch(whole(cell).text.strip(" `$")))]
    return next((name for match in calls if (name := canonical(match[1])) in names_in(f)), "")
