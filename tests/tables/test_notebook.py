"""Notebooks: Markdown cells are read, code is not, and places are those of the file."""

from __future__ import annotations

import json

import pytest

from identities import tables


def notebook(*cells, indent=1):
    made = [{"cell_type": kind, "metadata": {"source": "x"}, "source": source} for kind, source in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=indent)


WRONG = "So $\\nabla_x a^\\top x = 2a$.\n"


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("lines", [['# "Title"\n', "\n", WRONG], "# Title\n\n" + WRONG])
def test_the_place_is_the_one_in_the_file(lines, indent):
    text = notebook(("code", ["# $\\nabla_x a^\\top x = 3a$"]), ("markdown", lines), indent=indent)
    (identity,) = tables.read_text(text, "n.ipynb", ".ipynb").identities
    place = identity.claims[0].closed_form.place
    assert identity.id == f"n.ipynb:cell-2:{place.line}"
    assert text.splitlines()[place.line - 1][place.column - 1 :].startswith("2a")


def test_a_table_in_a_cell_with_signs_that_json_escapes():
    cell = ["| f | ∇f |\n", "|---|---|\n", "| xᵀAx | (A + Aᵀ)x |\n", '| "tr(AX)" | Aᵀ |\n']
    text = notebook(("markdown", cell)).replace("ᵀ", "\\u1d40")
    first = tables.read_text(text, "n.ipynb", ".ipynb").identities[0]
    assert first.claims[0].closed_form.text == "(A + Aᵀ)x"


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "", '{"cells": ', "\x00"])
def test_what_is_no_json_is_a_problem(text):
    document = tables.read_text(text, "n.ipynb", ".ipynb")
    assert document.problems
    assert document.identities == ()


@pytest.mark.parametrize("text", ["{}", "[]", "3", '{"cells": 3}', '{"cells": [{"cell_type": "markdown"}]}', '"a"'])
def test_json_that_is_no_notebook_states_nothing(text):
    assert tables.read_text(text, "n.ipynb", ".ipynb") == tables.Document()
