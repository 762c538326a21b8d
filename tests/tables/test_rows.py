"""What the rows of a table state: derivatives that are 0, cotangents, values by their name, products of MATLAB."""

from __future__ import annotations

import pytest

from identities.run import verdicts
from identities.settings import Settings
from identities.tables import read_text


def judged(text, name="t.md", suffix=".md"):
    document = read_text(text, name, suffix)
    return [(one.kind, one.wrt, one.verdict) for one in verdicts(document.identities, Settings(), cache=None)]


def table(header, *rows):
    rule = "|" + "---|" * (header.count("|") - 1)
    return "\n".join([header, rule, *rows]) + "\n"


def test_a_derivative_in_a_variable_that_does_not_stand_there_is_0():
    text = table(
        r"| $y$ | $\partial y/\partial\mathbf{x}$ |",
        r"| $\mathbf{a}$ | $\mathbf{0}$ |",
        r"| $\mathbf{A}\mathbf{x}$ | $\mathbf{A}$ |",
        r"| $\mathbf{a}^T\mathbf{b}$ | $\mathbf{0}^T$ |",
        r"| $\mathbf{x}$ | $\mathbf{0}$ |",
    )
    assert [verdict for *_, verdict in judged(text)] == ["verified", "verified", "verified", "refuted"]


def test_0_is_in_the_variable_of_the_table():
    text = table("| f | gradient |", "| $a^Tx$ | $a$ |", "| $c$ | $0$ |", "| $x^Tx$ | $0$ |")
    assert judged(text) == [("gradient", "x", "verified"), ("jacobian", "x", "verified"), ("gradient", "x", "refuted")]
    assert judged(table("| f | gradient |", "| $c$ | $0$ |")) == []  # in which one, nothing says


def test_a_constant_has_the_derivative_0_and_a_stationary_point_is_no_claim():
    assert judged(r"$\frac{\partial\mathbf{a}}{\partial\mathbf{x}} = \mathbf{0}$") == [("jacobian", "x", "verified")]
    assert judged(r"$\nabla_x (a^T b) = 0$") == [("gradient", "x", "verified")]
    assert judged(r"At the minimum $\frac{\partial L}{\partial x} = 0$ and $\nabla_x (x^TAx) = 0$.") == []


@pytest.mark.parametrize("columns", ["dA | dB", "grad A | grad B", "gA | gB"])
@pytest.mark.parametrize("quote", ["", "`"])
def test_cotangents_of_the_variables(columns, quote):
    def row(*cells):
        return "| " + " | ".join(f"{quote}{cell}{quote}" for cell in cells) + " |"

    rows = [row("Y = A @ B", "G @ B.T", "A.T @ G"), row("Y = A * B", "G * B", "G * A"), row("Y = A @ B", "G @ B", "G")]
    found = judged("`G` is the incoming gradient.\n\n" + table(f"| op | {columns} |", *rows))
    assert {kind for kind, *_ in found} == {"pullback"}
    assert [verdict for *_, verdict in found] == ["verified"] * 4 + ["refuted"] * 2


def test_the_value_of_a_function_by_the_name_in_its_header():
    text = table("| y = f(x) | vjp |", "| exp(x) | y ⊙ ȳ |", "| tanh(x) | (𝟏 − y ⊙ y) ⊙ ȳ |", "| exp(x) | x ⊙ ȳ |")
    assert [verdict for *_, verdict in judged(text)] == ["verified", "verified", "refuted"]


def test_the_function_that_a_header_names():
    said = "Multivariate normal: $\\ell = -\\tfrac12\\log\\det\\Sigma - \\tfrac12 (x-\\mu)^T\\Sigma^{-1}(x-\\mu)$\n\n"
    rows = [r"| $\mu$ | $\Sigma^{-1}(x-\mu)$ |", r"| $x$ | $\Sigma^{-1}(x-\mu)$ |"]
    found = judged(said + table(r"| W.r.t. | Gradient of $\ell$ |", *rows))
    assert found == [("gradient", "μ", "verified"), ("gradient", "x", "refuted")]


def test_a_table_in_matlab_without_backticks():
    text = table(
        "| expression | w.r.t. | derivative |",
        "| norm2(A*x - y)^2 | x | 2*A'*(A*x - y) |",
        "| sum(A*x) | x | A'*ones(m) |",
        "| tr(A*X*B) | X | A'*B' |",
        "| norm1(x) | x | sign(x) |",
        "| tr(X'*A*X) | X | 2*A*X |",
    )
    assert [verdict for *_, verdict in judged(text)] == ["verified"] * 4 + ["refuted"]


@pytest.mark.parametrize("form", ["-1/x", r"-\frac{1}{x}", r"-\dfrac{2}{2x}"])
def test_a_quotient_that_can_only_be_of_entries(form):
    text = table("| f | gradient |", rf"| $-\sum_i\log x_i$ | ${form}$ |", rf"| $\sum_i\log x_i$ | ${form}$ |")
    assert [verdict for *_, verdict in judged(text)] == ["verified", "refuted"]


def test_a_matrix_that_is_another_one_in_the_next_lemma():
    text = (
        "Lemma 1. Let $A\\in\\mathbb{R}^{m\\times n}$. Then $\\nabla_A\\|A\\|_F^2 = 2A$.\n\n"
        "Lemma 2. If $A$ and $D - CA^{-1}B$ are invertible, then "
        "$(A + UCV)^{-1} = A^{-1} - A^{-1}U(C^{-1} + VA^{-1}U)^{-1}VA^{-1}$.\n"
    )
    assert [verdict for *_, verdict in judged(text)] == ["verified", "verified"]


def test_a_number_beside_bold_vectors_that_depend_on_x():
    said = r"Here $\mathbf{u} = \mathbf{u}(\mathbf{x})$ and $a$ is constant; numerator layout is used. "
    right = r"$\frac{\partial a\mathbf{u}}{\partial\mathbf{x}} = a\frac{\partial\mathbf{u}}{\partial\mathbf{x}}$"
    assert [verdict for *_, verdict in judged(said + right)] == ["verified"]
    assert [verdict for *_, verdict in judged(said + right.replace("= a", "= 2a"))] == ["refuted"]


def test_a_name_with_a_greek_subscript():
    said = r"Let $J_\lambda(\theta) = \frac12\|X\theta - y\|^2 + \frac{\lambda}{2}\|\theta\|^2$. "
    right = r"Then $\nabla J_\lambda(\theta) = X^T(X\theta - y) + \lambda\theta$."
    assert judged(said + right) == [("gradient", "θ", "verified")]
    assert judged(said + right.replace("+ ", "- ")) == [("gradient", "θ", "refuted")]


@pytest.mark.parametrize("said", ["If $A$, $B$ and $C$ are invertible", "For invertible $A$, $B$, $C$"])
def test_factors_that_are_square_have_one_size(said):
    right = f"{said}, then $(ABC)^{{-1}} = C^{{-1}}B^{{-1}}A^{{-1}}$."
    assert judged(right) == [("equals", "", "verified")]
    assert judged(right.replace("C^{-1}B^{-1}A^{-1}", "A^{-1}B^{-1}C^{-1}")) == [("equals", "", "refuted")]


def test_a_product_that_ends_like_a_symmetry_is_none():
    assert judged("We have $x^TAx = x^TA^Tx$ and $A^{+}A x = 2x$.")[0] == ("equals", "", "verified")


def test_a_pseudo_inverse_before_the_equals_sign():
    assert judged("If $A$ has full column rank, $A^{+} = (A^TA)^{-1}A^T$.") == [("equals", "", "verified")]
    assert judged("$A^+ = (A^TA)^{-1}A$ if $A$ has full column rank.") == [("equals", "", "refuted")]


def test_a_kronecker_product_is_a_derivative_by_vec():
    right = r"$\frac{\partial (AXB)}{\partial X} = B^T\otimes A$"
    assert judged(right) == [("jacobian", "X", "verified")]
    assert judged(right.replace("B^T", "B")) == [("jacobian", "X", "refuted")]


@pytest.mark.parametrize(
    ("condition", "f", "right", "wrong"),
    [
        ("P^2 = P", r"\operatorname{tr} P", r"\operatorname{rank} P", r"2\operatorname{rank} P"),
        ("PP = P", "P^3 + P", "2P", "3P"),
        ("Q^{-1} = Q^T", r"\|Qx\|", r"\|x\|", r"2\|x\|"),
        ("Q^TQ = QQ^T = I", r"\|Qx\|", r"\|x\|", r"2\|x\|"),
        (r"\|u\| = 1", "(I - 2uu^T)^{-1}", "I - 2uu^T", "I + 2uu^T"),
        ("u^Tu = 1", "(I - 2uu^T)^{-1}", "I - 2uu^T", "I + 2uu^T"),
    ],
)
@pytest.mark.parametrize("said", ["If $WHEN$, then $IS$.", "| identity | condition |\n|---|---|\n| $IS$ | $WHEN$ |\n"])
def test_a_domain_by_its_equation(condition, f, right, wrong, said):
    for form, outcome in ((right, "verified"), (wrong, "refuted")):
        assert judged(said.replace("IS", f"{f} = {form}").replace("WHEN", condition)) == [("equals", "", outcome)]


@pytest.mark.parametrize("said", ["If $WHEN$, then $IS$.", "| identity | condition |\n|---|---|\n| $IS$ | $WHEN$ |\n"])
def test_an_equation_that_is_supposed_and_not_understood(said):
    assert judged(said.replace("IS", "(A+B)^2 = A^2 + 2AB + B^2").replace("WHEN", "AB = BA")) == []


def test_a_condition_without_a_comma_behind_it():
    said = r"If $P$ is idempotent then $\operatorname{tr} P = \operatorname{rank} P$."
    assert judged(said) == [("equals", "", "verified")]


def test_partial_derivatives_by_a_subscript():
    assert judged(r"$\partial_X \operatorname{tr}(AX) = A^T$") == [("gradient", "X", "verified")]
    assert judged(r"$\partial_X \operatorname{tr}(AX) = A$") == [("gradient", "X", "refuted")]
    assert judged("∂ₓ(xᵀx) = 2x") == [("gradient", "x", "verified")]
    assert judged(r"$\partial_x^2\, x^TAx = A + A^T$") == [("hessian", "x", "verified")]
    assert judged(r"$\partial_i x_j = \delta_{ij}$") == []


def test_the_size_of_a_sample_is_a_number():
    f = r"\tfrac{1}{2} N \log\det P - \tfrac12\operatorname{tr}(PC)"
    right = rf"If $P$ is positive definite, then $\nabla_P ({f}) = \tfrac12 (N P^{{-1}} - C^T)$."
    assert judged(right) == [("gradient", "P", "verified")]
    assert judged(right.replace("- C", "+ C")) == [("gradient", "P", "refuted")]


def test_the_determinant_of_a_gram_matrix_asks_for_its_rank():
    assert judged(r"$\nabla_X \log\det(X^TX) = 2(X^+)^T$") == [("gradient", "X", "verified")]
    assert judged(r"$\nabla_X \log\det(XX^T) = (X^+)^T$") == [("gradient", "X", "refuted")]


def test_the_number_of_columns_is_no_other_number():
    said = r"Let $X\in\mathbb{R}^{d\times N}$. Then $\nabla_\mu (\frac{1}{N}\|X - \mu\mathbf{1}^T\|_F^2) = FORM$."
    right = r"\frac{2}{N}(N\mu - X\mathbf{1})"
    assert judged(said.replace("FORM", right)) == [("gradient", "μ", "verified")]
    assert judged(said.replace("FORM", right.replace("N\\mu", "\\mu"))) == [("gradient", "μ", "refuted")]


def test_a_count_is_positive_where_something_is_greatest():
    said = r"$\arg\max_t -\frac{n}{2}\log t - \frac{1}{2t}\|x-u\|^2 = FORM$ for $t>0$."
    assert judged(said.replace("FORM", r"\frac{1}{n}\|x-u\|^2")) == [("maximizer", "t", "verified")]
    assert judged(said.replace("FORM", r"n\|x-u\|^2")) == [("maximizer", "t", "refuted")]


def test_names_with_subscripts_side_by_side():
    said = r"$\nabla_{W_{2}} (\tfrac12\|W_2W_1x - t\|^2) = (W_2W_1x - t)(W_1x)^T$"
    assert judged(said) == [("gradient", "W₂", "verified")]
    assert judged(said.replace("(W_1x)", "(W_2x)")) == [("gradient", "W₂", "refuted")]


def test_what_is_said_of_an_orthogonal_matrix_is_a_claim_and_its_definition_is_none():
    assert judged(r"If $Q$ is orthogonal, then $\det(Q)^2 = 1$.") == [("equals", "", "verified")]
    assert judged(r"If $Q$ is orthogonal, then $\det(Q)^2 = 2$.") == [("equals", "", "refuted")]
    assert judged("We have $u^Tu = 1$, $P^2 = P$, $Q^TQ = I$ and $A = A^T$.") == []


@pytest.mark.parametrize("said", [r"\delta = \partial L/\partial y", r"\delta = \frac{\partial L}{\partial y}"])
def test_a_letter_for_the_derivative_of_the_loss(said):
    text = f"Let ${said}$ be the upstream gradient.\n\n" + table(
        r"| Layer | $\partial L/\partial x$ | $\partial L/\partial W$ |",
        r"| $y = Wx + b$ | $W^\top\delta$ | $\delta x^\top$ |",
        r"| $y = \tanh(Wx)$ | $W^\top(\delta\odot(1-y^2))$ | $(\delta\odot(1-y^2))x^\top$ |",
        r"| $y = Wx$ | $W\delta$ | $x\delta^\top$ |",
    )
    assert [verdict for *_, verdict in judged(text)] == ["verified"] * 4 + ["refuted"] * 2


def test_what_a_text_puts_right_is_a_claim():
    said = r"A frequent slip is to write $\nabla_A\operatorname{tr}(A^2) = 2A$; the right form is $FORM$."
    right = r"\nabla_A\operatorname{tr}(A^2) = 2A^\top"
    assert judged(said.replace("FORM", right)) == [("gradient", "A", "verified")]
    assert judged(said.replace("FORM", right.replace("2A^", "3A^"))) == [("gradient", "A", "refuted")]


def test_a_condition_with_a_verb_behind_it():
    said = r"If $B$ is symmetric we get $\nabla_A\operatorname{tr}(ABA^\top) = 2AB$."
    assert judged(said) == [("gradient", "A", "verified")]


def test_d_vec_x_is_vec_dx():
    right = r"$d\,\mathrm{vec}(X^2) = (X^T\otimes I + I\otimes X)\,d\,\mathrm{vec}(X)$"
    assert [verdict for *_, verdict in judged(right)] == ["verified"]
    assert [verdict for *_, verdict in judged(right.replace("I + I", "I - I"))] == ["refuted"]


def test_the_negative_of_a_derivative():
    right = r"$-\nabla^2_\beta \left(-\frac12\|y-X\beta\|^2\right) = X^T X$"
    assert judged(right) == [("hessian", "β", "verified")]
    assert judged(right.replace("= X", "= -X")) == [("hessian", "β", "refuted")]


@pytest.mark.parametrize(
    "said", ["on the positive definite cone", "over the set of symmetric positive definite matrices"]
)
def test_a_function_on_the_cone_of_positive_definite_matrices(said):
    right = rf"The function $f(X) = \log\det X$ {said} has $\nabla f(X) = X^{{-1}}$."
    assert judged(right) == [("gradient", "X", "verified")]
    assert judged(right.replace("= X^", "= 2X^")) == [("gradient", "X", "refuted")]


def test_a_softmax_of_every_row():
    said = "With $P = \\operatorname{softmax}(QK^T)$ (row-wise) and $O = PV$:\n\n* $\\bar V = FORM$\n"
    assert judged(said.replace("FORM", r"P^T\bar O")) == [("pullback", "V", "verified")]
    assert judged(said.replace("FORM", r"2P^T\bar O")) == [("pullback", "V", "refuted")]


def test_a_condition_on_all_matrices_of_an_identity():
    text = table(
        "| identity | condition |", r"| $\det(AB) = \det(A)\det(B)$ | square |", r"| $\det(AB) = 1$ | square |"
    )
    assert judged(text)[0] == ("equals", "", "verified")


def test_a_derivative_in_what_is_no_variable_is_not_read():
    text = table(
        "| f | w.r.t. | gradient |", r"| $\ln\det(X^TX)$ | $X^{+}$ | $-2X^T$ |", r"| $\|X\|_F^2$ | $X$ | $2X$ |"
    )
    assert judged(text) == [("gradient", "X", "verified")]


@pytest.mark.parametrize("column", ["ones(m,1)", "ones(m)", "np.ones((m, 1))"])
def test_a_column_of_ones_in_code(column):
    text = table("| f | gradient |", f"| `sum(A*x)` | `A'*{column}` |", "| `x'*x` | `2*x` |")
    assert judged(text)[-1] == ("gradient", "x", "verified")


def test_products_of_matlab_in_a_sentence():
    assert judged("- `d/dX trace(A*X) = A'`") == [("gradient", "X", "verified")]
    assert judged("- `d/dx (norm(A*x - b)^2) = A'*(A*x - b)`") == [("gradient", "x", "refuted")]


def test_a_function_on_a_set_of_matrices():
    said = "Facts about $f(X)=\\log\\det X$ on $\\mathbb S^n_{++}$:\n\n1. $\\nabla f(X) = FORM$\n"
    assert judged(said.replace("FORM", "X^{-1}")) == [("gradient", "X", "verified")]
    assert judged(said.replace("FORM", "-X^{-1}")) == [("gradient", "X", "refuted")]


def test_a_question_is_no_claim():
    assert judged(r"Q: Is $\nabla_X\operatorname{tr}(X^{-1}) = -X^{-2}$?") == []
    text = r"A: No, it is $\nabla_X\operatorname{tr}(X^{-1}) = -(X^{-2})^T$."
    assert judged(text) == [("gradient", "X", "verified")]


def test_the_logarithm_of_a_squared_norm():
    text = table("| f | gradient |", r"| $\log\|x\|^2$ | $2x/\|x\|^2$ |", r"| $\log\|x\|^2$ | $x/\|x\|^2$ |")
    assert [verdict for *_, verdict in judged(text)] == ["verified", "refuted"]


@pytest.mark.parametrize("header", [r"$\partial_x f$", "∂ₓf", r"$\nabla f(x) =$", "jax.grad gives", "Subgradient"])
def test_headers_of_derivatives(header):
    text = table(f"| function | {header} |", "| $a^Tx$ | $a$ |", "| $x^Tx$ | $x$ |")
    assert judged(text) == [("gradient", "x", "verified"), ("gradient", "x", "refuted")]


def test_a_macro_for_the_upright_d():
    text = (
        r"\newcommand*{\diff}{\mathop{}\!\mathrm{d}}"
        "\n\n"
        r"\begin{tabular}{cc} $y$ & $\diff y$ \\ $\det X$ & $\det(X)\operatorname{tr}(X^{-1}\diff X)$ \\"
        r" $X^{-1}$ & $X^{-1}(\diff X)X^{-1}$ \\ \end{tabular}"
        "\n"
    )
    found = judged(text, "t.tex", ".tex")
    assert found == [("differential", "", "verified"), ("differential", "", "refuted")]


def test_an_array_between_dollar_signs_is_a_table():
    text = (
        r"$\begin{array}{l@{\qquad}l} \text{Function} & \text{Gradient} \\ a^Tx & a \\ x^Tx & x \\ \end{array}$"
        "\n\n"
        r"Let $\begin{array}{cc} a & b \\ c & d \end{array}$ be a matrix."
        "\n"
    )
    assert judged(text, "t.tex", ".tex") == [("gradient", "x", "verified"), ("gradient", "x", "refuted")]


def test_a_function_with_a_number_or_a_word_below_its_name():
    for name in ("f_1", "J_2", "L_{reg}", r"\mathcal{L}_{\text{ridge}}", r"J_{\mathrm{MSE}}", r"L_\text{reg}"):
        text = f"Let ${name}(x) = \\|x\\|^2$, then $\\nabla {name}(x) = FORM$."
        assert judged(text.replace("FORM", "2x")) == [("gradient", "x", "verified")]
        assert judged(text.replace("FORM", "x")) == [("gradient", "x", "refuted")]
    assert judged(r"$\nabla f_1(x) = 2x$") == []


def test_what_an_item_says_holds_in_the_items_inside_it():
    text = "3. Let $f(X) = \\operatorname{tr}(X^{-1})$ with $X$ symmetric.\n   - $\\nabla f(X) = -X^{-2}$\n"
    assert judged(text) == [("gradient", "X", "verified")]
    more = "4. Let $f(X) = \\operatorname{tr}(X^{-1})$.\n   - $\\nabla f(X) = -X^{-2}$\n"
    assert judged(text + more) == [("gradient", "X", "verified"), ("gradient", "X", "refuted")]


BIASES = [
    ("XW + b", r"\bar Y^T\mathbf 1", r"\bar Y\mathbf 1"),
    ("XW + b", r"\mathbf 1^T\bar Y", r"2\mathbf 1^T\bar Y"),
    ("WX + b", r"\bar Y\mathbf 1", r"\bar Y^T\mathbf 1"),
    (r"\sigma(XW + b)", r"(Y\odot(1-Y)\odot\bar Y)^T\mathbf 1", r"(Y\odot\bar Y)^T\mathbf 1"),
]


@pytest.mark.parametrize(("f", "right", "wrong"), BIASES)
def test_a_bias_is_added_to_every_sample(f, right, wrong):
    def of(form):
        return judged(table("| forward | backward |", rf"| $Y = {f}$ | $\bar b = {form}$ |"))

    assert of(right) == [("pullback", "b", "verified")]
    assert of(wrong) == [("pullback", "b", "refuted")]


def test_a_bias_of_the_shape_of_its_layer_is_a_matrix():
    text = table("| forward | backward |", r"| $Y = XW + b$ | $\bar b = \bar Y$ |")
    assert judged(text) == [("pullback", "b", "verified")]


@pytest.mark.parametrize("sums", ["dY.sum(0)", "dY.sum(axis=0)", "np.sum(dY, axis=0)", "dY.sum(dim=0, keepdim=True)"])
def test_sums_along_an_axis(sums):
    of = table("| op | forward | grad_input |", f"| linear | `Y = X @ W + b` | `db = {sums}` |")
    assert judged(of) == [("pullback", "b", "verified")]
    assert judged(of.replace("0", "1")) == [("pullback", "b", "refuted")]


def test_stars_between_arrays_of_one_shape():
    of = table("| op | forward | backward |", "| softmax | `y = softmax(x)` | `dx = y * (dy - (dy * y).sum())` |")
    assert judged(of) == [("pullback", "x", "verified")]
    assert judged(of.replace("- (dy", "+ (dy")) == [("pullback", "x", "refuted")]


def test_derivatives_beside_their_values():
    text = "Let $\\ell(x,u) = x^TQx + u^TRu$ with $Q$, $R$ symmetric.\n\n"
    rows = (r"| $\nabla_x\ell$ | $2Qx$ |", r"| $\nabla_{uu}^2\ell$ | $2R$ |", r"| $\nabla_u\ell$ | $Ru$ |")
    assert judged(text + table("| derivative | value |", *rows)) == [
        ("gradient", "x", "verified"),
        ("hessian", "u", "verified"),
        ("gradient", "u", "refuted"),
    ]


@pytest.mark.parametrize("norm", [r"\|Ax-b\|_W^2", r"\lVert Ax-b\rVert^2_{\mathbf W}"])
def test_a_weighted_norm_is_that_of_a_positive_definite_matrix(norm):
    assert judged(rf"$\nabla_x {norm} = 2A^TW(Ax-b)$") == [("gradient", "x", "verified")]
    assert judged(rf"$\nabla_x {norm} = A^TW(Ax-b)$") == [("gradient", "x", "refuted")]


def test_the_variable_is_the_first_argument_of_the_call_that_names_the_function():
    of = table("| Loss | Definition | Gradient |", r"| `sse(p, t)` | $\|p - t\|^2$ | $FORM$ |")
    assert judged(of.replace("FORM", "2(p-t)")) == [("gradient", "p", "verified")]
    assert judged(of.replace("FORM", "2(t-p)")) == [("gradient", "p", "refuted")]


def test_the_size_of_a_sample_may_be_called_n():
    assert judged(table("| f | gradient |", r"| $\frac1n\|x - a\|^2$ | $\frac2n(x-a)$ |")) == [
        ("gradient", "x", "verified")
    ]


def test_logarithms_ask_for_what_makes_them_numbers():
    entropy = table("| f | gradient |", r"| $-\sum_i[t_i\log x_i+(1-t_i)\log(1-x_i)]$ | $\frac{x-t}{x\odot(1-x)}$ |")
    assert judged(entropy) == [("gradient", "x", "verified")]
    assert judged(entropy.replace("x-t", "t-x")) == [("gradient", "x", "refuted")]


@pytest.mark.parametrize(("f", "wrt", "form"), [(r"\gamma X", r"\gamma", r"\operatorname{tr}(X^\top\delta_Y)"),
                                               (r"X\odot X", "X", r"2X\odot\delta_Y")])  # fmt: skip
def test_deltas_stand_close_to_commands(f, wrt, form):
    found = judged(table("| forward | backward |", rf"| $Y = {f}$ | $\delta_{wrt} = {form}$ |"))
    assert [verdict for *_, verdict in found] == ["verified"]


@pytest.mark.parametrize("one", ["1^T", r"1^\top", "1ᵀ"])
def test_a_transposed_one_is_a_column_of_ones(one):
    of = table("| f | gradient | where |", rf"| ${one} \exp(x)$ | $FORM$ | elementwise exp |")
    assert judged(of.replace("FORM", r"\exp(x)")) == [("gradient", "x", "verified")]
    assert judged(of.replace("FORM", r"-\exp(x)")) == [("gradient", "x", "refuted")]
    assert judged(table("| f | gradient |", f"| ${one} x$ | $1$ |")) == [("gradient", "x", "verified")]


def test_a_condition_in_parentheses_may_name_several_matrices():
    said = r"$$\frac{\partial\det(AXB)}{\partial X} = \det(AXB)X^{-T} \qquad (A, B \text{ WORD})$$"
    assert judged(said.replace("WORD", "square")) == [("gradient", "X", "verified")]
    assert judged(said.replace("WORD", "real")) == [("gradient", "X", "refuted")]


def test_the_dots_of_julia():
    of = table("| `y = f(x)` | rrule: `x̄ =` |", "| `y = x'*x` | `2*ȳ*x` |", "| `y = tanh.(x)` | `ȳ .* (1 .- y.^2)` |")
    assert [verdict for *_, verdict in judged(of)] == ["verified", "verified"]
    assert [verdict for *_, verdict in judged(of.replace(".- y", ".+ y"))] == ["verified", "refuted"]


def test_bars_around_a_vector_are_its_length():
    rows = (
        r"| $\lvert Fa\rvert^2$ | $2Faa^T$ | $F$ |",
        r"| $\lvert x-c\rvert^2$ | $x-c$ | $x$ |",
        r"| $\lvert X\rvert^2$ | $2\lvert X\rvert^2X^{-T}$ | $X$ |",
    )
    found = judged(table("| f | gradient | w.r.t. |", *rows))
    assert [verdict for *_, verdict in found] == ["verified", "refuted", "verified"]


def test_conditions_in_any_font():
    said = r"With symmetric $\mathsf M$ the energy $T(v)=\frac12 v^T\mathsf Mv$ has $\nabla T(v)=\mathsf Mv$."
    assert judged(said) == [("gradient", "v", "verified")]
    assert judged(said.replace("symmetric", "square")) == [("gradient", "v", "refuted")]


@pytest.mark.parametrize("said", ["is the gradient arriving from above", "is the gradient of the loss at the output"])
def test_code_that_gives_the_gradients_the_name_of_differentials(said):
    rows = ["`Y = X @ W` | `dX = G @ W.T`", "`Y = np.exp(X)` | `dX = G * Y`", "`Y = X @ X.T` | `dX = (G + G.T) @ X`"]
    of = table("| op | grad |", *(f"| {row} |" for row in rows))
    assert judged(f"`G` {said}.\n\n{of}") == judged(of) == [("pullback", "X", "verified")] * 3
    assert [verdict for *_, verdict in judged(of.replace("G.T)", "G)"))] == ["verified", "verified", "refuted"]
    differentials = table("| Y | dY |", "| `X @ X.T` | `dX @ X.T + X @ dX.T` |")
    assert [(kind, verdict) for kind, _, verdict in judged(differentials)] == [("differential", "verified")]


def test_a_remark_may_name_the_variable_of_its_row():
    rows = (
        r"| $\operatorname{tr}(R^{-1}S)$ | $-R^{-1}SR^{-1}$ | w.r.t.\ $R$, $R$ and $S$ symmetric |",
        r"| $\operatorname{tr}(RS)$ | $R^T$ | with respect to $S$ |",
        r"| $\operatorname{tr}(RS)$ | $R^T$ | with respect to $R$ |",
    )
    found = judged(table("| Function | Derivative | Remark |", *rows))
    assert found == [("gradient", "R", "verified"), ("gradient", "S", "verified"), ("gradient", "R", "refuted")]


def test_the_variable_is_the_one_whose_gradient_has_the_shape_rather_than_its_transpose():
    said = "Let $K\\in\\mathbb R^{n\\times m}$ and $H\\in\\mathbb R^{m\\times n}$.\n\n"
    assert judged(said + table("| f | gradient |", r"| $\operatorname{tr}(KH)$ | $H^T$ |")) == [
        ("gradient", "K", "verified")
    ]
    assert judged(said + table("| f | gradient |", r"| $\operatorname{tr}(KH)$ | $-K^T$ |")) == [
        ("gradient", "H", "refuted")
    ]


def test_functions_of_time_in_a_table():
    rows = (
        r"| $A(t)^{-1}$ | $-A(t)^{-1}\dot A(t)A(t)^{-1}$ |",
        r"| $\det A(t)$ | $\det(A(t))\operatorname{tr}(A(t)^{-1}\dot A(t))$ |",
        r"| $A(t)^2$ | $2A(t)\dot A(t)$ |",
    )
    found = judged("Let $A(t)$ be a matrix function of $t$.\n\n" + table("| Expression | $d/dt$ |", *rows))
    assert found == [("derivative", "t", "verified")] * 2 + [("derivative", "t", "refuted")]


def test_what_a_parameter_moves_in_a_table():
    rows = (
        r"| $K^{-1}$ | $-K^{-1}\frac{\partial K}{\partial\theta}K^{-1}$ |",
        r"| $y^T K^{-1}y$ | $y^TK^{-1}\frac{\partial K}{\partial\theta}K^{-1}y$ |",
    )
    found = judged(table(r"| quantity | derivative w.r.t. $\theta$ |", *rows))
    assert found == [("derivative", "θ", "verified"), ("derivative", "θ", "refuted")]


def test_conditions_on_several_matrices_beside_a_function():
    f = r"$\operatorname{tr}((X^TCX)^{-1}A)$"
    row = rf"| {f}, $A$ and $C$ symmetric | $-2CX(X^TCX)^{{-1}}A(X^TCX)^{{-1}}$ |"
    assert judged(table("| f | gradient in X |", row)) == [("gradient", "X", "verified")]
    assert judged(table("| f | gradient in X |", row.replace("symmetric", "square"))) == [("gradient", "X", "refuted")]


def test_the_factors_of_a_kronecker_product_that_has_a_trace_are_square():
    of = table("| f | gradient in X |", r"| $\operatorname{tr}(A\otimes X)$ | $FORM$ |")
    assert judged(of.replace("FORM", r"\operatorname{tr}(A)I")) == [("gradient", "X", "verified")]
    assert judged(of.replace("FORM", r"2\operatorname{tr}(A)I")) == [("gradient", "X", "refuted")]


def test_two_formulas_differ_almost_everywhere():
    of = table("| f | gradient | valid if |", r"| $\|Ax-b\|$ | $FORM/\|Ax-b\|$ | $Ax\ne b$ |")
    assert judged(of.replace("FORM", "A^T(Ax-b)")) == [("gradient", "x", "verified")]
    assert judged(of.replace("FORM", "2A^T(Ax-b)")) == [("gradient", "x", "refuted")]
    other = of.replace("FORM", "A^T(Ax-b)").replace("b$ |", "b$ and something else |")
    assert judged(other) == []


@pytest.mark.parametrize("cell", ["$= = =$", "$=$", "=", "$,$"])
def test_a_cell_of_signs_alone_holds_no_function(cell):
    assert judged(table("| f | gradient |", f"| {cell} | $x$ |", "| $x^Tx$ | $2x$ |")) == [
        ("gradient", "x", "verified")
    ]


def test_a_matrix_may_have_the_name_that_a_number_had():
    said = "Let $L = \\frac12\\|z - y\\|^2$.\n\nWith $L$ symmetric: $\\nabla_X\\operatorname{tr}(X^TLX) = FORM$."
    assert judged(said.replace("FORM", "2LX")) == [("gradient", "X", "verified")]
    assert judged(said.replace("FORM", "LX")) == [("gradient", "X", "refuted")]
