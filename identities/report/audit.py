"""An audit as lines for a reader, a score for each entry that is not clean and one for all, or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

from identities.report.json import FORMAT, dump
from identities.report.text import INDENT, Paint, block, count, escape, plainly, statement

if TYPE_CHECKING:
    from identities.audit import Audit, Entry

FATES = ("killed", "equal exactly", "equal", "survives")


def as_text(audit: Audit, paint: Paint = plainly, verbose: bool = False) -> str:
    """What is wrong, entry by entry, and the score."""
    lines = [paint(escape(problem), "error") for problem in audit.problems]
    lines += [line for entry in audit.entries if verbose or not entry.clean for line in of_entry(entry, paint)]
    return "\n".join([*lines, summary(audit, paint)]) + "\n"


def of_entry(entry: Entry, paint: Paint = plainly) -> Iterator[str]:
    """Its place and score, then each survivor, each hypothesis that no claim needs, each claim that is not verified."""
    place = paint(f"{escape(entry.file)}:{entry.line}:{entry.column}", "place")
    yield f"{place}: {escape(entry.id)}: {score(entry.fates)}; {needs(entry)}"
    for verdict, mutants in entry.claims:
        for mutant in mutants:
            if mutant.fate == "survives":
                said = paint("survives", "refuted")
                yield escape(f"{INDENT}{statement(verdict)}: the mutant {mutant.closed_form} ({mutant.edit}) ") + said
    for hypothesis in entry.unneeded:
        said = paint("not needed", "refuted")
        instead = f"{hypothesis.instead} is enough" if hypothesis.instead else "every claim holds without it"
        yield f"{INDENT}{escape(hypothesis.said)} is {said}: {escape(instead)}"
    yield from (INDENT + block(verdict, paint) for verdict in entry.not_verified)


def score(fates: Counter[str]) -> str:
    """``41 mutants: 38 killed, 3 equal (2 exactly), 0 survive``."""
    exactly = fates["equal exactly"]
    equal = exactly + fates["equal"]
    return (
        f"{count(fates.total(), 'mutant')}: {fates['killed']:,} killed, {equal:,} equal ({exactly:,} exactly), "
        f"{fates['survives']:,} survive"
    )


def needs(*entries: Entry) -> str:
    """``2 hypotheses, 0 not needed``."""
    every = sum(len(entry.hypotheses) for entry in entries)
    return f"{count(every, 'hypothesis', 'hypotheses')}, {sum(len(entry.unneeded) for entry in entries):,} not needed"


def summary(audit: Audit, paint: Paint = plainly) -> str:
    """One line: the score of all entries."""
    if not audit.entries:
        return paint(f"nothing audited: {count(len(audit.problems), 'problem')}", "error")
    fates = sum((entry.fates for entry in audit.entries), Counter[str]())
    claims = sum(len(entry.claims) for entry in audit.entries)
    unverified = sum(len(entry.not_verified) for entry in audit.entries)
    said = (
        f"audited {count(len(audit.entries), 'identity', 'identities')}, {count(claims, 'claim')}: {score(fates)}; "
        f"{needs(*audit.entries)}; {count(unverified, 'claim')} not verified; in {audit.seconds:.1f} s"
    )
    return paint(said, "verified" if audit.exit_code == 0 else "refuted")


def as_json(audit: Audit) -> str:
    """Everything, mutant by mutant."""
    return dump(
        {
            "format": FORMAT,
            "seed": audit.seed,
            "environment": dict(audit.environment),
            "seconds": round(audit.seconds, 3),
            "problems": audit.problems,
            "entries": [
                {
                    "file": entry.file,
                    "line": entry.line,
                    "column": entry.column,
                    "id": entry.id,
                    "mutants": {fate: entry.fates[fate] for fate in FATES},
                    "hypotheses": [asdict(hypothesis) for hypothesis in entry.hypotheses],
                    "claims": [
                        {
                            "kind": verdict.kind,
                            "wrt": verdict.wrt,
                            "closed_form": verdict.closed_form,
                            "verdict": verdict.verdict,
                            "message": verdict.message,
                            "mutants": [asdict(mutant) for mutant in mutants],
                        }
                        for verdict, mutants in entry.claims
                    ],
                }
                for entry in audit.entries
            ],
        }
    )


FORMATS: Mapping[str, Callable[..., str]] = {
    "text": as_text,
    "json": lambda audit, paint, verbose: as_json(audit),
}
