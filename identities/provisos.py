"""When a refuted claim is true after all: with a further domain word for a variable or two, or of square matrices."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from identities import compare, dims, domains
from identities.catalogue import Text
from identities.claims import EXTREMES, STRUCTURED
from identities.declaration import Declaration, spelled
from identities.draws import all_sizes, draw, generator
from identities.parsed import read
from identities.sampling import Sampler
from identities.sizes import Sizes
from identities.statement import Statement, Variable, statements

DRAWS = 3  # for a first look at each proviso
MOST = 2  # provisos that are worth saying
# From the weakest on, as people state them. Nothing is said that a weaker one says.
MATRIX_WORDS = (
    "nonzero", "positive", "invertible", "det-positive", "full-column-rank", "full-row-rank", "symmetric", "skew",
    "lower-triangular", "upper-triangular", "involution", "idempotent", "orthogonal", "psd", "spd", "diagonal",
    "permutation",
)  # fmt: skip
VECTOR_WORDS = ("nonzero", "positive", "unit", "probability", "one-hot")
SCALAR_WORDS = ("nonzero", "positive")


@dataclass(frozen=True)
class Proviso:
    """A further hypothesis in words, and the variables that have it."""

    said: str
    words: frozenset[tuple[str, str]]  # (variable, domain word), closed under implication
    statement: Statement


def provisos(sampler: Sampler, sizes: Sequence[Sizes], holds: Callable[[Statement], bool]) -> tuple[str, ...]:
    """The weakest hypotheses under which the claim of a refuting sampler is true; ``holds`` is the whole check."""
    statement = sampler.statement
    if statement.claim.kind in EXTREMES or not statement.fits or statement.claim.worked:
        return ()
    found: list[Proviso] = []
    passed = list(first_look(sampler, sizes, list(single(statement))))
    if not passed:
        passed = list(first_look(sampler, sizes, list(double(statement))))
    for proviso in passed:
        weaker_said = any(other.words <= proviso.words for other in found)
        if len(found) < MOST and not weaker_said and holds(proviso.statement):
            found.append(proviso)
    if not found:
        return tuple(itertools.islice((said for said, other in square(statement) if holds(other)), 1))
    return tuple(proviso.said for proviso in found)


def single(statement: Statement) -> Iterator[Proviso]:
    """One word for one variable of f or the closed form."""
    for name, variable in used(statement).items():
        ones = sum(dim.constant == 1 for dim in variable.shape)
        for word in (MATRIX_WORDS, VECTOR_WORDS, SCALAR_WORDS)[ones]:
            if stronger := with_word(statement, {name: word}):
                yield stronger


def double(statement: Statement) -> Iterator[Proviso]:
    """Two variables that are symmetric."""
    for pair in itertools.combinations(used(statement), 2):
        if stronger := with_word(statement, dict.fromkeys(pair, "symmetric")):
            yield stronger


def square(statement: Statement) -> Iterator[tuple[str, Statement]]:
    """The claim with two of its dims the same: what it says of A: m×n is meant of square A perhaps."""
    for one, other in itertools.combinations(statement.symbols, 2):
        where, names = dict(statement.identity.where), []
        for name, variable in statement.variables.items():
            rows, columns = (dims.substitute(dim, {one: dims.symbol(other)}) for dim in variable.shape)
            if rows == columns != variable.shape[0] or rows == columns != variable.shape[1]:
                names.append(name)
            where[name] = Text(spelled(Declaration((rows, columns), variable.words)), statement.identity.place)
        if names and not statement.integers:
            (found,) = statements(read(replace(statement.identity, where=where, claims=(statement.claim,))))
            if isinstance(found, Statement) and found.fits:
                yield f"{' and '.join(names)} square", found


def used(statement: Statement) -> Mapping[str, Variable]:
    """The variables that may get another word: not the one inside whose structure the claim lives."""
    barred = statement.wrt if statement.claim.kind in STRUCTURED else ()
    return {name: v for name, v in statement.variables.items() if name not in barred and name not in statement.at}


def with_word(statement: Statement, new: Mapping[str, str]) -> Proviso | None:
    """The statement whose variables have one more word each, None where they have it or cannot."""
    variables = dict(statement.variables)
    for name, word in new.items():
        variable = variables[name]
        rows, columns = variable.shape
        if domains.has(variable.words, word):
            return None
        words = (*variable.words, word)
        if domains.check_words(words, str(rows), str(columns), rows == columns) is not None:
            return None
        if word != "diagonal" and domains.has(words, "diagonal"):  # then say so
            return None
        variables[name] = replace(variable, words=words)
    said = f"{' and '.join(new)} {next(iter(new.values()))}"
    closed = frozenset((name, w) for name, word in new.items() for w in domains.closure([word]))
    return Proviso(said, closed, replace(statement, variables=variables))


def first_look(sampler: Sampler, sizes: Sequence[Sizes], asked: Sequence[Proviso]) -> Iterator[Proviso]:
    """Those that agree on a few draws at two sizes; all of them run in one batch."""
    left = list(asked)
    telling = [size for size in sizes if min(size.values(), default=2) > 1][:2]
    for size in telling:
        drawn: list[list[Any]] = []
        possible: list[Proviso] = []
        for proviso in left:
            rng = generator(proviso.statement, sampler.seed, size, 0)
            every = all_sizes(proviso.statement, size)
            try:
                drawn.append(draw(proviso.statement, sampler.inputs, every, DRAWS, rng))
            except domains.EmptyDomain:
                continue
            possible.append(proviso)
        if not possible:
            return
        outputs = sampler.run(size, [np.concatenate(arrays) for arrays in zip(*drawn, strict=True)])
        _, closed, oracle, *_ = outputs.values()
        agrees = compare.finite(closed) & compare.finite(oracle)
        gap = compare.norms(np.where(agrees[:, None, None], closed - oracle, 0.0))
        agrees &= gap <= compare.WORST_FLOOR * np.maximum(compare.norms(oracle), compare.norms(closed))
        left = [p for p, same in zip(possible, agrees.reshape(-1, DRAWS).all(1), strict=True) if same]
    yield from left if telling else ()
