"""Decompositions and triangular systems, for batches of matrices."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import prod
from typing import Any

import numpy as np

from identities.primitives.plan import Array, Function


def _isolated(decompose: Callable[[Array], tuple[Array, ...]]) -> Callable[[Array], tuple[Array, ...]]:
    """The decomposition of a batch in which a matrix that has none gives NaN, and the others their own."""

    def run(a: Array) -> tuple[Array, ...]:
        try:
            return decompose(a)
        except np.linalg.LinAlgError:
            *batch, m, n = a.shape
            none = [np.full_like(part, np.nan) for part in decompose(np.eye(m, n, dtype=a.dtype))]
            if not batch:
                return tuple(none)
            parts = zip(*(run(matrix) for matrix in a.reshape(-1, m, n)), strict=True)
            return tuple(np.stack(part).reshape(*batch, *like.shape) for part, like in zip(parts, none, strict=True))

    return run


def cholesky(_: Array, **_params: Any) -> Function:
    """L with LLᴴ = A, from the lower triangle of A."""
    run = _isolated(lambda a: (np.linalg.cholesky(a),))
    return lambda a: run(a)[0]


def eigh(_: Array, *, lower: bool, subset_by_index: Any = None, **_params: Any) -> Function | None:
    """V and w with A = V diag(w) Vᴴ, from one triangle of A."""
    if subset_by_index is not None:
        return None
    if lower:
        return _isolated(lambda a: tuple(np.linalg.eigh(a, "L"))[::-1])
    return _isolated(lambda a: tuple(np.linalg.eigh(a, "U"))[::-1])


def eig(
    a: Array, *, compute_left_eigenvectors: bool, compute_right_eigenvectors: bool, **_params: Any
) -> Function | None:
    """The eigenvalues, and the right eigenvectors with norm 1."""
    dtype = np.result_type(a, np.complex64)
    if compute_left_eigenvectors:
        return None
    if compute_right_eigenvectors:
        return _isolated(lambda a: tuple(part.astype(dtype) for part in np.linalg.eig(a)))
    return _isolated(lambda a: (np.linalg.eigvals(a).astype(dtype),))


def svd(
    _: Array, *, full_matrices: bool, compute_uv: bool, subset_by_index: Any = None, **_params: Any
) -> Function | None:
    """s, U, Vᴴ with A = U diag(s) Vᴴ, or s alone."""
    if subset_by_index is not None:
        return None
    if not compute_uv:
        return _isolated(lambda a: (np.linalg.svd(a, compute_uv=False),))

    def decompose(a: Array) -> tuple[Array, ...]:
        U, s, Vh = np.linalg.svd(a, full_matrices=full_matrices)
        return s, U, Vh

    return _isolated(decompose)


def qr(_: Array, *, full_matrices: bool, pivoting: bool = False, **_params: Any) -> Function | None:
    """Q and R with A = QR by Householder reflections."""
    if pivoting:
        return None
    if full_matrices:
        return _isolated(lambda a: tuple(np.linalg.qr(a, mode="complete")))
    return _isolated(lambda a: tuple(np.linalg.qr(a, mode="reduced")))


def _permutation(swaps: Array, size: int) -> list[int]:
    """The order of rows after swapping row k with row ``swaps[k]``, for k = 0, 1, …."""
    order = list(range(size))
    for row, other in enumerate(swaps.tolist()):
        order[row], order[other] = order[other], order[row]
    return order


def pivots_to_permutation(pivots: Array, *, permutation_size: int, **_params: Any) -> Function:
    """The order of rows that a sequence of swaps leads to."""

    def permute(pivots: Array) -> Array:
        flat = pivots.reshape(prod(pivots.shape[:-1]), pivots.shape[-1])
        rows = [_permutation(swaps, permutation_size) for swaps in flat]
        return np.array(rows, pivots.dtype).reshape(*pivots.shape[:-1], permutation_size)

    return permute


@cache
def _factorisation(dtype: np.dtype[Any]) -> Any:
    """LAPACK's getrf for numbers of this type."""
    from scipy.linalg import lapack  # type: ignore[import-untyped]

    return lapack.get_lapack_funcs("getrf", dtype=dtype)


def lu(a: Array, **_params: Any) -> Function:
    """LU with partial pivoting: the packed factors, the row swaps, the permutation of rows."""
    factorise = _factorisation(a.dtype)
    *batch, m, n = a.shape

    def decompose(a: Array) -> tuple[Array, Array, Array]:
        packed = np.empty((prod(batch), m, n), a.dtype)
        swaps = np.empty((prod(batch), min(m, n)), np.int32)
        for number, matrix in enumerate(a.reshape(packed.shape) if a.size else ()):
            packed[number], swaps[number], _ = factorise(matrix)
        order = np.array([_permutation(row, m) for row in swaps], np.int32)
        return packed.reshape(a.shape), swaps.reshape(*batch, -1), order.reshape(*batch, m)

    return decompose


def triangular_solve(
    a: Array,
    _: Array,
    *,
    left_side: bool,
    lower: bool,
    transpose_a: bool,
    conjugate_a: bool,
    unit_diagonal: bool,
    **_params: Any,
) -> Function:
    """op(A) X = B or X op(A) = B for the triangle of A, op being nothing, transpose or conjugate.

    By substitution, a row of X for all matrices at once: many small systems are to be solved, not a large one.
    """
    turned = transpose_a == left_side  # X op(A) = B is op(A)ᵀ Xᵀ = Bᵀ
    forward = lower != turned
    rows = range(a.shape[-1]) if forward else range(a.shape[-1] - 1, -1, -1)

    def substitute(a: Array, b: Array) -> Array:
        matrix = np.conjugate(a) if conjugate_a else a
        matrix = matrix.swapaxes(-1, -2) if turned else matrix
        result = np.array(b if left_side else b.swapaxes(-1, -2), order="C")
        for row in rows:
            done = slice(0, row) if forward else slice(row + 1, None)
            here = result[..., row, :]
            if row != rows[0]:
                here -= np.matmul(matrix[..., row, None, done], result[..., done, :])[..., 0, :]
            if not unit_diagonal:
                here /= matrix[..., row, row, None]
        return result if left_side else result.swapaxes(-1, -2)

    return substitute
