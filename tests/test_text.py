from __future__ import annotations

import pytest

from identities.catalogue import Place, Text


def stands(line: int, column: int) -> Place:
    return Place("t.md", line, column)


PIPE = Text.joined(
    [Text("|", stands(3, 7)), Text("x", stands(3, 9)), Text("| +", stands(3, 11)), Text(" y", stands(4, 3))]
)


def test_columns_run_along_with_plain_text():
    text = Text("tr(AX)", stands(2, 5))
    assert text.at(0) == stands(2, 5)
    assert text.at(3) == stands(2, 8)
    assert text.part(3, 5) == Text("AX", stands(2, 8))


@pytest.mark.parametrize(
    ("offset", "place"), [(0, (3, 7)), (1, (3, 9)), (2, (3, 11)), (4, (3, 13)), (5, (4, 3)), (6, (4, 4))]
)
def test_pieces_keep_their_places(offset, place):
    assert PIPE.text == "|x| + y"
    assert PIPE.at(offset) == stands(*place)


@pytest.mark.parametrize("start", range(7))
def test_a_part_stands_where_it_stood(start):
    part = PIPE.part(start, 7)
    assert [part.at(offset) for offset in range(7 - start)] == [PIPE.at(offset) for offset in range(start, 7)]


def test_white_space_is_not_part_of_a_formula():
    assert Text("  a b ", stands(1, 1)).stripped() == Text("a b", stands(1, 3))
    assert Text("   ", stands(1, 1)).stripped().text == ""
