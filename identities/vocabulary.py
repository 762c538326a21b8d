"""The vocabulary: every operation of the notation, one row each. Adding a function is adding a row.

A row states the mathematics of an operation once and every reading uses it: its spellings, its shapes as a
signature (``"m×n, p×q → m p×n q"``; ``1`` is a scalar, ``n`` a column), the domain its argument must lie in, its
meaning on arrays and its spelling in code and LaTeX. A row with several signatures means the first one that fits.

All arrays are two-dimensional: vectors are columns (n, 1), scalars (1, 1); ``np`` is an array namespace, NumPy's or
JAX's. Sizes of constants arrive as the keyword ``shape``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from identities import linear_algebra as la

Meaning = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Overload:
    """One signature of an operation with its meaning on arrays and its code; ``{0}``, ``{1}`` are the arguments."""

    signature: str
    meaning: Meaning
    code: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """A row of the vocabulary.

    ``entrywise``: "" not a function of entries; "marked" on a matrix it needs the mark ``⊙``; "free" it does not.
    ``needs``: the domain word that the first argument must satisfy where it is a variable; ``2:`` before it, the third.
    ``words``: spellings as a function word, the first one printed. Operators have none.
    """

    name: str
    overloads: tuple[Overload, ...]
    words: tuple[str, ...] = ()
    latex: str = ""
    entrywise: str = ""
    needs: str = ""
    remedy: str = ""


def _operator(name: str, signature: str, meaning: Meaning, code: str, needs: str = "", remedy: str = "") -> Operation:
    return Operation(name, (Overload(signature, meaning, code),), needs=needs, remedy=remedy)


def _function(
    words: str,
    signature: str,
    meaning: Meaning,
    code: str,
    *,
    latex: str = "",
    needs: str = "",
    remedy: str = "",
) -> Operation:
    names = tuple(words.split())
    return Operation(names[0], (Overload(signature, meaning, code),), names, latex, "", needs, remedy)


def _entrywise(
    words: str,
    meaning: Meaning,
    code: str,
    *,
    latex: str = "",
    needs: str = "",
    free: bool = False,
    remedy: str = "",
) -> Operation:
    names = tuple(words.split())
    overloads = (Overload("m×n → m×n", meaning, code),)
    return Operation(names[0], overloads, names, latex, "free" if free else "marked", needs, remedy)


OPERATORS = (
    _operator("transpose", "m×n → n×m", lambda np, x: x.T, "{0}.T"),
    _operator("conjugate_transpose", "m×n → n×m", lambda np, x: np.conj(x).T, "np.conj({0}).T"),
    _operator("inverse", "n×n → n×n", lambda np, x: np.linalg.inv(x), "np.linalg.inv({0})", needs="invertible"),
    _operator("pinv", "m×n → n×m", la.pinv, "np.linalg.pinv({0})"),
    _operator("neg", "m×n → m×n", lambda np, x: -x, "-{0}"),
    _operator("quotient", "m×n, 1 → m×n", lambda np, x, t: x / t, "{0} / {1}",
              remedy="the denominator of / is a scalar; elementwise division is ⊘, a matrix inverse A⁻¹"),
    _operator("hadamard", "m×n, m×n → m×n", lambda np, x, y: x * y, "{0} * {1}",
              remedy="⊙ takes two arrays of one shape; a scalar factor is written by juxtaposition"),
    _operator("hadamard_quotient", "m×n, m×n → m×n", lambda np, x, y: x / y, "{0} / {1}",
              remedy="⊘ takes two arrays of one shape"),
    _operator("kronecker", "m×n, p×q → m p×n q", la.kron, "np.kron({0}, {1})"),
    Operation("bars", (
        Overload("1 → 1", lambda np, x: np.abs(x), "np.abs({0})"),
        Overload("n×n → 1", la.det, "np.linalg.det({0})"),
    ), remedy="|X| is the determinant of a square matrix or the absolute value of a scalar"),
)  # fmt: skip

NORMS = (
    Operation("norm", (Overload("n → 1", la.norm, "np.linalg.norm({0})"), Overload("1×n → 1", la.norm, "np.linalg.norm({0})")),
              ("norm",), remedy="of a matrix say ‖X‖_F (Frobenius) or ‖X‖₂ (spectral)"),
    Operation("norm_2", (Overload("n → 1", la.norm, "np.linalg.norm({0})"),
                         Overload("m×n → 1", la.spectral_norm, "np.linalg.norm({0}, 2)")), ("norm_2", "norm2")),
    Operation("norm_F", (Overload("m×n → 1", la.norm, "np.linalg.norm({0})"),), ("norm_F",)),
    Operation("norm_1", (Overload("n → 1", lambda np, x: la.total(np, np.abs(x)), "np.abs({0}).sum()"),
                         Overload("m×n → 1", lambda np, x: la.largest(np, np.abs(x).sum(0)), "np.linalg.norm({0}, 1)")),
              ("norm_1", "norm1")),
    Operation("norm_inf", (Overload("n → 1", lambda np, x: la.largest(np, np.abs(x)), "np.abs({0}).max()"),
                           Overload("m×n → 1", lambda np, x: la.largest(np, np.abs(x).sum(1)), "np.linalg.norm({0}, np.inf)")),
              ("norm_inf",)),
    Operation("norm_max", (Overload("m×n → 1", lambda np, x: la.largest(np, np.abs(x)), "np.abs({0}).max()"),), ("norm_max",)),
    Operation("norm_nuclear", (Overload("m×n → 1", lambda np, x: la.total(np, la.svdvals(np, x)), "np.linalg.norm({0}, 'nuc')"),),
              ("norm_nuclear", "norm_nuc")),
    _function("norm_weighted", "n, n×n → 1", lambda np, x, w: np.sqrt(x.T @ w @ x), "np.sqrt({0}.T @ {1} @ {0})", needs="1:spd",
              remedy="‖x‖_W is √(xᵀWx), of a column x"),
)  # fmt: skip

MATRIX_FUNCTIONS = (
    _function("tr trace Tr", "n×n → 1", la.trace, "np.trace({0})", latex=r"\operatorname{tr}"),
    _function("det Det", "n×n → 1", la.det, "np.linalg.det({0})", latex=r"\det"),
    _function("logdet", "n×n → 1", la.logdet, "np.log(np.linalg.det({0}))", latex=r"\log\det", needs="det-positive"),
    Operation("diag", (
        Overload("n → n×n", lambda np, x: np.diag(x[:, 0]), "np.diag({0}[:, 0])"),
        Overload("n×n → n", lambda np, x: np.diagonal(x)[:, None], "np.diagonal({0})[:, None]"),
    ), ("diag",), r"\operatorname{diag}", remedy="diag takes a column (giving a diagonal matrix) or a square matrix (giving its diagonal)"),
    _function("vec", "m×n → m n", la.vec, "{0}.T.reshape(-1, 1)", latex=r"\operatorname{vec}"),
    _function("vech", "n×n → n(n+1)/2", la.vech, "{0}.T[np.triu_indices({0}.shape[0])][:, None]", latex=r"\operatorname{vech}"),
    _function("outer", "m, n → m×n", lambda np, x, y: x @ y.T, "{0} @ {1}.T"),
    _function("adj adjugate", "n×n → n×n", la.adjugate, "adjugate({0})", latex=r"\operatorname{adj}"),
    _function("cof", "n×n → n×n", lambda np, x: la.adjugate(np, x).T, "adjugate({0}).T", latex=r"\operatorname{cof}"),
    Operation("total", (Overload("m×n → 1", la.total, "{0}.sum()"),), ("sum",), r"\operatorname{sum}"),
    _function("prod", "m×n → 1", lambda np, x: np.prod(x)[None, None], "{0}.prod()", latex=r"\operatorname{prod}"),
    _function("mean", "m×n → 1", lambda np, x: np.mean(x)[None, None], "{0}.mean()", latex=r"\operatorname{mean}"),
    _function("max", "m×n → 1", la.largest, "{0}.max()", latex=r"\max"),
    _function("min", "m×n → 1", lambda np, x: -la.largest(np, -x), "{0}.min()", latex=r"\min"),
    _function("rowsums", "m×n → m", lambda np, x: x.sum(1)[:, None], "{0}.sum(1, keepdims=True)", latex=r"\operatorname{rowsums}"),
    _function("colsums", "m×n → n", lambda np, x: x.sum(0)[:, None], "{0}.sum(0)[:, None]", latex=r"\operatorname{colsums}"),
    _function("expm", "n×n → n×n", la.expm, "scipy.linalg.expm({0})", latex=r"\operatorname{expm}"),
    _function("logm", "n×n → n×n", la.logm, "scipy.linalg.logm({0})", latex=r"\operatorname{logm}", needs="positive-spectrum"),
    _function("sqrtm", "n×n → n×n", la.sqrtm, "scipy.linalg.sqrtm({0})", latex=r"\operatorname{sqrtm}", needs="positive-spectrum"),
    _function("sinm", "n×n → n×n", la.sinm, "scipy.linalg.sinm({0})", latex=r"\operatorname{sinm}"),
    _function("cosm", "n×n → n×n", la.cosm, "scipy.linalg.cosm({0})", latex=r"\operatorname{cosm}"),
    _function("chol cholesky", "n×n → n×n", la.cholesky, "np.linalg.cholesky({0})",
              latex=r"\operatorname{chol}", needs="spd"),
    _function("eigvalsh", "n×n → n", la.eigvalsh, "np.linalg.eigvalsh({0})[:, None]", latex=r"\operatorname{eigvalsh}", needs="symmetric"),
    _function("lambda_max λmax", "n×n → 1", lambda np, x: la.eigvalsh(np, x)[-1:], "np.linalg.eigvalsh({0})[-1]",
              latex=r"\lambda_{\max}", needs="symmetric"),
    _function("lambda_min λmin", "n×n → 1", lambda np, x: la.eigvalsh(np, x)[:1], "np.linalg.eigvalsh({0})[0]",
              latex=r"\lambda_{\min}", needs="symmetric"),
    _function("eigvals", "n×n → n", lambda np, x: np.linalg.eigvals(x)[:, None], "np.linalg.eigvals({0})[:, None]", latex=r"\operatorname{eigvals}"),
    _function("rank", "m×n → 1", la.rank, "np.linalg.matrix_rank({0})", latex=r"\operatorname{rank}"),
    _function("diagsums", "n×n → n×n", la.diagsums, "diagsums({0})", latex=r"\operatorname{diagsums}"),
    _function("logN", "n, n, n×n → 1", la.log_gaussian, "log_gaussian({0}, {1}, {2})", latex=r"\log\mathcal{N}", needs="2:spd"),
    _function("svdvals", "m×n → min(m,n)", la.svdvals, "np.linalg.svd({0}, compute_uv=False)[:, None]", latex=r"\operatorname{svdvals}"),
    _function("sigma_max", "m×n → 1", la.spectral_norm, "np.linalg.norm({0}, 2)", latex=r"\sigma_{\max}"),
    _function("softmax", "n → n", lambda np, x: la.softmax(np, x, 0), "scipy.special.softmax({0}, axis=0)", latex=r"\operatorname{softmax}",
              remedy="softmax takes a column; of a matrix say softmax_rows(X) or softmax_cols(X)"),
    _function("softmax_rows", "m×n → m×n", lambda np, x: la.softmax(np, x, 1), "scipy.special.softmax({0}, axis=1)",
              latex=r"\operatorname{softmax}_{\mathrm{rows}}"),
    _function("softmax_cols", "m×n → m×n", lambda np, x: la.softmax(np, x, 0), "scipy.special.softmax({0}, axis=0)",
              latex=r"\operatorname{softmax}_{\mathrm{cols}}"),
    _function("log_softmax", "n → n", lambda np, x: x - la.logsumexp(np, x, 0), "scipy.special.log_softmax({0}, axis=0)",
              latex=r"\operatorname{log\,softmax}"),
    _function("logsumexp", "n → 1", lambda np, x: la.logsumexp(np, x, 0), "scipy.special.logsumexp({0})", latex=r"\operatorname{logsumexp}",
              remedy="logsumexp takes a column; of a matrix say logsumexp_rows(X)"),
    _function("logsumexp_rows", "m×n → m", lambda np, x: la.logsumexp(np, x, 1), "scipy.special.logsumexp({0}, axis=1)[:, None]",
              latex=r"\operatorname{logsumexp}_{\mathrm{rows}}"),
)  # fmt: skip

ENTRYWISE = (
    _entrywise("exp", lambda np, x: np.exp(x), "np.exp({0})", latex=r"\exp", remedy="expm(X) is the matrix exponential, exp⊙(X) acts on each entry"),
    _entrywise("log ln", lambda np, x: np.log(x), "np.log({0})", latex=r"\log", needs="positive",
               remedy="logm(X) is the matrix logarithm, log⊙(X) acts on each entry"),
    _entrywise("sqrt", lambda np, x: np.sqrt(x), "np.sqrt({0})", needs="positive",
               remedy="sqrtm(X) is the matrix square root, sqrt⊙(X) acts on each entry"),
    _entrywise("sin", lambda np, x: np.sin(x), "np.sin({0})", latex=r"\sin", remedy="sinm(X) is the matrix sine, sin⊙(X) acts on each entry"),
    _entrywise("cos", lambda np, x: np.cos(x), "np.cos({0})", latex=r"\cos", remedy="cosm(X) is the matrix cosine, cos⊙(X) acts on each entry"),
    _entrywise("tan", lambda np, x: np.tan(x), "np.tan({0})", latex=r"\tan"),
    _entrywise("sinh", lambda np, x: np.sinh(x), "np.sinh({0})", latex=r"\sinh"),
    _entrywise("cosh", lambda np, x: np.cosh(x), "np.cosh({0})", latex=r"\cosh"),
    _entrywise("tanh", lambda np, x: np.tanh(x), "np.tanh({0})", latex=r"\tanh"),
    _entrywise("arctan atan", lambda np, x: np.arctan(x), "np.arctan({0})", latex=r"\arctan"),
    _entrywise("abs", lambda np, x: np.abs(x), "np.abs({0})", latex=r"\operatorname{abs}", free=True),
    _entrywise("sign sgn", lambda np, x: np.sign(x), "np.sign({0})", latex=r"\operatorname{sign}", free=True),
    _entrywise("sigmoid σ", lambda np, x: 1 / (1 + np.exp(-x)), "scipy.special.expit({0})", latex=r"\sigma", free=True),
    _entrywise("relu", lambda np, x: np.where(x > 0, x, 0.0 * x), "np.maximum({0}, 0)", latex=r"\operatorname{relu}", free=True),
    _entrywise("step heaviside", lambda np, x: np.where(x > 0, 1.0, 0.0), "np.where({0} > 0, 1.0, 0.0)", latex=r"\operatorname{step}", free=True),
    _entrywise("softplus", lambda np, x: np.logaddexp(x, 0.0), "np.logaddexp({0}, 0)", latex=r"\operatorname{softplus}", free=True),
    _entrywise("erf", la.erf, "scipy.special.erf({0})", latex=r"\operatorname{erf}", free=True),
    _entrywise("re", lambda np, x: np.real(x), "np.real({0})", latex=r"\operatorname{Re}", free=True),
    _entrywise("im", lambda np, x: np.imag(x), "np.imag({0})", latex=r"\operatorname{Im}", free=True),
    _entrywise("conj", lambda np, x: np.conj(x), "np.conj({0})", latex=r"\operatorname{conj}", free=True),
)  # fmt: skip

# Constants: the size is what fits, or is said: I(n), 𝟏(n), K(m,n). ``dims`` in the signature are the arguments.
CONSTANTS = (
    Operation("identity", (Overload("→ n×n", lambda np, shape: np.eye(shape[0]), "np.eye({shape[0]})"),), ("I",), "I"),
    Operation("ones", (Overload("→ n", lambda np, shape: np.ones(shape), "np.ones(({shape[0]}, 1))"),), ("𝟏", "ones"), r"\mathbf{1}"),
    Operation("commutation", (Overload("dims m, n → m n×m n", la.commutation, "commutation({0}, {1})"),), ("K",), "K"),
    Operation("duplication", (Overload("dims n → n^2×n(n+1)/2", la.duplication, "duplication({0})"),), ("D",), "D"),
    Operation("elimination", (Overload("dims n → n(n+1)/2×n^2", la.elimination, "elimination({0})"),), ("L",), "L"),
    Operation("dft", (Overload("dims n → n×n", la.dft, "dft({0})"),), ("dft",), "W"),
    Operation("imaginary", (Overload("→ 1", lambda np, shape: np.full((1, 1), 1j), "1j"),), ("ⅈ",), r"\mathrm{i}"),
    Operation("pi", (Overload("→ 1", lambda np, shape: np.full((1, 1), 3.141592653589793), "np.pi"),), ("π", "pi"), r"\pi"),
)  # fmt: skip

# Function words whose shapes need more than a signature, with the number of their arguments.
SPECIAL = {"unvec": 3, "eigval": 2, "eigvec": 2, "sub": 3, "dft": 1}

TABLE = {row.name: row for row in (*OPERATORS, *NORMS, *MATRIX_FUNCTIONS, *ENTRYWISE, *CONSTANTS)}

# Function words of the notation → operation. `inv`, `pinv` and `kron` are other spellings of operators.
WORDS = {word: row.name for row in TABLE.values() for word in row.words} | {
    "inv": "inverse", "pinv": "pinv", "kron": "kronecker", "unvec": "unvec", "mat": "unvec",
    "eigval": "eigval", "eigvec": "eigvec", "sub": "sub",
}  # fmt: skip
# Words that are one letter or sign are ordinary names unless the grammar says otherwise.
for _letter in ("I", "K", "D", "L", "σ", "π", "𝟏", "ⅈ"):
    WORDS.pop(_letter)


# Operations with points where they have no derivative, which whole numbers hit: ties, zeros, equal eigenvalues.
KINKED = frozenset({
    "abs", "bars", "sign", "relu", "step", "max", "min", "norm_1", "norm_2", "norm_inf", "norm_max", "norm_nuclear",
    "eigvalsh", "eigvals", "eigval", "eigvec", "lambda_max", "lambda_min", "svdvals", "sigma_max", "pinv", "rank",
})  # fmt: skip

# Operations that neither branch on sizes themselves nor, as they are read for JAX, have derivative rules that do. What
# is not listed is traced apart for sizes of 1 and equal sizes; tests/test_special_sizes.py holds the list to its word.
UNIFORM = frozenset(row.name for row in ENTRYWISE) | {
    "transpose", "conjugate_transpose", "inverse", "neg", "quotient", "hadamard", "hadamard_quotient", "kronecker",
    "outer", "norm", "norm_weighted", "norm_F", "tr", "diag", "vec", "total", "mean", "rowsums", "colsums", "softmax", "softmax_rows",
    "softmax_cols", "log_softmax", "logsumexp", "logsumexp_rows", "identity", "ones", "pi", "imaginary", "commutation",
    "product", "sum", "matmul", "scale", "number", "zero", "name", "dim", "perturbation", "cotangent", "call",
    "expm", "sinm", "cosm", "power_scalar", "power_entrywise", "power_whole", "power_matrix", "unit", "place", "index",
    "unvec", "literal", "det", "pinv", "entry", "logN", "adj", "cof", "sum_between", "sum_over_dim", "eigvals",
    "eigvalsh", "eigval", "eigvec", "rank", "norm_1", "norm_2", "norm_inf", "norm_max", "norm_nuclear", "max", "min",
    "prod", "svdvals", "sqrtm", "logm", "dft", "chol", "vech", "duplication", "elimination", "diagsums",
}  # fmt: skip


# Operations whose meaning is a rational function of the entries, or one of its entries' symbols (exp, log, √), whatever
# the field they lie in: there the reading of exact arithmetic takes the meaning as it stands, over its own namespace.
RATIONAL = {
    "transpose", "conjugate_transpose", "inverse", "neg", "quotient", "hadamard", "hadamard_quotient", "kronecker",
    "outer", "abs", "bars", "norm", "norm_1", "norm_2", "norm_F", "norm_weighted", "tr", "det", "diag", "vec", "vech", "total", "prod", "mean", "rowsums", "colsums",
    "diagsums", "exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan", "sigmoid", "re", "im", "conj",
    "identity", "ones", "commutation", "duplication", "elimination", "imaginary", "pi",
}  # fmt: skip

# Exact meanings that are not the one for arrays, which takes care of rounding, overflow or domains.
EXACT: dict[str, Meaning] = {
    "pinv": lambda np, x: np.linalg.pinv(x),
    "logdet": lambda np, x: np.log(la.det(np, x)),
    "logN": lambda np, x, m, s: (
        -0.5
        * (np.full((1, 1), la.LOG_TWO_PI) * x.shape[0] + np.log(la.det(np, s)) + (x - m).T @ np.linalg.inv(s) @ (x - m))
    ),
    "adj": lambda np, x: np.linalg.adj(x),
    "cof": lambda np, x: np.linalg.adj(x).T,
    "rank": lambda np, x: np.linalg.rank(x),
    "sign": lambda np, x: np.abs(x) / x,
    "step": lambda np, x: 0.5 * (1 + np.abs(x) / x),
    "relu": lambda np, x: 0.5 * (x + np.abs(x)),
    "softplus": lambda np, x: np.log(1 + np.exp(x)),
    "softmax": lambda np, x: np.exp(x) / np.sum(np.exp(x), 0, keepdims=True),
    "softmax_rows": lambda np, x: np.exp(x) / np.sum(np.exp(x), 1, keepdims=True),
    "softmax_cols": lambda np, x: np.exp(x) / np.sum(np.exp(x), 0, keepdims=True),
    "log_softmax": lambda np, x: x - np.log(np.sum(np.exp(x), 0, keepdims=True)),
    "logsumexp": lambda np, x: np.log(np.sum(np.exp(x), 0, keepdims=True)),
    "logsumexp_rows": lambda np, x: np.log(np.sum(np.exp(x), 1, keepdims=True)),
}


def operation(op: str) -> Operation:
    """The row of an operation; the elementwise mark is not part of its name."""
    return TABLE[op.removesuffix("⊙")]


def split_shape(pattern: str) -> tuple[str, str]:
    """``m×n`` as its rows and columns; a column has one."""
    rows, _, columns = pattern.partition("×")
    return rows.strip(), columns.strip() or "1"


def arity(op: str) -> int:
    """How many arguments a function takes in parentheses."""
    return SPECIAL[op] if op in SPECIAL else len(signature(TABLE[op].overloads[0].signature)[0])


@cache
def signature(text: str) -> tuple[list[tuple[str, str]], tuple[str, str]]:
    """``"m×n, p×q → m p×n q"`` as patterns of rows and columns."""
    left, _, right = text.partition("→")
    inputs = [] if not left.strip() else [split_shape(part) for part in left.split(",")]
    return inputs, split_shape(right.strip())


# Functions whose values are numbers, whatever they are given.
SCALARS = frozenset(
    op for op, row in TABLE.items() if all(signature(o.signature)[1] == ("1", "1") for o in row.overloads)
)
