"""Noise or error: what a discrepancy means beside the rounding that was measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from identities.compare import (
    CLEAR,
    EPSILON,
    PERTURBATIONS,
    SAFETY,
    WORST_FLOOR,
    Comparison,
    compare,
    norms,
    spread,
    worst,
)

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the checker ignores them too

RNG = np.random.Generator(np.random.PCG64(5))
TRUE = RNG.standard_normal((4, 3, 2))
FLAGS = ("agrees", "refutes", "empty", "unclear")


def noisy(exact: Any, size: float = EPSILON) -> Any:
    """Runs whose entries are off by ``size``, up or down, relative to the whole array."""
    signs = np.sign(np.random.Generator(np.random.PCG64(6)).standard_normal((PERTURBATIONS, *exact.shape)))
    return exact + size * signs * norms(np.nan_to_num(exact))[:, None, None]


def compared(closed: Any, oracle: Any, noise: float = EPSILON) -> Comparison:
    closed, oracle = np.asarray(closed, float), np.asarray(oracle, float)
    return compare(closed, oracle, noisy(closed, noise), noisy(oracle, noise), max(closed.shape[1:]))


def outcome(comparison: Comparison) -> list[str]:
    """The one flag that each draw has."""
    flags = np.array([getattr(comparison, flag) for flag in FLAGS])
    assert (flags.sum(0) == 1).all(), "a draw has exactly one outcome"
    return [FLAGS[place] for place in flags.argmax(0)]


def test_what_is_equal_up_to_rounding_agrees() -> None:
    assert outcome(compared(TRUE, TRUE)) == ["agrees"] * 4
    assert outcome(compared(TRUE * (1 + 3 * EPSILON), TRUE)) == ["agrees"] * 4


@pytest.mark.parametrize(
    "wrong",
    [2 * TRUE, -TRUE, TRUE / 2, TRUE * (1 + 1e-5), TRUE + 1, 0 * TRUE, TRUE[:, ::-1], TRUE[[1, 2, 3, 0]]],
    ids=["twice", "sign", "half", "nearly", "shifted", "zero", "rows swapped", "of another draw"],
)
def test_what_is_wrong_refutes(wrong: Any) -> None:
    comparison = compared(wrong, TRUE)
    assert outcome(comparison) == ["refutes"] * 4
    assert (comparison.error > CLEAR * comparison.floor).all()


@pytest.mark.parametrize("scale", [1e-300, 1e-150, 1e-14, 1.0, 1e14, 1e150])
def test_the_unit_does_not_matter(scale: float) -> None:
    assert outcome(compared(scale * TRUE, scale * TRUE)) == ["agrees"] * 4
    assert outcome(compared(scale * TRUE * 1.001, scale * TRUE)) == ["refutes"] * 4
    assert np.allclose(compared(2 * scale * TRUE, scale * TRUE).error, 0.5)


def test_every_draw_is_judged_by_itself() -> None:
    closed = TRUE.copy()
    closed[1] *= 2
    closed[2] = np.nan
    assert outcome(compared(closed, TRUE)) == ["agrees", "refutes", "refutes", "agrees"]


# ---- between the floor and a thousand floors


def floor_of(closed: Any, oracle: Any) -> Any:
    """The floor of every draw in the unit of the arrays."""
    return compared(closed, oracle).floor * norms(oracle)


@pytest.mark.parametrize(
    ("floors", "expected"), [(0.0, "agrees"), (0.9, "agrees"), (1.5, "unclear"), (900.0, "unclear"), (5e9, "refutes")]
)
def test_between_the_floor_and_a_thousand_floors_nothing_is_decided(floors: float, expected: str) -> None:
    direction = np.ones_like(TRUE) / np.sqrt(TRUE[0].size)
    closed = TRUE + (floors * floor_of(TRUE, TRUE))[:, None, None] * direction
    assert outcome(compared(closed, TRUE)) == [expected] * 4


def test_the_floor_is_what_was_measured_with_a_margin() -> None:
    comparison = compared(TRUE, TRUE, noise=1e-10)
    assert (comparison.floor >= SAFETY * 1e-10).all()
    assert outcome(compared(TRUE * (1 + 1e-10), TRUE, noise=1e-10)) == ["agrees"] * 4
    assert outcome(compared(TRUE * (1 + 1e-4), TRUE, noise=1e-10)) == ["refutes"] * 4


def test_noise_above_one_in_a_million_says_nothing_even_of_equals() -> None:
    assert outcome(compared(TRUE, TRUE, noise=WORST_FLOOR)) == ["unclear"] * 4


def test_one_noisy_side_is_enough() -> None:
    for closed, oracle in ((1e-5, EPSILON), (EPSILON, 1e-5)):
        comparison = compare(TRUE, TRUE, noisy(TRUE, closed), noisy(TRUE, oracle), 3)
        assert outcome(comparison) == ["unclear"] * 4


# ---- nothing


def test_cancellation_to_zero_is_empty_on_both_sides() -> None:
    # The Jacobian of softmax at n = 1, p − p²: both sides are what rounding left.
    closed, oracle = np.full((3, 1, 1), 1.1e-16), np.full((3, 1, 1), -5.5e-17)
    runs = np.array([1.1e-16, -1.1e-16, 0.0]).reshape(-1, 1, 1, 1) * np.ones((PERTURBATIONS, 3, 1, 1))
    assert outcome(compare(closed, oracle, runs, runs, 1)) == ["empty"] * 3


def test_exact_zeros_are_empty() -> None:
    zero = np.zeros((3, 2, 2))
    assert outcome(compared(zero, zero)) == ["empty"] * 3


@pytest.mark.parametrize("value", [1.0, 1e-14, 1e-200])
def test_zero_beside_something_is_refuted_however_small(value: float) -> None:
    zero, something = np.zeros((3, 2, 2)), np.full((3, 2, 2), value)
    assert outcome(compared(zero, something)) == ["refutes"] * 3
    assert outcome(compared(something, zero)) == ["refutes"] * 3


# ---- no value


@pytest.mark.parametrize("nothing", [np.nan, np.inf, -np.inf])
def test_a_closed_form_without_a_value_where_the_derivative_has_one_refutes(nothing: float) -> None:
    closed = TRUE.copy()
    closed[:, 0, 0] = nothing
    assert outcome(compared(closed, TRUE)) == ["refutes"] * 4


@pytest.mark.parametrize("nothing", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("both", [True, False])
def test_where_the_derivative_has_no_value_nothing_is_decided(nothing: float, both: bool) -> None:
    oracle = TRUE.copy()
    oracle[:, 0, 0] = nothing
    assert outcome(compared(oracle if both else TRUE, oracle)) == ["unclear"] * 4


@pytest.mark.parametrize("nothing", [np.nan, np.inf])
def test_a_value_that_is_lost_in_a_perturbed_run_is_noise_without_bound(nothing: float) -> None:
    runs = noisy(TRUE)
    runs[1, :, 0, 0] = nothing
    assert outcome(compare(TRUE, TRUE, runs, noisy(TRUE), 3)) == ["unclear"] * 4
    assert outcome(compare(TRUE, TRUE, noisy(TRUE), runs, 3)) == ["unclear"] * 4


def test_a_closed_form_that_rounding_alone_robs_of_its_value_does_not_refute() -> None:
    # √(1 − u²) at u = 1: NaN in this run and 1e−8 in the next.
    closed, oracle = np.full((4, 1, 1), np.nan), np.zeros((4, 1, 1))
    runs = np.array([1e-8, np.nan, 2e-8]).reshape(-1, 1, 1, 1) * np.ones((PERTURBATIONS, 4, 1, 1))
    comparison = compare(closed, oracle, runs, np.zeros((PERTURBATIONS, 4, 1, 1)), 1)
    assert not comparison.refutes.any()
    assert not comparison.agrees.any()


# ---- norms run over the whole array, and nothing scales with its size


def test_one_wrong_entry_among_a_thousand_refutes() -> None:
    oracle = RNG.standard_normal((2, 1000, 1))
    closed = oracle.copy()
    closed[:, 500] *= -1
    assert outcome(compared(closed, oracle)) == ["refutes"] * 2


def test_norms_neither_overflow_nor_underflow() -> None:
    array = np.array([3.0, 4.0]).reshape(1, 2, 1) * np.array([1, 1e200, 1e-200, 0]).reshape(4, 1, 1)
    assert np.allclose(norms(array) / np.array([1, 1e200, 1e-200, 1]), [5, 5, 5, 0], rtol=1e-15)
    assert np.isinf(norms(np.full((1, 2, 2), np.inf))).all()
    assert not np.isfinite(norms(np.full((1, 2, 2), np.nan))).any()
    assert norms(np.full((1, 1, 1), 3 - 4j)) == 5
    assert norms(np.zeros((2, 0, 3))).tolist() == [0, 0]


def test_the_spread_is_the_largest_change_and_no_draw_is_quieter_than_its_neighbours() -> None:
    exact = np.zeros((3, 1, 1))
    runs = np.zeros((PERTURBATIONS, 3, 1, 1))
    runs[0, 0], runs[2, 0], runs[1, 1] = 1.0, 3.0, 2.0
    assert spread(exact, runs).tolist() == [3, 2, 2]


# ---- several oracles


def test_a_draw_agrees_with_all_oracles_and_is_refuted_by_any() -> None:
    right, wrong, none = compared(TRUE, TRUE), compared(2 * TRUE, TRUE), compared(0 * TRUE, 0 * TRUE)
    lost = compared(TRUE, TRUE * np.nan)
    assert outcome(worst([right, right])) == ["agrees"] * 4
    assert outcome(worst([right, wrong])) == outcome(worst([wrong, right])) == ["refutes"] * 4
    assert outcome(worst([none, none])) == ["empty"] * 4
    assert outcome(worst([right, none])) == ["unclear"] * 4
    assert outcome(worst([right, lost])) == ["unclear"] * 4
    assert (worst([right, wrong]).error == wrong.error).all()
