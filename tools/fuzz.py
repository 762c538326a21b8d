#!/usr/bin/env python3
"""Feeds broken and made-up input to whatever reads: tools/fuzz.py [--inputs N] [--seed S] [--kind K] [--only I].

Real texts (formulas and entries of our catalogue) are mutated, others are grown from a grammar of all spellings. Input
number I of a kind depends on the seed, the kind and I alone. Each must be read, or be refused with a message that has
a place: no exception of Python's, at most 2 s of processor time and 500 MB. What is read is printed in every form, and
what is printed in the notation must be read as the same tree. A sample goes through the command line as it is.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]
os.environ["IDENTITIES_CACHE"] = "off"

from inputs import (  # noqa: E402
    Chance,
    arguments,
    catalogue,
    certificate,
    claim,
    data,
    document,
    entries,
    equation,
    formula,
    ledger,
)
from measured import ran  # noqa: E402

from identities import certificate as certificate_file  # noqa: E402
from identities import equations, limits, parsed, tables  # noqa: E402
from identities.catalogue import Claim, Identity, Place, Problem, Text, read_text  # noqa: E402
from identities.catalogue.errata import read_errata  # noqa: E402
from identities.checking import stream  # noqa: E402
from identities.cli import main as command  # noqa: E402
from identities.expression import Apply, walk  # noqa: E402
from identities.notation import Names, NotationError, parse  # noqa: E402
from identities.notation.typeset import latex, unicode  # noqa: E402
from identities.report.entry import FORMS, Unreadable, render  # noqa: E402
from identities.report.text import escape  # noqa: E402
from identities.statement import statements  # noqa: E402
from identities.verdict import unreadable  # noqa: E402

SECONDS, MEGABYTES = 2.0, 500
SAID = 300  # characters of a failure
LONGEST = 2_000  # characters of a message
SHOWN = 10  # failures of one kind that are printed
Input = Any


class Broken(Exception):
    """What the reader answered is no answer."""


class Slow(Exception):
    """An input that took longer than one may."""


# ---- what reads them


def read_formula(text: str) -> str:
    """Parsed, printed, and read again."""
    try:
        tree = parse(text)
    except NotationError as error:
        if not error.message or not 0 <= error.span.start <= len(text) + 1:
            raise Broken(f"a refusal without its place: {error!r} at {error.span}") from error
        return "refused"
    latex(tree)
    printed = unicode(tree)
    undecided = any(isinstance(node, Apply) and node.op in ("times", "times⊙") for node in walk(tree))
    if len(printed) <= limits.FORMULA_LENGTH and not undecided:  # what * means is settled by shapes
        try:
            again = parse(printed, Names())
        except NotationError as error:
            if any(word in error.message for word in ("deep", "long", "limit", "nested")):
                return "read"
            raise Broken(f"printed as {printed!r}, which is not read: {error}") from error
        if again != tree:
            raise Broken(f"printed as {printed!r}, which is read as {unicode(again)!r}")
    return "read"


def read_catalogue(text: str | bytes) -> str:
    """Read, every claim typed, every entry printed in every form."""
    identities, problems = read_text(text, "t.yaml")
    found = [statement for identity in identities for statement in statements(parsed.read(identity))]
    problems = (*problems, *(statement for statement in found if isinstance(statement, Problem)))
    for problem in problems:
        if not problem.message or min(problem.place.line, problem.place.column) < 1 or len(problem.message) > LONGEST:
            raise Broken(f"a problem without its place: {problem!r}"[:2_000])
    for identity in identities:
        for form in FORMS:
            with contextlib.suppress(Unreadable):
                render(identity, form, "gradient")
    if not identities and not problems:
        raise Broken("neither an identity nor a problem")
    return "refused" if problems else "read"


def check_claim(text: str) -> str:
    """Read as an entry, and checked where it can be: whatever it claims, there is a verdict."""
    identities, problems = read_text(text, "t.yaml")
    verdicts = list(stream(identities, draws=1))
    for verdict in verdicts:
        if "internal error" in verdict.message:
            raise Broken(verdict.message)
    return "refused" if problems or any(verdict.verdict == "error" for verdict in verdicts) else "read"


def read_equation(text: str) -> str:
    """Read as a document's; what it claims stands alone, what is not read has its reason."""
    reading = equations.read(Text(text, Place("t.md", 1, 1)), equations.Context())
    if any(not why or len(why) > LONGEST for _, why in reading.unread):
        raise Broken(f"a text unread without a reason: {reading.unread!r}")
    for stated in reading.claims:
        claim = Claim(stated.kind, stated.wrt, stated.closed_form, {})
        places = stated.f.place, (1, 1)
        identity = Identity("a", "", stated.where, stated.let, stated.f, (claim,), {}, {}, (), "", (), *places)
        list(statements(parsed.read(identity)))
    return "read" if reading.claims else "refused"


def read_ledger(text: str) -> str:
    """Read as a ledger of errata, both its statements typed."""
    Path("ledger.yaml").write_bytes(text.encode("utf-8", "surrogatepass"))
    errata, problems = read_errata("ledger.yaml")
    for identity in (identity for erratum in errata for identity in (erratum.printed, erratum.right)):
        list(statements(parsed.read(identity)))
    if any(not problem.message or problem.place.line < 1 for problem in problems):
        raise Broken(f"a problem without its place: {problems!r}")
    if not errata and not problems:
        raise Broken("neither an erratum nor a problem")
    return "refused" if problems else "read"


def read_document(text: str) -> str:
    """Read as Markdown, LaTeX, … in turn, every claim typed; what is skipped has its place and reason."""
    claims = 0
    suffix = sorted(tables.SUFFIXES)[len(text) % len(tables.SUFFIXES)]
    found = tables.read_text(text, f"t{suffix}", suffix)
    problems = [*found.problems, *(skipped.problem for skipped in found.skipped)]
    for identity in found.identities:
        said = list(statements(parsed.read(identity)))
        problems += [problem for problem in said if isinstance(problem, Problem)]
        claims += len(said)
    for problem in problems:
        if not problem.message or min(problem.place.line, problem.place.column) < 1 or len(str(problem)) > LONGEST:
            raise Broken(f"a problem without its place: {problem!r}")
    return "read" if claims else "refused"


def read_certificate(text: str) -> str:
    """Read as the JSON of a report."""
    Path("report.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        certificate_file.read("report.json")
    except certificate_file.Unsound as error:
        if not str(error) or len(str(error)) > LONGEST:
            raise Broken(f"a refusal without a reason: {error}") from error
        return "refused"
    return "read"


def run_command(line: list[str]) -> str:
    """The command in this process; nothing is checked, as that is not what its arguments are about."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with (
        mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(b""))),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = command(line)
    out.flush(), err.flush()
    said, complaint = (stream.buffer.getvalue().decode() for stream in (out, err))  # type: ignore[attr-defined]
    if code not in (0, 1, 2) or "Traceback" in complaint or "internal error" in complaint:
        raise Broken(f"exit code {code}: {complaint[-2_000:]}")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", said + complaint):
        raise Broken(f"control characters are printed: {(said + complaint)[-2_000:]!r}")
    if code == 2 and not said and not complaint:
        raise Broken("exit code 2, and not a word")
    return "refused" if code == 2 else "read"


@dataclass(frozen=True)
class Kind:
    """A kind of input: how one is made, what reads it, and its share of all inputs."""

    make: Callable[[Chance], Input]
    read: Callable[[Input], str]
    share: float


KINDS = {
    "formula": Kind(formula, read_formula, 0.39),
    "claim": Kind(claim, check_claim, 0.08),
    "equation": Kind(equation, read_equation, 0.1),
    "catalogue": Kind(catalogue, read_catalogue, 0.17),
    "document": Kind(document, read_document, 0.03),
    "bytes": Kind(data, read_catalogue, 0.1),
    "ledger": Kind(ledger, read_ledger, 0.03),
    "certificate": Kind(certificate, read_certificate, 0.03),
    "arguments": Kind(arguments, run_command, 0.07),
}


# ---- the run


@dataclass
class Tally:
    """What became of the inputs of one kind."""

    outcomes: Counter[str] = field(default_factory=Counter)
    slowest: tuple[float, int] = (0.0, -1)
    largest: tuple[float, int] = (0.0, -1)  # megabytes above what the process had
    failures: list[tuple[int, str]] = field(default_factory=list)

    def __str__(self) -> str:
        counts = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(self.outcomes.items()))
        return (
            f"{self.outcomes.total():,} inputs: {counts}; slowest {self.slowest[0]:.2f} s (number {self.slowest[1]}), "
            f"largest {self.largest[0]:.0f} MB (number {self.largest[1]})"
        )


def made(name: str, seed: int, number: int) -> Input:
    """Input ``number`` of a kind."""
    return KINDS[name].make(Chance(f"{seed} {name} {number}"))


def megabytes() -> float:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def unasked(identities: Sequence[Any], *_: Any) -> Iterator[Any]:
    """A verdict on every claim without a check."""
    yield from (unreadable(identity, claim, "not asked") for identity in identities for claim in identity.claims)


@contextlib.contextmanager
def watched() -> Iterator[None]:
    """Less memory than would hurt, a folder to write to, and a judge who says nothing; all as it was afterwards."""

    def late(*_: Any) -> None:
        raise Slow(f"more than {SECONDS} s")

    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before, here = resource.getrlimit(resource.RLIMIT_AS), Path.cwd()
    ours = "format: 1\nidentities:\n" + "".join(entries()[:3])
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        for name in ("mine.yaml", "ours.yaml"):
            (Path(folder) / name).write_text(ours, encoding="utf-8")
        os.chdir(folder)
        stack.callback(os.chdir, here)
        stack.enter_context(mock.patch("identities.files.own_catalogue", return_value=Path("ours.yaml")))
        stack.enter_context(mock.patch("identities.run.fresh", side_effect=unasked))
        for judged in ("identities.audit.stream", "identities.errata.stream"):
            stack.enter_context(mock.patch(judged, side_effect=lambda *_, **__: iter(())))
        resource.setrlimit(resource.RLIMIT_AS, (used + 2 * MEGABYTES * 2**20, before[1]))
        stack.callback(resource.setrlimit, resource.RLIMIT_AS, before)
        stack.callback(signal.signal, signal.SIGPROF, signal.signal(signal.SIGPROF, late))
        yield


def fed(name: str, given: Input, number: int, tally: Tally) -> None:
    """One input given to what reads it, and what became of it."""
    high, started = megabytes(), time.process_time()
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        outcome = KINDS[name].read(given)
    except (Exception, SystemExit, Slow) as error:  # noqa: BLE001 - which is what is looked for
        outcome = "failed"
        tally.failures.append((number, f"{type(error).__name__}: {error}"[:2_000]))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    seconds, more = time.process_time() - started, megabytes() - high
    if outcome != "failed" and more > MEGABYTES:
        outcome = "failed"
        tally.failures.append((number, f"{more:.0f} MB"))
    tally.outcomes[outcome] += 1
    tally.slowest = max(tally.slowest, (seconds, number))
    tally.largest = max(tally.largest, (more, number))


def fuzzed(inputs: int, seed: int, kinds: Sequence[str]) -> dict[str, Tally]:
    """The inputs shared among kinds, read in this process."""
    tallies = {name: Tally() for name in kinds}
    total = sum(KINDS[name].share for name in kinds)
    for name in kinds:
        made(name, seed, 0)  # what is made once is made before memory is watched
    check_claim(entry("tr(AX)"))  # and what is imported once
    with watched():
        for name, tally in tallies.items():
            for number in range(round(inputs * KINDS[name].share / total)):
                fed(name, made(name, seed, number), number, tally)
    return tallies


def sampled(count: int, seed: int, kinds: Sequence[str]) -> Tally:
    """Every so many inputs by way of a process of its own, checks included. Only what is refused has to be quick."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(count):
            name = kinds[number % len(kinds)]
            given = made(name, seed, number)
            documents = tables.SUFFIXES[number // len(kinds) % len(tables.SUFFIXES)]
            path = Path(folder) / f"t{documents if name == 'document' else '.yaml'}"
            line = ["check", "--jobs", "1", "--draws", "1", str(path)]
            if name == "certificate":
                line = ["check", "--replay", str(path)]
            if name == "arguments":
                line = [*given, "--help"]  # whatever was said, nothing is checked
            else:
                text = entry(given) if name in ("formula", "equation") else given
                path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
            code, said, seconds, size, _ = ran(*line, folder=Path(folder))
            fine = code in (0, 1, 2) and "Traceback" not in said and "internal error" not in said
            light = size <= MEGABYTES and (seconds <= 2 * SECONDS or "checked" in said or "verified" in said)
            tally.outcomes["read" if code != 2 else "refused"] += 1
            tally.slowest = max(tally.slowest, (seconds, number))
            tally.largest = max(tally.largest, (size, number))
            if not fine or not light:
                what = f"{name}: exit code {code}, {seconds:.1f} s, {size:.0f} MB: {said[-500:]}"
                tally.failures.append((number, what))
    return tally


def entry(text: str) -> str:
    """A file with this formula in it."""
    return f"format: 1\nidentities:\n- id: a\n  f: '{text.replace(chr(39), chr(39) * 2)}'\n  equals: 0\n"


def main(line: Sequence[str] | None = None) -> int:
    """Print what became of the inputs; 1 if one of them failed."""
    about, _, more = (__doc__ or "").partition("\n\n")
    parser = argparse.ArgumentParser(description=about, epilog=more)
    parser.add_argument("--inputs", type=int, default=100_000, help="how many (default 100,000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=tuple(KINDS), action="append", help="only these (default: all)")
    parser.add_argument("--sample", type=int, default=40, help="how many through the command line (default 40)")
    parser.add_argument("--only", type=int, metavar="I", help="print input I of the kind, and what becomes of it")
    options = parser.parse_args(line)
    kinds = tuple(options.kind or KINDS)
    if options.only is not None:
        for name in kinds:
            given, tally = made(name, options.seed, options.only), Tally()
            check_claim(entry("tr(AX)"))
            with watched():
                fed(name, given, options.only, tally)
            print(f"{name} {options.only}: {given!r}\n{tally}", *(what for _, what in tally.failures), sep="\n")
        return 0
    started = time.monotonic()
    tallies = fuzzed(options.inputs, options.seed, kinds)
    if options.sample:
        tallies["command line"] = sampled(options.sample, options.seed, kinds)
    for name, tally in tallies.items():
        print(f"{name}: {tally}")
        for number, what in tally.failures[:SHOWN]:
            kind = name if name in KINDS else kinds[number % len(kinds)]
            print(f"  --seed {options.seed} --kind {kind} --only {number}: {escape(what[:SAID])}")
    failures = sum(len(tally.failures) for tally in tallies.values())
    inputs = sum(tally.outcomes.total() for tally in tallies.values())
    print(f"{inputs:,} inputs, {failures} failures in {time.monotonic() - started:.0f} s")
    return int(failures > 0)


if __name__ == "__main__":
    sys.exit(main())
