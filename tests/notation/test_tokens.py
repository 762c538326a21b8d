"""Names, numbers and words: which letters make one name, and which signs are no part of the notation."""

from __future__ import annotations

import sys
import unicodedata
from fractions import Fraction

import pytest

from identities.expression import Apply, Cotangent, Expr, Name, Number, Perturbation
from identities.notation import Names, NotationError, canonical_name, parse


def attempt(text: str) -> Expr | NotationError:
    """The tree, or the error that says why there is none; any other exception fails the test."""
    try:
        return parse(text)
    except NotationError as error:
        return error


# Every spelling of a name in a declaration or a formula, and the one it stands for.
SPELLINGS = {
    "x₁": ("x₁", "x1", "x_1", "x_{1}"),
    "W₁₂": ("W₁₂", "W12", "W_12", "W_{12}"),
    "Σ₀": ("Σ₀", "Σ_0", "Σ_{0}"),
    "xₘ": ("xₘ", "x_m", "x_{m}"),
    "x_{ab}": ("x_{ab}", "x_ab"),
    "Wᵢₙ": ("W_in", "W_{in}", "Wᵢₙ"),
    "xₘₐₓ": ("x_max", "x_{max}"),
    "x̂": ("x̂",),
    "μ": ("μ", "𝛍"),
    "X": ("X", "𝐗"),
    "φ": ("φ", "ϕ"),
    "y\u0302": ("y\u0302", "\u0177"),
    "y\u0304": ("y\u0304", "\u0233"),
    "alpha": ("alpha",),
    "loss_fn": ("loss_fn",),
}
SPELLED = [(name, spelling) for name, spellings in SPELLINGS.items() for spelling in spellings]


@pytest.mark.parametrize(("name", "spelling"), SPELLED, ids=[spelling for _, spelling in SPELLED])
def test_a_declared_name_is_read_in_every_spelling(name, spelling):
    declared = canonical_name(spelling)
    assert declared == canonical_name(name)
    assert declared is not None
    assert parse(spelling, Names(frozenset({declared}))) == Name(declared)
    assert parse(f"{spelling} A", Names(frozenset({declared, "A"}))) == Apply("product", (Name(declared), Name("A")))


@pytest.mark.parametrize("text", ["", "1", "x y", "x[i]", "1x", "₁", "x+y", "𝟏", "\u0302", "AB C", "x\n", "²"])
def test_what_is_no_name(text):
    assert canonical_name(text) is None


# With `alpha`, `W_in`, `mu` declared: text → the factors that it is a product of.
LONG = [
    ("alpha X", ("alpha", "X")),
    ("X alpha", ("X", "alpha")),
    ("Xalpha", ("X", "alpha")),
    ("2alpha", ("2", "alpha")),
    ("alpha(X)", ("alpha", "X")),
    ("alpha·X", ("alpha", "X")),
    ("mu alpha", ("mu", "alpha")),
]


@pytest.mark.parametrize(("text", "factors"), LONG)
def test_a_long_name_is_one_name_where_it_is_declared(text, factors):
    tree = parse(text, Names(frozenset({"alpha", "mu", "X"})))
    assert isinstance(tree, Apply)
    assert tuple(part.name if isinstance(part, Name) else "2" for part in tree.args) == factors


@pytest.mark.parametrize(
    ("text", "op"),
    [
        ("alphaᵀ", "transpose"),
        ("alpha'", "transpose"),
        ("alpha^T", "transpose"),
        ("alpha⁻¹", "inverse"),
        ("alpha⁻ᵀ", "transpose"),
        ("alphaᴴ", "conjugate_transpose"),
        ("alpha⁺", "pinv"),
        ("alpha²", "power"),
        ("alphaᵏ", "power"),
        ("alpha^2", "power"),
        ("alpha⊙²", "power⊙"),
        ("alpha[1]", "entry"),
        ("alpha[i]", "entry"),
        ("alpha_i", "entry"),
        ("alphaᵢ", "entry"),
    ],
)
def test_a_long_name_takes_signs_after_it(text, op):
    tree = parse(text, Names(frozenset({"alpha"})))
    assert isinstance(tree, Apply)
    assert tree.op == op
    inner = tree.args[0] if text != "alpha⁻ᵀ" else tree.args[0].args[0]  # type: ignore[union-attr]
    assert inner == Name("alpha")


@pytest.mark.parametrize("text", ["alphaX", "alphax", "alpha2", "W_inX", "mux", "alphabeta", "dalphaX"])
def test_letters_that_run_on_after_a_long_name_are_never_read_letter_by_letter(text):
    """Read as a·l·p·h·a·X, an undeclared letter would become a random variable of its own."""
    names = Names(frozenset({"alpha", "mu", canonical_name("W_in") or "", "X", "x"}))
    try:
        tree = parse(text, names)
    except NotationError:
        return
    from identities.expression import walk

    found = {node.name for node in walk(tree) if isinstance(node, Name)}
    assert found <= names.variables, f"{text} was read as {tree}"


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("dX", "X"),
        ("dx", "x"),
        ("dΣ", "Σ"),
        ("dα", "α"),
        ("dW₁", "W₁"),
        ("dW_1", "W₁"),
        ("dx̂", "x̂"),
        ("d𝐗", "X"),
        ("dalpha", "alpha"),
    ],
)
def test_a_perturbation(text, of):
    assert parse(text, Names(frozenset({"X", "x", "Σ", "α", "W₁", "x̂", "alpha"}))) == Perturbation(of)


@pytest.mark.parametrize(
    ("text", "variables", "tree"),
    [
        ("dX", "X", Perturbation("X")),
        ("dX", "X d", Apply("product", (Name("d"), Name("X")))),
        ("d X", "X", Apply("product", (Name("d"), Name("X")))),
        ("dᵀX", "X d", Apply("product", (Apply("transpose", (Name("d"),)), Name("X")))),
        ("AdX", "A X", Apply("product", (Name("A"), Perturbation("X")))),
        ("dXdX", "X", Apply("product", (Perturbation("X"), Perturbation("X")))),
        ("xdx", "x", Apply("product", (Name("x"), Perturbation("x")))),
    ],
)
def test_d_is_a_perturbation_unless_it_is_declared(text, variables, tree):
    assert parse(text, Names(frozenset(variables.split()))) == tree


def test_a_dim_d_is_not_a_variable_d():
    names = Names(frozenset("QK"), dims=frozenset("nd"))
    assert parse("dQ", names) == Perturbation("Q")
    assert parse("√d", names) == Apply("sqrt", (Name("d"),))


def test_the_cotangent():
    assert parse("f̄") == parse("fbar") == Cotangent()
    assert parse("f̄X") == parse("fbar X") == Apply("product", (Cotangent(), Name("X")))


def test_a_digit_after_the_identity_is_no_name():
    assert parse("I₂") == Apply("identity", (Number(Fraction(2)),))
    assert parse("I2", Names(frozenset({"I₂"}))) == Name("I₂")
    with pytest.raises(NotationError, match="a number stands first"):
        parse("I2")


WORDS = [
    ("tr X", "tr"), ("trX", "tr"), ("Tr(X)", "tr"), ("trace(X)", "tr"), ("det X", "det"), ("log x", "log"),
    ("ln x", "log"),
    ("logdet X", "logdet"), ("norm_F(X)", "norm_F"), ("norm_1(x)", "norm_1"), ("norm_inf(x)", "norm_inf"),
    ("norm_nuc(X)", "norm_nuclear"),
    ("softmax_rows(X)", "softmax_rows"), ("log_softmax(x)", "log_softmax"), ("lambda_max(S)", "lambda_max"),
    ("λmax(S)", "lambda_max"),
    ("sigma_max(X)", "sigma_max"), ("σ(x)", "sigmoid"), ("sigmoid(x)", "sigmoid"), ("pinv(X)", "pinv"),
    ("inv(X)", "inverse"),
    ("sgn(x)", "sign"), ("heaviside(x)", "step"), ("sum(X)", "total"), ("vech(X)", "vech"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "op"), WORDS)
def test_function_words(text, op):
    tree = parse(text)
    assert isinstance(tree, Apply)
    assert tree.op == op


def test_a_declared_name_hides_a_function_word():
    assert parse("tr", Names(frozenset({"tr"}))) == Name("tr")
    assert parse("re", Names(frozenset({"re"}))) == Name("re")
    assert parse("σ(x)", Names(frozenset({"σ", "x"}))) == Apply("product", (Name("σ"), Name("x")))


@pytest.mark.parametrize("text", ["xtr(A)", "xtrA", "expx", "detx", "axtr(A)", "trab", "softmaxx", "logx"])
def test_a_word_hidden_among_letters_is_refused_with_both_readings(text):
    with pytest.raises(NotationError, match=r"can be read as the function .* or as a product"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "near"), [("sofmax(x)", "softmax"), ("trce(X)", "trace"), ("sigmid(x)", "sigmoid"), ("Diag(x)", "diag")]
)
def test_a_misspelt_word_gets_the_nearest_one(text, near):
    with pytest.raises(NotationError, match=f"did you mean {near}"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2", "2"),
        ("0.25", "1/4"),
        ("½", "1/2"),
        ("⅔", "2/3"),
        ("¼", "1/4"),
        ("1.50", "3/2"),
        ("007", "7"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_numbers_are_exact(text, value):
    tree = parse(text)
    assert isinstance(tree, Number)
    assert str(tree.value) == value


@pytest.mark.parametrize("digit", ["٣", "३", "𝟐", "𝟚", "２", "①", "Ⅷ", "௩", "\U0001d7d8"])
def test_only_ascii_digits_are_digits(digit):
    with pytest.raises(NotationError):
        parse(digit)
    with pytest.raises(NotationError):
        parse(f"X^{digit}")


def test_ones_is_a_digit_to_unicode_and_not_to_us():
    assert "𝟏".isdigit()
    assert parse("𝟏") == Apply("ones")


def test_nothing_is_normalised():
    """NFKC would make xᵀAx the name xTAx, and x² the name x2."""
    assert parse("xᵀAx") != parse(unicodedata.normalize("NFKC", "xᵀAx"))
    assert parse("x²") != parse("x2")


SIGNS = [
    ("A − B", ("A - B", "A\u2212B", "A -B")),
    ("A · B", ("A⋅B", "A·B")),
    ("Aᵀ", ("A⊤", "A'", "A′", "A’")),
    ("A⁺", ("A†",)),
    ("‖x‖", ("∥x∥", "||x||")),
    ("Σ_i x[i]", ("∑_i x[i]", "Σᵢ xᵢ", "∑ᵢ xᵢ")),
    ("A ⊙ B", ("A∘B", "A .* B")),
    ("ε x", ("ϵ x",)),
    ("φ θ", ("ϕ ϑ",)),
    ("A B", ("A\u00a0B", "A\u2009B", "A\u2062B", "A\u200bB", "A\tB", " A  B ")),
]


@pytest.mark.parametrize(("text", "others"), SIGNS, ids=[text for text, _ in SIGNS])
def test_other_code_points_for_the_same_sign(text, others):
    for other in others:
        assert parse(other) == parse(text), other


FOREIGN = [
    ("A × B", 3, "AB, A·B or A @ B"),
    ("A ÷ B", 3, "a/b"),
    (r"A \star B", 3, "newcommand"),
    ("$x$", 1, "dollar"),
    ("A < B", 3, "relation"),
    ("A ≈ B", 3, "relation"),
    ("A.B", 2, "a name takes no dot"),
    ("x\x00", 2, "control character"),
    ("x\x1b[31m", 2, "control character"),
    ("ж", 1, "U+0436"),
    ("x\ud800", 2, "U+D800"),
    ("\u202ex", 1, "U+202E"),
    ("A?", 2, "U+003F"),
    ("Ａ", 1, "U+FF21"),
]


@pytest.mark.parametrize(("text", "column", "words"), FOREIGN, ids=[ascii(text) for text, _, _ in FOREIGN])
def test_a_foreign_sign_is_named_with_its_column(text, column, words):
    with pytest.raises(NotationError) as caught:
        parse(text)
    assert caught.value.span.start + 1 == column
    assert words in caught.value.message
    assert f"column {column}:" in str(caught.value)
    assert caught.value.message.isprintable()


def test_every_code_point_alone_is_a_tree_or_an_error():
    """All of Unicode, surrogates too, alone and after a name; never another exception."""
    read = []
    for code in (
        *range(0x3000),
        *range(0xD7F0, 0xE010),
        *range(0xFE00, 0x10000),
        *range(0x1D400, 0x1D800),
        sys.maxunicode,
    ):
        char = chr(code)
        for text in (char, f"X{char}"):
            tree = attempt(text)
            if isinstance(tree, NotationError):
                assert tree.message
            elif text == char:
                read.append(char)
    plain = [char for char in read if char.isascii()]
    assert "".join(plain) == "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    assert all(unicodedata.category(char)[0] in "LN" or char == "∑" for char in read)


def test_the_signs_of_the_notation_are_no_letters_to_canonical_name():
    for char in "ᵀᴴ⁻⁺⊙⊗∇∂√‖|[]()'^+−·/":
        assert canonical_name(char) is None
        assert canonical_name(f"x{char}") is None
