from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from measured import ran

from identities import certificate, cli, limits


@pytest.fixture
def identities(capsys, tmp_path, monkeypatch):
    """Run the command in this process and in an empty folder: ``code, out, err = identities("check", …)``."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = cli.main([os.fspath(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def report(identities, checker, table):
    """The report of a run, as a document to be edited; ``report.json`` is where :func:`written` puts it."""
    code, out, _ = identities("check", table.name, "--seed", "7", "--draws", "3", "--format", "json")
    assert code == 0
    return json.loads(out)


def written(document):
    Path("report.json").write_text(json.dumps(document), encoding="utf-8")
    return "report.json"


def test_what_the_checker_says_again_is_repeated_with_its_seed_and_draws(identities, report):
    assert (report["seed"], report["draws"], report["claims"][0]["draws"]) == (7, 3, 6)
    code, out, err = identities("check", "--replay", written(report))
    assert (code, err) == (0, "")
    assert out.startswith("repeated 4 of 4 verdicts in ")
    assert out.endswith("s: 0 differ, 4 verified now\n")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("verdict", "inconclusive", "the verdict was inconclusive, is verified"),
        ("evidence", "exact", "the evidence was exact, is none"),
        ("sizes", [{"m": 2, "n": 4}], "the list of sizes was (m=2, n=4), is (m=2, n=3), (m=3, n=2)"),
        ("draws", 7, "the number of draws was 7, is 6"),
        ("f", "tr(XA)", "f was tr(XA), is tr(AX)"),
        ("closed_form", "A", "the closed form was A, is Aᵀ"),
        ("max_error", 0.5, "the largest error was 0.5 with a margin of none, is 1e-16 with none"),
        ("max_error", "NaN", "the largest error was nan with a margin of none, is 1e-16 with none"),
        ("max_error", None, "the largest error was none with a margin of none, is 1e-16 with none"),
        ("margin", 3.0, "the largest error was 1e-16 with a margin of 3, is 1e-16 with none"),
    ],
)
def test_whatever_is_not_as_it_was_is_said(identities, report, key, value, said):
    report["claims"][0][key] = value
    code, out, _ = identities("check", "--replay", written(report))
    assert code == 1
    first, *rest = out.splitlines()
    assert first.startswith("mine.identities.yaml:12:10: trace-product: gradient of tr(AX) in X: Aᵀ differs: ")
    assert first.endswith(said)
    assert rest[-1].startswith("repeated 3 of 4 verdicts in ")


def test_rounding_is_no_difference_but_is_told(identities, report):
    report["claims"][0]["max_error"] = 3e-16
    code, out, _ = identities("check", "--replay", written(report))
    assert code == 0
    assert out.startswith("1 error another in the last digits")


def test_of_other_versions_numbers_are_not_compared_but_verdicts_are(identities, report):
    report["environment"]["jax"] = "0.0.1"
    report["claims"][0]["max_error"] = 0.5
    code, out, _ = identities("check", "--replay", written(report))
    assert code == 0
    assert out.startswith("jax was 0.0.1, is ")
    report["claims"][0]["verdict"] = "refuted"
    assert identities("check", "--replay", written(report))[0] == 1


def test_what_is_repeated_but_not_verified_is_no_success(identities, report, checker):
    checker(lambda id, closed_form: "refuted" if closed_form == "Aᵀ" else "verified")
    code, out, _ = identities("check", "mine.identities.yaml", "--seed", "7", "--draws", "3", "--format", "json")
    assert code == 1
    Path("report.json").write_text(out, encoding="utf-8")
    code, out, _ = identities("check", "--replay", "report.json")
    assert code == 1
    assert out.endswith("0 differ, 3 verified now\n")


def test_a_file_that_has_changed_meanwhile(identities, report, table):
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace("      A: Xᵀ\n", "").replace("X: Aᵀ", "X: (A)ᵀ"), encoding="utf-8")
    code, out, _ = identities("check", "--replay", written(report))
    assert code == 1
    changed, gone, last = out.splitlines()
    assert changed.endswith("the closed form was Aᵀ, is (A)ᵀ")
    assert gone.endswith("there is no such claim in the files read")
    assert last.startswith("repeated 2 of 4 verdicts")


def test_claims_are_found_wherever_they_stand(identities, report, table):
    table.rename("other.yaml")
    code, out, _ = identities("check", "other.yaml", "--replay", written(report))
    assert code == 0
    code, out, _ = identities("check", "other.yaml", "--replay", "report.json", "--select", "quadratic-form")
    assert code == 0
    assert out.startswith("repeated 2 of 2 verdicts")
    del report["claims"][:2]
    assert identities("check", "other.yaml", "--replay", written(report))[1].startswith(
        "2 claims of the files read not in the report\nrepeated 2 of 2"
    )


def test_a_report_cannot_make_us_read_what_is_not_below_the_working_folder(report):
    named = ["/etc/passwd.yaml", "../a.yaml", "a/../../b.yaml", "-", "a.yaml", "a.yaml", "<stdin>"]
    report["claims"] = [{**report["claims"][0], "file": name} for name in named]
    assert certificate.certificate(report).files == ["a.yaml"]


UNUSABLE = [
    (b"", "report.json:1:1: not JSON: Expecting value"),
    (b'{"format": 1,\n "seed" 3}', "report.json:2:9: not JSON: Expecting ':' delimiter"),
    (b"[]", "report.json: the document: expected an object, not []"),
    (b'{"format": 2}', "report.json: format: expected 1"),
    (b'{"format": NaN}', "report.json: NaN is no JSON"),
    (b'{"format": 1, "format": 1}', "report.json: the key 'format' stands twice"),
    (b'{"format": 1}', "report.json: the document: no 'seed'"),
    (b"\xff\xfe", "report.json:1:1: not UTF-8 text"),
    (b"{\0}", "report.json:1:2: a NUL character"),
    (b"[" * 10**5, "report.json: not JSON of ours: lists inside lists without end"),
    (b"9" * 10**5, "report.json: Exceeds the limit"),
    (b"[" + b"{}," * 1_100_000 + b"{}]", "report.json: more than 1,000,000 lists and objects"),
    (b" " * (limits.FILE_BYTES + 1), "report.json:1:1: larger than 20 MB"),
    (None, "report.json:1:1: no such file"),
]


@pytest.mark.parametrize(("data", "said"), UNUSABLE, ids=[said for _, said in UNUSABLE])
def test_what_is_no_certificate_is_said_with_its_place(identities, data, said):
    if data is not None:
        Path("report.json").write_bytes(data)
    code, out, err = identities("check", "--replay", "report.json")
    assert (code, out) == (2, "")
    assert err.startswith(f"identities: {said}")
    assert err.count("\n") == 1
    assert len(err) < 400


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("seed", -1, "seed: expected a whole number, not -1"),
        ("seed", True, "seed: expected a whole number, not true"),
        ("draws", 10**6, "expected seed ≥ 0 and 1 ≤ draws ≤ 1000"),
        ("draws", 1.5, "draws: expected a whole number, not 1.5"),
        ("environment", {"jax": 1}, "environment.jax: expected a text, not 1"),
        ("claims", {}, "claims: expected a list, not {}"),
        ("claims", [], "claims: no claim in it"),
        ("claims", [3], "claims[0]: expected an object, not 3"),
        ("verdict", "true", 'claims[0].verdict: expected one of verified, refuted, inconclusive, error, not "true"'),
        ("sizes", [{"m": "x"}], 'claims[0].sizes[0].m: expected a whole number, not "x"'),
        ("max_error", "1", 'claims[0].max_error: expected a number or null, not "1"'),
        ("max_error", 10**400, "claims[0].max_error: expected a number or null, not 1000"),
        ("line", None, "claims[0].line: expected a whole number, not null"),
        ("f", "\x1b[31m" * 400, ""),
        ("id", ["\x1b[31m"] * 400, r"claims[0].id: expected a text, not [\"\u001b[31m\""),
    ],
)
def test_a_part_of_the_wrong_kind(identities, report, place, value, said):
    of = report if place in report else report["claims"][0]
    of[place] = value
    code, out, err = identities("check", "--replay", written(report))
    assert code == (2 if said else 1)
    assert said.replace(r"\"", '"') in err
    assert "\x1b" not in out + err
    del of[place]
    code, out, err = identities("check", "--replay", written(report))
    assert (code, out) == (2, "")
    assert f"no {place!r}; expected what" in err


@pytest.mark.parametrize(
    "option", [("--seed", "3"), ("--fix",), ("--format", "json"), ("--shard", "1/2"), ("--changed",)]
)
def test_options_that_do_not_go_with_it(identities, report, option):
    code, _, err = identities("check", "--replay", written(report), *option)
    assert code == 2
    assert f"so there is no {option[0]} with it" in err


def test_the_worst_that_is_read_stays_within_half_a_gigabyte(tmp_path):
    path = tmp_path / "report.json"
    path.write_bytes(b"[" + b'"ab",' * 3_990_000 + b"1]")
    found = ran("check", "--replay", str(path))
    assert found.code == 2
    assert "the document: expected an object, not [" in found.output
    assert found.megabytes < 500


def test_the_real_checker_repeats_itself_to_the_last_digit(tmp_path, table, identities):
    path = tmp_path / "report.json"
    assert identities("check", table, "--format", "json", "--output", path, "--jobs", "1")[0] == 0
    code, out, _ = identities("check", table, "--replay", path, "--jobs", "1")
    assert code == 0
    assert out.startswith("repeated 4 of 4 verdicts")  # and nothing about last digits
