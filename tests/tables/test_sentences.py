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
        r"The vector $x = FORM$ minimises the function $\|Ax-b\|^2$.",
        r"$\hat{x} = FORM$ is the unique minimizer of $\|Ax-b\|^2$.",
        r"$\|Ax-b\|^2$ is minimised by $x = FORM$.",
        r"The function $\|Ax-b\|^2$ attains its minimum at $x = FORM$.",
        r"The minimum of $\|Ax-b\|^2$ is attained at $x = FORM$.",
        r"The solution of $\min_x \|Ax-b\|^2$ is $x = FORM$.",
        r"$x = FORM$ solves $\min_x \|Ax-b\|^2$.",
    ],
)
def test_where_a_function_is_least(said):
    assert judged(said.replace("FORM", "(A^TA)^{-1}A^Tb"))[:1] == [("minimizer", "x", "verified")]
    assert judged(said.replace("FORM", "2(A^TA)^{-1}A^Tb"))[:1] == [("minimizer", "x", "refuted")]


@pytest.mark.parametrize(
    "said",
    [
        r"The vector $x$ minimises $\|Ax-b\|^2$ if and only if $A^TAx = A^Tb$.",
        r"$\|Ax-b\|^2$ is minimised when $A^TAx = A^Tb$.",
        r"$x$ solves $\min_x \|Ax-b\|^2$.",
        r"$\|Ax-b\|^2$ attains its minimum at $x$.",
    ],
)
def test_an_equation_of_the_minimizer_is_not_its_value(said):
    assert judged(said) == []


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


# ---- what is said of all matrices, of a table, of a Gaussian, and of a name anew

QUADRATIC = "| f | gradient in x |\n|---|---|\n| $x^TAx$ | $2Ax$ |\n"
VERIFIED, REFUTED = [("gradient", "x", "verified")], [("gradient", "x", "refuted")]


@pytest.mark.parametrize(
    "said",
    [
        "All matrices are symmetric.",
        "In the following table all matrices are assumed to be symmetric.",
        "Throughout, every matrix is square and symmetric.",
        "In the following table $A$ is symmetric.",
    ],
)
def test_what_is_said_of_all_matrices(said):
    assert judged(f"{said}\n\n{QUADRATIC}") == VERIFIED


@pytest.mark.parametrize(
    "said", ["Not all matrices are symmetric.", "All matrices are square.", "All matrices are real."]
)
def test_what_is_not_said_of_all_matrices(said):
    assert judged(f"{said}\n\n{QUADRATIC}") == REFUTED


@pytest.mark.parametrize("of", ["all matrices are", "$A$ is"])
def test_what_is_said_of_a_table_holds_in_no_other(of):
    text = f"In the following table {of} symmetric.\n\n{QUADRATIC}\nThe next one is another.\n\n{QUADRATIC}"
    assert judged(text) == VERIFIED + REFUTED


@pytest.mark.parametrize(
    ("again", "found"),
    [
        ("Let $A$ be a square matrix.", REFUTED),
        ("Let $A$ and $B$ be square.", REFUTED),
        ("Consider a square matrix $A$.", REFUTED),
        ("Let $A$ also be invertible.", VERIFIED),
        ("Here $A$ is invertible.", VERIFIED),
        ("Let $B$ be a square matrix.", VERIFIED),
    ],
)
def test_a_name_that_is_introduced_anew_has_lost_what_was_said_of_it(again, found):
    text = "Let $A$ be symmetric. Then $\\nabla_x\\, x^TAx = 2Ax$.\n\n{} We have $\\nabla_x\\, x^TAx = 2Ax$."
    assert judged(text.format(again)) == VERIFIED + found


@pytest.mark.parametrize("word", ["sym.", "symm.", "p.d.", "p.s.d.", "sym"])
def test_conditions_are_abbreviated(word):
    header = "| f | gradient in x | conditions |\n|---|---|---|\n"
    assert judged(f"{header}| $x^TAx$ | $2Ax$ | A {word} |\n") == VERIFIED


@pytest.mark.parametrize(
    "said",
    [
        r"Let $x \sim \mathcal N(\mu, S)$.",
        r"The density is $\mathcal{N}(x \mid \mu, S)$.",
        "Here $x$ has mean $\\mu$ and covariance $S$.",
        "where $S$ is the covariance",
    ],
)
def test_a_covariance_is_positive_definite(said):
    assert judged(f"{said} $\\nabla_x\\, x^TS^{{-1}}x = 2S^{{-1}}x$.") == VERIFIED


def test_the_covariance_of_a_gaussian_is_called_sigma():
    formula = "$\\nabla_x\\, x^T\\Sigma^{-1}x = 2\\Sigma^{-1}x$."
    assert judged(f"The exponent of a Gaussian has {formula}") == VERIFIED
    assert judged(f"The exponent has {formula}") == REFUTED


def test_a_mean_is_no_matrix():
    assert judged(r"Let $q = \mathcal N(m, S)$. $\nabla_m\, m^TSm = 2Sm$.") == [("gradient", "m", "verified")]


def test_bold_letters_of_plain_tex():
    text = (
        "If ${\\bf A}$ is symmetric this becomes $\\nabla_{\\bf x}\\, {\\bf x}^T{\\bf A}{\\bf x} = 2{\\bf A}{\\bf x}$."
    )
    assert judged(text, "t.tex", ".tex") == VERIFIED


# ---- derivatives by vec X, in a direction, and of what went before


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        (r"$\nabla_{\operatorname{vec} X}\, \|AX\|_F^2 = 2\operatorname{vec}(A^TAX)$", "verified"),
        (
            r"$\frac{\partial \operatorname{tr}(AX)}{\partial\operatorname{vec}(X)} = \operatorname{vec}(A^T)$",
            "verified",
        ),
        (
            r"$\frac{\partial \operatorname{tr}(AX)}{\partial\operatorname{vec}(X)} = \operatorname{vec}(A^T)^T$",
            "verified",
        ),
        (
            r"$\frac{\partial \operatorname{tr}(AX)}{\partial\operatorname{vec}(X)^T} = \operatorname{vec}(A^T)$",
            "refuted",
        ),
        (r"$\frac{\partial \operatorname{tr}(AX)}{\partial\operatorname{vec}(X)} = \operatorname{vec}(A)$", "refuted"),
    ],
)
def test_a_derivative_by_vec(said, verdict):
    assert judged(said) == [("jacobian", "X", verdict)]


@pytest.mark.parametrize(("form", "verdict"), [("H^TX + X^TH", "verified"), ("H^TX + XH", "refuted")])
def test_a_derivative_in_a_direction(form, verdict):
    text = f"The derivative of $X \\mapsto X^TX$ at $X$ in the direction $H$ is ${form}$."
    assert judged(text) == [("differential", "", verdict)]


def test_that_of_another_function():
    text = "The Jacobian of $x \\mapsto Ax$ is therefore $A$; that of $x \\mapsto x \\odot x$ is ${}$."
    assert judged(text.format(r"2\operatorname{diag}(x)")) == [("jacobian", "x", "verified")] * 2
    assert judged(text.format(r"\operatorname{diag}(x)"))[1] == ("jacobian", "x", "refuted")


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("The minimizer is $x^* = (A^TA + \\lambda I)^{-1}A^Tb$.", [("minimizer", "x", "verified")]),
        ("Hence the unique minimizer is $\\hat x = (A^TA)^{-1}A^Tb$.", [("minimizer", "x", "refuted")]),
        ("Minimizer: $x = (A^TA + \\lambda I)^{-1}A^Tb$.", [("minimizer", "x", "verified")]),
        ("The minimizer satisfies $(A^TA + \\lambda I)x = A^Tb$.", []),
        ("With another penalty the minimizer is $x^* = (A^TA)^{-1}A^Tb$.", []),
        ("The minimizer is $x^*$.", []),
    ],
)
def test_the_minimizer_of_the_function_before(said, found):
    assert judged(f"Let $f(x) = \\|Ax - b\\|^2 + \\lambda\\|x\\|^2$. {said}") == found


def test_equations_with_their_sign_in_a_cell():
    text = (
        "\\begin{tabular}{rcl}\n$\\nabla_x\\,a^Tx$ & $=$ & $a$\\\\\n$\\nabla_X\\,a^TXb$ & $=$ & $FORM$\n\\end{tabular}"
    )
    found = judged(text.replace("FORM", "ba^T"), "t.tex", ".tex")
    assert found == [("gradient", "x", "verified"), ("gradient", "X", "refuted")]


def test_a_note_is_a_paragraph():
    assert judged(".. note:: :math:`\\nabla_x a^T x = a`.\n", "t.rst", ".rst") == VERIFIED


def test_a_condition_after_a_derivative_is_not_of_the_function():
    text = "For $f(x) = x^TAx$ one finds $\\nabla f(x) = (A + A^T)x$ and, for symmetric $A$, $\\nabla f(x) = 2Ax$."
    assert judged(f"{text}\n\n$\\nabla_x\\,x^TAx = 2Ax$") == VERIFIED * 2 + REFUTED


def test_the_kind_of_a_derivative_is_that_of_the_function_with_its_closed_form():
    text = r"For $T(m) = n(y - m)^TS(y - m)$ we have $\frac{\partial T}{\partial m} = -n(S + S^T)(y - m)$."
    assert judged(text) == [("gradient", "m", "verified")]
    assert judged("Let $S$ denote the (symmetric) scatter matrix. $\\nabla_x\\,x^TSx = 2Sx$") == VERIFIED


# ---- headers, conditions and functions of tables

TABLE = "|---|---|---|\n"


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("| Name | Definition | Gradient |", VERIFIED),
        ("| Model | What we minimise | $\\nabla f$ |", VERIFIED),
        ("| Method | Update | Gradient |", []),
        ("| Method | Complexity | Gradient |", []),
    ],
)
def test_the_function_stands_beside_the_derivative_under_any_header(header, found):
    assert judged(f"{header}\n{TABLE}| quadratic | $x^TAx$ | $(A + A^T)x$ |\n| linear | $a^Tx$ | $a$ |") == found * 2


def test_a_condition_in_the_cell_of_a_function_is_one():
    header = "| f | gradient in z |\n|---|---|\n"
    softmax = r"$\operatorname{softmax}(z) - y$"
    row = r"| $-y^T\log\operatorname{softmax}(z)$COND | " + softmax + " |\n"
    assert judged(header + row.replace("COND", r", $\mathbf 1^Ty = 1$")) == [("gradient", "z", "verified")]
    assert judged(header + row.replace("COND", "")) == [("gradient", "z", "refuted")]
    assert judged(header + row.replace("COND", r", $\|y\|^3 + 2 = y^TAy$")) == []


@pytest.mark.parametrize(("word", "found"), [("square", 1), ("invertible", 1), ("orthogonal", 0)])
def test_words_that_are_said_of_all_matrices_of_a_row(word, found):
    text = f"| left-hand side | right-hand side | condition |\n{TABLE}| $\\det(AB)$ | $\\det A\\det B$ | {word} |\n"
    assert judged(text) == [("equals", "", "verified")] * found


def test_the_variable_of_most_rows_is_that_of_the_others():
    header = "| f | gradient |\n|---|---|\n"
    first = "| $\\|Aw - y\\|^2$ (w.r.t. $w$) | $2A^T(Aw - y)$ |\n"
    last = "| $e^{w^Tx}$ | $e^{w^Tx}x$ |\n"
    assert judged(header + first + last) == [("gradient", "w", "verified")] * 2
    assert judged(header + last) == [("gradient", "x", "refuted")]


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        ("$Y = \\max(0, X)$", "$\\bar X = \\bar Y \\odot [X > 0]$"),
        ("$Y = \\max(X, 0)$", "$\\bar X = \\bar Y \\odot \\mathbb{1}[X > 0]$"),
        ("$Y = \\max(0, X)$", "$\\bar X = \\bar Y \\odot \\mathbf{1}_{X > 0}$"),
        ("$Y = \\operatorname{ReLU}(X)$", "$\\bar X = \\bar Y \\odot \\mathbb{1}\\{X > 0\\}$"),
        ("`Y = np.maximum(0, X)`", "`dX = dY * (X > 0)`"),
        ("$Y = \\max(0, X)$", "$\\bar X = (\\bar Y \\odot \\mathbf 1[X > 0])$"),
    ],
)
def test_relu_and_its_step(forward, backward):
    header = "| forward | backward |\n|---|---|\n"
    assert judged(f"{header}| {forward} | {backward} |") == [("pullback", "X", "verified")]
    wrong = backward.replace("X > 0", "Y > X" if "np" in forward else "-X > 0")
    assert ("pullback", "X", "verified") not in judged(f"{header}| {forward} | {wrong} |")


def test_a_power_of_e_is_the_matrix_exponential():
    assert judged("$\\frac{d}{dt}e^{tA} = Ae^{tA}$") == [("derivative", "t", "verified")]
    assert judged("$\\frac{d}{dt}e^{tA} = te^{tA}$") == [("derivative", "t", "refuted")]


def test_data_beside_data_in_a_sum():
    text = "$\\nabla_w \\sum_i \\log(1 + e^{-y_ix_i^Tw}) = -\\sum_i \\sigma(-y_ix_i^Tw)\\,y_ix_i$"
    assert judged(text) == [("gradient", "w", "verified")]


def test_shapes_that_both_sides_have_alone():
    assert judged("$(A \\otimes B)^{-1} = A^{-1} \\otimes B^{-1}$") == [("equals", "", "verified")]
    assert judged("$\\operatorname{tr}(A \\otimes B) = \\operatorname{tr}A \\cdot \\operatorname{tr}B$") == [
        ("equals", "", "verified")
    ]


def test_names_in_brackets_have_what_is_said_behind_them():
    said = "All covariance matrices ($P$, $R$) are symmetric positive definite."
    assert judged(f"{said} $\\nabla_K \\operatorname{{tr}}(KRK^T) = 2KR$") == [("gradient", "K", "verified")]
    assert judged("All covariance matrices are symmetric. $\\nabla_x\\, x^TAx = 2Ax$") == REFUTED


def test_a_formula_has_a_gradient_and_a_hessian():
    text = "The cost $(z - Hx)^TR(z - Hx)$ has gradient ${}$ with respect to $x$ and Hessian $H^T(R + R^T)H$."
    found = [("gradient", "x", "verified"), ("hessian", "x", "verified")]
    assert judged(text.format("-H^T(R + R^T)(z - Hx)")) == found
    assert judged(text.format("-2H^TR(z - Hx)"))[0] == ("gradient", "x", "refuted")


def test_rows_of_another_shape_speak_against_another_layout():
    text = (
        "$\\frac{\\partial}{\\partial X}\\log\\det X = X^{-1}$. "
        "$\\frac{\\partial}{\\partial X} a^TX^{-1}a = -X^{-1}aa^TX^{-1}$. "
        "$\\frac{\\partial}{\\partial x}\\, x^TAx = (A + A^T)x$. $\\frac{\\partial}{\\partial x}\\, a^Tx = a$."
    )
    outcomes = [verdict for *_, verdict in judged(text)]
    assert outcomes == ["refuted", "refuted", "verified", "verified"]


def test_only_if_is_a_condition_of_what_comes_after():
    text = "In general $\\nabla_x\\,x^TAx = (A + A^T)x$; only if $A = A^T$ does it become $2Ax$."
    assert judged(text)[0] == ("gradient", "x", "verified")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (r"\pdv{x}\qty(x^T B x) = (B + B^T)x", "gradient x"),
        (r"\pdv{\tr(XB)}{X} = B^T", "gradient X"),
        (r"\pdv[2]{x} \norm{x}^2 = 2I", "hessian x"),
        (r"\dv{t} \norm{x + ta}^2 = 2a^T(x + ta)", "derivative t"),
        (r"\nabla\nabla_x \norm{x}^2 = 2I", "hessian x"),
        (r"\grad_{\vb{x}} \abs{a^T\vb{x}}^2 = 2aa^T\vb{x}", "gradient x"),
    ],
)
def test_macros_of_packages(said, kind):
    assert judged(f"\\[ {said} \\]", "t.tex", ".tex") == [(*kind.split(), "verified")]
    assert judged(f"\\[ {said.replace('= ', '= 3')} \\]", "t.tex", ".tex") == [(*kind.split(), "refuted")]


def test_a_document_may_define_them_otherwise():
    text = "\\newcommand{\\norm}[1]{\\operatorname{tr}(#1)}\n\\[\\nabla_X \\norm{AX} = A^T\\]"
    assert judged(text, "t.tex", ".tex") == [("gradient", "X", "verified")]


def test_a_header_names_the_cotangent_and_the_code_is_the_function():
    header = f"| Operation | NumPy | Vector–Jacobian product (upstream `g`) |\n{TABLE}"
    row = "| matrix–vector product | `y = A @ x` | `gA = np.outer(g, x)`, `gx = A.T @ g` |\n"
    assert judged(header + row) == [("pullback", "A", "verified"), ("pullback", "x", "verified")]
    assert judged(header + row.replace("A.T", "2 * A.T"))[1] == ("pullback", "x", "refuted")


def test_what_almost_every_point_has_is_no_condition():
    text = "For $f(x) = \\|Ax\\|_2$ show that $\\nabla f(x) = \\frac{A^TAx}{\\|Ax\\|_2}$ when $Ax \\neq 0$."
    assert judged(text) == VERIFIED


@pytest.mark.parametrize(
    "said",
    [
        "A student wrote FORMULA. Find the mistake.",
        "It is tempting, but wrong, to write FORMULA for general $A$.",
        "A common mistake is FORMULA.",
        "We do not claim that FORMULA; see below.",
        "Previously we had FORMULA here, which is a typo.",
        "FORMULA does not hold in general.",
    ],
)
def test_what_a_text_calls_wrong_is_not_claimed(said):
    assert judged(said.replace("FORMULA", "$\\nabla_x\\,x^TAx = 2Ax$")) == []
    assert judged("We claim that $\\nabla_x\\,x^TAx = 2Ax$.") == REFUTED


def test_what_is_set_against_a_mistake_is_claimed():
    text = "Everybody is wrong, as $A$ need not be symmetric: in general $\\nabla_x\\, x^TAx = FORM$."
    assert judged(text.replace("FORM", "(A + A^T)x")) == VERIFIED
    assert judged(text.replace("FORM", "2Ax")) == REFUTED


@pytest.mark.parametrize("fraction", [r"\frac{\bar{f} K}{\sqrt{2}}", r"\frac{K^T}{\sqrt 2} \bar f"])
def test_a_cotangent_at_the_beginning_of_a_fraction(fraction):
    header = "| function | w.r.t. | pullback |\n" + TABLE
    found = judged(header + r"| $\frac{QK^T}{\sqrt 2}$ | Q | $FORM$ |".replace("FORM", fraction))
    assert found[0][:2] == ("pullback", "Q")
    assert (found[0][2] == "verified") == fraction.startswith(r"\frac{\bar")


@pytest.mark.parametrize("where", ["p: n, positive", "p: n positive", "p positive", "$p > 0$", "A: m×n; p: n positive"])
def test_what_is_positive_may_be_a_vector(where):
    header = "| f | gradient in p | where |\n" + TABLE
    assert judged(f"{header}| $p^T\\log p$ | $\\log p + \\mathbf 1$ | {where} |") == [("gradient", "p", "verified")]
    assert judged(f"{header}| $p^T\\log p$ | $\\log p$ | {where} |") == [("gradient", "p", "refuted")]


def test_a_matrix_in_plain_text_is_one_formula():
    header = "| left-hand side | right-hand side | note |\n" + TABLE
    assert judged(f"{header}| [A, B; C, E] · [F; G] | [AF + BG; CF + EG] | |") == [("equals", "", "verified")]
    assert judged(f"{header}| [A, B; C, E] · [F; G] | [AF + BG; CF − EG] | |") == [("equals", "", "refuted")]


def test_a_mixed_block_of_a_hessian():
    header = "| f | w.r.t. | Hessian |\n" + TABLE
    assert judged(f"{header}| $x^TAy$ | x, y | $A$ |\n| $x^TAy$ | y, x | $A$ |\n") == [
        ("hessian", "x, y", "verified"),
        ("hessian", "y, x", "refuted"),
    ]


def test_equals_is_an_equality_beside_a_function():
    header = "| function | name | equals |\n" + TABLE
    assert judged(f"{header}| $\\operatorname{{tr}}(AB)$ | | $\\operatorname{{tr}}(BA)$ |") == [
        ("equals", "", "verified")
    ]


def test_a_formula_that_is_true_in_one_layout_only():
    text = "One finds $\\nabla_X \\operatorname{tr}(AX) = A$, which is true only in numerator layout."
    assert judged(text) == [("gradient", "X", "verified")]
    assert judged(text.replace("= A", "= A^T")) == [("gradient", "X", "refuted")]


def test_functions_across_the_header():
    text = "| $f(x)$ | $a^Tx$ | $x^TAx$ |\n|---|---|---|\n| $\\nabla f(x)$ | $a$ | $FORM$ |\n"
    assert judged(text.replace("FORM", "(A + A^T)x")) == VERIFIED * 2
    assert judged(text.replace("FORM", "2Ax")) == VERIFIED + REFUTED


def test_columns_of_formulas_without_signs_around_them():
    text = r"\begin{tabular}{l>{$}l<{$}>{$}l<{$}} & f & \nabla f\\ a & \operatorname{tr}(AX) & FORM\\ \end{tabular}"
    assert judged(text.replace("FORM", "A^T"), "t.tex", ".tex") == [("gradient", "X", "verified")]
    assert judged(text.replace("FORM", "A"), "t.tex", ".tex") == [("gradient", "X", "refuted")]


def test_tanh_of_a_matrix_is_entry_by_entry():
    text = "Let $Z = XW$, $A = \\tanh(Z)$ and $L = \\frac12\\|A - Y\\|_F^2$. {}"
    first = r"$\frac{\partial L}{\partial A} = A - Y$"
    second = r"$\frac{\partial L}{\partial Z} = (A - Y) \odot (1 - A \odot A)$"
    assert judged(text.format(f"{first} and {second}")) == [
        ("gradient", "A", "verified"),
        ("gradient", "Z", "verified"),
    ]
    assert judged(text.format(second.replace("1 - A", "1 + A"))) == [("gradient", "Z", "refuted")]


def test_the_value_of_a_function_times_a_bracket():
    text = r"For $f(x) = \exp(-\frac12\|x\|^2)$ we have $\nabla^2f(x) = f(x)\,(FORM)$."
    assert judged(text.replace("FORM", r"xx^\top - I")) == [("hessian", "x", "verified")]
    assert judged(text.replace("FORM", r"xx^\top + I")) == [("hessian", "x", "refuted")]


def test_what_an_item_supposes_is_of_it_alone():
    items = ["If $y = Ax$, then $\\partial y/\\partial x = A$.", "If $\\alpha = y^Tx$, then $\\nabla_x\\alpha = FORM$."]
    text = "".join(f"- {item}\n" for item in items)
    assert judged(text.replace("FORM", "y")) == [("jacobian", "x", "verified"), ("gradient", "x", "verified")]
    assert judged(text.replace("FORM", "(A + A^T)x")) == [("jacobian", "x", "verified")]


def test_what_an_item_defines_is_not():
    text = "- Let $f(x) = x^TAx$.\n- Then $\\nabla f(x) = FORM$.\n"
    assert judged(text.replace("FORM", "(A + A^T)x")) == VERIFIED


def test_what_an_item_supposes_is_forgotten_below_the_next_heading():
    text = "# A\n\n- If $y = Ax$, then $\\partial y/\\partial x = A$.\n\n# B\n\nSo $\\nabla_x\\, y^Tx = y$.\n"
    assert judged(text) == [("jacobian", "x", "verified"), ("gradient", "x", "verified")]


def test_an_empty_table_is_passed_over():
    assert judged("|  |  |\n|---|---|\n|  |  |\n\n$\\nabla_x a^Tx = a$\n") == VERIFIED


def test_the_reason_is_that_the_text_denies_it():
    found = read_text("A common mistake is $\\nabla_x\\,x^TAx = 2Ax$.", "t.md", ".md").skipped
    assert "the text does not claim it: common mistake" in str(found[0].problem)


@pytest.mark.parametrize(
    "said",
    [
        r"Let $q(u) = \frac12u^TRu + b^Tu$ with $R$ positive definite. The minimizer of $q$ is $u^\star = FORM$.",
        r"Let $q(u) = \frac12u^TRu + b^Tu$. If $R$ is positive definite, the minimiser is $\hat u = FORM$.",
        r"The model $m(u) = b^Tu + \frac12u^TRu$ with $R$ positive definite has its minimum at $u = FORM$.",
        r"Let $q(u) = \frac12u^TRu + b^Tu$, $R$ positive definite. The minimum is attained at $u = FORM$.",
    ],
)
def test_where_a_named_function_is_least(said):
    assert judged(said.replace("FORM", "-R^{-1}b")) == [("minimizer", "u", "verified")]
    assert judged(said.replace("FORM", "R^{-1}b")) == [("minimizer", "u", "refuted")]


COMPONENTS = [
    (r"$f(\mathbf x) = 2x_1 + 3x_2$ has $\nabla f = \begin{bmatrix}2\\FORM\end{bmatrix}$.", "3", "2", "gradient"),
    (r"Let $f(x)=x_1^2+x_1x_2+x_2^2$. Then $\nabla f(x) = (2x_1+x_2, FORM)^T$.", "x_1+2x_2", "x_1+x_2", "gradient"),
    (r"$f(x)=x_1^2+x_1x_2$ is smooth. Its Hessian is $\begin{pmatrix}2&1\\1&FORM\end{pmatrix}$.", "0", "1", "hessian"),
    (
        r"The Jacobian of $F(x)=[x_1^2+x_2; x_1x_2]$ is $J=\begin{bmatrix}2x_1&1\\FORM&x_1\end{bmatrix}$.",
        "x_2", "x_1", "jacobian",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("said", "right", "wrong", "kind"), COMPONENTS)
def test_components_are_entries_of_the_argument(said, right, wrong, kind):
    assert judged(said.replace("FORM", right)) == [(kind, "x", "verified")]
    assert judged(said.replace("FORM", wrong)) == [(kind, "x", "refuted")]


def test_numbered_names_are_no_components_where_the_letter_stands_alone():
    assert judged("$f(x) = (x - x_1)^T(x - x_2)$, $\\nabla f(x) = 2x - x_1 - x_2$.") == [("gradient", "x", "verified")]


def test_a_word_in_parentheses_is_of_its_formula():
    said = "Let $h(x) = \\mathbf 1^T\\log x$; then $\\nabla h(x) = 1/x$ (entrywise).\n\n"
    assert judged(said + "$\\frac{d}{dt}\\operatorname{tr}e^{tA} = \\operatorname{tr}(Ae^{tA})$")[1:] == [
        ("derivative", "t", "verified")
    ]


def test_the_covariance_of_a_gaussian_in_a_heading_of_a_paragraph():
    shown = "$\\ell = -\\frac12(x-\\mu)^T\\Sigma^{-1}(x-\\mu)$:\n\n"
    shown += "- $\\partial\\ell/\\partial\\mu = \\Sigma^{-1}(x-\\mu)$\n"
    assert judged(f"**Gaussian.** For {shown}") == [("gradient", "μ", "verified")]
    assert judged(f"**Distances.** For {shown}") == [("gradient", "μ", "refuted")]


def test_a_function_with_the_name_of_a_word():
    said = r"$\operatorname{lse}(x)=\log\sum_ie^{x_i}$ has gradient $FORM$."
    assert judged(said.replace("FORM", r"\operatorname{softmax}(x)")) == [("gradient", "x", "verified")]
    assert judged(said.replace("FORM", r"2\operatorname{softmax}(x)")) == [("gradient", "x", "refuted")]


@pytest.mark.parametrize("said", [r"y\in\{-1,1\}^n", r"y_i\in\{-1,+1\}", r"y_i = \pm 1", "yᵢ ∈ {±1}"])
def test_labels_are_signs(said):
    text = (
        r"$\nabla_w^2 \sum_i\log(1+\exp(-y_i x_i^Tw)) = "
        r"X^T\operatorname{diag}(\sigma(Xw)\odot(1-\sigma(Xw)))X$"
    )
    assert judged(f"{text} when ${said}$.") == [("hessian", "w", "verified")]
    assert judged(f"{text}.") == [("hessian", "w", "refuted")]


def test_arrows_in_plain_text_lead_to_gradients_where_that_is_said():
    rows = "- tr(XᵀAX) → (A + Aᵀ)X\n- log det X → X⁻¹\n- this → that\n"
    assert judged(f"For matrices (∂f/∂X):\n\n{rows}") == [("gradient", "X", "verified"), ("gradient", "X", "refuted")]
    assert judged(f"Some limits:\n\n{rows}") == []


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (r"The map $X\mapsto X^{-1}$ has differential $H\mapsto SIGN X^{-1}HX^{-1}$.", "differential"),
        (r"The Hessian of $-x^TAx$ with $A$ symmetric is $SIGN2A$.", "hessian"),
        (r"$\nabla_X\det(AXB)^{-1} = SIGN\det(AXB)^{-1}X^{-T}$ for square invertible matrices.", "gradient"),
        (r"$f(x) = -x^Tx$ is smooth. Its second differential is $SIGN 2dx^Tdx$.", "second_differential"),
    ],
)
def test_what_words_around_a_formula_say(said, kind):
    assert [(one, verdict) for one, _, verdict in judged(said.replace("SIGN", "-"))] == [(kind, "verified")]
    assert [(one, verdict) for one, _, verdict in judged(said.replace("SIGN", ""))] == [(kind, "refuted")]


def test_pi_is_a_letter_where_it_is_defined():
    said = r"With $\pi=\sigma(X\theta)$ the sum $f(\theta)=\mathbf 1^T\log(1+e^{X\theta})$ has $\nabla f(\theta)=FORM$."
    assert judged(said.replace("FORM", r"X^T\pi")) == [("gradient", "θ", "verified")]
    assert judged(said.replace("FORM", r"X^T(1-\pi)")) == [("gradient", "θ", "refuted")]
    assert judged(r"$\nabla_x(\pi x^Tx) = 2\pi x$") == [("gradient", "x", "verified")]


FUNCTIONS_OF_TIME = [
    (r"\frac{d}{dt}A^{-1}(t)", r"A^{-1}(t)A'(t)A^{-1}(t)", "-"),
    (r"\frac{d}{dt}A(t)^{-1}", r"A(t)^{-1}\dot A(t)A(t)^{-1}", "-"),
    (r"\frac{d}{dt}(x(t)^TAx(t))", r"x(t)^T(A+A^T)\dot x(t)", ""),
    (r"\frac{d}{dt}(x^T(t)Ax(t))", r"x^T(t)(A+A^T)x'(t)", ""),
    (r"\frac{d}{dt}\log\det A(t)", r"\operatorname{tr}(A^{-1}(t)A'(t))", ""),
]


@pytest.mark.parametrize(("left", "form", "sign"), FUNCTIONS_OF_TIME)
def test_functions_of_time_with_their_argument(left, form, sign):
    assert judged(f"${left} = {sign}{form}$") == [("derivative", "t", "verified")]
    assert judged(f"${left} = {'' if sign else '-'}{form}$") == [("derivative", "t", "refuted")]


def test_a_cost_and_where_it_is_minimized_in_one_sentence():
    said = r"$J(w) = -2w^Tp + w^TRw$ with $R$ positive definite has the gradient $\nabla J(w) = 2Rw-2p$"
    said += " and is minimized by "
    assert [verdict for *_, verdict in judged(said + "$w_o = R^{-1}p$.")] == ["verified", "verified"]
    assert sorted(verdict for *_, verdict in judged(said + "$w_o = Rp$.")) == ["refuted", "verified"]


def test_a_residual_that_is_defined_beside_its_square():
    table = "| f | gradient |\n|---|---|\n| $\\frac12\\|r(x)\\|^2$, $r(x)=Ax-b$ | $FORM$ |\n"
    assert judged(table.replace("FORM", "A^Tr(x)")) == [("gradient", "x", "verified")]
    assert judged(table.replace("FORM", "2A^Tr(x)")) == [("gradient", "x", "refuted")]


def test_a_list_has_a_layout_of_its_own_and_its_items_do_not_define_for_the_next():
    rows = [
        r"- For $y = Ax$ we have $\frac{\partial y}{\partial x} = A$.",
        r"- For $\alpha = y^TAx$ we have $\frac{\partial\alpha}{\partial x} = y^TA$.",
        r"- For $\alpha = a^Tx$ we have $\frac{\partial\alpha}{\partial x} = a^T$.",
        r"- For $\alpha = x^Tx$ we have $\frac{\partial\alpha}{\partial x} = 2x^T$.",
    ]
    after = r"$\frac{\partial}{\partial X}\operatorname{tr}(AX) = A^T$, $\frac{\partial}{\partial x}x^TAx = (A+A^T)x$."
    text = "\n".join(rows) + "\n\nElsewhere " + after
    assert [verdict for *_, verdict in judged(text)] == ["verified"] * 6
    wrong = [verdict for *_, verdict in judged(text.replace("2x^T", "x^T"))]
    assert wrong == [*["verified"] * 3, "refuted", *["verified"] * 2]


@pytest.mark.parametrize("where", ["which vanishes at", "which is zero for", "so that $J$ is minimized by"])
def test_the_point_where_a_gradient_vanishes_defines_nothing(where):
    said = rf"$J(x) = x^TAx - 2b^Tx$ has $\nabla J(x) = (A+A^T)x - 2b$, {where} $x = (A+A^T)^{{-1}}2b$."
    table = "\n\n| f | gradient |\n|---|---|\n| $x^Tx$ | $FORM$ |\n"
    assert judged(said + table.replace("FORM", "2x"))[-1] == ("gradient", "x", "verified")
    assert judged(said + table.replace("FORM", "x"))[-1] == ("gradient", "x", "refuted")


def test_what_depends_on_a_parameter_is_differentiated_by_it():
    said = r"If the kernel depends on a parameter $t$, $K = K(t)$, then $\frac{\partial K^{-1}}{\partial t} = FORM$."
    form = r"-K^{-1}\frac{\partial K}{\partial t}K^{-1}"
    assert judged(said.replace("FORM", form)) == [("derivative", "t", "verified")]
    assert judged(said.replace("FORM", form[1:])) == [("derivative", "t", "refuted")]


def test_the_minimizer_behind_a_display():
    said = r"$g(x) = \frac12\|Ax-b\|^2 + \frac\mu2\|x\|^2$ with $\mu > 0$ has $$\nabla g(x) = A^T(Ax-b) + \mu x,$$"
    said += r" and its minimizer is $x = (A^TA SIGN \mu I)^{-1}A^Tb$."
    assert judged(said.replace("SIGN", "+")) == [("minimizer", "x", "verified"), ("gradient", "x", "verified")]
    assert judged(said.replace("SIGN", "-"))[0] == ("minimizer", "x", "refuted")


def test_on_what_set_of_matrices_a_formula_holds_is_said_of_it_alone():
    rows = [
        (r"On the positive definite matrices $\nabla \log\det X = X^{-1}$.", "verified"),
        (r"Over the invertible matrices, $\nabla \log|\det X| = X^{-1}$.", "refuted"),
        (r"On the set of all symmetric matrices $\nabla\operatorname{tr}(X^2) = 2X$.", "verified"),
        (r"On the real line $\nabla\operatorname{tr}(X^2) = 2X$.", "refuted"),
    ]
    assert [verdict for *_, verdict in judged("\n\n".join(text for text, _ in rows))] == [said for _, said in rows]


@pytest.mark.parametrize("form", [r"\frac{x}{f(x)}", r"\frac x{f(x)}", r"\frac{1}{f(x)} x", r"f(x)^{-1}x"])
@pytest.mark.parametrize("name", ["f", r"\phi"])
def test_a_function_by_its_name_below_the_line_of_a_fraction(form, name):
    said = r"Let $f(x) = \sqrt{1+x^Tx}$. Then $\nabla f(x) = FORM$.".replace("FORM", form).replace("f(x)", f"{name}(x)")
    assert judged(said) == [("gradient", "x", "verified")]
    assert judged(said.replace("= \\sqrt", "= 2\\sqrt")) == [("gradient", "x", "refuted")]


@pytest.mark.parametrize(
    "name", ["DF(x)", "JF(x)", r"\mathrm{D}F(x)", r"F^\prime(x)", r"F^{\prime}(x)", "F'(x)", "J_F"]
)
def test_the_jacobian_of_a_function_with_a_capital(name):
    said = f"Let $F(x) = (x^Tx)Ax$. Then ${name} = (x^Tx)A + 2Axx^T$."
    assert judged(said) == [("jacobian", "x", "verified")]
    assert judged(said.replace("2Ax", "2x")) == [("jacobian", "x", "refuted")]


def test_a_heading_defines_what_is_below_it():
    layer = "## Dense layer $y = Wx + b$\n\n$\\bar x = W^T\\bar y$ and $\\bar W = FORM$."
    layer += "\n\n## Other\n\n$\\bar W = 2\\bar yx^T$"
    assert judged(layer.replace("FORM", r"\bar yx^T")) == [("pullback", "x", "verified"), ("pullback", "W", "verified")]
    assert judged(layer.replace("FORM", r"x\bar y^T"))[1] == ("pullback", "W", "refuted")
    table = "\n\n| Layer | $\\partial L/\\partial x$ |\n|---|---|\n| $y = Wx$ | $FORM\\delta$ |\n"
    below = r"## Layers ($\delta = \partial L/\partial y$)" + table
    assert judged(below.replace("FORM", "W^T")) == [("pullback", "x", "verified")]
    assert judged(below.replace("FORM", "2W^T")) == [("pullback", "x", "refuted")]


def test_a_capital_a_before_a_function_is_no_article():
    said = "- xᵀ(A ⊙ B) y = tr(diag(x) A diag(y) Bᵀ)\n- A function f(x) = xᵀAx is given.\n"
    assert judged(said) == [("equals", "", "verified")]
    assert judged(said.replace("Bᵀ", "B")) == [("equals", "", "refuted")]


def test_a_link_of_a_chain_that_says_too_little_of_sizes_is_with_the_first_side():
    said = "- vec(AB) = (I ⊗ A) vec(B) = (Bᵀ ⊗ I) vec(A)"
    assert [verdict for *_, verdict in judged(said)] == ["verified", "verified"]
    assert [verdict for *_, verdict in judged(said.replace("(Bᵀ ⊗ I)", "2(Bᵀ ⊗ I)"))] == ["verified", "refuted"]


def test_a_greek_vector_beside_a_latin_number():
    said = r"$\nabla_\beta(\frac{1}{2s}\|y-X\beta\|^2) = SIGN\frac{1}{s}X^T(y-X\beta)$"
    assert judged(said.replace("SIGN", "-")) == [("gradient", "β", "verified")]
    assert judged(said.replace("SIGN", "")) == [("gradient", "β", "refuted")]


def test_what_introduces_a_matrix_holds_as_long_as_the_function_that_is_defined_with_it():
    said = "Given a diagonal matrix $W$ of WORD weights, the loss $E(x)=(y-Ax)^TW(y-Ax)$ has gradient $2A^TW(Ax-y)$."
    said += r" For $A$ with full column rank the minimiser is $x^\star=(A^TWA)^{-1}A^TWy$."
    assert [verdict for *_, verdict in judged(said.replace("WORD", "positive"))] == ["verified", "verified"]
    assert [verdict for *_, verdict in judged(said.replace("WORD", "real"))] == ["verified", "refuted"]


def test_a_tabular_with_a_sign_of_equality_between_its_columns():
    rows = r"$\nabla_X\operatorname{tr}(AX)$ & $A^T$ \\ $\nabla_X\operatorname{tr}(X^TX)$ & $FORM$"
    table = rf"\begin{{tabular}}{{r@{{${{}}={{}}$}}l}}{rows}\end{{tabular}}"
    assert [verdict for *_, verdict in judged(table.replace("FORM", "2X"), "t.tex", ".tex")] == ["verified"] * 2
    assert [verdict for *_, verdict in judged(table.replace("FORM", "X"), "t.tex", ".tex")] == ["verified", "refuted"]
    array = r"\[\begin{array}{r@{\;=\;}l}\nabla_x(a^Tx) & a \\ \nabla_x(x^Tx) & FORM\end{array}\]"
    assert [verdict for *_, verdict in judged(array.replace("FORM", "2x"), "t.tex", ".tex")] == ["verified"] * 2
    assert [verdict for *_, verdict in judged(array.replace("FORM", "x"), "t.tex", ".tex")] == ["verified", "refuted"]


@pytest.mark.parametrize(
    "said",
    [
        r"Throughout $\|\cdot\|$ denotes the Frobenius norm.",
        "Here ‖·‖ is always the Frobenius norm.",
        "All matrix norms are Frobenius norms.",
    ],
)
def test_which_norm_is_meant(said):
    claim = r" We have $\nabla_X\|AX-B\|^2 = 2A^T(AX-B)$ and $\nabla_x\|x\| = x/\|x\|$."
    assert [verdict for *_, verdict in judged(said + claim)] == ["verified", "verified"]
    assert [verdict for *_, verdict in judged(said + claim.replace("2A", "A"))] == ["refuted", "verified"]
    assert [verdict for *_, verdict in judged(said.replace("Frobenius", "spectral") + claim)] == ["refuted", "verified"]
    assert [wrt for _, wrt, _ in judged("Norms are fun." + claim)] == ["x"]


@pytest.mark.parametrize("numbers", [("(1) ", "(2) ", "(3) "), ("(a) ", "(b) ", "(c) "), ("", "", "")])
def test_lines_with_formulas_that_nothing_sets_off(numbers):
    rules = ("∇(aᵀx) = a", "∇(xᵀAx) = (A + Aᵀ)x", "d(XXᵀ) = dX Xᵀ + X dXᵀ")
    lines = "\n".join(number + rule for number, rule in zip(numbers, rules, strict=True))
    assert [verdict for *_, verdict in judged(f"Rules:\n\n{lines}\n")] == ["verified"] * 3
    assert [verdict for *_, verdict in judged(f"Rules:\n\n{lines.replace('+ X', '− X')}\n")][2] == "refuted"
    words = "\n".join(f"{number}A rule for you: {rule}" for number, rule in zip(numbers, rules, strict=True))
    assert [verdict for *_, verdict in judged(words)][: 3 * bool(numbers[0])] == ["verified"] * 3 * bool(numbers[0])


def test_a_number_in_parentheses_where_a_line_was_broken_begins_no_item():
    said = "Let A be symmetric; by\n(2) we have $\\nabla x^TAx = 2Ax$."
    assert judged(said.replace("A be", "$A$ be")) == [("gradient", "x", "verified")]


def test_a_relation_to_0_is_said_of_a_name_and_not_of_the_last_factor_before_it():
    said = r"Let $A = B^TB \succeq 0$. Then $\nabla_x(x^TAx) = FORM$."
    assert judged(said.replace("FORM", "2Ax")) == [("gradient", "x", "verified")]
    assert judged(said.replace("FORM", "Ax")) == [("gradient", "x", "refuted")]
    assert judged(r"If $a^TA \succ 0$, $\nabla_x(x^TAx) = 2Ax$.") == [("gradient", "x", "refuted")]
    assert judged(r"Let $f(x) = \|Ax-b\|^2$. Then $\nabla^2f(x) = 2A^TA \succeq 0$.") == [("hessian", "x", "verified")]
    assert judged(r"Let $f(x) = \|Ax-b\|^2$. Then $\nabla^2f(x) = A^TA \succeq 0$.") == [("hessian", "x", "refuted")]


def test_the_sign_of_a_formula_is_no_condition_that_is_understood():
    assert judged("If $a^Tx > 0$, $\\nabla_x |a^Tx| = a$.") == []
    assert judged("If $a^Tx > 0$, $\\nabla_x \\log(a^Tx) = a/(a^Tx)$.") == [("gradient", "x", "verified")]
    assert judged("If $x > 0$, $\\nabla_x \\|x\\|_1 = \\mathbf 1$.") == [("gradient", "x", "verified")]
    assert judged(r"If $\|x\| < 1$, $\nabla_x \log(1-x^Tx) = -2x/(1-x^Tx)$.")[0][2] == "verified"


def test_the_derivative_of_the_sigmoid_as_an_operator():
    assert judged(r"$\frac{d}{dx}\sigma(x) = \sigma(x)(1-\sigma(x))$")[0][2] == "verified"
    assert judged(r"$\frac{d}{dx}\sigma(x) = \sigma(x)(1+\sigma(x))$")[0][2] == "refuted"


def test_gradients_in_code_behind_what_they_are_of():
    def found(forward, *gradients):
        lines = "\n".join(f"- `{gradient}`" for gradient in gradients)
        return judged(f"Given `{forward}` and its upstream gradient:\n\n{lines}\n")

    assert found("y = A @ x", "gx = A.T @ gy", "gA = np.outer(gy, x)") == [
        ("pullback", "x", "verified"),
        ("pullback", "A", "verified"),
    ]
    twice = [("pullback", "x", "verified"), ("pullback", "z", "refuted")]
    assert found("y = x * z", "dx = dy * z", "dz = dy * z") == twice
    assert found("y = np.exp(x)", "grad_x = grad_y * y") == [("pullback", "x", "verified")]
    assert found("y = A @ x", "gx = x") == []  # a name of the program, and no product g x
    assert judged("For `Y = A @ X` we have `dY = A @ dX`.") == [("differential", "X", "verified")]


def test_a_jacobian_by_vec_in_a_header():
    rows = "\n| $AXB$ | $FORM$ |\n| $X^{-1}$ | $-X^{-T}\\otimes X^{-1}$ |\n"
    head = r"| $F(X)$ | $\mathsf DF(X)=\partial\operatorname{vec}F/\partial(\operatorname{vec}X)'$ |" + "\n|---|---|"
    assert judged(head + rows.replace("FORM", r"B'\otimes A")) == [("jacobian", "X", "verified")] * 2
    assert judged(head + rows.replace("FORM", r"B\otimes A"))[0] == ("jacobian", "X", "refuted")


def test_a_variable_that_was_defined_before_beside_a_matrix_whose_shape_nothing_says():
    said = (
        r"Forward $p = \operatorname{softmax}(z)$. $L = \frac12(p-t)^T M(p-t)$ with $M$ symmetric, $\nabla_p L = FORM$."
    )
    assert judged(said.replace("FORM", "M(p-t)")) == [("gradient", "p", "verified")]
    assert judged(said.replace("FORM", "M(t-p)")) == [("gradient", "p", "refuted")]


def test_a_differentiable_function_that_is_only_named():
    said = (
        r"If $g(x)=h(Ax+b)$ for a differentiable $h:\mathbb R^m\to\mathbb R$, then $\nabla g(x) = FORM\nabla h(Ax+b)$."
    )
    assert judged(said.replace("FORM", "A^T")) == [("gradient", "x", "verified")]
    assert judged(said.replace("FORM", "2A^T")) == [("gradient", "x", "refuted")]


def test_a_function_called_d():
    said = r"The distance $d(x) = (x-\mu)^T S^{-1}(x-\mu)$, $S$ symmetric, satisfies $\nabla d(x) = FORM$."
    assert judged(said.replace("FORM", r"2S^{-1}(x-\mu)")) == [("gradient", "x", "verified")]
    assert judged(said.replace("FORM", r"S^{-1}(x-\mu)")) == [("gradient", "x", "refuted")]
    assert judged("$d(X) = dX$ and $d(XY) = dX Y + X dY$.")[-1][0] == "differential"


@pytest.mark.parametrize("power", ["At", "tA", "A t"])
def test_the_matrix_exponential_of_time(power):
    said = r"$\frac{d}{dt}e^{At} = FORM$".replace("At", power)
    assert judged(said.replace("FORM", f"Ae^{{{power}}} = e^{{{power}}}A"))[0] == ("derivative", "t", "verified")
    assert judged(said.replace("FORM", f"te^{{{power}}}"))[0] == ("derivative", "t", "refuted")


def test_a_time_derivative_along_a_system_breaks_nothing():
    assert judged(r"For $V(x) = x^T Px$ along $\dot x = Ax$ we get $\dot V = x^T(A^T P+PA)x$.") == []


def test_what_holds_since_another_identity_does():
    said = r"Since $\operatorname{tr}(AXB)=\operatorname{tr}(BAX)$, we have $\nabla_X\operatorname{tr}(AXB)=FORM$."
    assert [verdict for *_, verdict in judged(said.replace("FORM", "(BA)^T"))] == ["verified", "verified"]
    assert [verdict for *_, verdict in judged(said.replace("FORM", "BA"))] == ["verified", "refuted"]
    assert judged("Since $AB = BA$, we have $(A+B)^2 = A^2+2AB+B^2$.") == []


def test_a_derivative_that_is_applied_to_a_direction():
    said = r"Let $f(x) = x^T Ax$. Then $f'(x)h = x^T(A + A^T)h$ and $f'(x)[h] = x^T(A + A^T)h$."
    assert judged(said) == [("differential", "x", "verified")] * 2
    assert judged(said.replace("x^T(A + A^T)h", "2x^TAh")) == [("differential", "x", "refuted")] * 2


def test_a_layout_that_a_sentence_begins_with_is_of_it_alone():
    said = "Let $f(x) = x^T Ax$.\n\n- In numerator layout: $\\frac{\\partial f}{\\partial x} = x^T(A + A^T)$.\n"
    said += "- As a gradient: $\\nabla f(x) = FORM$.\n"
    assert judged(said.replace("FORM", "(A + A^T)x")) == [("gradient", "x", "verified")] * 2
    assert judged(said.replace("FORM", "x^T(A + A^T)"))[1] == ("gradient", "x", "refuted")


def test_derivatives_by_letters_below_in_a_header():
    table = "| $f$ | $f_x$ | $f_{xx}$ |\n|---|---|---|\n| $x^TAx$ | $FORM$ | $A + A^T$ |\n"
    assert judged(table.replace("FORM", "(A + A^T)x")) == [("gradient", "x", "verified"), ("hessian", "x", "verified")]
    assert judged(table.replace("FORM", "2Ax")) == [("gradient", "x", "refuted"), ("hessian", "x", "verified")]


def test_the_argument_of_a_function_is_its_variable_whatever_was_said_of_that_letter():
    said = "*Answer:* $x = (A^TA + I)^{-1}A^Tb$.\n\nLet $f(x) = \\sqrt{1 + \\|x\\|^2}$. Then $\\nabla f(x) = FORM$.\n"
    assert judged(said.replace("FORM", r"x/\sqrt{1 + \|x\|^2}")) == [("gradient", "x", "verified")]
    assert judged(said.replace("FORM", r"2x/\sqrt{1 + \|x\|^2}")) == [("gradient", "x", "refuted")]


def test_a_function_of_a_function():
    said = r"Let $f(x) = g(h(x))$ with $h(x) = Ax+b$ and $g(y) = \log(1+y^T y)$. Then $\nabla f(x) = FORM$."
    right = r"\frac{2A^T(Ax+b)}{1+(Ax+b)^T(Ax+b)}"
    assert judged(said.replace("FORM", right)) == [("gradient", "x", "verified")]
    assert judged(said.replace("FORM", right.replace("2", ""))) == [("gradient", "x", "refuted")]
    assert judged(r"Let $f(x) = f(f(x))$. Then $\nabla f(x) = f(f(f(x)))$.") == []


def test_a_word_in_brackets_is_of_the_name_before_it_alone():
    said = "For $N$ observations collected in the scatter matrix $S$ (symmetric), "
    said += r"$\ell(P) = \frac N2\log\det P - \frac12\operatorname{tr}(PS)$ has $\nabla\ell(P) = FORM$."
    assert judged(said.replace("FORM", r"\frac N2P^{-T} - \frac12S")) == [("gradient", "P", "verified")]
    assert judged(said.replace("FORM", r"\frac N2P^{-T} - S")) == [("gradient", "P", "refuted")]


@pytest.mark.parametrize("letter", "KLDS")
def test_a_matrix_before_brackets_is_a_factor(letter):
    said = r"$\nabla_x\|L(x-b)\|^2 = 2L^TL(x-b)$".replace("L", letter)
    assert judged(said) == [("gradient", "x", "verified")]
    assert judged(said.replace("= 2", "= ")) == [("gradient", "x", "refuted")]
    assert judged("`vec(X) = D(n) vech(X)` for symmetric $X$: $\\operatorname{vec}(X) = D(n)\\operatorname{vech}(X)$.")


def test_a_model_of_data_defines_nothing():
    said = "Consider the observation model $y=Hx+n$ with noise $n$. The cost $J(x)=(y-Hx)^T(y-Hx)$ has "
    assert judged(said + r"$\nabla J(x)=-2H^T(y-Hx)$.") == [("gradient", "x", "verified")]
    assert judged(said + r"$\nabla J(x)=-H^T(y-Hx)$.") == [("gradient", "x", "refuted")]
    layer = r"Let $y = Wx + b$ and $L = y^Ty$. Then $\nabla_x L = 2W^Ty$."
    assert judged(layer) == [("gradient", "x", "verified")]


def test_no_sentence_ends_at_with_respect_to():
    said = r"The trace $\operatorname{tr}(AA^T) - 2\operatorname{tr}(AB)$ is minimized w.r.t. $A$ by $A = B^T$."
    table = "\n\n| f | gradient |\n|---|---|\n| $\\operatorname{tr}(AX)$ | $A^T$ |\n"
    assert judged(said + table)[-1] == ("gradient", "X", "verified")


def test_a_derivative_by_a_row_has_outputs_as_rows_in_any_layout():
    rows = [r"\frac{\partial a^Tx}{\partial x} = a", r"\frac{\partial b^TAx}{\partial x} = A^Tb"]
    rows += [r"\frac{\partial x^TA}{\partial x} = A", r"\frac{\partial x^TB}{\partial x} = B"]
    rows += [r"\frac{\partial Ax}{\partial x^T} = A"]
    lines = "\n".join(f"- ${row}$" for row in rows)
    assert [verdict for *_, verdict in judged(lines)] == ["verified"] * 5
    assert judged(lines.replace(r"x^T} = A", r"x^T} = A^T"))[-1] == ("jacobian", "x", "refuted")


def test_what_is_to_be_satisfied_where_something_is_greatest_is_no_condition():
    said = "Maximizing $w^TSw$ subject to $w^Tw=1$ leads to $L(w,t) = w^TSw - t(w^Tw-1)$, "
    said += r"with $\frac{\partial L}{\partial t} = FORM$."
    assert judged(said.replace("FORM", "1 - w^Tw"))[-1] == ("derivative", "t", "verified")
    assert judged(said.replace("FORM", "w^Tw - 1"))[-1] == ("derivative", "t", "refuted")


def test_another_gradient_is_not_the_gradient():
    said = "For $f(x) = x^TAx$ with $A = A^T$: the gradient is $2Ax$ and the Riemannian gradient is $2(I - xx^T)Ax$."
    assert judged(said) == [("gradient", "x", "verified")]


def test_what_is_not_read_is_shown_with_its_names():
    document = read_text(r"$\mathrm{RSS}(w) = w^Tw$, $\nabla\mathrm{RSS}(w) = \mathrm{Foo}(w)$.", "t.md", ".md")
    (skipped,) = document.skipped
    assert "RSS" in skipped.problem.message
    assert "Ξ" not in skipped.problem.message


def test_the_inner_product_of_bold_letters():
    said = r"$\nabla_{\mathbf x}(\mathbf{c}\cdot\mathbf{x})^2 = 2(\mathbf{c}\cdot\mathbf{x})\mathbf{c}$"
    assert judged(said) == [("gradient", "x", "verified")]
    assert judged(said.replace("= 2", "= ")) == [("gradient", "x", "refuted")]
    assert judged(r"$\nabla_{\mathbf x}(\mathbf{c}\cdot\mathbf{x}) = \mathbf{c}$") == [("gradient", "x", "verified")]
    weighted = (
        r"$\nabla_{\mathbf x}(\mathbf c^T\mathbf{b}\cdot\mathbf{c}^T\mathbf x) = (\mathbf c^T\mathbf b)\mathbf c$"
    )
    assert judged(weighted) == [("gradient", "x", "verified")]  # the product of two numbers


def test_a_map_by_its_arrow():
    said = r"The map $F:X\mapsto X^T X$ has differential $dF=dX^T X+X^T dX$."
    assert judged(said) == [("differential", "", "verified")]
    assert judged(said.replace("+", "-")) == [("differential", "", "refuted")]


def test_functions_of_time_behind_a_matrix():
    said = r"If $x(t)=x_0+tv$ and $q(t)=x(t)^T Ax(t)$ then $q'(t)=FORM$."
    assert judged(said.replace("FORM", "v^T(A+A^T)x(t)")) == [("derivative", "t", "verified")]
    assert judged(said.replace("FORM", "v^TAx(t)")) == [("derivative", "t", "refuted")]


@pytest.mark.parametrize("name", ["f", r"\ell", "V"])
def test_derivatives_by_letters_below_the_name(name):
    said = f"Let ${name}(x,u) = x^TQu + x^TPx$. "
    said += f"Then ${name}_x = Qu + (P+P^T)x$, ${name}_u = Q^Tx$, ${name}_{{ux}} = FORM$."
    assert [verdict for *_, verdict in judged(said.replace("FORM", "Q^T"))] == ["verified"] * 3
    assert [verdict for *_, verdict in judged(said.replace("FORM", "Q"))] == ["verified", "verified", "refuted"]
    assert judged(said.replace("(P+P^T)x", "2Px").replace("FORM", "Q^T"))[0][2] == "refuted"


def test_a_condition_between_a_function_and_its_gradient():
    said = r"The trace term $\operatorname{tr}(PS)$, $S$ symmetric, has gradient $FORM$ with respect to $P$."
    assert judged(said.replace("FORM", "S")) == [("gradient", "P", "verified")]
    assert judged(said.replace("FORM", "2S")) == [("gradient", "P", "refuted")]
    assert judged(said.replace("FORM", "S").replace("symmetric", "square")) == [("gradient", "P", "refuted")]


def test_a_condition_behind_a_display_is_of_the_next_one():
    det = r"\[\frac{\partial\det(X^TAX)}{\partial X}=FORM\]"
    square = det.replace("FORM", r"2\det(X^TAX)X^{-T}")
    other = det.replace("FORM", r"2\det(X^TAX)AX(X^TAX)^{-1}")
    said = (
        f"If $X$ is square and invertible, then\n{square}\nIf $X$ is not square but $A$ is symmetric, then\n{other}\n"
    )
    assert [verdict for *_, verdict in judged(said, "t.tex", ".tex")] == ["verified"] * 2
    wrong = said.replace("but $A$ is symmetric", "")
    assert [verdict for *_, verdict in judged(wrong, "t.tex", ".tex")] == ["verified", "refuted"]


def test_the_variable_is_said_behind_the_equation():
    said = "We have $\\nabla(u^Tv)=v$ with respect to $u$ and $\\nabla(u^Tv)=v$ w.r.t. $v$."
    assert judged(said) == [("gradient", "u", "verified"), ("gradient", "v", "refuted")]
    assert judged("We have $\\nabla(u^Tv)=v$ there.") == []


def test_rows_that_state_everything_by_themselves_below_the_names_of_rules():
    head = "|  Rule  |  If ...  |  then ...  |\n|---|---|---|\n"
    rows = "| linear | $f(x) = a^Tx$ | $\\nabla f(x) = a$ |\n| det | $f(X) = \\det X$ | $\\nabla f(X) = FORM$ |\n"
    right = judged(head + rows.replace("FORM", r"\det(X)X^{-T}"))
    assert right == [("gradient", "x", "verified"), ("gradient", "X", "verified")]
    assert judged(head + rows.replace("FORM", r"\det(X)X^{-1}"))[1] == ("gradient", "X", "refuted")


def test_the_gradient_of_a_function_with_a_greek_capital_in_a_header():
    table = "| name | $\\Omega(W)$ | $\\nabla\\Omega(W)$ |\n|---|---|---|\n| decay | $\\|W\\|_F^2$ | $FORM$ |\n"
    assert judged(table.replace("FORM", "2W")) == [("gradient", "W", "verified")]
    assert judged(table.replace("FORM", "W")) == [("gradient", "W", "refuted")]


def test_what_follows_from_a_condition_is_no_part_of_it():
    said = "Let $f(x)=x^TQx$. If $Q$ is symmetric this simplifies to $\\nabla f(x)=FORM$."
    assert judged(said.replace("FORM", "2Qx")) == [("gradient", "x", "verified")]
    assert judged(said.replace("FORM", "Qx")) == [("gradient", "x", "refuted")]


def test_a_function_of_a_greek_matrix_on_the_positive_definite_ones():
    said = r"Given a symmetric matrix $S$, define \[F(\Theta)=\operatorname{tr}(S\Theta)-\log\det\Theta\]"
    said += r" on positive definite matrices. Then $\nabla F(\Theta)=S-\Theta^{-1}$."
    assert judged(said, "t.tex", ".tex") == [("gradient", "Θ", "verified")]
    assert judged(said.replace("positive definite", "square"), "t.tex", ".tex") == [("gradient", "Θ", "refuted")]


def test_a_cotangent_that_is_given_by_its_meaning():
    said = r"A layer maps $x$ to $z=Wx$. Given $\bar z=\partial L/\partial z$, the rule is $\bar x=FORM\bar z$."
    assert judged(said.replace("FORM", "W^T")) == [("pullback", "x", "verified")]
    assert judged(said.replace("FORM", "W")) == [("pullback", "x", "refuted")]


def test_what_is_elementwise_by_the_condition_of_its_row():
    table = "| f | Jacobian | conditions |\n|---|---|---|\n| $\\exp(x)$ | $FORM$ | elementwise |\n"
    assert judged(table.replace("FORM", r"\operatorname{diag}(\exp(x))")) == [("jacobian", "x", "verified")]
    assert judged(table.replace("FORM", r"2\operatorname{diag}(\exp(x))")) == [("jacobian", "x", "refuted")]


def test_the_number_of_data_in_a_likelihood_and_in_what_is_made_of_it():
    said = r"$L(w) = \frac{1}{2s}(y-Xw)^T(y-Xw)+\frac n2\log s$."
    slope = r" $\frac{\partial L}{\partial s} = -\frac{1}{2s^2}(y-Xw)^T(y-Xw)+\frac{n}{FORMs}$."
    assert [verdict for *_, verdict in judged(said + slope.replace("FORM", "2"))] == ["verified"]
    assert [verdict for *_, verdict in judged(said + slope.replace("FORM", ""))] == ["refuted"]
    prior = r" With a prior of precision $P$ (symmetric) the objective $M(w) = L(w) + \frac12w^TPw$ has"
    prior += r" $\nabla_w M = FORM$."
    right = r"-\frac1sX^T(y-Xw) + Pw"
    assert judged(said + prior.replace("FORM", right)) == [("gradient", "w", "verified")]
    assert judged(said + prior.replace("FORM", right).replace("+ Pw", "- Pw")) == [("gradient", "w", "refuted")]
    later = r" For the evidence, $\nabla_P\log\det P = P^{-1}$."
    assert judged(said + prior.replace("FORM", right) + later)[-1] == ("gradient", "P", "verified")
