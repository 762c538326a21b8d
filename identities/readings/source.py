"""Printed functions → a Python module: the imports and the support that they use, for NumPy or JAX."""

from __future__ import annotations

import re
from collections.abc import Sequence

PREFIX = {"numpy": "np", "jax": "jnp"}
SCIPY = {"numpy": "scipy", "jax": "jax.scipy"}
IMPORTS = {
    "numpy": {
        "np.": "import numpy as np",
        "scipy.linalg.": "import scipy.linalg",
        "scipy.special.": "import scipy.special",
    },
    "jax": {"jnp.": "import jax.numpy as jnp", "jax.scipy.": "import jax"},
}
# What NumPy has no function for, and JAX none where NumPy has SciPy's; printed only where it is used.
SUPPORT = {
    "commutation": '''def commutation(m, n):
    """K with K vec(A) = vec(A.T) for A of shape (m, n)."""
    return np.eye(m * n)[np.arange(m * n).reshape(n, m).T.reshape(-1)]''',
    "duplication": '''def duplication(n):
    """D with D vech(S) = vec(S) for symmetric S."""
    i, j = np.arange(n * n) % n, np.arange(n * n) // n
    low, high = np.minimum(i, j), np.maximum(i, j)
    return np.eye(n * (n + 1) // 2)[low * n - low * (low - 1) // 2 + high - low]''',
    "elimination": '''def elimination(n):
    """L with L vec(A) = vech(A)."""
    i, j = np.arange(n * n) % n, np.arange(n * n) // n
    return np.eye(n * n)[i >= j]''',
    "log_gaussian": '''def log_gaussian(x, m, S):
    """Log density of the Gaussian with mean m and covariance S at x."""
    r = x - m
    return -0.5 * (x.shape[0] * np.log(2 * np.pi) + np.log(np.linalg.det(S)) + r.T @ np.linalg.inv(S) @ r)''',
    "diagsums": '''def diagsums(A):
    """Toeplitz matrix of the sums of the diagonals of A."""
    n = A.shape[0]
    return np.array([[np.trace(A, j - i) for j in range(n)] for i in range(n)])''',
    "dft": '''def dft(n):
    """DFT matrix exp(-2 pi i jk/n)."""
    return np.exp(-2j * np.pi * np.outer(np.arange(n), np.arange(n)) / n)''',
    "adjugate": '''def adjugate(X):
    """adj X with X adj X = det(X) I, also for singular X."""
    n = X.shape[0]
    minors = [[np.delete(np.delete(X, j, 0), i, 1) for j in range(n)] for i in range(n)]
    return np.array([[(-1) ** (i + j) * np.linalg.det(minors[i][j]) for j in range(n)] for i in range(n)])''',
    "cosm": '''def cosm(X):
    """Matrix cosine, a block of exp [0, -X; X, 0]."""
    n, zero = X.shape[0], np.zeros_like(X)
    return scipy.linalg.expm(np.block([[zero, -X], [X, zero]]))[:n, :n]''',
    "sinm": '''def sinm(X):
    """Matrix sine, a block of exp [0, -X; X, 0]."""
    n, zero = X.shape[0], np.zeros_like(X)
    return scipy.linalg.expm(np.block([[zero, -X], [X, zero]]))[n:, :n]''',
    "logm": '''def logm(X):
    """Principal logarithm: 2^s log X^(1/2^s), with log Y = 2 artanh (Y - I)(Y + I)^(-1)."""
    for _ in range(6):
        X = scipy.linalg.sqrtm(X)
    identity = np.eye(X.shape[0])
    Z = (X - identity) @ np.linalg.inv(X + identity)
    return 2**7 * sum(np.linalg.matrix_power(Z, k) / k for k in range(1, 22, 2))''',
}
ONLY_SCIPY = re.compile(r"(?<![\w.])scipy\.linalg\.(cosm|sinm|logm)\(")


def module(functions: Sequence[str], dialect: str) -> str:
    """The functions with the imports and support they use."""
    body = "\n\n\n".join(functions)
    if dialect == "jax":
        body = ONLY_SCIPY.sub(r"\1(", body)
    support = [text for word, text in SUPPORT.items() if re.search(rf"(?<![\w.]){word}\(", body)]
    source = "\n\n\n".join([*support, body])
    source = re.sub(
        r"(?<![\w.])scipy\.", SCIPY[dialect] + ".", re.sub(r"(?<![\w.])np\.", PREFIX[dialect] + ".", source)
    )
    imports = [line for mark, line in IMPORTS[dialect].items() if re.search(rf"(?<![\w.]){re.escape(mark)}", source)]
    return "\n".join(imports) + "\n\n" + "\n" * bool(imports) + source + "\n"
