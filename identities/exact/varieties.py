"""Domain words → random matrices over a field that have the property and no stronger one.

An equation between rational functions that holds on an open part of a set given by polynomials, such as the positive
definite matrices among the symmetric ones, holds on all of it that is connected to it by polynomials: on its component.
So positive, invertible, spd, … are drawn as their components are: generic. Orthogonal matrices have two components,
projections one for each rank: each has to be drawn from, by its number.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from identities.domains import closure
from identities.domains.structures import hermitian_parts, pattern
from identities.domains.words import LINEAR, Words, word_set
from identities.jets import Field, Jet, Namespace, Outside, PrimeField
from identities.jets.arrays import IMAGINARY, constant
from identities.jets.fields import Array, array

# Words that say an open condition: their matrices fill a component of what the other words say.
OPEN = word_set(
    "real complex scalar square nonzero positive unit-interval integer contraction invertible full-column-rank "
    "full-row-rank simple-eigenvalues real-spectrum positive-spectrum psd spd"
)


@dataclass(frozen=True)
class Variety:
    """Random elements of one field, for matrices of one size."""

    field: PrimeField
    rng: random.Random
    rows: int
    cols: int
    complex: bool = False
    component: int = 0

    @property
    def np(self) -> Namespace:
        return Namespace(self.field)

    def entries(self, *shape: int) -> Array:
        return array([self.rng.randrange(self.field.p) for _ in range(math.prod(shape))], shape)

    def jet(self, *shape: int) -> Jet:
        """Entries without any relation."""
        parts = {0: self.entries(*shape)}
        return Jet(self.field, {**parts, IMAGINARY: self.entries(*shape)} if self.complex else parts)

    def filled(self, closed: Words) -> Jet:
        """A linear structure with a random number per free entry."""
        if "hermitian" in closed:
            real = replace(self, complex=False)
            (_, symmetric), (_, skew) = hermitian_parts(closed)
            return real.filled(symmetric) + real.filled(skew) * 1j
        if not closed & LINEAR:
            return self.jet(self.rows, self.cols)
        labels, signs = pattern(closed, self.rows, self.cols)
        free = self.jet(int(labels.max()) + 1)
        return free[labels] * signs.astype(int)

    def square(self, words: str) -> Jet:
        """A square structure of the order of the rows."""
        return replace(self, cols=self.rows).filled(word_set(words))

    def turned(self, mirrored: int) -> Jet:
        """Cayley's (I − S)(I + S)⁻¹ with Sᴴ = −S: almost every rotation; with a reflection, almost every other one."""
        s = self.square("hermitian") * 1j if self.complex else self.square("skew")
        one = self.np.eye(self.rows)
        q = (one - s) @ self.np.linalg.inv(one + s)
        if not mirrored:
            return q
        return q * np.array([[-1], *[[1]] * (self.rows - 1)])

    def projection(self, rank: int, symmetric: bool) -> Jet:
        """V diag(1, …, 0) V⁻¹, or U(UᴴU)⁻¹Uᴴ."""
        if symmetric:
            u = self.jet(self.rows, rank)
            if not rank:
                return self.np.zeros((self.rows, self.rows))
            return u @ self.np.linalg.inv(u.conjugate().T @ u) @ u.conjugate().T
        v = self.jet(self.rows, self.rows)
        return v @ self.np.jet(np.diag(np.arange(self.rows) < rank).astype(int)) @ self.np.linalg.inv(v)

    def deficient(self, symmetric: bool) -> Jet:
        """UV, or USUᴴ, of the rank that is the number of the component, or of rank 0 if that is all there is."""
        rank = self.component + 1 if min(self.rows, self.cols) > 1 else 0
        if not rank:
            return self.np.zeros((self.rows, self.cols))
        u = self.jet(self.rows, rank)
        if not symmetric:
            return u @ self.jet(rank, self.cols)
        middle = replace(self, rows=rank, cols=rank).filled(word_set("hermitian" if self.complex else "symmetric"))
        return u @ middle @ u.conjugate().T

    def chosen(self, numbers: Collection[Collection[int]]) -> Jet:
        """The diagonal matrix with the numbers of the component."""
        return self.np.jet(np.diag(list(list(numbers)[self.component])))

    def on_sphere(self) -> Jet:
        """Stereographic: x = (2y, yᵀy − 1)/(yᵀy + 1)."""
        count = self.rows * self.cols
        if self.complex:
            raise Outside("unit")
        if count == 1:
            return constant(self.field, np.array([[1 - 2 * self.component]]))
        y = self.jet(count - 1)
        square = (y * y).sum()
        x = self.np.concatenate([y * 2, (square - 1).reshape(1)], 0) / (square + 1)
        return x.reshape(self.rows, self.cols)


def ranks(rows: int, cols: int) -> int:
    """A projection has rank 1, …, n − 1; of order 1 it is 0 or 1."""
    return max(rows - 1, 1) if rows > 1 else 2


def _rank(d: Variety) -> int:
    return d.component + (d.rows > 1)


def _signs(rows: int) -> list[tuple[int, ...]]:
    return list(itertools.product((1, -1), repeat=rows))


def _masks(rows: int) -> list[tuple[int, ...]]:
    every = [mask for mask in itertools.product((0, 1), repeat=rows) if 0 < sum(mask) < rows]
    return every or [(0,), (1,)]


def _two(rows: int, cols: int) -> int:
    return 2


def _one(rows: int, cols: int) -> int:
    return 1


@dataclass(frozen=True)
class Row:
    """How matrices with these words are drawn, from how many components, and the degree in the free numbers."""

    words: str
    construct: Callable[[Variety], Jet]
    components: Callable[[int, int], int] = _one
    degree: Callable[[int], tuple[int, int]] = lambda n: (1, 0)


def _rotated(d: Variety) -> Jet:
    """QJQᵀ with J = diag([0 1; −1 0], …): every skew orthogonal matrix; Q of both determinants."""
    q = d.turned(d.component)
    block = np.kron(np.eye(d.rows // 2, dtype=int), np.array([[0, 1], [-1, 0]]))
    return q @ d.np.jet(block) @ q.T


def _permuted(d: Variety) -> Jet:
    order = next(itertools.islice(itertools.permutations(range(d.rows)), d.component, None))
    return d.np.jet(np.eye(d.rows, dtype=int)[list(order)])


def _summing_to_one(d: Variety) -> Jet:
    entries = d.entries(d.rows * d.cols)
    entries[-1] = (1 - sum(entries[:-1].tolist())) % d.field.p
    return Jet(d.field, {0: entries.reshape(d.rows, d.cols)})


ROWS = (
    Row("rank-deficient", lambda d: d.deficient(False), lambda m, n: max(min(m, n) - 1, 1), lambda n: (2, 0)),
    Row("symmetric rank-deficient | hermitian rank-deficient", lambda d: d.deficient(True),
        lambda m, n: max(m - 1, 1), lambda n: (3, 0)),
    Row("orthogonal | unitary", lambda d: d.turned(d.component), _two, lambda n: (n, n)),
    Row("orthogonal det-positive", lambda d: d.turned(0), _one, lambda n: (n, n)),
    Row("orthonormal-columns | complex orthonormal-columns",
        lambda d: d.turned(d.component)[:, : d.cols], lambda m, n: 2 if m == n else 1, lambda n: (n, n)),
    Row("skew orthogonal", _rotated, _two, lambda n: (2 * n, 2 * n)),
    Row("idempotent | complex idempotent", lambda d: d.projection(_rank(d), False), ranks, lambda n: (n, n)),
    Row("symmetric idempotent | hermitian idempotent", lambda d: d.projection(_rank(d), True), ranks,
        lambda n: (2 * n, 2 * n)),
    Row("involution | complex involution", lambda d: 2 * d.projection(_rank(d), False) - d.np.eye(d.rows), ranks,
        lambda n: (n, n)),
    Row("symmetric involution | hermitian involution",
        lambda d: 2 * d.projection(_rank(d), True) - d.np.eye(d.rows), ranks, lambda n: (2 * n, 2 * n)),
    Row("diagonal idempotent", lambda d: d.chosen(_masks(d.rows)), lambda m, n: len(_masks(m))),
    Row("diagonal involution", lambda d: d.chosen(_signs(d.rows)), lambda m, n: 2**m),
    Row("permutation", _permuted, lambda m, n: math.factorial(m)),
    Row("one-hot", lambda d: d.np.jet(np.eye(d.rows * d.cols, dtype=int)[d.component].reshape(d.rows, d.cols)),
        lambda m, n: m * n),
    Row("signs", lambda d: d.np.jet(np.array(_signs(d.rows * d.cols)[d.component]).reshape(d.rows, d.cols)),
        lambda m, n: 2 ** (m * n)),
    Row("unit", lambda d: d.on_sphere(), lambda m, n: 2 if m * n == 1 else 1, lambda n: (2, 2)),
    Row("probability", _summing_to_one),
)  # fmt: skip


def kernel(words: Collection[str]) -> Words:
    """The closed conditions that the words say: equations between entries, and a sign of a determinant of ±1."""
    closed = closure(words)
    fixed = closed - OPEN
    return fixed if fixed - LINEAR - {"det-positive"} else fixed - {"det-positive"}


@cache
def row(words: tuple[str, ...]) -> Row:
    """How matrices with these words are drawn; raises Outside where they cannot be."""
    wanted = kernel(words)
    if wanted <= LINEAR:
        return Row(" ".join(sorted(wanted)), lambda d: d.filled(closure(words)))
    for found in ROWS:
        if any(kernel(served.split()) == wanted for served in found.words.split("|")):
            return found
    raise Outside(" ".join(words))


def components(words: Collection[str], rows: int, cols: int) -> int:
    """How many components the matrices of this size have."""
    return row(tuple(words)).components(rows, cols)


def sample(words: Collection[str], rows: int, cols: int, component: int, field: Field, rng: random.Random) -> Jet:
    """A random matrix with the properties and no stronger one, from one component."""
    assert isinstance(field, PrimeField)
    drawn = Variety(field, rng, rows, cols, "complex" in closure(words), component)
    return row(tuple(words)).construct(drawn)
