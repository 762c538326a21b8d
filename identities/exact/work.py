"""How many multiplications an exact judgement takes: Python's numbers are slow, and hostile formulas are large."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from identities import dims
from identities.claims import STRUCTURED
from identities.declaration import Shape
from identities.exact.inputs import FEATURES
from identities.program import moving_variables
from identities.sizes import Sizes
from identities.statement import Statement
from identities.typed import Typed

MOST = 5_000_000  # multiplications for one claim, about half a second
SECOND_ORDER = 9  # products of parts in a product of two jets


def at(shape: Shape, sizes: Sizes) -> tuple[int, int]:
    """A shape in numbers."""
    return int(dims.evaluate(shape[0], sizes)), int(dims.evaluate(shape[1], sizes))


def _power(tree: Typed, sizes: Sizes) -> int:
    return int((abs(dims.evaluate(tree.data, sizes)) + 2) * at(tree.shape, sizes)[0] ** 3)


def _call(tree: Typed, sizes: Sizes) -> int:
    entries = math.prod(at(tree.shape, sizes))
    return 4 * FEATURES * (entries + 1) * (math.prod(at(tree.args[0].shape, sizes)) + 1)


def _order(power: int) -> Callable[[Typed, Sizes], int]:
    return lambda tree, sizes: max(at(tree.args[0].shape, sizes)) ** power


def _entries(tree: Typed, sizes: Sizes) -> int:
    return math.prod(at(tree.shape, sizes))


OWN: Mapping[str, Callable[[Typed, Sizes], int]] = {
    "matmul": lambda tree, sizes: at(tree.args[0].shape, sizes)[0] * math.prod(at(tree.args[1].shape, sizes)),
    "inverse": _order(3),
    "pinv": _order(3),
    "power_matrix": _power,
    "call": _call,
    "diagsums": _order(4),
    **dict.fromkeys(("det", "adj", "cof", "logdet", "logN"), _order(4)),
}


def of(tree: Typed, sizes: Sizes, lets: Mapping[str, Typed]) -> int:
    """The multiplications of plain numbers that a tree takes."""
    loops = 1
    if tree.op == "sum_over_dim":
        loops = int(dims.evaluate(tree.data, sizes))
    elif tree.op == "sum_between":
        index, lower, upper = tree.data
        last = int(dims.evaluate(upper, sizes))
        loops = max(0, last - int(dims.evaluate(lower, sizes)) + 1)
        sizes = {**sizes, index: last}
    own = OWN.get(tree.op, _entries)(tree, sizes)
    parts = tree.args if tree.op != "name" or tree.data not in lets else (lets[tree.data],)
    return own + loops * sum(of(part, sizes, lets) for part in parts)


def work(statement: Statement, sizes: Sizes) -> int:
    """The multiplications of one draw."""
    lets, kind = dict(statement.lets), statement.claim.kind
    moving = sum(math.prod(at(statement.variables[name].shape, sizes)) for name in moving_variables(statement))
    once = of(statement.f, sizes, lets) * SECOND_ORDER
    closed = of(statement.closed_form, sizes, lets)
    if kind == "entries":
        return moving * (once + math.prod(at(statement.f.shape, sizes)) * closed)
    if kind in STRUCTURED:
        return moving * once + closed
    return once + closed
