"""pytest collects catalogues and documents: one item a claim, and a failure shows the mathematics.

Collected are ``*.identities.yaml``, a ``catalogue.yaml`` whose first key is ``format:``, and the files that
match a pattern of the ini option ``identities_files``, be they catalogues, Markdown or LaTeX.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from identities.cache import Cache
    from identities.catalogue import Identity
    from identities.verdict import Verdict

REMEMBERED: pytest.StashKey[Cache | None] = pytest.StashKey()
FROM_CACHE = ("identities", "from the cache")
WILD = re.compile(r"[*?\[]")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini option ``identities_files``."""
    parser.addini(
        "identities_files",
        "patterns of further files whose claims are checked, relative to the root folder or a name alone",
        type="args",
        default=[],
    )


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many claims were not checked now but remembered."""
    reports = (r for found in terminalreporter.stats.values() for r in found if getattr(r, "when", "") == "call")
    remembered = sum(FROM_CACHE in report.user_properties for report in reports)
    if remembered:
        terminalreporter.write_line(f"identities: {remembered:,} claims from the cache")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> StatingFile | None:
    """Take the file if it is one of ours."""
    if (pattern := _pattern(file_path, parent.config)) is not None:
        return StatingFile.from_parent(parent, path=file_path, named=not WILD.search(pattern))
    return None


class StatingFile(pytest.File):
    """A file that states identities, with one collector for each name. What is wrong with it is an error of collection.

    That a file states nothing is wrong if it was ``named``, and not only met by a pattern such as ``docs/*.md``.
    """

    def __init__(self, *, named: bool, **rest: Any) -> None:
        super().__init__(**rest)
        self.named = named
        self.identities: Sequence[Identity] = ()
        self.found: dict[str, dict[tuple[int, int], Verdict]] = {}

    def collect(self) -> Iterator[IdentityEntry]:
        from identities.files import short
        from identities.gathering import gathered
        from identities.report.text import escape

        gathering = gathered([short(self.path)], if_any=not self.named)
        if gathering.problems:
            raise self.CollectError("\n".join(escape(str(problem)) for problem in gathering.problems))
        self.identities = gathering.identities
        for id, numbers in groupby(range(len(self.identities)), lambda number: self.identities[number].id):
            yield IdentityEntry.from_parent(self, name=id, numbers=tuple(numbers))

    def verdict(self, identity: int, claim: int) -> Verdict:
        """The verdict on a claim. Those of a table are found together, as its layout shows only then."""
        table = self.identities[identity].table
        if not table:
            alone = self.identities[identity]
            return self.checked([replace(alone, claims=(alone.claims[claim],))])[0]
        if table not in self.found:
            rows = [number for number, row in enumerate(self.identities) if row.table == table]
            claims = [(number, place) for number in rows for place in range(len(self.identities[number].claims))]
            verdicts = self.checked([self.identities[number] for number in rows])
            self.found[table] = dict(zip(claims, verdicts, strict=False))
        if (identity, claim) not in self.found[table]:
            raise NotChecked
        return self.found[table][identity, claim]

    def checked(self, identities: Sequence[Identity]) -> Sequence[Verdict]:
        """The verdicts on identities, at least one."""
        from identities.cache import opened
        from identities.run import verdicts
        from identities.settings import Settings

        if REMEMBERED not in self.config.stash:
            self.config.stash[REMEMBERED] = opened(Settings())
        found = list(verdicts(identities, Settings(), cache=self.config.stash[REMEMBERED]))
        if not found:
            raise NotChecked
        return found


class IdentityEntry(pytest.Collector):
    """The identities of one name, with one item a claim; the formulas of one line of a document share their name."""

    def __init__(self, *, numbers: Sequence[int], **rest: Any) -> None:
        super().__init__(**rest)
        self.numbers = numbers

    def collect(self) -> Iterator[ClaimItem]:
        file = self.getparent(StatingFile)
        assert file is not None
        seen: Counter[str] = Counter()
        for number in self.numbers:
            for place, claim in enumerate(file.identities[number].claims):
                name = f"{claim.kind} {claim.wrt}".strip()
                seen[name] += 1
                numbered = name if seen[name] == 1 else f"{name} ({seen[name]})"
                yield ClaimItem.from_parent(self, name=numbered, file=file, number=number, place=place)


class ClaimItem(pytest.Item):
    """A claim; passes when its verdict is the one that is expected."""

    def __init__(self, *, file: StatingFile, number: int, place: int, **rest: Any) -> None:
        super().__init__(**rest)
        self.file, self.number, self.place = file, number, place

    def runtest(self) -> None:
        verdict = self.file.verdict(self.number, self.place)
        if verdict.cached:
            self.user_properties.append(FROM_CACHE)
        if not verdict.passes:
            raise NotVerified(verdict)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The mathematics for a claim that is not verified; a traceback only for a fault of the checker."""
        from identities.report.text import block

        if isinstance(excinfo.value, NotVerified):
            return block(excinfo.value.verdict)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str], int | None, str]:
        identity = self.file.identities[self.number]
        return self.path, identity.claims[self.place].closed_form.place.line - 1, f"{identity.id}: {self.name}"


class NotVerified(Exception):
    """The verdict on a claim that does not pass."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.message)
        self.verdict = verdict


class NotChecked(Exception):
    """The checker gave no verdict at all."""


def _pattern(path: Path, config: pytest.Config) -> str | None:
    """What makes a file one of ours: a pattern that it meets, or its own name."""
    if path.name.endswith(".identities.yaml"):
        return path.name
    below = path.relative_to(config.rootpath) if path.is_relative_to(config.rootpath) else path
    patterns: list[str] = config.getini("identities_files")
    for pattern in patterns:
        if fnmatch(below.as_posix(), pattern) or fnmatch(path.name, pattern):
            return pattern
    if path.name != "catalogue.yaml":
        return None
    from identities.files import is_catalogue

    return path.name if is_catalogue(path) else None
