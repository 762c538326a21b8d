"""Functions that a text applies without a declaration: the φ of h = φ(Wx) with φ′(Wx) in its derivative."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from identities.catalogue import Text
from identities.equations.kinds import canonical, typed
from identities.equations.outline import LETTER, outline
from identities.equations.stated import Context, Unreadable
from identities.notation import NotationError

_APPLIED = re.compile(
    rf"(?<![A-Za-z\\])(?P<name>{LETTER})\s*(?P<primes>['′]+|\^\s*\{{?\s*(?:\\prime\s*)+\}}?)?\s*(?P<opening>\()"
)
FUNCTION = "ℝ → ℝ"


def declared(context: Context, f: Text, form: Text) -> tuple[Context, Text, Text]:
    """The same with a letter declared as a function of numbers that f applies and the closed form differentiates.

    X'(y − Xβ) is a transpose: a letter counts only where it stands before a parenthesis with a prime and without one.
    Of an array such a function is that of its entries, which the notation says by ⊙.
    """
    if not re.search(r"['′]|\\prime", form.text):
        return context, f, form
    texts = [f, form, *context.definitions.values()]
    plain, primed = names(texts, marked=False), names([form], marked=True)
    found = (plain & primed) - context.where.keys() - context.definitions.keys()
    if not found:
        return context, f, form
    context = replace(context, where={**context.where, **{name: Text(FUNCTION, f.place) for name in found}})
    try:
        typed(f, context.where, context.definitions)
    except Unreadable:
        definitions = {name: entrywise(text, found) for name, text in context.definitions.items()}
        return replace(context, definitions=definitions), entrywise(f, found), entrywise(form, found)
    return context, f, form


def names(texts: Iterable[Text], *, marked: bool) -> set[str]:
    """The letters before a parenthesis, with or without a prime."""
    found: set[str] = set()
    for text in texts:
        try:
            shown = outline(text).text
        except NotationError:
            continue
        found |= {canonical(m["name"]) for m in _APPLIED.finditer(shown) if (m["primes"] is not None) == marked}
    return found


def entrywise(text: Text, functions: set[str]) -> Text:
    """The text with these functions applied to every entry."""
    drawn = outline(text)
    pieces: list[tuple[int, int, str]] = []
    for match in _APPLIED.finditer(drawn.text):
        if canonical(match["name"]) in functions:
            primes = match["primes"] or ""
            count = max(primes.count("'") + primes.count("′"), primes.count("prime"))
            pieces.append((match.end("name"), match.end("opening"), "'" * count + "⊙("))
    return drawn.replaced(0, len(drawn.text), pieces) if pieces else text
