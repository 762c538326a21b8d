"""A witness that knows none of JAX's rules: what it agrees with, what it denies, and where it cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from identities import vocabulary, witness
from identities.catalogue import KINDS, Identity, read_text
from identities.checking import stream
from identities.claims import EXTREMES
from identities.parsed import read
from identities.readings import traced
from identities.sampling import Sampler
from identities.statement import Statement, statements
from identities.verdict import Verdict

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the checker ignores them too


def identities(claim: str, where: str, f: str, closed: str) -> tuple[Identity, ...]:
    kind, _, wrt = claim.partition(" ")
    f, closed, wrt = ("'" + text.replace("'", "''") + "'" for text in (f, closed, wrt))
    form = f"\n      {wrt}: {closed}" if wrt != "''" else f" {closed}"
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: {f}\n    {kind}:{form}\n"
    found, problems = read_text(text, "t.yaml")
    assert not problems
    return found


def verdict(claim: str, where: str, f: str, closed: str) -> Verdict:
    (found,) = stream(identities(claim, where, f, closed))
    return found


def sampled(claim: str, where: str, f: str, closed: str) -> Sampler:
    """One claim after one size."""
    (identity,) = identities(claim, where, f, closed)
    (statement,) = statements(read(identity))
    assert isinstance(statement, Statement), statement
    sampler = Sampler(statement, 0)
    whole = dict.fromkeys(statement.integers, 3)
    sampler.sample(dict(zip(statement.symbols, (4, 3, 2), strict=False)) | whole, 4)
    return sampler


CLAIMS = [
    ("equals", "{A: n×n, B: n×n}", "(AB)ᵀ", "BᵀAᵀ"),
    ("gradient X", "{A: n×m, X: m×n}", "tr(AX)", "Aᵀ"),
    ("jacobian X", "{A: m×n, X: n×p}", "(AX)ᵀ", "(A ⊗ I(p)) K(n,p)"),
    ("hessian X", "{X: n×n}", "tr(X²)", "2K(n,n)"),
    ("hessian x, y", "{A: m×n, x: n, y: m}", "yᵀAx", "Aᵀ"),
    ("differential", "{X: n×n invertible}", "X⁻¹", "−X⁻¹ dX X⁻¹"),
    ("second_differential", "{X: m×n, Y: n×p}", "XY", "2dX dY"),
    ("pullback X", "{X: n×n invertible}", "X⁻¹", "−X⁻ᵀ f̄ X⁻ᵀ"),
    ("derivative t", "{A: n×n, t: scalar}", "expm(tA)", "A expm(tA)"),
    ("entries X[i,j]", "{X: n×n invertible}", "X⁻¹", "−(X⁻¹)[k,i] (X⁻¹)[j,l]"),
    ("entries x[i]", "{A: m×n, x: n}", "Ax", "A[k,i]"),
    ("minimizer x", "{A: m×n full-column-rank with m ≥ n, x: n, b: m}", "‖Ax − b‖²", "A⁺b"),
    ("maximizer S", "{S: n×n spd, C: n×n spd}", "−log det S − tr(S⁻¹C)", "C"),
    ("gradient_symmetric X", "{X: n×n symmetric, A: n×n}", "tr(AX)", "½(A + Aᵀ)"),
    ("gradient_independent X", "{X: n×n symmetric, A: n×n}", "tr(AX)", "A + Aᵀ − diag(diag(A))"),
    ("conjugate_gradient Z", "{Z: m×n complex}", "‖Z‖_F²", "2Z"),
    # what NumPy has to read on its own: loops, special functions, matrices beyond the structure of their variable
    ("gradient x", "{x: n}", "Σᵢ exp(x[i])", "exp⊙(x)"),
    ("derivative t", "{t: scalar}", "erf(t)", "2/√π exp(−t²)"),
    ("differential", "{S: n×n spd}", "tr(sqrtm(S))", "½ tr(sqrtm(S)⁻¹ dS)"),
    ("gradient S", "{S: n×n symmetric simple-eigenvalues}", "λmax(S)", "eigvec(S, n) eigvec(S, n)ᵀ"),
    ("derivative t", "{g: ℝ → ℝ, t: scalar}", "g(t)", "g'(t)"),
    ("gradient x", "{x: n, A: m×n}", "sum(A)", "0"),
    ("derivative t", "{t: scalar}", "relu(t)", "step(t)"),
]  # fmt: skip


def wrong(statement: Statement, closed: Any) -> Any:
    """Off by a hundredth, and by what leaves the trace alone."""
    if statement.claim.kind in EXTREMES:  # another point of the domain
        return closed * 1.5 + (0.0 if statement.variables[statement.wrt[0]].words else 0.5)
    return closed + 0.01 * np.arange(1, closed.size + 1).reshape(closed.shape)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim[0]} {claim[2]}")
def test_it_agrees_with_what_is_true_and_denies_what_is_off_by_a_hundredth(claim: tuple[str, str, str, str]) -> None:
    sampler = sampled(*claim)
    sample = sampler.samples[0]
    assert witness.testimony(sampler) == "agrees"
    closed = sample.outputs["closed form"][0]
    assert witness.told(sampler, sample, 0) == "agrees"
    assert witness.told(sampler, sample, 0, wrong(sampler.statement, closed)) == "denies"


def test_every_kind_of_claim_is_among_them() -> None:
    assert {claim[0].partition(" ")[0] for claim in CLAIMS} == set(KINDS) == {*witness.KINDS, *EXTREMES}


def test_a_saddle_is_no_minimum_to_it() -> None:
    sampler = sampled("minimizer x", "{x: n}", "‖x‖²", "0 x")
    denied = replace(sampler.statement, f=sampled("minimizer x", "{x: n}", "−‖x‖²", "0 x").statement.f)
    sampler.statement = denied
    assert witness.told(sampler, sampler.samples[0], 0) == "denies"


def test_it_cannot_tell_where_differences_are_noise() -> None:
    noisy = sampled("derivative t", "{t: scalar}", "(t + 100000000000000t²) − 100000000000000t²", "1")
    assert {witness.told(noisy, noisy.samples[0], number) for number in range(4)} == {"cannot tell"}


def test_it_cannot_tell_where_numpy_has_no_value() -> None:
    nowhere = sampled("derivative t", "{t: scalar}", "log(−t²)", "2/t")
    assert witness.told(nowhere, nowhere.samples[0], 0) == "cannot tell"


@pytest.mark.parametrize("step", witness.STEPS)
def test_extrapolation_knows_its_error(step: float) -> None:
    def central(f: Callable[[float], float], h: float) -> Any:
        return np.array((f(1 + h) - f(1 - h)) / (2 * h))

    for f, true in ((np.exp, np.exp(1.0)), (lambda t: 1 / t**3, -3.0), (lambda t: np.sin(9 * t), 9 * np.cos(9.0))):
        limit, error = witness.extrapolated([central(f, step / 2**k) for k in range(witness.HALVINGS)])
        assert abs(limit - true) <= witness.SAFETY * (error + 1e-15 / step) <= 1e-3


# ---- a wrong rule of JAX


@pytest.fixture
def wrong_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """sin, with cos + 1/100 as its derivative by rule."""
    import jax
    import jax.numpy as jnp

    @jax.custom_jvp
    def sin(x: Any) -> Any:
        return jnp.sin(x)

    @sin.defjvp
    def rule(primals: Any, tangents: Any) -> Any:
        return sin(*primals), (jnp.cos(primals[0]) + 0.01) * tangents[0]

    row = vocabulary.TABLE["sin"]
    meaning = replace(row.overloads[0], meaning=lambda np, x: np.sin(x) if np.__name__ == "numpy" else sin(x))
    monkeypatch.setitem(vocabulary.TABLE, "sin", replace(row, overloads=(meaning,)))


@pytest.mark.usefixtures("wrong_rule")
@pytest.mark.parametrize(
    ("claim", "where", "f", "closed"),
    [
        ("derivative t", "{t: scalar}", "sin(t)", "cos(t) + 1/100"),
        ("gradient x", "{x: n}", "sum(sin⊙(x))", "cos⊙(x) + 1/100 𝟏"),
        ("differential", "{x: n}", "sin⊙(x)", "(cos⊙(x) + 1/100 𝟏) ⊙ dx"),
        ("pullback x", "{x: n}", "sin⊙(x)", "(cos⊙(x) + 1/100 𝟏) ⊙ f̄"),
    ],
)
def test_a_closed_form_that_follows_a_wrong_rule_is_not_verified(claim: str, where: str, f: str, closed: str) -> None:
    found = verdict(claim, where, f, closed)
    assert (found.verdict, found.witness) == ("error", "denies")
    assert "bug" in found.message


@pytest.mark.usefixtures("wrong_rule")
def test_a_wrong_rule_does_not_refute_what_is_true() -> None:
    found = verdict("derivative t", "{t: scalar}", "sin(t)", "cos(t)")
    assert found.verdict == "error"
    assert "bug" in found.message


@pytest.mark.usefixtures("wrong_rule")
def test_under_a_wrong_rule_what_is_false_is_refuted_still() -> None:
    assert verdict("derivative t", "{t: scalar}", "sin(t)", "−cos(t)").verdict == "refuted"


def test_with_the_right_rule_nothing_is_denied() -> None:
    found = verdict("derivative t", "{t: scalar}", "sin(t)", "cos(t)")
    assert (found.verdict, found.witness) == ("verified", "agrees")
    assert verdict("derivative t", "{t: scalar}", "sin(t)", "cos(t) + 1/100").verdict == "refuted"


# ---- the same for every operation: each in turn is bent, which leaves its values alone and turns its derivative

# What cannot be bent as it has no derivative, or none but zero; and what is written without a function word.
FLAT = {"sign", "step", "rank", "im"}
WRITTEN = {
    "transpose": ("A: m×n", "Aᵀ"), "conjugate_transpose": ("A: m×n", "Aᴴ"), "inverse": ("A: n×n", "A⁻¹"),
    "pinv": ("A: m×n", "A⁺"), "neg": ("A: m×n", "−A"), "quotient": ("A: 1, B: m×n", "B/A"),
    "hadamard": ("A: m×n, B: m×n", "A ⊙ B"), "hadamard_quotient": ("A: m×n nonzero, B: m×n", "B ⊘ A"),
    "kronecker": ("A: m×n, B: p×m", "A ⊗ B"), "bars": ("A: n×n", "|A|"), "norm": ("A: n", "‖A‖"),
    "sum": ("A: m×n, B: m×n", "A + B"), "matmul": ("A: m×n, B: n×p", "AB"), "scale": ("A: scalar, B: m×n", "A B"),
    "power_scalar": ("A: scalar positive", "A^(3/2)"), "power_entrywise": ("A: m×n positive", "A⊙³"),
    "power_whole": ("A: scalar, k: integer", "A^k"), "power_matrix": ("A: n×n", "A³"), "entry": ("A: m×n", "A[1,1]"),
    "literal": ("A: n", "[A, 2A]"), "unvec": ("A: 6", "unvec(A, 2, 3)"), "sub": ("A: n×n with n ≥ 2", "sub(A, 1, 1)"),
    "sum_over_dim": ("A: n", "Σᵢ A[i]³"), "sum_between": ("A: scalar", "Σ_{i=1}^{3} A^i"),
    "eigval": ("A: n×n symmetric simple-eigenvalues", "eigval(A, 1)"),
    "eigvec": ("A: n×n symmetric simple-eigenvalues", "eigvec(A, 1) eigvec(A, 1)ᵀ"),
    "call": ("g: ℝ → ℝ, A: n", "g⊙(A)"), "eigvalsh": ("A: n×n symmetric simple-eigenvalues", "eigvalsh(A)"),
    "lambda_max": ("A: n×n symmetric simple-eigenvalues", "λmax(A)"),
    "lambda_min": ("A: n×n symmetric simple-eigenvalues", "λmin(A)"),
    "eigvals": ("A: n×n symmetric simple-eigenvalues", "sum(re(eigvals(A)))"),
    "diagsums": ("A: n×n", "diagsums(A)"), "log": ("A: m×n positive", "log⊙(A)"),
}  # fmt: skip
CONSTANT = {
    "number",
    "zero",
    "name",
    "dim",
    "index",
    "perturbation",
    "cotangent",
    "unit",
    *(row.name for row in vocabulary.CONSTANTS),
}


def bendable() -> dict[str, tuple[str, str]]:
    """Every operation with a derivative: what is declared and f."""
    found = dict(WRITTEN)
    for row in vocabulary.TABLE.values():
        if row.name not in (*found, *FLAT, *CONSTANT):
            inputs, _ = vocabulary.signature(row.overloads[0].signature)
            where = [f"{name}: {'×'.join(shape)}" for name, shape in zip("ABC", inputs, strict=False)]
            word = row.words[0] + "⊙" * (row.entrywise == "marked")
            found[row.name] = (", ".join(where), f"{word}({', '.join('ABC'[: len(inputs)])})")
    return found


@pytest.fixture
def bent(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give an operation a derivative that is 1 % too long."""
    import jax

    @jax.custom_jvp
    def bend(x: Any) -> Any:
        return x

    @bend.defjvp
    def rule(primals: Any, tangents: Any) -> Any:
        return primals[0], 1.01 * tangents[0]

    def install(op: str) -> None:
        reading = traced.READINGS.get(op, traced._operation)

        def read(tree: Any, at: Any) -> Any:
            return reading(tree, at) if at.np.__name__ == "numpy" else bend(reading(tree, at))

        monkeypatch.setitem(traced.READINGS, op, read)

    return install


@pytest.mark.parametrize("op", sorted(bendable()))
def test_a_wrong_rule_of_any_operation_is_denied_and_the_right_one_agreed_with(
    op: str, bent: Callable[[str], None]
) -> None:
    where, f = bendable()[op]
    bent(op)
    sampler = sampled("jacobian A", f"{{{where}}}", f, "0")
    sample = sampler.samples[0]
    wrong = sample.outputs["jax.jacfwd"]
    assert np.abs(wrong).max() > 1e-3
    assert [witness.told(sampler, sample, number, wrong[number]) for number in range(4)] == ["denies"] * 4
    assert [witness.told(sampler, sample, number, wrong[number] / 1.01) for number in range(4)] == ["agrees"] * 4


def test_no_operation_is_left_out() -> None:
    assert {*vocabulary.TABLE, *traced.READINGS} - bendable().keys() == FLAT | CONSTANT
