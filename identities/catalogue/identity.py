"""An identity as it stands in a catalogue: its texts, its claims, and what kinds of claims there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from identities.catalogue.places import Place, Problem


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
