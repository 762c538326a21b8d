"""Markdown → blocks, with the place of every character.

What stands in comments, in code fences and in indented code holds no claims; a fence of ``math`` is a display.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from itertools import pairwise

from identities import limits
from identities.catalogue import Text
from identities.tables import hypertext
from identities.tables.blocks import Block, Directive, Heading, Item, Line, Prose, Row, Run, Table
from identities.tables.inline import ENVIRONMENTS, changed, directives, runs
from identities.tables.latex import array
from identities.tables.ruled import GRID, folded, grid, simple
from identities.tables.sentences import SIGNS, is_word

_QUOTE = re.compile(r" {0,3}> ?")
_ITEM = re.compile(r"\s*(?:[-*+]|[0-9]{1,9}[.)])(?:[ \t]+|$)(?:\[[ xX]\] )?")
_NUMBERED = re.compile(r"\s*\((?:[0-9]{1,2}|[a-z]|[ivx]{1,4})\)[ \t]+")
_FENCE = re.compile(r"\s*(`{3,}|~{3,})\s*\{?\s*\.?([\w-]*)")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]+(.*?))?(?:[ \t]+#*)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_OPEN = re.compile(r"[=+\-−·*/,({\[]\s*$")  # what an equation cannot end with
_EQUATION = re.compile(r"\s*[^\s=+\-−·*/,)\]}][^=]*=")  # with something on its left
_DELIMITERS = re.compile(r"[ \t|:-]*-[ \t|:-]*")
_BEGIN = re.compile(rf"\s*\\begin\{{({ENVIRONMENTS})\}}")
_DASHES = re.compile(r" {0,3}-{2,}(?: +-{2,})+ *")  # below the header of a simple table
_HIDDEN_PIPE = re.compile(r"`[^`]*`|\$[^$]*\$")
DISPLAYS = {"$$": "$$", r"\[": r"\]", r"\\[": r"\\]"}


def blocks(text: Text) -> Iterator[Block]:
    """The blocks of a document in Markdown, in order."""
    return Reader(text).blocks()


def lines_of(text: Text) -> list[Text]:
    """The lines of a text without their ends."""
    found, start = [], 0
    for match in re.finditer(r"\r\n|\r|\n|\Z", text.text):
        found.append(text.part(start, match.start()))
        start = match.end()
    return found


def equations(lines: list[Text]) -> list[list[Text]]:
    """The lines of a display, cut where one that is no continuation has an equation of its own, as in plain text."""
    if any(sign in line.text for line in lines for sign in (r"\begin", r"\\", "&")):
        return [lines]
    found: list[list[Text]] = []
    for line in (line for line in lines if line.text.strip()):
        complete = found and any("=" in one.text for one in found[-1]) and not _OPEN.search(found[-1][-1].text)
        if not found or (complete and _EQUATION.match(line.text)):
            found.append([])
        found[-1].append(line)
    return found


def lines_apart(lines: list[Text]) -> list[list[Text]]:
    """The lines of a paragraph without signs around its formulas, cut where one begins with an equation of its own."""
    if any(sign in line.text for line in lines for sign in ("$", "`", "\\(", "\\[", r"\begin")):
        return [lines]
    found = [lines[:1]]
    for before, line in pairwise(lines):
        left, sign, _ = line.text.partition("=")
        own = sign and SIGNS.search(left) and not any(map(is_word, left.split()))
        if own and "=" in before.text and not _OPEN.search(before.text):
            found.append([])
        found[-1].append(line)
    return found


class Reader:
    """Walks over the lines of a document once."""

    def __init__(self, text: Text) -> None:
        self.lines = lines_of(text)
        self.at = 0
        self.paragraph: list[Text] = []
        self.in_list = self.begins = self.numbered = False  # an item, one that begins, one called (1) or (a)
        self.depth = 0  # how far it is indented
        self.closing = {
            sign: [n for n, line in enumerate(self.lines) if sign in line.text] for sign in DISPLAYS.values()
        }
        self.ends = [n for n, line in enumerate(self.lines) if r"\end{" in line.text]
        self.tables = [n for n, line in enumerate(self.lines) if hypertext.ENDS.search(line.text)]

    def blocks(self) -> Iterator[Block]:
        self.skip_front_matter()
        while self.at < len(self.lines):
            line = self.unquoted(self.lines[self.at])
            blank = not line.text.strip()
            if blank:
                yield from self.flushed()
                self.at += 1
            elif not self.paragraph and self.is_code(line):
                self.at += 1
            elif fence := _FENCE.match(line.text):
                yield from self.flushed()
                yield from self.fenced(fence)
            elif line.text.lstrip().startswith("<!--"):
                yield from self.flushed()
                yield from self.comment(line)
            elif self.is_drawn(line):
                yield from self.drawn(line)
            elif heading := _HEADING.fullmatch(line.text):
                yield from self.flushed()
                yield Heading(heading[1] or "", line.text.split(maxsplit=1)[0].count("#"))
                self.in_list = False
                self.at += 1
            elif self.paragraph and _UNDERLINE.fullmatch(line.text) and "|" not in self.paragraph[-1].text:
                title = folded(self.paragraph).text
                self.paragraph = []
                yield Heading(title.strip(), 1 if "=" in line.text else 2)
                self.at += 1
            elif self.paragraph and _DELIMITERS.fullmatch(line.text) and self.heads_table(line):
                header = self.paragraph.pop()
                yield from self.flushed()
                self.at += 1
                yield self.table(header)
            else:
                if item := _ITEM.match(line.text) or (
                    (not self.paragraph or self.numbered) and _NUMBERED.match(line.text)
                ):
                    self.numbered = item.re is _NUMBERED
                    yield from self.flushed()
                    self.in_list = self.begins = True
                    self.depth = len(line.text) - len(line.text.lstrip())
                    line = line.part(item.end(), len(line.text))
                elif not self.paragraph and not line.text.startswith((" ", "\t")):
                    self.in_list = False
                yield from self.words(line)
        yield from self.flushed()

    def skip_front_matter(self) -> None:
        if self.lines[0].text.rstrip() == "---":
            ends = [n for n, line in enumerate(self.lines[1:200], 1) if line.text.rstrip() in ("---", "...")]
            self.at = ends[0] + 1 if ends else 0

    def unquoted(self, line: Text) -> Text:
        at = 0
        while match := _QUOTE.match(line.text, at):
            at = match.end()
        return line.part(at, len(line.text)) if at else line

    def is_code(self, line: Text) -> bool:
        return not self.in_list and line.text.expandtabs(4).startswith("    ")

    def is_drawn(self, line: Text) -> bool:
        """Whether a table of HTML or a grid begins here, or the rows of a simple one, below its header."""
        if hypertext.BEGINS.match(line.text) and self.next_of(self.tables) is not None:
            return True
        if self.paragraph:
            return len(self.paragraph) == 1 and _DASHES.fullmatch(line.text) is not None
        return GRID.fullmatch(line.text) is not None

    def drawn(self, line: Text) -> Iterator[Block]:
        """The table that begins here."""
        if hypertext.BEGINS.match(line.text):
            yield from self.flushed()
            start, self.at = self.at, (self.next_of(self.tables) or self.at) + 1
            yield from hypertext.tables(folded([self.unquoted(one) for one in self.lines[start : self.at]]))
            return
        if not self.paragraph:
            yield from grid(self.to_blank(), runs)
            return
        header, rows = self.paragraph.pop(), self.to_blank()[1:]
        ends = [n for n, row in enumerate(rows) if _DASHES.fullmatch(row.text)]
        inside = [line, header, line, *rows[: ends[0] if ends else None]]
        yield from simple([*inside, line], [0, 2, len(inside)], runs)

    def to_blank(self) -> list[Text]:
        """The lines from this one up to an empty one."""
        start = self.at
        while self.at < len(self.lines) and self.unquoted(self.lines[self.at]).text.strip():
            self.at += 1
        return [self.unquoted(line) for line in self.lines[start : self.at]]

    def flushed(self) -> Iterator[Block]:
        if self.paragraph:
            pieces, self.paragraph = lines_apart(self.paragraph), []
            for line in map(folded, pieces):
                yield from directives(line)
                item: Item = ("first" if self.begins else "more") if self.in_list else ""
                yield array(line) or Prose(runs(line), item, self.depth)
                self.begins = False

    def fenced(self, fence: re.Match[str]) -> Iterator[Block]:
        """To the end of the fence, or of the document."""
        sign, language = fence[1], fence[2]
        self.at += 1
        inside: list[Text] = []
        while self.at < len(self.lines):
            line = self.unquoted(self.lines[self.at])
            self.at += 1
            bare = line.text.strip()
            if bare.startswith(sign) and not bare.strip(sign[0]):
                break
            inside.append(line)
        if language.lower() in ("math", "latex-math", "katex", "displaymath") and inside:
            for lines in equations(inside[: limits.DISPLAY_LINES]):
                yield Prose((Run("display", folded(lines)),))

    def comment(self, line: Text) -> Iterator[Block]:
        """To the end of the comment; a directive in it is one."""
        inside = [line]
        while "-->" not in inside[-1].text and self.at + 1 < len(self.lines):
            self.at += 1
            inside.append(self.unquoted(self.lines[self.at]))
        self.at += 1
        whole = folded(inside)
        if "-->" not in whole.text:
            return
        yield from directives(whole)
        rest = whole.part(whole.text.rindex("-->") + 3, len(whole.text))
        if rest.text.strip():
            self.paragraph.append(rest)

    def words(self, line: Text) -> Iterator[Block]:
        """A line of a paragraph; of a display all its lines, whatever they begin with."""
        self.paragraph.append(line)
        self.at += 1
        last = self.last_of_display(line.text)
        if last is not None:
            while self.at <= last:
                self.paragraph.append(self.unquoted(self.lines[self.at]))
                self.at += 1
        if len(self.paragraph) > limits.DISPLAY_LINES:
            yield from self.flushed()

    def last_of_display(self, text: str) -> int | None:
        """The line on which the display ends that a line leaves open."""
        numbers: list[int] = []
        if match := _BEGIN.match(text):
            if rf"\end{{{match[1]}}}" not in text:
                numbers = self.ends
        else:
            for opening, closing in DISPLAYS.items():
                count = text.count(opening)
                if (opening == closing and count % 2) or (opening != closing and count > text.count(closing)):
                    numbers = self.closing[closing]
        return self.next_of(numbers)

    def next_of(self, numbers: list[int]) -> int | None:
        """The next of these lines, if it is not too far away."""
        number = bisect_left(numbers, self.at)
        if number < len(numbers) and numbers[number] < self.at + limits.DISPLAY_LINES:
            return numbers[number]
        return None

    # ---- tables

    def heads_table(self, delimiters: Text) -> bool:
        header = self.paragraph[-1]
        return "|" in header.text and len(cells(header)) == len(cells(delimiters))

    def table(self, header: Text) -> Table:
        heads = cells(header)
        rows: list[Row] = []
        waiting: list[Directive] = []
        while self.at < len(self.lines):
            line = self.unquoted(self.lines[self.at])
            if line.text.lstrip().startswith("<!--") and "-->" in line.text:
                waiting += directives(line)
            elif "|" not in line.text or not line.text.strip():
                break
            else:
                own = tuple(directives(line))
                line = changed(line, re.compile(r"<!--.*?-->"), lambda _: "")
                rows.append(Row(tuple(runs(cell, piped=True) for cell in cells(line, len(heads))), (*waiting, *own)))
                waiting = []
            self.at += 1
        return Table(tuple(runs(head, piped=True) for head in heads), tuple(rows))


def cells(line: Text, wanted: int = 0) -> list[Text]:
    """The cells of a row. Where there are more than ``wanted``, a pipe within a formula does not end a cell."""
    found = _between(line, [n for n, char in enumerate(line.text) if char == "|" and line.text[n - 1 : n] != "\\"])
    if wanted and len(found) > wanted:
        hidden = [range(*match.span()) for match in _HIDDEN_PIPE.finditer(line.text)]
        bars = [n for n, char in enumerate(line.text) if char == "|" and line.text[n - 1 : n] != "\\"]
        seen = _between(line, [n for n in bars if not any(n in span for span in hidden)])
        return seen if len(seen) <= wanted else found[:wanted]
    return found


def _between(line: Text, bars: list[int]) -> list[Text]:
    parts = [line.part(a + 1, b).stripped() for a, b in zip([-1, *bars], [*bars, len(line.text)], strict=True)]
    if parts and not parts[0].text:
        parts = parts[1:]
    if parts and not parts[-1].text and bars and not line.text[bars[-1] + 1 :].strip():
        parts = parts[:-1]
    return parts


def line_of(text: Text) -> Line:
    """A line of its own, such as the cell of another format."""
    return runs(text)
