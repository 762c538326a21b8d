"""Linear structures: which entries of a matrix are free, and which are equal, opposite or zero."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from identities.domains.words import Words, word_set

if TYPE_CHECKING:
    from identities.domains.words import Array


def adjoint(x: Array) -> Array:
    """The conjugate transposes of stacked matrices."""
    return np.conj(np.swapaxes(x, -1, -2))


@lru_cache(64)
def pattern(closed: Words, rows: int, cols: int) -> tuple[Array, Array]:
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
    labels = np.minimum(np.searchsorted(free, key), max(len(free) - 1, 0))
    labels.flags.writeable = sign.flags.writeable = False  # many share them
    return labels, sign


def units(closed: Words, rows: int, cols: int) -> Array:
    """The structure's orthogonal basis of entries 0 and ±1, ±i, in the order of vec: ``(k, rows, cols)``."""
    if "hermitian" in closed:
        return np.concatenate([scale * units(part, rows, cols) for scale, part in hermitian_parts(closed)])
    labels, signs = pattern(closed, rows, cols)
    count = labels.max() + 1 if signs.any() else 0
    found: Array = signs * (labels == np.arange(count)[:, None, None])
    return found


def hermitian_parts(closed: Words) -> tuple[tuple[complex, Words], tuple[complex, Words]]:
    """X = S + iK with S symmetric and K skew, both real."""
    rest = closed - word_set("hermitian complex")
    return (1, rest | {"symmetric"}), (1j, rest | {"skew"})
