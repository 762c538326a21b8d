"""Where something stands in a file, and what is wrong there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from identities import limits


class Place(NamedTuple):
    """A position in a file; line and column count from 1, columns in code points.

    A tuple, as a large table makes several hundred thousand of them before the first formula is checked.
    """

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


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that looks like a formula and is no checkable claim; ``in_table``: in a table that is read."""

    problem: Problem
    in_table: bool


class TooManyProblems(Exception):
    """Raised by :meth:`Problems.add` once the list is full: a file like that is no catalogue."""


@dataclass(slots=True)
class Problems:
    """The problems of one file, as they are found; at most :data:`limits.PROBLEMS` of them."""

    file: str
    found: list[Problem] = field(default_factory=list)

    def add(self, place: Place, message: str, id: str = "") -> None:
        """Note a problem; raise :class:`TooManyProblems` when it is the last one that fits."""
        self.found.append(Problem(place, id, message))
        if len(self.found) >= limits.PROBLEMS:
            self.found.append(Problem(self.at(1), "", f"{limits.PROBLEMS} problems: the rest is not read"))
            raise TooManyProblems

    def at(self, line: int, column: int = 1) -> Place:
        """The place in this file."""
        return Place(self.file, line, column)


def shown(text: str) -> str:
    """The text in quotes on one line, cut to a readable length, invisible characters escaped."""
    return repr(text if len(text) <= 60 else text[:59] + "…")


def quoted(formula: str) -> str:
    """A formula as a message repeats it, cut where it is too long to be read."""
    return formula if len(formula) <= limits.QUOTED else formula[: limits.QUOTED - 1] + "…"
