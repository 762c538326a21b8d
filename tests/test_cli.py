from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from identities import cli
from identities.report import progress


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def identities(capsys):
    """Run the command in this process: ``code, out, err = identities("check", …)``."""

    def run(*arguments):
        code = cli.main([os.fspath(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run


def one_wrong(id, closed_form):
    return "refuted" if closed_form == "A + Aᵀ" else "verified"


def files():
    return sorted(path.name for path in Path().iterdir())


class TestCheck:
    def test_all_verified(self, identities, checker, table):
        code, out, err = identities("check", table.name)
        assert (code, err) == (0, "")
        assert out.startswith("verified 2 identities, 4 claims, 2 sizes, 64 draws in ")
        assert out.count("\n") == 1

    @pytest.mark.parametrize(
        ("outcome", "said", "exit_code"),
        [
            ("refuted", "is refuted", 1),
            ("inconclusive", "is inconclusive", 1),
            ("error", "cannot be checked", 2),
        ],
    )
    def test_one_claim_that_is_not_verified(self, identities, checker, table, outcome, said, exit_code):
        checker(lambda id, closed_form: outcome if closed_form == "A + Aᵀ" else "verified")
        code, out, _ = identities("check", table.name)
        assert code == exit_code
        first, *_, last = out.splitlines()
        wanted = f"hessian of xᵀAx in x: A + Aᵀ {said}: said by the checker"
        assert first == f"mine.identities.yaml:26:10: quadratic-form: {wanted}"
        assert last.endswith(f"s: 3 verified, 1 {outcome}")

    def test_verbose_prints_verified_claims(self, identities, checker, table):
        _, out, _ = identities("check", table.name, "--verbose")
        assert "gradient of tr(AX) in X: Aᵀ is verified (2 sizes, 16 draws, error 1.0e-16, noise" in out
        assert len(out.splitlines()) == 5

    def test_select_takes_the_entry_of_that_id_or_all_with_the_word(self, identities, checker, table):
        for text, count in {"trace-product": 2, "trace": 2, "QUADRATIC": 2, "linear": 2, "t": 4}.items():
            _, out, _ = identities("check", table.name, "--select", text)
            assert f", {count} claims," in out, text

    def test_an_exact_id_selects_nothing_else(self, identities, checker, table):
        text = table.read_text(encoding="utf-8")
        table.write_text(text.replace("id: quadratic-form", "id: trace-product-two"), encoding="utf-8")
        assert "verified 1 identity, " in identities("check", table.name, "--select", "trace-product")[1]
        assert "verified 2 identities, " in identities("check", table.name, "--select", "trace-prod")[1]

    def test_nothing_selected(self, identities, checker, table):
        code, out, _ = identities("check", table.name, "--select", "trace-prduct")
        assert code == 2
        assert "no id, section or tag has 'trace-prduct' in it; did you mean 'trace-product'" in out

    def test_seed_and_draws_reach_the_checker(self, identities, checker, table):
        _, out, _ = identities("check", table.name, "--draws", "20", "--seed", "7", "--format", "json")
        document = json.loads(out)
        assert document["seed"] == 7
        assert [claim["draws"] for claim in document["claims"]] == [40] * 4

    def test_options_may_stand_between_paths(self, identities, checker, table):
        other = table.with_name("other.yaml")
        other.write_text(table.read_text(encoding="utf-8"), encoding="utf-8")
        for arguments in (["--draws", "9", table.name, other.name], [table.name, "--draws", "9", other.name]):
            assert "verified 4 identities" in identities("check", *arguments)[1]

    def test_a_file_named_twice_is_checked_once(self, identities, checker, table):
        assert "verified 2 identities" in identities("check", table.name, ".", table)[1]

    def test_standard_input(self, identities, checker, table, monkeypatch):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(table.read_bytes())))
        checker(one_wrong)
        code, out, _ = identities("check", "-")
        assert code == 1
        assert out.startswith("<stdin>:26:10: quadratic-form: ")

    def test_our_own_catalogue_is_what_is_checked_without_a_path(self, identities, checker, table, monkeypatch):
        monkeypatch.setattr("identities.files.own_catalogue", lambda: table)
        assert "verified 2 identities" in identities("check")[1]

    def test_an_interrupt_ends_with_what_is_known(self, identities, checker, table):
        def judge(id, closed_form):
            if id == "quadratic-form":
                raise KeyboardInterrupt
            return "verified"

        checker(judge)
        code, out, _ = identities("check", table.name)
        assert code == 130
        assert "interrupted after 2 of 4 claims" in out
        assert out.splitlines()[-1].startswith("checked 1 identity, 2 claims")
        code, out, _ = identities("check", table.name, "--format", "json")
        assert code == 130
        assert json.loads(out)["problems"] == ["interrupted after 2 of 4 claims"]


class TestFolder:
    def test_tables_are_found_and_other_files_passed_over(self, identities, checker, table):
        inner = table.parent / "docs" / "maths"
        inner.mkdir(parents=True)
        text = table.read_text(encoding="utf-8")
        (inner / "catalogue.yaml").write_text("# a licence\n\n---\n" + text, encoding="utf-8")
        (inner / "_toc.yml").write_text("format: jb-book\nroot: intro\n")
        (inner / "settings.yaml").write_text("colour: red\n")
        (inner / "notes.md").write_text("format: 1\n")
        (table.parent / ".venv").mkdir()
        (table.parent / ".venv" / "a.identities.yaml").write_text("broken: [")
        code, out, _ = identities("check", ".")
        assert code == 0
        assert "verified 4 identities" in out

    def test_a_folder_without_a_table(self, identities, checker, tmp_path):
        (tmp_path / "empty").mkdir()
        code, out, _ = identities("check", "empty")
        assert code == 2
        assert out.splitlines()[0].startswith("empty:1:1: no table of identities in this folder: expected")
        assert out.splitlines()[1] == "nothing checked: 1 problem"


class TestUnusableInput:
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_every_problem_is_reported_and_the_rest_is_checked(self, identities, checker, table, form):
        table.with_name("notes.txt").write_text("# Notes")
        table.with_name("broken.yaml").write_text("format: 1\nidentities:\n- id: a\n  colour: red\n")
        table.with_name("none.yaml").write_text("format: 1\ntitle: nothing yet\nidentities: []\n")
        names = ("nope.yaml", "notes.txt", "broken.yaml", "none.yaml", table.name)
        code, out, err = identities("check", "--format", form, *names)
        assert code == 2
        said = out if form == "text" else "\n".join(json.loads(out)["problems"])
        assert "nope.yaml:1:1: no such file" in said
        assert "notes.txt:1:1: .txt files are not read; expected a .yaml or .yml file" in said
        assert "broken.yaml:4:3: a: " in said
        assert "none.yaml:" in said
        assert "4 claims" in out if form == "text" else json.loads(out)["summary"]["claims"] == 4
        assert (err == "") == (form == "text"), "with another format, the problems are on standard error too"

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                ["chek"],
                "no command 'chek'; there are check, audit, list, show, coverage, errata, cache; did you mean 'check'",
            ),
            (["mine.identities.yaml"], "did you mean `identities check mine.identities.yaml`?"),
            (["check", "--fromat", "json"], "has no option '--fromat'; did you mean '--format'?"),
            (["check", "--format", "jsn"], "'jsn' is none of text, json, github, junit, sarif; did you mean 'json'?"),
            (["check", "--seed", "-1"], "'-1' is no whole number of at least 0"),
            (["check", "--seed", "1" * 5000], "is no whole number of at least 0"),
            (["check", "--draws", "0"], "'0' is no whole number from 1 to 1000"),
            (["check", "--draws", "1000000000"], "is no whole number from 1 to 1000"),
            (["check", "--draws", "eight"], "'eight' is no whole number from 1 to 1000"),
            (["check", "--draws"], "argument --draws: expected one argument"),
            (["list", "more"], "`identities list` takes one argument less: 'more'"),
            (["show"], "the following arguments are required: ID"),
            (["show", "x", "--as", "latx"], "did you mean 'latex'?"),
            (["check", "--output", "no/such/folder/r.json"], "No such file or directory"),
            (["list", "--catalogue", "mine.identities.yaml", "--section", "trces"], "did you mean 'Traces'?"),
            (["list", "--catalogue", "mine.identities.yaml", "--tag", "liner"], "did you mean 'linear'?"),
            (["show", "--catalogue", "mine.identities.yaml", "trace"], "no identity has the id 'trace'"),
            (
                ["show", "--catalogue", "mine.identities.yaml", "trace-produkt"],
                "did you mean 'trace-product'?",
            ),
        ],
    )
    def test_arguments(self, identities, checker, table, arguments, message):
        code, out, err = identities(*arguments)
        assert (code, out) == (2, "")
        assert err.startswith("identities: ")
        assert message in err
        assert err.count("\n") == 1

    def test_no_command_prints_the_help(self, identities):
        code, out, err = identities()
        assert (code, out) == (2, "")
        assert "examples:" in err

    def test_control_characters_of_a_file_do_not_reach_the_terminal(self, identities, checker, table):
        bad = table.with_name("bad\x1b[31m.yaml")
        bad.write_text("format: 1\nidentities:\n- {\x1b]0;title\x07: \u202e}\n")
        for arguments in (
            ["check", bad],
            ["list", "--catalogue", bad],
            ["check", "--select", "\x1b[2J", table],
        ):
            _, out, err = identities(*arguments)
            assert "\x1b" not in out + err
            assert "\u202e" not in out + err
            assert "\\x1b" in out + err

    def test_a_fault_of_ours_is_one_line(self, identities, checker, table, monkeypatch):
        def judge(id, closed_form):
            raise KeyError("no\nway")

        checker(judge)
        code, out, err = identities("check", table.name)
        assert (code, out) == (2, "")
        assert err.startswith("identities: internal error: KeyError: 'no\\nway'; please report it")
        assert err.count("\n") == 1
        monkeypatch.setenv("IDENTITIES_DEBUG", "1")
        with pytest.raises(KeyError):
            identities("check", table.name)


class TestOutput:
    def test_the_report_goes_to_the_file_and_the_summary_to_standard_error(self, identities, checker, table):
        code, out, err = identities("check", table.name, "--format", "json", "--output", "report.json")
        assert (code, out) == (0, "")
        assert "verified 2 identities" in err
        assert json.loads(Path("report.json").read_text(encoding="utf-8"))["summary"]["verified"] == 4
        assert files() == ["mine.identities.yaml", "report.json"]

    def test_a_failed_run_leaves_the_old_report_and_nothing_else(self, identities, checker, table):
        Path("report.txt").write_text("old")

        def judge(id, closed_form):
            raise KeyError

        checker(judge)
        assert identities("check", table.name, "--output", "report.txt")[0] == 2
        assert Path("report.txt").read_text() == "old"
        assert files() == ["mine.identities.yaml", "report.txt"]

    def test_what_is_no_regular_file_is_not_replaced(self, identities, checker, table):
        assert identities("check", table.name, "--output", os.devnull)[0] == 0
        assert Path(os.devnull).is_char_device()

    def test_a_folder_is_no_file(self, identities, checker, table):
        code, _, err = identities("check", table.name, "--output", ".")
        assert code == 2
        assert "Is a directory" in err

    def test_a_link_stays_a_link(self, identities, checker, table):
        Path("real.txt").write_text("old")
        Path("link.txt").symlink_to("real.txt")
        identities("check", table.name, "--output", "link.txt")
        assert Path("link.txt").is_symlink()
        assert Path("real.txt").read_text().startswith("verified")


class Terminal(io.StringIO):
    def isatty(self):
        return True


class TestTerminal:
    def test_colours_only_on_a_terminal_that_wants_them(self, checker, table, monkeypatch):
        checker(one_wrong)
        monkeypatch.delenv("NO_COLOR", raising=False)
        monkeypatch.setenv("TERM", "xterm")
        for stream, no_color, coloured in [
            (Terminal(), "", True),
            (Terminal(), "1", False),
            (io.StringIO(), "", False),
        ]:
            monkeypatch.setattr(sys, "stdout", stream)
            monkeypatch.setenv("NO_COLOR", no_color)
            cli.main(["check", table.name])
            assert ("\x1b[31mis refuted\x1b[0m" in stream.getvalue()) == coloured
            assert "A + Aᵀ" in stream.getvalue()

    def test_progress_for_work_over_a_second_on_a_terminal(self, checker, table, monkeypatch, capsys):
        monkeypatch.setattr(sys, "stderr", Terminal())
        cli.main(["check", table.name])
        assert sys.stderr.getvalue() == "", "it was done in less"
        monkeypatch.setattr(progress, "PATIENCE", 0)
        monkeypatch.setattr(progress, "PAUSE", 0)
        cli.main(["check", table.name])
        assert "2 of 4 claims  trace-product" in sys.stderr.getvalue()
        assert sys.stderr.getvalue().endswith(progress.ERASE)
        monkeypatch.setattr(sys, "stderr", io.StringIO())
        cli.main(["check", table.name])
        assert sys.stderr.getvalue() == "", "it is no terminal"


class TestListAndShow:
    def test_list(self, identities, table):
        code, out, err = identities("list", "--catalogue", table.name)
        assert (code, err) == (0, "")
        assert out.splitlines() == [
            "Traces",
            "  trace-product   tr(AX)  gradient X, A",
            "",
            "Quadratic forms",
            "  quadratic-form  xᵀAx    gradient x; hessian x",
            "",
            "2 identities, 4 claims",
        ]

    def test_list_a_section_or_a_tag(self, identities, table):
        for option in (["--section", "trace"], ["--tag", "linear"]):
            _, out, _ = identities("list", "--catalogue", table.name, *option)
            assert "trace-product" in out
            assert "quadratic-form" not in out
            assert out.endswith("1 identity, 2 claims\n")

    def test_list_as_json(self, identities, table):
        _, out, _ = identities("list", "--catalogue", table.name, "--format", "json")
        document = json.loads(out)
        assert document["format"] == 1
        first = document["identities"][0]
        assert first["id"] == "trace-product"
        assert first["where"] == {"A": "n×m", "X": "m×n"}
        assert first["claims"][0] == {"kind": "gradient", "wrt": "X", "closed_form": "Aᵀ"}

    def test_list_says_what_is_wrong_with_the_rest(self, identities, table):
        table.write_text(table.read_text(encoding="utf-8") + "    colour: red\n", encoding="utf-8")
        code, out, err = identities("list", "--catalogue", table.name)
        assert code == 2
        assert "trace-product" in out
        assert "mine.identities.yaml:28:5: quadratic-form: " in err

    @pytest.mark.parametrize("form", ["text", "latex", "jax", "numpy", "yaml", "json"])
    def test_show(self, identities, table, form):
        code, out, err = identities("show", "trace-product", "--catalogue", table.name, "--as", form)
        assert (code, err) == (0, "")
        assert out.endswith("\n")
        assert "A" in out
        if form == "json":
            assert json.loads(out)["id"] == "trace-product"

    def test_an_entry_that_cannot_be_read_is_not_shown(self, identities, table):
        text = table.read_text(encoding="utf-8")
        table.write_text(text.replace("X: Aᵀ", "X: Aᵀ +"), encoding="utf-8")
        code, out, err = identities("show", "trace-product", "--catalogue", table.name)
        assert (code, out) == (2, "")
        assert err.startswith("identities: mine.identities.yaml:12:1")

    def test_version(self, identities):
        assert identities("--version")[1].startswith("identities ")


def process(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, encoding="utf-8", check=False, **options
    )


class TestProcess:
    def test_a_reader_that_has_enough_is_no_error(self, tmp_path):
        long = " + ".join(["tr(A)"] * 600)  # more in all than a pipe holds
        entry = f"- id: e{{0}}\n  where: {{{{A: n×n}}}}\n  f: {long}\n  equals: tr(Aᵀ)\n  source: [x]\n"
        text = "format: 1\nidentities:\n" + "".join(entry.format(i) for i in range(500))
        (tmp_path / "long.yaml").write_text(text, encoding="utf-8")
        command = [sys.executable, "-m", "identities", "list", "--catalogue", "long.yaml"]
        # An unbuffered Python loses what a closed pipe did not take, and never hears of it.
        env = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env) as running:
            assert running.stdout.readline()
            running.stdout.close()
            assert running.stderr.read() == b""
        assert running.returncode == 141

    def test_a_terminal_without_unicode_sees_it_spelled_out(self, table):
        ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
        done = process("-m", "identities", "list", "--catalogue", table.name, env=ascii_only)
        assert done.returncode == 0
        assert "x\\u1d40Ax" in done.stdout
        done = process("-m", "identities", "check", "--select", "ᵀ", table.name, env=ascii_only)
        assert done.returncode == 2
        assert "\\u1d40" in done.stdout

    def test_json_is_utf_8_on_every_terminal(self, table):
        text = table.read_text(encoding="utf-8")
        table.write_text(text.replace("Traces", "Traces of 𝟏"), encoding="utf-8")
        ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
        arguments = ("list", "--catalogue", table.name, "--format", "json")
        done = process("-m", "identities", *arguments, env=ascii_only)
        assert json.loads(done.stdout)["identities"][0]["section"] == "Traces of 𝟏"

    def test_standard_output_closed(self, table):
        done = process(
            "-c",
            "import sys; sys.stdout = None; from identities.cli import main; sys.exit(main(sys.argv[1:]))",
            *("list", "--catalogue", table.name),
        )
        assert (done.returncode, done.stderr) == (0, "")


class TestEndToEnd:
    """The checker itself, once each way."""

    def test_a_true_table(self, identities, table):
        code, out, _ = identities("check", table.name)
        assert code == 0, out
        assert out.startswith("verified 2 identities, 4 claims, ")

    def test_a_lost_transpose(self, identities, table):
        text = table.read_text(encoding="utf-8")
        table.write_text(text.replace("X: Aᵀ", "X: A"), encoding="utf-8")
        code, out, _ = identities("check", table.name, "--format", "json")
        assert code == 1, out
        claim = next(claim for claim in json.loads(out)["claims"] if claim["verdict"] != "verified")
        assert (claim["line"], claim["column"], claim["verdict"]) == (12, 10, "refuted")

    def test_a_formula_that_cannot_be_read(self, identities, table):
        text = table.read_text(encoding="utf-8")
        table.write_text(text.replace("X: Aᵀ", "X: Aᵀ +"), encoding="utf-8")
        code, out, _ = identities("check", table.name)
        assert code == 2
        first, last = out.splitlines()
        assert first.startswith("mine.identities.yaml:12:1")
        assert ": trace-product: gradient of tr(AX) in X: Aᵀ + cannot be checked: " in first
        assert last.endswith("3 verified, 1 error")
