"""A row of a table → the claims in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from identities import equations
from identities.catalogue import Text, quoted
from identities.equations import Context, Stated, Unreadable, kind_of, rules, variables_of
from identities.equations.applied import declared, value_of
from identities.equations.conditions import conditions
from identities.equations.declared import shaped
from identities.equations.kinds import apart, canonical, is_stacked, is_zero, names_in, typed_claim
from identities.equations.stating import DIFFERENTIALS, alone
from identities.notation import NotationError, canonical_name
from identities.statement import Statement
from identities.tables.blocks import Line, Run, whole
from identities.tables.formulas import Formula, formulas, is_nothing, separated, sides, trimmed
from identities.tables.headers import DERIVATIVES, Column, mathematics, name, plain
from identities.tables.moving import HANDED, moves, of_time, passes_back, perturbed, pulled_back
from identities.tables.remarks import learnt, of_matrices, unmet, with_words
from identities.tables.variables import CONVENTION, beside, chosen, in_place, in_remarks, is_row, of_call, variable

_NAMED = re.compile(r"([A-Za-zα-ωΑ-Ωℒℓ][\u0300-\u036f]*(?:_?[0-9₀-₉]+)?)\s*(?:\(\s*([^()=]{1,40}?)\s*\))?\s*:?")
_WORDS = re.compile(r"[A-Za-z][a-z][A-Za-z \-]+")  # the name of a rule
_LEFT = re.compile(r"(?:J|H|D|g|G|grad|Df|J_?f|H_?f|f['′]|f['′]\(\w\)|\\dot\{?\w\}?|Hess\w*|Jac\w*)(?:\(\w\))?")
_BACKWARD = re.compile(rf"{HANDED}([A-Za-zα-ωΑ-Ω][0-9₀-₉]*)")
_RAISED = re.compile(r"[\^⁺⁻²]|\binv\b")  # X⁺, X⁻¹
_LABEL = re.compile(r"\\?[A-Za-z]\w*")
DOUBTED = "it may be a condition, which is not understood: the row is not checked"
_NONZERO = re.compile(r"(?:≠|\\neq?)\s*0\W*$")  # of almost every point
RELATION = re.compile(r"=|<|>|≥|≤|≠|∈|\\(?:neq?|[lg]eq?|in|succ(?:eq)?|perp)(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Read:
    """A claim, and the layout that its column says its closed form is in."""

    stated: Stated
    layout: str = ""
    surely: bool = False  # a claim, even where it makes no sense; what a sentence says may be none


@dataclass(frozen=True, slots=True)
class Unread:
    """A formula that is no claim, and why."""

    text: Text
    reason: str


@dataclass(frozen=True, slots=True)
class Function:
    """The function of a row: its formula, its name if it has one, its variable if that is said."""

    f: Text
    name: str = ""
    wrt: str = ""


def claims(columns: tuple[Column, ...], cells: tuple[Line, ...], context: Context, wrt: str) -> Iterator[Read | Unread]:
    """Everything that a row states in the light of what was said before, and what of it cannot be read."""
    pairs = [(column, cell) for column, cell in zip(columns, cells, strict=False) if not is_nothing(cell)]
    others = [cell for cell in of("", pairs) if conditions(whole(cell))]
    said = [
        side for cell in of("f", pairs) + of("equation", pairs) for one in formulas(cell) for side in sides(one.text)
    ]
    f = next((side for side in said if names_in(side)), None)
    for cell in [*of("where", pairs), *of("condition", pairs), *others]:
        context = learnt(context, of_matrices(whole(cell), f) if f else whole(cell))
    asked = next((words for cell in of("condition", pairs) if (words := unmet(cell, f))), "")
    for found in stated(pairs, context, wrt):
        if asked and isinstance(found, Read):
            yield Unread(
                found.stated.closed_form, f"it holds under a condition that is not understood: {quoted(asked)}"
            )
        else:
            yield found


def stated(pairs: list[tuple[Column, Line]], context: Context, wrt: str) -> Iterator[Read | Unread]:
    """The claims of a row whose conditions are known."""
    functions = [(column, cell) for column, cell in pairs if column.role == "f"]
    written = [pair for pair in functions if not _WORDS.fullmatch(whole(pair[1]).text)]
    outputs = [(column, cell) for column, cell in pairs if column.role == "output" and "=" in whole(cell).text]
    signed = [pair for pair in written if any(run.manner != "words" for run in pair[1])]
    valued = [(one, cell) for one, cell in pairs if one.role == "output" and any(r.manner != "words" for r in cell)]
    function = next(iter([*signed, *written, *outputs, *(valued if functions else ()), *functions]), None)
    for cell in of("equation", pairs):
        for formula in formulas(cell) if not _WORDS.fullmatch(whole(cell).text) else ():  # no name of a rule
            if function is None or len(sides(formula.text)) > 1:  # else the name of the rule
                yield from equation(formula.text, with_words(context, formula))
    if function is None:
        return
    found = formulas(function[1])
    if not any(side.text for formula in found[:1] for side in sides(formula.text)):
        yield Unread(whole(function[1]), "no formula in the column of the function")
        return
    words = [found[0].words] if found[0].words else []
    remarks = [whole(cell) for cell in of("where", pairs) + of("condition", pairs)]
    wrt = next(map(variable, of("wrt", pairs)), beside(found[0].words) or in_remarks(remarks) or wrt)
    wrt = wrt or of_call(of("ignored", pairs), found[0].text)
    if any(map(is_row, of("wrt", pairs))):
        pairs = [(replace(one, layout=one.layout or "numerator"), cell) for one, cell in pairs]
    forms: list[tuple[Column, Formula]] = []
    for column, cell in pairs:
        if column.role in (*DERIVATIVES, "result"):
            here = [part for formula in formulas(cell) for part in separated(formula)]
            forms += [(replace(column, wrt=wrt or column.wrt), formula) for formula in here]
            if not here:
                yield Unread(whole(cell), "no formula in this cell")
    context, unread = with_others([*words, *(other.text for other in found[1:])], context)
    doubted = [one for one in unread if one.reason == DOUBTED]
    yield from doubted or (unread if forms else ())
    if doubted:
        return
    if forms or len(sides(found[0].text)) > 1:  # else the title of the rows below it
        yield from of_function(found[0].text, function[0], forms, context)


def with_others(texts: list[Text], context: Context) -> tuple[Context, list[Unread]]:
    """The context with what stands behind a function in its cell, words and conditions, and what of it is unread."""
    unread = []
    for text in texts:
        before, context = context, learnt(context, text)
        formal = re.search(r"[=\\^]", text.text)
        if RELATION.search(text.text) and not _NONZERO.search(text.text) and context == before:
            unread.append(Unread(text, DOUBTED))
        elif formal and context == before:
            unread.append(Unread(text, "a second formula in the column of the function"))
    return context, unread


def of_function(
    text: Text, head: Column, forms: list[tuple[Column, Formula]], context: Context
) -> Iterator[Read | Unread]:
    """The claims of a row about what stands in its column of functions."""
    left = next(side for side in sides(text) if side.text)
    if mathematics(plain_text(left))[0] in ("derivative", "hessian"):
        yield from derivatives(text, forms, context)
        return
    said, equal = function_of(text, head.wrt)
    said = said if said.name or head.output in names_in(said.f) else replace(said, name=head.output)
    for side in equal:
        yield from one(context, said.f, "equals", "", side)
    variable = ""
    for column, formula in forms:
        same = column if column.wrt or column.place or said.wrt else replace(column, wrt=variable)
        for found in closed_forms(said, same, formula, with_words(context, formula)):
            yield found
            if isinstance(found, Read) and found.stated.kind == "gradient":  # the Hessian beside it is in the same one
                variable = found.stated.wrt
            parts = sides(formula.text)
            if isinstance(found, Read) and len(parts) > 1 and (label := named_by(parts[0], said.f)):
                context = replace(context, definitions={**context.definitions, label: found.stated.closed_form})
            if isinstance(found, Read) and found.stated.kind == "pullback":  # of which those after it may be made
                handed = {found.stated.wrt + rules.BAR: found.stated.closed_form}
                context = replace(context, definitions={**context.definitions, **handed})


def of(role: str, pairs: list[tuple[Column, Line]]) -> list[Line]:
    """The cells of the columns with a role."""
    return [cell for column, cell in pairs if column.role == role]


def equation(text: Text, context: Context, layout: str = "") -> Iterator[Read | Unread]:
    """The claims of an equation."""
    yield from of_reading(equations.read(text, context), layout)


def of_reading(reading: equations.Reading, layout: str = "") -> Iterator[Read | Unread]:
    """The claims of equations that were read, and what was not."""
    yield from (Read(claim, layout) for claim in reading.claims if re.search(r"[^\W\d_]", claim.f.text))
    yield from (Unread(unread, reason) for unread, reason in reading.unread)


def one(context: Context, f: Text, kind: str, wrt: str, form: Text, layout: str = "") -> Iterator[Read | Unread]:
    """One claim, if it can be read."""
    try:
        yield Read(alone(context, f, kind, wrt, form), layout)
    except Unreadable as error:
        yield Unread(form, str(error))


def derivatives(text: Text, forms: list[tuple[Column, Formula]], context: Context) -> Iterator[Read | Unread]:
    """The claims of a row whose first cell is ∂(xᵀAx)/∂x and not xᵀAx, as in the tables of Wikipedia.

    Where that is several derivatives, ∂(aᵀx)/∂x = ∂(xᵀa)/∂x =, the closed form is of every one that can be read.
    """
    lefts = [side for side in sides(text) if side.text]
    named = [side for side in lefts if mathematics(plain_text(side))[0] in ("derivative", "hessian")]
    if not forms or len(named) < len(lefts):
        yield from equation(text, context)
    for column, formula in forms:
        known, found = with_words(context, formula), list[Read | Unread]()
        for left in named:
            both = Text.joined([left, Text(" = ", formula.text.place), formula.text])
            found += equation(both, known, column.layout)
        yield from [one for one in found if isinstance(one, Read)] or found


def function_of(text: Text, wrt: str) -> tuple[Function, list[Text]]:
    """The function, and what else it is said to be equal to."""
    parts = [side for side in sides(text) if side.text]
    if len(parts) > 1 and (match := _NAMED.fullmatch(plain_text(parts[0]).strip())):
        return Function(parts[1], name(match[1]), name(match[2]) or wrt), parts[2:]
    return Function(parts[0], "", wrt), parts[1:]


def closed_forms(function: Function, column: Column, formula: Formula, context: Context) -> Iterator[Read | Unread]:
    """The claims of one formula in a column of derivatives: every side of a chain of equations is one."""
    parts = [side for side in sides(formula.text) if side.text]
    role, wrt = column.role, column.wrt
    if len(parts) > 1:
        left = plain_text(parts[0])
        own, variable_there = mathematics(left)
        # dX = dY Wᵀ, or G Wᵀ, as in code
        handed = role == "pullback" or (role == "derivative" and function.name and not moves(parts[-1]))
        if handed and (backward := _BACKWARD.fullmatch(left.strip())):
            own, variable_there = "pullback", backward[1]
        if own in DERIVATIVES or _LEFT.fullmatch(re.sub(r"\s", "", left)):
            role, wrt = own if own in DERIVATIVES and own != "derivative" else role, variable_there or wrt
            parts = parts[1:]
        elif named_by(parts[0], function.f) or left.strip() == function.name + rules.DOT:
            parts = parts[1:]
    name = function.name or ("f" if "f" not in names_in(function.f) else "")
    if name and (function.name or any(value_of(name, part) != part for part in parts)):
        context = replace(context, definitions={**context.definitions, name: function.f})
        parts = [value_of(name, part) for part in parts]
    for part in parts:
        if role == "derivative" and wrt and of_time(function.f, part, wrt):
            pieces = [Text("∂(", part.place), function.f, Text(f")/∂{wrt} = ", part.place), part]
            yield from equation(Text.joined(pieces), context, column.layout)
            continue
        try:
            moved = wrt or in_place(function.f, column.place)
            yield Read(closed_form(function, role, moved, part, context), column.layout)
        except (Unreadable, NotationError) as error:
            yield Unread(part, str(error))


def named_by(text: Text, f: Text) -> str:
    """The name that p = softmax(x) gives to a derivative, "" where the first side is a formula of what stands in f."""
    match = _LABEL.fullmatch(plain_text(text).strip())
    return "" if match is None or (known := canonical(match[0])) in names_in(f) else known


def closed_form(function: Function, role: str, wrt: str, form: Text, context: Context) -> Stated:
    """The claim of one closed form in a column of this role; raises Unreadable."""
    f = function.f
    if role == "derivative" and passes_back(form, f, function.name, context):
        role = "pullback"
    context, f, form = declared(context, f, form)
    function = replace(function, f=f)
    definitions = context.definitions
    where = shaped(context.where, f, f if role == "pullback" else form, definitions)
    bare, context = context, replace(context, where=where)
    if role == "result":
        return alone(context, f, "equals", "", form)
    known = variables_of(f, where, definitions)
    if role in DIFFERENTIALS or (role == "derivative" and moves(form)):
        kind = role if role in DIFFERENTIALS else "differential"
        explicit = tuple(part for part in (canonical(wrt or function.wrt),) if part in known)
        form = perturbed(form, explicit[0] if explicit else chosen("", known), known)
        return alone(context, f, kind, rules.moving(f, form, explicit, where, definitions), form)
    said = canonical(wrt or function.wrt)
    if role == "hessian" and len(pair := said.split(", ")) == 2 and {*pair} <= {*known}:  # a mixed block
        return alone(bare, f, role, said, form)
    if _RAISED.search(said):
        raise Unreadable(f"{said} is no variable: a derivative is taken in a name")
    another = said or context.usual
    if another not in known and (found := apart(bare, f, another, form)):
        return found
    if not said and is_zero(form) and names_in(f) == {*known} and len(known) == 1 and canonical_name(f.text.strip()):
        raise Unreadable(f"0 is the derivative of {known[0]} in another variable: a directive `wrt: x` says which")
    wrt = chosen(said, known, context.usual)
    if not said and len(known) > 1:
        wrt = fitting(function, role, form, known, wrt, context)
    if not wrt:
        names = ", ".join(known) or "no variable"
        raise Unreadable(
            f"in which variable? The function has {names}; a column W.r.t. or a directive `wrt: x` says it"
        )
    if role == "pullback":
        return alone(context, f, role, wrt, pulled_back(form, f, function.name, known, context))
    if role != "hessian":
        role = column_kind(function, role, wrt, form, context)
    return alone(bare, f, role, wrt, form)


def fitting(function: Function, role: str, form: Text, known: tuple[str, ...], usual: str, context: Context) -> str:
    """The variable, which nothing says: the usual one, unless the closed form has the shape for another one alone."""

    def fits(wrt: str, layouts: int = 2) -> bool:
        try:
            kind = role if role in ("hessian", "pullback") else column_kind(function, role, wrt, form, context)
            found = typed_claim(alone(context, function.f, kind, wrt, form))
        except (Unreadable, NotationError):
            return False
        return isinstance(found, Statement) and (
            found.fits or found.closed_form.shape in (found.expected, found.expected[::-1])[:layouts]
        )

    if role == "pullback" or (usual and fits(usual)):
        return usual
    others = [name for name in known if name != usual and fits(name)]
    if len(others) > 1 and len(exact := [name for name in others if fits(name, layouts=1)]) == 1:
        return exact[0]
    return others[0] if len(others) == 1 else next((name for name in CONVENTION if name in others), usual)


def column_kind(function: Function, role: str, wrt: str, form: Text, context: Context) -> str:
    """What a column called Derivative or Jacobian holds of this function; raises Unreadable."""
    stacked = is_stacked(form)
    try:
        fitting = kind_of(function.f, wrt, context.where, context.definitions)
    except Unreadable:
        if role == "jacobian" or stacked:
            return "jacobian"
        raise
    return "jacobian" if role == "jacobian" and (stacked or (fitting == "gradient" and wrt.islower())) else fitting


def plain_text(text: Text) -> str:
    """The text in Unicode, as headers are read."""
    return plain((Run("math", trimmed(text)),))
