r"""LaTeX → the plain spelling: ``\operatorname{tr}(A^\top X)`` is ``tr(AᵀX)``, with every character's place kept.

The principle is that a formula is read as it is rendered: spaces and braces that are not seen do not count, and what a
reader of the page could take in two ways is refused. What is not LaTeX passes unchanged, so spellings may be mixed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from identities.expression import Span
from identities.notation import names
from identities.notation.names import plain_letter
from identities.notation.signs import FRACTION_SIGNS
from identities.notation.spelled import Spelled, unchanged
from identities.notation.tex_brackets import Brackets
from identities.notation.tex_commands import (
    ACCENT_MARKS,
    CLOSING,
    FONTS,
    FRACTIONS,
    LETTERS,
    OPENING,
    SIGNS,
    SIZES,
    SPACES,
    SWITCHES,
    UNSEEN,
    UNSEEN_WITH_ARGUMENT,
    UPRIGHT,
    function_word,
)
from identities.notation.tex_source import Piece, bare
from identities.notation.tokens import NotationError


def letter_of(shown: str) -> str | None:
    r"""The letter that is all there is: x or \mu."""
    if shown.startswith("\\"):
        return LETTERS.get(shown[1:])
    return plain_letter(shown) if len(shown) == 1 else None


IS_LATEX = re.compile(r"[\\~&{]")
RAISED_WORD = re.compile(r"\^ ?\\[A-Za-z]+$")  # the space that ends x^\top is not seen


class Reader(Brackets):
    """Respells one formula; every method takes one phrase and leaves the position after it."""

    def within(self, span: Span, ends: Collection[str] = ()) -> None:
        """Respell a piece of the source."""
        at, end = self.at, self.end
        self.at, self.end = span.start, span.stop
        self.sequence(ends)
        if self.at < span.stop:
            raise self.fail(f"'{self.peek().text}' closes nothing here", self.at)
        self.at, self.end = at, end

    def sequence(self, ends: Collection[str] = ()) -> Piece:
        """Respell up to the end of this piece or one of ``ends``, which is taken; that is what is returned."""
        self.deeper()
        try:
            while True:
                piece = self.next()
                closes = f"\\{piece.text}" if piece.kind == "command" else piece.text
                if piece.kind == "end" or closes in ends:
                    return piece
                self.step(piece)
        finally:
            self.depth -= 1

    def step(self, piece: Piece) -> None:
        if piece.kind == "space":
            self.spaced = not RAISED_WORD.search(self.text[max(0, piece.start - 12) : piece.start])
        elif piece.kind == "command":
            self.command(piece)
        elif handler := CHARACTERS.get(piece.text):
            handler(self, piece)
        elif piece.text == "d" and "d" not in self.declared and self.letter_follows():
            self.say("d", piece.start, piece.stop)
            self.joins = True
        elif letter := plain_letter(piece.text):
            while self.at < self.end and "\u0300" <= self.text[self.at] <= "\u036f":
                letter += self.next().text
            self.named(letter, piece.start, raw=True)
        else:
            self.passed(piece)

    def passed(self, piece: Piece) -> None:
        """A sign that means the same in the plain spelling."""
        self.spaced &= piece.text == "("
        self.say(piece.text, piece.start, piece.stop)

    def raw_script(self, piece: Piece) -> None:
        self.at = piece.start
        self.scripts_on_last(piece.start)

    def raw_sum(self, piece: Piece) -> None:
        if self.sees("_"):
            self.sum_sign(piece.start)
        else:
            self.named("Σ", piece.start, raw=True)

    def letter_follows(self) -> bool:
        """Whether a letter comes next: d before it makes its differential."""
        back = self.at
        self.skip()
        piece = self.peek()
        self.at = back
        if piece.kind == "char":
            return plain_letter(piece.text) is not None
        return piece.kind == "command" and piece.text in {*LETTERS, *FONTS, *ACCENT_MARKS} - {"text"}

    # ---- commands

    def command(self, piece: Piece) -> None:
        base = piece.text.removesuffix("*")
        if piece.text not in COMMANDS and base in COMMANDS.keys() - FONTS - UNSEEN_WITH_ARGUMENT:  # \alpha*x
            self.at -= 1
            piece = replace(piece, text=base, stop=self.at)
        name, start, stop = piece.text, piece.start, piece.stop
        if handler := COMMANDS.get(name) or COMMANDS.get(name.removesuffix("*")):
            handler(self, piece)
        elif name in SIGNS:
            self.spaced = False
            self.say(SIGNS[name], start, stop)
            self.joins = name in ("partial", "nabla", "dd", "differential")
        elif word := function_word(name):
            self.function(word, start)
        elif name in ("end", "right", *CLOSING):
            raise self.fail(f"\\{name} closes nothing here", start, stop)
        else:
            raise self.fail(
                f"\\{name} is not part of the notation: define it with \\newcommand in the document, "
                "or write what it stands for", start, stop,
            )  # fmt: skip

    def space(self, piece: Piece) -> None:
        if piece.text == "\\":
            self.optional()
        self.spaced = True

    def braced(self, piece: Piece) -> None:
        r"""\underbrace{A + B}_{\text{why}}: what is above the brace."""
        self.within(self.argument(f"\\{piece.text}"))
        self.take_scripts()

    def fraction(self, start: int) -> None:
        top, bottom = self.argument(r"\frac"), self.argument(r"\frac")
        digits = [bare(self.said(part)) for part in (top, bottom)]
        if all(re.fullmatch("[0-9]{1,9}", part) for part in digits) and int(digits[1]):
            value = Fraction(int(digits[0]), int(digits[1]))
            sign = FRACTION_SIGNS.get(value)
            if sign is None and 10**9 % value.denominator == 0 and value.denominator != 1:
                sign = str(Decimal(value.numerator) / Decimal(value.denominator))
            if sign:
                self.say(f"({sign})" if self.after_factor else sign, start, self.at)
                return
        self.say("((", start, top.start, apart=True)
        self.within(top)
        self.say(")/(", top.stop, bottom.start)
        self.within(bottom)
        self.say("))", bottom.stop, self.at)

    def root(self, start: int) -> None:
        degree = self.optional()
        inner = self.argument(r"\sqrt")
        self.say("(" if degree else "√(", start, inner.start, apart=True)
        self.within(inner)
        self.say(")", inner.stop, self.at)
        if degree:
            self.out.add("^{1/(", start, inner.start)
            self.within(degree)
            self.say(")}", degree.stop, inner.start)

    def sum_sign(self, start: int) -> None:
        below, above = self.take_scripts()
        if below is None:
            raise self.fail(r"\sum needs its index: \sum_i or \sum_{i=1}^{n}", start, self.at)
        self.say("Σ_{", start, below.start, apart=True)
        self.within(below)
        self.say("}", below.stop, below.stop + 1)
        if above:
            self.say("^{", above.start, above.stop)
            self.within(above)
            self.say("}", above.start, above.stop)
        self.apart = True

    # ---- groups, letters, environments

    def group(self, start: int) -> None:
        r"""{…} is not seen; a font switch inside ({\bf A}) ends with it, and scripts on it must fit one factor."""
        inner = Span(start + 1, self.partners[start])
        self.at = inner.stop + 1
        if match := re.match(rf"\s*\\({'|'.join(SWITCHES)})(?![A-Za-z])\s*", self.said(inner)):
            self.font(match[1], start, Span(inner.start + match.end(), inner.stop))
            return
        shown = bare(self.said(inner))
        letter = letter_of(shown)
        if letter:
            self.named(letter, start)
            return
        place = len(self.out.characters)
        self.within(inner)
        written = "".join(self.out.characters[place:]).strip()
        one = re.fullmatch(r"\([^()]*\)|.[\u0300-\u036f]*(?:_\{\w+\})?[ᵀᴴ⁻¹⁺]*(?:\^\{[^{}]*\})?|", written)
        called = re.match(r"(?:[a-z_]+|σ)\u2061?(?=\()", written)
        if self.sees("^", "_") and not one and not self.closes_at_end(written[called.end() :] if called else written):
            raise self.fail(
                "a raised or lowered sign on {…} is read in two ways: it is rendered on the last factor only; "
                "write parentheses that are seen", start, self.at,
            )  # fmt: skip

    @staticmethod
    def closes_at_end(text: str) -> bool:
        depth = 0
        if text[:1] != "(":
            return False
        for number, char in enumerate(text):
            depth += (char == "(") - (char == ")")
            if depth == 0:
                return number == len(text) - 1
        return False

    def accent(self, name: str, start: int) -> None:
        r"""\hat{x} is x̂; the arrow of \vec{x} says that x is a vector."""
        inner = self.argument(f"\\{name}")
        shown = bare(self.said(inner))
        base, _, below = shown.partition("_")
        letter = letter_of(base)
        if letter is None:
            raise self.fail(f"\\{name} of '{self.said(inner)}': an accent stands on one letter", start, self.at)
        if not ACCENT_MARKS[name] and letter.isupper():
            raise self.fail(
                f"\\{name} of a capital is read in two ways: an arrow over a vector, or vec({letter}), which is "
                f"\\operatorname{{vec}}({letter})", start, self.at,
            )  # fmt: skip
        self.named(letter + ACCENT_MARKS[name], start, below=below)

    def font(self, font: str, start: int, inner: Span | None = None) -> None:
        """A letter in a font, or a word that is upright."""
        inner = inner or self.argument(f"\\{font}")
        said = self.said(inner)
        shown = bare(said)
        base, _, below = shown.partition("_")
        one = letter_of(base)
        if font in UPRIGHT and shown == "d":
            self.say("ⅆ", start, self.at)
            self.joins = True
        elif shown in ("1", "0"):
            self.named("𝟏", start) if shown == "1" else self.zero(start)
        elif font in UPRIGHT and shown == "i":
            self.say("ⅈ", start, self.at, apart=True)
        elif one:
            self.named(one, start, below=below)
        elif shown in self.declared:
            self.say(shown, start, self.at, apart=True)
            self.apart = True
        elif not re.search(r"\\(?![,;:!> ])", said) and (word := function_word(shown)):
            self.function(word, start)
        elif not shown:
            self.spaced = True
        elif font in UPRIGHT and re.fullmatch(r"[\w-]{2,}", shown):
            raise self.fail(f"'{shown}' is neither a function of the vocabulary nor a declared name", start, self.at)
        else:
            self.within(inner)

    def zero(self, start: int) -> None:
        """0 of any shape; the dims beside it are for the reader."""
        self.take_scripts() if self.sees("_") else None
        self.say("0", start, self.at, apart=True)


Handler = Callable[[Reader, Piece], object]
CHARACTERS: dict[str, Handler] = {
    "{": lambda reader, piece: reader.group(piece.start),
    **dict.fromkeys("^_'", Reader.raw_script),
    "&": lambda reader, piece: None,
    "[": lambda reader, piece: reader.bracket(piece.start),
    "]": Reader.closed,
    **dict.fromkeys("|‖∥", Reader.raw_bar),
    **dict.fromkeys("𝟏𝟙", lambda reader, piece: reader.named("𝟏", piece.start, raw=True)),
    **dict.fromkeys("Σ∑", Reader.raw_sum),
}
COMMANDS: dict[str, Handler] = {
    **dict.fromkeys((*SPACES, "\\"), Reader.space),
    **dict.fromkeys(UNSEEN, lambda reader, piece: None),
    **dict.fromkeys(("underbrace", "overbrace"), Reader.braced),
    **dict.fromkeys(UNSEEN_WITH_ARGUMENT, lambda reader, piece: reader.argument(f"\\{piece.text}")),
    **dict.fromkeys(LETTERS, lambda reader, piece: reader.named(LETTERS[piece.text], piece.start)),
    **dict.fromkeys(FRACTIONS, lambda reader, piece: reader.fraction(piece.start)),
    "sqrt": lambda reader, piece: reader.root(piece.start),
    "sum": lambda reader, piece: reader.sum_sign(piece.start),
    **dict.fromkeys(SIZES, lambda reader, piece: None),
    **dict.fromkeys(("left", "right"), lambda reader, piece: reader.delimiter(piece.text, piece.start)),
    **{name: lambda reader, piece: reader.enclosed(OPENING[piece.text], piece.start) for name in OPENING},
    **dict.fromkeys(("|", "Vert"), lambda reader, piece: reader.enclosed("‖", piece.start)),
    "vert": lambda reader, piece: reader.enclosed("|", piece.start),
    **dict.fromkeys(("{", "lbrace", "lbrack"), lambda reader, piece: reader.open(piece.start, piece.stop)),
    **dict.fromkeys(FONTS, lambda reader, piece: reader.font(piece.text.removesuffix("*"), piece.start)),
    **dict.fromkeys(ACCENT_MARKS, lambda reader, piece: reader.accent(piece.text, piece.start)),
    "begin": lambda reader, piece: reader.environment(piece.start),
    **dict.fromkeys(("mathds1", "one", "ones", "bbone"), lambda reader, piece: reader.named("𝟏", piece.start)),
}


def respelled(text: str, declared: frozenset[str] = frozenset()) -> Spelled:
    """The formula in the plain spelling; raises NotationError for LaTeX that is not understood."""
    if not IS_LATEX.search(text):
        return unchanged(text)
    reader = Reader(text, declared)
    reader.sequence()
    return reader.out.spelled()


@lru_cache(1024)
def canonical_name(text: str) -> str | None:
    r"""The one spelling of a name in any spelling, ``\hat{\Sigma}_{0}`` too; None if ``text`` is not a name."""
    if not IS_LATEX.search(text):
        return names.canonical_name(text)
    try:
        return names.canonical_name(respelled(text).text.strip())
    except NotationError:
        return None
