"""Typed tree → Python source for NumPy or JAX, from the same tree that was checked.

All arrays have two dimensions: vectors are columns (n, 1), scalars (1, 1). The suite runs what is printed here and
compares it with the reading that is checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from identities.declaration import Shape
from identities.dims import Dim
from identities.expression import Call
from identities.notation.names import SUBSCRIPTS
from identities.typed import Typed
from identities.vocabulary import TABLE

# How tightly Python binds; @, * and / share a level and lean left.
SUM, PRODUCT, UNARY, POWER, ATOM = range(1, 6)
PREFIX = {"numpy": "np", "jax": "jnp"}
SCIPY = {"numpy": "scipy", "jax": "jax.scipy"}
IMPORTS = {
    "numpy": {
        "np.": "import numpy as np",
        "scipy.linalg.": "import scipy.linalg",
        "scipy.special.": "import scipy.special",
    },
    "jax": {"jnp.": "import jax.numpy as jnp", "jax.scipy.": "import jax"},
}
ACCENTS = {"\u0302": "_hat", "\u0303": "_tilde", "\u0304": "_bar", "\u0307": "_dot", "\u0308": "_ddot"}
DERIVATIVES = {"": "{}", "∇": "grad_{}", "∇²": "hessian_{}", "∂": "jacobian_{}", "D": "derivative_{}"}
# What NumPy has no function for; printed only where it is used.
SUPPORT = {
    "commutation": '''def commutation(m, n):
    """K with K vec(A) = vec(A.T) for A of shape (m, n)."""
    return np.eye(m * n)[np.arange(m * n).reshape(n, m).T.reshape(-1)]''',
    "duplication": '''def duplication(n):
    """D with D vech(S) = vec(S) for symmetric S."""
    i, j = np.arange(n * n) % n, np.arange(n * n) // n
    low, high = np.minimum(i, j), np.maximum(i, j)
    return np.eye(n * (n + 1) // 2)[low * n - low * (low - 1) // 2 + high - low]''',
    "elimination": '''def elimination(n):
    """L with L vec(A) = vech(A)."""
    i, j = np.arange(n * n) % n, np.arange(n * n) // n
    return np.eye(n * n)[i >= j]''',
    "log_gaussian": '''def log_gaussian(x, m, S):
    """Log density of the Gaussian with mean m and covariance S at x."""
    r = x - m
    return -0.5 * (x.shape[0] * np.log(2 * np.pi) + np.log(np.linalg.det(S)) + r.T @ np.linalg.inv(S) @ r)''',
    "diagsums": '''def diagsums(A):
    """Toeplitz matrix of the sums of the diagonals of A."""
    n = A.shape[0]
    return np.array([[np.trace(A, j - i) for j in range(n)] for i in range(n)])''',
    "dft": '''def dft(n):
    """DFT matrix exp(-2 pi i jk/n)."""
    return np.exp(-2j * np.pi * np.outer(np.arange(n), np.arange(n)) / n)''',
    "adjugate": '''def adjugate(X):
    """adj X with X adj X = det(X) I, also for singular X."""
    n = X.shape[0]
    minors = [[np.delete(np.delete(X, j, 0), i, 1) for j in range(n)] for i in range(n)]
    return np.array([[(-1) ** (i + j) * np.linalg.det(minors[i][j]) for j in range(n)] for i in range(n)])''',
}


def identifier(name: str) -> str:
    """The Python name of a variable: x₁ → x1, x̂ → x_hat, f̄ → fbar."""
    plain = "".join(SUBSCRIPTS.get(c, ACCENTS.get(c, c)) for c in name.replace("f̄", "fbar"))
    plain = re.sub(r"[^\w]", "", plain)
    return {"λ": "lam", "lambda": "lam"}.get(plain, plain)


@dataclass(frozen=True)
class Writer:
    """Prints typed trees as expressions. ``sizes`` says where a dim symbol can be read: ``m`` is ``X.shape[0]``."""

    dialect: str
    sizes: Mapping[str, str]

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
        for monomial, coefficient in dim.terms:
            factors = [self.sizes.get(s, identifier(s)) for s in monomial]
            scale = int(coefficient * denominator)
            terms.append(" * ".join(([str(scale)] if scale != 1 or not factors else []) + factors))
        total = " + ".join(terms).replace("+ -", "- ")
        return f"({total}) // {denominator}" if denominator > 1 else total

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
        return f"{self.text(tree.args[0], ATOM)} ** ({self.dim(tree.data)})", POWER

    def power_matrix(self, tree: Typed) -> tuple[str, int]:
        return f"np.linalg.matrix_power({self.text(tree.args[0])}, {self.dim(tree.data)})", ATOM

    def entry(self, tree: Typed) -> tuple[str, int]:
        base, *places = tree.args
        at = [self.place(place) for place in places]
        if len(at) == 1:
            at = ["0", at[0]] if tree.data else [at[0], "0"]
        # Slices keep two dimensions.
        return f"{self.text(base, ATOM)}[{', '.join(self.slice(i) for i in at)}]", ATOM

    def place(self, tree: Typed) -> str:
        if tree.op == "place":
            constant = tree.data.constant
            return str(constant - 1) if constant is not None else f"{self.dim(tree.data)} - 1"
        return f"{identifier(tree.data)} - 1"

    @staticmethod
    def slice(place: str) -> str:
        return f"{place}:{int(place) + 1}" if place.isdigit() else f"[{place}]"

    def literal(self, tree: Typed) -> tuple[str, int]:
        width = tree.data
        blocks = [self.text(arg) for arg in tree.args]
        rows = [", ".join(blocks[start : start + width]) for start in range(0, len(blocks), width)]
        if all(arg.op in ("number", "zero") or (arg.op == "neg" and arg.args[0].op == "number") for arg in tree.args):
            return "np.array([" + ", ".join(f"[{row}]" for row in rows) + "])", ATOM
        # A bare 0 in a block has the shape of its block.
        return "np.block([" + ", ".join(f"[{row}]" for row in rows) + "])", ATOM

    def zero(self, tree: Typed) -> tuple[str, int]:
        return f"np.zeros(({', '.join(self.shape(tree.shape))}))", ATOM

    def unit(self, tree: Typed) -> tuple[str, int]:
        return f"np.eye({self.dim(tree.shape[0])})[:, {self.slice(self.place(tree.args[0]))}]", ATOM

    def unvec(self, tree: Typed) -> tuple[str, int]:
        rows, columns = (self.dim(dim) for dim in tree.data)
        return f"{self.text(tree.args[0], ATOM)}.reshape({columns}, {rows}).T", ATOM

    def constant(self, tree: Typed) -> tuple[str, int]:
        code = TABLE[tree.op].overloads[0].code
        dims = [self.dim(dim) for dim in tree.data] if tree.data else []
        return code.format(*dims, shape=self.shape(tree.shape)), ATOM

    def sum_over(self, tree: Typed) -> tuple[str, int]:
        index = identifier(tree.node.index)  # type: ignore[union-attr]
        if tree.op == "sum_over_dim":
            first, last = "1", self.dim(tree.data)
        else:
            first, last = (self.dim(dim) for dim in tree.data[1:])
        return f"sum({self.text(tree.args[0])} for {index} in range({first}, {last} + 1))", ATOM

    def eigen(self, tree: Typed) -> tuple[str, int]:
        base, place = self.text(tree.args[0]), self.slice(self.place(tree.args[1]))
        if tree.op == "eigval":
            return f"np.linalg.eigvalsh({base})[{place}]", ATOM
        return f"np.linalg.eigh({base})[1][:, {place}]", ATOM

    def sub(self, tree: Typed) -> tuple[str, int]:
        row, column = (self.place(arg) for arg in tree.args[1:])
        return f"np.delete(np.delete({self.text(tree.args[0])}, {row}, 0), {column}, 1)", ATOM

    def call(self, tree: Typed) -> tuple[str, int]:
        node = tree.node
        assert isinstance(node, Call)
        mark = node.derivative.removesuffix("⊙")
        name = identifier(node.function)
        function = name + "_prime" * len(mark) if mark.strip("'") == "" else DERIVATIVES[mark].format(name)
        return f"{function}({', '.join(self.text(arg) for arg in tree.args)})", ATOM

    def operation(self, tree: Typed) -> tuple[str, int]:
        code = TABLE[tree.op].overloads[tree.data or 0].code
        if tree.op in ("adj", "cof"):
            code = "adjugate({0})" + (".T" if tree.op == "cof" else "")
        # An argument in a call or brackets needs no parentheses, one before a dot or an operator does.
        args = [
            self.text(arg, SUM if re.search(rf"[(,\[] ?\{{{k}\}}[,)\]]", code) else ATOM)
            for k, arg in enumerate(tree.args)
        ]
        scalar = tree.is_scalar and code.startswith(
            ("np.trace", "np.linalg.det", "np.linalg.norm", "np.log(np.linalg.det")
        )
        infix = re.fullmatch(r"\{0\} ([*/]) \{1\}", code)
        if infix:
            return self.infix(infix[1])(tree)
        if code == "-{0}":
            return f"-{self.text(tree.args[0], PRODUCT)}", SUM
        _ = scalar
        return code.format(*args), ATOM


PHRASES: dict[str, Callable[[Writer, Typed], tuple[str, int]]] = {
    "number": Writer.number, "zero": Writer.zero, "sum": Writer.sum, "entry": Writer.entry, "literal": Writer.literal,
    "name": lambda w, t: (identifier(t.data), ATOM),
    "dim": lambda w, t: (w.dim(t.data), SUM),
    "index": lambda w, t: (identifier(t.data), ATOM),
    "perturbation": lambda w, t: ("d" + identifier(t.data), ATOM),
    "cotangent": lambda w, t: ("fbar", ATOM),
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


def sizes_in(shapes: Mapping[str, Shape]) -> dict[str, str]:
    """Where each dim symbol can be read off an argument."""
    found: dict[str, str] = {}
    for name, shape in shapes.items():
        for axis, dim in enumerate(shape):
            if len(dim.terms) == 1 and len(dim.terms[0][0]) == 1 and dim.terms[0][1] == 1:
                found.setdefault(next(iter(dim.symbols)), f"{identifier(name)}.shape[{axis}]")
    return found


def function(
    name: str,
    tree: Typed,
    dialect: str,
    shapes: Mapping[str, Shape],
    arguments: Sequence[str],
    lets: Sequence[tuple[str, Typed]],
) -> str:
    """One Python function that computes a formula; ``arguments`` are its parameters in order."""
    writer = Writer(dialect, sizes_in(shapes))
    lines = [f"    {identifier(part)} = {writer.text(body)}" for part, body in lets]
    lines.append(f"    return {writer.text(tree)}")
    return f"def {name}({', '.join(arguments)}):\n" + "\n".join(lines)


def module(functions: Sequence[str], dialect: str) -> str:
    """The functions with the imports and support they use."""
    body = "\n\n\n".join(functions)
    support = [text for word, text in SUPPORT.items() if f"{word}(" in body]
    source = "\n\n\n".join([*support, body])
    source = re.sub(
        r"(?<![\w.])scipy\.", SCIPY[dialect] + ".", re.sub(r"(?<![\w.])np\.", PREFIX[dialect] + ".", source)
    )
    imports = [line for mark, line in IMPORTS[dialect].items() if re.search(rf"(?<![\w.]){re.escape(mark)}", source)]
    return "\n".join(imports) + "\n\n\n" + source + "\n"
