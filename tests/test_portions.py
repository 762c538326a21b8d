from __future__ import annotations

from dataclasses import replace

import pytest

import identities
from identities.catalogue import Place
from identities.files import own_catalogue
from identities.portions import PORTION, cost, portions, shard

OURS = identities.load(own_catalogue())


@pytest.mark.parametrize("of", [1, 2, 3, 4, 7, 16])
def test_shards_are_disjoint_and_together_everything(of):
    parts = [shard(OURS, number, of) for number in range(1, of + 1)]
    ids = [identity.id for part in parts for identity in part]
    assert sorted(ids) == sorted(identity.id for identity in OURS)
    order = {identity.id: place for place, identity in enumerate(OURS)}
    for part in parts:
        places = [order[identity.id] for identity in part]
        assert places == sorted(places)


@pytest.mark.parametrize("of", [2, 4, 16])
def test_shards_cost_the_same(of):
    costs = [sum(map(cost, shard(OURS, number, of))) for number in range(1, of + 1)]
    assert max(costs) < 1.02 * min(costs)


def test_shards_do_not_depend_on_the_order():
    for number in (1, 2, 3):
        assert {i.id for i in shard(OURS, number, 3)} == {i.id for i in shard(OURS[::-1], number, 3)}


def test_the_same_entry_in_two_files_is_in_one_shard_each_time():
    (one, *_) = OURS
    two = [one, replace(one, place=Place("other.yaml", 1, 1))]
    both = [shard(two, number, 2) for number in (1, 2)]
    assert [len(part) for part in both] == [1, 1]
    assert {part[0].place.file for part in both} == {identity.place.file for identity in two}
    assert {part[0].place.file for part in (shard(two[::-1], 1, 2),)} == {both[0][0].place.file}


def test_an_entry_given_twice_is_checked_twice():
    assert [len(shard([OURS[0], OURS[0]], number, 2)) for number in (1, 2)] == [1, 1]


def test_more_shards_than_identities():
    parts = [shard(OURS[:3], number, 5) for number in range(1, 6)]
    assert sorted(map(len, parts)) == [0, 0, 1, 1, 1]


def test_portions_keep_the_order_and_begin_small():
    divided = list(portions(iter(OURS)))
    assert [identity for portion in divided for identity in portion] == list(OURS)
    assert [len(portion) for portion in divided[:2]] == [1, 1]
    for portion in divided:
        assert sum(map(cost, portion[:-1])) < PORTION


def test_portions_are_made_as_they_are_needed():
    def endless():
        while True:
            yield OURS[0]

    assert next(portions(endless())) == (OURS[0],)


def test_no_work_is_no_portion():
    assert list(portions([])) == []
