"""What is wrong with a refuted closed form: a counterexample, the slip that explains it, and what is true instead."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from identities import compare
from identities.candidates import ExtremeTrial, Trial, extreme_trials, trials
from identities.catalogue import TURNED
from identities.claims import EXTREMES, said
from identities.counterexamples import counterexample, sentence
from identities.edits import surroundings
from identities.expression import Expr, Number
from identities.normal_form import LARGEST, is_a, multiplied, negated, tidy, turned
from identities.notation.typeset import unicode
from identities.provisos import provisos
from identities.repairs import Search
from identities.sampling import Sample, Sampler
from identities.statement import Statement
from identities.verdict import Diagnosis, Verdict

MORE_SIZES, FEW = 2, 4  # looked at for a diagnosis, with so many draws
SAYINGS = {
    "transposed": "It is the transpose of the true one",
    "sign": "It is −1 times the true one",
    "layout": "It is the true one in the other layout (transposed)",
    "factor": "It is {factor:g} times the true one",
    "missing-hypothesis": "In general",
    "repaired": "Instead",
    "shape": "Instead",
}
# Domain words that are no adjectives.
NOUNS = {
    "involution": "an involution", "permutation": "a permutation matrix", "unit": "a unit vector",
    "probability": "a probability vector", "spd": "positive definite", "psd": "positive semidefinite",
}  # fmt: skip
# Words that hardly anybody assumes: worth saying only where there is nothing better to say.
FAR_FETCHED = {
    "diagonal", "lower-triangular", "upper-triangular", "involution", "idempotent", "permutation", "one-hot", "skew",
}  # fmt: skip
VANISHING = 1e-9  # of the largest value: less is rounding
MOST_CHECKED = 3  # repairs that look right and are checked until one is verified


def refuted(
    verdict: Verdict,
    sampler: Sampler,
    sizes: Sequence[Mapping[str, int]],
    holds: Callable[[Statement], bool],
    is_true: Callable[[str], bool],
) -> Verdict:
    """The verdict ``refuted`` with its counterexample, diagnosis and message.

    A slip explains the refutation only if it does so at further ``sizes``: the factor 2/3 may be m/n. ``holds`` is
    the whole check of the claim under another hypothesis, ``is_true`` that of another closed form.
    """
    statement, sample = sampler.statement, sampler.samples[-1]
    further = Sampler(statement, sampler.seed, programs=sampler.programs)
    for other in [other for other in sizes if other != sample.sizes][:MORE_SIZES]:
        further.sample(other, FEW)
    samples = [*sampler.samples, *further.samples]
    found = diagnosis(statement, samples)
    if found.kind in ("unknown", "shape"):
        found = replace(found, suggestion=repair(sampler, samples, is_true))
    if statement.claim.kind == "equals" and found.suggestion == unicode(statement.f.node):
        found = replace(found, suggestion=None)  # f equals f
    holds_when = likely(provisos(sampler, sizes, holds), bool(found.suggestion))
    kind = found.kind
    if kind == "unknown":
        kind = "missing-hypothesis" if holds_when else "repaired" if found.suggestion else kind
    found = replace(found, kind=kind, holds_when=holds_when)
    example = counterexample(sampler)
    return replace(
        verdict,
        verdict="refuted",
        message=". ".join(sentences(statement, found, sentence(statement, example))),
        counterexample=example.shown,
        diagnosis=found,
    )


def sentences(statement: Statement, found: Diagnosis, at: str) -> Iterator[str]:
    """What the message says: the counterexample or the shapes, when the claim holds, what is true in general."""
    if found.kind == "shape":
        required, given = ("×".join(map(str, shape)) for shape in (statement.expected, statement.closed_form.shape))
        yield f"the closed form is {given}, but the {said(statement.claim)} is {required}"
    else:
        yield at
    if found.holds_when:
        yield f"True when {' or when '.join(map(spoken, found.holds_when))}"
    if found.kind in SAYINGS and (found.suggestion or found.kind not in ("shape", "missing-hypothesis")):
        said_so = SAYINGS[found.kind].format(factor=found.factor)
        yield f"{said_so}: {found.suggestion}" if found.suggestion else said_so


def likely(provisos: Sequence[str], repaired: bool) -> tuple[str, ...]:
    """The hypotheses that somebody may have had in mind; if there are none and no repair, all."""
    found = tuple(said for said in provisos if said.rpartition(" ")[2] not in FAR_FETCHED)
    return found if found or repaired else tuple(provisos)


def spoken(proviso: str) -> str:
    """``A symmetric`` → ``A is symmetric``, ``A and X symmetric`` → ``A and X are symmetric``."""
    names, _, word = proviso.rpartition(" ")
    return f"{names} {'are' if ' and ' in names else 'is'} {NOUNS.get(word, word)}"


def of_another_shape(verdict: Verdict, statement: Statement) -> Verdict:
    """The verdict ``refuted`` on an extreme whose closed form has not the shape of its variable."""
    required, given = ("×".join(map(str, shape)) for shape in (statement.expected, statement.closed_form.shape))
    found = Diagnosis("shape")
    if statement.closed_form.shape == statement.expected[::-1]:
        column = any(dim.constant == 1 for dim in statement.expected)
        found = Diagnosis("layout" if column else "transposed", transpose(statement))
    message = f"the closed form is {given}, but {statement.wrt[0]} is {required}"
    return replace(verdict, verdict="refuted", message=message, diagnosis=found)


def repair(sampler: Sampler, samples: Sequence[Sample], is_true: Callable[[str], bool]) -> str | None:
    """The simplest closed form near the wrong one that the whole check verifies."""
    statement = sampler.statement
    by_size = {tuple(sample.sizes.items()): sample for sample in samples if max(sample.sizes.values(), default=2) > 1}
    chosen = list(by_size.values())[:2]
    if statement.claim.kind in EXTREMES:
        tried: Sequence[Trial | ExtremeTrial] = extreme_trials(sampler, chosen, 1)
    else:
        tried = trials(statement, chosen, 2)
    if not tried:
        return None
    found = itertools.islice(Search(statement, tried).candidates(), MOST_CHECKED)
    return next(filter(is_true, (written(tree, statement) for tree in found)), None)


# ---- simple slips


def diagnosis(statement: Statement, samples: Iterable[Sample]) -> Diagnosis:
    """Compare the closed form with simple changes of the true derivative, over all draws of all sizes."""
    if statement.claim.kind in EXTREMES:
        return Diagnosis("unknown")
    pairs = []
    for sample in samples:
        _, closed, oracle, *_ = sample.outputs.values()
        usable = compare.finite(closed) & compare.finite(oracle) & ~sample.comparison.unclear
        pairs.append((closed[usable], oracle[usable]))
    node = statement.closed_form.node
    if equal([(closed.transpose(0, 2, 1), true) for closed, true in pairs]):
        column = any(dim.constant == 1 for dim in statement.expected)
        kind = "layout" if column or statement.claim.kind in ("jacobian", "hessian") else "transposed"
        return Diagnosis(kind, transpose(statement))
    if not statement.fits:
        return Diagnosis("shape")
    ratio = common_ratio(pairs)
    if ratio == -1:
        return Diagnosis("sign", written(negated(node), statement))
    if ratio is not None:
        return Diagnosis("factor", rescaled(statement, ratio), factor=ratio)
    return Diagnosis("unknown")


def transpose(statement: Statement) -> str:
    """The closed form transposed, worked out as one writes it."""
    around = surroundings(statement, statement.closed_form)
    return written(turned(statement.closed_form.node, around.is_scalar), statement)


def written(tree: Expr, statement: Statement) -> str:
    """A closed form as the claim writes it, in its layout."""
    claim = statement.claim
    if claim.kind in TURNED.get(claim.layout, ()):
        tree = turned(tree, surroundings(statement, statement.closed_form).is_scalar)
    return unicode(tree)


def equal(pairs: Sequence[tuple[Any, Any]]) -> bool:
    """Whether both sides agree on every draw; a first look, which decides no verdict."""
    same = all(c.shape == t.shape and np.allclose(c, t, rtol=1e-9, atol=1e-12) for c, t in pairs)
    return same and any(c.size for c, _ in pairs)


def common_ratio(pairs: Sequence[tuple[Any, Any]]) -> float | None:
    """The number c with closed form = c · true on every draw, None if there is none."""
    ratios = []
    largest = max((float(np.linalg.norm(c)) for closed, _ in pairs for c in closed), default=0.0)
    for closed, true in pairs:
        for c, t in zip(map(np.ravel, closed), map(np.ravel, true), strict=True):
            if max(np.linalg.norm(c), np.linalg.norm(t)) <= VANISHING * largest:
                continue  # 0 but for rounding, as the Hessian of ‖x‖ of one number
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


def rescaled(statement: Statement, ratio: float) -> str | None:
    """The closed form without its wrong factor, where that factor is simple."""
    exact = Fraction(1 / ratio).limit_denominator(12)
    if abs(float(exact) * ratio - 1) > 1e-9:
        return None
    right = tidy(multiplied(Number(abs(exact)), statement.closed_form.node))
    bare = right.args[0] if is_a(right, "neg") else right
    number = bare.args[0] if is_a(bare, "product") else bare
    if isinstance(number, Number) and max(number.value.numerator, number.value.denominator) > LARGEST:
        return None
    return written(negated(right) if exact < 0 else right, statement)
