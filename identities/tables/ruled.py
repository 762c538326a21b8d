"""Tables drawn with lines, as in reStructuredText and in Pandoc's Markdown: grid tables, simple tables."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from identities.catalogue import Text
from identities.tables.blocks import Line, Row, Table

Runs = Callable[[Text], Line]  # how the format reads a cell
SIMPLE = re.compile(r"\s*=+(?:\s+=+)+\s*")
GRID = re.compile(r"\s*\+(?:[-=:]+\+)+\s*")


def folded(lines: list[Text]) -> Text:
    """Several lines as one, a space where a line ends."""
    parts = [lines[0]]
    for line in lines[1:]:
        before = parts[-1]
        parts += [Text(" ", before.at(len(before.text))), line]
    return Text.joined(parts) if len(lines) > 1 else lines[0]


def as_table(rows: list[list[list[Text]]], heads: int, runs: Runs) -> Iterator[Table]:
    """A table of rows of cells, each of several lines."""
    lines = [tuple(runs(folded(cell).stripped()) if cell else () for cell in row) for row in rows]
    if lines:
        yield Table(lines[max(heads, 1) - 1], tuple(Row(cells) for cells in lines[max(heads, 1) :]))


def simple(inside: list[Text], borders: list[int], runs: Runs) -> Iterator[Table]:
    """Columns begin where the signs = or - of the first border do."""
    starts = [match.start() for match in re.finditer("[=-]+", inside[0].text)]
    rows: list[list[list[Text]]] = []
    heads = 0
    for number, line in enumerate(inside):
        if number in borders:
            heads = len(rows) if number == borders[1] and len(borders) > 2 else heads
            continue
        if not line.text.strip() or re.fullmatch(r"[\s-]+", line.text):
            continue
        cells = [
            line.part(a, b).stripped() for a, b in zip(starts, [*starts[1:], len(line.text)], strict=True) if a <= b
        ]
        if rows and not cells[0].text:
            for cell, old in zip(cells, rows[-1], strict=False):
                old.extend([cell] if cell.text else [])
        else:
            rows.append([[cell] if cell.text else [] for cell in cells])
    yield from as_table(rows, heads, runs)


def grid(inside: list[Text], runs: Runs) -> Iterator[Table]:
    """Cells stand between bars, rows between lines of - or =."""
    bars = [match.start() for match in re.finditer(r"\+", inside[0].text)]
    rows: list[list[list[Text]]] = [[]]
    heads = 0
    for line in inside:
        if GRID.fullmatch(line.text):
            if rows[-1]:
                rows.append([])
            heads = len(rows) - 1 if "=" in line.text else heads
            continue
        here = [at for at in bars if line.text[at : at + 1] == "|"]
        if len(here) != len(bars):  # signs that are wider or narrower than one column
            every = [match.start() for match in re.finditer(r"\|", line.text)]
            here = every if len(every) == len(bars) else here
        cells = [line.part(a + 1, b).stripped() for a, b in pairwise(here)]
        if not rows[-1]:
            rows[-1] = [[] for _ in cells]
        for cell, old in zip(cells, rows[-1], strict=False):
            old.extend([cell] if cell.text else [])
    yield from as_table([row for row in rows if row], heads, runs)
