"""How functions act on matrices where the notation asks: entry by entry, as a series, as in code; [Z > 0]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from identities.catalogue import Text
from identities.dims import ONE
from identities.equations.declared import TOGETHER, degenerate, says_shape
from identities.equations.kinds import typed
from identities.equations.outline import closing, outline, shown_or_nothing
from identities.equations.stated import Context, Texts, Unreadable
from identities.notation import multiplies_arrays
from identities.notation.names import RAISED
from identities.typed import SCALAR
from identities.vocabulary import TABLE

TWO_WAYS = "is read in two ways"
_ELEMENTWISE = re.compile(
    r"\b(?:element|entry|component|coordinate|point)-?\s?wise\b(?!\s+(?:product|multiplication|quotient|division))"
    r"|\b(?:to|on) (?:each|every) (?:element|entry|component)\b",
    re.IGNORECASE,
)
ROWWISE = re.compile(
    r"\brow-?\s?wise\b|\b(?:to|on|of|over|along) (?:each|every|the) rows?\b|\bby rows?\b", re.IGNORECASE
)
_SOFTMAX = re.compile(r"\\?(?<![A-Za-z_])softmax\s*\(")
_AS_SERIES = re.compile(r"\bmatrix (?:exponential|logarithm)\b", re.IGNORECASE)
_ENTRYWISE = "|".join(word for row in TABLE.values() if row.entrywise for word in row.words if word.isascii())
_FUNCTIONS = re.compile(rf"(?P<sign>\\?)(?<![A-Za-z])(?P<word>{_ENTRYWISE})\s*\(")
_TIMES = re.compile(r"(?P<number>(?<![\w.*])(?<!\*\* )[\d.]+ ?)?(?<!\*)\*(?!\*)(?! ?\d)")  # but 2 * A
_PRODUCT = re.compile(r"(?<![.*])\*(?!\*)")
_SOLVED = re.compile(r"([A-Za-z]\w*'?)\s*∖\s*([A-Za-zΔδ]\w*'?)")
_DIVIDED = re.compile(r"(?<=[\w)\]])\s*/\s*(?=[A-Za-z(])")
_BOLD = r"\\(?:mathbf|bm|boldsymbol|vec)\s*(?:\{\s*\\?[a-z]+\s*\}|\s[a-z])"
_DOT_PRODUCT = re.compile(
    rf"(?:\A|(?<=[({{\[+\-−=,|&0-9])|(?<=\\,|\\;)|(?<=\\[lr]Vert)|(?<=\()\s)\s*{_BOLD}(?P<dot>\s*(?:\\cdot|·)\s*){_BOLD}(?!\s*[\^_])"
)
_SQUARED_BARS = re.compile(r"(?P<first>[|⟪])(?P<inside>[^|‖⟪⟫]+)(?P<last>[|⟫])(?=\s*(?:²|\^\s*\{?\s*2))")
_FRACTION, _OPENED = re.compile(r"\\[dt]?frac\s*\{"), re.compile(r"\s*\{")
_RAISED = re.compile(r" ?\*\* ?(\d+)")
_POWER_OF_E = re.compile(r"(?<![a-z][a-z])(?<!\\)e\s*\^\s*(?:\{([^{}]*)\}|([A-Z])(?![A-Za-z]))")
_OF = r"\s*(?P<{}>[^\[\](){{}}<>=≥,]+?)\s*>\s*0\s*"
_POSITIVE = re.compile(  # 𝟏[Z > 0], 1_{Z>0}, (Z > 0)
    rf"(?:\{{[1𝟏]\}}|[1𝟏𝟙I])? ?_? ?"
    rf"(?:\{{\({_OF.format('a')}\)\}}|\[{_OF.format('b')}\]|\({_OF.format('c')}\)|\{{{_OF.format('d')}\}})"
)
_TANH = re.compile(r"\\?(?<![A-Za-z])tanh\s*\(")
_SERIES = re.compile(r"\\?(?P<none>)(?<![A-Za-z])(?P<word>exp|log)\s*\(")


def raises_e(f: Text, form: Text) -> bool:
    """Whether e is raised to a power, and exp( stands nowhere: of a matrix, e^{tA} is nothing but the series."""
    shown = f"{shown_or_nothing(f)} {shown_or_nothing(form)}"
    return _POWER_OF_E.search(shown) is not None and not _SERIES.search(shown)


def with_time(where: Texts, f: Text, form: Text) -> Texts:
    """The declarations with the t of e^{At} as a number, although it stands where a vector would."""
    shown = f"{shown_or_nothing(f)} {shown_or_nothing(form)}"
    powers = [match[1] or "" for match in _POWER_OF_E.finditer(shown)]
    times = {match[1] for power in powers for match in re.finditer(r"[A-Z]\s*([tsτ])(?![A-Za-z])", power)}
    return {**{name: Text("scalar", f.place) for name in times}, **where}


def by_habit(context: Context, f: Text, form: Text) -> tuple[Context, Text, Text]:
    """The same with tanh of a matrix entry by entry: in a network nobody means the series."""
    if not any("tanh" in text.text for text in (f, *context.definitions.values())):
        return context, f, form
    shapes = {name: text for name, text in context.where.items() if says_shape(text.text)}
    try:
        typed(f, shapes, context.definitions)
    except Unreadable as error:
        if f"tanh of a matrix {TWO_WAYS}" in str(error):
            definitions = {name: respelled(text) for name, text in context.definitions.items()}
            return replace(context, definitions=definitions), respelled(f), respelled(form)
    return context, f, form


def respelled(text: Text) -> Text:
    """The text with tanh⊙ for tanh."""
    shown = shown_or_nothing(text)
    pieces = [(*match.span(), "tanh⊙(") for match in _TANH.finditer(shown)]
    return outline(text).replaced(0, len(shown), pieces) if pieces else text


def indicated(form: Text) -> Text:
    """The closed form with step(Z) for [Z > 0], which is 1 where that holds and 0 elsewhere."""
    shown = shown_or_nothing(form)
    pieces = [(*match.span(), f" step({next(filter(None, match.groups()))})") for match in _POSITIVE.finditer(shown)]
    return outline(form).replaced(0, len(shown), pieces) if pieces else form


def by_rows(text: Text) -> Text:
    """The formula with softmax of every row of a matrix."""
    shown = shown_or_nothing(text)
    pieces = [(*match.span(), " softmax_rows(") for match in _SOFTMAX.finditer(shown)]
    return outline(text).replaced(0, len(shown), pieces) if pieces else text


def manner(words: str) -> str:
    """How a text says that functions act on matrices: ⊙ elementwise, m as the matrix exponential; "" for not at all."""
    return "⊙" if _ELEMENTWISE.search(words) else "m" if _AS_SERIES.search(words) else ""


_NORMS = {"frobenius": "F", "euclidean": "2", "spectral": "2", "operator": "2", "nuclear": "*"}
_NORM = "|".join(_NORMS)
_BELOW_BARS = re.compile(r"\s*(?:_|[₂₁])")
_NORM_SAID = re.compile(
    rf"(?:\\\||‖|\\[lr]?Vert(?![A-Za-z]))\W{{0,9}}(?:\\(?:cdot|bullet)|[·•])[^.;]{{0,40}}?"
    rf"(?:denotes?|is|are|means?|stands? for|for|=|be)\s+(?:always\s+)?(?:the\s+)?(?P<of>{_NORM}) norm\b"
    rf"|\b(?:matrix |all )norms?[^.;]{{0,40}}? (?:is|are)\s+(?:always\s+)?(?:the\s+)?(?P<of_all>{_NORM})\b",
    re.IGNORECASE,
)


def in_manner(context: Context, f: Text, form: Text) -> tuple[Context, Text, Text]:
    """The same with functions of matrices as they are said to be meant, where they can be read in two ways."""
    shapes = {name: text for name, text in context.where.items() if says_shape(text.text)}
    two_ways = context.manner == "⊙" and "**" in f.text + form.text  # in code, of matrices not their product
    try:
        typed(f, shapes, context.definitions)
    except Unreadable as error:
        two_ways |= TWO_WAYS in str(error)
    mark = context.manner
    if mark == "·":
        definitions = {name: multiplied(text) for name, text in context.definitions.items()}
        return replace(context, definitions=definitions), multiplied(f), multiplied(form)
    if mark == "⊙":
        f, form = divided(f, shapes), divided(form, shapes)
        divisions = {name: divided(text, shapes) for name, text in context.definitions.items()}
        context = replace(context, definitions=divisions)
    if not two_ways:
        return context, f, form
    definitions = {name: marked(text, mark) for name, text in context.definitions.items()}
    return replace(context, definitions=definitions), marked(f, mark), marked(form, mark)


def multiplied(text: Text) -> Text:
    """Code in which * is the product of matrices, and A ∖ B solves, in the signs of the notation."""
    shown = shown_or_nothing(text)
    pieces = [(*match.span(), f"inv({match[1]}) {match[2]}") for match in _SOLVED.finditer(shown)]
    pieces += [(*match.span(), " ") for match in _PRODUCT.finditer(shown)]
    return outline(text).replaced(0, len(shown), sorted(pieces)) if pieces else text


def divided(text: Text, where: Texts) -> Text:
    """Code with x / y entry by entry, where y need not be a number."""
    if (
        not text.text.replace("\u0304", "").isascii()
        or "\\" in text.text
        or not _DIVIDED.search(shown_or_nothing(text))
    ):
        return text
    shown = outline(text)
    found = shown.replaced(0, len(shown.text), [(*match.span(), " ⊘ ") for match in _DIVIDED.finditer(shown.text)])
    before, now = numbers(text, where), numbers(found, where)
    if before is None or now is None:
        return found if before is None else text
    return found if before - now else text


def by_entries(f: Text, form: Text, where: Texts, definitions: Texts) -> Text:
    """A closed form with 1/x entry by entry, where it has no other meaning: x is a vector."""
    shown = shown_or_nothing(form)
    pieces = sorted([*((*match.span(), " ⊘ ") for match in _DIVIDED.finditer(shown)), *fractions(shown)])
    if not pieces:
        return form
    shapes = {name: text for name, text in where.items() if says_shape(text.text)}
    for written in (form, outline(form).replaced(0, len(shown), pieces)):
        with suppress(Unreadable):
            if not degenerate(typed(f, shapes, {**definitions, TOGETHER: written}, (TOGETHER,)), shapes):
                return written
    return form


def lengths(text: Text, where: Texts, definitions: Texts) -> Text:
    """|Fa|² of a vector Fa as ‖Fa‖²; the bars of a number and of a square matrix stay."""
    shown = shown_or_nothing(text)
    if not _SQUARED_BARS.search(shown):
        return text
    pieces = []
    drawn, shapes = outline(text), {name: said for name, said in where.items() if says_shape(said.text)}
    for match in _SQUARED_BARS.finditer(shown):
        with suppress(Unreadable):
            shape = typed(drawn.part(*match.span("inside")), shapes, definitions).f.shape
            single = drawn.part(*match.span("first")).text.strip().removeprefix("\\left") in ("|", "\\lvert", "\\vert")
            if single and shape[1] == ONE and shape != SCALAR:
                pieces += [(*match.span(bar), "‖") for bar in ("first", "last")]
    return drawn.replaced(0, len(shown), pieces) if pieces else text


def said_norm(words: str) -> str:
    """Which norm ‖·‖ is said to be: F, 2, *; "" where nothing says it."""
    match = _NORM_SAID.search(words)
    return _NORMS[(match["of"] or match["of_all"]).lower()] if match else ""


def with_norm(text: Text, norm: str) -> Text:
    """The text with the norm that is meant below the bars that have nothing there."""
    shown = shown_or_nothing(text) if norm else ""
    bars = list(re.finditer("‖", shown))
    pieces = [(*bar.span(), f"‖_{norm} ") for bar in bars[1::2] if not _BELOW_BARS.match(shown, bar.end())]
    return outline(text).replaced(0, len(shown), pieces) if pieces and len(bars) % 2 == 0 else text


def dotted(text: Text) -> Text:
    """𝐚 · 𝐱 of two bold letters as 𝐚ᵀ𝐱, where no matrix stands before them."""
    found = [match.span("dot") for match in _DOT_PRODUCT.finditer(text.text)]
    parts, at = [], 0
    for start, stop in found:
        parts += [text.part(at, start), Text(r"^\top ", text.at(start))]
        at = stop
    return Text.joined([*parts, text.part(at, len(text.text))]) if found else text


def fractions(shown: str) -> Iterator[tuple[int, int, str]]:
    """What makes a fraction with letters below the line a quotient entry by entry."""
    for match in _FRACTION.finditer(shown):
        over = closing(shown, match.end() - 1)
        below = _OPENED.match(shown, over + 1)
        end = closing(shown, below.end() - 1) if below else -1
        if below and end > 0 and re.search(r"[^\W\d_]", shown[below.end() : end]):
            yield from ((*match.span(), "(("), (over, below.end(), ") ⊘ ("), (end, end + 1, "))"))


def numbers(text: Text, where: Texts) -> set[str] | None:
    """The variables of a formula that are numbers; None where it has no meaning."""
    with suppress(Unreadable):
        return {name for name, variable in typed(text, where).variables.items() if variable.shape == SCALAR}
    return None


def marked(text: Text, mark: str) -> Text:
    """The text with a mark on the functions in it, exp⊙(A) or expm(A), and A * B as A ⊙ B where all is elementwise."""
    if not shown_or_nothing(text):
        return text
    drawn = outline(text)
    functions, sign = (_FUNCTIONS, "sign") if mark == "⊙" else (_SERIES, "none")
    pieces = [(*m.span(), f"{m[sign]}{m['word']}{mark}(") for m in functions.finditer(drawn.text)]
    pieces += [(*m.span(), f" exp{mark}({m[1] or m[2]})") for m in _POWER_OF_E.finditer(drawn.text)]
    if mark == "⊙":
        pieces += [(*m.span(), "⊙" + "".join(RAISED[digit] for digit in m[1])) for m in _RAISED.finditer(drawn.text)]
        if not multiplies_arrays(text.text):  # else it is known what * is
            pieces += [(*m.span(), "⊙") for m in _TIMES.finditer(drawn.text) if not m["number"]]
    return drawn.replaced(0, len(drawn.text), sorted(pieces)) if pieces else text
