"""Claims that words make of formulas: the gradient of f with respect to x is …, its Hessian is …, f → ∇f."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from identities.catalogue import Text
from identities.equations import Context
from identities.equations.kinds import canonical, names_in
from identities.equations.outline import shown_or_nothing
from identities.notation import canonical_name
from identities.tables.blocks import Run
from identities.tables.formulas import Formula, sides, trimmed
from identities.tables.headers import Column, plain
from identities.tables.rows import Function, Read, Unread, closed_forms, function_of, one
from identities.tables.sentences import RELATION, is_word
from identities.tables.variables import chosen

_ARROW = re.compile(r"→|⟶|->|=>|⇒|\\to|\\rightarrow")
_TO_GRADIENT = re.compile(rf"(?:{_ARROW.pattern})\s{{0,3}}\W{{0,3}}(?:the )?(?:gradient|derivative)", re.IGNORECASE)
_GRADIENTS_BELOW = re.compile(
    r"(?:\b[Gg]radients?\b|\b[Dd]erivatives?\b|\(\s*(?:∂\w?\s*/\s*∂\w+|∇\w{0,2})\s*\))[^.:]{0,60}:\W*$"
)
_LINE = 300  # what is longer is no item of a list of gradients
_BY_ARROW = re.compile(rf"\W*?(?P<f>[^\s→].*?)\s*(?:{_ARROW.pattern})\s*(?P<form>\S.*?)[\s.,;]*")
_MAPPED = re.compile(r"(.{1,40}?)\s*(?:\\(?:long)?mapsto(?![A-Za-z])|↦)\s*")
_MAP = re.compile(
    r"\s*(?P<name>\\?[A-Za-z]+)\s*(?::|\\colon)\s*(?P<of>\\?[A-Za-z]+|\\math\w+\{[A-Za-z]\})\s*(?:\\mapsto(?![A-Za-z])|↦)"
    r"\s*(?P<formula>\S.*)",
    re.DOTALL,
)
_IS = r"(?:is|equals|is given by|reads|becomes),?(?: then| therefore| thus| hence)?(?: just| simply)?(?: equal to)?:?"
_BY = r"(?:,? (?:with respect to|w\.?\s?r\.?\s?t\.?|in|by|over)(?: the)?(?: [a-z]+)? ⟦(?P<wrt>\d+)⟧)?"
_SUCH = r"(?:,? (?:for|with|when|where) [^.⟦]*(?:⟦\d+⟧[^.⟦]*?)?)?"
# The gradient of ⟦0⟧ with respect to ⟦1⟧ is ⟦2⟧, that of ⟦3⟧ is ⟦4⟧; … of ⟦0⟧ at ⟦1⟧ in the direction ⟦2⟧ is ⟦3⟧.
_SAID = re.compile(
    r"\b(?P<role>gradient|derivative|Jacobian|Hessian|differential|that)(?: matrix)? of (?:the )?"
    rf"(?:[a-z]+ ){{0,3}}⟦(?P<f>\d+)⟧(?: at ⟦\d+⟧)?"
    rf"(?P<along> (?:in|along) (?:the |a )?direction (?:of )?⟦\d+⟧|{_BY}){_SUCH},? {_IS} ⟦(?P<form>\d+)⟧",
    re.IGNORECASE,
)
# The minimizer of ⟦0⟧ (over ⟦1⟧, for A of full rank) is ⟦2⟧.
_EXTREME = re.compile(
    rf"\b(?P<which>mini|maxi)mi[sz]er of (?:the )?(?:[a-z]+ ){{0,3}}⟦(?P<f>\d+)⟧{_BY}"
    rf"{_SUCH},? {_IS} ⟦(?P<form>\d+)⟧",
    re.IGNORECASE,
)
_F, _FORM = r"⟦(?P<f>\d+)⟧", r"⟦(?P<form>\d+)⟧"
_OF = rf"(?: the)?(?: [a-z]+){{0,3}} {_F}"
_AT = rf"(?:at|by|for|when|if)(?: the)?(?: [a-z]+){{0,3}} {_FORM}"
_ITS_ONE = "(?:its|an?|the)(?: unique| global| strict)?"
_LEAST = (
    # x = ⟦0⟧ minimises the function ⟦1⟧; ⟦0⟧ is minimised by x = ⟦1⟧, attains its minimum at x = ⟦1⟧
    re.compile(
        rf"{_FORM},? (?:which |that |uniquely |globally )*(?P<which>mini|maxi)mi[sz]es{_OF}{_BY}", re.IGNORECASE
    ),
    re.compile(rf"{_FORM},? is {_ITS_ONE} (?P<which>mini|maxi)mi[sz]er of{_OF}{_BY}", re.IGNORECASE),
    re.compile(rf"{_F},? is (?:uniquely )?(?P<which>mini|maxi)mi[sz]ed{_BY} {_AT}", re.IGNORECASE),
    re.compile(
        rf"{_F}{_SUCH},? (?:attains|has|takes|reaches|achieves) {_ITS_ONE} (?P<which>mini|maxi)mum(?: value)? {_AT}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<which>mini|maxi)mum of{_OF}{_BY},? is (?:attained |reached |achieved |taken |found )?{_AT}",
        re.IGNORECASE,
    ),
)
# The solution of min_w ⟦0⟧ is w = ⟦1⟧; w = ⟦0⟧ solves min_w ⟦1⟧.
_SOLVED = (
    re.compile(rf"\b(?:solution|optimum|minimi[sz]er) (?:of|to|for){_OF},? {_IS} {_FORM}", re.IGNORECASE),
    re.compile(rf"{_FORM},? (?:solves|is {_ITS_ONE}(?: optimal)? solution (?:of|to|for)){_OF}", re.IGNORECASE),
)
_SOUGHT_IN = re.compile(
    r"\\?(?:arg\s*\\?)?(?P<which>min|max)(?:imi[sz]e)?\s*_\s*(?:\{(?P<a>[^{}]*)\}|(?P<b>\\?\w+))\s*"
)
# Of the f that was defined last: the minimizer is ⟦0⟧.
_ITS_EXTREME = re.compile(
    r"(?:(?:^\W*|, |⟧ and |^\W*(?:For|If|When|Provided|With|As|Since)\b(?![^.]{0,90}\b(?:(?:an)?other|no|different)\b)"
    r"[^.]{0,90} (?=the |its ))"
    r"(?:(?:hence|so|thus|therefore|then|and),? )?(?:(?:the|its|a) )?(?:unique |global )?"
    r"|\b(?:and|it) is )"
    r"(?P<which>mini|maxi)"
    rf"(?:mi[sz]ed (?:at|by|for|when)|mi[sz]er(?: \([^()⟦⟧]*(?:⟦\d+⟧[^()⟦⟧]*)?\))?(?: {_IS}|:)"
    r"|mum (?:is |occurs )?(?:attained |reached |achieved |taken |found )?(?:at|by|for)) ⟦(?P<form>\d+)⟧",
    re.IGNORECASE,
)
_OTHER_GRADIENTS = "(?:riemannian|natural|conjugate|stochastic|projected|covariant|reduced|policy|proximal)\\b"
# … f(x) = ⟦0⟧, its Hessian is ⟦1⟧
_ITS = re.compile(
    rf"\b(?:the|its|with|has|whose|have)(?: the| a)?(?: (?!second\b|{_OTHER_GRADIENTS})[a-z]+)? "
    r"(?P<role>gradient|derivative|Jacobian|Hessian|(?:second )?differential)(?: matrix)?"
    rf"(?: {_IS.removesuffix(':?')})?:? ⟦(?P<form>\d+)⟧",
    re.IGNORECASE,
)

_ROLE = r"(?P<role>gradient|derivative|Jacobian|Hessian|differential)(?: matrix)?"
# ⟦0⟧ has the gradient ⟦1⟧ with respect to ⟦2⟧, and the Hessian ⟦3⟧.
_HAS = re.compile(
    rf"⟦(?P<f>\d+)⟧(?:, (?:with |for |where )?⟦\d+⟧ [a-z][a-z ]{{2,40}})?,? (?:has|with)"
    rf"(?: the| an?| as)? {_ROLE}(?: {_IS})? ⟦(?P<form>\d+)⟧{_BY}",
    re.IGNORECASE,
)
_AND_HAS = re.compile(rf",? and(?: the| its| an?)? {_ROLE}(?: {_IS})? ⟦(?P<form>\d+)⟧{_BY}", re.IGNORECASE)

_SOUGHT = re.compile(
    r"\b(?:mini|maxi)mi[sz]er\b|\bvanish(?:es|ing)?\b|\b(?:is|be|to|equals) (?:zero|0)\b|\bstationary\b"
    r"|\b(?:minim|maxim|optim|solv|attain)\w* (?:at|by|for|when|if)\b|\b(?:mini|maxi)mi[sz]ed\b",
    re.IGNORECASE,
)
# What tells the value at which f is least from its variable: x̂, x*, x_LS.
_DECORATED = re.compile(
    r"[\u0300-\u036f⋆]|\s*[\^_]\s*\{?\s*(?:\\?[*⋆∘]|\\(?:star|ast|circ|[A-Z]{2,4})|[A-Z]{2,4}|opt|min|max|o(?![a-z]))\s*\}?"
)


def explains_arrows(sentence: list[Run]) -> bool:
    """Whether a sentence says that arrows lead to gradients: each entry is function → gradient."""
    said = " ".join(run.text.text for run in sentence)
    return _TO_GRADIENT.search(said) is not None or _GRADIENTS_BELOW.search(said) is not None


def seeks_value(words: str) -> bool:
    """Whether the formula behind is where something is least or greatest."""
    return _SOUGHT.search(words) is not None


def by_arrow(sentence: list[Run], context: Context) -> Iterator[Read | Unread]:
    """f(x) = xᵀAx → (A + Aᵀ)x, where arrows are said to lead to gradients."""
    alone = context.arrow and len(sentence) == 1 and len(sentence[0].text.text) < _LINE
    if alone and (match := _BY_ARROW.fullmatch(sentence[0].text.text)):
        f, form = (sentence[0].text.part(*match.span(group)) for group in ("f", "form"))
        in_words = any(map(is_word, re.findall(r"\w{2,}", form.text)))
        if RELATION.search(f.text + form.text) is None and not in_words:
            found = closed_forms(Function(f), Column("derivative"), Formula(form), context)
            yield from (one for one in found if isinstance(one, Read))
    for left, arrow, right in zip(sentence, sentence[1:], sentence[2:], strict=False) if context.arrow else ():
        f, form = trimmed(left.text), trimmed(right.text)
        if (
            "words" not in (left.manner, right.manner)
            and _ARROW.fullmatch(arrow.text.text.strip())
            and "=" not in form.text
        ):
            function, _ = function_of(f, "")
            for one in closed_forms(function, Column("derivative", function.wrt), Formula(form), context):
                yield replace(one, surely=True) if isinstance(one, Read) else one


def in_words(sentence: list[Run], context: Context, before: Context) -> Iterator[Read | Unread]:
    """The gradient of f with respect to x is …, and, of an f that the sentence defines, its Hessian is …"""
    shown = " ".join(
        " ".join(run.text.text.split()) if run.manner == "words" else f"⟦{number}⟧"
        for number, run in enumerate(sentence)
    )
    shown = re.sub(r"⟧ (?=[,.;:])", "⟧", shown)
    yield from derivatives_of(shown, sentence, context)
    yield from having(shown, sentence, context)
    yield from extremes_of(shown, sentence, context, before)
    yield from of_the_defined(shown, sentence, context, before)


def formula(sentence: list[Run], number: str) -> Text:
    """The formula with this number."""
    return trimmed(sentence[int(number)].text)


def named(sentence: list[Run], number: str | None) -> str:
    """The name with this number, if there is one."""
    return plain((sentence[int(number)],)).strip() if number else ""


def derivatives_of(shown: str, sentence: list[Run], context: Context) -> Iterator[Read | Unread]:
    """The gradient of f in x is …, that of g is …"""
    role = ""
    for match in _SAID.finditer(shown):
        role = role if match["role"].lower() == "that" else match["role"]
        f, form, wrt = formula(sentence, match["f"]), formula(sentence, match["form"]), named(sentence, match["wrt"])
        if (mapped := _MAPPED.match(f.text)) and canonical_name(mapped[1]):
            wrt, f = wrt or mapped[1], f.part(mapped.end(), len(f.text))
        function, _ = function_of(f, "")
        if function.name == "" and f.text in context.definitions:
            function = Function(context.definitions[f.text], f.text)
        form = unnamed(form)
        if role and len(sides(form)) == 1:
            said = "differential" if "direction" in match["along"] else role
            yield from closed_forms(function, column_of(said, wrt), Formula(form), context)


def unnamed(form: Text) -> Text:
    """What a value is that gets a name, J = [a, b], of its own."""
    name, *others = sides(form)
    return others[0] if len(others) == 1 and canonical_name(name.text.strip()) in {*"JHGg"} else form


def having(shown: str, sentence: list[Run], context: Context) -> Iterator[Read | Unread]:
    """The cost ‖Ax − b‖² has the gradient … in x and the Hessian …"""
    for first in _HAS.finditer(shown):
        f, match = formula(sentence, first["f"]), first
        mapped = _MAPPED.match(f.text)  # X ↦ X⁻¹ has differential H ↦ −X⁻¹HX⁻¹
        f = f.part(mapped.end(), len(f.text)) if mapped else f
        while len(sides(f)) == 1 and f.text not in context.definitions:
            form = formula(sentence, match["form"])
            form = form.part(along.end(), len(form.text)) if (along := _MAPPED.match(form.text)) else form
            if len(sides(form)) == 1:
                wrt = named(sentence, match["wrt"]) or (mapped[1] if mapped else "")
                column = column_of(match["role"], wrt)
                yield from closed_forms(Function(f), column, Formula(form), context)
            if not (more := _AND_HAS.match(shown, match.end())):
                break
            match = more


def extremes_of(shown: str, sentence: list[Run], context: Context, before: Context) -> Iterator[Read | Unread]:
    """The minimizer of f is …, and, of the function that was defined last, the minimizer is …"""
    for match in _EXTREME.finditer(shown):
        function, _ = function_of(formula(sentence, match["f"]), named(sentence, match["wrt"]))
        function = of_name(function, context)
        yield from extreme(function, f"{match['which'].lower()}mizer", formula(sentence, match["form"]), context)
    for match in (match for pattern in _LEAST for match in pattern.finditer(shown)):
        function, _ = function_of(formula(sentence, match["f"]), named(sentence, match.groupdict().get("wrt")))
        function = of_name(function, context)
        if is_value_of(formula(sentence, match["form"]), function.f):
            kind = "minimizer" if match["which"].lower() == "mini" else "maximizer"
            yield from extreme(function, kind, formula(sentence, match["form"]), context)
    for match in (match for pattern in _SOLVED for match in pattern.finditer(shown)):
        f, form = formula(sentence, match["f"]), formula(sentence, match["form"])
        if over := _SOUGHT_IN.match(f.text):
            function = Function(trimmed(f.part(over.end(), len(f.text))), "", over["a"] or over["b"])
            function = of_name(function, context)
            if is_value_of(form, function.f):
                yield from extreme(function, f"{over['which']}imizer", form, context)
    functions = [context.definitions[name] for name in context.arguments if name in context.definitions]
    if functions and (its := _ITS_EXTREME.search(shown)):
        form = formula(sentence, its["form"])
        if len(sides(form)) > 1:
            yield from extreme(Function(functions[-1]), f"{its['which'].lower()}mizer", form, context)


def of_the_defined(shown: str, sentence: list[Run], context: Context, before: Context) -> Iterator[Read | Unread]:
    """… f(x) = xᵀAx, its Hessian is …"""
    fresh = defined(context, before)
    last = next((one for one in reversed(list(context.arguments)) if one in fresh), "")
    if not fresh and _ITS.match(shown):  # f(x) = xᵀAx. Its Hessian is …
        last = next((one for one in reversed(list(before.arguments)) if one in before.definitions), "")
    if not last:
        return
    f, argument = context.definitions[last], context.arguments[last].strip()
    for match in _ITS.finditer(shown):
        *names, form = sides(formula(sentence, match["form"]))
        known = names_in(f) | {"I", argument, *context.definitions}
        if len(names) < 2 and all(canonical_name(one.text.strip()) for one in names) and names_in(form) <= known:
            column = column_of(match["role"], argument)
            found = closed_forms(Function(f, last, argument), column, Formula(form), context)
            yield from found if fresh else (claim for claim in found if isinstance(claim, Read))


def of_name(function: Function, context: Context) -> Function:
    """What a function that is only named, q or q(u), was defined as."""
    name = canonical(re.sub(r"\s*\(.*", "", shown_or_nothing(function.f)).strip())
    if name not in context.definitions:
        return function
    return Function(context.definitions[name], name, function.wrt or context.arguments.get(name, "").strip())


def is_value_of(form: Text, f: Text) -> bool:
    """Whether it is what a variable x of f is, alone or as x = …, and not an equation of x, nor its name."""
    *lefts, closed = sides(form)
    names = {canonical(_DECORATED.sub("", shown_or_nothing(left)).strip()) for left in lefts}
    return (len(names & names_in(f)) == 1 or not lefts) and not canonical_name(closed.text.strip())


def extreme(function: Function, kind: str, form: Text, context: Context) -> Iterator[Read | Unread]:
    """Where f is least, or greatest: x̂ = (AᵀA)⁻¹Aᵀb, x* = …, or that closed form alone."""
    *names, closed = sides(form)
    named = [_DECORATED.sub("", shown_or_nothing(name)).strip() for name in names]
    inside = names_in(function.f)
    fitting = [name for name in map(canonical, named) if name in inside]
    wrt = fitting[0] if fitting else chosen(canonical(function.wrt), tuple(sorted(inside)))
    definitions = {name: text for name, text in context.definitions.items() if name != wrt}  # by this very equation
    yield from one(replace(context, definitions=definitions), function.f, kind, wrt, closed)


def as_definition(text: Text) -> Text:
    """F: X ↦ XᵀX as F(X) = XᵀX."""
    match = _MAP.fullmatch(text.text)
    if match is None:
        return text
    pieces = [text.part(*match.span("name")), text.part(*match.span("of")), text.part(*match.span("formula"))]
    name, of, formula = pieces
    return Text.joined([name, Text("(", of.place), of, Text(") = ", formula.place), formula])


def defined(now: Context, before: Context) -> list[str]:
    """The names that are defined now and were not, or otherwise."""
    return [name for name, text in now.definitions.items() if before.definitions.get(name) is not text]


def column_of(role: str, wrt: str) -> Column:
    """A derivative that is called so in words."""
    said = role.lower().replace(" ", "_")
    return Column({"gradient": "derivative"}.get(said, said), canonical_name(wrt) or wrt)
