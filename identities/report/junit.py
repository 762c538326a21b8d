"""A run as JUnit XML, which Jenkins, GitLab and most other CI systems show: a suite a file, a case a claim."""

from __future__ import annotations

from collections.abc import Sized
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from identities.report import Format
from identities.report.text import block, escape, statement
from identities.verdict import Report, Verdict

# What is not verified has failed; a text that cannot be checked is an error.
ELEMENTS = {"refuted": "failure", "inconclusive": "failure", "error": "error"}


def junit_format() -> Format:
    """Nothing until the end, then the whole document."""
    return Format(problem=lambda _: "", verdict=lambda _: "", end=document)


def document(report: Report) -> str:
    """The XML; problems of files and arguments are cases of a suite of their own."""
    top = Element("testsuites", name="identities", time=f"{report.seconds:.3f}")
    for file, verdicts in groupby(report.verdicts, lambda verdict: verdict.file):
        of_file = list(verdicts)
        errors, failures = (
            sum(ELEMENTS.get(verdict.failure or "") == element for verdict in of_file)
            for element in ("error", "failure")
        )
        suite = _suite(top, file, of_file, errors, failures)
        for verdict in of_file:
            _case(suite, verdict)
    if report.problems:
        suite = _suite(top, "problems", report.problems, len(report.problems))
        for problem in report.problems:
            case = SubElement(suite, "testcase", classname="problems", name=escape(problem))
            SubElement(case, "error", type="unusable", message=escape(problem)).text = escape(problem)
    for name in ("tests", "failures", "errors"):
        top.set(name, str(sum(int(suite.get(name, "0")) for suite in top)))
    indent(top)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _suite(top: Element, name: str, cases: Sized, errors: int, failures: int = 0) -> Element:
    counts = {"tests": len(cases), "failures": failures, "errors": errors, "skipped": 0}
    return SubElement(top, "testsuite", {"name": escape(name), **{key: str(count) for key, count in counts.items()}})


def _case(suite: Element, verdict: Verdict) -> None:
    """A claim; the place stands in the text too, as not every reader shows the attributes."""
    name = f"{escape(verdict.id)}: {statement(verdict)}"
    file = escape(verdict.file)
    case = SubElement(suite, "testcase", classname=file, name=name, file=file, line=str(verdict.line))
    if verdict.failure:
        text = block(verdict)
        element = SubElement(case, ELEMENTS[verdict.failure], type=verdict.failure, message=text.splitlines()[0])
        element.text = text
