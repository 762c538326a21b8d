"""The b of Y = XW + b, where it is meant as a vector that is added to every row, 𝟏bᵀ, or to every column, b𝟏ᵀ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from identities.catalogue import Text
from identities.equations.outline import outline, shown_or_nothing
from identities.equations.stated import Stated

# A weight stands first where the columns are the samples, WX + b.
_WEIGHTED_FIRST = re.compile(r"\s*W(?![a-z])")


def spread(stated: Stated) -> Iterator[Stated]:
    """The claim with a term + b spread over all samples: as it is meant where b cannot be a matrix."""
    bias = stated.wrt
    shown = shown_or_nothing(stated.f)
    term = re.compile(rf"(?P<sign>[+]\s*){re.escape(bias)}\s*(?=$|[)\]}}+−,‖|-])")
    found = term.search(shown)
    if found is None or len(bias) != 1 or not bias.islower():
        return
    weighted_first = _WEIGHTED_FIRST.match(re.split(r"[(=‖|]", shown[: found.start()])[-1])
    for way, shape in ((f"{bias} 𝟏ᵀ", ""),) if weighted_first else ((f"𝟏 {bias}ᵀ", ""), (f"𝟏 {bias}", "1×q")):

        def spread_in(text: Text, way: str = way) -> Text:
            drawn = outline(text)
            pieces = [(match.end("sign"), match.end(), way) for match in term.finditer(drawn.text)]
            return drawn.replaced(0, len(drawn.text), pieces) if pieces else text

        let = {name: spread_in(text) for name, text in stated.let.items()}
        where = {name: text for name, text in stated.where.items() if name != bias}
        where |= {bias: Text(shape, stated.f.place)} if shape else {}
        yield replace(stated, f=spread_in(stated.f), closed_form=spread_in(stated.closed_form), let=let, where=where)
