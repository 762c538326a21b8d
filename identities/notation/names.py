"""Names: one letter, Latin or Greek, bold or not, with accents and a subscript; and their canonical spelling."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase

SUPERSCRIPTS = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻†ᵀᴴᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴺ",
        "0123456789+-†THabcdefghijklmnoprstuvwxyzN",
        strict=True,
    )
)
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True))
LOWERED = {plain: small for small, plain in SUBSCRIPTS.items()}
RAISED = {plain: small for small, plain in SUPERSCRIPTS.items()}

LETTER = re.compile(r"[A-Za-z\u0391-\u03a1\u03a3-\u03a9\u03b1-\u03c9]")
# Where the mathematical alphabets of Unicode start: bold, and those whose look says nothing.
_BOLD_STARTS = (0x1D400, 0x1D468, 0x1D5D4, 0x1D63C), (0x1D6A8, 0x1D71C, 0x1D756, 0x1D790)
_PLAIN_STARTS = (0x1D434, 0x1D49C, 0x1D4D0, 0x1D504, 0x1D538, 0x1D56C, 0x1D5A0, 0x1D608, 0x1D670), (0x1D6E2,)


def _alphabet(latin: tuple[int, ...], greek: tuple[int, ...]) -> dict[str, str]:
    """The letters of alphabets that start there: A to Z and a to z; Α to Ω and α to ω with signs between."""
    found = {chr(start + k): (ascii_uppercase + ascii_lowercase)[k] for start in latin for k in range(52)}
    for start in greek:
        found |= {chr(start + k): chr(0x391 + k) for k in range(25) if k != 17}
        found |= {chr(start + 26 + k): chr(0x3B1 + k) for k in range(25)}
    return {sign: letter for sign, letter in found.items() if unicodedata.category(sign) != "Cn"}


BOLD = _alphabet(*_BOLD_STARTS)
# The sans-serif T is a transpose in print; it is no letter.
STYLED = {sign: letter for sign, letter in _alphabet(*_PLAIN_STARTS).items() if sign != "𝖳"} | {
    "ℎ": "h", "ℬ": "B", "ℰ": "E", "ℱ": "F", "ℋ": "H", "ℐ": "I", "ℒ": "L", "ℳ": "M", "ℛ": "R", "ℓ": "l",
}  # fmt: skip


# Other shapes of a letter, and the one that is kept.
TWINS = {"ƒ": "f", "ς": "σ", "ϕ": "φ", "ϵ": "ε", "ϑ": "θ"}


# The module of an array library before the name of a function.
MODULES = (
    r"(?:np|jnp|numpy|jax\.numpy|torch|scipy|sp|jax\.scipy|jax\.nn|la|linalg)\.(?:(?:linalg|special|nn\.functional)\.)?"
)
# What arrays of a library are asked for, X.trace(), and the operation that it is; A.dot(x) is a product.
METHODS = {
    ".dot": "product", ".trace": "tr", ".inverse": "inverse", ".pinverse": "pinv", ".logdet": "logdet", ".det": "det",
    ".sum": "total", ".mean": "mean", ".norm": "norm_F", ".rowsums": "rowsums",
    ".colsums": "colsums", ".exp": "exp⊙", ".log": "log⊙", ".tanh": "tanh⊙",
    ".sqrt": "sqrt⊙", ".sigmoid": "sigmoid⊙", ".relu": "relu⊙",
}  # fmt: skip


@lru_cache(4096)
def plain_letter(char: str) -> str | None:
    """A letter, bold or not, in its one spelling, accents (ŷ) after it; None for anything else."""
    char = TWINS.get(char, char)
    char = BOLD.get(char) or STYLED.get(char) or char
    char = TWINS.get(char, char)
    accented = unicodedata.normalize("NFD", char)
    return accented if re.fullmatch(rf"{LETTER.pattern}[\u0300-\u036f]*", accented) else None


def canonical_name(text: str) -> str | None:
    """The one spelling of a name: ``x1``, ``x_1`` and ``x₁`` are ``x₁``; None if ``text`` is not a name."""
    text = "".join(plain_letter(c) or c for c in text)
    plain = "".join(SUBSCRIPTS.get(c, c) for c in text)
    match = re.fullmatch(r"(.[\u0300-\u036f]*)(?:_?\{?([0-9A-Za-z]+|[α-ω])\}?)?", plain)
    if not match or not LETTER.match(match[1]):
        return text if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text) else None
    letter, subscript = match[1], match[2] or ""
    if "_" not in text and subscript and not subscript.isdigit() and not any(c in SUBSCRIPTS for c in text):
        return text if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text) else None
    return letter + lowered(subscript)


def lowered(subscript: str) -> str:
    """A subscript as it is printed: in small letters where Unicode has them, else after an underscore."""
    if not subscript:
        return ""
    if all(char in LOWERED for char in subscript):
        return "".join(LOWERED[char] for char in subscript)
    return f"_{subscript}" if len(subscript) == 1 else f"_{{{subscript}}}"


_BOLD_COMMAND = re.compile(
    r"[\s{]*\\(?:mathbf|boldsymbol|bm|textbf|pmb|symbf|mathbfit|vec|overrightarrow|bf|vb)(?![A-Za-z])"
)


def is_bold(text: str) -> bool:
    """Whether a name is spelled with a bold letter, in Unicode or in LaTeX, or with the arrow of a vector."""
    return (bool(text) and text[0] in BOLD) or _BOLD_COMMAND.match(text) is not None
