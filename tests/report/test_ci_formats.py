"""What CI systems read: annotations, JUnit, SARIF. Nothing that a file says may act on who reads them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from identities.catalogue import Place, Problem
from identities.cli import main
from identities.report import github, junit, sarif
from identities.verdict import Diagnosis, Report, Verdict

SCHEMA = json.loads(
    (Path(__file__).parent.parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8")
)  # as https://json.schemastore.org/sarif-2.1.0-rtm.5.json has it

REFUTED = Verdict(
    file="docs/mine.yaml",
    line=7,
    column=10,
    id="quadratic-form",
    f="xᵀAx",
    kind="gradient",
    wrt="x",
    closed_form="2Ax",
    verdict="refuted",
    message="at A = [[0 1] [0 0]]: 2Ax = (2, 0), true (1, 1)",
    counterexample={"A": [[0, 1], [0, 0]], "true": float("nan")},
    diagnosis=Diagnosis("missing-hypothesis", "(A + Aᵀ)x", holds_when=("A symmetric",)),
)
VERIFIED = replace(REFUTED, line=9, id="other", verdict="verified", message="", counterexample=None, diagnosis=None)
ERROR = replace(REFUTED, line=11, verdict="error", message="column 2:\n  2A*x\n   ^", counterexample=None)
INCONCLUSIVE = replace(REFUTED, line=13, verdict="inconclusive", message="too much noise")
FAULT = Problem(Place("docs/mine.yaml", 3, 1), "ridge", "no claim")
REPORT = Report((REFUTED, VERIFIED, ERROR, INCONCLUSIVE), (str(FAULT), "nothing to check"), seconds=1.5)

HOSTILE = [
    "\x1b[31mred\x1b[0m \x07 \x9b2J \u202e \ud800 \ufffe",
    "a\n::add-mask::x\r\n::error::y",
    "100% 50%25 %0A::debug::z",
    "a,line=1,col=2:title=b::c",
    "<script>alert(1)</script>&amp;]]><!--",
    "](https://example.org) [x](javascript:1) ![i](http://e.org/i.png) www.example.org @someone #1",
    "a | b || `c` ``` **d** <details> $x$ \\| ~~e~~ | \\",
    "##[add-mask]x",
    "\0",
    "\"'",
]


def hostile(text: str) -> Verdict:
    return replace(
        REFUTED, file=text, id=text, f=text, wrt=text, closed_form=text, message=text, counterexample={text: text}
    )


def sarif_of(report: Report, *problems: Problem | str) -> dict:
    document = json.loads(json.dumps(sarif.document(report, list(problems)), default=str))
    jsonschema.Draft4Validator(SCHEMA).validate(document)
    return document


# ---- GitHub


def test_an_annotation_stands_at_its_line_and_says_its_place():
    line = github.verdict(REFUTED)
    assert line.startswith(
        "::error file=docs/mine.yaml,line=7,col=10,title=identities%3A quadratic-form refuted::docs/mine.yaml:7:10: "
    )
    assert line.endswith("2Ax = (2, 0), true (1, 1)\n")
    assert github.verdict(INCONCLUSIVE).startswith("::warning file=docs/mine.yaml,line=13,")
    assert github.verdict(ERROR).count("\n") == 1
    assert "%0A      2A*x%0A" in github.verdict(ERROR)
    assert github.verdict(VERIFIED) == ""


def test_problems_are_annotations_with_a_place_where_they_have_one():
    assert github.problem(FAULT).startswith("::error file=docs/mine.yaml,line=3,col=1,title=")
    assert github.problem("nothing to check") == "::error title=identities%3A unusable::nothing to check\n"


def test_paths_count_from_the_top_of_the_checkout(tmp_path, monkeypatch):
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path / "docs")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert github.in_repository("mine.yaml") == "docs/mine.yaml"
    assert github.in_repository(str(tmp_path / "mine.yaml")) == "mine.yaml"
    assert github.in_repository("/elsewhere/mine.yaml") == "/elsewhere/mine.yaml"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_writes_a_command_or_a_property(text):
    for line in (github.verdict(hostile(text)), github.problem(text), github.problem(Problem(FAULT.place, text, text))):
        assert line.endswith("\n")
        assert line[:-1].isprintable()  # one line, and nothing for a terminal
        head, message = line[2:-1].split("::", 1)
        level, properties = head.split(" ", 1)
        assert level == "error"
        names = [part.partition("=")[0] for part in properties.split(",")]
        assert names in (["title"], ["file", "line", "col", "title"])
        assert not re.search("%(?!25|0D|0A)", message)
        assert not re.search("%(?!25|0D|0A|3A|2C)", properties)


def test_the_summary_has_every_claim_those_that_are_wrong_first():
    page = github.summary(REPORT)
    rows = [line for line in page.splitlines() if line.startswith("| docs")]
    assert [re.search(r"\\:(\d+)\\:", row)[1] for row in rows] == ["7", "11", "13", "9"]
    assert page.index("<details>") > page.index("too much noise")
    assert "1 verified\\, 1 refuted\\, 1 inconclusive\\, 1 error\\, 2 problems" in page
    assert "docs\\/mine\\.yaml\\:3\\:1\\: ridge\\: no claim" in page


def test_a_summary_is_never_longer_than_github_takes():
    page = github.summary(Report((REFUTED,) * 9_000))
    assert len(page.encode()) < 1_000_000
    shown = page.count("\n| docs")
    assert f"and {9_000 - shown:,} more" in page
    assert 1_000 < shown < 9_000


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_is_markdown(text):
    page = github.summary(Report((hostile(text),), (text,)))
    assert all(line.isprintable() for line in page.splitlines())
    row = next(line for line in page.splitlines() if line.startswith("| ") and "refuted" in line)
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 6  # five cells, whatever is in them
    for line in (row.replace(" | ", "")[2:-2], next(line for line in page.splitlines() if line.startswith("- "))[2:]):
        assert not re.search(r"[!-/:-@\[-`{-~]", re.sub(r"\\[!-/:-@\[-`{-~]", "", line))


def test_the_command_writes_annotations_and_the_summary(table, checker, monkeypatch, capsys, tmp_path):
    checker(lambda id, closed_form: "refuted" if closed_form == "A + Aᵀ" else "verified")
    page = tmp_path / "summary.md"
    page.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    assert main(["check", str(table), "--format", "github"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line[:7] for line in lines] == ["::error", "checked"]
    assert page.read_text(encoding="utf-8").startswith("before\n### identities\n")
    assert page.read_text(encoding="utf-8").count(" | verified | ") == 3


def test_without_the_variable_no_summary_is_written(table, checker, monkeypatch, capsys, tmp_path):
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    before = sorted(tmp_path.iterdir())
    assert main(["check", str(table), "--format", "github"]) == 0
    assert sorted(tmp_path.iterdir()) == before


# ---- JUnit


def test_junit_counts_and_shows():
    top = ET.fromstring(junit.document(REPORT))
    assert (top.get("tests"), top.get("failures"), top.get("errors")) == ("6", "2", "3")
    files, problems = top
    assert (files.get("name"), files.get("tests")) == ("docs/mine.yaml", "4")
    refuted, verified, error, inconclusive = files
    assert (refuted.get("file"), refuted.get("line")) == ("docs/mine.yaml", "7")
    assert refuted.get("name") == "quadratic-form: gradient of xᵀAx in x: 2Ax"
    assert refuted.find("failure").text.startswith("docs/mine.yaml:7:10: quadratic-form: gradient of")
    assert list(verified) == []
    assert error.find("error").text.splitlines()[1] == "      2A*x"
    assert inconclusive.find("failure").get("type") == "inconclusive"
    assert [case.find("error").text for case in problems] == [str(FAULT), "nothing to check"]


def test_junit_with_nothing_checked_is_not_a_success():
    top = ET.fromstring(junit.document(Report((), ("nothing to check",))))
    assert top.get("errors") == "1"


@pytest.mark.parametrize("text", HOSTILE)
def test_junit_is_xml_whatever_is_in_it(text):
    document = junit.document(Report((hostile(text), ERROR), (text,)))
    document.encode("utf-8")
    forbidden = "[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    assert not re.search(forbidden, document)
    top = ET.fromstring(document)
    assert [case.tag for suite in top for case in suite] == ["testcase"] * 3
    assert all(value.isprintable() for element in top.iter() for value in element.attrib.values())


# ---- SARIF


def test_sarif_finds_what_is_wrong_and_nothing_else():
    (run,) = sarif_of(REPORT, FAULT, "nothing to check")["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["refuted", "error", "inconclusive", "unusable"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    refuted = run["results"][0]
    place = refuted["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "docs/mine.yaml", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 7, "startColumn": 10}
    assert refuted["message"]["text"].startswith("docs/mine.yaml:7:10: quadratic-form: ")
    assert refuted["properties"]["diagnosis"]["suggestion"] == "(A + Aᵀ)x"
    (invocation,) = run["invocations"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "nothing to check"
    assert not invocation["executionSuccessful"]


def test_a_finding_that_moved_is_no_new_one():
    moved = replace(REFUTED, line=70)
    one, other, another = sarif_of(Report((REFUTED, moved, replace(REFUTED, closed_form="Ax"))))["runs"][0]["results"]
    assert one["partialFingerprints"] == other["partialFingerprints"] != another["partialFingerprints"]


@pytest.mark.parametrize("text", HOSTILE)
def test_sarif_is_valid_whatever_is_in_it(text):
    (run,) = sarif_of(Report((hostile(text),)), Problem(Place(text, 1, 1), text, text), text)["runs"]
    for result in run["results"]:
        assert "](" not in result["message"]["text"]
        assert all(line.isprintable() for line in result["message"]["text"].splitlines())
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9_.~/%-]+", uri)


def test_an_absolute_path_is_a_file_uri():
    assert sarif.artifact("/a b/ü.yaml") == {"uri": "file:///a%20b/%C3%BC.yaml"}


def test_the_schema_can_fail():
    document = sarif.document(REPORT, [])
    document["runs"][0]["results"][0]["level"] = "fatal"
    assert not jsonschema.Draft4Validator(SCHEMA).is_valid(document)


@pytest.mark.parametrize("form", ["junit", "sarif"])
def test_the_command_writes_one_document(table, checker, form, capsys, tmp_path):
    checker(lambda id, closed_form: "refuted" if closed_form == "A + Aᵀ" else "verified")
    path = tmp_path / "report"
    missing = str(tmp_path / "missing.yaml")
    assert main(["check", str(table), missing, "--format", form, "--output", str(path)]) == 2
    assert "missing.yaml:1:1: no such file" in capsys.readouterr().err
    text = path.read_text(encoding="utf-8")
    if form == "junit":
        assert ET.fromstring(text).get("errors") == "1"
    else:
        jsonschema.Draft4Validator(SCHEMA).validate(json.loads(text))
        assert [result["ruleId"] for result in json.loads(text)["runs"][0]["results"]] == ["refuted", "unusable"]
