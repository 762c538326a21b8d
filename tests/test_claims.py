"""What each kind of claim asks of f, of its variables and of its closed form."""

from __future__ import annotations

import pytest

from identities import claims, dims, parsed
from identities.catalogue import KINDS, Claim, Place, Problem, Text, read_text
from identities.claims import check_variable, required_shape, said, variables_of
from identities.declaration import Declaration, Shape, declare
from identities.notation import NotationError
from identities.statement import Statement, statements

HERE = Text("0", Place("t.yaml", 1, 1))


def claim(kind: str, wrt: str = "") -> Claim:
    return Claim(kind, wrt, HERE, {})


def shape(text: str) -> Shape:
    return declare(text).shape


def typed(written: str, where: str, f: str, closed: str) -> Statement | Problem:
    kind, _, wrt = written.partition(" ")
    form = f"\n      {wrt}: '{closed}'" if wrt else f" '{closed}'"
    text = f"format: 1\ntitle: T\nidentities:\n  - id: a\n    where: {where}\n    f: '{f}'\n    {kind}:{form}\n"
    (identity,), problems = read_text(text, "t.yaml")
    assert not problems
    return next(iter(statements(parsed.read(identity))))


def statement(*texts: str) -> Statement:
    found = typed(*texts)
    assert isinstance(found, Statement), found
    return found


def problem(*texts: str) -> str:
    found = typed(*texts)
    assert isinstance(found, Problem), found
    return found.message


def test_every_kind_belongs_somewhere() -> None:
    groups = {*claims.SCALAR_F, *claims.SHAPE_OF_F, "jacobian", "pullback", "entries"}
    assert groups == set(KINDS)
    assert set(claims.EXTREMES) | set(claims.STRUCTURED) < set(claims.SCALAR_F)
    assert set(claims.DIFFERENTIALS) < set(claims.SHAPE_OF_F)


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (claim("gradient", "X"), "gradient in X"),
        (claim("hessian", "x, y"), "hessian in x, y"),
        (claim("second_differential"), "second differential"),
        (claim("gradient_symmetric", "S"), "gradient symmetric in S"),
    ],
)
def test_a_claim_in_words(of: Claim, words: str) -> None:
    assert said(of) == words


# ---- variables


@pytest.mark.parametrize(
    ("kind", "wrt", "names"),
    [
        ("equals", "", ()),
        ("gradient", "X", ("X",)),
        ("gradient", "x1", ("x₁",)),
        ("hessian", "x, y", ("x", "y")),
        ("hessian", "x,y", ("x", "y")),
        ("entries", "X[i,j]", ("X",)),
        ("entries", " X [ i , j ] ", ("X",)),
        ("entries", "x[i]", ("x",)),
    ],
)
def test_the_variables_that_a_claim_names(kind: str, wrt: str, names: tuple[str, ...]) -> None:
    assert variables_of(claim(kind, wrt)) == names


@pytest.mark.parametrize("wrt", ["X", "X[]", "X[1,2]", "X[i,j,k]", "X[i][j]", "[i,j]", "X[I,J]", "X[i,j] Y"])
def test_an_entry_has_one_or_two_indices(wrt: str) -> None:
    with pytest.raises(NotationError, match=r"expected X\[i,j\] or x\[i\]"):
        variables_of(claim("entries", wrt))


DECLARED = {"X": "m×n", "L": "n → ℝ", "k": "integer"}


@pytest.mark.parametrize(("name", "what"), [("P", "part named by `let`"), ("L", "function"), ("k", "integer")])
def test_nothing_is_differentiated_in_a_part_a_function_or_an_integer(name: str, what: str) -> None:
    declarations: dict[str, Declaration] = {key: declare(text) for key, text in DECLARED.items()}
    with pytest.raises(NotationError, match=what):
        check_variable(name, declarations, ["P"])
    check_variable("X", declarations, ["P"])
    check_variable("undeclared", declarations, ["P"])


# ---- shapes


@pytest.mark.parametrize(
    ("kind", "f", "variables", "expected"),
    [
        ("gradient", "scalar", ["m×n"], "m×n"),
        ("gradient", "scalar", ["n"], "n"),
        ("jacobian", "p×q", ["m×n"], "pq×mn"),
        ("jacobian", "scalar", ["n"], "1×n"),
        ("jacobian", "m", ["n"], "m×n"),
        ("hessian", "scalar", ["n"], "n×n"),
        ("hessian", "scalar", ["m×n"], "mn×mn"),
        ("hessian", "scalar", ["m", "n"], "m×n"),
        ("differential", "p×q", ["m×n"], "p×q"),
        ("second_differential", "p×q", [], "p×q"),
        ("pullback", "p×q", ["m×n"], "m×n"),
        ("derivative", "p×q", ["scalar"], "p×q"),
        ("entries", "p×q", ["m×n"], "1×1"),
        ("equals", "p×q", [], "p×q"),
        ("minimizer", "scalar", ["m×n"], "m×n"),
        ("maximizer", "scalar", ["n"], "n"),
        ("gradient_symmetric", "scalar", ["n×n"], "n×n"),
        ("gradient_independent", "scalar", ["n×n"], "n×n"),
        ("conjugate_gradient", "scalar", ["m×n"], "m×n"),
    ],
)
def test_the_shape_that_a_closed_form_has(kind: str, f: str, variables: list[str], expected: str) -> None:
    rows, columns = required_shape(kind, shape(f), [shape(variable) for variable in variables])
    assert f"{rows}×{columns}" in (expected, f"{expected}×1")


@pytest.mark.parametrize("kind", claims.SCALAR_F)
def test_kinds_that_need_a_scalar_f(kind: str) -> None:
    where = "{A: n×n, X: n×n symmetric}" if kind in claims.STRUCTURED else "{A: n×n, X: n×n}"
    where = where.replace("X: n×n", "X: n×n complex") if kind == "conjugate_gradient" else where
    message = problem(f"{kind} X", where, "AX", "A")
    assert "needs a scalar f, but f is n×n" in message
    assert "jacobian" in message
    assert isinstance(typed(f"{kind} X", where, "‖X − A‖_F²", "X"), Statement)


@pytest.mark.parametrize("kind", claims.STRUCTURED)
def test_kinds_that_need_a_linear_structure(kind: str) -> None:
    for words in ("", " invertible", " orthogonal"):
        assert "linear structure" in problem(f"{kind} X", f"{{A: n×n, X: n×n{words}}}", "tr(AX)", "A")
    for words in ("symmetric", "diagonal", "skew", "toeplitz", "spd", "upper-triangular"):
        assert isinstance(typed(f"{kind} X", f"{{A: n×n, X: n×n {words}}}", "tr(AX)", "A"), Statement)


def test_a_derivative_is_taken_in_a_scalar() -> None:
    assert "x is n×1" in problem("derivative x", "{x: n}", "xᵀx", "2x")
    assert isinstance(typed("derivative t", "{x: n, t: scalar}", "t xᵀx", "xᵀx"), Statement)


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"equals", *claims.DIFFERENTIALS}))
def test_of_a_complex_variable_only_some_claims_make_sense(kind: str) -> None:
    wrt = "Z[i,j]" if kind == "entries" else "Z"
    found = typed(f"{kind} {wrt}", "{Z: n×n complex}", "‖Z‖_F²", "0")
    if kind == "conjugate_gradient":
        assert isinstance(found, Statement)
    else:
        assert isinstance(found, Problem)
        assert "complex" in found.message


def test_the_shape_is_compared_and_not_forced() -> None:
    assert statement("gradient X", "{A: n×m, X: m×n}", "tr(AX)", "Aᵀ").fits
    assert not statement("gradient X", "{A: n×m, X: m×n}", "tr(AX)", "A").fits
    assert statement("gradient X", "{A: n×n, X: n×n}", "tr(AX)", "A").fits


# ---- entries


@pytest.mark.parametrize(
    ("f", "where", "wrt", "closed", "of_variable", "of_f"),
    [
        ("AX", "{A: m×n, X: n×p}", "X[i,j]", "A[k,i] I(p)[l,j]", ("i", "j"), ("k", "l")),
        ("X⁻¹", "{X: n×n invertible}", "X[k,l]", "−(X⁻¹)[i,k] (X⁻¹)[l,j]", ("k", "l"), ("i", "j")),
        ("Ax", "{A: m×n, x: n}", "x[i]", "A[k,i]", ("i",), ("k",)),
        ("xᵀA", "{A: n×m, x: n}", "x[i]", "A[i,k]", ("i",), ("k",)),
        ("xᵀx", "{x: n}", "x[j]", "2 x[j]", ("j",), ()),
        ("x", "{x: n}", "x[i]", "0", ("i",), ("k",)),
        ("z[i]²", "{z: n}", "z[j]", "2 z[i] I(n)[i,j]", ("j",), ()),
    ],
)
def test_the_indices_of_an_entry(
    f: str, where: str, wrt: str, closed: str, of_variable: tuple[str, ...], of_f: tuple[str, ...]
) -> None:
    found = statement(f"entries {wrt}", where, f, closed)
    assert found.entry_of_variable == of_variable
    assert found.entry_of_f == of_f


def test_indices_have_the_range_of_what_they_count() -> None:
    found = statement("entries X[i,j]", "{A: m×n, X: n×p}", "AX", "A[k,i] I(p)[l,j]")
    assert {index: str(dim) for index, dim in found.indices.items()} == {"i": "n", "j": "p", "k": "m", "l": "p"}
    assert found.indices["k"] == dims.symbol("m")


@pytest.mark.parametrize(
    ("wrt", "f", "closed", "message"),
    [
        ("X[i]", "AX", "A[k,i]", "two indices"),
        ("X[i,j]", "tr(AX)", "A[k,i]", "free ind"),
        ("X[i,j]", "AX", "A[k,i] I(p)[l,j] A[r,i]", "free indices k, l, r"),
        ("X[i,j]", "AX", "A[i,i]", "ranges over n and over m"),
        ("X[i,j]", "AX", "A[i,k] I(p)[l,j]", "m"),
        ("X[i,j]", "X[i,j]", "1", "i"),
        ("X[i,i]", "AX", "A[k,i] I(p)[l,i]", "i"),
    ],
)
def test_indices_that_make_no_sense(wrt: str, f: str, closed: str, message: str) -> None:
    assert message in problem(f"entries {wrt}", "{A: m×n, X: n×p}" if f != "tr(AX)" else "{A: m×n, X: n×m}", f, closed)


@pytest.mark.parametrize(
    ("written", "f", "closed", "message"),
    [
        ("gradient Y", "tr(AX)", "Aᵀ", "no variable Y in this entry, which has A, X"),
        ("gradient X", "tr(AX)", "Qᵀ", "no variable Q"),
        ("gradient X", "tr(AX)", "f̄ Aᵀ", "only in a pullback"),
        ("gradient X", "tr(AX)", "dXᵀ", "only in a differential"),
        ("pullback X", "tr(AX)", "dXᵀ", "only in a differential"),
    ],
)
def test_strangers_in_a_closed_form(written: str, f: str, closed: str, message: str) -> None:
    assert message in problem(written, "{A: n×m, X: m×n}", f, closed)
