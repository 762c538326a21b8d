"""A paragraph or the item of a list → the claims in its sentences, and what they say for the sentences after them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from identities import equations
from identities.catalogue import Text, quoted
from identities.equations import Context, dependent
from identities.equations.conditions import are_names, conditions, not_understood
from identities.equations.kinds import canonical
from identities.equations.manners import manner
from identities.equations.told import DOMAIN_WORDS
from identities.notation import canonical_name
from identities.tables import supposed, worded
from identities.tables.blocks import Line, Run, words
from identities.tables.formulas import DERIVED, KNOWN, trimmed
from identities.tables.headers import plain
from identities.tables.moving import upstream
from identities.tables.remarks import in_code, learnt, row_by_row, symbolic
from identities.tables.resumed import resumed
from identities.tables.rows import Read, Unread, of_reading

_END = re.compile(r"[.!?](?=\s+[^a-z\s]|\s*$)")
# A formula that ends its sentence.
_STOPPED = re.compile(r"\.\s*(?:\\\\|\\end\{[a-z]+\*?\}|\$|\\[\])]|\}|\s)*$")
_RELATION = re.compile(r"(?<![=<>!:≠])=(?![=>])|[≡≜≔]|:=|\\equiv(?![A-Za-z])|\\coloneqq|\\triangleq|←")
_EQUATION = re.compile(_RELATION.pattern + r"|[≈∝]|\\approx|\\propto")
# What tells a formula without signs around it from words with a sign of equality.
_SIGNS = re.compile(
    r"[∂∇ᵀᴴ⁻⁺‖⊙⊗⊤√∑ΣΛ²³\u0304]|\^|\b(?:tr|det|log|exp|vec|diag|norm|inv)\s*\(|@|\.T\b|d\(|[A-Za-z]'|\bd[A-Z]\b|\bd/d[A-Za-z]\b"
)
_HYPOTHESIS = re.compile(
    r"\b(?:if|when|whenever|provided|assuming|unless|only)\b"
    r"(?!\s+(?:you|we|one|I|desired|needed|necessary)\b)([^,.;]*)",
    re.IGNORECASE,
)
UNMET = "it holds under a condition that is not understood"
_CONSEQUENCE = re.compile(r"\b(?:does|do|is|are|will|can)\s+(?:it|this|that|we|one|the)\b.*")  # … does it become …
# What a hypothesis says of several names together.
_OF_SEVERAL = re.compile(r"\b(?:factori[sz]ation|decomposition|SVD|commute|satisf(?:y|ies)|solves?|eigen\w+)\b")
# An equation that holds of what is looked for.
_POSED = re.compile(
    r"\b(?:normal equations?|setting|set|solv(?:e[sd]?|ing)|such that|subject to|optimality|"
    r"stationar\w+|first-order conditions?|vanish(?:es)?|fixed point|constraints?|Riccati|Lyapunov|Sylvester|must)\b"
    r"|\b(?:solution|optim|minimi|maximi|estimat|extrem)\w*\b[^.]*\bsatisf\w+",
    re.IGNORECASE,
)
_JACOBIAN = re.compile(r"\bJacobian(?: matrix)?\s+(?:is|equals|reads|becomes|of|as)?\W*$")
_LASTING = re.compile(
    r"\b(?:let|throughout|denotes?|always|suppose|assume|every|below|following|here|consider|define[sd]?)\b",
    re.IGNORECASE,
)
_PASSING = re.compile(r"\b(?:if|when|whenever|for|provided|assuming|unless|with|given)\b", re.IGNORECASE)
_LITTLE = frozenset((
    "an", "as", "at", "be", "by", "do", "if", "in", "is", "it", "of", "on", "or", "so", "to", "we", "a", "the",
    "for", "and", "but", "our", "are", "has", "let",
))  # fmt: skip
_OF_TABLE = re.compile(r"\b(?:(?:following|next|this) (?:table|list)|(?:table|list) below)\b")
_ANOTHER = re.compile(r"\s*(?:and|but|while|whereas)\s+(?:when|if|for|where|with)\b")  # condition, of what follows
# Almost every one is: A and D − CA⁻¹B are invertible.
_GENERIC = re.compile(r"(?:⟦[^⟧]*⟧(?:,? (?:and )?(?=⟦))?)+ (?:is|are|be) (?:all |both )?(?:invertible|non-?singular)")
_AFTERTHOUGHT = re.compile(r"\s*(?:with|where|for|if|when|provided|assuming|whenever)\b")
_ARTICLE = re.compile(r"\s+[a-z]{2}")  # a word after it
_ASIDE = re.compile(r"\s\([^()]*$")
# Σ is symmetric; A and B are square; x ∈ ℝⁿ; all matrices are symmetric.
_OF_NAMES = re.compile(
    r"\b(?:matrices|every matrix)\b|"
    r"(?<![A-Za-z])[A-HJ-ZΑ-Ωα-ω](?:(?:\s*,\s*|\s+and\s+)[A-Za-zα-ω]){0,8}\s+(?:is|are|be)\s|[A-Za-zα-ω]\s*∈"
)


def read(sentence: list[Run], context: Context) -> tuple[list[Read | Unread], Context, Context]:
    """The claims of a sentence: its equations, and what it says in words of the formulas in it.

    And the context that it leaves, and the one that holds within it.
    """
    said = words(sentence)
    sentence = row_by_row(sentence, said)
    told = [telling(run, after) for run, after in zip_longest(sentence, sentence[1:])] + supposed.on_cone(sentence)
    tells = is_about(said, sentence) or any(is_property(run) for run in sentence)
    local = learning(context, told) if tells else context
    named = dict(dependent.said("".join(run.text.text for run in sentence)))  # u = u(x)
    local = replace(local, dependents={**local.dependents, **named}) if named else local
    how = manner(said) or local.manner or in_code(sentence)
    local = replace(local, manner=how, arrow=local.arrow or worded.explains_arrows(sentence))
    found: list[Read | Unread] = [*worded.by_arrow(sentence, local)]
    readings: list[tuple[Text, Context, equations.Reading]] = []
    posed, rows = set(), set()
    sought = False  # what comes is a value that the sentence looks for, and no definition
    for before, run in zip([None, *sentence], sentence, strict=False):
        sought = sought or (run.manner == "words" and worded.seeks_value(run.text.text))
        if run.manner == "words" or not _EQUATION.search(run.text.text):
            continue
        if run.manner == "code" and not _SIGNS.search(run.text.text):
            continue  # x = 3 of some program
        known = local
        if is_property(run):  # u ᵀu = 1 is no claim about the u of which it says so itself
            known = replace(local, where=learning(context, [text for text in told if text is not run.text]).where)
        reading = equations.read(trimmed(run.text), known)
        readings.append((trimmed(run.text), known, reading))
        if before is not None and before.manner == "words" and _POSED.search(before.text.text):
            posed.add(trimmed(run.text))
        if before is not None and before.manner == "words" and _JACOBIAN.search(before.text.text):
            rows.add(trimmed(run.text))
        defined = local.definitions if sought else symbolic(reading.context.definitions)
        where = local.where if known is not local else reading.context.where
        local = replace(reading.context, definitions=defined, where=where)
    found += worded.in_words(sentence, local, context)
    local = replace(local, cotangents={**local.cotangents, **dict(upstream(sentence))})
    wanted = supposed.asked(sentence, [(text, reading) for text, _, reading in readings])
    for text, known, reading in readings:
        later = {name: said for name, said in local.definitions.items() if name not in known.definitions}
        if reading.unread and later:  # … = diag(s) − ssᵀ with s = softmax(x)
            again = equations.read(text, replace(known, definitions={**known.definitions, **later}))
            reading = again if len(again.unread) < len(reading.unread) else reading  # noqa: PLW2901
        read = [as_row(one) if text in rows else one for one in of_reading(reading)]
        if asked := wanted.get(text):
            read = [refused(one, f"{UNMET}: {quoted(asked)}") for one in read]
        found += map(open_, read) if text in posed else read
    if unmet := unmet_condition(sentence):
        found = [refused(one, f"{UNMET}: {quoted(unmet)}") for one in found]
    elif denied := supposed.not_claimed(sentence):
        right = supposed.put_right(sentence)
        reason = f"the text does not claim it: {quoted(denied)}"
        found = [one if right and stands_behind(one, right) else refused(one, reason) for one in found]
    last = lasts(said) or follows_definition(sentence, worded.defined(local, context))
    return found, local if last else replace(local, where=context.where), local


def learning(context: Context, told: list[Text]) -> Context:
    """The context with what the parts of a sentence say of names."""
    said = [text for text in told if text.text]
    return learnt(context, Text.joined(said), defined=False) if said else context


def refused(one: Read | Unread, reason: str) -> Unread:
    """A claim that is none, and why."""
    return one if isinstance(one, Unread) else Unread(one.stated.closed_form, reason)


def stands_behind(one: Read | Unread, words: Text) -> bool:
    """Whether a claim is made behind some words."""
    place = one.text.place if isinstance(one, Unread) else one.stated.closed_form.place
    return (place.line, place.column) > (words.place.line, words.place.column)


def follows_definition(sentence: list[Run], defined: list[str]) -> bool:
    """Whether a condition stands behind a function that its sentence defines, and so is of it: f(x) = xᵀQx with …"""
    for number, run in enumerate(sentence):
        name = re.sub(r"\(.*", "", plain((run,)).split("=")[0]).strip()
        if run.manner != "words" and canonical(name) in defined:
            for one in sentence[number + 1 :]:
                if DOMAIN_WORDS.search(one.text.text) if one.manner == "words" else is_property(one):
                    return True
                if DERIVED.search(one.text.text):
                    return False
    return False


def as_row(one: Read | Unread) -> Read | Unread:
    """A derivative that is called a Jacobian: of a number it is a row."""
    if isinstance(one, Unread) or one.stated.kind != "gradient" or one.stated.layout:
        return one
    return replace(one, layout=one.layout or "numerator")


def open_(one: Read | Unread) -> Read | Unread:
    """What an equation says that is to be solved, or to be satisfied: nothing of all values."""
    if isinstance(one, Unread) or one.stated.kind != "equals":
        return one
    return Unread(one.stated.closed_form, "it may be an equation to be solved rather than an identity")


def ends(sentence: list[Run]) -> bool:
    """Whether the sentence does not go on below: for symmetric A we have …, in the following table A is symmetric."""
    text = sentence[-1].text.text
    if _OF_TABLE.search(words(sentence)):
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


def lasts(said: str) -> bool:
    """Whether what a sentence says of variables holds after it: not where it stands after if, for, with, …

    What it says of a table holds in that one alone.
    """
    if _OF_TABLE.search(said):
        return False
    passing = [match.start() for match in _PASSING.finditer(said)]
    words = [match.start() for match in DOMAIN_WORDS.finditer(said)]
    before = not passing or (bool(words) and words[-1] < passing[0])
    return before or _LASTING.search(said) is not None


def states_derivative(line: Line) -> bool:
    """Whether a line has an equation with a derivative in it."""
    return any(DERIVED.search(run.text.text) and _RELATION.search(run.text.text) for run in line)


def telling(run: Run, after: Run | None) -> Text:
    """What may say something of variables: nothing that is differentiated, of a definition f(A) = … the left side.

    Of Σ and Λ = Σ⁻¹, which are symmetric, it is the name.
    """
    if DERIVED.search(run.text.text):
        return run.text.part(0, 0)
    relation = _RELATION.search(run.text.text)
    if run.manner == "words" or conditions(run.text) or (not relation and are_names(run.text)):
        return run.text
    if not relation:
        return run.text.part(0, 0)
    if (
        after
        and re.match(r"\s*(?:is|are|be)\b", after.text.text)
        and canonical_name(run.text.text[: relation.start()].strip())
    ):
        return run.text.part(0, relation.start())
    return Text.joined([run.text.part(0, relation.end()), Text(", ", run.text.at(relation.end()))])


def is_about(said: str, sentence: list[Run]) -> bool:
    """Whether a sentence has words beside its formulas, or names in them, which may say something of variables."""
    formulas = any(run.manner != "words" for run in sentence)
    return re.search(r"[A-Za-z]{2,}|∈", said) is not None if formulas else _OF_NAMES.search(said) is not None


def is_property(run: Run) -> bool:
    """Whether a formula says something of a variable by itself: R = Rᵀ, x ∈ ℝⁿ."""
    return run.manner != "words" and not DERIVED.search(run.text.text) and bool(conditions(run.text))


def unmet_condition(sentence: list[Run]) -> str:
    """A hypothesis about a formula that is not understood."""
    text = "".join(run.text.text if run.manner == "words" else f"⟦{run.text.text}⟧" for run in sentence)
    text = _GENERIC.sub("", " ".join(text.split()))
    for match in _HYPOTHESIS.finditer(re.sub(r"⟦[^⟧]*(?:=|(?:≠|\\neq?)\s*0\s*⟧)[^⟧]*⟧?", "", text)):
        if _OF_SEVERAL.search(match[1]):
            return " ".join(match[0].split())
        if "⟦" in match[1] and not_understood(re.sub("[⟦⟧]", " ", _CONSEQUENCE.sub("", match[1]))):
            return " ".join(re.sub("[⟦⟧]", "", match[0]).split())
    return ""


# ---- sentences, and formulas that stand in them without signs around


def cut(line: Line) -> Iterator[list[Run]]:
    """The sentences of a line."""
    current: list[Run] = []
    runs = resumed(line)
    for run, after in zip_longest(runs, runs[1:]):
        if run.manner != "words":
            current.append(run)
            stops = _STOPPED.search(run.text.text) and after and re.match(r"\s*[A-Z]", after.text.text)
            if stops or (run.manner == "display" and after and _ANOTHER.match(after.text.text)):
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
    if not _RELATION.search(text.text) or not _SIGNS.search(text.text):
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
        if _RELATION.search(piece) and _SIGNS.search(piece):
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
