#!/usr/bin/env python3
"""Measures what a check costs, beside other ways to check the same claims: tools/bench.py [--whole | --sample K].

Every way gets the same claims at the same sizes with the same draws, in a fresh process of its own, the ways taking
turns. Written are build/bench.json and build/bench.md: medians, ratios of wall and of processor time. On a sample of
identities, evenly spread over the catalogue, ratios are those of the sample; the times of the whole catalogue are then
estimates, (t − g)·claims/claims of the sample + g with the time g that importing JAX takes, and called so.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TOGETHER = 20  # identities in one jit of (c2)
# Fewer threads than factorisations in one program can block XLA for ever on a machine of few cores, so NPROC is given.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT), "IDENTITIES_CACHE": "off", "NPROC": "32"}

# What is measured: the letter of a way, what it is, whether it is slow.
WAYS = {
    "a": ("this project, cold, one process", False),
    "b": ("this project, all claims remembered", False),
    "c": ("jit(vmap) per identity and size", True),
    "c2": (f"jit(vmap) of {TOGETHER} identities at once, compiled as quickly as XLA can", True),
    "d": ("op by op, draw by draw, with allclose", True),
    "e": ("jax.test_util.check_grads of f", True),
    "f": ("tracing alone, over symbolic dims", False),
    "g": ('python -c "import jax"', False),
    "one": ("this project, one entry by id, cold", False),
}
RATIOS = {  # of which two ways, and what is required on the whole catalogue
    ("c", "a"): "≥ 20",
    ("c2", "a"): "≥ 5",
    ("d", "a"): "≥ 60",
    ("a", "f"): "≤ 2",
    ("b", "g"): "< 1",
    ("one", "g"): "< 2.5",
}


@dataclass(frozen=True)
class Run:
    """One process: how long it took by the clock and of the processors, and the work it says it did."""

    wall: float
    processor: float
    work: dict[str, Any]


def main() -> int:
    """Measure what was asked for, print and write it."""
    options = arguments()
    if options.measure:
        import jax

        jax.config.update("jax_enable_x64", True)
        print(json.dumps(MEASURED[options.measure](options.table)))
        return 0
    build = options.build
    build.mkdir(exist_ok=True)
    table, scale, ids = sample(options.sample, build)
    runs: dict[str, list[Run]] = {way: [] for way in options.ways}
    for way in schedule(options.ways, options.rounds, options.slow_rounds):
        runs[way].append(measured(way, table, ids[len(runs[way]) % len(ids)], build))
        print(f"{way:>3}  {runs[way][-1].wall:8.2f} s  {WAYS[way][0]}", file=sys.stderr)
    document = {
        "command": " ".join(["tools/bench.py", *sys.argv[1:]]),
        "machine": {"processors": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()},
        "sample": None if scale is None else {"identities": options.sample, "whole_by_sample": scale},
        "runs": {way: [asdict(run) for run in found] for way, found in runs.items()},
        **results(runs, scale),
    }
    (build / "bench.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    text = markdown(document)
    (build / "bench.md").write_text(text, encoding="utf-8")
    print(text, end="")
    return 0


def arguments() -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--sample", type=int, default=24, metavar="K", help="so many identities (default 24)")
    size.add_argument("--whole", dest="sample", action="store_const", const=None, help="the whole catalogue")
    parser.add_argument("--rounds", type=int, default=3, help="of the quick ways (default 3)")
    parser.add_argument("--slow-rounds", type=int, default=1, help="of c, c2, d and e (default 1)")
    parser.add_argument("--ways", type=lambda text: text.split(","), default=list(WAYS), help="such as a,c2,g")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="folder of the results (default build/)")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    parser.add_argument("--table", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if unknown := [way for way in options.ways if way not in WAYS]:
        parser.error(f"no way {', '.join(unknown)}: there are {', '.join(WAYS)}")
    return options


def sample(count: int | None, build: Path) -> tuple[Path, float | None, list[str]]:
    """The table to check, how many times the claims of the whole it has, and ids to look up in the catalogue."""
    import identities
    from identities.files import own_catalogue

    catalogue = own_catalogue().resolve()
    whole = identities.load(catalogue)
    ids = [entry.id for entry in whole[5 :: len(whole) // 7]]
    if count is None:
        return catalogue, None, ids
    chosen = [whole[number * len(whole) // count] for number in range(count)]
    lines = catalogue.read_text(encoding="utf-8").splitlines()
    texts = ["\n".join(lines[entry.span[0] - 1 : entry.span[1]]) for entry in chosen]
    indent = min(len(line) - len(line.lstrip()) for line in texts[0].splitlines() if line.strip())
    table = build / "bench.identities.yaml"
    table.write_text(
        "format: 1\nidentities:\n" + " " * indent + f"\n{' ' * indent}".join(map(str.lstrip, texts)) + "\n"
    )
    claims = [sum(len(entry.claims) for entry in entries) for entries in (whole, identities.load(table))]
    return table, claims[0] / claims[1], ids


def schedule(ways: list[str], rounds: int, slow_rounds: int) -> Iterator[str]:
    """The quick ways in turn, and between their rounds the slow ones."""
    slow = [way for way in ways if WAYS[way][1]] * slow_rounds
    for number in range(rounds):
        yield from (way for way in ways if not WAYS[way][1])
        yield from slow[number * len(slow) // rounds : (number + 1) * len(slow) // rounds]


def measured(way: str, table: Path, id: str, build: Path) -> Run:
    """One run of one way in a process of its own."""
    environment = {**os.environ, **ENVIRONMENT}
    check = [sys.executable, "-m", "identities", "check", "--jobs", "1", "--format", "json"]
    command = [sys.executable, __file__, "--measure", way, "--table", str(table)]
    match way:
        case "a":
            command = [*check, str(table)]
        case "b":
            command = [*check, str(table)]
            environment["IDENTITIES_CACHE"] = str(build / "bench-cache")
            timed(command, environment)  # so that all is remembered
        case "g":
            command = [sys.executable, "-c", "import jax"]
        case "one":
            command = [*check, "--select", id]
    return timed(command, environment)


def timed(command: list[str], environment: dict[str, str]) -> Run:
    """The time of one command and the work it says it did; it must succeed."""
    began, before = time.perf_counter(), os.times()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False, cwd=ROOT)
    wall, after = time.perf_counter() - began, os.times()
    if done.returncode:
        sys.exit(f"exit code {done.returncode}: {' '.join(command)}")
    work = json.loads(done.stdout) if done.stdout else {}
    processor = after.children_user + after.children_system - before.children_user - before.children_system
    return Run(wall, processor, work.get("summary", work))


def results(runs: dict[str, list[Run]], scale: float | None) -> dict[str, Any]:
    """Medians of the ways that were run, and the ratios between them."""
    median = {
        way: {kind: statistics.median(getattr(run, kind) for run in found) for kind in ("wall", "processor")}
        for way, found in runs.items()
        if found
    }
    ratios = {
        f"{over}/{under}": {
            **{kind: median[over][kind] / median[under][kind] for kind in ("wall", "processor")},
            "required_on_the_whole": required,
        }
        for (over, under), required in RATIOS.items()
        if over in median and under in median
    }
    if scale is not None and "g" in median:
        fixed = {way: 0.0 if way in ("g", "one") else scale - 1 for way in median}
        for way, times in median.items():
            start = 0.0 if way == "b" else median["g"]["wall"]
            times["whole_estimated"] = times["wall"] + fixed[way] * max(times["wall"] - start, 0.0)
    return {"median_seconds": median, "ratios": ratios}


def markdown(document: dict[str, Any]) -> str:
    """The results as two tables."""
    lines = [f"`{document['command']}`", ""]
    if document["sample"]:
        many = document["sample"]
        lines.append(
            f"A sample of {many['identities']} identities; the whole catalogue has {many['whole_by_sample']:.1f} times "
            "its claims. Ratios are those of the sample; times of the whole are estimates.\n"
        )
    lines += ["| way | median s | processor s | whole, estimated s | runs | work |", "|---|---|---|---|---|---|"]
    for way, times in document["median_seconds"].items():
        whole = f"{times['whole_estimated']:.1f}" if "whole_estimated" in times else ""
        work = document["runs"][way][0]["work"]
        said = ", ".join(f"{work[key]:,} {key}" for key in ("claims", "checks", "disagreeing") if key in work)
        runs = len(document["runs"][way])
        row = (f"({way}) {WAYS[way][0]}", f"{times['wall']:.2f}", f"{times['processor']:.2f}", whole, str(runs), said)
        lines.append(f"| {' | '.join(row)} |")
    lines += ["", "| ratio | by the clock | of the processors | required on the whole |", "|---|---|---|---|"]
    for name, ratio in document["ratios"].items():
        over, under = name.split("/")
        row = (
            f"({over})/({under})",
            f"{ratio['wall']:.2f}",
            f"{ratio['processor']:.2f}",
            ratio["required_on_the_whole"],
        )
        lines.append(f"| {' | '.join(row)} |")
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
        return len(self.arrays[0]) if self.arrays else 1


def cases(table: Path) -> Iterator[list[list[Case]]]:
    """Per identity and claim the cases of all its sizes, with the draws that a check begins with."""
    import identities
    from identities import draws, program
    from identities.checking import ALONE, DRAWS
    from identities.parsed import read
    from identities.sizes import assignments
    from identities.statement import Statement, statements

    for identity in identities.load(table):
        claims = []
        for statement in statements(read(identity)):
            assert isinstance(statement, Statement), statement
            inputs = program.slots(statement)
            chosen = assignments(statement.symbols, statement.integers, lambda s, of=statement: draws.possible(of, s))
            wanted = DRAWS * (ALONE if len(chosen) == 1 else 1)
            claim = []
            for sizes in chosen:
                rng = draws.generator(statement, 0, sizes, 0)
                arrays = draws.draw(statement, inputs, draws.all_sizes(statement, sizes), wanted, rng)
                function = program.function(statement, {name: sizes[name] for name in statement.integers})
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


def told(outcomes: list[bool], claims: int) -> dict[str, int]:
    """What a way says of its work."""
    return {"claims": claims, "checks": len(outcomes), "disagreeing": outcomes.count(False)}


def compiled(groups: Iterator[list[Case]], **options: Any) -> dict[str, int]:
    """One jit(vmap) for each group of cases."""
    import jax
    import numpy as np

    outcomes, claims = [], set()
    for group in groups:

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


def jit_each(table: Path) -> dict[str, int]:
    """One jit per identity and size."""
    kept = list(cases(table))
    return compiled(group for identity in kept for group in by_size([identity]))


def jit_together(table: Path) -> dict[str, int]:
    """One jit per twenty identities and size, with what makes XLA compile several times faster."""
    from identities.evaluate.internals import quick_compilation

    kept = list(cases(table))
    groups = (kept[start : start + TOGETHER] for start in range(0, len(kept), TOGETHER))
    return compiled((group for some in groups for group in by_size(some)), compiler_options=quick_compilation())


def op_by_op(table: Path) -> dict[str, int]:
    """Draw by draw, without compilation."""
    outcomes, claims = [], 0
    for identity in cases(table):
        claims += len(identity)
        for case in (case for claim in identity for case in claim):
            outcomes += [
                agrees(case, case.function(*(array[number] for array in case.arrays))) for number in range(case.draws)
            ]
    return told(outcomes, claims)


def gradients(table: Path) -> dict[str, int]:
    """f of every identity, at the sizes and draws of its first claim, to the order that its claims need.

    This compares JAX with differences of f and looks at no closed form.
    """
    from jax.test_util import check_grads

    from identities.program import TWICE

    outcomes, claims = [], 0
    for identity in cases(table):
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


def tracing(table: Path) -> dict[str, int]:
    """Every claim's f, closed form and oracles derived once, over symbolic dims where JAX can."""
    import jax
    import numpy as np

    from identities import dims
    from identities.evaluate.domain import Domain
    from identities.program import shapes_of, slots

    count = 0
    for claim in (claim for identity in cases(table) for claim in identity):
        case = claim[0]
        inputs = slots(case.statement)
        symbols = sorted({symbol for slot in inputs for dim in slot.shape for symbol in dim.symbols})
        ordered = tuple(
            f"{dims.code(c.left)} >= {dims.code(c.right)}" for c in case.statement.conditions if c.relation == "≥"
        )
        dtypes = tuple(np.dtype(slot.dtype) for slot in inputs)
        domain = Domain({name: f"d{n}" for n, name in enumerate(symbols)}, tuple(shapes_of(inputs)), dtypes, ordered)

        def traced(draws: Any, shapes: Any, of: Case = case, dtypes: Any = dtypes) -> None:
            shaped = [jax.ShapeDtypeStruct((draws, *shape), dtype) for shape, dtype in zip(shapes, dtypes, strict=True)]
            number = jax.ShapeDtypeStruct((draws,), np.dtype(float))
            jax.make_jaxpr(jax.vmap(lambda _, *xs: of.function(*xs)))(number, *shaped)

        try:
            traced(domain.draws, domain.shapes)
        except Exception:  # noqa: BLE001 - whatever JAX says of a symbolic dim
            traced(case.draws, [array.shape[1:] for array in case.arrays])
        count += 1
    return {"claims": count}


MEASURED = {"c": jit_each, "c2": jit_together, "d": op_by_op, "e": gradients, "f": tracing}

if __name__ == "__main__":
    sys.exit(main())
