"""A run as lines for a reader: a wrong claim as mathematics, with its place, and a summary at the end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TextIO

from identities.catalogue import quoted
from identities.report import Format
from identities.verdict import OUTCOMES, Report, Verdict

Paint = Callable[[str, str], str]

COLOURS = {"verified": "32", "refuted": "31", "inconclusive": "33", "error": "35", "place": "1"}
SAID = {
    "verified": "is verified",
    "refuted": "is refuted",
    "inconclusive": "is inconclusive",
    "error": "cannot be checked",
}
NOUNS = {"equals": "value"}  # kinds that do not read as a noun
INDENT = "    "


def text_format(*, paint: Paint, verbose: bool = False) -> Format:
    """Problems and claims that are not verified as they come, all claims if ``verbose``, and a summary."""

    def verdict(verdict: Verdict) -> str:
        return block(verdict, paint) + "\n" if verbose or not verdict.passes else ""

    return Format(
        problem=lambda problem: paint(escape(str(problem)), "error") + "\n",
        verdict=verdict,
        end=lambda report: "".join(map(line, layouts(report))) + summary(report, paint) + "\n",
        skipped=lambda problem: f"{escape(str(problem))} (skipped)\n" if verbose else "",
    )


def line(text: str) -> str:
    """A line of its own."""
    return escape(text) + "\n"


def layouts(report: Report) -> Iterator[str]:
    """Which tables of documents are in a layout of their own."""
    found: dict[tuple[str, str], set[str]] = {}
    for verdict in report.verdicts:
        if verdict.table:
            found.setdefault((verdict.file, verdict.table), set()).add(verdict.layout)
    for (file, table), layouts in found.items():
        layout, *others = layouts  # several where its columns say which is which
        if not others and layout != "gradient":
            place = table.rpartition(":")[2]
            where = f"{file}:{place}: this table is" if place.isdigit() else f"{file}: its equations are"
            yield f"{where} in {layout} layout"


def plainly(text: str, role: str) -> str:
    """The text without colour, whatever its role."""
    return text


def painter(stream: TextIO) -> Paint:
    """Colours for a terminal that wants them (https://no-color.org), none for anything else."""
    if not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return plainly
    return lambda text, role: f"\x1b[{COLOURS[role]}m{text}\x1b[0m"


def escape(text: str) -> str:
    r"""The text with all that would act on a terminal, or hide in it, spelled out: ``\x1b``, ``\u202e``.

    Line breaks too: text from a file cannot begin a line of ours.
    """
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)


def block(verdict: Verdict, paint: Paint = plainly) -> str:
    """The verdict on one claim: its place, the mathematics, and what shows it, as the checker says it."""
    said = paint(SAID[verdict.verdict], verdict.verdict)
    first, *more = verdict.message.splitlines() or [""]
    head = f"{place(verdict, paint)}: {statement(verdict)} {said}"
    lines = [f"{head}: {escape(first)}" if first else head, *(INDENT + escape(line) for line in more)]
    if verdict.verdict == "verified" and verdict.passes:
        return f"{head} ({_evidence(verdict)})"
    if not verdict.passes and verdict.expected != "verified":
        return f"{head}, and {verdict.expected} is expected here"
    return "\n".join(lines)


def place(verdict: Verdict, paint: Paint = plainly) -> str:
    """Where a claim stands, and the id of its identity."""
    place = paint(f"{escape(verdict.file)}:{verdict.line}:{verdict.column}", "place")
    # A claim of a document is called by its line, which has just been said.
    return (
        place if verdict.id == f"{verdict.file.rpartition('/')[2]}:{verdict.line}" else f"{place}: {_line(verdict.id)}"
    )


def statement(verdict: Verdict) -> str:
    """The claim as one reads it aloud: ``gradient of tr(AX) in X: Aᵀ``."""
    noun = NOUNS.get(verdict.kind, verdict.kind.replace("_", " "))
    within = f" in {_line(verdict.wrt)}" if verdict.wrt else ""
    return f"{noun} of {_line(verdict.f)}{within}: {_line(verdict.closed_form)}"


def summary(report: Report, paint: Paint = plainly) -> str:
    """One line: how much was checked and what came of it."""
    if report.idle and not report.problems:
        return escape(report.idle)
    if not report.verdicts:
        return paint(f"nothing checked: {count(len(report.problems), 'problem')}", "error")
    counts = report.counts
    sizes = {frozenset(size.items()) for verdict in report.verdicts for size in verdict.sizes}
    amount = (
        f"{count(report.identities, 'identity', 'identities')}, {count(len(report.verdicts), 'claim')}, "
        f"{count(len(sizes), 'size')}, {count(sum(verdict.draws for verdict in report.verdicts), 'draw')} "
        f"in {report.seconds:.1f} s"
    )
    if report.cached:
        amount += f" ({report.cached:,} from the cache)"
    if report.fallbacks:
        amount += f", {count(report.fallbacks, 'fallback')}"
    if report.skipped:
        amount += f", {report.skipped:,} skipped"
    if report.ok:
        wrong = sum(verdict.verdict == "refuted" for verdict in report.verdicts)
        return paint(f"verified {amount}{f', {wrong:,} refuted as expected' if wrong else ''}", "verified")
    parts = [paint(f"{counts[outcome]:,} {outcome}", outcome) for outcome in OUTCOMES if counts[outcome]]
    if report.problems:
        parts.append(paint(count(len(report.problems), "problem"), "error"))
    return f"checked {amount}: {', '.join(parts)}"


def _evidence(verdict: Verdict) -> str:
    parts = [count(len(verdict.sizes), "size"), count(verdict.draws, "draw")]
    if verdict.max_error is not None:
        parts.append(f"error {verdict.max_error:.1e}")
    if verdict.noise_floor is not None:
        parts.append(f"noise {verdict.noise_floor:.1e}")
    if verdict.margin is not None:
        parts.append(f"margin {verdict.margin:.1f} digits")
    if verdict.witness is not None:
        parts.append(f"witness {verdict.witness}")
    if verdict.error_bound is not None:
        parts.append(f"exact, wrong with probability ≤ {verdict.error_bound:.0e}")
    if verdict.fallbacks:
        parts.append(f"fallback: {', '.join(verdict.fallbacks)}")
    if verdict.cached:
        parts.append("from the cache")
    return ", ".join(parts)


def _line(text: str) -> str:
    return escape(quoted(" ".join(text.split())))


def count(number: int, one: str, many: str = "") -> str:
    """``1 claim``, ``1,200 claims``, ``2 identities``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
