"""The table of operations: every row is whole, and what it says of itself is so."""

from __future__ import annotations

import ast
import re
from itertools import chain

import numpy as np
import pytest

from identities import dims, domains
from identities.expression import Apply, Name, Number
from identities.notation import Names, parse
from identities.notation.typeset import latex, unicode
from identities.vocabulary import SPECIAL, TABLE, WORDS, arity, operation, signature

SIZES = {"m": 2, "n": 3, "p": 4, "q": 5}
OVERLOADS = [
    (row, overload)
    for row in TABLE.values()
    for overload in row.overloads
    if row.name not in ("identity", "ones", "pi", "imaginary")
]


@pytest.mark.parametrize(
    ("row", "overload"), OVERLOADS, ids=[f"{row.name} {overload.signature}" for row, overload in OVERLOADS]
)
def test_the_value_has_the_shape_that_the_signature_says(row, overload):
    import jax

    inputs, output = signature(overload.signature.removeprefix("dims"))
    wanted = tuple(int(dims.evaluate(dims.parse(part), SIZES)) for part in output)
    with jax.enable_x64(True):
        if overload.signature.startswith("dims"):
            found = overload.meaning(np, *(SIZES[rows] for rows, _ in inputs))
        else:
            rng = np.random.default_rng(0)
            words = row.needs if ":" not in row.needs else ""
            shapes = [tuple(int(dims.evaluate(dims.parse(part), SIZES)) for part in shape) for shape in inputs]
            arrays = [domains.sample(domains.parse_words(words), *shape, 1, rng)[0] for shape in shapes]
            if ":" in row.needs:
                number, _, word = row.needs.partition(":")
                arrays[int(number)] = domains.sample((word,), *shapes[int(number)], 1, rng)[0]
            try:
                found = overload.meaning(np, *arrays)
            except (jax.errors.TracerArrayConversionError, TypeError, AttributeError):
                import jax.numpy as jnp

                found = overload.meaning(jnp, *map(jnp.asarray, arrays))
    assert np.shape(found) == wanted
    assert np.isfinite(np.asarray(found)).all()


def test_a_word_belongs_to_one_operation():
    words = list(chain.from_iterable(row.words for row in TABLE.values()))
    assert len(words) == len(set(words))
    assert set(WORDS.values()) <= {*TABLE, *SPECIAL}


@pytest.mark.parametrize("word", sorted(WORDS))
def test_every_word_is_read_as_its_operation_and_printed_so_that_it_reads_back(word):
    op = WORDS[word]
    names = Names(frozenset("XYZ"), dims=frozenset("mn"))
    if word in ("ones", "pi"):
        text, args = word, ()
    elif op == "dft":
        text, args = "dft(n)", (Name("n"),)
    else:
        arguments = {"unvec": "X, m, n", "eigval": "X, 1", "eigvec": "X, 1", "sub": "X, 1, 2"}.get(
            op, ", ".join("XYZ"[: arity(op)])
        )
        text = f"{word}({arguments})"
        args = tuple(Number(1 * parse(a).value) if a.isdigit() else Name(a) for a in arguments.split(", "))  # type: ignore[union-attr]
    tree = parse(text, names)
    assert tree == Apply(op, args)
    assert parse(unicode(tree), names) == tree
    assert latex(tree).count("{") == latex(tree).count("}")


@pytest.mark.parametrize("op", sorted({*TABLE, *SPECIAL}))
def test_every_operation_has_a_spelling(op):
    """A row that no text reaches would be dead."""
    reached = set(WORDS.values())
    texts = {
        "transpose": "Xᵀ",
        "conjugate_transpose": "Xᴴ",
        "inverse": "X⁻¹",
        "pinv": "X⁺",
        "neg": "−X",
        "quotient": "X/t",
        "hadamard": "X ⊙ Y",
        "hadamard_quotient": "X ⊘ Y",
        "kronecker": "X ⊗ Y",
        "bars": "|X|",
        "identity": "I",
        "ones": "𝟏",
        "commutation": "K(m,n)",
        "duplication": "D(n)",
        "elimination": "L(n)",
        "pi": "π",
        "imaginary": "ⅈ",
        "norm": "‖x‖",
        "norm_1": "‖x‖₁",
        "norm_2": "‖x‖₂",
        "norm_F": "‖X‖_F",
        "norm_inf": "‖x‖_∞",
        "norm_max": "‖X‖_max",
        "norm_nuclear": "‖X‖_*",
        "norm_weighted": "‖x‖_W",
    }
    if op in texts:
        tree = parse(texts[op], Names(dims=frozenset("mn")))
        assert isinstance(tree, Apply)
        assert tree.op == op
    else:
        assert op in reached


@pytest.mark.parametrize("row", TABLE.values(), ids=list(TABLE))
def test_what_a_row_needs_is_a_domain(row):
    if row.needs:
        word = row.needs.rpartition(":")[2]
        assert word in domains.DOMAINS


@pytest.mark.parametrize(
    ("row", "overload"), OVERLOADS, ids=[f"{row.name} {overload.signature}" for row, overload in OVERLOADS]
)
def test_code_names_its_arguments(row, overload):
    if row.name in ("adj", "cof"):  # printed by a support function
        return
    assert overload.code
    places = {int(place) for place in re.findall(r"\{(\d)\}", overload.code)}
    inputs, _ = signature(overload.signature.removeprefix("dims"))
    assert places == set(range(len(inputs)))
    ast.parse(overload.code.format(*("abc"[: len(inputs)]), shape=("m", "n")))


def test_the_elementwise_mark_is_not_part_of_the_name():
    assert operation("exp⊙") is operation("exp") is TABLE["exp"]


def test_functions_that_mean_two_things_on_a_matrix_need_the_mark():
    marked = {name for name, row in TABLE.items() if row.entrywise == "marked"}
    assert {"exp", "log", "sqrt", "sin", "cos", "tanh"} <= marked
    assert not {"relu", "sigmoid", "abs", "sign"} & marked
    for name in ("exp", "log", "sqrt", "sin", "cos"):
        assert f"{name}m" in TABLE[name].remedy
        assert f"{name}m" in TABLE


@pytest.mark.parametrize(("op", "count"), [("tr", 1), ("kronecker", 2), ("unvec", 3), ("softmax", 1), ("hadamard", 2)])
def test_arity(op, count):
    assert arity(op) == count
