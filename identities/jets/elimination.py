"""Determinant, adjugate, inverse and pseudo-inverse of matrices of jets, by arithmetic alone."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from identities.jets.arrays import IMAGINARY, Jet, constant, orders
from identities.jets.fields import Array, Field, PrimeField, Undefined, kept
from identities.jets.symbols import Outside


def determinant(x: Jet) -> tuple[Jet, Jet]:
    """det X and adj X, of singular X too: Faddeev–LeVerrier, which divides by 1, …, n only."""
    n = x.shape[0]
    one = constant(x.field, np.eye(n, dtype=int))
    m, c = one, constant(x.field, np.ones((), dtype=int))
    for k in range(1, n + 1):
        if k > 1:
            m = x @ m + one * c
        c = trace_of_product(x, m) * Fraction(-1, k)
    return (c, -m) if n % 2 == 0 else (-c, m)


def trace_of_product(x: Jet, y: Jet) -> Jet:
    """tr XY = Σᵢⱼ Xᵢⱼ Yⱼᵢ."""
    return (x * y.T).sum()


def inverse(x: Jet) -> Jet:
    """X⁻¹: of the value by elimination, then Newton's Y ← Y(2I − XY), which squares the nilpotent error."""
    n = x.shape[0]
    real, imaginary = x.parts[0], x.parts.get(IMAGINARY)
    if imaginary is None:
        y = Jet(x.field, {0: inverse_of_value(x.field, real)})
    else:  # (A + iB)⁻¹ stands in the first rows of [A −B; B A]⁻¹
        whole = inverse_of_value(x.field, np.block([[real, -imaginary], [imaginary, real]]))
        y = Jet(x.field, {0: whole[:n, :n], IMAGINARY: kept(x.field.reduced(-whole[:n, n:]))})
    two = constant(x.field, 2 * np.eye(n, dtype=int))
    for _ in range(orders(x)):
        y = y @ (two - x @ y)
    return y


def inverse_of_value(field: Field, x: Array) -> Array:
    """X⁻¹ over the field, by Gauss and Jordan."""
    n = x.shape[0]
    rows, pivots = echelon(field, np.concatenate([x, np.eye(n, dtype=int).astype(object)], 1), n)
    if len(pivots) < n:
        raise Undefined("a singular matrix")
    return rows[:, n:]


def echelon(field: Field, x: Array, columns: int) -> tuple[Array, list[int]]:
    """The reduced row echelon form by pivots in the first ``columns``, and the columns of the pivots."""
    rows = kept(field.reduced(x.copy()))
    pivots: list[int] = []
    for column in range(columns):
        place = len(pivots)
        found = next((r for r in range(place, rows.shape[0]) if rows[r, column] != 0), None)
        if found is None:
            continue
        rows[[place, found]] = rows[[found, place]]
        rows[place] = field.reduced(rows[place] * field.reciprocal(rows[place, column]))
        factors = rows[:, column].copy()
        factors[place] = 0
        rows = field.reduced(rows - np.multiply.outer(factors, rows[place]))
        pivots.append(column)
    return rows, pivots


def pseudo_inverse(x: Jet) -> Jet:
    """X⁺ = Gᴴ(GGᴴ)⁻¹(FᴴF)⁻¹Fᴴ where X = FG with F of full column and G of full row rank.

    Of a matrix that moves only at full rank, where its rank cannot change on the way.
    """
    m, n = x.shape

    def adjoint(y: Jet) -> Jet:
        return y.conjugate().T

    try:
        if m >= n:
            return inverse(adjoint(x) @ x) @ adjoint(x)
        return adjoint(x) @ inverse(x @ adjoint(x))
    except Undefined:
        if orders(x):
            raise
    if IMAGINARY in x.parts:
        raise Outside("pinv")
    rows, pivots = echelon(x.field, x.parts[0], n)
    if not pivots:
        return constant(x.field, np.zeros((n, m), dtype=int))
    f = Jet(x.field, {0: x.parts[0][:, pivots]})
    g = Jet(x.field, {0: rows[: len(pivots)]})
    return g.T @ inverse(g @ g.T) @ inverse(f.T @ f) @ f.T


def rank(x: Jet) -> int:
    """The rank of a matrix that does not move; of rounded numbers nobody knows it."""
    if set(x.parts) != {0} or not isinstance(x.field, PrimeField):
        raise Outside("rank")
    return len(echelon(x.field, x.parts[0], x.shape[1])[1])
