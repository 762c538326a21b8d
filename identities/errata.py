"""Is the errata ledger right? Each printed form has the verdict that stands there, each right form is verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from identities.catalogue.errata import Erratum
from identities.run import verdicts
from identities.settings import Settings
from identities.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """An erratum with the verdicts on the claims of both its statements."""

    erratum: Erratum
    printed: tuple[Verdict, ...]
    right: tuple[Verdict, ...]

    @property
    def astray(self) -> tuple[Verdict, ...]:
        """The verdicts that the ledger does not expect."""
        printed = (verdict for verdict in self.printed if verdict.verdict != self.erratum.verdict)
        right = (verdict for verdict in self.right if verdict.verdict != "verified")
        return (*printed, *right)


def stream(errata: Sequence[Erratum], settings: Settings, *, jobs: int = 1) -> Iterator[Judged]:
    """Every erratum judged, in order; a verdict that is missing is an error of ours."""
    statements = [statement for erratum in errata for statement in (erratum.printed, erratum.right)]
    coming = verdicts(statements, settings, cache=None, jobs=jobs)
    for erratum in errata:
        printed, right = (
            tuple(next(coming) for _ in statement.claims) for statement in (erratum.printed, erratum.right)
        )
        yield Judged(erratum, printed, right)
