from __future__ import annotations

import pytest
import yaml

from identities import limits
from identities.catalogue import yaml_nodes
from identities.catalogue.places import Place, Problem, Problems, TooManyProblems
from identities.catalogue.text_files import decode
from identities.catalogue.yaml_nodes import MappingNode, Node, RefusedNode, ScalarNode, SequenceNode, nodes


@pytest.fixture(autouse=True, params=["CSafeLoader", "SafeLoader"])
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test runs on libyaml and on the parser that stands in where libyaml is missing."""
    if not hasattr(yaml, request.param):
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml_nodes, "LOADER", getattr(yaml, request.param))
    return request.param


def read(text: str | bytes) -> tuple[Node | None, list[Problem]]:
    problems = Problems("t.yaml")
    decoded = decode(text if isinstance(text, bytes) else text.encode(), problems)
    return None if decoded is None else nodes(decoded, problems), problems.found


def scalars(node: Node | None) -> list[ScalarNode]:
    """All texts below a node, keys too, in the order of the file."""
    match node:
        case ScalarNode():
            return [node]
        case SequenceNode(items=items):
            return [text for item in items for text in scalars(item)]
        case MappingNode(pairs=pairs):
            return [text for key, value in pairs for text in (key, *scalars(value))]
        case _:
            return []


def placed(text: str | bytes) -> list[tuple[str, int, int]]:
    node, problems = read(text)
    assert not problems
    return [(scalar.text, scalar.place.line, scalar.place.column) for scalar in scalars(node)]


def only(text: str | bytes) -> tuple[int, int, str]:
    """The one problem of a text."""
    _, found = read(text)
    assert len(found) == 1, found
    return found[0].place.line, found[0].place.column, found[0].message


def test_every_text_has_the_place_of_its_first_character() -> None:
    assert placed("a: x\nb:\n  - 'y z'\n  - {c: \"w\"}\n") == [
        ("a", 1, 1),
        ("x", 1, 4),
        ("b", 2, 1),
        ("y z", 3, 6),
        ("c", 4, 6),
        ("w", 4, 10),
    ]


def test_columns_count_code_points() -> None:
    assert placed("𝟏𝟏: {𝟏: x, b: '𝟏ᵀ', c: z}") == [
        ("𝟏𝟏", 1, 1),
        ("𝟏", 1, 6),
        ("x", 1, 9),
        ("b", 1, 12),
        ("𝟏ᵀ", 1, 16),
        ("c", 1, 21),
        ("z", 1, 24),
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_do_not_shift_places(newline: str) -> None:
    text = newline.join(["a: x", "", "# comment", "b: y", ""])
    assert placed(b"\xef\xbb\xbf" + text.encode()) == [("a", 1, 1), ("x", 1, 4), ("b", 4, 1), ("y", 4, 4)]


@pytest.mark.parametrize("word", ["no", "0", "1e-9", "2020-01-01", "null", "~", "0x1F", "1_000", "=", ".inf"])
def test_nothing_is_resolved(word: str) -> None:
    assert placed(f"a: {word}") == [("a", 1, 1), (word, 1, 4)]


def test_style_flow_and_last_line_are_kept() -> None:
    node, _ = read("a: {b: c}\nd:\n- x\n  y\n\n# comment\ne: |\n  one\n  two\n\nf: 'z'\n")
    assert isinstance(node, MappingNode)
    assert [(key.text, type(value).__name__, value.last) for key, value in node.pairs] == [
        ("a", "MappingNode", 1),
        ("d", "SequenceNode", 4),
        ("e", "ScalarNode", 10),
        ("f", "ScalarNode", 11),
    ]
    assert [value.flow for _, value in node.pairs if isinstance(value, SequenceNode | MappingNode)] == [
        True,
        False,
    ]
    assert [scalar.style for scalar in scalars(node)] == ["", "", "", "", "", "", "|", "", "'"]
    assert scalars(node)[4].text == "x y"


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n...\n"])
def test_a_text_without_anything_in_it(text: str) -> None:
    node, problems = read(text)
    assert not problems
    assert node is None or not any(scalar.text for scalar in scalars(node))


REFUSED = [
    ("a: &x 1", 1, 4, "'&x' is an anchor"),
    ("a: *x", 1, 4, "'*x' is an alias"),
    ("a: !!str 1", 1, 4, "'!!str' is a tag"),
    ("a: !x 1", 1, 4, "'!x' is a tag"),
    ("a: &x\n  b: 1", 1, 4, "'&x' is an anchor"),
    ("a: 1\n---\nb: 2", 2, 1, "a second document"),
    ("<<: {a: 1}", 1, 1, "merges keys"),
    ("a: 1\nb: 2\na: 3", 3, 1, "'a' stands twice, first on line 1"),
    ("? [a]\n: b", 1, 3, "a key that is not a word"),
    ("? |\n  a\n: b", 1, 3, "a key that is not a word"),
    ("'': b", 1, 2, "nothing stands before the colon"),
    ('a: "\\0"', 1, 4, "an escape in double quotes became the invisible U+0000"),
    ('a: "\\frac12"', 1, 4, "an escape in double quotes became the invisible U+000C"),
    ("a: x\x07y", 1, 5, "the invisible character U+0007"),
    ("a: x\ufeff", 1, 5, "the invisible character U+FEFF"),
    ("a: \u202ex", 1, 4, "the invisible character U+202E"),
    ("a: x\u2028y", 1, 5, "the invisible character U+2028"),
    ("a: 1\nb: \0", 2, 4, "a NUL character"),
    (b"a: 1\nb: caf\xe9", 2, 7, "not UTF-8 text (byte 0xE9 at offset 11)"),
    ("a: 𝟏".encode() + b"\xff", 1, 5, "not UTF-8 text (byte 0xFF at offset 7)"),
    ("a: 1".encode("utf-16"), 1, 1, "not UTF-8 text"),
    (b"\x89PNG\r\n\x1a\n\0\0", 1, 1, "not UTF-8 text"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), REFUSED)
def test_what_yaml_allows_and_a_table_of_formulas_does_not(
    text: str | bytes, line: int, column: int, message: str
) -> None:
    found = only(text)
    assert found[:2] == (line, column)
    assert message in found[2]


MISREAD = [
    ("f: a: b", 1, 5, "': ' inside a text"),
    ("f: |X|", 1, 4, "quote the formula"),
    ("f: >x", 1, 4, "quote the formula"),
    ("f: %a", 1, 4, "quote the formula"),
    ("f: @a", 1, 4, "quote the formula"),
    ("f: `a`", 1, 4, "quote the formula"),
    ("f: *", 1, 4, "quote the formula"),
    ("f: &", 1, 4, "quote the formula"),
    ("f: !<", 1, 4, "quote the formula"),
    ("f: ? x", 1, 4, "quote the formula"),
    ("f: ,x", 1, 4, "quote the formula"),
    ("f: ]", 1, 4, "quote the formula"),
    ("f: - x", 1, 4, "a list begins on a line of its own"),
    ("f: [1, 2", 1, 4, "needs quotes: '[1; 2]'"),
    ("f: {a: b\ng: c", 1, 4, "needs quotes: '[1; 2]'"),
    ("f: [1; 2] x", 1, 11, "quote the whole"),
    ("f: 'A'X", 1, 7, "quote the whole"),
    ('f: "A" X', 1, 8, "quote the whole"),
    ("- f: {A}X", 1, 9, "quote the whole"),
    ("f: 'abc\ng: d", 1, 4, "this quote is never closed"),
    ('f: "abc\n\n', 1, 4, "this quote is never closed"),
    ("f: 'abc\n--- x", 1, 4, "this quote is never closed"),
    ("a: x\n  b: y", 2, 4, "the keys are not aligned"),
    ("a:\n  b: x\n c: y", 3, 2, "the indentation fits no line above"),
    ("a: x # comment\n  y", 2, 3, "the indentation fits no line above"),
    ("a: x\nb\nc: y", 2, 1, "expected `key: value`"),
    ("- a\nb: c", 2, 1, "`- item`"),
    ("a:\n\tb: x", 2, 1, "a tab"),
    ("a: x\n\tb: y", 2, 1, "a tab"),
    ("%YAML 3.0\n---\na: b", 1, 1, "quote the formula"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), MISREAD)
def test_a_syntax_error_is_told_in_the_words_of_the_reader(text: str, line: int, column: int, message: str) -> None:
    found = only(text)
    assert found[:2] == (line, column)
    assert message in found[2]
    for jargon in ("token", "block mapping", "simple key", "stream", "scalar", "context", "yaml."):
        assert jargon not in found[2]


@pytest.mark.parametrize("escape", ["\\mathbf{x}", "\\xi", "\\u12"])
def test_a_backslash_in_double_quotes_is_explained(escape: str) -> None:
    line, column, message = only(f'a: "{escape}"')
    assert (line, column // 4) == (1, 1)
    assert "use single quotes" in message


def test_one_entry_that_cannot_be_read_leaves_the_others() -> None:
    text = "- id: a\n  f: x\n- id: b\n  f: 'x\n\n- id: c\n  f: y\n- id: d\n  f: |X|\n- id: e\n  f: 'z'\n"
    node, problems = read(text)
    assert [(problem.place.line, problem.place.column, problem.id) for problem in problems] == [
        (4, 6, "b"),
        (9, 6, "d"),
    ]
    assert isinstance(node, SequenceNode)
    assert [type(item) is RefusedNode for item in node.items] == [False, True, False, True, False]
    assert [(text.text, text.place.line) for text in scalars(node) if text.text in "xyz"] == [
        ("x", 2),
        ("y", 7),
        ("z", 11),
    ]


def test_what_was_found_before_a_syntax_error_is_not_reported_twice() -> None:
    _, problems = read("- id: a\n  f: *x\n- id: b\n  f: 'x\n")
    assert sorted(problem.place.line for problem in problems) == [2, 4]


def test_an_error_between_the_entries_is_reported_with_those_inside() -> None:
    node, problems = read("a: b: c\nl:\n- id: a\n  f: 'x\n")
    assert node is None
    assert sorted(problem.place.line for problem in problems) == [1, 4]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "[\n", "[a, "])
def test_deep_nesting_ends_at_the_limit(opening: str) -> None:
    place, message = only(opening * 100_000)[:2], only(opening * 100_000)[2]
    at_once = (1, 1001)  # newer versions of libyaml read a thousand brackets before they say anything
    assert place in ((21, 1) if "\n" in opening else (1, 20 * len(opening) + 1), at_once)
    assert "nested too deep" in message


def test_nesting_up_to_the_limit_is_read() -> None:
    assert placed("[" * 20 + "x" + "]" * 20) == [("x", 1, 21)]
    assert "nested too deep" in only("[" * 21 + "x" + "]" * 21)[2]


def test_aliases_are_never_followed() -> None:
    rows = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]" for i in range(1, 60)]
    node, problems = read("\n".join(rows))
    assert len(problems) == 60 + 2 * 59
    assert len(scalars(node)) == 60 + 2


def test_a_text_may_be_long_but_not_huge() -> None:
    assert placed("a: " + "x" * 10_000)[1][0] == "x" * 10_000
    assert "a text of 10001 characters" in only("a: " + "x" * 10_001)[2]
    assert "a text of 300000 characters" in only("a: '" + "x" * 300_000 + "'")[2]


def test_too_many_lines_values_or_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "YAML_NODES", 10)
    assert "more than 10 values" in only("[" + "a," * 20 + "]")[2]
    monkeypatch.setattr(limits, "FILE_LINES", 10)
    assert "more than 10 lines" in only("\n" * 21)[2]
    monkeypatch.setattr(limits, "YAML_NODES", 10**6)
    problems = Problems("t.yaml")
    with pytest.raises(TooManyProblems):
        nodes("[" + "*a ," * 2000 + "]", problems)
    assert len(problems.found) == limits.PROBLEMS + 1
    assert problems.found[-1].message.startswith("1000 problems")


def test_a_file_above_the_size_cap_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FILE_BYTES", 10)
    assert "larger than" in only(b"a: 23456789")[2]
    assert placed(b"a: 2345678") == [("a", 1, 1), ("2345678", 1, 4)]


def test_places_and_problems_are_printed_as_editors_expect() -> None:
    place = Place("t.yaml", 3, 4)
    assert str(Problem(place, "trace", "empty formula")) == "t.yaml:3:4: trace: empty formula"
    assert str(Problem(place, "", "empty")) == "t.yaml:3:4: empty"
    assert Place("t.yaml", 3, 4) < Place("t.yaml", 3, 10) < Place("t.yaml", 11, 1)
