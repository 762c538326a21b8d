"""Meanings of the vocabulary that take more than one call, written once over an array namespace ``np``.

All arrays are two-dimensional. Everything here is differentiable by JAX to second order where the function is, and
works when sizes are symbolic.
"""

from __future__ import annotations

from typing import Any

Array = Any
LOG_TWO_PI = 1.8378770664093453

RANK_CUTOFF = 1e-13  # singular values below it, relative to the largest, are rounding


def trace(np: Any, x: Array) -> Array:
    """tr X = Σᵢ Xᵢᵢ."""
    return np.trace(x)[None, None]


def total(np: Any, x: Array) -> Array:
    """Σᵢⱼ Xᵢⱼ."""
    return np.sum(x)[None, None]


def largest(np: Any, x: Array) -> Array:
    """maxᵢⱼ Xᵢⱼ."""
    return np.max(x)[None, None]


def norm(np: Any, x: Array) -> Array:
    """√Σ |Xᵢⱼ|²; its derivative at 0 is undefined."""
    return np.sqrt(np.sum(np.real(x * np.conj(x))))[None, None]


def det(np: Any, x: Array) -> Array:
    """det X."""
    return np.linalg.det(x)[None, None]


def logdet(np: Any, x: Array) -> Array:
    """log det X where det X > 0, NaN elsewhere: slogdet alone would accept a negative determinant."""
    sign, value = np.linalg.slogdet(x)
    return np.where(sign > 0, value, np.nan)[None, None]


def adjugate(np: Any, x: Array) -> Array:
    """adj X with X adj X = det(X) I, also for singular X: the transposed cofactors, one determinant each."""

    def cofactor(i: Any, j: Any) -> Array:
        return (1 - 2 * ((i + j) % 2)) * np.linalg.det(minor(np, x, i, j))

    place = np.arange(x.shape[0])
    return np.vectorize(cofactor)(place[None, :], place[:, None])


def vec(np: Any, x: Array) -> Array:
    """The columns of X stacked."""
    return x.T.reshape((x.shape[0] * x.shape[1], 1))


def unvec(np: Any, v: Array, m: Any, n: Any) -> Array:
    """The m×n matrix whose columns, stacked, are v."""
    return v.reshape((n, m)).T


def kron(np: Any, a: Array, b: Array) -> Array:
    """A ⊗ B with blocks Aᵢⱼ B."""
    (m, n), (p, q) = a.shape, b.shape
    return (a[:, None, :, None] * b[None, :, None, :]).reshape((m * p, n * q))


def _positions(np: Any, n: Any) -> tuple[Array, Array, Array]:
    """For each entry (i, j) of an n×n matrix in vec order: i, j and its place in vech of the lower triangle."""
    at = np.arange(n * n)
    i, j = at % n, at // n
    low, high = np.minimum(i, j), np.maximum(i, j)
    return i, j, low * n - low * (low - 1) // 2 + high - low


def duplication(np: Any, n: Any) -> Array:
    """D(n) with D vech(S) = vec(S) for symmetric S. Magnus & Neudecker 2019, section 3.8."""
    place = _positions(np, n)[2]
    return np.where(place[:, None] == np.arange(n * (n + 1) // 2)[None, :], 1.0, 0.0)


def elimination(np: Any, n: Any) -> Array:
    """L(n) with L vec(A) = vech(A). Magnus & Neudecker 1980."""
    i, j, place = _positions(np, n)
    rows = np.arange(n * (n + 1) // 2)[:, None]
    return np.where((rows == place[None, :]) & (i >= j)[None, :], 1.0, 0.0)


def vech(np: Any, x: Array) -> Array:
    """The lower triangle of X by columns."""
    return elimination(np, x.shape[0]) @ vec(np, x)


def commutation(np: Any, m: Any, n: Any) -> Array:
    """K(m,n) with K vec(A) = vec(Aᵀ) for A: m×n. Magnus & Neudecker 2019, section 3.7."""
    rows, columns = np.arange(m * n), np.arange(m * n)
    return np.where(rows[:, None] // n + (rows[:, None] % n) * m == columns[None, :], 1.0, 0.0)


def softmax(np: Any, x: Array, axis: int) -> Array:
    """exp(xᵢ)/Σⱼ exp(xⱼ) along an axis; the shift by the maximum changes no value and no derivative."""
    shifted = np.exp(x - np.max(x, axis, keepdims=True))
    return shifted / np.sum(shifted, axis, keepdims=True)


def logsumexp(np: Any, x: Array, axis: int) -> Array:
    """log Σⱼ exp(xⱼ) along an axis."""
    top = np.max(x, axis, keepdims=True)
    return top + np.log(np.sum(np.exp(x - top), axis, keepdims=True))


def eigvalsh(np: Any, x: Array) -> Array:
    """The eigenvalues of ½(X + Xᵀ), ascending: on all matrices, whichever half a library reads."""
    return np.linalg.eigvalsh(symmetrised(np, x))[:, None]


def eigenvector(np: Any, x: Array, place: Any) -> Array:
    """A unit eigenvector of ½(X + Xᵀ), by the place of its eigenvalue counted from 0."""
    return np.linalg.eigh(symmetrised(np, x))[1][:, place].reshape(-1, 1)


def cholesky(np: Any, x: Array) -> Array:
    """The lower triangular L with LLᵀ = ½(X + Xᵀ)."""
    return np.linalg.cholesky(symmetrised(np, x))


def symmetrised(np: Any, x: Array) -> Array:
    """½(X + Xᴴ)."""
    return (x + np.conj(x).T) / 2


def svdvals(np: Any, x: Array) -> Array:
    """The singular values, descending."""
    return np.linalg.svd(x, full_matrices=False, compute_uv=False)[:, None]


def spectral_norm(np: Any, x: Array) -> Array:
    """The largest singular value."""
    return svdvals(np, x)[:1]


def rank(np: Any, x: Array) -> Array:
    """The number of singular values above rounding."""
    values = svdvals(np, x)
    size = np.asarray(x.shape[0] + x.shape[1], dtype=float)
    return total(np, np.where(values > values[0] * size * 2.0**-52, 1.0, 0.0))


def minor(np: Any, x: Array, row: Any, column: Any) -> Array:
    """X without one row and one column, counted from 0."""
    rows, columns = np.arange(x.shape[0] - 1), np.arange(x.shape[1] - 1)
    return x[rows + (rows >= row)][:, columns + (columns >= column)]


def diagsums(np: Any, x: Array) -> Array:
    """The Toeplitz matrix whose entry (i, j) is the sum of the diagonal of X through (i, j)."""
    offsets = np.arange(x.shape[1])[None, :] - np.arange(x.shape[0])[:, None]
    same = offsets[:, :, None, None] == offsets[None, None, :, :]
    return np.sum(np.where(same, x[None, None, :, :], 0.0), (2, 3))


def log_gaussian(np: Any, x: Array, mean: Array, covariance: Array) -> Array:
    """−½ (n log 2π + log det Σ + (x − m)ᵀΣ⁻¹(x − m)), the log density of the Gaussian N(m, Σ) at x."""
    residual = x - mean
    constant = np.sum(np.full(x.shape, LOG_TWO_PI))  # n log 2π
    return -0.5 * (constant + logdet(np, covariance) + residual.T @ np.linalg.inv(covariance) @ residual)


def dft(np: Any, n: Any) -> Array:
    """The DFT matrix, W[j,k] = exp(−2πi jk/n) with j, k from 0."""
    angles = -6.283185307179586 * ((np.arange(n)[:, None] * np.arange(n)[None, :]) % n) / np.asarray(n, dtype=float)
    return np.cos(angles) + 1j * np.sin(angles)


def pinv(np: Any, x: Array) -> Array:
    """The Moore–Penrose inverse X⁺, with a cutoff that does not ask which of the sizes is larger."""
    return np.linalg.pinv(x, RANK_CUTOFF)


def erf(np: Any, x: Array) -> Array:
    """2/√π ∫₀ˣ exp(−s²) ds."""
    if np.__name__ == "numpy":
        from scipy.special import erf as special  # type: ignore[import-untyped]
    else:
        from jax.scipy.special import erf as special
    return special(x)


# Coefficients of the [7/7] Padé approximant of exp, and the halvings of its argument.
_PADE = (17297280.0, 8648640.0, 1995840.0, 277200.0, 25200.0, 1512.0, 56.0, 1.0)
_HALVINGS = 8


def expm(np: Any, x: Array) -> Array:
    """Σₖ Xᵏ/k!, by scaling and squaring with the [7/7] Padé approximant (Higham 2008, section 10.3).

    The number of halvings is fixed, so nothing depends on the values of X; NaN where ‖X‖_F > 128, beyond which the
    approximant of X/256 is not exact to rounding.
    """
    identity = np.eye(x.shape[0])
    y = x * 0.5**_HALVINGS
    square = y @ y
    even, odd = _PADE[0] * identity, _PADE[1] * identity
    power = identity
    for k in range(2, 8, 2):
        power = power @ square
        even, odd = even + _PADE[k] * power, odd + _PADE[k + 1] * power
    odd = y @ odd
    result = np.linalg.inv(even - odd) @ (even + odd)
    for _ in range(_HALVINGS):
        result = result @ result
    return np.where(np.sum(np.abs(x) ** 2) <= 128.0**2, result, np.nan)


def sinm(np: Any, x: Array) -> Array:
    """Σₖ (−1)ᵏ X²ᵏ⁺¹/(2k+1)!, the lower left block of exp [0, −X; X, 0]."""
    n = x.shape[0]
    return _rotation(np, x)[n:, :n]


def cosm(np: Any, x: Array) -> Array:
    """Σₖ (−1)ᵏ X²ᵏ/(2k)!, the upper left block of exp [0, −X; X, 0]."""
    n = x.shape[0]
    return _rotation(np, x)[:n, :n]


def _rotation(np: Any, x: Array) -> Array:
    zero = np.zeros_like(x)
    return expm(np, np.concatenate([np.concatenate([zero, -x], 1), np.concatenate([x, zero], 1)], 0))


def sqrtm(np: Any, x: Array, steps: int = 12) -> Array:
    """The principal square root, by the product form of the Denman–Beavers iteration (Higham 2008, (6.17)).

    It is rational, so its derivative is right in every direction, which an eigendecomposition for symmetric
    matrices is not. Converges quadratically when X has no eigenvalue on the closed negative real axis.
    """

    def step(root: Array, product: Array) -> tuple[Array, Array]:
        identity, inverse = np.eye(x.shape[0]), np.linalg.inv(product)
        return 0.5 * root @ (identity + inverse), 0.5 * identity + 0.25 * (product + inverse)

    if np.__name__ != "numpy":
        import jax

        step = jax.jit(step)  # traced and differentiated once for all steps
    root, product = x, x
    for _ in range(steps):
        root, product = step(root, product)
    # Not a number where the iteration has not arrived, as for eigenvalues far from 1.
    arrived = np.sum(np.abs(root @ root - x) ** 2) <= 1e-20 * np.sum(np.abs(x) ** 2)
    return np.where(arrived, root, np.nan)


# Gauss–Legendre nodes and weights on [0, 1], 8 points.
_NODES = (
    0.019855071751231884, 0.10166676129318664, 0.2372337950418355, 0.4082826787521751,
    0.5917173212478249, 0.7627662049581645, 0.8983332387068134, 0.9801449282487681,
)  # fmt: skip
_WEIGHTS = (
    0.05061426814518813, 0.11119051722668724, 0.15685332293894363, 0.18134189168918100,
    0.18134189168918100, 0.15685332293894363, 0.11119051722668724, 0.05061426814518813,
)  # fmt: skip


def logm(np: Any, x: Array) -> Array:
    """The principal logarithm: 2ˢ log(X^{1/2ˢ}) with log Y = ∫₀¹ (Y − I)(I + s(Y − I))⁻¹ ds by Gauss–Legendre.

    The 8-point rule is the [8/8] Padé approximant (Higham 2008, theorem 11.6), exact to rounding once
    ‖Y − I‖ < 0.3.
    """
    squarings = 4
    for number in range(squarings):
        x = sqrtm(np, x, 12 - 2 * number)  # every root is nearer to I than the one before
    identity = np.eye(x.shape[0])
    shifted = x - identity
    terms = [w * shifted @ np.linalg.inv(identity + s * shifted) for s, w in zip(_NODES, _WEIGHTS, strict=True)]
    near = np.sum(np.abs(shifted) ** 2) <= 0.35**2
    return np.where(near, 2.0**squarings * sum(terms[1:], terms[0]), np.nan)
