"""One function of arrays per claim: what goes in, what comes out, and that it computes what the text says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from identities import parsed
from identities.catalogue import read_text
from identities.draws import all_sizes, draw, generator
from identities.evaluate import trace
from identities.program import function, moving_variables, number_type, output_names, perturbed, shapes_of, slots
from identities.statement import Statement, statements

SIZES = {"m": 2, "n": 3, "p": 4}


def statement(claim: str, where: str, f: str, closed: str, more: str = "") -> Statement:
    kind, _, wrt = claim.partition(" ")
    form = f"\n      {wrt}: '{closed}'" if wrt else f" '{closed}'"
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: '{f}'\n    {kind}:{form}\n{more}"
    (identity,), problems = read_text(text, "t.yaml")
    found = next(iter(statements(parsed.read(identity))))
    assert not problems
    assert isinstance(found, Statement), found
    return found


def run(of: Statement, **integers: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Inputs of one draw by role and name, and outputs by name."""
    sizes = all_sizes(of, {**{name: SIZES[name] for name in of.symbols}, **integers})
    inputs = slots(of)
    arrays = draw(of, inputs, sizes, 1, generator(of, 0, sizes, 0))
    symbols = sorted({symbol for slot in inputs for dim in slot.shape for symbol in dim.symbols})
    program = trace(function(of, integers), shapes_of(inputs), symbols, dtypes=[slot.dtype for slot in inputs])
    outputs = zip(output_names(of), program.run(sizes, arrays), strict=True)
    by_slot = {f"{slot.role} {slot.name}": array[0] for slot, array in zip(inputs, arrays, strict=True)}
    return by_slot, {name: array[0] for name, array in outputs}


def agree(outputs: dict[str, Any], closed: Any) -> bool:
    """Whether the closed form is this array, and every oracle with it."""
    return all(
        array.shape == closed.shape and np.allclose(array, closed, rtol=1e-9, atol=1e-12)
        for name, array in outputs.items()
        if name != "f"
    )


# ---- what goes in


@pytest.mark.parametrize(
    ("claim", "where", "f", "closed", "roles"),
    [
        ("gradient X", "{A: n×m, X: m×n}", "tr(AX)", "Aᵀ", "size size value value"),
        ("differential", "{A: n×m, X: m×n}", "AX", "A dX", "size size value value tangent"),
        ("pullback X", "{A: n×m, X: m×n}", "AX", "Aᵀ f̄", "size size value value cotangent"),
        ("gradient X", "{L: m×n → ℝ, X: m×n}", "L(X)", "∇L(X)", "size size value weights phases coefficients offset"),
        ("gradient z", "{z: n}", "softmax(z)[i]", "softmax(z)[i] (eᵢ − softmax(z))", "size value index"),
        ("entries x[i]", "{A: m×n, x: n}", "Ax", "A[k,i]", "size size value value"),
        ("entries z[j]", "{z: n}", "z[i]²", "2 z[i] I(n)[i,j]", "size value index"),
        ("gradient_symmetric X", "{X: n×n symmetric}", "tr(X²)", "2X", "size value basis"),
        ("minimizer X", "{X: n×n symmetric}", "tr(X²)", "0", "size value basis"),
        ("minimizer X", "{X: m×n}", "‖X‖_F²", "0", "size size value"),
        ("equals", "{k: integer, t: scalar}", "t^k t", "t^(k + 1)", "value"),
    ],
)
def test_the_inputs_of_a_claim(claim: str, where: str, f: str, closed: str, roles: str) -> None:
    of = statement(claim, where, f, closed)
    found = slots(of)
    assert [slot.role for slot in found] == roles.split()
    assert len(shapes_of(found)) == len(found)
    assert len({(slot.role, slot.name) for slot in found}) == len(found)


def test_shapes_are_said_in_symbols() -> None:
    of = statement("hessian X", "{X: m×n}", "‖X‖_F²", "2I")
    assert [code.replace("1*", "") for code in shapes_of(slots(of))[-1]] == ["m", "n"]


def test_numbers_are_real_unless_declared_complex() -> None:
    of = statement("equals", "{A: m×n, Z: m×n complex, H: n×n hermitian}", "AH + Z", "AH + Z")
    kinds = {name: number_type(variable) for name, variable in of.variables.items()}
    assert kinds == {"A": "float64", "Z": "complex128", "H": "complex128"}


# ---- what moves


@pytest.mark.parametrize(
    ("closed", "moving"),
    [("tr(A dX)", ("X",)), ("tr(dA X)", ("A",)), ("tr(dA X) + tr(A dX)", ("A", "X")), ("0", ("A", "X"))],
)
def test_a_differential_moves_what_it_perturbs_or_everything(closed: str, moving: tuple[str, ...]) -> None:
    of = statement("differential", "{A: n×m, X: m×n, B: m×n}", "tr(AX)", closed)
    assert perturbed(of) == moving_variables(of) == moving


def test_a_perturbation_in_a_part_named_by_let_moves_too() -> None:
    of = statement("differential", "{A: n×m, X: m×n}", "tr(AX)", "tr(E)", "    let:\n      E: A dX\n")
    assert perturbed(of) == ("X",)


@pytest.mark.parametrize(("claim", "moving"), [("hessian y, x", ("y", "x")), ("hessian x, y", ("x", "y"))])
def test_a_mixed_block_keeps_the_order_of_its_variables(claim: str, moving: tuple[str, ...]) -> None:
    assert moving_variables(statement(claim, "{A: n×n, x: n, y: n}", "yᵀAx", "A")) == moving


# ---- what comes out


def test_the_closed_form_stands_beside_f_and_its_oracles() -> None:
    of = statement("gradient x", "{A: n×n, x: n}", "xᵀAx", "(A + Aᵀ)x")
    given, outputs = run(of)
    A, x = given["value A"], given["value x"]
    assert list(outputs)[:2] == ["f", "closed form"]
    assert np.allclose(outputs["f"], x.T @ A @ x)
    assert agree(outputs, (A + A.T) @ x)


def test_a_wrong_closed_form_is_computed_as_it_stands() -> None:
    given, outputs = run(statement("gradient x", "{A: n×n, x: n}", "xᵀAx", "2Ax"))
    A, x = given["value A"], given["value x"]
    assert np.allclose(outputs["closed form"], 2 * A @ x)
    assert not agree(outputs, 2 * A @ x)
    oracles = [array for name, array in outputs.items() if name not in ("f", "closed form")]
    assert len(oracles) == 2
    assert all(np.allclose(array, (A + A.T) @ x) for array in oracles)


def test_tangents_and_cotangents_reach_both_sides() -> None:
    given, outputs = run(statement("differential", "{A: m×n, B: n×p}", "AB", "dA B + A dB"))
    by_hand = given["tangent A"] @ given["value B"] + given["value A"] @ given["tangent B"]
    assert agree(outputs, by_hand)
    given, outputs = run(statement("pullback A", "{A: m×n, B: n×p}", "AB", "f̄ Bᵀ"))
    assert agree(outputs, given["cotangent f̄"] @ given["value B"].T)


def test_a_jacobian_stacks_columns_and_has_outputs_as_rows() -> None:
    given, outputs = run(statement("jacobian X", "{A: m×n, X: n×p}", "AX", "I(p) ⊗ A"))
    assert agree(outputs, np.kron(np.eye(4), given["value A"]))


def test_entries_run_over_every_combination_of_their_indices() -> None:
    given, outputs = run(statement("entries X[i,j]", "{A: m×n, X: n×p}", "AX", "A[k,i] I(p)[l,j]"))
    A = given["value A"]
    assert outputs["closed form"].shape == (2 * 4 * 3 * 4, 1)
    assert agree(outputs, outputs["closed form"])
    assert np.isclose(outputs["closed form"].sum(), 4 * A.sum())
    assert (np.abs(outputs["closed form"]) > 0).sum() == A.size * 4


def test_a_free_index_is_one_place_per_draw() -> None:
    given, outputs = run(statement("gradient z", "{z: n}", "softmax(z)[i]", "softmax(z)[i] (eᵢ − softmax(z))"))
    z, place = given["value z"], int(given["index i"][0, 0])
    p = np.exp(z) / np.exp(z).sum()
    assert np.allclose(outputs["f"], p[place])
    assert agree(outputs, p[place] * (np.eye(3)[:, [place]] - p))


def test_parts_named_by_let_stand_for_their_formulas() -> None:
    more = "    let:\n      P: σ(XW)\n      G: f̄ ⊙ P ⊙ (𝟏𝟏ᵀ − P)\n"
    given, outputs = run(statement("pullback W", "{X: m×n, W: n×p}", "P", "XᵀG", more))
    P = 1 / (1 + np.exp(-given["value X"] @ given["value W"]))
    assert np.allclose(outputs["f"], P)
    assert agree(outputs, given["value X"].T @ (given["cotangent f̄"] * P * (1 - P)))


def test_a_point_replaces_what_was_drawn() -> None:
    of = statement("derivative t", "{A: n×n, t: scalar}", "expm(tA)", "A", "    at: {t: 0}\n")
    given, outputs = run(of)
    assert np.allclose(outputs["f"], np.eye(3))
    assert agree(outputs, given["value A"])


@pytest.mark.parametrize("k", [1, 2, 3])
def test_whole_numbers_are_part_of_the_program(k: int) -> None:
    given, outputs = run(statement("gradient X", "{X: n×n, k: integer}", "tr(Xᵏ)", "k (X^(k − 1))ᵀ"), k=k)
    X = given["value X"]
    assert np.allclose(outputs["f"], np.trace(np.linalg.matrix_power(X, k)))
    assert agree(outputs, k * np.linalg.matrix_power(X, k - 1).T)


def test_dims_are_numbers_in_formulas() -> None:
    given, outputs = run(statement("gradient X", "{X: m×n}", "n tr(XᵀX)/m", "2n X/m"))
    assert agree(outputs, 3 * given["value X"])


def test_declared_functions_have_the_derivatives_they_are_named_with() -> None:
    given, outputs = run(statement("gradient x", "{L: n → ℝ, x: n}", "L(x)", "∇L(x)"))
    weights, phases, c = (given[f"{part} L"] for part in ("weights", "phases", "coefficients"))
    phase = weights @ given["value x"] + phases
    assert np.allclose(outputs["f"], given["offset L"] + c @ np.sin(phase))
    assert agree(outputs, weights.T @ (c.T * np.cos(phase)))


# ---- structures and extremes


def test_a_gradient_inside_a_structure_stays_in_it() -> None:
    given, outputs = run(statement("gradient_symmetric X", "{X: n×n symmetric, A: n×n}", "tr(AX)", "½(A + Aᵀ)"))
    assert agree(outputs, (given["value A"] + given["value A"].T) / 2)


def test_an_extreme_is_looked_at_where_the_closed_form_says() -> None:
    of = statement("minimizer x", "{A: n×n spd, x: n, b: n}", "xᵀAx − 2bᵀx", "A⁻¹b")
    given, outputs = run(of)
    A, x, b = (given[f"value {name}"] for name in "Axb")
    assert list(outputs) == ["f", "gradient there", "gradient elsewhere", "curvature", "closed form"]
    assert np.allclose(outputs["closed form"], np.linalg.solve(A, b))
    assert np.allclose(outputs["gradient there"], 0, atol=1e-12)
    assert np.allclose(outputs["gradient elsewhere"], 2 * (A @ x - b))
    assert np.allclose(outputs["curvature"], 2 * A)


def test_the_curvature_of_a_symmetric_variable_is_taken_among_symmetric_matrices() -> None:
    _, outputs = run(statement("minimizer X", "{X: n×n symmetric}", "‖X‖_F²", "0"))
    assert outputs["curvature"].shape == (6, 6)
    assert sorted(np.diag(outputs["curvature"]).round(9)) == [2, 2, 2, 4, 4, 4]
