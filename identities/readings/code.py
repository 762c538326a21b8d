"""Typed tree → Python source for NumPy or JAX, from the same tree that was checked.

All arrays have two dimensions: vectors are columns (n, 1), scalars (1, 1). The suite runs what is printed here and
compares it with the reading that is checked.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from identities import dims
from identities.declaration import Shape
from identities.dims import ONE, Dim
from identities.expression import Call
from identities.notation.names import SUBSCRIPTS
from identities.readings.source import SUPPORT
from identities.typed import Typed
from identities.vocabulary import TABLE

# How tightly Python binds; @, * and / share a level and lean left.
SUM, PRODUCT, UNARY, POWER, ATOM = range(1, 6)
ACCENTS = {"\u0302": "_hat", "\u0303": "_tilde", "\u0304": "_bar", "\u0307": "_dot", "\u0308": "_ddot"}
DERIVATIVES = {"": "{}", "∇": "grad_{}", "∇²": "hessian_{}", "∂": "jacobian_{}", "D": "derivative_{}"}
# Names that printed code uses itself, or that another name of the notation becomes.
RESERVED = {"np", "jnp", "jax", "scipy", "sum", "range", "min", "float", "fbar", "lam", *SUPPORT}
# Scalars that are arrays (1, 1) wherever they stand; others may be plain numbers.
ARRAYS = {"name", "matmul", "entry", "perturbation", "cotangent", "call", "eigval", "zero", "literal"}
TAKES_NUMBERS = {"neg", "quotient", "hadamard", "hadamard_quotient", "kronecker", "bars", "norm", "norm_F"}


def identifier(name: str) -> str:
    """The Python name of a variable: x₁ → x1, x̂ → x_hat, f̄ → fbar; different names stay different."""
    if name in ("λ", "lambda"):
        return "lam"
    spelled = "".join(SUBSCRIPTS.get(c, ACCENTS.get(c, c)) for c in name.replace("f̄", "fbar"))
    plain = re.sub(r"[^\w]", "", spelled)
    own = plain == name and (plain in RESERVED or plain.endswith(tuple(ACCENTS.values())))
    return plain + "_" if own or keyword.iskeyword(plain) else plain


@dataclass(frozen=True)
class Writer:
    """Prints typed trees as expressions, and notes the names that they take.

    ``sizes`` says where a dim symbol can be read: ``m`` is axis 0 of ``X``. ``taken``: each name with its rank among
    the parameters: variables, perturbations, the cotangent, functions, indices and sizes.
    """

    sizes: Mapping[str, tuple[str, int]]
    taken: dict[str, int] = field(default_factory=dict)

    def take(self, said: str, rank: int) -> str:
        self.taken.setdefault(said, rank)
        return said

    def text(self, tree: Typed, place: int = SUM) -> str:
        said, binding = self.phrase(tree)
        return f"({said})" if binding < place else said

    def phrase(self, tree: Typed) -> tuple[str, int]:
        writer = PHRASES.get(tree.op)
        return writer(self, tree) if writer else self.operation(tree)

    # ---- leaves

    def number(self, tree: Typed) -> tuple[str, int]:
        value = Fraction(tree.data)
        if value.denominator == 1:
            return str(value.numerator), ATOM
        return (
            (f"{float(value)!r}", ATOM)
            if Fraction(float(value)) == value
            else (f"{value.numerator} / {value.denominator}", PRODUCT)
        )

    def dim(self, dim: Dim) -> str:
        """A dim as a number in code."""
        if dim.constant is not None:
            return str(dim.constant)
        denominator = max(c.denominator for _, c in dim.terms)
        terms = []
        for monomial, coefficient in sorted(dim.terms, key=lambda term: (not term[0], term[1] < 0)):
            factors = [self.size(symbol) for symbol in monomial]
            scale = int(coefficient * denominator)
            terms.append(" * ".join(([str(scale)] if scale != 1 or not factors else []) + factors))
        total = " + ".join(terms).replace("+ -", "- ")
        return f"({total}) // {denominator}" if denominator > 1 else total

    def size(self, symbol: str) -> str:
        """A dim symbol, or a minimum of dims, as a number in code."""
        if symbol.startswith("min("):
            said, brackets = symbol[4:-1], 0
            for at, char in enumerate(said):
                brackets += (char == "(") - (char == ")")
                if char == "," and not brackets:
                    return f"min({self.dim(dims.parse(said[:at]))}, {self.dim(dims.parse(said[at + 1 :]))})"
        if symbol not in self.sizes:
            return self.take(identifier(symbol), 4)
        name, axis = self.sizes[symbol]
        return f"{self.take(identifier(name), 0)}.shape[{axis}]"

    def dim_phrase(self, dim: Dim) -> tuple[str, int]:
        said = self.dim(dim)
        return said, ATOM if re.fullmatch(r"[\w.\[\]]+", said) else SUM

    def shape(self, shape: Shape) -> list[str]:
        return [self.dim(dim) for dim in shape]

    # ---- operators

    def sum(self, tree: Typed) -> tuple[str, int]:
        first, *rest = tree.args
        said = self.text(first, SUM)
        for term in rest:
            said += f" - {self.text(term.args[0], PRODUCT)}" if term.op == "neg" else f" + {self.text(term, PRODUCT)}"
        return said, SUM

    def infix(self, sign: str) -> Callable[[Typed], tuple[str, int]]:
        def write(tree: Typed) -> tuple[str, int]:
            left, right = tree.args
            return f"{self.text(left, PRODUCT)} {sign} {self.text(right, UNARY)}", PRODUCT

        return write

    def power(self, tree: Typed) -> tuple[str, int]:
        return f"{self.text(tree.args[0], ATOM)} ** {self.text(tree.args[1], UNARY)}", POWER

    def power_whole(self, tree: Typed) -> tuple[str, int]:
        exponent, binding = self.dim_phrase(tree.data)
        return f"{self.text(tree.args[0], ATOM)} ** {exponent if binding == ATOM else f'({exponent})'}", POWER

    def power_matrix(self, tree: Typed) -> tuple[str, int]:
        return f"np.linalg.matrix_power({self.text(tree.args[0])}, {self.dim(tree.data)})", ATOM

    def entry(self, tree: Typed) -> tuple[str, int]:
        base, *places = tree.args
        at = [self.span(place) for place in places]
        if len(at) == 1:
            at = ["0:1", at[0]] if tree.data else [at[0], "0:1"]
        # Slices keep two dimensions.
        return f"{self.text(base, ATOM)}[{', '.join(at)}]", ATOM

    def place(self, tree: Typed) -> str:
        """The position an index says, counted from 1."""
        return self.dim(tree.data) if tree.op == "place" else self.take(identifier(tree.data), 4)

    def span(self, tree: Typed) -> str:
        """The slice of one position."""
        place = self.place(tree)
        return f"{int(place) - 1}:{place}" if place.isdigit() else f"{place} - 1:{place}"

    def literal(self, tree: Typed) -> tuple[str, int]:
        width = tree.data
        # A bare 0 has one entry only where its block has.
        blocks = ["0" if arg.op == "zero" and arg.is_scalar else self.text(arg) for arg in tree.args]
        rows = ", ".join(f"[{', '.join(blocks[k : k + width])}]" for k in range(0, len(blocks), width))
        numbers = all(
            arg.is_scalar and (arg.op in ("number", "zero") or (arg.op == "neg" and arg.args[0].op == "number"))
            for arg in tree.args
        )
        return (f"np.array([{rows}], float)" if numbers else f"np.block([{rows}])"), ATOM

    def zero(self, tree: Typed) -> tuple[str, int]:
        return f"np.zeros(({', '.join(self.shape(tree.shape))}))", ATOM

    def unit(self, tree: Typed) -> tuple[str, int]:
        return f"np.eye({self.dim(tree.shape[0])})[:, {self.span(tree.args[0])}]", ATOM

    def unvec(self, tree: Typed) -> tuple[str, int]:
        rows, columns = (self.dim(dim) for dim in tree.data)
        return f"{self.text(tree.args[0], ATOM)}.reshape({columns}, {rows}).T", ATOM

    def constant(self, tree: Typed) -> tuple[str, int]:
        code = TABLE[tree.op].overloads[0].code
        dims = [self.dim(dim) for dim in tree.data] if tree.data else []
        return code.format(*dims, shape=self.shape(tree.shape)), ATOM

    def sum_over(self, tree: Typed) -> tuple[str, int]:
        index = identifier(tree.node.index)  # type: ignore[union-attr]
        lower, upper = (ONE, tree.data) if tree.op == "sum_over_dim" else tree.data[1:]
        free = index in self.taken
        term = self.text(tree.args[0])
        if not free:
            self.taken.pop(index, None)
        terms = f"{term} for {index} in range({self.dim(lower)}, {self.dim(upper + ONE)})"
        if tree.is_scalar or (upper + ONE - lower).constant or tree.op == "sum_over_dim":
            return f"sum({terms})", ATOM
        return f"sum(({terms}), {self.zero(tree)[0]})", ATOM  # there may be no term

    def eigen(self, tree: Typed) -> tuple[str, int]:
        base, place = self.text(tree.args[0]), self.span(tree.args[1])
        if tree.op == "eigval":
            return f"np.linalg.eigvalsh({base})[{place}, None]", ATOM
        return f"np.linalg.eigh({base})[1][:, {place}]", ATOM

    def sub(self, tree: Typed) -> tuple[str, int]:
        row, column = (self.place(arg) for arg in tree.args[1:])
        return f"np.delete(np.delete({self.text(tree.args[0])}, {row} - 1, 0), {column} - 1, 1)", ATOM

    def call(self, tree: Typed) -> tuple[str, int]:
        node = tree.node
        assert isinstance(node, Call)
        mark = node.derivative.removesuffix("⊙")
        name = identifier(node.function)
        function = name + "_prime" * len(mark) if mark.strip("'") == "" else DERIVATIVES[mark].format(name)
        return f"{self.take(function, 3)}({', '.join(self.text(arg) for arg in tree.args)})", ATOM

    def operation(self, tree: Typed) -> tuple[str, int]:
        row = TABLE[tree.op]
        code = row.overloads[tree.data or 0].code
        infix = re.fullmatch(r"\{0\} ([*/]) \{1\}", code)
        if infix:
            return self.infix(infix[1])(tree)
        if code == "-{0}":
            return f"-{self.text(tree.args[0], PRODUCT)}", SUM
        if tree.op == "transpose" and tree.is_scalar:
            return self.phrase(tree.args[0])
        args = []
        for k, arg in enumerate(tree.args):
            if arg.is_scalar and arg.op not in ARRAYS and not row.entrywise and tree.op not in TAKES_NUMBERS:
                args.append(f"np.atleast_2d({self.text(arg)})")
            else:
                # An argument in a call or brackets needs no parentheses, one before a dot or an operator does.
                args.append(self.text(arg, SUM if re.search(rf"[(,\[] ?\{{{k}\}}[,)\]]", code) else ATOM))
        return code.format(*args), ATOM


PHRASES: dict[str, Callable[[Writer, Typed], tuple[str, int]]] = {
    "number": Writer.number, "zero": Writer.zero, "sum": Writer.sum, "entry": Writer.entry, "literal": Writer.literal,
    "name": lambda w, t: (w.take(identifier(t.data), 0), ATOM),
    "dim": lambda w, t: w.dim_phrase(t.data),
    "index": lambda w, t: (w.take(identifier(t.data), 4), ATOM),
    "perturbation": lambda w, t: (w.take("d" + identifier(t.data), 1), ATOM),
    "cotangent": lambda w, t: (w.take("fbar", 2), ATOM),
    "matmul": lambda w, t: w.infix("@")(t),
    "scale": lambda w, t: w.infix("*")(t),
    "power_scalar": Writer.power, "power_entrywise": Writer.power,
    "power_whole": Writer.power_whole, "power_matrix": Writer.power_matrix,
    "unit": Writer.unit, "unvec": Writer.unvec,
    "identity": Writer.constant, "ones": Writer.constant, "pi": Writer.constant,
    "commutation": Writer.constant, "duplication": Writer.constant, "elimination": Writer.constant,
    "eigval": Writer.eigen, "eigvec": Writer.eigen, "sub": Writer.sub,
    "dft": Writer.constant, "imaginary": Writer.constant,
    "sum_over_dim": Writer.sum_over, "sum_between": Writer.sum_over, "call": Writer.call,
}  # fmt: skip


def turned(tree: Typed) -> Typed:
    """The transpose, without transposing twice."""
    return tree.args[0] if tree.op == "transpose" else Typed("transpose", tree.shape[::-1], (tree,), tree.node)


def names_in(tree: Typed, lets: Mapping[str, Typed]) -> set[str]:
    """The variables and parts that a formula is made of."""
    found: set[str] = set()
    todo = [tree]
    while todo:
        node = todo.pop()
        todo += node.args
        if node.op == "name" and node.data not in found:
            found.add(node.data)
            todo += [lets[node.data]] if node.data in lets else []
    return found


def sizes_in(shapes: Mapping[str, Shape]) -> dict[str, tuple[str, int]]:
    """Where each dim symbol can be read off an argument."""
    found: dict[str, tuple[str, int]] = {}
    for name, shape in shapes.items():
        for axis, dim in enumerate(shape):
            for monomial, coefficient in dim.terms if len(dim.terms) == 1 else ():
                if len(monomial) == 1 and coefficient == 1:
                    found.setdefault(monomial[0], (name, axis))
    return found


def function(
    name: str, tree: Typed, shapes: Mapping[str, Shape], indices: Sequence[str], lets: Sequence[tuple[str, Typed]]
) -> str:
    """One Python function that computes a formula of the variables with these shapes.

    Its parameters are what the formula takes: variables as they are declared, then dX, f̄, functions, indices and
    the sizes that no variable has.
    """
    used = names_in(tree, dict(lets))
    # A size is read off a variable of the formula if it can be.
    held = {n: shape for n, shape in shapes.items() if n in used} | dict(shapes)
    writer = Writer(sizes_in(held))
    lines = [f"    return {writer.text(tree)}"]
    for part, body in reversed(lets):
        if part in used:
            lines.insert(0, f"    {identifier(part)} = {writer.text(body)}")
            writer.taken.pop(identifier(part), None)
    order = [identifier(n) for n in (*shapes, *indices)]
    taken = sorted(writer.taken, key=lambda n: (writer.taken[n], order.index(n) if n in order else len(order)))
    return f"def {name}({', '.join(taken)}):\n" + "\n".join(lines)
