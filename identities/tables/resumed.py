"""A derivative that a text says once more, under a condition: ∇f = (A + Aᵀ)x, which reduces to 2Ax if A is symmetric.

What is said again becomes an equation of its own, in a sentence of its own, so that the condition is of it alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from identities.catalogue import Text
from identities.equations.conditions import conditions
from identities.equations.told import DOMAIN_WORDS
from identities.tables.blocks import Run
from identities.tables.formulas import DERIVED, sides

# … this is, which reduces to, the gradient becomes simply
_SUBJECT = r"(?:this|it|that|which|and|the (?:gradient|derivative|Hessian|result|latter|expression))"
_BECOMES = re.compile(
    rf"(?:(?:^|[\s,;.(]){_SUBJECT}\s+(?:(?:then|also)\s+)?|^[\s,]*)"
    r"(?:is|equals|becomes|reduces to|simplifies to|gives|yields)"
    r"(?:\s+(?:just|simply|the (?:familiar|usual|well-known)))*\s*$",
    re.IGNORECASE,
)
_SUPPOSING = re.compile(r"\b(?:if|when|whenever|for|provided|assuming|in case)\b", re.IGNORECASE)
_SUPPOSED = re.compile(r"[\s,(]*(?:if|when|whenever|for|provided|assuming|in case)\b", re.IGNORECASE)
_ENDS = re.compile(r"[.!?;](?=\s|$)")
_JOINT = re.compile(r"\s*[,;(]?\s*(?:(?:and|or|but|while|where)\b,?\s*)?")


def resumed(line: Sequence[Run]) -> list[Run]:
    """The line with every such formula as an equation with the left side that it goes on with."""
    runs = list(line)
    left: Text | None = None
    at = 0
    for number, run in enumerate(runs):
        if run.manner == "words":
            continue
        parts = sides(run.text)
        if len(parts) > 1:
            if DERIVED.search(parts[0].text):
                left, at = parts[0], number
        elif left is not None and is_said_again(runs, at, number):
            runs[number] = Run(run.manner, Text.joined([left, Text(" = ", run.text.place), run.text]))
            runs[at + 1] = ended(runs[at + 1])
            at = number
    return runs


def is_said_again(runs: Sequence[Run], at: int, number: int) -> bool:
    """Whether a formula is the derivative of the equation at a place, under a condition before or behind it.

    What it is where x = 0 it is not under a condition on a kind of matrices.
    """
    before, after = runs[number - 1], runs[number + 1] if number + 1 < len(runs) else None
    if before.manner != "words" or not _BECOMES.search(before.text.text):
        return False
    if after is not None and after.manner == "words" and _SUPPOSED.match(after.text.text):
        return says_something(runs[number + 1 :])
    ends = after is None or (after.manner == "words" and not after.text.text[:1].strip(" ,.;:)"))
    between = runs[at + 1 : number]
    supposes = any(run.manner == "words" and _SUPPOSING.search(run.text.text) for run in between)
    return ends and supposes and says_something(between)


def says_something(runs: Sequence[Run]) -> bool:
    """Whether a sentence begins with a condition in words of kinds of matrices, or in their signs."""
    said: list[Text] = []
    for run in runs:
        end = _ENDS.search(run.text.text) if run.manner == "words" and said else None
        said.append(run.text.part(0, end.start()) if end else run.text)
        if end:
            break
    whole = Text.joined(said) if said else None
    return whole is not None and (bool(conditions(whole)) or DOMAIN_WORDS.search(whole.text) is not None)


def ended(run: Run) -> Run:
    """The words behind an equation as the beginning of a sentence."""
    if run.manner != "words" or _ENDS.search(run.text.text):
        return run
    joint = _JOINT.match(run.text.text)
    assert joint is not None
    rest = run.text.part(joint.end(), len(run.text.text))
    return Run("words", Text.joined([Text(". Then ", run.text.place), rest]))
