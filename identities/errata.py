"""Is the errata ledger right? Each printed form has the verdict that stands there, each right form is verified."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

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
    """Every erratum judged, in order. Why a printed form is wrong, the ledger says; that takes longest to find out."""
    from identities import checking

    wrong = checking.stream((erratum.printed for erratum in errata), **asdict(settings), explained=False)
    right = verdicts([erratum.right for erratum in errata], settings, cache=None, jobs=jobs)
    for erratum in errata:
        yield Judged(
            erratum,
            tuple(next(wrong) for _ in erratum.printed.claims),
            tuple(next(right) for _ in erratum.right.claims),
        )
