"""Equations as people write them → claims: ∇f(x) = …, ∂tr(AX)/∂X = …, d(X⁻¹) = …, Y = AX, X̄ = AᵀȲ, tr(AB) = tr(BA)."""

from identities.equations.conditions import conditions
from identities.equations.kinds import kind_of, variables_of
from identities.equations.reading import read
from identities.equations.rules import moving
from identities.equations.stated import Context, Reading, Stated, Unreadable

__all__ = ["Context", "Reading", "Stated", "Unreadable", "conditions", "kind_of", "moving", "read", "variables_of"]
