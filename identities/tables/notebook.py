"""Notebooks → blocks: the Markdown cells, with every character at its place in the file of JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from identities import limits
from identities.catalogue import Text
from identities.tables import markdown
from identities.tables.blocks import Block, Cell, Trouble, too_long

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{4}(?:\\u[dD][c-fC-F][0-9a-fA-F]{2})?|.)")
Path = tuple[str | int, ...]


def blocks(text: Text) -> Iterator[Block]:
    """The blocks of all Markdown cells, in order."""
    try:
        json.loads(text.text)
    except (ValueError, RecursionError) as error:
        said = error.msg if isinstance(error, json.JSONDecodeError) else "too deeply nested"
        yield Trouble(text.place, f"no notebook, which is JSON: {said}")
        return
    kinds: dict[str | int, str] = {}
    sources: dict[str | int, list[Text]] = {}
    for path, value in strings(text):
        if path[:1] != ("cells",) or len(path) < 3:
            continue
        if path[2:] == ("cell_type",):
            kinds[path[1]] = value.text
        elif path[2] == "source" and len(path) <= 4:
            sources.setdefault(path[1], []).append(value)
    cells = {number: Text.joined(parts) for number, parts in sources.items() if kinds.get(number) == "markdown"}
    if sum(len(cell.text) for cell in cells.values()) > limits.DOCUMENT_LENGTH:
        yield too_long(text.place)
        return
    for number, cell in cells.items():
        yield Cell(int(number) + 1)
        yield from markdown.blocks(cell)


def strings(text: Text) -> Iterator[tuple[Path, Text]]:
    """Every string that is a value in a text of JSON, with the keys and numbers that lead to it."""
    path: list[str | int] = []
    is_key = False
    for token in _TOKEN.finditer(text.text):
        sign = token[0]
        if sign in "{[":
            path.append("" if sign == "{" else 0)
            is_key = sign == "{"
        elif sign in "}]":
            path.pop()
        elif sign == ",":
            last = path[-1]
            is_key = isinstance(last, str)
            path[-1] = last if isinstance(last, str) else last + 1
        elif sign == ":":
            is_key = False
        elif sign[0] == '"':
            value = text.part(token.start() + 1, token.end() - 1)
            if is_key:
                path[-1] = unescaped(value).text
            else:
                yield tuple(path), unescaped(value)


def unescaped(text: Text) -> Text:
    """What a string of JSON stands for."""
    pieces: list[Text] = []
    at = 0
    for match in _ESCAPE.finditer(text.text):
        pieces += [text.part(at, match.start()), Text(json.loads(f'"{match[0]}"'), text.at(match.start()))]
        at = match.end()
    return Text.joined([*pieces, text.part(at, len(text.text))])
