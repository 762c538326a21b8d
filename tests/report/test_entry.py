"""One entry as a reader wants it: text, LaTeX, code, YAML and JSON, in three layouts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import identities
from identities.catalogue import TURNED, Identity, read_text
from identities.files import own_catalogue
from identities.notation import NotationError, parse
from identities.parsed import read
from identities.report.entry import FORMS, Unreadable, render

CATALOGUE = identities.load(own_catalogue())
ENTRY = """\
format: 1
title: A table
sections:

- section: Traces
  identities:

  - id: trace-product
    where: {A: n×m, X: m×n}
    f: tr(AX)
    gradient:
      X: A'
      A: X^T
    differential: tr(A dX) + tr(dA X)
    source: ["Petersen & Pedersen 2012 (100)", "a second one"]
    note: The gradient is Aᵀ, not A.
    tags: [trace, linear]

  - id: linear-map
    where: {A: m×n, x: n}
    f: Ax
    jacobian:
      x: A
    entries:
      x[j]: A[i,j]

  - id: with-parts
    where: {A: m×n, x: n, b: m, t: scalar}
    let:
      r: Ax − t b
    f: ½ ‖r‖²
    gradient:
      x: Aᵀr
    derivative:
      t: −bᵀr
    at: {t: 0}
"""


@pytest.fixture
def entries(tmp_path: Path) -> dict[str, Identity]:
    path = tmp_path / "table.yaml"
    path.write_text(ENTRY, encoding="utf-8")
    return {identity.id: identity for identity in identities.load(path)}


def test_text(entries):
    said = render(entries["trace-product"], "text")
    lines = said.splitlines()
    assert lines[0] == "trace-product  (Traces)"
    assert "  f              =  tr(AX)" in lines
    assert "  gradient in X  =  Aᵀ" in lines
    assert "  gradient in A  =  Xᵀ" in lines
    assert "  differential   =  tr(A dX) + tr(dA X)" in lines
    assert "  where A: n×m, X: m×n" in lines
    assert "  The gradient is Aᵀ, not A." in lines
    assert "  Petersen & Pedersen 2012 (100)" in lines
    assert "  a second one" in lines
    assert any("layout: " in line for line in lines)
    assert said.endswith("\n")
    assert not re.search(r"[ \t]$", said, re.MULTILINE)


def test_text_says_parts_and_points(entries):
    said = render(entries["with-parts"], "text")
    assert "  with r = Ax − tb" in said
    assert "  at t = 0" in said
    assert "derivative in t" in said


def test_latex(entries):
    said = render(entries["trace-product"], "latex")
    assert said.startswith("\\begin{align*}\n")
    assert said.endswith("\\end{align*}\n")
    assert r"\nabla_{X}\,\left(\operatorname{tr}\left(A X\right)\right) &= A^{\top}" in said
    assert r"&= X^{\top}" in said
    rows = said.splitlines()[1:-1]
    assert len(rows) == 3
    assert all(row.endswith(r" \\") for row in rows[:-1])
    assert r"r &= A x - t b" in render(entries["with-parts"], "latex")


def wrong_in_latex(identity: Identity, said: str) -> str:
    """What is wrong with the LaTeX of an entry, in a word; nothing if nothing is."""
    depth, least = 0, 0
    for char in re.sub(r"\\[{}]", "", said):
        depth += (char == "{") - (char == "}")
        least = min(least, depth)
    claims = [claim for claim in identity.claims if not claim.worked]
    checks = {
        "braces": depth == least == 0,
        "brackets": said.count(r"\left") == said.count(r"\right"),
        "letters that LaTeX does not set by itself": said.isascii(),
        "a line per claim and part": said.count("&=") == len(claims) + len(identity.let),
    }
    return ", ".join(what for what, fine in checks.items() if not fine)


def test_latex_of_the_catalogue_is_well_formed():
    found = {identity.id: wrong_in_latex(identity, render(identity, "latex")) for identity in CATALOGUE}
    assert {id: wrong for id, wrong in found.items() if wrong} == {}


def test_text_of_the_catalogue_reads_back():
    """Every formula shown is one that the entry could say."""
    unreadable = []
    for identity in CATALOGUE:
        names = read(identity).names
        for line in render(identity, "text").splitlines():
            if "  =  " in line:
                try:
                    parse(line.split("  =  ", 1)[1].strip(), names)
                except NotationError as error:
                    unreadable.append(f"{identity.id}: {line.strip()}: {error}")
    assert unreadable == []


def test_yaml_is_the_entry_as_it_stands(entries, tmp_path):
    for identity in entries.values():
        said = render(identity, "yaml")
        again = "format: 1\nidentities:\n\n" + said
        path = tmp_path / f"{identity.id}.yaml"
        path.write_text(again, encoding="utf-8")
        (loaded,) = identities.load(path)
        assert loaded.id == identity.id
        assert loaded.f.text == identity.f.text
        assert [(c.kind, c.wrt, c.closed_form.text) for c in loaded.claims] == [
            (c.kind, c.wrt, c.closed_form.text) for c in identity.claims
        ]
        assert {name: text.text for name, text in loaded.where.items()} == {
            name: text.text for name, text in identity.where.items()
        }
        assert (loaded.source, loaded.note, loaded.tags) == (identity.source, identity.note, identity.tags)


def test_yaml_of_the_whole_catalogue_loads(tmp_path):
    path = tmp_path / "again.yaml"
    path.write_text(
        "format: 1\nidentities:\n\n" + "\n".join(render(identity, "yaml") for identity in CATALOGUE), encoding="utf-8"
    )
    loaded = identities.load(path)
    assert [identity.id for identity in loaded] == [identity.id for identity in CATALOGUE]
    assert [identity.f.text for identity in loaded] == [identity.f.text for identity in CATALOGUE]


def test_yaml_that_is_shown_checks(entries, tmp_path):
    path = tmp_path / "shown.yaml"
    path.write_text("format: 1\nidentities:\n\n" + render(entries["trace-product"], "yaml"), encoding="utf-8")
    report = identities.check(path)
    assert report.ok
    assert len(report.verdicts) == 3


def test_yaml_of_an_entry_whose_file_is_gone(entries, tmp_path):
    """From standard input, say, or a file moved meanwhile: a message, not a traceback of the system."""
    (identity,) = read_text(ENTRY.split("  - id: linear-map", maxsplit=1)[0], "<stdin>")[0]
    with pytest.raises(Unreadable, match="stdin"):
        render(identity, "yaml")


def test_json(entries):
    said = json.loads(render(entries["trace-product"], "json"))
    assert said["format"] == 1
    assert said["id"] == "trace-product"
    assert said["section"] == "Traces"
    assert said["where"] == {"A": "n×m", "X": "m×n"}
    assert said["f"] == {"unicode": "tr(AX)", "latex": r"\operatorname{tr}\left(A X\right)"}
    assert [(claim["kind"], claim["wrt"], claim["unicode"]) for claim in said["claims"]] == [
        ("gradient", "X", "Aᵀ"),
        ("gradient", "A", "Xᵀ"),
        ("differential", "", "tr(A dX) + tr(dA X)"),
    ]
    assert said["claims"][0]["latex"] == r"A^{\top}"
    assert said["tags"] == ["trace", "linear"]
    assert said["note"] == "The gradient is Aᵀ, not A."
    assert said["file"].endswith("table.yaml")
    assert said["line"] == 8
    assert json.loads(render(entries["with-parts"], "json"))["let"] == {"r": "Ax − tb"}


def test_json_of_the_catalogue_is_valid():
    for identity in CATALOGUE:
        said = json.loads(render(identity, "json"))
        assert said["id"] == identity.id
        assert len(said["claims"]) == sum(not claim.worked for claim in identity.claims)


# ---- layouts


@pytest.mark.parametrize(
    ("id", "layout", "line"),
    [
        ("trace-product", "gradient", "gradient in X  =  Aᵀ"),
        ("trace-product", "numerator", "gradient in X  =  A"),
        ("trace-product", "denominator", "gradient in X  =  Aᵀ"),
        ("linear-map", "gradient", "jacobian in x    =  A"),
        ("linear-map", "numerator", "jacobian in x    =  A"),
        ("linear-map", "denominator", "jacobian in x    =  Aᵀ"),
    ],
)
def test_layouts_are_named_as_in_the_wikipedia_tables(entries, id, layout, line):
    said = render(entries[id], "text", layout)
    assert f"  {line}" in said.splitlines()
    assert layout == "gradient" or f"{layout} layout" in said


def test_a_layout_transposes_in_every_form(entries):
    assert json.loads(render(entries["trace-product"], "json", "numerator"))["claims"][0]["unicode"] == "A"
    assert json.loads(render(entries["trace-product"], "json", "numerator"))["layout"] == "numerator"
    assert r"&= A \\" in render(entries["trace-product"], "latex", "numerator")
    assert render(entries["linear-map"], "latex", "denominator").count(r"A^{\top}") == 1


def test_no_form_ignores_a_layout_silently(entries):
    """Code in a layout is in that layout, or is refused."""
    for dialect in ("numpy", "jax"):
        plain = render(entries["trace-product"], dialect)
        try:
            other = render(entries["trace-product"], dialect, "numerator")
        except (Unreadable, ValueError):
            continue
        assert other != plain


# ---- entries that cannot be read


@pytest.mark.parametrize("form", sorted(FORMS))
def test_an_entry_that_cannot_be_read_says_why(form):
    text = "format: 1\nidentities:\n- id: e\n  where: {A: n×n}\n  f: tr(A\n  gradient:\n    A: I\n"
    (identity,) = read_text(text, "t.yaml")[0]
    with pytest.raises(Unreadable, match=r"t\.yaml:5:10: e: .*expected '\)'"):
        render(identity, form)


@pytest.mark.parametrize("form", ["numpy", "jax"])
def test_code_of_an_entry_with_a_clash_says_which(form):
    text = "format: 1\nidentities:\n- id: e\n  where: {A: m×n}\n  f: tr(A)\n  gradient:\n    A: I\n"
    (identity,) = read_text(text, "t.yaml")[0]
    with pytest.raises(Unreadable, match="square"):
        render(identity, form)


def test_there_is_a_form_for_each_that_the_command_offers():
    assert set(FORMS) >= {"text", "latex", "jax", "numpy", "yaml", "json"}
    assert set(TURNED) == {"gradient", "numerator", "denominator"}
