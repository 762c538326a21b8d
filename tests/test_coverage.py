from __future__ import annotations

import re
from pathlib import Path

import pytest

from identities.catalogue import read
from identities.coverage import Coverage, coverage, numbers_in, read_source, sources
from identities.report.coverage import spans

CATALOGUE = Path(__file__).parent.parent / "catalogue.yaml"

# Equations in the catalogue, of those numbered, by chapter of the Cookbook.
COOKBOOK = {
    "1 Basics": (32, 32),
    "2 Derivatives": (111, 112),
    "3 Inverses": (79, 80),
    "4 Complex matrices": (32, 35),
    "5 Solutions and decompositions": (35, 43),
    "6 Statistics and probability": (0, 32),
    "7 Multivariate distributions": (3, 11),
    "8 Gaussians": (34, 51),
    "9 Special matrices": (70, 90),
    "10 Functions and operators": (51, 63),
}


@pytest.fixture(scope="module")
def cookbook() -> Coverage:
    (source,) = sources()
    return coverage(source, read(CATALOGUE)[0])


def test_the_counts_of_the_cookbook(cookbook: Coverage) -> None:
    found = {c.title: (len(cookbook.covered(c)), len(c.numbers)) for c in cookbook.source.chapters}
    assert found == COOKBOOK


def test_every_equation_is_in_or_has_a_reason(cookbook: Coverage) -> None:
    unexplained = [n for c in cookbook.source.chapters for n, reason in cookbook.missing(c).items() if not reason]
    assert unexplained == []


def test_no_reason_is_given_for_what_is_in(cookbook: Coverage) -> None:
    assert sorted(set(cookbook.source.reasons) & set(cookbook.entries)) == []


def test_no_citation_lies_outside_the_book(cookbook: Coverage) -> None:
    numbered = {n for c in cookbook.source.chapters for n in c.numbers}
    assert set(cookbook.entries) <= numbered
    assert set(cookbook.source.reasons) <= numbered


def test_ids_in_reasons_exist(cookbook: Coverage) -> None:
    ids = {identity.id for identity in read(CATALOGUE)[0]}
    named = {
        word for reason in cookbook.source.reasons.values() for word in re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", reason)
    }
    assert named
    assert named <= ids


def test_an_equation_without_a_reason_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(
        'source: S\ntitle: T\nchapters:\n- {chapter: 1, title: One, first: 1, last: 4}\nreasons:\n  "2–3": definition\n'
    )
    found = coverage(read_source(path), [])
    assert found.missing(found.source.chapters[0]) == {1: "", 2: "definition", 3: "definition", 4: ""}


@pytest.mark.parametrize(
    ("cited", "numbers"),
    [
        ("Petersen & Pedersen 2012 (49)", [49]),
        ("Petersen & Pedersen 2012 (40), (59)", [40, 59]),
        ("Petersen & Pedersen 2012 (96)–(98), (105)", [96, 97, 98, 105]),
        ("Petersen & Pedersen 2012, section 9.1.5", []),
    ],
)
def test_citations_are_read(cited: str, numbers: list[int]) -> None:
    assert numbers_in(cited) == numbers


def test_runs_of_numbers_are_joined() -> None:
    assert spans([1, 3, 4, 5, 9]) == "(1), (3)–(5), (9)"
