"""Which random construction serves which domain words."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from identities.domains.implications import IMPOSSIBLE, all_implied
from identities.domains.words import LINEAR, Words, word_set

if TYPE_CHECKING:
    from identities.domains.ingredients import Draw
    from identities.domains.words import Array

    Construction: TypeAlias = Callable[[Draw], Array]

# Constructions by factors: singular values, eigenvalues, triangles.
# fmt: off
FACTORED: dict[str, Construction] = {
    "invertible | complex invertible": lambda d: d.turned(d.full_rank(), d.balanced()),
    "det-positive": lambda d: d.turned(d.full_rank(), 1),
    "symmetric invertible | hermitian invertible": lambda d: d.eigen(d.nonzero(d.balanced())),
    "symmetric det-positive": lambda d: d.eigen(d.nonzero(1)),
    "diagonal det-positive": lambda d: d.diagonal(d.nonzero(1)),
    "skew invertible": lambda d: d.skew(d.between(0.5, 2, d.rows // 2)),
    "skew orthogonal": lambda d: d.skew(d.ones(d.rows // 2)),
    "upper-triangular invertible | complex upper-triangular invertible":
        lambda d: d.turned(d.upper(), d.balanced()),
    "lower-triangular invertible | complex lower-triangular invertible":
        lambda d: d.turned(d.lower(), d.balanced()),
    "upper-triangular det-positive": lambda d: d.turned(d.upper(), 1),
    "lower-triangular det-positive": lambda d: d.turned(d.lower(), 1),
    "toeplitz invertible": lambda d: d.dominated("toeplitz", "", d.shift()),
    "circulant invertible": lambda d: d.dominated("toeplitz circulant", "", d.shift()),
    "toeplitz spd": lambda d: d.dominated("toeplitz symmetric", ""),
    "circulant spd": lambda d: d.dominated("toeplitz circulant symmetric", ""),
    "positive spd": lambda d: d.dominated("symmetric", "positive"),
    "positive invertible | positive full-column-rank | positive full-row-rank": lambda d: d.positive(),
    "full-column-rank | complex full-column-rank": lambda d: d.full_rank(),
    "full-row-rank | complex full-row-rank": lambda d: d.full_rank(),
    "rank-deficient | complex rank-deficient": lambda d: d.deficient(),
    "symmetric rank-deficient | hermitian rank-deficient":
        lambda d: d.eigen(d.nonzero(d.balanced()) * d.mask(d.rows, 1)),
    "psd rank-deficient | hermitian psd rank-deficient": lambda d: d.eigen(d.spread() * d.mask(d.rows, 1)),
    "spd | hermitian spd": lambda d: d.eigen(d.spread()),
    "psd | hermitian psd": lambda d: d.eigen(d.nonnegative()),
    "diagonal psd": lambda d: d.diagonal(d.nonnegative()),
    "real-spectrum | complex real-spectrum": lambda d: d.similar(d.real(d.rows)),
    "real-spectrum invertible": lambda d: d.similar(d.nonzero(d.balanced())),
    "positive-spectrum | complex positive-spectrum": lambda d: d.similar(d.spread()),
    "toeplitz positive-spectrum": lambda d: d.graded(d.dominated("toeplitz symmetric", "")),
    "positive positive-spectrum": lambda d: d.graded(d.dominated("symmetric", "positive")),
    "upper-triangular positive-spectrum": lambda d: d.upper_with(d.spread()),
    "lower-triangular positive-spectrum": lambda d: d.lower_with(d.spread()),
    "positive-spectrum simple-eigenvalues": lambda d: d.similar(abs(d.ladder(1))),
    "simple-eigenvalues": lambda d: d.similar(d.gapped()),
    "complex simple-eigenvalues": lambda d: d.similar(d.gapped() + 1j * d.real(d.rows)),
    "simple-eigenvalues invertible": lambda d: d.similar(d.ladder(d.balanced())),
    "simple-eigenvalues det-positive": lambda d: d.similar(d.ladder(1)),
    "symmetric simple-eigenvalues | hermitian simple-eigenvalues": lambda d: d.eigen(d.gapped()),
    "symmetric simple-eigenvalues invertible | hermitian simple-eigenvalues invertible":
        lambda d: d.eigen(d.ladder(d.balanced())),
    "spd simple-eigenvalues | hermitian spd simple-eigenvalues": lambda d: d.eigen(abs(d.ladder(1))),
    "diagonal simple-eigenvalues": lambda d: d.diagonal(d.gapped()),
    "upper-triangular simple-eigenvalues": lambda d: d.upper_with(d.gapped()),
    "lower-triangular simple-eigenvalues": lambda d: d.lower_with(d.gapped()),
    "idempotent | complex idempotent": lambda d: d.similar(d.mask(d.rows, 2)),
    "symmetric idempotent | hermitian idempotent": lambda d: d.eigen(d.mask(d.rows, 2)),
    "diagonal idempotent": lambda d: d.diagonal(d.shuffled(d.mask(d.rows, 2))),
    "involution | complex involution": lambda d: d.similar(2 * d.mask(d.rows, 2) - 1),
    "symmetric involution | hermitian involution": lambda d: d.eigen(2 * d.mask(d.rows, 2) - 1),
    "diagonal involution": lambda d: d.diagonal(d.signs(d.balanced())),
    "orthogonal | unitary": lambda d: d.turned(d.frame(d.rows, d.rows), d.balanced()),
    "orthogonal det-positive": lambda d: d.turned(d.frame(d.rows, d.rows), 1),
    "orthonormal-columns | complex orthonormal-columns": lambda d: d.frame(d.rows, d.cols),
    "permutation": lambda d: d.permutation(d.rows),
    "one-hot": lambda d: d.one_hot(),
}
# fmt: on

# Constructions entry by entry: a norm of ``NORMS``, and the kinds of ``ENTRIES`` that it leaves what they are.
NORMED: dict[str, tuple[str, ...]] = {
    "": ("", "nonzero", "positive", "unit-interval", "integer", "signs"),
    "unit": ("", "nonzero", "positive"),
    "contraction": ("", "nonzero", "positive", "unit-interval"),
    "probability": ("positive",),
}


def _entrywise(structure: Words, entry: str, norm: str) -> Construction:
    return lambda d: d.normed(structure, entry, norm)


@cache
def construction(closed: Words) -> Construction | None:
    """The construction that implies exactly these words, if there is one."""
    closed -= {"scalar", "square"}  # they say a size only
    if any(pair <= closed for pair, _ in IMPOSSIBLE):
        return None
    for served, construct in FACTORED.items():
        if any(all_implied(word_set(words)) == closed for words in served.split("|")):
            return construct
    structure = closed & (LINEAR | {"complex"})
    for norm, entries in NORMED.items():
        for entry in entries:
            if all_implied(structure | {norm, entry} - {""}) == closed:
                return _entrywise(structure, entry, norm)
    return None


def clash(asked: tuple[str, ...]) -> str | None:
    """Why the words do not go together at any size."""
    closed = all_implied(frozenset(asked))
    if construction(closed):
        return None
    for pair, reason in IMPOSSIBLE:
        if pair <= closed:
            return f"{' '.join(asked)}: {' and '.join(sorted(pair))} do not go together: {reason}"
    fewer = [[word for word in asked if word != dropped] for dropped in asked]
    drawn = [repr(" ".join(rest)) for rest in fewer if rest and construction(all_implied(frozenset(rest)))]
    remedy = f"; {' or '.join(drawn)} can be drawn" if drawn else ""
    return f"{' '.join(asked)}: no construction has exactly these properties{remedy}"
