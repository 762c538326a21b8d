"""An entry's texts, read together: what each claim must be, and what is said where it is not."""

from __future__ import annotations

from typing import Any

import pytest

from identities.catalogue import Identity, Problem, read_text
from identities.parsed import read
from identities.statement import Statement, statements


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def entry(f: str, where: str = "", **claims: Any) -> Identity:
    """An identity from its parts; a claim is a text, or texts by variable."""
    lines = ["format: 1", "identities:", "- id: e"]
    if where:
        lines.append(f"  where: {{{where}}}")
    for key in ("let", "at", "example"):
        if key in claims:
            lines += [f"  {key}:", *(f"    {name}: {quoted(text)}" for name, text in claims.pop(key).items())]
    lines.append(f"  f: {quoted(f)}")
    for kind, said in claims.items():
        if isinstance(said, str):
            lines.append(f"  {kind}: {quoted(said)}")
        else:
            lines += [f"  {kind}:", *(f"    {quoted(name)}: {quoted(text)}" for name, text in said.items())]
    found, problems = read_text("\n".join(lines) + "\n", "t.yaml")
    assert not problems, problems
    return found[0]


def only(*args: Any, **claims: Any) -> Statement | Problem:
    (found,) = statements(read(entry(*args, **claims)))
    return found


def good(*args: Any, **claims: Any) -> Statement:
    found = only(*args, **claims)
    assert isinstance(found, Statement), str(found)
    return found


def bad(*args: Any, **claims: Any) -> Problem:
    found = only(*args, **claims)
    assert isinstance(found, Problem), "was read"
    return found


def spelled(shape: Any) -> str:
    return f"{shape[0]}×{shape[1]}"


# kind, f, where, variable, closed form, the shape it must have
EXPECTED = [
    ("gradient", "tr(AX)", "A: n×m, X: m×n", "X", "Aᵀ", "m×n"),
    ("gradient", "xᵀAx", "A: n×n, x: n", "x", "(A + Aᵀ)x", "n×1"),
    ("gradient", "t²", "t: scalar", "t", "2t", "1×1"),
    ("jacobian", "AX", "A: p×m, X: m×n", "X", "I(n) ⊗ A", "np×mn"),
    ("jacobian", "Ax", "A: m×n, x: n", "x", "A", "m×n"),
    ("jacobian", "aᵀx", "a: n, x: n", "x", "aᵀ", "1×n"),
    ("hessian", "xᵀAx", "A: n×n, x: n", "x", "A + Aᵀ", "n×n"),
    ("hessian", "tr(XᵀX)", "X: m×n", "X", "2I", "mn×mn"),
    ("hessian", "xᵀAy", "A: m×n, x: m, y: n", "x, y", "A", "m×n"),
    ("hessian", "xᵀAy", "A: m×n, x: m, y: n", "y, x", "Aᵀ", "n×m"),
    ("derivative", "exp(t) x", "t: scalar, x: n", "t", "exp(t) x", "n×1"),
    ("pullback", "AX", "A: p×m, X: m×n", "X", "Aᵀf̄", "m×n"),
    ("minimizer", "‖Ax − b‖²", "A: m×n, x: n, b: m", "x", "A⁺b", "n×1"),
    ("gradient_symmetric", "log det S", "S: n×n spd", "S", "S⁻¹", "n×n"),
    ("gradient_independent", "log det S", "S: n×n spd", "S", "2S⁻¹ − S⁻¹ ⊙ I", "n×n"),
    ("entries", "X⁻¹", "X: n×n", "X[i,j]", "−(X⁻¹)[k,i] (X⁻¹)[j,l]", "1×1"),
    ("entries", "xᵀAx", "A: n×n, x: n", "x[k]", "(Ax)[k] + (Aᵀx)[k]", "1×1"),
]


@pytest.mark.parametrize(
    ("kind", "f", "where", "wrt", "closed", "wanted"), EXPECTED, ids=[f"{row[0]} {row[1]}" for row in EXPECTED]
)
def test_the_shape_that_a_closed_form_must_have(kind, f, where, wrt, closed, wanted):
    statement = good(f, where, **{kind: {wrt: closed}})
    assert spelled(statement.expected) == wanted
    assert statement.fits
    assert spelled(statement.closed_form.shape) == wanted


@pytest.mark.parametrize(
    ("kind", "f", "where", "closed", "wanted"),
    [
        ("differential", "X⁻¹", "X: n×n", "−X⁻¹ dX X⁻¹", "n×n"),
        ("differential", "xᵀAx", "A: n×n, x: n", "xᵀ(A + Aᵀ) dx", "1×1"),
        ("second_differential", "log det X", "X: n×n", "−tr(X⁻¹ dX X⁻¹ dX)", "1×1"),
        ("equals", "tr(AB)", "A: m×n, B: n×m", "tr(BA)", "1×1"),
        ("equals", "vec(AB)", "A: m×n, B: n×p", "(I ⊗ A) vec(B)", "mp×1"),
    ],
)
def test_claims_without_a_variable(kind, f, where, closed, wanted):
    statement = good(f, where, **{kind: closed})
    assert spelled(statement.expected) == wanted
    assert statement.fits


@pytest.mark.parametrize(
    ("kind", "f", "where", "said"),
    [
        ("gradient", "tr(AX)", "A: n×m, X: m×n", {"X": "A"}),
        ("jacobian", "Ax", "A: m×n, x: n", {"x": "Aᵀ"}),
        ("hessian", "xᵀAy", "A: m×n, x: m, y: n", {"x, y": "Aᵀ"}),
        ("gradient", "aᵀx", "a: n, x: n", {"x": "aᵀ"}),
        ("gradient", "aᵀx", "a: n, x: n", {"x": "2"}),
        ("equals", "AB", "A: m×n, B: n×p", "tr(A Aᵀ)"),
        ("differential", "AX", "A: p×m, X: m×n", "dXᵀ Aᵀ"),
    ],
)
def test_a_form_of_another_shape_is_a_statement_that_does_not_fit(kind, f, where, said):
    """It is refuted, not an error: the text is well formed."""
    assert not good(f, where, **{kind: said}).fits


# ---- undeclared names


@pytest.mark.parametrize(
    ("f", "said", "variables"),
    [
        ("tr(AXB)", {"X": "AᵀBᵀ"}, {"A": "p×m", "X": "m×n", "B": "n×p"}),
        ("(x − μ)ᵀΣ⁻¹(x − μ)", {"μ": "−(Σ⁻¹ + Σ⁻ᵀ)(x − μ)"}, {"x": "n×1", "μ": "n×1", "Σ": "n×n"}),
        ("(x − 𝛍)ᵀ(x − 𝛍)", {"x": "2(x − 𝛍)"}, {"x": "n×1", "μ": "n×1"}),
        ("λ xᵀx", {"x": "2λx"}, {"λ": "1×1", "x": "n×1"}),
        ("tr(Xᵏ)", {"X": "k (X^(k − 1))ᵀ"}, {"X": "n×n"}),
        ("α tr(X) + β", {"X": "α I"}, {"α": "1×1", "X": "n×n", "β": "1×1"}),
    ],
)
def test_undeclared_names_take_the_one_reading_that_fits(f, said, variables):
    statement = good(f, gradient=said)
    assert {name: spelled(variable.shape) for name, variable in statement.variables.items()} == variables
    assert statement.fits


def test_a_letter_in_an_exponent_is_a_positive_integer():
    statement = good("tr(Xᵏ)", "X: n×n", gradient={"X": "k (X^(k − 1))ᵀ"})
    assert statement.integers == ("k",)


def test_a_bold_letter_is_a_vector_even_when_it_is_greek():
    assert spelled(good("𝛍ᵀ𝛍", hessian={"𝛍": "2I"}).variables["μ"].shape) == "n×1"
    assert spelled(good("μ²", derivative={"μ": "2μ"}).variables["μ"].shape) == "1×1"


def test_a_capital_is_no_number_unless_it_divides():
    assert "ranges over" in bad("tr(AX)", entries={"X[i,j]": "A[i,j]"}).message
    assert spelled(good("(1/N) ‖Xw − y‖²", gradient={"w": "(2/N) Xᵀ(Xw − y)"}).variables["N"].shape) == "1×1"


def test_a_greek_letter_is_a_vector_before_a_capital_is():
    found = good("‖y − Xβ‖²", gradient={"β": "2Xᵀ(Xβ − y)"})
    assert spelled(found.variables["β"].shape) == spelled(found.expected)
    assert found.fits


def test_two_readings_are_none():
    """x and y could both be scalars or both be vectors; the default, which fits, is taken."""
    statement = good("xᵀy", gradient={"x": "y"})
    assert spelled(statement.variables["x"].shape) == "n×1"
    problem = bad("‖X‖²", gradient={"X": "2X"})
    assert "‖X‖_F" in problem.message


@pytest.mark.parametrize(
    ("f", "gradient"),
    [
        ("x'*A*x", "2*A*x"),  # no sign of MATLAB, where * is a product
        ("x.T @ A @ x", "(A + A.T) * x"),  # elementwise in NumPy
        ("xᵀAx", "x A + xA"),
    ],
)
def test_a_matrix_is_no_scalar_so_that_its_product_fits(f, gradient):
    """With a scalar A each of them would be true."""
    bad(f, gradient={"x": gradient})


def test_what_is_transposed_is_no_scalar_so_that_its_product_fits():
    """With a scalar x it would be true."""
    bad("xᵀAx", "A: m×n", derivative={"x": "2Ax"})


@pytest.mark.parametrize(
    ("f", "where", "variables"),
    [
        ("log det X", "X: n×n", {"X": ("det-positive",)}),
        ("tr(X⁻¹A)", "A: n×n, X: n×n", {"A": (), "X": ("invertible",)}),
        ("tr(X⁻¹)", "X: n×n spd", {"X": ("spd",)}),
        ("log t", "t: scalar", {"t": ("positive",)}),
        ("sum(chol(S))", "S: n×n", {"S": ("spd",)}),
    ],
)
def test_what_the_operations_need_joins_the_domain(f, where, variables):
    statement = good(f, where, equals=f)
    assert {name: variable.words for name, variable in statement.variables.items()} == variables


def test_a_closed_form_that_needs_more_than_f_says_so_of_the_variable_too():
    assert good("det(X)", "X: n×n", gradient={"X": "det(X) X⁻ᵀ"}).variables["X"].words == ("invertible",)


# ---- dims, indices, parts


def test_dims_and_conditions_and_integers():
    statement = good("tr(Xᵏ)", "X: n×n, A: m×n with m ≥ n, k: integer", gradient={"X": "k (X^(k − 1))ᵀ"})
    assert statement.symbols == ("m", "n")
    assert statement.integers == ("k",)
    assert [str(condition) for condition in statement.conditions] == ["m ≥ n"]


def test_free_indices_and_their_ranges():
    statement = good("−log softmax(z)[i]", "z: n", gradient={"z": "softmax(z) − eᵢ"})
    assert {name: str(dim) for name, dim in statement.indices.items()} == {"i": "n"}
    inverse = good("X⁻¹", "X: n×n", entries={"X[i,j]": "−(X⁻¹)[k,i] (X⁻¹)[j,l]"})
    assert inverse.entry_of_f == ("k", "l")
    assert inverse.entry_of_variable == ("i", "j")


def test_an_index_may_be_named_before_it_is_used_as_one():
    assert "i" not in good("i x[i]", "x: n", equals="x[i] i").variables


def test_parts_named_by_let():
    statement = good("‖r‖²", "A: m×n, x: n, b: m", let={"r": "Ax − b", "g": "2r"}, gradient={"x": "Aᵀg"})
    assert [name for name, _ in statement.lets] == ["r", "g"]
    assert set(statement.variables) == {"A", "x", "b"}
    with_bar = good("AX", "A: p×m, X: m×n", let={"S": "Aᵀf̄"}, pullback={"X": "S"})
    assert spelled(with_bar.lets[0][1].shape) == "m×n"


def test_a_point():
    statement = good("exp(t) x", "t: scalar, x: n", derivative={"t": "x"}, at={"t": "0"})
    assert set(statement.at) == {"t"}


def test_a_worked_example_fixes_the_sizes():
    first, *worked = statements(
        read(
            entry(
                "xᵀAx", "A: n×n, x: n", gradient={"x": "(A + Aᵀ)x"},
                example={"A": "[1, 2; 3, 4]", "x": "[1; 1]", "f": "10", "gradient x": "[7; 13]"},
            )
        )
    )  # fmt: skip
    assert isinstance(first, Statement)
    assert first.symbols == ("n",)
    for statement in worked:
        assert isinstance(statement, Statement), str(statement)
        assert statement.symbols == ()
        assert spelled(statement.variables["x"].shape) == "2×1"
    assert len(worked) == 2


def test_functions_are_no_variables():
    statement = good("g(aᵀx)", "g: ℝ → ℝ, a: n, x: n", gradient={"x": "g'(aᵀx) a"})
    assert set(statement.variables) == {"a", "x"}
    assert set(statement.functions) == {"g"}


# ---- what is wrong, and where

WRONG = [
    # f, where, claims, column in the text (1 for its first character), words
    ("tr(AX)", "A: n×m, X: m×n", {"gradient": {"Y": "Aᵀ"}}, 1, ["no variable Y", "A, X"]),
    ("tr(AX)", "A: n×m, X: m×n", {"gradient": {"X": "Aᵀ + Q"}}, 6, ["no variable Q", "A, X"]),
    ("tr(alpha X)", "alpha: n×n, X: n×n", {"gradient": {"X": "alpah"}}, 1, ["alpah"]),
    ("tr(AX)", "A: n×m, X: m×n", {"gradient": {"X": "AᵀX + X"}}, 3, ["Aᵀ is m×n", "X is m×n"]),
    ("AX", "A: p×m, X: m×n", {"gradient": {"X": "Aᵀ"}}, 1, ["scalar f", "p×n", "jacobian"]),
    ("AX", "A: p×m, X: m×n", {"hessian": {"X": "0"}}, 1, ["scalar f"]),
    ("exp⊙(x)", "x: n", {"derivative": {"x": "exp⊙(x)"}}, 1, ["in a scalar", "x is n×1"]),
    ("tr(AX)", "A: n×m, X: m×n", {"gradient": {"X": "f̄ Aᵀ"}}, 1, ["pullback"]),
    ("L(X)", "L: m×n → ℝ, X: m×n", {"gradient": {"L": "1"}}, 1, ["declared function"]),
    ("Xᵏ", "X: n×n, k: integer", {"derivative": {"k": "Xᵏ"}}, 1, ["integer"]),
    ("tr(X)", "X: n×n", {"gradient_symmetric": {"X": "I"}}, 1, ["linear structure", "symmetric"]),
    ("tr(X)", "X: n×n", {"entries": {"X[i]": "1"}}, 1, ["two indices"]),
    ("X", "X: n×n", {"entries": {"X[i,j]": "X[k,l] X[r,s]"}}, 1, ["free indices"]),
    ("tr(I)", "X: n×n", {"gradient": {"X": "I"}}, 4, ["open", "I(n)"]),
    ("tr(X", "X: n×n", {"gradient": {"X": "I"}}, 5, ["expected ')'"]),
    ("tr(X)", "X: n×n", {"gradient": {"X": "I +"}}, 4, ["expected a factor"]),
    ("tr(X)", "X: n×n foo", {"gradient": {"X": "I"}}, 1, ["foo"]),
    ("tr(X)", "X: n×n invertibel", {"gradient": {"X": "I"}}, 1, ["invertibel", "did you mean", "invertible"]),
    ("tr(X)", "X: m×n symmetric", {"gradient": {"X": "I"}}, 1, ["symmetric", "square"]),
    ("tr(X)", "X: n×n symmetric skew", {"gradient": {"X": "I"}}, 1, ["symmetric", "skew"]),
    ("tr(X)", "X: matrix", {"gradient": {"X": "I"}}, 1, ["expected a shape"]),
    ("tr(AᵀA)", "A: m×n with m ≥ k", {"gradient": {"A": "2A"}}, 1, ["k"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("f", "where", "claims", "column", "words"),
    WRONG,
    ids=[f"{row[0]} {row[1]} {next(iter(row[2]))} {n}" for n, row in enumerate(WRONG)],
)
def test_a_problem_has_its_place_the_id_and_a_remedy(f, where, claims, column, words):
    problem = bad(f, where, **claims)
    assert problem.id == "e"
    assert problem.place.file == "t.yaml"
    for word in words:
        assert word in problem.message
    lines = "\n".join(["format: 1", "identities:", "- id: e", f"  where: {{{where}}}"]).count("\n") + 1
    assert lines <= problem.place.line <= lines + 3
    assert problem.place.column >= column


def test_the_column_of_a_problem_counts_from_the_start_of_the_line():
    problem = bad("tr(AX) + tr(A)", "A: n×m, X: m×n", gradient={"X": "Aᵀ"})
    assert (problem.place.line, problem.place.column) == (5, 7 + len("tr(AX) + "))
    problem = bad("tr(AX)", "A: n×m, X: m×n", gradient={"X": "Aᵀ + Q"})
    assert (problem.place.line, problem.place.column) == (7, len("    'X': '") + 1 + len("Aᵀ + "))


def test_one_claim_in_error_leaves_the_others():
    found = list(
        statements(read(entry("tr(AX)", "A: n×m, X: m×n", gradient={"X": "Aᵀ", "A": "Xᵀ +"}, differential="tr(A dX)")))
    )
    assert [type(one).__name__ for one in found] == ["Statement", "Problem", "Statement"]


def test_an_entry_in_error_has_one_problem_per_claim():
    found = list(statements(read(entry("tr(AX", "A: n×m, X: m×n", gradient={"X": "Aᵀ", "A": "Xᵀ"}))))
    assert [type(one).__name__ for one in found] == ["Problem", "Problem"]


def test_names_in_other_spellings_meet():
    for name in ("W1", "W_1", "W₁", "W_{1}"):
        statement = good(
            "tr(AW₁)", f"A: n×m, '{name}': m×n" if "{" in name else f"A: n×m, {name}: m×n", gradient={name: "Aᵀ"}
        )
        assert statement.wrt == ("W₁",)
        assert statement.fits


@pytest.mark.parametrize("name", ["alpha", "W_in", "x_max", "loss_fn", "ŷ", "y\u0302", "𝐱", "Sigma", "in", "lambda"])
def test_a_name_that_a_loader_admits_can_be_used(name):
    """A name in `where` is one that formulas can say, in the same spelling."""
    statement = good(f"{name}ᵀ {name}", f"{name}: n", gradient={name: f"2 {name}"})
    assert len(statement.variables) == 1
    assert statement.fits
    assert good(f"‖{name}‖²", f"{name}: n", differential=f"2 {name}ᵀ d{name}").fits


def test_reading_the_whole_catalogue_finds_no_problem():
    import identities
    from identities.files import own_catalogue

    problems = [
        str(one)
        for identity in identities.load(own_catalogue())
        for one in statements(read(identity))
        if isinstance(one, Problem)
    ]
    assert problems == []


LATER = {"Q": "P", "P": "2X"}


@pytest.mark.parametrize(
    ("f", "let", "claims", "words"),
    [
        ("tr(dX)", {}, {"gradient": {"X": "I"}}, "dX stands only in a differential, and this is f itself"),
        ("tr(P)", {"P": "dX"}, {"gradient": {"X": "I"}}, "dX stands only in a differential, and this is f itself"),
        ("tr(Q)", {"P": "dX", "Q": "P + P"}, {"differential": "0"}, "and this is f itself"),
        ("tr(X)", {"P": "dX"}, {"gradient": {"X": "P"}}, "and this is the gradient in X"),
        ("tr(X)", {"P": "dX", "Q": "2P"}, {"gradient": {"X": "Q"}}, "and this is the gradient in X"),
        (
            "tr(X)",
            {"P": "f̄ X", "Q": "2P"},
            {"gradient": {"X": "Q"}},
            "f̄, the cotangent of f, stands only in a pullback",
        ),
        ("tr(Q)", LATER, {"gradient": {"X": "2I"}}, "P is not yet said: parts may name those above them"),
        ("tr(P)", {"P": "P + X"}, {"gradient": {"X": "2I"}}, "P is not yet said"),
    ],
)
def test_what_moves_and_what_is_not_yet_said_is_refused_also_within_parts(f, let, claims, words):
    assert words in bad(f, "X: n×n", **({"let": let} if let else {}), **claims).message


def test_parts_may_hold_parts_that_move():
    found = good("tr(X)", "X: n×n", let={"P": "dX", "Q": "P + P"}, differential="½ tr(Q)")
    assert list(found.variables) == ["X"]
    found = good("2X", "X: n×n", let={"P": "f̄", "Q": "P + P"}, pullback={"X": "Q"})
    assert list(found.variables) == ["X"]


def test_a_long_formula_is_not_read_in_every_way_that_there_is():
    problem = bad("tr(" + "A" + " + x" * 900 + ")", gradient={"A": "A"})
    assert "sum of different shapes" in problem.message
    assert len(problem.message) < 800
