"""What the files of a run state, whatever they are: catalogues, documents, folders of both, standard input."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from identities import catalogue, files
from identities.catalogue import Identity, Problem, Skipped
from identities.changes import STANDARD_INPUT, since
from identities.files import problem

NOTHING = "no identity in it"
NO_CLAIM = "no claim found in it: expected a table of functions and derivatives, or equations such as ∇f(x) = …"


@dataclass(slots=True)
class Gathered:
    """Identities, everything wrong with the files, and what looks like a formula there and was skipped.

    ``idle`` says why there is nothing to check, where that is no mistake.
    """

    identities: list[Identity] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    idle: str = ""

    def since(self, revision: str) -> Gathered:
        """What of it was touched since a revision of git; raises :class:`~identities.changes.NoHistory`."""
        identities, problems = since(revision, self.identities, self.problems)
        _, touched = since(revision, (), [one.problem for one in self.skipped])
        return Gathered(identities, problems, [one for one in self.skipped if one.problem in touched])


def asked_for(paths: Sequence[str], *, strict: bool, if_any: bool, changed: str | None) -> Gathered:
    """What a command is asked to check; raises :class:`~identities.changes.NoHistory`."""
    names = list(files.tables(paths)) if if_any else paths
    none = "nothing to check: none of these files is a table of identities"
    if paths and not names:
        return Gathered(idle=none)
    found = gathered(names, strict=strict, if_any=if_any)
    if changed is not None:
        none = f"nothing to check: no identity was touched since {changed}"
        found = found.since(changed)
    return found if found.identities or found.problems else replace(found, idle=none)


def gathered(names: Iterable[str | os.PathLike[str]] = (), *, strict: bool = False, if_any: bool = False) -> Gathered:
    """What the files and folders named state, our own catalogue where none is.

    A file that was named and holds no identity is a problem, unless it is ``if_any``; one that was found in a folder
    is passed over. ``strict``: a formula in a table that is read is a problem if it is no claim.
    """
    asked = [os.fspath(name) for name in names] or [os.fspath(files.own_catalogue())]
    paths, problems = files.find(asked)
    found = Gathered(problems=problems)
    for file in map(os.fspath, paths):
        identities, faults, skipped = stated(file)
        found.identities += identities
        found.problems += faults
        found.skipped += skipped
        if strict:
            found.problems += [one.problem for one in skipped if one.in_table]
        if file in asked and not if_any and not identities and not faults:
            document = file != "-" and files.is_document(file)
            found.problems.append(problem(file, (NO_CLAIM if document else NOTHING) + hint(skipped)))
    if not found.identities and not found.problems and not if_any:
        found.problems += [problem(name, NOTHING) for name in asked]
    return found


def stated(file: str) -> tuple[Iterable[Identity], Iterable[Problem], Iterable[Skipped]]:
    """What one file states. The reader of documents is imported where there is one."""
    if file == "-":
        problems = catalogue.Problems(STANDARD_INPUT)
        data = catalogue.contents(file, problems)
        if data is None:
            return (), problems.found, ()
        suffix = files.format_of(data)
        if suffix not in files.DOCUMENTS:
            return *catalogue.read_text(data, STANDARD_INPUT), ()
        from identities import tables

        document = tables.read_text(data, STANDARD_INPUT, suffix)
        return document.identities, document.problems, document.skipped
    if files.is_document(file):
        from identities import tables

        document = tables.read(file)
        return document.identities, document.problems, document.skipped
    return *catalogue.read(file), ()


def hint(skipped: Iterable[Skipped]) -> str:
    """Why there is nothing, where something looks like a formula."""
    first = next(iter(skipped), None)
    return f"; line {first.problem.place.line}: {first.problem.message}" if first else ""
