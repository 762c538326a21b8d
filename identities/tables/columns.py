"""Which columns of a table hold functions, derivatives, conditions: what its headers say together, and its cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from identities.catalogue import Text
from identities.equations.stated import Texts
from identities.notation import canonical_name
from identities.tables.blocks import Line, Row, Run, Table
from identities.tables.formulas import is_nothing
from identities.tables.headers import DERIVATIVES, Column, column, mathematics, name, plain

LETTERS_OF_DERIVATIVES = {"J": "jacobian", "H": "hessian"}
EQUALS = ("equals", "=", "equal to", "rhs", "right-hand side", "right side", "simplified", "simplification")
_HANDED = re.compile(r"(?:d ?|g_?|grad[ _]?)([A-Za-z][0-9₀-₉]?)")
_OF_NAME = re.compile(
    r"(?:the )?(?:[a-z]+ )?(?:gradient|derivative|hessian)s? of (?:the )?(?:[a-z-]+ )?(?P<of>\S+)|∇(?P<nabla>\S)",
    re.IGNORECASE,
)
# Headers of formulas that nobody differentiates.
_NO_FUNCTION = re.compile(
    r"\b(?:updates?|steps?|costs?|complexity|flops?|memory|examples?|sources?|references?|proof|algorithm|uses?|init\w*)\b",
    re.IGNORECASE,
)
_IN_WHAT = re.compile(
    r"\b(?:gradient|derivative|partial|differentiated?)s?\s+(?:w\.?\s?r\.?\s?t\.?|with respect to)\W*$"
)
_VALUES = {"value", "values", "formula", "result", "expression", "closed form", "equals", "is"}  # of a derivative


def columns(header: Sequence[Line]) -> tuple[Column, ...]:
    """What the columns hold; nothing where this is no table of derivatives or identities, or a row with its = apart."""
    if equated(header):
        return ()
    found = with_variables(header, with_letters(header, [column(head) for head in header]))
    derived = any(one.role in DERIVATIVES for one in found)
    roles = [one.role for one in found]
    for number, one in enumerate(found):
        if one.role == "formula":  # the function where a derivative stands beside it, else a whole equation
            found[number] = Column("f" if derived else "equation", one.wrt)
        elif one.role == "f" and derived and "formula" in roles:  # its name
            found[number] = Column("ignored")
        elif one.role == "result":  # a derivative where a function or a variable stands beside it, else the same value
            of_function = "wrt" in roles or any(
                re.search(r"\bfunction|scalar|loss|^f\b", plain(head).lower()) for head in header
            )
            of_function = of_function and plain(header[number]).strip().lower() not in EQUALS
            found[number] = Column("output" if derived else "derivative" if of_function else "result", one.wrt)
    if derived and "f" not in roles and "code" in roles:
        found[roles.index("code")] = Column("f")
    roles = [one.role for one in found]
    if derived and "f" not in roles and header and is_nothing(header[0]):  # of tr(AX), below nothing
        found[0] = Column("f")
        roles = [one.role for one in found]
    if "f" not in roles and "equation" in roles and any(role in DERIVATIVES for role in roles):
        found[roles.index("equation")] = Column("f")
        roles = [one.role for one in found]
    unnamed = [n for n, one in enumerate(found) if one.role == "pullback" and not one.wrt and not one.place]
    for number, at in enumerate(unnamed if len(unnamed) > 1 else (), start=1):  # of the arguments in order
        found[at] = replace(found[at], place=number)
    useful = "equation" in roles or ("f" in roles and any(role in (*DERIVATIVES, "result") for role in roles))
    return tuple(found) if useful else ()


def columns_in(header: Sequence[Line], rows: Sequence[Sequence[Line]]) -> tuple[tuple[Column, ...], bool]:
    """What the columns hold, and whether the header says so.

    Where it names derivatives but not what they are of, or what has no formulas, it is the column of formulas beside.
    """
    found = columns(header)
    named = [column(head) for head in header]
    derived = next((n for n, one in enumerate(named) if one.role in DERIVATIVES), None)
    f = next((n for n, one in enumerate(found) if one.role == "f"), None)

    def formal(number: int) -> bool:
        cells = [row[number] for row in rows if number < len(row)]
        return 2 * sum(any(run.manner != "words" for run in cell) for cell in cells) > len(cells)

    equations = [n for n, one in enumerate(found) if one.role == "equation"]
    stated = any("=" in plain(row[n]) for n in equations for row in rows if n < len(row))
    if equations and derived is None and f is None and not stated:
        return (), True  # the names of rules, and what the other cells state by themselves
    heads = [plain(head).strip().lower() for head in header]
    if derived is not None and heads[derived].isalpha() and _VALUES & {*heads}:
        cells = [plain(row[derived]) if derived < len(row) else "" for row in rows]
        if cells and all("=" not in text and mathematics(text)[0] in ("derivative", "hessian") for text in cells):
            return (), True  # ∇f | 2x under derivative | value
    if derived is None or not rows or (found and (f is None or formal(f))) or any(map(columns_of, rows)):
        return found, True
    others = [n for n, head in enumerate(header) if head and n != f and not _NO_FUNCTION.search(plain(head))]
    beside = [n for n in others if named[n].role in ("", "code") and formal(n)]
    if not beside:
        return found, True
    at = max((n for n in beside if n < derived), default=beside[0])
    lines = [
        (Run("words", Text("function", head[0].text.place)),) if n == at else head for n, head in enumerate(header)
    ]
    if f is not None:
        lines[f] = ()
    return columns(lines), f is not None


def of_the_named(table: Table, definitions: Texts) -> Table:
    """The table with a column of the function that its header names, where none has one: w.r.t. | Gradient of ℓ."""
    roles = [column(head).role for head in table.header]
    found = [match for head in table.header if (match := _OF_NAME.fullmatch(" ".join(plain(head).split())))]
    names = {canonical_name(match["of"] or match["nabla"]) for match in found} & definitions.keys()
    if (
        len(names) != 1
        or "wrt" not in roles
        or not {*roles} <= {"wrt", "ignored", "", "where", "condition", *DERIVATIVES}
    ):
        return table
    f = definitions[names.pop() or ""]
    head = (Run("words", Text("function", f.place)),)
    return Table(
        (head, *table.header), tuple(replace(row, cells=((Run("math", f),), *row.cells)) for row in table.rows)
    )


def upright(table: Table) -> Table:
    """The table with a row for each function, where its header names them: f | aᵀx | xᵀx above ∇f | a | 2x."""
    lines = [table.header, *(row.cells for row in table.rows)]
    formal = all(any(run.manner != "words" for run in head) for head in table.header[1:])
    named = any(column(head).role in DERIVATIVES for head in table.header)
    if not table.rows or len(table.header) < 2 or not formal or named:
        return table
    if not all(line and column(line[0]).role in DERIVATIVES for line in lines[1:]):
        return table
    turned = [tuple(line[n] if n < len(line) else () for line in lines) for n in range(len(table.header))]
    head = turned[0] if turned[0][0] else ((Run("words", Text("f", turned[0][1][0].text.place)),), *turned[0][1:])
    return Table(head, tuple(map(Row, turned[1:])))


def line_of(table: Table) -> int:
    """The line of its first cell; 1 where all are empty."""
    cells = (cell for line in (table.header, *(row.cells for row in table.rows)) for cell in line if cell)
    return next((cell[0].text.place.line for cell in cells), 1)


def with_letters(header: Sequence[Line], found: list[Column]) -> list[Column]:
    """J and H beside a function are its Jacobian and its Hessian, dA and dB the cotangents of its variables."""
    f = next((number for number, one in enumerate(found) if one.role == "f"), len(found))
    said = [LETTERS_OF_DERIVATIVES.get(plain(head).strip(), "") for head in header]
    handed = [match[1] if (match := _HANDED.fullmatch(plain(head).strip())) else "" for head in header]
    if len(set(filter(None, handed))) > 1:
        found = [Column("pullback", name(handed[n])) if handed[n] else one for n, one in enumerate(found)]
    return [Column(said[n]) if said[n] and n > f else one for n, one in enumerate(found)]


def with_variables(header: Sequence[Line], found: list[Column]) -> list[Column]:
    """The columns of variables: "Gradient w.r.t." beside "Result"; of Z | f | ∇_Z f the first."""
    roles = [one.role for one in found]
    for number, head in enumerate(header):
        rest = roles[:number] + roles[number + 1 :]
        if _IN_WHAT.search(plain(head).lower()) and "wrt" not in rest and {*rest} & {"result", *DERIVATIVES}:
            found[number] = Column("wrt")
    roles = [one.role for one in found]
    below = {one.wrt for one in found if one.role in DERIVATIVES and one.wrt}
    for number, head in enumerate(header):
        if "wrt" not in roles and roles.count("f") > 1 and roles[number] == "f" and name(plain(head).strip()) in below:
            found[number] = Column("wrt")
    return found


def side_by_side(found: Sequence[Column]) -> list[slice]:
    """The columns of several tables in one, each of functions and what is said of them."""
    starts = [number for number, one in enumerate(found) if one.role == "f"]
    pieces = [slice(a, b) for a, b in zip([0, *starts[1:]], [*starts[1:], len(found)], strict=True)]
    whole = all(any(one.role in DERIVATIVES for one in found[piece]) for piece in pieces)
    return pieces if len(starts) > 1 and whole else [slice(0, len(found))]


def equated(cells: Sequence[Line]) -> Line:
    """The cells of an equation with its = apart, ∇(aᵀx) | = | a, as one formula; nothing where none is that sign."""
    runs = [run for cell in cells for run in cell]
    if "=" not in [run.text.text.strip() for cell in cells if len(cell) == 1 for run in cell]:
        return ()
    return (Run("math", Text.joined([part for run in runs for part in (run.text, Text(" ", run.text.place))])),)


def names_derivative(cell: Line) -> bool:
    """Whether a cell is an equation of a derivative by its name: J_f(x) = A, f′(x) = a."""
    left, sign, _ = plain(cell).partition("=")
    return bool(sign) and mathematics(left)[0] in ("derivative", "hessian", "jacobian")


def columns_of(cells: Sequence[Line]) -> tuple[Column, ...]:
    """What the cells of a row hold where one of them names a derivative: f = xᵀx, ∇ₓf, 2x; nothing where none does."""
    formal = [any(run.manner != "words" for run in cell) for cell in cells]
    for at, cell in enumerate(cells[:-1]):
        text = plain(cell)
        role, wrt = mathematics(text) if formal[at] and "=" not in text else ("", "")
        if role in ("derivative", "hessian") and formal[at + 1]:
            found = [Column("ignored")] * len(cells)
            f = next((n for n in reversed(range(at)) if formal[n]), at)
            found[f], found[at + 1] = Column("f"), Column(role, wrt)
            return tuple(found)
    return ()
