r"""The components x₁, …, xₖ of the x of f(x) = x₁² + 3x₁x₂, as entries x[1], …, x[k] of a vector with so many."""

from __future__ import annotations

import re
from collections.abc import Mapping

from identities.catalogue import Text
from identities.equations.outline import closing, depths, outline, shown_or_nothing
from identities.equations.stated import Texts
from identities.notation.names import SUBSCRIPTS

_INDEX = r"\s?(?:_\s*(?:\{\s*(?P<braced>[1-9])\s*\}|(?P<bare>[1-9])(?![0-9]))|(?P<small>[₁-₉])(?![₀-₉]))"
_TUPLE = re.compile(r"\s*\(")
_TURNED = re.compile(r"\s*(?:ᵀ|\^\s*\{?\s*[T⊤ᵀ]\s*\}?)?\s*")


def with_components(f: Text, argument: str, where: Texts) -> tuple[Text, dict[str, Text]]:
    """The function with its components as entries, and what is said of x; f as it is where x stands in it by itself.

    As many components as the largest index says, unless a number of them is known.
    """
    declared = where[argument].text if argument in where else ""
    if len(argument) != 1 or not (declared == "" or declared.isdigit()):
        return f, dict(where)
    found = [index(match) for match in of_name(argument).finditer(shown_or_nothing(f))]
    if len(set(found)) < 2 or 0 in found or (declared and int(declared) < max(found)):
        return f, dict(where)
    where = {**where, argument: Text(declared or str(max(found)), f.place)}
    return with_entries(f, where), where


def with_entries(text: Text, where: Mapping[str, Text]) -> Text:
    """The formula with x₁ as x[1] for every x that is declared with a number of entries."""
    shown = shown_or_nothing(text)
    sized = [name for name, said in where.items() if len(name) == 1 and said.text.isdigit() and name in shown]
    pieces = [
        (*match.span(), f"{name}[{index(match)}]")
        for name in sized
        for match in of_name(name).finditer(shown)
        if index(match)
    ]
    return outline(text).replaced(0, len(shown), sorted(pieces)) if pieces else text


def as_column(text: Text) -> Text:
    """The formula (a, b)ᵀ, or (a, b), as the column [a; b]."""
    shown = shown_or_nothing(text)
    match = _TUPLE.match(shown)
    stop = closing(shown, match.end() - 1) if match else -1
    if match is None or stop < 0 or not _TURNED.fullmatch(shown, stop + 1):
        return text
    inside = depths(shown[match.end() : stop])
    commas = [match.end() + at for at, depth in enumerate(inside) if depth == 0 and shown[match.end() + at] == ","]
    signs = [(match.end() - 1, match.end(), "["), *((at, at + 1, ";") for at in commas), (stop, len(shown), "]")]
    return outline(text).replaced(0, len(shown), signs) if commas else text


def of_name(name: str) -> re.Pattern[str]:
    """Where a vector stands, or a component of it."""
    return re.compile(rf"(?<![A-Za-z\\]){re.escape(name)}(?:{_INDEX}|(?![A-Za-z]))")


def index(match: re.Match[str]) -> int:
    """The index of a component; 0 for the vector itself."""
    return int(match["braced"] or match["bare"] or SUBSCRIPTS.get(match["small"] or "", "0"))
