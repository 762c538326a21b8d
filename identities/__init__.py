"""Matrix-calculus identities, written once in ordinary notation and checked against JAX's derivatives.

>>> import identities
>>> identities.check("mine.identities.yaml").ok
True

:func:`load` reads a file, :func:`check` checks one, :func:`parse` reads a formula. Importing this package
imports neither JAX nor NumPy; checking does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from identities.catalogue import CatalogueError, Identity
    from identities.expression import Expr
    from identities.notation import NotationError
    from identities.verdict import Report, Verdict

    __version__: str

__all__ = ["CatalogueError", "NotationError", "Report", "Verdict", "__version__", "check", "load", "parse"]

_HOMES = {
    "CatalogueError": "identities.catalogue",
    "NotationError": "identities.notation",
    "Report": "identities.verdict",
    "Verdict": "identities.verdict",
}


def load(path: str | os.PathLike[str]) -> tuple[Identity, ...]:
    """The identities of a catalogue, or of all catalogues in a folder, in the order of the file.

    Raises :class:`CatalogueError`, which holds every problem of the file with its line and column.
    """
    from identities.catalogue import CatalogueError
    from identities.run import gather

    entries, problems = gather([path])
    if problems:
        raise CatalogueError(problems)
    return tuple(entries)


def check(
    what: str | os.PathLike[str] | Identity | Iterable[Identity] | None = None,
    *,
    select: str | None = None,
    seed: int = 0,
    draws: int = 8,
    backend: str = "numpy",
    cache: bool = True,
    jobs: int = 1,
    executor: Executor | None = None,
) -> Report:
    """The verdict on every claim of a file or folder, of identities, or of our own catalogue.

    ``select`` keeps the entry of that id or, if there is none, all with it in the id, the section or a tag.
    ``draws`` random inputs are tried for each assignment of sizes, the same ones for the same ``seed``.
    The values of a ``backend`` are judged: NumPy's, of traces, or with ``"xla"`` those of compiled code.
    Claims that were checked before under the same conditions are answered from the user's cache folder and marked
    ``cached``, unless ``cache`` is false. Up to ``jobs`` processes share the others, if there are enough of them (a
    script that asks for more than one needs ``if __name__ == "__main__":``); or they go to an ``executor``, any
    :class:`concurrent.futures.Executor`. On a cluster, with Dask::

        from dask.distributed import Client
        with Client("scheduler:8786") as client:
            report = identities.check("mine.yaml", executor=client.get_executor())

    What is wrong with a file is in ``problems`` of the report, one line each, and makes its ``ok`` false.
    Raises ValueError for a ``seed`` below 0, ``draws`` below 1 or another ``backend``.
    """
    from identities.run import run
    from identities.settings import Settings

    return run(what, select=select, settings=Settings(seed, draws, backend), cache=cache, jobs=jobs, executor=executor)


def parse(text: str, where: Mapping[str, str] | None = None) -> Expr:
    """The tree of a formula: ``parse("tr(AX)")``.

    ``where`` declares names as a catalogue does, ``{"X": "m×n", "L": "m×n → ℝ"}``; without it every letter is
    a variable. Raises :class:`NotationError` with the column, what was expected and a remedy.
    """
    from identities import notation
    from identities.declaration import declare

    declared = {notation.canonical_name(name) or name: declare(said) for name, said in (where or {}).items()}
    functions = frozenset(name for name, declaration in declared.items() if declaration.is_function)
    symbols = frozenset(symbol for declaration in declared.values() for symbol in declaration.symbols)
    return notation.parse(text, notation.Names(frozenset(declared) - functions, functions, symbols))


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from identities.environment import version

        return version("identities")
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'identities' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES, "__version__"])
