"""Where a parser stands in its tokens, and how it says that something is wrong."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import replace
from functools import lru_cache

from identities import limits
from identities.expression import Expr, Span
from identities.notation.code_calls import CALLED, in_signs, is_code
from identities.notation.latex import respelled
from identities.notation.names import METHODS
from identities.notation.tokens import Names, NotationError, Token, tokens

_ARRAYS = re.compile(r"@|\.(?:dot|matmul|mv)\s*\(")
_NUMPY = re.compile(r"@|\.T(?![a-z])")
_LIBRARY = re.compile(rf"{CALLED.pattern}|(?:{'|'.join(map(re.escape, METHODS))})\(")


@lru_cache(1024)
def spelled_tokens(text: str, names: Names) -> tuple[Token, ...]:
    """The tokens of a formula in any spelling, with their places in the text as it stands."""
    if len(text) > limits.FORMULA_LENGTH:
        return tuple(tokens(text, names))  # which refuses it
    spelled = in_signs(text) if is_code(text) else respelled(text, names.declared)
    if spelled.text == text:
        return tuple(tokens(text, names))
    try:
        return tuple(replace(token, span=spelled.source(token.span)) for token in tokens(spelled.text, names))
    except NotationError as error:
        raise NotationError(error.message, spelled.source(error.span), text) from None


def multiplies_arrays(text: str) -> bool:
    """Whether the product of an array library stands in a formula: A @ x, A.dot(x)."""
    return _ARRAYS.search(text) is not None


def dialect(*texts: str) -> str:
    """How formulas that stand together are spelled: ``library``, as code that calls NumPy or its like (np.sum(x**2),
    X.trace()), where powers are elementwise; ``numpy``, with @ or .T, where * is; "" otherwise.
    """
    found = [pattern for pattern in (_LIBRARY, _NUMPY) if any(pattern.search(text) for text in texts)]
    return {_LIBRARY: "library", _NUMPY: "numpy"}[found[0]] if found else ""


class Cursor(ABC):
    """A position in the tokens of one formula. ``norms`` and ``bars`` count the ‖ and | that are open."""

    def __init__(self, text: str, names: Names) -> None:
        self.text = text
        self.names = names
        self.tokens = list(spelled_tokens(text, names))
        self.at = 0
        self.depth = 0
        self.norms = 0
        self.opened = False  # within the product that a function without parentheses takes
        self.bars = 0
        dotted = any(s in text for s in (".*", "./", ".^"))
        own = dialect(text) or ("matlab" if dotted or self.has_transposes() else "")
        self.dialect = names.dialect if own in ("", "numpy") and names.dialect else own

    def has_transposes(self) -> bool:
        """Whether some ' stands for a transpose, not for the derivative of a declared function."""
        derived = False
        for token in self.tokens:
            if token.kind != "op" or token.text != "'":
                derived = token.text in self.names.functions
            elif not derived:
                return True
        return False

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def sees(self, *signs: str) -> bool:
        return self.token.kind == "op" and self.token.text in signs

    def next(self) -> Token:
        token = self.token
        self.at += 1
        return token

    def take(self, sign: str, opened: Token, what: str) -> Token:
        if not self.sees(sign):
            raise self.fail(
                f"expected '{sign}' to close {what} opened at column {opened.span.start + 1}, found {self.found()}"
            )
        return self.next()

    def found(self) -> str:
        return self.token.text if self.token.kind == "end" else f"'{self.source(self.token.span)}'"

    def source(self, span: Span) -> str:
        said = self.text[span.start : span.stop]
        return said if len(said) <= 40 else f"{said[:40]}…"

    def fail(self, message: str, span: Span | None = None) -> NotationError:
        return NotationError(message, span or self.token.span, self.text)

    def since(self, start: int) -> Span:
        return Span(start, self.tokens[self.at - 1].span.stop)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > limits.NESTING:
            raise self.fail(f"nested deeper than {limits.NESTING} levels; name the parts with `let`")

    @abstractmethod
    def sum(self) -> Expr:
        """Read the loosest phrase, a sum."""

    @abstractmethod
    def product(self) -> Expr:
        """Read a product."""

    @abstractmethod
    def primary(self) -> Expr:
        """Read the tightest phrase, what a postfix stands on."""

    @abstractmethod
    def starts_factor(self) -> bool:
        """Whether the token at hand can begin a factor."""

    @abstractmethod
    def arguments(self, closing: str, opened: Token, what: str) -> tuple[Expr, ...]:
        """Read phrases with commas between them up to the closing bracket."""
