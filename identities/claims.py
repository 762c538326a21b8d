"""What each kind of claim asks of f, of its variables and of its closed form: DESIGN §4, as code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from identities import domains
from identities.catalogue import KINDS, Claim
from identities.declaration import Declaration, Shape
from identities.dims import ONE
from identities.expression import Span
from identities.notation import NotationError, canonical_name
from identities.shapes import Inference
from identities.typed import SCALAR, ShapeError

HERE = Span(0, 1)
EXTREMES = ("minimizer", "maximizer")
STRUCTURED = ("gradient_symmetric", "gradient_independent")
DIFFERENTIALS = ("differential", "second_differential")
SCALAR_F = ("gradient", "hessian", "conjugate_gradient", *STRUCTURED, *EXTREMES)
SHAPE_OF_F = ("derivative", "equals", *DIFFERENTIALS)

_ENTRY = re.compile(r"\s*([^\[\]\s]+)\s*\[\s*([a-z])\s*(?:,\s*([a-z])\s*)?\]\s*")


def said(claim: Claim) -> str:
    """The claim in words: ``gradient in X``, ``hessian in x, y``."""
    return f"{claim.kind.replace('_', ' ')}{' in ' + claim.wrt if claim.wrt else ''}"


def variables_of(claim: Claim) -> tuple[str, ...]:
    """The variables that a claim names; of ``X[i,j]`` it is X. Raises NotationError for what is not a name."""
    if not claim.wrt:
        if not set(KINDS[claim.kind].variables) & {0}:
            raise NotationError(f"{said(claim)} needs its variable, as in {KINDS[claim.kind].usage}", HERE)
        return ()
    if claim.kind == "entries":
        match = _ENTRY.fullmatch(claim.wrt)
        if not match:
            raise NotationError(f"'{claim.wrt}' is not an entry; expected X[i,j] or x[i]", HERE)
        return (canonical_name(match[1]) or match[1],)
    return tuple(canonical_name(part.strip()) or part.strip() for part in claim.wrt.split(","))


def check_variable(name: str, declarations: Mapping[str, Declaration], lets: Sequence[str]) -> None:
    """Raise NotationError for a name that nothing can be differentiated in."""
    declaration = declarations.get(name)
    if name in lets:
        raise NotationError(f"{name} is a part named by `let`, not a variable", HERE)
    if declaration is not None and (declaration.is_function or declaration.is_integer):
        what = "a declared function" if declaration.is_function else "an integer"
        raise NotationError(f"{name} is {what}; a derivative is taken in a variable", HERE)


def check_kind(claim: Claim, f: Shape, wrt: Sequence[str], inference: Inference) -> None:
    """Raise NotationError where the kind of claim makes no sense for this f and these variables."""
    if claim.kind in SCALAR_F and not inference.unify(f, SCALAR, HERE):
        raise ShapeError(
            f"{said(claim)} needs a scalar f, but f is {inference.spelled(f)}; "
            "for such f say jacobian, differential or pullback",
            HERE,
        )
    for name in wrt:
        declaration = inference.declarations.get(name)
        if declaration and claim.kind != "conjugate_gradient" and domains.has(declaration.words, "complex"):
            raise NotationError(
                f"{said(claim)}, but {name} is complex; of a complex variable say conjugate_gradient or differential",
                HERE,
            )
    if claim.kind == "derivative":
        shape = inference.shape_of(wrt[0])
        if inference.resolved(shape) != SCALAR:
            raise NotationError(
                f"a derivative is taken in a scalar, but {wrt[0]} is {inference.spelled(shape)}; "
                "say gradient or jacobian",
                HERE,
            )
    if claim.kind in STRUCTURED:
        declaration = inference.declarations.get(wrt[0])
        if not domains.has_basis(declaration.words if declaration else ()):
            raise NotationError(
                f"{said(claim)} needs a variable with a linear structure; "
                f"declare {wrt[0]} symmetric, diagonal, toeplitz, …",
                HERE,
            )


def required_shape(kind: str, f: Shape, variables: Sequence[Shape]) -> Shape:
    """The shape that a closed form of this kind has; rows of a Jacobian are outputs."""
    sizes = [rows * columns for rows, columns in variables]
    if kind == "jacobian":
        return (f[0] * f[1], sizes[0])
    if kind == "hessian":
        return (sizes[0], sizes[-1])
    if kind == "entries":
        return SCALAR
    return f if kind in SHAPE_OF_F else variables[0]


def indices_of_variable(claim: Claim, inference: Inference) -> tuple[str, ...]:
    """The indices i, j of a key ``X[i,j]``, registered with their ranges."""
    if claim.kind != "entries":
        return ()
    match = _ENTRY.fullmatch(claim.wrt)
    assert match is not None
    name = canonical_name(match[1]) or match[1]
    rows, columns = inference.shape_of(name)
    indices = tuple(i for i in (match[2], match[3]) if i)
    if clash := [index for index in indices if index in inference.ranges]:
        raise NotationError(f"{clash[0]} is a free index of f already; take other letters in {name}[…]", HERE)
    if len(indices) == 1 and inference.solver.resolve(columns) != ONE:
        raise NotationError(f"an entry of the matrix {name} has two indices, {name}[i,j]", HERE)
    inference.ranges.update(zip(indices, (rows, columns), strict=False))
    return indices


def indices_of_f(f: Shape, taken: Sequence[str], of_f: Iterable[str], inference: Inference) -> tuple[str, ...]:
    """The indices k, l of f[k,l] in a claim about entries: the free indices of the closed form not of the key."""
    axes = [dim for dim in inference.resolved(f) if dim != ONE]
    spoken_for = {*taken, *of_f}
    free = sorted(index for index in inference.ranges if index not in spoken_for)
    spare = [index for index in "klijrs" if index not in spoken_for and index not in free]
    if len(free) < len(axes) and (taken_name := next((i for i in spare[:1] if i in inference.declarations), "")):
        raise NotationError(
            f"{taken_name} is declared in `where`, so it cannot be an index of f[k,l]; rename the variable", HERE
        )
    free = sorted([*free, *spare[: max(0, len(axes) - len(free))]])
    if len(free) > len(axes):
        raise NotationError(
            f"the closed form has the free indices {', '.join(free)}, but f is {inference.spelled(f)}", HERE
        )
    for index, axis in zip(free, axes, strict=True):
        if not inference.solver.unify(inference.ranges.setdefault(index, axis), axis, HERE):
            range_ = inference.solver.resolve(inference.ranges[index])
            raise NotationError(f"the index {index} of f ranges over {range_}, not over {axis}", HERE)
    return tuple(free)
