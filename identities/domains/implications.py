"""What domain words say together: all that they imply, and when no matrix has them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache

from identities.domains.words import DOMAINS, SHAPES, SQUARE, Words, canonical, word_set


class EmptyDomain(ValueError):
    """No matrix of this size has the properties: skew invertible at odd n, full column rank at 2×3."""


# What words imply together. "positive" and "nonzero" speak of the entries a structure leaves free.
_JOINT: tuple[tuple[Words, Words], ...] = tuple(
    (word_set(given), word_set(implied))
    for given, implied in (
        ("real symmetric", "real-spectrum"),
        ("real lower-triangular", "real-spectrum"),
        ("real upper-triangular", "real-spectrum"),
        ("real simple-eigenvalues", "real-spectrum"),
        ("real psd", "symmetric"),
        ("complex psd", "hermitian"),
        ("psd invertible", "spd"),
        ("real symmetric positive-spectrum", "spd"),
        ("hermitian positive-spectrum", "spd"),
        ("real circulant positive-spectrum", "spd"),  # circulant matrices are normal
        ("symmetric idempotent", "psd"),
        ("hermitian idempotent", "psd"),
        ("symmetric orthogonal", "involution"),
        ("symmetric involution", "orthogonal"),
        ("hermitian unitary", "involution"),
        ("hermitian involution", "unitary"),
        ("skew invertible", "det-positive"),
        ("full-column-rank full-row-rank", "invertible"),
        ("lower-triangular upper-triangular", "diagonal"),
        ("symmetric lower-triangular", "diagonal"),
        ("symmetric upper-triangular", "diagonal"),
        ("hermitian lower-triangular", "diagonal"),
        ("hermitian upper-triangular", "diagonal"),
        ("circulant lower-triangular", "diagonal"),
        ("circulant upper-triangular", "diagonal"),
        ("lower-triangular nonzero", "invertible"),
        ("upper-triangular nonzero", "invertible"),
        ("lower-triangular positive", "positive-spectrum"),
        ("upper-triangular positive", "positive-spectrum"),
        ("diagonal signs", "involution"),
        ("real diagonal involution", "signs"),
        ("diagonal invertible", "nonzero"),
        ("diagonal positive", "spd"),
        ("diagonal spd", "positive"),
    )
)

IMPOSSIBLE: tuple[tuple[Words, str], ...] = tuple(
    (word_set(pair), reason)
    for pair, reason in (
        ("real complex", "entries are either real or complex"),
        ("complex orthogonal", "for complex X with XᴴX = I say 'unitary'"),
        ("hermitian symmetric", "a matrix that is both is real: drop 'hermitian'"),
        ("hermitian skew", "a matrix that is both is i times a real skew one: declare that one"),
        ("symmetric skew", "only the zero matrix is both"),
        ("skew lower-triangular", "only the zero matrix is both"),
        ("skew upper-triangular", "only the zero matrix is both"),
        ("real skew real-spectrum", "the eigenvalues of a real skew matrix are imaginary"),
        ("real skew simple-eigenvalues", "the eigenvalues of a real skew matrix are imaginary"),
        ("skew positive", "a skew matrix has entries of both signs"),
        ("rank-deficient full-column-rank", "no matrix is both"),
        ("rank-deficient full-row-rank", "no matrix is both"),
        ("idempotent invertible", "only the identity matrix is both"),
        ("spd orthogonal", "only the identity matrix is both"),
        ("spd unitary", "only the identity matrix is both"),
        ("positive-spectrum orthogonal", "only the identity matrix is both"),
        ("positive-spectrum unitary", "only the identity matrix is both"),
        ("positive-spectrum involution", "only the identity matrix is both"),
        ("positive-spectrum skew", "a skew matrix with the eigenvalue λ has −λ too"),
        ("contraction orthonormal-columns", "a contraction shrinks every vector"),
        ("contraction involution", "a contraction shrinks every vector"),
        ("contraction integer", "the norm of integers is 1 or more, that of a contraction below 1"),
        ("signs positive", "only the matrix of ones is both"),
        ("contraction signs", "the norm of signs is 1 or more, that of a contraction below 1"),
        ("integer unit-interval", "no integer lies inside (0, 1)"),
    )
)

# words → the sizes at which a matrix has them, and why at no other
_SIZES: tuple[tuple[Words, Callable[[int, int], bool], str], ...] = (
    (word_set("full-column-rank"), lambda rows, cols: rows >= cols, "it needs rows ≥ columns"),
    (word_set("full-row-rank"), lambda rows, cols: rows <= cols, "it needs rows ≤ columns"),
    (word_set("skew invertible"), lambda rows, cols: rows % 2 == 0, "det X = det(−Xᵀ) = −det X at odd order"),
    (word_set("skew nonzero"), lambda rows, cols: rows > 1, "a skew 1×1 matrix is 0"),
    (word_set("skew unit"), lambda rows, cols: rows > 1, "a skew 1×1 matrix is 0"),
    (word_set("skew circulant nonzero"), lambda rows, cols: rows > 2, "a skew circulant 2×2 matrix is 0"),
    (word_set("skew circulant unit"), lambda rows, cols: rows > 2, "a skew circulant 2×2 matrix is 0"),
)


@cache
def all_implied(words: Words) -> Words:
    """Every word that words in canonical spelling imply, themselves included."""
    closed = set(words)
    while True:
        before = len(closed)
        closed.update(*(DOMAINS[word].implies for word in sorted(closed)))
        closed.update(*(implied for given, implied in _JOINT if given <= closed))
        if closed & SQUARE and closed & {"full-column-rank", "full-row-rank"}:
            closed.add("invertible")
        if len(closed) == before:
            if closed & {"real", "complex"}:
                return frozenset(closed)
            closed.add("real")


def closure(words: Collection[str]) -> frozenset[str]:
    """Every word that ``words`` imply, themselves included: spd implies symmetric, invertible, ….

    Raises ``ValueError`` for an unknown word, as do all functions here that take words.
    """
    return all_implied(frozenset(canonical(words)))


def has(words: Collection[str], word: str) -> bool:
    """Whether ``words`` imply ``word``: ``has({"orthogonal"}, "invertible")``."""
    return word in closure(words)


def reason_empty(asked: tuple[str, ...], rows: int, cols: int) -> str | None:
    """Why no matrix of this size has the properties."""
    if min(rows, cols) < 1:
        return f"{rows}×{cols}: a dim is at least 1"
    for word in asked:
        fits, shape = SHAPES[DOMAINS[word].shape]
        if not fits(rows, cols):
            return f"{word} needs {shape}, not {rows}×{cols}"
    closed = all_implied(frozenset(asked))
    for given, fits, reason in _SIZES:
        if given <= closed and not fits(rows, cols):
            return f"no {rows}×{cols} matrix is {' '.join(asked)}: {reason}"
    return None
