"""Tree → typed tree: every node with its shape, found by unification over dim symbols.

Declared dims are rigid: two different symbols never become equal. Unknown dims (``?1``) stand for the sizes of ``I``,
``𝟏`` and of variables nobody declared, and are solved for. There is no broadcasting but scalar times anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from identities import dims
from identities.declaration import Shape
from identities.dims import ONE, Dim
from identities.expression import (
    Apply,
    Call,
    Cotangent,
    Expr,
    IndexedSum,
    Literal,
    Name,
    Number,
    Perturbation,
    children,
    walk,
)
from identities.notation.names import is_bold
from identities.notation.signs import MIXED_SIGNS
from identities.scope import shown
from identities.shape_rules import RULES, Rules
from identities.typed import SCALAR, ShapeError, Typed
from identities.vocabulary import TABLE, Operation, signature

__all__ = ["SCALAR", "Inference", "ShapeError", "Typed", "default_kind"]


# The arguments of these operations from the second on (of `unit` from the first) are indices.
INDEXED = {"entry": 1, "unit": 0, "eigval": 1, "eigvec": 1, "sub": 1}


def free_indices(tree: Expr, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names that stand as an index somewhere in the tree and are bound by no sum there."""
    if isinstance(tree, IndexedSum):
        bound |= {tree.index}
    if isinstance(tree, Apply) and tree.op in INDEXED:
        indices = (arg for arg in tree.args[INDEXED[tree.op] :] if isinstance(arg, Name))
        yield from (index.name for index in indices if index.name not in bound)
    for part in children(tree):
        yield from free_indices(part, bound)


def letters_in_exponents(tree: Expr) -> Iterator[str]:
    """The letters k of Xᵏ and X^(k − 1), which are positive integers unless declared."""
    for node in walk(tree):
        if isinstance(node, Apply) and node.op == "power":
            bound = {other.index for other in walk(tree) if isinstance(other, IndexedSum)}
            leaves = (leaf for leaf in walk(node.args[1]) if isinstance(leaf, Name))
            yield from (leaf.name for leaf in leaves if leaf.name not in bound and leaf.name.islower())


def default_kind(name: str, bold: bool = False) -> str:
    """Capitals are matrices, lower-case Latin letters vectors, lower-case Greek letters and t scalars.

    Bold lower-case letters are vectors, Greek or not.
    """
    letter = name[0]
    if bold and letter.islower():
        return "vector"
    if letter == "t" or "α" <= letter <= "ω":
        return "scalar"
    return "matrix" if letter.isupper() else "vector"


# How operators without a word are called in messages.
BROADCASTING = ("hadamard", "hadamard_quotient")
SIGNS = {**MIXED_SIGNS, "bars": "|…|", "quotient": "/", "pinv": "⁺"}


class Inference(Rules):
    """Types the formulas of one entry together, so that a name has one shape in all of them."""

    # ---- entry points

    def infer(self, tree: Expr, text: str) -> Typed:
        """The typed tree; its dims may still be unknown until :meth:`finish`."""
        self.text = text
        for name in letters_in_exponents(tree):
            if not any(name in known for known in (self.declarations, self.dim_symbols, self.lets, self.undeclared)):
                self.whole_numbers.add(name)
        for name in free_indices(tree):
            if name not in self.declarations and name not in self.dim_symbols and name not in self.ranges:
                self.ranges[name] = self.solver.fresh()
        return self.visit(tree)

    def finish(self, typed: Typed, text: str) -> Typed:
        """The typed tree with every dim known; raises where the size of I or 𝟏 is open."""
        self.text = text
        return self.close(typed)

    def fill(self, shape: Shape, other: Shape) -> None:
        """Give what is open in a shape that does not fit the size of its counterpart, or any: it is wrong anyway."""
        for dim in self.resolved(shape):
            for name in [s for s in dim.symbols if s.startswith("?")]:
                value = self.solver.resolve(other[0])
                if name not in value.symbols:  # or it would stand for itself without end
                    self.solver.values[name] = value

    def settle(self, last: bool = False) -> None:
        """Solve what can be solved; raise where sizes contradict each other, or at ``last`` stay open."""
        span = self.solver.settle()
        if span is None and last and self.solver.pending:
            span = self.solver.pending[0][1]
        if span is not None:
            raise self.fail(
                "the sizes in this formula contradict each other or stay open; say them, as in I(n) or 𝟏(n)", span
            )

    def close(self, typed: Typed) -> Typed:
        shape = (self.solver.resolve(typed.shape[0]), self.solver.resolve(typed.shape[1]))
        unknown = [s for dim in shape for s in dim.symbols if s.startswith("?")]
        if unknown and typed.op == "zero":
            for name in unknown:
                self.solver.values[name] = ONE
            shape = (self.solver.resolve(shape[0]), self.solver.resolve(shape[1]))
        elif unknown and typed.op in ("identity", "ones"):
            sign = "I" if typed.op == "identity" else "𝟏"
            raise self.fail(f"the size of {sign} is open here: several sizes fit; write {sign}(n)", typed.node.span)
        args = tuple(self.close(arg) for arg in typed.args)
        data = self.solver.resolve(typed.data) if isinstance(typed.data, Dim) else typed.data
        used = (*self.resolved(shape), data) if isinstance(data, Dim) else self.resolved(shape)
        if any(s.startswith("?") for dim in used for s in dim.symbols):
            index = isinstance(typed.node, IndexedSum) and typed.node.index
            what = f"the range of the index {index}" if index else f"the size of {shown(typed.node)}"
            raise self.fail(f"{what} is open here: several sizes fit", typed.node.span)
        return replace(typed, shape=self.resolved(shape), args=args, data=data)

    def shape_of(self, name: str) -> Shape:
        """The shape of a variable, declared or not."""
        return self.name(Name(name)).shape

    def name_unknown_dims(self) -> None:
        """Give the dims of undeclared variables letters: m×n to the variable X, p, q, … to what stands around it."""
        self.settle()
        used = set(self.dim_symbols)
        order = sorted(self.undeclared, key=lambda name: name[0].lower() not in "xyzw")
        for name in order:
            shape = self.resolved(self.undeclared[name])
            unknown = list(dict.fromkeys(s for dim in shape for s in sorted(dim.symbols) if s.startswith("?")))
            for s in unknown:
                preferred = "nmpqrskhuvwabc" if len(unknown) == 1 else "mnpqrskhuvwabc"
                letter = next((x for x in preferred if x not in used), s.replace("?", "d"))
                used.add(letter)
                self.solver.values[s] = dims.symbol(letter)

    # ---- nodes

    def visit(self, tree: Expr) -> Typed:
        match tree:
            case Number(value=value):
                if value == 0:
                    return Typed("zero", (self.solver.fresh(), self.solver.fresh()), (), tree)
                return Typed("number", SCALAR, (), tree, value)
            case Name():
                return self.name(tree)
            case Perturbation(of=name):
                return Typed("perturbation", self.perturbed(tree), (), tree, name)
            case Cotangent():
                if self.cotangent is None:
                    raise self.fail("f̄, the cotangent of f, stands only in a pullback", tree.span)
                return Typed("cotangent", self.cotangent, (), tree)
            case Call():
                return self.call(tree)
            case Literal():
                return self.literal(tree)
            case IndexedSum():
                return self.indexed_sum(tree)
            case Apply():
                rule = RULES.get(tree.op)
                return rule(self, tree) if rule else self.operation(tree)

    def name(self, tree: Name) -> Typed:
        name = tree.name
        for scope in reversed(self.bound):
            if name in scope:
                return Typed("index", SCALAR, (), tree, name)
        declaration = self.declarations.get(name)
        if declaration is not None:
            if declaration.is_function:
                raise self.fail(f"{name} is a declared function; write {name}(…)", tree.span)
            if declaration.is_integer:
                return Typed("dim", SCALAR, (), tree, dims.symbol(name))
            return Typed("name", declaration.shape, (), tree, name)
        if name in self.lets:
            return Typed("name", self.lets[name].shape, (), tree, name)
        if name in self.dim_symbols or name in self.whole_numbers:
            return Typed("dim", SCALAR, (), tree, dims.symbol(name))
        if name in self.ranges:
            return Typed("index", SCALAR, (), tree, name)
        if name not in self.undeclared:
            bold = is_bold(self.text[tree.span.start : tree.span.stop])
            kind = self.kinds.setdefault(name, default_kind(name, bold))
            rows = ONE if kind == "scalar" else self.solver.fresh(large=True)
            columns = self.solver.fresh(large=True) if kind == "matrix" else ONE
            self.undeclared[name] = (rows, columns)
        return Typed("name", self.undeclared[name], (), tree, name)

    def perturbed(self, tree: Perturbation) -> Shape:
        name = tree.of
        declaration = self.declarations.get(name)
        if name in self.lets:
            raise self.fail(
                f"d{name}: {name} is a part named by `let`, not a variable; write its differential out",
                tree.span,
            )
        if declaration is not None and (declaration.is_function or declaration.is_integer):
            remedy = (
                f"D{name}(X)[dX] is its derivative in the direction dX"
                if declaration.is_function
                else "it is an integer"
            )
            raise self.fail(f"d{name}: {name} has no perturbation; {remedy}", tree.span)
        if declaration is None and self.declarations and name not in self.undeclared:
            raise self.fail(f"d{name}: no variable {name} is declared", tree.span)
        return self.name(Name(name, tree.span)).shape

    def call(self, tree: Call) -> Typed:
        declaration = self.declarations.get(tree.function)
        if declaration is None or declaration.target is None:
            raise self.fail(
                f"{tree.function} is not a declared function; declare it in `where`, as in {tree.function}: m×n → ℝ",
                tree.span,
            )
        source, target = declaration.shape, declaration.target
        mark = tree.derivative
        args = tuple(self.visit(arg) for arg in tree.args)
        if mark.endswith("⊙"):
            if source != SCALAR or target != SCALAR:
                raise self.fail(f"{tree.function}⊙ acts on entries and needs {tree.function}: ℝ → ℝ", tree.span)
            return Typed("call", args[0].shape, args, tree)
        for arg in args:
            if not self.unify(arg.shape, source, tree.span):
                hint = f"; entry by entry it is {tree.function}⊙(…)" if source == SCALAR == target else ""
                raise self.fail(
                    f"{tree.function} takes {self.spelled(source)}, but {self.described(arg)}{hint}",
                    arg.node.span,
                )
        size = source[0] * source[1]
        if mark.startswith("'") and source != SCALAR:
            raise self.fail(
                f"{tree.function}' needs a function of a scalar; the Jacobian is ∂{tree.function}(…)",
                tree.span,
            )
        if mark in ("∇", "∇²") and target != SCALAR:
            raise self.fail(
                f"{mark}{tree.function} needs a scalar function; the Jacobian is ∂{tree.function}(…)",
                tree.span,
            )
        shapes = {"∇": source, "∇²": (size, size), "∂": (target[0] * target[1], size)}
        return Typed("call", shapes.get(mark, target), args, tree)

    # ---- operations of the vocabulary, by signature

    def operation(self, tree: Apply) -> Typed:
        row = TABLE[tree.op.removesuffix("⊙")]
        if row.name in BROADCASTING:
            self.factors.update(map(id, tree.args))
        args = tuple(self.visit(arg) for arg in tree.args)
        if row.name == "total" and args[0].is_scalar and (index := next(free_indices(tree), None)):
            remedy = f"Σ_{index} {shown(tree.args[0])}"
            raise self.fail(
                f"sum(…) adds the entries of an array, and this is a number for each {index}; write {remedy}", tree.span
            )
        if row.entrywise:
            return self.entrywise(tree, row, args[0])
        if self.broadcasts and row.name in BROADCASTING and args[0].is_scalar != args[1].is_scalar:
            return beside_number(tree, row.name, *args)
        if tree.op.endswith("⊙"):
            raise self.fail(f"{row.words[0]} does not act on entries; the mark ⊙ has no meaning on it", tree.span)
        for number, overload in enumerate(row.overloads):
            inputs, output = signature(overload.signature)
            last = number == len(row.overloads) - 1
            if not last and not self.fits(inputs[0], args[0]):
                continue
            symbols: dict[str, Dim] = {}
            for pattern, arg in zip(inputs, args, strict=True):
                wanted = (self.instance(pattern[0], symbols), self.instance(pattern[1], symbols))
                if not (self.unify(arg.shape, wanted, arg.node.span) or self.square_by_factors(arg, wanted)):
                    raise self.misfit(tree, row, args, inputs)
            shape = (self.instance(output[0], symbols), self.instance(output[1], symbols))
            return Typed(row.name, shape, args, tree, number)
        raise AssertionError(tree)

    def fits(self, pattern: tuple[str, str], arg: Typed) -> bool:
        """Whether an overload other than the last is meant: its 1s must be 1s already, nothing is assumed."""
        shape = self.resolved(arg.shape)
        return all(dim == ONE for text, dim in zip(pattern, shape, strict=True) if text == "1")

    def misfit(self, tree: Apply, row: Operation, args: tuple[Typed, ...], inputs: list[tuple[str, str]]) -> ShapeError:
        square = inputs == [("n", "n")]
        what = "; ".join(self.described(arg) for arg in args)
        need = (
            "a square matrix"
            if square
            else " and ".join("a scalar" if p == ("1", "1") else f"{p[0]}×{p[1]}" for p in inputs)
        )
        name = row.words[0] if row.words else SIGNS.get(row.name, row.name.replace("_", " "))
        remedy = f"; {row.remedy}" if row.remedy else ""
        return self.fail(f"{name} takes {need}, but {what}{remedy}", tree.span)

    def entrywise(self, tree: Apply, row: Operation, arg: Typed) -> Typed:
        shape = self.resolved(arg.shape)
        marked = tree.op.endswith("⊙")
        if not marked and row.entrywise == "marked" and ONE not in shape:
            word = row.words[0]
            remedy = row.remedy or f"{word}⊙(X) acts on each entry"
            raise self.fail(f"{word} of a matrix is read in two ways ({self.described(arg)}): {remedy}", tree.span)
        return Typed(row.name, arg.shape, (arg,), tree, 0)


def beside_number(tree: Apply, op: str, left: Typed, right: Typed) -> Typed:
    """c ⊙ X, X ⊘ c and c ⊘ X, where one side is a number, which then is beside every entry."""
    if op == "hadamard":
        number, array = (left, right) if left.is_scalar else (right, left)
        return Typed("scale", array.shape, (number, array), tree)
    if right.is_scalar:
        return Typed("quotient", left.shape, (left, right), tree, 0)
    power = Typed("number", SCALAR, (), Number(Fraction(-1)), Fraction(-1))
    return Typed("scale", right.shape, (left, Typed("power_entrywise", right.shape, (right, power), tree)), tree)
