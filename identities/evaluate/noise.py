"""Monte Carlo arithmetic: the noise that rounding makes, drawn (Parker 1997; Vignes' CESTAC method, 1993)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from identities.primitives import Array

SUPPLY = 1 << 14  # factors drawn at once, few enough to stay in the cache of the processor


@dataclass(slots=True)
class Noise:
    """Perturbs all draws after the first ``exact``: x (1 + εξ), ξ ∈ {−1, 0, 1}, for every entry apart.

    Of complex numbers both parts are perturbed apart. Exact zeros, integers and truth values stay.
    """

    generator: np.random.Generator
    exact: int
    _supplies: dict[Any, tuple[Array, int]] = field(default_factory=dict)  # by dtype: factors, and how many are used

    def __call__(self, x: Array, mine: bool = False) -> Array:
        """The array with its later draws perturbed; in its place where nobody else has it, as is said by ``mine``."""
        if x.dtype.kind not in "fc":
            return x
        result = x if mine and x.flags.c_contiguous and x.flags.writeable else np.array(x, order="C")
        numbers = result[self.exact :].view(result.real.dtype).reshape(-1)
        for start in range(0, numbers.size, SUPPLY):
            part = numbers[start : start + SUPPLY]
            part *= self._drawn(part.dtype, part.size)
        return result

    def _drawn(self, dtype: np.dtype[Any], count: int) -> Array:
        """So many factors 1 + εξ that have not been used before."""
        supply, used = self._supplies.get(dtype, (np.empty(0), SUPPLY))
        if used + count > supply.size:
            numbers = self.generator.bit_generator.random_raw(SUPPLY // 8).view(np.uint8)
            supply, used = _factors(dtype).take(numbers, mode="clip"), 0
        self._supplies[dtype] = supply, used + count
        return supply[used : used + count]


@cache
def _factors(dtype: np.dtype[Any]) -> Array:
    """The factors that 256 equally likely numbers stand for: 86, 85 and 85 of them give ξ = −1, 0 and 1."""
    eps = np.finfo(dtype).eps
    return np.asarray((1 - eps) + eps * (np.arange(256) * 3 >> 8).astype(dtype))
