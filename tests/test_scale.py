from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from identities import cache, catalogue
from identities.run import verdicts
from identities.settings import Settings

TOOL = Path(__file__).parent.parent / "tools" / "scale.py"


@pytest.fixture(scope="module")
def tool():
    return runpy.run_path(str(TOOL))


@pytest.mark.parametrize("claims", [1, 200, 2_000])
def test_a_table_has_so_many_distinct_claims_and_every_one_can_be_read(tool, claims):
    identities, problems = catalogue.read_text(tool["text"](claims), "t.yaml")
    assert not problems
    said = {
        (i.f.text, str(i.where), str(i.let), c.kind, c.wrt, c.closed_form.text) for i in identities for c in i.claims
    }
    assert sum(len(identity.claims) for identity in identities) == claims
    assert len(said) > 0.97 * claims  # a minimizer is the same for 2f


def test_a_small_table_is_checked_and_measured(tool, tmp_path, capsys):
    assert tool["main"](["--claims", "3", "--build", str(tmp_path)]) == 0
    *_, row = capsys.readouterr().out.splitlines()
    claims, jobs, seconds, processor, each, first, memory, verified = map(float, row.strip("| ").split(" | "))
    assert (claims, jobs, verified) == (3, 1, 3)
    assert 0 < first <= seconds
    assert each == pytest.approx(1000 * processor / 3, rel=0.1)
    assert 50 < memory < 1_500


def test_what_is_wrong_is_counted(tool, tmp_path):
    table = tmp_path / "t.identities.yaml"
    table.write_text("format: 1\nidentities:\n- id: a\n  f: xᵀx\n  gradient:\n    x: x\n", encoding="utf-8")
    assert tool["grown"](table, 1, 1).verified == 0


def test_the_first_verdict_of_a_large_table_waits_for_no_look_up_of_the_others(tool, tmp_path, checker):
    identities, _ = catalogue.read_text(tool["text"](200), "t.yaml")
    remembered = cache.Cache(tmp_path, Settings())
    looked_up = []
    plain = remembered.recall
    remembered.recall = lambda identity: looked_up.append(identity.id) or plain(identity)
    stream = verdicts(identities, Settings(), cache=remembered)
    assert next(stream).verdict == "verified"
    assert 0 < len(looked_up) < len(identities) / 2
    rest = list(stream)
    assert (len(rest), len(looked_up)) == (199, len(identities))
