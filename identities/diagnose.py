"""What is wrong with a refuted closed form: a counterexample, and the slip that explains it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from identities import compare, dims
from identities.claims import EXTREMES, said
from identities.expression import Apply, Expr, Name, Number, Perturbation, walk
from identities.judge import in_domain
from identities.notation.typeset import unicode
from identities.sampling import Sample, Sampler
from identities.statement import Statement
from identities.typed import transposed
from identities.verdict import Diagnosis, Verdict

MORE_SIZES, FEW = 2, 4  # looked at for a diagnosis, with so many draws
SMALL = 64  # integer points tried for a legible counterexample
SHOWN = 4  # rows and columns of a matrix shown in a message
INPUTS = ("value", "tangent", "cotangent")
SAYINGS = {
    "transposed": "the transpose of the true one",
    "sign": "−1 times the true one",
    "layout": "the true one in the other layout (transposed)",
    "factor": "{factor:g} times the true one",
}


def refuted(verdict: Verdict, sampler: Sampler, sizes: Sequence[Mapping[str, int]]) -> Verdict:
    """The verdict ``refuted`` with its counterexample, diagnosis and message.

    A slip explains the refutation only if it does so at further ``sizes``: the factor 2/3 may be m/n.
    """
    statement, sample = sampler.statement, sampler.samples[-1]
    further = Sampler(statement, sampler.seed, programs=sampler.programs)
    for other in [other for other in sizes if other != sample.sizes][:MORE_SIZES]:
        further.sample(other, FEW)
    found = diagnosis(statement, [*sampler.samples, *further.samples])
    example = small_counterexample(sampler) or counterexample(statement, sample, int(sample.refuting[0]))
    if found.kind == "shape":
        required, given = ("×".join(map(str, shape)) for shape in (statement.expected, statement.closed_form.shape))
        message = f"the closed form is {given}, but the {said(statement.claim)} is {required}"
    else:
        message = sentence(statement, example, sample)
    if found.kind in SAYINGS:
        message += f"; it is {SAYINGS[found.kind].format(factor=found.factor)}"
        message += f": {found.suggestion}" if found.suggestion else ""
    return replace(verdict, verdict="refuted", message=message, counterexample=example, diagnosis=found)


def of_another_shape(verdict: Verdict, statement: Statement) -> Verdict:
    """The verdict ``refuted`` on an extreme whose closed form has not the shape of its variable."""
    required, given = ("×".join(map(str, shape)) for shape in (statement.expected, statement.closed_form.shape))
    found = Diagnosis("shape")
    if statement.closed_form.shape == statement.expected[::-1]:
        column = any(dim.constant == 1 for dim in statement.expected)
        found = Diagnosis("layout" if column else "transposed", unicode(transposed(statement.closed_form.node)))
    message = f"the closed form is {given}, but {statement.wrt[0]} is {required}"
    return replace(verdict, verdict="refuted", message=message, diagnosis=found)


def sentence(statement: Statement, example: dict[str, Any], sample: Sample) -> str:
    """``at A = …, x = …: the closed form is …, true …``."""
    inputs = [f"{name} = {spelled(rows)}" for name, rows in example.items() if name not in ("closed_form", "true")]
    at = f"at {', '.join(inputs)}: " if inputs else ""
    given, true = told_apart(example["closed_form"], example["true"])
    if statement.claim.kind not in EXTREMES:
        return f"{at}the closed form is {given}, {'f is' if statement.claim.kind == 'equals' else 'true'} {true}"
    number = int(sample.refuting[0])
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


# ---- simple slips


def diagnosis(statement: Statement, samples: Iterable[Sample]) -> Diagnosis:
    """Compare the closed form with simple changes of the true derivative, over all draws of all sizes."""
    if statement.claim.kind in EXTREMES:
        return Diagnosis("unknown")
    pairs = []
    for sample in samples:
        _, closed, oracle, *_ = sample.outputs.values()
        usable = compare.finite(closed) & compare.finite(oracle)
        pairs.append((closed[usable], oracle[usable]))
    node = statement.closed_form.node
    if equal([(closed.transpose(0, 2, 1), true) for closed, true in pairs]):
        column = any(dim.constant == 1 for dim in statement.expected)
        kind = "layout" if column or statement.claim.kind in ("jacobian", "hessian") else "transposed"
        return Diagnosis(kind, unicode(transposed(node)))
    if not statement.fits:
        return Diagnosis("shape")
    ratio = common_ratio(pairs)
    if ratio == -1:
        return Diagnosis("sign", unicode(negated(node)))
    if ratio is not None:
        return Diagnosis("factor", rescaled(node, ratio), factor=ratio)
    return Diagnosis("unknown")


def equal(pairs: Sequence[tuple[Any, Any]]) -> bool:
    """Whether both sides agree on every draw; a first look, which decides no verdict."""
    same = all(c.shape == t.shape and np.allclose(c, t, rtol=1e-9, atol=1e-12) for c, t in pairs)
    return same and any(c.size for c, _ in pairs)


def common_ratio(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    """The number c with closed form = c · true on every draw, None if there is none."""
    ratios = []
    for closed, true in pairs:
        for c, t in zip(map(np.ravel, closed), map(np.ravel, true), strict=True):
            if np.linalg.norm(t) == 0 < np.linalg.norm(c):
                return None
            if np.linalg.norm(t) > 0:
                ratio = float(np.real(np.vdot(t, c) / np.vdot(t, t)))
                if not np.allclose(c, ratio * t, rtol=1e-9, atol=1e-12 * np.linalg.norm(t)):
                    return None
                ratios.append(ratio)
    if not ratios or abs(ratios[0]) < 1e-12 or not np.allclose(ratios, ratios[0], rtol=1e-9):
        return None
    return float(np.round(ratios[0], 12))


def negated(tree: Expr) -> Expr:
    """−tree, without a double sign."""
    return tree.args[0] if isinstance(tree, Apply) and tree.op == "neg" else Apply("neg", (tree,))


def rescaled(tree: Expr, ratio: float) -> str | None:
    """The closed form without its wrong factor, where that factor is simple."""
    exact = Fraction(1 / ratio).limit_denominator(12)
    if abs(float(exact) * ratio - 1) > 1e-9:
        return None
    bare = tree.args[0] if isinstance(tree, Apply) and tree.op == "neg" else tree
    negative, size = (exact < 0) != (bare is not tree), abs(exact)
    factors = bare.args if isinstance(bare, Apply) and bare.op == "product" else (bare,)
    if isinstance(factors[0], Number):
        size, factors = size * factors[0].value, factors[1:]
    if max(size.numerator, size.denominator) > 1000:
        return None
    if size != 1 or not factors:
        factors = (Number(size), *factors)
    result: Expr = factors[0] if len(factors) == 1 else Apply("product", tuple(factors))
    return unicode(negated(result) if negative else result)


# ---- counterexamples


def counterexample(statement: Statement, sample: Sample, number: int) -> dict[str, Any]:
    """The inputs of one draw by name, with the closed form and the true value."""
    from identities.program import slots

    used, shown = names_used(statement), {}
    for slot, array in zip(slots(statement), sample.inputs, strict=True):
        if slot.role == "value" and slot.name in used and slot.name not in statement.at:
            shown[slot.name] = plain(array[number])
        elif slot.role in ("tangent", "cotangent"):
            shown[f"d{slot.name}" if slot.role == "tangent" else "f̄"] = plain(array[number])
        elif slot.role == "index":
            shown[slot.name] = [[int(array[number, 0, 0]) + 1]]
    outputs = sample.outputs
    if statement.claim.kind in EXTREMES:
        there = plain(outputs["gradient there"][number])
        shown[statement.wrt[0]] = plain(outputs["closed form"][number])
        return {**shown, "closed_form": there, "true": [[0] * len(row) for row in there]}
    _, closed, oracle, *_ = outputs.values()
    return {**shown, "closed_form": plain(closed[number]), "true": plain(oracle[number])}


def names_used(statement: Statement) -> set[str]:
    """The variables that f, the closed form or a part of them names."""
    nodes = [node for tree in statement.trees for node in walk(tree.node)]
    names = {node.name for node in nodes if isinstance(node, Name)}
    return names | {node.of for node in nodes if isinstance(node, Perturbation)} | set(statement.wrt)


def small_counterexample(sampler: Sampler) -> dict[str, Any] | None:
    """A refuting draw with small whole entries, the one with the smallest sum, where every matrix is allowed."""
    statement, sample = sampler.statement, sampler.samples[-1]
    restricted = statement.functions or statement.at or any(v.words for v in statement.variables.values())
    if restricted or statement.claim.kind in EXTREMES:
        return None
    rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([sampler.seed, SMALL])))
    arrays, total = [], np.zeros(SMALL)
    for slot, array in zip(sampler.inputs, sample.inputs, strict=True):
        if slot.role in INPUTS:
            shape = (SMALL, *(int(dims.evaluate(dim, sample.sizes)) for dim in slot.shape))
            whole = rng.integers(-2, 3, shape) * (rng.random(shape) < 0.6)
            total += np.abs(whole).reshape(SMALL, -1).sum(1)
            arrays.append(whole.astype(array.dtype))
        else:
            arrays.append(np.resize(array, (SMALL, *array.shape[1:])))
    outputs = sampler.run(sample.sizes, arrays)
    f, closed, oracle, *_ = outputs.values()
    usable = compare.finite(f) & compare.finite(closed) & compare.finite(oracle)
    if statement.fits:
        usable &= compare.norms(np.where(usable[:, None, None], closed - oracle, 0.0)) > 1e-6
    else:
        usable &= (compare.norms(closed) > 0) & (compare.norms(oracle) > 0)
    if not usable.any():
        return None
    best = min(np.flatnonzero(usable), key=lambda number: float(total[number]))
    return counterexample(statement, replace(sample, inputs=arrays, outputs=outputs), int(best))


def plain(array: Any) -> list[list[Any]]:
    """Nested lists of Python numbers, whole ones as int, complex ones as text."""

    def number(x: Any) -> Any:
        if np.iscomplexobj(x):
            return str(complex(round(x.real, 12), round(x.imag, 12)))
        value = float(x)
        return int(value) if value.is_integer() and abs(value) < 1e15 else value

    return [[number(x) for x in row] for row in array]


def spelled(rows: list[list[Any]], digits: int = 3) -> str:
    """A matrix as people write it, entries to some digits: [1 2; 3 4], a column as (1, 2), a scalar bare."""

    def number(x: Any) -> str:
        z = complex(x) if isinstance(x, str) else x
        said = f"{z.real:.{digits}g}{z.imag:+.{digits}g}i" if isinstance(z, complex) else f"{z:.{digits}g}"
        return said.replace("-", "−")

    if len(rows) > SHOWN or len(rows[0]) > SHOWN:
        cut = [" ".join(map(number, row[:SHOWN])) + " …" * (len(row) > SHOWN) for row in rows[:SHOWN]]
        return f"[{'; '.join(cut)}{'; …' * (len(rows) > SHOWN)}] ({len(rows)}×{len(rows[0])})"
    if len(rows[0]) == 1:
        return number(rows[0][0]) if len(rows) == 1 else f"({', '.join(number(row[0]) for row in rows)})"
    return f"[{'; '.join(' '.join(map(number, row)) for row in rows)}]"
