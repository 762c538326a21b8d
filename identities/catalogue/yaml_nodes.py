"""YAML text → plain nodes, every one with its place: the part of YAML that cannot surprise.

One pass over the events of the parser builds lists, mappings and texts with a stack of our own. Nothing is
resolved (``no``, ``1e-9`` and dates stay text), nothing is shared (anchors, aliases, tags and merge keys are
refused), nothing recurses, and whatever is wrong becomes a :class:`Problem` with its place. Where a piece
cannot be read at all, the entries around it are read nevertheless.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

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

from identities import limits
from identities.catalogue.places import Place, Problem, Problems, TooManyProblems, shown
from identities.catalogue.text_files import UNREADABLE
from identities.catalogue.yaml_errors import TOO_DEEP, explained

# libyaml's scanner is some ten times faster than the one in Python; both give the same events and marks.
LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_ENTRY_DEPTH = 4  # of the list of entries in a file with sections
_ENTRY_HEAD = re.compile(r"( *)- +id *:(?: +(\S+))?")


class ScalarNode(NamedTuple):
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

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


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
    broken = list(islice(_broken_entries(lines, problems.file), limits.PROBLEMS))
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
    for (start, head), end in zip(heads, nexts, strict=True) if len(heads) <= limits.FILE_ENTRIES else ():
        outside = re.compile(rf" {{0,{len(head[1])}}}[^\s#]")
        stop = next((number for number in range(start + 1, end) if outside.match(lines[number])), end)
        try:
            _build("".join(lines[start:stop]), Problems(file), above=start, inside=_ENTRY_DEPTH)
        except _Unreadable as error:
            yield start, stop, Problem(error.problem.place, head[2] or "", error.problem.message)
        except TooManyProblems:
            pass  # found again, in their order, when the whole is read


def _build(text: str, problems: Problems, above: int = 0, inside: int = 0, refused: Container[int] = ()) -> Node | None:
    """The node of a text that stands below ``above`` lines of its file; empty items on lines in ``refused``
    become :class:`RefusedNode`. Raises :class:`_Unreadable` where YAML cannot go on, or where nodes are nested
    too deep, counting the ``inside`` nodes that stand around the text.
    """
    file, depth = problems.file, limits.YAML_DEPTH - inside
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
            start = event.start_mark
            place = Place(file, above + start.line + 1, start.column + 1)
            if kind is ScalarEvent or kind is AliasEvent:
                parts.append(_scalar(event, place, above, problems, refused))
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if len(open_nodes) == depth:
                    raise _Unreadable(Problem(place, "", TOO_DEEP))
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
            if count > limits.YAML_NODES:
                problems.add(place, f"more than {limits.YAML_NODES} values in one file: split the file")
                return None
            if count % limits.FLOW_ITEMS == 0 and any(_endless(start, found) for start, _, found in open_nodes):
                problems.add(place, f"more than {limits.FLOW_ITEMS} values in one […] or {{…}}: write block style")
                return None
    except yaml.MarkedYAMLError as error:
        raise _Unreadable(explained(error, text.splitlines(), above, file)) from None
    return roots[0] if roots else None


def _endless(start: Any, parts: list[Node]) -> bool:
    """Whether a list in brackets is longer than any that may stand there."""
    return bool(start.flow_style) and len(parts) > limits.FLOW_ITEMS


def _scalar(event: Any, place: Place, above: int, problems: Problems, refused: Container[int]) -> Node:
    end = event.end_mark
    if (event.anchor or event.tag) is not None and (clash := _properties(event)):
        problems.add(place, clash)
        return RefusedNode(place, place.line)
    clash, text, style = "", event.value, event.style or ""
    last = above + end.line + 1
    if style in ("|", ">") and end.column == 0:  # the end of a block text is the start of the line below it
        last -= 1
    if len(text) > limits.TEXT_LENGTH:
        clash = f"a text of {len(text)} characters: at most {limits.TEXT_LENGTH} are read; name parts in let"
    elif style == '"' and (match := UNREADABLE.search(text)):
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
