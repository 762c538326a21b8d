"""The table of wrong claims: every one is refuted, with a counterexample that shows it."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from identities.catalogue import KINDS, Identity, read
from identities.checking import stream
from identities.verdict import Verdict

TABLE = Path(__file__).parent / "tables" / "refuted.identities.yaml"
WRONG, PROBLEMS = read(TABLE)
CHUNK = 10  # entries of one test: small enough to share the work among processes
OTHER_SEEDS = (1, 20_260)
SAMPLE = 12  # every so many entries are checked at another seed
DIAGNOSES = {"transposed", "sign", "factor", "layout", "missing-hypothesis", "repaired", "shape", "unknown"}


def chunks() -> list[Any]:
    """The entries of each section, a few at a time."""
    found = []
    for section, entries in groupby(WRONG, lambda identity: identity.section):
        whole = tuple(entries)
        for start in range(0, len(whole), CHUNK):
            name = f"{section.replace(' ', '-').lower()}-{start // CHUNK + 1}"
            found.append(pytest.param(whole[start : start + CHUNK], id=name))
    return found


def not_refuted(verdicts: list[Verdict]) -> list[str]:
    return [f"{v.id} {v.kind} {v.wrt}: {v.verdict} {v.message}" for v in verdicts if v.verdict != "refuted"]


def flat(rows: Any) -> list[complex]:
    return [complex(number) for row in rows for number in row]


def shape(rows: Any) -> tuple[int, int]:
    return len(rows), len(rows[0])


def test_the_table_is_sound_and_holds_wrong_claims_of_every_kind() -> None:
    kinds = Counter(claim.kind for identity in WRONG for claim in identity.claims)
    assert not PROBLEMS
    assert kinds.total() >= 60
    assert set(kinds) == set(KINDS)


@pytest.mark.parametrize("chunk", chunks())
def test_every_wrong_claim_is_refuted_with_a_counterexample(chunk: tuple[Identity, ...]) -> None:
    verdicts = list(stream(chunk))
    assert len(verdicts) == sum(len(identity.claims) for identity in chunk)
    assert not_refuted(verdicts) == []
    for verdict in verdicts:
        example = verdict.counterexample
        assert verdict.message, verdict.id
        assert verdict.draws > 0, verdict.id
        assert example is not None, verdict.id
        assert verdict.diagnosis is not None, verdict.id
        assert verdict.diagnosis.kind in DIAGNOSES, verdict.id
        if verdict.kind in ("minimizer", "maximizer"):
            # Stationary points of the wrong curvature are refuted by the Hessian, the others by the gradient.
            assert "∇f" in verdict.message or "∇²f" in verdict.message, verdict.id
            continue
        closed, true = example["closed_form"], example["true"]
        gap = [abs(c - t) for c, t in zip(flat(closed), flat(true), strict=False)]
        # NaN is a difference too: the closed form has no value where the derivative has one.
        assert shape(closed) != shape(true) or not max(gap) <= 1e-9, verdict.id


@pytest.mark.parametrize("seed", OTHER_SEEDS)
def test_wrong_claims_are_refuted_whatever_the_seed(seed: int) -> None:
    verdicts = list(stream(WRONG[seed % SAMPLE :: SAMPLE], seed=seed))
    assert len(verdicts) >= len(WRONG) // SAMPLE
    assert not_refuted(verdicts) == []
