"""A run repeated: what a certificate reports is checked again, and what differs is written as it comes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO

from identities.catalogue import Identity
from identities.certificate import read, repeated
from identities.environment import environment
from identities.report.progress import Progress
from identities.report.replay import Tally, difference
from identities.report.text import escape, painter
from identities.run import gather, selected, verdicts
from identities.verdict import Verdict


def replay(
    file: str | os.PathLike[str],
    paths: Sequence[str],
    *,
    select: str | None,
    jobs: int,
    out: TextIO,
    complain: Callable[[str], object],
) -> int:
    """The exit code of repeating the certificate in a file. Raises :class:`identities.certificate.Unsound`.

    The claims are looked for in ``paths``; without any, in the files that the certificate names, or in our catalogue.
    """
    started = time.monotonic()
    certificate = read(file)
    identities, faults = gather(paths or certificate.files)
    identities, unselected = selected(identities, select)
    if select is not None:
        certificate = certificate.about({identity.id for identity in identities})
    problems = [*map(str, faults), *unselected]
    for problem in problems:
        complain(problem)
    paint, claims = painter(out), sum(len(identity.claims) for identity in identities)
    tally = Tally(certificate, environment(), claims)

    def check(asked: Sequence[Identity]) -> Iterator[Verdict]:
        return verdicts(asked, certificate.settings, cache=None, jobs=jobs)

    with Progress(len(certificate.verdicts)) as progress:
        for one in repeated(certificate, identities, check, tally.environment):
            tally.add(one)
            if one.differences:
                progress.clear()
                out.write(difference(one, paint) + "\n")
                out.flush()
            progress.step(escape(one.was.id))
    out.write(tally.summary(time.monotonic() - started, paint) + "\n")
    return 2 if problems else tally.exit_code
