"""What puts a wrong formula right and is no slip of the pen: things that were lost, and slips made throughout.

Two edits at two places cannot undo what somebody did at every place: all transposes forgotten, every ⊙ read as a
product. Such a change counts as one edit here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial, reduce
from itertools import count

from identities.edits import ALL_ONES, RULES, Rule, Surroundings
from identities.expression import Apply, Expr, Name, Number, Perturbation, rewrite, walk
from identities.normal_form import TWO, is_a, multiplied
from identities.typed import SCALAR, transposed
from identities.vocabulary import TABLE

# ---- at one place


def recovery(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """A factor that was lost: a scalar of f before or below the phrase, a matrix anywhere in a product."""
    for lost in around.factors:
        if lost == node:
            continue
        if around.is_scalar(lost):
            yield multiplied(lost, node)
            yield Apply("quotient", (node, lost))
        elif is_a(lost, "identity"):
            if not around.is_scalar(node):
                yield from (Apply("kronecker", pair) for pair in ((lost, node), (node, lost)))
        elif not around.is_scalar(node) and not is_a(node, "transpose", "neg", "inverse"):
            if is_a(node, "identity"):
                yield lost
            if not around.is_column(lost):  # AᵀA and AAᵀ
                turned = transposed(lost)
                yield from (Apply("product", (*pair, node)) for pair in ((turned, lost), (lost, turned)))
            kinds = [lost, transposed(lost)]
            if around.is_square(lost):
                kinds += [Apply("inverse", (lost,)), transposed(Apply("inverse", (lost,)))]
            for new in kinds:
                args = node.args if is_a(node, "product") else (node,)
                places = range(len(args) + 1) if is_a(node, "product") else (0, 1)
                yield from (Apply("product", (*args[:place], new, *args[place:])) for place in places)
            if around.shapes.get(lost) == around.shapes.get(node):
                yield Apply("hadamard", (lost, node))


def widening(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """What has the shape that is asked for: cI and c𝟏𝟏ᵀ for c, diag(x) for x, x ⊙ y for xyᵀ."""
    if around.is_scalar(node):
        yield multiplied(node, Apply("identity"))
        yield multiplied(node, ALL_ONES)
    elif around.is_column(node):
        yield Apply("diag", (node,))
    elif is_a(node, "product") and len(node.args) == 2 and is_a(node.args[1], "transpose"):
        yield Apply("hadamard", (node.args[0], node.args[1].args[0]))


def pairing(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """(AB)⁻¹C for ABC, AB + BA for AB, A for A ⊙ B."""
    if is_a(node, "product"):
        args = node.args
        for place in range(len(args) - 1):
            pair = args[place : place + 2]
            if not any(map(around.is_scalar, pair)):
                both = Apply("sum", (Apply("product", pair), Apply("product", pair[::-1])))
                for new in (Apply("inverse", (Apply("product", pair),)), both):
                    yield Apply("product", (*args[:place], new, *args[place + 2 :]))
    elif is_a(node, "hadamard"):
        yield from node.args


ENTRYWISE = frozenset(name for name, row in TABLE.items() if row.entrywise)


def raising(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """x⊙² for x, tanh(x)⊙² for tanh(x), αⁿ for α."""
    applied = isinstance(node, Apply) and node.op.removesuffix("⊙") in ENTRYWISE
    if isinstance(node, Name) and around.is_scalar(node):
        yield from (Apply("power", (node, Name(size))) for size in around.sizes)
    elif isinstance(node, Name) or (applied and not around.is_scalar(node)):
        yield Apply("power⊙", (node, TWO))


REPAIRS: Mapping[str, Rule] = {
    **RULES, "insert": recovery, "widen": widening, "pair": pairing, "raise": raising,
}  # fmt: skip


# ---- throughout


def everywhere(tree: Expr, around: Surroundings) -> Iterator[Expr]:
    """Formulas with one thing changed wherever it stands, and their sums with it; without the number in front."""
    bare = tree.args[0] if is_a(tree, "neg") else tree
    if is_a(bare, "product") and isinstance(bare.args[0], Number):
        bare = Apply("product", bare.args[1:])
    names = [name for name in map(Name, around.alike) if around.shapes[name] != SCALAR]
    turned = [{name} for name in names] + [set(names)] + [set(names) - {name} for name in names]
    for some in dict.fromkeys(map(frozenset, turned)):
        other = rewrite(bare, partial(transposed_in, some))
        yield from (other, Apply("sum", (bare, other)))
    yield rewrite(bare, partial(entrywise, around))
    yield rewrite(bare, lambda node: replace(node, op="product") if is_a(node, "hadamard") else node)
    yield from product_rule(bare)


def product_rule(tree: Expr) -> Iterator[Expr]:
    """dX ⊙ Y + X ⊙ dY for dX ⊙ dY."""
    moving = sum(isinstance(node, Perturbation) for node in walk(tree))

    def one_moving(number: int) -> Expr:
        numbers = count()

        def still(node: Expr) -> Expr:
            return Name(node.of) if isinstance(node, Perturbation) and next(numbers) != number else node

        return rewrite(tree, still)

    if moving > 1:
        yield Apply("sum", tuple(map(one_moving, range(moving))))


def transposed_in(names: Collection[Expr], node: Expr) -> Expr:
    """The transpose of a name that is one of these."""
    return transposed(node) if node in names else node


def entrywise(around: Surroundings, node: Expr) -> Expr:
    """A ⊙ B for the product AB."""
    if not is_a(node, "product"):
        return node
    scalars = [arg for arg in node.args if around.is_scalar(arg)]
    others = [arg for arg in node.args if not around.is_scalar(arg)]
    if len(others) < 2:
        return node
    product = reduce(lambda left, right: Apply("hadamard", (left, right)), others)
    return Apply("product", (*scalars, product)) if scalars else product
