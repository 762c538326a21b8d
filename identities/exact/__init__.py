"""The exact oracle: is a closed form the derivative of f, in arithmetic that rounds nothing?

Both sides of a claim are rational functions of free numbers. At random elements of a field of p ≈ 2^61 elements, two
that differ agree with a probability of at most degree/p (Schwartz and Zippel), whatever the formulas are.
"""

from __future__ import annotations

from identities.exact.confrontation import confronted
from identities.exact.oracle import Oracle, decides, equal_exactly

__all__ = ["Oracle", "confronted", "decides", "equal_exactly"]
