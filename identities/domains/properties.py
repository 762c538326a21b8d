"""Domain words as predicates: whether a matrix has the property, up to rounding."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from identities.domains.structures import adjoint

if TYPE_CHECKING:
    from identities.domains.words import Array


def has_property(matrix: Array, word: str) -> bool:
    """Whether a matrix of the right shape has the property that the word names; one with NaN has none."""
    return bool(np.isfinite(matrix).all() and PREDICATES[word](matrix))


def _close(x: Array, y: Array) -> bool:
    return bool(np.linalg.norm(x - y) <= 1e-9 * max(1.0, float(np.linalg.norm(x))))


def _rank(x: Array) -> int:
    return int(np.linalg.matrix_rank(x, rtol=1e-8))


def _real(x: Array) -> bool:
    return not np.iscomplexobj(x)


def _least_eigenvalue(x: Array) -> float:
    """The least eigenvalue relative to the norm; −1 for a matrix that is not self-adjoint."""
    return float(np.linalg.eigvalsh(x)[0] / (np.linalg.norm(x) or 1.0)) if _close(x, adjoint(x)) else -1.0


def _spectrum_real(x: Array) -> bool:
    return bool(np.abs(np.linalg.eigvals(x).imag).max() <= 1e-6 * max(1.0, float(np.linalg.norm(x))))


def _spectrum_positive(x: Array) -> bool:
    return _spectrum_real(x) and bool(np.linalg.eigvals(x).real.min() > 1e-8)


def _spectrum_simple(x: Array) -> bool:
    values = np.linalg.eigvals(x)
    gaps = np.abs(values[:, None] - values[None, :])[~np.eye(len(values), dtype=bool)]
    return bool((gaps > 1e-4).all()) and (np.iscomplexobj(x) or _spectrum_real(x))


def _has_zeros_and_ones(x: Array) -> bool:
    return _real(x) and bool(np.isin(x, (0, 1)).all())


PREDICATES: dict[str, Callable[[Array], Any]] = {
    "real": _real,
    "complex": lambda x: not _real(x),
    "scalar": lambda x: True,
    "square": lambda x: True,
    "symmetric": lambda x: _close(x, x.T),
    "skew": lambda x: _close(x, -x.T),
    "hermitian": lambda x: not _real(x) and _close(x, adjoint(x)),
    "diagonal": lambda x: _close(x, np.diag(np.diag(x))),
    "lower-triangular": lambda x: _close(x, np.tril(x)),
    "upper-triangular": lambda x: _close(x, np.triu(x)),
    "toeplitz": lambda x: _close(x[1:, 1:], x[:-1, :-1]),
    "circulant": lambda x: _close(x, np.roll(x, (1, 1), (0, 1))),
    "invertible": lambda x: _rank(x) == len(x),
    "det-positive": lambda x: _rank(x) == len(x) and abs(np.linalg.slogdet(x).sign - 1) < 1e-6,
    "full-column-rank": lambda x: _rank(x) == x.shape[1],
    "full-row-rank": lambda x: _rank(x) == x.shape[0],
    "rank-deficient": lambda x: _rank(x) < min(x.shape),
    "psd": lambda x: _least_eigenvalue(x) >= -1e-10,
    "spd": lambda x: _least_eigenvalue(x) > 1e-8,
    "real-spectrum": _spectrum_real,
    "positive-spectrum": _spectrum_positive,
    "simple-eigenvalues": _spectrum_simple,
    "idempotent": lambda x: _close(x @ x, x),
    "involution": lambda x: _close(x @ x, np.eye(len(x))),
    "orthonormal-columns": lambda x: _close(adjoint(x) @ x, np.eye(x.shape[1])),
    "orthogonal": lambda x: _real(x) and _close(x.T @ x, np.eye(len(x))),
    "unitary": lambda x: not _real(x) and _close(adjoint(x) @ x, np.eye(len(x))),
    "permutation": lambda x: _has_zeros_and_ones(x) and (x.sum(0) == 1).all() and (x.sum(1) == 1).all(),
    "contraction": lambda x: np.linalg.norm(x, 2) < 1,
    "unit": lambda x: abs(np.linalg.norm(x) - 1) < 1e-9,
    "nonzero": lambda x: (x != 0).all(),
    "positive": lambda x: _real(x) and (x > 0).all(),
    "unit-interval": lambda x: _real(x) and ((x > 0) & (x < 1)).all(),
    "integer": lambda x: _real(x) and (x >= 1).all() and (x == np.round(x)).all(),
    "signs": lambda x: _real(x) and (abs(x) == 1).all(),
    "probability": lambda x: _real(x) and (x > 0).all() and abs(x.sum() - 1) < 1e-9,
    "one-hot": lambda x: _has_zeros_and_ones(x) and x.sum() == 1,
}
