"""Domain words → random matrices that have the property and no stronger one.

A claim is checked on the *weakest* matrices its words allow: a general matrix is not symmetric and does not
commute with the next one, an invertible one has a determinant of either sign, a positive semidefinite one may
be singular. Draws are constructed, never drawn again until they fit.

Three tables say everything. :data:`DOMAINS` has a row per word: its meaning and the words it implies; to each
belongs a predicate. ``implications`` says what words imply together (lower- and upper-triangular: diagonal).
``constructions`` has a row per construction by factors (singular values, eigenvalues); a mixture of linear
structures (symmetric, toeplitz), one kind of entry and one norm is filled in entry by entry. A construction serves
a set of words exactly when both imply the same words: none is ever ignored, and a set that nothing serves is
refused.

Only what has matrices in it needs NumPy: words are read and judged without.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from identities.domains.constructions import clash, construction
from identities.domains.implications import EmptyDomain, all_implied, closure, has, reason_empty
from identities.domains.words import ALIASES, DOMAINS, ENTRYWISE, LINEAR, SHAPES, Domain, canonical, parse_words

if TYPE_CHECKING:
    import numpy as np

    from identities.domains.words import Array

__all__ = [
    "ALIASES", "DOMAINS", "LINEAR", "Domain", "EmptyDomain", "basis", "check_words", "closure", "has", "has_basis",
    "holds", "parse_words", "sample", "sample_function",
]  # fmt: skip


def check_words(words: Collection[str], rows_text: str, cols_text: str, square: bool) -> str | None:
    """Why no variable declared ``rows × cols`` can have these words; ``None`` when one can.

    ``square`` says whether both dims are the same. Dims given as numbers are judged here; words that fail for
    some values of a dim symbol only (skew invertible at odd n) raise :class:`EmptyDomain` when drawn.
    """
    asked = canonical(words)
    if reason := clash(asked):
        return reason
    dims = (rows_text, cols_text)
    fits = {"any": True, "square": square, "vector": "1" in dims, "scalar": dims == ("1", "1")}
    for word in asked:
        if not fits[DOMAINS[word].shape]:
            return f"{word} needs {SHAPES[DOMAINS[word].shape][1]}, not {rows_text}×{cols_text}"
    if all(dim.isascii() and dim.isdigit() and len(dim) < 10 for dim in dims):
        return reason_empty(asked, int(rows_text), int(cols_text))
    return None


def holds(words: Collection[str], matrix: Array) -> bool:
    """Whether the matrix has all the properties, entrywise ones in the entries the structure leaves free."""
    from identities.domains.structures import pattern

    asked = frozenset(canonical(words))
    closed = all_implied(asked)
    if not all(DOMAINS[word].holds(matrix) for word in asked - ENTRYWISE | closed & {"real", "complex"}):
        return False
    free = matrix[pattern(closed, *matrix.shape)[1] != 0]
    return all(DOMAINS[word].holds(free[:, None]) for word in asked & ENTRYWISE)


def has_basis(words: Collection[str]) -> bool:
    """Whether ``words`` name a linear structure, one that has a :func:`basis`: symmetric, spd, toeplitz, …"""
    return bool(closure(words) & LINEAR)


def basis(words: Collection[str], rows: int, cols: int) -> Array | None:
    """An orthogonal basis, under tr AᵀB, of the linear structure: ``(k, rows, cols)`` of entries 0 and ±1.

    ``None`` where the words name no linear structure: they leave all of ℝ^{rows×cols} (invertible) or a
    curved set (orthogonal). The order is that of vec, for symmetric matrices of vech. Coefficients are real,
    complex for complex words; Hermitian matrices are no complex space: theirs are real, the basis has ±i too.
    Raises :class:`EmptyDomain` for a size the words do not allow.
    """
    from identities.domains.structures import units

    asked = canonical(words)
    if not has_basis(asked):
        return None
    if reason := reason_empty(asked, rows, cols):
        raise EmptyDomain(reason)
    return units(all_implied(frozenset(asked)), rows, cols)


def sample(words: Collection[str], rows: int, cols: int, count: int, rng: np.random.Generator) -> Array:
    """``count`` random matrices with the properties and no stronger one, ``(count, rows, cols)``.

    Float64, complex128 for complex words. Entries are O(1). Singular values of invertible and full-rank
    draws lie in [0.5, 2] (log-uniform, Haar frames), of positive and toeplitz ones in [0.5, 4], eigenvalues
    of spd and positive-spectrum ones in [0.5, 3]; simple eigenvalues are at least 0.3 apart; linear structure
    is exact. Vectors are ``(n, 1)``, scalars ``(1, 1)``.
    Raises :class:`EmptyDomain` when no matrix of this size has the properties, ``ValueError`` for words that
    do not go together.
    """
    from identities.domains.ingredients import Draw

    asked = canonical(words)
    closed = all_implied(frozenset(asked))
    construct = construction(closed)
    if construct is None:
        raise ValueError(clash(asked))
    if reason := reason_empty(asked, rows, cols):
        raise EmptyDomain(reason)
    return construct(Draw(rng, count, rows, cols, "complex" in closed)) + 0.0  # no negative zeros


def sample_function(
    in_rows: int,
    in_cols: int,
    out_rows: int,
    out_cols: int,
    count: int,
    rng: np.random.Generator,
    features: int = 6,
) -> tuple[Array, Array, Array, Array]:
    """``count`` smooth random functions F(X) = B + Σₖ Cₖ sin(⟨Wₖ, X⟩ + φₖ), as the arrays W, φ, C, B.

    W ``(count, features, in_rows·in_cols)`` acts on vec(X), columns stacked; φ ``(count, features, 1)``;
    C ``(count, out_rows·out_cols, features)`` and B ``(count, out_rows·out_cols, 1)`` in the vec order of the
    output: vec F(X) = B + C sin(W vec(X) + φ). With ‖Wₖ‖ in [0.6, 1.6] and C of size 1/√features, the entries
    of F and its derivatives in unit directions are O(1) whatever the sizes.
    """
    from identities.domains.ingredients import Draw

    return Draw(rng, count, in_rows, in_cols).waves(features, out_rows * out_cols)
