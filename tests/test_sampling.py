"""Draws at one size after another, until enough of them say something."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from identities import parsed, sampling
from identities.catalogue import read_text
from identities.compare import Comparison
from identities.sampling import ATTEMPTS, Sampler
from identities.statement import Statement, statements

SIZES = {"m": 2, "n": 3}


def statement(claim: str, f: str, closed: str, where: str = "{A: m×n, x: n}") -> Statement:
    kind, _, wrt = claim.partition(" ")
    form = f"\n      {wrt}: '{closed}'" if wrt else f" '{closed}'"
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: '{f}'\n    {kind}:{form}\n"
    (identity,), problems = read_text(text, "t.yaml")
    (found,) = statements(parsed.read(identity))
    assert not problems
    assert isinstance(found, Statement), found
    return found


def sampler(claim: str = "jacobian x", f: str = "Ax", closed: str = "A", seed: int = 0, **kwargs: str) -> Sampler:
    return Sampler(statement(claim, f, closed, **kwargs), seed)


def judged(monkeypatch: pytest.MonkeyPatch, *outcomes: dict[str, int]) -> None:
    """Let the judge say, attempt after attempt, how many draws agree, refute, are empty; the others are unclear."""
    left = list(outcomes)

    def judge(_: Statement, exact: Any, *others: Any) -> Comparison:
        said = left.pop(0) if len(left) > 1 else left[0]
        draws = len(next(iter(exact.values())))
        flags, start = {}, 0
        for name in ("agrees", "refutes", "empty"):
            flags[name] = np.zeros(draws, bool)
            flags[name][start : start + said.get(name, 0)] = True
            start += said.get(name, 0)
        unclear = ~(flags["agrees"] | flags["refutes"] | flags["empty"])
        return Comparison(np.zeros(draws), np.zeros(draws), **flags, unclear=unclear, unit=np.ones(draws))

    monkeypatch.setattr(sampling, "judge", judge)


def test_a_true_claim_takes_one_attempt_at_each_size_and_one_trace() -> None:
    taken = sampler()
    for sizes in (SIZES, {"m": 5, "n": 4}):
        assert taken.sample(sizes, 8) is None
    assert [sample.sizes for sample in taken.samples] == [SIZES, {"m": 5, "n": 4}]
    assert all(sample.comparison.agrees.all() for sample in taken.samples)
    assert all(sample.comparison.agrees.size == 8 for sample in taken.samples)
    assert len(taken.programs) == 1


def test_a_false_claim_shows_which_draws_refute_it() -> None:
    taken = sampler(closed="2A")
    assert taken.sample(SIZES, 8) is None
    assert taken.samples[-1].refuting.tolist() == list(range(8))


def test_inputs_and_outputs_are_named_and_have_the_draws_first() -> None:
    taken = sampler()
    taken.sample(SIZES, 5)
    sample = taken.samples[0]
    assert [slot.name for slot in taken.inputs if slot.role == "value"] == ["A", "x"]
    shapes = {s.name: array.shape for s, array in zip(taken.inputs, sample.inputs, strict=True) if s.role == "value"}
    assert shapes == {"A": (5, 2, 3), "x": (5, 3, 1)}
    assert list(sample.outputs)[:2] == ["f", "closed form"]
    assert sample.outputs["f"].shape == (5, 2, 1)
    assert {array.shape for name, array in sample.outputs.items() if name != "f"} == {(5, 2, 3)}


def test_whole_exponents_have_a_program_each() -> None:
    taken = sampler("gradient X", "tr(Xᵏ)", "k (X^(k − 1))ᵀ", where="{X: n×n, k: integer}")
    for sizes in ({"n": 3, "k": 2}, {"n": 4, "k": 3}, {"n": 2, "k": 2}):
        assert taken.sample(sizes, 4) is None
    assert sorted(taken.programs) == [(2,), (3,)]


def test_the_same_seed_gives_the_same_sample() -> None:
    first, again, other = sampler(seed=3), sampler(seed=3), sampler(seed=4)
    for taken in (first, again, other):
        taken.sample(SIZES, 4)
    same = zip(first.samples[0].inputs, again.samples[0].inputs, strict=True)
    assert all((left == right).all() for left, right in same)
    assert (first.samples[0].inputs[-1] != other.samples[0].inputs[-1]).any()
    assert (first.samples[0].comparison.floor == again.samples[0].comparison.floor).all()


# ---- again and again


def test_draws_that_say_nothing_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    judged(monkeypatch, {"agrees": 3}, {"agrees": 4}, {"agrees": 1})
    taken = sampler()
    assert taken.sample(SIZES, 8) is None
    assert len(taken.samples) == 3
    values = [sample.inputs[-1] for sample in taken.samples]
    assert (values[0] != values[1]).all()
    assert (values[1] != values[2]).all()


def test_what_is_always_unclear_is_given_up_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    judged(monkeypatch, {})
    taken = sampler()
    reason = taken.sample(SIZES, 8)
    assert reason is not None
    assert "m = 2, n = 3" in reason
    assert len(taken.samples) == ATTEMPTS
    assert not any(sample.refuting.size for sample in taken.samples)


def test_too_few_draws_that_agree_are_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    judged(monkeypatch, {"agrees": 1})
    assert sampler().sample(SIZES, 8) is not None


def test_one_draw_that_refutes_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    judged(monkeypatch, {"agrees": 2}, {"agrees": 1, "refutes": 1}, {"agrees": 8})
    taken = sampler()
    assert taken.sample(SIZES, 8) is None
    assert len(taken.samples) == 2
    assert taken.samples[-1].refuting.tolist() == [1]


def test_empty_draws_are_done_but_not_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    judged(monkeypatch, {"empty": 8})
    taken = sampler()
    assert taken.sample(SIZES, 8) is None
    assert len(taken.samples) == 1
    assert not taken.samples[0].comparison.agrees.any()


# ---- outside the domain of f


def test_where_f_has_no_value_no_draw_refutes_and_the_reason_says_so() -> None:
    taken = sampler("gradient x", "√(−xᵀx)", "x")
    reason = taken.sample(SIZES, 8)
    assert reason is not None
    assert f"f is not finite on {8 * ATTEMPTS} of {8 * ATTEMPTS} draws" in reason
    assert "domain" in reason
    assert not any(sample.refuting.size for sample in taken.samples)


@pytest.mark.parametrize(
    ("f", "closed", "where"),
    [
        ("−𝟏ᵀlog(b − Ax)", "Aᵀ(𝟏 ⊘ (b − Ax))", "{A: m×n, b: m, x: n}"),
        ("xᵀlog(x)", "log(x) + 𝟏", "{x: n}"),
        ("√(1 − xᵀx)", "−x/√(1 − xᵀx)", "{x: n}"),
    ],
)
def test_where_f_has_a_value_rarely_draws_come_nearer(f: str, closed: str, where: str) -> None:
    for form, refuted in ((closed, False), (f"2({closed})", True)):
        taken = sampler("gradient x", f, form, where=where)
        assert taken.sample({"m": 8, "n": 5} if "m" in where else {"n": 8}, 8) is None
        assert bool(taken.samples[-1].refuting.size) == refuted


@pytest.mark.parametrize(("closed", "refuted"), [("x/√(y − xᵀx)", True), ("−x/√(y − xᵀx)", False)])
def test_where_f_has_a_value_at_times_it_is_judged_there(closed: str, refuted: bool) -> None:
    taken = sampler("gradient x", "√(y − xᵀx)", closed, where="{x: n, y: scalar}")
    assert taken.sample({"n": 1}, 8) is None
    inside = np.concatenate([np.isfinite(sample.outputs["f"][:, 0, 0]) for sample in taken.samples])
    assert 0 < inside.sum() < inside.size
    assert bool(taken.samples[-1].refuting.size) == refuted
    for sample in taken.samples:
        assert np.isfinite(sample.outputs["f"][sample.refuting]).all()


def test_a_claim_without_inputs_is_sampled_too() -> None:
    taken = sampler("equals", "tr([1, 2; 3, 4])", "5", where="{x: n}")
    assert taken.sample({"n": 2}, 8) is None
    constant = Sampler(statement("equals", "Σ_{i=1}^{k} i", "½ k (k + 1)", "{k: integer}"), 0)
    assert constant.sample({"k": 3}, 8) is None
