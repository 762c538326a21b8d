from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).parent.parent / "tools" / "bench.py"
TABLE = """\
format: 1
identities:
- {a}
  f: αt
  derivative:
    t: α
- {b}
  f: 2xᵀy
  gradient:
    x: 2y
- {c}
  f: αx
  jacobian:
    x: αI
- {d}
  f: tr(X)
  equals: tr(Xᵀ)
""".format(**{name: f"id: {name}" for name in "abcd"})


def bench(*arguments):
    command = [sys.executable, TOOL, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_way_checks_the_same_three_identities(tmp_path):
    table = tmp_path / "t.yaml"
    table.write_text(TABLE, encoding="utf-8")
    done = bench("--table", table, "--sample", "3", "--draws", "1", "--rounds", "1", "--build", tmp_path)
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert done.stdout == (tmp_path / "bench.md").read_text(encoding="utf-8")
    assert "3 of 4 identities, 3 of 4 claims, spread evenly over t.yaml; nothing is scaled up." in done.stdout
    ways = ("a", "b", "c", "c2", "d", "e", "f", "g", "one")
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("| (")][: len(ways)] == [
        f"({way})" for way in ways
    ]
    work = {way: runs[0]["work"] for way, runs in document["runs"].items()}
    assert {way: work[way]["claims"] for way in ("a", "b", "c", "c2", "d", "e", "f")} == dict.fromkeys(
        ("a", "b", "c", "c2", "d", "e", "f"), 3
    )
    assert (work["a"]["verified"], work["a"]["cached"], work["b"]["cached"]) == (3, 0, 3)
    assert work["c"]["checks"] == work["c2"]["checks"]
    assert [work[way]["apart"] for way in ("c", "c2", "d", "e")] == [0, 0, 0, 0]
    ratios, median = document["ratios"], document["median"]
    assert set(ratios) == {"(c)/(a)", "(c2)/(a)", "(d)/(a)", "(e)/(a)", "(a)/(f)", "(b)/(g)", "(one)/(g)"}
    assert ratios["(b)/(g)"]["seconds"] == median["b"]["seconds"] / median["g"]["seconds"]


def test_other_ways_see_what_is_wrong(tmp_path):
    table = tmp_path / "t.yaml"
    table.write_text(TABLE.replace("x: 2y", "x: y"), encoding="utf-8")
    done = bench("--table", table, "--draws", "1", "--rounds", "1", "--ways", "c", "--build", tmp_path)
    work = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))["runs"]["c"][0]["work"]
    assert (done.returncode, work["claims"]) == (0, 4)
    assert 0 < work["apart"] < work["checks"]


def test_ratios_are_of_medians():
    tool = runpy.run_path(str(TOOL))
    run = tool["Run"]
    runs = {"a": [run(1.0, 1.0, {}), run(3.0, 1.0, {}), run(2.0, 1.0, {})], "c": [run(40.0, 50.0, {})]}
    ratio = {"seconds": 20.0, "processor": 50.0, "bound": False, "required": "≥ 20"}
    assert tool["results"](runs)["ratios"] == {"(c)/(a)": ratio}


def test_a_slow_way_is_stopped_when_it_has_lost(tmp_path):
    table = tmp_path / "t.yaml"
    table.write_text(TABLE, encoding="utf-8")
    options = ("--table", table, "--draws", "1", "--rounds", "1", "--ways", "a,d", "--build", tmp_path)
    done = bench(*options, "--patience", "0.0001")
    document = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    work = document["runs"]["d"][0]["work"]
    assert (done.returncode, work["stopped"]) == (0, True)
    assert work["claims"] < 4
    assert document["ratios"]["(d)/(a)"]["bound"]
    assert ", then stopped |" in done.stdout
    assert "| (d)/(a) | > " in done.stdout


def test_a_way_that_is_not_there():
    done = bench("--ways", "z")
    assert done.returncode == 2
    assert "no way z: there are a, b, c" in done.stderr
