"""What the words beside a formula, and the conditions of a row, add to the context."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from identities import equations
from identities.catalogue import Text
from identities.equations import Context, Unreadable
from identities.equations.conditions import conditions, not_understood
from identities.equations.declared import says_shape
from identities.equations.kinds import names_in, typed
from identities.equations.manners import ROWWISE, by_rows, manner
from identities.equations.shown import shown
from identities.equations.told import DENIED, DOMAIN_WORDS
from identities.tables.blocks import Line, Run, whole
from identities.tables.formulas import Formula, sides
from identities.typed import SCALAR

_LAYOUT = re.compile(r"\b(numerator|denominator)[- ](?:layout|convention)")
_USES = re.compile(r"\b(?:uses?|used|using|adopts?|follows?|employs?|throughout|everything|all|conventions?)\b")
_SHAPED = re.compile(
    r"\b(?:has|have|with|of)\s+(?:always\s+)?(?:exactly\s+)?the\s+(?:same\s+)?(?:shape|size|dimension)s?\s+(?:of|as)\b"
)
_OF_DERIVATIVES = re.compile(r"gradient|derivative|adjoint|cotangent|result|∇|∂|\\nabla|\\partial", re.IGNORECASE)
_CONTRASTS = re.compile(r"\b(?:not|unlike|instead|differs?|whereas|while|would|if|other|others|some|many|often)\b")
_OF_ALL = ("square", "invertible", "nonsingular", "non-singular")  # what is mostly said of all matrices of a row
_DEFINED = re.compile(r"\s*\\?[^\W\d]\w*(?:\s*\([^()]*\))?\s*")  # y, f(x)
# Ax ≠ b, of almost every point; what is said before and behind is not.
_DIFFERENT = re.compile(r"(?:(?!\band\b)[^,;]){0,60}(?:≠|\\neq?(?![A-Za-z]))(?:(?!\band\b)[^,;]){0,60}")
_OF_MATRIX = re.compile(r"\b(?:symmetric|spd|psd|skew|diagonal|orthogonal|invertible|square)\b")
_PRIMED = re.compile(r"[A-Za-z)]'")
_ALL = re.compile(r"\b(?:all|any|both|each|every|matrices|matrix)\b", re.IGNORECASE)


def learnt(context: Context, words: Text, *, defined: bool = True) -> Context:
    """The context with what a condition or definition beside a formula says."""
    said = equations.read(Text.joined([Text("where ", words.place), words]), context).context
    definitions = said.definitions if defined else context.definitions
    anew = {name for name, text in said.where.items() if name in definitions and context.where.get(name) is not text}
    if numbers := {name for name in anew if _OF_MATRIX.search(said.where[name].text) and is_number(name, context)}:
        definitions = {name: text for name, text in definitions.items() if name not in numbers}
    return replace(
        context,
        where=said.where,
        definitions=symbolic(definitions),
        arguments=said.arguments if defined else context.arguments,
        dependents=said.dependents,
        manner=manner(words.text) or context.manner,
    )


def is_number(name: str, context: Context) -> bool:
    """Whether a name was defined as a number: a loss L is another one than the L that is symmetric."""
    if name not in context.definitions:
        return False
    shapes = {one: text for one, text in context.where.items() if says_shape(text.text)}
    with suppress(Unreadable):
        return typed(context.definitions[name], shapes, context.definitions).f.shape == SCALAR
    return False


def of_matrices(words: Text, f: Text) -> Text:
    """A condition that names nothing with the matrices of a function that it means: all square and invertible.

    As it stands where it names something, or where f has several matrices and it does not say all.
    """
    said = shown(words.text)
    matrices = sorted(name for name in names_in(f) if name[:1].isupper())
    if conditions(words) or not DOMAIN_WORDS.search(said) or not_understood(words.text):
        return words
    of_all = _ALL.search(said) or all(word[0].lower() in _OF_ALL for word in DOMAIN_WORDS.finditer(said))
    if len(matrices) == 1 or (matrices and of_all):
        return Text(f"{', '.join(matrices)} are {_ALL.sub(' ', said)}", words.place)
    return words


def unmet(cell: Line, f: Text | None) -> str:
    """What a condition asks for beyond what we know, or of we do not know what."""
    text = whole(cell)
    said = of_matrices(text, f) if f else text
    words = all(run.manner == "words" for run in cell) and not DENIED.search(said.text)
    of_what = words and DOMAIN_WORDS.search(said.text) and not conditions(said)
    asked = not_understood(_DIFFERENT.sub(" ", text.text))
    return text.text if of_what or asked or any(map(constrains, cell)) else ""


def constrains(run: Run) -> bool:
    """Whether an equation asks something that is not understood, as AB = BA does; y = Ax defines a name."""
    left = sides(run.text)[0].text if run.manner != "words" and "=" in run.text.text else ""
    return bool(left) and not _DEFINED.fullmatch(shown(left)) and not conditions(run.text)


def row_by_row(sentence: list[Run], said: str) -> list[Run]:
    """The sentence with softmax of every row of a matrix, where its words say so."""
    if not ROWWISE.search(said):
        return sentence
    return [run if run.manner == "words" else replace(run, text=by_rows(run.text)) for run in sentence]


def in_code(sentence: list[Run]) -> str:
    """How * is meant in code that writes A' for a transpose: as the product of matrices."""
    code = [run.text.text for run in sentence if run.manner == "code"]
    return "·" if any("*" in text and _PRIMED.search(text) for text in code) else ""


def symbolic(definitions: Mapping[str, Text]) -> dict[str, Text]:
    """Definitions without those that are a number: n = 3 is said of an example."""
    return {name: text for name, text in definitions.items() if re.search(r"[^\W\d_]", text.text)}


def with_words(context: Context, formula: Formula) -> Context:
    """The context, and what the words beside the formula add to it."""
    return context if formula.words is None else learnt(context, formula.words)


def stated_layout(sentence: str) -> str:
    """The layout that a sentence says is used from here on; none where it names both or sets something against it.

    A gradient that has the shape of its variable is in that of gradients.
    """
    if _SHAPED.search(sentence) and _OF_DERIVATIVES.search(sentence) and not _CONTRASTS.search(sentence.lower()):
        return "gradient"
    named = {match[1] for match in _LAYOUT.finditer(sentence.lower())}
    uses = _USES.search(sentence.lower()) and not _CONTRASTS.search(sentence.lower())
    return named.pop() if uses and len(named) == 1 else ""
