from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identities import limits
from identities.catalogue import KINDS, CatalogueError, Identity, Place, Problem, Text, read, read_text

EVERYTHING = """\
format: 1
title: Matrix calculus
sections:

# a comment
- section: Traces
  identities:

  - id: trace-product                  # permanent
    where: {A: n×m, X: "m×n with m ≥ n", g: ℝ → ℝ, t: scalar}
    let:
      P: AX
      Q: 'P''P'
    f: tr(P)
    gradient:
      X: Aᵀ                            # block style
      A:
      - Xᵀ
      - 'I Xᵀ'
    hessian:
      X: 0
      x,  y: '[1, 2; 3, 4]'
    differential: tr(A dX)
      + tr(dA X)
    entries:
      X[i,j]: A[j,i]
    equals:
    - tr(XA)
    - "𝟏ᵀ(A ⊙ Xᵀ)𝟏"
    at: {t: 0}
    example:
      A: '[1; 2]'
    source: ["Petersen & Pedersen 2012 (100)", Matrix Calculus]
    note: |
      One sentence.
      Another: with a colon.

    tags: [trace, linear]

- section: Others
  identities:
  - id: minimal
    f: x'x
    source: Lecture 9
    equals: no
"""


def good(text: str) -> tuple[Identity, ...]:
    identities, problems = read_text(text, "t.yaml")
    assert not problems
    return identities


def texts(found: object) -> dict[str, str]:
    assert isinstance(found, dict)
    return {key: value.text for key, value in found.items()}


def test_everything_an_entry_may_have() -> None:
    identity, minimal = good(EVERYTHING)
    assert (identity.id, identity.section) == ("trace-product", "Traces")
    assert texts(identity.where) == {"A": "n×m", "X": "m×n with m ≥ n", "g": "ℝ → ℝ", "t": "scalar"}
    assert texts(identity.let) == {"P": "AX", "Q": "P'P"}
    assert identity.f == Text("tr(P)", Place("t.yaml", 14, 8))
    assert [(claim.kind, claim.wrt, claim.closed_form.text) for claim in identity.claims] == [
        ("gradient", "X", "Aᵀ"),
        ("gradient", "A", "Xᵀ"),
        ("gradient", "A", "I Xᵀ"),
        ("hessian", "X", "0"),
        ("hessian", "x, y", "[1, 2; 3, 4]"),
        ("differential", "", "tr(A dX) + tr(dA X)"),
        ("entries", "X[i,j]", "A[j,i]"),
        ("equals", "", "tr(XA)"),
        ("equals", "", "𝟏ᵀ(A ⊙ Xᵀ)𝟏"),
    ]
    assert all(texts(claim.at) == {"t": "0"} for claim in identity.claims)
    assert texts(identity.at) == {"t": "0"}
    assert texts(identity.example) == {"A": "[1; 2]"}
    assert identity.source == ("Petersen & Pedersen 2012 (100)", "Matrix Calculus")
    assert identity.note == "One sentence.\nAnother: with a colon."
    assert identity.tags == ("trace", "linear")
    assert minimal.section == "Others"
    assert minimal.source == ("Lecture 9",)
    assert (minimal.note, minimal.tags, minimal.where, minimal.let) == ("", (), {}, {})
    assert minimal.claims[0].closed_form.text == "no"


def test_places_are_those_of_the_formulas() -> None:
    identity, _ = good(EVERYTHING)
    assert str(identity.f.place) == "t.yaml:14:8"
    lines = EVERYTHING.splitlines()
    for text in (*identity.where.values(), *(claim.closed_form for claim in identity.claims), identity.f):
        first_line = text.text.split(" + ")[0]
        assert lines[text.place.line - 1][text.place.column - 1 :].startswith(first_line)


def test_the_place_of_a_closed_form_behind_an_astral_character() -> None:
    (identity,) = good("format: 1\nidentities:\n- id: a\n  f: 𝟏ᵀx\n  gradient:\n    𝐱𝐲: '𝟏'\n    𝐱: 𝟏\n")
    assert [(claim.wrt, claim.closed_form.place.column) for claim in identity.claims] == [
        ("𝐱𝐲", 10),
        ("𝐱", 8),
    ]


def test_an_entry_knows_its_place_and_its_lines() -> None:
    identity, minimal = good(EVERYTHING)
    assert identity.place == Place("t.yaml", 9, 5)
    lines = EVERYTHING.splitlines()
    assert [lines[line - 1].split()[:3] for line in (*identity.span, *minimal.span)] == [
        ["-", "id:", "trace-product"],
        ["tags:", "[trace,", "linear]"],
        ["-", "id:", "minimal"],
        ["equals:", "no"],
    ]
    (identity,) = good("format: 1\nidentities:\n- f: x\n  equals: x\n  id: a\n  note: >\n    b\n\n    c\n\n\n# d\n")
    assert identity.span == (3, 9)


def test_a_list_of_entries_without_sections() -> None:
    first, second = good("format: 1\nidentities:\n- id: a\n  f: x\n  equals: x\n- id: b\n  f: y\n  equals: y\n")
    assert [(identity.id, identity.section) for identity in (first, second)] == [("a", ""), ("b", "")]


@pytest.mark.parametrize("word", ["no", "0", "1e-9", "2020-01-01", "0x1F", "-x", "=", "yes", "3.10"])
def test_formulas_are_text_as_written(word: str) -> None:
    (identity,) = good(f"format: 1\nidentities:\n- id: a\n  f: {word}\n  where: {{x: {word}}}\n  equals: {word}\n")
    assert identity.f.text == identity.where["x"].text == identity.claims[0].closed_form.text == word


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_as_it_is_written(kind: str) -> None:
    head = f"format: 1\nidentities:\n- id: a\n  f: x\n  {kind}:"
    key = "X[i,j]" if KINDS[kind].entry else "X"
    alone = read_text(f"{head} A\n", "t")
    below = read_text(f"{head}\n    {key}: A\n", "t")
    (identity,), problems = alone if KINDS[kind].variables == (0,) else below
    assert not problems
    assert [(claim.kind, claim.wrt, claim.closed_form.text) for claim in identity.claims] == [
        (kind, "" if KINDS[kind].variables == (0,) else key, "A")
    ]
    if kind.endswith("differential"):  # of all variables, or of those that move
        assert [claim.wrt for claim in alone[0][0].claims] == [""]
        return
    identities, problems = below if KINDS[kind].variables == (0,) else alone
    assert not identities
    assert len(problems) == 1


def test_crlf_and_a_byte_order_mark_change_nothing() -> None:
    windows = b"\xef\xbb\xbf" + EVERYTHING.replace("\n", "\r\n").encode()
    assert read_text(windows, "t.yaml")[0] == good(EVERYTHING)


BEFORE = "format: 1\nidentities:\n- id: before\n  f: x\n  equals: x\n- id: broken\n"  # the rows begin at line 7
AFTER = "\n- id: after\n  f: y\n  gradient:\n    y: '1'\n"
FORM = "  f: x\n"
CLAIM = "  equals: x\n"
ENTRY_PROBLEMS = [
    # a key, a text or a claim too few or too many
    (CLAIM, 6, 3, "an entry without f: expected"),
    (FORM, 6, 3, "no claim: expected at least one"),
    (FORM + "  example:\n    x: '1'", 6, 3, "no claim: expected at least one"),
    (
        FORM + CLAIM + "  gradiant:\n    X: A",
        9,
        3,
        "unknown key 'gradiant' in an entry: did you mean 'gradient'?",
    ),
    (FORM + CLAIM + "  Gradient:\n    X: A", 9, 3, "did you mean 'gradient'?"),
    (FORM + CLAIM + "  colour: red", 9, 3, "unknown key 'colour' in an entry: expected one of id, where"),
    (FORM + CLAIM + "  f: y", 9, 3, "'f' stands twice, first on line 7"),
    (FORM + "  gradient:\n    X: A\n    X: B", 10, 5, "'X' stands twice, first on line 9"),
    ("  f:\n" + CLAIM, 7, 5, "empty formula"),
    ("  f: ''\n" + CLAIM, 7, 7, "empty formula"),
    ("  f: null\n" + CLAIM, 7, 6, "empty formula"),
    ("  f: # x\n" + CLAIM, 7, 5, "empty formula"),
    (FORM + "  equals: ~", 8, 11, "empty closed form of equals"),
    (FORM + "  equals:\n  - x\n  -", 10, 4, "empty closed form of equals"),
    (FORM + "  gradient:", 8, 12, "gradient needs its variable: `x: …` below `gradient:`"),
    (FORM + "  gradient:\n    X:", 9, 7, "empty closed form of gradient"),
    (FORM + CLAIM + "  note:", 9, 8, "empty note"),
    (FORM + CLAIM + "  source: ['']", 9, 13, "empty source"),
    ("  f:\n  - x\n" + CLAIM, 8, 3, "expected one text for formula"),
    ("  f:\n    a: x\n" + CLAIM, 8, 5, "expected one text for formula"),
    # claims
    (FORM + "  gradient: A", 8, 13, "gradient needs its variable"),
    (FORM + "  gradient:\n  - A", 9, 3, "gradient needs its variable"),
    (FORM + "  gradient:\n    X:A", 9, 5, "gradient needs its variable"),
    (FORM + "  equals:\n    X: A", 9, 5, "expected one text for closed form of equals"),
    (FORM + "  equals:\n  - X: A", 9, 5, "expected one text for closed form of equals"),
    (FORM + "  gradient:\n    x, y: A", 9, 5, "gradient of 'x, y': expected a key such as `x: …`"),
    (
        FORM + "  hessian:\n    x,y,z: A",
        9,
        5,
        "hessian of 'x,y,z': expected a key such as `x: …` or `x, y: …`",
    ),
    (FORM + "  entries:\n    X: A", 9, 5, "entries of 'X': expected a key such as `X[i,j]: …`"),
    (FORM + "  jacobian:\n    2: A", 9, 5, "jacobian of '2'"),
    # flow style
    ("  f: [1, 2]\n" + CLAIM, 7, 6, "needs quotes: '[1; 2]'"),
    ("  f: {a}\n" + CLAIM, 7, 6, "write it in block style"),
    (FORM + "  gradient: {X: outer(a, b)}", 8, 13, "write it in block style"),
    (FORM + "  equals: [a, b]", 8, 11, "write it in block style"),
    (FORM + "  gradient:\n    X: [1; 2]", 9, 8, "needs quotes: '[1; 2]'"),
    (FORM + CLAIM + "  let: {P: x}", 9, 8, "write it in block style"),
    (FORM + CLAIM + "  example: {x: 1}", 9, 12, "write it in block style"),
    (FORM + CLAIM + "  note: [a]", 9, 9, "write it in block style"),
    (FORM + CLAIM + "  at: {x: [1; 2]}", 9, 11, "needs quotes: '[1; 2]'"),
    (FORM + CLAIM + "  tags: {a: b}", 9, 9, "write it in block style"),
    # what commas and colons do in flow style
    (FORM + CLAIM + "  where: {A: n×m, B}", 9, 19, "'B' has no value: inside […] and {…} a comma"),
    (FORM + CLAIM + "  where: {A, B: n×m}", 9, 11, "'A' has no value: inside […] and {…} a comma"),
    (
        FORM + CLAIM + "  where: {A: n×m, B:n×m}",
        9,
        19,
        "'B:n×m' has no value: a colon needs a space after it",
    ),
    (FORM + CLAIM + "  where: {A: f(a, b: n}", 9, 14, "'f(a' is cut off: inside […] and {…} a comma"),
    (FORM + CLAIM + "  where: {F: n, m → p}", 9, 17, "'m → p' has no value"),
    (FORM + CLAIM + "  source: [Petersen (100]", 9, 12, "'Petersen (100' is cut off"),
    # names, mappings and words
    (FORM + CLAIM + "  where: n×m", 9, 10, "expected a mapping for where, such as `where: {A: m×n"),
    (FORM + CLAIM + "  where:\n  - A", 10, 3, "expected a mapping for where"),
    (FORM + CLAIM + "  where:", 9, 9, "expected a mapping for where"),
    (FORM + CLAIM + "  where:\n    A:", 10, 7, "empty where of 'A'"),
    (FORM + CLAIM + "  where:\n    A, B: n×m", 10, 5, "'A, B' is no variable"),
    (FORM + CLAIM + "  let: x", 9, 8, "expected a mapping for let"),
    (FORM + CLAIM + "  let:\n    2x: x", 10, 5, "'2x' is no variable"),
    (FORM + CLAIM + "  at: 0", 9, 7, "expected a mapping for at, such as `at: {t: 0}`"),
    (FORM + CLAIM + "  tags:\n    a: b", 10, 5, "expected one text for tags"),
    # what YAML would do
    ("  f: *x\n" + CLAIM, 7, 6, "'*x' is an alias"),
    ("  f: &x y\n" + CLAIM, 7, 6, "'&x' is an anchor"),
    ("  f: !x y\n" + CLAIM, 7, 6, "'!x' is a tag"),
    (FORM + CLAIM + "  <<: {a: b}", 9, 3, "merges keys"),
    (FORM + CLAIM + "  ? [a]\n  : b", 9, 5, "a key that is not a word"),
    ("  f: |\n    x\n" + CLAIM, 7, 6, "a block text (|) is for note and source only"),
    (FORM + "  equals: >\n    x", 8, 11, "a block text (>) is for note and source only"),
    ('  f: "\\tau x"\n' + CLAIM, 7, 7, "a tab or line break, perhaps from \\t or \\n in double quotes"),
    ('  f: "\\frac12 x"\n' + CLAIM, 7, 6, "use single quotes, where a backslash is a backslash"),
    ("  f: '" + "x" * 10_001 + "'\n" + CLAIM, 7, 6, "a text of 10001 characters"),
    ("  f: x\x07\n" + CLAIM, 7, 7, "the invisible character U+0007"),
    # what is no YAML
    ("  f: tr(A): B\n" + CLAIM, 7, 11, "': ' inside a text starts a new key in YAML: quote the text"),
    ("  f: |X|\n" + CLAIM, 7, 6, "quote the formula: '|x|'"),
    ("  f: @x\n" + CLAIM, 7, 6, "quote the formula"),
    ("  f: [1; 2] x\n" + CLAIM, 7, 13, "quote the whole"),
    ("  f: 'A'X\n" + CLAIM, 7, 9, "quote the whole"),
    ("  f: 'A\n" + CLAIM, 7, 6, "this quote is never closed"),
    ("  f: [1; 2\n" + CLAIM, 7, 6, "needs quotes: '[1; 2]'"),
    ("  f: - x\n" + CLAIM, 7, 6, "needs quotes: '- x'"),
    ('  f: "\\mathbf{x}"\n' + CLAIM, 7, 7, "use single quotes"),
    (FORM + "\tequals: x", 8, 1, "a tab: YAML is indented with spaces"),
    (FORM + "   equals: x", 8, 10, "the keys are not aligned"),
    ("  f: " + "[" * 21 + "]" * 21 + "\n" + CLAIM, 7, 20, "nested too deep"),
    ("  f: " + "[" * 17 + "]" * 17 + "\n" + CLAIM, 7, 6, "write it in block style"),
    ("  f: " + "[" * 900, 7, 20, "nested too deep"),
]


@pytest.mark.parametrize(("body", "line", "column", "message"), ENTRY_PROBLEMS)
def test_a_broken_entry_is_reported_and_hides_no_other(body: str, line: int, column: int, message: str) -> None:
    identities, problems = read_text(BEFORE + body + AFTER, "t.yaml")
    assert [identity.id for identity in identities] == ["before", "after"]
    assert [problem.id for problem in problems] == ["broken"]
    assert problems[0].place == Place("t.yaml", line, column)
    assert message in problems[0].message


@pytest.mark.parametrize(
    ("id", "message"),
    [
        ("Trace_Product", "'Trace_Product' is no id: expected a-z, 0-9 and hyphens: 'trace-product'"),
        ("a--b", "'a--b' is no id: expected a-z, 0-9 and hyphens: 'a-b'"),
        ("ᵀ", "'ᵀ' is no id: expected a-z, 0-9 and hyphens: 'some-name'"),
        ("a" * 81, "an id of 81 characters; the limit is 80"),
        ("before", "the id is taken, by line 3"),
        ("''", "empty id"),
        ("[a]", "write it in block style"),
    ],
)
def test_ids_are_kebab_case_and_unique(id: str, message: str) -> None:
    text = BEFORE.replace("id: broken", f"id: {id}") + FORM + CLAIM + AFTER
    identities, problems = read_text(text, "t.yaml")
    assert [identity.id for identity in identities] == ["before", "after"]
    assert len(problems) == 1
    assert problems[0].place.line == 6
    assert message in problems[0].message


def test_an_entry_without_an_id() -> None:
    identities, problems = read_text(BEFORE.replace("id: broken", "f: x") + CLAIM + AFTER, "t.yaml")
    assert [identity.id for identity in identities] == ["before", "after"]
    assert list(map(str, problems)) == ["t.yaml:6:3: an entry without id: expected `id: some-name`"]


ENTRIES = "identities:\n- id: a\n  f: x\n  equals: x\n"
SECTION = ENTRIES.replace("\n", "\n  ").rstrip(" ")
FILE_PROBLEMS = [
    ("", 1, 1, 0, "nothing in it: expected `format: 1`"),
    ("# comment\n", 1, 1, 0, "nothing in it"),
    ("just words", 1, 1, 0, "expected a catalogue, which starts with `format: 1`"),
    ("- id: a\n  f: x\n", 1, 1, 0, "expected a catalogue, which starts with `format: 1`"),
    ('{"format": 1}', 1, 1, 0, "write it in block style"),
    (ENTRIES, 1, 1, 1, "a catalogue without format: expected `format: 1`"),
    ("format: 2\n" + ENTRIES, 1, 9, 1, "format '2': this program reads `format: 1`"),
    ("format: one\n" + ENTRIES, 1, 9, 1, "format 'one'"),
    ("format: 1\ntitle:\n" + ENTRIES, 2, 7, 1, "empty title"),
    ("format: 1\ntitel: x\n" + ENTRIES, 2, 1, 1, "did you mean 'title'?"),
    ("format: 1\nformat: 1\n" + ENTRIES, 2, 1, 1, "'format' stands twice"),
    ("format: 1\n", 1, 1, 0, "expected either `sections:`"),
    ("format: 1\nsections:\n- section: S\n  " + SECTION + ENTRIES.replace("a\n", "b\n"), 9, 1, 2, "either"),
    ("format: 1\nidentities:\n", 2, 12, 0, "no identities: expected a list"),
    ("format: 1\nidentities: []\n", 2, 13, 0, "write it in block style"),
    ("format: 1\nidentities:\n  a: b\n", 3, 3, 0, "no identities: expected a list"),
    ("format: 1\nidentities:\n- a\n", 3, 3, 0, "expected an entry, which starts with `id: some-name`"),
    ("format: 1\nsections:\n- a\n", 3, 3, 0, "expected a section, which starts with `section: NAME`"),
    ("format: 1\nsections:\n- section: a\n", 3, 3, 0, "a section without identities"),
    ("format: 1\nsections:\n- " + SECTION, 3, 3, 1, "a section without section"),
    ("format: 1\nsections:\n- section:\n  " + SECTION, 3, 11, 1, "empty section"),
    ("format: 1\n" + ENTRIES + "---\na: b\n", 6, 1, 1, "a second document"),
    ("format: 1\nx: y: z\n" + ENTRIES, 2, 5, 0, "': ' inside a text"),
    ("format: 1\n\0\n", 2, 1, 0, "a NUL character"),
    (b"format: 1\n# caf\xe9\n", 2, 6, 0, "not UTF-8 text (byte 0xE9 at offset 15)"),
    ("format: 1\n# \ud800\n", 2, 3, 0, "not UTF-8 text"),
]


@pytest.mark.parametrize(("text", "line", "column", "entries", "message"), FILE_PROBLEMS)
def test_a_file_with_one_problem(text: str | bytes, line: int, column: int, entries: int, message: str) -> None:
    identities, problems = read_text(text, "t.yaml")
    assert len(problems) == 1, problems
    assert (problems[0].place, problems[0].id) == (Place("t.yaml", line, column), "")
    assert message in problems[0].message
    assert len(identities) == entries


def test_all_problems_of_a_file_are_reported_at_once_in_its_order() -> None:
    text = """\
format: 1
titel: A
sections:
- section: S
  identities:
  - id: One
    where: {X: outer(a, b)}
    f:
    gradiant: A
  - id: two
    f: 'x
    equals: y
  - id: three
    f: *x
    equals: {a: b}
  - id: four
    f: x
    equals: x
  - id: four
    f: &y x
    equals: x
"""
    identities, problems = read_text(text, "t.yaml")
    assert [identity.id for identity in identities] == ["four"]
    assert [(problem.place.line, problem.place.column, problem.id) for problem in problems] == [
        (2, 1, ""),
        (6, 5, "One"),
        (6, 9, "One"),
        (7, 16, "One"),
        (7, 25, "One"),
        (8, 7, "One"),
        (9, 5, "One"),
        (11, 8, "two"),
        (14, 8, "three"),
        (15, 13, "three"),
        (19, 9, "four"),
        (20, 8, "four"),
    ]


def test_a_comma_inside_a_declaration_is_explained_at_both_of_its_pieces() -> None:
    _, problems = read_text(BEFORE + FORM + CLAIM + "  where: {X: outer(a, b)}\n", "t")
    assert [(problem.place.column, problem.message.split(":")[0]) for problem in problems] == [
        (14, "'outer(a' is cut off"),
        (23, "'b)' has no value"),
    ]
    assert all("put quotes around a text with a comma" in problem.message for problem in problems)


def test_an_error_lists_all_problems() -> None:
    problems = (Problem(Place("t", 1, 2), "a", "empty f"), Problem(Place("t", 3, 4), "", "no claim"))
    error = CatalogueError(problems)
    assert error.problems == problems
    assert str(error) == "t:1:2: a: empty f\nt:3:4: no claim"


def test_more_problems_or_entries_than_anyone_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    many = "format: 1\nidentities:\n" + "".join(f"- id: a{n}\n  f: x\n  equals: x\n" for n in range(5))
    monkeypatch.setattr(limits, "FILE_ENTRIES", 3)
    identities, problems = read_text(many, "t")
    assert [identity.id for identity in identities] == ["a0", "a1", "a2"]
    assert "more than 3 entries" in problems[0].message
    _, problems = read_text("format: 1\nidentities:\n" + "- 1\n" * 3, "t")
    assert len(problems) == 3
    unknown = "".join(f"  key{n}: x\n" for n in range(5000))
    identities, problems = read_text(BEFORE + unknown, "t")
    assert [identity.id for identity in identities] == ["before"]
    assert len(problems) == 1001
    assert problems[0].message.startswith("1000 problems")


def test_ten_thousand_entries() -> None:
    entry = "  - id: a-{n}\n    where: {{X: n×m}}\n    f: x\n    gradient:\n      X: A\n    note: >\n      B\n"
    text = "format: 1\nsections:\n- section: S\n  identities:\n"
    text += "".join(entry.format(n=n) for n in range(10_000))
    identities, problems = read_text(text, "t.yaml")
    assert not problems
    assert len({identity.id for identity in identities}) == 10_000
    assert identities[-1].span[1] == len(text.rstrip().splitlines())


# ---------------------------------------------------------------- files


def message(path: str | os.PathLike[str]) -> str:
    """The one message about a file that gives nothing."""
    identities, problems = read(path)
    assert not identities
    assert len(problems) == 1
    assert problems[0].place == Place("<stdin>" if path == "-" else os.fspath(path), 1, 1)
    return problems[0].message


def test_a_file_is_read_under_its_name(tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(EVERYTHING, encoding="utf-8")
    identities, problems = read(path)
    assert not problems
    assert [identity.place.file for identity in identities] == [str(path)] * 2
    assert read(str(path)) == (identities, ())


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(EVERYTHING.encode()), encoding="ascii"))
    identities, problems = read("-")
    assert not problems
    assert [identity.place.file for identity in identities] == ["<stdin>"] * 2
    monkeypatch.setattr(sys, "stdin", None)
    assert "standard input" in message("-")


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no such file" in message(tmp_path / "missing.yaml")
    assert "a folder" in message(tmp_path)
    assert "cannot be read" in message("a\0b")
    assert "cannot be read" in message("x" * 5000)
    (tmp_path / "empty.yaml").touch()
    assert "nothing in it" in message(tmp_path / "empty.yaml")

    def refuse(path: str, flags: int) -> int:
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)  # root may read everything
    assert "check its permissions" in message(tmp_path / "empty.yaml")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(50_000_000)
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("it was opened"))
    assert "larger than 20 MB" in message(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_pipes_and_devices_neither_hang_nor_fill_the_memory(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert "nothing in it" in message(pipe)
    assert "larger than 20 MB" in message("/dev/zero")
    assert "nothing in it" in message("/dev/null")
    reading, writing = os.pipe()
    os.write(writing, EVERYTHING.encode())
    os.close(writing)
    identities, problems = read(f"/dev/fd/{reading}")
    os.close(reading)
    assert not problems
    assert len(identities) == 2


# ---------------------------------------------------------------- anything at all


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.binary(max_size=300) | st.text(max_size=300))
def test_any_text_gives_identities_or_problems(text: bytes | str) -> None:
    identities, problems = read_text(text, "t")
    assert identities or problems


PIECES = st.lists(
    st.sampled_from(
        [
            *"[]{}:,&*!|>%@`'\"#-?\\ \t\n",
            "\n  ",
            "\n    X: ",
            ": ",
            " #",
            "- ",
            "𝟏",
            "---\n",
            "<<: ",
            "f: x\n",
        ]
    ),
    max_size=12,
).map("".join)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(PIECES)
def test_whatever_stands_in_an_entry_the_one_before_it_is_read(piece: str) -> None:
    identities, problems = read_text(BEFORE + "  f: " + piece, "t.yaml")
    assert identities[:1] or any(not problem.id for problem in problems)
    assert len(identities) == 2 or problems
    assert list(problems) == sorted(problems, key=lambda problem: problem.place)
    lines = (BEFORE + "  f: " + piece).splitlines()
    for problem in problems:
        assert 1 <= problem.place.line <= max(len(lines), 1)
        assert problem.message
