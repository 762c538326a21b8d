"""Equations that a sentence supposes, Σᵢ tᵢ = 1 or t = 0, and those of which it says that they do not hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from identities.catalogue import Text
from identities.equations import Reading
from identities.equations.conditions import conditions, may_be_condition
from identities.equations.stated import Stated
from identities.tables.blocks import Run
from identities.tables.formulas import trimmed

_NOT_CLAIMED = re.compile(
    r"\bnot (?:true|correct|right|valid|the case)\b|\b[Ii]s it (?:true|correct)\b"
    r"|\b(?:[Pp]rove or disprove|[Tt]rue or false)\b"
    r"|\b(?:wrong|incorrect|erroneous|mistaken)(?:ly)?\b|\btypos?\b"
    r"|\b[Ff]ind the (?:mistake|error)s?\b"
    r"|\b(?:common|frequent|typical|usual|popular) (?:mistake|error|slip|misconception)s?\b"
    r"|\b(?:do|does|did)(?: not|n't) (?:claim|hold|say|mean)\b|\bfails to hold\b"
    r"|\b(?:student|someone|somebody)s? (?:\w+ )?(?:wrote|writes?|claim(?:s|ed)?|thinks?|thought|obtain(?:s|ed))\b"
    r"|\bwould (?:require|need|mean|imply|be (?:wrong|true))\b"
)
_QUESTION = re.compile(r"\W*(?:[A-Z]\w{0,8}\s*[:.]\s*)?(?:Is|Are|Does|Do|Can|Could|Why|When|Would|Should)\b")
_AFFIRMED = re.compile(r"\b(?:in general|generally|rather|instead|correct|right|should be|actually|in fact|really)\b")
_SUPPOSES = re.compile(
    r"\b(?:with|when|if|where|for|at|given|assuming|provided|since|suppose)(?: that)?\s*$", re.IGNORECASE
)
_IF = re.compile(r"\b(?:when|if|given|assuming|provided|since|suppose)(?: that)?\s*$", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:since|because|as)\s*$", re.IGNORECASE)
_COTANGENT = re.compile(
    r"[^=]{1,30}=\s*(?:\\[dt]?frac\s*\{\s*)?(?:\\partial|∂)\s*(?:\\math\w+\s*)?\{?\s*(?:[A-Zℒℓ]|\\ell)[^=]*$"
)
_VALUE = re.compile(r"[A-Za-z]\s*=\s*-?\d+")  # t = 0


_CONE = re.compile(
    r"\b(?:on|over|in|among) (?:the )?(?:(?:cone|set|space|manifold|group) of )?(?:all )?(?P<what>(?:symmetric )?"
    r"(?:positive[- ](?:semi-?)?definite|PD|SPD)|symmetric|invertible|non-?singular) (?:cone|matrices)\b",
    re.IGNORECASE,
)
_ON, _SET = re.compile(r"\b(?:on|over)\s*$"), re.compile(r"\s*(?:\\math(?:bb|cal|bf)\s*\{?\s*S|𝕊)")
_ARGUMENT = re.compile(r"[A-Za-zα-ω]\s*\(\s*(?:\\(?:mathbf|bm|boldsymbol)\s*\{\s*)?([A-ZΑ-Ω]|\\[A-Z][a-z]+)\s*\}?\s*\)")
_CAPITAL = re.compile(r"(?<![\\A-Za-z])[A-HJ-SU-ZΣ](?![A-Za-z])|\\Sigma\b")


def not_claimed(sentence: Sequence[Run]) -> str:
    """The words by which a sentence leaves open, or denies, what its equations say.

    Everybody is wrong: in general … denies nothing of what stands behind it.
    """
    said = " ".join(run.text.text if run.manner == "words" else "⟦⟧" * ("=" in run.text.text) for run in sentence)
    if (question := _QUESTION.match(said)) and said.rstrip().endswith("?"):
        return question[0].strip()
    match = _NOT_CLAIMED.search(said)
    before, equation, _ = said[match.end() :].partition("⟦") if match else ("", "", "")
    return "" if match is None or (equation and _AFFIRMED.search(before)) else match[0]


def on_cone(sentence: Sequence[Run]) -> list[Text]:
    """What f(X) = … on the positive definite cone, over the symmetric matrices, or on 𝕊ⁿ₊₊, says of X."""
    formulas = [run.text.text for run in sentence if run.manner != "words"]
    capitals = {letter for text in formulas for letter in _CAPITAL.findall(text)}
    only = capitals.pop() if len(capitals) == 1 else ""
    argument = next((match[1] for text in formulas if (match := _ARGUMENT.search(text))), only)
    cones = [
        (match["what"], run.text.place)
        for run in sentence
        if run.manner == "words" and (match := _CONE.search(run.text.text))
    ]
    sets = [
        run.text for before, run in pairwise(sentence) if _ON.search(before.text.text) and _SET.match(run.text.text)
    ]
    words = {"pd": "positive definite", "spd": "positive definite"}
    said = [Text(f", {argument} is {words.get(what.lower(), what.lower())}", place) for what, place in cones]
    said += [Text.joined([Text(f", {argument} ∈ ", text.place), text]) for text in sets]
    return said[:1] if argument else []


def put_right(sentence: Sequence[Run]) -> Text | None:
    """The words behind a denied equation from which on the sentence claims again: … = 2A; the right form is …"""
    denied = False
    for before, run in pairwise(sentence):
        denied |= run.manner == "words" and before.manner != "words" and "=" in before.text.text
        if denied and run.manner == "words" and _AFFIRMED.search(run.text.text):
            return run.text
    return None


def asks(claim: Stated) -> bool:
    """Whether an equality holds of some variables only."""
    return may_be_condition(claim.f, claim.closed_form, {})


def asked(sentence: Sequence[Run], readings: Sequence[tuple[Text, Reading]]) -> dict[Text, str]:
    """The equations that hold under one that is supposed: those behind it, or else the one just before it."""
    claims = {text for text, reading in readings if reading.claims}
    equalities = {text for text in claims if {one.kind for one in dict(readings)[text].claims} == {"equals"}}
    open_ = {text for text, reading in readings if reading.unread and not reading.claims}
    texts = [trimmed(run.text) if run.manner != "words" else None for run in sentence]
    found: dict[Text, str] = {}
    for number, (before, run) in enumerate(pairwise(sentence), start=1):
        text = texts[number]
        if text is None or before.manner != "words" or not _SUPPOSES.search(before.text.text):
            continue
        claimed = dict(readings)[text].claims if text in equalities else ()
        if _SINCE.search(before.text.text) and claimed and not any(map(asks, claimed)):
            continue  # since tr(AXB) = tr(BAX)
        if claimed and _IF.search(before.text.text):  # if Q⁻¹ = Qᵀ: no claim, whatever is behind it
            found[text] = run.text.text
        if conditions(text) or _COTANGENT.match(text.text):  # given x̄ = ∂L/∂x
            continue
        if text in open_ or text in found or _VALUE.fullmatch(text.text):
            behind = [other for other in texts[number + 1 :] if other and other in claims]
            just_before = [other for other in texts[max(0, number - 2) : number] if other and other in claims]
            found |= dict.fromkeys(behind or just_before, run.text.text)
    return found
