"""The signs that formulas are printed with, and the names of letters in LaTeX."""

from __future__ import annotations

import re
from fractions import Fraction

from identities.expression import Apply, Expr, Name, Number
from identities.notation.names import RAISED, SUBSCRIPTS
from identities.notation.tokens import FRACTIONS
from identities.vocabulary import WORDS

FRACTION_SIGNS = {value: sign for sign, value in FRACTIONS.items()}
# What stands after the closing bar of a norm, in Unicode and in LaTeX.
NORM_MARKS = {
    "norm": ("", ""),
    "norm_1": ("₁", "_{{1}}"),
    "norm_2": ("₂", "_{{2}}"),
    "norm_inf": ("_∞", r"_{{\infty}}"),
    "norm_F": ("_F", "_{{F}}"),
    "norm_nuclear": ("_*", "_{{*}}"),
    "norm_max": ("_max", r"_{{\max}}"),
    "norm_weighted": ("_{{{0}}}", "_{{{0}}}"),  # {0} is the weight
}
NORM_SUBSCRIPTS = {"": "norm", "1": "norm_1", "2": "norm_2", "F": "norm_F", "∞": "norm_inf", "inf": "norm_inf",
                   "*": "norm_nuclear", "nuc": "norm_nuclear", "max": "norm_max", "fro": "norm_F", "Fro": "norm_F",
                   "Frob": "norm_F", "op": "norm_2", "ℓ2": "norm_2"}  # fmt: skip
# The matrix of a weighted norm, ‖x‖_W = √(xᵀWx), or its inverse; ‖X‖_F is another norm.
NORM_WEIGHT = re.compile(r"([A-ZΑ-Ω][0-9₀-₉]*)(⁻¹|\^\(?[-−]1\)?|\^\{[-−]1\})?")
KNOWN_NORMS = "the norms are ‖x‖, ‖x‖₁, ‖x‖₂, ‖x‖_∞, ‖x‖_W of a matrix W, ‖X‖_F, ‖X‖_*, ‖X‖_max"
CONSTANTS = {
    "identity": "I",
    "commutation": "K",
    "duplication": "D",
    "elimination": "L",
    "ones": "𝟏",
    "dft": "dft",
    "imaginary": "ⅈ",
}
TEX_CONSTANTS = {"ones": r"\mathbf{1}", "dft": r"\operatorname{dft}", "imaginary": r"\mathrm{i}"}
MIXED_SIGNS = {"hadamard": "⊙", "hadamard_quotient": "⊘", "kronecker": "⊗"}
GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ",
        (
            *("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"),
            *("nu", "xi", "pi", "rho", "sigma", "tau", "upsilon", "varphi", "chi", "psi", "omega"),
            *("Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega"),
        ),
        strict=True,
    )
)
ACCENTS = {
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0304": "bar",
    "\u0306": "breve",
    "\u0307": "dot",
    "\u0308": "ddot",
    "\u030c": "check",
}


def is_norm_weight(tree: Expr) -> bool:
    """Whether a matrix can stand below the bars of a norm: W or W⁻¹."""
    name = tree.args[0] if isinstance(tree, Apply) and tree.op == "inverse" else tree
    return isinstance(name, Name) and name.name not in NORM_SUBSCRIPTS and bool(NORM_WEIGHT.fullmatch(name.name))


def latex_name(name: str) -> str:
    r"""The name in LaTeX: x₁ is x_{1}, Σ is \Sigma, x̂ is \hat{x}."""
    match = re.fullmatch(r"(.[\u0300-\u036f\u20d7]*)(.*)", name)
    assert match is not None
    letter, subscript = match[1], "".join(SUBSCRIPTS.get(c, c) for c in match[2]).lstrip("_").strip("{}")
    if len(name) > 1 and name.isascii() and "_" not in name and not subscript.isdigit():
        return rf"\mathit{{{name}}}"
    base = f"\\{GREEK[letter[0]]}" if letter[0] in GREEK else letter[0]
    for accent in letter[1:]:
        base = rf"\{ACCENTS.get(accent, 'hat')}{{{base}}}"
    subscript = f"\\{GREEK[subscript]}" if subscript in GREEK else subscript
    return base + (f"_{{{subscript}}}" if subscript else "")


def plain_number(value: Fraction) -> str:
    """½, 0.1, or (1/7) where there is neither a sign nor a short decimal."""
    if value in FRACTION_SIGNS:
        return FRACTION_SIGNS[value]
    for digits in range(1, 16):
        scaled = value * 10**digits
        if scaled.denominator == 1:
            whole = str(scaled.numerator).rjust(digits + 1, "0")
            return f"{whole[:-digits]}.{whole[-digits:]}"
    return f"({value.numerator}/{value.denominator})"


def raised(exponent: Expr) -> str | None:
    """A whole number or a letter in raised signs; None if it has to be written after ^."""
    sign = ""
    if isinstance(exponent, Apply) and exponent.op == "neg" and isinstance(exponent.args[0], Number):
        sign, exponent = "⁻", exponent.args[0]
    if isinstance(exponent, Number) and exponent.value.denominator == 1:
        return sign + "".join(RAISED[digit] for digit in str(exponent.value.numerator))
    if isinstance(exponent, Name) and exponent.name in RAISED and exponent.name not in "THt":
        return RAISED[exponent.name]
    return None


def makes_word(before: str, after: str) -> bool:
    """Whether letters side by side would be read as a word: t and r as tr, or three small letters in a row."""
    left, right = re.search("[A-Za-zλ]*$", before), re.match("[A-Za-zλ]*", after)
    assert left is not None
    assert right is not None
    if not (left[0] and right[0]):
        return False
    run = left[0] + right[0]
    small = re.findall("[a-zλ]{3,}", run)
    return bool(small) or any(len(word) > 1 and word in run for word in WORDS)
