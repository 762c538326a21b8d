"""What typing knows at a moment: declarations, undeclared names, indices, and the equations between dims."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from identities import dims, limits
from identities.catalogue import quoted
from identities.declaration import Declaration, Shape
from identities.dims import ONE, Dim
from identities.expression import Apply, Expr, Name, Number, Span
from identities.notation.typeset import unicode
from identities.typed import SCALAR, ShapeError, Typed, transposed
from identities.unification import Solver


def shown(tree: Expr) -> str:
    """A formula as a message repeats it."""
    return quoted(unicode(tree))


class Scope(ABC):
    """The names of one entry, so that each has one shape in all its formulas, and how a clash is said."""

    def __init__(self, declarations: Mapping[str, Declaration], kinds: dict[str, str] | None = None) -> None:
        self.solver = Solver()
        self.declarations = declarations
        self.kinds = {} if kinds is None else kinds
        self.dim_symbols = frozenset().union(
            *(d.symbols for d in declarations.values()), (n for n, d in declarations.items() if d.is_integer)
        )
        self.undeclared: dict[str, Shape] = {}
        self.whole_numbers: set[str] = set()  # undeclared letters in exponents
        self.lets: dict[str, Typed] = {}
        self.ranges: dict[str, Dim] = {}  # free indices
        self.bound: list[dict[str, Dim | None]] = []  # indices bound by sums: their range, None between bounds
        self.cotangent: Shape | None = None
        self.broadcasts = False  # a number beside a column is one for each of its entries, as in 1 − h of a document
        self.factors: set[int] = set()  # the identities of trees that are factors of ⊙
        self.text = ""

    def unify(self, left: Shape, right: Shape, span: Span) -> bool:
        return self.solver.unify(left[0], right[0], span) and self.solver.unify(left[1], right[1], span)

    def square_by_factors(self, arg: Typed, wanted: Shape) -> bool:
        """Whether A ⊗ B has a square shape as each of its factors has one, which is what is meant by it."""
        factors = [factor.shape for factor in arg.args] if arg.op == "kronecker" else []
        alone = all(self.unify(shape, shape[::-1], arg.node.span) for shape in factors)
        return bool(factors) and alone and self.unify(arg.shape, wanted, arg.node.span)

    def resolved(self, shape: Shape) -> Shape:
        return self.solver.resolve(shape[0]), self.solver.resolve(shape[1])

    def fail(self, message: str, span: Span) -> ShapeError:
        return ShapeError(message, span, self.text)

    def spelled(self, shape: Shape) -> str:
        rows, columns = self.resolved(shape)
        if (rows, columns) == SCALAR:
            return "a scalar"
        said = f"{rows}×{columns}"
        for number, name in enumerate(sorted({s for dim in (rows, columns) for s in dim.symbols if s.startswith("?")})):
            said = said.replace(name, "?" if number == 0 else "?" + "′" * number)
        return said

    def described(self, typed: Typed) -> str:
        return f"{shown(typed.node)} is {self.spelled(typed.shape)}"

    def static(self, tree: Expr) -> Dim:
        """A whole number known once sizes are: from dims, integers, and indices of bounded sums."""
        match tree:
            case Number(value=value) if value.denominator == 1:
                if abs(value) > limits.EXPONENT:
                    raise self.fail(f"{value} is too large here; the limit is {limits.EXPONENT}", tree.span)
                return dims.number(value)
            case Name(name=name) if (
                name in self.dim_symbols
                or name in self.whole_numbers
                or any(name in scope and scope[name] is None for scope in self.bound)
            ):
                return dims.symbol(name)
            case Apply(op="neg", args=(inner,)):
                return -self.static(inner)
            case Apply(op="power", args=(base, Number(value=value))) if value in (2, 3):
                return self.static(Apply("product", (base,) * int(value), tree.span))
            case Apply(op="sum", args=terms):
                total = dims.number(0)
                for term in terms:
                    total = total + self.static(term)
                return total
            case Apply(op="product" | "times", args=factors):
                product = ONE
                for factor in factors:
                    product = product * self.static(factor)
                return product
            case _:
                raise self.fail(
                    f"'{shown(tree)}' is not a whole number here; use a number, a dim, a variable declared "
                    "`integer`, or the index of a sum inside its body, which ends with its product: Σ_{r=…} (…)",
                    tree.span,
                )

    def instance(self, pattern: str, symbols: dict[str, Dim]) -> Dim:
        """The dim that a pattern of a signature is, its symbols being unknown dims shared through ``symbols``."""

        def of(name: str) -> Dim:
            return symbols.setdefault(name, self.solver.fresh())

        if pattern == "1":
            return ONE
        for name in ("m", "n", "p", "q"):
            if name in symbols:
                symbols[name] = self.solver.resolve(symbols[name])
        try:
            return of(pattern) if len(pattern) == 1 else dims.parse(pattern, of)
        except ValueError:
            raise ShapeError("a result with dims of too many factors; say it with smaller arrays", Span(0, 1)) from None

    @abstractmethod
    def visit(self, tree: Expr) -> Typed:
        """The typed tree of any phrase."""

    def clash_of_terms(self, first: Typed, other: Typed) -> ShapeError:
        """The error for terms of different shapes."""
        scalars = [t for t in (first, other) if t.is_scalar]
        columns = [t for t in (first, other) if self.resolved(t.shape)[1] == ONE]
        remedy = "the terms of a sum have one shape"
        if scalars:
            sign = shown(scalars[0].node)
            many = "" if sign == "1" else f"{sign} "
            remedy = (
                f"no broadcasting: write {many}I or {many}𝟏𝟏ᵀ, whichever is meant"
                if len(columns) == 1
                else f"no broadcasting: write {many}𝟏"
            )
        elif len(columns) == 1:
            column, ones = columns[0].node, Apply("ones")
            to_columns = shown(Apply("product", (column, transposed(ones))))
            to_rows = shown(Apply("product", (ones, transposed(column))))
            remedy = f"no broadcasting: {to_columns} adds it to every column, {to_rows} to every row"
        elif self.resolved(first.shape) == self.resolved(other.shape)[::-1]:
            remedy = "one of them transposed?"
        return self.fail(
            f"a sum of different shapes: {self.described(first)}, {self.described(other)}; {remedy}",
            other.node.span,
        )
