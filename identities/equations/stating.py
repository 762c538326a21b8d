"""A derivative and its closed form → a claim that stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from identities.catalogue import Problem, Text
from identities.claims import EXTREMES
from identities.equations import biases, rules
from identities.equations.applied import declared, names, value_of
from identities.equations.declared import is_size, says_shape, settled, shaped
from identities.equations.dependent import arbitrary, composed, implied, unapplied
from identities.equations.kinds import (
    apart,
    canonical,
    closed,
    is_row,
    is_vector,
    is_zero,
    kind_of,
    names_in,
    needed,
    typed,
    typed_claim,
    variables_of,
)
from identities.equations.manners import respelled
from identities.equations.outline import CLOSING, LETTER, OPENING, Outline, Piece, closing, outline, trimmed
from identities.equations.stated import Context, Derivative, Stated, Texts, Unreadable
from identities.statement import Statement
from identities.typed import SCALAR

WEIGHTS = frozenset("λγρητn")  # of penalties, and counts: an extreme is one for positive weights
DIFFERENTIALS = ("differential", "second_differential")
_INDEXED = re.compile(
    rf"(?P<name>{LETTER})\s?_\s*(?:\{{\s*)?(?P<indices>[ijklrs]\s*,?\s*[ijklrs]?)\s*\}}?|(?P<small>{LETTER})(?P<lowered>[ᵢⱼₖₗᵣ]+)"
)
_TRACE = re.compile(r"(?<![A-Za-z])\\?(?:tr|Tr|trace)\s*(?=\()")
CONSTANTS = "abckABCK"
_PRIMES = re.compile(r"['′]{1,2}|\^\{(?:\\prime )+\}|″")


def stated(outline: Outline, context: Context, one: Derivative, form: Piece) -> Stated:
    """The claim that a side of an equation is the closed form of a derivative; raises Unreadable."""
    form = trimmed(outline.text, form)
    written = rules.kronecker(outline, form)
    written = rules.of_vec(written) if one.kind in DIFFERENTIALS else written
    if one.negated:
        written = Text.joined([Text("−(", written.place), written, Text(")", written.place)])
    for name, argument in context.arguments.items():  # of f(x) = …
        written = value_of(name, written, argument.strip()) if name in context.definitions else written
    of_loss = one.kind == "first" and one.wrt and one.function
    if one.kind == "pullback" or (of_loss and rules.cotangents(outline.text, form, context)):
        f, written = rules.pulled_back(outline, form, context)
        return alone(free(context, one), f, "pullback", canonical(one.wrt), written)
    context = free(context, one)
    context = arbitrary(context, outline.part(*one.of), written)
    f, where = function(outline, context, one, written)
    context = replace(context, where=where)
    if one.kind == "first" and one.wrt:
        f, written = unapplied(f, written, canonical(one.wrt))
        context = implied(written, canonical(one.wrt), f, context)
    if one.kind == "first" and (inner := composed(context, canonical(one.wrt), f, written)):
        return with_functions(one, *inner)
    context, f, written = declared(context, f, written)
    where = shaped(context.where, f, written, context.definitions)
    if one.kind in DIFFERENTIALS:
        written, explicit = tangents(outline, context, one, form, f, where, written)
        wrt = rules.moving(f, written, explicit, where, context.definitions)
        return alone(context, f, one.kind, wrt, written, where)
    wrt = variable(one, f, context, where)
    apart_from = replace(context, where=where)
    if one.kind == "first" and wrt not in names_in(f) and (found := apart(apart_from, f, wrt, written)):
        return found
    if one.kind == "jacobian" and is_row(f, where, context.definitions):
        raise Unreadable("a derivative of a row by a row: is the Jacobian meant or its transpose? Say it of columns")
    kind = {"first": "", "second": "hessian"}.get(one.kind, one.kind)
    kind = kind or kind_of(f, wrt, where, context.definitions, written)
    if written.text == "0" and kind in ("gradient", "derivative"):
        raise Unreadable("a derivative that is 0 may be said of a stationary point: no closed form")
    found = alone(context, f, kind, wrt, written)
    if one.kind == "first" and kind == "jacobian" and is_of_number(found):
        found = alone(context, f, "gradient", wrt, written)
    return replace(found, layout=layout_of(one, found))


def is_of_number(found: Stated) -> bool:
    """Whether f is a number beside its closed form, of an array: of n(y − m)ᵀ(y − m) that says that n is one."""
    statement = typed_claim(found)
    if not isinstance(statement, Statement) or found.wrt not in statement.variables:
        return False
    return statement.f.shape == SCALAR != statement.variables[found.wrt].shape


def layout_of(one: Derivative, found: Stated) -> str:
    """The layout that a sign says. ∇ of a vector is the Jacobian to some, its transpose to others.

    The derivative of a number by vec X is a row to some, to others a column: it is what the closed form is.
    """
    if found.kind == "jacobian" and one.layout == "vec":
        statement = typed_claim(found)
        number = isinstance(statement, Statement) and statement.f.shape == SCALAR
        column = isinstance(statement, Statement) and statement.closed_form.shape == statement.expected[::-1]
        return "denominator" if number and column else ""
    return one.layout if found.kind == "gradient" or one.layout == "numerator" else ""  # ∂y/∂xᵀ has outputs as rows


def with_functions(one: Derivative, context: Context, f: Text, form: Text, turned: Text) -> Stated:
    """The claim of a derivative of functions that are not written out; raises Unreadable."""
    wrt = canonical(one.wrt)
    where = shaped(context.where, f, form, context.definitions)
    kind = kind_of(f, wrt, where, context.definitions)
    found = alone(context, f, kind, wrt, form)
    if form.text == turned.text:
        return found
    alone(context, f, kind, wrt, turned)
    return replace(found, turned=turned)


def free(context: Context, one: Derivative) -> Context:
    """The context without a definition of the variable: in ∂L/∂y the y is one, whatever y = Wx + b said of another.

    In ∇f(x) it is the x.
    """
    of = (one.wrt,) if one.wrt else arguments(one, context)
    name = canonical(of[0]) if len(of) == 1 else ""
    if name not in context.definitions:
        return context
    others = {known: text for known, text in context.definitions.items() if known != name}
    where = dict(context.where)
    own, shapes = context.definitions[name], {one: text for one, text in where.items() if says_shape(text.text)}
    if name not in where and is_vector(shape := typed(respelled(own), shapes, others).f.shape) and shape != SCALAR:
        said = {word for text in where.values() for word in re.findall(r"\w", text.text)}
        where[name] = Text(next(dim for dim in "rsuvw" if dim not in said), own.place)
    return replace(context, definitions=others, where=where)


def alone(context: Context, f: Text, kind: str, wrt: str, form: Text, where: Texts | None = None) -> Stated:
    """The claim with the conditions and definitions that it needs; raises Unreadable."""
    if not form.text:
        raise Unreadable("nothing stands on the other side")
    context = context if where is None else replace(context, where=where)
    if kind in EXTREMES:
        weights = {
            name: Text("scalar positive", f.place)
            for name in WEIGHTS & names_in(f) - {wrt, *context.definitions}
            if not is_size(name, context.where, (f, form))
        }
        context = replace(context, where={**weights, **context.where})
    context, f, form = declared(context, f, form)
    plain = Stated(f, kind, wrt, form, context.where, needed((f, form), context.definitions))
    spread = biases.spread(plain) if kind in ("pullback", "gradient") else iter(())
    try:
        stated = settled_with_shapes(plain)
    except Unreadable:
        if (found := first_fitting(spread)) is None:
            raise
        return found
    if kind in ("pullback", "gradient") and not fits(stated):
        stated = first_fitting(spread) or stated
    return with_whole_traces(stated) if kind in DIFFERENTIALS else stated


def linked(context: Context, first: Text, left: Text, right: Text) -> Stated:
    """The claim of a link of a = b = c: b = c, or a = c where b = c says too little of the sizes; raises Unreadable."""
    try:
        return alone(context, left, "equals", "", right)
    except Unreadable:
        if first == left:
            raise
        return alone(context, first, "equals", "", right)


def settled_with_shapes(given: Stated) -> Stated:
    """The claim with the shapes that its conditions leave open; raises Unreadable."""
    texts = (given.f, given.closed_form, given.let)
    stated = settled(closed(replace(given, where=shaped(given.where, *texts))))
    if isinstance(typed_claim(stated), Problem):
        with suppress(Unreadable):  # X is real, and not square for f alone
            other = settled(replace(stated, where=shaped(given.where, *texts, together=True)))
            return other if isinstance(typed_claim(other), Statement) else stated
    return stated


def first_fitting(others: Iterable[Stated]) -> Stated | None:
    """The first of several claims whose closed form has the shape of the derivative."""
    for other in others:
        with suppress(Unreadable):
            if fits(found := settled_with_shapes(other)):
                return found
    return None


def fits(stated: Stated) -> bool:
    """Whether the closed form has the shape of the derivative."""
    found = typed_claim(stated)
    return isinstance(found, Statement) and found.fits


def with_whole_traces(stated: Stated) -> Stated:
    """The differential of a number with tr (A + B) dX as the trace of all of it, where only that is a number."""
    found = typed_claim(stated)
    if isinstance(found, Problem) or found.fits or found.f.shape != SCALAR:
        return stated
    shown = outline(stated.closed_form)
    pieces = []
    for match in _TRACE.finditer(shown.text):
        stop = end_of_term(shown.text, closing(shown.text, match.end()) + 1)
        pieces += [(match.end(), match.end(), "("), (stop, stop, ")")]
    other = replace(stated, closed_form=shown.replaced(0, len(shown.text), sorted(pieces)))
    found = typed_claim(other)
    return other if isinstance(found, Statement) and found.fits else stated


def end_of_term(text: str, at: int) -> int:
    """Where the term of a sum ends that a place is in."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in OPENING) - (text[place] in CLOSING)
        if depth < 0 or (depth == 0 and text[place] in "+-−="):
            return place
    return len(text)


def function(outline: Outline, context: Context, one: Derivative, written: Text) -> tuple[Text, dict[str, Text]]:
    """The formula that is differentiated, and the conditions; f(Ax + b) itself where the closed form has f′ or ∇f."""
    where = dict(context.where)
    if one.function:
        name = canonical(one.function)
        if name in context.definitions:
            return context.definitions[name], where
        if (name in where and "→" in where[name].text) or name in names([written], marked=True):
            return outline.part(*one.of), where
        if (match := _INDEXED.fullmatch(one.function)) and (
            f := context.definitions.get(match["name"] or match["small"])
        ):
            # ∂yᵢ/∂xⱼ, where y = Ax was said
            indices = outline.part(one.of[0] + len(match["name"] or match["small"]), one.of[1])
            return Text.joined([Text("(", f.place), f, Text(")", indices.place), indices]), where
        if match and canonical(one.wrt.partition("[")[0]) == (match["name"] or match["small"]):  # ∂Xₖₗ/∂Xᵢⱼ
            return outline.part(*one.of), where
        if name == canonical(one.wrt):
            return Text(one.wrt, outline.part(*one.of).place), where
        if name == "σ" and one.wrt:
            return Text(f"σ({one.wrt})", outline.part(*one.of).place), where
        if name[0] in CONSTANTS and is_zero(written):  # ∂a/∂x = 0, and no ∂L/∂x = 0
            return outline.part(*one.of), where
        raise Unreadable(f"no formula for {one.function} is given")
    if one.along.startswith("'"):  # σ′(t)
        match = _PRIMES.search(outline.text, *one.of)
        assert match is not None
        where.setdefault(canonical(one.wrt), Text("scalar", outline.source.place))
        return outline.replaced(*one.of, [(*match.span(), "")]), where
    return outline.part(*trimmed(outline.text, one.of)), where


def variable(one: Derivative, f: Text, context: Context, where: Texts) -> str:
    """The variable that is differentiated in, as a claim names it; raises Unreadable where nothing says it."""
    if "[" in one.wrt or "," in one.wrt:
        return one.wrt
    if one.wrt:
        return canonical(one.wrt)
    said = arguments(one, context)
    inside = variables_of(f, where, context.definitions)
    fitting = [name for name in said if name in inside] if said else list(inside)
    if len(fitting) > 1 and not said:
        fitting = [name for name in fitting if name == context.usual] or fitting
    if len(fitting) > 1 and not said:
        fitting = [name for name in fitting if name[0] in rules.MOVING] or fitting
    if len(fitting) != 1:
        raise Unreadable(f"in which variable? {f.text.strip()} has {', '.join(inside) or 'none'}")
    return fitting[0]


def arguments(one: Derivative, context: Context) -> tuple[str, ...]:
    """What f is said to be a function of."""
    text = one.arguments or (context.arguments.get(canonical(one.function), "") if one.function else "")
    return tuple(canonical(part.strip()) for part in re.split("[,;]", text) if part.strip())


def tangents(
    outline: Outline, context: Context, one: Derivative, form: Piece, f: Text, where: Texts, written: Text
) -> tuple[Text, tuple[str, ...]]:
    """The closed form of a differential in dX, and the variables that are said to move."""
    explicit = (canonical(one.wrt),) if one.wrt else arguments(one, context)
    if one.along == rules.DOT:
        return rules.dotted(outline, form), arguments(one, context)
    if one.along:
        if not explicit:
            inside = variables_of(f, where, context.definitions)
            explicit = inside if len(inside) == 1 else tuple(name for name in inside if name[0] in rules.MOVING)
        if len(explicit) != 1:
            raise Unreadable(f"the direction {one.along} of which variable?")
        return rules.along(outline, form, one.along, explicit[0]), explicit
    return written, explicit
