"""What random matrices are made of: eigenvalues, frames, triangles, entries."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from identities.domains.structures import adjoint, hermitian_parts, pattern
from identities.domains.words import Words, word_set

if TYPE_CHECKING:
    from identities.domains.words import Array


@dataclass(frozen=True, slots=True)
class Draw:
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

    def signs(self, product: Array | float) -> Array:
        """±1 per row, the sign of the product given."""
        return np.sign(self.nonzero(product))

    def ones(self, length: int) -> Array:
        return np.ones((self.count, length))

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
        return self.signs(product) * self.steps()

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
        return self.frame(self.rows, short) * values[:, None, :] @ adjoint(self.frame(self.cols, short))

    def full_rank(self) -> Array:
        return self.singular(self.between(0.5, 2, min(self.rows, self.cols)))

    def deficient(self) -> Array:
        short = min(self.rows, self.cols)
        return self.singular(self.between(0.5, 2, short) * self.mask(short, 1))

    def eigen(self, values: Array) -> Array:
        """Q diag(values) Qᴴ with Haar Q, self-adjoint to the last bit."""
        q = self.frame(self.rows, self.rows)
        x = q * values[:, None, :] @ adjoint(q)
        return (x + adjoint(x)) / 2

    def similar(self, values: Array) -> Array:
        """V diag(values) V⁻¹ with the singular values of V in [0.5, 2]."""
        u, w = self.frame(self.rows, self.rows), self.frame(self.rows, self.rows)
        s = self.between(0.5, 2, 1, self.rows)
        return (u * s @ adjoint(w) * values[:, None, :]) @ (w / s @ adjoint(u))

    def diagonal(self, values: Array) -> Array:
        return values[:, :, None] * np.eye(self.rows)

    def beside(self) -> Array:
        """What stands beside the diagonal of a triangle, small enough to keep its eigenvectors apart."""
        return self.real(self.rows, self.rows) * (0.4 / math.sqrt(self.rows))

    def upper_with(self, diagonal: Array) -> Array:
        return self.diagonal(diagonal) + np.triu(self.beside(), 1)

    def lower_with(self, diagonal: Array) -> Array:
        return self.diagonal(diagonal) + np.tril(self.beside(), -1)

    def graded(self, x: Array) -> Array:
        """D x D⁻¹ with D = diag(r, r², …, rⁿ) and rⁿ in [1.5, 3]: still Toeplitz, or of positive entries."""
        ratio = self.between(1.5, 3, 1, 1) ** (1 / self.rows)
        return x * ratio ** np.subtract.outer(np.arange(self.rows), np.arange(self.rows))

    def skew(self, values: Array) -> Array:
        """Y − Yᵀ where Y pairs the columns of a Haar Q: singular values ``values``, each twice."""
        q = self.frame(self.rows, self.rows)
        y = q[:, :, ::2] * values[:, None, :] @ adjoint(q[:, :, 1::2])
        return y - adjoint(y)

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

    def filled(self, closed: Words, entry: str) -> Array:
        """A linear structure with one random number of a kind of :data:`ENTRIES` per free entry."""
        if "hermitian" in closed:
            real = replace(self, complex=False)
            (_, symmetric), (i, skew) = hermitian_parts(closed)
            return real.filled(symmetric, entry) + i * real.filled(skew, entry)
        labels, signs = pattern(closed, self.rows, self.cols)
        filled: Array = signs * ENTRIES[entry](self, int(labels.max()) + 1)[:, labels]
        return filled

    def normed(self, closed: Words, entry: str, norm: str) -> Array:
        """A linear structure filled in, and scaled by a row of :data:`NORMS`."""
        return NORMS[norm](self.filled(closed, entry))

    def dominated(self, structure: str, entry: str, pillar: Array | None = None) -> Array:
        """E + (1 + u)P with ‖E‖₂ = 1 and orthonormal columns or rows P: singular values at least u ≥ 0.5.

        Without a pillar P is the identity: a symmetric E gives eigenvalues in [0.5, 4].
        """
        x = self.filled(word_set(structure), entry)
        x /= np.linalg.norm(x, 2, (1, 2), keepdims=True)
        x += (1 + self.between(0.5, 2, 1, 1)) * (np.eye(self.rows) if pillar is None else pillar)
        return x

    def positive(self) -> Array:
        pillar = self.permutation(max(self.rows, self.cols))
        return self.dominated("", "positive", pillar[:, : self.rows, : self.cols])

    def one_hot(self) -> Array:
        size = self.rows * self.cols
        return np.eye(size)[self.rng.integers(size, size=self.count)].reshape(-1, self.rows, self.cols)

    def waves(self, features: int, outputs: int) -> tuple[Array, Array, Array, Array]:
        """W, φ, C and B of :func:`identities.domains.sample_function`."""
        w = self.real(features, self.rows * self.cols)
        w *= self.between(0.6, 1.6, features, 1) / np.linalg.norm(w, axis=2, keepdims=True)
        phi = self.rng.uniform(0, 2 * np.pi, (self.count, features, 1))
        c = self.real(outputs, features) * np.sqrt(2 / features)
        return w, phi, c, self.real(outputs, 1) / 2


ENTRIES: dict[str, Callable[[Draw, int], Array]] = {
    "": lambda d, k: d.normal(k),
    "nonzero": lambda d, k: d.phases(k) * d.between(0.25, 2.5, k),
    "positive": lambda d, k: np.exp(0.8 * d.real(k)),
    "unit-interval": lambda d, k: d.rng.uniform(0.05, 0.95, (d.count, k)),
    "integer": lambda d, k: d.rng.integers(1, 6, (d.count, k)).astype(float),
    "signs": lambda d, k: np.sign(d.real(k)),
}
NORMS: dict[str, Callable[[Array], Array]] = {
    "": lambda x: x,
    "unit": lambda x: x / np.linalg.norm(x, "fro", (1, 2), keepdims=True),
    "contraction": lambda x: 0.3 * x / np.maximum(np.linalg.norm(x, 2, (1, 2), keepdims=True), 1e-300),  # 0 stays 0
    "probability": lambda x: x / x.sum((1, 2), keepdims=True),
}
