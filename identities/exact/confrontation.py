"""The verdict of JAX's oracles confronted with exact arithmetic: where both judge, they have to agree.

The exact oracle shares nothing with JAX but the tree: a disagreement is a fault of one of them and never passes.
"""

from __future__ import annotations

from dataclasses import replace

from identities.claims import EXTREMES
from identities.exact.oracle import Oracle
from identities.jets import PRIME
from identities.statement import Statement
from identities.verdict import Verdict

EXACT = "exact"
WORST_BOUND = 1e-9  # an error bound above this is no evidence of exactness


def confronted(found: Verdict, statement: Statement, seed: int) -> Verdict:
    """The verdict with the evidence that exact arithmetic adds to it; ``error`` where the two disagree."""
    if found.verdict not in ("verified", "refuted"):
        return found
    oracle = Oracle(statement, seed)
    accepted = oracle.accepts()
    if accepted is None:
        return found
    if found.verdict == "refuted" and not accepted:
        return replace(found, evidence=EXACT)
    if found.verdict == "verified" and accepted:
        bound = oracle.error_bound
        return found if bound is None or bound > WORST_BOUND else replace(found, evidence=EXACT, error_bound=bound)
    if found.verdict == "refuted" and statement.claim.kind in EXTREMES:
        return found  # stationary, but of another curvature or outside the domain: that is for JAX to say
    return replace(found, verdict="error", message=disagreement(found, oracle))


def disagreement(found: Verdict, oracle: Oracle) -> str:
    """The message about a claim on which the two oracles differ."""
    at = ", ".join(f"{name} = {size}" for name, size in oracle.refuted_at.items())
    mine = f"refutes it{' at ' + at if at else ''}" if found.verdict == "verified" else "finds it true"
    jax = "agree with the closed form" if found.verdict == "verified" else f"refute it ({found.message})"
    return (
        f"internal disagreement, please report it: the derivatives of JAX {jax}, and exact arithmetic "
        f"modulo {PRIME} {mine}; one of the two is wrong, so the claim counts as neither"
    )
