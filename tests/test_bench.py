from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BENCH = runpy.run_path(str(ROOT / "tools" / "bench.py"))


def test_ways_are_measured_on_the_same_claims_and_compared(tmp_path):
    command = [
        sys.executable,
        "tools/bench.py",
        "--sample",
        "2",
        "--rounds",
        "1",
        "--ways",
        "a,c2,g",
        "--build",
        tmp_path,
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    document = json.loads((tmp_path / "bench.json").read_text(encoding="utf-8"))
    assert set(document["ratios"]) == {"c2/a"}
    work = {way: runs[0]["work"] for way, runs in document["runs"].items()}
    assert work["a"]["claims"] == work["c2"]["claims"] > 0
    assert work["c2"]["disagreeing"] == 0
    assert done.stdout == (tmp_path / "bench.md").read_text(encoding="utf-8")
    assert "| (c2)/(a) |" in done.stdout


def test_ratios_are_of_medians():
    run = BENCH["Run"]
    runs = {"a": [run(1.0, 1.0, {}), run(3.0, 1.0, {}), run(2.0, 1.0, {})], "c": [run(40.0, 50.0, {})]}
    ratio = BENCH["results"](runs, None)["ratios"]["c/a"]
    assert (ratio["wall"], ratio["processor"], ratio["required_on_the_whole"]) == (20.0, 50.0, "≥ 20")


def test_other_ways_find_a_wrong_formula(tmp_path):
    """They are slow, but they do check: a benchmark of something that accepts all would be none."""
    table = tmp_path / "wrong.identities.yaml"
    table.write_text("format: 1\nidentities:\n- id: q\n  f: xᵀAx\n  gradient:\n    x: 2Ax\n", encoding="utf-8")
    script = "import runpy; m = runpy.run_path('tools/bench.py'); from pathlib import Path; import jax; "
    script += (
        f"jax.config.update('jax_enable_x64', True); print(m['jit_together'](Path({str(table)!r}))['disagreeing'])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert int(done.stdout) > 1, done.stderr


def test_a_way_that_is_not_there():
    command = [sys.executable, "tools/bench.py", "--ways", "z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no way z: there are a, b, c" in done.stderr
