"""Repairs are written where they are verified, in the spelling of the file, and nothing else is touched."""

from __future__ import annotations

import io
import json
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from identities import files, fixes
from identities.catalogue import Place, Text, read
from identities.cli import main
from identities.fixes import Page, Unfixable, fix
from identities.verdict import Diagnosis, Verdict, unreadable

FILE = """\
# A licence\t
format: 1
title: "A table"   
identities:

- id: quadratic-form
  where: {A: n×n}   # not symmetric
  f: xᵀAx
  gradient:
    x: 2Ax   # wrong

- id: trace
  f: \\operatorname{tr}(\\mathbf{A}\\mathbf{X})
  gradient:
    \\mathbf{X}: '\\mathbf{A}'
    \\mathbf{A}: \\mathbf{X}^T

- id: code
  f: np.trace(A @ X)
  gradient:
    X: "A"

- id: hopeless
  f: det(X)
  gradient:
    X: exp⊙(X)
"""  # noqa: W291

EXPECTED = {
    "x: 2Ax   # wrong": "x: (A + Aᵀ)x   # wrong",
    "X}: '\\mathbf{A}'": "X}: '\\mathbf{A}^T'",
    'X: "A"': 'X: "A.T"',
}


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("mine.yaml")
    path.write_bytes(FILE.encode())
    return path


def fixed(text: str) -> str:
    for old, new in EXPECTED.items():
        assert old in text
        text = text.replace(old, new)
    return text


def test_only_the_wrong_formulas_change(table, capsys):
    assert main(["check", str(table), "--fix"]) == 1
    assert table.read_bytes() == fixed(FILE).encode()
    said = capsys.readouterr().out
    assert "\n--- mine.yaml\n+++ mine.yaml\n@@ -7," in said
    assert "\n-    x: 2Ax   # wrong\n+    x: (A + Aᵀ)x   # wrong\n" in said
    assert "mine.yaml:26:8: hopeless: gradient of det(X) in X: exp⊙(X) is not fixed: no repair is known" in said
    assert "\nfixed 3 of 4 refuted claims\n" in said
    assert said.endswith("4 verified, 1 refuted\n")


def test_what_was_fixed_is_verified(table, capsys):
    text = FILE[: FILE.index("- id: hopeless")]
    table.write_text(text, encoding="utf-8")
    assert main(["check", str(table), "--fix"]) == 0
    assert table.read_text(encoding="utf-8") == fixed(text)
    assert "verified 3 identities, 4 claims" in capsys.readouterr().out
    assert main(["check", str(table), "--no-cache"]) == 0
    before = table.stat().st_mtime_ns
    assert main(["check", str(table), "--fix"]) == 0
    assert "fixed" not in capsys.readouterr().out
    assert table.stat().st_mtime_ns == before


@pytest.mark.parametrize("change", [("\n", "\r\n"), ("# A licence", "\ufeff# A licence"), ("# A licence\t\n", "")])
def test_the_rest_stays_byte_for_byte(table, change):
    text = FILE.replace(*change)
    table.write_bytes(text.encode())
    table.chmod(0o640)
    main(["check", str(table), "--fix"])
    assert table.read_bytes() == fixed(text).encode()
    assert stat.S_IMODE(table.stat().st_mode) == 0o640
    assert list(Path().iterdir()) == [table]


def test_without_the_option_nothing_is_written(table):
    main(["check", str(table)])
    assert table.read_bytes() == FILE.encode()


def test_through_a_link(table):
    link = Path("link.yaml")
    link.symlink_to(table)
    main(["check", str(link), "--fix"])
    assert link.is_symlink()
    assert table.read_bytes() == fixed(FILE).encode()


def test_other_formats_tell_the_state_after_it_and_the_diff_apart(table, capsys):
    main(["check", str(table), "--fix", "--format", "json"])
    printed = capsys.readouterr()
    claims = json.loads(printed.out)["claims"]
    assert [claim["verdict"] for claim in claims] == ["verified"] * 4 + ["refuted"]
    assert claims[0]["closed_form"] == "(A + Aᵀ)x"
    assert "+    x: (A + Aᵀ)x   # wrong" in printed.err


def test_only_what_was_selected(table):
    main(["check", str(table), "--fix", "--select", "code"])
    assert table.read_text(encoding="utf-8") == FILE.replace('X: "A"', 'X: "A.T"')


def test_standard_input_is_no_file(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FILE.encode())))
    assert main(["check", "-", "--fix", "--select", "code"]) == 1
    assert "is not fixed: the file cannot be read again" in capsys.readouterr().out


# ---- with a judge that only looks


def suggested(path: Path, **suggestions: str) -> tuple[list, list[Verdict]]:
    identities, problems = read(path)
    assert problems == ()
    verdicts = []
    for identity in identities:
        for claim in identity.claims:
            right = replace(unreadable(identity, claim, ""), verdict="verified")
            wrong = replace(right, verdict="refuted", diagnosis=Diagnosis("repaired", suggestions.get(identity.id)))
            verdicts.append(wrong if identity.id in suggestions and len(verdicts) != 2 else right)
    return list(identities), verdicts


def judge(*wrong: str):
    def judged(identities):
        for identity in identities:
            (claim,) = identity.claims
            said = "refuted" if claim.closed_form.text in wrong else "verified"
            yield replace(unreadable(identity, claim, ""), verdict=said)

    return judged


def test_a_repair_that_is_not_verified_there_is_not_written(table):
    done = fix(*suggested(table, **{"quadratic-form": "(A + Aᵀ)x", "code": "Aᵀ"}), judge("(A + Aᵀ)x"))
    assert done.count == 1
    assert [(verdict.id, reason) for verdict, reason in done.left] == [
        ("quadratic-form", "(A + Aᵀ)x is not verified there")
    ]
    assert table.read_text(encoding="utf-8") == FILE.replace('X: "A"', 'X: "A.T"')
    assert [verdict.verdict for verdict in done.verdicts] == ["refuted", *["verified"] * 4]


@pytest.mark.parametrize(
    "change", [("2Ax", "3Ax"), ("# A licence", "# A licence\n"), ("where: {A: n×n}", "where: {A: m×n}")]
)
def test_a_file_that_changed_after_it_was_checked_is_left(table, change):
    told = suggested(table, **{"quadratic-form": "(A + Aᵀ)x"})
    text = FILE.replace(*change)
    table.write_text(text, encoding="utf-8")
    done = fix(*told, judge())
    assert [reason for _, reason in done.left] == ["the file has changed since it was checked"]
    assert table.read_text(encoding="utf-8") == text


def test_a_file_that_changes_at_the_last_moment_is_left(table):
    told = suggested(table, **{"quadratic-form": "(A + Aᵀ)x"})

    def slow(identities):
        table.write_text("mine\n")
        return judge()(identities)

    done = fix(*told, slow)
    assert (done.count, done.diffs) == (0, ())
    assert [reason for _, reason in done.left] == ["the file has changed since it was checked"]
    assert table.read_text() == "mine\n"
    assert list(Path().iterdir()) == [table]


def test_a_file_that_is_gone_is_left(table):
    told = suggested(table, code="Aᵀ")
    table.unlink()
    assert "cannot be read again" in fix(*told, judge()).left[0][1]


def test_a_folder_that_cannot_be_written_to_is_an_error(table, monkeypatch, capsys):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied", "mine.yaml")

    monkeypatch.setattr(files.tempfile, "mkstemp", refuse)
    assert main(["check", str(table), "--fix", "--select", "code"]) == 2
    assert "Permission denied" in capsys.readouterr().err
    assert table.read_bytes() == FILE.encode()


def test_a_formula_that_yaml_would_misread_gets_quotes(table):
    done = fix(*suggested(table, **{"quadratic-form": "[Ax; x]"}), judge())
    assert done.count == 1
    assert "    x: '[Ax; x]'   # wrong\n" in table.read_text(encoding="utf-8")


def test_a_repair_with_which_variables_would_be_others_is_not_written(table, monkeypatch):
    monkeypatch.setattr(fixes, "shapes", lambda identity, number: identity.claims[number].closed_form.text)
    done = fix(*suggested(table, code="Aᵀ"), judge())
    assert [reason for _, reason in done.left] == ["A.T cannot be written there"]
    assert table.read_bytes() == FILE.encode()


def test_the_same_piece_is_written_once(table):
    text = "format: 1\nidentities:\n- id: a\n  f: xᵀAx\n  gradient:\n    x: 2Ax\n"
    table.write_text(text, encoding="utf-8")
    (identity,), (verdict,) = suggested(table, a="(A + Aᵀ)x")
    done = fix([identity, identity], [verdict, verdict], judge())
    assert done.count == 1
    assert "another claim stands in the same piece" in done.left[0][1]
    assert table.read_text(encoding="utf-8") == text.replace("2Ax", "(A + Aᵀ)x")


@pytest.mark.parametrize(
    ("written", "text", "marks", "found"),
    [
        ("f: 2Ax\n", "2Ax", (), "2Ax"),
        ("f: a \\| b\n", "a | b", ((2, 1, 7),), "a \\| b"),  # a pipe in a cell of Markdown
        ("f: A +\n>  B\n", "A + B", ((4, 2, 4),), "A +\n>  B"),  # a quotation, line by line
        ("f: \\gram\n", "AᵀA", ((1, 1, 4), (2, 1, 4)), None),  # a macro
        ("f: \\t x\n", "Ax", ((1, 1, 7),), None),
        ("f: it''s\n", "it's", (), None),  # an escape of YAML
        ("f: A =: B\n", "AB", ((1, 1, 9),), None),  # something else between
    ],
)
def test_only_what_stands_there_as_it_is_read_is_replaced(written, text, marks, found):
    page = Page("t.yaml", written.encode())
    place = Text(text, Place("t.yaml", 1, 4), marks)
    if found is None:
        with pytest.raises(Unfixable, match="comes out of a macro, or has escapes"):
            page.region(place)
    else:
        start, stop = page.region(place)
        assert page.text[start:stop] == found


def test_a_formula_with_an_escape_is_left(table, capsys):
    table.write_text("format: 1\nidentities:\n- id: a\n  f: x'*A*x\n  gradient:\n    x: 'A''*x'\n", encoding="utf-8")
    before = table.read_bytes()
    assert main(["check", str(table), "--fix"]) == 1
    assert "is not fixed: it does not stand there as it is read" in capsys.readouterr().out
    assert table.read_bytes() == before


def test_nothing_of_a_file_acts_on_the_terminal(table, capsys):
    table.write_text(FILE.replace("# not symmetric", "# \x1b[31m"), encoding="utf-8")
    main(["check", str(table), "--fix", "--select", "code"])
    assert "\x1b" not in capsys.readouterr().out


def test_the_diff_of_the_same_is_empty():
    assert fixes.diff("f", b"a\n", b"a\n").strip() == ""


def test_replaced_says_whether(tmp_path):
    path = tmp_path / "a"
    assert not files.replaced(path, b"", b"x")
    path.write_bytes(b"one")
    assert not files.replaced(path, b"two", b"x")
    assert path.read_bytes() == b"one"
    assert files.replaced(path, b"one", b"\xff\r\n")
    assert path.read_bytes() == b"\xff\r\n"
    assert list(tmp_path.iterdir()) == [path]


# ---- documents

DOCUMENT = """\
\\newcommand is no macro here.

| Function | Gradient | Where |
|:--|---|--:|
| $\\mathbf{x}^T \\mathbf{A} \\mathbf{x}$ |  $2\\mathbf{A}\\mathbf{x}$ | a remark\\|  |
| `np.trace(A @ X)` | `A` | |
| xᵀx | x | |
| tr(AᵀX) | A | |

> In words: $\\nabla_x\\, b^\\top x = b^\\top$.
"""
REPAIRED = {
    "$2\\mathbf{A}\\mathbf{x}$": "$(\\mathbf{A} + \\mathbf{A}^T) \\mathbf{x}$",
    "| `A` |": "| `A.T` |",
    "| x |": "| 2x |",
    "b^\\top$.": "b$.",
}


def test_a_document_keeps_its_spellings_and_its_layout_on_the_page(table, capsys):
    path = Path("notes.md")
    path.write_bytes(DOCUMENT.encode())
    main(["check", str(path), "--fix"])
    expected = DOCUMENT
    for old, new in REPAIRED.items():
        assert old in expected
        expected = expected.replace(old, new)
    assert path.read_bytes().decode() == expected
    assert "fixed 4 of 4 " in capsys.readouterr().out


def test_a_table_in_another_layout_stays_in_it(table, capsys):
    path = Path("notes.md")
    rows = ["a^T x | a^T", "x^T x | 2x^T", "x^T A x | x^T(A + A^T)", "b^T A x | A^T b"]
    text = "| f | df/dx |\n|---|---|\n" + "".join(f"| ${row.replace(' | ', '$ | $')}$ |\n" for row in rows)
    path.write_text(text, encoding="utf-8")
    assert main(["check", str(path), "--fix"]) == 0
    assert path.read_text(encoding="utf-8") == text.replace("$A^T b$", "$b^T A$")
    assert main(["check", str(path), "--no-cache"]) == 0


def test_what_is_expected_to_be_wrong_is_left(table, capsys):
    path = Path("notes.md")
    text = "| f | gradient |\n|---|---|\n| xᵀx | x | <!-- identities: expect refuted -->\n"
    path.write_text(text, encoding="utf-8")
    main(["check", str(path), "--fix"])
    assert path.read_text(encoding="utf-8") == text
    assert "fixed" not in capsys.readouterr().out


def test_the_layout_that_was_asked_for_is_kept(table, capsys):
    path = Path("notes.md")
    text = "| f | gradient |\n|---|---|\n| $x^T A x$ | $x^T A$ |\n"
    path.write_text(text, encoding="utf-8")
    assert main(["check", str(path), "--fix", "--layout", "numerator"]) == 0
    assert path.read_text(encoding="utf-8") == text.replace("$x^T A$", "$x^T (A + A^T)$")


LATEX = r"""\documentclass{article}
\newcommand{\T}{^{\mathsf T}}
\newcommand{\wrong}{2\mathbf{A}\mathbf{x}}
\begin{document}
\begin{tabular}{ll}
Function & Gradient \\ \hline
$\mathbf{x}\T\mathbf{A}\mathbf{x}$ & $2\mathbf{A}\mathbf{x}$ \\ % here
$\mathbf{x}\T\mathbf{A}\mathbf{x}$ & $\wrong$ \\
\end{tabular}
\begin{align}
\nabla_x \lVert x\rVert^2 &= x \\
\nabla_X \operatorname{tr}(B^\top X) &= B
\end{align}
\end{document}
"""


def test_latex_stays_latex_and_what_comes_out_of_a_macro_is_left_and_said_so(table, capsys):
    path = Path("paper.tex")
    path.write_text(LATEX, encoding="utf-8")
    assert main(["check", str(path), "--fix"]) == 1
    expected = LATEX
    for old, new in {
        "$2\\mathbf{A}\\mathbf{x}$": "$(\\mathbf{A} + \\mathbf{A}^{\\mathsf T}) \\mathbf{x}$",
        "&= x ": "&= 2 x ",
    }.items():
        assert old in expected
        expected = expected.replace(old, new)
    assert path.read_text(encoding="utf-8") == expected
    said = capsys.readouterr().out
    assert "paper.tex:8:" in said
    assert "is not fixed: it does not stand there as it is read: it comes out of a macro" in said
