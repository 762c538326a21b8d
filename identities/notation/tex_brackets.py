r"""What stands in brackets in LaTeX: \\left( … \\right), norms, determinants, inner products, matrices."""

from __future__ import annotations

import re
from collections.abc import Collection

from identities.notation.tex_commands import ALIGNMENTS, MATRICES
from identities.notation.tex_scripts import APPLIED, Scripts
from identities.notation.tex_source import Piece, bare

ROUND = {
    **dict.fromkeys(("(", "[", r"\{", r"\lbrace", r"\lbrack", r"\lparen"), "("),
    **dict.fromkeys((")", "]", r"\}", r"\rbrace", r"\rbrack", r"\rparen"), ")"),
}
BARS = {
    **dict.fromkeys(("|", r"\vert", r"\lvert", r"\rvert"), "|"),
    **dict.fromkeys((r"\|", r"\Vert", r"\lVert", r"\rVert", "‖", "∥"), "‖"),
    r"\langle": "⟨",
}
ENDS = {"‖": [r"\rVert", r"\|", r"\Vert", "‖", "∥", "|"], "|": [r"\rvert", r"\vert", "|"], "⟨": [","]}
# D F of D F(X)[H].
_DERIVATIVE = re.compile(
    r"(?<![A-Za-z\\])(?:\\(?:mathrm|operatorname)\s*\{?)?D\}?\s*(?:\\?[A-Za-z]+|.)(?:_\{?\w+\}?|[₀-₉]+)?\s*"
    r"(?:\\left|\\big[lg]*)?\s*$"
)


class Brackets(Scripts):
    """Writes what stands in brackets."""

    def sequence(self, ends: Collection[str] = ()) -> Piece:
        raise NotImplementedError

    def delimiter(self, size: str, start: int) -> None:
        r"""\left( … \right): the bracket counts, its size does not."""
        self.skip()
        piece = self.next()
        sign = ("\\" if piece.kind == "command" else "") + piece.text
        if size == "right":
            raise self.fail(r"\right without its \left", start, piece.stop)
        if sign in BARS:
            self.enclosed(BARS[sign], start, r"\right")
        elif sign == "[":
            self.bracket(piece.start, start)
        elif sign == "]":
            self.closed(piece)
        elif sign in ROUND:
            self.open(start, piece.stop) if ROUND[sign] == "(" else self.say(")", start, piece.stop)
        elif sign != ".":
            raise self.fail(f"\\{size} is followed by '{sign}', which is no bracket", start, piece.stop)
        if sign not in BARS:
            end = self.sequence([r"\right"])
            if end.kind == "end":
                raise self.fail(r"\left without its \right", start, piece.stop)
            self.skip()
            closing = self.next()
            if closing.text == "]":
                self.closed(closing)
            elif closing.text != ".":
                self.say(")", end.start, closing.stop)

    def open(self, start: int, stop: int) -> None:
        """An opening parenthesis: right after a function it holds its argument, elsewhere it is a factor."""
        sigmoid = self.out.last == "σ" and "σ" not in self.declared
        self.say("(", start, stop, apart=self.out.last not in (APPLIED, "⊙") and not sigmoid)

    def raw_bar(self, piece: Piece) -> None:
        """|, ‖ or ||; where a determinant is open, || is its end and the start of another."""
        double = self.text[piece.stop : piece.stop + 1] == "|" and piece.text == "|" and not self.open_bars
        if double:
            self.next()
        self.enclosed("‖" if double or piece.text != "|" else "|", piece.start)

    def enclosed(self, bar: str, start: int, closing: str = "") -> None:
        r"""‖…‖, |…| or ⟨…, …⟩ from its opening sign, which is passed, to its closing one."""
        opened = self.at
        place = self.say({"‖": "((", "|": "(|(", "⟨": "((("}[bar], start, opened, apart=True)
        outer, self.open_bars = self.open_bars, self.open_bars + (bar == "|")
        end = self.sequence([closing] if closing and bar != "⟨" else ENDS[bar])
        if bar == "⟨" and end.kind != "end":
            self.say(") ⊙ (", end.start, end.stop)
            end = self.sequence([closing or r"\rangle"])
        self.open_bars = outer
        if end.kind == "end":
            raise self.fail(f"this {bar} is never closed", start, opened)
        if closing or (bar == "‖" and end.text == "|" and end.kind == "char"):
            self.skip()
            self.next()  # the sign after \right, the second bar of ||
        closed = self.at
        below, above = self.take_scripts(norm=True)
        if bar == "|" and below:
            raise self.fail("a subscript on |…| has no meaning here", below.start, below.stop)
        if bar != "|":
            word = self.norm_word(below, start) if bar == "‖" else "sum"
            self.out.insert(place + 1, word + APPLIED, start, opened)
            if word == "norm_weighted" and below:
                self.say(", ", below.start, below.start)
                self.within(below)
        self.say({"‖": ")", "|": ")|", "⟨": "))"}[bar], end.start, closed)
        self.say(")", end.start, self.at)
        self.raise_(above)

    def environment(self, start: int) -> None:
        kind = bare(self.said(self.argument(r"\begin"))).rstrip("*")
        if kind not in MATRICES | ALIGNMENTS:
            raise self.fail(f"\\begin{{{kind}}} is not part of the notation", start, self.at)
        if kind in ("array", "alignedat"):
            self.optional()
            self.argument(f"\\begin{{{kind}}}")
        elif kind in ("aligned", "gathered", "split"):
            self.optional()
        if kind in ALIGNMENTS:
            end = self.sequence([r"\end"])
        else:
            self.say("(|(" if kind == "vmatrix" else "", start, start + 6, apart=True)
            self.say("[", start, self.at, apart=True)
            while (end := self.sequence(["&", r"\\", r"\end"])).text in ("&", "\\"):
                rest = self.text[self.at :].lstrip()
                if end.text == "&" or not rest.startswith("\\end"):  # a last row may end with \\
                    self.say("," if end.text == "&" else ";", end.start, end.stop)
            self.say("]", end.start, end.stop)
        if end.kind == "end":
            raise self.fail(f"\\begin{{{kind}}} without its \\end", start, start + 6)
        self.argument(r"\end")
        if kind == "vmatrix":
            self.say(")|)", end.start, self.at)

    def bracket(self, start: int, shown: int | None = None) -> None:
        """[…] is an entry, a matrix, the direction of a derivative, or a parenthesis to many writers."""
        shown = start if shown is None else shown
        if self.keeps_brackets(start):
            self.say("[", shown, start + 1)
        else:
            self.open(shown, start + 1)
            self.parentheses.add(self.brackets.get(start, -1))

    def closed(self, piece: Piece) -> None:
        """The other end of it."""
        self.say(")" if piece.start in self.parentheses else "]", piece.start, piece.stop)

    def keeps_brackets(self, start: int) -> bool:
        stop = self.brackets.get(start)
        if stop is None or self.out.last == APPLIED:
            return False
        inner = bare(self.text[start + 1 : stop])
        index = re.fullmatch(r"[ijkl0-9](?:,?[ijkl0-9])?", inner) and self.after_factor
        return bool("\\" not in self.text or index or self.is_direction(start) or re.search(r"[,;]", inner))

    def is_direction(self, start: int) -> bool:
        """Whether the bracket follows DF(X), so that it holds a direction."""
        before = re.sub(r"(?:\\right|\\big[lrg]*|\s)+$", "", self.text[max(0, start - 40) : start])
        closing = max(0, start - 40) + len(before) - 1
        opening = self.openings.get(closing)
        return opening is not None and _DERIVATIVE.search(self.text[max(0, opening - 60) : opening]) is not None
