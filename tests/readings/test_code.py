"""What `show --as numpy` and `--as jax` print is run here, and compared with the reading that is checked."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from inspect import signature
from typing import Any

import numpy as np
import pytest

import identities
from identities import dims
from identities.catalogue import Claim, Identity, read_text
from identities.draws import all_sizes, draw, generator, possible
from identities.files import own_catalogue
from identities.parsed import read
from identities.program import slots
from identities.readings.code import DERIVATIVES, identifier
from identities.readings.source import SUPPORT
from identities.readings.traced import Point, Random, value
from identities.report.entry import render
from identities.sizes import assignments
from identities.statement import Statement, statements
from identities.typed import Typed
from identities.vocabulary import TABLE

Array = Any
BY_ID = {identity.id: identity for identity in identities.load(own_catalogue())}
# What NumPy alone cannot evaluate; for the rest it is the quicker namespace of the reading.
NEEDS_JAX = {"sum_over_dim", "sqrtm", "logm", "expm", "sinm", "cosm", "erf"}
MADE_UP = "format: 1\nidentities:\n- id: e\n  where: {%s}\n  f: '%s'\n  equals: '%s'\n"


# ---- what is printed


@dataclass(frozen=True)
class Printed:
    """The functions of a printed module, in order: f, then one per claim."""

    names: tuple[str, ...]
    functions: tuple[Callable[..., Any], ...]


def run(source: str) -> Printed:
    """Every function apart, so that one that bears the name of another still counts."""
    module = ast.parse(source)
    support = {
        node.name for text in SUPPORT.values() for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)
    }
    common: dict[str, Any] = {}
    own: list[ast.FunctionDef] = []
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name not in support:
            own.append(node)
        else:
            exec(compile(ast.Module([node], []), "<printed>", "exec"), common)  # noqa: S102
    functions = []
    for node in own:
        space = dict(common)
        exec(compile(ast.Module([node], []), "<printed>", "exec"), space)  # noqa: S102
        functions.append(space[node.name])
    return Printed(tuple(node.name for node in own), tuple(functions))


def readable(identity: Identity) -> list[tuple[Claim, Statement]]:
    """The claims of the entry itself, those of its worked example left out as they are in what is printed."""
    if identity.id in BY_ID:
        return known(identity.id)
    return claims_of(identity)


@cache
def known(id: str) -> list[tuple[Claim, Statement]]:
    return claims_of(BY_ID[id])


def claims_of(identity: Identity) -> list[tuple[Claim, Statement]]:
    found = []
    for claim, statement in zip(identity.claims, statements(read(identity)), strict=True):
        assert isinstance(statement, Statement), str(statement)
        if not claim.worked:
            found.append((claim, statement))
    return found


@cache
def source_of(id: str, dialect: str) -> str:
    return render(BY_ID[id], dialect)


# ---- what goes in


def declared_function(drawn: Random, source: tuple[int, ...], target: tuple[int, ...]) -> dict[str, Callable[..., Any]]:
    """F(X) = B + C sin(W vec X + φ) and its derivatives by their marks.

    A function ℝ → ℝ takes an array of any shape, entry by entry, as printed code passes it.
    """
    w, phi, c, b = (np.asarray(part) for part in (drawn.weights, drawn.phases, drawn.coefficients, drawn.offset))

    def vec(x: Array) -> Array:
        return np.reshape(np.asarray(x, dtype=float).T, (-1, 1))

    def unvec(v: Array, shape: tuple[int, ...]) -> Array:
        return v.reshape(shape[::-1]).T

    def jacobian(x: Array) -> Array:
        return c @ (np.cos(w @ vec(x) + phi) * w)

    def of_a_number(order: int) -> Callable[[Array], Array]:
        def at(t: Array) -> Array:
            x = np.asarray(t, dtype=float)
            waves = sum(
                ck * wk**order * np.sin(wk * x + pk + order * np.pi / 2)
                for wk, pk, ck in zip(w[:, 0], phi[:, 0], c[0], strict=True)
            )
            return waves + (b[0, 0] if order == 0 else 0.0)

        def along(t: Array) -> Array:
            return unvec(
                c @ (w**order * np.sin(w @ vec(t) + phi + order * np.pi / 2)) + (b if order == 0 else 0.0), target
            )

        return at if target == (1, 1) else along

    if source == (1, 1):
        return {"'" * order: of_a_number(order) for order in range(4)} | {"∂": jacobian, "∇": of_a_number(1)}
    return {
        "": lambda x: unvec(c @ np.sin(w @ vec(x) + phi) + b, target),
        "∇": lambda x: unvec(jacobian(x).T, source),
        "∇²": lambda x: w.T @ (-c.T * np.sin(w @ vec(x) + phi) * w),
        "∂": jacobian,
        "D": lambda x, dx: unvec(jacobian(x) @ vec(dx), target),
    }


def inputs(statement: Statement, sizes: Mapping[str, int]) -> tuple[Point, dict[str, Any]]:
    """One draw, as a point for the reading and as arguments, by name, for printed code."""
    found = slots(statement)
    arrays = draw(statement, found, all_sizes(statement, sizes), 1, generator(statement, 0, sizes, 0))
    by_role: dict[str, dict[str, Any]] = {}
    for slot, array in zip(found, arrays, strict=True):
        by_role.setdefault(slot.role, {})[slot.name] = array[0]
    parts = ("weights", "phases", "coefficients", "offset")
    functions = {name: Random(*(by_role[part][name] for part in parts)) for name in by_role.get("weights", {})}
    rng = np.random.default_rng(0)
    indices = {name: int(rng.integers(0, dims.evaluate(dim, sizes))) for name, dim in statement.indices.items()}
    at = Point(
        np,
        dict(sizes),
        values=by_role.get("value", {}),
        tangents=by_role.get("tangent", {}),
        cotangent=by_role.get("cotangent", {}).get("f̄"),
        functions=functions,
        indices=indices,
        lets=statement.lets,
    )
    at = replace(at, values={**at.values, **{name: value(tree, at) for name, tree in statement.at.items()}})
    arguments: dict[str, Any] = {identifier(name): array for name, array in at.values.items()}
    arguments |= {f"d{identifier(name)}": array for name, array in at.tangents.items()}
    arguments |= {"fbar": at.cotangent}
    arguments |= {identifier(name): place + 1 for name, place in indices.items()}
    arguments |= {
        identifier(name): sizes[name]
        for name in (*statement.integers, *statement.symbols)
        if identifier(name) not in arguments
    }
    for name, drawn in functions.items():
        declaration = statement.functions[name]
        assert declaration.target is not None
        source, target = (
            tuple(int(dims.evaluate(d, sizes)) for d in shape) for shape in (declaration.shape, declaration.target)
        )
        for mark, function in declared_function(drawn, source, target).items():
            plain = identifier(name)
            arguments[plain + "_prime" * len(mark) if mark.strip("'") == "" else DERIVATIVES[mark].format(plain)] = (
                function
            )
    return at, arguments


def operations(*trees: Typed) -> set[str]:
    found, todo = set(), list(trees)
    while todo:
        node = todo.pop()
        found.add(node.op)
        todo += node.args
    return found


def of(statement: Statement) -> set[str]:
    return operations(statement.f, statement.closed_form, *(tree for _, tree in statement.lets))


# ---- the comparison


@dataclass(frozen=True)
class Compared:
    """One printed function at one draw: what it gave, what the reading gives."""

    what: str
    sizes: Mapping[str, int]
    got: Array
    wanted: Array

    @property
    def agrees(self) -> bool:
        """Equal numbers; a (1, 1) may be a plain number, and nothing else may have another shape."""
        if self.got.shape != self.wanted.shape and not (self.wanted.shape == (1, 1) and self.got.shape == ()):
            return False
        scale = max(1.0, float(np.abs(self.wanted).max(initial=0.0)))
        return bool(np.allclose(self.got.reshape(-1), self.wanted.reshape(-1), rtol=1e-7, atol=1e-9 * scale))

    def __str__(self) -> str:
        return (
            f"{self.what} at {self.sizes}: {self.got.tolist()} of shape {self.got.shape} is not {self.wanted.tolist()}"
        )


def compare(identity: Identity, dialect: str, how_many: int) -> Iterator[Compared]:
    """f once and every closed form, at the first sizes, where all dims are distinct."""
    import jax
    import jax.numpy as jnp

    with jax.enable_x64(True):
        printed = run(source_of(identity.id, dialect) if identity.id in BY_ID else render(identity, dialect))
        claims = readable(identity)
        assert len(printed.functions) == 1 + len(claims)
        for number, (claim, statement) in enumerate(claims, 1):
            chosen = assignments(statement.symbols, statement.integers, lambda sizes, s=statement: possible(s, sizes))
            assert chosen
            for sizes in chosen[: 1 if of(statement) & NEEDS_JAX else how_many]:
                at, arguments = inputs(statement, sizes)
                if of(statement) & NEEDS_JAX:
                    at = replace(at, np=jnp, values={name: jnp.asarray(array) for name, array in at.values.items()})
                pairs = [(number, statement.closed_form, f"{claim.kind} {claim.wrt}".strip())]
                if number == 1:
                    pairs.append((0, statement.f, "f"))
                for place, tree, what in pairs:
                    function = printed.functions[place]
                    given = {name: arguments[name] for name in signature(function).parameters}
                    yield Compared(what, sizes, np.asarray(function(**given)), np.asarray(value(tree, at)))


@cache
def compared(id: str) -> tuple[Compared, ...]:
    return tuple(compare(BY_ID[id], "numpy", 1))


@pytest.mark.parametrize("id", BY_ID)
def test_printed_numpy_computes_what_is_checked(id):
    found = compared(id)
    sizes = {tuple(sorted(one.sizes.items())) for one in found}
    assert len({one.what for one in found}) >= 2
    assert len(found) >= (1 + len(readable(BY_ID[id]))) * min(1, len(sizes))
    assert [str(one) for one in found if not one.agrees] == []


def test_a_wrong_formula_would_be_seen():
    """The comparison fails for a lost transpose, a sign and a factor."""
    (right,) = (one for one in compared("trace-product") if one.what == "gradient X" and one.sizes["m"] == 2)
    for wrong in (right.got.T, -right.got, 2 * right.got, right.got[0], right.got.reshape(1, *right.got.shape)):
        assert not replace(right, got=wrong).agrees
    assert right.agrees


def test_nothing_is_left_out():
    """Every claim of every entry that is not a number of a worked example."""
    claims = sum(not claim.worked for identity in BY_ID.values() for claim in identity.claims)
    functions = {(id, number) for id in BY_ID for number in range(1, 1 + len(readable(BY_ID[id])))}
    assert len(functions) == claims
    assert len(BY_ID) >= 200


# Entries that together use every operation of the catalogue, few of each.
@cache
def a_few() -> tuple[str, ...]:
    used = {id: set().union(*(of(statement) for _, statement in readable(identity))) for id, identity in BY_ID.items()}
    missing, chosen = set().union(*used.values()), []
    while missing:
        best = max(sorted(used), key=lambda id: (len(used[id] & missing), -len(used[id])))
        chosen.append(best)
        missing -= used[best]
    return tuple(sorted(chosen))


@pytest.mark.parametrize("id", a_few())
def test_printed_jax_computes_what_is_checked(id):
    assert [str(one) for one in compare(BY_ID[id], "jax", 1) if not one.agrees] == []


@pytest.mark.parametrize("dialect", ["numpy", "jax"])
def test_printed_modules_are_modules(dialect):
    for id in BY_ID:
        source = source_of(id, dialect)
        module = ast.parse(source)
        names = [node.name for node in module.body if isinstance(node, ast.FunctionDef)]
        assert len(names) == len(set(names)), f"{id}: {names}"
        imported = {
            alias.asname or alias.name.partition(".")[0]
            for node in module.body
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        free = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
        bound = {node.arg for node in ast.walk(module) if isinstance(node, ast.arg)} | {
            n.id for n in ast.walk(module) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
        }
        builtin = {"sum", "range", "abs", "max", "min", "float"}
        assert free <= bound | imported | set(names) | builtin, (
            f"{id}: {free - bound - imported - set(names) - builtin}"
        )
        assert imported <= {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}, (
            f"{id}: an import that nothing uses"
        )
        assert not any(keyword.iskeyword(name) for name in bound)
        assert id in source.splitlines()[0]


# ---- what the catalogue does not say


def made_up(f: str, where: str) -> Identity:
    text = f.replace("'", "''")
    found, problems = read_text(MADE_UP % (where, text, text), "made-up.yaml")
    assert not problems, problems
    return found[0]


WHERE = (
    "A: m×n, B: n×p, C: m×n, S: n×n spd, T: n×n invertible, x: n, y: n positive, z: n, t: scalar positive, α: scalar"
)
EACH_OPERATION = [
    "Aᵀ",
    "Aᴴ",
    "T⁻¹",
    "A⁺",
    "−A",
    "A/t",
    "A ⊙ C",
    "A ⊘ C",
    "A ⊗ B",
    "outer(x, y)",
    "|α|",
    "|T|",
    "‖x‖",
    "‖xᵀ‖",
    "‖x‖₂",
    "‖A‖₂",
    "‖A‖_F",
    "‖x‖₁",
    "‖A‖₁",
    "‖x‖_∞",
    "‖A‖_∞",
    "‖A‖_max",
    "‖A‖_*",
    "tr(T)",
    "det(T)",
    "logdet(S)",
    "diag(x)",
    "diag(T)",
    "vec(A)",
    "vech(T)",
    "adj(T)",
    "cof(T)",
    "sum(A)",
    "prod(x)",
    "mean(A)",
    "max(A)",
    "min(A)",
    "rowsums(A)",
    "colsums(A)",
    "chol(S)",
    "eigvalsh(S)",
    "lambda_max(S)",
    "lambda_min(S)",
    "sum(eigvals(S))",
    "rank(A)",
    "diagsums(T)",
    "logN(x, z, S)",
    "‖x‖_S",
    "svdvals(A)",
    "sigma_max(A)",
    "softmax(x)",
    "softmax_rows(A)",
    "softmax_cols(A)",
    "log_softmax(x)",
    "logsumexp(x)",
    "logsumexp_rows(A)",
    "exp⊙(A)",
    "log(y)",
    "√t",
    "sin⊙(A)",
    "cos⊙(A)",
    "tan⊙(A)",
    "sinh⊙(A)",
    "cosh⊙(A)",
    "tanh⊙(A)",
    "arctan⊙(A)",
    "abs(A)",
    "sign(A)",
    "σ(A)",
    "relu(A)",
    "step(A)",
    "softplus(A)",
    "re(A)",
    "im(A)",
    "conj(A)",
    "T + I",
    "x + 𝟏",
    "K(m,n) vec(A)",
    "D(n) vech(S)",
    "L(n) vec(T)",
    "re(dft(n))",
    "re(ⅈ ⅈ)",
    "2π",
]
PRECEDENCE = [
    "−x⊙²", "(−x)⊙²", "(−t)²", "−t²", "(2t)²", "2t²", "(t + 1)²", "(1/3)²", "t^(−2)", "t^(1/3)", "2^(−t)",
    "A − (C − A)", "A − (C + A)", "(A − C) − A", "−(A + C)", "−(−A)", "A − (−C)", "t − (1 − α)", "t/(2α)", "t/2/α",
    "t/(1/t)", "(t/α)/t", "t (α/t)", "(t + 1)(α − 2)", "2 (t + α) A", "(A + C) B", "(A + C)ᵀ", "(A ⊙ C)ᵀ",
    "(A ⊙ C) B", "A ⊙ (C/t)", "(A ⊙ C) ⊘ A", "A ⊘ (C ⊘ A)", "(A/t) ⊘ C", "−A B", "−(A B)", "(−A) B", "A (−B)",
    "A B ⊗ T", "(A + C) ⊗ (B − B)", "tr(T)²", "tr(T + S)", "tr(−T)", "‖A − C‖_F²", "‖x − z‖³", "√(t + 1)", "√(t²)",
    "1/√t", "x/‖x‖²", "xᵀz/(‖x‖ ‖z‖)", "(xᵀz) x", "x xᵀz", "xᵀz zᵀx", "xᵀ(x + z)",
    "(A B)[1,1]", "(x + z)[1]", "xᵀ[1]", "(2x)[n]", "A[m,n]", "T[1,n]", "e[1]ᵀx", "T e[1]", "(T e[1])ᵀ",
    "Σ_i x[i] z[i]", "(Σ_i x[i]) x", "Σ_i (x[i] + 1)", "Σ_i (−x[i])", "Σ_{r=0}^{2} Tʳ", "(Σ_{r=1}^{2} Tʳ) x",
    "Σ_i i x[i]",
    "Σ_i Σ_j T[i,j]", "T⁻ᵀ", "(Tᵀ)⁻¹", "T² x", "T⁻² x", "(T + S)²", "T^n", "(T²)ᵀ", "[1, −2; ½, 0]", "[t, −1; 0, α]",
    "[0; 0]", "[−0.5; 3]", "[1/3, 2]", "[A, 0; 0, T]", "[T, x; xᵀ, 1]", "[x; −1]", "unvec(vec(A), n, m)",
    "vec(A + C)", "vec(A)ᵀ vec(C)", "vec(−A)", "diag(x + z)", "diag(−x)", "diag(T + S)", "diag(T x)", "vech(T + S)",
    "rowsums(A + C)", "colsums(−A)", "exp⊙(−A)", "exp(−t)", "exp(t)/(1 + exp(t))", "−exp(t)", "log(1 + exp(t))",
    "relu(−x)", "step(x − z)", "max(A − C)", "sum(−x)", "sum(A ⊙ C)", "eigvalsh(S)[1]", "svdvals(A)[1]",
    "softmax(x + z)", "softmax(−x)ᵀx", "I(n) − xxᵀ", "n x", "x/n", "(n + 1) x", "(n − 1)/n", "√n x", "1/(n t)",
    "2^n", "n²", "𝟏(n)ᵀx",
    "I(n + 1)", "𝟏(2 n)", "K(n,n)", "0.1 t", "⅓ t", "t · 3", "α² − 2α + 1", "t^α", "π t", "chol(S + I)",
    "logsumexp(2x)", "|α|²", "|α − 1|", "1/|T|", "lambda_max(S + I)", "abs(x)ᵀ", "(x ⊙ z)ᵀ 𝟏", "t I + S", "S − t I",
]  # fmt: skip


@pytest.mark.parametrize("f", [*EACH_OPERATION, *PRECEDENCE])
def test_printed_numpy_of_a_formula(f):
    assert [str(one) for one in compare(made_up(f, WHERE), "numpy", 1) if not one.agrees] == []


# Where JAX is stricter than NumPy: places, blocks, plain numbers among arrays.
STRICT = [
    "A[m,n]",
    "x[1]",
    "T[1,n]",
    "vech(T)",
    "diag(x)",
    "diag(T)",
    "K(m,n) vec(A)",
    "[A, 0; 0, T]",
    "[t, −1; 0, α]",
    "[1, −2; ½, 0]",
    "relu(A)",
    "adj(T)",
    "T^n",
    "Σ_i Σ_j T[i,j]",
    "erf(A)",
    "max(A)",
]


@pytest.mark.parametrize("f", STRICT)
def test_printed_jax_of_a_formula(f):
    assert [str(one) for one in compare(made_up(f, WHERE), "jax", 1) if not one.agrees] == []


def paths(source: str) -> set[str]:
    """Every dotted name of a library that a module uses: ``jnp.linalg.inv``."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            said = ast.unparse(node)
            if said.startswith(("jnp.", "jax.", "np.", "scipy.")) and "(" not in said and "[" not in said:
                found.add(said)
    return found


@pytest.mark.parametrize("dialect", ["numpy", "jax"])
def test_what_printed_code_calls_is_there(dialect):
    """What NumPy has under a name, JAX may not have."""
    import jax
    import jax.numpy as jnp
    import scipy.linalg
    import scipy.special

    libraries = {"jnp": jnp, "jax": jax, "np": np, "scipy": scipy}
    sources = [source_of(id, dialect) for id in BY_ID]
    sources += [
        render(made_up(f, WHERE), dialect)
        for f in (*EACH_OPERATION, "expm(T)", "logm(S)", "sqrtm(S)", "sinm(T)", "cosm(T)", "erf(A)")
    ]
    used = set().union(*map(paths, sources))
    assert len(used) > 30
    missing = []
    for path in sorted(used):
        first, *rest = path.split(".")
        place = libraries[first]
        for name in rest:
            place = getattr(place, name, None)
        if place is None:
            missing.append(path)
    assert missing == []


def test_each_operation_has_its_formula():
    found = set()
    for _, statement in (pair for identity in BY_ID.values() for pair in readable(identity)):
        found |= of(statement)
    for f in (*EACH_OPERATION, *STRICT):
        found |= set().union(*(of(statement) for _, statement in readable(made_up(f, WHERE))))
    assert sorted(set(TABLE) - found) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("x", "x"),
        ("x₁", "x1"),
        ("W₁₂", "W12"),
        ("x̂", "x_hat"),
        ("X̃", "X_tilde"),
        ("λ", "lam"),
        ("lambda", "lam"),
        ("θ", "θ"),
        ("Σ", "Σ"),
        ("f̄", "fbar"),
        ("x_{ab}", "x_ab"),
        ("alpha", "alpha"),
    ],
)
def test_names_in_code(name, code):
    assert identifier(name).replace("_", "") == code.replace("_", "")
    assert identifier(name).isidentifier()
    assert not keyword.iskeyword(identifier(name))


@pytest.mark.parametrize(
    "names",
    [
        ("in",),
        ("is", "if"),
        ("np",),
        ("sum",),
        ("f",),
        ("commutation",),
        ("λ", "lam"),
        ("x₁", "x_{1}"),
        ("x̂", "x_hat"),
        ("dX", "X"),
    ],
)
def test_names_that_mean_something_to_python(names):
    """A variable may not hide a module, a function that the code needs, or another variable."""
    distinct = list(dict.fromkeys(names))
    try:
        identity = made_up(
            " + ".join(f"‖{name}‖²" for name in distinct) + f" + ‖K(n,n) ({distinct[0]} ⊗ {distinct[0]})‖²",
            ", ".join(f"{name}: n" for name in distinct),
        )
        source = render(identity, "numpy")
    except (AssertionError, ValueError):
        return  # refused with a message
    assert ast.parse(source)
    assert [str(one) for one in compare(identity, "numpy", 1) if not one.agrees] == []
