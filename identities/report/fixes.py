"""What was written into files, as a diff, and what was not and why."""

from __future__ import annotations

from identities.fixes import Fixed
from identities.report.text import Paint, count, escape, plainly, statement

COLOURS = {"+": "verified", "-": "refuted"}


def shown(fixed: Fixed, paint: Paint = plainly) -> str:
    """The diffs and a line for each refuted claim that was left; nothing where none was refuted."""
    if not fixed.left and not fixed.count:
        return ""
    lines = []
    for line in "".join(fixed.diffs).splitlines():
        role = COLOURS.get(line[:1])
        lines.append(paint(escape(line), role) if role else escape(line))
    for verdict, reason in fixed.left:
        place = f"{verdict.file}:{verdict.line}:{verdict.column}"
        lines.append(f"{escape(place)}: {escape(verdict.id)}: {statement(verdict)} is not fixed: {escape(reason)}")
    lines.append(f"fixed {fixed.count} of {count(fixed.count + len(fixed.left), 'refuted claim')}")
    return "".join(f"{line}\n" for line in lines)
