"""The ledger of what sources print wrongly: well formed, and every line of it is so."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from identities import errata
from identities.catalogue.errata import Erratum, read_errata
from identities.cli import main
from identities.settings import Settings

LEDGER, PROBLEMS = read_errata(Path(__file__).parent.parent / "errata.yaml")
PARTS = 4

ONE = """\
ledger: 1
errata:
- id: trace
  source: A book, second edition, (7)
  printed:
    where: {A: n×m, X: m×n}
    f: tr(AX)
    gradient:
      X: A
  verdict: refuted
  right:
    where: {A: n×m, X: m×n}
    f: tr(AX)
    gradient:
      X: Aᵀ
  note: The transpose is missing.
"""


def ledger(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = ONE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "errata.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_ledger_is_sound_and_large():
    assert PROBLEMS == ()
    assert Counter(erratum.verdict for erratum in LEDGER)["refuted"] >= 40
    assert all(erratum.note.endswith(".") and "\n" not in erratum.note for erratum in LEDGER)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_printed_form_is_wrong_and_every_right_form_right(part):
    chosen = LEDGER[part::PARTS]
    judged = list(errata.stream(chosen, Settings()))
    assert [one.erratum.id for one in judged] == [erratum.id for erratum in chosen]
    assert all(one.printed and one.right for one in judged)
    assert [(one.erratum.id, v.verdict, v.message) for one in judged for v in one.astray] == []


@pytest.mark.parametrize(
    ("change", "line", "verdict"),
    [
        (("      X: A\n", "      X: Aᵀ\n"), 9, "verified"),  # what is printed is right
        (("      X: Aᵀ", "      X: A"), 15, "refuted"),  # the right form is wrong
        (("verdict: refuted", "verdict: error"), 9, "refuted"),  # wrong in another way
        (("      X: A\n", "      X: AA\n"), 9, "error"),  # what cannot be read is not refuted
    ],
)
def test_a_ledger_that_is_wrong_is_found_out(tmp_path, capsys, change, line, verdict):
    path = ledger(tmp_path, change)
    assert main(["errata", "--check", "--ledger", str(path)]) == 1
    said = capsys.readouterr().out
    assert f"{path}:{line}:" in said
    assert "1 erratum" in said
    assert "1 not as the ledger says" in said
    assert main(["errata", "--check", "--ledger", str(path), "--format", "json"]) == 1
    (one,) = json.loads(capsys.readouterr().out)["errata"]
    assert not one["as_stated"]
    assert verdict in (*one["verdicts"]["printed"], *one["verdicts"]["right"])


def test_a_ledger_that_is_right(tmp_path, capsys):
    path = ledger(tmp_path)
    assert main(["errata", "--check", "--ledger", str(path)]) == 0
    assert "printed 1 refuted, every right form verified" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("  source: A book, second edition, (7)\n", ""), "3:3: trace: an erratum without source"),
        (("verdict: refuted", "verdict: wrong"), "10:12: trace: verdict 'wrong': expected one of refuted"),
        (("verdict: refuted", "verdict: verified"), "10:12: trace: verdict 'verified'"),
        (("  note: ", "  remark: "), "16:3: trace: unknown key 'remark'"),
        (("    gradient:\n      X: A\n", ""), "6:5: trace: no claim"),
        (("    gradient:", "    gradiant:"), "8:5: trace: unknown key 'gradiant' in a statement: did you mean 'grad"),
        (("ledger: 1", "ledger: 2"), "1:9: ledger '2'"),
        (("ledger: 1\n", "format: 1\n"), "1:1: unknown key 'format' in a ledger"),
        (("- id: trace", "- id: Trace"), "3:7: Trace: 'Trace' is no id"),
        (("f: tr(AX)", "f: &a tr(AX)"), "'&a' is an anchor"),
    ],
)
def test_problems_have_places(tmp_path, capsys, change, said):
    path = ledger(tmp_path, change)
    assert main(["errata", "--ledger", str(path)]) == 2
    assert said in capsys.readouterr().err


def test_all_problems_at_once_and_the_sound_rest(tmp_path):
    second = ONE.split("errata:\n")[1].replace("trace", "other")
    path = ledger(tmp_path, ("verdict: refuted", "verdict: x"), ("  note", "  nota"))
    path.write_text(path.read_text(encoding="utf-8") + second + second, encoding="utf-8")
    found, problems = read_errata(path)
    assert [erratum.id for erratum in found] == ["other"]
    assert len(problems) == 4  # the verdict, two of the note, and the id that is taken
    assert [problem.place.line for problem in problems] == sorted(problem.place.line for problem in problems)


@pytest.mark.parametrize("text", ["", "[]", "errata:\n", "ledger: 1\nerrata: []\n", "ledger: 1\n", "\0"])
def test_a_file_that_is_no_ledger(tmp_path, capsys, text):
    path = tmp_path / "errata.yaml"
    path.write_text(text)
    assert main(["errata", "--ledger", str(path)]) == 2
    assert str(path) in capsys.readouterr().err


def test_the_listing(capsys):
    assert main(["errata", "--source", "cholesky"]) == 0
    said = capsys.readouterr().out
    assert "issue 196682" in said
    assert "printed  differential: −X dF X F − (X dF X F)ᵀ   (refuted)" in said
    assert "right    differential: −X dF Fᵀ X − (X dF Fᵀ X)ᵀ" in said
    assert said.endswith("1 erratum\n")
    assert main(["errata", "--source", "Tensor", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["errata"]
    assert len(found) == sum("Tensor" in erratum.source for erratum in LEDGER)
    assert found[0]["printed"]["claims"][0]["closed_form"] == "AXBᵀ + AᵀXB"


def test_a_source_that_there_is_not(capsys):
    assert main(["errata", "--source", "Petersson"]) == 2
    assert "no erratum has 'Petersson'" in capsys.readouterr().err


def test_the_listing_prints_nothing_that_acts_on_a_terminal(tmp_path, capsys):
    path = ledger(tmp_path, ("A book", "A \u2066book"), ("note: The", "note: 'The\u0301"), ("missing.", "missing.'"))
    main(["errata", "--ledger", str(path)])
    printed = capsys.readouterr()
    assert "\u2066" not in printed.out + printed.err


def test_an_erratum_is_data():
    assert isinstance(LEDGER[0], Erratum)
    assert LEDGER[0].printed.id == LEDGER[0].right.id == LEDGER[0].id
