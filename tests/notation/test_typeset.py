"""Printing: the text reads back as the tree it came from, and LaTeX says the same."""

from __future__ import annotations

import re
import string
from fractions import Fraction
from itertools import product as pairs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from identities.expression import (
    Apply,
    Call,
    Cotangent,
    Expr,
    IndexedSum,
    Literal,
    Name,
    Number,
    Perturbation,
)
from identities.notation import Names, parse
from identities.notation.typeset import latex, unicode

VARIABLES = [*"ABXYKDxyabcrtkαμΣ", "W₁", "x₁", "x_{ab}", "alpha"]
NAMES = Names(
    variables=frozenset(VARIABLES),
    functions=frozenset(["g", "L", "F", "h₁"]),
    dims=frozenset(["m", "n", "p"]),
)
# A formula that the parser reads, as itself and as it is printed.
PRINTED = [
    ("A X B", "AXB"),
    ("x' A x", "xᵀAx"),
    ("A' B' C'", "AᵀBᵀCᵀ"),
    ("X^-T", "X⁻ᵀ"),
    ("inv(X')", "(Xᵀ)⁻¹"),
    ("(X^-1)^T", "X⁻ᵀ"),
    ("-inv(X) dX inv(X)", "−X⁻¹ dX X⁻¹"),
    ("tr A + B", "tr(A) + B"),
    ("log det X", "log(det(X))"),
    ("tr (A X)", "tr(AX)"),
    ("(A .* B) C", "(A ⊙ B)C"),
    ("A .* B - C", "A ⊙ B − C"),
    ("-A .* B", "−A ⊙ B"),
    ("A .* (B - C)", "A ⊙ (B − C)"),
    ("(A + B) - (C - E)", "(A + B) − (C − E)"),
    ("-(A + B)", "−(A + B)"),
    ("2 A X", "2AX"),
    ("1/2 x'Ax", "(1/2)xᵀAx"),
    ("x/norm(x)", "x/‖x‖"),
    ("x/(a b)", "x/(ab)"),
    ("norm_F(X)^2", "‖X‖_F²"),
    ("X^(k-1)", "X^(k − 1)"),
    ("X^k", "Xᵏ"),
    ("X^{1/2}", "X^(1/2)"),
    ("x.^2", "x⊙²"),
    ("sqrt(t)", "√t"),
    ("sqrt(x'x)", "√(xᵀx)"),
    ("x_1' W_12", "x₁ᵀ W₁₂"),
    ("A_{ij} x_j", "A[i,j] x[j]"),
    ("ones ones'", "𝟏𝟏ᵀ"),
    ("e_i", "e[i]"),
    ("kron(A, B)", "A ⊗ B"),
    ("K(m, n) vec X", "K(m,n) vec(X)"),
    ("sigmoid(x)", "σ(x)"),
    ("[1,2;3,4]", "[1, 2; 3, 4]"),
    ("0.25 x", "¼ x"),
    ("1.5 x", "1.5x"),
    ("x dx'", "x dxᵀ"),
    ("sum(i, x[i] y[i])", "Σ_i x[i] y[i]"),
    ("sum(r, 0, k-1, X^r)", "Σ_{r=0}^{k − 1} Xʳ"),
]
LATEX = [
    ("AXB", "A X B"),
    ("xᵀAx", r"x^{\top} A x"),
    ("X⁻ᵀ", r"X^{-\top}"),
    ("X⁻¹", "X^{-1}"),
    ("Xᴴ", "X^{H}"),
    ("X⁺", "X^{+}"),
    ("(Xᵀ)⁻¹", r"\left(X^{\top}\right)^{-1}"),
    ("X²", "X^{2}"),
    ("X^(k − 1)", "X^{k - 1}"),
    ("x⊙²", r"x^{\odot 2}"),
    ("−X⁻¹ dX X⁻¹", r"-X^{-1}\,\mathrm{d}X\,X^{-1}"),
    ("f̄Xᵀ", r"\bar{f} X^{\top}"),
    ("½ ‖Ax − b‖²", r"\tfrac{1}{2} \lVert A x - b\rVert^{2}"),
    ("‖X‖_F²", r"\lVert X\rVert_{F}^{2}"),
    ("‖X‖_*", r"\lVert X\rVert_{*}"),
    ("‖x‖_∞", r"\lVert x\rVert_{\infty}"),
    ("|X|", r"\lvert X\rvert"),
    ("√n", r"\sqrt{n}"),
    ("x/‖x‖", r"\frac{x}{\lVert x\rVert}"),
    ("tr(AX)", r"\operatorname{tr}\left(A X\right)"),
    ("log det X", r"\log\left(\det\left(X\right)\right)"),
    ("exp⊙(X)", r"\exp_{\odot}\left(X\right)"),
    ("σ(x)", r"\sigma\left(x\right)"),
    ("softmax(z)", r"\operatorname{softmax}\left(z\right)"),
    ("A ⊙ B", r"A \odot B"),
    ("A ⊘ B", r"A \oslash B"),
    ("A ⊗ B", r"A \otimes B"),
    ("(A ⊙ B)C", r"\left(A \odot B\right) C"),
    ("(x − μ)ᵀΣ⁻¹(x − μ)", r"\left(x - \mu\right)^{\top} \Sigma^{-1} \left(x - \mu\right)"),
    ("𝟏𝟏ᵀ", r"\mathbf{1} \mathbf{1}^{\top}"),
    ("I(n)", "I_{n}"),
    ("K(m,n)", "K_{m,n}"),
    ("D(n)", "D_{n}"),
    ("e[i]", "e_{i}"),
    ("W₁₂", "W_{12}"),
    ("x_{ab}", "x_{ab}"),
    ("x̂", r"\hat{x}"),
    ("X̃", r"\tilde{X}"),
    ("θ", r"\theta"),
    ("2π", r"2 \pi"),
    ("∇L(X)", r"\nabla L\left(X\right)"),
    ("∇²L(X)", r"\nabla^{2} L\left(X\right)"),
    ("∂F(x)", r"\partial F\left(x\right)"),
    ("DF(X)[dX]", r"DF\left(X\right)[\mathrm{d}X]"),
    ("g'(t)", r"g'\left(t\right)"),
    ("[1, 2; 3, 4]", r"\begin{bmatrix}1 & 2 \\ 3 & 4\end{bmatrix}"),
    ("Σ_i x[i]", r"\sum_{i} {x}_{i}"),
    ("Σ_{r=0}^{k − 1} Xʳ", r"\sum_{r=0}^{k - 1} X^{r}"),
    ("2 * X", "2 X"),
]
# Formulas on which printing went wrong once, or which lie near such a place.
HARD = [
    "t r X", "a b c x", "p i", "x l n", "a t r", "d e t", "r e", "alpha²", "alphaᵀ", "alpha alpha", "alpha X",
    "σ · (x + y)", "σ · (X⁻¹)[1,2]", "x · 2ᵏ", "x · 2[1]", "x · 2ᵀ", "|(|x|)|", "|t − |x||", "|x| |y|", "‖x‖ ‖y‖",
    "2 * X", "(A * X)⊙²", "A * (X * B)", "x · [1, 2]", "Σ_i ([1, 2])", "(Σ_i x[i]) y", "y Σ_i x[i]", "−(−x)",
    "a − (b − c)", "a/(b/c)", "(a/b)/c", "a/b c", "(a b)²", "(2/3)²", "½²", "0.1ᵀ", "(2x)ᵀ", "(−x)ᵀ", "dXᵀ",
    "(dX)⁻¹", "𝟏₃", "𝟏(kᵀ)", "A ⊗ (B ⊗ X)", "A ⊗ B ⊗ X", "(A ⊙ B) ⊘ X", "A ⊘ (B ⊘ X)", "tr(A)²", "tr(A ⊗ B)",
    "log tr A B", "X[1,2]ᵀ", "(X Y)[1,2]", "√I(n + 1) A", "√tr(X) A", "A .* (X ‖x‖_*)", "a b c d", "T r",
      "√(x y)", "√√t", "√(t²)", "(√t)²", "√tr(X)", "e[k + 1]", "I(n + 1)",
    "K(n,m)", "D(n)x", "D x", "K(m,n)", "K x", "DF(X)[dX]", "𝟏 (n + 1)", "K (m + n)", "X^(k + 1)", "X^(−k)", "X⁻²",
    "X^(1/2)", "X^(½)", "x.^(k + 1)", "X^(X²)", "(X²)²", "(Xᵀ)ᵀ", "((X⁻¹)ᵀ)ᵀ", "X⁺ᵀ",
]  # fmt: skip
NUMPY_DIALECT = ["A.T * B", "2 * A @ B", "A * B @ X", "A @ B * X", "A * (B @ X)", "A.T * B * X"]

letters = st.sampled_from(VARIABLES)
words = st.sampled_from(
    [
        "tr",
        "det",
        "logdet",
        "vec",
        "diag",
        "total",
        "softmax",
        "logsumexp",
        "expm",
        "chol",
        "sigmoid",
        "relu",
        "adj",
        "max",
        "lambda_max",
    ]
)
marked = st.sampled_from(["exp⊙", "log⊙", "tanh⊙", "sigmoid⊙", "sqrt⊙", "exp", "log"])
numbers = st.one_of(
    st.integers(0, 30).map(Fraction),
    st.sampled_from(
        [Fraction(1, 2), Fraction(1, 3), Fraction(3, 4), Fraction("0.1"), Fraction("2.25"), Fraction("1.001")]
    ),
)
dims = st.one_of(
    st.sampled_from(["m", "n", "p"]).map(Name),
    st.sampled_from([2, 3]).map(lambda k: Number(Fraction(k))),
    st.just(Apply("sum", (Name("n"), Number(Fraction(1))))),
    st.just(Apply("product", (Name("m"), Name("n")))),
)
leaves = st.one_of(
    letters.map(Name),
    letters.map(Name),
    numbers.map(Number),
    st.sampled_from(["A", "B", "X", "x", "μ", "W₁", "x₁"]).map(Perturbation),
    st.just(Cotangent()),
    st.sampled_from([Apply("identity"), Apply("ones"), Apply("pi")]),
    dims.flatmap(lambda d: st.sampled_from([Apply("identity", (d,)), Apply("ones", (d,)), Apply("duplication", (d,))])),
    st.builds(lambda d, e: Apply("commutation", (d, e)), dims, dims),
    st.sampled_from([Apply("unit", (Name("i"),)), Apply("unit", (Number(Fraction(2)),))]),
)


def is_inverse(exponent: Expr) -> bool:
    return exponent == Apply("neg", (Number(Fraction(1)),))


def larger(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    """One operation more: what the parser can produce, and nothing else."""

    def apply(*ops: str) -> st.SearchStrategy[Expr]:
        return st.builds(lambda op, x: Apply(op, (x,)), st.sampled_from(ops), parts)

    def apply2(*ops: str) -> st.SearchStrategy[Expr]:
        return st.builds(lambda op, x, y: Apply(op, (x, y)), st.sampled_from(ops), parts, parts)

    def several(op: str) -> st.SearchStrategy[Expr]:
        return st.lists(parts, min_size=2, max_size=4).map(lambda xs: Apply(op, tuple(xs)))

    index = st.one_of(st.sampled_from("ijkl").map(Name), st.just(Number(Fraction(1))), parts)
    based = parts.filter(lambda x: x != Name("e"))
    return st.one_of(
        several("sum"),
        several("product"),
        several("product"),
        apply("neg", "transpose", "inverse", "pinv", "conjugate_transpose"),
        apply(
            "transpose",
            "inverse",
            "sqrt",
            "bars",
            "norm",
            "norm_1",
            "norm_2",
            "norm_F",
            "norm_inf",
            "norm_nuclear",
            "norm_max",
        ),
        apply2("quotient", "hadamard", "kronecker", "hadamard_quotient", "norm_weighted"),
        st.builds(lambda x, e: Apply("power", (x, e)), parts, parts.filter(lambda e: not is_inverse(e))),
        st.builds(lambda x, e: Apply("power⊙", (x, e)), parts, parts),
        st.builds(lambda op, x: Apply(op, (x,)), words | marked, parts),
        st.builds(lambda x, i: Apply("entry", (x, i)), based, index),
        st.builds(lambda x, i, j: Apply("entry", (x, i, j)), based, index, index),
        st.builds(lambda x, m, n: Apply("unvec", (x, m, n)), parts, dims, dims),
        st.builds(lambda mark, x: Call("g", mark, (x,)), st.sampled_from(["", "'", "''", "⊙", "'⊙"]), parts),
        st.builds(lambda mark, x: Call("L", mark, (x,)), st.sampled_from(["", "∇", "∇²"]), parts),
        st.builds(
            lambda name, mark, x: Call(name, mark, (x,)),
            st.sampled_from(["F", "h₁"]),
            st.sampled_from(["", "∂"]),
            parts,
        ),
        st.builds(lambda x, dx: Call("F", "D", (x, dx)), parts, parts),
        st.builds(lambda a, b, c, d: Literal(((a, b), (c, d))), parts, parts, parts, parts),
        st.lists(parts, min_size=1, max_size=3).map(lambda row: Literal((tuple(row),))),
        st.builds(lambda i, x: IndexedSum(i, None, None, x), st.sampled_from("ij"), parts),
        st.builds(lambda a, b, x: IndexedSum("r", a, b, x), parts, parts, parts),
    )


trees = st.recursive(leaves, larger, max_leaves=9)
QUICK = settings(
    max_examples=200, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize(("text", "printed"), PRINTED, ids=[text for text, _ in PRINTED])
def test_a_formula_is_printed_as_a_reader_would_write_it(text, printed):
    tree = parse(text)
    assert unicode(tree) == printed
    assert parse(printed) == tree


@pytest.mark.parametrize(("text", "printed"), LATEX, ids=[text for text, _ in LATEX])
def test_latex(text, printed):
    names = Names(functions=frozenset("gLF")) if re.search(r"[∇∂]|DF|g'", text) else Names()
    assert latex(parse(text, names)) == printed


@QUICK
@given(trees)
def test_what_is_printed_reads_back_as_the_same_tree(tree):
    assert parse(unicode(tree), NAMES) == tree


@QUICK
@given(trees)
def test_printing_twice_changes_nothing(tree):
    text = unicode(tree)
    assert unicode(parse(text, NAMES)) == text


@pytest.mark.parametrize("text", HARD)
def test_hard_places_read_back(text):
    tree = parse(text, NAMES)
    assert parse(unicode(tree), NAMES) == tree, unicode(tree)


@pytest.mark.parametrize("text", ["(e)[i]", "a^(t)", "d · dX", "tr(d · N)", "Σ_{i=1}^{n} d · dX", "I(22)", "I₂ A"])
def test_what_undeclared_names_could_be_read_as_is_not_printed(text):
    assert parse(unicode(parse(text))) == parse(text), unicode(parse(text))


@pytest.mark.parametrize("text", ["σ sigmoid⊙(X)", "sigmoid(x) + σ", "σ · (x + y)", "σ² (x + y)"])
def test_sigmoid_beside_a_variable_of_that_letter(text):
    names = Names(frozenset({"x", "y", "X", "σ"}))
    tree = parse(text, names)
    assert parse(unicode(tree), names) == tree, unicode(tree)


@pytest.mark.parametrize("text", NUMPY_DIALECT)
def test_the_elementwise_product_of_numpy_reads_back(text):
    """In NumPy's dialect * is elementwise; what is printed has no dialect."""
    tree = parse(text)
    assert parse(unicode(tree)) in (tree, with_hadamard(tree)), unicode(tree)
    assert ".*" not in latex(tree)


def with_hadamard(tree: Expr) -> Expr:
    from identities.expression import rewrite

    def rule(node: Expr) -> Expr:
        return Apply("hadamard", node.args) if isinstance(node, Apply) and node.op == "times⊙" else node

    return rewrite(tree, rule)


def test_names_side_by_side_never_make_a_word():
    """The product of the names t and r is not printed as the function tr."""
    for letters in (
        *pairs(string.ascii_lowercase, repeat=2),
        *("abs", "sum", "det", "max", "cos", "exp", "abcd", "trap", "apia"),
    ):
        if "f" not in letters:
            tree = Apply("product", tuple(map(Name, letters)))
            names = Names(frozenset(letters))
            assert parse(unicode(tree), names) == tree, unicode(tree)


def balanced(text: str) -> bool:
    depth = 0
    for char in re.sub(r"\\[{}]", "", text):
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


@QUICK
@given(trees)
def test_latex_has_balanced_braces_and_brackets_and_no_sign_twice(tree):
    text = latex(tree)
    assert balanced(text)
    assert text.count(r"\left") == text.count(r"\right")
    assert text.count(r"\begin{") == text.count(r"\end{")
    assert text.count(r"\lVert ") == text.count(r"\rVert")
    # TeX stops at a second superscript or subscript of the same thing.
    assert double_script(text) is None, text


def double_script(text: str) -> str | None:
    """The place where TeX says "double superscript" or "double subscript", None if there is none."""
    at, seen = 0, ""
    while at < len(text):
        if text[at] in "^_":
            if text[at] in seen:
                return text[: at + 1]
            seen += text[at]
            at = after_group(text, at + 1)
        else:
            at, seen = after_group(text, at), ""
    return None


def after_group(text: str, at: int) -> int:
    """The position after the {…} group, command or character at ``at``."""
    if text[at : at + 1] == "{":
        depth = 0
        for stop in range(at, len(text)):
            depth += (text[stop] == "{") - (text[stop] == "}")
            if depth == 0:
                return stop + 1
    if text[at : at + 1] == "\\":
        match = re.compile(r"\\(?:[A-Za-z]+|.)").match(text, at)
        assert match
        return match.end()
    return at + 1


@pytest.mark.parametrize(
    ("text", "place"),
    [("x^{2}", None), ("x^{2}^{3}", "x^{2}^"), ("x_{1}^{2}", None), ("{x}_{i}_{j}", "{x}_{i}_"), ("{x^{2}}^{3}", None)],
)
def test_the_search_for_double_scripts_finds_them(text, place):
    assert double_script(text) == place


def test_no_control_sign_reaches_latex():
    """Every letter outside ASCII has a name in LaTeX."""
    for char in "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ":
        said = latex(Name(char))
        assert said.isascii(), (char, said)
        assert said.startswith("\\"), (char, said)
