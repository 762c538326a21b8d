"""Text ↔ tree: the spellings of the notation, parsed and typeset."""

from identities.notation.cursor import dialect, multiplies_arrays
from identities.notation.latex import canonical_name
from identities.notation.plain import parse
from identities.notation.tokens import Names, NotationError

__all__ = ["Names", "NotationError", "canonical_name", "dialect", "multiplies_arrays", "parse"]
