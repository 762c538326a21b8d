"""One clause → the names it is about, their shape and their domain words: A symmetric, x ∈ ℝⁿ, S ≻ 0, QᵀQ = I."""

from __future__ import annotations

import re

from identities import domains
from identities.domains.words import ALIASES, DOMAINS
from identities.notation import canonical_name
from identities.notation.names import SUPERSCRIPTS
from identities.notation.tex_commands import words

_NAME = re.compile(r"\\?[A-Za-z]+(?:_\{?[A-Za-z0-9]+\}?|[0-9₀-₉]+)?|[Α-Ωα-ω](?:_\{?[A-Za-z0-9]+\}?|[0-9₀-₉]+)?")
_DIM = r"[a-zA-Z][0-9₀-₉]*|[0-9]+"
SHAPE = re.compile(rf"(?<![A-Za-z])\(?({_DIM})\s*(?:×|x|by|-by-)\s*({_DIM})\)?(?![A-Za-z])")
SPACE = re.compile(
    rf"[∈:]\s*([ℝℂ𝕊RS])\s*(?:\^\s*\{{\s*({_DIM})\s*(?:×\s*({_DIM}))?\s*\}}|\^\s*({_DIM})|([{''.join(SUPERSCRIPTS)}ˣ×]+))?"
    r"\s*(?:_\s*\{?\s*(\+\+?)\s*\}?)?"
)
_VECTOR = re.compile(rf"\s*({_NAME.pattern})\s*:\s*({_DIM})(?![\w^×])(.*)")  # x: n positive
_SPELLED = {word.replace("-", " ") for word in DOMAINS} | set(ALIASES)
WORD = "|".join(word.replace(" ", r"[\s-]+") for word in sorted(_SPELLED, key=len, reverse=True))
DOMAIN_WORDS = re.compile(rf"(?<![A-Za-z])(?:{WORD})(?![A-Za-z])", re.IGNORECASE)
DENIED = re.compile(r"\b(?:not|non|no|never|without|nor|neither|unless|asymmetric|unsymmetric)\b", re.IGNORECASE)
# What is said anew of a name, whatever was said before: for any square Q, where A is not necessarily symmetric.
_ANEW = re.compile(r"\b(?:arbitrary|any|(?<!in )general|not necessarily|need not)\b", re.IGNORECASE)
ANEW = "any"  # the first word of such a condition
# Words of a sentence that look like names.
_PROSE = words("a an A I is are be if in of for the when where with and or both all some each any let")
# Relations that say a domain word: A = Aᵀ, AᵀA = I, S ≻ 0, det X > 0.
_N = r"(?P<n>\\?[A-Za-zΑ-Ωα-ω][0-9₀-₉]*)"
_M = _N.replace("<n>", "<m>")
# No factor stands before x = xᵀ, as in xᵀA x = xᵀAᵀx, nor after it; a word or a sign may.
_ALONE = r"(?:\A|(?<=\A )|(?<=[,;.:(⟦$&])|(?<=[,;.:(⟦$&] )|(?<=[A-Za-z][a-z] ))"
_END = r"(?!\s?(?:[A-Za-zΑ-Ωα-ω(]|\\[A-Za-z]+)(?![a-z]))"
_INV, _TWO = r"\s*(?:\^\s*\{?\s*[-−]\s*1\s*\}?|⁻¹)", r"\s*(?:\^\s*\{?\s*2\s*\}?|²)"
_ONES = r"(?:[-−]\s*1\s*,\s*\+?\s*1|\+?\s*1\s*,\s*[-−]\s*1|(?:±|\\pm)\s*1)"
_SIGNS = rf"\\?\{{\s*{_ONES}\s*\\?\}}(?:\s*\^\s*\{{?\s*[A-Za-z]\s*\}}?)?"
_BARS = r"(?:‖|\\\||\\[lr]?Vert(?![A-Za-z]))"
RELATIONS = (
    (re.compile(rf"{_ALONE}(?:{_N}\s*=\s*(?P=n)\s*ᵀ|{_M}\s*ᵀ\s*=\s*(?P=m)(?![A-Za-z])){_END}"), "symmetric"),
    (re.compile(rf"{_ALONE}(?:{_N}\s*=\s*[-−]\s*(?P=n)\s*ᵀ|{_M}\s*ᵀ\s*=\s*[-−]\s*(?P=m)(?![A-Za-z])){_END}"), "skew"),
    (re.compile(rf"{_N}\s*ᵀ\s*(?P=n)\s*=\s*(?P=n)\s*(?P=n)\s*ᵀ\s*=\s*I\b"), "orthogonal"),
    (re.compile(rf"{_ALONE}(?:{_N}{_INV}\s*=\s*(?P=n)\s*ᵀ|{_M}\s*ᵀ\s*=\s*(?P=m){_INV}){_END}"), "orthogonal"),
    (re.compile(rf"{_N}\s*ᵀ\s*(?P=n)\s*=\s*I\b"), "orthonormal-columns"),
    (re.compile(rf"{_ALONE}{_N}(?:{_TWO}|\s*(?P=n))\s*=\s*(?P=n)(?![A-Za-z0-9^ᵀ⁻²]){_END}"), "idempotent"),
    (re.compile(rf"{_BARS}\s*{_N}\s*{_BARS}(?:_\{{?2\}}?|₂)?(?:{_TWO})?\s*=\s*1(?![0-9])"), "unit"),
    (re.compile(rf"{_ALONE}{_N}\s*ᵀ\s*(?P=n)\s*=\s*1(?![0-9])"), "unit"),
    (re.compile(rf"{_ALONE}{_N}\s*≻\s*0"), "spd"),
    (re.compile(rf"{_ALONE}{_N}\s*⪰\s*0"), "psd"),
    (re.compile(rf"(?:\\?det\s*\(?\s*|\|\s*){_N}\s*[)|]?\s*>\s*0"), "det-positive"),
    (re.compile(rf"(?:\\?det\s*\(?\s*|\|\s*){_N}\s*[)|]?\s*≠\s*0"), "invertible"),
    (re.compile(rf"(?:𝟏|1)\s*ᵀ\s*{_N}\s*=\s*1(?![0-9])"), "probability"),
    (re.compile(rf"{_N}(?:_\{{?[a-z]\}}?|[ᵢⱼₖₙ])?\s*(?:(?:∈|is|are|in)\s*{_SIGNS}|=\s*(?:±|\\pm)\s*1)"), "signs"),
    (re.compile(rf"{_ALONE}{_N}\s*[>≥]\s*0"), "positive"),
)  # fmt: skip


def clause_says(clause: str) -> tuple[list[str], str, list[str]]:
    """The names of a clause, the shape it gives them and the domain words."""
    for pattern, word in RELATIONS:
        if match := pattern.search(clause):
            name = match["n"] or match["m"] if "m" in pattern.groupindex else match["n"]
            return ([] if DENIED.search(clause) else named(name)), "", [word]
    if (match := _VECTOR.match(clause)) and not DOMAIN_WORDS.sub("", match[3]).strip(" ."):
        said = " ".join(re.sub(r"[\s-]+", " ", word[0]) for word in DOMAIN_WORDS.finditer(match[3]))
        return named(match[1]) or [match[1]] * (match[1] == "a"), match[2], [*domains.parse_words(said)]
    shape = ""
    words: list[str] = []
    denied = DENIED.search(clause)
    rest = clause
    if match := SPACE.search(rest):
        shape, words = space(match)
        rest = rest[: match.start()] + " " + rest[match.end() :]
    elif match := SHAPE.search(rest):
        shape = f"{match[1]}×{match[2]}"
        rest = rest[: match.start()] + " " + rest[match.end() :]
    if not denied:
        words += domains.parse_words(
            " ".join(re.sub(r"[\s-]+", " ", match[0]) for match in DOMAIN_WORDS.finditer(rest))
        )
    words += [ANEW] if _ANEW.search(clause) else []
    rest = DOMAIN_WORDS.sub(" ", rest)
    if re.search(r"[=<>≠≥+*/^⊗⊙\\]", rest):  # a formula, not a list of names
        return [], "", []
    names = [name for word in rest.split() for name in named(word.strip(":∈"))]
    return names, shape, words


def named(word: str) -> list[str]:
    """The name that a word is, if it is one: a single letter, with a subscript perhaps."""
    if not _NAME.fullmatch(word) or word in _PROSE - {"A", "I"}:
        return []
    name = canonical_name(word)
    bare = re.sub(r"_?\{?[0-9A-Za-z₀-ₜ]*\}?$", "", name[1:]) if name else ""
    return [name] if name and not bare and (len(name) == 1 or not name.isascii() or "_" in name) else []


def space(match: re.Match[str]) -> tuple[str, list[str]]:
    """ℝ^{m×n} as m×n, 𝕊ⁿ as n×n symmetric, 𝕊ⁿ₊₊ as n×n spd."""
    letter, sign = match[1], match[6]
    rows, columns = match[2] or match[4], match[3]
    if match[5]:
        raised = "".join("×" if char in "ˣ×" else SUPERSCRIPTS[char] for char in match[5])
        rows, _, columns = raised.partition("×")
    words = ["complex"] if letter == "ℂ" else []
    if letter in "𝕊S":
        return f"{rows}×{rows}", [{"++": "spd", "+": "psd"}.get(sign, "symmetric")]
    if not rows:
        return "scalar", words
    return f"{rows}×{columns}" if columns else rows, words
