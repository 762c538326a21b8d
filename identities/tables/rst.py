"""reStructuredText → blocks: math directives and roles, simple and grid tables, list-tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from identities.catalogue import Text
from identities.tables.blocks import Block, Directive, Heading, Item, Line, Prose, Run, Table
from identities.tables.directives import MARK
from identities.tables.inline import changed
from identities.tables.markdown import lines_of
from identities.tables.ruled import GRID, SIMPLE, as_table, folded, grid, simple

_UNDERLINE = re.compile(r"([=\-`:.'\"~^_*+#<>])\1{2,}\s*")
_EXPLICIT = re.compile(r"(\s*)\.\.(?:\s+(?:(?P<name>[a-z][a-z-]*)::\s*(?P<argument>.*)|(?P<comment>.*)))?\s*")
_OPTION = re.compile(r"\s*:([a-z-]+):\s*(.*)")
_ITEM = re.compile(r"\s*(?:[-*+•]|\(?[0-9a-z#]{1,3}[.)])\s+")
_VALUE = re.compile(r'\s*(?:"(?P<quoted>[^"]*)"|(?P<bare>[^,"]*))\s*(?:,|$)')
_ENTRY = re.compile(r"(\s*)(\*\s+)?-(?:\s+|$)")
_INLINE = re.compile(
    r":math:`(?P<math>[^`]*)`|``(?P<code>[^`]+)``|:[a-z:]+:`[^`]*`|`(?P<words>[^`<>]*)(?:<[^<>`]*>)?`_{0,2}"
)
_EMPHASIS = re.compile(r"\*\*([^*\s][^*]{0,80})\*\*|(?<![\w*])\*([A-Za-z][^*]{0,80})\*(?![\w*])|\\([^A-Za-z\s])")
HOLDING_CODE = ("code", "code-block", "sourcecode", "literalinclude", "parsed-literal", "testcode", "ipython", "plot",
                "raw", "highlight", "graphviz", "figure", "image", "toctree", "doctest", "jupyter-execute")  # fmt: skip

# Whose argument is the beginning of a paragraph.
ADMONITIONS = ("note", "tip", "hint", "important", "warning", "caution", "attention", "danger", "error", "seealso",
               "topic", "rubric", "centered", "versionchanged", "versionadded")  # fmt: skip


def blocks(text: Text) -> Iterator[Block]:
    """The blocks of a document in reStructuredText, in order."""
    return Reader(lines_of(text)).blocks()


def indent(line: Text) -> int:
    """How far a line is indented."""
    return len(line.text) - len(line.text.lstrip())


class Reader:
    """Walks over the lines of a document once."""

    def __init__(self, lines: list[Text]) -> None:
        self.lines = lines
        self.at = 0
        self.paragraph: list[Text] = []
        self.item: Item = ""
        self.signs: list[str] = []  # that underline titles, from the outermost

    def blocks(self) -> Iterator[Block]:
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if not line.text.strip():
                yield from self.flushed()
                self.at += 1
            elif explicit := _EXPLICIT.fullmatch(line.text):
                yield from self.flushed()
                yield from self.explicit(line, explicit)
            elif not self.paragraph and (SIMPLE.fullmatch(line.text) or GRID.fullmatch(line.text)):
                yield from self.table(line)
            elif _UNDERLINE.fullmatch(line.text) and len(self.paragraph) <= 1:
                if self.paragraph:
                    sign = line.text.strip()[0]
                    if sign not in self.signs:
                        self.signs.append(sign)
                    yield Heading(self.paragraph.pop().text.strip(), self.signs.index(sign))
                self.at += 1
            elif line.text.lstrip().startswith(">>>"):
                self.at += 1
                while self.at < len(self.lines) and self.lines[self.at].text.strip():
                    self.at += 1
            else:
                if item := _ITEM.match(line.text):
                    yield from self.flushed()
                    line = line.part(item.end(), len(line.text))
                    self.item = "first"
                elif not self.paragraph and not line.text.startswith((" ", "\t")):
                    self.item = ""
                self.paragraph.append(line)
                self.at += 1
        yield from self.flushed()

    def flushed(self) -> Iterator[Block]:
        if not self.paragraph:
            return
        whole, first = folded(self.paragraph), self.paragraph[0]
        self.paragraph = []
        yield Prose(runs(whole), self.item)
        self.item = "more" if self.item else ""
        if whole.text.rstrip().endswith("::"):
            self.body(indent(first))

    def body(self, above: int) -> list[Text]:
        """The lines that follow and are indented deeper, passed over."""
        found: list[Text] = []
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if line.text.strip() and indent(line) <= above:
                break
            found.append(line)
            self.at += 1
        return found

    def explicit(self, line: Text, match: re.Match[str]) -> Iterator[Block]:
        """A directive of reStructuredText, or a comment, which may be one to this program."""
        self.at += 1
        name, comment = match["name"], match["comment"] or ""
        if name is None:
            if mark := MARK.match(comment):
                yield Directive(line.part(match.start("comment") + mark.end(), len(line.text)).stripped())
            self.body(len(match[1]))
        elif name == "math":
            argument = line.part(*match.span("argument"))
            for part in parts([argument, *self.body(len(match[1]))]):
                yield Prose((Run("display", part),))
        elif name in TABLES:
            yield from TABLES[name](self.body(len(match[1])))
        elif name in HOLDING_CODE:
            self.body(len(match[1]))
        elif name in ADMONITIONS and match["argument"]:
            self.paragraph.append(line.part(match.start("argument"), len(line.text)))

    def table(self, border: Text) -> Iterator[Block]:
        """A simple table or a grid table."""
        start = self.at
        while self.at < len(self.lines) and self.lines[self.at].text.strip():
            self.at += 1
        inside = self.lines[start : self.at]
        if GRID.fullmatch(border.text):
            yield from grid(inside, runs)
            return
        borders = [number for number, line in enumerate(inside) if SIMPLE.fullmatch(line.text)]
        if len(borders) == 2:  # a blank line may stand within
            while self.at < len(self.lines) and len(borders) < 3 and self.at < start + 400:
                inside.append(self.lines[self.at])
                borders += [len(inside) - 1] * bool(SIMPLE.fullmatch(self.lines[self.at].text))
                self.at += 1
        yield from simple(inside, borders, runs)


def parts(lines: list[Text]) -> Iterator[Text]:
    """The formulas of a math directive, which blank lines part."""
    current: list[Text] = []
    for line in [*lines, Text("", lines[-1].place)]:
        if line.text.strip() and not (not current and _OPTION.fullmatch(line.text)):
            current.append(line.stripped())
        elif current and not line.text.strip():
            yield folded(current)
            current = []


def runs(text: Text) -> Line:
    """The runs of a text: roles of mathematics, code, words."""
    found: list[Run] = []
    at = 0
    for match in _INLINE.finditer(text.text):
        found.append(Run("words", words(text.part(at, match.start()))))
        if match["math"] is not None:
            found.append(Run("math", text.part(*match.span("math")).stripped()))
        elif match["code"] is not None:
            found.append(Run("code", text.part(*match.span("code"))))
        elif match["words"] is not None:
            found.append(Run("words", text.part(*match.span("words"))))
        at = match.end()
    found.append(Run("words", words(text.part(at, len(text.text)))))
    return tuple(run for run in found if run.text.text.strip())


def words(text: Text) -> Text:
    """Words without marks of emphasis and escapes."""
    return changed(text, _EMPHASIS, lambda match: match[1] or match[2] or match[3])


# ---- tables


def list_table(body: list[Text]) -> Iterator[Table]:
    """``* - a`` begins a row, ``- b`` a cell in it."""
    rows: list[list[list[Text]]] = []
    heads = 0
    for line in body:
        option = _OPTION.fullmatch(line.text)
        entry = _ENTRY.match(line.text)
        if option and not rows:
            heads = int(option[2]) if option[1] == "header-rows" and option[2].isdecimal() else heads
        elif entry and (entry[2] or rows):
            if entry[2]:
                rows.append([])
            rest = line.part(entry.end(), len(line.text))
            rows[-1].append([rest] if rest.text.strip() else [])
        elif line.text.strip() and rows and rows[-1]:
            rows[-1][-1].append(line.stripped())
    yield from as_table(rows, heads, runs)


def csv_table(body: list[Text]) -> Iterator[Table]:
    """A line for a row, commas between the cells, quotes around those with commas; the header may be an option."""
    rows: list[list[list[Text]]] = []
    heads = 0
    for line in body:
        option = _OPTION.fullmatch(line.text) if not rows or heads == len(rows) else None
        if option and option[1] == "header":
            rows, heads = [comma_separated(line.part(option.start(2), len(line.text)))], 1
        elif option:
            heads = int(option[2]) if option[1] == "header-rows" and option[2].isdecimal() else heads
        elif line.text.strip():
            rows.append(comma_separated(line.stripped()))
    yield from as_table(rows, heads, runs)


def comma_separated(line: Text) -> list[list[Text]]:
    """The cells of a line of comma-separated values."""
    found = []
    for match in _VALUE.finditer(line.text):
        cell = line.part(*match.span("quoted" if match["quoted"] is not None else "bare")).stripped()
        found.append([cell] if cell.text else [])
        if match.end() == len(line.text):
            break
    return found


TABLES = {"list-table": list_table, "csv-table": csv_table}
