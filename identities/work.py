"""How much there is to evaluate in a formula once sums and powers are run through and parts named by `let` put in.

A short text can say a lot: forty parts, each twice the one before it, or a sum inside a sum inside a sum.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from identities import dims
from identities.dims import Dim
from identities.typed import Typed

Count = Callable[[Dim], int]

LARGEST = 9  # the number that a dim symbol stands for where no sizes are given: the largest of the usual sizes


def counting(sizes: Mapping[str, int]) -> Count:
    """Dims at given sizes; a symbol without one, such as the index of a sum, at the largest of the usual sizes."""
    return lambda dim: int(dims.evaluate(dim, {**dict.fromkeys(dim.symbols, LARGEST), **sizes}))


usual = counting({})


def operations(tree: Typed, parts: Mapping[str, int], count: Count = usual, loops: bool = False) -> int:
    """The operations of one evaluation; ``parts`` has those of the parts named by `let`.

    A sum over a dim is one operation on arrays, unless ``loops`` says that its terms are evaluated in turn.
    """
    if tree.op == "name":
        return parts.get(tree.data, 1)
    inner = sum(operations(arg, parts, count, loops) for arg in tree.args)
    if tree.op == "sum_between":
        _, lower, upper = tree.data
        return 1 + inner * max(1, count(upper) - count(lower) + 1)
    if tree.op == "sum_over_dim" and loops:
        return 1 + inner * count(tree.data)
    if tree.op == "power_matrix":
        return inner + max(1, abs(count(tree.data)))
    return inner + 1


def repeated(tree: Typed, parts: Mapping[str, Typed], count: Count, times: int = 1) -> Iterator[tuple[Typed, int]]:
    """Every node with the number of its values that are held at once: one for each term of the sums over dims."""
    yield tree, times
    inside = times * count(tree.data) if tree.op == "sum_over_dim" else times
    for arg in (parts[tree.data],) if tree.op == "name" and tree.data in parts else tree.args:
        yield from repeated(arg, parts, count, inside)
