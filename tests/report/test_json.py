from __future__ import annotations

import json
from dataclasses import fields, replace

import numpy as np
import pytest

from identities.report.json import document, dump, json_format
from identities.verdict import Diagnosis, Report, Verdict

VERDICT = Verdict(
    file="t.md",
    line=7,
    column=3,
    id="t.md:7",
    f="tr(AX)",
    kind="gradient",
    wrt="X",
    closed_form="A",
    verdict="refuted",
    message="…",
    evidence="numeric",
    sizes=({"m": 2, "n": 3},),
    draws=40,
    max_error=1.2,
    noise_floor=4e-16,
    counterexample={"A": np.array([[2]]), "X": np.array([[1.0]]), "closed_form": [[2]], "true": [[3]]},
    diagnosis=Diagnosis("transposed", suggestion="Aᵀ", holds_when=("A symmetric",)),
)
REPORT = Report(
    (VERDICT, replace(VERDICT, verdict="verified", counterexample=None, diagnosis=None)),
    seed=3,
    seconds=0.9004,
    environment={"identities": "0.1.0", "jax": "1", "numpy": "2", "python": "3.11"},
)


def test_the_format_other_programs_rely_on():
    """The example of the documented format, word for word."""
    assert json.loads(dump(document(REPORT))) == {
        "format": 1,
        "seed": 3,
        "draws": 8,
        "backend": "numpy",
        "environment": {"identities": "0.1.0", "jax": "1", "numpy": "2", "python": "3.11"},
        "summary": {
            "identities": 1,
            "claims": 2,
            "verified": 1,
            "refuted": 1,
            "inconclusive": 0,
            "error": 0,
            "exact": 0,
            "skipped": 0,
            "cached": 0,
            "fallbacks": 0,
            "seconds": 0.9,
        },
        "problems": [],
        "claims": [
            {
                "file": "t.md",
                "line": 7,
                "column": 3,
                "id": "t.md:7",
                "f": "tr(AX)",
                "kind": "gradient",
                "wrt": "X",
                "closed_form": "A",
                "verdict": "refuted",
                "message": "…",
                "evidence": "numeric",
                "error_bound": None,
                "sizes": [{"m": 2, "n": 3}],
                "draws": 40,
                "max_error": 1.2,
                "noise_floor": 4e-16,
                "margin": None,
                "witness": None,
                "fallbacks": [],
                "counterexample": {"A": [[2]], "X": [[1.0]], "closed_form": [[2]], "true": [[3]]},
                "diagnosis": {"kind": "transposed", "suggestion": "Aᵀ", "holds_when": ["A symmetric"]},
                "expected": "verified",
                "layout": "gradient",
                "table": "",
                "cached": False,
            },
            {
                "file": "t.md",
                "line": 7,
                "column": 3,
                "id": "t.md:7",
                "f": "tr(AX)",
                "kind": "gradient",
                "wrt": "X",
                "closed_form": "A",
                "verdict": "verified",
                "message": "…",
                "evidence": "numeric",
                "error_bound": None,
                "sizes": [{"m": 2, "n": 3}],
                "draws": 40,
                "max_error": 1.2,
                "noise_floor": 4e-16,
                "margin": None,
                "witness": None,
                "fallbacks": [],
                "counterexample": None,
                "diagnosis": None,
                "expected": "verified",
                "layout": "gradient",
                "table": "",
                "cached": False,
            },
        ],
    }


def test_every_field_of_a_verdict_is_there():
    claim = document(REPORT)["claims"][0]
    assert list(claim) == [field.name for field in fields(Verdict)]


def test_a_factor_is_named_where_there_is_one():
    report = replace(REPORT, verdicts=(replace(VERDICT, diagnosis=Diagnosis("factor", factor=2)),))
    assert document(report)["claims"][0]["diagnosis"] == {
        "kind": "factor",
        "factor": 2,
        "suggestion": None,
        "holds_when": (),
    }


def refuse(constant):
    raise ValueError(f"{constant} is no JSON")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), "NaN"),
        (float("inf"), "Infinity"),
        (np.float64("-inf"), "-Infinity"),
        (np.array([1.0, np.nan]), [1.0, "NaN"]),
        (np.array([[1, 2]], dtype=np.int32), [[1, 2]]),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        ({"a": (np.array(1), None)}, {"a": [1, None]}),
        (1 + 2j, "(1+2j)"),
        ("\x1b\udcff", "\x1b\udcff"),
    ],
)
def test_every_value_is_valid_json(value, said):
    text = dump(value).encode("utf-8", "backslashreplace").decode()  # as it is written
    assert json.loads(text, parse_constant=refuse) == said


def test_the_test_above_can_fail():
    with pytest.raises(ValueError, match="NaN is no JSON"):
        json.loads(json.dumps(float("nan")), parse_constant=refuse)


def test_nothing_is_written_before_the_end():
    form = json_format()
    assert (form.problem("a"), form.verdict(VERDICT)) == ("", "")
    assert json.loads(form.end(replace(REPORT, problems=("a",))))["problems"] == ["a"]
