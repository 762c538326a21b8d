"""What a text uses without a declaration: the φ of h = φ(Wx) and φ′(Wx), the rows xᵢᵀ of X in Σᵢ (xᵢᵀw − yᵢ)²."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from identities import limits
from identities.catalogue import Text
from identities.equations.components import as_column, with_entries
from identities.equations.constants import as_products, unsized, with_ones
from identities.equations.declared import is_size
from identities.equations.dependent import arbitrary
from identities.equations.kinds import canonical, needed, typed
from identities.equations.manners import (
    by_entries,
    by_habit,
    dotted,
    in_manner,
    indicated,
    lengths,
    raises_e,
    with_norm,
    with_time,
)
from identities.equations.outline import LETTER, closing, outline, shown_or_nothing
from identities.equations.stated import Context, Unreadable
from identities.notation.names import SUBSCRIPTS
from identities.vocabulary import WORDS

_APPLIED = re.compile(
    rf"(?<![A-Za-z\\])(?P<name>{LETTER})\s*(?P<primes>['′]+|\^\s*\{{?\s*(?:\\prime\s*)+\}}?)?\s*(?P<opening>\()"
)
FUNCTION = "ℝ → ℝ"
_APART = r"(?<![a-zDJH\\])"  # before the name of a function: Ax(t) is A x(t), but Df(x) a derivative
# The size of a sample: N/2, 1/N, N log det Σ.
_OF_KRONECKER = re.compile(
    r"\\?(?:tr|Tr|trace|det)\s*[({\[]+\s*(?P<a>[A-ZΑ-Ω])\s*(?:⊗|\\otimes)\s*(?P<b>[A-ZΑ-Ω])\s*[)}\]]"
)
_BELOW = {"N": r"\d", "n": r"\d?\s*(?:\\?[a-zα-ω]+\s*(?:\^\s*\{?\s*\d\s*\}?)?)?"}  # n/2, n/(2s)
_COUNTS = {
    letter: re.compile(
        rf"\\frac\s*\{{\s*{letter}\s*\}}\s*\{{\s*{_BELOW['N' if letter == 'N' else 'n']}\s*\}}|"
        rf"\\frac\s*\{{?\s*\d\s*\}}?\s*(?:\{{\s*\d?\s*{letter}\s*\}}|{letter}(?![A-Za-z]))"
        rf"|(?<![A-Za-z]){letter}\s*/\s*\d|\d\s*/\s*(?:\(\s*\d\s*)?{letter}(?![A-Za-z])"
        rf"|(?<![A-Za-z]){letter}\s*\\?(?:log|ln)(?![A-Za-z])"
    )
    for letter in "Nnm"
}
_INDEX = r"\s?(?:_\s*(?:\{\s*(?P<braced>[ijk])\s*\}|(?P<bare>[ijk])(?![A-Za-z0-9]))|(?P<small>[ᵢⱼₖ]))"
_FIRST = r"(?:(?<![A-Za-z\\])|(?<=_[ijk]))"  # the y and the x of y_ix_i
_TURNED = re.compile(rf"{_FIRST}(?P<name>[a-df-z]){_INDEX}\s*(?:\^\s*(?:\{{\s*)?[ᵀT]|ᵀ)")

_AFTER = re.compile(rf"(?:\^\s*(?:\{{\s*[ᵀT]\s*\}}|[ᵀT])|ᵀ)\s*(?P<name>[a-df-z]){_INDEX}")  # wᵀxᵢ
_INDEXED = re.compile(rf"{_FIRST}(?P<name>[a-df-z]){_INDEX}")
_UP_TO = re.compile(r"(?:\\sum ?|[∑Σ])\s*_\s*\{\s*[ijk]\s*=\s*1\s*\}\s*\^\s*\{?\s*([A-Za-z])")


def declared(context: Context, f: Text, form: Text) -> tuple[Context, Text, Text]:
    """The same with a letter declared as a function of numbers that f applies and the closed form differentiates.

    X'(y − Xβ) is a transpose: a letter counts only where it stands before a parenthesis with a prime and without one.
    Of an array such a function is that of its entries, which the notation says by ⊙.
    """
    series = raises_e(f, form)
    f, form = with_ones(as_products(dotted(f), context), as_products(dotted(form), context))
    f, form = with_entries(f, context.where), as_column(with_entries(form, context.where))
    form = indicated(form)
    context = arbitrary(context, f, form)
    f, form = composed(f, context), composed(form, context)
    context = replace(
        context, definitions={name: composed(text, context) for name, text in context.definitions.items()}
    )
    context = with_square_factors(context, f)
    context = with_counts(context, said_by(f, form, context))
    context, f, form = with_rows(context, f, form)
    definitions = {name: unsized(with_norm(text, context.norm), context) for name, text in context.definitions.items()}
    f, form, context = unsized(f, context), unsized(form, context), replace(context, definitions=definitions)
    if series:
        context = replace(context, where=with_time(context.where, f, form))
    if context.manner or series:
        context, f, form = in_manner(context if context.manner else replace(context, manner="m"), f, form)
    f, form = (lengths(with_norm(text, context.norm), context.where, context.definitions) for text in (f, form))
    context, f, form = by_habit(context, f, form)
    form = by_entries(f, form, context.where, context.definitions)
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


def value_of(name: str, form: Text, argument: str = "") -> Text:
    """The form with f(x) as f, which the notation would take for a product."""
    shown = shown_or_nothing(form)
    inside = re.escape(argument) or r"\\?[A-Za-zα-ω]"
    calls = re.compile(rf"{_APART}({re.escape(name)})\s*\(\s*{inside}\s*\)")
    pieces = [(*match.span(), apart(name, shown, match.end())) for match in calls.finditer(shown)]
    return outline(form).replaced(0, len(shown), pieces) if pieces else form


def apart(name: str, shown: str, end: int) -> str:
    """The name as it stands before what follows: f 2 is no f2, and f(x) (xxᵀ − I) is (f) (xxᵀ − I)."""
    if shown[end:].lstrip().startswith("("):
        return f"({name})"
    return f"{name} " if re.match(r"[\w\\]", shown[end:]) else name


def composed(text: Text, context: Context) -> Text:
    """The text with the formula of f at other places, f(x + tv), where f(x) = … was said; unless that is too long."""
    for _ in range(limits.COMPOSED):  # from the inside out: g(h(x))
        found = composed_once(text, context)
        if found is text:
            break
        text = found
    return text


def composed_once(text: Text, context: Context) -> Text:
    """The same of the calls in which no other one stands."""
    shown = shown_or_nothing(text)
    pieces: list[tuple[int, int, str]] = []
    length = len(shown)
    found = list(calls(shown, context))
    for number, (match, formula, argument) in enumerate(found):
        stop = closing(shown, match.end() - 1)
        inside = shown[match.end() : stop].strip()
        nested = number + 1 < len(found) and found[number + 1][0].start() < stop
        if nested or not inside or "," in inside:
            continue
        if inside == argument:
            pieces.append((match.start(), stop + 1, apart(match[1], shown, stop + 1)))
            continue
        length += len(formula) + formula.count(argument) * len(inside)
        if length > limits.FORMULA_LENGTH:
            return text
        pieces.append((match.start(), stop + 1, f"({replaced_in(formula, argument, f'({inside})')})"))
    return outline(text).replaced(0, len(shown), pieces) if pieces else text


def calls(shown: str, context: Context) -> Iterator[tuple[re.Match[str], str, str]]:
    """Where functions are applied of which a formula in one letter was said, from left to right."""
    said = {name: argument.strip() for name, argument in context.arguments.items() if name in context.definitions}
    known = [name for name, argument in said.items() if name in shown and re.fullmatch(LETTER, argument)]
    if known:
        names = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
        for match in re.finditer(rf"(?:{_APART}|(?<=\^T))({names})\s*\(", shown):
            yield match, shown_or_nothing(context.definitions[match[1]]), said[match[1]]


def replaced_in(formula: str, name: str, by: str) -> str:
    """A formula with something else for a letter; the letters of words such as exp stay."""

    def letters(match: re.Match[str]) -> str:
        is_word = match[0].startswith("\\") or match[0] in WORDS
        return match[0] if is_word else match[0].replace(name, by)

    return re.sub(r"\\?[^\W\d_]+", letters, formula)


def with_square_factors(context: Context, f: Text) -> Context:
    """The context with A and X as square in the trace of A ⊗ X: its product alone says only that mp = nq."""
    found = {canonical(name) for match in _OF_KRONECKER.finditer(shown_or_nothing(f)) for name in match.group("a", "b")}
    if found & {*context.definitions}:
        return context
    said = "".join(text.text for text in context.where.values())
    free = (dim for dim in "nmpqrs" if dim not in said)
    fresh = dict(zip(sorted(found - {*context.where}), (Text(f"{dim}×{dim}", f.place) for dim in free), strict=False))
    return replace(context, where={**context.where, **fresh}) if fresh else context


def with_counts(context: Context, texts: list[Text]) -> Context:
    """The context with N as a number where it stands in 1/N or N log det Σ; n and m where they stand nowhere else."""
    shown = "\n".join(map(shown_or_nothing, texts))
    where = dict(context.where)
    for letter, count in _COUNTS.items():
        found = count.findall(shown)
        alone = letter == "N" or len(found) == len(re.findall(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", shown))
        if found and alone and letter not in where and not is_size(letter, where, texts):  # X ∈ ℝ^{d×N}
            where[letter] = Text("scalar positive", texts[0].place)
    return replace(context, where=where) if len(where) > len(context.where) else context


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
