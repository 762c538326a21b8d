"""Traced functions and their derivatives by NumPy and by XLA; noise; what happens off the quick way."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from identities.evaluate import Program, internals, loops, trace
from identities.primitives import PRIMITIVES

Array = Any  # of NumPy or JAX
TOLERANCE = 1e-10


def discrepancy(found: Sequence[Array], expected: Sequence[Array]) -> float:
    """The largest ‖a − b‖ / max(1, ‖b‖); infinite where shapes or dtypes differ or a value is not finite."""
    largest = 0.0
    for a, b in zip(found, expected, strict=True):
        if (a.shape, a.dtype) != (b.shape, b.dtype) or not (np.isfinite(a).all() and np.isfinite(b).all()):
            return np.inf
        largest = max(largest, float(np.linalg.norm(a - b) / max(1, np.linalg.norm(b))))
    return largest


def draw(shapes: Sequence[tuple[str | int, ...]], sizes: Mapping[str, int], draws: int = 4) -> list[Array]:
    """Inputs in general position: positive entries, square matrices with a heavy diagonal."""
    rng = np.random.default_rng(list(sizes.values()))
    inputs = []
    for shape in shapes:
        rows, columns = (int(sizes.get(str(n), n)) for n in shape)
        inputs.append(rng.uniform(0.2, 1.2, (draws, rows, columns)))
        if rows == columns:
            inputs[-1] += 2 * np.diag(np.arange(1.0, rows + 1))
    return inputs


def functions() -> dict[str, tuple[Callable[..., Any], str, bool]]:
    """Scalar functions of the last argument; shapes of the arguments; whether one trace serves all sizes."""
    import jax
    import jax.numpy as jnp
    from jax.scipy.linalg import expm

    linalg, nn, tr = jnp.linalg, jax.nn, jnp.trace

    def network(X: Any, W: Any, y: Any, V: Any) -> Any:
        return ((nn.gelu(X @ W) @ V.T - y) ** 2).mean() / jnp.sqrt(X.shape[0])

    def attention(K: Any, V: Any, Q: Any) -> Any:
        return (nn.softmax(Q @ K.T / jnp.sqrt(Q.shape[1]), axis=1) @ V).sum()

    return {
        "products": (lambda A, X: tr(A @ X @ X.T @ A.T @ A @ X), "n,m m,n", True),
        "inverse": (lambda A, X: tr(A @ linalg.inv(X)), "n,n n,n", True),
        "solve": (lambda A, X: (linalg.solve(X @ X.T, A) ** 2).sum(), "n,m n,n", True),
        "log det": (lambda X: linalg.slogdet(X @ X.T)[1] + linalg.det(X).sum() * 0, "n,n", False),
        "det": (linalg.det, "n,n", False),
        "Cholesky": (lambda A, X: tr(A @ linalg.cholesky(X @ X.T)), "n,n n,n", True),
        "eigenvalues": (lambda X: linalg.eigvalsh(X @ X.T)[-1], "n,n", True),
        "eigenvectors": (lambda A, X: tr(A @ linalg.eigh(X @ X.T)[1] ** 2), "n,n n,n", True),
        "singular values": (lambda X: linalg.svd(X, compute_uv=False)[0], "m,n", False),
        "pseudo-inverse": (lambda A, X: tr(A @ linalg.pinv(X)), "m,n m,n", False),
        "QR": (lambda X: (linalg.qr(X)[1][0] ** 3).sum(), "m,n", False),
        "exponential": (lambda A, X: tr(A @ expm(X / 9)), "n,n n,n", True),
        "powers": (lambda X: tr(linalg.matrix_power(X, 5)) + tr(linalg.matrix_power(X, -2)), "n,n", True),
        "Kronecker": (lambda A, X: (jnp.kron(A, X @ X) ** 2).sum() + jnp.outer(A, X).sum(), "m,n n,n", True),
        "product": (jnp.prod, "n,1", False),
        "norms": (lambda X: linalg.norm(X) + jnp.abs(X).sum() ** 1.5 + jnp.max(X**2), "m,n", True),
        "softmax": (lambda x: (nn.softmax(x, axis=0) ** 2)[0, 0] + nn.logsumexp(x) ** 2, "n,1", True),
        "activations": (
            lambda x: (
                (nn.relu(x) * nn.silu(x) + nn.softplus(x) * nn.sigmoid(x) + nn.gelu(x, approximate=False) ** 2)
                + (jnp.log1p(x) * jnp.tanh(x) + x**2.5 + jnp.where(x > 0.5, x**3, jnp.cos(x)))
            ).sum(),
            "n,1",
            True,
        ),
        "parts": (
            lambda A, x: (
                (tr(jnp.tril(A) @ jnp.diag(x[:, 0] ** 2) @ jnp.triu(A)) + x[0, 0] ** 3 * jnp.diag(A @ A).sum())
                + ((jnp.concatenate([x, A @ x]) ** 3).sum() + (jnp.eye(x.shape[0]) * x).sum() ** 2)
            ),
            "n,n n,1",
            True,
        ),
        "order": (lambda x: (jnp.sort(x[:, 0]) * x[:, 0]).sum() + (jnp.cumsum(x) ** 3).sum(), "n,1", True),
        "network": (network, "m,n n,k m,1 1,k", True),
        "attention": (attention, "m,n m,k k,n", True),
    }


def derivatives(function: Callable[..., Any]) -> Callable[..., tuple[Any, ...]]:
    """The value and every derivative the oracles take, all in the last argument."""
    import jax

    def all_of_them(*arrays: Any) -> tuple[Any, ...]:
        last = len(arrays) - 1
        gradient = jax.grad(function, last)
        return (
            *(function(*arrays), gradient(*arrays), jax.jacfwd(function, last)(*arrays)),
            *(jax.hessian(function, last)(*arrays), jax.jacrev(gradient, last)(*arrays)),
            *jax.jvp(lambda x: function(*arrays[:-1], x), (arrays[-1],), (arrays[-1] ** 2,)),
        )

    return all_of_them


NAMES = (
    "products",
    "inverse",
    "solve",
    "log det",
    "det",
    "Cholesky",
    "eigenvalues",
    "eigenvectors",
    "singular values",
    "pseudo-inverse",
    "QR",
    "exponential",
    "powers",
    "Kronecker",
    "product",
    "norms",
    "softmax",
    "activations",
    "parts",
    "order",
    "network",
    "attention",
)


@pytest.mark.parametrize("name", NAMES)
def test_numpy_and_xla_agree_on_a_function_and_its_derivatives(name: str) -> None:
    assert tuple(functions()) == NAMES
    function, text, symbolic = functions()[name]
    shapes = [tuple(int(n) if n == "1" else n for n in shape.split(",")) for shape in text.split()]
    program = trace(derivatives(function), shapes, ["m", "n", "k"])
    assert program.symbolic == symbolic, program.reason
    number = NAMES.index(name)
    generic = {"m": 3, "n": 2, "k": 4} if number % 2 else {"m": 2, "n": 3, "k": 4}
    for sizes in (generic, {"m": 1, "n": 1, "k": 1}) if number % 3 == 0 or name == "det" else (generic,):
        inputs = draw(shapes, sizes)
        assert discrepancy(program.run(sizes, inputs), program.run_xla(sizes, inputs)) < TOLERANCE
    assert not program.fallbacks.primitives
    assert program.fallbacks.traces == (not symbolic)


def test_the_agreement_is_a_test_that_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    import jax.numpy as jnp

    program = trace(lambda x: (jnp.tanh(x),), [("n", 1)], ["n"])
    inputs = draw([("n", 1)], {"n": 3})
    assert discrepancy(program.run({"n": 3}, inputs), program.run_xla({"n": 3}, inputs)) < TOLERANCE
    monkeypatch.setitem(PRIMITIVES, "tanh", lambda *_, **__: lambda x: x - x**3 / 3)
    program = trace(lambda x: (jnp.tanh(x),), [("n", 1)], ["n"])  # what a program has planned once, it keeps
    inputs = draw([("n", 1)], {"n": 2})
    assert discrepancy(program.run({"n": 2}, inputs), program.run_xla({"n": 2}, inputs)) > 1e-3
    assert discrepancy([np.ones((2, 1))], [np.ones((1, 2))]) == np.inf
    assert discrepancy([np.array([np.nan])], [np.array([np.nan])]) == np.inf


# Sizes, names of dims, dtypes


def test_dims_of_1_and_equal_dims_get_a_trace_of_their_own() -> None:
    import jax
    import jax.numpy as jnp

    # While n is a symbol JAX takes n = 1 for false, and the general branch of this gradient is wrong there.
    program = trace(lambda X: (jax.grad(jnp.linalg.det)(X),), [("n", "n")], ["n"])
    assert program.symbolic
    np.testing.assert_allclose(program.run({"n": 1}, [np.full((3, 1, 1), 0.3)])[0], np.ones((3, 1, 1)))
    assert program.fallbacks.special_sizes == 1
    program.run({"n": 1}, [np.full((3, 1, 1), 0.7)])
    program.run({"n": 3}, [np.ones((3, 3, 3))])
    assert (program.fallbacks.special_sizes, program.fallbacks.traces) == (1, 0)

    branching = trace(lambda X: (X.sum() * (10 if X.shape[0] == X.shape[1] else 1),), [("m", "n")], ["m", "n"])
    assert branching.symbolic
    assert branching.run({"m": 2, "n": 2}, [np.ones((1, 2, 2))])[0].tolist() == [40]
    assert branching.run({"m": 2, "n": 3}, [np.ones((1, 2, 3))])[0].tolist() == [6]
    fixed = trace(lambda X: (X.sum() * (10 if X.shape[0] == 3 else 1),), [("m", 3)], ["m"])
    assert fixed.run({"m": 3}, [np.ones((1, 3, 3))])[0].tolist() == [90]


@pytest.mark.parametrize("sizes", [{"m": 4, "n": 3}, {"m": 2, "n": 3}, {"m": 3, "n": 3}])
def test_constraints_let_a_trace_be_symbolic_and_bind_no_size(sizes: dict[str, int]) -> None:
    import jax
    import jax.numpy as jnp

    def cosine(X: Any) -> tuple[Any, ...]:
        return (jax.grad(lambda X: jnp.linalg.svd(X, full_matrices=False)[0][0, 0] ** 2)(X),)

    program = trace(cosine, [("m", "n")], ["m", "n"], constraints=["m >= n + 1"])
    assert program.symbolic
    inputs = [np.random.default_rng(1).normal(size=(4, sizes["m"], sizes["n"]))]
    assert discrepancy(program.run(sizes, inputs), program.run_xla(sizes, inputs)) < TOLERANCE
    assert program.fallbacks.traces == (sizes == {"m": 2, "n": 3})

    without = trace(cosine, [("m", "n")], ["m", "n"])
    assert not without.symbolic
    assert "'m' > 'n' is inconclusive" in str(without.reason)
    assert discrepancy(without.run(sizes, inputs), program.run_xla(sizes, inputs)) < TOLERANCE


def test_dims_may_have_any_name_and_shapes_be_expressions() -> None:
    names = ["draws", "d1", "n₁", "λ", "x̄", "k"]
    shape = ("draws*n₁ + 2", "max(λ, x̄)")
    program = trace(lambda x, y: (x.T, y * y.shape[0]), [shape, ("d1", "k")], names)
    assert program.symbolic
    sizes = dict(zip(names, [3, 4, 5, 6, 7, 2], strict=True))
    x, y = np.random.default_rng(2).normal(size=(4, 17, 7)), np.ones((4, 4, 2))
    found = program.run(sizes, [x, y])
    np.testing.assert_array_equal(found[0], x.swapaxes(1, 2))
    np.testing.assert_array_equal(found[1], 4 * y)


def test_inputs_may_be_integers_and_complex_numbers_and_none_at_all() -> None:
    import jax.numpy as jnp

    A, z = np.arange(24.0).reshape(2, 3, 4), np.full((2, 3, 3), 1 + 2j)
    index = np.array([[[2]], [[0]]])
    program = trace(
        lambda A, i, z: (A[i[0, 0]], i + 1, z @ z.conj().T, z.real),
        [("m", "n"), (1, 1), ("m", "m")],
        ["m", "n"],
        dtypes=[np.float64, np.int64, np.complex128],
    )
    sizes = {"m": 3, "n": 4}
    found = program.run(sizes, [A, index, z])
    np.testing.assert_array_equal(found[0], [A[0, 2], A[1, 0]])
    assert discrepancy(found, program.run_xla(sizes, [A, index, z])) < TOLERANCE
    assert [x.dtype for x in found] == [np.float64, np.int64, np.complex128, np.float64]
    (constant,) = trace(lambda: (2 * jnp.eye(2),), [], []).run({}, [])
    np.testing.assert_array_equal(constant, [2 * np.eye(2)])


def test_one_program_serves_many_sizes_and_draws_and_its_results_are_the_callers_own() -> None:
    import jax.numpy as jnp

    program = trace(lambda X: (jnp.eye(X.shape[0]), X, jnp.linalg.inv(X)), [("n", "n")], ["n"])
    for n, draws in [(2, 1), (5, 3), (2, 4), (5, 3)]:
        X = np.random.default_rng(n).normal(size=(draws, n, n))
        identity, same, inverse = program.run({"n": n}, [X])
        np.testing.assert_array_equal(identity, np.broadcast_to(np.eye(n), X.shape))
        np.testing.assert_allclose(inverse, np.linalg.inv(X), rtol=1e-12)
        identity[:], same[:] = 7, 7  # neither the next run nor the input may see this
        assert not (X == 7).any()
    assert (program.fallbacks.traces, program.fallbacks.special_sizes) == (0, 0)


def test_jax_keeps_its_own_configuration_and_is_imported_late() -> None:
    import jax.numpy as jnp

    trace(lambda x: (x * 2,), [("n", 1)], ["n"]).run_xla({"n": 2}, [np.ones((1, 2, 1))])
    assert jnp.ones(1).dtype == np.float32
    code = "import sys, identities.evaluate; sys.exit('jax' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Mistakes


@pytest.mark.parametrize(
    ("inputs", "sizes", "error", "message"),
    [
        (
            [np.ones((2, 3, 2))],
            {"n": 3},
            ValueError,
            r"input 0 has the shape \(2, 3, 2\): expected \(draws, \*\(3, 3\)\)",
        ),
        ([np.ones((0, 3, 3))], {"n": 3}, ValueError, "input 0 has the shape"),
        ([np.ones((2, 3, 3))] * 2, {"n": 3}, ValueError, "2 inputs: expected 1"),
        ([np.ones((2, 3, 3))], {"m": 3}, ValueError, "expected a number of at least 1 for n"),
        ([np.ones((2, 3, 3))], {"n": 0}, ValueError, "expected a number of at least 1 for n"),
        ([np.ones((2, 3, 3), complex)], {"n": 3}, TypeError, "input 0 is complex128: expected float64"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(
    inputs: list[Array], sizes: dict[str, int], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        trace(lambda X: (X,), [("n", "n")], ["n"]).run(sizes, inputs)


def test_shapes_and_constraints_that_do_not_read_are_refused() -> None:
    def same(*arrays: Any) -> tuple[Any, ...]:
        return arrays

    with pytest.raises(ValueError, match="'k' in 'm\\*k' is no dim: the dims are m, n"):
        trace(same, [("m*k", "n")], ["m", "n"])
    with pytest.raises(ValueError, match=r"cannot read the shape \('m \+', 1\)"):
        trace(same, [("m +", 1)], ["m"])
    for constraint in ("m > n", "m >=", "m >= q", "m"):
        with pytest.raises(ValueError, match=r"'m > n'|'m >='|'q' in|\['m'\]"):
            trace(same, [("m", "n")], ["m", "n"], constraints=[constraint])
    with pytest.raises(ValueError, match="named twice"):
        trace(same, [("m", 1)], ["m", "m"])
    with pytest.raises(ValueError, match="2 shapes but 1 dtypes"):
        trace(same, [("m", 1), (1, 1)], ["m"], dtypes=[np.float64])


def test_an_error_of_the_function_itself_comes_out() -> None:
    import jax.numpy as jnp

    def wrong(A: Any, B: Any) -> tuple[Any, ...]:
        return (jnp.concatenate([A, B], axis=1),)

    program = trace(wrong, [("m", "n"), ("n", "m")], ["m", "n"])
    assert not program.symbolic
    with pytest.raises(TypeError, match="Cannot concatenate"):
        program.run({"m": 2, "n": 3}, [np.ones((1, 2, 3)), np.ones((1, 3, 2))])
    with pytest.raises(TypeError, match="expected the function to return a tuple"):
        trace(lambda x: x, [("n", 1)], ["n"]).run({"n": 2}, [np.ones((1, 2, 1))])
    with pytest.raises(ZeroDivisionError):
        trace(lambda x: (x / (1 // 0),), [("n", 1)], ["n"]).run({"n": 2}, [np.ones((1, 2, 1))])


# Off the quick way


def test_what_cannot_be_traced_over_symbols_is_traced_once_per_size() -> None:
    import jax
    import jax.numpy as jnp

    program = trace(lambda X: (jax.hessian(jnp.linalg.det)(X),), [("n", "n")], ["n"])
    assert not program.symbolic
    assert "non-constant size: n" in str(program.reason)
    for n in (2, 4, 2, 4):
        inputs = draw([("n", "n")], {"n": n})
        assert discrepancy(program.run({"n": n}, inputs), program.run_xla({"n": n}, inputs)) < TOLERANCE
    assert program.fallbacks.traces == 2
    permutation = trace(lambda X: (X.reshape(-1)[np.arange(X.shape[0])[::-1]],), [("n", "n")], ["n"])
    assert not permutation.symbolic
    assert permutation.run({"n": 2}, [np.arange(4.0).reshape(1, 2, 2)])[0].tolist() == [[1, 0]]


@pytest.mark.parametrize("name", ["tanh", "dot_general", "triangular_solve", "gather"])
def test_a_primitive_without_a_row_is_evaluated_by_jax_and_counted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import jax.numpy as jnp

    def function(X: Any) -> tuple[Any, ...]:
        return (jnp.tanh(X @ jnp.linalg.inv(X + jnp.eye(X.shape[0]))),)

    inputs = draw([("n", "n")], {"n": 3})
    expected = trace(function, [("n", "n")], ["n"]).run({"n": 3}, inputs)
    monkeypatch.delitem(PRIMITIVES, name)
    program = trace(function, [("n", "n")], ["n"])
    for _ in range(2):
        assert discrepancy(program.run({"n": 3}, inputs), expected) < TOLERANCE
    assert program.symbolic
    assert program.fallbacks.traces == 0
    assert set(program.fallbacks.primitives) == {name}
    assert program.fallbacks.primitives[name] == {"tanh": 1, "dot_general": 1, "triangular_solve": 2}.get(name, 2)


@pytest.mark.parametrize("name", ["jit", "while", "scan", "cond", "custom_jvp_call", "custom_linear_solve"])
def test_a_call_or_loop_unknown_to_the_tables_is_evaluated_by_jax_from_a_trace_with_numbers(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import jax
    import jax.numpy as jnp
    from jax import lax

    def function(X: Any) -> tuple[Any, ...]:
        X = lax.while_loop(lambda s: s[1] < 3, lambda s: (s[0] + jnp.linalg.inv(s[0]), s[1] + 1), (X, 0))[0]
        X = lax.scan(lambda c, row: (c + jax.nn.relu(row), row), X, X)[0]
        steps = lax.fori_loop(0, 2, lambda i, x: lax.switch(i, [jnp.sin, jnp.cos], x), jnp.eye(2))
        return X * steps.sum(), jax.jit(jnp.trace)(X)

    inputs = draw([("n", "n")], {"n": 3})
    expected = trace(function, [("n", "n")], ["n"]).run({"n": 3}, inputs)
    monkeypatch.delitem(internals.CALLS if name in internals.CALLS else loops.LOOPS, name)
    program = trace(function, [("n", "n")], ["n"])
    assert discrepancy(program.run({"n": 3}, inputs), expected) < TOLERANCE
    assert program.fallbacks.traces == 1
    assert set(program.fallbacks.primitives) == {name}


# Noise


def noisy(program: Program, sizes: dict[str, int], inputs: list[Array], runs: int = 40) -> list[Array]:
    """Every output of many runs with noise, stacked."""
    rng = np.random.default_rng(9)
    return [np.stack(parts) for parts in zip(*(program.run(sizes, inputs, rng) for _ in range(runs)), strict=True)]


def test_noise_shows_cancellation_and_leaves_exact_zeros() -> None:
    import jax
    import jax.numpy as jnp

    def function(x: Any) -> tuple[Any, ...]:
        return (
            1 - jax.nn.softmax(x, axis=0).sum(),
            x - x,
            0 * jnp.exp(x),
            jnp.tril(jnp.outer(x, x), -1),
            jnp.eye(3),
        )

    inputs = draw([("n", 1)], {"n": 4})
    rest, difference, product, lower, identity = noisy(trace(function, [("n", 1)], ["n"]), {"n": 4}, inputs)
    assert 2e-17 < np.abs(rest).max() < 2e-15
    assert len(np.unique(rest)) > 3
    assert not difference.any()
    assert not product.any()
    assert not np.triu(lower).any()
    np.testing.assert_array_equal(identity, np.broadcast_to(np.eye(3), identity.shape))


def test_noise_grows_with_the_condition_of_what_is_computed() -> None:
    import jax.numpy as jnp

    program = trace(lambda X: (jnp.linalg.inv(X),), [("n", "n")], ["n"])
    spread = {}
    for condition in (1e1, 1e4, 1e8):
        Q = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))[0]
        X = Q @ np.diag([1.0, 0.5, 1 / condition]) @ Q.T
        (found,) = noisy(program, {"n": 3}, [X[None]])
        spread[condition] = np.linalg.norm(found.std(axis=0)) / np.linalg.norm(found.mean(axis=0))
        assert condition * 1e-17 < spread[condition] < condition * 1e-14
    assert spread[1e8] > 1e3 * spread[1e4] > 1e5 * spread[1e1]


def test_noise_touches_floats_that_were_rounded_and_nothing_else() -> None:
    import jax.numpy as jnp

    x, k = np.array([[[1.0, 4.0], [8.0, 2.0]]]), np.array([[[4, 2]]])
    program = trace(
        lambda x, k: (jnp.flip(x.T), k * k, jnp.argsort(x[0]), x > 3, -x, 1j * jnp.ones((50, 1)) + x[0, 0]),
        [(2, 2), (1, 2)],
        [],
        dtypes=[np.float64, np.int64],
    )
    flipped, square, order, above, minus, complexes = noisy(program, {}, [x, k])
    # Only the input was perturbed: by one ε or not at all.
    ratio = flipped / np.flip(x.swapaxes(1, 2), (1, 2))
    assert set(np.unique(ratio)) == {1 - 2**-52, 1.0, 1 + 2**-52}
    assert set(np.unique(minus / -x)) == {1 - 2**-52, 1.0, 1 + 2**-52}
    for exact, expected in ((square, k * k), (order, np.array([[0, 1]])), (above, x > 3)):
        assert (exact == expected).all()
    changed = complexes != np.round(complexes)
    assert changed.any()
    assert (complexes.real == 1).any()
    apart = (complexes.imag != 1) & (complexes.real == 1)  # the parts of a number are perturbed apart
    assert apart.any()


def test_noise_reaches_into_loops_and_is_the_same_for_the_same_generator() -> None:
    import jax.numpy as jnp
    from jax import lax

    def function(x: Any) -> tuple[Any, ...]:
        return (lax.fori_loop(0, 30, lambda _, s: jnp.sin(s) + 1, jnp.zeros((1, 1)) + 0 * x),)

    program, inputs = trace(function, [(1, 1)], []), [np.zeros((1, 1, 1))]  # the input, 0, carries no noise
    (found,) = noisy(program, {}, inputs)
    assert len(np.unique(found)) > 3
    assert found.std() < 1e-14
    first, again, other = (program.run({}, inputs, np.random.default_rng(seed)) for seed in (1, 1, 5))
    assert first[0] == again[0] != other[0]
    assert abs(first[0] - program.run({}, inputs)[0]) < 1e-14


# Speed, and what JAX does not promise


def test_a_hundred_equations_take_about_a_millisecond() -> None:
    import jax
    import jax.numpy as jnp

    program = trace(lambda A, X: (jax.hessian(lambda X: jnp.trace(A @ jnp.linalg.inv(X)))(X),), [("n", "n")] * 2, ["n"])
    inputs = draw([("n", "n")] * 2, {"n": 3}, draws=8)
    program.run({"n": 3}, inputs)
    times = []
    for _ in range(50):
        start = time.perf_counter()
        program.run({"n": 3}, inputs)
        times.append(time.perf_counter() - start)
    assert len(next(iter(program._schedules.values()))._steps) > 100
    assert min(times) < 2e-3


@pytest.mark.parametrize(
    ("primitive", "params"),
    [
        ("jit", {"jaxpr"}),
        ("custom_jvp_call", {"call_jaxpr"}),
        ("custom_vjp_call", {"call_jaxpr"}),
        ("remat2", {"jaxpr"}),
        ("custom_linear_solve", {"jaxprs", "const_lengths"}),
        ("while", {"cond_jaxpr", "body_jaxpr", "cond_nconsts", "body_nconsts"}),
        ("scan", {"jaxpr", "length", "reverse", "num_consts", "num_carry"}),
        ("cond", {"branches"}),
        ("platform_index", {"platforms"}),
    ],
)
def test_jax_still_names_the_parameters_of_calls_and_loops_as_it_did(primitive: str, params: set[str]) -> None:
    import jax
    import jax.numpy as jnp
    from jax import lax

    twice = jax.custom_vjp(lambda x: 2 * x)
    twice.defvjp(lambda x: (2 * x, None), lambda _, g: (2 * g,))
    calls: dict[str, Callable[..., Any]] = {
        "jit": jax.jit(jnp.sin),
        "custom_jvp_call": jax.nn.relu,
        "custom_vjp_call": twice,
        "remat2": jax.checkpoint(jnp.sin),
        "custom_linear_solve": jnp.linalg.inv,
        "while": lambda x: lax.while_loop(lambda s: s.sum() < 9, lambda s: s + 1, x),
        "scan": lambda x: lax.scan(lambda c, r: (c + r, c), x[0], x),
        "cond": lambda x: lax.cond(x[0, 0] > 0, jnp.sin, jnp.cos, x),
        "platform_index": lambda x: lax.platform_dependent(x, cpu=jnp.sin, default=jnp.cos),
    }

    def equations(jaxpr: Any) -> dict[str, Any]:
        from jax.extend.core import jaxprs_in_params

        inner = [equations(body) for e in jaxpr.eqns for body in jaxprs_in_params(e.params)]
        return {e.primitive.name: e for e in jaxpr.eqns} | {k: v for one in inner for k, v in one.items()}

    found = equations(jax.make_jaxpr(calls[primitive])(np.eye(2)).jaxpr)
    assert primitive in found, f"JAX {jax.__version__} has no primitive {primitive!r}: see internals.CALLS, _LOOPS"
    missing = params - set(found[primitive].params)
    assert not missing, f"JAX {jax.__version__} has renamed {missing} of {primitive!r}: see internals.CALLS, _LOOPS"
    assert callable(found[primitive].primitive.get_bind_params)


def test_jax_still_evaluates_a_dim_expression_as_it_did() -> None:
    from jax import export

    n, expression = export.symbolic_shape("n, 2*n*m + floordiv(n, 2) - max(n, m)")
    assert internals.number_of(expression, {"n": 5, "m": 3}) == 27, "internals.number_of rests on _DimExpr._evaluate"
    assert isinstance(n, internals.symbolic_type())
    assert internals.number_of(4, {}) == 4
