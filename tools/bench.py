#!/usr/bin/env python3
"""What a check costs, beside other ways to check the same claims: tools/bench.py [--sample N] [--ways a,c2,g].

Every way gets the same claims at the same sizes with the same draws, in a process of its own on one processor (or as
many as --processors says, which a check then shares out and XLA uses as it likes), and the ways take turns.
Times are those of whole processes, by the clock: the start of Python and the import of JAX are in all of them but (b),
which needs no JAX, and (g) says how long these take alone. The whole catalogue takes hours, nearly all of them for (c),
(d) and (e); --sample N measures N identities, spread evenly over its sections. Nothing is scaled up: a ratio is one of
times for the same claims. With --patience 1.05, (c), (c2) and (d) are stopped as soon as they have taken five per cent
more than is required of them, which then is a bound: a ratio of more than so much, and of fewer claims. Written are
build/bench.json and build/bench.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
TOGETHER = 20  # identities in one jit of (c2)
# Fewer threads than factorisations in one program can block XLA for ever on a machine of few cores, so NPROC is given.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "IDENTITIES_CACHE": "off", "NPROC": "32"}

# The letter of a way, what it is, whether it is slow.
WAYS = {
    "a": ("this project, cold", False),
    "b": ("this project, all claims remembered", False),
    "c": ("jit(vmap) per identity and size", True),
    "c2": (f"jit(vmap) of {TOGETHER} identities at once, compiled as quickly as XLA can", True),
    "d": ("op by op, draw by draw, with allclose", True),
    "e": ("jax.test_util.check_grads of f", True),
    "f": ("tracing alone, over symbolic dims", False),
    "g": ('python -c "import jax"', False),
    "one": ("this project, one entry by id, cold", False),
}
# Of which two ways, and what is required on the whole catalogue.
LEAST = {"c": 20, "c2": 5, "d": 60}  # times (a)
RATIOS = {
    **{(way, "a"): f"≥ {least}" for way, least in LEAST.items()},
    ("e", "a"): "",
    ("a", "f"): "≤ 2",
    ("b", "g"): "< 1",
    ("one", "g"): "< 2.5",
}


@dataclass(frozen=True)
class Run:
    """One process: its time by the clock and that of the processors, and the work it says it did."""

    seconds: float
    processor: float
    work: dict[str, Any]

    @property
    def stopped(self) -> bool:
        """Whether it was not let to its end."""
        return bool(self.work.get("stopped"))


def main(line: Sequence[str] | None = None) -> int:
    """Measure, and write what was measured."""
    options = arguments(line)
    if options.measure:
        import jax

        jax.config.update("jax_enable_x64", True)
        print(json.dumps(MEASURED[options.measure](options.table, options.draws, options.most)))
        return 0
    options.build.mkdir(parents=True, exist_ok=True)
    table, scope, ids = measured_table(options.table, options.sample, options.build)
    runs: dict[str, list[Run]] = {way: [] for way in options.ways}
    for way in schedule(options.ways, options.rounds, options.slow_rounds):
        settings = ["--draws", str(options.draws)]
        if options.patience and way in LEAST and runs.get("a"):
            ours = statistics.median(run.processor for run in runs["a"])
            settings += ["--most", str(options.patience * LEAST[way] * ours)]
        with processors(options.processors):
            runs[way].append(measured(way, table, settings, ids[len(runs[way]) % len(ids)], options))
        print(f"{way:>3}  {runs[way][-1].seconds:8.2f} s  {WAYS[way][0]}", file=sys.stderr, flush=True)
    document = {
        "command": " ".join(["tools/bench.py", *(sys.argv[1:] if line is None else line)]),
        "machine": {
            "processors": os.cpu_count(),
            "used": options.processors,
            "python": platform.python_version(),
            "system": platform.platform(),
        },
        "measured": scope,
        "runs": {way: [asdict(run) for run in found] for way, found in runs.items()},
        **results(runs),
    }
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    (options.build / "bench.json").write_text(text, encoding="utf-8")
    text = markdown(document)
    (options.build / "bench.md").write_text(text, encoding="utf-8")
    print(text, end="")
    return 0


def arguments(line: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""

    def ways(text: str) -> list[str]:
        chosen = text.split(",")
        if unknown := [way for way in chosen if way not in WAYS]:
            raise argparse.ArgumentTypeError(f"no way {', '.join(unknown)}: there are {', '.join(WAYS)}")
        return chosen

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, metavar="N", help="so many identities (default: the whole catalogue)")
    parser.add_argument("--rounds", type=int, default=3, help="of the quick ways (default 3)")
    parser.add_argument("--slow-rounds", type=int, default=1, help="of c, c2, d and e (default 1)")
    parser.add_argument("--patience", type=float, metavar="TIMES", help="what is required, for c, c2 and d")
    parser.add_argument("--processors", type=int, default=1, help="for every process (default 1)")
    parser.add_argument("--ways", type=ways, default=list(WAYS), help="such as a,c2,g (default: all)")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="where to write (default build/)")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--most", type=float, default=float("inf"), help=argparse.SUPPRESS)
    parser.add_argument("--table", type=Path, metavar="FILE", help="another one than our catalogue")
    parser.add_argument("--draws", type=int, default=8, help="of each size, for every way (default 8)")
    return parser.parse_args(line)


def measured_table(given: Path | None, count: int | None, build: Path) -> tuple[Path, str, list[str]]:
    """The table to check, what it is in words, and ids for (one), which looks them up in our whole catalogue."""
    import identities
    from identities.files import own_catalogue

    ours = own_catalogue().resolve()
    ids = [entry.id for entry in identities.load(ours)[5::90]]
    catalogue = ours if given is None else given.resolve()
    whole = identities.load(catalogue)
    claims = sum(len(entry.claims) for entry in whole)
    if count is None or count >= len(whole):
        return catalogue, f"All of {catalogue.name}: {len(whole):,} identities, {claims:,} claims.", ids
    chosen = [whole[number * len(whole) // count] for number in range(count)]
    lines = catalogue.read_text(encoding="utf-8").splitlines()
    texts = [textwrap.dedent("\n".join(lines[entry.span[0] - 1 : entry.span[1]])) for entry in chosen]
    table = build / "bench.identities.yaml"
    table.write_text("format: 1\nidentities:\n" + "\n".join(texts) + "\n", encoding="utf-8")
    part = sum(len(entry.claims) for entry in identities.load(table))
    said = f"{count} of {len(whole):,} identities, {part:,} of {claims:,} claims, spread evenly over {catalogue.name}"
    return table, said + "; nothing is scaled up.", ids


def schedule(ways: list[str], rounds: int, slow_rounds: int) -> Iterator[str]:
    """The quick ways in turn, and between their rounds the slow ones."""
    slow = [way for way in ways if WAYS[way][1]] * slow_rounds
    for number in range(rounds):
        yield from (way for way in ways if not WAYS[way][1])
        yield from slow[number * len(slow) // rounds : (number + 1) * len(slow) // rounds]


@contextmanager
def processors(count: int) -> Iterator[None]:
    """No more than so many for the processes that are started, where the system can be told."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(own)[:count])
    try:
        yield
    finally:
        os.sched_setaffinity(0, own)


def measured(way: str, table: Path, settings: list[str], id: str, options: argparse.Namespace) -> Run:
    """One run of one way in a process of its own. What (b) remembers, a cold run has found just before."""
    environment, cache = {**os.environ, **ENVIRONMENT}, options.build / "bench-cache"
    remembering = {**environment, "IDENTITIES_CACHE": str(cache)}
    check = [sys.executable, "-m", "identities", "check", "--format", "json", *settings]
    check += ["--jobs", str(options.processors)]
    match way:
        case "a":
            shutil.rmtree(cache, ignore_errors=True)
            return timed([*check, str(table)], remembering)
        case "b":
            if not cache.exists():
                timed([*check, str(table)], remembering)
            return timed([*check, str(table)], remembering)
        case "g":
            return timed([sys.executable, "-c", "import jax"], environment)
        case "one":
            return timed([*check, "--select", id], environment)
    return timed([sys.executable, __file__, "--measure", way, "--table", str(table), *settings], environment)


def timed(command: list[str], environment: dict[str, str]) -> Run:
    """A process that must end well, timed."""
    began, before = time.perf_counter(), os.times()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False, cwd=ROOT)
    seconds, after = time.perf_counter() - began, os.times()
    if done.returncode:
        raise SystemExit(f"exit code {done.returncode}: {' '.join(command)}")
    work = json.loads(done.stdout) if done.stdout else {}
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(seconds, processor, work.get("summary", work))


def results(runs: dict[str, list[Run]]) -> dict[str, Any]:
    """Medians of the ways that were run, and the ratios between them."""
    kinds = ("seconds", "processor")
    median = {
        way: {kind: statistics.median(getattr(run, kind) for run in found) for kind in kinds}
        for way, found in runs.items()
        if found
    }
    ratios = {
        f"({over})/({under})": {kind: median[over][kind] / median[under][kind] for kind in kinds}
        | {"bound": any(run.stopped for run in runs[over]), "required": required}
        for (over, under), required in RATIOS.items()
        if over in median and under in median
    }
    return {"median": median, "ratios": ratios}


def markdown(document: dict[str, Any]) -> str:
    """The tables of a reader."""
    lines = [f"`{document['command']}`", "", document["measured"], ""]
    lines += ["| way | median s | processor s | runs | work |", "|---|---:|---:|---:|---|"]
    for way, times in document["median"].items():
        runs = document["runs"][way]
        work = ", ".join(f"{n:,} {key}" for key, n in runs[0]["work"].items() if key in ("claims", "checks", "apart"))
        work += ", then stopped" * bool(runs[0]["work"].get("stopped"))
        told = f"{times['seconds']:.2f} | {times['processor']:.2f} | {len(runs)}"
        lines.append(f"| ({way}) {WAYS[way][0]} | {told} | {work} |")
    lines += [
        "",
        "| ratio | by the clock | of processor time | required of the whole catalogue |",
        "|---|---:|---:|---|",
    ]
    for name, ratio in document["ratios"].items():
        times = [("> " if ratio["bound"] else "") + f"{ratio[kind]:.2f}" for kind in ("seconds", "processor")]
        lines.append(f"| {name} | {times[0]} | {times[1]} | {ratio['required']} |")
    return "\n".join(lines) + "\n"


# ---- the other ways to check: each is given a table, and tells how much it did


@dataclass(frozen=True)
class Case:
    """A claim at one size: its function of arrays (one draw), the arrays of all draws, the names of its outputs."""

    function: Callable[..., tuple[Any, ...]]
    arrays: list[Any]
    names: tuple[str, ...]
    statement: Any
    sizes: dict[str, int]

    @property
    def draws(self) -> int:
        """How many."""
        return len(self.arrays[0]) if self.arrays else 1


def sized(table: Path) -> Iterator[list[tuple[Any, list[dict[str, int]]]]]:
    """Per identity its claims, each with the sizes of a check."""
    import identities
    from identities.draws import possible
    from identities.parsed import read
    from identities.sizes import assignments
    from identities.statement import Statement, statements

    for identity in identities.load(table):
        claims = []
        for statement in statements(read(identity)):
            assert isinstance(statement, Statement), statement
            chosen = assignments(statement.symbols, statement.integers, lambda s, of=statement: possible(of, s))
            claims.append((statement, list(map(dict, chosen))))
        yield claims


def cases(table: Path, count: int) -> Iterator[list[list[Case]]]:
    """Per identity and claim the cases of all its sizes, with the draws that a check begins with."""
    from identities import draws, program
    from identities.checking import ALONE

    for identity in sized(table):
        claims = []
        for statement, chosen in identity:
            inputs = program.slots(statement)
            wanted = count * (ALONE if len(chosen) == 1 else 1)
            claim = []
            for sizes in chosen:
                rng = draws.generator(statement, 0, sizes, 0)
                arrays = draws.draw(statement, inputs, draws.all_sizes(statement, sizes), wanted, rng)
                integers = {name: sizes[name] for name in statement.integers}
                function = program.function(statement, integers, plain=True)
                claim.append(Case(function, arrays, program.output_names(statement), statement, dict(sizes)))
            claims.append(claim)
        yield claims


def agrees(case: Case, outputs: Any) -> bool:
    """Whether closed form and oracles are close, as a test written by hand would ask."""
    import numpy as np

    named = dict(zip(case.names, outputs, strict=True))
    if "gradient there" in named:
        return bool(np.allclose(named["gradient there"], 0, atol=1e-6))
    _, closed, *oracles = outputs
    return all(np.allclose(closed, oracle, atol=1e-8, equal_nan=True) for oracle in oracles)


def told(outcomes: list[bool], claims: int, stopped: bool = False) -> dict[str, int]:
    """How much was done: claims, comparisons, and how many of them did not come out equal."""
    work = {"claims": claims, "checks": len(outcomes), "apart": outcomes.count(False)}
    return {**work, "stopped": True} if stopped else work


def compiled(groups: Iterator[list[Case]], most: float, **options: Any) -> dict[str, int]:
    """One jit(vmap) for each group of cases, until the processor has been busy for so long."""
    import jax
    import numpy as np

    outcomes, claims = [], set()
    for group in groups:
        if time.process_time() > most:
            return told(outcomes, len(claims), stopped=True)

        def everything(given: Any, group: list[Case] = group) -> list[tuple[Any, ...]]:
            return [
                jax.vmap(lambda _, *xs, of=case: of.function(*xs))(*own) for case, own in zip(group, given, strict=True)
            ]

        # The first array carries nothing but the number of draws, which a claim without variables lacks.
        given = [[np.zeros(case.draws), *case.arrays] for case in group]
        found = jax.jit(everything, **options)(given)
        outcomes += [agrees(case, outputs) for case, outputs in zip(group, found, strict=True)]
        claims |= {id(case.statement) for case in group}
    return told(outcomes, len(claims))


def by_size(identities: list[list[list[Case]]]) -> Iterator[list[Case]]:
    """The cases of these identities at the first of their sizes, at the second, …"""
    claims = [claim for identity in identities for claim in identity]
    for number in range(max(map(len, claims), default=0)):
        yield [claim[number] for claim in claims if number < len(claim)]


def jit_each(table: Path, draws: int, most: float) -> dict[str, int]:
    """One jit per identity and size."""
    kept = list(cases(table, draws))
    return compiled((group for identity in kept for group in by_size([identity])), most)


def jit_together(table: Path, draws: int, most: float) -> dict[str, int]:
    """One jit per twenty identities and size, with what makes XLA compile several times faster."""
    from identities.evaluate.internals import quick_compilation

    kept = list(cases(table, draws))
    groups = (kept[start : start + TOGETHER] for start in range(0, len(kept), TOGETHER))
    return compiled((group for some in groups for group in by_size(some)), most, compiler_options=quick_compilation())


def op_by_op(table: Path, draws: int, most: float) -> dict[str, int]:
    """Draw by draw, without compilation.

    What JAX keeps of one operation after another would fill the memory, so it is let go from time to time.
    """
    import jax
    import jax.numpy as jnp

    outcomes: list[bool] = []
    claims = 0
    for number, identity in enumerate(cases(table, draws), start=1):
        if time.process_time() > most:
            return told(outcomes, claims, stopped=True)
        if number % TOGETHER == 0:
            jax.clear_caches()
        claims += len(identity)
        for case in (case for claim in identity for case in claim):
            each = ([jnp.asarray(array[number]) for array in case.arrays] for number in range(case.draws))
            outcomes += [agrees(case, case.function(*arrays)) for arrays in each]
    return told(outcomes, claims)


def gradients(table: Path, draws: int, most: float) -> dict[str, int]:
    """f of every identity, at the sizes and draws of its first claim, to the order that its claims need.

    This compares JAX with differences of f and looks at no closed form.
    """
    from jax.test_util import check_grads

    from identities.program import TWICE

    outcomes, claims = [], 0
    for identity in cases(table, draws):
        claims += len(identity)
        order = 1 + any(claim and claim[0].statement.claim.kind in TWICE for claim in identity)
        for case in identity[0]:
            for number in range(case.draws):
                f, xs = of_values(case, [array[number] for array in case.arrays])
                try:
                    check_grads(f, xs, order, modes=("fwd", "rev"), atol=1e-3, rtol=1e-3)
                    outcomes.append(True)
                except Exception:  # noqa: BLE001 - where f has no such derivative, JAX says so in many ways
                    outcomes.append(False)
    return told(outcomes, claims)


def of_values(case: Case, arrays: list[Any]) -> tuple[Callable[..., Any], list[Any]]:
    """f as a function of the variables, at one draw, and their values there."""
    import jax.numpy as jnp

    from identities.program import slots
    from identities.readings.traced import Point, Random, value

    given: dict[str, dict[str, Any]] = {}
    for slot, array in zip(slots(case.statement), arrays, strict=True):
        given.setdefault(slot.role, {})[slot.name] = jnp.asarray(array)
    parts = ("weights", "phases", "coefficients", "offset")
    functions = {name: Random(*(given[part][name] for part in parts)) for name in given.get("weights", {})}
    indices = {name: array[0, 0] for name, array in given.get("index", {}).items()}
    names = list(given.get("value", {}))

    def f(*xs: Any) -> Any:
        values = dict(zip(names, xs, strict=True))
        point = Point(jnp, case.sizes, values, {}, None, functions, indices, case.statement.lets)
        return value(case.statement.f, point)

    return f, [given["value"][name] for name in names]


def tracing(table: Path, draws: int, most: float) -> dict[str, int]:
    """f, closed form and oracles of every claim derived over symbolic dims; where JAX cannot, at each size.

    Whole-number exponents are part of a derivation: there is one for each.
    """
    import jax
    import numpy as np

    from identities import dims
    from identities.draws import all_sizes
    from identities.evaluate.domain import Domain
    from identities.program import function, shapes_of, slots

    count = 0
    for statement, chosen in (claim for identity in sized(table) for claim in identity):
        inputs = slots(statement)
        symbols = sorted({symbol for slot in inputs for dim in slot.shape for symbol in dim.symbols})
        ordered = tuple(
            f"{dims.code(c.left)} >= {dims.code(c.right)}" for c in statement.conditions if c.relation == "≥"
        )
        dtypes = tuple(np.dtype(slot.dtype) for slot in inputs)
        domain = Domain({name: f"d{n}" for n, name in enumerate(symbols)}, tuple(shapes_of(inputs)), dtypes, ordered)
        for_all_sizes: dict[tuple[int, ...], bool] = {}
        for sizes in chosen:
            integers = {name: sizes[name] for name in statement.integers}
            derived, whole = function(statement, integers), tuple(integers.values())

            def traced(shapes: Any, derived: Any = derived, dtypes: Any = dtypes) -> None:
                shaped = [jax.ShapeDtypeStruct(shape, dtype) for shape, dtype in zip(shapes, dtypes, strict=True)]
                jax.make_jaxpr(derived)(*shaped)

            if whole not in for_all_sizes:
                try:
                    traced(domain.shapes)
                    for_all_sizes[whole] = True
                except Exception:  # noqa: BLE001 - whatever JAX says of a symbolic dim
                    for_all_sizes[whole] = False
            if not for_all_sizes[whole]:
                traced(domain.shapes_at(domain.numbers(all_sizes(statement, sizes))))
        count += 1
    return {"claims": count}


MEASURED = {"c": jit_each, "c2": jit_together, "d": op_by_op, "e": gradients, "f": tracing}

if __name__ == "__main__":
    sys.exit(main())
