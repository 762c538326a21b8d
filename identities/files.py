"""The files of a run: which ones are named, where our own catalogue is, and how a result is written."""

from __future__ import annotations

import codecs
import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from identities.catalogue import Place, Problem

SUFFIXES = (".yaml", ".yml")
DOCUMENTS = (".md", ".markdown", ".tex", ".ipynb", ".rst")  # the formats of identities.tables

# The value of format: is a number of ours; `format: jb-book` opens the table of contents of another program.
FIRST_KEY = re.compile(rb"format[ \t]*:[ \t]*['\"]?[0-9]")
BLANK = re.compile(rb"[ \t]*(#.*)?|---[ \t]*")
HEAD = 16_384  # bytes in which that first key is looked for, past a comment such as a licence
EXPECTED = f"expected a .yaml or .yml file whose first key is `format:`, or a document ({', '.join(DOCUMENTS)})"
# What tells a document on standard input from a catalogue, and its format, in this order.
SIGNS = (
    (re.compile(rb"[ \t\r\n]*\{\s*\""), ".ipynb"),
    (re.compile(rb"[\s\S]*?\\(?:documentclass|begin\{(?:document|tabular|align|equation|longtable))"), ".tex"),
    (re.compile(rb"[\s\S]*?(?:\.\. (?:math|list-table|identities):|:math:`)"), ".rst"),
    (re.compile(rb"[\s\S]*?(?:^[ \t>]*\|?[ \t]*:?-+:?[ \t]*\||^#+ |\$|^```)", re.MULTILINE), ".md"),
)
PASSED_OVER = frozenset({"node_modules", "__pycache__"})


def own_catalogue() -> Path:
    """The catalogue that comes with this package."""
    return _own("catalogue.yaml")


def own_ledger() -> Path:
    """The errata ledger that comes with this package."""
    return _own("errata.yaml")


def _own(name: str) -> Path:
    """A file of ours: beside the code in a wheel, at the top of a checkout."""
    package = Path(__file__).resolve().parent
    beside = package / name
    return short(beside if beside.is_file() else package.parent / name)


def short(path: Path) -> Path:
    """The path from the working folder, where it is below that: what a reader wants to see in a message."""
    with suppress(ValueError, OSError):  # not below it, or that folder is gone
        return path.relative_to(Path.cwd())
    return path


def is_catalogue(path: Path) -> bool:
    """Whether a file is one of ours: named ``*.identities.yaml``, or YAML whose first key is ``format:``."""
    if path.suffix not in SUFFIXES:
        return False
    if Path(path.stem).suffix == ".identities":
        return True
    try:
        with path.open("rb") as file:
            head = file.read(HEAD).removeprefix(codecs.BOM_UTF8)
    except OSError:
        return False
    first = next((line for line in head.splitlines() if not BLANK.fullmatch(line)), b"")
    return FIRST_KEY.match(first) is not None


def tables(names: Iterable[str]) -> Iterator[str]:
    """The names without those of files that a folder would pass over, as a tool gives that names all it has."""
    return (
        name
        for name in names
        if name == "-" or not Path(name).is_file() or is_catalogue(Path(name)) or is_document(name)
    )


def find(names: Iterable[str | os.PathLike[str]]) -> tuple[list[Path], list[Problem]]:
    """The files that these names stand for, each once and in order, and which of them we do not read.

    A folder stands for every document below it and every file that :func:`is_catalogue`; hidden folders, virtual
    environments and the folders of package managers are passed over. ``-`` is standard input. That there is no such
    file is found out when it is read.
    """
    found: dict[str, Path] = {}
    problems: list[Problem] = []
    for name in names:
        path = Path(name)
        files = [path]
        if "\0" in os.fspath(name):
            problems.append(problem(name, "no name of a file: there is a NUL in it"))
            continue
        if path.is_dir():
            files = [file for file in _below(path) if is_catalogue(file) or is_document(file)]
            if not files:
                problems.append(problem(path, "no table of identities in this folder: " + EXPECTED))
        elif path.suffix not in SUFFIXES and not is_document(path) and os.fspath(name) != "-" and path.exists():
            kind = f"{path.suffix} files are" if path.suffix else "a file without a suffix is"
            problems.append(problem(path, f"{kind} not read; {EXPECTED}, or - for standard input"))
            continue
        for file in files:
            found.setdefault(os.path.realpath(file), file)
    return list(found.values()), problems


def is_document(path: str | os.PathLike[str]) -> bool:
    """Whether a file is in a format of documents, by its suffix."""
    return Path(path).suffix.lower() in DOCUMENTS


def format_of(data: bytes) -> str:
    """The suffix of the format that a text without a name is in; that of a catalogue where nothing says otherwise."""
    head = data[: HEAD * 4].removeprefix(codecs.BOM_UTF8)
    first = next((line for line in head.splitlines() if not BLANK.fullmatch(line)), b"")
    if FIRST_KEY.match(first):
        return SUFFIXES[0]
    return next((suffix for sign, suffix in SIGNS if suffix in DOCUMENTS and sign.match(head)), SUFFIXES[0])


def problem(path: str | os.PathLike[str], message: str) -> Problem:
    """A problem of a file as a whole."""
    return Problem(Place(os.fspath(path), 1, 1), "", message)


def _below(folder: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(folder):
        here = Path(where)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in PASSED_OVER and not (here / name / "pyvenv.cfg").exists()
        )
        yield from (here / name for name in sorted(files) if (here / name).is_file())


@contextmanager
def writing(path: Path | None) -> Iterator[TextIO]:
    """A text stream to a file that appears whole or not at all, or to standard output where ``path`` is None.

    The temporary file beside it is opened at once: a folder that cannot be written to is an OSError before
    the work and not after it. What is no regular file (``/dev/null``, a pipe) is written to directly.
    """
    if path is None:
        yield sys.stdout
        return
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8", errors="backslashreplace") as stream:
            yield stream
        return
    with _beside(target) as handle, os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
        yield stream


def replaced(path: Path, before: bytes, after: bytes) -> bool:
    """Whether the file still was what it was before, and now is what it is to be after; readers see one of both."""
    target = Path(os.path.realpath(path))
    with suppress(FileNotFoundError), _beside(target) as handle:
        with os.fdopen(handle, "wb") as stream:
            stream.write(after)
        if target.read_bytes() != before:
            raise FileNotFoundError  # takes the temporary file away
        return True
    return False


@contextmanager
def _beside(target: Path) -> Iterator[int]:
    """A temporary file beside another, to be closed inside, that takes its place at the end, or goes."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        yield handle
        temporary.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _umask() -> int:
    umask = os.umask(0o022)
    os.umask(umask)
    return umask
