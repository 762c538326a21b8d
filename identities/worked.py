"""The sizes that the numbers of a worked example have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from identities import dims
from identities.catalogue import Claim
from identities.claims import HERE
from identities.declaration import Declaration, Shape
from identities.dims import Dim
from identities.notation import Names, NotationError, canonical_name, parse
from identities.parsed import reading
from identities.shapes import Inference


def sized_by_example(claim: Claim, declarations: Mapping[str, Declaration]) -> Mapping[str, Declaration]:
    """The declarations with their dims replaced by the sizes of the numbers that an example gives."""
    values: dict[str, Dim] = {}
    for name, text in claim.at.items():
        with reading(text, f"example {name}:"):
            numbers = Inference({})
            given = numbers.infer(parse(text.text, Names()), text.text).shape
            if numbers.undeclared:
                raise NotationError(
                    f"the inputs of an example are numbers, and {min(numbers.undeclared)} is a name", HERE
                )
        for wanted, size in zip(declarations[canonical_name(name) or name].shape, given, strict=True):
            if wanted.constant is None and size.constant is not None:
                values.setdefault(str(wanted), size)

    def sized(shape: Shape) -> Shape:
        return dims.substitute(shape[0], values), dims.substitute(shape[1], values)

    return {
        name: replace(d, shape=sized(d.shape), conditions=(), target=None if d.target is None else sized(d.target))
        for name, d in declarations.items()
    }
