"""The comparison that each kind of claim needs: closed form with oracles, or the marks of a strict extreme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from identities import compare, domains
from identities.claims import EXTREMES
from identities.compare import CLEAR, EPSILON, SAFETY, WORST_FLOOR, Comparison, finite, norms, spread
from identities.statement import Statement
from identities.typed import Typed

Outputs = Mapping[str, Any]

STEADY = 1e-11  # relative: a Hessian known less well is that of an ill-conditioned draw


def judge(statement: Statement, exact: Outputs, noisy: Outputs, largest_dim: int) -> Comparison:
    """Compare one sample; ``noisy`` holds the perturbed runs of every output."""
    kind = statement.claim.kind
    if kind in EXTREMES:
        inside = in_domain(statement, exact["closed form"])
        return extreme(1.0 if kind == "minimizer" else -1.0, exact, noisy, inside)
    f, closed, *oracles = exact
    if not statement.fits:
        return other_shape(exact[oracles[0]].shape[0])
    if is_zero(statement.closed_form):
        scale = natural_size(exact[f], noisy[f])
        return compare.worst([nothing(exact[name], noisy[name], scale) for name in oracles])
    return compare.worst(
        [compare.compare(exact[closed], exact[name], noisy[closed], noisy[name], largest_dim) for name in oracles]
    )


def in_domain(statement: Statement, values: Any) -> Any:
    """Which values lie in the domain of the variable: among symmetric matrices the minimum is not at another one."""
    words = statement.variables[statement.wrt[0]].words
    return np.array([not np.isfinite(value).all() or domains.holds(words, value) for value in values])


def is_zero(tree: Typed) -> bool:
    """Whether a closed form is written 0, or 0ᵀ, or as a matrix of zeros."""
    return tree.op == "zero" or (tree.op in ("literal", "transpose") and all(map(is_zero, tree.args)))


def other_shape(draws: int) -> Comparison:
    """A closed form of another shape than the claim requires is refuted on every draw."""
    yes, no = np.ones(draws, bool), np.zeros(draws, bool)
    return Comparison(np.full(draws, np.inf), np.zeros(draws), no, yes, no, no, np.ones(draws))


def natural_size(f: Any, noise: Any) -> Any:
    """The size of a derivative of f that would not be nothing, inputs being of order 1: that of f, and at most 1.

    Of an f that is itself nothing but noise, the size of its parts before they cancel; none where constants have made
    those so small that their zeros and their noise look alike.
    """
    size, change = norms(f), spread(f, noise)
    parts = np.where((change == 0) | (change >= WORST_FLOOR * EPSILON), change / EPSILON, 0.0)
    return np.minimum(np.where(size > SAFETY * change, size, parts), 1.0)


def nothing(oracle: Any, noise: Any, scale: Any) -> Comparison:
    """A closed form written 0 agrees where the oracle is nothing but rounding noise, small beside ``scale``."""
    size, floor = norms(oracle), SAFETY * spread(oracle, noise)
    fine = np.isfinite(size) & (floor <= WORST_FLOOR * scale)
    agrees, refutes = fine & (size <= floor), np.isfinite(size) & (size > CLEAR * floor)
    unit, no = np.where(scale > 0, scale, 1.0), np.zeros(size.size, bool)
    return Comparison(size / unit, floor / unit, agrees, refutes, no, ~(agrees | refutes), unit)


def least_certain(exact: Outputs, noisy: Outputs) -> Any:
    """The size from which on an eigenvalue of the Hessian is no rounding noise."""
    curvature = exact["curvature"]
    return SAFETY * (spread(curvature, noisy["curvature"]) + curvature.shape[1] * EPSILON * norms(curvature))


def steady(exact: Outputs, noisy: Outputs) -> Any:
    """Which draws have a Hessian of which eleven digits are known: an eigenvalue that is noise there, is 0."""
    return least_certain(exact, noisy) <= STEADY * norms(exact["curvature"])


def extreme(sign: float, exact: Outputs, noisy: Outputs, inside: Any) -> Comparison:
    """A strict minimum (maximum for −1): ∇f there is rounding noise, and ∇²f definite above its noise.

    The second-order sufficient condition: Nocedal & Wright 2006, theorem 2.4. A Hessian that is only semidefinite
    decides nothing. ``inside`` says which values lie in the domain of the variable.
    """
    there, curvature = exact["gradient there"], exact["curvature"]
    size = norms(there)
    fine = np.isfinite(size) & finite(curvature)
    hessian = np.where(fine[:, None, None], curvature, 0.0)
    scale = norms(hessian)
    floor = SAFETY * spread(there, noisy["gradient there"])
    bound = least_certain(exact, noisy)
    least = np.linalg.eigvalsh(sign * (hessian + hessian.transpose(0, 2, 1)) / 2)[:, 0]
    alive = norms(exact["gradient elsewhere"]) > 0
    stationary = fine & alive & (size <= floor) & (floor <= WORST_FLOOR * scale)
    agrees = stationary & (least > bound) & inside
    refutes = (fine & ((size > CLEAR * floor) | (least < -CLEAR * bound))) | ~inside
    unit = np.where(scale > 0, scale, 1.0)
    no, unclear = np.zeros(size.size, bool), ~(agrees | refutes)
    return Comparison(size / unit, floor / unit, agrees, refutes, no, unclear, unit)
