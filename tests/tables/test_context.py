"""What sentences say of the variables of other sentences, and for how long."""

from __future__ import annotations

import time

import pytest

from identities import limits
from identities.run import verdicts
from identities.settings import Settings
from identities.tables import SUFFIXES, read_text

DISPLAYS = r"""With a diagonal matrix $W$ we have

$$\nabla_w w^\top W w = 2Ww,$$

whose Hessian is

$$\nabla^2_w w^\top W w = 2W.$$

In general

$$\nabla_w w^\top W w = (W + W^\top)w.$$
"""
KERNEL = r"""Let $K = K(\theta)$ be KIND.

$$\frac{\partial \log\det K}{\partial\theta} = \operatorname{tr}(K^{-1}\frac{\partial K}{\partial\theta})$$

$$\frac{\partial a^\top K^{-1} a}{\partial\theta} = -b^\top \frac{\partial K}{\partial\theta} b, \quad b = K^{-1} a$$
"""
ARROWS = """
- `f(x) = x @ A @ x` → `(A + A.T) @ x`
- `f(x) = x @ A @ x` → `2 * A @ x`
- `f(x) = np.exp(a @ x)` → `f(x) * a`
"""
PRIMALS = """| primal | vjp |
|---|---|
| `C = A @ B` | `gA = gC @ B.T`, `gB = A.T @ gC` |
| `C = A @ B` | `gA = B.T @ gC` |
"""
LINEAR = (
    r"SAID $\frac{\partial}{\partial X} \operatorname{tr}(AX) = A$ and $\frac{\partial}{\partial x} a^\top x = a^\top$."
)
UPSTREAM = (
    r"We write $G$ for the upstream gradient $\partial L/\partial Y$. For $Y = XW$: $\partial L/\partial X = FORM$."
)


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
        # of the subject of its clause only
        ("$x \\in \\mathbb R^n$, the Hessian is symmetric.\n\n$\\nabla_x x^\\top A x = (A + A^\\top)x$", [{"x": "n"}]),
        ("Here the matrix $A$ is given.\n\n$\\nabla_x x^\\top A x = (A + A^\\top)x$", [{}]),
        ("For a scalar function $f$ of a matrix $X$: $\\nabla_X \\operatorname{tr}(AX) = A^\\top$.", [{}]),
        ("$A$ and $B=A^{-1}$ are symmetric.\n\n$\\nabla_x x^\\top A x = 2Ax$", [{"A": "n×n symmetric"}]),
        # a sentence that goes on below a display, and one that comes after it
        (DISPLAYS, [{"W": "n×n diagonal"}, {"W": "n×n diagonal"}, {}]),
        ("$$\\nabla_x x^\\top A x = 2Ax$$\n\nwith $A$ symmetric.", [{"A": "n×n symmetric"}]),
        ("$$\\nabla_x x^\\top A x = 2Ax$$\n\nWith $A$ symmetric it is short.", [{}]),
        (
            "## With $A$ symmetric\n\n$\\nabla_x x^\\top A x = 2Ax$\n\n## All\n\n$\\nabla_x a^\\top x = a$",
            [{"A": "n×n symmetric"}, {}],
        ),
    ],
)
def test_conditions_hold_where_they_are_said(text: str, said: list[dict[str, str]]) -> None:
    found = conditions(text)
    assert [{name: shape.replace("m×m", "n×n") for name, shape in one.items()} for one in found] == said


def verdicts_of(text: str, suffix: str = ".md") -> list[str]:
    """The verdicts on the claims of a document, in order, and "skipped" for what is not read."""
    document = read_text(text, f"t{suffix}", suffix)
    found = [verdict.verdict for verdict in verdicts(document.identities, Settings(), cache=None)]
    return found + ["skipped"] * len(document.skipped)


@pytest.mark.parametrize(
    ("said", "rows", "wanted"),
    [
        ("Numerator layout is used.", ["∂(Au)/∂x = A ∂u/∂x", "∂(Au)/∂x = ∂u/∂x A"], ["verified", "refuted"]),
        ("Denominator layout is used.", ["∂(Au)/∂x = ∂u/∂x Aᵀ"], ["verified"]),
        (
            "Numerator layout is used.",
            ["∂(uᵀv)/∂x = uᵀ ∂v/∂x + vᵀ ∂u/∂x", "∂(uᵀv)/∂x = uᵀ ∂v/∂x − vᵀ ∂u/∂x"],
            ["verified", "refuted"],
        ),
        (
            "Denominator layout is used.",
            ["∂(uᵀv)/∂x = ∂v/∂x u + ∂u/∂x v", "∂(uᵀv)/∂x = ∂v/∂x v + ∂u/∂x u"],
            ["verified", "refuted"],
        ),
        ("In some layout.", ["∂(Au)/∂x = A ∂u/∂x"], ["skipped"]),
    ],
)
def test_functions_that_are_named_and_not_written(said: str, rows: list[str], wanted: list[str]) -> None:
    table = "\n".join(f"| {row} |" for row in rows)
    assert verdicts_of(f"{said} Here u = u(x) and v = v(x).\n\n| Identity |\n|---|\n{table}\n") == wanted


def test_a_matrix_that_is_a_function_of_a_number() -> None:
    assert verdicts_of(KERNEL.replace("KIND", "symmetric positive definite")) == ["verified", "verified"]
    assert verdicts_of(KERNEL.replace("KIND", "an invertible matrix")) == ["verified", "refuted"]
    assert verdicts_of(KERNEL.replace("KIND", "orthogonal")) == ["skipped", "skipped"]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("The gradient has the shape of the variable.", ["refuted", "refuted"]),
        ("Here they are.", ["verified", "verified"]),  # both in numerator layout
    ],
)
def test_a_layout_may_be_said_by_the_shape_of_a_gradient(said: str, wanted: list[str]) -> None:
    assert verdicts_of(LINEAR.replace("SAID", said)) == wanted


def test_arrows_lead_to_gradients_where_that_is_said() -> None:
    assert verdicts_of(f"Each item is function → gradient.\n{ARROWS}") == ["verified", "refuted", "verified"]
    assert verdicts_of(f"Each item is a step.\n{ARROWS}") == []


def test_functions_of_matrices_act_as_it_is_said() -> None:
    row = "∂/∂X tr(exp(X)) = exp(X)ᵀ"
    assert verdicts_of(f"{row} (matrix exponential)") == ["verified"]
    assert verdicts_of(f"{row} (elementwise)") == ["refuted"]
    assert verdicts_of(row) == ["skipped"]


def test_cotangents_by_the_names_that_code_and_words_give_them() -> None:
    assert verdicts_of(PRIMALS) == ["verified", "verified", "refuted"]
    assert verdicts_of(UPSTREAM.replace("FORM", r"G W^\top")) == ["verified"]
    assert verdicts_of(UPSTREAM.replace("FORM", r"G^\top W")) == ["refuted"]


def test_an_entry_of_a_vector_is_no_sign_that_it_is_a_number() -> None:
    table = "| f | gradient | where |\n|---|---|---|\n| $-\\sum_i \\log x_i$ | $FORM/x$ | $x > 0$ |\n"
    assert verdicts_of(table.replace("FORM", "-1")) == ["verified"]
    assert verdicts_of(table.replace("FORM", "1")) == ["refuted"]


def test_an_index_that_f_has_not_is_of_no_array() -> None:
    table = "| f | Hessian | where |\n|---|---|---|\n| $-\\sum_i \\log x_i$ | $\\mathrm{diag}(1/x_i^2)$ | $x > 0$ |\n"
    assert verdicts_of(table) == ["skipped"]


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


def test_a_paragraph_of_a_hundred_formulas_is_read_and_a_longer_one_is_not() -> None:
    assert (
        len(read_text("$\\nabla_x a^\\top x = a$, " * limits.PARAGRAPH, "t.md", ".md").identities) == limits.PARAGRAPH
    )
    document = read_text("$\\nabla_x a^\\top x = a$, " * (limits.PARAGRAPH + 1), "t.md", ".md")
    assert not document.identities
    assert "a paragraph of 101 formulas; the limit is 100" in document.skipped[0].problem.message


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


def judged(text: str, suffix: str = ".md") -> list[tuple[str, str]]:
    """The verdicts on a document, each with the variable it is about."""
    found = read_text(text, f"t{suffix}", suffix).identities
    return [(verdict.wrt, verdict.verdict) for verdict in verdicts(found, Settings(), cache=None)]


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        ("Setting the gradient to zero gives the normal equations", ".", 0),
        ("The optimal x satisfies", ".", 0),
        ("so that we have to solve", ".", 0),
        ("For all x and A we have", ".", 1),
    ],
)
def test_an_equation_that_is_to_be_solved_is_no_identity(before, after, count):
    document = read_text(f"{before} $A^TAx = 2Ax${after}", "t.md", ".md")
    assert (len(document.identities), len(document.skipped)) == (count, 1 - count)


def test_words_before_another_formula_pose_nothing():
    posed = "setting the gradient to zero we solve the normal equations $A^TAx = 2Ax$."
    text = f"Using the fact that $\\|x\\|^2 = x^T x$ and {posed}"
    assert judged(text) == [("", "verified")]


@pytest.mark.parametrize("head", ["gradient w.r.t. WHICH", "derivative with respect to the WHICH"])
@pytest.mark.parametrize(
    "words", ["first input|second input", "left operand|right operand", "1st argument|2nd argument"]
)
def test_a_header_may_name_the_place_of_its_variable(head, words):
    first, second = (head.replace("WHICH", word) for word in words.split("|"))
    table = f"| function | {first} | {second} |\n|---|---|---|\n| `trace(B @ A)` | `A.T` | `B.T` |\n"
    assert judged(table) == [("B", "verified"), ("A", "verified")]
    assert judged(table.replace("`A.T`", "`A`"))[0] == ("B", "refuted")


def test_a_header_may_name_the_variable_of_the_functions():
    table = "| function of b | Hessian |\n|---|---|\n| $\\|Ax - b\\|^2$ | FORM |\n"
    assert judged(table.replace("FORM", "$2I$")) == [("b", "verified")]
    assert judged(table.replace("FORM", "$2A^TA$")) == [("b", "refuted")]
    assert judged(table.replace("of b", "of x").replace("FORM", "$2A^TA$")) == [("x", "verified")]


@pytest.mark.parametrize(
    "said",
    [
        "Upstream gradient `G` has the shape of the output.",
        "Here `G` is the incoming gradient.",
        "The upstream gradient is `G`.",
    ],
)
def test_a_cotangent_may_be_of_whatever_a_row_computes(said):
    table = (
        "\n\n| op | forward | gradient w.r.t. first input |\n|---|---|---|\n| matmul, plain | `C = A @ B` | FORM |\n"
    )
    assert judged(said + table.replace("FORM", "`G @ B.T`")) == [("A", "verified")]
    assert judged(said + table.replace("FORM", "`G @ B`")) == [("A", "refuted")]
    assert judged(said + table.replace("C = ", "").replace("FORM", "`G @ B.T`")) == [("A", "verified")]


def test_code_is_read_as_the_code_beside_it():
    powers = "| `sum(A**2)` | `2 * A` |\n| `sum(A**3 * B)` | `3 * A**2 * B` |\n"
    rows = f"| `sum(A * B)` | `B` |\n{powers}| `sum(exp(A))` | `exp(A)` |\n"
    head = "| f | gradient in A |\n|---|---|\n"
    numpy = "| `trace(A @ B)` | `B.T` |\n"
    assert judged(head + numpy + rows) == [("A", "verified")] * 5
    assert not judged(head + "| `sum(A * B)` | `B` |\n")  # nothing says which product
    assert judged(head + numpy + "| `sum(A**2)` | `2 * A.T` |\n")[1] == ("A", "refuted")


@pytest.mark.parametrize(
    ("f", "closed", "condition", "verdict"),
    [
        ("det(AXB)", "det(AXB) X⁻ᵀ", "all square and invertible", "verified"),
        ("det(AXB)", "det(AXB) X⁻ᵀ", "always", "refuted"),
        ("tr(X²)", "2X", "symmetric", "verified"),
        ("tr(X²)", "2X", "any square matrix", "refuted"),
        ("tr(X⁻¹)", "−(X⁻²)ᵀ", "nonsingular matrices", "verified"),
        ("tr(AX)", "A", "symmetric", None),  # of which?
        ("xᵀx", "2x", r"$\bm x \neq \bm 0$", "verified"),
        ("tr(Xᵏ)", "k(X^(k-1))ᵀ", r"$k\in\mathbb N$", "verified"),
    ],
)
def test_a_condition_that_names_nothing_is_of_the_matrices_of_its_row(f, closed, condition, verdict):
    wrt = "x" if "X" not in f else "X"
    found = judged(f"| f | gradient in {wrt} | valid for |\n|---|---|---|\n| {f} | {closed} | {condition} |\n")
    assert found == ([] if verdict is None else [(wrt, verdict)])


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("Gradients of scalar functions of $x$. $A$ and $B$ are constant square matrices.", "verified"),
        ("$a$ is a column. $A$ is a square matrix.", "verified"),
        ("Here $x$ is a scalar and $A$ square.", None),
    ],
)
def test_a_word_is_of_the_name_beside_it(said, verdict):
    found = judged(f"{said}\n\n| f | gradient |\n|---|---|\n| $x^T A x + a^T x$ | $(A + A^T)x + a$ |\n")
    assert found == [("x", verdict)] if verdict else found != [("x", "verified")]


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("Let the covariance $P$ (symmetric) be given.", "verified"),
        ("Let the covariance $P$ (real, symmetric and positive definite) be given.", "verified"),
        ("Let $C$, a covariance $P$ (symmetric) and $x$ be given.", "verified"),
        ("Let $P$ (symmetric), $C$ (square) be given.", "verified"),
        ("Let $C$, the covariance $Q$ (symmetric) be given.", "refuted"),
        ("Let $P$ (square) be given.", "refuted"),
    ],
)
def test_a_condition_in_brackets_is_of_the_name_before_them(said, verdict):
    assert judged(f"{said}\n\nThen $\\nabla_x x^T P x = 2Px$.") == [("x", verdict)]
    assert judged(f"{said}\n\nThen $\\nabla_x x^T C x = 2Cx$.") == [("x", "refuted")]


@pytest.mark.parametrize(
    "said",
    ["where $Q$ is any square matrix", "for an arbitrary square $Q$", "where $Q$ is not necessarily symmetric"],
)
def test_what_is_said_anew_of_a_name_holds_instead(said):
    before = "Throughout, $Q$ is symmetric.\n\n"
    claim = "$\\nabla_x x^T Q x = 2Qx$"
    assert judged(f"{before}We have {claim}.") == [("x", "verified")]
    assert judged(f"{before}We have {claim} {said}.") == [("x", "refuted")]
    assert judged(f"{before}In general, {claim}.") == [("x", "verified")]


def test_any_symmetric_matrix_is_symmetric():
    claim = "$\\nabla_x x^T Q x = 2Qx$"
    assert judged(f"{claim} for any symmetric matrix $Q$.") == [("x", "verified")]
    assert judged(f"{claim} for any matrix $Q$.") == [("x", "refuted")]


@pytest.mark.parametrize("begins", ["Let", "Consider", "For"])
def test_what_is_said_beside_a_function_goes_with_it(begins):
    first = "Let $f(x) = \\frac12 x^T Q x$ where $Q$ is symmetric. Then $\\nabla f(x) = Qx$.\n\n"
    again = f"{begins} $f(x) = x^T Q x$. Then $\\nabla f(x) = 2Qx$."
    assert judged(first + again) == [("x", "verified"), ("x", "refuted")]
    other = "Thus $f(x) = \\frac12 \\sum_i x_i (Qx)_i$, and $\\nabla f(x) = Qx$."  # the same function
    assert judged(first + other)[-1] == ("x", "verified")


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".md", "With $P$ symmetric:\n\n- FORM.\n- FORM.\n\nBELOW."),
        (".md", "With $P$ symmetric we have\n\n1. FORM,\n2. FORM.\n\nBELOW."),
        (".tex", "With $P$ symmetric:\n\\begin{itemize}\n\\item FORM. \\item FORM.\n\\end{itemize}\nBELOW."),
        (".rst", "With :math:`P` symmetric:\n\n* FORM.\n* FORM.\n\nBELOW."),
    ],
)
def test_what_is_said_before_a_list_holds_of_all_its_items_and_of_nothing_below(suffix, text):
    claim = ":math:`CLAIM`" if suffix == ".rst" else "$CLAIM$"
    whole = text.replace("BELOW", "In general, FORM").replace("FORM", claim).replace("CLAIM", "\\nabla_x x^T P x = 2Px")
    found = verdicts(read_text(whole.encode(), f"t{suffix}", suffix).identities, Settings(), cache=None)
    assert [verdict.verdict for verdict in found] == ["verified", "verified", "refuted"]


def test_a_property_may_stand_beside_a_formula_without_a_word():
    claim = "$\\nabla_x x^T R x = 2Rx$"
    assert judged(f"- {claim}, $R = R^T$") == [("x", "verified")]
    assert judged(f"- {claim}, $R R^T$") == [("x", "refuted")]


def test_headers_may_be_in_the_plural():
    table = "| Forward | Adjoints of the inputs |\n|---|---|\n| `Y = A X` | `X̄ = FORM` |\n"
    assert judged(table.replace("FORM", "Aᵀ Ȳ")) == [("X", "verified")]
    assert judged(table.replace("FORM", "A Ȳ")) == [("X", "refuted")]


@pytest.mark.parametrize(
    "said",
    [
        "For $f(x) = x^T A x$ the Hessian is $FORM$.",
        "For $f(x) = x^T A x$ the Hessian is $H = FORM$.",
        "The function $f(x) = x^T A x$ has Hessian $FORM$.",
        "Of $f(x) = x^T A x$ its Hessian matrix equals $FORM$.",
    ],
)
def test_words_may_name_the_derivative_of_the_function_in_their_sentence(said):
    assert judged(said.replace("FORM", "A + A^T")) == [("x", "verified")]
    assert judged(said.replace("FORM", "2A")) == [("x", "refuted")]


@pytest.mark.parametrize(
    "said",
    [
        "Let $f(x) = x^T A x$. For another function the Hessian is $2A$.",
        "For $f(x) = x^T A x$ the gradient $g$ is a vector.",
        "For $f(x) = x^T A x$ the Hessian is $C^T C$, as above.",
    ],
)
def test_words_name_no_derivative_of_what_stands_elsewhere(said):
    assert judged(said) == []


def test_a_derivative_within_a_closed_form_says_that_its_name_is_a_function():
    rule = "$\\frac{\\partial K^{-1}}{\\partial\\theta} = FORM K^{-1}\\frac{\\partial K}{\\partial\\theta}K^{-1}$"
    assert judged(rule.replace("FORM", "-")) == [("θ", "verified")]
    assert judged(rule.replace("FORM", "")) == [("θ", "refuted")]
    slope = "\\frac{\\partial K}{\\partial\\theta}"
    trace = f"$\\frac{{\\partial \\log|K|}}{{\\partial\\theta}} = \\operatorname{{tr}}(K^{{-1}}{slope})$"
    assert judged(trace) == [("θ", "verified")]


def test_a_derivative_by_a_row_is_a_row():
    table = "| Function | With respect to | Derivative |\n|---|---|---|\n| $F$ | $W$ | $FORM$ |\n"

    def of(f, wrt, form):
        return judged(table.replace("FORM", form).replace("$F$", f"${f}$").replace("$W$", f"${wrt}$"))

    assert of("Xb", "b'", "X") == [("b", "verified")]
    assert of("Xb", "b^T", "X'") == [("b", "refuted")]
    assert of("a'b", "b'", "a'") == [("b", "verified")]
    assert of("a'b", "b'", "a") == [("b", "refuted")]
    assert of("a'b", "b", "a") == [("b", "verified")]


def test_a_closed_form_may_name_the_value_of_its_function():
    text = "For $f(x) = \\frac{x^TAx}{x^Tx}$ with $A$ symmetric, $\\nabla f(x) = \\frac{2}{x^Tx}(Ax - FORM\\,x)$."
    assert judged(text.replace("FORM", "f(x)")) == [("x", "verified")]
    assert judged(text.replace("FORM", "2f(x)")) == [("x", "refuted")]


def test_square_factors_of_a_kronecker_product():
    text = "$\\operatorname{tr}(A\\otimes B) = FORM$ for square $A$ and $B$."
    kinds = [verdict for _, verdict in judged(text.replace("FORM", "\\operatorname{tr}(A)\\operatorname{tr}(B)"))]
    assert kinds == ["verified"]
    assert [verdict for _, verdict in judged(text.replace("FORM", "\\operatorname{tr}(AB)"))] == ["refuted"]


@pytest.mark.parametrize(
    "head",
    [
        "cotangent of `A` (or first arg) | cotangent of `B`",
        "VJP w.r.t. A | VJP w.r.t. B",
        "cotangent | cotangent",  # of the arguments in order
    ],
)
def test_columns_of_cotangents(head):
    table = f"`g` is the cotangent of the output.\n\n| primal | {head} |\n|---|---|---|\n"
    row = "| `A @ B` | `g @ B.T` | `A.T @ g` |\n"
    assert judged(table + row) == [("A", "verified"), ("B", "verified")]
    assert judged(table + row.replace("B.T", "B")) == [("A", "refuted"), ("B", "verified")]


def test_code_divides_entry_by_entry():
    table = "| primal | cotangent of `x` | cotangent of `y` |\n|---|---|---|\n| `np.exp(x)` | `g * np.exp(x)` | |\n"
    said = f"`g` is the cotangent of the output.\n\n{table}"
    assert judged(f"{said}| `x / y` | `g / y` | `-g * x / y**2` |\n")[1:] == [("x", "verified"), ("y", "verified")]
    assert judged(f"{said}| `x / y` | `g / y` | `g * x / y**2` |\n")[2] == ("y", "refuted")


@pytest.mark.parametrize(
    ("f", "wrt", "right", "wrong"),
    [
        (r"$\operatorname{tr}(X)$", "X", "$I_n$", "$2I_n$"),
        (r"$\operatorname{tr}(X)$", "X", r"$\mathbf{I}_{n\times n}$", r"$\mathbf{1}_{n\times n}$"),
        ("`np.trace(X)`", "X", "`np.eye(n)`", "`np.ones((n, n))`"),
        ("`np.trace(X)`", "X", "`np.eye(X.shape[0])`", "`np.ones_like(X)`"),
        ("`np.sum(X)`", "X", "`np.ones((m, n))`", "`np.eye(n)`"),
        ("`np.sum(X)`", "X", "`np.ones_like(X)`", "`2 * np.ones_like(X)`"),
        ("𝟏ᵀx", "x", "𝟏ₙ", "2𝟏ₙ"),
        (r"$\mathbf{1}_n^T x$", "x", r"$\mathbf 1_n$", "$x$"),
        ("`np.sum(x)`", "x", "`np.ones_like(x)`", "`x`"),
    ],
)
def test_constants_whose_size_nothing_says_are_as_large_as_they_have_to_be(f, wrt, right, wrong):
    table = f"| f | gradient in {wrt} |\n|---|---|\n| {f} | FORM |\n"
    assert judged(table.replace("FORM", right)) == [(wrt, "verified")]
    assert judged(table.replace("FORM", wrong)) == [(wrt, "refuted")]


def test_constants_whose_size_is_said_have_it():
    text = "Let $A \\in \\mathbb{R}^{m\\times n}$, $B \\in \\mathbb{R}^{m\\times n}$.\n\n$A^T I_m B = A^T I_SIZE B$"
    assert [verdict for _, verdict in judged(text.replace("SIZE", "m"))] == ["verified"]
    assert "verified" not in [verdict for _, verdict in judged(text.replace("SIZE", "n"))]


def test_the_derivative_of_a_vector_by_itself():
    assert judged(r"$\frac{\partial x}{\partial x} = I$") == [("x", "verified")]
    assert judged(r"$\frac{\partial x}{\partial x} = 2I$") == [("x", "refuted")]


def test_a_vector_may_be_said_not_to_be_zero():
    assert judged("- ∇ₓ‖x‖ = x/‖x‖ (x ≠ 0)") == [("x", "verified")]
    assert judged("- ∇ₓ‖x‖ = 2x/‖x‖ (x ≠ 0)") == [("x", "refuted")]


@pytest.mark.parametrize("power", ["e^{X}", "e^X", r"e^{\mathbf{X}}"])
def test_e_to_the_power_of_a_matrix(power):
    table = f"| f | gradient |\n|---|---|\n| $\\operatorname{{tr}}({power})$ | $({power})^T$ (SAID) |\n"
    assert judged(table.replace("SAID", "matrix exponential")) == [("X", "verified")]
    assert judged(table.replace("SAID", "elementwise")) == [("X", "refuted")]
    assert judged(table.replace("SAID", "of course")) == [("X", "verified")]


def test_a_trace_may_be_of_all_that_follows():
    table = "| $\\phi(X)$ | $d\\phi(X)$ |\n|---|---|\n| $F$ | $FORM$ |\n"

    def of(f, form):
        (found,) = judged(table.replace("FORM", form).replace("$F$", f"${f}$"))
        return found[1]

    assert of("\\operatorname{tr} XAXB", "\\operatorname{tr}\\,(AXB + BXA)\\,dX") == "verified"
    assert of("\\operatorname{tr} XAXB", "\\operatorname{tr}\\,(AXB - BXA)\\,dX") == "refuted"
    assert of("\\log|X'X|", "2\\operatorname{tr}\\,(X'X)^{-1}X'dX") == "verified"
    assert of("\\log|X'X|", "\\operatorname{tr}\\,(X'X)^{-1}X'dX") == "refuted"
    assert of("\\operatorname{tr}(A) x'x", "2\\operatorname{tr}(A) x'dx") == "verified"  # as it stands


def test_what_an_item_says_beside_its_claims_is_of_this_item():
    items = (
        "- $f(x) = x^T A x$, $A = A^T$ $\\Rightarrow$ $\\nabla f(x) = 2Ax$\n"
        "- $f(x) = x^T A x + c^T x$ $\\Rightarrow$ $\\nabla f(x) = 2Ax + c$\n"
    )
    assert judged(items) == [("x", "verified"), ("x", "refuted")]
    assert judged(f"- $A$ is symmetric.\n- $c$ is a vector.\n\n{items}") == [("x", "verified"), ("x", "verified")]


def test_code_with_primes_multiplies_matrices():
    table = "| Call | Rule for the cotangents |\n|---|---|\n"
    rows = "| `Y = A * B` | `ΔA = ΔY * B'`, `ΔB = A' * ΔY` |\n| `Y = A \\ B` | `ΔB = FORM` |\n"
    right = table + rows.replace("FORM", "A' \\ ΔY")
    assert judged(right) == [("A", "verified"), ("B", "verified"), ("B", "verified")]
    assert judged(right.replace("A' \\ ΔY", "A \\ ΔY"))[2] == ("B", "refuted")
    assert judged(right.replace("A' \\ ΔY", "A' * ΔY"))[2] == ("B", "refuted")  # A \ B is no product
    tangents = "\n| Call | Pushforward |\n|---|---|\n| `Y = A * B` | `dY = dA * B + A * dB` |\n"
    assert judged(right + tangents)[3:] == [("", "verified")]
    assert judged(tangents) == []  # nothing says which product


@pytest.mark.parametrize("form", ["\\boxed{CLAIM}", "{CLAIM}", "\\boxed{\\,CLAIM\\,}"])
def test_equations_may_stand_in_boxes(form):
    text = f"Let $f(w) = w^T w$. **Solution**: ${form}$"
    assert judged(text.replace("CLAIM", "\\nabla f(w) = 2w")) == [("w", "verified")]
    assert judged(text.replace("CLAIM", "\\nabla f(w) = w")) == [("w", "refuted")]


def test_the_jacobian_of_a_number_is_a_row():
    text = "The measurement Jacobian is $\\frac{\\partial \\|x - p\\|}{\\partial x} = FORM$."
    row, column = "\\frac{(x - p)^T}{\\|x - p\\|}", "\\frac{x - p}{\\|x - p\\|}"
    assert judged(text.replace("FORM", row)) == [("x", "verified")]
    assert judged(text.replace("FORM", column)) == [("x", "refuted")]
    assert judged(text.replace("Jacobian", "gradient").replace("FORM", column)) == [("x", "verified")]


def test_a_second_derivative_by_vec():
    under = "\\partial \\operatorname{vec}(X)\\,\\partial\\operatorname{vec}(X)^T"
    text = f"$\\frac{{\\partial^2}}{{{under}}} \\|AX - C\\|_F^2 = 2(FORM)$"
    assert judged(text.replace("FORM", "I \\otimes A^TA")) == [("X", "verified")]
    assert judged(text.replace("FORM", "A^TA \\otimes I")) == [("X", "refuted")]


def test_a_sum_to_an_n_that_nothing_says_is_of_all_entries():
    text = "$\\nabla_x \\sum_{i=1}^{n} e^{x_i} = FORM$"
    assert judged(text.replace("FORM", "e^x")) == [("x", "verified")]
    assert judged(text.replace("FORM", "x")) == [("x", "refuted")]


def test_the_trace_of_a_kronecker_square():
    table = "| f | gradient |\n|---|---|\n| $\\operatorname{Tr}(X \\otimes X)$ | $FORM\\operatorname{Tr}(X) I$ |\n"
    assert judged(table.replace("FORM", "2")) == [("X", "verified")]
    assert judged(table.replace("FORM", "")) == [("X", "refuted")]


def test_a_condition_behind_a_definition_is_of_it():
    text = "The Lagrangian is $L(x) = \\frac12 x^T Q x + c^T x$ with $Q$ symmetric. Hence $\\nabla_x L = Qx + c$."
    assert judged(text) == [("x", "verified")]
    assert judged(text.replace(" with $Q$ symmetric", "")) == [("x", "refuted")]
    general = text + " In general, $\\nabla_x L = Qx + c$."
    assert judged(general) == [("x", "verified"), ("x", "refuted")]


def test_derivatives_in_plain_words_and_signs():
    assert judged("* d/dx (Ax) = A\n* d/dx (xᵀx) = x\n") == [("x", "verified"), ("x", "refuted")]


def test_the_inverse_of_a_transpose_as_a_prime():
    text = "$\\frac{\\partial\\ln|A|}{\\partial A} = FORM$"
    assert judged(text.replace("FORM", "A'^{-1}")) == [("A", "verified")]
    assert judged(text.replace("FORM", "A^{-1}")) == [("A", "refuted")]


def test_an_equation_says_something_of_its_own_name_alone():
    quotient = "The quotient $\\rho(w) = \\dfrac{w^T A w}{w^T w}$ with $A = A^T$ has"
    text = f"{quotient} $\\nabla\\rho(w) = \\frac{{2}}{{w^T w}}(Aw - \\rho(w)w)$."
    assert judged(text) == [("w", "verified")]
    assert judged(text.replace(" with $A = A^T$", "")) == [("w", "refuted")]
    assert judged("For $B$, $A = A^T$ we have $\\nabla_x x^T B x = 2Bx$.") == [("x", "refuted")]


def test_cells_may_name_the_derivative_under_a_header_that_says_nothing():
    table = "| Given | Find | Answer |\n|---|---|---|\n| $f = x^T A x$ | $\\nabla_x f$ | $FORM$ |\n"
    assert judged(table.replace("FORM", "(A + A^T)x")) == [("x", "verified")]
    assert judged(table.replace("FORM", "2Ax")) == [("x", "refuted")]
    whole = "| What | Is |\n|---|---|\n| $\\frac{\\partial x^T A x}{\\partial x}$ | $FORM$ |\n"
    assert judged(whole.replace("FORM", "(A + A^T)x")) == [("x", "verified")]
    assert judged(whole.replace("FORM", "2Ax")) == [("x", "refuted")]


NUMBERS, BOTH = {"s": "scalar", "t": "scalar"}, {"S": "symmetric", "T": "symmetric"}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("scalars $s$, $t$, symmetric matrices $S$, $T$, vectors $u$", NUMBERS | BOTH),
        ("symmetric $S$, $T$ and general $u$", BOTH),
        ("Table A.1, scalar $s$ and $t$, symmetric $T$, $S$", NUMBERS | BOTH),
    ],
)
def test_variables_listed_by_what_they_are(said, found):
    text = f"Throughout, let us have {said}.\n\nThen $\\nabla_u (s t\\, u^T S T u) = st(ST + TS)u$."
    (where,) = conditions(text)
    assert {name: words.split()[-1] for name, words in where.items()} == found


def test_tables_side_by_side():
    table = "| f | ∂f/∂x | | f | ∂f/∂X |\n|---|---|---|---|---|\n| aᵀx | a | | tr(AX) | FORM |\n"
    assert judged(table.replace("FORM", "Aᵀ")) == [("x", "verified"), ("X", "verified")]
    assert judged(table.replace("FORM", "A")) == [("x", "verified"), ("X", "refuted")]


def test_a_loss_beside_its_name():
    table = "| Loss | Formula | Gradient |\n|---|---|---|\n| Squared | $\\|w - y\\|^2$ | $FORM$ |\n"
    assert judged(table.replace("FORM", "2(w - y)")) == [("w", "verified")]
    assert judged(table.replace("FORM", "w - y")) == [("w", "refuted")]


def test_rows_that_state_a_function_and_then_its_gradient():
    table = "| If | then |\n|---|---|\n| $f(x) = x^T P x$ | $\\nabla f(x) = FORM$ |\n"
    assert judged(table.replace("FORM", "(P + P^T)x")) == [("x", "verified")]
    assert judged(table.replace("FORM", "2Px")) == [("x", "refuted")]
    assert judged(table.replace("x^T P x$", "x^T P x$, $P$ symmetric").replace("FORM", "2Px")) == [("x", "verified")]


def test_what_a_layer_computes_may_stand_beside_its_name():
    table = "| Layer | Output | Jacobian wrt input |\n|---|---|---|\n| Linear | `W @ x + b` | `FORM` |\n"
    assert judged(table.replace("FORM", "W")) == [("x", "verified")]
    assert judged(table.replace("FORM", "W.T")) == [("x", "refuted")]
    unit = "| Layer | Output | Jacobian wrt input |\n|---|---|---|\n| Unit | `x / norm(x)` | `FORM` |\n"
    assert judged(unit.replace("FORM", "(I - x @ x.T / norm(x)**2) / norm(x)")) == [("x", "verified")]
    assert judged(unit.replace("FORM", "I / norm(x)")) == [("x", "refuted")]


def test_a_word_that_says_no_shape_leaves_it_open():
    table = "Let $X$ be a real matrix.\n\n| f | gradient in X |\n|---|---|\n| $\\operatorname{tr}(AX^TB)$ | $FORM$ |\n"
    assert judged(table.replace("FORM", "BA")) == [("X", "verified")]
    assert judged(table.replace("FORM", "AB")) == [("X", "refuted")]


@pytest.mark.parametrize("between", ["# Another\n", "| f | gradient |\n|---|---|\n| aᵀx | a |\n"])
def test_what_is_said_before_a_list_is_of_no_list_beyond_a_heading_or_table(between):
    claim = "- $\\nabla_x x^T P x = 2Px$\n"
    found = judged(f"With $P$ symmetric:\n\n{claim}\n{between}\n{claim}")
    assert (found[0], found[-1]) == (("x", "verified"), ("x", "refuted"))
