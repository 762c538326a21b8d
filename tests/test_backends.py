"""NumPy's evaluation of the traces and XLA's compiled code: the same numbers for every operation of the catalogue.

`identities check catalogue.yaml --backend xla` judges all claims by what XLA computes, in minutes.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import identities
from identities import compare
from identities.catalogue import Problem, read
from identities.cli import main
from identities.draws import all_sizes, draw, generator, possible
from identities.hypotheses import every
from identities.parsed import read as parse
from identities.sampling import Sampler
from identities.sizes import assignments
from identities.statement import statements

CATALOGUE, _ = read(Path(__file__).parent.parent / "catalogue.yaml")
PARTS = 2
ORDER = {"equals": 0, "hessian": 2, "second_differential": 2}  # of the derivative
DRAWS = 3
CLOSE = 1e-10  # relative

TABLE = """format: 1
identities:
- id: right
  where: {A: m×n, X: n×m}
  f: tr(AX)
  gradient:
    X: Aᵀ
- id: wrong
  where: {A: m×n, X: n×m}
  f: tr(AX)
  gradient:
    X: 2Aᵀ
"""


def apart(statement):
    """How far the backends are apart at the first sizes, on how many draws that tell, and the fallbacks that it took.

    The distance is relative, and a draw tells if its rounding noise is small.
    """
    sizes = assignments(statement.symbols, statement.integers, lambda some: possible(statement, some))[0]
    sampler, every = Sampler(statement, 0), all_sizes(statement, sizes)
    arrays = draw(statement, sampler.inputs, every, DRAWS, generator(statement, 0, sizes, 0))
    exact, perturbed = sampler.measure(sizes, arrays, np.random.default_rng(0))
    compiled = sampler.program(sizes).run_xla(every, arrays)  # what the backend xla runs; one trace serves both
    worst, told = 0.0, 0
    for (name, ours), theirs in zip(exact.items(), compiled, strict=True):
        noisy = perturbed[name]
        size = np.maximum(compare.norms(ours), 1e-3)
        noise = np.max([compare.norms(run - ours) for run in noisy], 0) / size
        for number in np.flatnonzero(noise < CLOSE / 100):
            told += 1
            worst = max(worst, float(compare.norms(ours - theirs)[number] / size[number]))
    return worst, told, sampler.fallbacks


@cache
def tried():
    """Claims of every kind that together have every operation at every order of derivative that the catalogue has."""
    seen, found = set(), []
    for identity in CATALOGUE:
        for claim, statement in zip(identity.claims, statements(parse(identity)), strict=True):
            assert not isinstance(statement, Problem)
            order = ORDER.get(claim.kind, 1)
            below = {(order, node.op) for node in every(statement.f)} | {(claim.kind, "")}
            if statement.fits and not below <= seen:
                seen |= below
                found.append((identity.id, claim.kind, statement))
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_the_backends_agree_on_every_operation_and_every_kind_of_claim(part):
    unlike, untold, fallen = [], [], []
    for name, kind, statement in tried()[part::PARTS]:
        worst, told, fallbacks = apart(statement)
        if fallbacks:
            fallen.append((name, kind, fallbacks))
        if not told:
            untold.append((name, kind))
        if not worst <= CLOSE:
            unlike.append((name, kind, worst))
    assert unlike == []
    assert len(untold) <= 2
    assert len(fallen) <= 2


def test_every_operation_of_the_catalogue_is_tried():
    assert len(tried()) > 80
    assert len({kind for _, kind, _ in tried()}) > 12


def test_they_can_disagree(monkeypatch):
    (identity,) = [one for one in CATALOGUE if one.id == "trace-product"]
    statement = next(iter(statements(parse(identity))))
    from identities.evaluate import Program

    compiled = Program.run_xla
    monkeypatch.setattr(Program, "run_xla", lambda *given: tuple(x * (1 + 1e-9) for x in compiled(*given)))
    assert apart(statement)[0] > CLOSE


def test_what_xla_computes_is_what_is_judged(tmp_path, monkeypatch, capsys):
    path = tmp_path / "t.yaml"
    path.write_text(TABLE, encoding="utf-8")
    report = identities.check(path, backend="xla", cache=False)
    assert [verdict.verdict for verdict in report.verdicts] == ["verified", "refuted"]
    from identities.evaluate import Program

    compiled = Program.run_xla
    monkeypatch.setattr(Program, "run_xla", lambda *given: tuple(x + n for n, x in enumerate(compiled(*given))))
    assert identities.check(path, backend="xla", cache=False).verdicts[0].verdict != "verified"
    assert identities.check(path, cache=False).verdicts[0].verdict == "verified"


def test_the_cache_tells_them_apart_and_the_report_names_the_one(tmp_path, capsys):
    path = tmp_path / "t.yaml"
    path.write_text(TABLE, encoding="utf-8")
    said = []
    for backend in ("numpy", "xla", "xla"):
        assert main(["check", str(path), "--format", "json", "--backend", backend]) == 1
        said.append(json.loads(capsys.readouterr().out))
    assert [one["backend"] for one in said] == ["numpy", "xla", "xla"]
    assert [one["summary"]["cached"] for one in said] == [0, 0, 2]


def test_another_backend_is_refused(capsys):
    with pytest.raises(ValueError, match="numpy, xla"):
        identities.check(backend="torch")
    assert main(["check", "--backend", "torch"]) == 2
