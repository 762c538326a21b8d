from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "identities"

# From the ground floor up. A module may import from its own room and from rooms below it.
ROOMS = (
    "limits",
    "environment",
    "settings",
    "expression",
    "normal_form",
    "linear_algebra",
    "jets",
    "vocabulary",
    "notation",
    "dims",
    "catalogue",
    "verdict",
    "certificate",
    "declaration",
    "typed",
    "work",
    "unification",
    "scope",
    "shape_rules",
    "shapes",
    "domains",
    "hypotheses",
    "claims",
    "parsed",
    "ranks",
    "worked",
    "statement",
    "equations",
    "tables",
    "layouts",
    "readings",
    "recording",
    "oracles",
    "sizes",
    "program",
    "draws",
    "exact",
    "primitives",
    "evaluate",
    "compare",
    "judge",
    "sampling",
    "vacuity",
    "witness",
    "edits",
    "recoveries",
    "candidates",
    "sieve",
    "repairs",
    "provisos",
    "counterexamples",
    "diagnose",
    "precise",
    "spelling",
    "checking",
    "mutants",
    "weakening",
    "generality",
    "cache",
    "process",
    "portions",
    "pool",
    "audit",
    "coverage",
    "files",
    "changes",
    "fixes",
    "gathering",
    "run",
    "errata",
    "report",
    "replay",
    "arguments",
    "request",
    "cli",
    "pytest_plugin",
    "__init__",
    "__main__",
)
MOST_LINES = 330
NO_NOUNS = ("util", "utils", "helper", "helpers", "common", "misc", "manager", "tools")


def room(module: str) -> str:
    """``identities.report.text`` stands in the room ``report``, the package itself in ``__init__``."""
    return [*module.split("."), "__init__"][1]


def imports(source: str, package: str = "identities") -> set[str]:
    """The modules of this package that a module imports, also within its functions and for types only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                found.add(f"{package}.<relative>")
            elif node.module == package:  # from identities import notation
                found |= {f"{package}.{alias.name}" for alias in node.names}
            else:
                found.add(node.module or "")
    return {name for name in found if name == package or name.startswith(f"{package}.")}


def upward(module: str, source: str) -> list[str]:
    """What a module imports although it stands above it, or in no room at all."""
    rank = {name: number for number, name in enumerate(ROOMS)}
    own = rank[room(module)]
    return sorted(name for name in imports(source) if rank.get(room(name), len(ROOMS)) > own)


def modules() -> dict[str, Path]:
    paths = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
    return {
        name if name == "identities.__init__" else name.removesuffix(".__init__"): path
        for name, path in sorted(paths.items())
    }


MODULES = modules()


def test_there_is_something_to_test():
    assert {"identities.__init__", "identities.cli", "identities.report", "identities.report.json"} <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_stands_in_a_room_and_imports_downward(module):
    assert room(module) in ROOMS, "a new module needs its place in ROOMS"
    assert upward(module, MODULES[module].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source", "wrong"),
    [
        ("identities.expression", "from identities.shapes import infer", ["identities.shapes"]),
        ("identities.shapes", "def f():\n    import identities.cli", ["identities.cli"]),
        ("identities.report.text", "from identities import check", ["identities.check"]),
        ("identities.catalogue", "if TYPE_CHECKING:\n    from identities.run import run", ["identities.run"]),
        ("identities.cli", "import identities", ["identities"]),
        ("identities.cli", "from . import run", ["identities.<relative>"]),
        ("identities.cli", "from identities.nowhere import x", ["identities.nowhere"]),
        ("identities.report.text", "from identities.verdict import Verdict\nimport json", []),
        ("identities.report.text", "from identities.report.json import dump", []),
    ],
)
def test_an_upward_import_is_seen(module, source, wrong):
    assert upward(module, source) == wrong


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_one_room_and_has_a_noun(module):
    assert len(MODULES[module].read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    assert not set(module.split(".")) & set(NO_NOUNS)


HEAVY = ("jax", "numpy", "scipy")


def loaded_by(code: str, *modules: str) -> list[str]:
    """Which of the modules a fresh Python has imported once it ran the code."""
    probe = f"{code}\nimport sys\nprint([name for name in {modules!r} if name in sys.modules], file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", probe],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        cwd=PACKAGE.parent,
    )
    return ast.literal_eval(done.stderr.splitlines()[-1])


def command(*arguments: str) -> str:
    return f"from identities.cli import main\ntry:\n    main({arguments!r})\nexcept SystemExit:\n    pass"


@pytest.mark.parametrize(
    "code",
    [
        "import identities; identities.load, identities.Report, identities.__version__",
        "import identities; identities.CatalogueError",
        "import identities.pytest_plugin",
        "import identities; identities.parse('tr(AX)')",
        command("--help"),
        command("check", "--help"),
        command("check", "no-such-file.yaml"),
    ],
)
def test_jax_is_not_imported(code):
    assert loaded_by(code, *HEAVY) == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_listing_does_not_import_jax(table, form):
    assert loaded_by(command("list", "--format", form, "--catalogue", str(table)), *HEAVY) == []


@pytest.mark.parametrize("form", ["text", "json"])
def test_listing_errata_does_not_import_jax(form):
    assert loaded_by(command("errata", "--format", form), *HEAVY) == []


@pytest.mark.parametrize("form", ["text", "latex", "jax", "numpy", "yaml", "json"])
def test_showing_does_not_import_jax(table, form):
    assert loaded_by(command("show", "trace-product", "--as", form, "--catalogue", str(table)), "jax") == []


def test_these_tests_can_fail():
    assert loaded_by("import numpy", *HEAVY) == ["numpy"]
    assert loaded_by(command("--help"), "argparse") == ["argparse"]


def test_no_test_is_shut_out_of_the_suite():
    tests = Path(__file__).parent
    said = ast.parse((tests / "conftest.py").read_text("utf-8")).body
    found = [one for one in said if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "collect_ignore"]
    shut = [name for one in found for name in ast.literal_eval(one.value)]
    assert shut
    assert not [path for path in tests.rglob("test_*.py") if any(path.is_relative_to(tests / name) for name in shut)]
