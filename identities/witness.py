"""A witness that knows none of JAX's rules: differences of f itself, evaluated by NumPy from the tree.

Forward and reverse mode share their rules, so their agreement proves little about them. Here f is read a second
time, without JAX, and differenced along random lines: central differences at halved steps, extrapolated to step 0
(Richardson; Press et al. 2007, section 5.7). What the closed form says of such a line is one row of a table per kind
of claim. The error of a difference is measured by how far its last extrapolations are apart. A witness may not be
able to tell; what it denies is never verified.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from identities import limits
from identities.claims import DIFFERENTIALS, EXTREMES
from identities.compare import CLEAR, EPSILON, SAFETY
from identities.draws import generator
from identities.judge import is_zero
from identities.program import moving_variables
from identities.readings.traced import Point, value
from identities.sampling import Sample, Sampler, point
from identities.sizes import Sizes
from identities.statement import Statement
from identities.work import counting, operations

Array = Any
Values = Sequence[Array]

SIZES, DRAWS = 2, 2  # of each claim, so many are witnessed
STEPS = (2.0**-4, 2.0**-8, 2.0**-12)  # the first of each table, for directions of norm 1
HALVINGS = 4  # steps of one table
WORST_ERROR = 1e-4  # relative: a difference known less well tells nothing
OWN_DRAWS = 1_000  # the attempt whose random numbers are the witness's

AGREES, DENIES, UNSURE = "agrees", "denies", "cannot tell"

REPORT = "one of the two has a bug, please report it"
DENIAL = f"the closed form agrees with JAX's derivatives, and differences of f deny both: {REPORT}"
DENIALS = {
    "equals": f"f has another value when NumPy evaluates it without JAX: {REPORT}",
    "minimizer": f"a minimizer by JAX's derivatives, and none by differences of f: {REPORT}",
    "maximizer": f"a maximizer by JAX's derivatives, and none by differences of f: {REPORT}",
}
DEFENCE = f"JAX's derivatives refute the closed form, and differences of f agree with it and not with them: {REPORT}"


@dataclass(frozen=True)
class Line:
    """One draw: f of its moving variables, the lines through it, and the closed form there."""

    statement: Statement
    at: Point
    f: Callable[[Values], Array]
    origin: Values
    first: Values  # the direction of each moving variable
    second: Values
    closed: Array


@dataclass(frozen=True)
class Kind:
    """How a kind of claim is witnessed: the order of its difference, what is seen of that, and what it should be."""

    order: int
    expected: Callable[[Line, Array], Array]
    seen: Callable[[Line, Array], Array] = lambda line, difference: difference


def inner(a: Array, b: Array) -> Array:
    """⟨A, B⟩ = Re tr AᴴB."""
    return np.real(np.sum(np.conj(a) * b)).reshape(1, 1)


def vec(x: Array) -> Array:
    """The columns of X stacked."""
    return x.T.reshape(-1, 1)


def jacobian(line: Line, closed: Array) -> Array:
    """J vec E as an array of the shape of f."""
    rows, columns = line.f(line.origin).shape
    return (closed @ vec(line.first[0])).reshape(columns, rows).T


def entries(line: Line, closed: Array) -> Array:
    """Σᵢⱼ ∂f[k,l]/∂X[i,j] E[i,j]; the closed form has a row per place, the indices of f running fastest."""
    statement, direction = line.statement, line.first[0]
    of_f = tuple(line.at.size(statement.indices[index]) for index in statement.entry_of_f)
    total = int(np.prod(of_f, dtype=int))
    entry = direction if len(statement.entry_of_variable) == 2 else direction[:, 0]
    return (closed.reshape(-1, total) * entry.reshape(-1, 1, order="F")).sum(0).reshape(of_f, order="F")


def by_coordinates(line: Line, closed: Array) -> Array:
    """Σᵣ θᵣ ∂f/∂θᵣ, the partials being the coordinates of the closed form in the structure's orthogonal basis.

    E = Σ θᵣBᵣ and C = Σ cᵣBᵣ with entries 0 and ±1: θᵣ = ⟨E, Bᵣ⟩/‖Bᵣ‖², so Σ θᵣcᵣ takes every entry once.
    """
    basis = line.at.values["basis of the structure"]
    weights = np.sum(basis**2, 1)
    return np.sum((basis @ closed.ravel()) * (basis @ line.first[0].ravel()) / weights**2).reshape(1, 1)


KINDS: dict[str, Kind] = {
    "equals": Kind(0, lambda line, closed: closed),
    "gradient": Kind(1, lambda line, closed: inner(closed, line.first[0])),
    "jacobian": Kind(1, jacobian),
    "hessian": Kind(2, lambda line, closed: vec(line.first[0]).T @ closed @ vec(line.second[-1])),
    "differential": Kind(1, lambda line, closed: closed),
    "second_differential": Kind(2, lambda line, closed: closed),
    "pullback": Kind(
        1,
        lambda line, closed: inner(closed, line.first[0]),
        lambda line, difference: inner(line.at.cotangent, difference),
    ),
    "derivative": Kind(1, lambda line, closed: closed * line.first[0]),
    "entries": Kind(1, entries, lambda line, difference: difference.reshape(entries(line, line.closed).shape)),
    "gradient_symmetric": Kind(1, lambda line, closed: inner(closed, line.first[0])),
    "gradient_independent": Kind(1, by_coordinates),
    "conjugate_gradient": Kind(1, lambda line, closed: inner(closed, line.first[0])),
}


# ---- one claim


def testimony(sampler: Sampler) -> str:
    """What the witness says of a claim on which all oracles agree: it denies where one draw does."""
    said = [told(sampler, sample, number) for sample, number in witnessed(sampler)]
    return next((word for word in (DENIES, AGREES) if word in said), UNSURE)


def defends(sampler: Sampler) -> bool:
    """Whether the witness agrees with a refuted closed form and denies what refutes it, on the first such draw."""
    sample = sampler.samples[-1]
    number = int(sample.refuting[0])
    if sampler.statement.claim.kind in EXTREMES or told(sampler, sample, number) != AGREES:
        return False
    _, _, *oracles = sample.outputs.values()
    return any(told(sampler, sample, number, oracle[number]) == DENIES for oracle in oracles)


def witnessed(sampler: Sampler) -> list[tuple[Sample, int]]:
    """The draws that a witness is asked about: those that agree, of the first sizes."""
    found: list[tuple[Sample, int]] = []
    for sample in sampler.samples:
        numbers = np.flatnonzero(sample.comparison.agrees)[:DRAWS]
        found += [(sample, int(number)) for number in numbers]
        if len({tuple(s.sizes.values()) for s, _ in found}) == SIZES:
            break
    return found


def told(sampler: Sampler, sample: Sample, number: int, closed: Array = None) -> str:
    """What the witness says of the closed form, or of another array in its place, on one draw."""
    statement = sampler.statement
    if not statement.fits or laborious(statement, sample.sizes):
        return UNSURE
    kind = statement.claim.kind
    given = sample.outputs["closed form"][number] if closed is None else closed
    rng = generator(statement, sampler.seed, sample.sizes, OWN_DRAWS + number)
    with np.errstate(all="ignore"):
        try:
            line = drawn(sampler, sample, number, given, rng)
            if kind == "equals":
                return value_told(line, sample, number)
            judged = extreme if kind in EXTREMES else derivative
            denied = 0
            for step in STEPS:
                word = judged(line, sample, number, step)
                if word == AGREES:
                    return AGREES
                denied += word == DENIES
        except np.linalg.LinAlgError:  # NumPy raises where JAX gives NaN
            return UNSURE
    # A difference across a kink may be far off and well extrapolated, but not alike at two scales.
    return DENIES if denied > 1 else UNSURE


def laborious(statement: Statement, sizes: Sizes) -> bool:
    """Whether sums inside sums make f too long to evaluate term by term."""
    count, parts = counting(sizes), dict[str, int]()
    for name, part in statement.lets:
        parts[name] = operations(part, parts, count, loops=True)
    return operations(statement.f, parts, count, loops=True) > limits.OPERATIONS


def drawn(sampler: Sampler, sample: Sample, number: int, closed: Array, rng: np.random.Generator) -> Line:
    """The lines through one draw, along random directions inside the structure that the claim stays in."""
    statement = sampler.statement
    at = point(statement, sample, number)
    moving = moving_variables(statement)
    origin = [closed] if statement.claim.kind in EXTREMES else [at.values[name] for name in moving]
    roles = zip(sampler.inputs, sample.inputs, strict=True)
    basis = next((array[number] for slot, array in roles if slot.role == "basis"), None)
    if basis is not None:
        at = replace(at, values={**at.values, "basis of the structure": basis})

    def f(xs: Values) -> Array:
        return value(statement.f, replace(at, values={**at.values, **dict(zip(moving, xs, strict=True))}))

    def direction() -> list[Array]:
        if statement.claim.kind in DIFFERENTIALS:
            return [at.tangents[name] for name in moving]
        if basis is not None:
            return [(rng.standard_normal(basis.shape[0]) @ basis).reshape(x.shape) for x in origin]
        return [normal(x, rng) for x in origin]

    return Line(statement, at, f, origin, direction(), direction(), closed)


def normal(like: Array, rng: np.random.Generator) -> Array:
    """Independent normal entries, complex ones for a complex array."""
    real = rng.standard_normal(like.shape)
    return real + 1j * rng.standard_normal(like.shape) if np.iscomplexobj(like) else real


# ---- one line


def value_told(line: Line, sample: Sample, number: int) -> str:
    """Whether the closed form is the value of f, read by NumPy."""
    f = line.f(line.origin)
    scale = sample.comparison.unit[number]
    return weighed(f - line.closed, own_error(sample, number) + EPSILON * scale, scale)


def derivative(line: Line, sample: Sample, number: int, step: float) -> str:
    """Whether the closed form is what the differences say."""
    kind = KINDS[line.statement.claim.kind]
    difference, error, height = differenced(line, kind.order, step)
    seen, expected = kind.seen(line, difference), kind.expected(line, line.closed)
    if line.at.cotangent is not None:
        error *= size(line.at.cotangent)
    length = extent(line.first) * (extent(line.second) if kind.order == 2 else 1.0)
    error += own_error(sample, number) * length
    return weighed(seen - expected, error, height if is_zero(line.statement.closed_form) else size(seen))


def extreme(line: Line, sample: Sample, number: int, step: float) -> str:
    """Whether f is level at the closed form, as far as its curvature there can tell, and curved the right way."""
    sign = 1.0 if line.statement.claim.kind == "minimizer" else -1.0
    along = replace(line, second=line.first)
    slope, error, _ = differenced(along, 1, step)
    bend, bend_error, _ = differenced(along, 2, step)
    curvature = sign * float(np.real(bend[0, 0]))
    if not np.isfinite(curvature) or abs(curvature) <= CLEAR * bend_error:
        return UNSURE
    if curvature < 0:
        return DENIES
    error += own_error(sample, number) * extent(line.first)
    return weighed(slope, error, curvature)


def own_error(sample: Sample, number: int) -> float:
    """The rounding error of the closed form itself."""
    return float(sample.comparison.floor[number] * sample.comparison.unit[number] / SAFETY)


def weighed(gap: Array, error: float, scale: float) -> str:
    """A gap within the error is none, one far above it is real; an error as large as the thing tells nothing."""
    distance = size(gap)
    if not (np.isfinite(distance) and error <= WORST_ERROR * scale):
        return UNSURE
    if distance <= SAFETY * error:
        return AGREES
    return DENIES if distance > CLEAR * error else UNSURE


def differenced(line: Line, order: int, step: float) -> tuple[Array, float, float]:
    """d/dt f(X + tE) or ∂²/∂s∂t f(X + sE + tF) at 0, its error, and the size of f on the way."""
    first, second = (extent(direction) for direction in (line.first, line.second))
    height = 0.0
    differences = []
    for halving in range(HALVINGS):
        h = step * 0.5**halving
        s, t = h / first, (h / second if order == 2 else 0.0)
        corners = ((1, 1, 1), (-1, -1, 1), (1, -1, -1), (-1, 1, -1)) if order == 2 else ((1, 0, 1), (-1, 0, -1))
        total: Array = 0.0
        for along, across, sign in corners:
            f = line.f(moved(line, along * s, across * t))
            height = max(height, size(f))
            total = total + sign * f
        width = 2 * s if order == 1 else 4 * s * t
        differences.append(total / width)
    best, error = extrapolated(differences)
    return best, error + EPSILON * height / width, height


def moved(line: Line, s: float, t: float) -> list[Array]:
    """X + sE + tF; of a mixed derivative E moves the first variable and F the second."""
    if line.statement.claim.kind == "hessian" and len(line.origin) == 2:
        (x, y), (e, _), (_, g) = line.origin, line.first, line.second
        return [x + s * e, y + t * g]
    return [x + s * e + t * g for x, e, g in zip(line.origin, line.first, line.second, strict=True)]


def extrapolated(differences: Sequence[Array]) -> tuple[Array, float]:
    """Richardson's limit of differences at halved steps, whose errors are even in the step; and its error."""
    column = list(differences)
    order = 0
    while len(column) > 1:
        order += 1
        previous = column
        column = [(4**order * fine - coarse) / (4**order - 1) for coarse, fine in pairwise(previous)]
    return column[0], max(size(column[0] - near) for near in previous)


def size(x: Array) -> float:
    """‖X‖_F."""
    return float(np.linalg.norm(np.asarray(x)))


def extent(directions: Values) -> float:
    """The norm of directions together."""
    return float(np.sqrt(sum(size(direction) ** 2 for direction in directions)))
