"""The line of a cell → the formulas in it, each with what the words beside it say of its variables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from identities.catalogue import Text
from identities.equations.shown import shown
from identities.equations.told import RELATIONS
from identities.tables.blocks import Line, Run

# Words after which the line says when a formula holds, and words between two formulas.
_PROPERTIES = (
    "symmetric|invertible|square|definite|constant|orthogonal|diagonal|nonsingular|skew|full rank|positive|real|spd"
)
_HOLDS = re.compile(
    r"(?:^|(?<=[\s,;(\[]))(?:if|when|where|for|with|assuming|provided|given|since|only|valid|holds|because|(?-i:as)|under|iff|in|w\.?\s?r\.?\s?t\.?)\b"
    r"|(?<=[(,])\s*(?=[^()]*\b(?:" + _PROPERTIES + r")\b)"
    r"|\[(?=[^\[\]]*\b(?:" + _PROPERTIES + r")\b)",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"<br\s*/?>|;|\\newline\b|(?:^|(?<=[\s,]))(?:or|and|also|equivalently|i\.e\.|resp\.|respectively)(?=[\s,]|$),?",
    re.IGNORECASE,
)
_ELSE = re.compile(r"<br\s*/?>|;|(?:^|(?<=[\s,)]))or(?=\s|$)", re.IGNORECASE)
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]?[a-z]{3,}(?![A-Za-z(^_])")
KNOWN = frozenset(
    {
        "exp",
        "log",
        "det",
        "diag",
        "vec",
        "tanh",
        "sin",
        "cos",
        "tan",
        "softmax",
        "trace",
        "inv",
        "sum",
        "norm",
        "sigmoid",
    }
)
# What a derivative is of is no condition, and hides those beside it.
DERIVED = re.compile(
    r"∇|∂|\\nabla|\\partial|(?<![A-Za-z])d\s*\(|\\mathrm\s*\{?\s*d\s*\}?\s*[(\\A-Z]"
    r"|\\d?frac\s*\{?\s*(?:\\mathrm\s*)?\{?\s*d(?![A-Za-z])"
)
_NEAR = 80  # characters
_OF_ANOTHER = re.compile(
    rf"\s*\\?[A-Za-z]+(?:\s*\{{\s*\\?[A-Za-z]+\s*\}}|_\w)?\s+(?:(?:are|is|both|all|real)\s+)*(?:{_PROPERTIES})\b",
    re.IGNORECASE,
)
_BOX = re.compile(r"(?:\\boxed\s*)?(?=\{)")
_NOTHING = re.compile(r"[\s\-–—―/.,…?]*|n/?a|none|undefined|not defined", re.IGNORECASE)
OPENING, CLOSING = "([{", ")]}"


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, or an equation, and the words beside it."""

    text: Text
    words: Text | None = None


def is_nothing(line: Line) -> bool:
    """Whether a cell is empty or says that there is nothing."""
    return all(_NOTHING.fullmatch(run.text.text) for run in line)


def formulas(line: Line) -> list[Formula]:
    """The formulas of a cell, in order."""
    return [found for piece in _pieces(line) if (found := _formula(piece)) is not None]


def is_sentence(text: str) -> bool:
    """Whether words of a language stand in it, and not only names of functions."""
    return any(word[0] not in KNOWN for word in _WORD.finditer(text))


def _pieces(line: Line) -> Iterator[list[Run]]:
    """The line between the words and signs that stand between two formulas."""
    current: list[Run] = []
    conditional = False
    for number, run in enumerate(line):
        if run.manner != "words":
            current.append(run)
            continue
        text, start = run.text.text, 0
        behind = "".join(other.text.text[:_NEAR] for other in line[number + 1 : number + 4])
        if re.fullmatch(r"\s*,\s*", text) and any("=" in part.text.text for part in current):
            yield current
            current = []
            continue
        for mark in _NEXT.finditer(text):
            if mark[0] == ";" and text.count("[", 0, mark.start()) > text.count("]", 0, mark.start()):
                continue  # between the rows of a matrix
            conditional = conditional or any(
                _HOLDS.search(part.text.text) for part in current if part.manner == "words"
            )
            conditional = conditional or _HOLDS.search(text, start, mark.start()) is not None
            if mark[0] == "and" and _OF_ANOTHER.match(text[mark.end() : mark.end() + _NEAR] + behind):
                continue  # A and B symmetric
            if conditional and not _ELSE.fullmatch(mark[0]):
                continue
            current.append(Run("words", run.text.part(start, mark.start())))
            yield current
            current, start, conditional = [], mark.end(), False
        current.append(Run("words", run.text.part(start, len(text))))
    yield current


def _formula(piece: list[Run]) -> Formula | None:
    """What stands before the condition, and the condition."""
    before: list[Run] = []
    after: list[Text] = []
    for run in piece:
        if after:
            after.append(run.text)
        elif run.manner == "words" and (mark := _HOLDS.search(run.text.text)):
            before.append(Run("words", run.text.part(0, mark.start())))
            after.append(run.text.part(mark.start(), len(run.text.text)))
        else:
            before.append(run)
    formal = [run for run in before if run.manner != "words"]
    plain = [run for run in before if run.manner == "words" and run.text.text.strip(" ,.;:()[]→")]
    if formal and (not plain or any(is_sentence(run.text.text) for run in plain)):
        text = formal[0].text  # words around a formula are no part of it
        after = [run.text for run in before if run.text is not text] + after
    else:
        kept = [run.text for run in before if run.text.text.strip()]
        if not kept:
            return None
        text = Text.joined(kept)
    text, said = without_condition(trimmed(text))
    after = [said, *after] if said else after
    if not text.text or _NOTHING.fullmatch(text.text):
        return None
    return Formula(text, Text.joined(after) if after else None)


def without_condition(text: Text) -> tuple[Text, Text | None]:
    """A formula, and the property of a variable that stands behind it: xᵀAx, A = Aᵀ."""
    at = text.text.rfind(",")
    behind = text.part(at + 1, len(text.text))
    relation = at > 0 and any(pattern.fullmatch(shown(behind.text).strip(" .")) for pattern, _ in RELATIONS)
    return (trimmed(text.part(0, at)), behind) if relation else (text, None)


def trimmed(text: Text) -> Text:
    """Without white space and the punctuation that ends a sentence."""
    bare = text.stripped()
    while (box := _BOX.match(bare.text)) and closes(bare.text[box.end() :]) == len(bare.text) - box.end() - 1:
        bare = bare.part(box.end() + 1, len(bare.text) - 1).stripped()
    while bare.text[-1:] in (",", ".", ";", ":") or bare.text.endswith(
        ("\\,", "\\;", "\\!", "\\quad", "\\qquad", "(", "[")
    ):
        size = 2 if bare.text[-2:] in ("\\,", "\\;") else 1
        for word in ("\\quad", "\\qquad", "\\!"):
            size = len(word) if bare.text.endswith(word) else size
        bare = bare.part(0, len(bare.text) - size).stripped()
    return bare


def closes(text: str) -> int:
    """Where the brace that a text begins with is closed, −1 where it is not."""
    depth = 0
    for match in re.finditer(r"(?<!\\)[{}]", text):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
    return -1


def separated(formula: Formula) -> list[Formula]:
    """Several equations in one cell, Ā = ȲBᵀ, B̄ = AᵀȲ, one by one."""
    text, depth, found = formula.text, 0, [0]
    for match in re.finditer(r"(?<!\\)[(){}\[\],;]|\\q?quad(?![A-Za-z])|\\\\", text.text):
        sign = match[0]
        depth += (sign in OPENING) - (sign in CLOSING)
        before, after = text.text[found[-1] : match.start()], text.text[match.end() :]
        if depth == 0 and sign not in CLOSING and "=" in before and "=" in after:
            found.append(match.end())
    cuts = [text.part(start, stop) for start, stop in zip(found, [*found[1:], len(text.text)], strict=True)]
    return [replace(formula, text=trimmed(part)) for part in cuts]


def sides(text: Text) -> list[Text]:
    """The sides of an equation, cut at every sign of equality outside brackets."""
    found, depth, start = [], 0, 0
    for number, char in enumerate(text.text):
        if char in OPENING:
            depth += 1
        elif char in CLOSING:
            depth = max(0, depth - 1)
        elif depth == 0 and (char in "=≡≜" or text.text.startswith("\\equiv", number)):
            before = text.text[number - 1 : number]
            if before in ("<", ">", "!", "≠") or text.text[max(0, number - 4) : number].rstrip() == "\\not":
                continue
            found.append(trimmed(text.part(start, number)))
            start = number + (6 if char == "\\" else 1)
    found.append(trimmed(text.part(start, len(text.text))))
    return found
