"""A run that repeats another, as lines: what differs, and how much was repeated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from identities.certificate import Certificate, Repeated
from identities.report.text import Paint, count, escape, place, plainly, statement
from identities.verdict import Report, Verdict


@dataclass
class Tally:
    """What came of repeating a certificate against files with so many ``claims``."""

    certificate: Certificate
    environment: Mapping[str, str]
    claims: int
    verdicts: list[Verdict] = field(default_factory=list)
    differing: int = 0
    rounding: int = 0

    def add(self, one: Repeated) -> None:
        """Count one claim."""
        self.verdicts += [] if one.now is None else [one.now]
        self.differing += bool(one.differences)
        self.rounding += one.rounding and not one.differences

    @property
    def exit_code(self) -> int:
        """0 everything is repeated and verified; 1 not so; 2 nothing, or claims that cannot be read."""
        return max(Report(tuple(self.verdicts)).exit_code, int(self.differing > 0))

    def summary(self, seconds: float, paint: Paint = plainly) -> str:
        """How much was repeated, and what a reader should know of the comparison; a line each."""
        total = len(self.certificate.verdicts)
        same = total - self.differing
        was, now = self.certificate.environment, self.environment
        notes = [
            f"{name} was {was.get(name, 'not named')}, is {now.get(name, 'not named')}"
            for name in sorted({*was, *now})
            if was.get(name) != now.get(name)
        ]
        if notes:
            notes.append("so errors and margins are not compared")
        if self.rounding:
            notes.append(f"{count(self.rounding, 'error')} another in the last digits: another processor or BLAS")
        if more := self.claims - len(self.verdicts):
            notes.append(f"{count(more, 'claim')} of the files read not in the report")
        good = sum(verdict.verdict == "verified" for verdict in self.verdicts)
        said = f"repeated {same:,} of {count(total, 'verdict')} in {seconds:.1f} s: "
        said += f"{self.differing:,} {'differs' if self.differing == 1 else 'differ'}, {good:,} verified now"
        return "\n".join([*map(escape, notes), paint(said, "refuted" if self.exit_code else "verified")])


def difference(one: Repeated, paint: Paint = plainly) -> str:
    """A claim that is not as it was: where it stands now, the claim, and all that differs."""
    claim = one.now or one.was
    role = "refuted" if one.now is None else one.now.verdict
    return f"{place(claim, paint)}: {statement(claim)} {paint('differs', role)}: {escape('; '.join(one.differences))}"
