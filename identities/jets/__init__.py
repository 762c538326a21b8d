"""Exact arrays with derivatives: entries in a field, with ε₁ and ε₂ of square zero (and i) adjoined.

f(X + ε₁E + ε₂F) = f + ε₁ Df[E] + ε₂ Df[F] + ε₁ε₂ D²f[E, F], so arithmetic alone differentiates: sums, products and
inverses of such numbers need no rule of differentiation, and nothing is rounded.
"""

from __future__ import annotations

from identities.jets.arrays import Jet
from identities.jets.fields import PRIME, Field, PrimeField, Undefined
from identities.jets.namespace import Namespace
from identities.jets.symbols import Outside, Symbols

__all__ = ["PRIME", "Field", "Jet", "Namespace", "Outside", "PrimeField", "Symbols", "Undefined"]
