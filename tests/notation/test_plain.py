"""Text → tree: the table of the notation row by row, what binds how tightly, and what is refused."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from identities import limits
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
    children,
    walk,
)
from identities.notation import Names, NotationError, parse
from identities.notation.typeset import unicode


def n(value: int | str) -> Number:
    return Number(Fraction(value))


def op(name: str, *args: Expr | int | str) -> Apply:
    """An operation; a number stands for itself, a text for the name."""
    return Apply(name, tuple(Name(a) if isinstance(a, str) else n(a) if isinstance(a, int) else a for a in args))


def attempt(text: str, names: Names | None = None) -> Expr | NotationError:
    """The tree, or the error that says why there is none; any other exception fails the test."""
    try:
        return parse(text, names)
    except NotationError as error:
        return error


FUNCTIONS = Names(frozenset({"x", "X", "t"}), frozenset({"g", "L", "F"}), frozenset({"m", "n"}))
DIMS = Names(frozenset({"x", "X"}), dims=frozenset({"m", "n", "p"}))
half = n("1/2")
minus_one = op("sum", "k", op("neg", 1))

# One row of the table of the notation per line: the tree, and every spelling of it.
EQUAL: list[tuple[Expr, tuple[str, ...]]] = [
    # products
    (
        op("product", "A", "X", "B"),
        (
            "AXB",
            "A X B",
            "A·X·B",
            "A⋅X⋅B",
            "A @ X @ B",
            "A@X@B",
            "A · X B",
        ),
    ),
    (op("product", "A", "X"), ("AX", "A X", "A·X", "A @ X", "(A)X", "A(X)", "(A)(X)")),
    # transposes and inverses
    (op("transpose", "X"), ("Xᵀ", "X'", "X^T", "X.T", "X⊤", "X^{T}", "X^⊤", "X^ᵀ", "X^{⊤}", "(X)ᵀ", "X ᵀ")),
    (op("conjugate_transpose", "X"), ("Xᴴ", "X^H", "X^{H}")),
    (op("inverse", "X"), ("X⁻¹", "inv(X)", "X^-1", "X^{-1}", "X^(-1)", "X**-1", "X^−1", "inv X")),
    (
        op("transpose", op("inverse", "X")),
        ("X⁻ᵀ", "X^-T", "inv(X).T", "inv(X)'", "X^{-T}", "(X⁻¹)ᵀ", "X⁻¹ᵀ", "X^{-⊤}", "X^-1'"),
    ),
    (op("conjugate_transpose", op("inverse", "X")), ("X⁻ᴴ", "X^-H", "X^{-H}")),
    (op("inverse", op("transpose", "X")), ("(Xᵀ)⁻¹", "inv(X')", "inv(X.T)", "Xᵀ⁻¹")),
    (op("pinv", "X"), ("X⁺", "pinv(X)", "X^+", "X†", "X^{+}", "X^†")),
    (op("transpose", op("pinv", "X")), ("X⁺ᵀ", "(X⁺)ᵀ", "pinv(X)'", "X^+'")),
    # powers
    (op("power", "X", 2), ("X²", "X^2", "X**2", "X^{2}", "X^(2)")),
    (op("power", "X", 12), ("X¹²", "X^12", "X^{12}")),
    (op("power", "X", op("neg", 2)), ("X⁻²", "X^-2", "X^{-2}", "X^(−2)")),
    (op("power", "X", "k"), ("Xᵏ", "X^k", "X^{k}", "X^(k)", "X**k")),
    (op("power", "X", minus_one), ("Xᵏ⁻¹", "X^(k − 1)", "X^{k-1}", "X^(k-1)")),
    (op("power", "X", op("sum", "n", 1)), ("Xⁿ⁺¹", "X^(n+1)", "X^{n + 1}")),
    (op("power", "X", op("quotient", 1, 2)), ("X^(1/2)", "X^{1/2}")),
    (op("power", "X", half), ("X^½", "X^{½}", "X^(½)")),
    (op("power", "x", "y"), ("xʸ", "x^y")),
    (op("transpose", op("power", "X", 2)), ("X²ᵀ", "(X²)ᵀ", "(X^2)'", "X^2'")),
    (op("power", op("transpose", "X"), 2), ("(Xᵀ)²", "Xᵀ²", "X'^2")),
    (op("power⊙", "x", 2), ("x⊙²", "x.^2", "x.^{2}", "x ⊙²")),
    (op("power⊙", "x", op("neg", 1)), ("x⊙⁻¹", "x.^-1", "x.^{-1}", "x.^(-1)")),
    (op("power⊙", "x", half), ("x.^½", "x.^(½)")),
    # elementwise and Kronecker products
    (op("hadamard", "A", "X"), ("A ⊙ X", "A∘X", "A .* X", "A⊙X", "A.*X")),
    (op("hadamard_quotient", "A", "X"), ("A ⊘ X", "A ./ X", "A⊘X")),
    (op("kronecker", "A", "B"), ("A ⊗ B", "kron(A, B)", "A⊗B", "kron(A,B)")),
    # scalars and fractions
    (op("product", 2, "X"), ("2X", "2 X", "2·X", "2 @ X")),
    (op("times", 2, "X"), ("2*X", "2 * X")),
    (op("product", half, "X"), ("½X", "½ X", "0.5 X", "0.5X")),
    (op("product", "α", "X"), ("αX", "α X")),
    (op("quotient", 1, 2), ("1/2", "1 / 2")),
    (op("quotient", "x", op("norm", "x")), ("x/‖x‖", "x/norm(x)", "x/||x||", "x / ‖x‖")),
    (
        op("product", op("quotient", 1, 2), op("transpose", "x"), "A", "x"),
        ("1/2 xᵀAx", "1/2 x'Ax", "(1/2)xᵀAx", "1/2 · x^T A x"),
    ),
    # norms
    (op("norm", "x"), ("‖x‖", "||x||", "norm(x)", "∥x∥", "norm x")),
    (op("norm_1", "x"), ("‖x‖₁", "‖x‖_1", "norm_1(x)", "||x||_1", "‖x‖_{1}")),
    (op("norm_2", "x"), ("‖x‖₂", "‖x‖_2", "norm_2(x)")),
    (op("power", op("norm_F", "X"), 2), ("‖X‖_F²", "norm_F(X)^2", "||X||_F^2", "‖X‖_{F}²", "(‖X‖_F)²")),
    (op("norm_nuclear", "X"), ("‖X‖_*", "norm_nuclear(X)", "norm_nuc(X)", "‖X‖_{*}", "||X||_*", "‖X‖_nuc")),
    (op("norm_inf", "x"), ("‖x‖_∞", "norm_inf(x)", "‖x‖_inf", "‖x‖_{∞}")),
    (
        op("norm_weighted", "x", "W"),
        ("‖x‖_W", "‖x‖_{W}", "norm_weighted(x, W)", r"\lVert x\rVert_{W}", r"\|x\|_{\mathbf{W}}"),
    ),
    (op("norm_weighted", "x", op("inverse", "Σ")), ("‖x‖_{Σ⁻¹}", "‖x‖_{Σ^-1}", r"\|x\|_{\Sigma^{-1}}")),
    (op("norm_max", "X"), ("‖X‖_max", "norm_max(X)", "‖X‖_{max}")),
    (op("bars", "X"), ("|X|", "| X |")),
    (
        op("product", op("norm", "x"), op("norm", "y")),
        ("‖x‖ ‖y‖", "||x|| ||y||", "‖x‖‖y‖", "norm(x) norm(y)", "‖x‖·‖y‖"),
    ),
    (op("product", op("bars", "A"), op("bars", "B")), ("|A| |B|", "|A||B|", "|A|·|B|")),
    (op("power", op("bars", "t"), 2), ("|t|²", "|t|^2")),
    (op("sqrt", "t"), ("√t", "√(t)", "sqrt(t)", "sqrt t")),
    (op("sqrt", op("power", "t", 2)), ("√(t²)", "√t²", "sqrt(t^2)")),
    # functions
    (op("tr", "X"), ("tr(X)", "tr X", "Tr(X)", "trace(X)", "tr (X)", "trX", "trace X")),
    (op("tr", op("product", "A", "X")), ("tr(AX)", "tr AX", "tr A X", "tr(A @ X)", "tr (AX)")),
    (op("log", op("det", "X")), ("log det X", "log(det(X))", "log det(X)", "log(det X)", "ln det X")),
    (op("logdet", "X"), ("logdet(X)", "logdet X")),
    (op("exp⊙", "X"), ("exp⊙(X)", "exp ⊙(X)")),
    (op("sigmoid", "x"), ("σ(x)", "sigmoid(x)", "sigmoid x")),
    (op("sum", op("tr", "A"), "B"), ("tr A + B", "tr(A) + B", "(tr A) + B")),
    (
        op("neg", op("log", op("entry", op("softmax", "z"), "i"))),
        ("−log softmax(z)[i]", "-log(softmax(z)[i])", "−log softmax(z)ᵢ"),
    ),
    # ones, identity, unit vectors, entries
    (op("ones"), ("𝟏", "ones")),
    (op("product", op("ones"), op("transpose", op("ones"))), ("𝟏𝟏ᵀ", "ones ones'", "𝟏 𝟏^T")),
    (op("identity"), ("I",)),
    (op("unit", "i"), ("eᵢ", "e[i]", "e_i", "e_{i}")),
    (op("unit", 2), ("e[2]",)),
    (op("entry", "X", "i", "j"), ("X[i,j]", "X[i, j]", "Xᵢⱼ", "X_{ij}", "X_{i,j}", "X_ij")),
    (op("entry", "x", "i"), ("x[i]", "xᵢ", "x_i", "x_{i}")),
    (op("entry", op("inverse", "X"), "k", "l"), ("(X⁻¹)[k,l]", "(X^{-1})_{kl}", "inv(X)[k,l]", "X⁻¹[k,l]", "(X⁻¹)ₖₗ")),
    (op("entry", "X", 2, 1), ("X[2,1]",)),
    (op("transpose", op("entry", "X", "i", "j")), ("X[i,j]ᵀ", "X_{ij}'")),
    # perturbation and cotangent
    (Perturbation("X"), ("dX",)),
    (op("transpose", Perturbation("X")), ("dXᵀ", "dX'", "(dX)ᵀ", "dX^T")),
    (
        op("neg", op("product", op("inverse", "X"), Perturbation("X"), op("inverse", "X"))),
        ("−X⁻¹ dX X⁻¹", "-X^-1 dX X^-1", "-inv(X) dX inv(X)", "−X⁻¹dX X⁻¹", "−X⁻¹·dX·X⁻¹", "-inv(X) @ dX @ inv(X)"),
    ),
    (Cotangent(), ("f̄", "fbar")),
    # matrices by their entries
    (Literal(((n(1), n(2)), (n(3), n(4)))), ("[1, 2; 3, 4]", "[1,2;3,4]", "[ 1 , 2 ; 3 , 4 ]")),
    (Literal(((n(1),), (op("neg", 2),))), ("[1; −2]", "[1;-2]")),
    (Literal(((Name("A"), Name("B")), (Name("C"), Name("E")))), ("[A, B; C, E]",)),
    # sums
    (IndexedSum("i", None, None, op("entry", "x", "i")), ("Σ_i x[i]", "Σᵢ xᵢ", "∑ᵢ xᵢ", "sum(i, x[i])", "Σ_{i} x_i")),
    (
        IndexedSum("i", None, None, IndexedSum("j", None, None, op("entry", "A", "i", "j"))),
        ("Σᵢⱼ A[i,j]", "Σ_i Σ_j A[i,j]", "Σ_{ij} A_{ij}", "Σ_{i,j} Aᵢⱼ"),
    ),
    (
        IndexedSum("r", n(0), minus_one, op("product", op("power", "X", "r"), "A")),
        ("Σ_{r=0}^{k−1} XʳA", "Σ_{r=0}^{k-1} X^r A", "sum(r, 0, k - 1, X^r A)"),
    ),
    (op("total", "X"), ("sum(X)", "sum X")),
    # letters
    (Name("X"), ("X", "𝐗", "(X)")),
    (Name("μ"), ("μ", "𝛍")),
    (Name("x₁"), ("x₁", "x1", "x_1", "x_{1}")),
]
WITH_FUNCTIONS: list[tuple[Expr, tuple[str, ...]]] = [
    (Call("g", "", (Name("t"),)), ("g(t)", "g (t)")),
    (Call("g", "'", (Name("t"),)), ("g'(t)", "g′(t)", "g’(t)")),
    (Call("g", "''", (Name("t"),)), ("g''(t)", "g′′(t)", "g″(t)")),
    (Call("g", "⊙", (Name("x"),)), ("g⊙(x)",)),
    (Call("g", "'⊙", (Name("x"),)), ("g'⊙(x)", "g′⊙(x)")),
    (op("transpose", Call("g", "⊙", (Name("x"),))), ("g⊙(x)ᵀ", "g⊙(x)'")),
    (Call("L", "∇", (Name("X"),)), ("∇L(X)", "∇ L(X)")),
    (Call("L", "∇²", (Name("x"),)), ("∇²L(x)", "∇^2 L(x)")),
    (op("entry", Call("L", "∇", (Name("X"),)), "i", "j"), ("∇L(X)[i,j]", "(∇L(X))ᵢⱼ")),
    (Call("F", "∂", (Name("x"),)), ("∂F(x)", "J_F(x)", "J_{F}(x)")),
    (op("transpose", Call("F", "∂", (Name("x"),))), ("∂F(x)ᵀ", "J_F(x)'")),
    (Call("F", "D", (Name("X"), Perturbation("X"))), ("DF(X)[dX]", "DF(X) [dX]")),
]
WITH_DIMS: list[tuple[Expr, tuple[str, ...]]] = [
    (op("commutation", "m", "n"), ("K(m,n)", "K(m, n)", "K_{m,n}", "K_{mn}", "Kₘₙ")),
    (op("commutation", 2, 3), ("K(2,3)",)),
    (op("duplication", "n"), ("D(n)", "D_n", "D_{n}", "Dₙ")),
    (op("elimination", "n"), ("L(n)", "L_n", "L_{n}", "Lₙ")),
    (op("identity", "n"), ("I(n)", "I_n", "I_{n}", "Iₙ")),
    (op("identity", 3), ("I(3)", "I₃", "I_3", "I_{3}")),
    (op("identity", op("power", "n", 2)), ("I(n²)", "I(n^2)")),
    (op("identity", op("product", "m", "n")), ("I(mn)", "I(m n)")),
    (op("identity", op("sum", "n", 1)), ("I(n+1)", "I(n + 1)")),
    (op("ones", "n"), ("𝟏(n)", "𝟏ₙ", "ones(n)", "𝟏_n", "𝟏_{n}")),
    (op("ones", 3), ("𝟏(3)", "𝟏₃", "ones(3)")),
    (op("sqrt", "n"), ("√n", "√(n)", "sqrt(n)")),
    (op("quotient", 1, "n"), ("1/n",)),
    (op("product", op("identity"), "X"), ("IX", "I X", "I(X)")),
    (op("product", "K", op("transpose", "X")), ("KXᵀ", "K Xᵀ")),
    (op("product", "D", "x"), ("Dx", "D x", "D(x)")),
]
TABLE = [
    *((tree, text, Names()) for tree, texts in EQUAL for text in texts),
    *((tree, text, FUNCTIONS) for tree, texts in WITH_FUNCTIONS for text in texts),
    *((tree, text, DIMS) for tree, texts in WITH_DIMS for text in texts),
]


@pytest.mark.parametrize(("tree", "text", "names"), TABLE, ids=[text for _, text, _ in TABLE])
def test_the_spellings_of_one_thing_are_one_tree(tree, text, names):
    assert parse(text, names) == tree


# What binds how tightly: a formula, and the same with every parenthesis written out.
BINDING = [
    ("ABᵀ", "A(Bᵀ)"),
    ("AB⁻¹", "A(B⁻¹)"),
    ("2x²", "2(x²)"),
    ("−x²", "−(x²)"),
    ("−AB", "−(AB)"),
    ("A − BC", "A − (BC)"),
    ("A ⊙ BC", "A ⊙ (BC)"),
    ("AB ⊙ C", "(AB) ⊙ C"),
    ("−A ⊗ B", "−(A ⊗ B)"),
    ("A ⊗ B + C", "(A ⊗ B) + C"),
    ("A ⊙ B ⊙ C", "(A ⊙ B) ⊙ C"),
    ("A ⊗ B ⊗ C", "(A ⊗ B) ⊗ C"),
    ("a/b/c", "(a/b)/c"),
    ("a/b c", "(a/b)c"),
    ("a/b·c", "(a/b)c"),
    ("ab/c", "(ab)/c"),
    ("x/y²", "x/(y²)"),
    ("x/‖x‖²", "x/(‖x‖²)"),
    ("x/xᵀx", "x/(xᵀx)"),
    ("x/xᵀ exp(x) xᵀ", "(x/(xᵀ exp(x))) xᵀ"),
    ("det X tr(X⁻¹ dX)", "det(X) tr(X⁻¹ dX)"),
    ("tr A tr B", "tr(A) tr(B)"),
    ("det X ‖x‖²", "det(X) ‖x‖²"),
    (r"\det X\,\langle A, X\rangle", "det(X) sum(A ⊙ X)"),
    ("det X (A + B)", "det(X (A + B))"),
    ("det Aᵀ · det B", "det(Aᵀ) det(B)"),
    (r"a / x^\top Ax", "a/(xᵀAx)"),
    ("2x / x'x", "2x/(xᵀx)"),
    ("1/xᵀx xᵀAx", "(1/(xᵀx)) xᵀAx"),
    ("x/√n", "x/(√n)"),
    ("QKᵀ/√n", "(Q(Kᵀ))/(√n)"),
    ("tr AX", "tr(AX)"),
    ("tr AᵀB", "tr((Aᵀ)B)"),
    ("tr A𝟏𝟏ᵀ", "tr(A𝟏(𝟏ᵀ))"),
    ("tr πA", "tr(πA)"),
    ("2 tr AX", "2(tr(AX))"),
    ("tr AX − tr B", "(tr(AX)) − (tr(B))"),
    ("tr(A)B", "(tr(A))B"),
    ("tr(A)²", "(tr(A))²"),
    ("tr X²", "tr(X²)"),
    ("log det X + tr X", "(log(det(X))) + (tr(X))"),
    ("exp(x)ᵀ", "(exp(x))ᵀ"),
    ("diag(x)⁻¹A", "((diag(x))⁻¹)A"),
    ("√x y", "(√x)y"),
    ("Σ_i x[i] y[i] + z", "(Σ_i (x[i] y[i])) + z"),
    ("y Σ_i x[i]", "y (Σ_i x[i])"),
    ("A − B + C − E", "((A − B) + C) − E"),
    ("Ax[k]", "A(x[k])"),
    ("AᵀB[1,2]", "(Aᵀ)(B[1,2])"),
    ("x⊙²ᵀ", "(x⊙²)ᵀ"),
    ("|x| y |z|", "(|x|) y (|z|)"),
    ("||x|y|z||", "‖x (|y|) z‖"),
    ("x'*A*x", "xᵀ A x"),
    ("2*x'*A*x", "2 xᵀ A x"),
    ("A'*B + C", "(AᵀB) + C"),
    ("A.*B'", "A ⊙ (Bᵀ)"),
    ("x'*(A.*B)*x", "xᵀ(A ⊙ B)x"),
    ("A*X + B.*C", "(A X) + (B ⊙ C)"),
]


def flat(tree: Expr) -> Expr:
    """The tree with products of products and sums of sums as one, which associativity allows."""
    from identities.expression import rewrite

    def rule(node: Expr) -> Expr:
        if isinstance(node, Apply) and node.op in ("product", "sum"):
            args = (a.args if isinstance(a, Apply) and a.op == node.op else (a,) for a in node.args)
            return Apply(node.op, tuple(part for some in args for part in some))
        return node

    return rewrite(tree, rule)


@pytest.mark.parametrize(("text", "explicit"), BINDING)
def test_what_binds_how_tightly(text, explicit):
    assert flat(parse(text)) == flat(parse(explicit))


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("A(BC)", "ABC"),
        ("(A ⊙ B)C", "A ⊙ (BC)"),
        ("tr(A)B", "tr(AB)"),
        ("−(x²)", "(−x)²"),
        ("a/(bc)", "(a/b)c"),
        ("(Ax)[k]", "A(x[k])"),
        ("x2", "x·2"),
        ("x^2", "x2"),
        ("X^T", "XT"),
        ("x'", "x"),
        ("|X|", "‖X‖"),
        ("1/2 x", "1/(2x)"),
        ("(A − B) − C", "A − (B − C)"),
    ],
)
def test_different_things_are_different_trees(text, other):
    assert parse(text) != parse(other)


# `*` of MATLAB is a product on one level with `.*` and `./`, and that of NumPy with `@`: both lean left.
LEFT = [
    ("A.*B*C + x'*x", "(A ⊙ B)C + xᵀx"),
    ("A'.*B*C", "(Aᵀ ⊙ B)C"),
    ("a./b*c", "(a ⊘ b)c"),
    ("A*B.*C*E", "((AB) ⊙ C)E"),
]


@pytest.mark.parametrize(("text", "meant"), LEFT)
def test_a_dialect_is_read_as_that_dialect_reads_it_or_refused(text, meant):
    tree = attempt(text)
    if isinstance(tree, NotationError):
        assert "two ways" in tree.message
    else:
        assert flat(tree) == flat(parse(meant)), unicode(tree)


@pytest.mark.parametrize(
    ("text", "operation"),
    [
        ("A*X", "times"),
        ("A*X + B", "times"),
        ("x'*A", "product"),
        ("A*X .* B", "product"),
        ("A*X + B.*C", "product"),
        ("A*X + B./C", "product"),
        ("A*X + x.^2", "product"),
        ("A.T * X", "times⊙"),
        ("A * X @ B", "times⊙"),
        ("np.log(A * X)", "times⊙"),
        ("np.trace(A @ X)", "tr"),
    ],
)
def test_the_dialect_of_a_star(text, operation):
    found = {node.op for node in walk(parse(text)) if isinstance(node, Apply)}
    assert operation in found
    assert not found & ({"times", "times⊙"} - {operation})


def test_a_derivative_of_a_function_is_no_sign_of_matlab():
    tree = parse("g'(t)*X", FUNCTIONS)
    assert tree == Apply("times", (Call("g", "'", (Name("t"),)), Name("X")))


def test_a_transpose_beside_a_declared_function_is():
    assert parse("x'*X*g⊙(x)", FUNCTIONS) == parse("xᵀ X g⊙(x)", FUNCTIONS)


def test_letters_that_are_names_unless_dims_follow():
    plain = Names(frozenset("KDLIQ"), dims=frozenset("mn"))
    for letter in "KDLI":
        assert parse(letter, plain) == Name(letter)
        assert parse(f"{letter}Q", plain) == op("product", letter, "Q")
    assert parse("K(m,n)", plain) == op("commutation", "m", "n")
    assert parse("I", Names()) == Apply("identity")
    assert parse("K", Names()) == Name("K")
    assert parse("Σ", Names(frozenset("Σ"))) == Name("Σ")
    assert parse("Σ⁻¹x", Names()) == op("product", op("inverse", "Σ"), "x")
    assert isinstance(parse("Σ_i x[i]", Names(frozenset("Σx"))), IndexedSum)
    assert parse("e", Names()) == Name("e")
    assert parse("e[i]", Names(frozenset("e"))) == op("entry", "e", "i")


# ---- refused: the text, the column, and words of the message

AMBIGUOUS = [
    ("log2(x)", 1, "two ways", "write a space"),
    ("x + exp2", 5, "two ways", "write a space"),
    ("2e3 x", 1, "two ways", "power of ten", "a space"),
    ("x + 1e-3", 5, "two ways", "power of ten"),
    ("0.5E2", 1, "two ways", "power of ten"),
    ("1/2x", 4, "two ways", "(a/b) c", "a/(b c)"),
    ("log det X tr(Y)", 11, "two ways", "det(…)"),
    ("det AB tr(Y)", 8, "two ways", "det(…)"),
    ("tr A expm(B)", 6, "two ways", "tr(…)"),
    ("x/ab", 4, "two ways"),
    ("1/2(x)", 4, "two ways"),
    ("A⊗B⊙C", 4, "two ways", "⊗", "⊙"),
    ("A⊙B⊗C", 4, "two ways"),
    ("A⊘B⊘C", 4, "two ways"),
    ("A⊘B⊙C", 4, "two ways"),
    ("tr (A)B", 7, "two ways", "tr(…)"),
    ("tr (A + B)ᵀC", 1, "two ways"),
    ("log (t)²", 1, "two ways"),
    ("tr X/2", 5, "two ways", "tr(…)"),
    ("log det X tr X", 11, "two ways"),
    ("tr X log X", 6, "two ways"),
    ("x [1]", 3, "two ways"),
    ("A [1,2]", 3, "two ways"),
    ("√xᵀx", 1, "two ways"),
    ("√2x", 1, "two ways"),
    ("√x[1] y", 1, "two ways"),
    ("X^2^3", 4, "two ways"),
    ("X^k^2", 4, "two ways"),
    ("X^1/2", 4, "two ways"),
    ("xtr(A)", 1, "function tr", "product of 3 names"),
    ("A − −B", 5, "two signs"),
    ("A·−B", 3, "parentheses"),
    ("A/−B", 3, "parentheses"),
    ("A⊙−B", 3, "parentheses"),
    ("x 2", 3, "number"),
    ("A 2B", 3, "number"),
]
WRONG = [
    ("", 1, "empty"),
    ("   ", 4, "empty"),
    ("(A", 3, "expected ')'", "column 1"),
    ("A)", 2, "unexpected"),
    ("(A]", 3, "expected ')'"),
    ("tr(A", 5, "expected ')'", "argument of tr", "column 3"),
    ("[1, 2; 3]", 1, "rows of a matrix", "2 and 1"),
    ("[]", 2, "factor"),
    ("[1 2]", 4, "number"),
    ("X[]", 3, "factor"),
    ("X[1,2,3]", 1, "one index", "two"),
    ("‖x", 3, "expected '‖'", "column 1"),
    ("|x", 3, "expected '|'", "column 1"),
    ("‖x‖_3", 5, "norms are"),
    ("‖x‖_{", 5, "never closed"),
    ("‖x‖_{g}", 6, "norms are"),
    ("A +", 4, "factor"),
    ("+ A", 1, "'+'"),
    ("A + * B", 5, "factor"),
    ("A = B", 3, "equals"),
    ("A, B", 2, "unexpected"),
    ("X^", 3, "exponent"),
    ("X^+2", 4, "pseudo-inverse"),
    ("X⁻", 2, "exponent"),
    ("X⁻⁻¹", 2, "exponent"),
    ("ᵀ", 1, "factor"),
    ("'A", 1, "factor"),
    ("tr", 3, "needs an argument"),
    ("tr −A", 4, "tr"),
    ("tr⁻¹ X", 3, "raised sign on 'tr'"),
    ("tr²", 4, "needs an argument"),
    ("exp⊙ X", 6, "expected '('"),
    ("kron(A)", 1, "kron takes 2 arguments, found 1"),
    ("tr(A, B)", 1, "tr takes 1 argument, found 2"),
    ("unvec(x, 2)", 1, "unvec takes 3 arguments"),
    ("x_ab", 2, "index"),
    ("K(m,q)", 5, "q", "dim"),
    ("K(n)", 1, "K(m,n)"),
    ("K_n", 2, "K(n,n)"),
    ("Σ_{r=0} Xʳ", 9, "upper"),
    ("∇_X f", 2, "∇"),
    ("A**", 4, "exponent"),
    ("2 X 3", 5, "number"),
    ("a b c d2 3", 10, "number"),
]
WITH_FUNCTION = [
    ("g", 2, "declared function", "g(…)"),
    ("g t", 3, "g(…)"),
    ("g(t, t)", 1, "one argument"),
    ("∇L", 3, "L(…)"),
    ("∇M(X)", 2, "not a declared function"),
    ("∂²F(x)", 1, "∂ has none"),
    ("∇³L(x)", 1, "∇ and ∇²"),
    ("DF(X)", 6, "direction", "DF(X)[dX]"),
    ("DF(X)(dX)", 6, "direction"),
    ("∇g⊙(x)", 1, "g"),
    ("∂g⊙(x)", 1, "g"),
    ("DF⊙(x)[dx]", 1, "F"),
]
REFUSED = [
    *((text, DIMS if text.startswith("K") else Names(), column, words) for text, column, *words in AMBIGUOUS + WRONG),
    *((text, FUNCTIONS, column, words) for text, column, *words in WITH_FUNCTION),
]


@pytest.mark.parametrize(("text", "names", "column", "words"), REFUSED, ids=[text or "nothing" for text, *_ in REFUSED])
def test_what_is_refused_is_explained_at_its_column(text, names, column, words):
    with pytest.raises(NotationError) as caught:
        parse(text, names)
    for word in words:
        assert word in caught.value.message
    # The column named is the place, or within the phrase that is to blame.
    span = caught.value.span
    assert span.start + 1 == column or (span.start < column <= span.stop), f"column {span.start + 1}"
    assert 0 <= span.start < span.stop <= len(text) + 1


@pytest.mark.parametrize("text", ["∂f/∂X", "∇f", "∂f", "∇L"])
def test_what_was_never_declared_is_not_called_declared(text):
    with pytest.raises(NotationError) as caught:
        parse(text)
    assert "is a declared function" not in caught.value.message


def test_the_tree_knows_where_it_stands():
    text = "tr(AX) − ½ ‖Ax − b‖²"
    tree = parse(text)
    for node in walk(tree):
        assert 0 <= node.span.start < node.span.stop <= len(text)
        for part in children(node):
            assert node.span.start <= part.span.start <= part.span.stop <= node.span.stop
    spans = {unicode(node): text[node.span.start : node.span.stop] for node in walk(tree)}
    assert spans["tr(AX)"] == "tr(AX)"
    assert spans["‖Ax − b‖²"] == "‖Ax − b‖²"
    assert spans["Ax"] == "Ax"


# ---- hostile text

COUNTS = (limits.NESTING - 5, limits.NESTING + 5, 500, 9_000, 100_000)
NESTED = [
    "(",
    "[",
    "{",
    "|",
    "‖",
    "√",
    "−",
    "-(",
    "+",
    "'",
    "ᵀ",
    "^",
    "^{",
    "X^(",
    "_",
    "_{",
    "²",
    "⊙",
    "∇",
    "∂",
    "/",
    "*",
    "X",
    "Σ",
    "Σ_i ",
    r"\mathbf",
    r"\mathbf ",
    r"\mathrm{",
    "tr ",
    "tr(",
    "exp⊙(",
    "X'",
    "x/",
    "x⊙",
    "x·",
    "x+",
    "x*",
    "x[1]",
    "[1,",
    "K(",
    "I(",
    "g(",
    "X⁻¹",
    "X^2^",
    "(X)",
    "‖x ",
    "|x ",
    "x.",
    "1",
    "dX",
    "𝟏(",
    "ones(",
    "D(",
    "sum(i, ",
    "L(",
    "F(",
    "DF(X)[",
]


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    """Interrupt what takes longer, so that a parser that hangs fails its test and no other."""

    def stop(*_: object) -> None:
        raise AssertionError(f"took longer than {seconds} s")

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


@pytest.mark.parametrize("piece", NESTED)
def test_repetition_ends_in_a_tree_or_an_error_and_quickly(piece):
    for count in COUNTS:
        closing = {"(": ")", "[": "]", "{": "}", "|": "|", "‖": "‖"}
        tail = "".join(closing.get(c, "") for c in reversed(piece)) * count
        for text in (piece * count, piece * count + "X" + tail, "X" + piece * count, f"{piece * count}x"):
            with at_most(2):
                tree = attempt(text)
                if isinstance(tree, NotationError):
                    assert len(tree.message) < 400
                else:
                    assert unicode(tree)


@pytest.mark.parametrize(
    "text", ["X" + "'" * 200, "x" + "/x" * 200, "x" + " ⊙ x" * 200, "√" * 200 + "x", "x" + "*x" * 200]
)
def test_what_is_read_is_no_deeper_than_the_limit(text):
    """The limit is one of the tree, so that no later pass over it runs out of stack."""

    def depth(tree: Expr) -> int:
        level, deepest = [tree], 0
        while level:
            level = [part for node in level for part in children(node)]
            deepest += 1
        return deepest

    tree = attempt(text)
    if isinstance(tree, NotationError):
        assert str(limits.NESTING) in tree.message or str(limits.FORMULA_NODES) in tree.message
    else:
        assert depth(tree) <= limits.NESTING + 2


def test_limits_are_named():
    for text, limit in (
        ("X" * (limits.FORMULA_LENGTH + 1), limits.FORMULA_LENGTH),
        ("(" * 100 + "X" + ")" * 100, limits.NESTING),
    ):
        with pytest.raises(NotationError, match=str(limit)):
            parse(text)
    with pytest.raises(NotationError, match=str(limits.FORMULA_NODES)):
        parse("+".join("x" * 3500))
    with pytest.raises(NotationError, match=str(limits.DIGITS)):
        parse("9" * 20)
    for text in ("X^999999999", "X^{-99999999}", "X⁹⁹⁹⁹⁹⁹⁹⁹⁹", "e[99999999]", "I(99999999)"):
        assert parse(text)  # an exponent is judged where its base has a shape


# ---- any text at all

PIECES = st.sampled_from(
    [
        *"ABXKDLIxyabtdefgnmkijσΣμαπ",
        *"ᵀᴴ⁻¹²⁺ᵏ⁰½⊙⊘⊗·@*/+−-()[]{},;^'‖|√∇∂_₁ᵢⱼₙ𝟏12 0.",
        "tr",
        "tr(",
        "det ",
        "log ",
        "exp",
        "exp⊙(",
        "diag(",
        "vec ",
        "norm_F(",
        "softmax(",
        "dX",
        "f̄",
        "fbar",
        "ones",
        "I(n)",
        "K(m,n)",
        "∇L(X)",
        "∂F(x)",
        "DF(X)[dX]",
        "g'(t)",
        "g⊙(x)",
        "Σ_i ",
        "Σ_{r=0}^{k}",
        "x[i]",
        "X^T",
        "X^-1",
        "^{",
        "**",
        "||",
        ".*",
        "./",
        ".^",
        ".T",
        "kron(",
        "alpha",
        "x_1",
        "e[i]",
        "‖x‖",
        "_F",
        "_∞",
        "_*",
        "_max",
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)
DECLARED = Names(
    frozenset(["A", "B", "X", "x", "y", "t", "alpha", "Σ", "μ"]),
    frozenset(["L", "g", "F"]),
    frozenset(["m", "n", "p"]),
)
QUICK = settings(
    max_examples=200, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


@QUICK
@given(TEXTS, st.sampled_from([Names(), DECLARED]))
@example("∇g⊙(x)", DECLARED)
@example("𝟏₁", Names())
@example("Σ_FA", Names())
def test_any_text_is_refused_or_read_as_what_is_printed(text, names):
    tree = attempt(text, names)
    if isinstance(tree, NotationError):
        assert tree.message
        assert 0 <= tree.span.start <= len(text)
    else:
        assert parse(unicode(tree), names) == tree, unicode(tree)


@QUICK
@given(st.text(max_size=20))
def test_any_unicode_text_is_refused_or_read(text):
    tree = attempt(text)
    assert not isinstance(tree, NotationError) or tree.message


@pytest.mark.parametrize(("text", "same"), [(r"\alpha*t", "α * t"), (r"\operatorname*{tr}(X)", "tr(X)")])
def test_a_star_after_a_command_is_a_sign_unless_it_is_part_of_it(text, same):
    assert parse(text) == parse(same)


@pytest.mark.parametrize("text", [r"\lVert*x", r"\hat*x", r"\frac*12"])
def test_a_star_in_a_wrong_place_is_refused(text):
    with pytest.raises(NotationError):
        parse(text)


def test_a_message_does_not_repeat_what_has_no_end():
    with pytest.raises(NotationError) as refused:
        parse("\\" + "rig" * 2_000)
    assert len(refused.value.message) <= limits.MESSAGE
