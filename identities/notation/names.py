"""Names: one letter, Latin or Greek, bold or not, with accents and a subscript; and their canonical spelling."""

from __future__ import annotations

import re
import unicodedata

SUPERSCRIPTS = dict(
    zip(
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ᵀᴴᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴺ",
        "0123456789+-THabcdefghijklmnoprstuvwxyzN",
        strict=True,
    )
)
SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx", strict=True))
LOWERED = {plain: small for small, plain in SUBSCRIPTS.items()}
RAISED = {plain: small for small, plain in SUPERSCRIPTS.items()}

LETTER = re.compile(r"[A-Za-z\u0391-\u03a1\u03a3-\u03a9\u03b1-\u03c9]")
_BOLD_STARTS = {0x1D400: ("A", 26), 0x1D41A: ("a", 26), 0x1D6A8: ("Α", 25), 0x1D6C2: ("α", 25)}


# Other shapes of a letter, and the one that is kept.
TWINS = {"ƒ": "f", "ς": "σ", "ϕ": "φ", "ϵ": "ε", "ϑ": "θ"}


def plain_letter(char: str) -> str | None:
    """A letter, bold or not, in its one spelling, accents (ŷ) after it; None for anything else."""
    char = TWINS.get(char, char)
    for start, (first, count) in _BOLD_STARTS.items():
        if char and start <= ord(char) < start + count:
            return plain_letter(chr(ord(first) + ord(char) - start))
    accented = unicodedata.normalize("NFD", char)
    return accented if re.fullmatch(rf"{LETTER.pattern}[\u0300-\u036f]*", accented) else None


def canonical_name(text: str) -> str | None:
    """The one spelling of a name: ``x1``, ``x_1`` and ``x₁`` are ``x₁``; None if ``text`` is not a name."""
    text = "".join(plain_letter(c) or c for c in text)
    match = re.fullmatch(r"(.[\u0300-\u036f]*)(?:_?\{?([0-9A-Za-z]+)\}?)?", "".join(SUBSCRIPTS.get(c, c) for c in text))
    if not match or not LETTER.match(match[1]):
        return text if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", text) else None
    letter, subscript = match[1], match[2] or ""
    if subscript and len(subscript) > 1 and not subscript.isascii():
        return None
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


def is_bold(char: str) -> bool:
    """Whether a character is a mathematical bold letter."""
    return any(start <= ord(char) < start + count for start, (_, count) in _BOLD_STARTS.items()) if char else False
