r"""Names that a closed form has for what moves and for what comes back: H of Df(X)[H], Ẋ, Ȳ, \frac{∂L}{∂Y}, G."""

from __future__ import annotations

import re
from collections.abc import Iterator

from identities.catalogue import Text
from identities.equations.kinds import canonical, mentioned, typed
from identities.equations.outline import LETTER, NAME, Outline, Piece, outline, shown_or_nothing
from identities.equations.stated import Context, Texts, Unreadable
from identities.expression import Apply, Expr, Name, Perturbation, walk
from identities.notation import NotationError, parse
from identities.notation.names import SUBSCRIPTS
from identities.typed import Typed
from identities.vocabulary import WORDS

BAR, DOT = "\u0304", "\u0307"
# Letters that move where an equation does not say what does: in d(AX) = A dX the matrix A is a constant.
MOVING = frozenset("XYZUVWxyzuvwθ")
# What is linear in every factor: a differential of it has one term for each.
_LINEAR = frozenset(["product", "hadamard", "kronecker", "transpose", "tr", "sum", "neg", "vec", "times"])

_WORD = "|".join(sorted((re.escape(word) for word in WORDS if len(word) > 1), key=len, reverse=True))
_NAMES = re.compile(rf"\\[A-Za-z]+ ?|[a-z]{{2,}}\.[a-z_.]+(?=\()|⟦[^⟧]*⟧|(?:{_WORD})(?![A-Za-z])|(?P<name>{NAME})")
_UNDER = rf"[∂d]\s*(?P<of>{NAME})"
_KRONECKER = re.compile(r"δ\s?_\s*\{\s*[ijklrs]\s*,?\s*[ijklrs]\s*\}|δ[ᵢⱼₖₗᵣₛ]{2}")
_VEC = re.compile(rf"(?<![A-Za-z])d\s*\\?vec\s*(?:\(\s*({LETTER}(?:_?[0-9₀-₉]+)?)\s*\)|({LETTER})(?![A-Za-z]))")
LOSSES = ("L", "ℒ", "ℓ", "l", "E", "J", "C")
COTANGENT = re.compile(
    rf"\\frac\{{\s*[∂d]\s*(?P<loss>{LETTER})\s*\}}\{{\s*{_UNDER}\s*\}}"
    rf"|\(?\s*∂\s*(?P<loss2>{LETTER})\s*/\s*{_UNDER.replace('<of>', '<of2>')}\s*\)?"
    rf"|∇\s*_\s*\{{?\s*(?P<of3>{LETTER}(?:[0-9₀-₉]+)?)\s*\}}?\s*(?P<loss3>{LETTER})(?![A-Za-z(])"
    rf"|(?P<bar>{LETTER}\u0304(?:\s?_(?:\{{[^{{}}]*\}}|[A-Za-z0-9])|[₀-₉]+)?)"
)


def of_vec(form: Text) -> Text:
    """The form with d vec X as vec dX."""
    shown = shown_or_nothing(form)
    pieces = [(*match.span(), f"vec(d{match[1] or match[2]})") for match in _VEC.finditer(shown)]
    return outline(form).replaced(0, len(shown), pieces) if pieces else form


def occurrences(text: str, piece: Piece, wanted: str) -> Iterator[Piece]:
    """Where a name stands in a piece of an outline."""
    for match in _NAMES.finditer(text, *piece):
        if match["name"] and canonical(match["name"]) == wanted:
            yield match.span()


def along(outline: Outline, form: Piece, direction: str, wrt: str) -> Text:
    """The form with the name of a direction written as the perturbation dX."""
    found = list(occurrences(outline.text, form, canonical(direction)))
    if not found:
        raise Unreadable(f"the direction {direction} does not stand in it")
    return outline.replaced(*form, [(*piece, f"(d{wrt})") for piece in found])


def dotted(outline: Outline, form: Piece) -> Text:
    """The form with tangents Ẋ written as perturbations dX."""
    found = [
        (*match.span(), f"(d{match['name'].replace(DOT, '')})")
        for match in _NAMES.finditer(outline.text, *form)
        if match["name"] and DOT in match["name"]
    ]
    return outline.replaced(*form, found)


def kronecker(outline: Outline, form: Piece) -> Text:
    """The form with δᵢⱼ as an entry of the identity."""
    found = []
    for match in _KRONECKER.finditer(outline.text, *form):
        indices = [SUBSCRIPTS.get(letter, letter) for letter in match[0] if letter not in "δ_{}, "]
        found.append((*match.span(), f"I[{','.join(indices)}]"))
    return outline.replaced(*form, found) if found else outline.part(*form)


def cotangents(text: str, piece: Piece, context: Context) -> list[tuple[int, int, str]]:
    """The cotangents in a piece, each with the name of the defined value that it belongs to."""
    found: list[tuple[int, int, str]] = []
    for match in COTANGENT.finditer(text, *piece):
        of = canonical((match["of"] or match["of2"] or match["of3"] or match["bar"].replace(BAR, "")).strip())
        if of in context.definitions:
            found.append((*match.span(), of))
    for name, of in context.cotangents.items():
        if of not in context.definitions:
            continue
        found += [(*where, of) for where in occurrences(text, piece, name)]
    return sorted(found)


def cotangent_of(text: str, piece: Piece, context: Context) -> str:
    """The defined value whose cotangent this piece is, alone; "" where it is none."""
    while piece[0] < piece[1] and text[piece[0]] in " &":
        piece = (piece[0] + 1, piece[1])
    found = cotangents(text, piece, context)
    if len(found) == 1 and found[0][0] == piece[0] and not text[found[0][1] : piece[1]].strip(" &.,;"):
        return found[0][2]
    return ""


def upstream_of(text: str, piece: Piece, context: Context) -> str:
    """The same of any value, by which a loss is differentiated that is not given."""
    match = COTANGENT.fullmatch(text[slice(*piece)].strip(" &.,;"))
    loss = next(filter(None, match.group("loss", "loss2", "loss3")), "") if match else ""
    of = next(filter(None, match.group("of", "of2", "of3")), "") if match else ""
    known = loss not in LOSSES or loss in context.definitions
    return cotangent_of(text, piece, context) or ("" if known else canonical(of.strip()))


def pulled_back(outline: Outline, form: Piece, context: Context) -> tuple[Text, Text]:
    """f and the closed form in f̄ of a rule such as X̄ = AᵀȲ, where Y = AX was said; raises Unreadable."""
    found = cotangents(outline.text, form, context)
    values = {of for *_, of in found}
    if len(values) != 1:
        raise Unreadable(
            "a cotangent made of the cotangents of several values"
            if values
            else "no value is defined whose cotangent stands in it"
        )
    f = context.definitions[values.pop()]
    return f, outline.replaced(*form, [(start, stop, "(f̄)") for start, stop, _ in found])


def moving(f: Text, closed: Text, explicit: tuple[str, ...], where: Texts, definitions: Texts) -> str:
    """The variables that a differential moves, as ``wrt`` of a claim, "" for all: those whose perturbation stands in
    the closed form, those that are said (f is a function of X), and those without which a product rule lacks a term.

    Raises Unreadable where it depends on what the reader takes for a constant.
    """
    try:
        moved = {node.of for node in walk(parse(closed.text)) if isinstance(node, Perturbation)}
    except NotationError as error:
        raise Unreadable(error.message) from None
    if not moved:
        raise Unreadable("a differential in which nothing moves: no dX stands in it")
    statement = typed(f, where, definitions)
    names = frozenset().union(*(mentioned(tree.node) for tree in statement.trees))
    inside = {name for name in names if name in statement.variables}
    moved |= inside & set(explicit)
    missing = inside - moved
    if not explicit:
        product = is_product(statement.f)
        for name in sorted(missing):
            usual = name[0] in MOVING or not any(one[0] in MOVING for one in moved)
            if usual and product and any(alike(name, one) for one in moved):
                moved.add(name)
            elif usual and (product or any(alike(name, one) for one in moved)):
                raise Unreadable(f"does {name} move or is it a constant? d{name} does not stand in the closed form")
    if not missing:
        return ""
    if len(moved) > 3:
        raise Unreadable("a differential in more than three variables of several")
    return ", ".join(sorted(moved))


def alike(one: str, other: str) -> bool:
    """Whether two letters are of one alphabet and case, so that readers take them for values of one rank."""
    return one[0].isupper() == other[0].isupper() and one[0].isascii() == other[0].isascii()


def is_product(f: Typed) -> bool:
    """Whether f is made of names by products, transposes, traces and sums alone, each name once."""
    nodes: list[Expr] = list(walk(f.node))
    names = [node.name for node in nodes if isinstance(node, Name)]
    operations = {node.op for node in nodes if isinstance(node, Apply)}
    only = all(isinstance(node, (Name, Apply)) for node in nodes)
    return only and operations <= _LINEAR and "neg" not in operations and len(set(names)) == len(names)
