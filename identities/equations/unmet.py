"""What stands beside an equation and is neither an equation nor a condition that is understood."""

from __future__ import annotations

import re

from identities import domains
from identities.catalogue import Text
from identities.equations.clauses import HYPOTHESES, Clause
from identities.equations.conditions import conditions, may_be_condition, not_understood
from identities.equations.outline import Outline, derived
from identities.equations.stated import Texts

_RANGE = re.compile(r"(?<![A-Za-z])[ijklrs]\s*(?:=\s*[01]|≤|<)")


def no_equality(outline: Outline, clause: Clause, whole: Text) -> str:
    """Why something that looks like a statement is none, "" for a condition or mere words."""
    shown = outline.text[slice(*clause.piece)]
    if clause.lead in HYPOTHESES or conditions(whole):
        return ""
    if clause.relation in tuple("≈∝∼<>≤≥") and clause.relation:
        return f"{clause.relation} is no equality"
    if re.search(r"\|\s*_", shown):
        return "a derivative at a point"
    if not clause.relation and not clause.sides and derived(shown):
        return "no equation: expected = after the derivative"
    return ""


def asks_more(outline: Outline, clause: Clause, whole: Text) -> bool:
    """Whether a condition asks for something that is not understood; an index may run over a range."""
    shown = outline.text[slice(*clause.piece)]
    if _RANGE.search(shown) or (clause.relation == "→" and clause.lead not in HYPOTHESES):
        return False
    relation = clause.relation or ("=" if clause.sides else "")
    if clause.lead in HYPOTHESES and not_understood(whole.text):
        return True
    return bool(relation) and not conditions(whole) and re.search(r"≠\s*0\s*$", shown) is None


def asks_something(whole: Text, left: Text, right: Text, where: Texts) -> bool:
    """Whether an equality of two formulas may be a condition; of a Q known to be orthogonal Q⁻¹ = Qᵀ is none."""
    if asked := conditions(whole):
        return not all(name in where and words(asked[name]) <= words(where[name]) for name in asked)
    return may_be_condition(left, right, where)


def words(declaration: Text) -> set[str]:
    """The domain words of a declaration."""
    return {word for word in declaration.text.split() if word in domains.DOMAINS}
