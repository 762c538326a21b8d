"""Conditions that say no shape, "A symmetric", get the one that the formula gives."""

from __future__ import annotations

from identities import domains
from identities.catalogue import Text
from identities.declaration import Shape, declare
from identities.dims import ONE
from identities.equations.kinds import names_in, needed, typed
from identities.equations.stated import Texts, Unreadable
from identities.notation import NotationError
from identities.typed import SCALAR


def shaped(where: Texts, f: Text, form: Text, definitions: Texts) -> dict[str, Text]:
    """The conditions on what stands in f and its closed form, each with a shape; raises Unreadable."""
    let = needed((f, form), definitions)
    inside = frozenset().union(*(names_in(text) for text in (f, form, *let.values())))
    here = {name: text for name, text in where.items() if name in inside}
    bare = [name for name, text in here.items() if not says_shape(text.text)]
    if not bare:
        return here
    known = {name: text for name, text in here.items() if name not in bare}
    variables = typed(f, known, let).variables
    for name in bare:
        if name not in variables:
            raise Unreadable(f"nothing says the shape of {name}, which is {here[name].text}")
        said = f"{spelled(variables[name].shape, here[name].text.split())} {here[name].text}"
        known[name] = Text(said, here[name].place)
    return known


def says_shape(text: str) -> bool:
    """Whether a declaration is whole."""
    try:
        declare(text)
    except NotationError:
        return False
    return True


def spelled(shape: Shape, words: list[str]) -> str:
    """A shape in the words of `where:`, made square where a word asks for it."""
    rows, columns = map(str, shape)
    if shape == SCALAR:
        return "scalar"
    if shape[1] == ONE:
        return rows
    square = any(domains.DOMAINS[word].shape == "square" for word in domains.parse_words(" ".join(words)))
    return f"{columns}×{columns}" if square else f"{rows}×{columns}"
