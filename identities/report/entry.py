"""One entry of a catalogue as a reader wants it: text, LaTeX, code, YAML or JSON, all from the tree that is checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from identities.catalogue import TURNED, Claim, Identity, Problem
from identities.claims import said, variables_of
from identities.expression import Expr, Name
from identities.notation.typeset import latex, unicode
from identities.parsed import Parsed, read
from identities.report.json import dump
from identities.statement import statements
from identities.typed import transposed

LAYOUT_NOTES = {
    "gradient": "gradients in the shape of the variable, Jacobians with outputs as rows",
    "numerator": "numerator layout: ∂f/∂x of a scalar f is a row, Jacobians have outputs as rows",
    "denominator": "denominator layout: gradients in the shape of the variable, Jacobians have outputs as columns",
}


class Unreadable(ValueError):
    """An entry with formulas that cannot be read; its problems are the lines of the message."""


def render(identity: Identity, form: str, layout: str = "gradient") -> str:
    """The entry in one of the forms of ``identities show --as``; raises :class:`Unreadable`."""
    parsed = read(identity)
    if parsed.problems:
        raise Unreadable("\n".join(map(str, parsed.problems.values())))
    return FORMS[form](parsed, layout)


def shown(parsed: Parsed, layout: str) -> Iterator[tuple[Claim, Expr]]:
    """Every claim of the entry itself with its closed form in a layout."""
    for claim, tree in zip(parsed.identity.claims, parsed.closed_forms, strict=True):
        if tree is not None and not claim.worked:
            yield claim, transposed(tree) if claim.kind in TURNED[layout] else tree


def as_text(parsed: Parsed, layout: str) -> str:
    """The entry for a reader at a terminal."""
    identity = parsed.identity
    lines = [f"{identity.id}{'  (' + identity.section + ')' if identity.section else ''}", ""]
    rows = [("f", unicode(parsed.f))] if parsed.f else []
    rows += [(said(claim), unicode(tree)) for claim, tree in shown(parsed, layout)]
    width = max(len(left) for left, _ in rows)
    lines += [f"  {left:<{width}}  =  {right}" for left, right in rows]
    conditions = [f"{name}: {text.text}" for name, text in identity.where.items()]
    if conditions:
        lines += ["", "  where " + ", ".join(conditions)]
    lines += [f"  with {name} = {unicode(part)}" for name, (part, _) in parsed.lets.items()]
    lines += [f"  at {name} = {text.text}" for name, text in identity.at.items()]
    if any(claim.kind in ("gradient", "jacobian") for claim in identity.claims):
        lines.append(f"  layout: {LAYOUT_NOTES[layout]}")
    if identity.note:
        lines += ["", f"  {identity.note}"]
    if identity.source:
        lines += ["", *(f"  {source}" for source in identity.source)]
    return "\n".join(lines) + "\n"


SAYINGS: dict[str, Callable[[str, str], str]] = {
    "gradient": lambda f, x: rf"\nabla_{{{x}}}\,{f}",
    "gradient_symmetric": lambda f, x: rf"\nabla^{{\mathrm{{sym}}}}_{{{x}}}\,{f}",
    "gradient_independent": lambda f, x: rf"\frac{{\partial}}{{\partial {x}}}_{{\text{{independent entries}}}}\,{f}",
    "conjugate_gradient": lambda f, x: rf"2\frac{{\partial}}{{\partial {x}^{{*}}}}\,{f}",
    "jacobian": lambda f, x: (
        rf"\frac{{\partial \operatorname{{vec}}{f}}}{{\partial \operatorname{{vec}}({x})^{{\top}}}}"
    ),
    "hessian": lambda f, x: rf"\nabla^{{2}}_{{{x}}}\,{f}",
    "derivative": lambda f, x: rf"\frac{{\mathrm{{d}}}}{{\mathrm{{d}}{x}}}\,{f}",
    "entries": lambda f, x: rf"\frac{{\partial}}{{\partial {x}}}\,{f}",
    "differential": lambda f, x: rf"\mathrm{{d}}{f}",
    "second_differential": lambda f, x: rf"\mathrm{{d}}^{{2}}{f}",
    "pullback": lambda f, x: rf"\bar{{{x}}}",
    "equals": lambda f, x: f,
    "minimizer": lambda f, x: rf"\arg\min_{{{x}}}\,{f}",
    "maximizer": lambda f, x: rf"\arg\max_{{{x}}}\,{f}",
}


def as_latex(parsed: Parsed, layout: str) -> str:
    """The claims as an ``align*`` environment."""
    assert parsed.f is not None
    f = latex(parsed.f)
    enclosed = rf"\left({f}\right)"
    lines = []
    for claim, tree in shown(parsed, layout):
        variables = (
            ", ".join(latex(Name(name)) for name in variables_of(claim))
            if claim.kind != "entries"
            else entry_name(claim)
        )
        left = SAYINGS[claim.kind](f if claim.kind == "equals" else enclosed, variables)
        lines.append(f"{left} &= {latex(tree)}")
    lines += [f"{latex(Name(name))} &= {latex(part)}" for name, (part, _) in parsed.lets.items()]
    return "\\begin{align*}\n" + " \\\\\n".join(lines) + "\n\\end{align*}\n"


def entry_name(claim: Claim) -> str:
    """X_{i,j} of a claim about entries."""
    name = latex(Name(variables_of(claim)[0]))
    return f"{name}_{{{claim.wrt.partition('[')[2].rstrip('] ')}}}"


def as_code(dialect: str) -> Callable[[Parsed, str], str]:
    """The writer of a Python module for NumPy or JAX."""

    def write(parsed: Parsed, layout: str) -> str:
        from identities.readings.code import function, identifier, turned
        from identities.readings.source import module

        functions: dict[str, str] = {}
        for claim, statement in zip(parsed.identity.claims, statements(parsed), strict=True):
            if isinstance(statement, Problem):
                raise Unreadable(str(statement))
            if claim.worked:
                continue
            shapes = {name: variable.shape for name, variable in statement.variables.items()}
            indices = (*statement.indices, *statement.integers)
            if not functions:
                functions["f"] = function("f", statement.f, shapes, indices, statement.lets)
            stem = name = "_".join([claim.kind, *map(identifier, statement.wrt)])
            number = 1
            while name in functions:
                number += 1
                name = f"{stem}_{number}"
            closed = turned(statement.closed_form) if claim.kind in TURNED[layout] else statement.closed_form
            functions[name] = function(name, closed, shapes, indices, statement.lets)
        head = f"# {parsed.identity.id}: vectors are columns (n, 1), scalars (1, 1) or plain numbers\n"
        head += f"# {LAYOUT_NOTES[layout]}\n" * (layout != "gradient")
        return head + module([*functions.values()], dialect)

    return write


def as_yaml(parsed: Parsed, layout: str) -> str:
    """The lines of the entry as they stand in its file, unindented."""
    identity = parsed.identity
    first, last = identity.span
    try:
        text = Path(identity.place.file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{identity.place}: {identity.id}: the lines of the entry cannot be read: {error}") from None
    lines = text.splitlines()[first - 1 : last]
    while lines and not lines[-1].strip():
        lines.pop()
    indent = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return "\n".join(line[indent:] for line in lines) + "\n"


def as_json(parsed: Parsed, layout: str) -> str:
    """The entry as one JSON document."""
    identity = parsed.identity
    assert parsed.f is not None
    return dump(
        {
            "format": 1,
            "id": identity.id,
            "section": identity.section,
            "where": {name: text.text for name, text in identity.where.items()},
            "let": {name: unicode(part) for name, (part, _) in parsed.lets.items()},
            "f": {"unicode": unicode(parsed.f), "latex": latex(parsed.f)},
            "layout": layout,
            "claims": [
                {"kind": claim.kind, "wrt": claim.wrt, "unicode": unicode(tree), "latex": latex(tree)}
                for claim, tree in shown(parsed, layout)
            ],
            "at": {name: text.text for name, text in identity.at.items()},
            "example": {name: text.text for name, text in identity.example.items()},
            "source": list(identity.source),
            "note": identity.note,
            "tags": list(identity.tags),
            "file": identity.place.file,
            "line": identity.place.line,
        }
    )


FORMS: dict[str, Callable[[Parsed, str], str]] = {
    "text": as_text,
    "latex": as_latex,
    "numpy": as_code("numpy"),
    "jax": as_code("jax"),
    "yaml": as_yaml,
    "json": as_json,
}
