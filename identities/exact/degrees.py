"""How large the degrees of a claim are, as rational functions of the free numbers of a draw: the bound on its error.

A matrix is N/q with a common denominator; a node's degree is (deg N, deg q). Of an array that is not zero some entry is
a polynomial that is not zero, which vanishes at a random point of 𝔽ₚ with a probability of at most degree/p.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from identities import dims
from identities.claims import EXTREMES
from identities.exact import varieties
from identities.exact.inputs import degree_of_function
from identities.expression import Call
from identities.jets import Namespace, Outside, PrimeField
from identities.program import moving_variables
from identities.readings.exact import Point, exponent
from identities.sizes import Sizes
from identities.statement import Statement
from identities.typed import Typed, is_root_of_squares


class Degree(NamedTuple):
    """deg N and deg q of N/q."""

    top: int
    bottom: int

    def __mul__(self, other: object) -> Degree:
        """Of a product of two arrays, or of ``other`` equal factors."""
        if isinstance(other, Degree):
            return Degree(self.top + other.top, self.bottom + other.bottom)
        assert isinstance(other, int)
        return Degree(self.top * other, self.bottom * other)

    def reciprocal(self, count: int) -> Degree:
        """Of 1/x of ``count`` entries: over the product of all of them."""
        return Degree(self.bottom + (count - 1) * self.top, count * self.top)

    def derivative(self, order: int) -> Degree:
        """Of N/q differentiated."""
        return Degree(self.top + order * self.bottom, (order + 1) * self.bottom)


NUMBER, FREE = Degree(0, 0), Degree(1, 0)


def together(parts: list[Degree]) -> Degree:
    """Of arrays brought to a common denominator."""
    bottom = sum(part.bottom for part in parts)
    return Degree(max(part.top + bottom - part.bottom for part in parts), bottom)


@dataclass
class Degrees:
    """Degrees at given sizes; counts the symbols and roots on the way."""

    statement: Statement
    at: Point
    variables: Mapping[str, Degree]
    symbols: list[Degree] = field(default_factory=list)
    roots: list[Degree] = field(default_factory=list)

    def of(self, tree: Typed) -> Degree:
        """The degree of a node."""
        if tree.op in RULES:
            return RULES[tree.op](self, tree)
        parts = [self.of(arg) for arg in tree.args]
        if not parts:
            return NUMBER
        if tree.op in LINEAR:
            return parts[0]
        if tree.op in PRODUCTS:
            return parts[0] * parts[1]
        if tree.op in SYMBOLS:
            return self.symbol(parts[0], self.count(tree.args[0]), SYMBOLS[tree.op])
        raise Outside(tree.op)

    def count(self, tree: Typed) -> int:
        rows, columns = self.at.shape(tree)
        return rows * columns

    def symbol(self, inner: Degree, count: int, factor: int) -> Degree:
        """Of f(u): a free number, and twice what each derivative of f and of u can add."""
        self.symbols += [inner] * count
        return Degree(factor + 2 * factor * count * sum(inner), 2 * factor * count * sum(inner) + factor)

    def root(self, inner: Degree, count: int) -> Degree:
        """Of √u, no more than that of u; 1/√u comes with the derivatives."""
        self.roots += [inner] * count
        return Degree(2 * count * sum(inner), 2 * count * sum(inner))


def _inverse(d: Degree, n: int) -> Degree:
    """q adj(N)/det(N)."""
    return Degree(d.bottom + (n - 1) * d.top, n * d.top)


def _pinv(self: Degrees, tree: Typed) -> Degree:
    inner, short = self.of(tree.args[0]), min(self.at.shape(tree.args[0]))
    # The factors of a rank factorisation are quotients of minors.
    factor = Degree(short * sum(inner), short * sum(inner))
    return factor * 2 * _inverse(factor * 2, short) * _inverse(factor * 2, short)


def _squares(self: Degrees, tree: Typed) -> Degree:
    return self.root(self.of(tree.args[0]) * 2, 1)


def _absolute(self: Degrees, tree: Typed) -> Degree:
    """Of |x|, |x|/x and their sums with x."""
    inner, count = self.of(tree.args[0]), self.count(tree.args[0])
    return together([inner, NUMBER, self.root(inner * 2, count) * inner.reciprocal(count)])


def _rank(self: Degrees, tree: Typed) -> Degree:
    """A minor that is not zero shows the rank; where it vanishes by chance is counted as a meeting is."""
    inner = self.of(tree.args[0])
    self.symbols.append(inner * min(self.at.shape(tree.args[0])))
    return NUMBER


def _power(self: Degrees, tree: Typed) -> Degree:
    base, power = tree.args[0], exponent(tree.args[1], self.at)
    if is_root_of_squares(base) and power % 2 == 0:
        inner, power, count = self.of(base.args[0]) * 2, power / 2, 1
    else:
        inner, count = self.of(base), self.count(base)
    if power.denominator != 1:
        inner, power = self.root(inner, count), 2 * power
    return inner * int(power) if power >= 0 else inner.reciprocal(count) * int(-power)


def _power_whole(self: Degrees, tree: Typed) -> Degree:
    inner, power = self.of(tree.args[0]), self.at.size(tree.data)
    return inner * power if power >= 0 else inner.reciprocal(1) * -power


def _power_matrix(self: Degrees, tree: Typed) -> Degree:
    inner, power = self.of(tree.args[0]), self.at.size(tree.data)
    return inner * power if power >= 0 else _inverse(inner, self.at.shape(tree)[0]) * -power


def _hadamard_quotient(self: Degrees, tree: Typed) -> Degree:
    return self.of(tree.args[0]) * self.of(tree.args[1]).reciprocal(self.count(tree))


def _square(factor: Callable[[int], int]) -> Callable[[Degrees, Typed], Degree]:
    return lambda self, tree: self.of(tree.args[0]) * factor(self.at.shape(tree.args[0])[0])


def _sum_over_dim(self: Degrees, tree: Typed) -> Degree:
    index = tree.node.index  # type: ignore[union-attr]
    inside = replace(self, at=replace(self.at, indices={**self.at.indices, index: self.at.size(tree.data) - 1}))
    count = self.at.size(tree.data)
    return together([inside.of(tree.args[0])] * count)


def _sum_between(self: Degrees, tree: Typed) -> Degree:
    index, lower, upper = tree.data
    places = range(self.at.size(lower), self.at.size(upper) + 1)
    inside = (replace(self, at=replace(self.at, sizes={**self.at.sizes, index: place})) for place in places)
    return together([scope.of(tree.args[0]) for scope in inside] or [NUMBER])


def _name(self: Degrees, tree: Typed) -> Degree:
    return self.variables[tree.data] if tree.data in self.variables else self.of(self.at.lets[tree.data])


def _call(self: Degrees, tree: Typed) -> Degree:
    assert isinstance(tree.node, Call)
    power = degree_of_function(self.statement, tree.node.function)
    found = FREE * 4 * (self.of(tree.args[0]) * FREE * power)
    return found * self.of(tree.args[1]) if len(tree.args) > 1 else found


def _softmax(self: Degrees, tree: Typed) -> Degree:
    count = self.count(tree.args[0])
    inner = self.symbol(self.of(tree.args[0]), count, 1)
    total = together([inner] * count)
    return self.symbol(total, count, 1) * inner * total.reciprocal(count)


def _gaussian(self: Degrees, tree: Typed) -> Degree:
    x, mean, covariance = (self.of(arg) for arg in tree.args)
    n = self.at.shape(tree.args[2])[0]
    form = together([x, mean]) * 2 * _inverse(covariance, n)
    return together([form, self.symbol(covariance * n, 1, 1), self.symbol(NUMBER, 1, 1)])


LINEAR = frozenset(
    {
        "transpose", "conjugate_transpose", "neg", "tr", "diag", "vec", "vech", "unvec", "total", "mean",
        "rowsums", "colsums", "diagsums", "re", "im", "conj",
    }
)  # fmt: skip
PRODUCTS = frozenset({"matmul", "scale", "hadamard", "kronecker", "outer"})
# How many times the degree of the free number that stands for them: exp and log are one, sin a quotient of squares.
SYMBOLS = {
    "exp": 1, "log": 1, "sigmoid": 2, "softplus": 2, "arctan": 2, "sin": 2, "cos": 2, "sinh": 2, "cosh": 2,
    "tan": 8, "tanh": 8,
}  # fmt: skip

RULES: dict[str, Callable[[Degrees, Typed], Degree]] = {
    "name": _name,
    "perturbation": lambda self, tree: FREE,
    "cotangent": lambda self, tree: FREE,
    "pi": lambda self, tree: FREE,
    "unit": lambda self, tree: NUMBER,
    "sum": lambda self, tree: together([self.of(arg) for arg in tree.args]),
    "literal": lambda self, tree: together([self.of(arg) for arg in tree.args]),
    "entry": lambda self, tree: self.of(tree.args[0]),
    "sub": lambda self, tree: self.of(tree.args[0]),
    "quotient": lambda self, tree: self.of(tree.args[0]) * self.of(tree.args[1]).reciprocal(1),
    "hadamard_quotient": _hadamard_quotient,
    "inverse": lambda self, tree: _inverse(self.of(tree.args[0]), self.at.shape(tree)[0]),
    "pinv": _pinv,
    "det": _square(lambda n: n),
    "bars": _square(lambda n: n),
    "adj": _square(lambda n: n - 1),
    "cof": _square(lambda n: n - 1),
    "prod": lambda self, tree: self.of(tree.args[0]) * self.count(tree.args[0]),
    "logdet": lambda self, tree: self.symbol(self.of(tree.args[0]) * self.at.shape(tree.args[0])[0], 1, 1),
    "logN": _gaussian,
    "norm": _squares,
    "norm_weighted": lambda self, tree: self.root(self.of(tree.args[0]) * 2 * self.of(tree.args[1]), 1),
    "norm_F": _squares,
    **dict.fromkeys(("abs", "norm_1", "sign", "step", "relu"), _absolute),
    "rank": _rank,
    "norm_2": _squares,
    "sqrt": lambda self, tree: self.root(self.of(tree.args[0]), self.count(tree)),
    "power_scalar": _power,
    "power_entrywise": _power,
    "power_whole": _power_whole,
    "power_matrix": _power_matrix,
    "sum_over_dim": _sum_over_dim,
    "sum_between": _sum_between,
    "call": _call,
} | dict.fromkeys(
    ("softmax", "softmax_rows", "softmax_cols", "log_softmax", "logsumexp", "logsumexp_rows"), _softmax
)  # fmt: skip

# The order of the derivative, and the degree of the directions and cotangents that it is contracted with.
ORDERS = {
    "equals": (0, 0), "gradient": (1, 1), "jacobian": (1, 1), "hessian": (2, 2), "differential": (1, 0),
    "second_differential": (2, 0), "pullback": (1, 1), "derivative": (1, 0), "entries": (1, 0),
    "gradient_symmetric": (1, 0), "gradient_independent": (1, 0), "minimizer": (1, 0), "maximizer": (1, 0),
    "conjugate_gradient": (1, 1),
}  # fmt: skip


def degree(statement: Statement, sizes: Sizes) -> int:
    """A bound on the degree of the difference of the two sides of a claim; raises Outside where there is none."""
    moving, kind = moving_variables(statement), statement.claim.kind
    variables = {}
    for variable in statement.variables.values():
        rows, columns = (int(dims.evaluate(dim, sizes)) for dim in variable.shape)
        top, bottom = varieties.row(variable.words).degree(max(rows, columns))
        # X + εE is (N + εqE)/q.
        variables[variable.name] = Degree(max(top, bottom + 1) if variable.name in moving else top, bottom)
    indices = {name: int(dims.evaluate(dim, sizes)) - 1 for name, dim in statement.indices.items()}
    at = Point(Namespace(PrimeField()), sizes, indices=indices, lets=dict(statement.lets))
    found = Degrees(statement, at, variables)
    variables |= {name: found.of(tree) for name, tree in statement.at.items()}
    order, contracted = ORDERS[kind]
    closed = found.of(statement.closed_form)
    if kind in EXTREMES:
        variables[moving[0]] = Degree(max(closed.top, closed.bottom + 1), closed.bottom)
        closed = NUMBER
    true = found.of(statement.f).derivative(order)
    claimed = closed * Degree(contracted, 0)
    difference = together([Degree(true.top + 1, true.bottom), claimed])
    # Two arguments of symbols that differ may meet, also as u = −v or uv = 1; of a root both signs are considered, and
    # half its squares.
    meetings = 3 * len(found.symbols) ** 2 * sum(map(sum, found.symbols))
    most: int = (sum(difference) + meetings) * 4 ** len(found.roots)
    return most
