"""YAML → identities, every one with its place in the file.

The loader knows which keys an entry has and where a formula stands; it reads no formula and no declaration.
All problems of a file are found in one run, and an entry with a problem does not hide the others.
"""

from __future__ import annotations

import difflib
import gc
import os
import re
import stat
import sys
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from identities.yaml_nodes import (
    ENTRIES,
    FILE_BYTES,
    TOO_LARGE,
    MappingNode,
    Node,
    Place,
    Problem,
    Problems,
    RefusedNode,
    ScalarNode,
    SequenceNode,
    TooManyProblems,
    decode,
    nodes,
    shown,
)

__all__ = [
    "KINDS",
    "CatalogueError",
    "Claim",
    "Identity",
    "Kind",
    "Place",
    "Problem",
    "Text",
    "contents",
    "read",
    "read_text",
]

N = TypeVar("N", ScalarNode, SequenceNode, MappingNode)


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text exactly as it stands in a file, and where its first character stands.

    Text that runs over several lines is folded to one; its place is the start.
    """

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an identity: of ``kind``, about the variable(s) ``wrt`` ("" where the kind has none).

    ``wrt`` is ``X``, for a mixed block ``x, y``, for ``entries`` ``X[i,j]``. ``at`` is the point at which the
    claim is stated, by variable; empty for everywhere. A ``worked`` claim is a number of the entry's example,
    and ``at`` the example's inputs.
    """

    kind: str
    wrt: str
    closed_form: Text
    at: Mapping[str, Text]
    worked: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """One entry of a catalogue."""

    id: str
    section: str
    where: Mapping[str, Text]
    let: Mapping[str, Text]
    f: Text
    claims: tuple[Claim, ...]
    at: Mapping[str, Text]
    example: Mapping[str, Text]
    source: tuple[str, ...]
    note: str
    tags: tuple[str, ...]
    place: Place
    span: tuple[int, int]  # first and last line of the entry in its file, for `show --as yaml`


class CatalogueError(Exception):
    """A file that cannot be used as a whole; ``problems`` says where and why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of claim is written: about so many variables (0: its form stands alone), or an ``entry``."""

    variables: tuple[int, ...]
    entry: bool = False

    @property
    def usage(self) -> str:
        """The keys it has, for messages."""
        keys = ("X[i,j]",) if self.entry else (", ".join("xyz"[:count]) for count in self.variables)
        return " or ".join(f"`{key}: …`" for key in keys)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "gradient": Kind((1,)),
        "jacobian": Kind((1,)),
        "hessian": Kind((1, 2)),
        "differential": Kind((0,)),
        "second_differential": Kind((0,)),
        "pullback": Kind((1,)),
        "derivative": Kind((1,)),
        "entries": Kind((1,), entry=True),
        "equals": Kind((0,)),
        "minimizer": Kind((1,)),
        "maximizer": Kind((1,)),
        "gradient_symmetric": Kind((1,)),
        "gradient_independent": Kind((1,)),
        "conjugate_gradient": Kind((1,)),
    }
)
ENTRY_KEYS = ("id", "where", "let", "f", *KINDS, "at", "example", "source", "note", "tags")

# A mapping of the format: its name, the keys it may have, and those it must have with how they are written.
_FILE = (
    "a catalogue",
    ("format", "title", "sections", "identities"),
    {"format": "`format: 1` at the top of the file"},
)
_SECTION_REQUIRED = {"section": "`section: NAME`", "identities": "a list of `- id: …` below it"}
_SECTION = ("a section", tuple(_SECTION_REQUIRED), _SECTION_REQUIRED)
_ENTRY = ("an entry", ENTRY_KEYS, {"id": "`id: some-name`", "f": "the formula itself, `f: tr(AX)`"})
_TEXTS = {
    "where": "`where: {A: m×n, x: n}`",
    "let": "`P: softmax(x)` below `let:` and indented",
    "at": "`at: {t: 0}`",
    "example": "`x: '[1; 2]'` below `example:` and indented",
}
_NULLS = ("~", "null", "Null", "NULL")  # what YAML takes for nothing, and a formula for n·u·l·l
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VARIABLE = re.compile(r"([^\W\d_]|\\)[^\s,;:=()\[\]]*")
_VARIABLE_ENTRY = re.compile(_VARIABLE.pattern + r"\[[^\[\]]+\]")


def read(path: str | os.PathLike[str]) -> tuple[tuple[Identity, ...], tuple[Problem, ...]]:
    """The identities of a file (``-``: standard input, called ``<stdin>``) and its problems, by place.

    Never raises for what is in the file, nor when there is none: that is a problem of its own.
    """
    file = "<stdin>" if path == "-" else os.fspath(path)
    problems = Problems(file)
    data = contents(path, problems)
    return ((), tuple(problems.found)) if data is None else read_text(data, file)


def read_text(text: bytes | str, file: str) -> tuple[tuple[Identity, ...], tuple[Problem, ...]]:
    """The identities of the text of a file, in its order, and its problems, by place.

    An entry with a problem is left out. ``file`` is the name that places carry. Never raises for what is in
    the text.
    """
    problems = Problems(file)
    identities: list[Identity] = []
    collecting = gc.isenabled()
    gc.disable()  # no cycles are made here, and looking for them takes as long as half of the rest
    try:
        decoded = decode(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"), problems)
        root = None if decoded is None else nodes(decoded, problems)
        if decoded is not None and root is not None:
            for identity in _identities(root, decoded.splitlines(), problems):
                identities.append(identity)  # noqa: PERF402 — those before one problem too many are kept
        elif not problems.found:
            problems.add(problems.at(1), "nothing in it: expected `format: 1`, and `identities:` with a list")
    except TooManyProblems:
        pass
    finally:
        if collecting:
            gc.enable()
    return tuple(identities), tuple(sorted(problems.found, key=lambda problem: problem.place))


def contents(path: str | os.PathLike[str], problems: Problems) -> bytes | None:
    """The bytes of a file, or of standard input for ``-``; None, and a problem, where there are none.

    At most one byte more than the size cap is read, whatever size the file claims to have, and a pipe that
    nobody writes to is not waited for.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if path == "-":
            return sys.stdin.buffer.read(FILE_BYTES + 1) or b""
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            message = "a folder: name a file in it, such as catalogue.yaml"
        elif status.st_size > FILE_BYTES:
            message = TOO_LARGE
        else:
            with os.fdopen(os.open(path, flags), "rb") as stream:
                if stat.S_ISFIFO(status.st_mode):  # opened without waiting; now read until its writer is done
                    os.set_blocking(stream.fileno(), True)
                return stream.read(FILE_BYTES + 1) or b""
    except FileNotFoundError:
        message = "no such file: check the path"
    except PermissionError:
        message = "may not be read: check its permissions"
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
    except (ValueError, AttributeError):  # a NUL in the path; standard input closed, or not there
        message = "cannot be read: expected the path of a file, or - and an open standard input"
    problems.add(problems.at(1), message)
    return None


def _identities(root: Node, lines: list[str], problems: Problems) -> Iterator[Identity]:
    """The sound entries below the top node, in order."""
    problems.found.sort(key=lambda problem: problem.place)
    early = [problem.place for problem in problems.found]
    taken: dict[str, int] = {}
    for number, (section, node) in enumerate(_entries(root, _Reader(problems))):
        if number == ENTRIES:
            problems.add(node.place, f"more than {ENTRIES} entries in one file: split the file")
            return
        if isinstance(node, RefusedNode):
            continue
        last = min(node.last, len(lines))
        while last > node.place.line and not lines[last - 1].strip():  # YAML adds them to a block text
            last -= 1
        reader = _Reader(problems)
        identity = _identity(reader, section, node, last, taken)
        # What YAML itself refused was noted before anybody knew whose lines they are.
        within = range(*(bisect_left(early, problems.at(line, 0)) for line in (node.place.line, last + 1)))
        for index in within:
            problems.found[index] = replace(problems.found[index], id=reader.id)
        if identity is not None and reader.sound and not within:
            yield identity


def _entries(root: Node, reader: _Reader) -> Iterator[tuple[str, Node]]:
    """The entries below the top node, sound or not, each with the name of its section."""
    fields = reader.fields(root, *_FILE)
    if fields is None:
        return
    version = reader.text(fields.get("format"), "format")
    if version and version.text != "1":
        reader.note(version.place, f"format {shown(version.text)}: this program reads `format: 1`")
    reader.text(fields.get("title"), "title")
    if ("sections" in fields) == ("identities" in fields):
        place = fields["identities"].place if "identities" in fields else root.place
        reader.note(place, "expected either `sections:`, each with its identities, or one list `identities:`")
    for section in reader.items(fields.get("sections"), "sections"):
        inner = reader.fields(section, *_SECTION) or {}
        name = reader.text(inner.get("section"), "section")
        for entry in reader.items(inner.get("identities"), "identities"):
            yield name.text if name else "", entry
    for entry in reader.items(fields.get("identities"), "identities"):
        yield "", entry


def _identity(reader: _Reader, section: str, node: Node, last: int, taken: dict[str, int]) -> Identity | None:
    """One entry, or None where a part is missing that every entry has; problems are noted."""
    if isinstance(node, MappingNode):
        name = next((value for key, value in node.pairs if key.text == "id"), None)
        reader.id = name.text if isinstance(name, ScalarNode) and len(name.text) <= 80 else ""
    fields = reader.fields(node, *_ENTRY)
    if fields is None:
        return None
    id = reader.text(fields.get("id"), "id")
    if id is None:
        pass
    elif not _ID.fullmatch(id.text):
        kebab = re.sub("[^a-z0-9]+", "-", id.text.lower()).strip("-") or "some-name"
        reader.note(id.place, f"{shown(id.text)} is no id: expected a-z, 0-9 and hyphens: {shown(kebab)}")
    elif (first := taken.setdefault(id.text, id.place.line)) != id.place.line:
        reader.note(id.place, f"the id is taken, by line {first}: every entry has its own; choose another")
    if not fields.keys() & KINDS.keys():
        reader.note(node.place, "no claim: expected at least one, such as `equals: …` or `gradient:`")
    f = reader.text(fields.get("f"), "formula")
    at = reader.texts(fields.get("at"), "at", flow=True)
    claims = [claim for kind in fields if kind in KINDS for claim in reader.claims(kind, fields[kind], at)]
    note = reader.text(fields.get("note"), "note", long=True)
    parts = {
        "where": reader.texts(fields.get("where"), "where", flow=True),
        "let": reader.texts(fields.get("let"), "let"),
        "example": reader.texts(fields.get("example"), "example", names=False),
    }
    if claims:
        claims += worked(reader, parts["example"], parts["where"])
    source, tags = (reader.words(fields.get(key), key) for key in ("source", "tags"))
    if id is None or f is None:
        return None
    return Identity(
        id=id.text,
        section=section,
        f=f,
        claims=tuple(claims),
        at=at,
        source=source,
        note=note.text.strip() if note else "",
        tags=tags,
        place=node.place,
        span=(node.place.line, last),
        **parts,
    )


def worked(reader: _Reader, example: Mapping[str, Text], where: Mapping[str, Text]) -> Iterator[Claim]:
    """The numbers of an example as claims at its inputs: ``f`` and ``gradient W``, ``jacobian x``, …"""
    inputs = {name: text for name, text in example.items() if name in where}
    missing = [name for name, text in where.items() if name not in inputs and "→" not in text.text]
    for key, text in example.items():
        kind, _, wrt = key.partition(" ")
        if key in inputs:
            continue
        if key != "f" and kind not in KINDS:
            usage = "expected an input by its name in `where`, `f`, or a claim such as `gradient W`"
            reader.note(text.place, f"the example gives {shown(key)}: {usage}")
        elif missing:
            reader.note(text.place, f"the example gives no number for {', '.join(missing)}")
        else:
            yield Claim("equals" if key == "f" else kind, wrt.strip(), text, inputs, worked=True)


@dataclass(slots=True)
class _Reader:
    """Takes nodes apart, and notes what is wrong with them under the id of one entry."""

    problems: Problems
    id: str = ""
    sound: bool = True

    def note(self, place: Place, message: str) -> None:
        self.sound = False
        self.problems.add(place, message, self.id)

    def block(self, node: Node, shape: type[N], otherwise: str) -> N | None:
        """The node if it has this shape and is in block style."""
        flow = isinstance(node, SequenceNode | MappingNode) and node.flow
        if isinstance(node, shape) and not flow:
            return node
        if flow:
            self.note(
                node.place,
                "[…] and {…} may stand in where, at, source and tags only: write it in block style; a matrix "
                "literal or a formula that starts with [ or { needs quotes: '[1; 2]'",
            )
        elif not isinstance(node, RefusedNode):
            self.note(node.place, otherwise)
        self.sound = False
        return None

    def fields(
        self, node: Node, what: str, keys: tuple[str, ...], required: Mapping[str, str]
    ) -> dict[str, Node] | None:
        """The values of a block mapping by key, of those it should have; None if it is none."""
        start = next(iter(required.values()))
        mapping = self.block(node, MappingNode, f"expected {what}, which starts with {start}")
        if mapping is None:
            return None
        fields = {key.text: value for key, value in mapping.pairs}
        for key, _ in mapping.pairs:
            if key.text not in keys:
                del fields[key.text]
                near = difflib.get_close_matches(key.text[:40].lower(), keys, 1)
                remedy = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(keys)}"
                self.note(key.place, f"unknown key {shown(key.text)} in {what}: {remedy}")
        for name, form in required.items():
            if name not in fields:
                self.note(node.place, f"{what} without {name}: expected {form}")
        return fields

    def items(self, node: Node | None, what: str) -> tuple[Node, ...]:
        """The items of a block list; none for no node."""
        sequence = node and self.block(node, SequenceNode, f"no {what}: expected a list of `- …` below the key")
        return sequence.items if sequence else ()

    def text(self, node: Node | None, what: str, long: bool = False) -> Text | None:
        """One text; on one line, unless it is ``long`` as a note is. None for no node."""
        scalar = node and self.block(node, ScalarNode, f"expected one text for {what}, not a list or mapping")
        if not scalar:
            return None
        if scalar.style in ("|", ">") and not long:
            self.note(scalar.place, f"a block text ({scalar.style}) is for note and source only: write one line")
        elif not scalar.text.strip() or (not scalar.style and scalar.text in _NULLS):
            self.note(scalar.place, f"empty {what}: expected some text; what has none is left out with its key")
        elif scalar.style == '"' and not long and re.search("[\n\t]", scalar.text):
            clash = "a tab or line break, perhaps from \\t or \\n in double quotes"
            self.note(scalar.place, f"{clash}: use single quotes, where a backslash is a backslash")
        else:
            return Text(scalar.text if long else scalar.text.replace("\n", " "), scalar.place)
        return None

    def words(self, node: Node | None, what: str) -> tuple[str, ...]:
        """A text or a list of texts, in either style."""
        items = node.items if isinstance(node, SequenceNode) else (node,)
        flow = isinstance(node, SequenceNode) and node.flow
        texts = [self.text(item, what, long=True) for item in items if not (flow and item and self.is_cut(item))]
        return tuple(text.text.strip() for text in texts if text)

    def texts(self, node: Node | None, what: str, flow: bool = False, names: bool = True) -> dict[str, Text]:
        """A mapping of texts; of variables where the keys are ``names``. Empty for no node."""
        if node is None:
            return {}
        usage = f"expected a mapping for {what}, such as {_TEXTS[what]}"
        mapping = node if flow and isinstance(node, MappingNode) else self.block(node, MappingNode, usage)
        found: dict[str, Text] = {}
        for key, value in mapping.pairs if mapping else ():
            if isinstance(value, ScalarNode) and not value.style and not value.text and ":" in key.text:
                self.note(key.place, f"{shown(key.text)} has no value: a colon needs a space after it")
            elif mapping and mapping.flow and self.is_cut(value, key):
                continue
            elif names and not _VARIABLE.fullmatch(key.text):
                self.note(key.place, f"{shown(key.text)} is no variable: expected one, such as {_TEXTS[what]}")
            elif text := self.text(value, f"{what} of {shown(key.text)}"):
                found[key.text] = text
        return found

    def is_cut(self, value: Node, key: ScalarNode | None = None) -> bool:
        """Note a text that a comma inside brackets cuts in two: ``{X: outer(a, b)}`` has the key ``b)``."""
        if not isinstance(value, ScalarNode) or value.style:
            return False
        if value.text and all(value.text.count(a) == value.text.count(b) for a, b in ("()", "[]", "{}")):
            return False
        clash, place = f"{shown(value.text)} is cut off", value.place
        if key and not value.text:
            clash, place = f"{shown(key.text)} has no value", key.place
        remedy = "put quotes around a text with a comma, or write block style"
        self.note(place, f"{clash}: inside […] and {{…}} a comma ends the text before it; {remedy}")
        return True

    def claims(self, kind: str, node: Node, at: Mapping[str, Text]) -> Iterator[Claim]:
        """The claims of one kind: one for each closed form."""
        pairs = [("", node)]
        if 0 not in KINDS[kind].variables:
            usage = f"{kind} needs its variable: {KINDS[kind].usage} below `{kind}:` and indented"
            mapping = self.block(node, MappingNode, usage)
            pairs = [(self.wrt(kind, key), value) for key, value in mapping.pairs] if mapping else []
        for wrt, value in pairs:
            for form in value.items if isinstance(value, SequenceNode) and not value.flow else (value,):
                if text := self.text(form, f"closed form of {kind}"):
                    yield Claim(kind, wrt, text, at)

    def wrt(self, kind: str, key: ScalarNode) -> str:
        """The variables of a claim, from its key."""
        pattern = _VARIABLE_ENTRY if KINDS[kind].entry else _VARIABLE
        names = [key.text] if KINDS[kind].entry else [name.strip() for name in key.text.split(",")]
        if len(names) not in KINDS[kind].variables or not all(map(pattern.fullmatch, names)):
            self.note(key.place, f"{kind} of {shown(key.text)}: expected a key such as {KINDS[kind].usage}")
        return ", ".join(names)
