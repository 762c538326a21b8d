"""What sentences say of the variables of other sentences, and for how long."""

from __future__ import annotations

import time

import pytest

from identities.tables import SUFFIXES, read_text


def conditions(text: str, suffix: str = ".md") -> list[dict[str, str]]:
    """What is declared for each claim of a document, in order."""
    document = read_text(text, f"t{suffix}", suffix)
    assert not document.skipped, [str(skipped.problem) for skipped in document.skipped]
    return [{name: said.text for name, said in found.where.items()} for found in document.identities]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (r"For symmetric $A$ we have $\nabla_x x^\top A x = 2Ax$.", [{"A": "n×n symmetric"}]),
        (r"We have $\nabla_x x^\top A x = (A + A^\top)x$. For symmetric $A$ it is short.", [{}]),
        (
            "$$\\nabla_x x^\\top A x = (A + A^\\top)x.$$\nFor symmetric $A$ we have $\\nabla_x x^\\top A x = 2Ax$.",
            [{}, {"A": "n×n symmetric"}],
        ),
        # a size that does not fit was said of another matrix
        (
            "Let $A \\in \\mathbb R^{m\\times n}$. $\\nabla_x \\|Ax\\|^2 = 2A^TAx$. $\\nabla_A \\log\\det A = A^{-T}$.",
            [{"A": "m×n"}, {}],
        ),
        (r"`A` is a square matrix. Then $\nabla_X \operatorname{tr}(AX) = A^\top$.", [{"A": "n×n"}]),
        (
            r"For invertible $A$ and $X$: $\nabla_X \operatorname{tr}(AX) = A^\top$.",
            [{"A": "n×n invertible", "X": "n×n invertible"}],
        ),
    ],
)
def test_conditions_hold_where_they_are_said(text: str, said: list[dict[str, str]]) -> None:
    found = conditions(text)
    assert [{name: shape.replace("m×m", "n×n") for name, shape in one.items()} for one in found] == said


def test_a_directive_is_meant_whatever_it_makes_of_the_formulas() -> None:
    text = "<!-- identities: where A: m×n -->\n\n$\\nabla_A \\log\\det A = A^{-\\top}$.\n"
    document = read_text(text, "t.md", ".md")
    assert not document.identities
    assert len(document.skipped) == 1


@pytest.mark.parametrize(
    "text",
    [
        "A" + " " * 30_000 + "b, $A$ is symmetric",
        "$A$ is `" + "``a` " * 8_000,
        "> " * 20_000 + "$a$ is a vector",
        "$a \\[ " * 8_000,
        "$\\nabla_x " + "\\mathbf" * 50 + " x = y$",  # in exponential time
    ],
)
def test_what_is_long_or_nested_is_not_read_in_quadratic_time(text: str) -> None:
    began = time.process_time()
    for suffix in SUFFIXES:
        read_text(text, f"t{suffix}", suffix)
    assert time.process_time() - began < 5  # each took more than ten seconds


def test_an_equation_of_many_sides_is_skipped() -> None:
    document = read_text("$\\nabla_x a^\\top x = " + "a = " * 60 + "a$", "t.md", ".md")
    assert not document.identities
    assert "more than 50 sides" in document.skipped[0].problem.message


def test_a_table_without_words_before_its_formula() -> None:
    assert not read_text("$$ $$\n\n\\[\\]\n\n``", "t.md", ".md").identities


SPD, CLAIM = "$S$ is a symmetric positive definite matrix.\n\n", "$\\nabla_x\\, x^\\top S x = 2Sx$\n\n"


@pytest.mark.parametrize(
    ("text", "suffix", "known"),
    [
        ("# T\n\n" + SPD + "## A\n\n" + CLAIM + "### B\n\n" + CLAIM, ".md", [True, True]),  # in the sections below
        ("# T\n\n" + SPD + "# U\n\n" + CLAIM, ".md", [False]),  # not in the one beside
        ("# T\n\n## A\n\n" + SPD + CLAIM + "## B\n\n" + CLAIM, ".md", [True, False]),
        (SPD + "# A\n\n" + CLAIM + "# B\n\n" + CLAIM, ".md", [True, True]),  # what precedes all titles
        ("T\n=\n\n" + SPD + "A\n-\n\n" + CLAIM + "U\n=\n\n" + CLAIM, ".md", [True, False]),
        (rf"\section{{T}}{SPD}\subsection{{A}}{CLAIM}\section{{U}}{CLAIM}", ".tex", [True, False]),
    ],
)
def test_what_a_section_says_holds_in_the_sections_below_it(text: str, suffix: str, known: list[bool]) -> None:
    assert ["S" in said for said in conditions(text, suffix)] == known


TABLE = "\n\n| Identity |\n|---|\n| $\\frac{\\partial\\, a^\\top x}{\\partial x} = a$ |\n"


@pytest.mark.parametrize(
    ("sentence", "layout"),
    [
        ("This appendix uses the numerator layout: $\\partial f/\\partial x$ is a row.", "numerator"),
        ("Throughout we follow the denominator-layout convention.", "denominator"),
        ("Convention: **denominator layout**, gradients are columns.", "denominator"),
        ("We use gradients; many books use the numerator layout.", "auto"),
        ("Nothing is written in numerator layout if it can be avoided.", "auto"),
        ("We use both numerator layout and denominator layout.", "auto"),
    ],
)
def test_the_layout_that_a_document_says_it_uses_is_the_one_it_is_held_to(sentence: str, layout: str) -> None:
    (found,) = read_text(sentence + TABLE, "t.md", ".md").identities
    assert found.claims[0].layout == layout


def test_nabla_has_the_shape_of_its_variable_however_many_rows_are_transposed() -> None:
    rows = ("\\log\\det X = X^{-1}", "\\ln|X| = X^{-1}", "\\operatorname{tr}(AX) = A")
    found = read_text("\n\n".join(f"$\\nabla_X {row}$" for row in rows), "t.md", ".md").identities
    assert [identity.claims[0].layout for identity in found] == ["gradient"] * 3
    (partial,) = read_text("$\\frac{\\partial}{\\partial X} \\log\\det X = X^{-1}$", "t.md", ".md").identities
    assert partial.claims[0].layout == "auto"


def test_a_layout_in_parentheses_is_that_of_its_equation_alone() -> None:
    text = "- ∂(xᵀBx)/∂x = xᵀ(B + Bᵀ) (numerator layout)\n- ∂(aᵀx)/∂x = a\n"
    assert [found.claims[0].layout for found in read_text(text, "t.md", ".md").identities] == ["numerator", "auto"]


def test_a_definition_says_nothing_of_the_variables_in_it() -> None:
    text = "The term $q = (x - m)^\\top S^{-1} (x - m)$ with symmetric $S$ has $\\nabla_x q = 2S^{-1}(x - m)$."
    (found,) = read_text(text, "t.md", ".md").identities
    assert {name: said.text for name, said in found.where.items()} == {"S": "n×n symmetric"}


def test_a_header_without_a_variable_names_the_column_of_variables() -> None:
    text = "| Loss | Gradient w.r.t. | Result |\n|---|---|---|\n| $\\|Xw - y\\|^2$ | $w$ | $2X^\\top(Xw - y)$ |\n"
    (found,) = read_text(text, "t.md", ".md").identities
    assert (found.claims[0].wrt, found.claims[0].closed_form.text) == ("w", "2X^\\top(Xw - y)")
