"""What a text uses without a declaration: the φ of h = φ(Wx) and φ′(Wx), the rows xᵢᵀ of X in Σᵢ (xᵢᵀw − yᵢ)²."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from identities import limits
from identities.catalogue import Text
from identities.equations.constants import unsized
from identities.equations.declared import says_shape
from identities.equations.dependent import arbitrary
from identities.equations.kinds import canonical, needed, typed
from identities.equations.outline import LETTER, closing, outline, shown_or_nothing
from identities.equations.stated import Context, Texts, Unreadable
from identities.notation import multiplies_arrays
from identities.notation.names import RAISED, SUBSCRIPTS
from identities.typed import SCALAR
from identities.vocabulary import TABLE, WORDS

_APPLIED = re.compile(
    rf"(?<![A-Za-z\\])(?P<name>{LETTER})\s*(?P<primes>['′]+|\^\s*\{{?\s*(?:\\prime\s*)+\}}?)?\s*(?P<opening>\()"
)
FUNCTION = "ℝ → ℝ"
_COUNT = re.compile(
    r"\\frac\s*\{\s*N\s*\}\s*\{\s*\d\s*\}|\\frac\s*\{?\s*\d\s*\}?\s*(?:\{\s*\d?\s*N\s*\}|N(?![A-Za-z]))"
    r"|(?<![A-Za-z])N\s*/\s*\d|\d\s*/\s*(?:\(\s*\d\s*)?N(?![A-Za-z])"
)
TWO_WAYS = "is read in two ways"
_ELEMENTWISE = re.compile(
    r"\b(?:element|entry|component|coordinate|point)-?\s?wise\b(?!\s+(?:product|multiplication|quotient|division))"
    r"|\b(?:to|on) (?:each|every) (?:element|entry|component)\b",
    re.IGNORECASE,
)
_AS_SERIES = re.compile(r"\bmatrix (?:exponential|logarithm)\b", re.IGNORECASE)
_ENTRYWISE = "|".join(word for row in TABLE.values() if row.entrywise for word in row.words if word.isascii())
_FUNCTIONS = re.compile(rf"(?P<sign>\\?)(?<![A-Za-z])(?P<word>{_ENTRYWISE})\s*\(")
_TIMES = re.compile(r"(?P<number>(?<![\w.*])(?<!\*\* )[\d.]+ ?)?(?<!\*)\*(?!\*)(?! ?\d)")  # but 2 * A
_PRODUCT = re.compile(r"(?<![.*])\*(?!\*)")
_SOLVED = re.compile(r"([A-Za-z]\w*'?)\s*∖\s*([A-Za-zΔδ]\w*'?)")
_DIVIDED = re.compile(r"(?<=[\w)\]])\s*/\s*(?=[A-Za-z(])")
_RAISED = re.compile(r" ?\*\* ?(\d+)")
_POWER_OF_E = re.compile(r"(?<![A-Za-z\\])e\s*\^\s*\{([^{}]*)\}")
_SERIES = re.compile(r"\\?(?P<none>)(?<![A-Za-z])(?P<word>exp|log)\s*\(")
_INDEX = r"\s?(?:_\s*(?:\{\s*(?P<braced>[ijk])\s*\}|(?P<bare>[ijk])(?![A-Za-z0-9]))|(?P<small>[ᵢⱼₖ]))"
_TURNED = re.compile(rf"(?<![A-Za-z\\])(?P<name>[a-df-z]){_INDEX}\s*(?:\^\s*(?:\{{\s*)?[ᵀT]|ᵀ)")

_AFTER = re.compile(rf"(?:\^\s*(?:\{{\s*[ᵀT]\s*\}}|[ᵀT])|ᵀ)\s*(?P<name>[a-df-z]){_INDEX}")  # wᵀxᵢ
_INDEXED = re.compile(rf"(?<![A-Za-z\\])(?P<name>[a-df-z]){_INDEX}")
_UP_TO = re.compile(r"(?:\\sum ?|[∑Σ])\s*_\s*\{\s*[ijk]\s*=\s*1\s*\}\s*\^\s*\{?\s*([A-Za-z])")


def declared(context: Context, f: Text, form: Text) -> tuple[Context, Text, Text]:
    """The same with a letter declared as a function of numbers that f applies and the closed form differentiates.

    X'(y − Xβ) is a transpose: a letter counts only where it stands before a parenthesis with a prime and without one.
    Of an array such a function is that of its entries, which the notation says by ⊙.
    """
    context = arbitrary(context, f, form)
    f, form = composed(f, context), composed(form, context)
    context = replace(
        context, definitions={name: composed(text, context) for name, text in context.definitions.items()}
    )
    context = with_counts(context, [f, form])
    context, f, form = with_rows(context, f, form)
    definitions = {name: unsized(text, context) for name, text in context.definitions.items()}
    f, form, context = unsized(f, context), unsized(form, context), replace(context, definitions=definitions)
    if context.manner:
        context, f, form = in_manner(context, f, form)
    if not re.search(r"['′]|\\prime", form.text):
        return context, f, form
    texts = said_by(f, form, context)
    plain, primed = names(texts, marked=False), names([form], marked=True)
    found = (plain & primed) - context.where.keys() - context.definitions.keys()
    if not found:
        return context, f, form
    context = replace(context, where={**context.where, **{name: Text(FUNCTION, f.place) for name in found}})
    try:
        typed(f, context.where, context.definitions)
    except Unreadable:
        definitions = {name: entrywise(text, found) for name, text in context.definitions.items()}
        return replace(context, definitions=definitions), entrywise(f, found), entrywise(form, found)
    return context, f, form


def manner(words: str) -> str:
    """How a text says that functions act on matrices: ⊙ elementwise, m as the matrix exponential; "" for not at all."""
    return "⊙" if _ELEMENTWISE.search(words) else "m" if _AS_SERIES.search(words) else ""


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
    pieces += [(*m.span(), f" exp{mark}({m[1]})") for m in _POWER_OF_E.finditer(drawn.text)]
    if mark == "⊙":
        pieces += [(*m.span(), "⊙" + "".join(RAISED[digit] for digit in m[1])) for m in _RAISED.finditer(drawn.text)]
        if not multiplies_arrays(text.text):  # else it is known what * is
            pieces += [(*m.span(), "⊙") for m in _TIMES.finditer(drawn.text) if not m["number"]]
    return drawn.replaced(0, len(drawn.text), sorted(pieces)) if pieces else text


def value_of(name: str, form: Text, argument: str = "") -> Text:
    """The form with f(x) as f, which the notation would take for a product."""
    shown = shown_or_nothing(form)
    inside = re.escape(argument) or r"\\?[A-Za-zα-ω]"
    calls = re.compile(rf"(?<![A-Za-z\\])({re.escape(name)})\s*\(\s*{inside}\s*\)")
    pieces = [(*match.span(), f"{name} ") for match in calls.finditer(shown)]
    return outline(form).replaced(0, len(shown), pieces) if pieces else form


def composed(text: Text, context: Context) -> Text:
    """The text with the formula of f at other places, f(x + tv), where f(x) = … was said; unless that is too long."""
    shown = shown_or_nothing(text)
    pieces: list[tuple[int, int, str]] = []
    length, end = len(shown), 0
    for match, formula, argument in calls(shown, context):
        stop = closing(shown, match.end() - 1)
        inside = shown[match.end() : stop].strip()
        if not inside or "," in inside:
            continue
        if inside == argument:
            pieces.append((match.start(), stop + 1, f"{match[1]} "))
            end = stop + 1
            continue
        length += len(formula) + formula.count(argument) * len(inside)
        if match.start() < end or length > limits.FORMULA_LENGTH:
            return text
        pieces.append((match.start(), stop + 1, f"({replaced_in(formula, argument, f'({inside})')})"))
        end = stop + 1
    return outline(text).replaced(0, len(shown), pieces) if pieces else text


def calls(shown: str, context: Context) -> Iterator[tuple[re.Match[str], str, str]]:
    """Where functions are applied of which a formula in one letter was said, from left to right."""
    said = {name: argument.strip() for name, argument in context.arguments.items() if name in context.definitions}
    known = [name for name, argument in said.items() if name in shown and re.fullmatch(LETTER, argument)]
    if known:
        names = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
        for match in re.finditer(rf"(?:(?<![A-Za-z\\])|(?<=\^T))({names})\s*\(", shown):
            yield match, shown_or_nothing(context.definitions[match[1]]), said[match[1]]


def replaced_in(formula: str, name: str, by: str) -> str:
    """A formula with something else for a letter; the letters of words such as exp stay."""

    def letters(match: re.Match[str]) -> str:
        is_word = match[0].startswith("\\") or match[0] in WORDS
        return match[0] if is_word else match[0].replace(name, by)

    return re.sub(r"\\?[^\W\d_]+", letters, formula)


def with_counts(context: Context, texts: list[Text]) -> Context:
    """The context with N as a number where it stands in N/2 or 1/N: the size of a sample."""
    if "N" in context.where or not any(_COUNT.search(shown_or_nothing(text)) for text in texts):
        return context
    place = texts[0].place
    return replace(context, where={**context.where, "N": Text("scalar", place)})


def said_by(f: Text, form: Text, context: Context) -> list[Text]:
    """f, the closed form, and the definitions that they need."""
    with suppress(Unreadable):
        return [f, form, *needed((f, form), context.definitions).values()]
    return [f, form]


def names(texts: Iterable[Text], *, marked: bool) -> set[str]:
    """The letters before a parenthesis, with or without a prime."""
    found: set[str] = set()
    for text in texts:
        matches = _APPLIED.finditer(shown_or_nothing(text))
        found |= {canonical(m["name"]) for m in matches if (m["primes"] is not None) == marked}
    return found


def entrywise(text: Text, functions: set[str]) -> Text:
    """The text with these functions applied to every entry."""
    if not shown_or_nothing(text):
        return text
    drawn = outline(text)
    pieces: list[tuple[int, int, str]] = []
    for match in _APPLIED.finditer(drawn.text):
        if canonical(match["name"]) in functions:
            primes = match["primes"] or ""
            count = max(primes.count("'") + primes.count("′"), primes.count("prime"))
            pieces.append((match.end("name"), match.end("opening"), "'" * count + "⊙("))
    return drawn.replaced(0, len(drawn.text), pieces) if pieces else text


def with_rows(context: Context, f: Text, form: Text) -> tuple[Context, Text, Text]:
    """The same with xᵢ as Xᵀeᵢ where it is transposed: the data xᵢ are the rows of X, its columns if X: d×n says so.

    An entry is a number, which nobody transposes.
    """
    texts = said_by(f, form, context)
    shown = "\n".join(filter(None, map(shown_or_nothing, texts)))
    vectors = {match["name"] for pattern in (_TURNED, _AFTER) for match in pattern.finditer(shown)}
    if not vectors:
        return context, f, form
    where = dict(context.where)
    count = next((match[1] for match in _UP_TO.finditer(shown)), "")
    unused = (dim for dim in "dpqrsuv" if not any(dim in text.text for text in texts))
    data: dict[str, str] = {}
    for name in sorted(vectors):
        matrix = name.upper()
        shape = where[matrix].text if matrix in where else ""
        if count and "×" not in shape:
            shape = f"{count}×{next(unused, 'd')}"
            where[matrix] = Text(shape, f.place)
        data[name] = matrix if count and re.match(rf"(?!{count}×)\w+×{count}\b", shape) else f"{matrix}ᵀ"
    if count:
        others = {match["name"] for match in _INDEXED.finditer(shown)} - vectors - where.keys()
        where |= {name: Text(count, f.place) for name in others}
    definitions = {name: rows_named(text, data) for name, text in context.definitions.items()}
    return replace(context, definitions=definitions, where=where), rows_named(f, data), rows_named(form, data)


def rows_named(text: Text, data: Mapping[str, str]) -> Text:
    """The text with the letters that have an index there as rows or columns of matrices."""
    if not shown_or_nothing(text):
        return text
    drawn = outline(text)
    pieces: list[tuple[int, int, str]] = []
    for match in _INDEXED.finditer(drawn.text):
        if match["name"] in data:
            index = match["braced"] or match["bare"] or SUBSCRIPTS[match["small"]]
            pieces.append((*match.span(), f"({data[match['name']]} e_{index})"))
    return drawn.replaced(0, len(drawn.text), pieces) if pieces else text
