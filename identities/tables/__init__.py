"""Documents → identities: the formulas of Markdown, LaTeX, notebooks and reStructuredText where people write them.

A format is a function from the text of a file to its blocks; all that follows is the same for each. What cannot be
read is never guessed: it is skipped, with its place and the reason.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from identities import limits
from identities.catalogue import Text
from identities.catalogue.places import Place, Problems
from identities.catalogue.text_files import contents, decode
from identities.tables import latex, markdown, notebook, rst
from identities.tables.blocks import Block, too_long
from identities.tables.sections import Document, document

FORMATS: Mapping[str, Callable[[Text], Iterable[Block]]] = {
    ".md": markdown.blocks,
    ".markdown": markdown.blocks,
    ".tex": latex.blocks,
    ".ipynb": notebook.blocks,
    ".rst": rst.blocks,
}
SUFFIXES = tuple(FORMATS)

__all__ = ["SUFFIXES", "Document", "read", "read_text"]


def read(path: str | os.PathLike[str]) -> Document:
    """What a file states. Never raises for what is in the file, nor when there is none: that is a problem."""
    file = os.fspath(path)
    problems = Problems(file)
    data = contents(path, problems)
    if data is None:
        return Document((), tuple(problems.found), ())
    return read_text(data, file, Path(file).suffix.lower())


def read_text(data: bytes | str, file: str, suffix: str) -> Document:
    """What a text in the format of this suffix states."""
    problems = Problems(file)
    reader = FORMATS[suffix]
    decoded = decode(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"), problems)
    if decoded is None:
        return Document((), tuple(problems.found), ())
    if len(decoded) > limits.DOCUMENT_LENGTH and reader is not notebook.blocks:
        return document([too_long(Place(file, 1, 1))], file)
    return document(reader(located(decoded, file)), file)


def located(text: str, file: str) -> Text:
    """The text of a file, every line with its number."""
    marks, start = [], 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        marks.append((start, number, 1))
        start += len(line)
    return Text(text, Place(file, 1, 1), tuple(marks))
