"""pytest collects catalogues: one item a claim, and a failure shows the mathematics.

Collected are ``*.identities.yaml``, a ``catalogue.yaml`` whose first key is ``format:``, and the files that
match a pattern of the ini option ``identities_files``.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from identities.cache import Cache
    from identities.catalogue import Claim, Identity
    from identities.verdict import Verdict

REMEMBERED: pytest.StashKey[Cache | None] = pytest.StashKey()
FROM_CACHE = ("identities", "from the cache")


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


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CatalogueFile | None:
    """Take the file if it is one of ours."""
    if _is_ours(file_path, parent.config):
        return CatalogueFile.from_parent(parent, path=file_path)
    return None


class CatalogueFile(pytest.File):
    """A catalogue, with one collector an identity. What is wrong with it is an error of its collection."""

    def collect(self) -> Iterator[IdentityEntry]:
        from identities.files import short
        from identities.report.text import escape
        from identities.run import gather

        identities, problems = gather([short(self.path)])
        if problems:
            raise self.CollectError("\n".join(escape(str(problem)) for problem in problems))
        for identity in identities:
            yield IdentityEntry.from_parent(self, name=identity.id, identity=identity)


class IdentityEntry(pytest.Collector):
    """An identity, with one item a claim."""

    def __init__(self, *, identity: Identity, **rest: Any) -> None:
        super().__init__(**rest)
        self.identity = identity

    def collect(self) -> Iterator[ClaimItem]:
        seen: Counter[str] = Counter()
        for claim in self.identity.claims:
            name = f"{claim.kind} {claim.wrt}".strip()
            seen[name] += 1
            numbered = name if seen[name] == 1 else f"{name} ({seen[name]})"
            yield ClaimItem.from_parent(self, name=numbered, identity=self.identity, claim=claim)


class ClaimItem(pytest.Item):
    """A claim; passes when it is verified."""

    def __init__(self, *, identity: Identity, claim: Claim, **rest: Any) -> None:
        super().__init__(**rest)
        self.identity = replace(identity, claims=(claim,))
        self.claim = claim

    def runtest(self) -> None:
        from identities.cache import opened
        from identities.run import verdicts
        from identities.settings import Settings

        if REMEMBERED not in self.config.stash:
            self.config.stash[REMEMBERED] = opened(Settings())
        found = list(verdicts([self.identity], Settings(), cache=self.config.stash[REMEMBERED]))
        if not found:
            raise NotChecked
        for verdict in found:
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
        return self.path, self.claim.closed_form.place.line - 1, f"{self.identity.id}: {self.name}"


class NotVerified(Exception):
    """The verdict on a claim that does not pass."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.message)
        self.verdict = verdict


class NotChecked(Exception):
    """The checker gave no verdict at all."""


def _is_ours(path: Path, config: pytest.Config) -> bool:
    if path.name.endswith(".identities.yaml"):
        return True
    below = path.relative_to(config.rootpath) if path.is_relative_to(config.rootpath) else path
    patterns: list[str] = config.getini("identities_files")
    if any(fnmatch(below.as_posix(), pattern) or fnmatch(path.name, pattern) for pattern in patterns):
        return True
    if path.name != "catalogue.yaml":
        return False
    from identities.files import is_catalogue

    return is_catalogue(path)
