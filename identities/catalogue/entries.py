"""The nodes of a file → its entries: which keys they have, and where a claim stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import replace

from identities import limits
from identities.catalogue.identity import KINDS, Claim, Identity, Text
from identities.catalogue.node_reader import VARIABLE, Reader
from identities.catalogue.places import Problems, shown
from identities.catalogue.yaml_nodes import MappingNode, Node, RefusedNode, ScalarNode, SequenceNode

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
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VARIABLE_ENTRY = re.compile(VARIABLE.pattern + r"\[[^\[\]]+\]")


def identities(root: Node, lines: list[str], problems: Problems) -> Iterator[Identity]:
    """The sound entries below the top node, in order."""
    problems.found.sort(key=lambda problem: problem.place)
    early = [problem.place for problem in problems.found]
    taken: dict[str, int] = {}
    for number, (section, node) in enumerate(_entries(root, Reader(problems))):
        if number == limits.FILE_ENTRIES:
            problems.add(node.place, f"more than {limits.FILE_ENTRIES} entries in one file: split the file")
            return
        if isinstance(node, RefusedNode):
            continue
        last = min(node.last, len(lines))
        while last > node.place.line and not lines[last - 1].strip():  # YAML adds them to a block text
            last -= 1
        reader = Reader(problems)
        identity = _identity(reader, section, node, last, taken)
        # What YAML itself refused was noted before anybody knew whose lines they are.
        within = range(*(bisect_left(early, problems.at(line, 0)) for line in (node.place.line, last + 1)))
        for index in within:
            problems.found[index] = replace(problems.found[index], id=reader.id)
        if identity is not None and reader.sound and not within:
            yield identity


def _entries(root: Node, reader: Reader) -> Iterator[tuple[str, Node]]:
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


def spelled_id(node: Node) -> str:
    """The id of an entry as its problems name it, whatever it is worth; "" where there is none."""
    pairs = node.pairs if isinstance(node, MappingNode) else ()
    name = next((value for key, value in pairs if key.text == "id"), None)
    return name.text if isinstance(name, ScalarNode) and len(name.text) <= limits.ID_LENGTH else ""


def name_of(reader: Reader, node: Node | None, taken: dict[str, int]) -> Text | None:
    """An id, which nothing on another line of the file has; those that are ``taken`` are told by line."""
    id = reader.text(node, "id")
    if id is None:
        return None
    if not _ID.fullmatch(id.text):
        kebab = re.sub("[^a-z0-9]+", "-", id.text.lower()).strip("-") or "some-name"
        reader.note(id.place, f"{shown(id.text)} is no id: expected a-z, 0-9 and hyphens: {shown(kebab)}")
    elif len(id.text) > limits.ID_LENGTH:
        reader.note(id.place, f"an id of {len(id.text)} characters; the limit is {limits.ID_LENGTH}")
    elif (first := taken.setdefault(id.text, id.place.line)) != id.place.line:
        reader.note(id.place, f"the id is taken, by line {first}: every entry has its own; choose another")
    return id


def _identity(reader: Reader, section: str, node: Node, last: int, taken: dict[str, int]) -> Identity | None:
    """One entry, or None where a part is missing that every entry has; problems are noted."""
    reader.id = spelled_id(node)
    fields = reader.fields(node, *_ENTRY)
    if fields is None:
        return None
    id = name_of(reader, fields.get("id"), taken)
    stated = statement(reader, node, fields)
    note = reader.text(fields.get("note"), "note", long=True)
    source, tags = (reader.words(fields.get(key), key) for key in ("source", "tags"))
    if id is None or stated is None:
        return None
    return replace(
        stated,
        id=id.text,
        section=section,
        source=source,
        note=note.text.strip() if note else "",
        tags=tags,
        span=(node.place.line, last),
    )


def statement(reader: Reader, node: Node, fields: Mapping[str, Node]) -> Identity | None:
    """What an entry states, f and claims and what they are about, as an identity without a name; None without an f."""
    if not fields.keys() & KINDS.keys():
        reader.note(node.place, "no claim: expected at least one, such as `equals: …` or `gradient:`")
    f = reader.text(fields.get("f"), "formula")
    at = reader.texts(fields.get("at"), "at", flow=True)
    claims = [claim for kind in fields if kind in KINDS for claim in claims_of(reader, kind, fields[kind], at)]
    parts = {
        "where": reader.texts(fields.get("where"), "where", flow=True),
        "let": reader.texts(fields.get("let"), "let"),
        "example": reader.texts(fields.get("example"), "example", names=False),
    }
    if claims:
        claims += worked(reader, parts["example"], parts["where"])
    if f is None:
        return None
    return Identity(
        id="",
        section="",
        f=f,
        claims=tuple(claims),
        at=at,
        source=(),
        note="",
        tags=(),
        place=node.place,
        span=(node.place.line, node.last),
        where=parts["where"],
        let=parts["let"],
        example=parts["example"],
    )


def worked(reader: Reader, example: Mapping[str, Text], where: Mapping[str, Text]) -> Iterator[Claim]:
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


def claims_of(reader: Reader, kind: str, node: Node, at: Mapping[str, Text]) -> Iterator[Claim]:
    """The claims of one kind: one for each closed form."""
    pairs = [("", node)]
    if 0 not in KINDS[kind].variables or (isinstance(node, MappingNode) and len(KINDS[kind].variables) > 1):
        usage = f"{kind} needs its variable: {KINDS[kind].usage} below `{kind}:` and indented"
        mapping = reader.block(node, MappingNode, usage)
        pairs = [(variables(reader, kind, key), value) for key, value in mapping.pairs] if mapping else []
    for wrt, value in pairs:
        for form in value.items if isinstance(value, SequenceNode) and not value.flow else (value,):
            if text := reader.text(form, f"closed form of {kind}"):
                yield Claim(kind, wrt, text, at)


def variables(reader: Reader, kind: str, key: ScalarNode) -> str:
    """The variables of a claim, from its key."""
    pattern = _VARIABLE_ENTRY if KINDS[kind].entry else VARIABLE
    names = [key.text] if KINDS[kind].entry else [name.strip() for name in key.text.split(",")]
    if len(names) not in KINDS[kind].variables or not all(map(pattern.fullmatch, names)):
        reader.note(key.place, f"{kind} of {shown(key.text)}: expected a key such as {KINDS[kind].usage}")
    return ", ".join(names)
