"""Claims that a check would pass although it shows nothing, or less than a reader takes from it."""

from __future__ import annotations

from collections.abc import Sequence

from identities.claims import DIFFERENTIALS
from identities.draws import at
from identities.expression import Name, walk
from identities.program import perturbed
from identities.sizes import Sizes
from identities.statement import Statement

# Letters that stand for what moves where A, b and Σ are constant: t to z of either case, and their Greek fellows.
LATE = frozenset("tuvwxyzTUVWXYZθξφχψωΘΞΦΨΩ")


def standing_still(statement: Statement) -> str | None:
    """Why a differential may have lost a term: a variable of f does not move, and nothing says that it is constant.

    Of A dX B everyone knows that A and B are constant: only what is named like a variable moves, and all of it does.
    dA B of AB moves A, and B not. An entry says which variables move by their key.
    """
    if statement.claim.kind not in DIFFERENTIALS or statement.claim.wrt:
        return None
    moving = perturbed(statement)
    trees = [statement.f, *(tree for _, tree in statement.lets)]
    named = {node.name for tree in trees for node in walk(tree.node) if isinstance(node, Name)}
    still = [name for name in statement.variables if name in named and name not in (*moving, *statement.at)]
    if not still or (all(name[0] in LATE for name in moving) and not any(name[0] in LATE for name in still)):
        return None
    verb = "do" if len(still) > 1 else "does"
    return (
        f"{' and '.join(still)} {verb} not move here although f depends on {'them' if len(still) > 1 else 'it'}; "
        f"if a term is not lost, say which variables move: `{statement.claim.kind}:` and below it "
        f"`{', '.join(moving)}: {statement.claim.closed_form.text}`"
    )


def commuting(statement: Statement, sizes: Sequence[Sizes]) -> str | None:
    """Why order and transposes cannot be seen: what is declared as a matrix is 1×1 at every size that is possible."""
    matrices = [v for v in statement.variables.values() if all(dim.symbols for dim in v.shape)]
    if not matrices or any(at(v.shape, size) != (1, 1) for v in matrices for size in sizes):
        return None
    names = " and ".join(v.name for v in matrices)
    return (
        f"{names} can only be 1×1 here, where all matrices commute and are their own transposes, so nothing is shown "
        "about matrices; declare a scalar if that is meant"
    )
