"""What a formula needs of its variables without saying so: X⁻¹ needs X invertible, log det X a positive determinant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from identities import domains
from identities.declaration import Shape
from identities.expression import Apply
from identities.typed import Typed
from identities.vocabulary import TABLE


def preconditions(trees: Iterable[Typed]) -> dict[str, tuple[str, ...]]:
    """The domain words that operations ask of the variables they stand on directly."""
    found: dict[str, dict[str, None]] = {}
    for tree in trees:
        for node in every(tree):
            for argument, word in needs(node):
                if word in ("invertible", "det-positive") and (gram := gram_of(argument)):
                    found.setdefault(gram[0], {})[gram[1]] = None
                same = ("transpose", "inverse") if word == "spd" else ("transpose",)
                bare = argument.args[0] if argument.op in same else argument
                if bare.op == "name":
                    found.setdefault(bare.data, {})[word] = None
    return {name: tuple(words) for name, words in found.items()}


def gram_of(tree: Typed) -> tuple[str, str] | None:
    """Of Xᵀ … X the name X and full-column-rank, without which it is singular; of X … Xᵀ full-row-rank."""
    first, last = tree, tree
    while first.op == "matmul":
        first = first.args[0]
    while last.op == "matmul":
        last = last.args[-1]
    if first.op == "transpose" and last.op == "name" and first.args[0] == last:
        return last.data, "full-column-rank"
    if last.op == "transpose" and first.op == "name" and last.args[0] == first:
        return first.data, "full-row-rank"
    return None


def every(tree: Typed) -> Iterator[Typed]:
    """Every node of a typed tree."""
    yield tree
    for arg in tree.args:
        yield from every(arg)


def needs(tree: Typed) -> Iterator[tuple[Typed, str]]:
    """The arguments of one operation that must lie in a domain, with its word."""
    row = TABLE.get(tree.op)
    if tree.op == "log" and tree.args[0].op in ("det", "bars"):
        yield tree.args[0].args[0], "det-positive"
    elif tree.op in ("eigval", "eigvec"):
        yield tree.args[0], "symmetric"
    elif tree.op == "log" and (inside := logarithms(tree.args[0])):
        yield from inside
    elif row is not None and row.needs and tree.args:
        position, _, word = row.needs.rpartition(":")
        yield tree.args[int(position or 0)], word
    elif tree.op in ("quotient", "hadamard_quotient"):
        yield tree.args[1], "nonzero"
    elif tree.op in ("power_scalar", "power_entrywise"):
        exponent = tree.args[1]
        if exponent.op == "neg":
            yield tree.args[0], "nonzero"
            exponent = exponent.args[0]
        if exponent.op in ("quotient", "name") or (exponent.op == "number" and exponent.data != int(exponent.data)):
            yield tree.args[0], "positive"
    elif tree.op == "power_matrix" and isinstance(tree.node, Apply):
        exponent_node = tree.node.args[1]
        if isinstance(exponent_node, Apply) and exponent_node.op == "neg":
            yield tree.args[0], "invertible"


def logarithms(tree: Typed) -> list[tuple[Typed, str]]:
    """What the logarithm of an entry, of p/q or of 1 − p is understood to ask of p and q."""
    if tree.op == "entry":
        return [(tree.args[0], "positive")]
    if tree.op in ("quotient", "hadamard_quotient"):
        inside = [*map(logarithms, tree.args)] if all(arg.op in ("name", "entry") for arg in tree.args) else []
        return [pair for found in inside for pair in found]
    if tree.op == "name":
        return [(tree, "positive")]
    terms = tree.args if tree.op == "sum" and len(tree.args) == 2 else ()
    minus = [term.args[0] for term in terms if term.op == "neg" and term.args[0].op in ("name", "entry")]
    ones = [term for term in terms if term.is_number or term.op == "ones"]
    if len(minus) == len(ones) == 1:
        return [(found, "unit-interval") for found, _ in logarithms(minus[0])]
    return []


def joined(declared: tuple[str, ...], inferred: Iterable[str], shape: Shape) -> tuple[str, ...]:
    """The declared words with the inferred ones that they do not imply, left out where both cannot be drawn."""
    words = declared
    rows, columns = (str(dim) for dim in shape)
    for word in inferred:
        if not domains.has(words, word):
            more = domains.parse_words(" ".join((*words, word)))
            if domains.check_words(more, rows, columns, shape[0] == shape[1]) is None:
                words = more
    return words
