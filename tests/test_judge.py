"""Which comparison a kind of claim gets, and that every judge refuses what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from identities import parsed
from identities.catalogue import read_text
from identities.compare import PERTURBATIONS
from identities.judge import is_zero, judge
from identities.statement import Statement, statements

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # the checker ignores them too

DRAWS = 3


def statement(claim: str, f: str, closed: str, where: str = "{x: n, A: m×n}") -> Statement:
    kind, _, wrt = claim.partition(" ")
    form = f"\n      {wrt}: '{closed}'" if wrt else f" '{closed}'"
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: '{f}'\n    {kind}:{form}\n"
    (identity,), problems = read_text(text, "t.yaml")
    (found,) = statements(parsed.read(identity))
    assert not problems
    assert isinstance(found, Statement), found
    return found


def repeated(array: Any) -> Any:
    return np.broadcast_to(np.asarray(array, float), (DRAWS, *np.shape(array))).copy()


def outcome(claim: Statement, noise: float = 1e-16, **outputs: Any) -> str:
    """The verdict on draws that are all alike; ``noise`` is how far perturbed runs are off."""
    exact = {name.replace("_", " "): repeated(array) for name, array in outputs.items()}
    signs = np.array([1.0, -1.0, 0.5])[:PERTURBATIONS]
    runs = {name: np.stack([array + noise * sign for sign in signs]) for name, array in exact.items()}
    comparison = judge(claim, exact, runs, 3)
    found = [name for name in ("agrees", "refutes", "empty", "unclear") if getattr(comparison, name).all()]
    assert len(found) == 1
    return found[0]


GRADIENT = statement("gradient x", "xᵀx", "2x")
RIGHT = [[1.0], [2.0], [-3.0]]


def gradient(closed: Any, first: Any, second: Any, noise: float = 1e-16) -> str:
    return outcome(GRADIENT, noise, f=[[1.0]], closed=closed, grad=first, jacfwd=second)


def test_a_closed_form_agrees_with_every_oracle() -> None:
    assert gradient(RIGHT, RIGHT, RIGHT) == "agrees"


def test_one_oracle_that_differs_is_enough() -> None:
    wrong = [[1.0], [2.0], [3.0]]
    assert gradient(wrong, RIGHT, RIGHT) == "refutes"
    assert gradient(RIGHT, wrong, RIGHT) == "refutes"
    assert gradient(RIGHT, RIGHT, wrong) == "refutes"


def test_noise_decides_nothing() -> None:
    assert gradient(RIGHT, RIGHT, RIGHT, noise=1e-3) == "unclear"
    assert gradient(RIGHT, RIGHT, [[1.0], [2.0], [-3.0 - 1e-12]], noise=1e-15) == "unclear"


def test_another_shape_is_refuted_on_every_draw() -> None:
    row = statement("gradient x", "xᵀx", "2xᵀ")
    assert not row.fits
    assert outcome(row, f=[[1.0]], closed=[[1.0, 2.0]], grad=[[1.0], [2.0]], jacfwd=[[1.0], [2.0]]) == "refutes"


def test_another_shape_is_refuted_where_broadcasting_would_hide_it() -> None:
    scalar = statement("gradient x", "sum(x)", "1")
    assert outcome(scalar, f=[[1.0]], closed=[[1.0]], grad=[[1.0], [1.0]], jacfwd=[[1.0], [1.0]]) == "refutes"


# ---- closed forms written 0


ZERO = statement("gradient x", "sum(A)", "0")


def nothing(first: Any, second: Any, noise: float) -> str:
    return outcome(ZERO, noise, f=[[1.0]], closed=[[0.0], [0.0]], grad=first, jacfwd=second)


def test_zero_agrees_with_zero_and_with_rounding_noise() -> None:
    assert nothing([[0.0], [0.0]], [[0.0], [0.0]], 0.0) == "agrees"
    assert nothing([[1e-16], [0.0]], [[0.0], [2e-16]], 1e-16) == "agrees"


@pytest.mark.parametrize("value", [1.0, 1e-14, 1e-100])
def test_zero_is_refuted_by_what_stands_above_the_noise(value: float) -> None:
    assert nothing([[value], [0.0]], [[0.0], [0.0]], value * 1e-16) == "refutes"
    assert nothing([[0.0], [0.0]], [[0.0], [value]], value * 1e-16) == "refutes"


def test_zero_is_neither_between_the_floor_and_a_thousand_floors() -> None:
    assert nothing([[1e-13], [0.0]], [[1e-13], [0.0]], 1e-16) == "unclear"


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_zero_is_not_compared_with_what_has_no_value(value: float) -> None:
    assert nothing([[value], [0.0]], [[0.0], [0.0]], 1e-16) == "unclear"


def test_zero_is_not_compared_with_noise_as_large_as_anything() -> None:
    assert nothing([[0.5], [0.0]], [[0.5], [0.0]], 0.1) == "unclear"


@pytest.mark.parametrize("scale", [1.0, 1e-26])
def test_zero_is_not_hidden_by_noise_that_is_large_beside_f(scale: float) -> None:
    def judged(noise: float) -> str:
        derivative = [[3 * scale * noise], [0.0]]
        return outcome(ZERO, scale * noise, f=[[scale]], closed=[[0.0], [0.0]], grad=derivative, jacfwd=derivative)

    assert judged(1e-16) == "agrees"
    assert judged(1e-5) == "unclear"


def test_of_an_f_that_is_nothing_but_noise_the_parts_are_its_size() -> None:
    def judged(scale: float) -> str:
        noise = [[3e-16 * scale], [0.0]]
        return outcome(ZERO, 1e-16 * scale, f=[[1e-16 * scale]], closed=[[0.0], [0.0]], grad=noise, jacfwd=noise)

    assert judged(1.0) == "agrees"
    assert judged(1e-12) == "unclear"  # constants that small: zero or not, all of it looks like noise


def test_zero_is_what_is_written_so() -> None:
    zero = [statement("gradient x", "sum(A)", "0"), statement("jacobian x", "Ax", "[0, 0]", "{A: 1×2, x: 2}")]
    other = [statement("gradient x", "sum(A)", form) for form in ("x − x", "0x", "2x")]
    assert [is_zero(claim.closed_form) for claim in (*zero, *other)] == [True, True, False, False, False]


# ---- extremes


MINIMUM = statement("minimizer x", "xᵀx", "0 x")
MAXIMUM = statement("maximizer x", "−xᵀx", "0 x")
ELSEWHERE, STILL, POSITIVE = [[1.0], [2.0]], [[0.0], [1e-16]], [[2.0, 0.5], [0.5, 1.0]]


def extreme(claim: Statement, there: Any, curvature: Any, elsewhere: Any = ELSEWHERE) -> str:
    outputs = {"f": [[1.0]], "gradient_there": there, "gradient_elsewhere": elsewhere, "curvature": curvature}
    return outcome(claim, **outputs, closed_form=[[0.0], [0.0]])


NEGATIVE, INDEFINITE, SEMIDEFINITE = -np.array(POSITIVE), [[1.0, 0.0], [0.0, -1.0]], [[1.0, 1.0], [1.0, 1.0]]


@pytest.mark.parametrize(
    ("there", "curvature", "of_minimum", "of_maximum"),
    [
        (STILL, POSITIVE, "agrees", "refutes"),
        (STILL, NEGATIVE, "refutes", "agrees"),
        (STILL, INDEFINITE, "refutes", "refutes"),
        (STILL, SEMIDEFINITE, "unclear", "refutes"),
        (STILL, [[0.0, 0.0], [0.0, 0.0]], "unclear", "unclear"),
        ([[1.0], [0.0]], POSITIVE, "refutes", "refutes"),
        ([[1e-6], [0.0]], POSITIVE, "refutes", "refutes"),
        ([[1e-13], [0.0]], POSITIVE, "unclear", "refutes"),
        ([[np.nan], [0.0]], POSITIVE, "unclear", "unclear"),
        (STILL, [[np.nan, 0.0], [0.0, 1.0]], "unclear", "unclear"),
        (STILL, [[np.inf, 0.0], [0.0, 1.0]], "unclear", "unclear"),
    ],
    ids=["minimum", "maximum", "saddle", "valley", "flat", "slope", "small slope", "nearly", "NaN", "NaN²", "∞²"],
)
def test_an_extreme_is_still_and_strictly_curved(there: Any, curvature: Any, of_minimum: str, of_maximum: str) -> None:
    assert extreme(MINIMUM, there, curvature) == of_minimum
    assert extreme(MAXIMUM, there, curvature) == of_maximum


def test_where_the_gradient_vanishes_everywhere_nothing_is_extreme() -> None:
    assert extreme(MINIMUM, [[0.0], [0.0]], POSITIVE, elsewhere=[[0.0], [0.0]]) == "unclear"


def test_a_slope_is_not_excused_by_steeper_slopes_elsewhere() -> None:
    # 0.5 is no rounding noise at the point itself, whatever ∇f is far from it.
    assert extreme(MINIMUM, [[0.5], [0.0]], POSITIVE, elsewhere=[[1e30], [0.0]]) != "agrees"
