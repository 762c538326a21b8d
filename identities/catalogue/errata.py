"""The errata ledger: wrong statements that a source really prints, each with the right one.

It is its own kind of file, read by the same rules as a catalogue: ``ledger: 1`` at its top, then ``errata:``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from identities.catalogue.entries import name_of, spelled_id, statement
from identities.catalogue.identity import KINDS, Identity
from identities.catalogue.node_reader import Reader
from identities.catalogue.places import Place, Problem, Problems, TooManyProblems, shown
from identities.catalogue.text_files import contents, decode
from identities.catalogue.yaml_nodes import Node, nodes

WRONG = ("refuted", "inconclusive", "error")  # the verdicts that a printed statement can have here

_FILE = (
    "a ledger",
    ("ledger", "title", "errata"),
    {"ledger": "`ledger: 1` at the top of the file", "errata": "a list of `- id: …` below it"},
)
_REQUIRED = {
    "id": "`id: some-name`",
    "source": "`source: BOOK (12)`, with edition and number",
    "printed": "`printed:` with `where`, `f` and a claim below it",
    "verdict": f"one of {', '.join(WRONG)}",
    "right": "`right:` with `where`, `f` and a claim below it",
    "note": "one line that says what is wrong",
}
_ERRATUM = ("an erratum", tuple(_REQUIRED), _REQUIRED)
_STATEMENT = ("a statement", ("where", "let", "f", *KINDS, "at"), {"f": "the formula itself, `f: tr(AX)`"})


@dataclass(frozen=True, slots=True)
class Erratum:
    """A statement that ``source`` prints, the verdict on it, and the right one. Both are identities of this id."""

    id: str
    source: str
    printed: Identity
    verdict: str
    right: Identity
    note: str
    place: Place


def read_errata(path: str | os.PathLike[str]) -> tuple[tuple[Erratum, ...], tuple[Problem, ...]]:
    """The sound errata of a file, in its order, and its problems, by place. Never raises for what is in the file."""
    problems = Problems(os.fspath(path))
    errata: list[Erratum] = []
    try:
        data = contents(path, problems)
        decoded = None if data is None else decode(data, problems)
        root = None if decoded is None else nodes(decoded, problems)
        if root is not None:
            for erratum in _errata(root, problems):
                errata.append(erratum)  # noqa: PERF402 — those before one problem too many are kept
        elif not problems.found:
            problems.add(problems.at(1), "nothing in it: expected `ledger: 1`, and `errata:` with a list")
    except TooManyProblems:
        pass
    return tuple(errata), tuple(sorted(problems.found, key=lambda problem: problem.place))


def _errata(root: Node, problems: Problems) -> Iterator[Erratum]:
    reader = Reader(problems)
    fields = reader.fields(root, *_FILE) or {}
    version = reader.text(fields.get("ledger"), "ledger")
    if version and version.text != "1":
        reader.note(version.place, f"ledger {shown(version.text)}: this program reads `ledger: 1`")
    reader.text(fields.get("title"), "title")
    taken: dict[str, int] = {}
    for node in reader.items(fields.get("errata"), "errata"):
        own = Reader(problems, spelled_id(node))
        erratum = _erratum(own, node, taken)
        if erratum is not None and own.sound:
            yield erratum


def _erratum(reader: Reader, node: Node, taken: dict[str, int]) -> Erratum | None:
    fields = reader.fields(node, *_ERRATUM)
    if fields is None:
        return None
    id = name_of(reader, fields.get("id"), taken)
    source, verdict = (reader.text(fields.get(key), key) for key in ("source", "verdict"))
    note = reader.text(fields.get("note"), "note", long=True)
    printed, right = (_statement(reader, fields, key) for key in ("printed", "right"))
    if verdict is not None and verdict.text not in WRONG:
        reader.note(verdict.place, f"verdict {shown(verdict.text)}: expected one of {', '.join(WRONG)}")
    if not (id and source and verdict and note and printed and right):
        return None
    both = (replace(stated, id=id.text, source=(source.text,)) for stated in (printed, right))
    return Erratum(id.text, source.text, next(both), verdict.text, next(both), note.text.strip(), node.place)


def _statement(reader: Reader, fields: Mapping[str, Node], key: str) -> Identity | None:
    node = fields.get(key)
    inner = None if node is None else reader.fields(node, *_STATEMENT)
    return None if node is None or inner is None else statement(reader, node, inner)
