"""What was touched since a revision of git: the lines of a file that differ, or all of a file that it does not have."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path

from identities.catalogue import Identity, Problem

STANDARD_INPUT = "<stdin>"
ALL = (range(1 << 60),)
HUNK = re.compile(rb"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
# No name is a pattern, and nothing that the configuration of a repository names is run.
SAFELY = ("--literal-pathspecs", "--no-optional-locks", "-c", "core.fsmonitor=false")
PLAINLY = ("--no-ext-diff", "--no-textconv", "--no-renames", "--no-color", "--ignore-submodules")
OF_A_HOOK = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")


class NoHistory(Exception):
    """There is nothing to compare with; the message says why, and what to do instead."""


@dataclass
class Repository:
    """A working tree beside the commit that a revision names there."""

    top: Path
    revision: str
    known: dict[str, Sequence[range]] = field(default_factory=dict)

    @cached_property
    def commit(self) -> str:
        """The full name of the commit, which can be mistaken for nothing else."""
        word = f"{self.revision}^{{commit}}"
        done = git(self.top, "rev-parse", "--verify", "--quiet", "--end-of-options", word)
        if done.returncode:
            hint = "; a PATH stands before --changed" if Path(self.revision).exists() else ""
            raise NoHistory(f"--changed {self.revision!r}: no such revision in the repository {self.top}{hint}")
        return done.stdout.decode().strip()

    @cached_property
    def files(self) -> frozenset[str]:
        """The files that the commit has and git still follows, by their paths from the top."""
        then = self.names("ls-tree", "-r", "-z", "--name-only", "--full-tree", self.commit)
        return then & self.names("ls-files", "-z", "--cached")

    @cached_property
    def different(self) -> frozenset[str]:
        """The files that are not as they were."""
        return self.names("diff", *PLAINLY, "-z", "--name-only", self.commit)

    def touched(self, file: str) -> Sequence[range]:
        """The lines of a file that are not as they were, and the two beside a place where lines are gone."""
        if file not in self.files:
            return ALL
        if file not in self.different:
            return ()
        if file not in self.known:
            hunks = HUNK.finditer(self.told("diff", *PLAINLY, "--text", "--unified=0", self.commit, "--", file))
            self.known[file] = [lines(int(hunk[1]), int(hunk[2] or b"1")) for hunk in hunks]
        return self.known[file]

    def names(self, *arguments: str) -> frozenset[str]:
        """Names that git tells apart by NUL."""
        return frozenset(map(os.fsdecode, self.told(*arguments).split(b"\0")))

    def told(self, *arguments: str) -> bytes:
        """What git prints."""
        done = git(self.top, *arguments)
        if done.returncode:
            raise NoHistory(f"`git {arguments[0]}` fails in {self.top}: {done.stderr.decode(errors='replace').strip()}")
        return done.stdout


@dataclass
class Changes:
    """What was touched since a revision, in whichever repository a file is."""

    revision: str
    repositories: dict[Path, Repository] = field(default_factory=dict)

    def touched(self, file: str) -> Sequence[range]:
        """The lines of a file that were touched; of what there is not, all. Raises :class:`NoHistory`."""
        if file == STANDARD_INPUT or not Path(file).exists():
            return ALL
        path = Path(os.path.realpath(file))
        repository = self.repository(path.parent)
        return repository.touched(path.relative_to(repository.top).as_posix())

    def repository(self, folder: Path) -> Repository:
        """The repository that a folder belongs to."""
        if folder not in self.repositories:
            done = git(folder, "rev-parse", "--show-toplevel")
            if done.returncode:
                raise NoHistory(f"--changed: {folder} is in no working tree of git; name a PATH that is")
            top = Path(os.path.realpath(os.fsdecode(done.stdout.removesuffix(b"\n"))))
            self.repositories[folder] = self.repositories.setdefault(top, Repository(top, self.revision))
        return self.repositories[folder]


def since(
    revision: str, identities: Iterable[Identity], problems: Iterable[Problem]
) -> tuple[list[Identity], list[Problem]]:
    """The identities that may say something else than at the revision, and the problems of files that were touched.

    Raises :class:`NoHistory`. A problem need not stand where its cause is.
    """
    changes = Changes(revision)
    chosen: list[Identity] = []
    for file, stated in groupby(identities, lambda identity: identity.place.file):
        chosen += touched(list(stated), changes.touched(file))
    return chosen, [problem for problem in problems if changes.touched(problem.place.file)]


def touched(identities: Sequence[Identity], hunks: Sequence[range]) -> Iterable[Identity]:
    """Those of the identities of one file that these lines are of.

    An entry of a catalogue stands alone. In a document a row belongs to its table, which has one layout, and a line
    that is no row may be a heading, a macro or a directive, on which everything depends.
    """
    own = [one for one in identities if any(hunk.start <= one.span[1] and one.span[0] < hunk.stop for hunk in hunks)]
    if not any(one.table for one in identities):
        return own
    rows = {line for one in identities for line in range(one.span[0], one.span[1] + 1)}
    if any(line not in rows for hunk in hunks for line in hunk):
        return identities
    tables = {one.table for one in own}
    return [one for one in identities if one.table in tables]


def lines(start: int, count: int) -> range:
    """The lines of a hunk; where there are none left, the one before and the one after."""
    return range(start, start + count) if count else range(start, start + 2)


def git(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """What git answers in a folder, which it is asked without a shell."""
    surroundings = {name: value for name, value in os.environ.items() if name not in OF_A_HOOK}
    command = ("git", "-C", os.fspath(folder), *SAFELY, *arguments)
    try:
        return subprocess.run(  # noqa: S603
            command, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=surroundings
        )
    except OSError as error:
        raise NoHistory(f"--changed asks git, which cannot be run: {error.strerror or error}") from error
