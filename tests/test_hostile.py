"""Hostile input: a clear message and exit code 2 within 2 seconds and 500 MB, or a verdict within the same memory."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import measured
import pytest
from measured import ran

from identities import limits

SECONDS, MEGABYTES = 4.0, 500  # on a quiet machine 2 seconds are enough
HEAD = "format: 1\nidentities:\n"


def entry(f: str, where: str = "{A: n×m, X: m×n}", claim: str = "gradient:\n    X: Aᵀ", let: str = "") -> str:
    quoted = "'" + f.replace("'", "''") + "'"
    return f"{HEAD}- id: a\n  where: {where}\n{let}  f: {quoted}\n  {claim}\n"


def doubling(operation: str, first: str) -> str:
    parts = [f"    P{k}: P{k - 1} {operation} P{k - 1}\n" for k in range(1, 40)]
    return "".join(["  let:\n", f"    P0: {first}\n", *parts])


UNUSABLE: dict[str, str | bytes] = {
    # nested without end
    "parentheses 10⁵ deep": entry("(" * 10**5 + "A" + ")" * 10**5),
    "parentheses 4000 deep": entry("(" * 4000 + "A" + ")" * 4000),
    "brackets": entry("[" * 4000 + "1" + "]" * 4000),
    "calls": entry("tr(" * 2000 + "A" + ")" * 2000),
    "exponents": entry("A^" * 4000 + "2"),
    "YAML brackets": b"format: 1\nx: " + b"[" * 10**5,
    "YAML braces": b"format: 1\nx: " + b"{a: " * 10**5,
    "YAML dashes": b"- " * 10**5,
    "YAML indents": b"\n".join(b" " * k + b"a:" for k in range(3000)),
    # numbers without end
    "an exponent of 10⁹": entry("tr((AX)^1000000000)"),
    "a raised exponent of 10⁹": entry("tr((AX)¹⁰⁰⁰⁰⁰⁰⁰⁰⁰)"),
    "dims of 10⁹": entry("tr(AX)", "{A: 1000000000×m, X: m×1000000000}"),
    "a dim of 5000 digits": entry("tr(AX)", "{A: " + "9" * 5000 + "×m, X: m×n}"),
    "a dim to a high power": entry("tr(AX)", "{A: n^99999999×m, X: m×n}"),
    "a number of 9000 digits": entry("9" * 9000),
    "a sum up to 10⁹": entry("Σ_{i=1}^{1000000000} t", "{t: scalar}", "equals: t"),
    # sizes without end
    "50 MB of blanks": b"format: 1\n" + b" " * 50_000_000,
    "50 MB on one line": b"format: 1\nx: " + b"a" * 50_000_000,
    "a million lines": HEAD.encode() + b"- {}\n" * limits.FILE_LINES,
    "a list of six million": b"format: 1\nidentities: [" + b"{}," * 6_000_000 + b"]",
    "1400 factors": entry("tr(" + "A" * 1400 + ")", "{A: n×n}", "equals: 1"),
    # a short text that says a lot
    "parts that double": entry("P39", "{x: n}", "equals: 1", doubling("+", "xᵀx")),
    "parts that square": entry("tr(P39)", "{A: n×n}", "equals: 1", doubling("", "A")),
    "parts that grow": entry("tr(P39)", "{A: n×n}", "equals: 1", doubling("⊗", "A")),
    "sums in sums in sums": entry("Σ_{i=1}^{64} Σ_{j=1}^{64} Σ_{k=1}^{64} t", "{t: scalar}", "equals: t"),
    "powers in a product": entry("tr(" + "A^64" * 100 + ")", "{A: n×n}", "equals: 1"),
    # what YAML offers
    "an alias bomb": "a: &a [x,x]\n" + "".join(f"{b}: &{b} [*{a},*{a}]\n" for a, b in pairwise("abcdefghijklmnop")),
    "a tag that would run": 'format: !!python/object/apply:os.system ["echo broken"]\n',
    "a tag that would read": "format: !include /etc/passwd\n",
    "a key twice": "format: 1\nformat: 1\n",
    "a merge": "format: 1\n<<: {title: T}\n",
    "two documents": "format: 1\n---\nformat: 1\n",
    # what is no text
    "UTF-16": entry("tr(AX)").encode("utf-16"),
    "Latin-1": b"format: 1\n# \xe9\n",
    "NUL": entry("t\0r(AX)"),
    "only NUL": b"\0" * 1000,
    "an archive": b"PK\x03\x04" + bytes(range(256)) * 40,
    # names of Python's
    "dunder": entry("X.__class__.__mro__"),
    "eval": entry("eval(X)"),
    "import": entry("__import__('os').system('echo broken')"),
    "getattr": entry("getattr(X, 'T')"),
    "lambda": entry("(lambda: X)()"),
    "a format string": entry("{X.__class__}"),
    "a dunder in where": entry("tr(AX)", "{__class__: n×m}"),
}  # fmt: skip

TWELVE = ("ABCDEFGHJKLM", "abcdefghijkl", "bcdefghijkla")

# Well formed, and hard to check: any verdict, within a claim's time.
HARD: dict[str, str] = {
    "Kronecker products": entry("A⊗A⊗A⊗A⊗A⊗A", "{A: n×n}", "differential: 0"),
    "sums over dims": entry(
        "".join(f"sum({c}, " for c in "abcdeghijkl") + "·".join(f"x[{c}]" for c in "abcdeghijkl") + ")" * 11,
        "{x: p}", "gradient:\n    x: x",
    ),
    "a tower of powers": entry("tr((((A^64)^64)^64)^64)", "{A: n×n}", "gradient:\n    A: A"),
    "a tower of scalars": entry("t^(9^(9^(9^9)))", "{t: scalar}", "derivative:\n    t: t"),
    "large dims": entry("XX", "{X: 64×64}", "jacobian:\n    X: X ⊗ X"),
    "twelve dims": entry(
        "tr(ABCDEFGHJKLM)",
        "{" + ", ".join(f"{m}: {r}×{c}" for m, r, c in zip(*TWELVE, strict=True)) + "}",
        "gradient:\n    A: A",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNUSABLE)
def test_what_is_unusable_costs_a_message(name: str, tmp_path: Path) -> None:
    path, data = tmp_path / "t.yaml", UNUSABLE[name]
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8", "surrogatepass"))
    found = ran("check", "--no-cache", str(path))
    assert found.code == 2, found.output
    assert (found.seconds < SECONDS, found.megabytes < MEGABYTES) == (True, True), found
    assert str(path) in found.output
    assert "Traceback" not in found.output
    assert "internal error" not in found.output
    assert "\nbroken" not in found.output
    assert len(found.output) < 20_000


@pytest.mark.parametrize("name", HARD)
def test_what_is_hard_to_check_gets_a_verdict(name: str, tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(HARD[name], encoding="utf-8")
    found = ran("check", "--no-cache", str(path))
    assert found.code in (1, 2), found.output
    assert found.seconds < limits.SECONDS
    assert found.megabytes < MEGABYTES
    assert "Traceback" not in found.output
    assert "internal error" not in found.output


ARGUMENTS = (
    ["check", "--seed", "9" * 5000],
    ["check", "--seed", "-1"],
    ["check", "--draws", "1e9"],
    ["check", "--draws", "١٠"],
    ["check", "a\x1b[31m.yaml"],
    ["check", "no/such\nfile.yaml"],
    ["check", "/dev/null"],
    ["check", "--select", "(" * 10**4],
    ["check", "--format", "__class__"],
    ["check", "x" * 5000],
    ["show", "../../etc/passwd"],
    ["show", "a" * 10**5],
    ["list", "--catalogue", "/proc/self/mem"],
    ["--seed"],
    ["chekc"],
    [""],
)


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=lambda arguments: repr(" ".join(arguments)[:30]))
def test_unusable_arguments_cost_a_message(arguments: list[str]) -> None:
    found = ran(*arguments)
    assert found.code == 2, found.output
    assert (found.seconds < SECONDS, found.megabytes < MEGABYTES) == (True, True), found
    assert "Traceback" not in found.output
    assert "internal error" not in found.output
    assert "\x1b" not in found.output


def test_the_measure_counts_the_command_and_nothing_else() -> None:
    """What Linux calls the memory of a child is at least that of who started it."""
    burden = bytearray(700 * 2**20)
    found = ran("list")
    assert found.code == 0
    assert 0 < found.seconds <= found.elapsed + 0.1
    assert 5 < found.megabytes < MEGABYTES
    assert len(burden) > MEGABYTES * 2**20


def test_the_measure_sees_a_large_process() -> None:
    probe = [sys.executable, measured.__file__, sys.executable, "-c", "bytearray(b'x') * (600 * 2**20)"]
    *_, megabytes, _ = subprocess.run(probe, capture_output=True, check=True, text=True).stderr.split()
    assert float(megabytes) > MEGABYTES
