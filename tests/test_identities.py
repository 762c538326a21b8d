"""The functions that the package itself offers."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

import identities
from identities.expression import Apply, Name


def test_the_public_names_are_all_there():
    for name in identities.__all__:
        assert getattr(identities, name) is not None
    assert set(identities.__all__) <= set(dir(identities))
    with pytest.raises(AttributeError, match="has no attribute 'chek'"):
        identities.chek  # noqa: B018 - the access is the test


def test_importing_the_modules_does_not_hide_a_function():
    for path in Path(identities.__file__).parent.glob("*.py"):
        if path.stem not in {"__init__", "__main__"}:
            importlib.import_module(f"identities.{path.stem}")
    assert callable(identities.check)
    assert callable(identities.load)
    assert callable(identities.parse)


def test_load(table):
    first, second = identities.load(table)
    assert (first.id, second.id) == ("trace-product", "quadratic-form")
    assert second.claims[1].closed_form.text == "A + Aᵀ"


def test_load_raises_all_problems_at_once(table):
    text = table.read_text(encoding="utf-8").replace("title:", "titel:")
    table.write_text(text + "    colour: red\n", encoding="utf-8")
    with pytest.raises(identities.CatalogueError) as caught:
        identities.load(table)
    assert [problem.place.line for problem in caught.value.problems] == [2, 28]
    assert f"{table}:28:5: quadratic-form: " in str(caught.value)


def test_load_of_no_file(tmp_path):
    with pytest.raises(identities.CatalogueError, match="no such file"):
        identities.load(tmp_path / "nope.yaml")


def test_check_a_path_an_identity_or_several(checker, table):
    entries = identities.load(table)
    for what, claims in [
        (table, 4),
        (str(table), 4),
        (table.parent, 4),
        (entries[0], 2),
        (entries, 4),
        (iter(entries), 4),
    ]:
        report = identities.check(what)
        assert report.ok
        assert len(report.verdicts) == claims


def test_check_selects_and_passes_the_seed_on(checker, table):
    report = identities.check(table, select="trace-product", seed=3, draws=10)
    assert (report.identities, report.seed, report.verdicts[0].draws) == (1, 3, 20)
    assert set(report.environment) == {"identities", "jax", "numpy", "python"}


def test_a_wrong_claim_is_not_ok(checker, table):
    checker(lambda id, closed_form: "refuted" if closed_form == "Aᵀ" else "verified")
    report = identities.check(table)
    assert not report.ok
    assert report.exit_code == 1


def test_problems_are_in_the_report(checker, table):
    table.write_text(table.read_text(encoding="utf-8") + "    colour: red\n", encoding="utf-8")
    report = identities.check(table)
    assert not report.ok
    assert report.identities == 1
    assert report.problems[0].startswith(f"{table}:28:5: quadratic-form: ")
    (problem,) = identities.check(table.with_name("nope.yaml")).problems
    assert "no such file" in problem
    assert "did you mean 'trace-product'?" in identities.check(table, select="trace-produkt").problems[-1]


def test_nothing_to_check_is_not_ok():
    assert not identities.check([]).ok


@pytest.mark.parametrize("options", [{"seed": -1}, {"draws": 0}, {"draws": 10**9}])
def test_numbers_out_of_range(table, options):
    with pytest.raises(ValueError, match="expected seed ≥ 0 and 1 ≤ draws ≤ 1000"):
        identities.check(table, **options)


def test_parse():
    assert identities.parse("Aᵀ") == Apply("transpose", (Name("A"),))
    assert identities.parse("W1", where={"W1": "m×n"}) == Name("W₁")
    with pytest.raises(identities.NotationError, match=r"column \d+: "):
        identities.parse("tr(A")


def test_parse_reads_declared_functions():
    assert identities.parse("∇L(X)", where={"L": "m×n → ℝ"}) == identities.parse(
        "∇L(X)", where={"L": "m×n → ℝ", "X": "m×n"}
    )
    with pytest.raises(identities.NotationError):
        identities.parse("∇L(X)", where={"X": "m×n"})
