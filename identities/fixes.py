"""Repaired closed forms written into their files, in place of the wrong ones and nowhere else."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path

from identities import catalogue, files, tables
from identities.catalogue import Identity, Place, Text
from identities.layouts import asked
from identities.spelling import respelled, shapes
from identities.verdict import Verdict

Judge = Callable[[Sequence[Identity]], Iterable[Verdict]]

BETWEEN = re.compile(r"[\s>]*\\?")  # what may stand in a file between two signs of a formula
NEIGHBOURS = 100  # entries of a file that tell how it is spelled, where an entry does not
CHANGED = "the file has changed since it was checked"


class Unfixable(Exception):
    """Why a closed form is left as it is."""


@dataclass(frozen=True, slots=True)
class Edit:
    """New text for the characters [start, stop) of a file: the closed form of one claim of one identity there."""

    start: int
    stop: int
    new: str
    identity: int
    claim: int
    closed_form: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """The verdicts as they are now, what was written into files, and why other refuted claims were left."""

    verdicts: tuple[Verdict, ...]
    diffs: tuple[str, ...]
    left: tuple[tuple[Verdict, str], ...]
    count: int


def fix(identities: Sequence[Identity], verdicts: Sequence[Verdict], judge: Judge, layout: str = "") -> Fixed:
    """Write every repair that is known and is verified where it then stands.

    ``verdicts`` are those on all claims, in order, in the ``layout`` that was asked for. A file is written whole or not
    at all, and only if it is still what was checked.
    """
    claims = [(identity, number) for identity in identities for number in range(len(identity.claims))]
    now = list(verdicts)
    diffs: list[str] = []
    left: list[tuple[Verdict, str]] = []
    refuted: dict[str, list[int]] = {}
    for index, verdict in enumerate(verdicts):
        if verdict.verdict == "refuted" and not verdict.passes:
            refuted.setdefault(verdict.file, []).append(index)
    for file, indices in refuted.items():
        wrong = {index: (*claims[index], verdicts[index]) for index in indices}
        found, diff, reasons = in_file(file, wrong, judge, layout)
        for index in indices:
            if index in found:
                now[index] = found[index]
            else:
                left.append((verdicts[index], reasons[index]))
        if diff:
            diffs.append(diff)
    count = sum(len(indices) for indices in refuted.values()) - len(left)
    return Fixed(tuple(now), tuple(diffs), tuple(left), count)


def in_file(
    file: str, wrong: dict[int, tuple[Identity, int, Verdict]], judge: Judge, layout: str
) -> tuple[dict[int, Verdict], str, dict[int, str]]:
    """The new verdicts on claims of one file, what was written as a diff, and why the other claims were left."""
    reasons: dict[int, str] = {}
    edits: dict[int, Edit] = {}
    try:
        page = Page(file, Path(file).read_bytes(), layout)
    except OSError as error:
        return {}, "", dict.fromkeys(wrong, f"the file cannot be read again: {error.strerror or error}")
    for index, (identity, number, verdict) in wrong.items():
        try:
            edit = page.edit(identity, number, verdict)
        except Unfixable as reason:
            reasons[index] = str(reason)
            continue
        if any(edit.start < other.stop and other.start < edit.stop for other in edits.values()):
            reasons[index] = "another claim stands in the same piece of the file, and is fixed"
        else:
            edits[index] = edit
    found: dict[int, Verdict] = {}
    while edits:
        after = page.edited(edits.values())
        there = page.stated(after)
        now = verdicts_on(there, {(edit.identity, edit.claim) for edit in edits.values()}, judge)
        found = {index: now[edit.identity, edit.claim] for index, edit in edits.items()}
        wanting = [index for index, verdict in found.items() if verdict.verdict != "verified"]
        if not wanting:
            break
        for index in wanting:
            reasons[index] = f"{edits.pop(index).closed_form} is not verified there"
    if not edits:
        return {}, "", reasons
    if not files.replaced(Path(file), page.data, after):
        return {}, "", reasons | dict.fromkeys(edits, CHANGED)
    return found, diff(file, page.data, after), reasons


def verdicts_on(
    identities: Sequence[Identity], claims: Collection[tuple[int, int]], judge: Judge
) -> dict[tuple[int, int], Verdict]:
    """The verdicts on claims, by numbers of identity and claim. A table has one layout: it is judged as a whole."""
    tables = {identities[number].table for number, _ in claims} - {""}
    chosen = {
        (number, place): replace(identity, claims=(claim,))
        for number, identity in enumerate(identities)
        for place, claim in enumerate(identity.claims)
        if (number, place) in claims or identity.table in tables
    }
    return dict(zip(chosen, judge([*chosen.values()]), strict=True))


class Page:
    """A file as it is now: where its characters stand, and what it states."""

    def __init__(self, file: str, data: bytes, layout: str = "") -> None:
        self.file, self.data, self.layout = file, data, layout
        self.text = data.decode("utf-8", "surrogateescape")
        self.identities = self.stated(data)

    def stated(self, data: bytes) -> Sequence[Identity]:
        """What the file states if these are its bytes."""
        if files.is_document(self.file):
            found = tables.read_text(data, self.file, Path(self.file).suffix.lower()).identities
        else:
            found = catalogue.read_text(data, self.file)[0]
        return asked(found, self.layout)

    @cached_property
    def starts(self) -> Sequence[int]:
        """The offset of each line; a byte order mark stands before the first."""
        lines = re.split("(?<=\n)|(?<=\r)(?!\n)", self.text)
        mark = self.text.startswith("\ufeff")
        return [mark, *accumulate(map(len, lines))]

    def offset(self, place: Place) -> int:
        if place.line > len(self.starts):
            raise Unfixable(CHANGED)
        return self.starts[place.line - 1] + place.column - 1

    def edit(self, identity: Identity, number: int, verdict: Verdict) -> Edit:
        """The repair of a refuted claim; raises :class:`Unfixable`."""
        suggestion = verdict.diagnosis.suggestion if verdict.diagnosis else None
        if suggestion is None:
            raise Unfixable("no repair is known")
        if identity not in self.identities:
            raise Unfixable(CHANGED)
        new = respelled(identity, number, suggestion, self.identities[:NEIGHBOURS])
        if new is None:
            raise Unfixable(f"{suggestion} cannot be spelled as the file is")
        start, stop = self.region(identity.claims[number].closed_form)
        at = self.identities.index(identity)
        quoted = "'" + new.replace("'", "''") + "'"  # a formula that YAML would take for something else
        for said in (new, quoted):
            edit = Edit(start, stop, said, at, number, new)
            if self.says(edit):
                return edit
        raise Unfixable(f"{new} cannot be written there")

    def region(self, text: Text) -> tuple[int, int]:
        """Where a text stands, every character of it; raises :class:`Unfixable` if it is read as another one."""
        offsets = [self.offset(text.at(number)) for number in range(len(text.text))]
        signs = [self.text[offset : offset + 1] for offset in offsets]
        same = all(a == b or (a.isspace() and b.isspace()) for a, b in zip(signs, text.text, strict=True))
        gaps = (self.text[a + 1 : b] if a < b else "macro" for a, b in pairwise(offsets))
        if not same or not all(map(BETWEEN.fullmatch, gaps)):
            raise Unfixable("it does not stand there as it is read: it comes out of a macro, or has escapes")
        return offsets[0], offsets[-1] + 1

    def edited(self, edits: Iterable[Edit]) -> bytes:
        """The bytes of the file with these edits, which do not overlap."""
        text = self.text
        for edit in sorted(edits, key=lambda edit: -edit.start):
            text = text[: edit.start] + edit.new + text[edit.stop :]
        return text.encode("utf-8", "surrogateescape")

    def says(self, edit: Edit) -> bool:
        """Whether the file then states the new closed form, of the same variables, and all else as before."""
        before = [texts(identity) for identity in self.identities]
        before[edit.identity][-1][edit.claim] = edit.closed_form
        after = self.stated(self.edited([edit]))
        if [texts(identity) for identity in after] != before:
            return False
        old, new = (shapes(found[edit.identity], edit.claim) for found in (self.identities, after))
        return old == new


def texts(identity: Identity) -> tuple[str, list[str], list[str]]:
    """All that an identity says, without the places, and its closed forms apart."""
    parts = (identity.where, identity.let, identity.at, identity.example)
    said = [identity.f.text, *(f"{name}: {text.text}" for part in parts for name, text in part.items())]
    said += [f"{claim.kind} {claim.wrt}" for claim in identity.claims]
    return identity.id, said, [claim.closed_form.text for claim in identity.claims]


def diff(file: str, before: bytes, after: bytes) -> str:
    """What was written, as a unified diff."""
    old, new = (data.decode("utf-8", "replace").splitlines() for data in (before, after))
    return "\n".join(difflib.unified_diff(old, new, file, file, lineterm="")) + "\n"
