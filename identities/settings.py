"""How claims are checked, as far as a verdict depends on it."""

from __future__ import annotations

from dataclasses import dataclass

from identities import limits

BACKENDS = ("numpy", "xla")


@dataclass(frozen=True, slots=True)
class Settings:
    """``draws`` random inputs for each assignment of sizes, the same ones for the same ``seed``.

    What is judged are the values of a ``backend``: NumPy evaluates the traces, or XLA compiles them size by size.

    The fields are the keyword arguments of :func:`identities.checking.stream`, and part of the key under which a
    verdict is remembered.
    """

    seed: int = 0
    draws: int = 8
    backend: str = "numpy"

    def __post_init__(self) -> None:
        if self.seed < 0 or not 1 <= self.draws <= limits.DRAWS:
            raise ValueError(f"seed={self.seed}, draws={self.draws}: expected seed ≥ 0 and 1 ≤ draws ≤ {limits.DRAWS}")
        if self.backend not in BACKENDS:
            raise ValueError(f"backend={self.backend!r}: expected one of {', '.join(BACKENDS)}")
