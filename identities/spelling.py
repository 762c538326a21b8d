"""A closed form that is offered instead of another, spelled as its neighbours in the file are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from identities.catalogue import Identity, Problem
from identities.declaration import Shape
from identities.edits import surroundings
from identities.expression import Expr, Name, walk
from identities.notation import Names, NotationError, parse
from identities.notation.manners import written
from identities.parsed import Parsed, read
from identities.statement import statements


def respelled(identity: Identity, number: int, closed_form: str, neighbours: Iterable[Identity] = ()) -> str | None:
    """The closed form as it would stand in claim ``number`` of this identity; None if that is not known.

    What tells the spelling is the claim itself, then f, then the other claims and parts of the entry, then others.
    """
    parsed = read(instead(identity, number, closed_form))
    statement = list(statements(parsed))[number]
    if isinstance(statement, Problem):
        return None
    tree = parse(closed_form, parsed.names)  # and not that of the claim, which is in no layout
    own = identity.claims[number].closed_form.text
    others = [claim.closed_form.text for claim in identity.claims]
    texts = [own, identity.f.text, *others, *(text.text for text in identity.let.values())]
    texts += [text.text for other in neighbours for text in (other.f, *(claim.closed_form for claim in other.claims))]
    leaves = dict(spellings(read(identity)))
    return written(tree, leaves, texts, surroundings(statement, statement.closed_form).is_scalar)


def shapes(identity: Identity, number: int) -> Mapping[str, Shape] | None:
    """How the variables of a claim are read; None where it cannot be."""
    statement = list(statements(read(identity)))[number]
    return None if isinstance(statement, Problem) else {n: v.shape for n, v in statement.variables.items()}


def instead(identity: Identity, number: int, closed_form: str) -> Identity:
    """The identity with another closed form in one of its claims."""
    claims = list(identity.claims)
    claims[number] = replace(
        claims[number], closed_form=replace(claims[number].closed_form, text=closed_form, marks=())
    )
    return replace(identity, claims=tuple(claims))


def spellings(parsed: Parsed) -> Iterator[tuple[str, str]]:
    r"""The variables as the formulas of an entry write them, ``A`` as ``\mathbf{A}``; the first formulas count most."""
    texts = [parsed.identity.f.text, *(claim.closed_form.text for claim in parsed.identity.claims)]
    for tree, text in reversed([*zip((parsed.f, *parsed.closed_forms), texts, strict=True)]):
        for node in walk(tree) if tree is not None else ():
            if isinstance(node, Name):
                snippet = text[node.span.start : node.span.stop]
                if means(snippet, node, parsed.names):
                    yield node.name, snippet


def means(snippet: str, node: Expr, names: Names) -> bool:
    """Whether a piece of a text by itself is this node."""
    try:
        return parse(snippet, names) == node
    except NotationError:
        return False
