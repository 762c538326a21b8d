"""The coverage of a source: a table by chapter and the reasons, or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from identities.coverage import Coverage
from identities.report.json import FORMAT, dump

UNSAID = "no reason given"


def as_text(coverages: Iterable[Coverage]) -> str:
    """Counts per chapter, then the equations that are not in, by reason."""
    lines: list[str] = []
    for found in coverages:
        lines += [f"{found.source.name}: {found.source.title}", ""]
        chapters = [(c.title, len(c.numbers), len(found.covered(c))) for c in found.source.chapters]
        rows = [*chapters, ("all chapters", sum(row[1] for row in chapters), sum(row[2] for row in chapters))]
        width = max(len(row[0]) for row in rows)
        lines.append(f"  {'chapter':<{width}}  equations     in  not in")
        lines += [f"  {title:<{width}}  {all_:>9}  {inside:>5}  {all_ - inside:>6}" for title, all_, inside in rows]
        lines += ["", "  not in the catalogue:"]
        reasons: dict[str, list[int]] = {}
        for chapter in found.source.chapters:
            for number, reason in found.missing(chapter).items():
                reasons.setdefault(reason or UNSAID, []).append(number)
        lines += [
            f"  {reason}: {spans(numbers)}"
            for reason, numbers in sorted(reasons.items(), key=lambda r: (-len(r[1]), r[0]))
        ]
        lines.append("")
    return "\n".join(lines)


def spans(numbers: Iterable[int]) -> str:
    """(3), (5)–(7): runs of numbers joined."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"({run[0]})" if len(run) == 1 else f"({run[0]})–({run[-1]})" for run in runs)


def as_json(coverages: Iterable[Coverage]) -> str:
    """Every equation with the entries that state it or the reason why none does."""
    return dump(
        {
            "format": FORMAT,
            "sources": [
                {
                    "source": found.source.name,
                    "chapters": [
                        {
                            "chapter": chapter.title,
                            "equations": len(chapter.numbers),
                            "covered": {str(n): found.entries[n] for n in found.covered(chapter)},
                            "missing": {str(n): reason for n, reason in found.missing(chapter).items()},
                        }
                        for chapter in found.source.chapters
                    ],
                }
                for found in coverages
            ],
        }
    )


FORMATS: Mapping[str, Callable[[Iterable[Coverage]], str]] = {"text": as_text, "json": as_json}
