"""Closed form against oracle: is the discrepancy noise or an error?

The tolerance is measured, not chosen. Both sides are computed again with every rounding operation perturbed by one
unit in the last place (Monte Carlo arithmetic: Parker 1997; Vignes' CESTAC method), and δ is the largest change. A
draw agrees when ‖C − R‖_F ≤ 32 (δ + n ε max(‖C‖, ‖R‖)). Norms run over the whole array, never per element, and
nothing scales with the size of the array.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any

EPSILON = 2.0**-52
SAFETY = 32.0
WORST_FLOOR = 1e-6  # relative: above it a draw says nothing
CLEAR = 1e3  # a refutation closer to the floor than this is drawn again
PERTURBATIONS = 3
DWARFED = 1e-3  # an entry this wrong, relative to itself, is wrong whatever the entries beside it


@dataclass(frozen=True, slots=True)
class Comparison:
    """Per draw: discrepancy and floor in a unit; which draws agree, refute, are empty (both sides 0) or unclear."""

    error: Array
    floor: Array
    agrees: Array
    refutes: Array
    empty: Array
    unclear: Array
    unit: Array  # what error and floor are relative to, 1 where that is 0

    @property
    def margin(self) -> Array:
        """The decimal digits between discrepancy and floor; a discrepancy below the precision is as small as that."""
        with np.errstate(all="ignore"):
            precision = np.minimum(EPSILON, self.floor / SAFETY)
            digits = np.log10(self.floor / np.maximum(self.error, precision))
        return np.where((self.floor == 0) & (self.error == 0), np.inf, digits)


def norms(array: Array) -> Array:
    """‖·‖_F of every draw."""
    flat = np.abs(np.asarray(array)).reshape(array.shape[0], -1)
    top = flat.max(1, initial=0.0)
    safe = np.where((top > 0) & np.isfinite(top), top, 1.0)
    return np.where(np.isfinite(top), safe * np.sqrt(((flat / safe[:, None]) ** 2).sum(1)), top)


def spread(exact: Array, perturbed: Array) -> Array:
    """The largest change per draw over the perturbed runs, (PERTURBATIONS, draws, rows, columns)."""
    return largest(perturbed - exact)


def largest(changes: Array) -> Array:
    """The largest norm per draw of the changes that the perturbed runs make."""
    runs, draws = changes.shape[:2]
    change = norms(changes.reshape(runs * draws, *changes.shape[2:])).reshape(runs, draws).max(0)
    # A draw whose rounding happens not to move is as noisy as its neighbours: no less than the median of all.
    known = np.sort(change[np.isfinite(change)])
    middle = known.size // 2  # np.median takes four times as long
    usual = (known[middle] if known.size % 2 else (known[middle - 1] + known[middle]) / 2) if known.size else 0.0
    return np.maximum(change, usual)


def finite(array: Array) -> Array:
    """Which draws have no NaN and no infinity."""
    return np.isfinite(np.asarray(array)).reshape(array.shape[0], -1).all(1)


def compare(closed: Array, oracle: Array, closed_noise: Array, oracle_noise: Array, largest_dim: int) -> Comparison:
    """Compare (draws, r, c) arrays of one shape; a draw with a value that is not finite refutes or is unclear."""
    c, r = norms(closed), norms(oracle)
    scale = np.maximum(c, r)
    changes = closed_noise - closed, oracle_noise - oracle
    noise = np.maximum(*map(largest, changes))
    floor = SAFETY * (noise + largest_dim * EPSILON * scale)
    apart = closed - oracle
    gap = norms(apart)
    fine = np.isfinite(r) & np.isfinite(gap) & np.isfinite(floor)
    # The closed form has no value where the derivative has one, and it is not rounding that takes it away.
    steady = finite(closed_noise.reshape(-1, *closed.shape[1:])).reshape(closed_noise.shape[:2])
    undefined = np.isfinite(r) & ~np.isfinite(c) & ~steady.any(0)
    loud = floor > WORST_FLOOR * np.where(scale <= floor, 1.0, scale)
    empty = fine & ~loud & (scale <= floor)
    telling = fine & ~loud & ~empty
    dwarfed = fine & dwarfs(closed, oracle, apart, changes)
    agrees = telling & (gap <= floor) & ~dwarfed
    refutes = undefined | dwarfed | (fine & (scale > floor) & (gap > CLEAR * floor))
    with np.errstate(all="ignore"):
        unit = np.where(scale > 0, scale, 1.0)
        unclear = ~(agrees | refutes | empty)
        return Comparison(gap / unit, floor / unit, agrees, refutes, empty & ~refutes, unclear, unit)


def dwarfs(closed: Array, oracle: Array, apart: Array, changes: Sequence[Array]) -> Array:
    """Draws with an entry that is wrong by far more than its own noise, though the norm is that of larger entries."""
    with np.errstate(all="ignore"):
        gap = np.abs(apart)
        noise = np.maximum(*(np.abs(change).max((0, 1)) for change in changes))  # of all draws together
        size = np.maximum(np.abs(closed), np.abs(oracle))
        wrong = (noise > 0) & (gap > CLEAR * SAFETY * noise) & (gap > DWARFED * size)
    return wrong.reshape(wrong.shape[0], -1).any(1)


def worst(comparisons: Sequence[Comparison]) -> Comparison:
    """Several oracles together: a draw agrees when it agrees with all, and refutes when it refutes with any."""
    return Comparison(
        np.max([c.error for c in comparisons], 0),
        np.max([c.floor for c in comparisons], 0),
        np.all([c.agrees for c in comparisons], 0),
        np.any([c.refutes for c in comparisons], 0),
        np.all([c.empty for c in comparisons], 0),
        ~np.all([c.agrees for c in comparisons], 0)
        & ~np.any([c.refutes for c in comparisons], 0)
        & ~np.all([c.empty for c in comparisons], 0),
        np.max([c.unit for c in comparisons], 0),
    )
