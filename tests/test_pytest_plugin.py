from __future__ import annotations

import sys
from importlib import metadata

import jax  # noqa: F401 - pytester would import it anew for every test, which jaxlib does not survive
import pytest

import identities.checking  # noqa: F401 — with NumPy, which one process cannot import twice, and pytester forgets it

INSTALLED = any(point.value == "identities.pytest_plugin" for point in metadata.entry_points(group="pytest11"))


@pytest.fixture
def run(pytester, checker, table):
    """Run pytest on a folder with the table in it; the plugin is loaded as its entry point would load it."""
    pytester.path.joinpath("mine.identities.yaml").write_bytes(table.read_bytes())

    def run(*arguments, subprocess=False):
        plugin = [] if INSTALLED else ["-p", "identities.pytest_plugin"]
        call = pytester.runpytest_subprocess if subprocess else pytester.runpytest_inprocess
        fewer = [] if subprocess else ["-p", "no:hypothesispytest", "-p", "no:xdist"]
        return call("-p", "no:cacheprovider", *fewer, *plugin, *arguments)

    return run


def one_wrong(id, closed_form):
    return "refuted" if closed_form == "A + Aᵀ" else "verified"


def test_an_item_a_claim(run):
    result = run("-v")
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(
        [
            "mine.identities.yaml::trace-product::gradient X PASSED*",
            "mine.identities.yaml::trace-product::gradient A PASSED*",
            "mine.identities.yaml::quadratic-form::gradient x PASSED*",
            "mine.identities.yaml::quadratic-form::hessian x PASSED*",
        ]
    )


def test_a_failure_shows_the_mathematics(run, checker):
    checker(one_wrong)
    result = run()
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*quadratic-form: hessian x*",
            "mine.identities.yaml:26:10: quadratic-form: hessian of xᵀAx in x: A + Aᵀ is refuted: said by*",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert "pytest_plugin.py" not in result.stdout.str()


@pytest.mark.parametrize("outcome", ["inconclusive", "error"])
def test_only_verified_passes(run, checker, outcome):
    checker(lambda id, closed_form: outcome)
    run().assert_outcomes(failed=4)


def test_a_claim_without_a_verdict_does_not_pass(run, monkeypatch):
    monkeypatch.setattr(sys.modules["identities.checking"], "stream", lambda identities, **options: iter(()))
    run().assert_outcomes(failed=4)


@pytest.mark.parametrize(
    ("arguments", "passed"),
    [
        (["-k", "trace-product"], 2),
        (["-k", "hessian"], 1),
        (["mine.identities.yaml::trace-product"], 2),
        (["mine.identities.yaml::quadratic-form::hessian x"], 1),
    ],
)
def test_claims_are_chosen_by_word_and_by_node_id(run, arguments, passed):
    result = run(*arguments)
    assert result.parseoutcomes()["passed"] == passed


def test_several_closed_forms_of_one_claim_have_names_of_their_own(run, pytester):
    table = pytester.path / "mine.identities.yaml"
    entry = "- id: a\n  where: {X: n×n}\n  f: tr(X)\n  equals:\n  - tr(Xᵀ)\n  - tr(X)\n  source: [x]\n"
    table.write_text("format: 1\nidentities:\n" + entry, encoding="utf-8")
    result = run("-v")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*::a::equals PASSED*", "*::a::equals (2) PASSED*"])


def test_what_is_wrong_with_a_file_is_an_error_without_a_traceback(run, pytester):
    table = pytester.path / "mine.identities.yaml"
    table.write_text(table.read_text(encoding="utf-8") + "    colour: red\n    taste: sour\n", encoding="utf-8")
    result = run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["mine.identities.yaml:28:5: quadratic-form: *", "mine.identities.yaml:29:5: quadratic-form: *"]
    )
    assert "Traceback" not in result.stdout.str()


def test_which_files_are_taken(run, pytester):
    table = pytester.path / "mine.identities.yaml"
    text = table.read_text(encoding="utf-8")
    table.unlink()
    for name in ("catalogue.yaml", "a/catalogue.yaml", "docs/named.yaml", "docs/other.yaml", "single.yml"):
        path = pytester.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("title: not ours\n" if name.startswith("a/") else text, encoding="utf-8")
    run().assert_outcomes(passed=4)
    pytester.makeini("[pytest]\nidentities_files = docs/named.* single.yml\n")
    run().assert_outcomes(passed=12)


def test_a_named_file_of_another_kind_is_an_error(run, pytester):
    pytester.makeini("[pytest]\nidentities_files = *.txt\n")
    pytester.path.joinpath("notes.txt").write_text("# Notes")
    result = run("notes.txt")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["notes.txt:1:1: .txt files are not read; expected*"])


LOADED = "import sys\ndef pytest_sessionfinish(): print('JAX', {!r} in sys.modules)"


@pytest.mark.parametrize(("module", "loaded"), [("jax", False), ("yaml", True)])
def test_collecting_does_not_import_jax(run, pytester, module, loaded):
    pytester.makeconftest(LOADED.format(module))
    result = run("--collect-only", "-q", subprocess=True)
    result.stdout.fnmatch_lines(["*::trace-product::gradient X", f"JAX {loaded}*"])


def test_claims_from_the_cache_are_counted(run, cache_folder, monkeypatch):
    monkeypatch.setenv("IDENTITIES_CACHE", str(cache_folder))
    first, second = run(), run()
    first.stdout.no_fnmatch_line("*from the cache*")
    second.assert_outcomes(passed=4)
    second.stdout.fnmatch_lines(["identities: 4 claims from the cache"])


def test_a_refuted_claim_from_the_cache_fails(run, checker, cache_folder, monkeypatch):
    checker(one_wrong)
    monkeypatch.setenv("IDENTITIES_CACHE", str(cache_folder))
    run().assert_outcomes(passed=3, failed=1)
    checker(lambda id, closed_form: "verified")
    monkeypatch.setenv("IDENTITIES_CACHE", str(cache_folder))
    run().assert_outcomes(passed=3, failed=1)


def test_xdist_gives_the_same_verdicts(run, pytester):
    path = pytester.path / "mine.identities.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("x: A + Aᵀ", "x: A"), encoding="utf-8")
    for arguments in (["-n", "2"], ["-n", "0"]):
        result = run(*arguments, subprocess=True)
        result.assert_outcomes(passed=3, failed=1)
        result.stdout.fnmatch_lines(["*hessian of xᵀAx in x: A is refuted*"])


# ---- documents

DOCUMENT = """\
| f | df/dx |
|---|---|
| $a^T x$ | $a^T$ |
| $x^T x$ | $2x^T$ |
| $x^T A x$ | $x^T A$ |

In words $\\nabla_x x^\\top x = 2x = x + x$.
"""


@pytest.fixture
def documents(pytester):
    """Markdown with and without a claim, and what names it."""
    pytester.path.joinpath("notes.md").write_text(DOCUMENT, encoding="utf-8")
    pytester.path.joinpath("other.md").write_text("No formula.\n", encoding="utf-8")

    def run(files, *arguments):
        pytester.makeini(f"[pytest]\nidentities_files = {files}\n")
        plugin = [] if INSTALLED else ["-p", "identities.pytest_plugin"]
        fewer = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:xdist")
        return pytester.runpytest_inprocess(*fewer, *plugin, *arguments)

    return run


def test_a_document_has_an_item_a_claim_and_a_table_one_layout(documents):
    result = documents("*.md", "-v")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(
        [
            "notes.md::notes.md:3::gradient x PASSED*",
            "notes.md::notes.md:4::gradient x PASSED*",
            "notes.md::notes.md:5::gradient x FAILED*",
            "notes.md::notes.md:7::gradient x PASSED*",
            "notes.md::notes.md:7::gradient x (2) PASSED*",
            "notes.md:5:16: gradient of x^T A x in x: x^T A is refuted: *",
        ]
    )
    assert "Traceback" not in result.stdout.str()


def test_one_row_is_judged_in_the_layout_of_its_table(documents):
    documents("notes.md", "notes.md::notes.md:4").assert_outcomes(passed=1)


def test_a_document_without_a_claim_is_a_mistake_where_it_is_named(documents):
    result = documents("notes.md other.md")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*other.md:1:1: no claim found in it*"])


def test_what_is_expected_to_be_refuted_passes(documents, pytester):
    wrong = DOCUMENT.replace("$x^T A$ |", "$x^T A$ | <!-- identities: expect refuted -->")
    pytester.path.joinpath("notes.md").write_text(wrong, encoding="utf-8")
    documents("*.md").assert_outcomes(passed=5)


def test_latex_is_collected_with_its_macros(documents, pytester):
    text = "\\newcommand{\\T}{^\\top}\n\\begin{equation}\n\\nabla_x\\, b\\T x = b\n\\end{equation}\n"
    pytester.path.joinpath("paper.tex").write_text(text, encoding="utf-8")
    result = documents("paper.tex", "-v")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["paper.tex::paper.tex:3::gradient x PASSED*"])


def test_collecting_documents_does_not_import_jax(documents, pytester):
    pytester.makeini("[pytest]\nidentities_files = *.md\n")
    pytester.makeconftest(LOADED.format("jax"))
    plugin = [] if INSTALLED else ["-p", "identities.pytest_plugin"]
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", *plugin, "--collect-only", "-q")
    result.stdout.fnmatch_lines(["notes.md::notes.md:3::gradient x", "JAX False*"])
