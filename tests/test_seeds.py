"""No verdict hangs on the seed: entries spread over our catalogue, and wrong ones, on other seeds than the usual."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TOOL = Path(__file__).parent.parent / "tools" / "seeds.py"


@pytest.fixture(scope="module")
def seeds() -> ModuleType:
    spec = importlib.util.spec_from_file_location("seeds", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["seeds"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("options", "outcome"),
    [(["--every", "25", "--first", "1000"], "verified"), (["--wrong", "--every", "12", "--first", "2000"], "refuted")],
)
def test_verdicts_do_not_hang_on_the_seed(
    seeds: ModuleType, capsys: pytest.CaptureFixture[str], options: list[str], outcome: str
) -> None:
    assert seeds.main(["--seeds", "3", *options]) == 0
    out = capsys.readouterr().out
    found = re.search(r"^3 seeds, ([0-9]+) verdicts: ([0-9]+) (\w+); least margin", out, re.MULTILINE)
    assert found is not None, out
    assert found[1] == found[2]
    assert int(found[1]) >= 3 * 20
    assert found[3] == outcome


def test_a_claim_on_a_seed_is_what_a_check_with_that_seed_says(seeds: ModuleType) -> None:
    from identities.checking import stream

    chosen = [entry for entry in seeds.gather()[0] if entry.id in ("log-det", "trace-product")]
    assert chosen
    for identity in chosen:
        found = dict.fromkeys((3, 4), ())
        for seed, verdict in seeds.on_seeds(identity, (3, 4)):
            found[seed] += (verdict,)
        assert found == {seed: tuple(stream([identity], seed=seed)) for seed in (3, 4)}


def test_a_verdict_that_should_not_be_is_printed_with_its_seed(
    seeds: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def sometimes(statement: Any, blank: Any, seed: int, *_: Any, **__: Any) -> Any:
        outcome = "inconclusive" if seed == 5 else "verified"
        return replace(blank, verdict=outcome, message="noise", margin=2.5 - seed / 10)

    monkeypatch.setattr(seeds, "checked", sometimes)
    assert seeds.main(["--seeds", "6", "--select", "trace-product"]) == 1
    out = capsys.readouterr().out
    assert "trace-product: gradient X at seed 5 is inconclusive: noise" in out
    assert "least margin 1.90 digits" in out
    assert seeds.main(["--seeds", "2", "--select", "trace-product"]) == 0
    with pytest.raises(SystemExit, match="nothing to check"):
        seeds.main(["--select", "no-such-thing"])


def test_other_processes_say_the_same() -> None:
    said = []
    for jobs in ("1", "2"):
        command = [sys.executable, str(TOOL), "--seeds", "2", "--select", "log-det", "--jobs", jobs]
        said.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])
    assert said[0] == said[1]
    assert "verified; least margin" in said[0]


# What a long run found: (entry, seed).
FOUND = [
    ("gaussian-log-likelihood-covariance", 11),  # a draw of three samples, nearly in line: ∇²f is known to ten digits
    ("pseudo-inverse-rank-one-left-inside-singular", 14),  # NumPy's own cutoff took rounding for a singular value
    ("pseudo-inverse-rank-one-right-inside-singular", 3),
]


@pytest.mark.parametrize(("name", "seed"), FOUND)
def test_what_a_long_run_found_is_verified(seeds: ModuleType, name: str, seed: int) -> None:
    (identity,) = (entry for entry in seeds.gather()[0] if entry.id == name)
    assert {verdict.verdict for _, verdict in seeds.on_seeds(identity, (seed,))} == {"verified"}
