"""Equations between dims: unknown dims (``?1``) are solved for, declared ones are rigid."""

from __future__ import annotations

from dataclasses import dataclass, field

from identities import dims
from identities.dims import Dim
from identities.expression import Span


@dataclass
class Solver:
    """Equations between dims; ``unify`` is False when two dims can never be equal."""

    values: dict[str, Dim] = field(default_factory=dict)
    pending: list[tuple[Dim, Span]] = field(default_factory=list)
    large: set[str] = field(default_factory=set)  # unknown dims that are not 1: those of an undeclared matrix
    count: int = 0

    def fresh(self, large: bool = False) -> Dim:
        self.count += 1
        name = f"?{self.count}"
        if large:
            self.large.add(name)
        return dims.symbol(name)

    def resolve(self, dim: Dim) -> Dim:
        values, passed = self.values, list[str]()
        while (lone := lone_unknown(dim)) and lone in values:
            passed.append(lone)
            dim = values[lone]
        for name in passed:  # a chain of names is walked once
            values[name] = dim
        if lone:
            return dim
        while values and any(s in values for s in dim.symbols):
            dim = dims.substitute(dim, values)
        return dim

    def unify(self, left: Dim, right: Dim, span: Span) -> bool:
        left, right = self.resolve(left), self.resolve(right)
        if left == right:
            return True
        for dim, other in ((left, right), (right, left)):
            if (name := lone_unknown(dim)) and name not in other.symbols:
                return self.assign(name, other)
        if (roots := lone_powers(left, right)) is not None:
            return self.unify(dims.symbol(roots[0]), dims.symbol(roots[1]), span)
        equation = left - right
        unknown = sorted(s for s in equation.symbols if s.startswith("?"))
        if not unknown:
            return False
        for name in unknown:
            value = dims.solve(equation, name)
            if value is not None and name not in value.symbols:
                return self.assign(name, value)
        if len(equation.terms) == 1:
            return False
        self.pending.append((equation, span))
        return True

    def assign(self, name: str, value: Dim) -> bool:
        constant = value.constant
        if constant is not None and (constant < 1 or (constant == 1 and name in self.large)):
            return False
        if len(value.terms) == 1 and len(value.terms[0][0]) == 1 and name in self.large:
            self.large |= {s for s in value.symbols if s.startswith("?")}
        self.values[name] = value
        return True

    def settle(self) -> Span | None:
        """Retry the equations that could not be solved at once; the place of one that fails, if any."""
        for _ in range(len(self.pending) + 1):
            waiting, self.pending = self.pending, []
            for equation, span in waiting:
                if not self.unify(equation, dims.number(0), span):
                    return span
            if len(self.pending) == len(waiting):
                break
        return None


def lone_powers(left: Dim, right: Dim) -> tuple[str, str] | None:
    """m and n where the dims are mᵏ and nᵏ, which are equal where these are."""
    if not len(left.terms) == len(right.terms) == 1:
        return None
    (a, x), (b, y) = left.terms[0], right.terms[0]
    same = x == y and len(a) == len(b) > 1 and len({*a}) == len({*b}) == 1
    return (a[0], b[0]) if same else None


def lone_unknown(dim: Dim) -> str | None:
    """The name of a dim that is one unknown and nothing else."""
    if len(dim.terms) != 1:
        return None
    monomial, coefficient = dim.terms[0]
    return monomial[0] if len(monomial) == 1 and monomial[0][0] == "?" and coefficient == 1 else None
