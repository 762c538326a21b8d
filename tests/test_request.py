"""What a check is asked to check, and what of it is there before everything is read."""

from __future__ import annotations

import pytest

from identities import catalogue
from identities.arguments import parsed
from identities.cli import main
from identities.request import Request

HEAD = "format: 1\nidentities:\n"
ENTRIES = [f"- id: product-{n}\n  f: {n} aᵀx\n  gradient:\n    x: {n} a\n" for n in range(2, 12)]
CLAIM = "  gradient:\n    x: b\n"
NOTE = "  note: |\n    as in\n    - id: nothing\n"


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Writes a table; those of more than 100 bytes are large here, of which four entries are read first."""
    monkeypatch.setattr(catalogue, "LARGE", 100)
    monkeypatch.setattr(catalogue, "FIRST", 4)
    path = tmp_path / "t.identities.yaml"

    def write(*entries, head=HEAD):
        path.write_text(head + "".join(entries), encoding="utf-8")
        return path

    return write


def request(*arguments):
    return Request(parsed(["check", *map(str, arguments)]), lambda request: None)


def test_the_first_entries_of_a_large_table_are_those_of_the_whole(table):
    path = table(*ENTRIES)
    whole, problems = catalogue.read(path)
    assert not problems
    assert catalogue.beginning(path) == whole[:3]


@pytest.mark.parametrize("cut", ["", "# - id: of an entry that is no more\n"])
def test_a_small_table_is_read_at_once(table, cut):
    assert not catalogue.beginning(table(*ENTRIES[:1], head="format: 1\nidentities:\n" + cut))
    assert not catalogue.beginning(table(*ENTRIES[:3]))


@pytest.mark.parametrize(("entry", "begun"), [(CLAIM + NOTE, 3), (NOTE + CLAIM, 0)])
def test_what_looks_like_an_entry_within_a_note_gives_no_half_entry(table, entry, begun):
    path = table(*ENTRIES[:3], "- id: noted\n  f: bᵀx\n" + entry, *ENTRIES[3:])
    whole, problems = catalogue.read(path)
    assert not problems
    assert catalogue.beginning(path) == whole[:begun]


def test_nothing_is_begun_where_the_beginning_is_unsound(table):
    assert not catalogue.beginning(table("- id: Bad\n  f: aᵀx\n  gradient:\n    x: a\n", *ENTRIES))


@pytest.mark.parametrize("options", [["--select", "product"], ["--shard", "1/2"], ["--fix"]])
def test_nothing_is_begun_where_the_options_need_the_whole(table, options):
    asked = request(table(*ENTRIES), *options)
    assert asked.is_read
    assert not asked.begun


def test_the_rest_follows_in_order_and_nothing_comes_twice(table):
    asked = request(table(*ENTRIES))
    assert (asked.is_read, asked.claims) == (False, 3)
    assert [identity.id for identity in asked] == [f"product-{n}" for n in range(2, 12)]
    assert (asked.is_read, asked.claims) == (True, 10)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_table_says_the_same_whether_it_is_large_or_not(table, monkeypatch, capsys, jobs):
    path = table(
        *ENTRIES, "- id: wrong\n  f: xᵀAx\n  gradient:\n    x: 2Ax\n", "- id: broken\n  f: a)\n", "- id: cut\n  f: [\n"
    )

    def told():
        assert main(["check", "--no-cache", "-v", "--jobs", jobs, str(path)]) == 2
        lines = capsys.readouterr().out.splitlines()
        return [line for line in lines if not line.startswith("checked")]

    large = told()
    monkeypatch.setattr(catalogue, "LARGE", 10**6)
    small = told()
    assert {"cut", "broken", "wrong"} <= {line.split(": ")[1] for line in small}
    assert sorted(large) == sorted(small)


def test_all_problems_are_known_before_the_second_verdict(table, capsys):
    assert main(["check", "--no-cache", "-v", "--jobs", "1", str(table(*ENTRIES, "- id: Bad\n  f: aᵀx\n"))]) == 2
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert "product-2" in first
    assert "Bad" in second
