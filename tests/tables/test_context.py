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
        (r"`A` is a square matrix. Then $\nabla_X \operatorname{tr}(AX) = A^\top$.", [{}]),
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
