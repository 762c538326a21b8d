"""LaTeX in sentences → signs: what conditions are looked for in."""

from __future__ import annotations

import re
from collections.abc import Callable

from identities.notation.tex_commands import LETTERS


def _space_letter(match: re.Match[str]) -> str:
    """The set that a blackboard letter names."""
    letter = match[1] or match[2] or "R"
    return {"S": "𝕊", "C": "ℂ", "R": "ℝ"}.get(letter, f" {letter}")  # \\in\\mathbb N


_SAME: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\\begin\{[a-z]+\*?\}|\\end\{[a-z]+\*?\}|\\left|\\right|\\[bB]igg?[lr]?|&|\$|\\displaystyle", " "),
    (
        r"\\mathbb\s*\{?\s*([A-Z])\s*\}?|\\math(?:bf|rm|cal)\s*\{?\s*([RSC])\s*\}?(?=\s*\^\s*\{?\s*(?:[a-z0-9]))(?!\s*\^\s*\{?\s*math)|\\(?:Reals?|RR|R)(?![A-Za-z])",
        _space_letter,
    ),
    (r"\\in(?![A-Za-z])", "∈"),
    (r"\\[lr]?vert(?![A-Za-z])", "|"),
    (r"\\times(?![A-Za-z])", "×"),
    (r"\\succeq(?![A-Za-z])", "⪰"),
    (r"\\succ(?![A-Za-z])", "≻"),
    (r"\\(?:geq?|geqslant)(?![A-Za-z])", "≥"),
    (r"\\neq?(?![A-Za-z])", "≠"),
    (r"\\to(?![A-Za-z])", "→"),
    (r"\\(?:text|textrm|mathrm|textnormal|mbox|operatorname|rm|emph|textit)\s*\{([^{}]*)\}", r" \1 "),
    (
        r"\\(?:mathbf|boldsymbol|bm|vec|mathit|mathcal|mathsf|mathtt|mathfrak|textbf|pmb|symbf|symup)\s*(?:\{([^{}]*)\}|\s([A-Za-z0-9]))",
        lambda match: match[1] or match[2],
    ),
    (r"\{\s*\\(?:bf|it|rm|bm|boldsymbol|mathbf)\s+([^{}]+?)\s*\}", r"\1"),
    (r"\\q?quad(?![A-Za-z])|\\[,;:! ]|~|\\\\", " "),
    (r"\^\s*\{?\s*(?:\\top|\\intercal|\\mathsf\s*\{?T\}?|\\mathrm\s*\{?T\}?|T|⊤)\s*\}?|'", "ᵀ"),
    (r"\*\*|__|`", ""),
    (r"\b([Ss])calars\b", r"\1calar"),
    (r"\b[Ss]ymm?\.?(?![A-Za-z])", "symmetric"),
    (r"\b(?:p\.\s?s\.\s?d|s\.\s?p\.\s?s\.\s?d)\b\.?", "positive semidefinite"),
    (r"\b(?:p\.\s?d|s\.\s?p\.\s?d)\b\.?", "positive definite"),
    (
        r"\b(?:scalar|positive)(?:[- ]valued)?\s+(?=(?:function|field|loss|objective|output|quantity|map)e?s?\b)",
        "",
    ),
    (r"(?<![A-Za-z\\])(\\[A-Za-z]+|[A-Za-zΑ-Ωα-ω])\s*\([^()]*\)\s*:?=", r"\1 ="),  # f(x) = …
)


def shown(text: str) -> str:
    """The text with its LaTeX replaced by signs, and single spaces."""
    text = re.sub(r"\s+", " ", text)
    for pattern, sign in _SAME:
        text = re.sub(pattern, sign, text)
    return re.sub(r" +", " ", re.sub(r"\\([A-Za-z]+)", lambda match: LETTERS.get(match[1], match[0]), text))
