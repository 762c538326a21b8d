"""reStructuredText: math directives and roles, the three kinds of tables, and what holds no claims."""

from __future__ import annotations

import pytest

from identities import tables


def claims(text):
    document = tables.read_text(text, "t.rst", ".rst")
    assert document.problems == ()
    assert document.skipped == ()
    return [
        (str(claim.closed_form.place), claim.kind, claim.closed_form.text)
        for identity in document.identities
        for claim in identity.claims
    ]


GRID = """
+------------+-----------+
| Function   | Gradient  |
+============+===========+
| tr(AX)     | Aᵀ        |
+------------+-----------+
| log det X  | X⁻ᵀ       |
+------------+-----------+
"""
SIMPLE = """
=========  ==========
Function   Gradient
=========  ==========
tr(AX)     Aᵀ
log det X  X⁻ᵀ
=========  ==========
"""
LIST = """
.. list-table:: Gradients
   :header-rows: 1
   :widths: 50 50

   * - Function
     - Gradient
   * - :math:`\\operatorname{tr}(AX)`
     - :math:`A^\\top`
   * - ``logdet(X)``
     -
"""


CSV = """
.. csv-table:: Gradients
   :header: "Function", "Gradient"
   :widths: 50, 50

   ":math:`a^T x`", ":math:`a`"
   tr(AX), "Aᵀ"
"""
ROWS = """
.. csv-table::
   :header-rows: 1

   Function, Gradient
   tr(AX), Aᵀ
"""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (CSV, [("t.rst:6:29", "gradient", "a"), ("t.rst:7:13", "gradient", "Aᵀ")]),
        (ROWS, [("t.rst:6:12", "gradient", "Aᵀ")]),
        (GRID, [("t.rst:5:16", "gradient", "Aᵀ"), ("t.rst:7:16", "gradient", "X⁻ᵀ")]),
        (SIMPLE, [("t.rst:5:12", "gradient", "Aᵀ"), ("t.rst:6:12", "gradient", "X⁻ᵀ")]),
        (LIST, [("t.rst:9:15", "gradient", "A^\\top")]),
        ("Title\n=====\n\nSo :math:`\\nabla_x a^\\top x = a`.\n", [("t.rst:4:31", "gradient", "a")]),
        (".. math:: \\nabla_x a^\\top x = a\n", [("t.rst:1:31", "gradient", "a")]),
        (
            (
                "As in\n\n.. math::\n   :label: one\n\n"
                "   \\nabla_x a^\\top x &= a \\\\\n   \\nabla_x b^\\top x &= b\n\nand so on."
            ),
            [("t.rst:6:25", "gradient", "a"), ("t.rst:7:25", "gradient", "b")],
        ),
        ("- :math:`d(X^{-1}) = -X^{-1} dX X^{-1}`\n", [("t.rst:1:22", "differential", "-X^{-1} dX X^{-1}")]),
        (".. code-block:: python\n\n   ∇f(x) = 2\n\nFor example::\n\n   ∂/∂x(aᵀx) = 2a\n\n>>> d(aᵀx) = 2\n", []),
        (".. a comment: ∂/∂x(aᵀx) = 2a\n   ∂/∂x(aᵀx) = 2a\n", []),
        (".. identities: skip\n\n.. math:: \\nabla_x a^\\top x = 2a\n", []),
    ],
)
def test_what_is_read_and_where_it_stands(text, wanted):
    assert claims(text) == wanted


def test_a_directive_in_a_comment():
    text = ".. identities: where A: n×n symmetric; layout: numerator\n\n- :math:`\\nabla_x x^\\top A x = 2 x^\\top A`\n"
    (identity,) = tables.read_text(text, "t.rst", ".rst").identities
    assert identity.where["A"].text == "n×n symmetric"
    assert identity.claims[0].layout == "numerator"


@pytest.mark.parametrize("sign", ["+--+\n", "== ==\n", ".. math::\n", "* - \n", ":math:`", "``", "+-=+\n|"])
def test_hostile_repetition_ends(sign):
    tables.read_text(sign * 3_000, "t.rst", ".rst")
