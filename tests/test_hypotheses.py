"""What a formula needs of its variables without saying so."""

from __future__ import annotations

import numpy as np
import pytest

import identities
from identities import domains
from identities.declaration import declare
from identities.hypotheses import joined, preconditions
from identities.shapes import Inference

WHERE = {"X": "n×n", "Y": "n×n", "A": "m×n", "x": "n", "y": "n", "t": "scalar", "k": "integer"}
NEEDS = [
    ("X⁻¹", {"X": "invertible"}),
    ("Xᵀ⁻¹", {"X": "invertible"}),
    ("X⁻ᵀ", {"X": "invertible"}),
    ("X⁻²", {"X": "invertible"}),
    ("X^(−k)", {"X": "invertible"}),
    ("log det X", {"X": "det-positive"}),
    ("log(det(Xᵀ))", {"X": "det-positive"}),
    ("logdet(X)", {"X": "det-positive"}),
    ("log|X|", {"X": "det-positive"}),
    ("chol(X)", {"X": "spd"}),
    ("eigvalsh(X)", {"X": "symmetric"}),
    ("lambda_max(X)", {"X": "symmetric"}),
    ("log t", {"t": "positive"}),
    ("log⊙(A)", {"A": "positive"}),
    ("log(x)", {"x": "positive"}),
    ("√t", {"t": "positive"}),
    ("sqrt⊙(A)", {"A": "positive"}),
    ("1/t", {"t": "nonzero"}),
    ("x ⊘ y", {"y": "nonzero"}),
    ("t⁻¹", {"t": "invertible"}),
    ("t^-2", {"t": "nonzero"}),
    ("x⊙⁻¹", {"x": "nonzero"}),
    ("t^½", {"t": "positive"}),
    ("t^(1/2)", {"t": "positive"}),
    ("t^0.5", {"t": "positive"}),
    ("t^(−½)", {"t": "nonzero positive"}),
    ("x.^½", {"x": "positive"}),
    ("Y + X⁻¹Y", {"X": "invertible"}),
    ("X⁻¹ + Y⁻¹", {"X": "invertible", "Y": "invertible"}),
    ("logN(x, y, X)", {"X": "spd"}),
    ("‖x‖_X²", {"X": "spd"}),
    ("‖x‖_{Y⁻¹}", {"Y": "spd invertible"}),
    ("(AᵀA)⁻¹", {"A": "full-column-rank"}),
    ("Aᵀ(AXAᵀ)⁻¹", {"A": "full-row-rank"}),
    ("(AAᵀ)⁻¹A", {"A": "full-row-rank"}),
    ("log(x[1])", {"x": "positive"}),
    ("sum(log⊙(x ⊘ y))", {"x": "positive", "y": "positive nonzero"}),
    ("log(1 − t)", {"t": "unit-interval"}),
    # nothing is needed
    ("log(1 − t) + |t|", {}),
    ("log(x[1]/y[1]) + ‖x‖", {}),
    ("X", {}),
    ("tr(X)", {}),
    ("det(X)", {}),
    ("X⁺", {}),
    ("X²", {}),
    ("Xᵏ", {}),
    ("t²", {}),
    ("tᵏ", {}),
    ("x⊙²", {}),
    ("exp⊙(A)", {}),
    ("log(det(XᵀX))", {"X": "full-column-rank"}),
    ("(XY)⁻¹", {}),
    ("(AᵀA + AᵀA)⁻¹", {}),
    ("1/(1 + t)", {}),
]


def needed(text: str) -> dict[str, str]:
    inference = Inference({name: declare(said) for name, said in WHERE.items()})
    tree = inference.finish(inference.infer(identities.parse(text, WHERE), text), text)
    return {name: " ".join(words) for name, words in preconditions([tree]).items()}


@pytest.mark.parametrize(("text", "wanted"), NEEDS, ids=[text for text, _ in NEEDS])
def test_what_operations_need_of_the_variables_they_stand_on(text, wanted):
    assert needed(text) == wanted


def test_a_matrix_power_of_one_half_needs_a_root():
    (word,) = needed("X^½").values()
    assert word in domains.DOMAINS
    draws = domains.sample((word,), 4, 4, 8, np.random.default_rng(0))
    eigenvalues = np.linalg.eigvals(draws)
    assert ((abs(eigenvalues.imag) > 1e-12) | (eigenvalues.real > 0)).all()


def square(n: str = "n") -> tuple:
    return declare(f"{n}×{n}").shape


@pytest.mark.parametrize(
    ("declared", "inferred", "wanted"),
    [
        ("", ["invertible"], "invertible"),
        ("invertible", ["invertible"], "invertible"),
        ("spd", ["invertible"], "spd"),
        ("spd", ["det-positive"], "spd"),
        ("symmetric", ["invertible"], "symmetric invertible"),
        ("invertible", ["det-positive"], "invertible det-positive"),
        ("orthogonal", ["invertible"], "orthogonal"),
        ("skew", ["symmetric"], "skew"),  # nothing is both: what is declared stays
        ("", ["symmetric", "invertible"], "symmetric invertible"),
    ],
)
def test_needs_join_the_declared_words(declared, inferred, wanted):
    assert set(joined(tuple(declared.split()), inferred, square())) == set(wanted.split())


def test_the_words_joined_can_be_drawn():
    for _, wanted in NEEDS:
        for name, word in wanted.items():
            shape = {
                "X": (3, 3),
                "Y": (3, 3),
                "A": (3, 2) if "column" in word else (2, 3),
                "x": (3, 1),
                "y": (3, 1),
                "t": (1, 1),
            }[name]
            assert domains.sample(domains.parse_words(word), *shape, 2, np.random.default_rng(0)).shape == (2, *shape)


@pytest.mark.parametrize(
    ("f", "right", "wrong"),
    [("log(1 − x)", "−1/(1 − x)", "−1/(1 − |x|)"), ("log(x/y)", "1/x", "1/|x|")],
)
def test_a_domain_that_is_understood_hides_no_error_elsewhere(f, right, wrong, tmp_path):
    path = tmp_path / "t.yaml"
    entry = "- id: a\n  where: {x: scalar, y: scalar}\n  f: 'F'\n  derivative:\n    x: 'G'\n"
    for form, verdict in ((right, "verified"), (wrong, "refuted")):
        path.write_text("format: 1\nidentities:\n" + entry.replace("F", f).replace("G", form), encoding="utf-8")
        report = identities.check(path, cache=False)
        assert [one.verdict for one in report.verdicts] == [verdict], form
