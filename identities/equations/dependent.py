r"""Functions that a text names but does not write: u = u(x), K = K(θ), "A is a function of t", and ∂u/∂x of them.

The notation has declared functions for that, u: n → m with the Jacobian ∂u(x): every u becomes u(x), and ∂u/∂x the
derivative that it is in each layout. Of a function with symmetric values K the declared one is a factor of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from identities import domains
from identities.catalogue import Text
from identities.equations.declared import says_shape, shaped, spelled
from identities.equations.kinds import canonical, names_in, needed, typed
from identities.equations.outline import LETTER, NAME, closing, outline, shown_or_nothing
from identities.equations.rules import occurrences
from identities.equations.shown import shown
from identities.equations.stated import Context, Unreadable
from identities.typed import SCALAR

_ITSELF = re.compile(rf"(?P<name>{NAME})\s*\(\s*(?P<of>{NAME})\s*\)(?P<more>[\sa-z]*)")
_EQUAL = re.compile(rf"(?<![A-Za-z])(?P<name>{NAME})\s*=\s*(?P=name)\s*\(\s*(?P<of>{NAME})\s*\)")
_APPLIED = re.compile(rf"(?<![A-Za-z\\])({LETTER})\s*\(")
_LETTER = r"[A-Za-zΑ-Ωα-ω][0-9₀-₉]*"
_IN_WORDS = re.compile(
    rf"(?<![A-Za-z])(?P<names>{_LETTER}(?:(?:\s*,\s*|\s+and\s+){_LETTER}){{0,8}})\s+(?:is|are)\s+(?:an?\s+)?"
    rf"(?:(?:differentiable|smooth|given|scalar|vector|matrix|vector-valued|matrix-valued)\s+)*functions?\s+of\s+"
    rf"(?:(?:an?|the|scalar|vector|parameter|variable)\s+)*(?P<of>{_LETTER})(?![A-Za-z])"
)
SCALARS = frozenset("tsθατ")  # variables that are numbers where nothing else is said
# Domain words ↦ a function with such values, and its derivative, by a general function {0} and its own {1}.
VALUES = {
    "": ("{0}", "{1}"),
    "symmetric": ("({0} + {0}ᵀ)", "({1} + {1}ᵀ)"),
    "spd": ("({0} {0}ᵀ)", "({1} {0}ᵀ + {0} {1}ᵀ)"),
}
IDLE = frozenset(["invertible", "square", "scalar"])  # almost every value of a general function is


@dataclass(frozen=True, slots=True)
class Spelling:
    """A function as the notation has it: its value, and its derivative in numerator and in denominator layout."""

    value: str
    numerator: str
    denominator: str


_RAISED = r"(?:\s*\^\s*(?:\{[^{}]*\}|[T⊤2])|[⁻¹²ᵀ])*"  # above a name


def itself(name: str, body: Text) -> tuple[str, str]:
    """The variable of u(x) where u = u(x) is said, and what is said beside it; "" where the body is something else."""
    match = _ITSELF.fullmatch(shown_or_nothing(body).strip())
    return (canonical(match["of"]), match["more"].strip()) if match and canonical(match["name"]) == name else ("", "")


def said(text: str) -> Iterator[tuple[str, str]]:
    """The functions that a sentence names, each with its variable."""
    whole = shown(text)
    yield from (
        (canonical(match["name"]), canonical(match["of"])) for match in _EQUAL.finditer(whole) if match["name"] != "σ"
    )
    for match in _IN_WORDS.finditer(whole):
        yield from (
            (canonical(name), canonical(match["of"])) for name in re.findall(_LETTER, match["names"]) if name != "and"
        )


def implied(form: Text, wrt: str, f: Text, context: Context) -> Context:
    """The context in which what stands in f, and its derivative in the closed form, is a function of the variable."""
    names = names_in(f) - {wrt, *context.definitions, *context.dependents}
    found = {name for name in names if slope_of(name, wrt).search(shown_or_nothing(form))}
    return replace(context, dependents={**context.dependents, **dict.fromkeys(found, wrt)}) if found else context


def composed(context: Context, wrt: str, f: Text, form: Text) -> tuple[Context, Text, Text, Text] | None:
    """The context with the functions of ``wrt`` declared, f and the closed form in their spelling, in both layouts.

    None where neither has such a function; raises Unreadable where nothing says what kind of function it is.
    """
    texts = [f, *needed((f,), context.definitions).values(), form]
    names = [name for name, of in context.dependents.items() if of == wrt and any(uses(text, name) for text in texts)]
    if not names:
        return None
    plain = {name: text for name, text in context.where.items() if name not in names or says_shape(text.text)}
    said = [*names, wrt, *sorted(names_in(f))]
    light = {name: Text("scalar", f.place) for name in set_lightly(said, texts) if name not in plain}
    try:
        variables = typed(f, shaped(plain, f, f, context.definitions), context.definitions).variables
    except Unreadable:
        plain |= light  # v u, where u alone is bold
        variables = typed(f, shaped(plain, f, f, context.definitions), context.definitions).variables
    if unknown := [name for name in names if name not in variables]:
        raise Unreadable(f"{unknown[0]} is a function of {wrt} that does not stand in {f.text.strip()}")
    shapes = {name: spelled(variables[name].shape, words_of(context, name)) for name in names}
    where = dict(context.where) | {name: text for name, text in light.items() if name == wrt or name in plain}
    matrices = any("×" in shape for shape in shapes.values())
    if wrt not in where:
        taken = "".join([*(text.text for text in where.values()), *shapes.values()])
        free = next((dim for dim in "npqrsd" if dim not in taken), "k")
        where[wrt] = Text("scalar" if matrices or wrt in SCALARS else free, f.place)
    scalar = where[wrt].text == "scalar"
    if not scalar and (matrices or "×" in where[wrt].text):
        raise Unreadable(f"a derivative by {wrt} of a matrix that is a function of it has no one shape")
    spellings = {}
    for name in names:
        target = "ℝ" if variables[name].shape == SCALAR else shapes[name]
        where[name] = Text(f"{'ℝ' if scalar else where[wrt].text.split()[0]} → {target}", f.place)
        spellings[name] = spelling(name, wrt, target == "ℝ", scalar, words_of(context, name))
    definitions = {name: respelled(text, spellings, wrt, "value") for name, text in context.definitions.items()}
    context = replace(context, where=where, definitions=definitions)
    f, numerator, denominator = (
        respelled(text, spellings, wrt, what)
        for text, what in ((f, "value"), (form, "numerator"), (form, "denominator"))
    )
    return context, f, numerator, denominator


def unapplied(f: Text, form: Text, wrt: str) -> tuple[Text, Text]:
    """Where x'(t) or ẋ stands in the closed form, the same with x for x(t), A⁻¹ for A⁻¹(t), and dx/dt for those."""
    shown, closed = shown_or_nothing(f), shown_or_nothing(form)
    at = rf"\s*\(\s*{re.escape(wrt)}\s*\)"
    named = {name for name in re.findall(r"(?<![A-Za-z\\])[A-Za-zα-ωΑ-Ω]", shown) if name != wrt}
    moving = []
    for name in sorted(named):
        slope = rf"{name}(?:(?:['′]|\^\{{\\prime \}}){at}|\u0307(?:{at})?)"
        if re.search(slope, closed) or slope_of(name, wrt).search(closed):
            moving.append((name, slope))
    if not any(re.search(rf"{name}{_RAISED}{at}", shown + closed) for name, _ in moving):
        return f, form
    return without_argument(f, moving, wrt, at), without_argument(form, moving, wrt, at)


def without_argument(text: Text, moving: list[tuple[str, str]], wrt: str, at: str) -> Text:
    """The text with the functions and their derivatives written so."""
    shown = shown_or_nothing(text)
    pieces = []
    for name, slope in moving:
        slopes = [*re.finditer(slope, shown)]
        pieces += [(*match.span(), rf" \frac{{d{name}}}{{d{wrt}}} ") for match in slopes]
        values = re.finditer(rf"(?<![A-Za-z\\d]){name}(?P<raised>{_RAISED}){at}", shown)
        pieces += [(match.end("raised"), match.end(), " ") for match in values]
    return outline(text).replaced(0, len(shown), sorted(pieces)) if pieces else text


def of_itself(name: str, form: str) -> bool:
    """Whether a closed form has the gradient, or the Hessian, of the function itself: Aᵀ∇f(Ax + b)."""
    return bool(name) and re.search(rf"∇\s*(?:²|\^\s*\{{?\s*2\s*\}}?)?\s*{re.escape(name)}\s*\(", form) is not None


def arbitrary(context: Context, f: Text, form: Text) -> Context:
    """The context with L: n → ℝ, where nothing says what L is and the closed form has its gradient: of L(Ax + b)."""
    shown, closed = shown_or_nothing(f), shown_or_nothing(form)
    for match in _APPLIED.finditer(shown):
        name = canonical(match[1])
        stop = closing(shown, match.end() - 1)
        if stop < 0 or name in context.where or not of_itself(match[1], closed):
            continue
        inside = outline(f).part(match.end(), stop)
        others = {known: text for known, text in context.definitions.items() if known != name}  # said of another f
        with suppress(Unreadable):
            said = shaped(context.where, inside, inside, others)
            statement = typed(inside, said, others)
            shapes = {known: Text(spelled(v.shape, []), f.place) for known, v in statement.variables.items()}
            of = "ℝ" if statement.f.shape == SCALAR else spelled(statement.f.shape, [])
            where = {**context.where, **shapes, **said, name: Text(f"{of} → ℝ", f.place)}
            context = replace(context, where=where, definitions=others)
    return context


def set_lightly(names: list[str], texts: list[Text]) -> set[str]:
    """Those of the names that are not set in bold, where others are: numbers among vectors."""
    source = " ".join(text.text for text in texts)
    bold = {
        name
        for name in names
        if re.search(rf"\\(?:mathbf|bm|boldsymbol)\s*\{{?\s*{re.escape(name)}(?![A-Za-z])", source)
    }
    return set(names) - bold if bold else set()


def words_of(context: Context, name: str) -> list[str]:
    """The domain words that are said of a function's values."""
    return (
        [word for word in context.where[name].text.split() if word in domains.DOMAINS] if name in context.where else []
    )


def spelling(name: str, wrt: str, of_number: bool, by_number: bool, words: list[str]) -> Spelling:
    """How a function and its derivative are written; raises Unreadable for values that no general function has."""
    telling = [word for word in words if word not in IDLE]
    value, slope = VALUES.get(telling[-1] if telling else "", ("", ""))
    if not value:
        raise Unreadable(f"{name} is a function with values that are {telling[-1]}: the notation has none")
    at = f"{name}({wrt})"
    if by_number:
        both = slope.format(at, f"{name}'({wrt})")
        return Spelling(value.format(at), both, both)
    if of_number:
        return Spelling(at, f"(∇{at})ᵀ", f"(∇{at})")
    return Spelling(at, f"(∂{at})", f"(∂{at})ᵀ")


def uses(text: Text, name: str) -> bool:
    """Whether a name stands in a formula."""
    drawn = outline(text)
    return next(occurrences(drawn.text, (0, len(drawn.text)), name), None) is not None


def slope_of(name: str, wrt: str) -> re.Pattern[str]:
    """The derivative of a function by its variable, as it is written: ∂u/∂x."""
    return re.compile(
        rf"\\frac\{{\s*[∂d]\s*\{{?{re.escape(name)}\}}?\s*\}}\{{\s*[∂d]\s*\{{?{re.escape(wrt)}\}}?\s*\}}"
        rf"|[∂d]\s*{re.escape(name)}\s*/\s*[∂d]\s*{re.escape(wrt)}(?![A-Za-z])"
    )


def respelled(text: Text, spellings: Mapping[str, Spelling], wrt: str, layout: str) -> Text:
    """The text with every function u as u(x), and ∂u/∂x as what it is in a layout."""
    drawn = outline(text)
    whole = (0, len(drawn.text))
    pieces: list[tuple[int, int, str]] = []
    for name, one in spellings.items():
        if layout != "value":
            pieces += [(*match.span(), getattr(one, layout)) for match in slope_of(name, wrt).finditer(drawn.text)]
    taken = [range(start, stop) for start, stop, _ in pieces]
    for name, one in spellings.items():
        for start, stop in occurrences(drawn.text, whole, name):
            if any(start in piece for piece in taken):
                continue
            called = re.compile(rf"\s*\(\s*{re.escape(wrt)}\s*\)").match(drawn.text, stop)
            pieces.append((start, called.end() if called else stop, f" {one.value}"))  # \\det K
    return drawn.replaced(*whole, sorted(pieces)) if pieces else text
