"""An identity as it stands in a catalogue: its texts, its claims, and what kinds of claims there are."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from identities.catalogue.places import Place, Problem


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of text exactly as it stands in a file, and where its first character stands.

    Text that runs over several lines is folded to one; its place is the start. Where what is read differs from what
    stands in the file (an escaped pipe, a macro, a line break), ``marks`` say from which offset on which line and
    column are meant; between two marks, and after the last, columns run along with the text.
    """

    text: str
    place: Place
    marks: tuple[tuple[int, int, int], ...] = ()

    def at(self, offset: int) -> Place:
        """Where the character with this offset stands."""
        number = bisect_right(self.marks, (offset, 1 << 60, 0)) - 1
        if number < 0:
            return Place(self.place.file, self.place.line, self.place.column + offset)
        start, line, column = self.marks[number]
        return Place(self.place.file, line, column + offset - start)

    def part(self, start: int, stop: int) -> Text:
        """The characters [start, stop), with their places."""
        first = bisect_right(self.marks, (start, 1 << 60, 0))
        last = bisect_right(self.marks, (stop, 0, 0))
        marks = tuple((offset - start, line, column) for offset, line, column in self.marks[first:last])
        return Text(self.text[start:stop], self.at(start), marks)

    def stripped(self) -> Text:
        """The text without white space around it."""
        bare = self.text.strip()
        start = self.text.find(bare) if bare else len(self.text)
        return self.part(start, start + len(bare))

    @staticmethod
    def joined(parts: Iterable[Text]) -> Text:
        """The parts, of which there is one at least, one after the other."""
        pieces = list(parts)
        marks: list[tuple[int, int, int]] = []
        length = 0
        for piece in pieces:
            marks.append((length, piece.place.line, piece.place.column))
            marks += [(length + offset, line, column) for offset, line, column in piece.marks]
            length += len(piece.text)
        return Text("".join(piece.text for piece in pieces), pieces[0].place, tuple(marks))


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an identity: of ``kind``, about the variable(s) ``wrt`` ("" where the kind has none).

    ``wrt`` is ``X``, for a mixed block ``x, y``, for ``entries`` ``X[i,j]``. ``at`` is the point at which the
    claim is stated, by variable; empty for everywhere. A ``worked`` claim is a number of the entry's example,
    and ``at`` the example's inputs. ``layout`` is one of :data:`LAYOUTS`, in which the closed form is written. A
    claim that is ``expected`` to be refuted passes if it is.
    """

    kind: str
    wrt: str
    closed_form: Text
    at: Mapping[str, Text]
    worked: bool = False
    layout: str = "gradient"
    expected: Expected = "verified"


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
    table: str = ""  # the table of a document that it is a row of
    broadcasts: bool = False  # a number beside a column is meant for every entry, as documents write 1 − h


# How derivatives are laid out, named as in the Wikipedia tables; `auto` is the one that fits most rows of a table.
LAYOUTS = ("auto", "gradient", "numerator", "denominator")
# The claims that a layout transposes: of a scalar f a gradient, of a vector f a Jacobian. Sources swap the names.
TURNED = {
    "gradient": frozenset[str](),
    "numerator": frozenset({"gradient"}),
    "denominator": frozenset({"jacobian"}),
}
Expected = Literal["verified", "refuted"]


class CatalogueError(Exception):
    """A file that cannot be used as a whole; ``problems`` says where and why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of claim is written: about so many variables (0: its form stands alone), or an ``entry``.

    A differential may say which variables move; where its form stands alone, all do.
    """

    variables: tuple[int, ...]
    entry: bool = False

    @property
    def usage(self) -> str:
        """The keys it has, for messages."""
        keys = ("X[i,j]",) if self.entry else (", ".join("xyz"[:count]) for count in self.variables if count)
        return " or ".join(f"`{key}: …`" for key in keys)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "gradient": Kind((1,)),
        "jacobian": Kind((1,)),
        "hessian": Kind((1, 2)),
        "differential": Kind((0, 1, 2, 3)),
        "second_differential": Kind((0, 1, 2, 3)),
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
