"""What a YAML parser says about a text it cannot read, in the words of a reader of formulas."""

from __future__ import annotations

import re
from typing import Any

import yaml

from identities.catalogue.places import Place, Problem

_EXPECTED = (
    "expected `key: value` or `- item`; a text that contains ': ' or ' #', or starts with one of "
    "[ ] { } , & * ! | > % @ ` ' \", needs quotes: '…'"
)
TOO_DEEP = "brackets or lists nested too deep: quote a formula: '[1; 2]'"

# What the parser says (in C or in Python), whether the cause is where it started or where it stopped, and
# what to tell the reader.
_EXPLANATIONS = (
    (
        "quoted.* (end of stream|document)",
        "start",
        "this quote is never closed: close it where the text ends",
    ),
    ("nesting", "start", TOO_DEEP),  # newer versions of libyaml have a limit of their own
    (
        "escape|hexa?decimal",
        "stop",
        "a backslash in double quotes starts an escape: use single quotes, where it is one: '\\alpha x'",
    ),
    (
        "flow (sequence|mapping|node)",
        "start",
        "this opens a list or mapping that does not end as one: a text with brackets needs quotes: '[1; 2]'",
    ),
    (
        "block scalar|anchor|alias|a tag|directive|any token|keys are not allowed|node content|incompatible",
        "start",
        "this character means something else in YAML at the start of a text: quote the formula: '|x|'",
    ),
    (
        "sequence entries are not allowed",
        "stop",
        "a list begins on a line of its own below its key; a text that starts with `- ` needs quotes: '- x'",
    ),
    ("values are not allowed", "stop", "the keys are not aligned, or the line above has no key: align them"),
    (
        "simple key",
        "start",
        "expected `key: value`; text that continues a line is indented more than its key",
    ),
    (
        "'-' indicator|a block (collection|sequence)",
        "stop",
        "expected the next `- item` of the list above, or a key aligned with the others",
    ),
    ("expected", "stop", f"the indentation fits no line above: {_EXPECTED}"),
)


def explained(error: yaml.MarkedYAMLError, lines: list[str], above: int, file: str) -> Problem:
    """A parser's error in a reader's words, at the place the reader should look at."""
    said = f"{error.context or ''} {error.problem or ''}"
    stop: Any = error.problem_mark or error.context_mark
    start: Any = error.context_mark or stop
    line = lines[stop.line] if stop.line < len(lines) else ""
    before, margin = line[: stop.column], line[: len(line) - len(line.lstrip())]
    if "\t" in margin and stop.column <= len(margin):
        mark, message = stop, "a tab: YAML is indented with spaces; replace it"
    elif "values are not allowed" in said and ": " in before:
        mark, message = stop, "': ' inside a text starts a new key in YAML: quote the text: '…'"
    elif "block mapping" in said and before.strip(" -"):
        mark, message = (
            stop,
            "YAML ends the text before this: quote the whole; in single quotes a ' is written ''",
        )
    else:
        matching = ((cause, text) for pattern, cause, text in _EXPLANATIONS if re.search(pattern, said))
        cause, message = next(matching, ("stop", _EXPECTED))
        mark = start if cause == "start" else stop
    # An error at the end of the text stands one line below the last.
    place = Place(file, above + max(1, min(mark.line + 1, len(lines))), mark.column + 1)
    return Problem(place, "", message)
