#!/usr/bin/env python3
"""Feeds broken and made-up input to everything that reads: tools/fuzz.py [--inputs N] [--seed S] [--kind K] "
"[--only I].

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
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ["IDENTITIES_CACHE"] = "off"

from identities import limits, parsed  # noqa: E402
from identities.catalogue import Problem, read_text  # noqa: E402
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
Chance = random.Random


class Broken(Exception):
    """What the reader answered is no answer."""


class Slow(Exception):
    """An input that took longer than one may."""


def words(text: str) -> tuple[str, ...]:
    """A table of words."""
    return tuple(text.split(" "))


# ---- real texts


@cache
def entries() -> tuple[str, ...]:
    """The entries of our catalogue as they stand in the file."""
    text = (ROOT / "catalogue.yaml").read_text(encoding="utf-8")
    found = re.split(r"^(?= *- id:)", text, flags=re.MULTILINE)[1:]
    return tuple(re.sub(r"^  ", "", entry.partition("\n- section")[0], flags=re.MULTILINE) for entry in found)


@cache
def formulas() -> tuple[str, ...]:
    """The formulas of our catalogue, in Unicode and in LaTeX."""
    identities, _ = read_text((ROOT / "catalogue.yaml").read_bytes(), "catalogue.yaml")
    texts = [text.text for entry in identities for text in (entry.f, *(c.closed_form for c in entry.claims))]
    found = list(dict.fromkeys(texts))
    for text in tuple(found):
        with contextlib.suppress(NotationError):
            found.append(latex(parse(text)))
    return tuple(found)


# ---- made-up texts: {} is a smaller one

ATOMS = {
    "Unicode": "A B X Y Σ x y a b t α λ μ n 2 3 ½ 0 1/2 0.5 I I(n) 𝟏 𝟏(n) dX dx f̄ eᵢ K(m,n) D(n) L(n) π ⅈ W₁ g'(t) "
    "∇L(X) ∇²L(x) DF(X)[dX] X[i,j]",
    "ASCII": "A B X Y x y a b t n 2 3 1/2 0 1e3 0.5 I I(n) ones ones(n) dX dx fbar e[i] K(m,n) x_1 W1 alpha Sigma "
    "X[i,j] X[1,n]",
    "LaTeX": r"A B X \mathbf{X} \boldsymbol\mu x \mathbf{x} a \Sigma \lambda n 2 \frac12 \tfrac{1}{2} 0 I_n "
    r"\mathbf{1} "
    r"\mathrm{d}X \bar{f} e_i K_{m,n} X_{ij} \mathbf{W}_1 (X^{-1})_{kl}",
}
RULES = {
    "Unicode": "{}ᵀ|{}⁻¹|{}⁻ᵀ|{}⁺|{}²|{}ᵏ|{}⊙²|{}{}|{} {}|{}·{}|{} + {}|{} − {}|−{}|{} ⊙ {}|{} ⊘ {}|{} ⊗ {}|"
    "({})|tr({})|"
    "tr {}|log det {}|det({})|‖{}‖|‖{}‖²|‖{}‖_F²|‖{}‖₁|{}/{}|{}/‖{}‖|exp⊙({})|exp({})|√{}|Σᵢ {}|{}[i,j]|[{}, "
    "{}; {}, {}]|"
    "{}^({})|vec({})|diag({})|softmax({})|expm({})|sqrtm({})|logsumexp({})|unvec({}, m, n)|sub({}, i, j)|"
    "eigvec({}, 1)|"
    "sum({})|2{}|½ {}|Σ_{i=1}^{n} {}|g⊙({})|λmax({})|adj({})|∇L({})|DF({})[{}]",
    "ASCII": "{}'|{}.T|{}^T|{}^-1|{}^-T|inv({})|pinv({})|{}^2|{}**2|{}^k|{}.^2|{} @ {}|{} {}|{}*{}|{} + {}|{} - "
    "{}|-{}|"
    "{} .* {}|{} ./ {}|kron({}, {})|({})|tr({})|trace({})|log det {}|det({})|norm({})|norm({})^2|norm_F({})^2|{}/{}|"
    "exp({})|sqrt({})|sum(i, {})|{}[i,j]|[{}, {}; {}, {}]|np.trace({})|np.linalg.inv({})|jnp.diag({})|{}^({})|"
    "vec({})|"
    "diag({})|softmax({})|np.{}|{}.sum()|||{}|||abs({})",
    "LaTeX": r"{}^\top|{}^{T}|{}^{-1}|{}^{-\top}|{}^{-T}|{}^{\dagger}|{}^2|{}^{k}|{}^{1/2}|{} {}|{} \cdot {}|{} + {}|"
    r"{} - {}|-{}|{} \odot {}|{} \otimes {}|({})|\left({}\right)|\operatorname{tr}({})|\mathrm{Tr}\left({}\right)|"
    r"\log\det {}|\lvert {}\rvert|\|{}\|^2|\lVert {}\rVert_F^2|\frac{{}}{{}}|\tfrac{1}{2} {}|\exp({})|\sqrt{{}}|"
    r"\sum_i {}|"
    r"\sum_{i=1}^{n} {}|{}_{ij}|\begin{bmatrix} {} & {} \\ {} & {} \end{bmatrix}|\mathbf{{}}|{\rm {}}|"
    r"\underbrace{{}}_{x}|"
    r"\left[{}\right]|\nabla L({})|\operatorname{diag}({})|\operatorname{vec}({})|{}^{{}}|\text{tr} {}|\!\! {}\,",
}
NASTY = words(
    "\0 \x1b[31m \ufeff \u200b \u202e \ud800 \U0010ffff \u0301 \u0304 ᵀᵀ ⁻ ⁻¹ ᵢ ₁₂ ² 𝟏 𝟙 Ⅳ ½½ ١ ｘ ’ ′ ″ ; : , # % & $ "
    r"\ \\ \frac \left \right \begin{ \end{matrix} \def \newcommand \mathbf \text{ { } [ ] ( ) | ‖ || < > = == != := → "
    r"""∂ ∇ ∑ Σ_{ √ ^ _ ^^ __ ** *** // @@ .. ... ' '' " -- +- ++ 1e9 1e999 9999999999 0x10 1_000 nan inf None """
    "__class__ eval( lambda import np. jnp.linalg. X.__mro__ tr ⊗⊗ ⊙⊗ & * ! !!python/object: *a &a %TAG --- ... ? - [ {"
)


def grown(chance: Chance, spelling: str, depth: int) -> str:
    """A formula of the grammar: well formed as text, seldom so in its shapes."""
    if depth <= 0 or chance.random() < 0.15:
        return chance.choice(ATOMS[spelling].split())
    rule = chance.choice(RULES[spelling].split("|"))
    return re.sub(r"\{\}", lambda _: grown(chance, spelling, depth - 1), rule)


def mutated(chance: Chance, text: str, other: str) -> str:
    """A text after a few slips: pieces dropped, doubled, moved, repeated without end, exchanged, or worse."""
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        start, stop = sorted((chance.randint(0, len(text)), chance.randint(0, len(text))))
        if chance.random() < 0.7:
            stop = min(stop, start + chance.randint(0, 3))
        piece = text[start:stop]
        begin = chance.randint(0, len(other))
        slip = chance.choice(SLIPS)
        text = text[:start] + slip(chance, piece, other[begin : begin + chance.randint(1, 12)]) + text[stop:]
    return text


SLIPS: Sequence[Callable[[Chance, str, str], str]] = (
    lambda chance, piece, other: "",
    lambda chance, piece, other: piece + piece,
    lambda chance, piece, other: piece[::-1],
    lambda chance, piece, other: piece.swapcase(),
    lambda chance, piece, other: other,
    lambda chance, piece, other: piece + other,
    lambda chance, piece, other: chance.choice(NASTY),
    lambda chance, piece, other: piece + chance.choice(NASTY),
    lambda chance, piece, other: chr(chance.choice((chance.randrange(128), chance.randrange(0x3000), 0x1D400))),
    lambda chance, piece, other: (piece or chance.choice(NASTY)) * chance.choice((2, 5, 60, 61, 1000)),
    lambda chance, piece, other: "(" * (depth := chance.choice((1, 30, 61, 400))) + piece + ")" * depth,
)  # fmt: skip


def formula(chance: Chance) -> str:
    """A formula in one of the spellings, made up or real, sound or not."""
    spelling = chance.choice(tuple(RULES))
    text = grown(chance, spelling, chance.randint(1, 5)) if chance.random() < 0.5 else chance.choice(formulas())
    return text if chance.random() < 0.3 else mutated(chance, text, chance.choice(formulas()))


WORDS = words(
    "invertible symmetric spd positive scalar integer complex orthogonal one-hot square → ℝ m×n p×q n with m ≥ = > 10"
)
DIMS = words("n m p 1 3 n+1 2n n² mn max(m,n) 1000000000 0 -1 64 n^9")
KEYS = words(
    "id where let f gradient jacobian hessian differential second_differential pullback derivative entries equals "
    "minimizer maximizer at example source note tags gradient_symmetric x"
)
SPECKS = (b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\t", b"\xc2\x85", b"\xe2\x80\xa8", b"[", b"{", b"- ", b": ")


def declaration(chance: Chance) -> str:
    """What `where` says of a name."""
    shape = "×".join(chance.choice(DIMS) for _ in range(chance.choice((1, 2, 2, 3))))
    return f"{shape} {' '.join(chance.choices(WORDS, k=chance.randint(0, 3)))}"


def catalogue(chance: Chance) -> str:
    """A file of a few entries, some of whose lines are not what they were."""
    lines = ["format: 1", "identities:"]
    for entry in chance.choices(entries(), k=chance.choice((1, 1, 2, 3))):
        lines += entry.rstrip().split("\n")
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(lines))
        line = lines[at]
        key, _, rest = line.partition(":")
        indent = " " * (len(line) - len(line.lstrip()))
        lines[at : at + 1] = chance.choice((
            [f"{key}: {formula(chance)}"],
            [f"{key}: '{formula(chance).replace(chr(39), chr(39) * 2)}'"],
            [f"{indent}{chance.choice(KEYS)}:{rest}"],
            [f"{indent}{chance.choice(KEYS)}: {formula(chance)}"],
            [f"{indent}where: {{{chance.choice('AXxtΣ')}: {declaration(chance)}, X: {declaration(chance)}}}"],
            [f"{indent}X: {declaration(chance)}"],
            [line, line], [], [" " + line], [line[1:]], [mutated(chance, line, chance.choice(lines))],
        ))  # fmt: skip
        lines = lines or [""]
    return "\n".join(lines) + "\n"


def data(chance: Chance) -> bytes:
    """A file with damaged bytes."""
    found = bytearray(catalogue(chance).encode("utf-8", "surrogatepass"))
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        at = chance.randrange(len(found) + 1)
        damage = chance.randrange(5)
        if damage == 0:
            found[at : at + 1] = bytes((chance.randrange(256),))
        elif damage == 1:
            del found[at : at + chance.randint(1, 20)]
        elif damage == 2:
            found[at:at] = chance.choice(SPECKS)
        elif damage == 3:
            found[at:at] = found[chance.randrange(len(found) + 1) :][: chance.randint(1, 200)]
        else:
            found[at : at + 1] = bytes((found[at] ^ 1 << chance.randrange(8),)) if at < len(found) else b"\x80"
    return bytes(found)


OPTIONS = words(
    "check list show audit coverage cache --format --select --seed --draws --jobs --shard --no-cache --output -v "
    "--verbose --help --version --section --tag --as --layout --catalogue text json latex numpy jax yaml "
    "numerator 1 0 -1 "
    "8 1e9 2/4 0/0 5/4 trace-product mine.yaml mine.identities.yaml . - out.json clear show -- = --seed=3"
)


def arguments(chance: Chance) -> list[str]:
    """A command line, made of words that are known, and some that are not. Nothing is written outside the folder."""
    known = [chance.choice(OPTIONS[:6])] if chance.random() < 0.8 else []
    known += chance.choices(OPTIONS, k=chance.randint(0, 5))
    line = [word if chance.random() < 0.8 else mutated(chance, word, formula(chance)) for word in known]
    line = [word.replace("/", "∕") if word.count("/") > 1 or ".." in word else word for word in line]
    # As a system hands them over: without NUL, and what is no UTF-8 as lone surrogates.
    line = [os.fsdecode(word.replace("\0", "").encode("utf-8", "surrogatepass")) for word in line]
    return ["check", *line] if "cache" in line and "clear" in line else line


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
    "formula": Kind(formula, read_formula, 0.6),
    "catalogue": Kind(catalogue, read_catalogue, 0.2),
    "bytes": Kind(data, read_catalogue, 0.1),
    "arguments": Kind(arguments, run_command, 0.1),
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
        stack.enter_context(mock.patch("identities.audit.stream", side_effect=lambda *_: iter(())))
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
    with watched():
        for name, tally in tallies.items():
            for number in range(round(inputs * KINDS[name].share / total)):
                fed(name, made(name, seed, number), number, tally)
    return tallies


def sampled(count: int, seed: int, kinds: Sequence[str]) -> Tally:
    """Every so many inputs by way of a process of its own, checks included. Only what is refused has to be quick."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.yaml"
        for number in range(count):
            name = kinds[number % len(kinds)]
            given = made(name, seed, number)
            line = ["check", "--jobs", "1", "--draws", "1", str(path)]
            if name == "arguments":
                line = [*given, "--help"]  # whatever was said, nothing is checked
            else:
                text = given if name != "formula" else entry(given)
                path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
            code, said, seconds, size = process(line, folder)
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


def process(arguments: Sequence[str], folder: str) -> tuple[int, str, float, float]:
    """The command in a process of its own: exit code, what it says, processor seconds, megabytes."""
    with tempfile.TemporaryFile() as out:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
        started = [sys.executable, "-m", "identities", *arguments]
        child = subprocess.Popen(started, stdout=out, stderr=out, stdin=subprocess.DEVNULL, cwd=folder, env=environment)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        said = out.read().decode("utf-8", "replace")
    return child.returncode, said, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


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
