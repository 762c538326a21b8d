"""The fuzzer of tools/: a short run of every kind of input, and proof that it sees what it looks for."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from identities.expression import Span

TOOL = Path(__file__).parent.parent / "tools" / "fuzz.py"


@pytest.fixture(scope="module")
def fuzz() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fuzz", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["fuzz"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def only(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What becomes of ten inputs when something else reads them."""

    def run(read: Any, seconds: float = 0.1, megabytes: int = 100) -> Any:
        monkeypatch.setattr(fuzz, "SECONDS", seconds)
        monkeypatch.setattr(fuzz, "MEGABYTES", megabytes)
        monkeypatch.setitem(fuzz.KINDS, "formula", fuzz.Kind(fuzz.formula, read, 1.0))
        return fuzz.fuzzed(10, 0, ["formula"])["formula"]

    return run


INPUTS = {
    "formula": 800, "claim": 200, "equation": 60, "catalogue": 100, "document": 60, "bytes": 100, "ledger": 60,
    "certificate": 60, "arguments": 60,
}  # fmt: skip


@pytest.mark.parametrize(("kind", "inputs"), INPUTS.items())
def test_every_input_is_read_or_refused(fuzz: ModuleType, kind: str, inputs: int) -> None:
    tally = fuzz.fuzzed(inputs, 7, [kind])[kind]
    assert tally.failures == []
    assert tally.outcomes.total() == inputs
    assert set(tally.outcomes) == {"read", "refused"}


def test_every_kind_is_among_them(fuzz: ModuleType) -> None:
    assert INPUTS.keys() == fuzz.KINDS.keys()
    assert sum(kind.share for kind in fuzz.KINDS.values()) == pytest.approx(1)


def test_inputs_depend_on_seed_kind_and_number_alone(fuzz: ModuleType) -> None:
    assert fuzz.made("formula", 3, 5) == fuzz.made("formula", 3, 5)
    assert len({fuzz.made("formula", seed, number) for seed in (0, 1) for number in range(40)}) > 60


def endless(text: str) -> str:
    while True:
        pass


def hoarding(text: str) -> str:
    return str(len(bytearray(300 * 2**20)))


def crashing(text: str) -> str:
    raise RecursionError("too deep")


def leaving(text: str) -> str:
    raise SystemExit(3)


@pytest.mark.parametrize(
    ("read", "what"), [(endless, "Slow"), (hoarding, "M"), (crashing, "RecursionError"), (leaving, "SystemExit")]
)
def test_what_is_slow_or_large_or_raises_is_seen(only: Any, read: Any, what: str) -> None:
    tally = only(read)
    number, said = tally.failures[0]
    assert number == 0
    assert what in said
    assert tally.outcomes["failed"] == len(tally.failures)


def test_a_refusal_without_its_place_is_a_failure(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(text: str, names: Any = None) -> None:
        raise fuzz.NotationError("", Span(0, 1))

    monkeypatch.setattr(fuzz, "parse", lost)
    with pytest.raises(fuzz.Broken):
        fuzz.read_formula("A")


def test_a_tree_that_is_printed_as_another_one_is_a_failure(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fuzz.read_formula("ABᵀ") == "read"
    monkeypatch.setattr(fuzz, "unicode", lambda tree: "AB")
    with pytest.raises(fuzz.Broken, match="which is read as"):
        fuzz.read_formula("ABᵀ")


def test_an_internal_error_of_a_check_is_a_failure(fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    text = fuzz.entry("tr(AX)").replace("equals: 0", "gradient:\n    X: Aᵀ")
    assert fuzz.check_claim(text) == "read"
    monkeypatch.setattr("identities.checking.checked", lambda *_, **__: 1 / 0)
    monkeypatch.delenv("IDENTITIES_DEBUG", raising=False)
    with pytest.raises(fuzz.Broken, match="ZeroDivisionError"):
        fuzz.check_claim(text)


def test_failures_are_printed_with_what_repeats_them(
    fuzz: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fuzz.main(["--inputs", "20", "--kind", "formula", "--sample", "0"]) == 0
    assert "20 inputs, 0 failures" in capsys.readouterr().out
    monkeypatch.setitem(fuzz.KINDS, "formula", fuzz.Kind(fuzz.formula, crashing, 1.0))
    assert fuzz.main(["--inputs", "20", "--kind", "formula", "--sample", "0", "--seed", "4"]) == 1
    assert "--seed 4 --kind formula --only 0: RecursionError: too deep" in capsys.readouterr().out
    assert fuzz.main(["--kind", "formula", "--only", "3"]) == 0
    assert "formula 3: " in capsys.readouterr().out
