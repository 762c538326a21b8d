"""Which equations of a source are in the catalogue, and why the others are not.

What is in is read off the ``source`` of the entries, ``Petersen & Pedersen 2012 (96)–(98), (105)``; why the rest is not
is data, one file per source in ``identities/sources``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from identities.catalogue import Identity

FOLDER = Path(__file__).parent / "sources"
_NUMBERS = re.compile(r"\((\d+)\)(?:\s*[–-]\s*\((\d+)\))?")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter and the equations it numbers, first to last."""

    title: str
    first: int
    last: int

    @property
    def numbers(self) -> range:
        return range(self.first, self.last + 1)


@dataclass(frozen=True, slots=True)
class Source:
    """A source with numbered equations; ``reasons`` says why an equation is not in the catalogue."""

    name: str
    title: str
    chapters: tuple[Chapter, ...]
    reasons: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The ids of the entries that state each equation of a source."""

    source: Source
    entries: Mapping[int, tuple[str, ...]]

    def covered(self, chapter: Chapter) -> list[int]:
        """The equations of a chapter that are in the catalogue."""
        return [number for number in chapter.numbers if number in self.entries]

    def missing(self, chapter: Chapter) -> dict[int, str]:
        """The equations of a chapter that are not, with the reason; "" where none is given."""
        numbers = (number for number in chapter.numbers if number not in self.entries)
        return {number: self.source.reasons.get(number, "") for number in numbers}


def sources() -> list[Source]:
    """Every source whose coverage is kept."""
    return [read_source(path) for path in sorted(FOLDER.glob("*.yaml"))]


def read_source(path: Path) -> Source:
    """A source from its file; ranges such as ``312–317`` are written out."""
    import yaml

    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    chapters = tuple(Chapter(f"{c['chapter']} {c['title']}", c["first"], c["last"]) for c in data["chapters"])
    reasons: dict[int, str] = {}
    for numbers, reason in data["reasons"].items():
        first, _, last = str(numbers).partition("–")
        reasons |= dict.fromkeys(range(int(first), int(last or first) + 1), reason)
    return Source(data["source"], data["title"], chapters, reasons)


def coverage(source: Source, identities: Iterable[Identity]) -> Coverage:
    """The equations of a source that entries cite."""
    entries: dict[int, tuple[str, ...]] = {}
    for identity in identities:
        for cited in identity.source:
            if cited.startswith(f"{source.name} "):
                for number in numbers_in(cited):
                    entries[number] = (*entries.get(number, ()), identity.id)
    return Coverage(source, entries)


def numbers_in(cited: str) -> list[int]:
    """The equation numbers of a citation: ``(40), (59)`` and ``(96)–(98)``."""
    return [number for first, last in _NUMBERS.findall(cited) for number in range(int(first), int(last or first) + 1)]
