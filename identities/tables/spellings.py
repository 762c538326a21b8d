r"""What some documents write otherwise than the notation has it: a bold ∇, and :math:`x^t` for the transpose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from identities.catalogue import Text
from identities.tables.blocks import Block, Line, Prose, Run, Table

_NABLA = re.compile(r"\\(?:boldsymbol|mathbf|bm|vec|mathop)\s*(?:\{\s*\\nabla\s*\}|\\nabla(?![A-Za-z]))")
_RAISED = re.compile(r"(?<=[A-Za-zα-ω)\]}])\s*\^\s*(?:t|\{\s*t\s*\})")
_LETTER = re.compile(r"(?<![A-Za-z\\])t(?![A-Za-z])")


def respelled(blocks: Iterable[Block]) -> list[Block]:
    """The blocks in the spelling of the notation. A t that stands nowhere but raised is a transpose and no power."""
    found = list(blocks)
    formulas = [run.text.text for block in found for run in runs(block) if run.manner in ("math", "display")]
    transposes = any(map(_RAISED.search, formulas)) and not any(
        _LETTER.search(_RAISED.sub("", text)) for text in formulas
    )
    patterns = [(_NABLA, r"\nabla "), *([(_RAISED, "^T")] if transposes else [])]
    if not any(pattern.search(text) for pattern, _ in patterns for text in formulas):
        return found
    return [in_block(block, patterns) for block in found]


def runs(block: Block) -> Iterable[Run]:
    """The formulas and words of a block."""
    match block:
        case Prose(line=line):
            return line
        case Table(header=header):
            return (*(run for head in header for run in head), *block.runs)
    return ()


def in_block(block: Block, patterns: Sequence[tuple[re.Pattern[str], str]]) -> Block:
    """A block with its formulas respelled."""

    def line(runs: Line) -> Line:
        return tuple(run if run.manner in ("words", "code") else replace(run, text=in_text(run.text)) for run in runs)

    def in_text(text: Text) -> Text:
        for pattern, sign in patterns:
            pieces, at = list[Text](), 0
            for match in pattern.finditer(text.text):
                pieces += [text.part(at, match.start()), Text(sign, text.at(match.start()))]
                at = match.end()
            text = Text.joined([*pieces, text.part(at, len(text.text))]) if pieces else text
        return text

    match block:
        case Prose():
            return replace(block, line=line(block.line))
        case Table():
            rows = tuple(replace(row, cells=tuple(map(line, row.cells))) for row in block.rows)
            return Table(tuple(map(line, block.header)), rows)
    return block
