"""Which numbers the dims of a claim are given.

Every dim symbol gets a value of its own: two assignments with all dims distinct and greater than 1 in different
orders (wide and tall), one with dims of 1, two with a dim of at least 8. On square or 1×1 samples almost everything
is true.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence

Sizes = Mapping[str, int]

# For each assignment the values that dims take in turn, the last one repeated with larger numbers as needed.
POOLS = ((2, 3, 4, 5, 6, 7), (5, 4, 3, 2), (1, 1, 1, 1, 1, 1), (8, 3, 2, 5, 4, 6), (3, 9, 4, 2, 5, 6))
SMALL = ((2, 3, 4, 5, 6, 7), (4, 3, 2))  # wide and tall, where no rounding has to be told from an error
INTEGERS = ((2, 3), (3, 2), (1, 1), (4, 2), (3, 1))
CANDIDATES = 3_000


def assignments(
    symbols: Sequence[str],
    integers: Sequence[str],
    possible: Callable[[Sizes], bool],
    pools: Sequence[Sequence[int]] = POOLS,
) -> list[Sizes]:
    """One assignment per pool, each the first of its kind that is possible; without symbols the empty one."""
    chosen: list[Sizes] = []
    pools = list(pools)
    if len(symbols) > len(pools[1]):
        pools[1] = range(len(symbols) + 1, 1, -1)
    for pool, counts in zip(pools, INTEGERS, strict=False):
        whole = {name: counts[place % len(counts)] for place, name in enumerate(integers)}
        for values in itertools.islice(candidates(pool, len(symbols)), CANDIDATES):
            sizes = {**dict(zip(symbols, values, strict=True)), **whole}
            if sizes not in chosen and possible(sizes):
                chosen.append(sizes)
                break
    return chosen


def candidates(pool: Sequence[int], count: int) -> Iterator[tuple[int, ...]]:
    """The values of a pool in order of preference: as they stand, permuted, then changed as little as needed."""
    first = (*pool, *range(10, 10 + max(0, count - len(pool))))[:count]
    if set(first) == {1}:
        # Where not all dims can be 1, some can.
        for kept in range(count + 1):
            for places in itertools.combinations(range(count), kept):
                for raised in itertools.permutations((2, 3, 4, 5)[: max(kept, 1)], kept):
                    values = [1] * count
                    for place, value in zip(places, raised, strict=True):
                        values[place] = value
                    if 1 in values:
                        yield tuple(values)
        return
    yield first
    if count <= 6:
        yield from itertools.permutations(first)
    for shift in range(1, 4):
        moved = tuple(value + shift for value in first)
        yield moved
        if count <= 4:
            yield from itertools.permutations(moved)
    small = range(2, 7)
    yield from sorted(itertools.islice(itertools.product(small, repeat=count), CANDIDATES), key=lambda v: -len(set(v)))
