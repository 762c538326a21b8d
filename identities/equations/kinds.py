"""What kind of derivative fits the shapes of a function and its variable, and what a claim needs to stand alone."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache
from typing import Any

from identities.catalogue import Claim, Identity, Place, Problem, Text
from identities.declaration import Shape
from identities.dims import ONE
from identities.equations.stated import Context, Stated, Texts, Unreadable
from identities.expression import Call, Expr, IndexedSum, Name, Number, Perturbation, walk
from identities.normal_form import is_a
from identities.notation import NotationError, canonical_name, parse
from identities.notation.names import LETTER
from identities.notation.tokens import INDEX_LETTERS
from identities.parsed import Parsed, read
from identities.shapes import default_kind, free_indices
from identities.statement import Statement, statements
from identities.typed import SCALAR

Said = tuple[tuple[str, str], ...]
# Kinds whose closed form is an array and no entry of it.
OF_WHOLE = ("gradient", "jacobian", "hessian", "minimizer", "maximizer")


def entry(claim: Claim, f: Text, where: Texts, let: Texts) -> Identity:
    """The entry of a catalogue that says just this."""
    lines = (f.place.line, f.place.line)
    return Identity("", "", where, let, f, (claim,), {}, {}, (), "", (), f.place, lines, broadcasts=True)


def canonical(name: str) -> str:
    """The one spelling of a name."""
    try:
        return canonical_name(name) or name
    except NotationError:
        return name


def mentioned(tree: Expr) -> frozenset[str]:
    """The names that stand in a tree, those of functions and of what moves included."""
    found: set[str] = set()
    for node in walk(tree):
        match node:
            case Name(name=name) | Perturbation(of=name) | Call(function=name):
                found.add(name)
    return frozenset(found)


def names_in(text: Text) -> frozenset[str]:
    """The names that stand in a formula; none where it cannot be read."""
    return _names_in(text.text)


@lru_cache(1024)  # asked of every formula for each that it may need
def _names_in(text: str) -> frozenset[str]:
    try:
        return mentioned(parse(text))
    except NotationError:
        return frozenset()


def is_zero(text: Text) -> bool:
    """Whether a formula is 0, or 0ᵀ."""
    try:
        tree = parse(text.text)
    except NotationError:
        return False
    return (tree.args[0] if is_a(tree, "transpose") else tree) == Number(Fraction(0))


def needed(texts: tuple[Text, ...], definitions: Texts) -> Texts:
    """The definitions whose names stand in these formulas or in one another, each after those that it needs."""
    known = {canonical(name): (name, text) for name, text in definitions.items()}
    found: dict[str, Text] = {}
    open_: set[str] = set()

    def add(name: str) -> None:
        if name not in known or name in found:
            return
        if name in open_:
            raise Unreadable(f"{name} is defined by itself")
        open_.add(name)
        for inner in sorted(names_in(known[name][1])):
            add(inner)
        found[name] = known[name][1]

    for text in texts:
        for name in sorted(names_in(text)):
            add(name)
    return {known[name][0]: text for name, text in found.items()}


def parsed(stated: Stated) -> Parsed:
    """The formulas of a claim as trees; raises Unreadable where one is outside the notation."""
    found = _read(*_texts(stated))
    for problem in found.problems.values():
        raise Unreadable(problem.message)
    return found


def typed_claim(stated: Stated) -> Statement | Problem:
    """The claim with its shapes, or why it has none; raises Unreadable where it cannot be parsed."""
    parsed(stated)
    return _typed(*_texts(stated))


def _texts(stated: Stated) -> tuple[str, str, str, str, Said, Said]:
    """All that a claim says, wherever it stands: a table has the same formulas many times, and asks often."""
    where, let = (tuple((name, text.text) for name, text in said.items()) for said in (stated.where, stated.let))
    return stated.kind, stated.wrt, stated.closed_form.text, stated.f.text, where, let


@lru_cache(512)
def _read(kind: str, wrt: str, closed_form: str, f: str, where: Said, let: Said) -> Parsed:
    here = Place("", 1, 1)
    said, parts = ({name: Text(text, here) for name, text in texts} for texts in (where, let))
    function = Text(f, here)
    form = function if closed_form == f else Text(closed_form, here)  # f alone: messages need not repeat it
    return read(entry(Claim(kind, wrt, form, {}), function, said, parts))


@lru_cache(512)
def _typed(*texts: Any) -> Statement | Problem:
    return next(statements(_read(*texts)))


def closed(stated: Stated) -> Stated:
    """The claim, if its formulas can be read and its names are those of f or said; raises Unreadable."""
    found = parsed(stated)
    assert found.f is not None
    known = {*found.lets, *found.declarations, *found.names.dims} | mentioned(found.f)
    known = known.union(*(mentioned(tree) for tree, _ in found.lets.values()))
    form = found.closed_forms[0]
    assert form is not None
    indices = {*INDEX_LETTERS, *(node.index for node in walk(form) if isinstance(node, IndexedSum))}
    if strangers := sorted(mentioned(form) - known - indices):
        raise Unreadable(f"nothing says what {strangers[0]} is in '{stated.closed_form.text}'")
    whole = {*free_indices(found.f)}.union(*(free_indices(tree) for tree, _ in found.lets.values()))
    if stated.kind in OF_WHOLE and (loose := sorted({*free_indices(form)} & {*INDEX_LETTERS} - whole)):  # diag(1/xᵢ²)
        raise Unreadable(f"the index {loose[0]} in '{stated.closed_form.text}' is not one of f: write whole arrays")
    if stated.kind == "equals" and any(
        isinstance(node, Perturbation) for tree in (found.f, form) for node in walk(tree)
    ):
        raise Unreadable("perturbations on both sides: write the differential of a formula, d(…) = …")
    if moved := sorted({node.of for node in walk(form) if isinstance(node, Perturbation)} & set(found.lets)):
        raise Unreadable(f"d{moved[0]} of the part {moved[0]} is itself to be expressed by its variables")
    return stated


def typed(f: Text, where: Texts, definitions: Texts | None = None, also: tuple[str, ...] = ()) -> Statement:
    """The formula, typed alone or together with some definitions ``also``; raises Unreadable."""
    known = definitions or {}
    let = {**needed((f, *(known[name] for name in also)), known), **{name: known[name] for name in also}}
    found = _typed(*_texts(Stated(f, "equals", "", f, where, let)))
    if isinstance(found, Problem):
        raise Unreadable(found.message)
    return found


def variables_of(f: Text, where: Texts, definitions: Texts | None = None) -> tuple[str, ...]:
    """The variables that stand in a formula, sorted; raises Unreadable."""
    statement = typed(f, where, definitions)
    names = frozenset().union(*(mentioned(tree.node) for tree in statement.trees))
    return tuple(sorted(names & set(statement.variables)))


def apart(context: Context, f: Text, wrt: str, form: Text) -> Stated | None:
    """The claim that the derivative of f is 0 in a variable, of the usual shape, that does not stand in f."""
    if not re.fullmatch(rf"{LETTER.pattern}[\u0300-\u036f]*[0-9₀-₉]*", wrt) or not is_zero(form):
        return None
    shape = {"matrix": "m×n", "vector": "n", "scalar": "scalar"}[default_kind(wrt)]
    where = {wrt: Text(shape, form.place), **context.where}
    return Stated(f, kind_of(f, wrt, where, context.definitions), wrt, form, where, needed((f,), context.definitions))


def is_stacked(form: Text) -> bool:
    """Whether a closed form can only be by vec: it has Kronecker products."""
    return re.search(r"⊗|\\otimes|\bkron\b|\bvec\b|\bK_?[({]", form.text) is not None


def kind_of(f: Text, wrt: str, where: Texts, definitions: Texts | None = None, form: Text | None = None) -> str:
    """``gradient``, ``jacobian`` or ``derivative``: what ∂f/∂wrt is, with this closed form; raises Unreadable."""
    statement = typed(f, where, definitions)
    variable = statement.variables.get(canonical(wrt))
    if variable is None:
        known = ", ".join(sorted(statement.variables)) or "no variable"
        raise Unreadable(f"{wrt} does not stand in {f.text.strip()}, which has {known}")
    if variable.shape == SCALAR:
        return "derivative"
    if statement.f.shape == SCALAR:
        return "gradient"
    if is_vector(statement.f.shape) and is_vector(variable.shape):
        return "jacobian"
    if form is not None and is_stacked(form):
        return "jacobian"
    of, by = (f"{rows}×{columns}" for rows, columns in (statement.f.shape, variable.shape))
    raise Unreadable(
        f"a derivative of a {of} array in a {by} one has no one shape: say it of vec, as a differential or by entries"
    )


def is_row(f: Text, where: Texts, definitions: Texts) -> bool:
    """Whether a formula is a row of several entries."""
    rows, columns = typed(f, where, definitions).f.shape
    return ONE == rows != columns


def is_vector(shape: Shape) -> bool:
    """Whether it is a column or a row."""
    return ONE in shape
