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
        while any(s in self.values for s in dim.symbols):
            dim = dims.substitute(dim, self.values)
        return dim

    def unify(self, left: Dim, right: Dim, span: Span) -> bool:
        equation = self.resolve(left - right)
        if not equation.terms:
            return True
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
