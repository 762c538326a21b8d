"""The reading that JAX differentiates, against the meaning of the notation written out by hand in NumPy.

Formulas are generated together with their value: whatever the parser, the shapes or the reading get wrong on the
way from text to array shows as a different number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import identities
from identities.declaration import declare
from identities.notation import NotationError, canonical_name
from identities.readings.traced import Point, Random, value
from identities.shapes import Inference
from identities.typed import Typed

Array = Any
WHERE = {
    "A": "m×n",
    "B": "n×p",
    "C": "m×n",
    "S": "n×n",
    "T": "n×n",
    "P": "p×m",
    "x": "n",
    "y": "n",
    "b": "m",
    "t": "scalar",
    "α": "scalar",
    "k": "integer",
    "g": "ℝ → ℝ",
    "L": "m×n → ℝ",
    "F": "n → m",
    "G": "m×n → n×p",
    "f₁": "ℝ → n",
}
SIZES = {"m": 2, "n": 3, "p": 4, "k": 3}
RNG = np.random.default_rng(0)
VALUES: dict[str, Array] = {
    "A": RNG.normal(size=(2, 3)),
    "B": RNG.normal(size=(3, 4)),
    "C": RNG.normal(size=(2, 3)),
    "S": RNG.normal(size=(3, 3)) + 2 * np.eye(3),
    "T": RNG.normal(size=(3, 3)),
    "P": RNG.normal(size=(4, 2)),
    "x": RNG.normal(size=(3, 1)),
    "y": RNG.uniform(0.5, 2, (3, 1)),
    "b": RNG.normal(size=(2, 1)),
    "t": np.array([[0.7]]),
    "α": np.array([[-1.3]]),
}
FUNCTIONS = {
    name: Random(
        RNG.normal(size=(4, inner)), RNG.normal(size=(4, 1)), RNG.normal(size=(outer, 4)), RNG.normal(size=(outer, 1))
    )
    for name, inner, outer in (("g", 1, 1), ("L", 6, 1), ("F", 3, 2), ("G", 6, 12), ("f₁", 1, 3))
}


def typed(text: str, where: Mapping[str, str] = WHERE) -> Typed:
    """The typed tree of a formula by itself."""
    inference = Inference({canonical_name(name) or name: declare(said) for name, said in where.items()})
    tree = inference.infer(identities.parse(text, where), text)
    inference.name_unknown_dims()
    return inference.finish(tree, text)


# What only JAX can evaluate; the rest is quicker with NumPy, and the reading is the same.
NEEDS_JAX = {"sum_over_dim", "sqrtm", "logm", "expm", "sinm", "cosm", "erf"}


def operations(tree: Typed) -> set[str]:
    found, todo = set(), [tree]
    while todo:
        node = todo.pop()
        found.add(node.op)
        todo += node.args
    return found


def read(text: str, where: Mapping[str, str] = WHERE, values: Mapping[str, Array] | None = None, **more: Any) -> Array:
    """The value of a formula at the numbers above."""
    tree = typed(text, where)
    numbers = {**VALUES, **(values or {})}
    if not operations(tree) & NEEDS_JAX:
        return np.asarray(value(tree, Point(np, SIZES, values=numbers, functions=FUNCTIONS, **more)))
    import jax
    import jax.numpy as jnp

    with jax.enable_x64(True):
        arrays = {name: jnp.asarray(number) for name, number in numbers.items()}
        return np.asarray(value(tree, Point(jnp, SIZES, values=arrays, functions=FUNCTIONS, **more)))


def same(found: Array, wanted: Array) -> bool:
    scale = max(1.0, float(np.abs(wanted).max(initial=0.0)))
    return found.shape == wanted.shape and bool(np.allclose(found, wanted, rtol=1e-8, atol=1e-9 * scale))


v = VALUES
A, B, C, S, T, P, x, y, b, t, alpha = (VALUES[name] for name in "ABCSTPxybtα")


def one(number: float) -> Array:
    return np.array([[number]])


def perm_det(X: Array) -> float:
    """The determinant by permutations."""
    size = len(X)
    total = 0.0
    for p in permutations(range(size)):
        sign = np.linalg.det(np.eye(size)[list(p)])
        total += sign * float(np.prod([X[i, p[i]] for i in range(size)]))
    return total


def series(X: Array, coefficient: Callable[[int], float]) -> Array:
    total, power = np.zeros_like(X), np.eye(len(X))
    for k in range(60):
        total = total + coefficient(k) * power
        power = power @ X
    return total


def vec(X: Array) -> Array:
    return X.reshape(-1, 1, order="F")


SPD = S @ S.T
EXPECTED: list[tuple[str, Array]] = [
    # operators
    ("AB", A @ B), ("A @ B", A @ B), ("Aᵀ", A.T), ("S⁻¹", np.linalg.solve(S, np.eye(3))),
    ("S⁻ᵀ", np.linalg.inv(S).T), ("A⁺", A.T @ np.linalg.inv(A @ A.T)),
    ("A ⊙ C", A * C), ("A ⊘ C", A / C), ("A ⊗ B", np.kron(A, B)), ("kron(A, B)", np.kron(A, B)), ("A/t", A / t),
    ("2A", 2 * A), ("½A", A / 2), ("−A", -A),
    ("α A", alpha * A), ("A α", alpha * A), ("xᵀy", x.T @ y), ("xyᵀ", x @ y.T), ("xᵀS y", x.T @ S @ y),
    ("A yᵀy B", (y.T @ y) * (A @ B)), ("x yᵀ x", x * (y.T @ x)),
    ("bᵀA x α", alpha * (b.T @ A @ x)), ("t·2·α", 2 * t * alpha), ("A − C + A", A - C + A), ("A − (C + A)", -C),
    ("−A ⊙ C", -(A * C)), ("A ⊙ C ⊙ A", A * C * A),
    ("S²", S @ S), ("S^3", S @ S @ S), ("S⁰", np.eye(3)), ("S⁻²", np.linalg.inv(S @ S)), ("Sᵏ", S @ S @ S),
    ("Sᵏ⁻¹", S @ S), ("S^(k + 1)", S @ S @ S @ S),
    ("t²", t**2), ("t^0.5", t**0.5), ("t⁻¹", 1 / t), ("t^-2", t**-2.0), ("tᵏ", t**3), ("αᵏ", alpha**3),
    ("α^n", alpha**3),
    ("y⊙²", y**2), ("y.^-1", 1 / y),
    ("y.^½", np.sqrt(y)), ("x⊙³", x**3), ("‖x‖²", x.T @ x), ("‖x‖³", (x.T @ x) ** 1.5), ("2^n", one(8)),
    ("(SSᵀ)^(1/2) (SSᵀ)^½", SPD), ("(SSᵀ)^(−1/2) (SSᵀ)^½", np.eye(3)),
    # numbers and dims
    ("n", one(3)), ("m n", one(6)), ("1/n", one(1 / 3)), ("√n", one(3**0.5)), ("x/√n", x / 3**0.5), ("k", one(3)),
    ("0.25", one(0.25)), ("2π", one(2 * np.pi)),
    ("A + 0", A), ("0 A", 0 * A), ("x + 𝟏", x + 1), ("𝟏ᵀx", one(x.sum())), ("x𝟏(m)ᵀ", np.hstack([x, x])),
    ("𝟏(n)", np.ones((3, 1))), ("I(n)", np.eye(3)), ("S + I", S + np.eye(3)),
    ("tI + S", t * np.eye(3) + S), ("I(n + 1)", np.eye(4)), ("I(m n)", np.eye(6)), ("I(n²)", np.eye(9)),
    ("I(3)", np.eye(3)), ("I₃", np.eye(3)), ("𝟏(2 n)", np.ones((6, 1))),
    # norms, traces, determinants
    ("‖x‖", one((x**2).sum() ** 0.5)), ("‖x‖₁", one(np.abs(x).sum())), ("‖x‖₂", one((x**2).sum() ** 0.5)),
    ("‖x‖_∞", one(np.abs(x).max())), ("‖xᵀ‖", one((x**2).sum() ** 0.5)),
    ("‖A‖_F", one((A**2).sum() ** 0.5)), ("‖A‖_F²", one((A**2).sum())),
    ("‖A‖₂", one(np.linalg.eigvalsh(A @ A.T)[-1] ** 0.5)),
    ("‖A‖_*", one(np.sqrt(np.linalg.eigvalsh(A @ A.T)).sum())),
    ("‖A‖₁", one(np.abs(A).sum(0).max())), ("‖A‖_∞", one(np.abs(A).sum(1).max())), ("‖A‖_max", one(np.abs(A).max())),
    ("|α|", -alpha), ("|S|", one(perm_det(S))),
    ("tr(S)", one(S[0, 0] + S[1, 1] + S[2, 2])), ("tr ABP", one((A @ B @ P).trace())), ("det(S)", one(perm_det(S))),
    ("log det(SSᵀ)", one(np.log(perm_det(SPD)))),
    ("logdet(SSᵀ)", one(np.log(perm_det(SPD)))), ("log|SSᵀ|", one(np.log(perm_det(SPD)))),
    ("det(S⁻¹)", one(1 / perm_det(S))), ("S adj(S)", perm_det(S) * np.eye(3)),
    ("cof(S)ᵀ", perm_det(S) * np.linalg.inv(S)), ("tr(S)²", one(S.trace() ** 2)), ("tr(S ⊙ T)", one((S * T).trace())),
    # rearrangements
    ("vec(A)", vec(A)), ("vec(A)", np.array([[A[i, j]] for j in range(3) for i in range(2)])),
    ("vech(S)", np.array([[S[i, j]] for j in range(3) for i in range(j, 3)])),
    ("diag(x)", np.diag(x[:, 0])), ("diag(S)", np.diag(S)[:, None]), ("diag(diag(S))", np.diag(np.diag(S))),
    ("unvec(vec(A), m, n)", A), ("unvec(vec(A), n, m)", vec(A).reshape(3, 2, order="F")),
    ("K(m,n) vec(A)", vec(A.T)), ("K(n,m) vec(Aᵀ)", vec(A)), ("D(n) vech(S + Sᵀ)", vec(S + S.T)),
    ("vech(T)", np.array([[T[i, j]] for j in range(3) for i in range(j, 3)])),
    ("rowsums(A)", A.sum(1)[:, None]), ("colsums(A)", A.sum(0)[:, None]), ("sum(A)", one(A.sum())),
    ("prod(y)", one(y.prod())), ("mean(A)", one(A.mean())),
    ("max(A)", one(A.max())), ("min(A)", one(A.min())), ("[1, 2; 3, 4]", np.array([[1.0, 2], [3, 4]])),
    ("[1; −½]", np.array([[1.0], [-0.5]])),
    ("[S, x; xᵀ, 1]", np.block([[S, x], [x.T, one(1)]])),
    ("[A, 0; 0, S]", np.block([[A, np.zeros((2, 3))], [np.zeros((3, 3)), S]])),
    ("[A; I]", np.vstack([A, np.eye(3)])),
    ("[0; x]", np.vstack([one(0), x])),
    # entries
    ("x[2]", x[1:2]), ("A[2,3]", A[1:, 2:]), ("(AB)[1,4]", (A @ B)[:1, 3:]), ("xᵀ[2]", x[1:2]),
    ("A[m,n]", A[1:, 2:]), ("S[n − 1,1]", S[1:2, :1]), ("e[2] + x", x + np.eye(3)[:, 1:2]), ("S e[1]", S[:, :1]),
    ("e[1]ᵀS", S[:1]), ("Σ_i x[i] y[i]", x.T @ y), ("Σ_i i x[i]", one(x[0, 0] + 2 * x[1, 0] + 3 * x[2, 0])),
    ("Σ_i Σ_j S[i,j] x[i] y[j]", x.T @ S @ y), ("Σ_i x[i] e[i]", x),
    ("Σᵢⱼ A[i,j]²", one((A**2).sum())), ("Σ_{r=0}^{k} Sʳ", np.eye(3) + S + S @ S + S @ S @ S),
    ("Σ_{r=1}^{k − 1} Sʳ⁻¹ T S^(k − 1 − r)", T @ S + S @ T), ("Σ_{i=1}^{n} x[i]", one(x.sum())),
    ("Σ_{r=1}^{n} r²", one(14)), ("Σ_{r=2}^{1} Sʳ + T", T),
    # entry by entry
    ("exp⊙(A)", np.exp(A)), ("exp(t)", np.exp(t)), ("exp(x)", np.exp(x)), ("log⊙(y)", np.log(y)),
    ("log(t)", np.log(t)), ("√t", np.sqrt(t)), ("sqrt⊙(y)", np.sqrt(y)), ("sin⊙(A)", np.sin(A)),
    ("cos⊙(A)", np.cos(A)), ("tan⊙(A)", np.sin(A) / np.cos(A)), ("sinh⊙(A)", (np.exp(A) - np.exp(-A)) / 2),
    ("cosh⊙(A)", (np.exp(A) + np.exp(-A)) / 2), ("tanh⊙(A)", np.sinh(A) / np.cosh(A)),
    ("arctan⊙(A)", np.arctan2(A, 1)), ("abs(A)", np.where(A < 0, -A, A)), ("sign(A)", np.where(A < 0, -1.0, 1.0)),
    ("σ(A)", np.exp(A) / (1 + np.exp(A))), ("sigmoid⊙(A)", 1 / (1 + np.exp(-A))),
    ("relu(A)", np.maximum(A, 0)), ("step(A)", 1.0 * (A > 0)), ("softplus(A)", np.log(1 + np.exp(A))), ("re(A)", A),
    ("im(A)", 0 * A), ("conj(A)", A), ("tr exp⊙(S)", one(np.exp(S).trace())),
    # by rows, columns, as a whole
    ("softmax(x)", np.exp(x) / np.exp(x).sum()), ("softmax_rows(A)", np.exp(A) / np.exp(A).sum(1, keepdims=True)),
    ("softmax_cols(A)", np.exp(A) / np.exp(A).sum(0)),
    ("logsumexp(x)", one(np.log(np.exp(x).sum()))), ("logsumexp_rows(A)", np.log(np.exp(A).sum(1))[:, None]),
    ("log_softmax(x)", x - np.log(np.exp(x).sum())),
    # functions of a matrix
    ("expm(S)", series(S, lambda k: 1 / factorial(k))),
    ("sinm(S)", series(S, lambda k: [0, 1, 0, -1][k % 4] / factorial(k))),
    ("cosm(S)", series(S, lambda k: [1, 0, -1, 0][k % 4] / factorial(k))),
    ("expm(logm(SSᵀ))", SPD), ("sqrtm(SSᵀ) sqrtm(SSᵀ)", SPD), ("chol(SSᵀ) chol(SSᵀ)ᵀ", SPD),
    ("chol(SSᵀ) ⊙ (𝟏𝟏ᵀ − I)", np.tril(np.linalg.cholesky(SPD), -1)),
    ("eigvalsh(SSᵀ)", np.sort(np.linalg.eigvals(SPD).real)[:, None]),
    ("lambda_max(SSᵀ)", one(np.linalg.eigvals(SPD).real.max())),
    ("lambda_min(SSᵀ)", one(np.linalg.eigvals(SPD).real.min())),
    ("λmax(SSᵀ)", one(np.linalg.eigvals(SPD).real.max())),
    ("svdvals(A)", np.sqrt(np.sort(np.linalg.eigvals(A @ A.T).real)[::-1])[:, None]),
    ("sum(eigvals(S))", one(S.trace())), ("rank(A)", one(2)), ("rank(x yᵀ)", one(1)),
    ("outer(x, y)", x @ y.T),
    ("diagsums(S)", np.array([[np.trace(S, j - i) for j in range(3)] for i in range(3)])), ("ⅈ ⅈ", one(-1)),
    ("dft(n)", np.array([[np.exp(-2j * np.pi * j * k / 3) for k in range(3)] for j in range(3)])),
    ("logN(x, y, SSᵀ)", -0.5 * (np.log(perm_det(2 * np.pi * SPD)) + (x - y).T @ np.linalg.inv(SPD) @ (x - y))),
    ("norm_weighted(x, SSᵀ)", np.sqrt(x.T @ SPD @ x)),
    ("svdvals(Aᵀ) − svdvals(A)", np.zeros((2, 1))), ("sigma_max(A)", one(np.linalg.eigvalsh(A @ A.T)[-1] ** 0.5)),
    ("sum(svdvals(A ⊗ B))", one(np.linalg.svd(A)[1].sum() * np.linalg.svd(B)[1].sum())),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), EXPECTED, ids=[text for text, _ in EXPECTED])
def test_what_a_formula_means(text, wanted):
    found = read(text)
    assert same(found, wanted), f"{found} is not {wanted}"


def test_erf():
    # Abramowitz & Stegun 7.1.5, the power series.
    wanted = sum(2 / np.pi**0.5 * (-1) ** k * A ** (2 * k + 1) / (factorial(k) * (2 * k + 1)) for k in range(60))
    assert same(read("erf(A)"), wanted)


def test_every_operation_of_the_vocabulary_is_tried_here():
    from identities.vocabulary import TABLE

    tried = {"erf", "conjugate_transpose", "elimination"}  # further down
    for text, _ in EXPECTED:
        with suppress(NotationError):  # fails where it is read
            tried |= operations(typed(text))
    assert sorted(set(TABLE) - tried) == []


def test_the_elimination_matrix():
    where = {"S": "n×n"}
    assert same(read("L(n) vec(S)", where), np.array([[S[i, j]] for j in range(3) for i in range(j, 3)]))


def test_complex_numbers():
    Z = A + 1j * C
    for text, wanted in (
        ("Zᴴ", Z.conj().T),
        ("Zᵀ", Z.T),
        ("re(Z)", A),
        ("im(Z)", C),
        ("conj(Z)", A - 1j * C),
        ("‖Z‖_F²", one((A**2 + C**2).sum())),
        ("abs(Z)", np.hypot(A, C)),
    ):
        assert same(read(text, {"Z": "m×n complex"}, {"Z": Z}), wanted), text


def test_perturbations_cotangents_and_free_indices():
    where = {"X": "m×n"}
    dX, bar = C, A
    inference = Inference({"X": declare("m×n")})
    inference.cotangent = declare("m×n").shape
    for text, wanted in (("f̄ᵀdX", bar.T @ dX), ("X ⊙ dX − f̄", A * dX - bar), ("tr(dXᵀ f̄)", one((dX.T @ bar).trace()))):
        tree = inference.finish(inference.infer(identities.parse(text, where), text), text)
        point = Point(np, SIZES, values={"X": A}, tangents={"X": dX}, cotangent=bar)
        assert same(np.asarray(value(tree, point)), wanted), text
    for i in range(2):
        for j in range(3):
            assert same(read("A[i,j] x[j]", indices={"i": i, "j": j}), one(A[i, j] * x[j, 0]))
            assert same(read("e[i]ᵀA e[j]", indices={"i": i, "j": j}), one(A[i, j]))


# ---- declared functions: derivatives against difference quotients of the function itself

STEP = 1e-5


def at(function: str, point: Array) -> Array:
    drawn = FUNCTIONS[function]
    shape = {"g": (1, 1), "L": (1, 1), "F": (2, 1), "G": (3, 4), "f₁": (3, 1)}[function]
    flat = drawn.coefficients @ np.sin(drawn.weights @ vec(point) + drawn.phases) + drawn.offset
    return flat.reshape(shape, order="F")


def jacobian(function: Callable[[Array], Array], point: Array) -> Array:
    columns = []
    for j in range(point.shape[1]):
        for i in range(point.shape[0]):
            step = np.zeros_like(point)
            step[i, j] = STEP
            columns.append(vec(function(point + step) - function(point - step)) / (2 * STEP))
    return np.hstack(columns)


def test_the_value_of_a_declared_function():
    for text, name, point in (
        ("g(t)", "g", t),
        ("L(A)", "L", A),
        ("F(x)", "F", x),
        ("G(A)", "G", A),
        ("f₁(t)", "f₁", t),
    ):
        assert same(read(text), at(name, point)), text
    entries = [[at("g", one(entry))[0, 0] for entry in row] for row in A]
    assert same(read("g⊙(A)"), np.array(entries))


@pytest.mark.parametrize(
    ("text", "function", "variable"),
    [
        ("g'(t)", "g(t)", "t"),
        ("g''(t)", "g'(t)", "t"),
        ("g'''(t)", "g''(t)", "t"),
        ("f₁'(t)", "f₁(t)", "t"),
        ("∇L(A)ᵀ", "L(A)", "A"),
        ("∇²L(A)", "∇L(A)", "A"),
        ("∂F(x)", "F(x)", "x"),
        ("∂G(A)", "G(A)", "A"),
        ("diag(g'⊙(x))", "g⊙(x)", "x"),
        ("diag(vec(g''⊙(A)))", "g'⊙(A)", "A"),
        ("∂L(A)", "L(A)", "A"),
    ],
)
def test_a_derivative_is_the_limit_of_difference_quotients(text, function, variable):
    wanted = jacobian(lambda point: read(function, values={variable: point}), VALUES[variable])
    found = read(text)
    if text == "∇L(A)ᵀ":
        found, wanted = vec(found.T), wanted.T
    assert found.shape == wanted.shape
    assert np.allclose(found, wanted, atol=1e-6)


def test_a_directional_derivative_is_the_jacobian_on_the_direction():
    assert same(read("DF(x)[y]"), read("∂F(x) y"))
    assert same(read("DG(A)[C]"), read("unvec(∂G(A) vec(C), n, p)"))
    assert same(read("DL(A)[C]"), read("tr(∇L(A)ᵀ C)"))


# ---- generated formulas

SUM, NEG, MIXED, OPEN, PRODUCT, POSTFIX, ATOM = range(7)
DIMS = {"m": 2, "n": 3, "p": 4, "1": 1}


@dataclass(frozen=True)
class Said:
    """A phrase, how tightly it binds, and what it is worth."""

    text: str
    level: int
    worth: Array

    def within(self, level: int) -> str:
        return self.text if self.level >= level else f"({self.text})"


def shape_name(worth: Array) -> tuple[str, str]:
    by_size = {size: name for name, size in DIMS.items()}
    return by_size[worth.shape[0]], by_size[worth.shape[1]]


@st.composite
def phrase(draw: st.DrawFn, rows: str, columns: str, depth: int) -> Said:  # noqa: C901, PLR0915 — a maker each
    """A formula of a shape, with its value."""
    size = (DIMS[rows], DIMS[columns])
    pick = draw

    def part(r: str, c: str) -> Said:
        return pick(phrase(r, c, depth - 1))

    def sign(*spellings: str) -> str:
        return pick(st.sampled_from(spellings))

    leaves = [Said(name, ATOM, worth) for name, worth in VALUES.items() if worth.shape == size]
    leaves += [
        Said(f"{name}{mark}", POSTFIX, worth.T)
        for name, worth in VALUES.items()
        if worth.T.shape == size and 1 not in size
        for mark in ("ᵀ", "^T", ".T", "'")
    ]
    if columns == "1" and rows != "1":
        leaves += [Said(f"𝟏({rows})", ATOM, np.ones(size))]
    if rows == columns and rows != "1":
        leaves += [Said(f"I({rows})", ATOM, np.eye(size[0]))]
    if size == (1, 1):
        leaves += [
            Said("2", ATOM, one(2)),
            Said("½", ATOM, one(0.5)),
            Said("n", ATOM, one(3)),
            Said("π", ATOM, one(np.pi)),
            Said("x[2]", POSTFIX, x[1:2]),
            Said("A[1,3]", POSTFIX, A[:1, 2:]),
        ]
    if depth == 0 and leaves:
        return pick(st.sampled_from(leaves))

    def a_sum() -> Said:
        first, other = part(rows, columns), part(rows, columns)
        if pick(st.booleans()):
            return Said(f"{first.within(NEG)} + {other.within(MIXED)}", SUM, first.worth + other.worth)
        return Said(f"{first.within(NEG)} {sign('−', '-')} {other.within(MIXED)}", SUM, first.worth - other.worth)

    def negative() -> Said:
        inner = part(rows, columns)
        return Said(f"{sign('−', '-')}{inner.within(MIXED)}", NEG, -inner.worth)

    def a_product() -> Said:
        middle = pick(st.sampled_from(["m", "n", "p", "1"] if "1" not in (rows, columns) else ["m", "n", "p"]))
        left, right = part(rows, middle), part(middle, columns)
        between = sign(" ", " · ", " @ ", "·")
        if right.text[0].isdigit() or right.text[0] == "½" or right.text.startswith("["):
            between = " · "
        first = left.within(POSTFIX) if left.level != PRODUCT or "/" in left.text else left.text
        return Said(f"{first}{between}{right.within(POSTFIX)}", PRODUCT, left.worth @ right.worth)

    def scaled() -> Said:
        scalar, other = part("1", "1"), part(rows, columns)
        if pick(st.booleans()) and other.text[0] not in "0123456789½[":
            return Said(f"{scalar.within(POSTFIX)} {other.within(POSTFIX)}", PRODUCT, scalar.worth * other.worth)
        return Said(f"{other.within(POSTFIX)} · {scalar.within(POSTFIX)}", PRODUCT, other.worth * scalar.worth)

    def divided() -> Said:
        top, bottom = part(rows, columns), part("1", "1")
        said = top.text if top.level >= PRODUCT and "/" not in top.text else f"({top.text})"
        return Said(f"{said}/{bottom.within(POSTFIX)}", PRODUCT, top.worth / bottom.worth)

    def hadamard() -> Said:
        left, right = part(rows, columns), part(rows, columns)
        return Said(f"{left.within(PRODUCT)} {sign('⊙', '∘')} {right.within(PRODUCT)}", MIXED, left.worth * right.worth)

    def transposed() -> Said:
        inner = part(columns, rows)
        return Said(f"{inner.within(ATOM)}{sign('ᵀ', '^T', '.T')}", POSTFIX, inner.worth.T)

    def function() -> Said:
        name, f = pick(
            st.sampled_from(
                [("tanh⊙", np.tanh), ("sin⊙", np.sin), ("σ", lambda z: 1 / (1 + np.exp(-z))), ("abs", np.abs)]
            )
        )
        inner = part(rows, columns)
        return Said(f"{name}({inner.text})", ATOM, f(inner.worth))

    def squared() -> Said:
        inner = part(rows, columns)
        return Said(f"{inner.within(ATOM)}⊙²", POSTFIX, inner.worth**2)

    makers = [a_sum, a_sum, negative, a_product, a_product, scaled, divided, hadamard, transposed, function, squared]

    def of_scalars() -> Said:
        r, c = pick(st.sampled_from(["m", "n", "p"])), pick(st.sampled_from(["m", "n", "p", "1"]))
        kind = pick(st.sampled_from(["tr", "tr ", "norm", "sum", "det", "entry", "inner"]))
        if kind in ("tr", "tr ", "det"):
            inner = part(r, r)
            if (
                kind == "tr "
                and inner.level >= PRODUCT
                and "/" not in inner.text
                and "tr" not in inner.text
                and "det" not in inner.text
            ):
                return (
                    Said(f"tr {inner.text}", OPEN, one(inner.worth.trace()))
                    if not inner.text.startswith("(")
                    else Said(f"tr({inner.text})", ATOM, one(inner.worth.trace()))
                )
            if kind == "det":
                return Said(f"det({inner.text})", ATOM, one(np.linalg.det(inner.worth)))
            return Said(f"tr({inner.text})", ATOM, one(inner.worth.trace()))
        inner = part(r, c)
        if kind == "norm":
            return (
                Said(f"‖{inner.text}‖_F²", POSTFIX, one((inner.worth**2).sum()))
                if "‖" not in inner.text
                else Said(f"norm_F({inner.text})^2", POSTFIX, one((inner.worth**2).sum()))
            )
        if kind == "entry":
            return Said(
                f"{inner.within(ATOM)}[2,1]" if c != "1" else f"{inner.within(ATOM)}[2]",
                POSTFIX,
                inner.worth[1:2, :1],
            )
        return Said(f"sum({inner.text})", ATOM, one(inner.worth.sum()))

    def of_squares() -> Said:
        if pick(st.booleans()):
            inner = part(rows, rows)
            return Said(f"{inner.within(ATOM)}{sign('²', '^2', '**2')}", POSTFIX, inner.worth @ inner.worth)
        inner = part(rows, "1")
        return Said(f"diag({inner.text})", ATOM, np.diag(inner.worth[:, 0]))

    if size == (1, 1):
        makers = [a_sum, negative, scaled, divided, of_scalars, of_scalars, of_scalars, function]
    elif rows == columns:
        makers += [of_squares]
    if rows == "1" and not leaves:
        makers = [transposed]
    return pick(st.sampled_from(makers))()


shapes = st.sampled_from([(r, c) for r in DIMS for c in DIMS])


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@settings(max_examples=150, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(shapes.flatmap(lambda rc: phrase(*rc, 3)))
def test_generated_formulas_are_worth_what_they_say(said):
    with np.errstate(all="ignore"):
        found = read(said.text)
    if np.isfinite(said.worth).all() and np.abs(said.worth).max() < 1e12:
        assert same(found, said.worth), f"{said.text}: {found} is not {said.worth}"


def test_a_formula_with_two_readings_never_gets_a_value():
    for text in ("A*C", "exp(S)", "A⊗C⊙B", "1/2x", "√xᵀx", "A + x", "A + 1"):
        with pytest.raises(NotationError):
            read(text)
