from __future__ import annotations

from pathlib import Path

import pytest

from identities.files import find, is_catalogue, own_catalogue, writing


@pytest.mark.parametrize(
    ("name", "text", "ours"),
    [
        ("catalogue.yaml", "format: 1\n", True),
        ("other.yml", "# words\n\n---\nformat : '1' # ours\n", True),
        ("bom.yaml", "\ufeffformat: 1\n", True),
        ("windows.yaml", "# words\r\nformat: 1\r\n", True),
        ("a.identities.yaml", "anything: at all\n", True),
        ("catalogue.yaml", "title: x\nformat: 1\n", False),
        ("_toc.yml", "format: jb-book\n", False),
        ("deep.yaml", "a:\n  format: 1\n", False),
        ("formatted.yaml", "formatted: 1\n", False),
        ("empty.yaml", "", False),
        ("notes.md", "format: 1\n", False),
        ("identities.yaml", "title: x\n", False),
    ],
)
def test_which_files_are_ours(tmp_path, name, text, ours):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    assert is_catalogue(path) == ours


def test_a_long_run_of_blank_lines_costs_nothing(tmp_path):
    path = tmp_path / "blank.yaml"
    path.write_text("\n \n" * 100_000 + "#" * 100_000)
    assert not is_catalogue(path)


def test_files_come_once_in_order(tmp_path):
    for name in ("b.yaml", "a.yaml", "c/a.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("format: 1\n")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "a.yaml")
    (tmp_path / "loop").symlink_to(tmp_path)
    files, problems = find([tmp_path / "b.yaml", tmp_path, tmp_path / "c"])
    assert [file.relative_to(tmp_path).as_posix() for file in files] == ["b.yaml", "a.yaml", "c/a.yaml"]
    assert problems == []


def test_our_own_catalogue_is_there():
    assert own_catalogue().is_file()
    assert is_catalogue(own_catalogue())


def test_a_new_file_has_the_rights_of_any_other(tmp_path):
    (tmp_path / "plain").touch()
    with writing(tmp_path / "written") as stream:
        stream.write("ᵀ\udcff")
    assert (tmp_path / "written").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert (tmp_path / "written").read_text(encoding="utf-8") == "ᵀ\\udcff"


def test_nothing_is_seen_before_all_is_written(tmp_path):
    target = tmp_path / "report"
    with writing(target) as stream:
        stream.write("half")
        stream.flush()
        assert not target.exists()
    assert target.read_text() == "half"
    with pytest.raises(ZeroDivisionError), writing(target) as stream:
        stream.write(f"other {1 / 0}")
    assert target.read_text() == "half"
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_a_nul_is_in_no_name():
    files, problems = find(["a\0.yaml"])
    assert files == []
    assert "NUL" in problems[0].message


def test_no_folder_is_an_error_before_the_work():
    with pytest.raises(OSError, match="No such file"), writing(Path("no/such/folder/report")):
        pytest.fail("the work began")
