"""The most general shapes under which the formulas of an entry type-check: is a square matrix square for a reason?

Every declared size becomes an unknown, and the formulas are left to say which of them are equal. Sizes that a formula
or a condition names (I(n), 1/n) stay what they are, and what a domain word makes square stays square.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from identities import claims, dims, domains
from identities.catalogue import Identity, Text
from identities.declaration import Declaration, Shape, shapes, spelled
from identities.dims import Dim
from identities.expression import Cotangent, Name, Perturbation, walk
from identities.notation import NotationError
from identities.parsed import Misread, Parsed
from identities.statement import Reader

LETTERS = "mnpqrskhlcdgabe"
Declarations = Mapping[str, Declaration]


def generalised(parsed: Parsed) -> tuple[Identity, str, str] | None:
    """The identity with more general shapes, what it declared of those, and what it says now; None if it is general."""
    identity, declared = parsed.identity, parsed.declarations
    if parsed.problems:
        return None
    general: Declarations = freed(parsed)
    try:
        for number, claim in enumerate(identity.claims):
            if not claim.worked:
                general = renamed(typed_together(parsed, general, number), "?g{}".format)
    except (Misread, NotationError):
        return None
    taken = {s for d in declared.values() for s in d.symbols} & {s for d in general.values() for s in d.symbols}
    spare = (letter for letter in LETTERS if letter not in {*taken, *declared})
    general = renamed(general, lambda number: next(spare))
    if len(symbols(general)) <= len(symbols(declared)):
        return None
    changed = [name for name, declaration in general.items() if declaration != declared[name]]
    where = dict(identity.where)
    for written, text in identity.where.items():
        name = next((name for name in changed if name == written), None)
        if name is not None:
            where[written] = Text(spelled(general[name]), text.place)
    said = [", ".join(f"{name}: {shapes(of[name])}" for name in changed) for of in (declared, general)]
    return replace(identity, where=where), said[0], said[1]


def freed(parsed: Parsed) -> Declarations:
    """The declarations with an unknown for every size that nothing names."""
    trees = [parsed.f, *parsed.closed_forms, *(part for part, _ in parsed.lets.values())]
    named = {node.name for tree in trees if tree is not None for node in walk(tree) if isinstance(node, Name)}
    for declaration in parsed.declarations.values():
        named |= {s for c in declaration.conditions for dim in (c.left, c.right) for s in dim.symbols}
    count = 0

    def free(shape: Shape, square: bool) -> Shape:
        nonlocal count
        found: list[Dim] = []
        for dim in shape:
            if dim.constant is not None or dim.symbols & named:
                found.append(dim)
            elif square and found:
                found.append(found[0])
            else:
                count += 1
                found.append(dims.symbol(f"?g{count}"))
        return found[0], found[1]

    return {
        name: replace(
            declaration,
            shape=free(declaration.shape, any(domains.DOMAINS[w].needs_square for w in declaration.words)),
            target=None if declaration.target is None else free(declaration.target, False),
        )
        for name, declaration in parsed.declarations.items()
    }


def typed_together(parsed: Parsed, declarations: Declarations, number: int) -> Declarations:
    """The declarations with what f and one closed form say about their sizes; raises where they say it clashes."""
    reader = Reader(replace(parsed, declarations=declarations), number, {})
    inference, claim = reader.inference, reader.claim
    reader.name_parts(Cotangent, Perturbation)
    f = inference.infer(reader.f_tree, "")
    if claim.kind == "pullback":
        inference.cotangent = f.shape
    reader.name_parts()
    wrt = claims.variables_of(claim)
    claims.indices_of_variable(claim, inference)
    closed = inference.infer(reader.tree, "")
    claims.check_kind(claim, f.shape, wrt, inference)
    expected = claims.required_shape(claim.kind, f.shape, [inference.shape_of(name) for name in wrt])
    if not inference.unify(closed.shape, expected, claims.HERE):
        raise NotationError("the closed form has another shape", claims.HERE)
    inference.settle()
    return {
        name: replace(
            d,
            shape=inference.resolved(d.shape),
            target=None if d.target is None else inference.resolved(d.target),
        )
        for name, d in declarations.items()
    }


def renamed(declarations: Declarations, name: Callable[[int], str]) -> Declarations:
    """The declarations with their unknowns called otherwise, in order of appearance."""
    unknown = [s for s in symbols(declarations) if s.startswith("?")]
    new = {old: dims.symbol(name(number)) for number, old in enumerate(unknown)}

    def of(shape: Shape) -> Shape:
        return dims.substitute(shape[0], new), dims.substitute(shape[1], new)

    return {
        key: replace(d, shape=of(d.shape), target=None if d.target is None else of(d.target))
        for key, d in declarations.items()
    }


def symbols(declarations: Declarations) -> list[str]:
    """The dim symbols of all shapes, each once, in order of appearance."""
    every: Iterable[Dim] = (dim for d in declarations.values() for dim in (*d.shape, *(d.target or ())))
    return list(dict.fromkeys(s for dim in every for s in sorted(dim.symbols)))
