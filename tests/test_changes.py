"""Only what was touched since a revision of git."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from identities.changes import NoHistory, Repository, lines
from identities.cli import main

FILE = """\
format: 1
title: A table
identities:

- id: one
  f: tr(AX)
  gradient:
    X: Aᵀ

- id: two
  f: aᵀx
  gradient:
    x: a

- id: three
  f: ‖x‖²
  gradient:
    x: 2x
"""

Git = Callable[..., str]
Ids = Callable[..., tuple[int, list[str], str]]


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """A repository with one commit of one file, and the working folder in it."""
    for name, value in {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{f"GIT_{who}_{what}": "x@y.z" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
    }.items():
        monkeypatch.setenv(name, value)
    home = tmp_path / "repository"
    home.mkdir()
    monkeypatch.chdir(home)

    def run(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    run("init", "--quiet", "--initial-branch=main")
    Path("mine.yaml").write_text(FILE, encoding="utf-8")
    run("add", ".")
    run("commit", "--quiet", "-m", "first")
    return run


@pytest.fixture
def touched(git, checker, capsys) -> Ids:
    """The exit code, the ids that were checked, and what was said."""

    def run(*arguments: str) -> tuple[int, list[str], str]:
        capsys.readouterr()
        code = main(["check", *arguments, "--format", "json"])
        printed = capsys.readouterr()
        ids = [claim["id"] for claim in json.loads(printed.out)["claims"]] if printed.out else []
        return code, ids, printed.err

    return run


def edit(old: str, new: str, path: str = "mine.yaml") -> None:
    text = Path(path).read_text(encoding="utf-8")
    assert old in text
    Path(path).write_text(text.replace(old, new, 1), encoding="utf-8")


def test_nothing_touched_is_no_mistake(touched, capsys):
    assert touched("mine.yaml", "--changed") == (0, [], "")
    assert main(["check", "mine.yaml", "--changed", "HEAD"]) == 0
    assert capsys.readouterr().out == "nothing to check: no identity was touched since HEAD\n"


@pytest.mark.parametrize(
    ("old", "new", "ids"),
    [
        ("x: a\n", "x: 2a\n", ["two"]),
        ("- id: two", "- id: deux", ["deux"]),
        ("  f: aᵀx\n", "", []),  # unusable now
        ("    X: Aᵀ\n", "    X: Aᵀ\n    A: Xᵀ\n", ["one", "one"]),
        ("title: A table\n", "title: Another\n", []),
        ("\n- id: two", "\n# a comment\n- id: two", []),
        ("- id: three\n", "- id: new\n  f: tr(A)\n  gradient:\n    A: I\n\n- id: three\n", ["new"]),
        ("    x: 2x\n", "    x: 2x\n  hessian:\n    x: 2I\n", ["three", "three"]),
    ],
)
def test_an_entry_is_touched_with_one_of_its_lines(touched, old, new, ids):
    edit(old, new)
    code, found, _ = touched("mine.yaml", "--changed")
    assert found == ids
    assert code == (2 if new == "" else 0)


def test_a_line_that_is_gone_touches_the_entry_it_stood_in(touched):
    edit("    X: Aᵀ\n", "    X: Aᵀ\n    A: Xᵀ\n")
    subprocess.run(["git", "commit", "-qam", "second"], check=True)
    edit("    A: Xᵀ\n", "")
    assert touched("mine.yaml", "--changed")[1] == ["one"]


def test_any_revision(touched, git):
    edit("x: a\n", "x: 2a\n")
    git("commit", "-qam", "second")
    git("tag", "here")
    edit("x: 2x\n", "x: 3x\n")
    assert touched("mine.yaml", "--changed")[1] == ["three"]
    assert touched("mine.yaml", "--changed", "here")[1] == ["three"]
    assert touched("mine.yaml", "--changed", "HEAD~1")[1] == ["two", "three"]
    assert touched("--changed", "HEAD~1", "mine.yaml")[1] == ["two", "three"]
    git("add", ".")  # staged or not
    assert touched("mine.yaml", "--changed")[1] == ["three"]


@pytest.mark.parametrize(
    "name", ["new.yaml", "a b.yaml", "ü.yaml", 'q"uo\\te.yaml', "-x.yaml", "*.yaml", ":(top)x.yaml", "new\nline.yaml"]
)
def test_files_of_any_name(touched, git, name):
    Path(name).write_text(FILE, encoding="utf-8")
    path = f"./{name}"
    assert touched(path, "--changed")[1] == ["one", "two", "three"]  # git does not know it
    git("add", "--", f":(literal){name}")
    git("commit", "-qm", "second")
    assert touched(path, "--changed")[1] == []
    edit("x: 2x\n", "x: 3x\n", name)
    assert touched(path, "--changed")[1] == ["three"]
    assert touched(".", "--changed")[1] == ["three"]


def test_what_git_ignores_or_forgot_is_touched(touched, git):
    Path(".gitignore").write_text("ignored.yaml\n")
    Path("ignored.yaml").write_text(FILE, encoding="utf-8")
    assert touched("ignored.yaml", "--changed")[1] == ["one", "two", "three"]
    git("rm", "-q", "--cached", "mine.yaml")
    assert touched("mine.yaml", "--changed")[1] == ["one", "two", "three"]


def test_from_a_folder_below_and_through_a_link(touched, git, monkeypatch):
    edit("x: 2x\n", "x: 3x\n")
    Path("below").mkdir()
    Path("below", "link.yaml").symlink_to("../mine.yaml")
    monkeypatch.chdir("below")
    assert touched("../mine.yaml", "--changed")[1] == ["three"]
    assert touched("link.yaml", "--changed")[1] == ["three"]


def test_in_a_hook_of_another_repository(touched, git, monkeypatch, tmp_path):
    edit("x: 2x\n", "x: 3x\n")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", "elsewhere")
    assert touched("mine.yaml", "--changed")[1] == ["three"]


def test_what_the_configuration_names_is_not_run(touched, git, tmp_path):
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in ("diff.external", "core.fsmonitor", "diff.x.textconv", "diff.x.command"):
        git("config", key, str(trap))
    Path(".gitattributes").write_text("*.yaml diff=x\n")
    edit("x: 2x\n", "x: 3x\n")
    assert touched("mine.yaml", "--changed")[1] == ["three"]
    assert not (tmp_path / "sprung").exists()


def test_settings_of_diff_change_nothing(touched, git):
    for key, value in {
        "diff.noprefix": "true",
        "color.ui": "always",
        "diff.context": "9",
        "core.quotePath": "true",
    }.items():
        git("config", key, value)
    Path(".gitattributes").write_text("*.yaml -diff\n")
    edit("x: a\n", "x: 2a\n")
    assert touched("mine.yaml", "--changed")[1] == ["two"]


def test_problems_count_where_the_file_was_touched(touched, git):
    edit("  f: aᵀx\n", "")
    git("commit", "-qam", "broken")
    assert touched("mine.yaml", "--changed") == (0, [], "")
    edit("x: 2x\n", "x: 3x\n")
    code, ids, said = touched("mine.yaml", "--changed")
    assert (code, ids) == (2, ["three"])
    assert "mine.yaml:10:3: two: an entry without f" in said
    assert touched("missing.yaml", "--changed")[0] == 2


def test_standard_input_has_no_history(touched, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FILE.encode())))
    assert touched("-", "--changed")[1] == ["one", "two", "three"]


def test_select_and_shard_come_after(touched):
    edit("x: 2x\n", "x: 3x\n")
    edit("x: a\n", "x: 2a\n")
    assert touched("mine.yaml", "--changed", "--select", "three")[1] == ["three"]
    code, _, said = touched("mine.yaml", "--changed", "--select", "one")
    assert code == 2
    assert "no id, section or tag has 'one' in it" in said


@pytest.mark.parametrize(
    ("revision", "said"),
    [
        ("nowhere", "--changed 'nowhere': no such revision in the repository"),
        ("mine.yaml", "no such revision in the repository {home}; a PATH stands before --changed"),
        ("", "--changed '': no such revision"),
        ("--output=x", "--changed '--output=x': no such revision"),
        ("HEAD^{tree}", "no such revision"),
        ("\x1b[31m", "--changed '\\x1b[31m': no such revision"),
    ],
)
def test_an_unknown_revision(touched, revision, said):
    code, ids, message = touched("mine.yaml", f"--changed={revision}")
    assert (code, ids) == (2, [])
    assert said.format(home=Path.cwd()) in message
    assert not Path("x").exists()


def test_no_repository(touched, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(FILE, encoding="utf-8")
    code, ids, said = touched("mine.yaml", "--changed")
    assert (code, ids) == (2, [])
    assert f"{tmp_path} is in no working tree of git; name a PATH that is" in said


def test_no_commit_yet(touched, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    Path("mine.yaml").write_text(FILE, encoding="utf-8")
    assert "no such revision" in touched("mine.yaml", "--changed")[2]


def test_no_git(touched, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, said = touched("mine.yaml", "--changed")
    assert code == 2
    assert "--changed asks git, which cannot be run: No such file or directory" in said


def test_a_failing_git_is_no_clean_diff(git, monkeypatch):
    repository = Repository(Path.cwd(), "HEAD")
    assert repository.touched("mine.yaml") == ()
    repository = Repository(Path.cwd(), "HEAD")
    repository.__dict__["commit"] = "0" * 40
    with pytest.raises(NoHistory, match="`git ls-tree` fails"):
        repository.touched("mine.yaml")


@pytest.mark.parametrize(
    ("start", "count", "expected"), [(5, 1, [5]), (5, 3, [5, 6, 7]), (4, 0, [4, 5]), (0, 0, [0, 1])]
)
def test_hunks(start, count, expected):
    assert list(lines(start, count)) == expected


# ---- --if-any: as a tool that names every file it has


def test_files_that_are_no_tables_are_passed_over(touched, capsys):
    Path("README.md").write_text("nothing\n")
    Path("other.yaml").write_text("on: push\n")
    assert touched("README.md", "other.yaml", "--if-any") == (0, [], "")
    assert touched("README.md", "mine.yaml", "other.yaml", "--if-any")[:2] == (0, ["one", "two", "three"])
    assert touched("other.yaml")[0] == 2
    assert main(["check", "README.md", "--if-any"]) == 0
    assert capsys.readouterr().out == "nothing to check: none of these files is a table of identities\n"


def test_what_cannot_be_read_is_not_passed_over(touched):
    Path("broken.yaml").write_text("format: 1\nidentities: [\n")
    assert touched("broken.yaml", "--if-any")[0] == 2
    assert touched("missing.yaml", "--if-any")[0] == 2


# ---- documents

DOCUMENT = """\
# Gradients

| f | gradient |
|---|---|
| $a^\\top x$ | $a$ |
| $x^\\top x$ | $2x$ |

Some words.

| f | gradient |
|---|---|
| $\\operatorname{tr}(AX)$ | $A^\\top$ |
"""


@pytest.mark.parametrize(
    ("old", "new", "ids"),
    [
        ("$a$", "$2a$", ["d.md:5", "d.md:6"]),  # a table has one layout
        ("$A^\\top$", "$A$", ["d.md:12"]),
        ("Some words.", "Others.", ["d.md:5", "d.md:6", "d.md:12"]),  # words may be conditions
        ("# Gradients", "# Gradients\n", ["d.md:6", "d.md:7", "d.md:13"]),
        ("|---|---|", "|:--|---|", ["d.md:5", "d.md:6", "d.md:12"]),
        ("| $x^\\top x$ | $2x$ |\n", "", ["d.md:5", "d.md:11"]),
    ],
)
def test_a_row_is_touched_with_its_table_and_all_with_a_line_that_is_no_row(touched, git, old, new, ids):
    Path("d.md").write_text(DOCUMENT, encoding="utf-8")
    git("add", ".")
    git("commit", "-qm", "document")
    assert touched("d.md", "--changed") == (0, [], "")
    edit(old, new, "d.md")
    assert touched("d.md", "--changed")[1] == ids


def test_a_macro_touches_the_whole_document(touched, git):
    rows = "\\begin{align}\n\\nabla_x\\, b\\T x &= b \\\\\n\\nabla_x\\, x\\T x &= 2x\n\\end{align}\n"
    Path("d.tex").write_text("\\newcommand{\\T}{^\\top}\n" + rows, encoding="utf-8")
    git("add", ".")
    git("commit", "-qm", "document")
    assert touched("d.tex", "--changed") == (0, [], "")
    edit("^\\top", "^T", "d.tex")
    assert touched("d.tex", "--changed")[1] == ["d.tex:3", "d.tex:4"]
