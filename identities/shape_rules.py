"""Shapes of the operations that a signature cannot say: sums, products, powers, entries, constants with sizes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from identities import dims
from identities.dims import ONE, Dim
from identities.expression import Apply, Expr, IndexedSum, Literal, Name, Number, Span
from identities.notation import multiplies_arrays
from identities.scope import Scope, shown
from identities.typed import SCALAR, ShapeError, Typed, transposed
from identities.vocabulary import TABLE, split_shape


class Rules(Scope):
    """One method per operation."""

    def sum(self, tree: Apply) -> Typed:
        """The terms of a sum have one shape; 0 takes any."""
        terms = [self.visit(term) for term in tree.args]
        if self.broadcasts:
            terms = self.broadcast(terms, entrywise=id(tree) in self.factors)
        for term in terms[1:]:
            if not self.unify(terms[0].shape, term.shape, term.node.span):
                raise self.clash_of_terms(terms[0], term)
        known = next((t for t in terms if t.op != "zero"), terms[0])
        return Typed("sum", known.shape, tuple(terms), tree)

    def broadcast(self, terms: list[Typed], *, entrywise: bool) -> list[Typed]:
        """The terms with c 𝟏 for a number c beside a column, and c 𝟏𝟏ᵀ beside a matrix in a factor of ⊙."""
        array = next((t for t in terms if not t.is_scalar), None)
        if array is None or (shape := self.resolved(array.shape)) == SCALAR or not (entrywise or shape[1] == ONE):
            return terms
        ones: tuple[Expr, ...] = (
            (Apply("ones"),) if shape[1] == ONE else (Apply("ones"), Apply("transpose", (Apply("ones"),)))
        )

        def is_one(term: Typed) -> bool:
            return term.is_number or (entrywise and term.is_scalar)  # s ⊙ (v − sᵀv)

        return [self.visit(Apply("product", (t.node, *ones), t.node.span)) if is_one(t) else t for t in terms]

    def product(self, tree: Apply) -> Typed:
        """Factors left to right; where inner dims differ, the factors between must form a scalar."""
        scalars: list[Typed] = []
        pieces: list[Typed] = []
        clash: tuple[Typed, Typed] | None = None
        for arg in tree.args:
            factor = self.visit(arg)
            if factor.op == "zero":
                factor = replace(factor, op="number", shape=SCALAR, data=0)
            while pieces and pieces[-1].is_scalar:
                scalars.append(pieces.pop())
            if factor.is_scalar:
                scalars.append(factor)
                continue
            if pieces and self.solver.unify(pieces[-1].shape[1], factor.shape[0], arg.span):
                pieces[-1] = self.matmul(pieces[-1], factor)
            elif pieces and self.in_line(pieces[-1], factor):
                pieces[-1] = self.along(pieces[-1], factor)
            else:
                clash = (pieces[-1], factor) if pieces and clash is None else clash
                pieces.append(factor)
            pieces[-1] = replace(pieces[-1], shape=self.resolved(pieces[-1].shape))
        scalars += [p for p in pieces if p.is_scalar]
        pieces = [p for p in pieces if not p.is_scalar]
        if len(pieces) > 1:
            raise self.clash_of_factors(*(clash or (pieces[0], pieces[1])))
        result = pieces[0] if pieces else scalars.pop()
        for scalar in reversed(scalars):
            result = Typed("scale", result.shape, (scalar, result), tree)
        return replace(result, node=tree)

    def matmul(self, left: Typed, right: Typed) -> Typed:
        """The product of two arrays whose inner dims agree."""
        span = Span(left.node.span.start, right.node.span.stop)
        parts = [
            part
            for node in (left.node, right.node)
            for part in (
                node.args if isinstance(node, Apply) and node.op == "product" and node is not right.node else (node,)
            )
        ]
        node = Apply("product", tuple(parts), span)
        shape = (self.solver.resolve(left.shape[0]), self.solver.resolve(right.shape[1]))
        return Typed("matmul", shape, (left, right), node)

    def in_line(self, left: Typed, right: Typed) -> bool:
        """Whether the left of two factors, which do not fit, is a vector to NumPy, neither column nor row: x @ A."""
        column = self.resolved(left.shape)[1] == ONE and multiplies_arrays(self.text)
        return column and self.solver.unify(left.shape[0], right.shape[0], right.node.span)

    def along(self, left: Typed, right: Typed) -> Typed:
        """The product xᵀA of two factors in line, which is a vector again."""
        row = self.matmul(Typed("transpose", left.shape[::-1], (left,), transposed(left.node), 0), right)
        return row if row.is_scalar else Typed("transpose", row.shape[::-1], (row,), row.node, 0)

    def clash_of_factors(self, left: Typed, right: Typed) -> ShapeError:
        """The error for factors whose inner dims differ."""
        (rows, inner), (outer, columns) = self.resolved(left.shape), self.resolved(right.shape)
        remedy = "the inner dims differ"
        if inner == columns:
            remedy = f"the inner dims differ; {shown(transposed(right.node))} would fit"
        elif rows == outer:
            remedy = f"the inner dims differ; {shown(transposed(left.node))} would fit"
        if (rows, inner) == (outer, columns):
            remedy += f"; the elementwise product is {shown(left.node)} ⊙ {shown(right.node)}"
        return self.fail(
            f"a product of {self.described(left)} and {self.described(right)}: {remedy}",
            right.node.span,
        )

    def times(self, tree: Apply) -> Typed:
        """``*``: a scalar times anything; of two arrays only where the dialect says which product."""
        if tree.op == "times⊙":
            self.factors.update(map(id, tree.args))
        left, right = (self.visit(arg) for arg in tree.args)
        if left.is_scalar or right.is_scalar:
            scalar, other = (left, right) if left.is_scalar else (right, left)
            return Typed("scale", other.shape, (scalar, other), tree)
        if tree.op == "times⊙":
            if not self.unify(left.shape, right.shape, tree.span):
                raise self.fail(
                    f"* is elementwise here (the formula has @ or .T): {self.described(left)}, {self.described(right)}",
                    tree.span,
                )
            return Typed("hadamard", left.shape, (left, right), tree, 0)
        a, b = shown(left.node), shown(right.node)
        raise self.fail(
            f"'*' of two arrays is read in two ways: {a} @ {b} (matrix product) or {a} ⊙ {b} (elementwise); "
            f"{self.described(left)}, {self.described(right)}",
            tree.span,
        )

    def power(self, tree: Apply) -> Typed:
        """Powers of scalars, entrywise powers, whole and half powers of square matrices."""
        base = self.visit(tree.args[0])
        exponent = tree.args[1]
        shape = self.resolved(base.shape)
        if shape == SCALAR:
            if not isinstance(exponent, Number) and (whole := self.whole(exponent)) is not None and whole.symbols:
                return Typed("power_whole", SCALAR, (base,), tree, whole)
            return Typed("power_scalar", SCALAR, (base, self.scalar(exponent, "an exponent")), tree)
        of = tree.args[0]
        made = self.lets.get(of.name) if isinstance(of, Name) else of
        op = made.op if isinstance(made, Typed | Apply) else ""
        if tree.op == "power⊙" or (self.broadcasts and op in TABLE and TABLE[op].entrywise):  # tanh²(x), y = tanh(x)
            return Typed("power_entrywise", shape, (base, self.scalar(exponent, "an exponent")), tree)
        if ONE in shape:
            x = shown(tree.args[0])
            raise self.fail(
                f"a power of a vector ({self.described(base)}): say {x}⊙² entry by entry, or ‖{x}‖²",
                tree.span,
            )
        if not self.solver.unify(*base.shape, tree.span):
            raise self.fail(
                f"a power needs a square matrix, but {self.described(base)}; entry by entry it is X⊙²",
                tree.span,
            )
        half = exponent.args[0] if isinstance(exponent, Apply) and exponent.op == "neg" else exponent
        if isinstance(half, Apply) and half.op == "quotient" and all(isinstance(a, Number) for a in half.args):
            top, bottom = half.args
            assert isinstance(top, Number)
            assert isinstance(bottom, Number)
            half = Number(top.value / bottom.value, half.span) if bottom.value else half
        if isinstance(half, Number) and half.value.denominator == 2 and half.value.numerator == 1:
            root = Typed("sqrtm", base.shape, (base,), tree, 0)
            return (
                root
                if half is exponent or not (isinstance(exponent, Apply) and exponent.op == "neg")
                else Typed("inverse", base.shape, (root,), tree, 0)
            )
        return Typed("power_matrix", base.shape, (base,), tree, self.static(exponent))

    def whole(self, tree: Expr) -> Dim | None:
        """The whole number that an exponent is once sizes are known, None if it is not one."""
        try:
            return self.static(tree)
        except ShapeError:
            return None

    def scalar(self, tree: Expr, what: str) -> Typed:
        """A phrase that has to be a scalar."""
        typed = self.visit(tree)
        if typed.op == "zero":
            return replace(typed, op="number", shape=SCALAR, data=0)
        if not typed.is_scalar:
            raise self.fail(f"{what} is a scalar, but {self.described(typed)}", tree.span)
        return typed

    def entry(self, tree: Apply) -> Typed:
        """X[i,j], or x[i] of a column or row."""
        base = self.visit(tree.args[0])
        rows, columns = self.resolved(base.shape)
        indices = tree.args[1:]
        if len(indices) == 1:
            if ONE not in (rows, columns):
                raise self.fail(f"an entry of a matrix has two indices, X[i,j]; {self.described(base)}", tree.span)
            axes = [rows if columns == ONE else columns]
        else:
            axes = [rows, columns]
        places = tuple(self.index(index, axis) for index, axis in zip(indices, axes, strict=True))
        return Typed("entry", SCALAR, (base, *places), tree, rows == ONE and len(indices) == 1)

    def index(self, tree: Expr, axis: Dim) -> Typed:
        """A place along an axis, counted from 1: a number, a free or bound index, or arithmetic of dims."""
        if isinstance(tree, Name) and tree.name not in self.dim_symbols and tree.name not in self.declarations:
            for scope in reversed(self.bound):
                if tree.name in scope:
                    range_ = scope[tree.name]
                    if range_ is not None and not self.solver.unify(range_, axis, tree.span):
                        raise self.fail(
                            f"the index {tree.name} ranges over {self.solver.resolve(range_)} and over {axis}",
                            tree.span,
                        )
                    return Typed("index", SCALAR, (), tree, tree.name)
            range_ = self.ranges.setdefault(tree.name, self.solver.fresh())
            if not self.solver.unify(range_, axis, tree.span):
                raise self.fail(
                    f"the index {tree.name} ranges over {self.solver.resolve(range_)} and over {axis}",
                    tree.span,
                )
            return Typed("index", SCALAR, (), tree, tree.name)
        place = self.static(tree)
        beyond = self.solver.resolve(place - axis).constant
        if (place.constant is not None and place.constant < 1) or (beyond is not None and beyond > 0):
            raise self.fail(
                f"the entry {place} does not exist: entries count from 1 to {self.solver.resolve(axis)}",
                tree.span,
            )
        return Typed("place", SCALAR, (), tree, place)

    def unit(self, tree: Apply) -> Typed:
        """eᵢ, of the size that fits."""
        size = self.solver.fresh()
        place = self.index(tree.args[0], size)
        return Typed("unit", (size, ONE), (place,), tree)

    def constant(self, tree: Apply) -> Typed:
        """I, 𝟏, K, D, L and π, of the size said or the size that fits."""
        row = TABLE[tree.op]
        signature = row.overloads[0].signature
        # 𝟏 and I are of more than one row unless their size is said: 𝟏𝟏ᵀ is no column.
        symbols: dict[str, Dim] = {"n": self.solver.fresh(large=True)}
        said = tuple(self.static(arg) for arg in tree.args)
        names = ("m", "n") if len(said) == 2 else ("n",)
        if tree.args:
            symbols = dict(zip(names, said, strict=True))
        output = split_shape(signature.partition("→")[2].strip())
        shape = (self.instance(output[0], symbols), self.instance(output[1], symbols))
        return Typed(row.name, shape, (), tree, said)

    def eigen(self, tree: Apply) -> Typed:
        """An eigenvalue or eigenvector of a symmetric matrix, by its number in ascending order."""
        base = self.visit(tree.args[0])
        if not self.solver.unify(*base.shape, tree.span):
            raise self.fail(f"{tree.op} takes a square matrix, but {self.described(base)}", tree.span)
        place = self.index(tree.args[1], base.shape[0])
        shape = SCALAR if tree.op == "eigval" else (base.shape[0], ONE)
        return Typed(tree.op, shape, (base, place), tree)

    def sub(self, tree: Apply) -> Typed:
        """A matrix without one row and one column."""
        base = self.visit(tree.args[0])
        places = tuple(self.index(index, axis) for index, axis in zip(tree.args[1:], base.shape, strict=True))
        return Typed("sub", (base.shape[0] - ONE, base.shape[1] - ONE), (base, *places), tree)

    def unvec(self, tree: Apply) -> Typed:
        """The m×n matrix whose columns are stacked in v."""
        vector = self.visit(tree.args[0])
        m, n = (self.static(arg) for arg in tree.args[1:])
        if not self.unify(vector.shape, (m * n, ONE), tree.span):
            raise self.fail(f"unvec(v, {m}, {n}) needs a column of {m * n}, but {self.described(vector)}", tree.span)
        return Typed("unvec", (m, n), (vector,), tree, (m, n))

    def literal(self, tree: Literal) -> Typed:
        """A matrix by rows of entries or blocks."""
        rows = [[self.visit(entry) for entry in row] for row in tree.rows]
        if all(entry.is_scalar or entry.op == "zero" for row in rows for entry in row):
            # Numbers, not blocks: each 0 is one of them.
            for entry in (entry for row in rows for entry in row):
                self.unify(entry.shape, SCALAR, entry.node.span)
        for row in rows:
            for entry in row[1:]:
                if not self.solver.unify(entry.shape[0], row[0].shape[0], entry.node.span):
                    raise self.fail(
                        f"blocks of one row need one height: {self.described(row[0])}, {self.described(entry)}",
                        entry.node.span,
                    )
        for column in zip(*rows, strict=True):
            for entry in column[1:]:
                if not self.solver.unify(entry.shape[1], column[0].shape[1], entry.node.span):
                    raise self.fail(
                        f"blocks of one column need one width: {self.described(column[0])}, {self.described(entry)}",
                        entry.node.span,
                    )
        height, width = dims.number(0), dims.number(0)
        for row in rows:
            height = height + row[0].shape[0]
        for entry in rows[0]:
            width = width + entry.shape[1]
        return Typed("literal", (height, width), tuple(e for row in rows for e in row), tree, len(rows[0]))

    def indexed_sum(self, tree: IndexedSum) -> Typed:
        """Σᵢ over the dim an index ranges over, or between bounds."""
        if tree.lower is None or tree.upper is None:
            self.bound.append({tree.index: self.solver.fresh()})
            body = self.visit(tree.body)
            range_ = self.bound.pop()[tree.index]
            return Typed("sum_over_dim", body.shape, (body,), tree, range_)
        lower, upper = self.static(tree.lower), self.static(tree.upper)
        self.bound.append({tree.index: None})
        body = self.visit(tree.body)
        self.bound.pop()
        return Typed("sum_between", body.shape, (body,), tree, (tree.index, lower, upper))


RULES: dict[str, Callable[[Rules, Apply], Typed]] = {
    "sum": Rules.sum, "product": Rules.product, "times": Rules.times, "times⊙": Rules.times,
    "power": Rules.power, "power⊙": Rules.power, "entry": Rules.entry, "unit": Rules.unit,
    "unvec": Rules.unvec, "eigval": Rules.eigen, "eigvec": Rules.eigen, "sub": Rules.sub,
    "identity": Rules.constant, "ones": Rules.constant, "pi": Rules.constant,
    "dft": Rules.constant, "imaginary": Rules.constant,
    "commutation": Rules.constant, "duplication": Rules.constant, "elimination": Rules.constant,
}  # fmt: skip
