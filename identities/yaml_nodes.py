"""YAML text → plain nodes, every one with its place: the part of YAML that cannot surprise.

One pass over the events of the parser builds lists, mappings and texts with a stack of our own. Nothing is
resolved (``no``, ``1e-9`` and dates stay text), nothing is shared (anchors, aliases, tags and merge keys are
refused), nothing recurses, and whatever is wrong becomes a :class:`Problem` with its place. Where a piece
cannot be read at all, the entries around it are read nevertheless.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

import yaml
from yaml import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

FILE_BYTES = 20_000_000
LINES = 1_000_000
ENTRIES = 100_000
NODES = 1_000_000  # some 30,000 rich entries; keeps the memory below half a gigabyte
DEPTH = 20
ENTRY_DEPTH = 4  # of the list of entries in a file with sections
TEXT_LENGTH = 10_000
PROBLEMS = 1_000

# libyaml's scanner is some ten times faster than the one in Python; both give the same events and marks.
LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Control characters, line breaks that only YAML counts, marks that reorder what a reader sees, surrogates.
_UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_ENTRY_HEAD = re.compile(r"( *)- +id *:(?: +(\S+))?")
TOO_LARGE = f"larger than {FILE_BYTES // 10**6} MB, the most a catalogue may have: split the file"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file; line and column count from 1, columns in code points."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that makes a file or an entry unusable: what, what was expected, the nearest remedy."""

    place: Place
    id: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.id + ': ' if self.id else ''}{self.message}"


class TooManyProblems(Exception):
    """Raised by :meth:`Problems.add` once the list is full: a file like that is no catalogue."""


@dataclass(slots=True)
class Problems:
    """The problems of one file, as they are found; at most :data:`PROBLEMS` of them."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, message: str, id: str = "") -> None:
        """Note a problem; raise :class:`TooManyProblems` when it is the last one that fits."""
        self.found.append(Problem(place, id, message))
        if len(self.found) >= PROBLEMS:
            self.found.append(Problem(self.at(1), "", f"{PROBLEMS} problems: the rest is not read"))
            raise TooManyProblems

    def at(self, line: int, column: int = 1) -> Place:
        """The place in this file."""
        return Place(self.file, line, column)


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text as written. ``place`` is its first character, after an opening quote; ``style`` is "" for a
    plain text, else the ``'``, ``"``, ``|`` or ``>`` it starts with; ``last`` is its last line.
    """

    text: str
    place: Place
    style: str
    last: int


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list; ``flow`` when written ``[…]``."""

    items: tuple[Node, ...]
    place: Place
    flow: bool
    last: int


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys and values in the order of the file, no key twice; ``flow`` when written ``{…}``."""

    pairs: tuple[tuple[ScalarNode, Node], ...]
    place: Place
    flow: bool
    last: int


@dataclass(frozen=True, slots=True)
class RefusedNode:
    """Stands where something was refused or unreadable; its problem has been noted."""

    place: Place
    last: int


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode | RefusedNode


class _Unreadable(Exception):
    """The text cannot be read beyond this problem."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(place, "", message)


def shown(text: str) -> str:
    """The text in quotes on one line, cut to a readable length, invisible characters escaped."""
    return repr(text if len(text) <= 60 else text[:59] + "…")


def decode(data: bytes, problems: Problems) -> str | None:
    """The text of a UTF-8 file, a byte order mark removed; None, with the problem noted, for anything else.

    A control character becomes U+FFFD, so that places stay right and only the entry it stands in is lost.
    """
    if len(data) > FILE_BYTES:
        problems.add(problems.at(1), TOO_LARGE)
        return None
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        place = problems.at(before.count("\n") + 1, len(before) - before.rfind("\n"))
        byte = f"byte 0x{data[error.start]:02X} at offset {error.start}"
        problems.add(place, f"not UTF-8 text ({byte}): save the file as UTF-8")
        return None
    if text.count("\n") + text.count("\r") > 2 * LINES:  # a line ends with one of them, or both
        problems.add(problems.at(1), f"more than {LINES} lines: split the file")
        return None
    if not _UNREADABLE.search(text):
        return text
    for number, line in enumerate(re.split("\r\n|\r|\n", text), 1):
        if match := _UNREADABLE.search(line):
            place = problems.at(number, match.start() + 1)
            if match[0] == "\0":
                problems.add(place, "a NUL character: a catalogue is a text file; is this a binary file, or UTF-16?")
                return None
            problems.add(place, f"the invisible character U+{ord(match[0]):04X}: delete it")
    return _UNREADABLE.sub("\ufffd", text)


def nodes(text: str, problems: Problems) -> Node | None:
    """The top node of the text, or None when it has none; problems are noted.

    When the text as a whole cannot be read, every entry (a list item that starts with ``id:``) is read by
    itself, those that cannot be read become :class:`RefusedNode`, and the rest is read without them.
    """
    known = len(problems.found)
    try:
        return _build(text, problems)
    except _Unreadable as error:
        whole = error.problem
    lines = text.splitlines(keepends=True)
    broken = list(islice(_broken_entries(lines, problems.file), PROBLEMS))
    if not broken:
        problems.add(whole.place, whole.message)
        return None
    del problems.found[known:]  # the second reading finds them again
    for start, stop, problem in broken:
        problems.add(problem.place, problem.message, problem.id)
        lines[start:stop] = [" " * lines[start].index("-") + "-\n", *["\n"] * (stop - start - 1)]
    try:
        return _build("".join(lines), problems, refused=frozenset(start + 1 for start, *_ in broken))
    except _Unreadable as error:
        problems.add(error.problem.place, error.problem.message)
        return None


def _broken_entries(lines: list[str], file: str) -> Iterator[tuple[int, int, Problem]]:
    """The entries that cannot be read by themselves: lines [start, stop) and the reason."""
    heads = [(number, head) for number, line in enumerate(lines) if (head := _ENTRY_HEAD.match(line))]
    nexts = [*(number for number, _ in heads), len(lines)][1:]
    for (start, head), end in zip(heads, nexts, strict=True) if len(heads) <= ENTRIES else ():
        outside = re.compile(rf" {{0,{len(head[1])}}}[^\s#]")
        stop = next((number for number in range(start + 1, end) if outside.match(lines[number])), end)
        try:
            _build("".join(lines[start:stop]), Problems(file), above=start, depth=DEPTH - ENTRY_DEPTH)
        except _Unreadable as error:
            yield start, stop, Problem(error.problem.place, head[2] or "", error.problem.message)
        except TooManyProblems:
            pass  # found again, in their order, when the whole is read


def _build(
    text: str, problems: Problems, above: int = 0, depth: int = DEPTH, refused: Container[int] = ()
) -> Node | None:
    """The node of a text that stands below ``above`` lines of its file; empty items on lines in ``refused``
    become :class:`RefusedNode`. Raises :class:`_Unreadable` where YAML cannot go on, or ``depth`` ends.
    """
    file = problems.file
    open_nodes: list[tuple[Any, Place, list[Node]]] = []
    parts = roots = list[Node]()
    count = documents = 0
    try:
        events: Iterator[Any] = yaml.parse(text, Loader=LOADER)
        for event in events:
            kind = type(event)
            if kind is MappingEndEvent or kind is SequenceEndEvent:
                node = _collection(*open_nodes.pop(), above + event.end_mark.line + 1, problems)
                parts = open_nodes[-1][2] if open_nodes else roots
                parts.append(node)
                continue
            place = Place(file, above + event.start_mark.line + 1, event.start_mark.column + 1)
            if kind is ScalarEvent or kind is AliasEvent:
                parts.append(_scalar(event, place, above, problems, refused))
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if len(open_nodes) == depth:
                    raise _Unreadable(place, "brackets or lists nested too deep: quote a formula: '[1; 2]'")
                if clash := _properties(event):
                    problems.add(place, clash)
                parts = []
                open_nodes.append((event, place, parts))
            elif kind is DocumentStartEvent:
                documents += 1
                if documents == 2:
                    problems.add(place, "a second document: a catalogue is one; delete this line and the rest")
                    break
            count += 1
            if count > NODES:
                problems.add(place, f"more than {NODES} values in one file: split the file")
                return None
    except yaml.MarkedYAMLError as error:
        raise _explained(error, text.splitlines(), above, file) from None
    return roots[0] if roots else None


def _scalar(event: Any, place: Place, above: int, problems: Problems, refused: Container[int]) -> Node:
    clash, end = _properties(event), event.end_mark
    if clash:
        problems.add(place, clash)
        return RefusedNode(place, place.line)
    text, style = event.value, event.style or ""
    last = above + end.line + 1
    if style in ("|", ">") and end.column == 0:  # the end of a block text is the start of the line below it
        last -= 1
    if len(text) > TEXT_LENGTH:
        clash = f"a text of {len(text)} characters: at most {TEXT_LENGTH} are read; name parts in let"
    elif style == '"' and (match := _UNREADABLE.search(text)):
        became = f"an escape in double quotes became the invisible U+{ord(match[0]):04X}"
        clash = f"{became}: use single quotes, where a backslash is a backslash"
    if clash:
        problems.add(place, clash)
    if clash or (not text and place.line in refused):
        return RefusedNode(place, last)
    if style in ("'", '"'):
        place = Place(place.file, place.line, place.column + 1)
    return ScalarNode(text, place, style, last)


def _properties(event: Any) -> str:
    """What is wrong with an alias, an anchor or a tag; "" without them."""
    if event.anchor is None:
        if type(event) is AliasEvent or event.tag is None:
            return ""
        name, what = event.tag.replace("tag:yaml.org,2002:", "!!"), "a tag"
    elif type(event) is AliasEvent:
        name, what = f"*{event.anchor}", "an alias"
    else:
        name, what = f"&{event.anchor}", "an anchor"
    return f"{shown(name)} is {what} in YAML, and entries stand alone: write it out; a formula needs quotes"


def _collection(start: Any, place: Place, parts: list[Node], last: int, problems: Problems) -> Node:
    flow = bool(start.flow_style)
    if not flow:  # the end of a block is only seen at the next one, blank lines and comments later
        last = max((part.last for part in parts), default=place.line)
    if type(start) is SequenceStartEvent:
        return SequenceNode(tuple(parts), place, flow, last)
    pairs: dict[str, tuple[ScalarNode, Node]] = {}
    for key, value in zip(parts[::2], parts[1::2], strict=True):
        if isinstance(key, RefusedNode):
            continue
        clash = ""
        if not isinstance(key, ScalarNode) or key.style in ("|", ">"):
            clash = "a key that is not a word: expected `key: value`; a formula needs quotes: '[1; 2]'"
        elif key.text == "<<" and not key.style:
            clash = "'<<' merges keys in YAML, and entries stand alone: write the keys out"
        elif not key.text:
            clash = "nothing stands before the colon: expected `key: value`"
        elif key.text in pairs:
            first = pairs[key.text][0].place.line
            clash = f"{shown(key.text)} stands twice, first on line {first}: keep one of the two"
        else:
            pairs[key.text] = (key, value)
        if clash:
            problems.add(key.place, clash)
    return MappingNode(tuple(pairs.values()), place, flow, last)


_EXPECTED = (
    "expected `key: value` or `- item`; a text that contains ': ' or ' #', or starts with one of "
    "[ ] { } , & * ! | > % @ ` ' \", needs quotes: '…'"
)
# What the parser says (in C or in Python), whether the cause is where it started or where it stopped, and
# what to tell the reader.
_EXPLANATIONS = (
    (
        "quoted.* (end of stream|document)",
        "start",
        "this quote is never closed: close it where the text ends",
    ),
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


def _explained(error: yaml.MarkedYAMLError, lines: list[str], above: int, file: str) -> _Unreadable:
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
    return _Unreadable(Place(file, above + max(1, min(mark.line + 1, len(lines))), mark.column + 1), message)
