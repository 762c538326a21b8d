"""What moves and what comes back in a cell: dX, Ẋ, H for a differential; Ȳ, G, ∂L/∂Y, dY for a pullback."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from identities.catalogue import Text
from identities.equations import Context, Unreadable, rules
from identities.equations.kinds import canonical, names_in
from identities.equations.outline import outline, shown_or_nothing
from identities.expression import Perturbation, walk
from identities.notation import NotationError, canonical_name, parse
from identities.tables.blocks import Run

_INCOMING = (
    r"(?:(?:upstream|incoming|backpropagated|output) (?:gradient|derivative|cotangent|adjoint)"
    r"|(?:gradient|derivative|cotangent|adjoint) (?:(?:that|which) )?(?:is )?(?:arriv|com|flow|hand|pass|receiv)\w+"
    r"|gradient (?:of the loss )?(?:w\.?\s?r\.?\s?t\.?|with respect to|at|in) the (?:layer's )?output)"
)
_HANDED = re.compile(rf"\b(?:{_INCOMING}|upstream|incoming)s?(?: is| called| denoted by| written)?\W*$", re.IGNORECASE)
_IS_HANDED = re.compile(rf"\s*(?:is|denotes|for|=|be)?\s*(?:the |an? )?{_INCOMING}\b", re.IGNORECASE)
_UPSTREAM = re.compile(r"\b(?:gradients?|adjoint|cotangent|derivative|matrix|vector|quantity)\b", re.IGNORECASE)
HANDED = r"(?:d|g|grad|[Δδ])_?"  # before the name of a value in code: its cotangent
_OF_TIME = re.compile(r"\\dot|\u0307|['′]|\\prime|\bd[A-Z]")
_HANDED_IN_CODE = re.compile(rf"(?<![A-Za-z_]){HANDED}(?P<of>[A-Za-zα-ω][0-9₀-₉]*)(?![A-Za-z0-9_])")
_ASSIGNED = re.compile(rf"{_HANDED_IN_CODE.pattern}(?=\s*=[^=])")


def moves(form: Text) -> bool:
    """Whether a perturbation stands in a formula."""
    try:
        return any(isinstance(node, Perturbation) for node in walk(parse(form.text)))
    except NotationError:
        return False


def of_time(f: Text, form: Text, wrt: str) -> bool:
    """Whether f is of functions of its variable that are not written out: A(t)⁻¹ with Ȧ(t), or K⁻¹ with ∂K/∂θ."""
    if wrt not in names_in(f) and re.search(r"∂|\\partial", form.text):
        return True
    applied = rf"(?<![a-z\\])[A-Za-zα-ω]\s*\(\s*{re.escape(wrt)}\s*\)"
    return re.search(applied, f.text) is not None and _OF_TIME.search(form.text) is not None


def perturbed(form: Text, wrt: str, known: tuple[str, ...]) -> Text:
    """The closed form of a differential with Ẋ, or the direction that it alone names, written as dX."""
    shown = outline(form)
    piece = (0, len(shown.text))
    if rules.DOT in shown.text:
        return rules.dotted(shown, piece)
    strangers = names_in(form) - {*known, "I"}
    if wrt and len(strangers) == 1 and not moves(form):
        return rules.along(shown, piece, next(iter(strangers)), wrt)
    return form


def passes_back(form: Text, f: Text, named: str, context: Context) -> bool:
    """Whether the cotangent of f stands in a formula: ∂L/∂x by ∂L/∂y, or by G = ∂L/∂y, where y is f."""
    shown = outline(form).text
    handed = {name for name, of in context.cotangents.items() if of in (named, "")} - names_in(f)
    named = named or ("f" if handed else "")
    known = Context({named: f}, cotangents=dict.fromkeys(handed, named))
    return bool(named and rules.cotangents(shown, (0, len(shown)), known))


def handed_back(text: str, named: str, known: tuple[str, ...], context: Context) -> Iterator[tuple[int, int, str]]:
    """Where code writes the cotangent dY or gY of the value, or one that the same row has derived from it."""
    for match in re.finditer(rf"(?<![A-Za-z]){HANDED}(?P<of>[A-Za-zα-ω][0-9₀-₉]*)(?![A-Za-z0-9])", text):
        derived = context.definitions.get(canonical(match["of"]) + rules.BAR)
        if canonical(match["of"]) == named:
            yield (*match.span(), "f̄")
        elif derived is not None and canonical(match["of"]) in known:
            yield (*match.span(), f"({derived.text})")


def pulled_back(form: Text, f: Text, named: str, known: tuple[str, ...], context: Context) -> Text:
    """The closed form of a pullback with the cotangent of f, which people call Ȳ, G or ∂L/∂Y, in the spelling f̄.

    Raises Unreadable where it is made of the cotangent of a variable.
    """
    shown = outline(form)
    piece = (0, len(shown.text))
    spots = list(handed_back(shown.text, named, known, context)) if named else []
    if spots:
        apart = " " * shown.is_latex  # from the command before it: X^\top\delta_Y
        return shown.replaced(*piece, [(start, stop, apart + said) for start, stop, said in spots])
    found = [
        next(filter(None, match.group("of", "of2", "of3", "bar"))) for match in rules.COTANGENT.finditer(shown.text)
    ]
    barred = {canonical(of.replace(rules.BAR, "").strip()) for of in found}
    if strange := [of for of in sorted(barred & {*known}) if of + rules.BAR not in context.definitions]:
        raise Unreadable(f"made of the cotangent of {strange[0]}, which is no value: write out what that is")
    values = dict.fromkeys(barred - set(known), f)
    letters = {} if values else dict.fromkeys(names_in(form) - {*known, *context.definitions, "f̄", "I"}, "f")
    if len(values) + len(letters) != 1:
        return form
    inner = Context({**context.definitions, **(values or {"f": f})}, cotangents=letters)
    return rules.pulled_back(shown, piece, inner)[1]


def in_bars(code: Text, definitions: Mapping[str, Text]) -> Text:
    """An assignment gx = Aᵀ gy of code as x̄ = Aᵀ ȳ, where y was defined by a formula of x; other code as it stands."""
    match = _ASSIGNED.match(code.text)
    values = [name for name, formula in definitions.items() if match and canonical(match["of"]) in names_in(formula)]
    spots = [one for one in _HANDED_IN_CODE.finditer(code.text) if canonical(one["of"]) in values]
    if match is None or not any(one.start() >= match.end() for one in spots):
        return code
    pieces = [match, *(one for one in spots if one.start() >= match.end())]
    parts, at = [], 0
    for one in pieces:
        parts += [code.part(at, one.start()), Text(one["of"] + rules.BAR, code.at(one.start()))]
        at = one.end("of")
    return Text.joined([*parts, code.part(at, len(code.text))])


def assigns_gradient(code: Text) -> bool:
    """Whether code gives a value to a gradient by its name in the program, gx or grad_w: no product of letters."""
    return _ASSIGNED.match(code.text) is not None and code.text[:1] == "g"


def upstream(sentence: list[Run]) -> Iterator[tuple[str, str]]:
    """The cotangents that a sentence names: G is the upstream gradient ∂L/∂Y."""
    for said, one, after in zip_longest([None, *sentence], sentence, sentence[1:]):
        if one is not None and one.manner != "words" and (letter := canonical_name(one.text.text.strip("$` "))):
            before = said.text.text if said is not None and said.manner == "words" else ""
            if _HANDED.search(before) or (after is not None and _IS_HANDED.match(after.text.text)):
                yield letter, ""  # of whatever the function of a row is
    for one, said, other in zip(sentence, sentence[1:], sentence[2:], strict=False):
        if said.manner != "words" or not _UPSTREAM.search(said.text.text) or not canonical_name(one.text.text):
            continue
        shown = shown_or_nothing(other.text) if other.manner != "words" else ""
        if match := rules.COTANGENT.fullmatch(shown.strip()):
            of = next(filter(None, match.group("of", "of2", "of3", "bar")))
            yield canonical_name(one.text.text) or "", canonical_name(of.replace(rules.BAR, "").strip()) or of
