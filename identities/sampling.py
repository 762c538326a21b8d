"""One claim at one size after another: inputs drawn, the program run, both sides compared."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from identities import compare, dims, limits
from identities.claims import EXTREMES
from identities.draws import FUNCTION_PARTS, all_sizes, draw, generator
from identities.evaluate import Program, trace
from identities.hypotheses import every
from identities.judge import judge, steady
from identities.program import NotReal, Slot, function, output_names, shapes_of, slots
from identities.readings.traced import Point, Random, value
from identities.sizes import Sizes
from identities.statement import Statement
from identities.vocabulary import UNIFORM

ATTEMPTS = 6  # how often draws that say nothing are drawn again


def is_uniform(statement: Statement) -> bool:
    """Whether no operation of the statement treats sizes of 1 or equal sizes apart."""
    return all(node.op in UNIFORM for tree in statement.trees for node in every(tree))


@dataclass(frozen=True)
class Sample:
    """What one size showed: the inputs and outputs of its draws, and how they compared."""

    sizes: Sizes
    inputs: list[Any]
    outputs: Mapping[str, Any]
    comparison: compare.Comparison

    @property
    def refuting(self) -> Any:
        """The numbers of the draws that refute the claim at a point where f has a value."""
        return np.flatnonzero(self.comparison.refutes & compare.finite(self.outputs["f"]))


@dataclass
class Sampler:
    """The samples of one claim so far; programs are traced once for all sizes."""

    statement: Statement
    seed: int
    backend: str = "numpy"
    samples: list[Sample] = field(default_factory=list)
    programs: dict[tuple[int, ...], Program] = field(default_factory=dict)
    inputs: tuple[Slot, ...] = ()
    deadline: float = field(default_factory=lambda: time.monotonic() + limits.SECONDS)

    @property
    def late(self) -> bool:
        """Whether the claim has taken longer than one may."""
        return time.monotonic() > self.deadline

    def __post_init__(self) -> None:
        self.inputs = slots(self.statement)

    def program(self, sizes: Sizes) -> Program:
        """The program at these sizes; whole-number exponents are part of the trace."""
        whole = tuple(sizes[name] for name in self.statement.integers)
        if whole not in self.programs:
            symbols = sorted({s for slot in self.inputs for dim in slot.shape for s in dim.symbols})
            ordered = (c for c in self.statement.conditions if c.relation == "≥")
            self.programs[whole] = trace(
                function(self.statement, dict(zip(self.statement.integers, whole, strict=True))),
                shapes_of(self.inputs),
                symbols,
                dtypes=[slot.dtype for slot in self.inputs],
                constraints=[f"{dims.code(c.left)} >= {dims.code(c.right)}" for c in ordered],
                uniform=is_uniform(self.statement),
            )
        return self.programs[whole]

    def run(self, sizes: Sizes, arrays: list[Any]) -> dict[str, Any]:
        """The outputs by name at given inputs."""
        results = self.program(sizes).run(all_sizes(self.statement, sizes), arrays)
        return dict(zip(output_names(self.statement), results, strict=True))

    def measure(self, sizes: Sizes, arrays: list[Any], noise: np.random.Generator) -> tuple[dict[str, Any], ...]:
        """The outputs by name, of the backend, and those of the perturbed runs, which are NumPy's."""
        every, names, program = all_sizes(self.statement, sizes), output_names(self.statement), self.program(sizes)
        exact, noisy = program.measure(every, arrays, noise, compare.PERTURBATIONS)
        if self.backend == "xla":
            exact = program.run_xla(every, arrays)
        return tuple(dict(zip(names, results, strict=True)) for results in (exact, noisy))

    @property
    def fallbacks(self) -> tuple[str, ...]:
        """The short cuts that did not apply: ``trace`` where there is one per size, and primitives left to JAX."""
        counted = [program.fallbacks for program in self.programs.values()]
        names = {name for one in counted for name in one.primitives}
        return (*(["trace"] if any(one.traces for one in counted) else ()), *sorted(names))

    def trouble(
        self, exact: Mapping[str, Any], noisy: Mapping[str, Any], comparison: compare.Comparison, inside: Any
    ) -> str | None:
        """Why no further draw could help: a Hessian that decides nothing, a complex f where a real one is meant."""
        kind = self.statement.claim.kind
        undecided = comparison.unclear & inside
        if kind in EXTREMES and (undecided & compare.finite(exact["curvature"]) & steady(exact, noisy)).any():
            return "∇²f is not definite above its rounding noise on some draws, so it does not decide about an extreme"
        imaginary = compare.norms(np.imag(exact["f"]))[inside]
        if kind == "conjugate_gradient" and (imaginary > 1e-9 * compare.norms(exact["f"])[inside]).any():
            raise NotReal(
                "a conjugate gradient is that of a real f, and this f is complex; take re(…), abs(…) or a norm"
            )
        return None

    def sample(self, sizes: Sizes, wanted: int) -> str | None:
        """Draw at one size until ``wanted`` draws say something; the reason if they never do, None if they did.

        Stops at the first sample that refutes.
        """
        done = outside = 0
        wanted = wanted if any(slot.role not in ("size", "basis") for slot in self.inputs) else 1
        for attempt in range(ATTEMPTS):
            if self.late:
                return f"the check of this claim took longer than {limits.SECONDS} s"
            rng = generator(self.statement, self.seed, sizes, attempt)
            eased = min(attempt, 3) if 2 * outside > attempt * wanted else 0
            arrays = draw(self.statement, self.inputs, all_sizes(self.statement, sizes), wanted, rng, eased=eased)
            exact, noisy = self.measure(sizes, arrays, rng)
            comparison = judge(self.statement, exact, noisy, max(sizes.values(), default=1))
            sample = Sample(sizes, arrays, exact, comparison)
            self.samples.append(sample)
            if sample.refuting.size:
                return None
            inside = compare.finite(exact["f"])
            if trouble := self.trouble(exact, noisy, comparison, inside):
                return trouble
            outside += int((~inside).sum())
            done += int(((comparison.agrees | comparison.empty) & inside).sum())
            if done >= wanted:
                return None
        at = ", ".join(f"{name} = {value}" for name, value in sizes.items()) or "its only size"
        if outside > ATTEMPTS * wanted // 2:
            return (
                f"f is not finite on {outside} of {ATTEMPTS * wanted} draws at {at}: "
                "no point of its domain was found; declare the domain"
            )
        return f"the rounding noise is too large to judge at {at}: too few well-conditioned draws"


def point(statement: Statement, sample: Sample, number: int) -> Point:
    """Where the formulas of a statement stand at one draw, for a reading by NumPy."""
    roles: dict[str, dict[str, Any]] = {}
    for slot, array in zip(slots(statement), sample.inputs, strict=True):
        roles.setdefault(slot.role, {})[slot.name] = array[number]
    parts = [roles.get(part, {}) for part in FUNCTION_PARTS]
    at = Point(
        np,
        sample.sizes,
        values=roles.get("value", {}),
        tangents=roles.get("tangent", {}),
        cotangent=roles.get("cotangent", {}).get("f̄"),
        functions={name: Random(*(part[name] for part in parts)) for name in parts[0]},
        indices={name: int(array[0, 0]) for name, array in roles.get("index", {}).items()},
        lets=statement.lets,
    )
    return replace(at, values={**at.values, **{name: value(tree, at) for name, tree in statement.at.items()}})
