"""An outline cut into clauses, and every clause into the sides of its relations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from identities import limits
from identities.equations.outline import GAP, ROW, Outline, Piece, depths
from identities.expression import Span
from identities.notation import NotationError

RELATIONS = "=←<>≤≥≈∝∼→≻⪰∈≠⊂"
EQUALITIES = "=←"
# Words that stand before a condition or a definition, and words that only join.
CONDITIONAL = "where|with|for|if|when|whenever|provided|assuming|given|let|since|unless|under|suppose|using|because"
JOINING = "and|or|so|then|thus|hence|therefore|but|while|also|have|we|is|are|that|all|any|some|every|holds"
HYPOTHESES = frozenset(CONDITIONAL.split("|"))
LEADS = HYPOTHESES | {"and", "or", "so", "then", "thus", "hence", "therefore", "but"}
_WORD = re.compile(
    rf"(?<![A-Za-z\\_^{{(])(?:{CONDITIONAL}|{JOINING}|a|an|be|matrix|vector|of|the|that)(?![A-Za-z)}}])", re.IGNORECASE
)
_LEAD = re.compile(rf"(?:\s*(?:⟦[^⟧]*⟧|(?:{CONDITIONAL}|{JOINING})(?![A-Za-z])))+", re.IGNORECASE)
_SIGNED = re.compile(r"[⪰≻⪯≺≥≤<>]\s*\{?0\}?[\s.,;&]*")
_OPERATOR = re.compile(r"\s*[+\-−·*/⊙⊗]|\s*\\(?:odot|otimes|times|circ)\b")


@dataclass(slots=True)
class Clause:
    """One statement or condition. ``lead`` is the word that introduces it, ``sides`` are those of its equalities;
    ``relation`` is the first sign that is no equality. ``implies`` says that another follows from it.
    """

    piece: Piece
    lead: str = ""
    sides: list[Piece] = field(default_factory=list)
    relation: str = ""
    adds: bool = False  # A += …
    implies: bool = False


def clauses(outline: Outline) -> list[Clause]:
    """The clauses in order; raises NotationError where one equation has more sides than are read."""
    found = clauses_between(outline, (0, len(outline.text)))
    for clause in found:
        if len(clause.sides) > limits.SIDES:
            raise NotationError(f"more than {limits.SIDES} sides of one equation", Span(*clause.piece), outline.text)
    return found


def clauses_between(outline: Outline, whole: Piece) -> list[Clause]:
    """The clauses of a piece that is no part of a formula."""
    found: list[Clause] = []
    text = outline.text[: whole[1]]
    depth = [0] * whole[0] + depths(text[whole[0] :])
    for piece, lead, mark in cut(text, depth, whole[0]):
        clause = sided(text, depth, piece, lead)
        if found and not lead and not found[-1].relation and continues(text, found[-1], piece, mark):
            found[-1] = sided(text, depth, (found[-1].piece[0], piece[1]), found[-1].lead)
            continue
        if mark == "⇒" and found:
            found[-1].implies = True
        found.append(clause)
    return found


def continues(text: str, before: Clause, piece: Piece, mark: str) -> bool:
    """Whether a row goes on with the equation of the row before it: it starts with = or +, or nothing stood after =.

    Of −2 tr(AX) &= … it does not, as its own left side is set before the sign.
    """
    row = text[slice(*piece)].lstrip()
    shown = row.lstrip(" &")
    if row == shown and _OPERATOR.match(row) and re.search(rf"&\s*[{EQUALITIES}]", row):
        return False
    if mark in (ROW, GAP) and (shown[:1] in tuple(EQUALITIES) or _OPERATOR.match(shown)):
        return True
    return bool(before.sides) and not text[slice(*before.sides[-1])].strip(" &")


def cut(text: str, depth: list[int], start: int) -> Iterator[tuple[Piece, str, str]]:
    """The pieces between separators, each with the word that introduces it and the separator before it."""
    at, lead, mark = start, "", ""

    def piece(stop: int) -> Iterator[tuple[Piece, str, str]]:
        if text[start:stop].strip(" &.,;:") or lead in HYPOTHESES:
            yield (start, stop), lead, mark

    while at < len(text):
        if depth[at]:
            at += 1
            continue
        if text[at] == "⟦":
            stop = text.find("⟧", at) + 1 or len(text)
            said = [word.lower() for word in re.findall("[A-Za-z]+", text[at:stop])]
            if LEADS & set(said):
                yield from piece(at)
                start, mark = at, "word"
                lead = next((word for word in said if word in HYPOTHESES), "")
            at = stop
            continue
        if text[at] in (GAP, ROW, ";", "⇒", ",") or (text[at] == "." and not text[at + 1 : at + 2].isalnum()):
            yield from piece(at)
            kept = lead if text[at] == "," and lead and not re.search(f"[{RELATIONS}]", text[start:at]) else ""
            start, mark, lead = at + 1, text[at], kept
        elif text[at] == "&" and column(text, depth, start, at):
            yield from piece(at)
            start, mark, lead = at + 1, "&", ""
        elif (match := _WORD.match(text, at)) and (match.end() == len(text) or text[match.end()] in " \u2003\n,:⟦"):
            word = match[0].lower()
            if word in HYPOTHESES or (word in LEADS and re.search(f"[{RELATIONS}]", text[start:at])):
                yield from piece(at)
                kept = lead if word == "and" else ""
                start, mark = at if word in HYPOTHESES else match.end(), "word"
                lead = word if word in HYPOTHESES else kept
            at = match.end()
            continue
        at += 1
    yield from piece(len(text))


def column(text: str, depth: list[int], start: int, at: int) -> bool:
    """Whether & parts two equations of a row rather than aligning one."""
    before, after = text[start:at].rstrip(" "), text[at + 1 :].lstrip(" ")
    if before[-1:] in tuple(RELATIONS) or after[:1] in tuple(RELATIONS):
        return False
    return any(text[k] in RELATIONS and not depth[k] for k in range(start, at))


def sided(text: str, depth: list[int], piece: Piece, lead: str = "") -> Clause:
    """A clause with its sides."""
    clause = Clause(piece, lead)
    match = _LEAD.match(text, *piece)
    start = at = match.end() if match else piece[0]
    while at < piece[1]:
        if text[at] == "⟦":
            at = text.find("⟧", at) + 1 or len(text)
            continue
        if not depth[at] and text[at] in RELATIONS:
            if text[at] not in EQUALITIES or text[at - 1 : at] in tuple("!<>"):
                if clause.sides and _SIGNED.fullmatch(text, at, piece[1]):  # ∇²f = AᵀA ⪰ 0, which follows
                    piece = piece[0], at
                    break
                clause.relation = clause.relation or text[at]
            else:
                stop = at
                before = text[start:at].rstrip()
                if before.endswith(":"):
                    stop = start + len(before) - 1
                elif match := re.search(r"(?<!\^)(?<!\^\{)\{?\+\}?$", before):
                    stop, clause.adds = start + match.start(), True
                if text[at + 1 : at + 2] == "=":
                    at += 1
                clause.sides.append((start, stop))
                start = at + 1
        at += 1
    clause.sides.append((start, piece[1]))
    if len(clause.sides) == 1:
        clause.sides = []
    return clause
