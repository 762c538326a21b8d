r"""The outline of an equation: what it shows, sign by sign, with the place of each.

``\frac{\partial}{\partial\mathbf{X}}`` and ``\dfrac{\partial}{\partial X}`` have one outline. Formulas are found in it
and then taken from the source as they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from identities import limits
from identities.catalogue import Text
from identities.expression import Span
from identities.notation.names import SUBSCRIPTS, plain_letter
from identities.notation.spelled import Spelled
from identities.notation.tex_commands import (
    ACCENT_MARKS,
    ALIGNMENTS,
    FONTS,
    FRACTIONS,
    LETTERS,
    SIZES,
    SPACES,
    SWITCHES,
    UNSEEN,
    UNSEEN_WITH_ARGUMENT,
    UPRIGHT,
    function_word,
    words,
)
from identities.notation.tex_source import Source
from identities.notation.tokens import NotationError

GAP, ROW = "\u2003", "\n"
LETTER = r"[A-Za-zΑ-Ωα-ω][\u0300-\u036f]*"
NAME = rf"{LETTER}(?:\s?_(?:\{{[^{{}}]*\}}|[A-Za-zα-ω0-9])|[{''.join(SUBSCRIPTS)}]+|[0-9]+)?"
Piece = tuple[int, int]  # signs [start, stop) of an outline
OPENING, CLOSING = "({[⟨⟪", ")}]⟩⟫"
_SIGNS = {
    "partial": "∂", "nabla": "∇", "grad": "∇", "in": "∈", "neq": "≠", "ne": "≠", "leq": "≤", "le": "≤", "geq": "≥",
    "ge": "≥", "leqslant": "≤", "geqslant": "≥", "approx": "≈", "propto": "∝", "sim": "∼", "simeq": "≈", "to": "→",
    "rightarrow": "→", "mapsto": "→", "longrightarrow": "→", "succ": "≻", "succeq": "⪰", "ll": "<", "gg": ">",
    "lt": "<", "gt": ">", "leftarrow": "←", "gets": "←", "coloneqq": "=", "triangleq": "=", "equiv": "=", "doteq": "=",
    "coloneq": "=", "eqqcolon": "=", "implies": "⇒", "Rightarrow": "⇒", "iff": "⇒", "Leftrightarrow": "⇒",
    "Longrightarrow": "⇒", "Longleftrightarrow": "⇒", "therefore": "⇒", "subset": "⊂", "subseteq": "⊂", "cong": "≈",
    "top": "ᵀ", "intercal": "ᵀ", "ast": "*", "star": "*", "{": "(", "}": ")", "lbrace": "(", "rbrace": ")",
    "lVert": "⟪", "rVert": "⟫", "lvert": "⟪", "rvert": "⟫", "langle": "⟨", "rangle": "⟩", "lfloor": "(", "rfloor": ")",
    "|": "‖", "Vert": "‖", "vert": "|", "mid": "∣", "ldots": "…", "dots": "…", "cdots": "…", "vdots": "…", "ddots": "…",
    "dd": "d", "differential": "d", "cdot": "·",
}  # fmt: skip
_SAME = {"⇔": "⇒", "⟹": "⇒", "⟺": "⇒", "≔": "=", "≜": "=", "≡": "=", "≃": "≈", "∝": "∝", "⊤": "ᵀ", "∼": "∼", "~": " "}
_DERIVED = re.compile(
    rf"∇|\\frac\{{\s*[∂d]\s*(?:\^|²|[^{{}}]*\}}\{{\s*[∂d])|∂\s*{NAME}\s*/\s*∂|∂\s*(?:²\s*|\^\s*\{{?2\}}?\s*)?[_ₓ]|/\s*[∂d]\s*{LETTER}"
    r"|\\?arg ?\\?(?:min|max)"
)
_PROSE = words("text textrm textnormal mbox hbox intertext shortintertext textit emph textbf textsf")


@dataclass(frozen=True, slots=True)
class Outline:
    """The signs of a piece of text, their places, and the text."""

    shown: Spelled
    source: Text

    @property
    def text(self) -> str:
        return self.shown.text

    def part(self, start: int, stop: int) -> Text:
        """The source of the signs [start, stop)."""
        while start < stop and self.text[start].isspace():
            start += 1
        while stop > start and self.text[stop - 1].isspace():
            stop -= 1
        if start == stop:
            return Text("", self.source.place)
        span = self.shown.source(Span(start, stop))
        return self.source.part(span.start, span.stop)

    def replaced(self, start: int, stop: int, pieces: list[tuple[int, int, str]]) -> Text:
        """The source of the signs [start, stop) with some pieces, in order, written otherwise."""
        parts: list[Text] = []
        at = start
        for first, last, new in pieces:
            if first > at:
                parts.append(self.spaced(at, first))
            parts.append(Text(new, self.part(first, last).place))
            at = last
        if stop > at:
            parts.append(self.spaced(at, stop))
        return Text.joined(parts).stripped() if parts else self.part(start, stop)

    def spaced(self, start: int, stop: int) -> Text:
        """A part with the white space around it."""
        span = self.shown.source(Span(start, stop))
        return self.source.part(span.start, span.stop)

    @property
    def is_latex(self) -> bool:
        return "\\" in self.source.text


_BARRED = re.compile(r"(?<![A-Za-z\\])[A-Za-z]bar(?![A-Za-z])")  # Xbar in code is X̄


class _Drawing(Source):
    """Draws the outline of a text; raises NotationError where its braces do not match."""

    def draw(self, end: int | None = None) -> None:
        """Up to the end of this piece."""
        back, self.end = self.end, self.end if end is None else end
        self.deeper()
        while (piece := self.next()).kind != "end":
            if piece.kind == "space":
                self.out.add(" ", piece.start, piece.stop)
            elif piece.kind == "command":
                self.command(piece.text, piece.start)
            elif piece.text == "{":
                self.group(piece.start)
            else:
                self.sign(piece.text, piece.start)
        self.depth -= 1
        self.end = back

    def sign(self, char: str, start: int) -> None:
        char = _SAME.get(char, char)
        accented = plain_letter(char)
        if (barred := _BARRED.match(self.text, start)) and barred.end() <= self.end:
            self.at, accented = barred.end(), f"{char}\u0304"
        while accented and self.at < self.end and "\u0300" <= self.text[self.at] <= "\u036f":
            accented += self.next().text
        self.out.add(accented or char, start, self.at)

    def inner(self, span: Span) -> str:
        """The outline of an argument alone."""
        return _alone(self.text[span.start : span.stop], self.depth)

    def group(self, start: int) -> None:
        """{x} is x, unless it is raised or lowered or an argument."""
        stop = self.partners[start]
        inner = self.inner(Span(start + 1, stop))
        if re.fullmatch(NAME, inner) and self.out.tail(1) not in ("^", "_"):
            self.at = stop + 1
            self.out.add(inner, start, stop + 1)
            return
        self.out.add("{", start, start + 1)
        self.draw(stop)
        self.at = stop + 1
        self.out.add("}", stop, stop + 1)

    def command(self, name: str, start: int) -> None:
        bare = name.removesuffix("*")
        if name == "\\":
            self.optional()
            self.out.add(ROW, start, self.at)
        elif bare in UNSEEN_WITH_ARGUMENT:
            self.argument(f"\\{name}")
        elif bare in ("stackrel", "overset", "underset"):
            self.argument(f"\\{name}")
            self.out.add(self.inner(self.argument(f"\\{name}")), start, self.at)
        elif handler := next((handler for names, handler in self.HANDLERS if bare in names), None):
            handler(self, bare, start)
        elif name in SHOWN:
            self.out.add(SHOWN[name], start, self.at)
        elif name == "prime" and self.out.tail(1) == "^":
            self.out.add("{\\prime }", start, self.at)
        elif bare not in UNSEEN - {"underbrace", "overbrace"} and name not in SWITCHES:
            self.out.add(f"\\{name} ", start, self.at)

    def environment(self, bare: str, start: int) -> None:
        kind = self.inner(self.argument(f"\\{bare}")).rstrip("*")
        if kind not in ALIGNMENTS and kind not in ("subequations", "cases"):
            self.out.add("⟨" if bare == "begin" else "⟩", start, self.at)
        elif bare == "begin" and kind == "alignedat":
            self.argument(kind)
        elif bare == "begin":
            self.optional()

    def delimiter(self, bare: str, start: int) -> None:
        r"""\left( is (, with the place of both."""
        del bare
        self.skip()
        piece = self.next()
        if piece.kind == "command":
            self.out.add(_SIGNS.get(piece.text, ""), start, self.at)
        elif piece.text != ".":
            self.sign(piece.text, start)

    def fraction(self, bare: str, start: int) -> None:
        del bare
        above, below = self.argument(r"\frac"), self.argument(r"\frac")
        after, edges = self.at, (start, above.start, above.stop, below.start, below.stop)
        for number, (span, opening) in enumerate(((above, "\\frac{"), (below, "}{"))):
            self.out.add(opening, edges[2 * number], edges[2 * number + 1])
            self.at = span.start
            self.draw(span.stop)
        self.at = after
        self.out.add("}", below.stop, max(after, below.stop))

    def letters(self, name: str, start: int) -> None:
        """A letter in a font or with an accent, a function, words."""
        span = self.argument(f"\\{name}")
        inner = self.inner(span)
        word = re.sub(r"[^A-Za-z]", "", inner)
        below = self.out.tail(2).rstrip()
        if below.endswith(("_", "_{")) and len(word) > 1 and word == inner.strip():  # L_{\text{ridge}}, a name
            self.out.add(word if below.endswith("{") else f"{{{word}}}", start, self.at)
        elif name in ACCENT_MARKS and (match := re.fullmatch(rf"({LETTER})(.*)", inner)):
            self.out.add(match[1] + ACCENT_MARKS[name] + match[2], start, self.at)
        elif re.fullmatch(NAME, inner):
            self.out.add(inner, start, self.at)
        elif name in UPRIGHT and word and (function_word(word) or word.lower() in OPERATORS):
            self.out.add(f"\\{word} ", start, self.at)
        elif name in _PROSE:
            self.out.add("⟦", start, span.start)
            for at in range(span.start, span.stop):
                self.out.add(self.text[at], at, at + 1)
            self.out.add("⟧", span.stop, self.at)
        elif name in UPRIGHT and len(word) > 1:
            self.out.add(f"\\{word} ", start, self.at)
        else:
            self.out.add("{", start, span.start)
            after, self.at = self.at, span.start
            self.draw(span.stop)
            self.at = after
            self.out.add("}", span.stop, max(after, span.stop))

    HANDLERS = (
        (("begin", "end"), environment),
        (SIZES, delimiter),
        (FRACTIONS, fraction),
        (ACCENT_MARKS.keys() | (FONTS - SWITCHES) | _PROSE, letters),
    )


@lru_cache(1024)  # what is nested is drawn alone at every level, and as a part of it
def _alone(text: str, depth: int) -> str:
    drawing = _Drawing(text, frozenset())
    drawing.depth = depth
    drawing.draw()
    return drawing.out.spelled().text.strip()


SHOWN = dict.fromkeys(("quad", "qquad"), GAP) | dict.fromkeys(SPACES - {"quad", "qquad"}, " ") | LETTERS | _SIGNS
OPERATORS = frozenset(["grad", "hess", "hessian", "jac", "argmin", "argmax", "arg"])


def outline(text: Text) -> Outline:
    """The outline of a text; raises NotationError where its braces do not match, and where it has no end."""
    if (length := len(text.text)) > limits.TEXT_LENGTH:
        raise NotationError(f"a text of {length} characters; the limit is {limits.TEXT_LENGTH}", Span(0, 1))
    return Outline(_drawn(text.text), text)


@lru_cache(1024)  # the same formulas are looked at again for everything that may be meant by them
def _drawn(text: str) -> Spelled:
    drawing = _Drawing(text, frozenset())
    drawing.draw()
    return drawing.out.spelled()


def trimmed(text: str, piece: Piece) -> Piece:
    """The piece without white space and punctuation around it."""
    start, stop = piece
    while start < stop and text[start] in " &\u2003\n":
        start += 1
    while stop > start and text[stop - 1] in " &\u2003\n.,;:":
        stop -= 1
    return start, stop


def closing(text: str, at: int) -> int:
    """Where the bracket at this place is closed; −1 where it is not."""
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] in OPENING) - (text[place] in CLOSING)
        if depth == 0:
            return place
    return -1


def depths(text: str) -> list[int]:
    """How many brackets and bars are open before each sign of an outline; of a bracket, outside it."""
    found: list[int] = []
    depth = 0
    bars = {"|": -1, "‖": -1}
    for char in text:
        if char in CLOSING:
            depth = max(0, depth - 1)
        if char in bars and bars[char] >= 0 and bars[char] == depth - 1:
            depth, bars[char] = bars[char], -1
            found.append(depth)
            continue
        found.append(depth)
        if char in bars and bars[char] < 0:
            bars[char] = depth
            depth += 1
        if char in OPENING:
            depth += 1
    return found


def derived(shown: str) -> bool:
    """Whether an outline says a derivative somewhere."""
    return _DERIVED.search(shown) is not None


def shown_or_nothing(text: Text) -> str:
    """The outline of a text, "" where it has none."""
    try:
        return outline(text).text
    except NotationError:
        return ""
