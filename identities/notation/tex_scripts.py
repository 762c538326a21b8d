"""What LaTeX puts above and below a letter, as the notation writes it: names, entries, dims, transposes, powers."""

from __future__ import annotations

import re
from collections.abc import Collection

from identities.expression import Span
from identities.notation.names import canonical_name
from identities.notation.signs import KNOWN_NORMS, NORM_SUBSCRIPTS, NORM_WEIGHT
from identities.notation.tex_commands import FUNCTIONS, LETTERS, joined
from identities.notation.tex_source import Source, bare
from identities.vocabulary import WORDS

APPLIED = "\u2061"  # after a word: it is a function, whatever its letters are declared as
INDICES = re.compile("[ijkl]{1,2}")
CONSTANTS = {"I": 1, "K": 2, "D": 1, "L": 1, "𝟏": 1}
# Above a letter: what it is in the plain spelling.
RAISED = {
    "T": "ᵀ", "-T": "⁻ᵀ", "H": "ᴴ", "-H": "⁻ᴴ", "†": "†", "+": "⁺", "*": "^*", "-1": "⁻¹", "-1T": "⁻¹ᵀ",
    "'": "'", "''": "''", "'''": "'''", "²": "²",
}  # fmt: skip
EXTREME = {("λ", "max"): "lambda_max", ("λ", "min"): "lambda_min", ("σ", "max"): "sigma_max"}
_PLAIN_SCRIPT = {
    "^": re.compile(r"[-−]?[0-9]+|[-−](?:[A-Za-z]|\\top(?![A-Za-z]))"),
    "_": re.compile("[0-9]+|(?:nuc|max|min|inf)(?![A-Za-z])"),
}
_NORMAL = re.compile(r"\s*\\(?:mathcal|operatorname)\s*\{?N\}?")
_RAW_WORD = re.compile(r"[A-Za-z]+(?:_[A-Za-z]+)?")


class Scripts(Source):
    """Writes letters, functions and what stands above and below them."""

    def __init__(self, text: str, declared: frozenset[str]) -> None:
        super().__init__(text, declared)
        self.spaced = False  # white space since the last sign
        self.apart = False  # what was written last must not run into a letter after it
        self.joins = False  # what comes next belongs to the d before it
        self.open_bars = 0
        self.parentheses: set[int] = set()  # closing brackets that become parentheses

    def within(self, span: Span, ends: Collection[str] = ()) -> None:
        raise NotImplementedError

    def say(self, text: str, start: int, stop: int, apart: bool = False) -> int:
        """Write a piece of plain text, a space before it where it would run together; its position."""
        last = self.out.last
        if text and last and not self.joins:
            ends = last.isalnum() or last in ")]}'†*⁺⁻|∞" or "\u0300" <= last <= "\u036f"
            word = text[0].isalnum() or text[0] in "√𝟏"
            if text[0] == "(" and last == APPLIED:
                space = apart
            elif text[0] == "[":
                space = ends and apart  # a matrix, not an entry
            elif text[0] == "(":
                space = ends and (apart or (self.spaced and not self.ends_in_function()))
            else:
                space = word and ends and (apart or self.apart or self.spaced)
            if space:
                self.out.add(" ", start, max(stop, start + 1))
        self.spaced = self.apart = self.joins = False
        self.out.add(text, start, max(stop, start + 1))
        return len(self.out.characters) - len(text)

    def ends_in_function(self) -> bool:
        run = re.search("[A-Za-z_]*$", self.out.tail(20))
        return bool(run and len(run[0]) > 1 and run[0] in WORDS)

    @property
    def after_factor(self) -> bool:
        """Whether the last sign ends a factor, so that what comes next multiplies it or stands on it."""
        last = self.out.tail(2).strip()[-1:]
        return bool(last) and (last.isalnum() or last in ")]}'†*⁺|∞" or "\u0300" <= last <= "\u036f")

    # ---- letters

    def named(self, letter: str, start: int, *, below: str = "", raw: bool = False) -> None:
        """A letter with what stands above and below it."""
        stop = self.at
        before = self.text[start - 1 : start]
        if raw and not (before.isascii() and before.isalpha()) and self.raw_word(start):
            return
        under, above = self.take_scripts()
        shown = below or (bare(self.said(under)) if under else "")
        known = letter in self.declared
        if shown and canonical_name(f"{letter}_{{{shown}}}") in self.declared:
            self.say(f"{letter}_{{{shown}}}", start, self.at, apart=not raw)
        elif not known and (word := EXTREME.get((letter, shown))):
            self.function(word, start)
            return
        elif letter == "e" and not known and under:
            self.say("e[", start, under.start, apart=not raw)
            self.within(under)
            self.say("]", under.stop, under.stop + 1)
        elif letter == "e" and not known and above and bare(self.said(above)) not in RAISED:
            self.say(f"exp{APPLIED}(", start, above.start, apart=True)
            self.within(above)
            self.say(")", above.stop, above.stop + 1)
            return
        else:
            self.say(letter, start, stop, apart=not raw)
            if shown == "⊙":  # g'⊙
                self.raise_(above)
                self.say("⊙", start, self.at)
                return
            if shown:
                self.lowered(letter, shown, under or Span(start, stop))
        if above and INDICES.fullmatch(shown) and (known or letter != "e"):
            self.refuse_raised_entry(letter, shown, bare(self.said(above)), start)
        self.raise_(above)
        self.apart = not raw

    def raw_word(self, start: int) -> bool:
        """A word of the vocabulary typed without a backslash: tr(AX), norm_F(X)."""
        match = _RAW_WORD.match(self.text, start, self.end)
        while match and match[0] not in WORDS and "_" in match[0]:
            match = re.compile("[A-Za-z]+").match(self.text, start, self.end)
        if not match or len(match[0]) < 2 or match[0] not in WORDS or not match[0][0].islower():
            return False
        self.at = match.end()
        self.function(match[0], start)
        return True

    def lowered(self, letter: str, shown: str, under: Span) -> None:
        """A subscript: the dims of a constant, an index, or a part of the name."""
        place = (under.start, under.stop)
        if letter in CONSTANTS and letter not in self.declared and not INDICES.fullmatch(shown):
            if re.fullmatch("[a-zN],?[a-zN]", shown) and CONSTANTS[letter] == 2:
                self.say(f"_{{{shown[0]},{shown[-1]}}}", *place)
            elif re.fullmatch("[a-zA-Z]|[0-9]+|[A-Za-z]{3,}", shown):  # L_{reg} is a name
                self.say(f"_{{{shown}}}", *place)
            else:
                self.say("(", *place)
                self.within(under)
                self.say(")", *place)
        elif letter == "Σ" and re.fullmatch("[ijklr]{1,2}", shown):
            self.say(f"[{','.join(shown)}]", *place)
        elif re.fullmatch("[0-9A-Za-z]+", shown):
            self.say(f"_{{{shown}}}", *place)
        elif "α" <= (greek := LETTERS.get(shown[1:], shown)) <= "ω" and letter != "Σ":
            self.say(f"_{{{greek}}}", *place)
        elif "\\" in shown or not re.fullmatch(r"[0-9a-z,+−()-]+", shown):
            raise self.fail(f"'{shown}' as a subscript: letters and digits are part of a name, indices make an entry",
                            *place)  # fmt: skip
        else:
            self.say("[", *place)
            self.within(under)
            self.say("]", *place)

    def refuse_raised_entry(self, letter: str, index: str, above: str, start: int) -> None:
        r"""X_{ij}^{-1} and X^{-1}_{ij} are rendered alike, and x_i^\top transposes a vector called x_i."""
        if above in ("T", "-T", "H", "-H", "+", "†") or (above == "-1" and len(index) == 2):
            sign = RAISED[above]
            raise self.fail(
                f"{letter}_{index} with {sign} is read in two ways: an entry of {letter}{sign}, "
                f"({letter}{sign})_{{{index}}}, "
                f"or the {sign} of {letter}_{index}; write the parentheses, or give {letter}_{index} another name",
                start, self.at,
            )  # fmt: skip

    # ---- above and below

    def take_scripts(self, norm: bool = False) -> tuple[Span | None, Span | None]:
        """What stands below and above the sign just passed; primes count as above."""
        below: Span | None = None
        above: Span | None = None
        while True:
            if self.sees("\\limits", "\\nolimits"):
                self.skip()
                self.next()
            elif above and self.text[above.start] == "'" and self.sees("^"):  # A'^{-1}: what comes next stands on Aᵀ
                return below, above
            elif self.sees("^", "_"):
                self.skip()
                sign = self.next()
                if (sign.text == "^" and above) or (sign.text == "_" and below):
                    raise self.fail(f"a second '{sign.text}' on the same sign", sign.start)
                argument = self.script(sign.text)
                above, below = (argument, below) if sign.text == "^" else (above, argument)
            elif norm and below is None and self.peek().text in ("₁", "₂"):
                below = Span(self.at, self.at + 1)
                self.next()
            elif norm and above is None and self.peek().text == "²":  # ‖x‖²_{Σ⁻¹}
                above = Span(self.at, self.at + 1)
                self.next()
            elif self.sees("'") and above is None:
                self.skip()
                start = self.at
                while self.peek().text == "'":
                    self.next()
                above = Span(start, self.at)
            else:
                return below, above

    def script(self, sign: str) -> Span:
        """The argument of ^ or _, in LaTeX or as the plain spelling has it: X^(k - 1), X^-1, x_12, ‖X‖_nuc."""
        self.skip()
        match = _PLAIN_SCRIPT[sign].match(self.text, self.at, self.end)
        if match:
            start, self.at = self.at, match.end()
            return Span(start, self.at)
        if sign == "^" and self.peek().text == "(" and self.at in self.rounds:
            start, self.at = self.at + 1, self.rounds[self.at] + 1
            return Span(start, self.at - 1)
        return self.argument(f"'{sign}'")

    def scripts_on_last(self, start: int) -> None:
        """Scripts on a bracket, a number or an empty group."""
        below, above = self.take_scripts()
        if above and not below and self.out.last in (".", "⊙"):  # x.^{2}
            self.say("^{", start, above.start)
            self.within(above)
            self.say("}", above.stop, self.at)
            return
        if self.out.last == "∇" and above and not below and bare(self.said(above)) == "2":
            self.say("²", above.start, above.stop)
            return
        if not self.after_factor:
            if above and not below and bare(self.said(above)) in ("t", "T"):
                self.say("ᵗ", start, self.at)
                return
            raise self.fail("a raised or lowered sign on nothing", start, self.at)
        if below:
            shown = bare(self.said(below))
            if INDICES.fullmatch(shown) or re.fullmatch("[0-9]{1,2}", shown):
                self.say(f"[{','.join(shown)}]", below.start, below.stop)
            else:
                self.say("[", below.start, below.stop)
                self.within(below)
                self.say("]", below.start, below.stop)
        self.raise_(above)

    def raise_(self, above: Span | None) -> None:
        """An exponent, a transpose, an inverse, a prime."""
        if above is None:
            return
        said = self.said(above)
        shown = bare(said)
        place = (above.start, above.stop)
        if shown in RAISED:
            self.say(RAISED[shown], *place)
        elif shown.startswith("⊙"):
            self.say("⊙^{", *place)
            match = re.match(r"[\s{]*(?:\\odot|\\circ|⊙|∘)", said)
            self.within(Span(above.start + (match.end() if match else 1), above.stop))
            self.say("}", *place)
        elif re.fullmatch(r"\([A-Za-z0-9]\)|\\star|\\circledast|c|C", shown):
            raise self.fail(
                f"'{shown}' above a sign is no power to most readers: write a power without parentheses, X^{{k}}, "
                "and a number of the name below, W_{1}", *place,
            )  # fmt: skip
        else:
            self.say("^{", *place)
            self.within(above)
            self.say("}", *place)

    # ---- functions and norms

    def function(self, word: str, start: int) -> None:
        """A function word, with a lowered part of its name, ready for its argument."""
        stop, mark, power = self.at, "", ""
        below, above = self.take_scripts() if self.sees("_", "^") else (None, None)
        if above and bare(self.said(above)) == "⊙":
            mark = "⊙"
        elif above and re.fullmatch("[2-9]|[1-9][0-9]", bare(self.said(above))):
            power = f"^{bare(self.said(above))}{APPLIED}"
        elif above:
            raise self.fail(f"a raised sign on '{word}': write ({word}(…)) with the sign after it", start, self.at)
        shown = bare(self.said(below)) if below else ""
        if below and word == "dft":
            self.say(f"dft{APPLIED}(", start, stop, apart=True)
            self.within(below)
            self.say(")", below.start, below.stop)
            return
        if shown == "⊙":
            mark = "⊙"
        elif longer := FUNCTIONS.get(joined(word + shown)):
            word = longer
        elif shown:
            raise self.fail(f"'{shown}' below '{word}' has no meaning here", start, self.at)
        if word == "log" and (
            match := re.compile(r"\s*\\(?:mathcal|operatorname)\s*\{?N\}?").match(self.text, self.at)
        ):
            word, self.at = "logN", match.end()  # fmt: skip
        if word in ("ones", "pi", "imaginary"):
            self.say(word, start, stop, apart=True)
            self.apart = True
            return
        self.say(word + APPLIED + power + mark, start, stop, apart=True)
        if not mark and self.sees("{"):
            self.braced_argument(word)

    def braced_argument(self, word: str) -> None:
        r"""\tr{AX}: what is in braces is the argument, unless a sum would be torn apart when it is rendered."""
        self.skip()
        inner = self.argument(word)
        text = self.said(inner)
        if text.lstrip().startswith(("(", "\\left", "[", "\\big", "\\Big", "\\bf", "\\rm")):
            self.within(inner)
            return
        if re.search("[+−-]", re.sub(r"[\^_]\{[^{}]*\}|\([^()]*\)|\{[^{}]*\}", "", text)):
            raise self.fail(f"braces are not seen: {word} of this sum is rendered without parentheses; write them",
                            inner.start, inner.stop)  # fmt: skip
        self.say("(", inner.start - 1, inner.start, apart=True)
        self.within(inner)
        self.say(")", inner.stop, inner.stop + 1)

    def norm_word(self, below: Span | None, start: int) -> str:
        """The norm that a subscript on its bars names."""
        shown = bare(self.said(below)).translate(str.maketrans("₁₂", "12")) if below else ""
        shown = re.sub(r"\\([A-Za-z]+)", lambda match: LETTERS.get(match[1], match[0]), shown)
        if word := NORM_SUBSCRIPTS.get(shown) or "norm_weighted" * bool(NORM_WEIGHT.fullmatch(shown)):
            return word
        raise self.fail(f"‖…‖ with '{shown}': {KNOWN_NORMS}", start, self.at)
