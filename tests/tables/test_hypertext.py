"""Tables of HTML in Markdown and notebooks."""

from __future__ import annotations

import json
import time

import pytest

from identities.run import verdicts
from identities.settings import Settings
from identities.tables import read_text

TABLE = """Here it is:
<table class="wide">
<thead><tr><th>Function</th><th>Gradient</th></tr></thead>
<tbody>
<tr><td>$x^\\top x$</td><td>$2x$</td></tr>
<tr><td>x<sup>T</sup>Ax</td><td>(A + A<sup>T</sup>)x</td></tr>
<tr><td><code>a.T @ x</code></td>
    <td><code>2 * a</code></td></tr>
</tbody>
</table>
And so on: $\\nabla_x(x^\\top x) = x$.
"""


def judged(text, name="t.md", suffix=".md"):
    document = read_text(text, name, suffix)
    return [(one.line, one.closed_form, one.verdict) for one in verdicts(document.identities, Settings(), cache=None)]


def test_the_rows_of_a_table_each_at_its_place():
    assert judged(TABLE) == [
        (5, "2x", "verified"),
        (6, "(A + A^{T})x", "verified"),
        (7 + 1, "2 * a", "refuted"),
        (11, "x", "refuted"),
    ]


def test_closing_tags_may_be_left_out():
    bare = "<table>\n<tr><th>f<th>gradient\n<tr><td>$a^Tx$<td>$a$\n<tr><td>$x^Tx$<td>$x$\n</table>\n"
    assert [verdict for *_, verdict in judged(bare)] == ["verified", "refuted"]


def test_a_table_in_a_notebook():
    cell = {"cell_type": "markdown", "metadata": {}, "source": TABLE.splitlines(keepends=True)}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    found = [verdict for *_, verdict in judged(text, "t.ipynb", ".ipynb")]
    assert found == ["verified", "verified", "refuted", "refuted"]


@pytest.mark.parametrize("text", ["<table>", "<table></table>", "<table><tr></table>", "<td>$x$", "<table>\n\n$x$\n"])
def test_what_is_no_table_holds_no_claim(text):
    assert judged(f"{text}\n") == []


@pytest.mark.parametrize("text", ["<table>\n" * 5000, "<table>" * 20000, "<tr><td" * 20000, "<table><tr><td>x" * 5000])
def test_tables_without_an_end_are_passed_over_quickly(text):
    start = time.process_time()
    read_text(text + "\n", "t.md", ".md")
    assert time.process_time() - start < 5
