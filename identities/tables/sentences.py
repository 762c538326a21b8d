"""A line cut into sentences, and into formulas that stand in them without signs around."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from identities.catalogue import Text
from identities.tables.blocks import Line, Run, words
from identities.tables.formulas import DERIVED, KNOWN, trimmed
from identities.tables.resumed import resumed

# No ends of sentences.
_SHORT = (
    "w\\.r\\.t",
    "r\\. t",
    "\\bi\\.e",
    "\\be\\.g",
    "\\bs\\.t",
    "\\bcf",
    "\\bresp",
    "\\b[Ee]q",
    "\\bFig",
)
_END = re.compile("".join(f"(?<!{short})" for short in _SHORT) + r"[.!?](?=\s+[^a-z\s]|\s*$)")
# A formula that ends its sentence.
_STOPPED = re.compile(r"\.\s*(?:\\\\|\\end\{[a-z]+\*?\}|\$|\\[\])]|\}|\s)*$")
RELATION = re.compile(r"(?<![=<>!:≠])=(?![=>])|[≡≜≔]|:=|\\equiv(?![A-Za-z])|\\coloneqq|\\triangleq|←")
# What tells a formula without signs around it from words with a sign of equality.
SIGNS = re.compile(
    r"[∂∇ᵀᴴ⁻⁺‖⊙⊗⊤√∑ΣΛ²³\u0304]|\^|\b(?:tr|det|log|exp|vec|diag|norm|inv)\s*\(|@|\.T\b|d\(|[A-Za-z]'|\bd[A-Z]\b|\bd/d[A-Za-z]\b"
)
_LITTLE = frozenset((
    "an", "as", "at", "be", "by", "do", "if", "in", "is", "it", "of", "on", "or", "so", "to", "we", "a", "the",
    "for", "and", "but", "our", "are", "has", "let",
))  # fmt: skip
OF_TABLE = re.compile(r"\b(?:(?:following|next|this) (?:table|list)|(?:table|list) below)\b")
# A condition of what follows, and a word that begins a sentence.
_FRESH = re.compile(
    r"\s*(?:(?:and|but|while|whereas)\s+(?:when|if|for|where|with)\b|(?:If|When|Let|Suppose|Assume|Similarly|Moreover"
    r"|Furthermore|Consider|Given|From|By|Next|Now|Finally|Hence|Thus|Therefore|Likewise|Analogously)\b)"
)
_AFTERTHOUGHT = re.compile(r"\s*(?:with|where|for|if|when|provided|assuming|whenever)\b")
_ARTICLE = re.compile(r"\s+(?!\w{1,12}\()[a-z]{2}")  # a word after it, and not A diag(x)
_ASIDE = re.compile(r"\s\([^()]*$")


def cut(line: Line) -> Iterator[list[Run]]:
    """The sentences of a line."""
    current: list[Run] = []
    runs = resumed(line)
    for run, after in zip_longest(runs, runs[1:]):
        if run.manner != "words":
            current.append(run)
            stops = _STOPPED.search(run.text.text) and after and re.match(r"\s*[A-Z]", after.text.text)
            if stops or (run.manner == "display" and after and _FRESH.match(after.text.text)):
                yield current
                current = []
            continue
        start = 0
        for match in _END.finditer(run.text.text):
            current += spotted(run.text.part(start, match.end()))
            start = match.end()
            yield current
            current = []
        current += spotted(run.text.part(start, len(run.text.text)))
    if current:
        yield current


def spotted(text: Text) -> list[Run]:
    """Words with the equations in them that nothing sets off: … and ∂/∂x(xᵀAx) = (A + Aᵀ)x for all A."""
    if not RELATION.search(text.text) or not SIGNS.search(text.text):
        return [Run("words", text)] if text.text.strip() else []
    found: list[Run] = []
    tokens: list[tuple[int, int, bool]] = []
    before = ""
    for match in re.finditer(r"\S+", text.text):
        bare, joined = match[0].strip(",.;:()[]"), before[-1:] in tuple("=+-−·@(*")
        if bare in ("a", "A"):
            word = match[0][-1].isalpha() and not joined and _ARTICLE.match(text.text, match.end()) is not None
        else:
            word = is_word(match[0]) and not (joined and bare.isupper())  # = AXB
        tokens.append((*match.span(), word))
        before = match[0]
    at, number = 0, 0
    while number < len(tokens):
        if tokens[number][2]:
            number += 1
            continue
        last = number
        while last + 1 < len(tokens) and not tokens[last + 1][2]:
            last += 1
        start, stop = tokens[number][0], tokens[last][1]
        if (aside := _ASIDE.search(text.text, start, stop)) and aside[0].count("(") > aside[0].count(")"):
            stop = aside.start()  # … = Qx (Q symmetric)
        piece = text.text[start:stop]
        if RELATION.search(piece) and SIGNS.search(piece):
            found += [Run("words", text.part(at, start)), Run("math", trimmed(text.part(start, stop)))]
            at = stop
        number = last + 1
    found.append(Run("words", text.part(at, len(text.text))))
    return [run for run in found if run.text.text.strip()]


def is_word(token: str) -> bool:
    """Whether it is a word of a language and not of a formula."""
    bare = token.strip(",.;:()[]!?\"'*_–—")
    if token.endswith(":") and not token.endswith("):"):
        return True
    return bare.lower() in _LITTLE or (
        bare.isascii() and bare.isalpha() and len(bare) > 2 and bare.lower() not in KNOWN
    )


def ends(sentence: list[Run]) -> bool:
    """Whether the sentence does not go on below: for symmetric A we have …, in the following table A is symmetric."""
    text = sentence[-1].text.text
    if OF_TABLE.search(words(sentence)):
        return False
    if sentence[-1].manner != "words":
        return _STOPPED.search(text) is not None
    return text.rstrip(" \t\r\n*_`\"')]}").endswith((".", "!", "?"))


def goes_on(line: Line) -> bool:
    """Whether a paragraph goes on with the sentence of the one before."""
    return bool(line) and (line[0].manner != "words" or line[0].text.text.lstrip()[:1].islower())


def is_afterthought(line: Line) -> bool:
    """Whether a paragraph begins with a condition of the display above it: with A symmetric."""
    return bool(line) and line[0].manner == "words" and _AFTERTHOUGHT.match(line[0].text.text) is not None


def states_derivative(line: Line) -> bool:
    """Whether a line has an equation with a derivative in it."""
    return any(DERIVED.search(run.text.text) and RELATION.search(run.text.text) for run in line)
