"""YAML → identities, every one with its place in the file.

The loader knows which keys an entry has and where a formula stands; it reads no formula and no declaration.
All problems of a file are found in one run, and an entry with a problem does not hide the others.
"""

from __future__ import annotations

import gc
import os
import re
from itertools import islice

from identities.catalogue import entries
from identities.catalogue.identity import (
    KINDS,
    LAYOUTS,
    TURNED,
    CatalogueError,
    Claim,
    Expected,
    Identity,
    Kind,
    Text,
)
from identities.catalogue.places import Place, Problem, Problems, Skipped, TooManyProblems, quoted
from identities.catalogue.text_files import contents, decode
from identities.catalogue.yaml_nodes import nodes

LARGE = 500_000  # bytes, read in a third of a second
FIRST = 500  # entries, more than what is handed out to processes at first
_HEAD = re.compile(rb"^ *- +id *:", re.MULTILINE)

__all__ = [
    "KINDS",
    "LAYOUTS",
    "TURNED",
    "CatalogueError",
    "Claim",
    "Expected",
    "Identity",
    "Kind",
    "Place",
    "Problem",
    "Problems",
    "Skipped",
    "Text",
    "beginning",
    "contents",
    "quoted",
    "read",
    "read_text",
]


def read(path: str | os.PathLike[str]) -> tuple[tuple[Identity, ...], tuple[Problem, ...]]:
    """The identities of a file (``-``: standard input, called ``<stdin>``) and its problems, by place.

    Never raises for what is in the file, nor when there is none: that is a problem of its own.
    """
    file = "<stdin>" if path == "-" else os.fspath(path)
    problems = Problems(file)
    data = contents(path, problems)
    return ((), tuple(problems.found)) if data is None else read_text(data, file)


def beginning(path: str | os.PathLike[str]) -> tuple[Identity, ...]:
    """The first entries of a large file, as :func:`read` gives them; none of a small one, nor of one that is unsound.

    Reading the rest takes longer than checking one of them, and a catalogue up to the start of an entry is one, too.
    What stands in the text of a note may look like that start, which is why the last of them is not given.
    """
    file = os.fspath(path)
    data = contents(path, Problems(file))
    if data is None or len(data) < LARGE:
        return ()
    head = next(islice(_HEAD.finditer(data), FIRST, None), None)
    identities, problems = read_text(data[: head.start()] if head else b"", file)
    return () if problems else identities[:-1]


def read_text(text: bytes | str, file: str) -> tuple[tuple[Identity, ...], tuple[Problem, ...]]:
    """The identities of the text of a file, in its order, and its problems, by place.

    An entry with a problem is left out. ``file`` is the name that places carry. Never raises for what is in
    the text.
    """
    problems = Problems(file)
    identities: list[Identity] = []
    collecting = gc.isenabled()
    gc.disable()  # no cycles are made here, and looking for them takes as long as half of the rest
    try:
        decoded = decode(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"), problems)
        root = None if decoded is None else nodes(decoded, problems)
        if decoded is not None and root is not None:
            for identity in entries.identities(root, decoded.splitlines(), problems):
                identities.append(identity)  # noqa: PERF402 — those before one problem too many are kept
        elif not problems.found:
            problems.add(problems.at(1), "nothing in it: expected `format: 1`, and `identities:` with a list")
    except TooManyProblems:
        pass
    finally:
        if collecting:
            gc.enable()
    return tuple(identities), tuple(sorted(problems.found, key=lambda problem: problem.place))
