"""Derivatives by marks on the name of a function: f′(x), σ′(t), f′(x)h, f_x, f_{xx}."""

from __future__ import annotations

import re

from identities.equations.outline import NAME
from identities.equations.stated import Derivative

FUNCTION = re.compile(
    rf"\s*(?P<name>{NAME})\s*(?P<primes>['′]{{1,2}}|\^\{{\\prime \}}|\^\{{(?:\\prime ){{2}}\}}|″)?"
    r"\s*(?P<arguments>\(.*\))?\s*"
)
_APPLIED = re.compile(
    rf"\s*(?P<name>{NAME})\s*(?:['′]|\^\{{\\prime \}})\s*\({NAME}\)\s*[\[(]?\s*(?P<along>{NAME})\s*[\])]?\s*"
)
_OF, _IN = "[fghqlℓφψJLQVEF]", "[p-zβθA-DM-Z]"
_LOWERED = re.compile(
    rf"(?P<name>{_OF})\s*_\s*(?:\{{\s*(?P<first>{_IN})\s*(?P<second>{_IN})?\s*\}}|(?P<only>{_IN}))(?:\s*\([^()]*\))?"
)
_WORD_PRIME = re.compile(r"\s*\\?(?P<word>[a-z]{2,}) ?(?P<primes>'{1,2})\s*(?P<arguments>\(.*\))\s*")


def lowered(side: str, start: int, defined: frozenset[str]) -> Derivative | None:
    """f_x, f_{xx} and f_{ux} of a function that is defined."""
    match = _LOWERED.fullmatch(side.strip())
    if not match or match["name"] not in defined:
        return None
    first, second = match["first"] or match["only"], match["second"]
    wrt = first if second in (None, first) else f"{first}, {second}"
    return Derivative("second" if second else "first", (start, start + len(side)), match["name"], "", wrt)


def primed(side: str, start: int, defined: frozenset[str]) -> Derivative | None:
    """f′(x) and σ′(t)."""
    if (applied := _APPLIED.fullmatch(side)) and applied["name"].strip() in defined:  # f′(x)h
        return Derivative("differential", (start, start + len(side)), applied["name"].strip(), along=applied["along"])
    match = FUNCTION.fullmatch(side)
    if match and match["primes"] and match["arguments"]:
        name = match["name"].strip()
        if name not in defined and name != "σ":
            return None
        marks = match["primes"]
        count = 2 if "″" in marks else max(marks.count("'") + marks.count("′"), marks.count("prime"))
        kind = "hessian" if count == 2 else "derivative"
        inner = match["arguments"].strip()[1:-1].strip()
        if name in defined:
            return Derivative("second" if count == 2 else "first", (start, start + len(side)), name, inner)
        return Derivative(kind, (start, start + len(side)), "", inner, inner, along="'" * count)
    word = _WORD_PRIME.fullmatch(side)
    if word:
        count = len(word["primes"])
        inner = word["arguments"].strip()[1:-1].strip()
        return Derivative(
            "hessian" if count == 2 else "derivative", (start, start + len(side)), "", inner, inner, "'" * count
        )
    return None
