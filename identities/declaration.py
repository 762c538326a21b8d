"""What `where` says of a name: ``m×n invertible with m ≥ n``, ``n``, ``scalar``, ``m×n → ℝ``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from identities import dims, limits
from identities.catalogue import quoted
from identities.dims import ONE, Dim
from identities.expression import Span
from identities.notation.names import LETTER, SUPERSCRIPTS, canonical_name
from identities.notation.tokens import NotationError

Shape = tuple[Dim, Dim]
RELATIONS = {
    "≥": "≥",
    ">=": "≥",
    "≤": "≤",
    "<=": "≤",
    ">": ">",
    "<": "<",
    "=": "=",
    "==": "=",
    "≠": "≠",
    "!=": "≠",
}
HOLDS: dict[str, Callable[[int, int], bool]] = {
    "≥": lambda a, b: a >= b,
    "≤": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
    "=": lambda a, b: a == b,
    "≠": lambda a, b: a != b,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """A relation between dims that the sizes must satisfy: m ≥ n, n ≥ 3."""

    left: Dim
    relation: str
    right: Dim

    def holds(self, sizes: Mapping[str, int]) -> bool:
        """Whether it does, compared as rational numbers: n/2 is not rounded."""
        difference, _ = dims.whole(self.left - self.right)
        return HOLDS[self.relation](dims.evaluate(difference, sizes), 0)

    def __str__(self) -> str:
        return f"{self.left} {self.relation} {self.right}"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A variable of a shape with domain words, or (with ``target``) a smooth function from ``shape`` to ``target``."""

    shape: Shape
    words: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    target: Shape | None = None

    @property
    def is_function(self) -> bool:
        return self.target is not None

    @property
    def is_integer(self) -> bool:
        return "integer" in self.words

    @property
    def symbols(self) -> frozenset[str]:
        """The dim symbols of the shapes and conditions."""
        every = [*self.shape, *(self.target or ()), *(d for c in self.conditions for d in (c.left, c.right))]
        return frozenset().union(*(dim.symbols for dim in every))


_ARROW = re.compile(r"\s*(?:→|->|↦)\s*")
_RAISED = {**SUPERSCRIPTS, "ˣ": "×", "×": "×"}
_REAL = re.compile(rf"(?:ℝ|R)(?:\^\{{([^{{}}]*)\}}|\^([^\s{{}}]*)|([{''.join(_RAISED)}]+))?(?=[\s,]|$)")
_DIM = rf"{LETTER.pattern}[\u0300-\u036f]*(?:_?[0-9₀-₉]+)?|[0-9]+"
_SHAPE = re.compile(rf"(?:complex\s+)?({_DIM})(?:(?:\s*[×*]\s*|\s+x\s+)({_DIM}))?(?=[\s,]|$)")


def declare(text: str) -> Declaration:
    """Read one declaration; raises NotationError with the column in ``text``."""
    stripped = text.strip()
    if _ARROW.search(stripped):
        parts = _ARROW.split(stripped)
        if len(parts) != 2:
            raise _error(text, "a function has one arrow, as in L: m×n → ℝ or g: ℝ → ℝ")
        source, target = (_space(part, text) for part in parts)
        return Declaration(source, target=target)
    body, conditions = _conditions(stripped, text)
    words = body.split()
    if words and (words[0] in ("scalar", "integer", "ℝ", "R", "positive") or words[-1] == "scalar"):
        rest = tuple(w for w in words if w not in ("scalar", "ℝ", "R"))
        return Declaration((ONE, ONE), rest, conditions)
    if (space := _REAL.match(body)) and space[0] != "R":
        after = body[space.end() :].replace(",", " ")
        return Declaration(_space(space[0], text), tuple(after.split()), conditions)
    match = _SHAPE.match(body)
    if not match:
        raise _error(text, "expected a shape such as m×n, n, 3×2, scalar, or a function such as m×n → ℝ")
    shape = (_dim(match[1], text), _dim(match[2], text) if match[2] else ONE)
    before = ("complex",) if body.startswith("complex") else ()
    return Declaration(shape, (*before, *body[match.end() :].replace(",", " ").split()), conditions)


def _conditions(text: str, whole: str) -> tuple[str, tuple[Condition, ...]]:
    body, _, tail = text.partition(" with ")
    if not tail:
        return body, ()
    found = []
    for part in re.split(r"\s+and\s+|\s*,\s*", tail.strip()):
        pieces = re.split(r"\s*(≥|>=|≤|<=|==|!=|≠|=|>|<)\s*", part)
        if len(pieces) < 3 or len(pieces) % 2 == 0:
            raise _error(
                whole, f"'{quoted(part)}' is not a condition between dims; expected one such as m ≥ n or n ≥ 3"
            )
        for left, relation, right in zip(pieces[::2], pieces[1::2], pieces[2::2], strict=False):
            found.append(Condition(_polynomial(left, whole), RELATIONS[relation], _polynomial(right, whole)))
    return body, tuple(found)


def _polynomial(text: str, whole: str) -> Dim:
    try:
        return dims.parse(text)
    except ValueError:
        raise _error(
            whole, f"'{quoted(text)}' is not a dim; expected a symbol, a number, or a sum or product of them"
        ) from None


def _space(text: str, whole: str) -> Shape:
    """ℝ, ℝⁿ, ℝ^{m×n}, or a bare shape n, m×n."""
    real = _REAL.fullmatch(text.strip())
    if real and not any(real.groups()):
        return (ONE, ONE)
    inner = text.strip()
    if real:
        inner = (real[1] or real[2] or "".join(_RAISED[c] for c in real[3])).strip()
    if inner == "scalar":
        return (ONE, ONE)
    match = _SHAPE.fullmatch(inner)
    if not match:
        raise _error(whole, f"'{quoted(text)}' is not a space; expected ℝ, n, or m×n on each side of the arrow")
    return (_dim(match[1], whole), _dim(match[2], whole) if match[2] else ONE)


def _dim(text: str, whole: str) -> Dim:
    if text.isascii() and text.isdigit():
        value = int(text[:6])
        if not 1 <= value <= limits.DIM or len(text) > 5:
            raise _error(whole, f"a dim of {text}; literal dims run from 1 to {limits.DIM}")
        return dims.number(value)
    return dims.symbol(canonical_name(text) or text)


def _error(text: str, message: str) -> NotationError:
    return NotationError(message, Span(0, max(1, len(text))), text)


def shapes(declaration: Declaration) -> str:
    """The shape as one declares it: m×n, n, n → ℝ."""

    def said(shape: Shape) -> str:
        if shape == (ONE, ONE):
            return "ℝ" if declaration.target is not None else "scalar"
        return str(shape[0]) if shape[1] == ONE else f"{shape[0]}×{shape[1]}"

    if declaration.target is not None:
        return f"{said(declaration.shape)} → {said(declaration.target)}"
    return said(declaration.shape)


def spelled(declaration: Declaration) -> str:
    """The declaration as it stands in `where`."""
    conditions = " and ".join(map(str, declaration.conditions))
    return " ".join([shapes(declaration), *declaration.words]) + (f" with {conditions}" if conditions else "")
