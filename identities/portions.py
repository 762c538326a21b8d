"""Work divided: into shards for the machines of a CI run, and into portions for the processes of one machine.

The cost of an identity is an estimate from its texts, in units of the cheapest claim. No verdict depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush

from identities.catalogue import Identity

# Measured on the catalogue; a kind not named here costs 1.
WEIGHTS = {
    "gradient": 2.0,
    "hessian": 3.0,
    "derivative": 3.0,
    "entries": 2.0,
    "conjugate_gradient": 2.0,
    "gradient_symmetric": 6.0,
    "gradient_independent": 6.0,
    "minimizer": 8.0,
    "maximizer": 8.0,
}
LONG = 200  # characters of formulas that cost as much again
PORTION = 20.0  # in a portion: about a second
STEP = 1.0  # by which portions grow: the first ones are small, so that a reader sees something soon


def cost(identity: Identity) -> float:
    """How long the claims of an identity take, about."""
    length = len(identity.f.text) + sum(len(text.text) for text in identity.let.values())
    return sum(WEIGHTS.get(c.kind, 1.0) * (1 + (length + len(c.closed_form.text)) / LONG) for c in identity.claims)


def shard(identities: Sequence[Identity], number: int, of: int) -> list[Identity]:
    """The part ``number`` of ``of`` of a run, counted from 1, in its order.

    The parts cost about the same. Which one an identity is in depends on what identities there are and not on their
    order: the most expensive is dealt first, each to the part that has least so far.
    """

    def rank(place: int) -> tuple[float, str, str, int]:
        identity = identities[place]
        return -cost(identity), identity.id, identity.place.file, identity.place.line

    parts: list[tuple[float, int, list[int]]] = [(0.0, part, []) for part in range(of)]
    for place in sorted(range(len(identities)), key=rank):
        total, part, places = heappop(parts)
        places.append(place)
        heappush(parts, (total + cost(identities[place]), part, places))
    mine = next(places for _, part, places in parts if part == number - 1)
    return [identities[place] for place in sorted(mine)]


def portions(identities: Iterable[Identity]) -> Iterator[tuple[Identity, ...]]:
    """The identities in order, in portions that are worth sending to a process; the first ones hold one each."""
    portion: list[Identity] = []
    total, most = 0.0, 0.0
    for identity in identities:
        portion.append(identity)
        total += cost(identity)
        if total >= most:
            yield tuple(portion)
            portion, total, most = [], 0.0, min(most + STEP, PORTION)
    if portion:
        yield tuple(portion)
