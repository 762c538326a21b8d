r"""Functions whose names are several signs: \log p(x) = …, RSS(β) = …. For the reader of equations they are letters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from identities.catalogue import Text
from identities.equations.outline import LETTER, outline
from identities.notation import NotationError
from identities.vocabulary import WORDS

# Of what stands before = with its arguments, the name: \log p, RSS, \mathrm{MSE}.
# π too is a letter where it is defined: π = σ(Xθ).
_NAMED = re.compile(
    rf"(?:^|[,;]|⟧)\s*(?:(?P<name>\\(?:log|ln) ?\s*(?!σ){LETTER}|(?![DJ][A-Z](?![A-Z]))[A-Z]{{2,5}}|\\[A-Za-z]{{2,8}} )"
    r"(?=\s*\([\w\s,;|∣\u0300-\u036f]*\)\s*=)|(?P<constant>π)(?=\s*=\s*[^\s\d]))"
)
_POOL = "ΞΨΥξζυ"  # letters that hardly anybody uses


def learnt(text: Text, known: Mapping[str, str], used: str) -> dict[str, str]:
    """The names known so far, and those that a text defines, each with a letter for it that is not ``used``."""
    found = dict(known)
    try:
        shown = outline(text).text
    except NotationError:
        return found
    for match in _NAMED.finditer(shown):
        name = (match["name"] or match["constant"]).strip()
        pool = _POOL if match["name"] else _POOL.lower()  # a small letter for a small one
        free = (letter for letter in pool if letter not in used + shown and letter not in found.values())
        if name not in found and name.strip("\\").lower() not in WORDS and (letter := next(free, "")):
            found[name] = letter
    return found


def lettered(text: Text, known: Mapping[str, str]) -> Text:
    """The text with those letters for the names."""
    if not known:
        return text
    try:
        drawn = outline(text)
    except NotationError:
        return text
    words = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True) if name != "π")
    pattern = rf"(?<![A-Za-z])(?:{words})(?![A-Za-z]) ?" if words else "(?!)"
    pattern += "|π" if "π" in known else ""  # also right behind a letter, X^Tπ
    pieces = [
        (*match.span(), known[match[0].strip()])  # with the space that belongs to \operatorname{lse}
        for match in re.finditer(pattern, drawn.text)
    ]
    return drawn.replaced(0, len(drawn.text), pieces) if pieces else text


def restored(unread: Iterable[tuple[Text, str]], known: Mapping[str, str]) -> Iterator[tuple[Text, str]]:
    """What is not read, and why, with the names in place of their letters."""
    for text, reason in unread:
        said, why = text.text, reason
        for name, letter in known.items():
            said, why = said.replace(letter, f" {name}"), why.replace(letter, name)
        yield (text if said == text.text else Text(said, text.place)), why
