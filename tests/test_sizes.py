"""Which numbers the dims of a claim are given."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from identities.sizes import Sizes, assignments


def anything(_: Sizes) -> bool:
    return True


def chosen(symbols: str, integers: str = "", possible: Callable[[Sizes], bool] = anything) -> list[Sizes]:
    return assignments(symbols.split(), integers.split(), possible)


@pytest.mark.parametrize("symbols", ["n", "m n", "m n p", "m n p q", "m n p q r", "m n p q r s", "a b c d e f g h"])
def test_the_sizes_that_the_design_asks_for(symbols):
    found = chosen(symbols)
    names = symbols.split()
    distinct = [s for s in found if len(set(s.values())) == len(names) and min(s.values()) > 1]
    assert len(distinct) >= 2
    assert any(1 in s.values() for s in found)
    assert any(max(s.values()) >= 8 for s in distinct)
    for first, second in pairwise(names):  # wide and tall
        assert any(s[first] < s[second] for s in distinct)
        assert any(s[first] > s[second] for s in distinct)
    assert len({tuple(s.values()) for s in found}) == len(found)


def test_every_dim_varies():
    """A constant that depends on a dim shows only where that dim has two values."""
    for symbols in ("n", "m n p"):
        for name in symbols.split():
            assert len({s[name] for s in chosen(symbols)}) >= 3


def test_sizes_stay_small():
    assert max(max(s.values()) for s in chosen("m n p q r s")) <= 20
    for sizes in chosen("m n p q"):
        product = 1
        for value in sizes.values():
            product *= value
        assert product <= 2_000


def test_without_dims_there_is_one_assignment():
    assert chosen("") == [{}]


def test_integers_vary_too():
    found = chosen("n", "k")
    assert len({s["k"] for s in found}) >= 3
    assert all(s["k"] >= 1 for s in found)
    assert any(s["k"] == 1 for s in found)
    assert len({s["k"] for s in chosen("", "k")}) >= 2
    two = chosen("n", "j k")
    assert any(s["j"] < s["k"] for s in two)
    assert any(s["j"] > s["k"] for s in two)


CONDITIONS: list[tuple[str, Callable[[Sizes], bool]]] = [
    ("m n", lambda s: s["m"] >= s["n"]),
    ("m n", lambda s: s["m"] < s["n"]),
    ("m n", lambda s: s["m"] == s["n"]),
    ("m n", lambda s: s["m"] == 2 * s["n"]),
    ("m n p", lambda s: s["m"] >= s["n"] >= s["p"]),
    ("m n p", lambda s: s["p"] > s["m"] and s["p"] > s["n"]),
    ("m n p q", lambda s: s["m"] <= s["n"] <= s["p"] <= s["q"]),
    ("n", lambda s: s["n"] % 2 == 0),
    ("n", lambda s: s["n"] >= 4),
    ("m n", lambda s: s["m"] == s["n"] ** 2),
]  # fmt: skip


@pytest.mark.parametrize(("symbols", "possible"), CONDITIONS)
def test_conditions_are_met_and_leave_several_sizes(symbols, possible):
    found = chosen(symbols, possible=possible)
    assert len(found) >= 2
    assert all(possible(s) for s in found)
    assert any(min(s.values()) > 1 for s in found)


def test_impossible_conditions_leave_nothing():
    assert chosen("m n", possible=lambda s: False) == []
    assert chosen("n", possible=lambda s: s["n"] > 1_000) == []


def test_dims_are_distinct_wherever_the_condition_allows():
    """m ≥ n does not mean m = n: a square sample would let a lost transpose pass."""
    found = chosen("m n", possible=lambda s: s["m"] >= s["n"])
    assert sum(s["m"] > s["n"] > 1 for s in found) >= 2


def test_the_search_is_bounded():
    calls = 0

    def count(_: Sizes) -> bool:
        nonlocal calls
        calls += 1
        return False

    chosen("a b c d e f g h i j k l", possible=count)
    assert calls <= 20_000


def test_the_same_every_time():
    assert chosen("m n p", "k") == chosen("m n p", "k")
