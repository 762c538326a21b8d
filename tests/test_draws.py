"""Random inputs of a claim: what they depend on, and what they do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from identities import domains, limits, parsed
from identities.catalogue import read_text
from identities.draws import all_sizes, draw, generator, possible
from identities.program import FEATURES, slots
from identities.statement import Statement, statements


def entry(claim: str, where: str, f: str, closed: str, id: str = "a") -> str:
    kind, _, wrt = claim.partition(" ")
    form = f"\n      {wrt}: '{closed}'" if wrt else f" '{closed}'"
    return f"  - id: {id}\n    where: {where}\n    f: '{f}'\n    {kind}:{form}\n"


def stated(*entries: str) -> list[Statement]:
    identities, problems = read_text("format: 1\ntitle: T\nidentities:\n" + "".join(entries), "t.yaml")
    assert not problems
    found = [statement for identity in identities for statement in statements(parsed.read(identity))]
    assert all(isinstance(statement, Statement) for statement in found), found
    return [statement for statement in found if isinstance(statement, Statement)]


def statement(claim: str, where: str, f: str, closed: str) -> Statement:
    return stated(entry(claim, where, f, closed))[0]


def drawn(of: Statement, sizes: Mapping[str, int], count: int = 6, seed: int = 0, attempt: int = 0) -> dict[str, Any]:
    """The arrays by role and name."""
    inputs = slots(of)
    arrays = draw(of, inputs, all_sizes(of, sizes), count, generator(of, seed, sizes, attempt))
    return {f"{slot.role} {slot.name}": array for slot, array in zip(inputs, arrays, strict=True)}


def equal(left: dict[str, Any], right: dict[str, Any]) -> bool:
    return left.keys() == right.keys() and all(np.array_equal(left[key], right[key]) for key in left)


TRACE = ("gradient X", "{A: n×m, X: m×n}", "tr(AX)", "Aᵀ")
SIZES = {"m": 2, "n": 3}


# ---- what draws depend on


def test_the_same_claim_has_the_same_draws() -> None:
    assert equal(drawn(statement(*TRACE), SIZES), drawn(statement(*TRACE), SIZES))


def test_other_entries_before_and_after_change_nothing() -> None:
    others = [entry("gradient x", "{x: n}", "xᵀx", "2x", id) for id in ("b", "c")]
    alone = drawn(stated(entry(*TRACE))[0], SIZES)
    assert equal(drawn(stated(others[0], entry(*TRACE), others[1])[1], SIZES), alone)
    assert equal(drawn(stated(*others, entry(*TRACE))[2], SIZES), alone)


def test_other_claims_of_the_entry_change_nothing() -> None:
    more = entry(*TRACE) + "    pullback:\n      X: 'f̄ Aᵀ'\n"
    assert equal(drawn(stated(more)[0], SIZES), drawn(statement(*TRACE), SIZES))


def test_seed_attempt_size_entry_and_claim_each_change_the_draws() -> None:
    base = drawn(statement(*TRACE), SIZES)["value A"]
    claim, where, f, closed = TRACE
    others = [
        drawn(statement(*TRACE), SIZES, seed=1)["value A"],
        drawn(statement(*TRACE), SIZES, attempt=1)["value A"],
        drawn(stated(entry(*TRACE, id="b"))[0], SIZES)["value A"],
        drawn(statement(claim, where, f, "A"), SIZES)["value A"],
        drawn(statement("pullback X", where, f, closed), SIZES)["value A"],
        drawn(statement("gradient A", where, f, closed), SIZES)["value A"],
    ]
    for other in others:
        assert other.shape == base.shape
        assert (other != base).all()
    larger = drawn(statement(*TRACE), {"m": 3, "n": 3})["value A"]
    assert (larger[:, :, :2] != base).all()


def test_the_generator_is_one_whose_stream_numpy_promises() -> None:
    found = generator(statement(*TRACE), 0, SIZES, 0)
    assert type(found.bit_generator) is np.random.PCG64


def test_draws_are_general_matrices() -> None:
    of = statement("equals", "{A: n×n, B: n×n}", "AB", "AB")
    arrays = drawn(of, {"n": 3}, count=20)
    a, b = arrays["value A"], arrays["value B"]
    assert (np.abs(a - a.transpose(0, 2, 1)).max((1, 2)) > 0.1).all()
    assert (np.abs(a @ b - b @ a).max((1, 2)) > 0.1).all()
    assert len({matrix.tobytes() for matrix in (*a, *b)}) == 40


# ---- every role


def test_arrays_have_the_shapes_and_types_of_their_slots() -> None:
    of = statement("conjugate_gradient Z", "{Z: m×n complex, A: m×n}", "‖Z − A‖_F²", "2(Z − A)")
    arrays = drawn(of, SIZES)
    assert arrays["value Z"].dtype == np.complex128
    assert arrays["value A"].dtype == np.float64
    assert arrays["value Z"].shape == arrays["value A"].shape == (6, 2, 3)
    assert arrays["size m"].shape == (6, 2, 1)
    assert (np.abs(arrays["value Z"].imag) > 0).all()


def test_variables_lie_in_their_domains() -> None:
    of = statement("equals", "{S: n×n spd, Q: n×n orthogonal, p: n probability}", "QᵀSQp", "QᵀSQp")
    arrays = drawn(of, {"n": 4})
    for name, word in (("S", "spd"), ("Q", "orthogonal"), ("p", "probability")):
        holds = domains.DOMAINS[word].holds
        assert all(holds(matrix) for matrix in arrays[f"value {name}"])


@pytest.mark.parametrize(
    ("word", "moved"),
    [
        ("symmetric", lambda x: x.transpose(0, 2, 1)),
        ("spd", lambda x: x.transpose(0, 2, 1)),
        ("skew", lambda x: -x.transpose(0, 2, 1)),
        ("diagonal", lambda x: x * np.eye(x.shape[1])),
        ("upper-triangular", np.triu),
        ("lower-triangular", np.tril),
    ],
)
def test_tangents_stay_in_the_linear_structure_and_fill_it(word: str, moved: Any) -> None:
    of = statement("differential", f"{{X: n×n {word}}}", "X²", "X dX + dX X")
    tangents = drawn(of, {"n": 3}, count=20)["tangent X"]
    assert np.allclose(tangents, moved(tangents), atol=0)
    freedom = np.linalg.matrix_rank(tangents.reshape(20, -1))
    assert freedom == {"skew": 3, "diagonal": 3}.get(word, 6)


@pytest.mark.parametrize("word", ["", "invertible", "orthogonal"])
def test_tangents_elsewhere_are_any_matrices(word: str) -> None:
    of = statement("differential", f"{{X: n×n {word}}}".replace(" }", "}"), "X²", "X dX + dX X")
    tangents = drawn(of, {"n": 3}, count=20)["tangent X"]
    assert np.linalg.matrix_rank(tangents.reshape(20, -1)) == 9


def test_tangents_and_cotangents_are_not_the_point() -> None:
    of = statement("differential", "{A: m×n, B: n×m}", "AB", "dA B + A dB")
    arrays = drawn(of, SIZES)
    assert {"tangent A", "tangent B"} <= arrays.keys()
    assert (arrays["tangent A"] != arrays["value A"]).all()
    pulled = drawn(statement("pullback A", "{A: m×n, B: n×m}", "AB", "f̄ Bᵀ"), SIZES)
    assert pulled["cotangent f̄"].shape == (6, 2, 2)
    assert (np.abs(pulled["cotangent f̄"]) > 0).all()


def test_indices_count_from_0_and_cover_their_range() -> None:
    of = statement("gradient z", "{z: n}", "softmax(z)[i]", "softmax(z)[i] (eᵢ − softmax(z))")
    indices = drawn(of, {"n": 3}, count=60)["index i"]
    assert indices.dtype.kind == "i"
    assert indices.shape == (60, 1, 1)
    assert set(indices.ravel().tolist()) == {0, 1, 2}
    assert set(drawn(of, {"n": 1})["index i"].ravel().tolist()) == {0}


def test_the_basis_of_a_structure_is_the_same_in_every_draw() -> None:
    of = statement("gradient_symmetric X", "{X: n×n symmetric}", "tr(X²)", "2X")
    basis = drawn(of, {"n": 3})["basis X"]
    assert basis.shape == (6, 6, 9)
    assert (basis == basis[0]).all()
    matrices = basis[0].reshape(6, 3, 3)
    assert np.array_equal(matrices, matrices.transpose(0, 2, 1))
    gram = basis[0] @ basis[0].T
    assert np.allclose(gram, np.diag(np.diag(gram)))
    assert (np.diag(gram) > 0).all()


def test_the_parts_of_a_function_are_drawn_together() -> None:
    of = statement("gradient X", "{L: m×n → ℝ, X: m×n}", "L(X)", "∇L(X)")
    arrays = drawn(of, SIZES)
    assert arrays["weights L"].shape == (6, FEATURES, 6)
    assert arrays["phases L"].shape == (6, FEATURES, 1)
    assert arrays["coefficients L"].shape == (6, 1, FEATURES)
    assert arrays["offset L"].shape == (6, 1, 1)
    assert len({weights.tobytes() for weights in arrays["weights L"]}) == 6


# ---- which sizes are possible


def test_conditions_between_dims_hold() -> None:
    of = statement("equals", "{A: m×n with m ≥ n}", "A", "A")
    assert possible(of, {"m": 3, "n": 2})
    assert possible(of, {"m": 2, "n": 2})
    assert not possible(of, {"m": 2, "n": 3})


@pytest.mark.parametrize(
    ("where", "sizes", "expected"),
    [
        ("{A: n×n skew invertible}", {"n": 2}, True),
        ("{A: n×n skew invertible}", {"n": 3}, False),
        ("{A: m×n full-column-rank}", {"m": 3, "n": 2}, True),
        ("{A: m×n full-column-rank}", {"m": 2, "n": 3}, False),
    ],
)
def test_sizes_at_which_a_domain_is_empty_are_not_possible(where: str, sizes: dict[str, int], expected: bool) -> None:
    assert possible(statement("equals", where, "A", "A"), sizes) is expected


def test_arrays_beyond_the_limit_are_not_drawn() -> None:
    of = statement("equals", "{A: n×n}", "A ⊗ A", "A ⊗ A")
    assert possible(of, {"n": 9})
    assert not possible(of, {"n": int((limits.ELEMENTS / 8) ** 0.25) + 2})


def test_the_derivative_counts_among_the_arrays() -> None:
    of = statement("jacobian A", "{A: n×n}", "A", "I(n²)")
    assert possible(of, {"n": 9})
    assert not possible(of, {"n": 28})
