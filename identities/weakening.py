"""Hypotheses of an entry made weaker one at a time: does any claim need them?

A word that the formulas ask for themselves (X⁻¹: invertible) comes back by itself; to write it down is documentation.
Almost every matrix is invertible, of full rank and without zeros, so for such words the draws are those without. What
is needed at exceptional points only (where a rank jumps, at the kink of a norm) draws cannot tell, and is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from identities import domains
from identities.claims import STRUCTURED
from identities.declaration import Condition, Declaration
from identities.draws import possible
from identities.expression import Apply, Name, Number
from identities.hypotheses import every, joined, preconditions
from identities.sizes import assignments
from identities.statement import Statement, Variable
from identities.typed import SCALAR, Typed
from identities.vocabulary import KINKED

# What takes the place of a word; nothing for the others. Types of numbers are no hypotheses.
WEAKER: Mapping[str, tuple[str, ...]] = {
    "spd": ("symmetric invertible", "psd rank-deficient"),
    "psd": ("symmetric",),
    "orthogonal": ("invertible",),
    "unitary": ("invertible",),
    "orthonormal-columns": ("full-column-rank",),
    "permutation": ("orthogonal",),
    "diagonal": ("symmetric", "lower-triangular"),
    "circulant": ("toeplitz",),
    "invertible": ("rank-deficient",),
    "det-positive": ("invertible",),
    "full-column-rank": ("rank-deficient",),
    "full-row-rank": ("rank-deficient",),
    "positive-spectrum": ("invertible",),
    "probability": ("positive",),
    "one-hot": ("unit",),
    "signs": ("nonzero",),
    "nonzero": ("one-hot",),
}
STRETCHES: Mapping[str, int] = {"positive": -10, "unit-interval": 10}
TYPES = frozenset({"real", "complex", "scalar", "square", "integer", "hermitian"})
GENERIC = frozenset({"nonzero", "invertible"})  # of a number: no draw without it can be made, so it is not judged


@dataclass(frozen=True, slots=True)
class Weakening:
    """A hypothesis in words, what takes its place, and the statements that do without it."""

    said: str
    instead: str
    statements: tuple[Statement, ...]


def weakenings(declarations: Mapping[str, Declaration], statements: Sequence[Statement]) -> Iterator[Weakening]:
    """Every hypothesis of an entry with everything weaker; only the statements that become weaker by it.

    The structure that a claim is about is no hypothesis of it.
    """
    about = {name for s in statements if s.claim.kind in STRUCTURED for name in s.wrt}
    for name, declaration in declarations.items():
        for word in declaration.words if name not in about else ():
            if word in TYPES or unjudged(word, declaration, statements):
                continue
            rest = tuple(other for other in declaration.words if other != word)
            if any(asks(statement, name, rest) for statement in statements):
                continue
            for instead in WEAKER.get(word, ("",)):
                found = [with_words(statement, name, word, rest, instead) for statement in statements]
                yield Weakening(f"{name} {word}", instead, tuple(filter(None, found)))
    for condition in dict.fromkeys(condition for statement in statements for condition in statement.conditions):
        yield Weakening(str(condition), "", tuple(filter(None, (without(s, condition) for s in statements))))


def unjudged(word: str, declaration: Declaration, statements: Sequence[Statement]) -> bool:
    """Whether draws cannot tell if a word is needed: no draw is without it, or it is needed where f jumps or bends."""
    if word == "simple-eigenvalues" or (word in GENERIC and declaration.shape == SCALAR):
        return True
    operations = {node.op for statement in statements for tree in statement.trees for node in every(tree)}
    return "rank" in operations or (word == "nonzero" and bool(operations & KINKED))


def with_words(statement: Statement, name: str, word: str, rest: tuple[str, ...], instead: str) -> Statement | None:
    """The statement with other words declared for a variable, None where that says no less."""
    variable = statement.variables.get(name)
    if variable is None or name in statement.at:
        return None
    if word in STRETCHES:
        return replace(statement, at={**statement.at, name: stretched(variable, STRETCHES[word])})
    needed = needed_of(statement, name)
    weaker = joined((*rest, *instead.split()), needed, variable.shape)
    rows, columns = variable.shape
    if domains.check_words(weaker, str(rows), str(columns), rows == columns) is not None:
        return None
    if domains.closure(weaker) >= domains.closure(variable.words):
        return None
    return replace(statement, variables={**statement.variables, name: replace(variable, words=weaker)})


def asks(statement: Statement, name: str, rest: tuple[str, ...]) -> bool:
    """Whether the formulas bring back themselves what the rest of a variable's words leaves out."""
    variable = statement.variables.get(name)
    if variable is None or name in statement.at:
        return False
    words = joined(rest, needed_of(statement, name), variable.shape)
    return bool(domains.closure(words) >= domains.closure(variable.words))


def needed_of(statement: Statement, name: str) -> tuple[str, ...]:
    """The words that the formulas ask of a variable."""
    return preconditions([*statement.trees, *statement.at.values()]).get(name, ())


def stretched(variable: Variable, by: int) -> Typed:
    """A multiple of a variable drawn from an interval: what lies outside is tried where it is sure to matter."""
    number, name = Number(Fraction(by)), Name(variable.name)
    scaled = Typed("number", SCALAR, (), number, number.value), Typed("name", variable.shape, (), name, variable.name)
    return Typed("scale", variable.shape, scaled, Apply("product", (number, name)))


def without(statement: Statement, condition: Condition) -> Statement | None:
    """The statement without a condition between dims, None where its domains imply it."""
    if condition not in statement.conditions:
        return None
    rest = tuple(other for other in statement.conditions if other != condition)
    weaker = replace(statement, conditions=rest)
    sizes = assignments(weaker.symbols, weaker.integers, lambda sizes: possible(weaker, sizes))
    return None if all(map(condition.holds, sizes)) else weaker
