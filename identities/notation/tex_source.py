r"""LaTeX as it stands: groups, commands and arguments found in the text of a formula, with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass

from identities import limits
from identities.expression import Span
from identities.notation.spelled import Writer
from identities.notation.tex_commands import FONTS, SWITCHES
from identities.notation.tokens import NotationError

_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.|$)", re.DOTALL)
_FONT = re.compile(rf"\\(?:{'|'.join(sorted(FONTS, key=len, reverse=True))})(?![A-Za-z])\*?")
_SPACE = re.compile(r"\\[,;:!> ]|\\q?quad(?![A-Za-z])|[~\s{}]")
_SAME = (
    (re.compile(r"\\(?:top|intercal|transpose|transp|T)(?![A-Za-z])|[⊤𝖳ᵀ]"), "T"),
    (re.compile(r"\\(?:dagger|dag)(?![A-Za-z])|†"), "†"),
    (re.compile(r"\\ast(?![A-Za-z])|∗"), "*"),
    (re.compile(r"\\prime(?![A-Za-z])|′"), "'"),
    (re.compile(r"\\(?:odot|circ)(?![A-Za-z])|∘"), "⊙"),
    (re.compile(r"\\infty(?![A-Za-z])"), "∞"),
    (re.compile(r"\\(max|min)(?![A-Za-z])"), r"\1"),
    (re.compile("−"), "-"),
)


def bare(text: str) -> str:
    r"""What a short piece of LaTeX shows, without fonts, braces and spaces: ``-\mathsf{T}`` is ``-T``."""
    for pattern, sign in _SAME:
        text = pattern.sub(sign, text)
    return _SPACE.sub("", _FONT.sub("", text))


@dataclass(frozen=True, slots=True)
class Piece:
    """A command (``kind`` "command", ``text`` its name), white space, a single character, or the end."""

    kind: str
    text: str
    start: int
    stop: int


class Source:
    """A position in the LaTeX of one formula, and the respelled text so far."""

    def __init__(self, text: str, declared: frozenset[str]) -> None:
        self.text = text
        self.declared = declared
        self.at, self.end = 0, len(text)
        self.out = Writer()
        self.depth = 0
        self.partners = self.matched("{", "}")
        self.brackets = self.matched("[", "]")
        self.rounds = self.matched("(", ")")
        self.openings = {closing: opening for opening, closing in self.rounds.items()}

    def matched(self, opening: str, closing: str) -> dict[int, int]:
        """Which closing bracket belongs to which opening one, escaped ones left out."""
        found: dict[int, int] = {}
        stack: list[int] = []
        for match in re.finditer(rf"\\.|\{opening}|\{closing}", self.text, re.DOTALL):
            if match[0] == opening:
                stack.append(match.start())
            elif match[0] == closing:
                if stack:
                    found[stack.pop()] = match.start()
                elif opening == "{":
                    raise self.fail("this '}' closes nothing", match.start())
        if stack and opening == "{":
            raise self.fail("this '{' is never closed", stack[-1])
        return found

    def fail(self, message: str, start: int, stop: int | None = None) -> NotationError:
        return NotationError(message, Span(start, start + 1 if stop is None else stop), self.text)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > limits.NESTING:
            raise self.fail(f"nested deeper than {limits.NESTING} levels; name the parts with `let`", self.at)

    def peek(self) -> Piece:
        at = self.at
        if at >= self.end:
            return Piece("end", "", self.end, self.end + 1)
        if self.text[at] == "\\":
            match = _COMMAND.match(self.text, at, self.end)
            assert match is not None
            return Piece("command", match[1], at, match.end())
        if self.text[at].isspace() or self.text[at] == "~":
            return Piece("space", " ", at, at + 1)
        return Piece("char", self.text[at], at, at + 1)

    def next(self) -> Piece:
        piece = self.peek()
        self.at = min(piece.stop, self.end)
        return piece

    def skip(self) -> None:
        """Pass over white space."""
        while self.peek().kind == "space":
            self.next()

    def sees(self, *texts: str) -> bool:
        """Whether a character, or a command with its backslash, comes next after white space."""
        back = self.at
        self.skip()
        piece = self.peek()
        self.at = back
        return (piece.text if piece.kind == "char" else f"\\{piece.text}" if piece.kind == "command" else "") in texts

    def argument(self, what: str) -> Span:
        r"""The next argument of a command: what is in braces, or one sign; ``\mathsf T`` is one."""
        self.skip()
        piece = self.next()
        if piece.kind == "end" or piece.text == "}":
            raise self.fail(f"{what} needs an argument, found the end of it", piece.start)
        if piece.kind == "char" and piece.text == "{":
            self.at = self.partners[piece.start] + 1
            return Span(piece.start + 1, self.at - 1)
        if piece.kind == "command" and piece.text in FONTS - SWITCHES:
            self.deeper()
            self.argument(f"\\{piece.text}")
            self.depth -= 1
        return Span(piece.start, self.at)

    def optional(self) -> Span | None:
        r"""What stands in brackets right here, as in \sqrt[3]{t}."""
        self.skip()
        if self.peek().text != "[" or self.at not in self.brackets:
            return None
        start, self.at = self.at + 1, self.brackets[self.at] + 1
        return Span(start, self.at - 1)

    def said(self, span: Span) -> str:
        return self.text[span.start : span.stop]
