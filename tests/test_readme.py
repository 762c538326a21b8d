from __future__ import annotations

import difflib
import re
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from identities import limits

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    loader = SourceFileLoader("readme", str(ROOT / "tools" / "readme"))
    module = ModuleType(loader.name)
    module.__file__ = loader.path
    loader.exec_module(module)
    return module


def test_the_readme_shows_what_its_commands_print_and_the_whole_catalogue_is_verified(tool: ModuleType) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    fresh = tool.regenerated(text)
    changes = difflib.unified_diff(
        text.splitlines(), fresh.splitlines(), "README.md", "now: run tools/readme", lineterm="", n=0
    )
    assert fresh == text, "\n".join(changes)
    assert "$ tools/check\nverified " in fresh


def test_the_limits_are_those_of_the_code_each_with_its_meaning_and_in_use(tool: ModuleType) -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert tool.with_limits(text) == text, "run tools/readme"
    assert "| 60 | seconds; what takes longer is inconclusive" in text
    assert tool.with_limits(text.replace("| 60 | seconds", "| 61 | seconds")) == text
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "identities").rglob("*.py"))
    for name in (name for name in vars(limits) if name.isupper()):
        assert re.search(rf"\blimits\.{name}\b", code), f"{name} limits nothing"
        assert f"| {getattr(limits, name):,} | " in text, f"{name} lacks its comment"


def test_output_that_has_changed_is_noticed(tool: ModuleType) -> None:
    text = "```console\n$ echo three\ntwo\n```\n"
    assert tool.regenerated(text) == "```console\n$ echo three\nthree\n```\n"


def test_times_are_kept_and_nothing_else(tool: ModuleType) -> None:
    now, before = "9 claims, 3 sizes, 40 draws in 3.4 s", "8 claims, 2 sizes, 1,040 draws in 1.2 s"
    assert tool.same_times(now, before) == "9 claims, 2 sizes, 1,040 draws in 1.2 s"
