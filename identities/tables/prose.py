"""A paragraph or the item of a list → the claims in its sentences, and what they say for the sentences after them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from identities import equations
from identities.catalogue import Text, quoted
from identities.equations import Context, dependent
from identities.equations.conditions import are_names, conditions, not_understood
from identities.equations.kinds import canonical
from identities.equations.manners import manner, said_norm
from identities.equations.told import DOMAIN_WORDS
from identities.notation import canonical_name
from identities.tables import supposed, worded
from identities.tables.blocks import Run, words
from identities.tables.formulas import DERIVED, trimmed
from identities.tables.headers import plain
from identities.tables.moving import assigns_gradient, in_bars, upstream
from identities.tables.remarks import in_code, learnt, row_by_row, symbolic
from identities.tables.rows import Read, Unread, of_reading
from identities.tables.sentences import OF_TABLE, RELATION, SIGNS

_EQUATION = re.compile(RELATION.pattern + r"|[≈∝]|\\approx|\\propto")
_HYPOTHESIS = re.compile(
    r"\b(?:if|when|whenever|provided|assuming|unless|only)\b"
    r"(?!\s+(?:you|we|one|I|desired|needed|necessary)\b)([^,.;]*)",
    re.IGNORECASE,
)
_ORDERED = re.compile(r"[<>≤≥]|\\(?:[lg]eq?|[lg]t)(?![A-Za-z])")
_BRANCHING = re.compile(r"(?<![\\|])\|(?!\|)|\\[lr]vert|\babs\b|\bmax\b|relu|\bsi?gn\b|\)_\+", re.IGNORECASE)
# A model of data and its noise.
_MODEL = re.compile(r"\b(?:model|noise|noisy|observ\w*|measur\w*|received|errors?|disturbances?|data)\b", re.IGNORECASE)
_NOISY = re.compile(
    r"\+\s*(?:\\(?:mathbf|bm|boldsymbol|vec)\s*\{?\s*)?(?:[nevwuεϵηξν]|\\(?:var)?(?:epsilon|eta|xi|nu))\s*\}?\s*[.,;]?\s*$"
)
UNMET = "it holds under a condition that is not understood"
_CONSEQUENCE = re.compile(  # … does it become …, this simplifies to …
    r"\b(?:does|do|is|are|will|can)\s+(?:it|this|that|we|one|the)\b.*"
    r"|\b(?:this|it|that|the (?:formula|gradient|expression|result|derivative))\s+"
    r"(?:simplif|reduc|becom|turn|boil|speciali)\w+.*"
)
# What a hypothesis says of several names together.
_OF_SEVERAL = re.compile(r"\b(?:factori[sz]ation|decomposition|SVD|commute|satisf(?:y|ies)|solves?|eigen\w+)\b")
# An equation that holds of what is looked for.
_POSED = re.compile(
    r"\b(?:normal equations?|setting|set|solv(?:e[sd]?|ing)|such that|subject to|optimality|"
    r"stationar\w+|first-order conditions?|vanish(?:es)?|fixed point|constraints?|Riccati|Lyapunov|Sylvester|must)\b"
    r"|\b(?:solution|optim|minimi|maximi|estimat|extrem)\w*\b[^.]*\bsatisf\w+",
    re.IGNORECASE,
)
_FORMULA = re.compile(rf"{SIGNS.pattern}|^\s*[A-Za-z]\s*=\s*[^=]*(?:\*|\bj?np\.)")  # in code
_CONSTRAINED = re.compile(r"\b(?:subject to|s\.t\.|under)(?: the)?(?: [a-z]+){0,2}\s*$", re.IGNORECASE)
_WITH_RESPECT = re.compile(r"[\s,]*(?:with respect to|w\.?\s?r\.?\s?t\.?)(?: the)?(?: [a-z]+)?\s*", re.IGNORECASE)
_JACOBIAN = re.compile(r"\bJacobian(?: matrix)?\s+(?:is|equals|reads|becomes|of|as)?\W*$")
_LASTING = re.compile(
    r"\b(?:let|throughout|denotes?|always|suppose|assume|every|below|following|here|consider|define[sd]?)\b",
    re.IGNORECASE,
)
# Given a diagonal matrix W, the loss E(w) = …
_INTRODUCED = re.compile(
    r"\b(?:for|given|with)\s+an?\s+(?:[\w-]+\s+){0,4}(?:matrix|vector)\b"
    r"|\((?:[a-z]+[ ,]+){0,3}(?:symmetric|definite|invertible|diagonal|orthogonal|spd)\)",  # precision P (symmetric)
    re.IGNORECASE,
)
_PASSING = re.compile(r"\b(?:if|when|whenever|for|provided|assuming|unless|with|given)\b", re.IGNORECASE)
# Almost every one is: A and D − CA⁻¹B are invertible. And what nothing hangs on: K depends on a parameter t.
_GENERIC = re.compile(
    r"(?:⟦[^⟧]*⟧(?:,? (?:and )?(?=⟦))?)+ (?:is|are|be) (?:all |both )?(?:invertible|non-?singular)"
    r"|\b(?:depends?(?: \w+ly)? on|(?:is|are)(?: an?)?(?: \w+)? functions? of)(?: [a-z]+){0,4} ⟦[^⟧]*⟧"
    r"|⟦[^⟧]*⟧ (?:denotes|is|means)(?: the)? \w+ norm\b"
)
_PARENTHESES = re.compile(r"\([^()]*\)")
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
    sentence = [
        run if run.manner == "words" else replace(run, text=worded.as_definition(run.text))
        for run in row_by_row(sentence, said)
    ]
    cone = supposed.on_cone(sentence)
    told = [*map(telling, [None, *sentence], sentence, [*sentence[1:], None]), *cone]
    tells = is_about(said, sentence) or any(is_property(run) for run in sentence)
    local = learning(context, told) if tells else context
    named = dict(dependent.said("".join(run.text.text for run in sentence)))  # u = u(x)
    local = replace(local, dependents={**local.dependents, **named}) if named else local
    how = manner(said) or local.manner or in_code(sentence)
    norm = said_norm("".join(run.text.text for run in sentence)) or local.norm
    local = replace(local, manner=how, norm=norm, arrow=local.arrow or worded.explains_arrows(sentence))
    found: list[Read | Unread] = [*worded.by_arrow(sentence, local)]
    readings, local = in_signs(sentence, told, context, local)
    stated = [one.text for one in readings if one.reading.claims]
    in_words = [
        one
        for one in worded.in_words(sentence, local, context)
        if not any(stands_in(one, text) for text in stated)  # it claims that by itself
    ]
    found += in_words
    local = replace(local, cotangents={**local.cotangents, **dict(upstream(sentence))})
    wanted = supposed.asked(sentence, [(one.text, one.reading) for one in readings])
    for one in readings:
        if not one.reading.claims and any(stands_in(claim, one.text) for claim in in_words):
            continue  # the minimizer of f is x⋆ = A⁻¹b
        read = one.claims(local)
        if asked := wanted.get(one.text):
            read = [refused(claim, f"{UNMET}: {quoted(asked)}") for claim in read]
        found += map(open_, read) if one.posed else read
    if unmet := unmet_condition(sentence):
        found = [refused(one, f"{UNMET}: {quoted(unmet)}") for one in found]
    elif denied := supposed.not_claimed(sentence):
        right = supposed.put_right(sentence)
        reason = f"the text does not claim it: {quoted(denied)}"
        found = [one if right and stands_behind(one, right) else refused(one, reason) for one in found]
    if manner(said) and not manner(_PARENTHESES.sub("", said)):  # 1/x (entrywise): of this formula alone
        local = replace(local, manner=context.manner)
    defined = worded.defined(local, context)
    last = lasts(said) and not (cone and not defined)
    last = last or follows_definition(sentence, defined) or bool(defined and _INTRODUCED.search(said))
    return found, local if last else replace(local, where=context.where), local


@dataclass(frozen=True, slots=True)
class Shown:
    """An equation of a sentence: what was known where it stands, how it is read, and what the words before it say."""

    text: Text
    known: Context
    reading: equations.Reading
    posed: bool  # it holds of what is looked for
    rows: bool  # a derivative that is called a Jacobian

    def claims(self, after: Context) -> list[Read | Unread]:
        """What it claims, also by what is said behind it: … = diag(s) − ssᵀ with s = softmax(x)."""
        reading, known = self.reading, self.known.definitions
        later = {name: said for name, said in after.definitions.items() if name not in known}
        if reading.unread and later:
            again = equations.read(self.text, replace(self.known, definitions={**known, **later}))
            reading = again if len(again.unread) < len(reading.unread) else reading
        return [as_row(one) if self.rows else one for one in of_reading(reading)]


def in_signs(sentence: list[Run], told: list[Text], before_it: Context, local: Context) -> tuple[list[Shown], Context]:
    """The equations of a sentence, and the context behind them."""
    found: list[Shown] = []
    said_all = words(sentence)
    sought = False  # what comes is a value that the sentence looks for, and no definition
    for number, (before, run) in enumerate(zip([None, *sentence], sentence, strict=False)):
        said = before.text.text if before is not None and before.manner == "words" else ""
        sought = sought or (run.manner == "words" and worded.seeks_value(run.text.text))
        if run.manner == "words" or not _EQUATION.search(run.text.text):
            continue
        text = trimmed(in_bars(run.text, local.definitions) if run.manner == "code" else run.text)
        if run.manner == "code" and (assigns_gradient(text) or not _FORMULA.search(text.text)):
            continue  # x = 3 of some program
        known, own = replace(local, usual=variable_behind(sentence[number + 1 :])), is_property(run)
        if own:  # u ᵀu = 1 is no claim about the u of which it says so itself
            known = replace(known, where=learning(before_it, [text for text in told if text is not run.text]).where)
        reading = equations.read(text, known)
        found.append(Shown(text, known, reading, bool(_POSED.search(said)), bool(_JACOBIAN.search(said))))
        modelled = _MODEL.search(said_all) and _NOISY.search(text.text)  # y = Hx + n defines no y
        defined = local.definitions if sought or modelled else symbolic(reading.context.definitions)
        where = local.where if own else reading.context.where
        local = replace(reading.context, definitions=defined, where=where, usual=local.usual)
    return found, local


def variable_behind(rest: list[Run]) -> str:
    """The x of ∇f = … with respect to x."""
    said = len(rest) > 1 and rest[0].manner == "words" and _WITH_RESPECT.fullmatch(rest[0].text.text)
    return (canonical_name(rest[1].text.text.strip()) or "") if said else ""


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


def stands_in(one: Read | Unread, text: Text) -> bool:
    """Whether the closed form of a claim is in a formula."""
    place = one.stated.closed_form.place if isinstance(one, Read) else None
    last = text.at(len(text.text))
    return place is not None and place.line == text.place.line and text.place.column <= place.column < last.column


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


def lasts(said: str) -> bool:
    """Whether what a sentence says of variables holds after it: not where it stands after if, for, with, …

    What it says of a table holds in that one alone.
    """
    if OF_TABLE.search(said):
        return False
    passing = [match.start() for match in _PASSING.finditer(said)]
    words = [match.start() for match in DOMAIN_WORDS.finditer(said)]
    before = not passing or (bool(words) and words[-1] < passing[0])
    return before or _LASTING.search(said) is not None


def telling(before: Run | None, run: Run, after: Run | None) -> Text:
    """What may say something of variables: nothing that is differentiated, or that is to be satisfied where something
    is least; of a definition f(A) = … the left side.

    Of Σ and Λ = Σ⁻¹, which are symmetric, it is the name.
    """
    if DERIVED.search(run.text.text) or (before and _CONSTRAINED.search(before.text.text)):
        return run.text.part(0, 0)
    relation = RELATION.search(run.text.text)
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
    left = run.text.part(0, relation.end())  # and apart from the words around it
    return Text.joined([Text(", ", left.place), left, Text(", ", run.text.at(relation.end()))])


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
        asked = Text(re.sub("[⟦⟧]", " ", match[1]), sentence[0].text.place)
        if _ORDERED.search(asked.text) and _BRANCHING.search(text.replace(match[1], "")) and not conditions(asked):
            return " ".join(re.sub("[⟦⟧]", "", match[0]).split())  # |aᵀx|, if aᵀx > 0
        if "⟦" in match[1] and not_understood(re.sub("[⟦⟧]", " ", _CONSEQUENCE.sub("", match[1]))):
            return " ".join(re.sub("[⟦⟧]", "", match[0]).split())
    return ""
