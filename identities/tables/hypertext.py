"""The tables of HTML, as they stand in Markdown and in notebooks: <table><tr><th>f</th><th>∇f</th></tr> …"""

from __future__ import annotations

import re
from collections.abc import Iterator

from identities.catalogue import Text
from identities.tables.blocks import Row, Table
from identities.tables.inline import runs

BEGINS = re.compile(r"\s*<table\b", re.IGNORECASE)
ENDS = re.compile(r"</table\s*>", re.IGNORECASE)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>table|thead|tbody|tfoot|tr|td|th|caption)\b[^<>]{0,200}>", re.IGNORECASE)


def tables(text: Text) -> Iterator[Table]:
    """The table that a piece of HTML is, if it has cells."""
    lines = [tuple(map(runs, cells)) for cells in rows(text) if any(cell.text for cell in cells)]
    if lines:
        yield Table(lines[0], tuple(map(Row, lines[1:])))


def rows(text: Text) -> list[list[Text]]:
    """The cells of each row. Every tag of a table ends a cell, as the closing ones may be left out."""
    found: list[list[Text]] = []
    start = -1
    for tag in _TAG.finditer(text.text):
        if start >= 0:
            found[-1].append(text.part(start, tag.start()).stripped())
            start = -1
        name = tag["name"].lower()
        if name == "tr" and not tag["end"]:
            found.append([])
        elif name in ("td", "th") and not tag["end"]:
            found = found or [[]]
            start = tag.end()
    return found
