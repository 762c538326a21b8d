"""The action and the hook: what they say they run exists, and runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from identities.arguments import parsed
from identities.cli import main

ROOT = Path(__file__).parent.parent
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

Step = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def step(tmp_path: Path, table: Path) -> Step:
    """Run a step as GitHub does, in a folder with a table, with the package where the step before puts it."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    (temporary / "identities").symlink_to(ROOT)

    def run(name: str, **environment: str) -> subprocess.CompletedProcess[str]:
        script = tmp_path / "step.sh"
        script.write_text(STEPS[name]["run"], encoding="utf-8")
        path = environment.pop("PATH", os.fspath(Path(sys.executable).parent))
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", os.fspath(script)],
            env={**os.environ, "RUNNER_TEMP": str(temporary), **environment, "PATH": f"{path}:{os.environ['PATH']}"},
            cwd=table.parent,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run


# ---- the action


def test_the_action_uses_the_inputs_it_declares_and_no_other():
    used = set(re.findall(r"inputs\.([\w-]+)", (ROOT / "action.yml").read_text(encoding="utf-8")))
    assert used == set(ACTION["inputs"]) == {"paths", "args", "python-version", "version"}
    assert all(value["description"] and "default" in value for value in ACTION["inputs"].values())


def test_no_input_becomes_part_of_a_script():
    scripts = [step["run"] for step in STEPS.values() if "run" in step]
    assert len(scripts) == 2
    assert not any("${{" in script for script in scripts)
    assert all(step.get("shell") == "bash" for step in STEPS.values() if "run" in step)


def pip(tmp_path: Path) -> str:
    """A folder with a Python that only says what it was asked."""
    folder = tmp_path / "stand-in"
    folder.mkdir()
    (folder / "python").write_text('#!/bin/sh\nfor word in "$@"; do echo "$word"; done\n')
    (folder / "python").chmod(0o755)
    return os.fspath(folder)


@pytest.mark.parametrize(
    ("version", "source"),
    [
        ("", "/the action"),
        ("v1.2", "identities @ git+https://example.org/o/r@v1.2"),
        ("v1; $(id)", "identities @ git+https://example.org/o/r@v1; $(id)"),
    ],
)
def test_what_is_installed(step, tmp_path, version, source):
    place = {"CHECKOUT": "/the action", "REPOSITORY": "https://example.org/o/r"}
    done = step("Install identities", **place, VERSION=version, PATH=pip(tmp_path))
    target = f"{tmp_path}/temporary/identities"
    assert done.stdout.splitlines() == ["-m", "pip", "install", "--quiet", "--target", target, source]
    assert STEPS["Install identities"]["env"].keys() == {*place, "VERSION"}


def test_the_check_of_the_action(step, table):
    done = step("Check", PATHS=".", ARGS="--select quadratic-form\n--no-cache")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("verified 1 identity, 2 claims")
    table.write_text(table.read_text(encoding="utf-8").replace("x: A + Aᵀ", "x: A"), encoding="utf-8")
    done = step("Check", PATHS=f"{table.name}\n\n", ARGS="")
    assert done.returncode == 1
    assert done.stdout.startswith(f"::error file={table.name},line=")


def test_paths_may_have_any_name_and_arguments_are_no_script(step, table, tmp_path):
    table.rename(table.with_name("a b $(touch sprung).identities.yaml"))
    done = step(
        "Check", PATHS="a b $(touch sprung).identities.yaml\nmissing.yaml", ARGS="--select $(touch${IFS}sprung)"
    )
    assert done.returncode == 2
    assert "missing.yaml%3A" not in done.stdout
    assert "::missing.yaml:1:1: no such file" in done.stdout
    assert "has '$(touch${IFS}sprung)' in it" in done.stdout
    assert not (tmp_path / "sprung").exists()


def test_an_action_with_nothing_to_check_fails(step, table):
    table.rename(table.with_name("other.yml")).write_text("not: ours\n")
    assert step("Check", PATHS=ACTION["inputs"]["paths"]["default"], ARGS="").returncode == 2


# ---- the hook


def arguments(*files: str) -> list[str]:
    program, *words = HOOK["entry"].split()
    assert program == "identities"
    return [*words, *files]


def test_the_hook_names_a_command_that_exists():
    options: Any = parsed(arguments("a.yaml", "b.md"))
    assert (options.command, options.paths, options.if_any) == ("check", ["a.yaml", "b.md"], True)
    assert HOOK["id"] == "identities"
    assert set(HOOK["types_or"]) >= {"yaml", "markdown", "tex"}


def test_the_hook_judges_tables_and_passes_over_the_rest(table, checker, capsys):
    other = table.with_name("other.yaml")
    other.write_text("repos: []\n")
    assert main(arguments(str(other))) == 0
    assert main(arguments(str(other), str(table))) == 0
    assert "verified 2 identities" in capsys.readouterr().out
    checker(lambda id, closed_form: "refuted")
    assert main(arguments(str(other), str(table))) == 1


def test_the_hook_reads_documents(tmp_path, monkeypatch, checker, capsys):
    monkeypatch.chdir(tmp_path)
    Path("README.md").write_text("No formula.\n")
    Path("notes.md").write_text("| f | gradient |\n|---|---|\n| tr(AX) | A |\n", encoding="utf-8")
    assert main(arguments("README.md")) == 0
    assert main(arguments("README.md", "notes.md")) == 0
    checker(lambda id, closed_form: "refuted")
    assert main(arguments("README.md", "notes.md")) == 1
    assert "notes.md:3:" in capsys.readouterr().out


def test_the_package_declares_the_program_of_the_hook():
    assert "identities" in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
