"""Domain words: what they mean, how people spell them, and which ones each of them implies."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[Any]

Shape = Literal["any", "square", "vector", "scalar"]
Words = frozenset[str]


@dataclass(frozen=True, slots=True)
class Domain:
    """A word: what it means, for which shapes, the words it implies, and whether a matrix has it."""

    word: str
    meaning: str
    shape: Shape
    implies: tuple[str, ...]

    @property
    def needs_square(self) -> bool:
        """True when only square matrices can have the property."""
        return self.shape == "square"

    def holds(self, matrix: Array) -> bool:
        """Whether the matrix has the property, up to rounding; one of a wrong shape or with NaN has not."""
        from identities.domains.properties import has_property

        return matrix.ndim == 2 and SHAPES[self.shape][0](*matrix.shape) and has_property(matrix, self.word)


SHAPES: dict[Shape, tuple[Callable[[int, int], bool], str]] = {
    "any": (lambda rows, cols: True, "any shape"),
    "square": (lambda rows, cols: rows == cols, "a square matrix"),
    "vector": (lambda rows, cols: 1 in (rows, cols), "a vector"),
    "scalar": (lambda rows, cols: rows == cols == 1, "the shape 1×1"),
}

_TABLE: tuple[tuple[str, str, Shape, str], ...] = (
    ("real", "real entries (the default)", "any", ""),
    ("complex", "complex entries", "any", ""),
    ("scalar", "1×1", "scalar", ""),
    ("square", "as many rows as columns", "square", ""),
    # linear structures
    ("symmetric", "X = Xᵀ", "square", ""),
    ("skew", "X = −Xᵀ", "square", ""),
    ("hermitian", "X = Xᴴ", "square", "complex real-spectrum"),
    ("diagonal", "zero off the diagonal", "square", "symmetric lower-triangular upper-triangular"),
    ("lower-triangular", "zero above the diagonal", "square", ""),
    ("upper-triangular", "zero below the diagonal", "square", ""),
    ("toeplitz", "constant along diagonals", "any", ""),
    ("circulant", "toeplitz, and each row the one above shifted cyclically", "square", "toeplitz"),
    # rank and determinant
    ("invertible", "X⁻¹ exists", "square", "full-column-rank full-row-rank"),
    ("det-positive", "det X > 0", "square", "invertible"),
    ("full-column-rank", "independent columns", "any", ""),
    ("full-row-rank", "independent rows", "any", ""),
    ("rank-deficient", "rank below min(m, n)", "any", ""),
    # eigenvalues
    ("psd", "vᵀXv ≥ 0, X symmetric (complex: Hermitian)", "square", "real-spectrum"),
    ("spd", "vᵀXv > 0 for v ≠ 0, X symmetric (complex: Hermitian)", "square", "psd positive-spectrum"),
    ("real-spectrum", "real eigenvalues", "square", ""),
    ("positive-spectrum", "real eigenvalues > 0", "square", "real-spectrum det-positive"),
    ("simple-eigenvalues", "distinct eigenvalues, real for real X", "square", ""),
    ("idempotent", "X² = X", "square", "real-spectrum"),
    ("involution", "X² = I", "square", "invertible real-spectrum"),
    # norms of columns
    ("orthonormal-columns", "XᴴX = I", "any", "full-column-rank"),
    ("orthogonal", "XᵀX = I, X real", "square", "real orthonormal-columns invertible"),
    ("unitary", "XᴴX = I, X complex", "square", "complex orthonormal-columns invertible"),
    ("permutation", "one 1 in each row and column, else 0", "square", "orthogonal"),
    ("contraction", "‖X‖₂ < 1", "any", ""),
    ("unit", "‖X‖_F = 1", "any", ""),
    # entries
    ("nonzero", "no entry is 0", "any", ""),
    ("positive", "every entry > 0", "any", "real nonzero"),
    ("unit-interval", "every entry in (0, 1)", "any", "positive"),
    ("integer", "positive integers", "any", "positive"),
    ("signs", "every entry 1 or −1", "any", "real nonzero"),
    ("probability", "every entry > 0, sum 1", "any", "positive"),
    ("one-hot", "one entry 1, the others 0", "vector", "real unit"),
)

DOMAINS: dict[str, Domain] = {
    word: Domain(word, meaning, shape, tuple(implied.split())) for word, meaning, shape, implied in _TABLE
}

ALIASES: dict[str, str] = {
    spelling: word
    for word, spellings in {
        "spd": "pd, positive definite",
        "psd": "positive semidefinite, positive semi definite, nonnegative definite, non negative definite",
        "invertible": "nonsingular, non singular, regular",
        "det-positive": "positive determinant, positive det",
        "rank-deficient": "singular",
        "skew": "skew symmetric, antisymmetric, anti symmetric",
        "hermitian": "self adjoint, selfadjoint",
        "orthonormal-columns": "orthonormal, semi orthogonal",
        "idempotent": "projector, projection",
        "involution": "involutory",
        "simple-eigenvalues": "distinct eigenvalues, simple spectrum",
        "real-spectrum": "real eigenvalues",
        "positive-spectrum": "positive eigenvalues, real positive eigenvalues, positive real eigenvalues",
        "integer": "positive integer, natural",
        "nonzero": "non zero",
        "unit": "unit norm, unit vector, unit length, normalized, normalised",
        "probability": "probability vector, probabilities, simplex",
        "unit-interval": "in unit interval",
    }.items()
    for spelling in spellings.split(", ")
}


def word_set(text: str) -> Words:
    """The words of a text in which every word is spelled as in :data:`DOMAINS`, with spaces between them."""
    return frozenset(text.split())


LINEAR = word_set("symmetric skew diagonal lower-triangular upper-triangular toeplitz circulant hermitian")
# Said of the entries that a linear structure leaves free.
ENTRYWISE = word_set("nonzero positive unit-interval integer signs probability")
SQUARE: Words = frozenset(word for word, domain in DOMAINS.items() if domain.needs_square)


SPELLED = {word.replace("-", " "): word for word in DOMAINS} | ALIASES
LONGEST = max(spelling.count(" ") + 1 for spelling in SPELLED)


def parse_words(text: str) -> tuple[str, ...]:
    """The domain words of a declaration: ``"symmetric positive definite"`` → ``("symmetric", "spd")``.

    Spaces and hyphens are the same, case does not matter, commas and "and" may separate, repetition is
    dropped. Raises ``ValueError`` for an unknown word, naming the nearest one.
    """
    pieces = [piece for piece in text.lower().replace("-", " ").replace(",", " ").split() if piece != "and"]
    words: dict[str, None] = {}
    while pieces:
        for length in range(min(LONGEST, len(pieces)), 0, -1):
            word = SPELLED.get(" ".join(pieces[:length]))
            if word:
                words[word] = None
                del pieces[:length]
                break
        else:
            raise ValueError(_unknown(pieces[:LONGEST]))
    return tuple(words)


def _unknown(pieces: list[str]) -> str:
    """The message for text that begins with no known spelling."""
    for length in range(len(pieces), 0, -1):
        text = " ".join(pieces[:length])[:60]
        if near := difflib.get_close_matches(text, SPELLED, 1, 0.5 if length == 1 else 0.8):
            return f"unknown domain word {text!r}; did you mean {near[0]!r}?"
    return f"unknown domain word {pieces[0][:60]!r}; known are {', '.join(DOMAINS)}"


def canonical(words: Collection[str]) -> tuple[str, ...]:
    """The words in canonical spelling, each once. Raises ``ValueError`` for an unknown one."""
    texts: Collection[str] = (words,) if isinstance(words, str) else words
    if isinstance(texts, set | frozenset):
        texts = sorted(texts)  # messages, too, are the same in every run
    return tuple(dict.fromkeys(word for text in texts for word in parse_words(text)))
