"""Tests of the data: the catalogue is the product."""

from __future__ import annotations

import re
from importlib.machinery import SourceFileLoader
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from identities.catalogue import Identity, read
from identities.parsed import read as parse

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "catalogue.yaml"
KEYS = (
    "id", "where", "let", "f", "gradient", "jacobian", "hessian", "differential", "second_differential", "pullback",
    "derivative", "entries", "equals", "minimizer", "maximizer", "gradient_symmetric", "gradient_independent",
    "conjugate_gradient", "at", "example", "source", "note", "tags",
)  # fmt: skip


@pytest.fixture(scope="module")
def entries() -> tuple[Identity, ...]:
    found, problems = read(CATALOGUE)
    assert problems == ()
    return found


def out_of_order(lines: list[str]) -> list[str]:
    """The keys of an entry that stand after one they should stand before."""
    keys = [match[1] for line in lines if (match := re.match(r" {2}(?:  |- )([a-z_]+):", line))]
    return [later for earlier, later in pairwise(keys) if KEYS.index(later) < KEYS.index(earlier)]


def test_there_are_hundreds_of_identities_and_claims(entries: tuple[Identity, ...]) -> None:
    assert len(entries) >= 300
    assert sum(len(entry.claims) for entry in entries) >= 500


def test_keys_stand_in_one_order(entries: tuple[Identity, ...]) -> None:
    lines = CATALOGUE.read_text(encoding="utf-8").splitlines()
    wrong = {e.id: o for e in entries if (o := out_of_order(lines[e.span[0] - 1 : e.span[1]]))}
    assert wrong == {}


def test_a_key_out_of_order_is_noticed() -> None:
    assert out_of_order(["  - id: a", "    f: x", "    where: {x: n}"]) == ["where"]


def test_every_entry_has_a_source_and_declares_its_names(entries: tuple[Identity, ...]) -> None:
    assert [e.id for e in entries if not e.source] == []
    assert [e.id for e in entries if not e.where] == []


def test_every_formula_is_read(entries: tuple[Identity, ...]) -> None:
    assert [str(p) for e in entries for p in parse(e).problems.values()] == []


def test_notes_are_a_sentence_or_two(entries: tuple[Identity, ...]) -> None:
    assert [e.id for e in entries if e.note and not e.note.endswith((".", ")", "’", "…"))] == []
    assert [e.id for e in entries if len(e.note) > 420] == []


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    loader = SourceFileLoader("index", str(ROOT / "tools" / "index"))
    module = ModuleType(loader.name)
    module.__file__ = loader.path
    loader.exec_module(module)
    return module


def test_the_index_is_up_to_date(tool: ModuleType) -> None:
    text = CATALOGUE.read_text(encoding="utf-8")
    assert tool.indexed(text) == text, "run tools/index"


def test_an_index_that_is_not_up_to_date_is_noticed(tool: ModuleType) -> None:
    text = CATALOGUE.read_text(encoding="utf-8").replace(
        "  - id: trace-product\n", "  - id: other\n  - id: trace-product\n"
    )
    assert tool.indexed(text) != text
