"""Shapes that nothing says: those of conditions such as "A symmetric", and those that f and its closed form share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from identities import domains
from identities.catalogue import Text
from identities.declaration import Shape, declare
from identities.dims import ONE
from identities.equations.conditions import MATRICES
from identities.equations.kinds import canonical, names_in, needed, parsed, typed, typed_claim
from identities.equations.stated import Stated, Texts, Unreadable
from identities.equations.told import ANEW
from identities.expression import Apply, Cotangent, Expr, Name, Perturbation, rewrite, walk
from identities.notation import NotationError
from identities.notation.typeset import unicode
from identities.parsed import checked
from identities.statement import Statement
from identities.typed import SCALAR

TOGETHER = "closed_form"  # the name of the closed form where it is typed together with f


def shaped(where: Texts, f: Text, form: Text, definitions: Texts, *, together: bool = False) -> dict[str, Text]:
    """The conditions on what stands in f and its closed form, each with a shape; raises Unreadable.

    The shape is that which f asks for alone, or ``together`` with its closed form.
    """
    let = needed((f, form), definitions)
    inside = frozenset().union(*(names_in(text) for text in (f, form, *let.values())))
    every = dict.fromkeys((name for name in inside if name[0].isupper()), where[MATRICES]) if MATRICES in where else {}
    here = {**every, **{name: text for name, text in where.items() if name in inside}}
    bare = [name for name, text in here.items() if not says_shape(text.text)]
    if not bare:
        return here
    known = {name: text for name, text in here.items() if name not in bare}
    also: tuple[str, ...] = ()
    if together:
        let, also = {**let, TOGETHER: form}, (TOGETHER,)
    for name in bare:
        try:
            variables = typed(f, known, let, also).variables  # anew, as what was made square may make others so
        except Unreadable:  # tr(A ⊗ B) = tr(A) tr(B)
            let, also = {**let, TOGETHER: form}, (TOGETHER,)
            variables = typed(f, known, let, also).variables
        if name in let:  # S = LLᵀ, of which it was said before that it is symmetric
            continue
        if name not in variables:
            raise Unreadable(f"nothing says the shape of {name}, which is {here[name].text}")
        words = here[name].text.split()
        fixed = " ".join(text.text for text in known.values())
        said = [spelled(variables[name].shape, words, fixed), *(word for word in words if word != "square")]
        known[name] = Text(" ".join(said), here[name].place)
    return known


def merged(before: Texts, now: Texts) -> dict[str, Text]:
    """Declarations one after the other: a shape that is known stays where only words are added."""
    found = {name: text for name, text in before.items() if name not in now}
    for name, said in now.items():
        old, (first, *others) = before.get(name), said.text.split(" ")
        words = said.text
        if first == ANEW:
            old = Text(old.text.split()[0], old.place) if old and says_shape(old.text) else None
            words = " ".join(others)
        if old is not None and old.text == words:
            found[name] = old
        elif whole := words if old is None or says_shape(words) else f"{old.text} {words}".strip():
            found[name] = Text(whole if is_sound(whole) else words, said.place)  # m×n elsewhere, invertible here
    return found


def is_size(name: str, where: Texts, texts: Iterable[Text]) -> bool:
    """Whether a letter is a dim of what stands in formulas."""
    said = [where[one].text for text in texts for one in names_in(text) & where.keys()]
    return any(re.search(rf"(?<![A-Za-z]){name}(?![A-Za-z])", text) for text in said)


def is_sound(text: str) -> bool:
    """Whether the words of a declaration go with its shape, where it has one."""
    try:
        checked(declare(text), text)
    except NotationError:
        return not says_shape(text)
    return True


def says_shape(text: str) -> bool:
    """Whether a declaration is whole; what a text calls positive may be any array."""
    try:
        declare(text)
    except NotationError:
        return False
    return not text.startswith("positive")


def spelled(shape: Shape, words: list[str], fixed: str = "") -> str:
    """A shape in the words of `where:`, made square where a word asks for it, of a size that other shapes have fixed.

    Raises Unreadable.
    """
    rows, columns = map(str, shape)
    if shape == SCALAR:
        return "scalar"
    if shape[1] == ONE:
        return rows
    try:
        square = any(domains.DOMAINS[word].shape == "square" for word in domains.parse_words(" ".join(words)))
    except ValueError as error:
        raise Unreadable(str(error)) from error
    size = rows if re.search(rf"(?<!\w){re.escape(rows)}(?!\w)", fixed) else columns
    return f"{size}×{size}" if square else f"{rows}×{columns}"


def settled(stated: Stated) -> Stated:
    """The claim with the shapes that its formulas have together, where f alone leaves others open.

    Of tr(ABC) = tr(ACB) both sides have a value for square matrices only, so it is a claim about those. Raises
    Unreadable where the formulas make no sense but for capitals that are numbers.
    """
    found = typed_claim(stated)
    if isinstance(found, Statement) and not degenerate(found, stated.where):
        return stated
    # Together, and the closed form alone: A and B of (A ⊗ B)⁻¹ are square, as A⁻¹ ⊗ B⁻¹ is.
    form = Text("0", stated.f.place)
    with suppress(Unreadable):
        form = in_values(stated)
    attempts = ((stated.f, {**stated.let, TOGETHER: form}, (TOGETHER,)), (form, stated.let, ()))
    for first, let, also in attempts:
        with suppress(Unreadable):
            variables = typed(first, stated.where, let, also).variables
            shapes = {name: spelled(variable.shape, []) for name, variable in variables.items()}
            where = {name: stated.where.get(name, Text(shape, stated.f.place)) for name, shape in shapes.items()}
            other = replace(stated, where={**stated.where, **where})
            again = typed_claim(other)
            if isinstance(again, Statement) and not degenerate(again, stated.where):
                return other
    if not isinstance(found, Statement):
        typed(stated.f, stated.where, stated.let)
    if not isinstance(found, Statement) and found.message.startswith("f '"):
        raise Unreadable(found.message)
    if isinstance(found, Statement):
        raise Unreadable(f"it is defined only where {degenerate(found, stated.where)} is a number")
    return stated


def in_values(stated: Stated) -> Text:
    """The closed form with dX replaced by X and f̄ by f, which have the same shapes."""
    (form,), f = parsed(stated).closed_forms, parsed(stated).f
    assert form is not None
    assert f is not None

    def value(node: Expr) -> Expr:
        return Name(node.of) if isinstance(node, Perturbation) else f if isinstance(node, Cotangent) else node

    tree = rewrite(form, value)
    if stated.kind == "entries":  # its indices range over the dims of the variable
        name, _, indices = stated.wrt.rstrip("]").partition("[")
        entry = Apply("entry", (Name(canonical(name)), *(Name(index) for index in indices.split(","))))
        tree = Apply("product", (tree, entry))
    return Text(unicode(tree), stated.closed_form.place)


def degenerate(statement: Statement, where: Texts) -> str:
    """A name that is a number only because nothing else fits, "" for none: a capital, or the x of xᵢ."""
    scalars = {name for name, variable in statement.variables.items() if variable.shape == SCALAR}
    nodes = [node for tree in statement.trees for node in walk(tree.node)]
    indexed = {
        node.args[0].name
        for node in nodes
        if isinstance(node, Apply) and node.op in ("entry", "sub") and isinstance(node.args[0], Name)
    }
    doubted = {name for name in scalars if name in indexed or (name not in where and name[0].isupper())}
    return min(doubted, default="")


def without_sizes(where: Texts) -> Texts:
    """The declarations without their sizes, where a name is read as of the same kind without them."""
    found: dict[str, Text] = {}
    for name, text in where.items():
        size, *words = text.text.split()
        default = "×" in size if name[:1].isupper() else "×" not in size
        if size in domains.DOMAINS or size == "scalar" or "→" in text.text or not default:
            found[name] = text
        elif words and "with" not in words:
            found[name] = Text(" ".join(words), text.place)
    return found
