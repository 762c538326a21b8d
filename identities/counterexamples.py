"""A counterexample that a reader can do again by hand: few and small whole numbers, at sizes of 1 and 2.

The entries are drawn inside the domain: in a basis of a linear structure, from signed permutations for what is
orthogonal, from Gram matrices for what is definite; kept are the matrices that have every property.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from identities import compare, dims, domains
from identities.catalogue import TURNED
from identities.claims import EXTREMES
from identities.draws import all_sizes, draw, possible
from identities.expression import Name, Perturbation, walk
from identities.hypotheses import every
from identities.judge import in_domain, judge
from identities.program import slots
from identities.sampling import Sample, Sampler, is_uniform
from identities.sizes import Sizes
from identities.statement import Statement
from identities.typed import SCALAR, Typed
from identities.vocabulary import KINKED

Array = Any
POINTS = 64  # whole-number points tried at each size
MOST_SIZES = 8  # small sizes tried
SHOWN = 4  # rows and columns of a matrix shown in a message
LONGEST = 40  # letters of a closed form that is repeated before its value
DENOMINATOR = 60  # 0.333… is said as 1/3
STEP, KINK = 1e-5, 1e-2  # where f has no derivative, its slope jumps by more than this at a step so long
INPUTS = ("value", "tangent", "cotangent")


@dataclass(frozen=True)
class Counterexample:
    """One refuting draw: its sample, its number there, and its inputs, closed form and true value by name."""

    sample: Sample
    number: int
    shown: dict[str, Any]


def counterexample(sampler: Sampler) -> Counterexample:
    """The smallest that is found, else the first draw that refuted."""
    sample = sampler.samples[-1]
    if found := smallest(sampler):
        return found
    number = int(sample.refuting[0])
    return Counterexample(sample, number, shown(sampler.statement, sample, number))


def shown(statement: Statement, sample: Sample, number: int) -> dict[str, Any]:
    """The inputs of one draw by name, with the closed form and the true value."""
    used, found = names_used(statement), {}
    for slot, array in zip(slots(statement), sample.inputs, strict=True):
        if slot.role == "value" and slot.name in used and slot.name not in statement.at:
            found[slot.name] = plain(array[number])
        elif slot.role in ("tangent", "cotangent"):
            found[f"d{slot.name}" if slot.role == "tangent" else "f̄"] = plain(array[number])
        elif slot.role == "index":
            found[slot.name] = [[int(array[number, 0, 0]) + 1]]
    outputs = sample.outputs
    if statement.claim.kind in EXTREMES:
        there = plain(outputs["gradient there"][number])
        found[statement.wrt[0]] = plain(outputs["closed form"][number])
        return {**found, "closed_form": there, "true": [[0] * len(row) for row in there]}
    _, closed, oracle, *_ = (array[number] for array in outputs.values())
    if statement.claim.kind in TURNED.get(statement.claim.layout, ()):
        closed, oracle = closed.T, oracle.T
    return {**found, "closed_form": plain(closed), "true": plain(oracle)}


def names_used(statement: Statement) -> set[str]:
    """The variables that f, the closed form or a part of them names."""
    nodes = [node for tree in statement.trees for node in walk(tree.node)]
    names = {node.name for node in nodes if isinstance(node, Name)}
    return names | {node.of for node in nodes if isinstance(node, Perturbation)} | set(statement.wrt)


# ---- the search


def smallest(sampler: Sampler) -> Counterexample | None:
    """A refuting point of whole numbers at the smallest sizes that have one, there the one with the smallest sum.

    An extreme that has left the domain of its variable is the second choice: at 0 the true one may have, too.
    """
    statement, sample = sampler.statement, sampler.samples[-1]
    if statement.functions or statement.claim.worked:
        return None
    kinked = any(is_kinked(node) for tree in statement.trees for node in every(tree))
    outside = None
    for sizes in small_sizes(statement, sample.sizes):
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([sampler.seed, POINTS])))
        inputs, total = whole_inputs(sampler, sizes, rng)
        outputs = sampler.run(sizes, inputs)
        tried = Sample(sizes, inputs, outputs, sample.comparison)
        inside = np.ones(POINTS, bool)
        if statement.claim.kind in EXTREMES:
            outputs, noisy = sampler.measure(sizes, inputs, rng)
            tried = Sample(sizes, inputs, outputs, judge(statement, outputs, noisy, max(sizes.values(), default=1)))
            refuting = tried.refuting
            inside = in_domain(statement, outputs["closed form"]) | (compare.norms(outputs["closed form"]) > 0)
        else:
            told = differs(statement, outputs)
            refuting = np.flatnonzero(told & smooth(sampler, tried, rng) if kinked else told)
        if refuting.size:
            best = min(map(int, refuting), key=lambda number: (not inside[number], total[number]))
            found = Counterexample(tried, best, shown(statement, tried, best))
            if inside[best]:
                return found
            outside = outside or found
    return outside


def is_kinked(node: Typed) -> bool:
    """Whether an operation has points without a derivative; the bars of a determinant have none."""
    return node.op in KINKED and (node.op != "bars" or node.args[0].shape == SCALAR)


def smooth(sampler: Sampler, sample: Sample, rng: np.random.Generator) -> Array:
    """The draws at which f has a derivative: where f(x + hv) + f(x − hv) − 2f(x) is of order h², not h as at a kink."""
    moved = [
        STEP * rng.standard_normal(array.shape) if slot.role == "value" and array.dtype.kind in "fc" else 0
        for slot, array in zip(sampler.inputs, sample.inputs, strict=True)
    ]
    f = sample.outputs["f"]
    sides = [
        sampler.run(sample.sizes, [array + sign * step for array, step in zip(sample.inputs, moved, strict=True)])["f"]
        for sign in (1, -1)
    ]
    bend = compare.norms(sides[0] + sides[1] - 2 * f)
    return bend < KINK * STEP * np.maximum(1.0, compare.norms(f))


def differs(statement: Statement, outputs: Any) -> Array:
    """The draws at which all has a value and the closed form another one than the oracle."""
    f, closed, oracle, *_ = outputs.values()
    usable = compare.finite(f) & compare.finite(closed) & compare.finite(oracle)
    if closed.shape != oracle.shape:
        return usable & (compare.norms(closed) > 0) & (compare.norms(oracle) > 0)
    gap = compare.norms(np.where(usable[:, None, None], closed - oracle, 0.0))
    return usable & (gap > compare.WORST_FLOOR * np.maximum(1.0, compare.norms(oracle)))


def small_sizes(statement: Statement, refuting: Sizes) -> Iterator[Sizes]:
    """Sizes of 1 and 2 from the smallest on, then those that refuted.

    Where sizes of 1 or equal sizes need a trace of their own, only different ones from 2 on.
    """
    symbols, whole = statement.symbols, {name: refuting[name] for name in statement.integers}
    if is_uniform(statement):
        tried = sorted(itertools.product((1, 2), repeat=len(symbols)), key=sum)
    else:
        tried = list(itertools.permutations(range(2, 2 + len(symbols))))
    small = ({**dict(zip(symbols, values, strict=True)), **whole} for values in tried)
    yield from itertools.islice((sizes for sizes in small if possible(statement, sizes)), MOST_SIZES)
    yield refuting


def whole_inputs(sampler: Sampler, sizes: Sizes, rng: np.random.Generator) -> tuple[list[Array], Array]:
    """The inputs of some points, whole numbers where the domain has any, and how large each point is."""
    statement = sampler.statement
    every_size = all_sizes(statement, sizes)
    arrays, total = draw(statement, sampler.inputs, every_size, POINTS, rng), np.zeros(POINTS)
    for place, slot in enumerate(sampler.inputs):
        if slot.role not in INPUTS:
            continue
        rows, columns = (int(dims.evaluate(dim, every_size)) for dim in slot.shape)
        words = statement.variables[slot.name].words if slot.role == "value" else ()
        if slot.role == "tangent" and domains.has_basis(statement.variables[slot.name].words):
            words = tuple(sorted(domains.closure(statement.variables[slot.name].words) & domains.LINEAR))
        pool = members(words, rows, columns, rng)
        if len(pool):
            arrays[place] = pool[rng.integers(0, len(pool), POINTS)].astype(arrays[place].dtype)
        size = np.abs(arrays[place]) + 0.1 * (np.real(arrays[place]) < 0)
        total += size.reshape(POINTS, -1).sum(1)
    return arrays, total


def members(words: Sequence[str], rows: int, columns: int, rng: np.random.Generator) -> Array:
    """Matrices of small numbers that have the properties, (k, rows, columns); none where none was found."""
    for families in FAMILIES:
        found = np.concatenate([family(words, rows, columns, rng) for family in families])
        if domains.has(words, "complex"):
            found = found + 1j * np.roll(found, 1, 0) * (rng.random((len(found), 1, 1)) < 0.5)
        if set(words) - {"scalar", "square", "complex"}:
            found = np.array([matrix for matrix in found if domains.holds(words, matrix)])
        if len(found):
            return found
    return np.zeros((0, rows, columns))


def in_structure(words: Sequence[str], rows: int, columns: int, rng: np.random.Generator) -> Array:
    """Entries 0, ±1, ±2, the smaller the likelier, in the linear structure; positive ones, too."""
    basis = domains.basis(words, rows, columns) if domains.has_basis(words) else None
    if basis is None or np.iscomplexobj(basis):
        basis = np.eye(rows * columns).reshape(-1, rows, columns)
    signed = rng.choice((0, 1, -1, 2, -2), (POINTS, len(basis)), p=(0.4, 0.3, 0.14, 0.12, 0.04))
    positive = rng.choice((1, 2, 3), (POINTS // 2, len(basis)), p=(0.6, 0.3, 0.1))
    return np.einsum("dk,kij->dij", np.concatenate([signed, positive]).astype(float), basis)


def permutations(words: Sequence[str], rows: int, columns: int, rng: np.random.Generator) -> Array:
    """Columns of signed permutation matrices: orthogonal, and of norm 1 if there is one column."""
    if rows < columns:
        return np.zeros((0, rows, columns))
    picked = np.array([np.eye(rows)[:, rng.permutation(rows)[:columns]] for _ in range(POINTS // 4)])
    return np.concatenate([picked, picked * rng.choice((1.0, -1.0), (len(picked), 1, columns))])


def definite(words: Sequence[str], rows: int, columns: int, rng: np.random.Generator) -> Array:
    """MᵀM and I + MᵀM."""
    if rows != columns:
        return np.zeros((0, rows, columns))
    m = rng.choice((0.0, 1.0, -1.0), (POINTS // 4, rows, rows))
    gram = m.transpose(0, 2, 1) @ m
    return np.concatenate([gram, np.eye(rows) + gram])


def portions(words: Sequence[str], rows: int, columns: int, rng: np.random.Generator) -> Array:
    """Quarters of small numbers, and positive numbers divided by their sum."""
    quarters = rng.choice((0.25, 0.5, 0.75, -0.5), (POINTS // 4, rows, columns))
    positive = rng.choice((1.0, 2.0, 3.0), (POINTS // 4, rows, columns))
    return np.concatenate([quarters, positive / positive.sum((1, 2), keepdims=True)])


FAMILIES = ((in_structure, permutations, definite), (portions,))  # whole numbers where the domain has any


# ---- in words


def sentence(statement: Statement, found: Counterexample) -> str:
    """``at A = …, x = …: 2Ax = …, true …``."""
    example, sample, number = found.shown, found.sample, found.number
    inputs = [f"{name} = {spelled(rows)}" for name, rows in example.items() if name not in ("closed_form", "true")]
    at = f"at {', '.join(inputs)}: " if inputs else ""
    given, true = told_apart(example["closed_form"], example["true"])
    if statement.claim.kind not in EXTREMES:
        text = " ".join(statement.claim.closed_form.text.split())
        said = f"{text} =" if len(text) <= LONGEST and text != given else "the closed form is"
        return f"{at}{said} {given}, {'f is' if statement.claim.kind == 'equals' else 'true'} {true}"
    if not in_domain(statement, sample.outputs["closed form"])[number]:
        words = " ".join(statement.variables[statement.wrt[0]].words)
        return f"{at}the closed form is not {words}, as {statement.wrt[0]} is"
    if sample.comparison.error[number] > compare.CLEAR * sample.comparison.floor[number]:
        return f"{at}∇f = {given}, not 0"
    return f"{at}∇²f has an eigenvalue of the wrong sign"


def told_apart(given: list[list[Any]], true: list[list[Any]]) -> tuple[str, str]:
    """Both sides with as many digits as it takes to see that they differ."""
    for digits in range(3, 17):
        if (left := spelled(given, digits)) != (right := spelled(true, digits)):
            return left, right
    return spelled(given), spelled(true)


def plain(array: Any) -> list[list[Any]]:
    """Nested lists of Python numbers, whole ones as int, complex ones as text."""

    def number(x: Any) -> Any:
        if np.iscomplexobj(x):
            return str(complex(round(x.real, 12), round(x.imag, 12)))
        value = float(x)
        near = round(value) if np.isfinite(value) else value
        return int(near) if abs(value) < 1e15 and abs(value - near) <= 1e-14 * max(1.0, abs(value)) else value

    return [[number(x) for x in row] for row in array]


def spelled(rows: list[list[Any]], digits: int = 3) -> str:
    """A matrix as people write it, entries to some digits: [[1 2] [3 4]], a column as (1, 2), a scalar bare."""

    def number(x: Any) -> str:
        z = complex(x) if isinstance(x, str) else x
        if isinstance(z, float) and np.isfinite(z) and abs(z) < DENOMINATOR:
            near = Fraction(z).limit_denominator(DENOMINATOR)
            if abs(z - near) < 1e-13 and near.denominator > 1 and near.denominator & (near.denominator - 1):
                return str(near).replace("-", "−")
        said = f"{z.real:.{digits}g}{z.imag:+.{digits}g}i" if isinstance(z, complex) else f"{z:.{digits}g}"
        return said.replace("-", "−")

    if len(rows) > SHOWN or len(rows[0]) > SHOWN:
        cut = [" ".join(map(number, row[:SHOWN])) + " …" * (len(row) > SHOWN) for row in rows[:SHOWN]]
        return f"[{' '.join(f'[{row}]' for row in cut)}{' …' * (len(rows) > SHOWN)}] ({len(rows)}×{len(rows[0])})"
    if len(rows[0]) == 1:
        return number(rows[0][0]) if len(rows) == 1 else f"({', '.join(number(row[0]) for row in rows)})"
    return f"[{' '.join('[' + ' '.join(map(number, row)) + ']' for row in rows)}]"
