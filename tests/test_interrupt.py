"""Ctrl-C while something is imported, read or checked: what is known, no traceback, exit code 130."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

# Python with an interrupt at the moment when a module is looked for.
AT = """\
import runpy, sys
class Interrupt:
    def find_spec(name, *rest):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt)
sys.argv = ["identities", *{arguments!r}]
runpy.run_module("identities", run_name="__main__")
"""


def interrupted_at(module, *arguments):
    code = AT.format(module=module, arguments=[str(argument) for argument in arguments])
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("module", ["identities.cli", "argparse", "identities.report.text", "yaml"])
def test_before_anything_is_known(table, module):
    done = interrupted_at(module, "check", "--jobs", "1", table)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "identities: interrupted\n")


@pytest.mark.parametrize("module", ["identities.checking", "numpy", "jax", "identities.witness"])
def test_while_the_checker_is_imported(table, module):
    done = interrupted_at(module, "check", "--jobs", "1", table)
    assert (done.returncode, done.stderr) == (130, "")
    assert done.stdout == "interrupted after 0 of 4 claims\nnothing checked: 1 problem\n"


def test_a_module_that_is_not_asked_for_interrupts_nothing(table):
    assert interrupted_at("jax", "list", "--catalogue", table).returncode == 0


def test_while_claims_are_checked(tmp_path):
    entry = "- id: a{0}\n  where: {{X: n×n invertible}}\n  f: {0} log(det(XᵀX))\n  hessian:\n    X: {0} I\n"
    table = tmp_path / "t.identities.yaml"
    table.write_text("format: 1\nidentities:\n" + "".join(entry.format(k) for k in range(2, 400)), encoding="utf-8")
    command = [sys.executable, "-m", "identities", "check", "--no-cache", "--jobs", "1", table]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        first = process.stdout.readline()
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")
    assert " is refuted: " in first
    *_, said, last = out.splitlines()
    assert said.startswith("interrupted after ")
    assert said.endswith(" of 398 claims")
    assert last.startswith("checked ")
