"""A run as GitHub shows it: annotations at the lines of a pull request, and all claims as the summary of the step.

An annotation is a line that the runner reads as a command, so that a text of a file must not be able to write one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from identities.catalogue import Place, Problem
from identities.report import Format
from identities.report.text import block, escape, statement
from identities.report.text import summary as line
from identities.verdict import Report, Verdict

LEVELS = {"refuted": "error", "error": "error", "inconclusive": "warning"}
LONGEST = 900_000  # bytes of a summary; GitHub drops one of more than a megabyte
PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
HEAD = "| place | identity | claim | verdict | |\n|---|---|---|---|---|\n"


def github_format() -> Format:
    """An annotation for every problem and every claim that is not verified, and the summary in one line."""
    return Format(problem=problem, verdict=verdict, end=lambda report: line(report) + "\n")


def problem(problem: Problem | str) -> str:
    """The annotation of what is wrong with a file, or with the run."""
    place = problem.place if isinstance(problem, Problem) else None
    return command("error", place, "identities: unusable", escape(str(problem)))


def verdict(verdict: Verdict) -> str:
    """The annotation of a claim that is not verified; its text says the place as well."""
    if verdict.failure is None:
        return ""
    place = Place(verdict.file, verdict.line, verdict.column)
    title = f"identities: {escape(verdict.id)} {verdict.verdict}"
    return command(LEVELS[verdict.failure], place, title, block(verdict))


def command(level: str, place: Place | None, title: str, message: str) -> str:
    """``::error file=…,line=…,col=…,title=…::message`` with all that would end a part of it escaped."""
    where = {} if place is None else {"file": in_repository(place.file), "line": place.line, "col": place.column}
    properties = ",".join(f"{name}={property_(str(value))}" for name, value in {**where, "title": title}.items())
    return f"::{level} {properties}::{data(message)}\n"


def data(text: str) -> str:
    """A text as the message of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def property_(text: str) -> str:
    """A text as the value of a property of a command."""
    return data(escape(text)).replace(":", "%3A").replace(",", "%2C")


def in_repository(file: str) -> str:
    """The path of a file from the top of the checkout, which is what annotations are about."""
    top = os.environ.get("GITHUB_WORKSPACE")
    path = Path(file)
    if top and (full := path.absolute()).is_relative_to(top):
        path = full.relative_to(top)
    return path.as_posix()


def leave_summary(report: Report) -> None:
    """Add the summary to the page of the step, where GitHub says which file that is."""
    if page := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(page).open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(summary(report))


def summary(report: Report) -> str:
    """The run as Markdown: what is wrong, and below it, folded, what is verified."""
    wrong = [verdict for verdict in report.verdicts if not verdict.passes]
    right = [verdict for verdict in report.verdicts if verdict.passes]
    parts = [f"### identities\n\n{markdown(line(report))}\n"]
    parts += [f"- {markdown(problem)}\n" for problem in report.problems]
    left = LONGEST - sum(len(part.encode()) for part in parts)
    for found, opening, closing in (
        (wrong, "\n", "\n"),
        (right, "\n<details><summary>verified</summary>\n\n", "\n</details>\n"),
    ):
        if found:
            rows = list(_fitting(map(row, found), left))
            left -= sum(len(part.encode()) for part in rows)
            more = f"\nand {len(found) - len(rows):,} more\n" if len(rows) < len(found) else ""
            parts += [opening, HEAD, *rows, more, closing]
    return "".join(parts)


def _fitting(rows: Iterable[str], left: int) -> Iterator[str]:
    for text in rows:
        left -= len(text.encode())
        if left < 0:
            return
        yield text


def row(verdict: Verdict) -> str:
    """A claim as a row of a Markdown table."""
    place = f"{verdict.file}:{verdict.line}:{verdict.column}"
    cells = (place, verdict.id, statement(verdict), verdict.verdict, " ".join(verdict.message.split()))
    return f"| {' | '.join(map(markdown, cells))} |\n"


def markdown(text: str) -> str:
    """The text with every sign escaped that could be Markdown, HTML, a link or a formula."""
    return PUNCTUATION.sub(r"\\\1", escape(text))
