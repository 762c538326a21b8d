"""What a formula needs of its variables without saying so: X⁻¹ needs X invertible, log det X a positive determinant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from identities import domains
from identities.declaration import Shape
from identities.expression import Apply
from identities.typed import Typed
from identities.vocabulary import KINKED, TABLE

# Operations that have other formulas on other parts of a domain: what holds on one part need not hold on all.
BRANCHING = KINKED | {"sqrt", "norm", "norm_F", "norm_weighted", "power_scalar", "power_entrywise"}


def preconditions(trees: Iterable[Typed]) -> dict[str, tuple[str, ...]]:
    """The domain words that operations ask of the variables they stand on directly."""
    found: dict[str, dict[str, None]] = {}
    nodes = [node for tree in trees for node in every(tree)]
    smooth = not any(node.op in BRANCHING for node in nodes)  # −1/(1 − |x|) is that of log(1 − x) for x > 0 only
    for node in nodes:
        for argument, word in logarithms(node) if smooth and node.op == "log" else ():
            found.setdefault(argument.data, {})[word] = None
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


def logarithms(tree: Typed) -> Iterator[tuple[Typed, str]]:
    """What the logarithm of an entry, of p/q or of 1 − p is understood to ask of the variables p and q."""
    argument = tree.args[0]
    terms = argument.args if argument.op == "sum" and len(argument.args) == 2 else ()
    minus = [term.args[0] for term in terms if term.op == "neg"]
    if len(minus) == 1 and any(term.is_number or term.op == "ones" for term in terms):
        inside, word = minus, "unit-interval"
    else:
        inside, word = list(argument.args if "quotient" in argument.op else (argument,)), "positive"
    bases = [one.args[0] if one.op == "entry" else one for one in inside]
    if all(base.op == "name" for base in bases):
        yield from ((base, word) for base in bases)


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
