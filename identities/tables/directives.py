"""What a comment in a document tells this program.

``identities: where A: n×n symmetric; layout: numerator; wrt: x`` holds until the next heading, or until another one
says otherwise; ``skip`` and ``expect refuted`` hold for the next row, table or paragraph, ``skip file`` for the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from identities.catalogue import LAYOUTS, Expected, Problem, Text, quoted
from identities.declaration import declare
from identities.domains import parse_words
from identities.notation import NotationError
from identities.tables.blocks import Directive

WORDS = ("where", "layout", "wrt", "skip", "skip file", "expect refuted")
USAGE = "expected `where A: n×n symmetric`, `layout: numerator`, `wrt: x`, `skip`, `skip file` or `expect refuted`"

MARK = re.compile(r"\s*identities:(?!\S*//)\s*")
_NAMED = re.compile(r"(?:^|,)\s*([^\s:,]+)\s*:")


@dataclass(frozen=True, slots=True)
class Settings:
    """What directives have settled. An empty text is nothing said."""

    where: Mapping[str, Text] = field(default_factory=dict)
    layout: str = ""
    wrt: str = ""
    skip: bool = False
    skip_file: bool = False
    expected: Expected = "verified"


def settings(directive: Directive, problems: list[Problem]) -> dict[str, object]:
    """The fields of :class:`Settings` that a directive sets; what it does not know is a problem."""
    found: dict[str, object] = {}
    for part in _parts(directive.text):
        word = " ".join(re.split(r"[:\s]+", part.text.strip())).strip()
        first, _, rest = word.partition(" ")
        if word in ("skip", "skip file"):
            found["skip" if word == "skip" else "skip_file"] = True
        elif word == "expect refuted":
            found["expected"] = "refuted"
        elif first == "layout" and rest in LAYOUTS:
            found["layout"] = rest
        elif first == "wrt" and rest and " " not in rest:
            found["wrt"] = rest
        elif first == "where":
            where = declarations(part.part(part.text.index("where") + 5, len(part.text)))
            if not where:
                problems.append(Problem(part.place, "", f"'{quoted(part.text)}' declares nothing: {USAGE}"))
            problems += [wrong for text in where.values() if (wrong := mistaken(text))]
            found["where"] = where
        else:
            wanted = [f"layout: {name}" for name in LAYOUTS] if first == "layout" else WORDS
            near = get_close_matches(part.text, wanted, 1)
            hint = f"did you mean `{near[0]}`?" if near and word not in WORDS else USAGE
            problems.append(Problem(part.place, "", f"'{quoted(part.text)}' is no directive of identities: {hint}"))
    return found


def mistaken(text: Text) -> Problem | None:
    """What is wrong with a declaration, which may leave the shape to the formulas: A: symmetric."""
    try:
        words = declare(text.text).words
    except NotationError as error:
        if re.search(r"[×→\d]", text.text):
            return Problem(text.at(error.span.start), "", error.message)
        words = (text.text,)
    try:
        parse_words(" ".join(words))
    except ValueError as unknown:
        return Problem(text.place, "", str(unknown))
    return None


def declarations(text: Text) -> dict[str, Text]:
    """``A: n×n symmetric, x: n`` by name."""
    starts = list(_NAMED.finditer(text.text))
    ends = [match.start() for match in starts[1:]] + [len(text.text)] * bool(starts)
    return {
        match[1]: text.part(match.end(), end).stripped()
        for match, end in zip(starts, ends, strict=True)
        if text.text[match.end() : end].strip()
    }


def _parts(text: Text) -> Iterator[Text]:
    start = 0
    for match in re.finditer(r";|$", text.text):
        part = text.part(start, match.start()).stripped()
        start = match.end()
        if part.text:
            yield part
