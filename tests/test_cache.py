from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import threading
from dataclasses import fields, replace
from pathlib import Path

import pytest

import identities
from identities import cache, environment
from identities.cache import Cache
from identities.cli import main
from identities.settings import Settings
from identities.verdict import OUTCOMES, Diagnosis, Verdict

ROOT = Path(__file__).parent.parent
PROBE = """
import sys
from identities.cli import main
code = main(sys.argv[1:])
print([name for name in ("jax", "numpy", "scipy") if name in sys.modules], file=sys.stderr)
sys.exit(code)
"""


def checked(*arguments):
    """The command in a fresh process: exit code, output, and which heavy modules it imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "check", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr.strip().splitlines()[-1]


def entry(table, **changes):
    (found, *_) = identities.load(table)
    return replace(found, **changes)


def keys(identity, **settings):
    return list(cache.keys(identity, Settings(**settings)))


def edited(table, before, after):
    text = table.read_text(encoding="utf-8")
    assert before in text
    other = table.with_name("edited.identities.yaml")
    other.write_text(text.replace(before, after), encoding="utf-8")
    return identities.load(other)


# ---- what a reader sees


def test_a_second_check_answers_the_same_without_jax_and_says_so(table):
    first, second = (checked(table, "--format", "json") for _ in range(2))
    assert (first[0], second[0]) == (0, 0)
    assert ("jax" in first[2], second[2]) == (True, "[]")
    fresh, known = json.loads(first[1]), json.loads(second[1])
    assert (fresh["summary"]["cached"], known["summary"]["cached"]) == (0, 4)
    for before, after in zip(fresh["claims"], known["claims"], strict=True):
        assert (before.pop("cached"), after.pop("cached")) == (False, True)
        assert before == after
    assert "verified 2 identities, 4 claims" in checked(table)[1]
    assert checked(table)[1].rstrip().endswith("(4 from the cache)")


def test_no_cache_neither_reads_nor_writes(table, cache_folder, checker, monkeypatch):
    monkeypatch.setenv("IDENTITIES_CACHE", str(cache_folder))
    assert main(["check", str(table), "--no-cache"]) == 0
    assert list(cache_folder.iterdir()) == []
    assert main(["check", str(table)]) == 0
    checker(lambda id, closed_form: "refuted")
    monkeypatch.setenv("IDENTITIES_CACHE", str(cache_folder))
    assert main(["check", str(table)]) == 0
    assert main(["check", str(table), "--no-cache"]) == 1
    assert identities.check(table).ok
    assert not identities.check(table, cache=False).ok


def test_only_what_has_changed_is_checked_again(table):
    assert identities.check(table).cached == 0
    table.write_text(table.read_text(encoding="utf-8").replace("x: (A + Aᵀ)x", "x: (A + A)x"), encoding="utf-8")
    report = identities.check(table)
    assert [verdict.cached for verdict in report.verdicts] == [True, True, False, True]
    assert report.counts["refuted"] == 1
    again = identities.check(table)
    assert again.verdicts == report.verdicts
    assert again.verdicts[2].diagnosis is not None or again.verdicts[2].counterexample
    assert (again.cached, again.exit_code) == (4, 1)


def test_the_place_is_that_of_the_present_file(table):
    before = identities.check(table)
    moved = table.with_name("moved.identities.yaml")
    moved.write_text("# one line more\n" + table.read_text(encoding="utf-8"), encoding="utf-8")
    report = identities.check(moved)
    assert report.cached == 4
    assert [(v.file, v.line) for v in report.verdicts] == [(str(moved), v.line + 1) for v in before.verdicts]


def test_errors_are_not_remembered(table, cache_folder, checker, monkeypatch):
    checker(lambda id, closed_form: "error" if closed_form == "Aᵀ" else "verified")
    monkeypatch.setenv("IDENTITIES_CACHE", str(cache_folder))
    identities.check(table)
    report = identities.check(table)
    assert [verdict.cached for verdict in report.verdicts] == [False, True, True, True]
    assert report.counts["error"] == 1


def test_what_was_known_before_an_interrupt_is_remembered_and_nothing_else(table, cache_folder, checker, monkeypatch):
    def judge(id, closed_form):
        if closed_form == "A + Aᵀ":
            raise KeyboardInterrupt
        return "verified"

    checker(judge)
    monkeypatch.setenv("IDENTITIES_CACHE", str(cache_folder))
    assert main(["check", str(table)]) == 130
    checker(lambda id, closed_form: "verified")
    monkeypatch.setenv("IDENTITIES_CACHE", str(cache_folder))
    assert [verdict.cached for verdict in identities.check(table).verdicts] == [True, True, True, False]


def test_a_checker_that_answers_too_little_is_a_fault_and_no_success(table, cache_folder, checker, monkeypatch):
    monkeypatch.setenv("IDENTITIES_CACHE", str(cache_folder))
    monkeypatch.setattr(sys.modules["identities.checking"], "stream", lambda identities, **_: iter(()))
    assert main(["check", str(table)]) == 2


def test_the_command_says_where_it_is_and_forgets_it(table, cache_folder, capsys):
    identities.check(table)
    assert main(["cache"]) == 0
    assert capsys.readouterr().out.startswith(f"{cache_folder}: 0.0 MB in 1 file")
    assert main(["cache", "clear"]) == 0
    assert "forgotten" in capsys.readouterr().out
    assert not cache_folder.exists()
    assert identities.check(table).cached == 0
    assert identities.check(table).cached == 4


def test_no_cache_at_all(table, capsys, monkeypatch):
    monkeypatch.setenv("IDENTITIES_CACHE", "off")
    assert main(["cache"]) == 0
    assert "off" in capsys.readouterr().out


def test_the_folder_is_that_of_the_user(monkeypatch):
    monkeypatch.delenv("IDENTITIES_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    if sys.platform == "linux":
        assert cache.folder() == Path("/somewhere/identities")


# ---- keys


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("X: Aᵀ", "X: A", [0]),
        ("A: Xᵀ", "A: X", [1]),
        ("{A: n×m, X: m×n}", "{A: n×m, X: m×k}", [0, 1]),
        ("{A: n×m, X: m×n}", "{X: m×n, A: n×m}", [0, 1]),
        ("f: tr(AX)", "f: tr(XA)", [0, 1]),
        ("id: trace-product", "id: trace-produce", [0, 1]),
        ("source: [a test]\n    tags: [linear]", "at: {A: 0}\n    source: [a test]", [0, 1]),
        ("section: Traces", "section: Tracks", []),
        ("source: [a test]", "source: [another test]", []),
        ("tags: [linear]", "tags: [bilinear]", []),
        ("title: A table", "title: A table\n\n# a comment", []),
    ],
)
def test_a_key_changes_with_what_the_verdict_depends_on(table, before, after, changed):
    old, new = keys(entry(table)), keys(edited(table, before, after)[0])
    assert [number for number in range(2) if old[number] != new[number]] == changed


def test_a_key_changes_with_the_settings(table):
    one = entry(table)
    assert len({tuple(keys(one)), tuple(keys(one, seed=1)), tuple(keys(one, draws=9))}) == 3
    assert {field.name for field in fields(Settings)} >= {"seed", "draws"}


def test_claims_of_one_text_and_different_kinds_have_different_keys(table):
    one = entry(table)
    first = one.claims[0]
    claims = (first, replace(first, kind="jacobian"), replace(first, wrt="A"), replace(first, worked=True))
    assert len(set(keys(replace(one, claims=claims)))) == 4


def test_the_fingerprint_changes_with_any_character_of_any_file_of_the_code(tmp_path):
    code = tmp_path / "identities"
    shutil.copytree(environment.CODE, code, ignore=shutil.ignore_patterns("__pycache__"))
    seen = {environment.fingerprint(code)}
    assert seen == {environment.fingerprint()}
    paths = sorted(code.rglob("*.py"))
    assert len(paths) > 80
    for path in paths[:: len(paths) // 12]:
        path.write_bytes(path.read_bytes() + b"\n")
        seen.add(environment.fingerprint(code))
    paths[0].rename(code / "renamed.py")
    assert len({*seen, environment.fingerprint(code)}) == len(paths[:: len(paths) // 12]) + 2


@pytest.mark.parametrize("name", ["jax", "jaxlib", "numpy", "scipy"])
def test_the_fingerprint_changes_with_a_version(monkeypatch, name):
    before, version = environment.fingerprint(), environment.version
    monkeypatch.setattr(environment, "version", lambda asked: "0" if asked == name else version(asked))
    assert environment.fingerprint() != before


def test_another_fingerprint_finds_nothing(table, monkeypatch):
    identities.check(table)
    monkeypatch.setattr(environment, "fingerprint", lambda: "0" * 32)
    assert identities.check(table).cached == 0


def test_verdicts_of_code_that_was_edited_meanwhile_are_not_kept(table, cache_folder, monkeypatch):
    cached = Cache(cache_folder, Settings())
    monkeypatch.setattr(environment, "fingerprint", lambda: "0" * 32)
    cached.remember("key", identities.check(table, cache=False).verdicts[0])
    cached.write()
    assert list(cache_folder.iterdir()) == []


# ---- files


def one_file(folder):
    (path,) = folder.iterdir()
    return path


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda data: b"\x00" * len(data),
        lambda data: b"\xff\xfe" + data[7:],
        lambda data: data.replace(b'"verified"', b'"refuted"'),
        lambda data: data.replace(b"verified", b"verifies"),
        lambda data: data.replace(b"\n", b""),
        lambda data: b"\n".join(line[:67] + b"[" * 100_000 for line in data.split(b"\n")),
    ],
)
def test_a_damaged_file_is_passed_over_and_written_again(table, cache_folder, damage):
    first = identities.check(table)
    path = one_file(cache_folder)
    path.write_bytes(damage(path.read_bytes()))
    second = identities.check(table)
    assert second.verdicts == first.verdicts
    assert second.cached < 4
    assert identities.check(table).cached == 4


def test_a_line_under_the_key_of_another_claim_is_not_believed(table, cache_folder):
    checked = identities.check(table)
    path = one_file(cache_folder)
    lines = path.read_bytes().split(b"\n")
    swapped = [first[:32] + second[32:] for first, second in zip(lines, [*lines[1:], lines[0]], strict=True)]
    path.write_bytes(b"\n".join(swapped))
    report = identities.check(table)
    assert (report.cached, report.verdicts) == (0, checked.verdicts)


@pytest.mark.parametrize(
    "said", ["[]", "3", '{"verdict": "error"}', '{"colour": "red"}', '{"diagnosis": {"@": "Path"}}']
)
def test_sound_lines_of_something_else_are_no_verdicts(table, cache_folder, said):
    known = Cache(cache_folder, Settings())
    (key, _) = keys(entry(table))
    known.lines[key.encode()] = said.encode()
    assert [verdict for _, _, verdict in known.recall(entry(table))] == [None, None]


def test_a_folder_that_cannot_be_written_to_is_no_cache(table, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IDENTITIES_CACHE", str(tmp_path / "file" / "below"))
    assert identities.check(table).ok
    assert identities.check(table).cached == 0
    assert main(["cache"]) == 0
    assert main(["cache", "clear"]) == 0


def test_a_folder_in_the_place_of_the_file_is_no_cache(table, cache_folder):
    (cache_folder / f"verdicts-{environment.fingerprint()}.jsonl").mkdir()
    assert identities.check(table).ok


def verdict(**changes):
    return replace(Verdict("t", 1, 1, "i", "f", "gradient", "X", "A", "verified"), **changes)


def test_a_verdict_comes_back_as_it_was(table, cache_folder):
    one = entry(table)
    found = Verdict(
        str(table), 12, 10, "trace-product", "tr(AX)", "gradient", "X", "Aᵀ", "refuted", "at X = …\nsecond line",
        "exact", 1.5e-32, ({"m": 2}, {"m": 3}), 16, float("inf"), 1e-300, 3.5, "agrees",
        {"A": [[1, 2.5]], "true": [["(1+2j)"]], "x": float("nan")}, Diagnosis("factor", "2A", 2.0, ("A symmetric",)),
    )  # fmt: skip
    first = Cache(cache_folder, Settings())
    first.remember(keys(one)[0], found)
    first.write()
    known = Cache(cache_folder, Settings()).recall(one)[0][2]
    assert known is not None
    assert known.cached
    assert repr(replace(known, cached=False)) == repr(replace(found, line=known.line, column=known.column))


def test_what_json_cannot_say_is_not_kept(table, cache_folder):
    kept = Cache(cache_folder, Settings())
    for example in ({"A": object()}, {1: 2}, {"A": "\ud800"}):
        kept.remember("key", verdict(counterexample=example))
    assert kept.fresh == []


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_only_a_judgement_is_kept(cache_folder, outcome):
    kept = Cache(cache_folder, Settings())
    kept.remember("key", verdict(verdict=outcome))
    assert len(kept.fresh) == (outcome != "error")


def test_many_writers_at_once_lose_nothing(table, cache_folder):
    def write(writer):
        for number in range(40):
            one = Cache(cache_folder, Settings())
            one.remember(f"{writer}-{number}", verdict(message="x" * 20_000))
            one.write()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = {key.decode() for key, _ in cache.read(one_file(cache_folder))}
    assert found == {f"{writer}-{number}" for writer in range(4) for number in range(40)}


def test_two_processes_at_once_give_what_one_gives(table, cache_folder):
    command = [sys.executable, "-m", "identities", "check", str(table), "--format", "json"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) for _ in range(2)]
    said = [json.loads(process.communicate()[0]) for process in both]
    assert [document["summary"]["verified"] for document in said] == [4, 4]
    assert identities.check(table).cached == 4


def test_the_oldest_is_dropped_first(cache_folder, monkeypatch):
    monkeypatch.setattr(cache, "MOST_BYTES", 20_000)
    for number in range(100):
        one = Cache(cache_folder, Settings())
        one.remember(f"key-{number}", verdict(message="x" * 1_000))
        one.write()
    path = one_file(cache_folder)
    assert path.stat().st_size <= 20_000
    kept = [int(key.removeprefix(b"key-")) for key, _ in cache.read(path)]
    assert kept == list(range(kept[0], 100))
    assert len(kept) >= 8


def test_files_of_other_code_are_dropped_when_all_together_are_too_large(cache_folder, monkeypatch):
    monkeypatch.setattr(cache, "MOST_IN_ALL", 3_000)
    for number in range(5):
        monkeypatch.setattr(environment, "fingerprint", lambda number=number: f"{number:032}")
        one = Cache(cache_folder, Settings())
        one.remember("key", verdict(message="x" * 1_000))
        one.write()
    names = [re.sub("[^0-9]", "", path.name) for path in sorted(cache_folder.iterdir())]
    assert len(names) == 2
    assert f"{4:032}" in names
