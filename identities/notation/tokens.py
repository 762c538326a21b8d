"""Text → tokens, over a closed list of code points.

NFKC is never applied: it turns ``xᵀAx`` into the name ``xTAx``. Digits are ``[0-9]`` and nothing else, because
``𝟏`` is a digit to Python. A run of lower-case letters is a function of the vocabulary, or one name per letter.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from string import ascii_lowercase

from identities import limits
from identities.expression import Span
from identities.notation.names import LETTER, METHODS, MODULES, SUBSCRIPTS, SUPERSCRIPTS, TWINS, lowered, plain_letter
from identities.vocabulary import WORDS


class NotationError(ValueError):
    """A formula that cannot be read: what, where (``span``, columns from 0), and the nearest remedy."""

    def __init__(self, message: str, span: Span, text: str = "") -> None:
        self.message = message if len(message) <= limits.MESSAGE else message[: limits.MESSAGE - 1] + "…"
        super().__init__(self.message)
        self.span = span
        self.text = text

    def __str__(self) -> str:
        return f"column {self.span.start + 1}: {self.message}"


@dataclass(frozen=True, slots=True)
class Names:
    """What an entry declares: variables and parts of ``let``, functions, the dim symbols of its shapes."""

    variables: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    dims: frozenset[str] = frozenset()
    complex: frozenset[str] = frozenset()  # those of the variables on which † is a conjugate transpose
    dialect: str = ""  # what the formulas beside it show: numpy, library

    @property
    def declared(self) -> frozenset[str]:
        return self.variables | self.functions


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: number, name, function, perturbation, cotangent, superscript, subscript, op, end."""

    kind: str
    text: str
    span: Span
    spaced: bool  # white space stands before it
    value: Fraction | None = field(default=None)


FRACTIONS = {mark: Fraction(unicodedata.normalize("NFKC", mark).replace("⁄", "/")) for mark in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"}
INDEX_LETTERS = "ijklr"

# Other code points for the same sign. Left of the colon what may be typed, right the one sign of the tokens.
SAME = {
    "-": "−",
    "⋅": "·",
    "∗": "*",
    "⁎": "*",
    "′": "'",
    "’": "'",
    "∑": "Σ",
    "∥": "‖",
    "⊤": "ᵀ",
    "𝖳": "ᵀ",
    **TWINS,
}
OPERATORS = (
    *METHODS, ".*", "./", ".^", "**", "||", ".T", "+", "−", "·", "@", "*", "/", "⊙", "∘", "⊘", "⊗", "(", ")", "[", "]",
    "{", "}", ",", ";", "^", "'", "‖", "|", "√", "∇", "∂", "=", "_", "∞", "″",
)  # fmt: skip
MEANS = {".*": "⊙", "∘": "⊙", "./": "⊘", "||": "‖", "″": "'"}
CONSTANTS = {"𝟏": "ones", "𝟙": "ones", "ⅈ": "imaginary"}

_NUMBER, _LOWER = re.compile(r"[0-9]+(?:\.[0-9]+)?(?P<power>[eE][+-]?[0-9])?"), re.compile(r"[a-z]+")
# White space, marks that are not seen, and the module names of NumPy's dialect.
_SKIPPED = re.compile(rf"[\s\u200b\u2061\u2062]+|(?<![A-Za-z]){MODULES}(?=[a-z])")
_APPLIED = re.compile(
    rf"({'|'.join(sorted((w for w in WORDS if w.isascii()), key=len, reverse=True))})\u2061"
)  # a function for sure
_WORD = re.compile(r"[A-Za-z_λ]+(?P<digits>[0-9]*)")
_FUNCTION_WORDS = tuple(word for word in WORDS if len(word) > 1 and word.isalpha() and word.islower())


class Scanner:
    """The tokens of one formula; raises :class:`NotationError` at the first sign it does not know."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.at = 0
        self.tokens: list[Token] = []
        self.long_names = sorted((n for n in names.declared if len(n) > 1 and n.isascii()), key=len, reverse=True)

    def fail(self, message: str, start: int, stop: int | None = None) -> NotationError:
        return NotationError(message, Span(start, start + 1 if stop is None else stop), self.text)

    def add(self, kind: str, text: str, start: int, value: Fraction | None = None) -> None:
        spaced = start > 0 and self.text[start - 1].isspace()
        self.tokens.append(Token(kind, text, Span(start, self.at), spaced, value))

    def scan(self) -> list[Token]:
        if len(self.text) > limits.FORMULA_LENGTH:
            raise self.fail(f"a formula of {len(self.text)} characters; the limit is {limits.FORMULA_LENGTH}", 0)
        while self.at < len(self.text):
            self.step()
        self.tokens.append(Token("end", "end of the formula", Span(self.at, self.at + 1), True))
        return self.tokens

    def step(self) -> None:
        start, raw = self.at, self.text[self.at]
        char = SAME.get(raw, raw)
        if skipped := _SKIPPED.match(self.text, start):
            self.at = skipped.end()
        elif char in SUPERSCRIPTS:
            while self.at < len(self.text) and SAME.get(self.text[self.at], self.text[self.at]) in SUPERSCRIPTS:
                self.at += 1
            run = (SAME.get(c, c) for c in self.text[start : self.at])
            self.add("superscript", "".join(SUPERSCRIPTS[c] for c in run), start)
        elif char in SUBSCRIPTS:
            while self.at < len(self.text) and self.text[self.at] in SUBSCRIPTS:
                self.at += 1
            self.add("subscript", "".join(SUBSCRIPTS[c] for c in self.text[start : self.at]), start)
        elif char in FRACTIONS:
            self.at += 1
            self.add("number", char, start, FRACTIONS[char])
        elif match := _NUMBER.match(self.text, start):
            self.number(match)
        elif char in CONSTANTS:
            self.at += 1
            self.add("function", CONSTANTS[char], start)
        elif plain_letter(char) or (char == "ⅆ" and plain_letter(self.text[start + 1 : start + 2])):
            self.letters()
        elif operator := next((o for o in OPERATORS if o == char or self.text.startswith(o, start)), None):
            self.at += len(operator)
            for _ in range(2 if operator == "″" else 1):
                self.add("op", MEANS.get(operator, operator), start)
        else:
            raise self.unknown(char, start)

    def unknown(self, char: str, start: int) -> NotationError:
        remedies = {
            "ⅆ": "d stands on a variable, as in dX; the differential of a formula is a claim `differential`",
            "×": "a product is written AB, A·B or A @ B",
            "÷": "a quotient is written a/b",
            "$": "write the formula without the dollar signs",
            **dict.fromkeys("<>≈", "a formula is one expression, without relations"),
            '"': "write the formula without quotes inside",
            ".": "a name takes no dot; transpose is Aᵀ, A' or A.T, elementwise product ⊙ or .*",
        }
        what = f"'{char}'" if char.isprintable() else "a control character"
        remedy = remedies.get(char, "the README has a table of signs")
        return self.fail(f"{what} (U+{ord(char):04X}) is not part of the notation: {remedy}", start)

    def number(self, match: re.Match[str]) -> None:
        start, digits = self.at, match[0]
        if match["power"]:
            what = f"'{match['power'][0]}' after a number is read in two ways, as a power of ten and as a name"
            raise self.fail(f"{what}: write the number out, or a space between them", start, match.end())
        if len(digits) > limits.DIGITS:
            raise self.fail(f"a number of {len(digits)} digits; the limit is {limits.DIGITS}", start, match.end())
        self.at = match.end()
        self.add("number", digits, start, Fraction(digits))

    def letters(self) -> None:
        """One name, function word, perturbation or cotangent at the current letter."""
        start = self.at
        kind, text = (
            self.applied(start)
            or self.long_name(start)
            or self.function_word(start)
            or self.perturbation(start)
            or self.short_name()
        )
        self.add(kind, text, start)

    def applied(self, start: int) -> tuple[str, str] | None:
        """What LaTeX marks as a function or a differential, whatever is declared."""
        if match := _APPLIED.match(self.text, start):
            self.at = match.end()
            return "function", match[1]
        if self.text[start] == "ⅆ":
            self.at += 1
            return "perturbation", self.one_name()
        return None

    def long_name(self, start: int) -> tuple[str, str] | None:
        """A declared name of several letters, or its perturbation; letters that run on after it are refused."""
        whole = _WORD.match(self.text, start)
        prefixes = ("", "d") if "d" not in self.names.declared else ("",)
        for prefix, name in ((p, n) for p in prefixes for n in self.long_names):
            if not self.text.startswith(prefix + name, start):
                continue
            end = start + len(prefix + name)
            if not re.match(f"[0-9]|{LETTER.pattern}", self.text[end : end + 1]):
                self.at = end
                return ("perturbation" if prefix else "name"), name
            if not whole or not any(whole[0].startswith(word) for word in WORDS if len(word) > len(prefix + name)):
                message = f"letters run on after the name {name}: write a space, a sign or parentheses after it"
                raise self.fail(message, start, end + 1)
        return None

    def function_word(self, start: int) -> tuple[str, str] | None:
        """A word of the vocabulary: a run of lower-case letters, or a word such as Tr or norm_F as it stands."""
        whole = None if self.text[start - 1 : start] == "^" else _WORD.match(self.text, start)  # r^Tr
        if whole and whole[0] in WORDS and len(whole[0]) > 1 and self.text[start] not in self.names.declared:
            self.at = whole.end()
            return "function", whole[0]
        if whole and whole["digits"] and whole[0].rstrip("0123456789") in WORDS:
            what = f"'{whole[0]}' is read in two ways, as a word and as a function of a number"
            raise self.fail(f"{what}: write a space", start, whole.end())
        inside = start > 0 and self.text[start - 1] in ascii_lowercase
        lower = None if inside else _LOWER.match(self.text, start)
        if lower and len(lower[0]) > 1 and lower[0] not in self.names.declared:
            word = self.word(lower[0], start)
            if word:
                self.at = start + len(word)
                return ("cotangent" if word == "fbar" else "function"), word
            self.refuse_hidden_word(lower[0], start)
        return None

    def perturbation(self, start: int) -> tuple[str, str] | None:
        """dX, unless d is declared."""
        after = self.text[start + 1 : start + 2]
        if self.text[start] != "d" or "d" in self.names.declared or not plain_letter(after):
            return None
        self.at += 1
        return "perturbation", self.one_name()

    def short_name(self) -> tuple[str, str]:
        name = self.one_name()
        return ("cotangent" if name == "f̄" else "name"), name

    def word(self, run: str, start: int) -> str | None:
        """The vocabulary word that the lower-case run is, with a tail such as ``_rows`` or ``_F``."""
        tail = re.match(r"(?:_[A-Za-z0-9]+|[0-9]+)?", self.text[start + len(run) :])
        full = run + (tail[0] if tail else "")
        for word in (full, run):
            if word in WORDS or word == "fbar":
                return word
        return None

    def refuse_hidden_word(self, run: str, start: int) -> None:
        """`logx` and `xtr` are read in two ways; `foo(` is no function."""
        hidden, near = _alike(run)
        if not hidden and len(run) <= 3 and not (len(run) == 3 and self.text[start + 3 : start + 4] == "("):
            return
        if hidden and not near:
            raise self.fail(
                f"'{run}' can be read as the function {hidden} or as a product of {len(run)} names: "
                f"write a space beside '{hidden}', or spaces between the names",
                start,
                start + len(run),
            )
        hint = f"did you mean {near}?" if near else "a product of one-letter names takes spaces here"
        raise self.fail(
            f"'{run}' is neither a function of the vocabulary nor a declared name: {hint}", start, start + len(run)
        )

    def one_name(self) -> str:
        """One letter with its accents and subscript, in its canonical spelling."""
        start = self.at
        char = SAME.get(self.text[start], self.text[start])
        letter = plain_letter(char) or char
        self.at += 1
        while self.at < len(self.text) and "\u0300" <= self.text[self.at] <= "\u036f":
            letter += self.text[self.at]
            self.at += 1
        rest = self.text[self.at :]
        if match := re.match(r"[0-9]+", rest):
            name = letter + lowered(match[0])
            if name not in self.names.declared and self.is_index(letter, match[0]):
                return letter  # I₂ is an identity matrix, and I2 nothing
            self.at += match.end()
            return name
        small = re.match(f"[{''.join(SUBSCRIPTS)}]+", rest)
        if small:
            subscript = "".join(SUBSCRIPTS[c] for c in small[0])
            if letter + small[0] in self.names.declared or not self.is_index(letter, subscript):
                self.at += small.end()
                return letter + lowered(subscript)
            return letter
        greek = "" if letter in "IKDLΣ" else "|[α-ω]"
        if match := re.match(rf"_(?:\{{([0-9A-Za-z]+{greek})\}}|([0-9]+|[0-9A-Za-z]+{greek}))", rest):
            subscript = match[1] or match[2]
            if letter + lowered(subscript) in self.names.declared or not self.is_index(letter, subscript):
                self.at += match.end()
                name = letter + lowered(subscript)
                if (
                    not match[1]
                    and not re.fullmatch("[0-9]+|[A-Za-zα-ω]", subscript)
                    and name not in self.names.declared
                ):
                    what = f"'{letter}{match[0]}' is no declared name, and '{subscript}' no index"
                    remedies = "for the name, a space after the subscript, or brackets for an entry, A[i,j]"
                    raise self.fail(f"{what}: write {letter}_{{{subscript}}} {remedies}", start, self.at)
                return name
        return letter

    def is_index(self, letter: str, subscript: str) -> bool:
        """Whether a subscript is an index (xᵢ, Aᵢⱼ, Σᵢ) or the dims of a constant (Iₙ), not part of the name."""
        sized = letter in "IKDL" and (len(subscript) < 3 or not subscript.isalpha())  # L_{reg} is a name
        if letter not in self.names.declared and (sized or (letter == "Σ" and subscript in INDEX_LETTERS)):
            return letter in "ΣI" or not subscript.isdigit()
        return all(c in "ijkl" for c in subscript) and len(subscript) <= 2


@lru_cache(1024)  # a document is read in several ways, and the search takes half a millisecond
def _alike(run: str) -> tuple[str, str]:
    """The function that a run of letters begins or ends with, and the one it may be a slip for; "" for none."""
    hidden = [word for word in _FUNCTION_WORDS if len(word) < len(run) and (run.startswith(word) or run.endswith(word))]
    others = [word for word in _FUNCTION_WORDS if word not in hidden]
    near = difflib.get_close_matches(run, others, 1, 0.8 if hidden else 0.75)
    return next(iter(hidden), ""), next(iter(near), "")


def tokens(text: str, names: Names) -> list[Token]:
    """The tokens of ``text``, ending with one of kind ``end``."""
    return Scanner(text, names).scan()
