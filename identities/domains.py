"""Domain words → random matrices that have the property and no stronger one.

A claim is checked on the *weakest* matrices its words allow: a general matrix is not symmetric and does not
commute with the next one, an invertible one has a determinant of either sign, a positive semidefinite one may
be singular. Draws are constructed, never drawn again until they fit.

Three tables say everything. :data:`DOMAINS` has a row per word: its meaning, the words it implies, its
predicate. ``_JOINT`` says what words imply together (lower- and upper-triangular: diagonal). ``_FACTORED``
has a row per construction by factors (singular values, eigenvalues); a mixture of linear structures
(symmetric, toeplitz), one kind of entry and one norm is filled in entry by entry. A construction serves a
set of words exactly when both imply the same words: none is ever ignored, and a set that nothing serves is
refused.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Shape = Literal["any", "square", "vector", "scalar"]
Words = frozenset[str]


class EmptyDomain(ValueError):
    """No matrix of this size has the properties: skew invertible at odd n, full column rank at 2×3."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A word: what it means, for which shapes, the words it implies, and whether a matrix has it."""

    word: str
    meaning: str
    shape: Shape
    implies: tuple[str, ...]
    test: Callable[[Array], Any]

    @property
    def needs_square(self) -> bool:
        """True when only square matrices can have the property."""
        return self.shape == "square"

    def holds(self, matrix: Array) -> bool:
        """Whether the matrix has the property, up to rounding; one of a wrong shape or with NaN has not."""
        fits = matrix.ndim == 2 and _SHAPES[self.shape][0](*matrix.shape)
        return bool(fits and np.isfinite(matrix).all() and self.test(matrix))


_SHAPES: dict[Shape, tuple[Callable[[int, int], bool], str]] = {
    "any": (lambda rows, cols: True, "any shape"),
    "square": (lambda rows, cols: rows == cols, "a square matrix"),
    "vector": (lambda rows, cols: 1 in (rows, cols), "a vector"),
    "scalar": (lambda rows, cols: rows == cols == 1, "the shape 1×1"),
}


def _adjoint(x: Array) -> Array:
    return np.conj(np.swapaxes(x, -1, -2))


def _close(x: Array, y: Array) -> bool:
    return bool(np.linalg.norm(x - y) <= 1e-9 * max(1.0, float(np.linalg.norm(x))))


def _rank(x: Array) -> int:
    return int(np.linalg.matrix_rank(x, rtol=1e-8))


def _real(x: Array) -> bool:
    return not np.iscomplexobj(x)


def _least_eigenvalue(x: Array) -> float:
    """The least eigenvalue relative to the norm; −1 for a matrix that is not self-adjoint."""
    return float(np.linalg.eigvalsh(x)[0] / (np.linalg.norm(x) or 1.0)) if _close(x, _adjoint(x)) else -1.0


def _spectrum_real(x: Array) -> bool:
    return bool(np.abs(np.linalg.eigvals(x).imag).max() <= 1e-6 * max(1.0, float(np.linalg.norm(x))))


def _spectrum_simple(x: Array) -> bool:
    values = np.linalg.eigvals(x)
    gaps = np.abs(values[:, None] - values[None, :])[~np.eye(len(values), dtype=bool)]
    return bool((gaps > 1e-4).all()) and (np.iscomplexobj(x) or _spectrum_real(x))


def _has_zeros_and_ones(x: Array) -> bool:
    return _real(x) and bool(np.isin(x, (0, 1)).all())


_TABLE: tuple[tuple[str, str, Shape, str, Callable[[Array], Any]], ...] = (
    ("real", "real entries (the default)", "any", "", _real),
    ("complex", "complex entries", "any", "", lambda x: not _real(x)),
    ("scalar", "1×1", "scalar", "", lambda x: True),
    # linear structures
    ("symmetric", "X = Xᵀ", "square", "", lambda x: _close(x, x.T)),
    ("skew", "X = −Xᵀ", "square", "", lambda x: _close(x, -x.T)),
    ("hermitian", "X = Xᴴ", "square", "complex real-spectrum",
        lambda x: not _real(x) and _close(x, _adjoint(x))),
    ("diagonal", "zero off the diagonal", "square", "symmetric lower-triangular upper-triangular",
        lambda x: _close(x, np.diag(np.diag(x)))),
    ("lower-triangular", "zero above the diagonal", "square", "", lambda x: _close(x, np.tril(x))),
    ("upper-triangular", "zero below the diagonal", "square", "", lambda x: _close(x, np.triu(x))),
    ("toeplitz", "constant along diagonals", "any", "", lambda x: _close(x[1:, 1:], x[:-1, :-1])),
    ("circulant", "toeplitz, and each row the one above shifted cyclically", "square", "toeplitz",
        lambda x: _close(x, np.roll(x, (1, 1), (0, 1)))),
    # rank and determinant
    ("invertible", "X⁻¹ exists", "square", "full-column-rank full-row-rank", lambda x: _rank(x) == len(x)),
    ("det-positive", "det X > 0", "square", "invertible",
        lambda x: _rank(x) == len(x) and abs(np.linalg.slogdet(x).sign - 1) < 1e-6),
    ("full-column-rank", "independent columns", "any", "", lambda x: _rank(x) == x.shape[1]),
    ("full-row-rank", "independent rows", "any", "", lambda x: _rank(x) == x.shape[0]),
    ("rank-deficient", "rank below min(m, n)", "any", "", lambda x: _rank(x) < min(x.shape)),
    # eigenvalues
    ("psd", "vᵀXv ≥ 0, X symmetric (complex: Hermitian)", "square", "real-spectrum",
        lambda x: _least_eigenvalue(x) >= -1e-10),
    ("spd", "vᵀXv > 0 for v ≠ 0, X symmetric (complex: Hermitian)", "square", "psd det-positive",
        lambda x: _least_eigenvalue(x) > 1e-8),
    ("real-spectrum", "real eigenvalues", "square", "", _spectrum_real),
    ("simple-eigenvalues", "distinct eigenvalues, real for real X", "square", "", _spectrum_simple),
    ("idempotent", "X² = X", "square", "real-spectrum", lambda x: _close(x @ x, x)),
    ("involution", "X² = I", "square", "invertible real-spectrum", lambda x: _close(x @ x, np.eye(len(x)))),
    # norms of columns
    ("orthonormal-columns", "XᴴX = I", "any", "full-column-rank",
        lambda x: _close(_adjoint(x) @ x, np.eye(x.shape[1]))),
    ("orthogonal", "XᵀX = I, X real", "square", "real orthonormal-columns invertible",
        lambda x: _real(x) and _close(x.T @ x, np.eye(len(x)))),
    ("unitary", "XᴴX = I, X complex", "square", "complex orthonormal-columns invertible",
        lambda x: not _real(x) and _close(_adjoint(x) @ x, np.eye(len(x)))),
    ("permutation", "one 1 in each row and column, else 0", "square", "orthogonal",
        lambda x: _has_zeros_and_ones(x) and (x.sum(0) == 1).all() and (x.sum(1) == 1).all()),
    ("contraction", "‖X‖₂ < 1", "any", "", lambda x: np.linalg.norm(x, 2) < 1),
    ("unit", "‖X‖_F = 1", "any", "", lambda x: abs(np.linalg.norm(x) - 1) < 1e-9),
    # entries
    ("nonzero", "no entry is 0", "any", "", lambda x: (x != 0).all()),
    ("positive", "every entry > 0", "any", "real nonzero", lambda x: _real(x) and (x > 0).all()),
    ("unit-interval", "every entry in (0, 1)", "any", "positive",
        lambda x: _real(x) and ((x > 0) & (x < 1)).all()),
    ("integer", "positive integers", "any", "positive",
        lambda x: _real(x) and (x >= 1).all() and (x == np.round(x)).all()),
    ("probability", "every entry > 0, sum 1", "any", "positive",
        lambda x: _real(x) and (x > 0).all() and abs(x.sum() - 1) < 1e-9),
    ("one-hot", "one entry 1, the others 0", "vector", "real unit",
        lambda x: _has_zeros_and_ones(x) and x.sum() == 1),
)  # fmt: skip

DOMAINS: dict[str, Domain] = {
    word: Domain(word, meaning, shape, tuple(implied.split()), test) for word, meaning, shape, implied, test in _TABLE
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
        "integer": "positive integer, natural",
        "nonzero": "non zero",
        "unit": "unit norm, unit vector, unit length, normalized, normalised",
        "probability": "probability vector, probabilities, simplex",
        "unit-interval": "in unit interval",
    }.items()
    for spelling in spellings.split(", ")
}


def _unknown(pieces: list[str], spelled: Collection[str]) -> str:
    """The message for text that begins with no known spelling."""
    for length in range(len(pieces), 0, -1):
        text = " ".join(pieces[:length])[:60]
        if near := difflib.get_close_matches(text, spelled, 1, 0.5 if length == 1 else 0.8):
            return f"unknown domain word {text!r}; did you mean {near[0]!r}?"
    return f"unknown domain word {pieces[0][:60]!r}; known are {', '.join(DOMAINS)}"


def _words(text: str) -> Words:
    return frozenset(text.split())


_LINEAR = _words("symmetric skew diagonal lower-triangular upper-triangular toeplitz circulant hermitian")
_ENTRYWISE = _words("nonzero positive unit-interval integer probability")
_SQUARE: Words = frozenset(word for word, domain in DOMAINS.items() if domain.needs_square)

# What words imply together. "positive" and "nonzero" speak of the entries a structure leaves free.
_JOINT: tuple[tuple[Words, Words], ...] = tuple(
    (_words(given), _words(implied))
    for given, implied in (
        ("real symmetric", "real-spectrum"),
        ("real lower-triangular", "real-spectrum"),
        ("real upper-triangular", "real-spectrum"),
        ("real simple-eigenvalues", "real-spectrum"),
        ("real psd", "symmetric"),
        ("complex psd", "hermitian"),
        ("psd invertible", "spd"),
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
        ("lower-triangular positive", "det-positive"),
        ("upper-triangular positive", "det-positive"),
        ("diagonal invertible", "nonzero"),
        ("diagonal positive", "spd"),
        ("diagonal spd", "positive"),
    )
)

_IMPOSSIBLE: tuple[tuple[Words, str], ...] = tuple(
    (_words(pair), reason)
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
        ("contraction orthonormal-columns", "a contraction shrinks every vector"),
        ("contraction involution", "a contraction shrinks every vector"),
        ("contraction integer", "the norm of integers is 1 or more, that of a contraction below 1"),
        ("integer unit-interval", "no integer lies inside (0, 1)"),
    )
)


@cache
def _closure(words: Words) -> Words:
    closed = set(words)
    while True:
        before = len(closed)
        closed.update(*(DOMAINS[word].implies for word in sorted(closed)))
        closed.update(*(implied for given, implied in _JOINT if given <= closed))
        if closed & _SQUARE and closed & {"full-column-rank", "full-row-rank"}:
            closed.add("invertible")
        if len(closed) == before:
            if closed & {"real", "complex"}:
                return frozenset(closed)
            closed.add("real")


def _canonical(words: Collection[str]) -> tuple[str, ...]:
    texts: Collection[str] = (words,) if isinstance(words, str) else words
    if isinstance(texts, set | frozenset):
        texts = sorted(texts)  # messages, too, are the same in every run
    return tuple(dict.fromkeys(word for text in texts for word in parse_words(text)))


def closure(words: Collection[str]) -> frozenset[str]:
    """Every word that ``words`` imply, themselves included: spd implies symmetric, invertible, ….

    Raises ``ValueError`` for an unknown word, as do all functions here that take words.
    """
    return _closure(frozenset(_canonical(words)))


def has(words: Collection[str], word: str) -> bool:
    """Whether ``words`` imply ``word``: ``has({"orthogonal"}, "invertible")``."""
    return word in closure(words)


def holds(words: Collection[str], matrix: Array) -> bool:
    """Whether the matrix has all the properties, entrywise ones in the entries the structure leaves free."""
    asked = frozenset(_canonical(words))
    closed = _closure(asked)
    if not all(DOMAINS[word].holds(matrix) for word in asked - _ENTRYWISE | closed & {"real", "complex"}):
        return False
    free = matrix[_pattern(closed, *matrix.shape)[1] != 0]
    return all(DOMAINS[word].holds(free[:, None]) for word in asked & _ENTRYWISE)


def parse_words(text: str) -> tuple[str, ...]:
    """The domain words of a declaration: ``"symmetric positive definite"`` → ``("symmetric", "spd")``.

    Spaces and hyphens are the same, case does not matter, commas and "and" may separate, repetition is
    dropped. Raises ``ValueError`` for an unknown word, naming the nearest one.
    """
    spelled = {word.replace("-", " "): word for word in DOMAINS} | ALIASES
    longest = max(spelling.count(" ") + 1 for spelling in spelled)
    pieces = [piece for piece in text.lower().replace("-", " ").replace(",", " ").split() if piece != "and"]
    words: dict[str, None] = {}
    while pieces:
        for length in range(min(longest, len(pieces)), 0, -1):
            word = spelled.get(" ".join(pieces[:length]))
            if word:
                words[word] = None
                del pieces[:length]
                break
        else:
            raise ValueError(_unknown(pieces[:longest], spelled))
    return tuple(words)


# words → the sizes at which a matrix has them, and why at no other
_SIZES: tuple[tuple[Words, Callable[[int, int], bool], str], ...] = (
    (_words("full-column-rank"), lambda rows, cols: rows >= cols, "it needs rows ≥ columns"),
    (_words("full-row-rank"), lambda rows, cols: rows <= cols, "it needs rows ≤ columns"),
    (_words("skew invertible"), lambda rows, cols: rows % 2 == 0, "det X = det(−Xᵀ) = −det X at odd order"),
    (_words("skew nonzero"), lambda rows, cols: rows > 1, "a skew 1×1 matrix is 0"),
    (_words("skew unit"), lambda rows, cols: rows > 1, "a skew 1×1 matrix is 0"),
    (_words("skew circulant nonzero"), lambda rows, cols: rows > 2, "a skew circulant 2×2 matrix is 0"),
    (_words("skew circulant unit"), lambda rows, cols: rows > 2, "a skew circulant 2×2 matrix is 0"),
)


def _empty(asked: tuple[str, ...], rows: int, cols: int) -> str | None:
    """Why no matrix of this size has the properties."""
    if min(rows, cols) < 1:
        return f"{rows}×{cols}: a dim is at least 1"
    for word in asked:
        fits, shape = _SHAPES[DOMAINS[word].shape]
        if not fits(rows, cols):
            return f"{word} needs {shape}, not {rows}×{cols}"
    closed = _closure(frozenset(asked))
    for given, fits, reason in _SIZES:
        if given <= closed and not fits(rows, cols):
            return f"no {rows}×{cols} matrix is {' '.join(asked)}: {reason}"
    return None


def _pattern(closed: Words, rows: int, cols: int) -> tuple[Array, Array]:
    """The linear structure as ``labels, signs``: entry (i, j) is ``signs[i, j] z[labels[i, j]]``, z free."""
    row, col = np.indices((rows, cols))
    key = col * rows + row
    if "toeplitz" in closed:
        key = (col - row) % rows if "circulant" in closed else col - row
    sign = np.ones((rows, cols))
    if "skew" in closed:
        sign = np.sign(key.T - key).astype(float)
    if closed & {"symmetric", "skew"}:
        key = np.minimum(key, key.T)
    barred = ("lower-triangular" in closed) & (col > row) | ("upper-triangular" in closed) & (col < row)
    # An entry that must vanish takes with it every entry that equals it.
    sign[np.isin(key, key[barred])] = 0
    free = np.unique(key[sign != 0])
    return np.minimum(np.searchsorted(free, key), max(len(free) - 1, 0)), sign


def basis(words: Collection[str], rows: int, cols: int) -> Array | None:
    """An orthogonal basis, under tr AᵀB, of the linear structure: ``(k, rows, cols)`` of entries 0 and ±1.

    ``None`` where the words name no linear structure: they leave all of ℝ^{rows×cols} (invertible) or a
    curved set (orthogonal). The order is that of vec, for symmetric matrices of vech. Coefficients are real,
    complex for complex words; Hermitian matrices are no complex space: theirs are real, the basis has ±i too.
    Raises :class:`EmptyDomain` for a size the words do not allow.
    """
    asked = _canonical(words)
    closed = _closure(frozenset(asked))
    if not closed & _LINEAR:
        return None
    if empty := _empty(asked, rows, cols):
        raise EmptyDomain(empty)
    if "hermitian" not in closed:
        return _unit_patterns(closed, rows, cols)
    return np.concatenate([scale * _unit_patterns(part, rows, cols) for scale, part in _hermitian_parts(closed)])


def _unit_patterns(closed: Words, rows: int, cols: int) -> Array:
    labels, signs = _pattern(closed, rows, cols)
    count = labels.max() + 1 if signs.any() else 0
    units: Array = signs * (labels == np.arange(count)[:, None, None])
    return units


def _hermitian_parts(closed: Words) -> tuple[tuple[complex, Words], tuple[complex, Words]]:
    """X = S + iK with S symmetric and K skew, both real."""
    rest = closed - _words("hermitian complex")
    return (1, rest | {"symmetric"}), (1j, rest | {"skew"})


@dataclass(frozen=True, slots=True)
class _Draw:
    """The ingredients: ``count`` draws of ``rows × cols`` from one generator, real or complex."""

    rng: np.random.Generator
    count: int
    rows: int
    cols: int
    complex: bool = False

    def real(self, *shape: int) -> Array:
        return self.rng.standard_normal((self.count, *shape))

    def normal(self, *shape: int) -> Array:
        x = self.real(*shape)
        return (x + 1j * self.real(*shape)) / math.sqrt(2) if self.complex else x

    def between(self, low: float, high: float, *shape: int) -> Array:
        """Log-uniform in [low, high]."""
        return np.exp(self.rng.uniform(np.log(low), np.log(high), (self.count, *shape)))

    def phases(self, *shape: int) -> Array:
        """Of modulus 1: both signs, or anywhere on the circle."""
        angle = self.rng.uniform(0, 2, (self.count, *shape))
        return np.exp(1j * np.pi * angle) if self.complex else np.where(angle < 1, -1.0, 1.0)

    def balanced(self) -> Array:
        """One sign per draw, + and − equally often, so that a handful of draws has both."""
        return self.rng.permutation(np.resize((1.0, -1.0), self.count))

    def nonzero(self, product: Array | float) -> Array:
        """±[0.5, 2] per row, the sign of the product given."""
        signs = np.where(self.real(self.rows) < 0, -1.0, 1.0)
        signs[:, 0] *= product * signs.prod(1)
        return signs * self.between(0.5, 2, self.rows)

    def mask(self, length: int, alone: int) -> Array:
        """Some ones, then some zeros, at least one of each; of length 1 a number below ``alone``."""
        ones = self.rng.integers(min(1, length - 1), max(length, alone), self.count)
        return (np.arange(length) < ones[:, None]).astype(float)

    def shuffled(self, values: Array) -> Array:
        return self.rng.permuted(values, axis=1)

    def spread(self) -> Array:
        """Positive eigenvalues all over [0.5, 3]."""
        within = np.arange(self.rows) + self.rng.random((self.count, self.rows))
        return self.shuffled(0.5 + 2.5 * within / self.rows)

    def steps(self) -> Array:
        """Increasing values, the first at least 0.5, each at least 0.3 above the one before."""
        return 0.2 + np.cumsum(self.rng.uniform(0.3, 0.9, (self.count, self.rows)), axis=1)

    def ladder(self, product: Array | float) -> Array:
        """Values at least 0.3 apart and 0.5 from zero, the sign of the product given."""
        return np.sign(self.nonzero(product)) * self.steps()

    def gapped(self) -> Array:
        """Values of both signs at least 0.3 apart, in random order."""
        steps = self.steps()
        return self.shuffled(steps - steps.mean(1, keepdims=True) + self.real(1) / 2)

    def nonnegative(self) -> Array:
        """As :meth:`spread`, with one zero in every other draw (of order 2 or more)."""
        values = self.spread()
        values[::2, : min(1, self.rows - 1)] = 0
        return self.shuffled(values)

    def frame(self, rows: int, cols: int) -> Array:
        """Orthonormal columns, Haar distributed: QR of a Gaussian matrix with diag R > 0 (Mezzadri 2007)."""
        q, r = np.linalg.qr(self.normal(rows, cols))
        diagonal = np.diagonal(r, axis1=1, axis2=2)
        frame: Array = q * (diagonal / np.abs(diagonal))[:, None, :]
        return frame

    def singular(self, values: Array) -> Array:
        """U diag(values) Vᴴ with Haar frames U and V."""
        short = values.shape[1]
        return self.frame(self.rows, short) * values[:, None, :] @ _adjoint(self.frame(self.cols, short))

    def full_rank(self) -> Array:
        return self.singular(self.between(0.5, 2, min(self.rows, self.cols)))

    def deficient(self) -> Array:
        short = min(self.rows, self.cols)
        return self.singular(self.between(0.5, 2, short) * self.mask(short, 1))

    def eigen(self, values: Array) -> Array:
        """Q diag(values) Qᴴ with Haar Q, self-adjoint to the last bit."""
        q = self.frame(self.rows, self.rows)
        x = q * values[:, None, :] @ _adjoint(q)
        return (x + _adjoint(x)) / 2

    def similar(self, values: Array) -> Array:
        """V diag(values) V⁻¹ with the singular values of V in [0.5, 2]."""
        u, w = self.frame(self.rows, self.rows), self.frame(self.rows, self.rows)
        s = self.between(0.5, 2, 1, self.rows)
        return (u * s @ _adjoint(w) * values[:, None, :]) @ (w / s @ _adjoint(u))

    def diagonal(self, values: Array) -> Array:
        return values[:, :, None] * np.eye(self.rows)

    def beside(self) -> Array:
        """What stands beside the diagonal of a triangle, small enough to keep its eigenvectors apart."""
        return self.real(self.rows, self.rows) * (0.4 / math.sqrt(self.rows))

    def skew(self, values: Array) -> Array:
        """Y − Yᵀ where Y pairs the columns of a Haar Q: singular values ``values``, each twice."""
        q = self.frame(self.rows, self.rows)
        y = q[:, :, ::2] * values[:, None, :] @ _adjoint(q[:, :, 1::2])
        return y - _adjoint(y)

    def upper(self) -> Array:
        """Invertible upper triangular: the R of an invertible matrix, rows of any sign."""
        triangle: Array = np.linalg.qr(self.full_rank()).R
        return self.phases(self.rows, 1) * triangle

    def lower(self) -> Array:
        return self.upper().swapaxes(1, 2)

    def turned(self, x: Array, wanted: Array | float) -> Array:
        """The first row's sign such that a real det x has the wanted one; a triangle stays a triangle."""
        if not self.complex:
            x[:, 0, :] *= (wanted * np.linalg.slogdet(x).sign)[:, None]
        return x

    def permutation(self, order: int) -> Array:
        return np.eye(order)[self.shuffled(np.tile(np.arange(order), (self.count, 1)))]

    def shift(self) -> Array:
        """± a cyclic shift by 0 or 1: circulant, orthogonal, and of either determinant at every order."""
        sign, by, one = self.balanced()[:, None, None], self.balanced()[:, None, None], np.eye(self.rows)
        return sign * np.where(by < 0, np.roll(one, 1, 0), one)

    def dominated(self, structure: str, entry: str, pillar: Array) -> Array:
        """E + (1 + u)P with ‖E‖₂ = 1 and orthonormal columns or rows P: singular values at least u ≥ 0.5."""
        x = _filled(self, _words(structure), entry)
        x /= np.linalg.norm(x, 2, (1, 2), keepdims=True)
        x += (1 + self.between(0.5, 2, 1, 1)) * pillar
        return x

    def positive(self) -> Array:
        pillar = self.permutation(max(self.rows, self.cols))
        return self.dominated("", "positive", pillar[:, : self.rows, : self.cols])

    def one_hot(self) -> Array:
        size = self.rows * self.cols
        return np.eye(size)[self.rng.integers(size, size=self.count)].reshape(-1, self.rows, self.cols)


_ENTRIES: dict[str, Callable[[_Draw, int], Array]] = {
    "": lambda d, k: d.normal(k),
    "nonzero": lambda d, k: d.phases(k) * d.between(0.25, 2.5, k),
    "positive": lambda d, k: np.exp(0.8 * d.real(k)),
    "unit-interval": lambda d, k: d.rng.uniform(0.05, 0.95, (d.count, k)),
    "integer": lambda d, k: d.rng.integers(1, 6, (d.count, k)).astype(float),
}

# norm → the kinds of entries it leaves what they are, and how a matrix gets it
_NORMS: dict[str, tuple[tuple[str, ...], Callable[[Array], Array]]] = {
    "": (tuple(_ENTRIES), lambda x: x),
    "unit": (("", "nonzero", "positive"), lambda x: x / np.linalg.norm(x, "fro", (1, 2), keepdims=True)),
    "contraction": (
        ("", "nonzero", "positive", "unit-interval"),
        lambda x: 0.3 * x / np.maximum(np.linalg.norm(x, 2, (1, 2), keepdims=True), 1e-300),  # 0 stays 0
    ),
    "probability": (("positive",), lambda x: x / x.sum((1, 2), keepdims=True)),
}


def _filled(d: _Draw, closed: Words, entry: str) -> Array:
    """A linear structure with one random number per free entry."""
    if "hermitian" in closed:
        real = replace(d, complex=False)
        (_, symmetric), (i, skew) = _hermitian_parts(closed)
        return _filled(real, symmetric, entry) + i * _filled(real, skew, entry)
    labels, signs = _pattern(closed, d.rows, d.cols)
    filled: Array = signs * _ENTRIES[entry](d, int(labels.max()) + 1)[:, labels]
    return filled


def _normed(structure: Words, entry: str, norm: str, d: _Draw) -> Array:
    return _NORMS[norm][1](_filled(d, structure, entry))


# fmt: off
_FACTORED: dict[str, Callable[[_Draw], Array]] = {
    "invertible | complex invertible": lambda d: d.turned(d.full_rank(), d.balanced()),
    "det-positive": lambda d: d.turned(d.full_rank(), 1),
    "symmetric invertible | hermitian invertible": lambda d: d.eigen(d.nonzero(d.balanced())),
    "symmetric det-positive": lambda d: d.eigen(d.nonzero(1)),
    "diagonal det-positive": lambda d: d.diagonal(d.nonzero(1)),
    "skew invertible": lambda d: d.skew(d.between(0.5, 2, d.rows // 2)),
    "skew orthogonal": lambda d: d.skew(np.ones((d.count, d.rows // 2))),
    "upper-triangular invertible | complex upper-triangular invertible":
        lambda d: d.turned(d.upper(), d.balanced()),
    "lower-triangular invertible | complex lower-triangular invertible":
        lambda d: d.turned(d.lower(), d.balanced()),
    "upper-triangular det-positive": lambda d: d.turned(d.upper(), 1),
    "lower-triangular det-positive": lambda d: d.turned(d.lower(), 1),
    "toeplitz invertible": lambda d: d.dominated("toeplitz", "", d.shift()),
    "circulant invertible": lambda d: d.dominated("toeplitz circulant", "", d.shift()),
    "toeplitz spd": lambda d: d.dominated("toeplitz symmetric", "", np.eye(d.rows)),
    "circulant spd": lambda d: d.dominated("toeplitz circulant symmetric", "", np.eye(d.rows)),
    "positive spd": lambda d: d.dominated("symmetric", "positive", np.eye(d.rows)),
    "positive invertible | positive full-column-rank | positive full-row-rank": lambda d: d.positive(),
    "full-column-rank | complex full-column-rank": lambda d: d.full_rank(),
    "full-row-rank | complex full-row-rank": lambda d: d.full_rank(),
    "rank-deficient | complex rank-deficient": lambda d: d.deficient(),
    "symmetric rank-deficient | hermitian rank-deficient":
        lambda d: d.eigen(d.nonzero(d.balanced()) * d.mask(d.rows, 1)),
    "psd rank-deficient | hermitian psd rank-deficient": lambda d: d.eigen(d.spread() * d.mask(d.rows, 1)),
    "spd | hermitian spd": lambda d: d.eigen(d.spread()),
    "psd | hermitian psd": lambda d: d.eigen(d.nonnegative()),
    "diagonal psd": lambda d: d.diagonal(d.nonnegative()),
    "real-spectrum | complex real-spectrum": lambda d: d.similar(d.real(d.rows)),
    "real-spectrum invertible": lambda d: d.similar(d.nonzero(d.balanced())),
    "simple-eigenvalues": lambda d: d.similar(d.gapped()),
    "complex simple-eigenvalues": lambda d: d.similar(d.gapped() + 1j * d.real(d.rows)),
    "simple-eigenvalues invertible": lambda d: d.similar(d.ladder(d.balanced())),
    "simple-eigenvalues det-positive": lambda d: d.similar(d.ladder(1)),
    "symmetric simple-eigenvalues | hermitian simple-eigenvalues": lambda d: d.eigen(d.gapped()),
    "symmetric simple-eigenvalues invertible | hermitian simple-eigenvalues invertible":
        lambda d: d.eigen(d.ladder(d.balanced())),
    "spd simple-eigenvalues | hermitian spd simple-eigenvalues": lambda d: d.eigen(np.abs(d.ladder(1))),
    "diagonal simple-eigenvalues": lambda d: d.diagonal(d.gapped()),
    "upper-triangular simple-eigenvalues": lambda d: d.diagonal(d.gapped()) + np.triu(d.beside(), 1),
    "lower-triangular simple-eigenvalues": lambda d: d.diagonal(d.gapped()) + np.tril(d.beside(), -1),
    "idempotent | complex idempotent": lambda d: d.similar(d.mask(d.rows, 2)),
    "symmetric idempotent | hermitian idempotent": lambda d: d.eigen(d.mask(d.rows, 2)),
    "diagonal idempotent": lambda d: d.diagonal(d.shuffled(d.mask(d.rows, 2))),
    "involution | complex involution": lambda d: d.similar(2 * d.mask(d.rows, 2) - 1),
    "symmetric involution | hermitian involution": lambda d: d.eigen(2 * d.mask(d.rows, 2) - 1),
    "diagonal involution": lambda d: d.diagonal(np.sign(d.nonzero(d.balanced()))),
    "orthogonal | unitary": lambda d: d.turned(d.frame(d.rows, d.rows), d.balanced()),
    "orthogonal det-positive": lambda d: d.turned(d.frame(d.rows, d.rows), 1),
    "orthonormal-columns | complex orthonormal-columns": lambda d: d.frame(d.rows, d.cols),
    "permutation": lambda d: d.permutation(d.rows),
    "one-hot": lambda d: d.one_hot(),
}
# fmt: on


@cache
def _construction(closed: Words) -> Callable[[_Draw], Array] | None:
    """The construction that implies exactly these words, if there is one."""
    closed -= {"scalar"}  # says a size only
    if any(pair <= closed for pair, _ in _IMPOSSIBLE):
        return None
    for served, construct in _FACTORED.items():
        if any(_closure(_words(words)) == closed for words in served.split("|")):
            return construct
    structure = closed & (_LINEAR | {"complex"})
    for norm, (entries, _) in _NORMS.items():
        for entry in entries:
            if _closure(structure | {norm, entry} - {""}) == closed:
                return partial(_normed, structure, entry, norm)
    return None


def _clash(asked: tuple[str, ...]) -> str | None:
    """Why the words do not go together at any size."""
    closed = _closure(frozenset(asked))
    if _construction(closed):
        return None
    for pair, reason in _IMPOSSIBLE:
        if pair <= closed:
            return f"{' '.join(asked)}: {' and '.join(sorted(pair))} do not go together: {reason}"
    fewer = [[word for word in asked if word != dropped] for dropped in asked]
    drawn = [repr(" ".join(rest)) for rest in fewer if rest and _construction(_closure(frozenset(rest)))]
    remedy = f"; {' or '.join(drawn)} can be drawn" if drawn else ""
    return f"{' '.join(asked)}: no construction has exactly these properties{remedy}"


def check_words(words: Collection[str], rows_text: str, cols_text: str, square: bool) -> str | None:
    """Why no variable declared ``rows × cols`` can have these words; ``None`` when one can.

    ``square`` says whether both dims are the same. Dims given as numbers are judged here; words that fail for
    some values of a dim symbol only (skew invertible at odd n) raise :class:`EmptyDomain` when drawn.
    """
    asked = _canonical(words)
    if clash := _clash(asked):
        return clash
    dims = (rows_text, cols_text)
    fits = {"any": True, "square": square, "vector": "1" in dims, "scalar": dims == ("1", "1")}
    for word in asked:
        if not fits[DOMAINS[word].shape]:
            return f"{word} needs {_SHAPES[DOMAINS[word].shape][1]}, not {rows_text}×{cols_text}"
    if all(dim.isascii() and dim.isdigit() and len(dim) < 10 for dim in dims):
        return _empty(asked, int(rows_text), int(cols_text))
    return None


def sample(words: Collection[str], rows: int, cols: int, count: int, rng: np.random.Generator) -> Array:
    """``count`` random matrices with the properties and no stronger one, ``(count, rows, cols)``.

    Float64, complex128 for complex words. Entries are O(1). Singular values of invertible and full-rank
    draws lie in [0.5, 2] (log-uniform, Haar frames), of positive and toeplitz ones in [0.5, 4], eigenvalues
    of spd ones in [0.5, 3]; simple eigenvalues are at least 0.3 apart; linear structure is exact. Vectors are
    ``(n, 1)``, scalars ``(1, 1)``.
    Raises :class:`EmptyDomain` when no matrix of this size has the properties, ``ValueError`` for words that
    do not go together.
    """
    asked = _canonical(words)
    closed = _closure(frozenset(asked))
    construct = _construction(closed)
    if construct is None:
        raise ValueError(_clash(asked))
    if empty := _empty(asked, rows, cols):
        raise EmptyDomain(empty)
    return construct(_Draw(rng, count, rows, cols, "complex" in closed)) + 0.0  # no negative zeros


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
    d = _Draw(rng, count, in_rows, in_cols)
    w = d.real(features, in_rows * in_cols)
    w *= d.between(0.6, 1.6, features, 1) / np.linalg.norm(w, axis=2, keepdims=True)
    phi = rng.uniform(0, 2 * np.pi, (count, features, 1))
    c = d.real(out_rows * out_cols, features) * np.sqrt(2 / features)
    return w, phi, c, d.real(out_rows * out_cols, 1) / 2
