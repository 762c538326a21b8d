"""What a document is made of, whatever its format: headings, prose, tables, and directives to this program."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from identities import limits
from identities.catalogue import Place, Text

Manner = Literal["words", "math", "code", "display"]
Item = Literal["", "first", "more"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line in one manner: words, or a formula between signs that say so."""

    manner: Manner
    text: Text


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of a section, at a level below those of smaller numbers: what their text says holds in it as well."""

    title: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Directive:
    """What a comment tells this program: the text after ``identities:``."""

    text: Text


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph, with the formulas in it. In a list, ``item`` says whether it is the first of an item or one more,
    and ``depth`` how far the item is indented.
    """

    line: Line
    item: Item = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, with the directives for it alone."""

    cells: tuple[Line, ...]
    directives: tuple[Directive, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its header; ``header`` is empty where the format has none."""

    header: tuple[Line, ...]
    rows: tuple[Row, ...]

    @property
    def runs(self) -> tuple[Run, ...]:
        """Everything in its cells."""
        return tuple(run for row in self.rows for cell in row.cells for run in cell)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that cannot be used as it stands."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Cell:
    """The cell of a notebook begins, the first one being 1."""

    number: int


Block = Cell | Heading | Directive | Prose | Table | Trouble


def too_long(place: Place) -> Trouble:
    """What is said of a document that has more text than is read."""
    return Trouble(place, f"more than {limits.DOCUMENT_LENGTH:,} characters of text: split the document")


def whole(cell: Line) -> Text:
    """The cell as one text."""
    return Text.joined([run.text for run in cell]).stripped()


def words(line: Iterable[Run]) -> str:
    """What a line says beside its formulas."""
    return " ".join(run.text.text for run in line if run.manner == "words")
