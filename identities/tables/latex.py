r"""LaTeX → blocks: tabular and its kin, displays, paragraphs and items of lists.

Only what stands between ``\begin{document}`` and its end is read, where there is that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from identities.catalogue import Text
from identities.tables.blocks import Block, Directive, Heading, Item, Line, Prose, Row, Run, Table, Trouble
from identities.tables.columns import columns
from identities.tables.inline import ENVIRONMENTS, Endings, changed, split
from identities.tables.macros import DIRECTIVE, closing, prepared

TABULAR = ("tabular", "tabular*", "tabularx", "longtable", "tabulary", "tblr", "array", "supertabular", "NiceTabular")
_DOCUMENT = re.compile(r"\\begin\{document\}(?P<body>.*?)(?:\\end\{document\}|\Z)", re.DOTALL)
_MARK = re.compile(
    r"(?P<heading>\\(?:chapter|section|subsection|subsubsection)\*?\s*(?:\[[^\]]*\])?\s*(?=\{))"
    r"|(?P<directive>\\identities(?=\{))|\\begin\{(?P<begin>[A-Za-z]+\*?)\}|\\end\{[A-Za-z]+\*?\}"
    r"|\\item\b(?:\s*\[[^\]]*\])?|\n[ \t]*\r?\n\s*|(?P<display>\$\$|\\\[)|(?P<inline>(?<!\\)\$|\\\()|\\."
)
_ENVIRONMENT = re.compile(ENVIRONMENTS)
_RULES = re.compile(
    r"\\(?:hline|toprule|midrule|bottomrule|endhead|endfirsthead|endfoot|endlastfoot|addlinespace|centering|noalign\{[^{}]*\})"
    r"(?![A-Za-z])(?:\[[^\]]*\])?|\\(?:cline|rowcolor|arrayrulecolor|caption|label)\s*\{[^{}]*\}|\\cmidrule\s*(?:\([a-z]*\))?\{[^{}]*\}"
)
_SPAN = re.compile(r"\s*\\(?P<what>multicolumn|multirow)\s*\{\s*(?P<count>[0-9*]+)\s*\}\s*(?:\[[^\]]*\])?\s*(?=\{)")
_CELL = re.compile(r"\\begin\{|\\end\{|\\\\|\\tabularnewline\b|\\[({\[)}\]&$]|[{}$&]|\\[A-Za-z]+")
_FONTS = re.compile(
    r"\\(?:textbf|textit|textrm|textsf|textsc|emph|underline|mbox|text|textnormal|makecell|thead)\s*\{([^{}]*)\}"
)
_AROUND_MATHS = re.compile(
    r"\\(?:textbf|textit|textrm|textsf|textsc|emph|underline|makecell|thead)\s*"
    r"\{([^{}$]{0,200}(?:\$[^$]{1,200}\$[^{}$]{0,200})+)\}"
)
_ARRAY = re.compile(r"\s*(?:\$\$|\\\[)\s*\\begin\{array\}(?P<inside>.*)\\end\{array\}\s*(?:\$\$|\\\])\s*", re.DOTALL)
_INNER = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_COLUMN = re.compile(
    rf">\{{(?P<before>(?:[^{{}}]|\{{[^{{}}]*\}})*)\}}|[<@!]{_INNER}|(?P<column>[lcrXLCR]|[pmb]{_INNER})"
)
_CODE = re.compile(r"\\texttt\s*\{([^{}]*)\}")
_GONE = re.compile(
    r"\\(?:label|ref|eqref|cite[a-z]*|footnote|vspace|hspace|index|url|caption|includegraphics|usepackage)\*?"
    r"(?:\[[^\]]*\])?\{[^{}]*\}|\\(?:small|footnotesize|large|bfseries|itshape|noindent|centering|par|item|newline"
    r"|medskip|smallskip|bigskip|maketitle)(?![A-Za-z])|\\\\(?:\[[^\]]*\])?|~|\\[ ,;]"
)


def blocks(text: Text) -> Iterator[Block]:
    """The blocks of a document in LaTeX, in order."""
    source, endless = prepared(text)
    if endless:
        yield Trouble(text.place, f"the macro {endless} expands without end, or to too much: it is not put in")
    if body := _DOCUMENT.search(source.text):
        source = source.part(*body.span("body"))
    yield from read(source)


_LEVELS = (r"\chapter", r"\section", r"\subsection", r"\subsubsection")


def read(text: Text) -> Iterator[Block]:
    """The blocks of a text whose macros are expanded."""
    source = text.text
    start = at = 0
    endings = Endings(source)
    item: Item = ""

    def paragraph(stop: int) -> Iterator[Block]:
        if line := runs(text.part(start, stop)):
            yield Prose(line, item)

    while mark := _MARK.search(source, at):
        at = mark.end()
        name = mark["begin"] or ""
        if mark["heading"] or mark["directive"]:
            stop = closing(source, at)
            yield from paragraph(mark.start())
            inner = text.part(at + 1, stop)
            level = next((n for n, name in enumerate(_LEVELS) if mark[0].startswith(name)), len(_LEVELS))
            yield Heading(inner.text, level) if mark["heading"] else Directive(inner.stripped())
            start = at = min(stop + 1, len(source))
        elif name in TABULAR or mark["display"] or mark["inline"]:
            ending = rf"\end{{{name}}}" if name else {r"\[": r"\]", r"\(": r"\)"}.get(mark[0], mark[0])
            stop = endings.after(at, ending)
            if stop < 0:
                continue
            inside = text.part(at, stop)
            array = None if name else re.match(r"\s*\\begin\{array\}", inside.text)
            if array:
                inside = inside.part(array.end(), max(array.end(), inside.text.rfind(r"\end{array}")))
            body = without_arguments(inside, 2 if name in ("tabular*", "tabularx", "tabulary") else 1)
            spec = inside.text[: len(inside.text) - len(body.text)]
            if (name or array) and (found := table(body, is_math=name == "array" or array is not None, spec=spec)):
                yield from paragraph(mark.start())
                yield found
                start = stop + len(ending)
            at = stop + len(ending)
        elif name and _ENVIRONMENT.fullmatch(name):
            stop = endings.after(at, rf"\end{{{name}}}")
            at = stop + len(name) + 6 if stop >= 0 else at
        elif name or mark[0].startswith((r"\end{", r"\item", "\n")):
            yield from paragraph(mark.start())
            item = "first" if mark[0].startswith(r"\item") else "more" if item and mark[0].startswith("\n") else ""
            start = at
    yield from paragraph(len(source))


def runs(text: Text) -> Line:
    """The runs of a paragraph, in which code is typeset as such."""
    found: list[Run] = []
    for run in split(changed(text, _AROUND_MATHS, lambda match: match[1]), doubled=False):
        if run.manner != "words":
            found.append(run)
            continue
        at = 0
        for match in _CODE.finditer(run.text.text):
            found += [Run("words", words(run.text.part(at, match.start()))), Run("code", run.text.part(*match.span(1)))]
            at = match.end()
        found.append(Run("words", words(run.text.part(at, len(run.text.text)))))
    return tuple(run for run in found if run.text.text.strip())


def words(text: Text) -> Text:
    """Words without the commands between them."""
    for _ in range(3):
        text = changed(text, _FONTS, lambda match: match[1])
    text = changed(text, _GONE, lambda _: " ")
    return changed(text, re.compile(r"(?<!\\)[{}]+|\s+"), lambda match: " " if match[0].isspace() else "")


# ---- tables


def formal_columns(spec: str) -> list[bool]:
    """Which columns are formulas without signs around them: those of {l>{$}l<{$}} but the first."""
    found, formal = [], False
    for match in _COLUMN.finditer(spec):
        if match["before"] is not None:
            formal = "$" in match["before"] or r"\(" in match["before"]
        elif match["column"]:
            found.append(formal)
            formal = False
    return found


def equated_at(spec: str) -> int:
    """The column before which the sign = stands on every row, as in {r@{${}={}$}l}; 0 where none does."""
    count = 0
    for match in _COLUMN.finditer(spec):
        if match[0][0] in "@!" and "=" in match[0]:
            return count
        count += match["column"] is not None
    return 0


def table(text: Text, *, is_math: bool, spec: str = "") -> Table | None:
    """The table in an environment; None where its cells hold nothing."""
    maths, equated = formal_columns(spec), equated_at(spec)
    found: list[tuple[list[Text], list[Directive]]] = []
    above: dict[int, tuple[int, Text]] = {}
    for row in rows(text):
        directives = [Directive(inner) for inner in commands(row)]
        if found and directives and row.text.lstrip().startswith(DIRECTIVE) and same_line(row, found[-1][0]):
            found[-1][1].append(directives.pop(0))
        bare = changed(row, re.compile(r"\\identities\{[^{}]*\}"), lambda _: " ")
        cells = spread(changed(bare, _RULES, lambda _: " "), above)
        if any(cell.text.strip() for cell in cells):
            found.append((cells, directives))
    formal = [is_math or flag for flag in [*maths, *[False] * max((len(cells) for cells, _ in found), default=0)]]
    lines = [(tuple(map(cell_runs, cells, formal)), tuple(said)) for cells, said in found]
    if not lines:
        return None
    if equated:
        sign: Line = (Run("math", Text("=", text.place)),)
        lines = [((*cells[:equated], sign, *cells[equated:]), said) for cells, said in lines]
    head = next((number for number, (cells, _) in enumerate(lines[:3]) if columns(cells)), 0)
    heads = columns(lines[head][0])
    below = [(cells, said) for cells, said in lines[head + 1 :] if not heads or columns(cells) != heads]
    return Table(lines[head][0], tuple(Row(cells, said) for cells, said in below))


def array(text: Text) -> Table | None:
    r"""The table that a display is, $$\begin{array} … $$; None where it is none."""
    match = _ARRAY.fullmatch(text.text)
    found = table(without_arguments(text.part(*match.span("inside")), 1), is_math=True) if match else None
    return found if found and columns(found.header) else None


def same_line(row: Text, before: list[Text]) -> bool:
    """Whether a row begins on the line on which the row before it ends."""
    last = before[-1]
    return row.stripped().place.line == last.at(len(last.text.rstrip())).line


def commands(row: Text) -> Iterator[Text]:
    """The directives in a row."""
    for match in re.finditer(r"\\identities\{([^{}]*)\}", row.text):
        yield row.part(*match.span(1)).stripped()


def without_arguments(text: Text, count: int) -> Text:
    r"""The body without the arguments of the environment: {ll}, [t]{|c|c|}, {\textwidth}{lX}."""
    at = 0
    for _ in range(count):
        match = re.compile(r"\s*(?:\[[^\]]*\])?\s*(?=\{)").match(text.text, at)
        if match:
            at = min(closing(text.text, match.end()) + 1, len(text.text))
    return text.part(at, len(text.text))


def rows(text: Text) -> Iterator[Text]:
    """The rows of a table."""
    return cut(text, ("\\\\", "\\tabularnewline"))


def cut(text: Text, signs: tuple[str, ...]) -> Iterator[Text]:
    """The text between signs that stand outside braces and inner environments."""
    depth, start, source = 0, 0, text.text
    for match in _CELL.finditer(source):
        sign = match[0]
        if sign in ("{", r"\begin{"):
            depth += 1 + (sign != "{")  # the brace, and what begins
        elif sign == "}":
            depth -= 1  # after \end{ the brace that it opens is what ends
        elif depth <= 0 and sign in signs:
            yield text.part(start, match.start())
            start = match.end()
            if option := re.compile(r"\*?\s*\[[^\]]*\]").match(source, start) if sign == "\\\\" else None:
                start = option.end()
    yield text.part(start, len(source))


def spread(row: Text, above: dict[int, tuple[int, Text]]) -> list[Text]:
    """The cells of a row, one for each column: what spans several rows or columns is put in where it belongs."""
    cells: list[Text] = []
    for piece in cut(row, ("&",)):
        cell, wide = piece, 1
        while span := _SPAN.match(cell.text):
            at = span.end()
            stop = closing(cell.text, at)
            opening = cell.text.find("{", stop)
            if opening < 0:
                break
            count = int(span["count"]) if span["count"].isdigit() else 1
            cell = cell.part(opening + 1, closing(cell.text, opening))
            if span["what"] == "multicolumn":
                wide = min(count, 50)
            else:
                above[len(cells)] = (count, cell)
        left, kept = above.get(len(cells), (0, cell))
        if left:
            above[len(cells)] = (left - 1, kept)
            cell = kept if not cell.text.strip() else cell
        cells += [cell, *(cell.part(0, 0) for _ in range(wide - 1))]
    return cells


def cell_runs(cell: Text, is_math: bool) -> Line:
    """The runs of a cell."""
    if not is_math or "$" in cell.text:
        return runs(cell)
    whole = cell.stripped()
    if prose := re.fullmatch(r"\\(?:text|textrm|textbf|mbox|mathrm)\s*\{([^{}]*)\}", whole.text):
        return (Run("words", whole.part(*prose.span(1))),)
    return (Run("math", whole),) if whole.text else ()
