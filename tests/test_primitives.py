"""Every row of the table against JAX's own evaluation, on operands chosen to reach its corners."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pytest

from identities.evaluate import Program, trace
from identities.primitives import EXACT, PRIMITIVES, Plan

SPECIAL = np.array([-np.inf, -2.5, -1.5, -0.5, -0.0, 0.0, 0.49999999999999994, 0.5, 1.5, 2.5, 3.0, np.inf, np.nan])


def elementwise(x: Any, y: Any, k: Any, p: Any) -> tuple[Any, ...]:
    """x, y reals of any kind; k integers; p reals in (0, 1)."""
    import jax
    import jax.numpy as jnp
    from jax import lax
    from jax.ad_checkpoint import checkpoint_name
    from jax.extend.core.primitives import eq_to_p, le_to_p, lt_to_p

    special = jax.scipy.special
    z = lax.complex(x, y)
    return (
        *(
            x + y,
            x - y,
            x * y,
            x / y,
            -x,
            jnp.abs(x),
            lax.sign(x),
            lax.max(x, y),
            lax.min(x, y),
            lax.rem(x, y),
        ),
        *(lax.div(k, k.T + 7), lax.rem(k, k.T + 7), lax.div(k, k.T - 7), k & 3, k | 3, k ^ 3, ~k, k**3),
        *(lax.floor(x), lax.ceil(x), jnp.square(x), lax.integer_pow(x, 5), lax.integer_pow(x, -3)),
        *(lax.integer_pow(x, 0), lax.round(x, lax.RoundingMethod(0)), lax.round(x, lax.RoundingMethod(1))),
        *(lax.pow(x, y), lax.pow(p, k), lax.sqrt(x), lax.rsqrt(x), lax.cbrt(x), lax.exp(x), lax.exp2(x)),
        *(lax.expm1(x), lax.log(x), lax.log1p(x), lax.logistic(x), lax.sin(y), lax.cos(y), lax.tan(y)),
        *(lax.asin(p), lax.acos(p), lax.atan(x), lax.atan2(x, y), lax.sinh(x), lax.cosh(x), lax.tanh(x)),
        *(
            lax.asinh(x),
            lax.acosh(x),
            lax.atanh(p),
            lax.erf(x),
            lax.erfc(x),
            lax.erf_inv(p),
            lax.lgamma(lax.abs(y)),
        ),
        *(lax.digamma(p), special.zeta(p + 2, p), lax.nextafter(x, y), lax.clamp(-1.0, x, p)),
        *(x == y, x != y, x < y, x <= y, x > y, x >= y, ~(x < y), (x < y) ^ (x < 0), (x < y) | (x < 0)),
        *(eq_to_p.bind(x, y), le_to_p.bind(x, y), lt_to_p.bind(x, y), lt_to_p.bind(k, k.T), lax.is_finite(x)),
        *(jnp.where(x < y, x, y), lax.select_n(lax.rem(lax.abs(k), 3).astype(np.int32), x, y, p)),
        *(x.astype(int), x.astype(np.int8), x.astype(bool), x.astype(np.float32), k.astype(float)),
        *(
            jnp.real(z),
            jnp.imag(z),
            jnp.conj(z),
            lax.conj(x),
            jnp.exp(lax.complex(p, p)),
            z.astype(bool),
            z.real,
        ),
        *(
            lax.reduce_precision(x, 11, 52),
            lax.stop_gradient(x),
            lax.optimization_barrier((x, y))[1],
            lax.copy_p.bind(x),
        ),
        *(checkpoint_name(x, "x"), lax.empty((), float) * 0 + x),
    )


def shapes(x: Any, v: Any, k: Any) -> tuple[Any, ...]:
    """x (3, 4), v (5,), k (2, 1) integers, inside and outside the arrays they index."""
    import jax.numpy as jnp
    from jax import lax

    row, column = k[0, 0], k[1, 0]
    return (
        *(
            x.T,
            x.reshape(2, 6),
            x[::-1],
            x[:, ::-1],
            x[1:3, ::2],
            jnp.tile(x, (2, 3)),
            jnp.concatenate([x, x], 1),
        ),
        *(jnp.broadcast_to(v[:, None], (5, 3)), jnp.squeeze(x[:1], 0), *jnp.split(x, [1, 3], axis=1)),
        *(jnp.eye(3, 4) + x, jnp.arange(4.0) * x, lax.iota(np.int64, 3) * k[0]),
        lax.pad(x, 7.0, ((1, 2, 1), (0, 1, 0))),
        lax.pad(x, 7.0, ((-1, 0, 0), (2, -3, 2))),
        lax.pad(x, 7.0, ((-3, 1, 0), (-2, -2, 1))),
        lax.dynamic_slice(x, (1, 2), (2, 2)),
        lax.dynamic_slice(x, (row, column), (2, 2)),
        lax.dynamic_update_slice(x, x[:2, :2] * 3, (2, 1)),
        lax.dynamic_update_slice(x, x[:2, :2] * 3, (row, column)),
        *(x.sum(), x.sum(1), x.prod(0), x.max(1), x.min(), (x > 0).all(), (x > 0).any(1)),
        *(jnp.bitwise_xor.reduce(k, axis=0), jnp.bitwise_and.reduce(k, axis=0), k.astype(np.int32).sum(dtype=np.int32)),
        *(jnp.argmax(x, 1), jnp.argmin(x, 0), lax.argmax(v, 0, np.int32)),
        *(
            jnp.cumsum(x, 0),
            lax.cumsum(x, 1, reverse=True),
            jnp.cumprod(x, 1),
            lax.cummax(x, 1),
            lax.cummin(x, 0),
        ),
        *(lax.cumlogsumexp(x, 1), lax.cumsum(k, 0, reverse=True)),
        *(jnp.sort(v), jnp.argsort(x, 1), *lax.sort((lax.floor(x), x, x * 2), dimension=1, num_keys=2)),
    )


def products(a: Any, b: Any, v: Any) -> tuple[Any, ...]:
    """a (2, 3, 4), b (4, 3, 2), v (4,)."""
    import jax.numpy as jnp

    return (
        *(jnp.einsum("ijk,kjl->il", a, b), jnp.einsum("ijk,kji->i", a, b), jnp.einsum("ijk,ljm->ilkm", a, b)),
        *(jnp.einsum("ijk,kji->", a, b), jnp.einsum("ijk,kjl->jil", a, b), a @ v, jnp.outer(v, v), v @ v),
        jnp.matmul(a[0].astype(int), b[:, 0].astype(int)),
    )


def indexing(x: Any, k: Any, far: Any) -> tuple[Any, ...]:
    """x (4, 5); k (3,) indices inside it; far (3,) indices partly outside it."""
    import jax.numpy as jnp
    from jax import lax

    Gather, Scatter = lax.GatherDimensionNumbers, lax.ScatterDimensionNumbers
    numbers = Gather(offset_dims=(0, 2), collapsed_slice_dims=(), start_index_map=(1, 0))
    pairs = jnp.stack([k, far], 1)
    windows = x[k, :2]
    spread = Scatter(update_window_dims=(1,), inserted_window_dims=(0,), scatter_dims_to_operand_dims=(0,))
    modes = (lax.GatherScatterMode.CLIP, lax.GatherScatterMode.FILL_OR_DROP)
    return (
        *(
            x[k],
            x[:, k],
            x[k, k],
            x[k[0]],
            x[k[0], 1:3],
            x[k[:, None], k],
            x[jnp.array([2, 0, 2])],
            x[-1, 1],
            *lax.unstack(x[:, :2], 1),
        ),
        *(
            x.at[far].get(mode="fill"),
            x.at[far].get(mode="clip"),
            x.at[far, 0].get(mode="fill", fill_value=9.0),
        ),
        *(
            k.at[far].get(mode="fill"),
            (k > 1).at[far].get(mode="fill"),
            jnp.take_along_axis(x, jnp.tile(k, (4, 1)), 1),
        ),
        *(lax.gather(x, pairs, numbers, (2, 3), mode=mode) for mode in modes),
        *(
            x.at[k].set(windows[:, :1]),
            x.at[far].set(1.0, mode="drop"),
            x.at[2].set(x[0]),
            x.at[far[0]].set(5.0),
        ),
        *(
            x.at[k, k].add(windows[:, 0]),
            x.at[far, 1].add(2.0),
            x.at[k].subtract(x[:3]),
            x.at[k].multiply(x[:3]),
        ),
        *(
            x.at[k].min(x[1:]),
            x.at[k].max(x[1:]),
            x.at[0, 1].add(4.0),
            x.at[:, k].add(1.0),
            x.at[far[2]].add(1.0),
        ),
        *(lax.scatter_add(x, far[:, None], windows, spread, mode=mode) for mode in modes),
        x.at[jnp.array([0, 2])].add(x[1:3], unique_indices=True),
    )


def linear_algebra(a: Any, b: Any, z: Any) -> tuple[Any, ...]:
    """a (4, 4) of any kind, b (4, 3), z (4, 4) complex; what LAPACK leaves open is multiplied away."""
    import jax.numpy as jnp
    from jax import lax

    linalg = lax.linalg
    spd, hermitian = a @ a.T + jnp.eye(4), z @ z.conj().T + jnp.eye(4)
    U, s, Vh = linalg.svd(b, full_matrices=False)
    Q, R = linalg.qr(b, full_matrices=False)
    whole, _ = linalg.qr(b, full_matrices=True)
    V, w = linalg.eigh(spd)
    upper, _ = linalg.eigh(spd, lower=False)
    p, F = linalg.eig(z, compute_left_eigenvectors=False)
    packed, swaps, order = linalg.lu(b)
    options = [{"lower": low, "unit_diagonal": unit} for low in (True, False) for unit in (True, False)]
    return (
        *(linalg.cholesky(spd), linalg.cholesky(hermitian), s, U @ jnp.diag(s) @ Vh, Q @ R, whole @ whole.T),
        *(linalg.svd(b, compute_uv=False), V @ jnp.diag(w) @ V.T, upper @ jnp.diag(w) @ upper.T),
        *(
            F @ jnp.diag(p) @ jnp.linalg.inv(F),
            linalg.eig(a, compute_left_eigenvectors=False, compute_right_eigenvectors=False)[0].sum(),
        ),
        *(packed, swaps, order, *linalg.lu(z), *linalg.lu(b.T), linalg.lu_pivots_to_permutation(swaps, 4)),
        *(linalg.triangular_solve(spd, b, left_side=True, **o) for o in options),
        *(linalg.triangular_solve(spd, b.T, transpose_a=True, **o) for o in options),
        *(
            linalg.triangular_solve(hermitian, z, conjugate_a=c, transpose_a=t)
            for c in (False, True)
            for t in (False, True)
        ),
    )


def loops(x: Any, k: Any) -> tuple[Any, ...]:
    """x (4, 4), k () a number of steps that differs between draws."""
    import jax
    import jax.numpy as jnp
    from jax import lax

    def shift(x: Any, i: Any) -> tuple[Any, Any]:
        row = lax.dynamic_slice(x, (i, 1), (2, 3))
        return lax.dynamic_update_slice(x, jnp.tanh(row), (1, i)), row.sum()

    def fixed(total: Any, i: Any) -> tuple[Any, Any]:  # slices of an array that all draws share
        table = lax.dynamic_update_slice(jnp.zeros((4, 4)), jnp.ones((2, 2)), (i, i - 1))
        return total + lax.dynamic_slice(table, (1, i), (3, 3)).sum(), table

    def halves(state: Any) -> Any:
        return lax.while_loop(lambda s: s[1] > 0, lambda s: (s[0] / 2 + 1, s[1] - 1), state)

    return (
        *(*lax.scan(shift, x, jnp.arange(5)), *lax.scan(shift, x, jnp.arange(3), reverse=True)),
        *(
            *lax.scan(fixed, x[0, 0], jnp.arange(6)),
            jax.grad(lambda x: lax.scan(shift, x, jnp.arange(3))[0].sum())(x),
        ),
        *(*halves((x, k)), *halves((x, 3)), *halves((x, 0))),
        *(lax.cond(k > 1, jnp.sin, jnp.cos, x), lax.switch(k, [jnp.exp, jnp.sin, jnp.tanh], x)),
        lax.fori_loop(0, 5, lambda i, x: lax.switch(i, [jnp.exp, jnp.sin, jnp.tanh], x), x),
        jax.grad(lambda x: jax.scipy.linalg.expm(x).sum())(x[:2, :2]),
        jax.grad(lambda x: jax.checkpoint(jnp.sin)(x).sum() + (x * jnp.tanh(x) * jnp.sin(x)).sum())(x),
    )


def symbolic(x: Any) -> tuple[Any, ...]:
    """x (n, 3): what only shows while n is a symbol."""
    import jax.numpy as jnp

    return x * x.shape[0], jnp.trace(x), x[jnp.arange(x.shape[0]), 1]


Arrays = Sequence[Any]
rng = np.random.default_rng(20)
grid = np.stack(np.meshgrid(SPECIAL, SPECIAL))[:, None]


def normal(*shape: int) -> Any:
    return rng.normal(size=(3, *shape))


GROUPS: dict[Any, Arrays] = {
    elementwise: [
        np.concatenate([grid[0], normal(13, 13)]),
        np.concatenate([grid[1], normal(13, 13)]),
        rng.integers(-5, 6, (4, 13, 13)),
        rng.uniform(0.05, 0.95, (4, 13, 13)),
    ],
    shapes: [normal(3, 4), normal(5), np.array([[[0], [1]], [[9], [-9]], [[2], [1]]])],
    products: [normal(2, 3, 4) * 3, normal(4, 3, 2) * 3, normal(4)],
    indexing: [
        normal(4, 5),
        np.array([[0, 2, 1], [3, 3, 3], [1, 0, 1]]),
        np.array([[0, -7, 9], [4, 5, -1], [3, 2, 30]]),
    ],
    loops: [normal(4, 4), np.array([0, 1, 5])],
    linear_algebra: [normal(4, 4), normal(4, 3), normal(4, 4) + 1j * normal(4, 4)],
    symbolic: [normal(5, 3)],
}
groups = pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)


def traced(group: Any) -> Program:
    shapes = [x.shape[1:] for x in GROUPS[group]] if group is not symbolic else [("n", 3)]
    return trace(group, shapes, ["n"] * (group is symbolic), dtypes=[x.dtype for x in GROUPS[group]])


@cache
def by_xla(group: Any) -> Arrays:
    return traced(group).run_xla({"n": 5}, GROUPS[group])


def differences(found: Arrays, expected: Arrays) -> list[str]:
    """What tells two results apart: dtype, shape, or a value (NaN and infinity at the same places)."""
    wrong = []
    for number, (a, b) in enumerate(zip(found, expected, strict=True)):
        if (a.dtype, a.shape) != (b.dtype, b.shape):
            wrong.append(f"result {number}: {a.dtype}{a.shape} is not {b.dtype}{b.shape}")
        elif not np.allclose(a, b, rtol=1e-12, atol=1e-13, equal_nan=True):
            wrong.append(f"result {number}: {a} is not {b}")
    return wrong


def names(tape: Any) -> set[str]:
    """The primitives of a tape, those in the bodies of its loops too."""
    return {e.name for e in tape.equations}.union(*(names(body) for e in tape.equations for body in e.bodies))


@groups
def test_a_row_means_in_numpy_what_the_primitive_means_in_xla(group: Any) -> None:
    program = traced(group)
    assert differences(program.run({"n": 5}, GROUPS[group]), by_xla(group)) == []
    assert not program.fallbacks.primitives


def test_every_row_is_put_to_the_test() -> None:
    seen = set()
    for group, inputs in GROUPS.items():
        program = traced(group)
        program.run({"n": 5}, inputs)
        seen |= names(program._tape)
    untested = PRIMITIVES.keys() - seen
    assert not untested
    assert EXACT.issubset(PRIMITIVES)


correct: dict[str, Any] = dict(PRIMITIVES)
WRONG: list[tuple[str, Any, Plan]] = [
    ("tanh", elementwise, lambda *_, **__: np.sinh),
    ("rem", elementwise, lambda *_, **__: np.mod),
    ("round", elementwise, lambda *_, **__: np.rint),
    ("max", elementwise, lambda *_, **__: np.fmax),  # differs at NaN alone
    ("lt_to", elementwise, lambda *_, **__: np.less),  # at −0 < 0 and NaN alone
    ("convert_element_type", elementwise, lambda *_, new_dtype, **__: lambda a: a.astype(new_dtype)),
    ("transpose", shapes, lambda *_, **__: lambda a: a.swapaxes(1, 2)[:, ::-1]),
    ("cumsum", shapes, lambda *_, axis, **__: lambda a: np.cumsum(a, axis)),  # forgets reverse
    ("dot_general", products, lambda *o, **p: lambda a, b: -correct["dot_general"](*o, **p)(a, b)),
    ("gather", indexing, lambda *o, **p: lambda a, i: correct["gather"](*o, **p)(a, np.maximum(i - 1, 0))),
    ("scatter-add", indexing, correct["scatter"]),
    (
        "triangular_solve",
        linear_algebra,
        lambda *o, **p: correct["triangular_solve"](*o, **{**p, "transpose_a": False}),
    ),
    ("lu", linear_algebra, lambda a, **_: lambda a: [part[..., ::-1] for part in correct["lu"](a)(a)]),
]


@pytest.mark.parametrize(("name", "group", "plan"), WRONG, ids=[name for name, *_ in WRONG])
def test_a_row_with_another_meaning_is_found_out(
    name: str, group: Any, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(PRIMITIVES, name, plan)
    with np.errstate(all="ignore"):
        found = traced(group).run({"n": 5}, GROUPS[group])
    assert differences(found, by_xla(group))


def test_a_row_that_gives_another_dtype_or_rank_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PRIMITIVES, "neg", lambda *_, **__: lambda a: np.negative(a).astype(np.float32))
    with pytest.raises(TypeError, match=r"'neg': its NumPy meaning gives float32 of rank 2, JAX float64 of rank 2"):
        trace(lambda x: (-x,), [(2, 2)], []).run({}, [np.ones((3, 2, 2))])
    monkeypatch.setitem(PRIMITIVES, "neg", lambda *_, **__: np.ravel)
    with pytest.raises(TypeError, match="of rank 0, JAX float64 of rank 2"):
        trace(lambda x: (-x,), [(2, 2)], []).run({}, [np.ones((3, 2, 2))])


def spoilt(kind: str) -> Any:
    """Three positive definite matrices, the second made singular, indefinite or not a number."""
    a = normal(3, 3)
    a = a @ a.swapaxes(1, 2) + np.eye(3)
    a[1] = {"zero": 0.0, "indefinite": np.diag([1.0, -1.0, 1.0]), "nan": np.nan}[kind]
    return a


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        *(("inv", "zero"), ("cholesky", "indefinite"), ("cholesky", "nan"), ("eigh", "nan"), ("svd", "nan")),
        *(("eigvals", "nan"), ("solve", "zero"), ("slogdet", "nan"), ("qr", "nan"), ("svdvals", "nan")),
    ],
)
def test_a_matrix_without_a_result_spoils_only_its_own_draw(operation: str, kind: str) -> None:
    import jax.numpy as jnp

    calls = {
        "inv": lambda x: (jnp.linalg.inv(x),),
        "solve": lambda x: (jnp.linalg.solve(x, jnp.ones((3, 2))),),
        "cholesky": lambda x: (jnp.linalg.cholesky(x, symmetrize_input=False),),
        "eigh": lambda x: tuple(jnp.linalg.eigh(x)),
        "eigvals": lambda x: (jnp.linalg.eigvals(x),),
        "svd": lambda x: tuple(jnp.linalg.svd(x)),
        "svdvals": lambda x: (jnp.linalg.svdvals(x),),
        "slogdet": lambda x: tuple(jnp.linalg.slogdet(x)),
        "qr": lambda x: tuple(jnp.linalg.qr(x)),
    }
    program, a = trace(calls[operation], [("n", "n")], ["n"]), spoilt(kind)
    apart = program.run({"n": 3}, [a[[0, 2]]])
    together = program.run({"n": 3}, [a])
    for alone, among in zip(apart, together, strict=True):
        assert np.isfinite(alone).all()
        np.testing.assert_allclose(among[[0, 2]], alone, rtol=1e-13)
    assert not all(np.isfinite(part[1]).all() for part in together)
    assert not program.fallbacks.primitives


def test_what_a_row_does_not_cover_is_left_to_jax() -> None:
    from jax import lax

    calls: dict[str, Any] = {
        "reduce_precision": lambda x: (lax.reduce_precision(x, 8, 7),),
        "eig": lambda x: (abs(lax.linalg.eig(x, compute_right_eigenvectors=False)[1]),),
        "qr": lambda x: (abs(lax.linalg.qr(x, pivoting=True)[1]),),
    }
    for name, call in calls.items():
        program, inputs = trace(call, [(3, 3)], []), [normal(3, 3)]
        assert differences(program.run({}, inputs), program.run_xla({}, inputs)) == []
        assert program.fallbacks.primitives == {name: 1}
