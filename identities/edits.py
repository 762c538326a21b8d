"""Formulas one edit away from another: what people get wrong, and what puts it right.

Each rule is a row of a table: a slip of the pen at one node, as the phrases that it leaves there. It is applied at
every node in turn. Whether the result has shapes at all is for typing to say; that two edits gave the same formula is
seen here, by a normal form of signs, numbers, double transposes and brackets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from identities import domains
from identities.declaration import Shape
from identities.dims import ONE
from identities.expression import Apply, Cotangent, Expr, Name, Number, Perturbation, children, rewrite, with_children
from identities.normal_form import HALF, TWO, is_a, multiplied, negated, tidy, too_large
from identities.statement import Statement
from identities.typed import SCALAR, Typed, transposed


@dataclass(frozen=True)
class Edit:
    """A formula and what was done to get it."""

    kind: str
    tree: Expr


@dataclass(frozen=True)
class Surroundings:
    """What a formula stands in: the shapes of its phrases, and the names that could stand for each other."""

    shapes: Mapping[Expr, Shape]
    alike: Mapping[str, tuple[str, ...]]
    alike_moving: Mapping[str, tuple[str, ...]]  # the same among the variables that have a perturbation
    factors: tuple[Expr, ...] = ()  # phrases that a product may have lost
    sizes: tuple[str, ...] = ()  # dims that an exponent may have lost
    is_complex: bool = False

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """The pairs of names that could stand for each other."""
        return ((a, b) for a, others in self.alike.items() for b in others if a < b)

    def is_scalar(self, node: Expr) -> bool:
        return isinstance(node, Number) or self.shapes.get(node) == SCALAR

    def is_column(self, node: Expr) -> bool:
        rows, columns = self.shapes.get(node, SCALAR)
        return columns == ONE != rows

    def is_square(self, node: Expr) -> bool:
        rows, columns = self.shapes.get(node, SCALAR)
        return rows == columns and not self.is_scalar(node)


def surroundings(statement: Statement, closed_form: Typed, moving: tuple[str, ...] = ()) -> Surroundings:
    """Of a closed form of this statement; ``moving`` are the variables that have a perturbation."""
    trees = (statement.f, closed_form, *(part for _, part in statement.lets))
    shapes: dict[Expr, Shape] = {node.node: node.shape for tree in trees for node in nodes(tree)}
    named = {name: variable.shape for name, variable in statement.variables.items()}
    named |= {name: part.shape for name, part in statement.lets}
    indices = dict.fromkeys(statement.indices, SCALAR)

    def alike(names: Mapping[str, Shape]) -> dict[str, tuple[str, ...]]:
        return {name: tuple(n for n in names if n != name and names[n] == names[name]) for name in names}

    moved = {name: shape for name, shape in named.items() if name in moving}
    named |= indices
    counts = dict.fromkeys((*statement.integers, *statement.symbols), SCALAR)
    shapes |= {Name(name): shape for name, shape in (named | counts).items()}
    shapes[Cotangent()] = statement.f.shape
    return Surroundings(
        shapes,
        alike(named),
        alike(moved),
        tuple(dict.fromkeys(lost_factors(statement))),
        statement.symbols,
        any(domains.has(variable.words, "complex") for variable in statement.variables.values()),
    )


def lost_factors(statement: Statement) -> Iterator[Expr]:
    """Phrases that a closed form may need: scalars of f, every name, f̄ of a scalar f, K and I where there is vec."""
    for tree in (statement.f, *(part for _, part in statement.lets)):
        scalars = (n for n in nodes(tree) if n.is_scalar and n.op not in ("number", "index", "place"))
        if statement.claim.kind != "equals":  # f equals f, but nobody lost that, nor what it is a power of
            yield from (n.node for n in scalars)
    yield from map(Name, (*statement.integers, *statement.variables))
    if statement.claim.kind == "pullback":
        yield Cotangent()
    if statement.claim.kind in ("jacobian", "hessian"):
        yield from (Apply("identity", (Name(size),)) for size in statement.symbols)
        for dims in (statement.variables[statement.wrt[-1]].shape, statement.f.shape):
            names = [dim.terms[0][0][0] for dim in dims if len(dim.symbols) == 1 and len(dim.terms) == 1]
            if len(names) == 2:
                for pair in (names, names[::-1]):
                    yield Apply("commutation", tuple(map(Name, pair)))


def nodes(tree: Typed) -> Iterator[Typed]:
    """Every node of a typed tree."""
    yield tree
    for arg in tree.args:
        yield from nodes(arg)


# ---- the rules: a node and what a slip makes of it

Rule = Callable[[Expr, Surroundings], Iterator[Expr]]


def transposition(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """Aᵀ for A, A for Aᵀ, (AB)ᵀ for AB."""
    if around.is_scalar(node) or is_a(node, "neg", "identity", "diag"):
        return
    yield transposed(node)
    if around.is_complex:
        if is_a(node, "transpose", "conjugate_transpose"):
            yield replace(node, op="transpose" if node.op == "conjugate_transpose" else "conjugate_transpose")
        elif isinstance(node, Name):
            yield Apply("conj", (node,))


def swap(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """BA for AB, (AB)ᵀ for AB among other factors, B ⊗ A for A ⊗ B, X[j,i] for X[i,j]."""
    if isinstance(node, Apply) and node.op in ("product", "kronecker", "hadamard_quotient"):
        places = [place for place, arg in enumerate(node.args) if not around.is_scalar(arg)]
    elif isinstance(node, Apply) and node.op == "entry" and len(node.args) == 3:
        places = [1, 2]
    else:
        return
    for number, left in enumerate(places):
        for right in places[number + 1 :]:
            args = list(node.args)
            args[left], args[right] = args[right], args[left]
            yield replace(node, args=tuple(args))
            if right == left + 1 and len(args) > 2 and is_a(node, "product"):
                args[left], args[right] = map(transposed, args[left : right + 1])
                yield replace(node, args=tuple(args))


def inversion(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """X⁻¹ for X, and X for X⁻¹ or X⁺."""
    if isinstance(node, Apply) and node.op in ("inverse", "pinv"):
        yield node.args[0]
    elif around.is_square(node) and (isinstance(node, Name) or is_a(node, "product", "sum")):
        yield Apply("inverse", (node,))


def exchange(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """Another name of the same shape."""
    if isinstance(node, Name):
        yield from map(Name, around.alike.get(node.name, ()))
    elif isinstance(node, Perturbation):
        yield from map(Perturbation, around.alike_moving.get(node.of, ()))
    elif is_a(node, "transpose") and isinstance(node.args[0], Name):
        own = node.args[0].name
        yield from (Name(n) for n in around.alike if n != own and around.shapes[Name(n)] == around.shapes.get(node))


def loss(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """One term of a sum or one factor of a product left out."""
    if is_a(node, "sum", "product") and len(node.args) > 1:
        for place in range(len(node.args)):
            yield replace(node, args=node.args[:place] + node.args[place + 1 :])
    elif is_a(node, "quotient"):
        yield node.args[0]


def sign(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """The sign of one term."""
    if is_a(node, "sum"):
        for place, term in enumerate(node.args):
            yield replace(node, args=(*node.args[:place], negated(term), *node.args[place + 1 :]))


def factor(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """2 or ½ times one term, or a number in a product or below a line doubled or halved."""
    if is_a(node, "sum"):
        places, numbers = range(len(node.args)), (TWO, HALF)
        changed = [(place, multiplied(number, node.args[place])) for place in places for number in numbers]
    elif is_a(node, "product", "quotient"):
        literal = [(place, arg) for place, arg in enumerate(node.args) if isinstance(arg, Number)]
        changed = [(p, Number(arg.value * by)) for p, arg in literal for by in (Fraction(2), Fraction(1, 2))]
    else:
        return
    for place, new in changed:
        yield replace(node, args=(*node.args[:place], new, *node.args[place + 1 :]))


def power(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """Another exponent: ‖x‖² for ‖x‖³, t for t²."""
    if is_a(node, "power", "power⊙") and isinstance(exponent := node.args[1], Number):
        for change in (1, -1):
            new = Number(exponent.value + change)
            yield node.args[0] if new.value == 1 else replace(node, args=(node.args[0], new))
    elif around.is_scalar(node) and (isinstance(node, Name) or is_a(node, "norm", "det", "product", "sum")):
        yield Apply("power", (node, TWO))


def kind_of_product(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """A ⊙ B for AB, AB for A ⊙ B or A ⊗ B, a product for a quotient."""
    if is_a(node, "product"):
        for place in range(len(node.args) - 1):
            pair = node.args[place : place + 2]
            if not any(map(around.is_scalar, pair)):
                yield replace(node, args=(*node.args[:place], Apply("hadamard", pair), *node.args[place + 2 :]))
    elif is_a(node, "hadamard", "kronecker"):
        yield replace(node, op="product")
    elif is_a(node, "quotient", "hadamard_quotient"):
        yield replace(node, op="product" if node.op == "quotient" else "hadamard")


def symmetrisation(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """M + Mᵀ and ½(M + Mᵀ) for M, 2M for M + Mᵀ."""
    named = isinstance(node, Name | Cotangent | Perturbation)
    if around.is_square(node) and (named or is_a(node, "product", "inverse", "transpose")):
        # 2M is M + Mᵀ for symmetric M: the number goes with the halves.
        numbers: tuple[Expr, ...] = ()
        bare: Expr = node
        if is_a(node, "product") and isinstance(node.args[0], Number):
            numbers, bare = node.args[:1], replace(node, args=node.args[1:])
        both = Apply("sum", (bare, transposed(bare)))
        yield from (Apply("product", (*numbers, *half, both)) for half in ((), (HALF,)))
    elif is_a(node, "sum") and len(node.args) == 2 and tidy(transposed(node.args[0])) == tidy(node.args[1]):
        yield multiplied(TWO, node.args[0])


MISTAKEN = (
    ("sin", "cos"), ("sinh", "cosh"), ("exp", "log"), ("norm", "norm_1"), ("rowsums", "colsums"), ("max", "min"),
    ("tr", "det"), ("lambda_max", "lambda_min"), ("softmax_rows", "softmax_cols"), ("inverse", "pinv"),
)  # fmt: skip
OTHER_FUNCTIONS = {a: b for pair in MISTAKEN for a, b in (pair, pair[::-1])}


ALL_ONES = Apply("product", (Apply("ones"), Apply("transpose", (Apply("ones"),))))


def function(node: Expr, around: Surroundings) -> Iterator[Expr]:
    """cos for sin, column sums for row sums, x for diag(x), 𝟏𝟏ᵀ for I."""
    if isinstance(node, Apply):
        marked = "⊙" if node.op.endswith("⊙") else ""
        if other := OTHER_FUNCTIONS.get(node.op.removesuffix("⊙")):
            yield replace(node, op=other + marked)
        if node.op in ("diag", "sqrt", "vec", "conj"):
            yield node.args[0]
        if node.op == "identity" and not node.args:
            yield ALL_ONES
        if node == ALL_ONES:
            yield Apply("identity")


# The edits that make mutants. At the root, a sign and a factor too.
RULES: Mapping[str, Rule] = {
    "transpose": transposition, "sign": sign, "factor": factor, "swap": swap, "symmetrise": symmetrisation,
    "inverse": inversion, "variable": exchange, "drop": loss, "power": power, "product": kind_of_product,
    "function": function,
}  # fmt: skip
OF_NUMBERS = ("sign", "factor", "variable", "drop")
# Operations whose arguments from the second on are numbers.
NUMERIC = ("power", "power⊙", "entry", "sub", "eigval", "eigvec", "unvec")


def edits(tree: Expr, around: Surroundings, rules: Mapping[str, Rule] = RULES) -> Iterator[Edit]:
    """All formulas one edit away, tidied, each once and none the same as the formula."""
    seen = {tidy(tree)}
    at_root = [Edit("sign", negated(tree)), *(Edit("factor", multiplied(number, tree)) for number in (TWO, HALF))]
    at_root += [Edit("variable", renamed(tree, pair)) for pair in around.pairs]
    for edit in (*at_root, *within(tree, around, rules)):
        tidied = tidy(edit.tree)
        if tidied not in seen and not too_large(tidied):
            seen.add(tidied)
            yield Edit(edit.kind, tidied)


def renamed(tree: Expr, pair: tuple[str, str]) -> Expr:
    """The formula with two names exchanged throughout."""
    other = {pair[0]: pair[1], pair[1]: pair[0]}
    return rewrite(tree, lambda node: Name(other.get(node.name, node.name)) if isinstance(node, Name) else node)


def within(tree: Expr, around: Surroundings, rules: Mapping[str, Rule]) -> Iterator[Edit]:
    """The tree with one rule applied once, at any node."""
    for kind, rule in rules.items():
        for new in rule(tree, around):
            yield Edit(kind, new)
    parts = children(tree)
    for place, part in enumerate(parts):
        # Of exponents and places only what numbers and names have: they are no matrices.
        numeric = isinstance(tree, Apply) and tree.op in NUMERIC and place > 0
        kinds = {kind: rule for kind, rule in rules.items() if kind in OF_NUMBERS} if numeric else rules
        for edit in within(part, around, kinds):
            yield Edit(edit.kind, with_children(tree, (*parts[:place], edit.tree, *parts[place + 1 :])))
