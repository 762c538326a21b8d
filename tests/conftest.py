from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from identities import process
from identities.catalogue import Identity
from identities.verdict import Outcome, Verdict

pytest_plugins = ["pytester"]
gc.set_threshold(*process.COLLECTIONS)  # as in a process of our own

# Tables that are wrong on purpose; our own plugin would collect them.
collect_ignore = ["tables/refuted.identities.yaml"]

TABLE = """\
format: 1
title: A table
sections:

- section: Traces
  identities:

  - id: trace-product
    where: {A: n×m, X: m×n}
    f: tr(AX)
    gradient:
      X: Aᵀ
      A: Xᵀ
    source: [a test]
    tags: [linear]

- section: Quadratic forms
  identities:

  - id: quadratic-form
    where: {A: n×n, x: n}
    f: xᵀAx
    gradient:
      x: (A + Aᵀ)x
    hessian:
      x: A + Aᵀ
    source: [a test]
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A small table of true claims."""
    path = tmp_path / "mine.identities.yaml"
    path.write_text(TABLE, encoding="utf-8")
    return path


def verdict_of(identity: Identity, number: int, outcome: Outcome, draws: int = 8) -> Verdict:
    """What the checker would say of one claim of an identity."""
    claim = identity.claims[number]
    wrong = outcome == "refuted"
    return Verdict(
        file=claim.closed_form.place.file,
        line=claim.closed_form.place.line,
        column=claim.closed_form.place.column,
        id=identity.id,
        f=identity.f.text,
        kind=claim.kind,
        wrt=claim.wrt,
        closed_form=claim.closed_form.text,
        verdict=outcome,
        message="" if outcome == "verified" else "said by the checker",
        sizes=({"m": 2, "n": 3}, {"m": 3, "n": 2}),
        draws=2 * draws,
        max_error=1.2 if wrong else 1e-16,
        noise_floor=1e-14,
        counterexample={"A": [[1.0, 2.0]], "true": [[1.0], [2.0]]} if wrong else None,
    )


@pytest.fixture(autouse=True)
def cache_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of its own for every test, and for what it starts."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("IDENTITIES_CACHE", str(folder))
    return folder


Judge = Callable[[str, str], Outcome]


@pytest.fixture
def checker(monkeypatch: pytest.MonkeyPatch) -> Callable[[Judge], None]:
    """Put a judge of (id, closed form) in the place of the checker, to test what comes after it."""

    def install(judge: Judge) -> None:
        def stream(
            identities: Iterable[Identity], *, seed: int = 0, draws: int = 8, backend: str = "numpy"
        ) -> Iterator[Verdict]:
            for identity in identities:
                for number, claim in enumerate(identity.claims):
                    yield verdict_of(identity, number, judge(identity.id, claim.closed_form.text), draws)

        module = ModuleType("identities.checking")
        module.stream = stream  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "identities.checking", module)
        monkeypatch.setenv("IDENTITIES_CACHE", "off")  # what one judge says is no news of another

    install(lambda id, closed_form: "verified")
    return install
