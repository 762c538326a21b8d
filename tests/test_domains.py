"""Every domain word: draws have the property, and no stronger one."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from identities import domains
from identities.domains import ALIASES, DOMAINS, EmptyDomain
from identities.domains.constructions import clash
from identities.domains.properties import PREDICATES

CHECKOUT = Path(__file__).parents[1]
I = np.eye(3)
i = 1j

# word → matrices with the property, matrices without it: as close to it as a slip would come
EXAMPLES: dict[str, tuple[list, list]] = {
    "real": ([[[1.0, -2.0]]], [[[1.0, i]]]),
    "complex": ([[[1.0, i]]], [[[1.0, 2.0]]]),
    "scalar": ([[[5.0]]], [[[5.0, 0.0]], I]),
    "square": ([I, [[5.0]]], [[[5.0, 0.0]], [[1.0], [2.0]]]),
    "symmetric": ([[[1, 2], [2, 1]], [[1, i], [i, 1]]], [[[1, 2], [-2, 1]], [[1, i], [-i, 1]], [[1.0, 2.0]]]),
    "skew": ([[[0, 2], [-2, 0]], [[0.0]]], [[[1, 2], [-2, 0]], [[0, 2], [2, 0]]]),
    "hermitian": ([[[1, i], [-i, 1]]], [[[1, i], [i, 1]], [[1, 2], [2, 1]], [[i, 0], [0, i]]]),
    "diagonal": ([[[1, 0], [0, -2]]], [[[1, 0], [1, 2]], [[1.0, 0.0]]]),
    "lower-triangular": ([[[1, 0], [3, 2]]], [[[1, 3], [0, 2]]]),
    "upper-triangular": ([[[1, 3], [0, 2]]], [[[1, 0], [3, 2]]]),
    "toeplitz": ([[[1, 2, 3], [4, 1, 2]]], [[[1, 2, 3], [4, 1, 3]], [[1, 2], [2, 3]]]),
    "circulant": ([[[1, 2, 3], [3, 1, 2], [2, 3, 1]]],
        [[[1, 2, 3], [2, 1, 2], [3, 2, 1]], [[1, 2, 3], [3, 1, 2]]]),
    "invertible": ([[[0, 1], [1, 0]]], [[[1, 2], [2, 4]], [[1.0, 2.0]], [[0.0]]]),
    "det-positive": ([I, -np.eye(2)], [[[0, 1], [1, 0]], [[1, 2], [2, 4]], -I]),
    "full-column-rank": ([[[1, 0], [0, 1], [0, 0]]], [[[1, 2], [2, 4], [3, 6]], np.ones((2, 3))]),
    "full-row-rank": ([[[1, 0, 0], [0, 1, 0]]], [[[1, 2, 3], [2, 4, 6]], np.ones((3, 2))]),
    "rank-deficient": ([[[1, 2, 3], [2, 4, 6]], [[0.0]]], [I, [[1.0, 2.0]]]),
    "psd": ([[[1, 1], [1, 1]], [[1, i], [-i, 1]]], [[[1, 2], [2, 1]], [[1, 1], [0, 1]]]),
    "spd": ([[[2, 1], [1, 2]]], [[[1, 1], [1, 1]], [[1, 2], [2, 1]], [[2, 1], [0, 2]]]),
    "real-spectrum": ([[[1, 5], [0, 1]]], [[[0, -1], [1, 0]]]),
    "positive-spectrum": ([[[1, 5], [0, 2]], [[2, 1], [1, 2]], [[1, i], [0, 1]]],
        [[[-1, 0], [0, -2]], [[1, -1], [1, 1]], [[1, 5], [0, 0]], [[3, 0], [0, -1]], [[i, 0], [0, -i]]]),
    "simple-eigenvalues": ([[[1, 5], [0, 2]], [[i, 0], [0, 1]]], [I, [[1, 5], [0, 1]], [[0, -1], [1, 0]]]),
    "idempotent": ([[[1, 7], [0, 0]], I], [[[1, 0], [0, -1]], [[2.0]]]),
    "involution": ([[[1, 7], [0, -1]], I], [[[1, 7], [0, 1]], [[0, -1], [1, 0]]]),
    "orthonormal-columns": ([[[0.6], [0.8]], I], [[[0.6, 0.8]], [[0.6], [0.7]]]),
    "orthogonal": ([[[0.6, -0.8], [0.8, 0.6]]], [[[0.6], [0.8]], 2 * I, [[0, i], [i, 0]], [[1, 1], [0, 1]]]),
    "unitary": ([[[0, i], [i, 0]]], [[[0, 1], [1, 0]], [[0, 2 * i], [i, 0]]]),
    "permutation": ([I[[1, 2, 0]]], [I[[1, 1, 0]], -I, np.ones((2, 2)), [[0.5, 0.5], [0.5, 0.5]]]),
    "contraction": ([0.9 * I, [[0.0]]], [I, [[0.8, 0.8]]]),
    "unit": ([[[0.6], [-0.8]], [[-1.0]]], [[[0.6], [0.6]], I]),
    "nonzero": ([[[-1.0, 2.0]]], [[[0.0, 2.0]], [[np.nan, 1.0]]]),
    "positive": ([[[0.1, 2.0]]], [[[-1.0, 2.0]], [[0.0, 1.0]], [[1.0 + 0 * i]]]),
    "unit-interval": ([[[0.1, 0.9]]], [[[0.5, 1.0]], [[0.0]]]),
    "integer": ([[[1.0, 5.0]]], [[[1.5]], [[0.0]], [[-2.0]]]),
    "signs": ([[[1.0, -1.0]]], [[[0.0, 1.0]], [[0.5]], [[1.0 + 0 * i]]]),
    "probability": ([[[0.25], [0.75]]], [[[0.25], [0.25]], [[1.5], [-0.5]], [[0.0], [1.0]]]),
    "one-hot": ([[[0], [1]], [[1, 0, 0]]], [I, [[0], [0]], [[1], [1]], [[0.5], [0.5]]]),
}  # fmt: skip

# Words that almost every matrix has; and what follows from words at some sizes only. Draws have these anyway.
GENERIC = {"invertible", "full-column-rank", "full-row-rank", "nonzero", "simple-eigenvalues"}
THEOREMS: list[tuple[set[str], set[str]]] = [
    ({"skew"}, {"det-positive", "rank-deficient"}),  # even order, odd order
    ({"idempotent"}, {"rank-deficient"}),  # all but the identity
    ({"unit"}, {"contraction"}),  # of rank 2 or more
    ({"probability"}, {"contraction", "unit-interval"}),
    ({"unit", "positive"}, {"unit-interval"}),
    ({"contraction", "positive"}, {"unit-interval"}),
    ({"diagonal", "unit-interval"}, {"contraction"}),
    ({"toeplitz", "lower-triangular"}, {"det-positive"}),  # even order
    ({"toeplitz", "upper-triangular"}, {"det-positive"}),
    ({"toeplitz", "diagonal"}, {"circulant"}),
    ({"circulant", "positive"}, {"det-positive"}),  # odd order
    ({"orthonormal-columns"}, {"orthogonal", "unitary"}),  # square
    ({"one-hot"}, {"orthonormal-columns", "toeplitz"}),  # columns
]


def rng(*seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([7, *seed])))


def sample(words: str, rows: int, cols: int, count: int = 16) -> np.ndarray:
    return domains.sample(domains.parse_words(words), rows, cols, count, rng(rows, cols))


def distinct_mixtures() -> list[tuple[str, ...]]:
    """Every single word and every pair that can be drawn, once per meaning."""
    mixtures: dict[frozenset[str], tuple[str, ...]] = {}
    for words in itertools.chain([()], ((word,) for word in DOMAINS), itertools.combinations(DOMAINS, 2)):
        if clash(words) is None:
            mixtures.setdefault(domains.closure(words), words)
    return list(mixtures.values())


MIXTURES = distinct_mixtures()
SIZES = [(1, 1), (2, 2), (3, 3), (5, 5), (2, 3), (4, 2), (4, 1), (1, 3)]


# ---- the predicates


def test_every_word_has_a_predicate_and_examples() -> None:
    assert set(EXAMPLES) == set(DOMAINS) == set(PREDICATES)


@pytest.mark.parametrize("word", DOMAINS)
def test_a_predicate_accepts_what_has_the_property(word: str) -> None:
    for matrix in EXAMPLES[word][0]:
        assert DOMAINS[word].holds(np.asarray(matrix)), matrix


@pytest.mark.parametrize("word", DOMAINS)
def test_a_predicate_rejects_what_has_it_not(word: str) -> None:
    for matrix in [*EXAMPLES[word][1], [[np.nan]], [[np.inf]], [1.0, 2.0]]:
        assert not DOMAINS[word].holds(np.asarray(matrix)), matrix


def test_entrywise_words_speak_of_the_free_entries() -> None:
    assert domains.holds(("diagonal", "positive"), np.diag([1.0, 2.0]))
    assert not domains.holds(("diagonal", "positive"), np.diag([1.0, -2.0]))
    assert not domains.holds(("diagonal", "positive"), np.array([[1.0, 1.0], [0.0, 1.0]]))
    assert not domains.holds(("positive",), np.diag([1.0, 2.0]))


def test_without_words_a_real_matrix_is_meant() -> None:
    assert domains.holds((), np.ones((2, 3)))
    assert not domains.holds((), np.ones((2, 3)) * 1j)
    assert not domains.holds((), np.ones(3))


# ---- draws have the property


@pytest.mark.parametrize("words", MIXTURES, ids=" ".join)
def test_draws_have_all_that_their_words_imply(words: tuple[str, ...]) -> None:
    closed = domains.closure(words)
    drawn = 0
    for rows, cols in SIZES:
        try:
            draws = domains.sample(words, rows, cols, 4, rng(rows, cols))
        except EmptyDomain:
            continue
        drawn += 1
        assert draws.shape == (4, rows, cols)
        assert draws.dtype == (np.complex128 if "complex" in closed else np.float64)
        assert not np.signbit(np.real(draws)[np.real(draws) == 0]).any()
        for matrix in draws:
            assert domains.holds(closed, matrix), [word for word in closed if not DOMAINS[word].holds(matrix)]
    assert drawn


@pytest.mark.parametrize("word", DOMAINS)
def test_every_word_can_be_drawn_at_size_one(word: str) -> None:
    assert all(DOMAINS[word].holds(matrix) for matrix in sample(word, 1, 1))


# words → the map of stacked matrices that leaves them as they are
EXACT = {
    "symmetric, symmetric invertible, spd, psd, symmetric idempotent, symmetric orthogonal, "
    "complex symmetric, symmetric simple-eigenvalues, toeplitz spd, psd rank-deficient": lambda x: x.swapaxes(1, 2),
    "hermitian, hermitian invertible, hermitian spd, hermitian unitary": lambda x: x.conj().swapaxes(1, 2),
    "skew, skew invertible, skew orthogonal, skew toeplitz, complex skew": lambda x: -x.swapaxes(1, 2),
    "lower-triangular, lower-triangular invertible, lower-triangular simple-eigenvalues": np.tril,
    "upper-triangular, upper-triangular det-positive, upper-triangular simple-eigenvalues": np.triu,
    "diagonal, diagonal invertible, diagonal psd, diagonal positive, diagonal idempotent": lambda x: (
        x * np.eye(x.shape[1])
    ),
    "toeplitz, toeplitz invertible, toeplitz spd, toeplitz positive-spectrum, circulant": lambda x: np.concatenate(
        [x[:, :1], np.concatenate([x[:, 1:, :1], x[:, :-1, :-1]], axis=2)], axis=1
    ),
    "circulant, circulant invertible, symmetric circulant": lambda x: np.roll(x, (1, 1), (1, 2)),
    "permutation": lambda x: (x == 1).astype(float),
    "integer": np.rint,
}


@pytest.mark.parametrize("n", [1, 2, 3, 6])
@pytest.mark.parametrize(
    ("words", "same"), [(words, same) for several, same in EXACT.items() for words in several.split(", ")]
)
def test_structure_is_exact(words: str, same: Callable[[np.ndarray], np.ndarray], n: int) -> None:
    order = n + n % 2 if {"skew", "invertible"} <= domains.closure(words) else n
    draws = sample(words, order, order)
    assert np.array_equal(draws, same(draws))


# ---- and no stronger one


@pytest.mark.parametrize("words", [words for words in MIXTURES if "scalar" not in words], ids=" ".join)
def test_draws_have_no_property_their_words_do_not_imply(words: tuple[str, ...]) -> None:
    closed = domains.closure(words)
    known = set().union(closed, GENERIC, {"scalar", "square"}, *(more for given, more in THEOREMS if given <= closed))
    sizes = [(4, 1)] if "one-hot" in closed else [(4, 4), (5, 5), (4, 3), (3, 4)]
    for rows, cols in sizes:
        try:
            draws = domains.sample(words, rows, cols, 24, rng(rows, cols))
        except EmptyDomain:
            continue
        stronger = [word for word in DOMAINS if word not in known and all(map(DOMAINS[word].holds, draws))]
        assert not stronger, f"{rows}×{cols}"


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7])
@pytest.mark.parametrize(
    "words",
    ["invertible", "symmetric invertible", "diagonal invertible", "lower-triangular invertible", "orthogonal",
     "upper-triangular invertible", "toeplitz invertible", "circulant invertible", "hermitian invertible",
     "simple-eigenvalues invertible", "symmetric simple-eigenvalues invertible", "diagonal orthogonal"],
)  # fmt: skip
def test_eight_draws_have_determinants_of_both_signs(words: str, n: int) -> None:
    signs = np.linalg.slogdet(sample(words, n, n, 8)).sign.real.round()
    assert set(signs) == {-1, 1}


@pytest.mark.parametrize("words", ["", "invertible", "symmetric", "spd", "psd", "orthogonal", "idempotent", "skew"])
def test_draws_do_not_commute(words: str) -> None:
    a, b = sample(words, 4, 4, 2)
    assert np.linalg.norm(a @ b - b @ a) > 1e-2


def test_general_draws_are_standard_normal() -> None:
    draws = sample("", 5, 7, 400)
    assert abs(draws.mean()) < 0.05
    assert abs(draws.std() - 1) < 0.05


@pytest.mark.parametrize("n", [2, 3, 6])
def test_semidefinite_draws_are_now_singular_now_not(n: int) -> None:
    for words in ("psd", "hermitian psd", "diagonal psd"):
        ranks = np.linalg.matrix_rank(sample(words, n, n, 8), rtol=1e-9)
        assert set(ranks) == {n - 1, n}, words


@pytest.mark.parametrize("words", ["idempotent", "symmetric idempotent", "rank-deficient", "diagonal idempotent"])
def test_ranks_differ_from_draw_to_draw(words: str) -> None:
    assert set(np.linalg.matrix_rank(sample(words, 4, 4, 30), rtol=1e-9)) == {1, 2, 3}


def test_symmetric_draws_are_indefinite() -> None:
    for words in (
        "symmetric",
        "symmetric invertible",
        "symmetric det-positive",
        "symmetric simple-eigenvalues",
    ):
        values = np.linalg.eigvalsh(sample(words, 4, 4))
        assert ((values[:, 0] < 0) & (values[:, -1] > 0)).any(), words


def test_nonzero_has_both_signs_and_keeps_its_distance() -> None:
    draws = sample("nonzero", 6, 1)
    assert (draws > 0).any()
    assert (draws < 0).any()
    assert np.abs(draws).min() >= 0.2


def test_positive_entries_are_not_all_near_one() -> None:
    draws = sample("positive", 6, 1)
    assert draws.min() < 0.5
    assert draws.max() > 2


def test_integers_vary() -> None:
    assert set(sample("scalar positive integer", 1, 1, 100).ravel()) == {1, 2, 3, 4, 5}


def test_oblique_projectors_differ_from_orthogonal_ones() -> None:
    oblique = sample("idempotent", 3, 3)
    assert np.linalg.norm(oblique - oblique.swapaxes(1, 2), axis=(1, 2)).mean() > 0.1


# ---- conditioning


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_singular_values_stay_in_range(n: int) -> None:
    for words in ("invertible", "symmetric invertible", "lower-triangular invertible", "complex invertible"):
        values = np.linalg.svd(sample(words, n, n), compute_uv=False)
        assert values.min() > 0.499, words
        assert values.max() < 2.001, words
    for words in ("toeplitz invertible", "circulant invertible", "positive invertible"):
        assert np.linalg.svd(sample(words, n, n), compute_uv=False).min() > 0.499, words
    values = np.linalg.svd(sample("full-column-rank", n + 2, n), compute_uv=False)
    assert values.min() > 0.499


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_eigenvalues_stay_in_range(n: int) -> None:
    values = np.linalg.eigvalsh(sample("spd", n, n))
    assert values.min() > 0.499
    assert values.max() < 3.001
    assert n == 1 or np.ptp(values, axis=1).mean() > 0.7


POSITIVE_SPECTRUM = [
    "positive-spectrum", "complex positive-spectrum", "positive-spectrum simple-eigenvalues",
    "toeplitz positive-spectrum", "positive positive-spectrum",
    "lower-triangular positive-spectrum", "upper-triangular positive-spectrum",
]  # fmt: skip


@pytest.mark.parametrize("words", POSITIVE_SPECTRUM)
def test_matrices_of_positive_spectrum_are_not_symmetric(words: str) -> None:
    draws = sample(words, 4, 4)
    values = np.linalg.eigvals(draws)
    assert np.abs(values.imag).max() < 1e-9
    assert values.real.min() > 0.499
    assert np.ptp(values.real, axis=1).mean() > 0.7
    skew = draws - draws.conj().swapaxes(1, 2)
    assert (np.linalg.norm(skew, axis=(1, 2)) > 0.05 * np.linalg.norm(draws, axis=(1, 2))).all()


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_a_positive_spectrum_stays_in_range_and_far_from_defective(n: int) -> None:
    values, vectors = np.linalg.eig(sample("positive-spectrum", n, n))
    assert values.real.min() > 0.499
    assert values.real.max() < 3.001
    assert n == 1 or np.ptp(values.real, axis=1).mean() > 0.7
    assert np.linalg.cond(vectors).max() < 4.001 * np.sqrt(n)  # unit columns lose at most √n on the best scaling


@pytest.mark.parametrize("n", [2, 5, 12])
@pytest.mark.parametrize(
    "words",
    ["", "symmetric", "spd", "diagonal", "lower-triangular", "invertible", "hermitian", "positive-spectrum"],
)
def test_simple_eigenvalues_are_apart(words: str, n: int) -> None:
    values = np.sort(np.linalg.eigvals(sample(f"{words} simple-eigenvalues", n, n)).real, axis=1)
    assert np.diff(values, axis=1).min() > 0.299


def test_a_contraction_has_norm_three_tenths() -> None:
    for words, shape in (("contraction", (4, 3)), ("contraction", (5, 1)), ("symmetric contraction", (3, 3))):
        assert np.allclose(np.linalg.norm(sample(words, *shape), 2, axis=(1, 2)), 0.3)


# ---- what cannot be drawn


@pytest.mark.parametrize(
    ("words", "rows", "cols", "reason"),
    [
        ("skew invertible", 3, 3, "odd order"),
        ("skew orthogonal", 1, 1, "odd order"),
        ("full column rank", 2, 3, "rows ≥ columns"),
        ("orthonormal columns", 2, 3, "rows ≥ columns"),
        ("full row rank", 3, 2, "rows ≤ columns"),
        ("symmetric", 2, 3, "symmetric needs a square matrix, not 2×3"),
        ("scalar", 2, 1, "the shape 1×1"),
        ("one-hot", 2, 2, "a vector"),
        ("skew nonzero", 1, 1, "is 0"),
        ("skew circulant unit", 2, 2, "is 0"),
        ("", 0, 2, "at least 1"),
    ],
)
def test_an_empty_domain_says_why(words: str, rows: int, cols: int, reason: str) -> None:
    with pytest.raises(EmptyDomain, match=reason):
        sample(words, rows, cols)
    assert reason in (domains.check_words(domains.parse_words(words), str(rows), str(cols), rows == cols) or "")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("symmetric", "skew"), "only the zero matrix"),
        (("psd", "skew"), "only the zero matrix"),
        (("spd", "orthogonal"), "only the identity matrix"),
        (("idempotent", "invertible"), "only the identity matrix"),
        (("complex", "positive"), "either real or complex"),
        (("hermitian", "symmetric"), "drop 'hermitian'"),
        (("rank-deficient", "invertible"), "no matrix is both"),
        (("skew", "simple-eigenvalues"), "imaginary"),
        (("integer", "unit-interval"), "no integer"),
        (("orthogonal", "positive-spectrum"), "only the identity matrix"),
        (("involution", "positive-spectrum"), "only the identity matrix"),
        (("complex", "skew", "positive-spectrum"), "has −λ too"),
        (("idempotent", "positive-spectrum"), "only the identity matrix"),
        (("nonzero", "invertible"), "'invertible' or 'nonzero' can be drawn"),
        (("toeplitz", "idempotent"), "no construction"),
    ],
)
def test_words_that_do_not_go_together_are_refused_with_the_reason(words: tuple[str, ...], reason: str) -> None:
    assert reason in (domains.check_words(words, "n", "n", square=True) or "")
    with pytest.raises(ValueError, match=reason):
        domains.sample(words, 4, 4, 1, rng())


def test_no_set_of_three_words_ignores_one() -> None:
    for words in itertools.islice(itertools.combinations(DOMAINS, 3), 0, None, 11):
        if clash(words) is None:
            for n in (2, 3):
                try:
                    draws = domains.sample(words, n, n, 2, rng(n))
                except EmptyDomain:
                    continue
                assert all(domains.holds(words, matrix) for matrix in draws), words


def test_all_words_at_once_are_refused_quickly() -> None:
    assert domains.check_words(tuple(DOMAINS), "n", "n", square=True)


def test_shapes_are_judged_by_their_text() -> None:
    check = domains.check_words
    assert check(("symmetric",), "m", "n", square=False) == "symmetric needs a square matrix, not m×n"
    assert check(("symmetric",), "n", "n", square=True) is None
    assert check(("skew", "invertible"), "n", "n", square=True) is None  # for even n
    assert check(("full-column-rank",), "m", "n", square=False) is None  # for m ≥ n
    assert check(("one-hot",), "n", "1", square=False) is None
    assert check(("scalar", "positive"), "1", "1", square=True) is None
    assert check(("scalar", "positive"), "n", "1", square=False) == "scalar needs the shape 1×1, not n×1"


# ---- words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("symmetric invertible", ("symmetric", "invertible")),
        ("symmetric positive definite", ("symmetric", "spd")),
        ("Positive-Definite", ("spd",)),
        ("PD", ("spd",)),
        ("positive semi-definite", ("psd",)),
        ("det positive", ("det-positive",)),
        ("positive determinant", ("det-positive",)),
        ("full column rank", ("full-column-rank",)),
        ("unit norm", ("unit",)),
        ("lower triangular, invertible", ("lower-triangular", "invertible")),
        ("skew-symmetric", ("skew",)),
        ("antisymmetric", ("skew",)),
        ("non-singular", ("invertible",)),
        ("invertible, positive spectrum", ("invertible", "positive-spectrum")),
        ("positive real eigenvalues", ("positive-spectrum",)),
        ("positive positive-spectrum", ("positive", "positive-spectrum")),
        ("regular and symmetric", ("invertible", "symmetric")),
        ("scalar positive integer", ("scalar", "integer")),
        ("scalar positive", ("scalar", "positive")),
        ("complex hermitian positive definite", ("complex", "hermitian", "spd")),
        ("spd positive definite", ("spd",)),
    ],
)
def test_words_are_read_in_the_spellings_people_use(text: str, words: tuple[str, ...]) -> None:
    assert domains.parse_words(text) == words


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("symetric invertible", "'symetric'; did you mean 'symmetric'"),
        ("ful column rank", "did you mean 'full column rank'"),
        ("positive definit", "did you mean 'positive definite'"),
        ("xqzj", "known are real, complex"),
        ("ｓymmetric" * 10_000, "unknown domain word"),
    ],
)
def test_an_unknown_word_names_the_nearest_one(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match="unknown domain word") as error:
        domains.parse_words(text)
    assert hint in str(error.value)
    assert len(str(error.value)) < 1000


def test_every_alias_reads_as_its_word() -> None:
    assert set(ALIASES.values()) <= set(DOMAINS)
    for spelling, word in ALIASES.items():
        assert domains.parse_words(spelling) == (word,)


@pytest.mark.parametrize(
    ("words", "implied", "not_implied"),
    [
        ((), "real", "invertible symmetric complex"),
        (
            ("spd",),
            "symmetric invertible det-positive psd real-spectrum full-column-rank",
            "positive diagonal",
        ),
        (
            ("positive-spectrum",),
            "real-spectrum invertible det-positive full-row-rank real",
            "symmetric spd psd positive simple-eigenvalues nonzero",
        ),
        (("symmetric", "positive-spectrum"), "spd", "positive"),
        (("hermitian", "positive-spectrum"), "spd", "symmetric"),
        (("complex", "symmetric", "positive-spectrum"), "det-positive", "spd"),
        (("circulant", "positive-spectrum"), "spd", "positive"),
        (("diagonal", "positive-spectrum"), "spd positive", "orthogonal"),
        (("upper-triangular", "positive"), "positive-spectrum", "symmetric"),
        (("real-spectrum", "det-positive"), "invertible", "positive-spectrum"),
        (("spd",), "positive-spectrum", "toeplitz"),
        (("orthogonal",), "invertible orthonormal-columns full-row-rank", "det-positive symmetric"),
        (("complex", "spd"), "hermitian invertible", "symmetric"),
        (("diagonal",), "symmetric lower-triangular upper-triangular", "invertible"),
        (("lower-triangular", "upper-triangular"), "diagonal symmetric", "nonzero"),
        (("diagonal", "positive"), "spd", "orthogonal"),
        (("symmetric", "full-column-rank"), "invertible", "spd"),
        (("psd", "invertible"), "spd", "diagonal"),
        (("skew", "invertible"), "det-positive", "symmetric"),
        (("symmetric", "idempotent"), "psd real-spectrum", "invertible"),
        (("integer",), "positive nonzero", "unit"),
    ],
)
def test_implications(words: tuple[str, ...], implied: str, not_implied: str) -> None:
    assert all(domains.has(words, word) for word in implied.split())
    assert not any(domains.has(words, word) for word in not_implied.split())


def test_skew_and_symmetric_in_a_set_are_two_words() -> None:
    assert {"skew", "symmetric"} <= domains.closure({"symmetric", "skew"})


# ---- linear structures


@pytest.mark.parametrize("n", [1, 2, 3, 5])
@pytest.mark.parametrize(
    ("words", "dimension"),
    [
        ("symmetric", lambda n: n * (n + 1) // 2),
        ("spd", lambda n: n * (n + 1) // 2),
        ("psd", lambda n: n * (n + 1) // 2),
        ("skew", lambda n: n * (n - 1) // 2),
        ("diagonal", lambda n: n),
        ("diagonal positive", lambda n: n),
        ("lower-triangular", lambda n: n * (n + 1) // 2),
        ("upper-triangular invertible", lambda n: n * (n + 1) // 2),
        ("toeplitz", lambda n: 2 * n - 1),
        ("symmetric toeplitz", lambda n: n),
        ("circulant", lambda n: n),
        ("symmetric circulant", lambda n: n // 2 + 1),
        ("complex symmetric", lambda n: n * (n + 1) // 2),
        ("hermitian", lambda n: n * n),
    ],
)
def test_a_basis_spans_its_structure(words: str, dimension: Callable[[int], int], n: int) -> None:
    asked = domains.parse_words(words)
    assert domains.has_basis(asked)
    basis = domains.basis(asked, n, n)
    assert basis is not None
    assert basis.shape == (dimension(n), n, n)
    assert set(np.unique(np.abs(basis))) <= {0, 1}
    flat = basis.reshape(len(basis), n * n)
    gram = np.real(flat.conj() @ flat.T)
    assert np.array_equal(gram, np.diag(np.diag(gram)))
    assert (np.diag(gram) > 0).all()
    draws = sample(words, n, n, 4).reshape(4, -1)
    coefficients = draws @ flat.conj().T / np.diag(gram)
    if "hermitian" in asked:
        coefficients = np.real(coefficients)
    assert np.allclose(coefficients @ flat, draws, atol=1e-12)


def test_a_basis_stays_inside_its_structure() -> None:
    for word in (
        "symmetric",
        "skew",
        "diagonal",
        "lower-triangular",
        "upper-triangular",
        "circulant",
        "hermitian",
    ):
        basis = domains.basis((word,), 4, 4)
        assert basis is not None
        assert all(DOMAINS[word].holds(matrix) for matrix in basis), word


def test_the_basis_of_rectangular_toeplitz_matrices() -> None:
    basis = domains.basis(("toeplitz",), 2, 4)
    assert basis is not None
    assert basis.shape == (5, 2, 4)
    assert np.array_equal(basis.sum(0), np.ones((2, 4)))


def test_symmetric_coordinates_are_in_the_order_of_vech() -> None:
    basis = domains.basis(("symmetric",), 3, 3)
    assert basis is not None
    assert [np.argwhere(np.tril(unit)).tolist() for unit in basis] == [
        [[0, 0]], [[1, 0]], [[2, 0]], [[1, 1]], [[2, 1]], [[2, 2]],
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["", "invertible", "orthogonal", "idempotent", "positive", "unit", "complex"])
def test_no_basis_where_there_is_no_linear_structure(words: str) -> None:
    assert not domains.has_basis(domains.parse_words(words))
    assert domains.basis(domains.parse_words(words), 3, 3) is None


def test_a_basis_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(EmptyDomain, match="square"):
        domains.basis(("symmetric",), 2, 3)


# ---- random functions


def value_and_derivatives(parts: tuple[np.ndarray, ...], x: np.ndarray, v: np.ndarray) -> list[np.ndarray]:
    """vec F(X + tV) and its first three derivatives in t at 0, per draw."""
    w, phi, c, b = parts
    angle, speed = w @ x + phi, w @ v
    trigonometric = (np.sin(angle), np.cos(angle), -np.sin(angle), -np.cos(angle))
    return [c @ (f * speed**k) + (b if k == 0 else 0) for k, f in enumerate(trigonometric)]


@pytest.mark.parametrize("shape", [(1, 1, 1, 1), (3, 2, 2, 4), (5, 1, 1, 1), (30, 30, 20, 20)])
def test_a_random_function_is_of_order_one_with_its_derivatives(shape: tuple[int, int, int, int]) -> None:
    count, features = 50, 6
    p, q, r, s = shape
    parts = domains.sample_function(*shape, count, rng(*shape))
    assert [part.shape for part in parts] == [
        (count, features, p * q), (count, features, 1), (count, r * s, features), (count, r * s, 1),
    ]  # fmt: skip
    x = rng(1).standard_normal((count, p * q, 1))
    w = parts[0]
    steepest = w[:, :1].swapaxes(1, 2) / np.linalg.norm(w[:, :1], axis=2, keepdims=True)
    for order, derivative in enumerate(value_and_derivatives(parts, x, steepest)):
        size = np.sqrt((derivative**2).mean())
        assert 0.2 < size < 4, f"derivative {order}"
        assert np.abs(derivative).max() < 40


def test_random_functions_differ_and_are_not_affine() -> None:
    parts = domains.sample_function(2, 3, 1, 1, 8, rng())
    x = np.tile(rng(1).standard_normal((6, 1)), (8, 1, 1))
    value, _, second, _ = value_and_derivatives(parts, x, np.ones_like(x))
    assert len(np.unique(value)) == 8
    assert np.abs(second).min() > 1e-6


# ---- determinism


def test_the_same_seed_gives_the_same_draws() -> None:
    for words in MIXTURES:
        try:
            first, second = (domains.sample(words, 4, 4, 2, rng(3)) for _ in range(2))
        except EmptyDomain:
            continue
        assert np.array_equal(first, second), words
        assert "scalar" not in words
    for first, second in zip(*(domains.sample_function(2, 2, 1, 1, 3, rng(3)) for _ in range(2)), strict=True):
        assert np.array_equal(first, second)


def test_draws_do_not_depend_on_the_order_of_words_or_on_hashing() -> None:
    script = (
        "import numpy as np; from identities.domains import check_words, sample; "
        "print(check_words({'hermitian', 'nonzero', 'unitary', 'unit'}, 'n', 'n', True)); "
        "print([sample(set(w.split()), 4, 4, 2, np.random.default_rng(1)).sum() for w in "
        "('hermitian toeplitz', 'symmetric positive', 'circulant unit real', 'spd simple-eigenvalues')])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=CHECKOUT,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert np.array_equal(
        domains.sample(("positive", "symmetric"), 3, 3, 2, rng()),
        domains.sample(("symmetric", "positive"), 3, 3, 2, rng()),
    )


@pytest.mark.parametrize(
    ("code", "loaded"),
    [
        ("domains.check_words(domains.parse_words('symmetric pd'), 'n', 'n', True)", False),
        ("domains.has_basis(('spd',)) and domains.has(('spd',), 'invertible')", False),
        ("domains.basis(('spd',), 2, 2)", True),
    ],
)
def test_words_are_read_and_judged_without_numpy(code: str, loaded: bool) -> None:
    probe = f"import sys; from identities import domains; {code}; sys.exit(('numpy' in sys.modules) is not {loaded})"
    subprocess.run([sys.executable, "-c", probe], check=True, cwd=CHECKOUT)
