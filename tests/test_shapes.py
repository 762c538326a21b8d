"""Shapes: what is inferred, what is refused, and how a clash is told."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

import identities
from identities.declaration import declare
from identities.notation import NotationError, canonical_name
from identities.shapes import Inference
from identities.typed import ShapeError, Typed


def declared(where: str) -> dict[str, str]:
    """``"A: m×n, x: n"`` as a mapping."""
    return dict(part.split(": ", 1) for part in where.split("; ")) if where else {}


def typed(text: str, where: Mapping[str, str]) -> tuple[Typed, Inference]:
    inference = Inference({canonical_name(name) or name: declare(said) for name, said in where.items()})
    tree = inference.infer(identities.parse(text, where), text)
    inference.name_unknown_dims()
    return inference.finish(tree, text), inference


def shape(text: str, where: str = "") -> str:
    tree, _ = typed(text, declared(where))
    return f"{tree.shape[0]}×{tree.shape[1]}"


W = (
    "A: m×n; B: n×p; C: m×n; S: n×n; T: n×n; R: m×m; x: n; y: n; b: m; t: scalar; α: scalar; k: integer; "
    "g: ℝ → ℝ; L: m×n → ℝ; F: n → m; H: m×n → p×q"
)
SHAPES = [
    # products, with scalars anywhere
    ("AB", "m×p"), ("Aᵀ", "n×m"), ("AᵀA", "n×n"), ("Ax", "m×1"), ("xᵀy", "1×1"), ("xyᵀ", "n×n"), ("bxᵀ", "m×n"),
    ("xᵀSy", "1×1"), ("bᵀAx", "1×1"), ("A xᵀx B", "m×p"),
    ("xᵀx AB", "m×p"), ("AB xᵀx", "m×p"), ("x yᵀ x", "n×1"), ("x xᵀx xᵀ", "n×n"), ("2 A t B", "m×p"), ("t α", "1×1"),
    ("b bᵀAx", "m×1"), ("A/t", "m×n"), ("AB/(xᵀx)", "m×p"),
    ("x/‖x‖", "n×1"), ("A x yᵀ B", "m×p"),
    # sums, elementwise, Kronecker
    ("A + C", "m×n"), ("A − 2C", "m×n"), ("−A", "m×n"), ("A ⊙ C", "m×n"), ("A ⊘ C", "m×n"), ("A ⊗ B", "mn×np"),
    ("x ⊗ b", "mn×1"), ("A ⊗ x", "mn×n"), ("S ⊗ I(m)", "mn×mn"), ("A + 0", "m×n"),
    # inverses and powers
    ("S⁻¹", "n×n"), ("S⁻ᵀ", "n×n"), ("A⁺", "n×m"), ("(AᵀA)⁻¹Aᵀ", "n×m"), ("S²", "n×n"), ("Sᵏ", "n×n"),
    ("S^n", "n×n"), ("S^(k + 1)", "n×n"), ("S^½", "n×n"), ("S^(−1/2)", "n×n"), ("t²", "1×1"),
    ("t^α", "1×1"), ("x⊙²", "n×1"), ("A⊙²", "m×n"), ("x.^α", "n×1"), ("2^n", "1×1"),
    # constants: the size that fits, or the one that is said
    ("I + S", "n×n"), ("IA", "m×n"), ("AI", "m×n"), ("tI + S", "n×n"), ("A + 𝟏xᵀ", "m×n"), ("x + 𝟏", "n×1"),
    ("𝟏ᵀA𝟏", "1×1"), ("A𝟏", "m×1"), ("I(n)", "n×n"), ("I(3)", "3×3"), ("I(n + 1)", "n+1×n+1"),
    ("I(m n)", "mn×mn"), ("I(n²)", "n²×n²"), ("𝟏(n)", "n×1"), ("𝟏(m)𝟏(n)ᵀ", "m×n"), ("K(m,n)", "mn×mn"),
    ("K(m,n) vec(A)", "mn×1"), ("(S ⊗ I) vec(S)", "n²×1"), ("I ⊗ S + Sᵀ ⊗ I(n)", "n²×n²"),
    ("[A; I]", "m+n×n"), ("[S, x; xᵀ, 1]", "n+1×n+1"), ("[A, 0; 0, S]", "m+n×2n"), ("[0; x]", "n+1×1"),
    ("[1, 2, 3; 4, 5, 6]", "2×3"), ("[I, A]", "m×m+n"),
    # functions
    ("tr(S)", "1×1"), ("det S", "1×1"), ("log det S", "1×1"), ("|S|", "1×1"), ("|t|", "1×1"), ("diag(x)", "n×n"),
    ("diag(S)", "n×1"), ("vec(A)", "mn×1"), ("unvec(vec(A), n, m)", "n×m"), ("‖A‖_F", "1×1"),
    ("‖x‖", "1×1"), ("‖xᵀ‖", "1×1"), ("‖A‖₂", "1×1"), ("sum(A)", "1×1"), ("rowsums(A)", "m×1"),
    ("colsums(A)", "n×1"), ("softmax(x)", "n×1"), ("softmax_rows(A)", "m×n"), ("logsumexp(x)", "1×1"),
    ("logsumexp_rows(A)", "m×1"), ("exp⊙(A)", "m×n"), ("exp(x)", "n×1"), ("exp(xᵀ)", "1×n"), ("exp(t)", "1×1"),
    ("relu(A)", "m×n"), ("expm(S)", "n×n"), ("chol(S)", "n×n"), ("eigvalsh(S)", "n×1"),
    # entries and sums
    ("x[1]", "1×1"), ("A[i,j]", "1×1"), ("xᵀ[i]", "1×1"), ("(AB)[1,2]", "1×1"), ("A[m,n]", "1×1"), ("eᵢᵀAx", "1×1"),
    ("A eᵢ", "m×1"), ("eᵢ xᵀ y + b", "m×1"), ("Σ_i x[i]²", "1×1"), ("Σ_i x[i] eᵢ + y", "n×1"),
    ("Σ_{r=0}^{k} Sʳ", "n×n"), ("Σ_i i x[i]", "1×1"), ("i x[i]", "1×1"), ("x[i] i", "1×1"),
    # declared functions
    ("g(t)", "1×1"), ("g'(t)", "1×1"), ("g⊙(A)", "m×n"), ("g''⊙(x)", "n×1"), ("L(A)", "1×1"), ("∇L(A)", "m×n"),
    ("∇²L(A)", "mn×mn"), ("∂L(A)", "1×mn"), ("F(x)", "m×1"), ("∂F(x)", "m×n"),
    ("DF(x)[y]", "m×1"), ("H(A)", "p×q"), ("∂H(A)", "pq×mn"), ("DH(A)[C]", "p×q"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), SHAPES, ids=[text for text, _ in SHAPES])
def test_the_shape_of_a_formula(text, wanted):
    assert shape(text, W) == wanted


UNDECLARED = [
    ("tr(AXB)", {"A": "p×m", "X": "m×n", "B": "n×p"}),
    ("tr(AX)", {"A": "n×m", "X": "m×n"}),
    ("xᵀAx", {"A": "n×n", "x": "n×1"}),
    ("‖Ax − b‖²", {"A": "m×n", "x": "n×1", "b": "m×1"}),
    ("aᵀXb", {"a": "m×1", "X": "m×n", "b": "n×1"}),
    ("log det X", {"X": "n×n"}),
    ("½ ‖AX − B‖_F²", {"A": "p×m", "X": "m×n", "B": "p×n"}),
    ("α x", {"α": "1×1", "x": "n×1"}),
    ("t X", {"t": "1×1", "X": "m×n"}),
    ("Σ⁻¹x", {"Σ": "n×n", "x": "n×1"}),
    ("Λ X", {"Λ": "p×m", "X": "m×n"}),
    ("A₁ x₁", {"A₁": "m×n", "x₁": "n×1"}),
    ("tr(ABCE)", None),
    ("softmax(Wx + b)", {"W": "m×n", "x": "n×1", "b": "m×1"}),
    ("Xᵏ", {"X": "n×n"}),
]


@pytest.mark.parametrize(("text", "wanted"), UNDECLARED, ids=[text for text, _ in UNDECLARED])
def test_the_shapes_of_undeclared_names(text, wanted):
    _, inference = typed(text, {})
    found = {
        name: "×".join(str(dim) for dim in inference.resolved(dims)) for name, dims in inference.undeclared.items()
    }
    if wanted is not None:
        assert found == wanted
    assert not any("?" in said for said in found.values())


# what is refused: formula, column, both things that clash, remedy
CLASHES = [
    ("AA", 2, "A is m×n", "A is m×n", "Aᵀ"),
    ("BA", 2, "B is n×p", "A is m×n"),
    ("AB + A", 6, "AB is m×p", "A is m×n"),
    ("AC", 2, "A is m×n", "C is m×n", "Cᵀ", "A ⊙ C"),
    ("Ab", 2, "A is m×n", "b is m×1", "Aᵀ"),
    ("xy", 2, "x is n×1", "y is n×1", "yᵀ", "x ⊙ y"),
    ("x xᵀ A", 6, "xxᵀ is n×n", "A is m×n"),
    ("A + Aᵀ", 5, "A is m×n", "Aᵀ is n×m", "transposed"),
    ("A + x", 5, "A is m×n", "x is n×1", "no broadcasting", "𝟏xᵀ"),
    ("A + b", 5, "A is m×n", "b is m×1", "no broadcasting", "b𝟏ᵀ"),
    ("A + 1", 5, "A is m×n", "1 is a scalar", "no broadcasting"),
    ("S + t", 5, "S is n×n", "t is a scalar", "no broadcasting", "t I"),
    ("x − 1", 3, "x is n×1", "1 is a scalar", "𝟏"),
    ("A ⊙ B", 1, "A is m×n", "B is n×p", "one shape"),
    ("t ⊙ A", 1, "t is a scalar", "A is m×n", "juxtaposition"),
    ("A*C", 1, "A @ C", "A ⊙ C", "A is m×n", "C is m×n"),
    ("x/y", 1, "y is n×1", "scalar", "⊘"),
    ("S/T", 1, "T is n×n", "scalar", "A⁻¹"),
    ("A⁻¹", 1, "square", "A is m×n"),
    ("tr(A)", 1, "tr", "square", "A is m×n"),
    ("log det A", 5, "det", "square", "A is m×n"),
    ("A²", 1, "square", "A is m×n", "⊙²"),
    ("x²", 1, "power of a vector", "x is n×1", "‖x‖²"),
    ("S^t", 3, "t", "whole number", "integer"),
    ("S^1.5", 3, "1.5", "whole number"),
    ("S^65", 3, "65", "64"),
    ("S^999999999", 3, "999999999", "64"),
    ("2^x", 3, "exponent", "scalar", "x is n×1"),
    ("exp(A)", 1, "two ways", "expm(X)", "exp⊙(X)", "A is m×n"),
    ("log(S)", 1, "two ways", "logm(X)", "log⊙(X)"),
    ("√S", 1, "two ways", "sqrtm(X)", "sqrt⊙(X)"),
    ("tanh(S)", 1, "two ways", "tanh⊙(X)"),
    ("‖A‖", 1, "A is m×n", "‖X‖_F", "‖X‖₂"),
    ("|A|", 1, "A is m×n", "determinant", "absolute value"),
    ("|x|", 1, "x is n×1", "square"),
    ("softmax(A)", 1, "softmax_rows", "A is m×n"),
    ("softmax(xᵀ)", 1, "column", "xᵀ is 1×n"),
    ("logsumexp(A)", 1, "logsumexp_rows"),
    ("diag(A)", 1, "A is m×n", "column", "square"),
    ("diag(xᵀ)", 1, "xᵀ is 1×n"),
    ("tr⊙(S)", 1, "tr", "⊙"),
    ("unvec(x, m, n)", 1, "mn", "x is n×1"),
    ("[A, x]", 5, "height", "A is m×n", "x is n×1"),
    ("[A; x]", 5, "width", "A is m×n", "x is n×1"),
    ("A[i]", 1, "two indices", "A is m×n"),
    ("A[i,i]", 5, "i", "m", "n"),
    ("A[0,1]", 3, "0", "from 1"),
    ("x[1.5]", 3, "whole number"),
    ("x[n + 1]", 3, "n+1", "from 1 to n"),
    ("x[−1]", 3, "from 1"),
    ("[1; 2][3]", 8, "3", "from 1 to 2"),
    ("A[i,j] x[i]", 10, "i", "m", "n"),
    ("Σ_i A[i,i]", 9, "i", "m", "n"),
    ("sum(x[i]²)", 1, "i", "Σ_i"),
    ("tr(I)", 4, "open", "I(n)"),
    ("I", 1, "open", "I(n)"),
    ("𝟏ᵀ𝟏", 1, "open", "𝟏(n)"),
    ("x𝟏ᵀ", 2, "open", "𝟏(n)"),
    ("eᵢ", 1, "open"),
    ("eᵢ eⱼᵀ x", 1, "open"),
    ("I(t)", 1, "open"),
    ("I(n)A", 5, "I(n) is n×n", "A is m×n"),
    ("g(A)", 3, "g takes a scalar", "A is m×n", "g⊙(…)"),
    ("L(x)", 3, "L takes m×n", "x is n×1"),
    ("F(Ax)", 3, "F takes n×1", "Ax is m×1"),
    ("∇F(x)", 1, "scalar function", "∂F"),
    ("F'(x)", 1, "function of a scalar", "∂F"),
    ("F⊙(x)", 1, "ℝ → ℝ"),
    ("DF(x)[b]", 7, "F takes n×1", "b is m×1"),
    ("dF", 1, "no perturbation"),
    ("dk", 1, "integer"),
    ("f̄", 1, "pullback"),
    ("dQ", 1, "no variable Q"),
    ("Σ_{r=t}^{k} Sʳ", 6, "t", "whole number"),
]


@pytest.mark.parametrize(
    ("text", "column", "words"), [(t, c, w) for t, c, *w in CLASHES], ids=[row[0] for row in CLASHES]
)
def test_a_clash_names_both_sides_the_column_and_a_remedy(text, column, words):
    with pytest.raises(NotationError) as caught:
        typed(text, declared(W))
    for word in words:
        assert word in caught.value.message
    span = caught.value.span
    assert span.start + 1 == column or (words[0] in ("A is m×n", "two ways") and span.start < column <= span.stop)


def test_a_clash_of_shapes_is_an_error_of_its_own_kind():
    with pytest.raises(ShapeError):
        typed("AA", declared(W))


def test_messages_name_no_inner_symbols():
    """Unknown sizes are ?, not ?1 or ?17, and an operation goes by its sign or word."""
    for text in ("‖A‖", "|x|", "AB + 1", "x/y", "A ⊙ x", "A⁻¹", "XX + Y𝟏", "diag(A)", "[X, x; 1, 2]", "x y z"):
        with pytest.raises(NotationError) as caught:
            typed(text, {"A": "m×n", "x": "n", "y": "n"})
        said = caught.value.message
        assert not any(f"?{digit}" in said for digit in range(10)), said
        assert not any(inner in said for inner in ("bars", "quotient", "norm_", "hadamard", "power_")), said


def test_declared_dims_never_become_equal():
    """A formula that holds for m = n only is no formula about m×n."""
    for text in ("A + S", "AA", "A⁻¹", "tr(A)", "Sb", "vec(A) + vec(S)", "A ⊙ S"):
        with pytest.raises(ShapeError):
            typed(text, declared(W))


def test_a_size_is_solved_for_where_only_one_fits():
    assert shape("(I ⊗ R) vec(A)", W) == "mn×1"
    assert shape("(Sᵀ ⊗ I) vec(A)", W) == "mn×1"
    assert shape("vec(A)ᵀ(I ⊗ R) vec(A)", W) == "1×1"
    assert shape("K(n,n) + I", W) == "n²×n²"
    assert shape("[I, x; xᵀ, t]", W) == "n+1×n+1"
    with pytest.raises(NotationError, match=r"contradict|open"):
        typed("(I ⊗ I) vec(A)", declared(W))


def test_a_dim_is_a_number_where_a_number_is_meant():
    for text in ("n x", "x/n", "x/√n", "(m + n) x", "x/(n − 1)"):
        assert shape(text, W) == "n×1"


def test_every_node_knows_its_shape():
    tree, _ = typed("tr(AᵀA) x + S⁻¹y", declared(W))
    todo = [tree]
    while todo:
        node = todo.pop()
        todo += node.args
        assert all(not symbol.startswith("?") for dim in node.shape for symbol in dim.symbols)


@pytest.mark.parametrize(
    "text",
    [
        "[0; x]",
        "sum([0; x])",
        "[0, xᵀ; x, 0]",
        "0ᵀA",
        "A + 0",
        "exp⊙(0)",
        "eᵢ + x",
        "eᵢᵀ eⱼ x[j]",
        "svdvals(Q)",
        "sum(svdvals(Q P))",
        "svdvals(A ⊗ B)",
    ],
)
def test_no_size_is_left_open_without_a_word(text):
    """Either every size of the typed tree is known, or there is a message."""
    try:
        tree, _ = typed(text, declared(W))
    except NotationError as error:
        message = error.message
    else:
        message = ""
    if message:
        assert "open" in message
        return
    known = {"m", "n", "p", "q", "k"}
    todo = [tree]
    while todo:
        node = todo.pop()
        todo += node.args
        assert not any("?" in symbol for dim in node.shape for symbol in dim.symbols), f"{node.op} is {node.shape}"
    from identities import dims

    sizes = dict.fromkeys(known, 2) | dict.fromkeys(("r", "s", "u", "v"), 3)
    assert all(dims.evaluate(dim, sizes) >= 1 for dim in tree.shape)
