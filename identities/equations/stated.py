"""What an equation states, and what the text around it has said so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from identities import limits
from identities.catalogue import Text
from identities.equations.outline import Piece

Texts = Mapping[str, Text]


class Unreadable(ValueError):
    """What cannot be made a claim, and why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason if len(reason) <= limits.MESSAGE else reason[: limits.MESSAGE - 1] + "…")


@dataclass(frozen=True, slots=True)
class Context:
    """What the surrounding text has said of names: their formulas, their conditions, what f is a function of."""

    definitions: Texts = field(default_factory=dict)  # f, Y, L ↦ formula
    where: Texts = field(default_factory=dict)  # name ↦ declaration in the words of `where:`
    arguments: Mapping[str, str] = field(default_factory=dict)  # f ↦ x, from f(x) = …
    cotangents: Mapping[str, str] = field(default_factory=dict)  # G ↦ Y, from G = ∂L/∂Y
    phrases: Mapping[str, str] = field(default_factory=dict)  # \\log p ↦ the letter that stands for it
    dependents: Mapping[str, str] = field(default_factory=dict)  # u ↦ x, from u = u(x)
    arrow: bool = False  # whether f(x) → … is said to give the gradient
    manner: str = ""  # exp of a matrix is of its entries (⊙) or a series (m); · of code, where * is the product
    norm: str = ""  # which norm ‖·‖ is said to be, as it stands below the bars: F, 2, *
    usual: str = ""  # the variable of most rows of the table so far
    sizes: frozenset[str] = frozenset()  # letters of sizes that were said of variables of the same name elsewhere


@dataclass(frozen=True, slots=True)
class Stated:
    """One claim read from an equation, as an entry of a catalogue says it: it stands alone."""

    f: Text
    kind: str
    wrt: str
    closed_form: Text
    where: Texts = field(default_factory=dict)
    let: Texts = field(default_factory=dict)
    layout: str = ""  # that its signs say
    turned: Text | None = None  # the closed form in denominator layout, where it has derivatives of its own


@dataclass(frozen=True, slots=True)
class Derivative:
    """What a side names. ``of`` is the piece that is differentiated, ``function`` its name where it is one, with
    ``arguments``; ``wrt`` may be empty. ``kind`` is that of a claim, "first" where shapes decide.
    """

    kind: str
    of: Piece
    function: str = ""
    arguments: str = ""
    wrt: str = ""
    along: str = ""  # H of Df(X)[H]
    layout: str = ""  # that the sign says: ∇f has the shape of its variable; by vec X, which has no layout, "vec"
    negated: bool = False  # −∇²f


@dataclass(frozen=True, slots=True)
class Reading:
    """The claims of a text, what it adds to the context, and what could not be read, with the reason."""

    claims: tuple[Stated, ...]
    context: Context
    unread: tuple[tuple[Text, str], ...] = ()
