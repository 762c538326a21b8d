"""A normal form of formulas: one sign and one number in front of a product, nothing undone twice.

It is no algebra: (A + B)C stays as it is, and BᵀAᵀ is not (AB)ᵀ. It only takes away what an edit leaves behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TypeGuard

from identities.expression import Apply, Expr, Number, children, rewrite

ZERO, TWO, HALF = Number(Fraction(0)), Number(Fraction(2)), Number(Fraction(1, 2))
LARGEST = 1000  # a number that an edit writes has no larger numerator or denominator


def is_a(tree: Expr, *operations: str) -> TypeGuard[Apply]:
    """Whether the node applies one of these operations."""
    return isinstance(tree, Apply) and tree.op in operations


def negated(tree: Expr) -> Expr:
    """−tree, without a double sign."""
    return tree.args[0] if is_a(tree, "neg") else Apply("neg", (tree,))


def multiplied(by: Expr, tree: Expr) -> Expr:
    """by · tree, the sign in front."""
    if is_a(tree, "neg"):
        return negated(multiplied(by, tree.args[0]))
    return Apply("product", (by, *(tree.args if is_a(tree, "product") else (tree,))))


def turned(tree: Expr, is_scalar: Callable[[Expr], bool]) -> Expr:
    """The transpose, worked out: BᵀAᵀ for AB, term by term for a sum."""
    if isinstance(tree, Number) or is_scalar(tree):
        return tree
    if is_a(tree, "neg", "sum"):
        terms = tuple(turned(part, is_scalar) for part in tree.args)
        return tree if set(terms) == set(tree.args) else replace(tree, args=terms)
    if is_a(tree, "product"):
        scalars = [part for part in tree.args if is_scalar(part)]
        others = [turned(part, is_scalar) for part in tree.args if part not in scalars]
        return tidy(replace(tree, args=(*scalars, *reversed(others))))
    if is_a(tree, "quotient"):
        return replace(tree, args=(turned(tree.args[0], is_scalar), tree.args[1]))
    return tidy(Apply("transpose", (tree,)))


def too_large(tree: Expr) -> bool:
    """Whether a number has grown beyond what a formula has."""
    numbers = (tree.value,) if isinstance(tree, Number) else ()
    return any(max(abs(n.numerator), n.denominator) > LARGEST for n in numbers) or any(map(too_large, children(tree)))


def tidy(tree: Expr) -> Expr:
    """The formula without double signs, transposes, inverses and brackets, with one number in front of a product."""
    return rewrite(tree, lambda node: TIDY[node.op](node) if isinstance(node, Apply) and node.op in TIDY else node)


def tidied_product(tree: Apply) -> Expr:
    """One number first, the sign outside, no product inside."""
    number, negative, factors = Fraction(1), False, list[Expr]()
    for arg in tree.args:
        bare = arg.args[0] if is_a(arg, "neg") else arg
        negative ^= bare is not arg
        for part in bare.args if is_a(bare, "product") else (bare,):
            if isinstance(part, Number):
                number *= part.value
            else:
                factors.append(part)
    if number != 1 or not factors:
        factors.insert(0, Number(number))
    if len(factors) > 1 and factors == list(tree.args):
        return tree
    result = factors[0] if len(factors) == 1 else Apply("product", tuple(factors))
    return Apply("neg", (result,)) if negative else result


def tidied_sum(tree: Apply) -> Expr:
    """No sum inside, no 0, 2A for A + A."""
    terms: list[Expr] = []
    for arg in tree.args:
        if is_a(arg, "sum"):
            terms += arg.args
        elif is_a(arg, "neg") and is_a(arg.args[0], "sum"):
            terms += map(negated, arg.args[0].args)
        else:
            terms.append(arg)
    terms = [term for term in terms if term != ZERO] or [ZERO]
    if len(terms) == 2 and terms[0] == terms[1]:
        return tidied_product(Apply("product", (TWO, terms[0])))
    if len(terms) > 1 and terms == list(tree.args):
        return tree
    return terms[0] if len(terms) == 1 else Apply("sum", tuple(terms))


def tidied_transpose(tree: Apply) -> Expr:
    """No transpose twice, the sign outside."""
    (inner,) = tree.args
    if is_a(inner, "transpose"):
        return inner.args[0]
    if is_a(inner, "neg"):
        return Apply("neg", (tidied_transpose(Apply("transpose", inner.args)),))
    return inner if isinstance(inner, Number) or is_a(inner, "identity") else tree


def tidied_inverse(tree: Apply) -> Expr:
    """No inverse twice, the transpose outside."""
    (inner,) = tree.args
    if is_a(inner, "inverse"):
        return inner.args[0]
    if is_a(inner, "transpose"):
        return tidied_transpose(Apply("transpose", (tidied_inverse(Apply("inverse", inner.args)),)))
    return tree


def tidied_times(tree: Apply) -> Expr:
    """A number times anything is a product, however code writes it."""
    return tidied_product(Apply("product", tree.args)) if isinstance(tree.args[0], Number) else tree


TIDY: Mapping[str, Callable[[Apply], Expr]] = {
    "product": tidied_product,
    "sum": tidied_sum,
    "times": tidied_times,
    "times⊙": tidied_times,
    "transpose": tidied_transpose,
    "inverse": tidied_inverse,
    "neg": lambda tree: tree.args[0].args[0] if is_a(tree.args[0], "neg") else tree,
}
