"""What sentences say of formulas beside equations: where f is least, what a derivative becomes, f at another place."""

from __future__ import annotations

import pytest

from identities.run import verdicts
from identities.settings import Settings
from identities.tables import read_text


def judged(text, name="t.md", suffix=".md"):
    document = read_text(text, name, suffix)
    return [(one.kind, one.wrt, one.verdict) for one in verdicts(document.identities, Settings(), cache=None)]


@pytest.mark.parametrize(
    "said",
    [
        r"The minimizer of $\|Ax-b\|^2$ is $x = FORM$, if $A$ has full column rank.",
        r"The minimiser of $\|Ax-b\|^2$ for $A$ of full column rank is $\hat{x} = FORM$.",
        r"For $A$ of full column rank the minimizer of $\|Ax-b\|^2$ over $x$ is $FORM$.",
        r"The minimizer of $\|Ax-b\|^2$ is $x^\star = FORM$ when $A$ has full column rank.",
    ],
)
def test_where_a_function_is_least(said):
    assert judged(said.replace("FORM", "(A^TA)^{-1}A^Tb"))[:1] == [("minimizer", "x", "verified")]
    assert judged(said.replace("FORM", "2(A^TA)^{-1}A^Tb"))[:1] == [("minimizer", "x", "refuted")]


def test_a_minimizer_is_no_definition_of_its_name():
    found = judged("The minimizer of $\\|x - b\\|^2$ is $x = b$.\n\n$\\nabla_A\\, (x^TAx + b^TAb) = 2bb^T$\n")
    assert found == [("minimizer", "x", "verified"), ("gradient", "A", "refuted")]


@pytest.mark.parametrize(
    "said",
    [
        "which is $FORM$ if $A$ is symmetric.",
        "and if $A = A^T$ this is $FORM$.",
        "which for symmetric $A$ reduces to $FORM$.",
    ],
)
def test_a_derivative_said_again_under_a_condition(said):
    text = f"$\\nabla_x\\, x^TAx = (A + A^T)x$, {said}"
    assert judged(text.replace("FORM", "2Ax")) == [("gradient", "x", "verified")] * 2
    assert judged(text.replace("FORM", "3Ax")) == [("gradient", "x", "verified"), ("gradient", "x", "refuted")]


def test_the_condition_of_what_is_said_again_is_of_it_alone():
    text = "$\\nabla_x\\, x^TAx = 2Ax$. If $A$ is symmetric, this becomes $2Ax$."
    assert judged(text) == [("gradient", "x", "refuted"), ("gradient", "x", "verified")]


@pytest.mark.parametrize("said", ["which is $n$-dimensional if $x$ is.", "where $n$ is the size of $A$."])
def test_other_formulas_behind_an_equation_are_no_derivatives(said):
    assert judged(f"$\\nabla_x\\, x^TAx = (A + A^T)x$, {said}") == [("gradient", "x", "verified")]


def test_a_function_at_another_place():
    line = "With $f(x) = x^TPx$, $P$ symmetric, and $g(t) = f(x + tv)$ we have $g'(t) = FORM$."
    assert judged(line.replace("FORM", "2v^TP(x + tv)")) == [("derivative", "t", "verified")]
    assert judged(line.replace("FORM", "2v^TPx")) == [("derivative", "t", "refuted")]
    words = "Let $f(u) = \\exp(a^Tu)$ and $F(x) = f(Bx)$. Then $\\nabla F(x) = FORM$."
    assert judged(words.replace("FORM", "\\exp(a^TBx) B^Ta")) == [("gradient", "x", "verified")]
    assert judged(words.replace("FORM", "\\exp(a^TBx) a^TB")) == [("gradient", "x", "refuted")]


def test_an_if_that_addresses_the_reader_is_no_condition():
    text = "If you want that in $A$, it is $\\nabla_A\\, \\|Ax - b\\|^2 = 2(Ax - b)x^T$."
    assert judged(text) == [("gradient", "A", "verified")]


def test_maths_in_backticks():
    table = "| f | gradient |\n|---|---|\n| $`x^{\\top}Qx`$ | $`FORM`$ |\n"
    assert judged(table.replace("FORM", "(Q + Q^{\\top})x")) == [("gradient", "x", "verified")]
    assert judged(table.replace("FORM", "2Qx")) == [("gradient", "x", "refuted")]


def test_where_something_holds_says_nothing_of_names():
    text = "$\\bar Z = \\bar H \\odot [Z>0]$ and $\\nabla_Z \\operatorname{tr}(AZ) = A^T$."
    assert judged(text) == [("gradient", "Z", "verified")]


@pytest.mark.parametrize(
    ("f", "right", "wrong"),
    [
        ("Y = 1 / (1 + np.exp(-X))", "dY * Y * (1 - Y)", "dY * Y * (1 + Y)"),
        ("Y = np.sqrt(X)", "dY / (2 * Y)", "dY / Y"),
        ("y = np.sum(X**2)", "2 * dy * X", "2 * dy + X"),
        ("Y = np.log(X)", "dY / X", "dY * X"),
    ],
)
def test_numbers_beside_arrays_in_code(f, right, wrong):
    table = f"`dY` is the gradient with respect to `Y`.\n\n| Forward | Backward |\n|---|---|\n| `{f}` | `dX = FORM` |\n"
    assert judged(table.replace("FORM", right)) == [("pullback", "X", "verified")]
    assert ("pullback", "X", "verified") not in judged(table.replace("FORM", wrong))


def test_division_in_formulas_is_no_division_of_entries():
    text = "`np.exp(X)` acts elementwise.\n\n| f | Hessian |\n|---|---|\n| log(1 + exp(aᵀx)) | FORM |\n"
    assert judged(text.replace("FORM", "exp(aᵀx)/(1 + exp(aᵀx))² aaᵀ")) == [("hessian", "x", "verified")]


@pytest.mark.parametrize(
    ("header", "kinds"),
    [
        ("$f(x)$ | $J$ | $H$", ["jacobian", "hessian"]),
        ("$f$ | $f'(x)$ | $f''(x)$", ["gradient", "hessian"]),
        ("f(x) or f(X) | df/dx or df/dX | Hessian", ["gradient", "hessian"]),
        ("Mapping | Derivative with respect to vector $\\mathbf{x}$ | $H_f(x)$", ["gradient", "hessian"]),
    ],
)
def test_headers(header, kinds):
    gradient = "x^T(A + A^T)" if kinds[0] == "jacobian" else "(A + A^T)x"
    table = f"| {header} |\n|---|---|---|\n| $x^TAx$ | ${gradient}$ | $A + A^T$ |\n"
    assert judged(table) == [(kind, "x", "verified") for kind in kinds]


def test_bold_headers_with_maths_in_them():
    table = (
        "\\begin{tabular}{cc}\n\\textbf{Function} & \\textbf{Derivative w.r.t. $\\bm x$} \\\\\n"
        "$\\bm x^T\\bm S\\bm x$, $\\bm S = \\bm S^T$ & $FORM$ \\\\\n\\end{tabular}\n"
    )
    assert judged(table.replace("FORM", "2\\bm S\\bm x"), "t.tex", ".tex") == [("gradient", "x", "verified")]
    assert judged(table.replace("FORM", "\\bm S\\bm x"), "t.tex", ".tex") == [("gradient", "x", "refuted")]


@pytest.mark.parametrize(
    "said",
    [
        r"It is not true that $\nabla_x\, x^TAx = 2Ax$.",
        r"Is it true that $\nabla_x\, x^TAx = 2Ax$?",
        r"Prove or disprove: $\det(A + B) = \det A + \det B$.",
        r"When $t = 0$, $\frac{d}{dt}\log\det(I + tA) = \operatorname{tr}(A)$.",
        r"With $\sum_i t_i = 1$ we have $\nabla_z(-t^T\log\operatorname{softmax}(z)) = \operatorname{softmax}(z) - t$.",
        r"If $S = LL^T$ is a Cholesky factorisation then $\log\det S = 2\sum_i\log L_{ii}$.",
    ],
)
def test_what_is_denied_asked_or_supposed_is_not_claimed(said):
    assert judged(said) == []


def test_a_condition_on_what_is_said_again_leaves_the_equation_alone():
    text = "$\\nabla_x\\, x^TAx = (A + A^T)x$, which is $0$ when $x = 0$."
    assert judged(text) == [("gradient", "x", "verified")]


def test_a_function_at_its_own_place_is_its_formula():
    text = "Let $f(x) = x^TAx$. Then $f(2x) = 4f(x)$ and $f(x + h) = f(x) + x^T(A + A^T)h + FORM$."
    assert [verdict for *_, verdict in judged(text.replace("FORM", "h^TAh"))] == ["verified"] * 2
    assert [verdict for *_, verdict in judged(text.replace("FORM", "h^Th"))] == ["verified", "refuted"]
