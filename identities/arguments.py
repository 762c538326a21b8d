"""What may be said on the command line: the commands, their options, and what they answer to --help."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from identities import limits
from identities.catalogue import LAYOUTS
from identities.run import nearest
from identities.settings import BACKENDS

COMMANDS = ("check", "audit", "list", "show", "coverage", "errata", "cache")
FORMATS = ("text", "json")
REPORTS = (*FORMATS, "github", "junit", "sarif")
REPEATED = ("seed", "draws", "backend", "format", "output", "changed", "fix", "if_any", "shard")  # not with --replay
FORMS = ("text", "latex", "jax", "numpy", "yaml", "json")

ABOUT = "Matrix-calculus identities, each checked against the derivatives that JAX computes."
EXIT_CODES = """\
exit code: 0 all verified; 1 something refuted or inconclusive; 2 unusable input, or nothing to check"""
EXAMPLES = {
    "": """\
examples:
  identities check                        check the catalogue that comes with this package
  identities check mine.identities.yaml   check a table of your own
  identities list --section Traces        what there is about traces
  identities show inverse --as latex      one identity, to copy
""",
    "check": f"""\
examples:
  identities check                                  our catalogue
  identities check mine.identities.yaml docs/       a file, and every table in a folder
  identities check --select trace-product           one entry; or all with the word in id, section or tag
  identities check --format json --output r.json    for a program; junit, sarif and github are for CI
  generate-table | identities check -               standard input
  identities check --no-cache                       everything again, whatever is remembered
  identities check mine.yaml --changed              only entries touched since the last commit
  identities check docs/ --changed origin/main      only entries touched since a revision of git
  identities check mine.yaml --fix                  write known repairs into the file
  identities check --shard 2/4                      the second quarter, for a CI job in a matrix of four
  identities check --jobs 1                         in one process
  identities check --replay r.json                  repeat the run that r.json reports, and compare

PATH is a .yaml or .yml file; a folder, which stands for every *.identities.yaml in it and every YAML file
whose first key is `format:`; or - for standard input. A claim that was checked before, with the same texts,
options, versions and code, is remembered and not checked again; the summary says how many were.
--fix writes the repair of a refuted claim in the spelling of the file, if it is verified there; the rest of the file
stays as it is, byte for byte, and the exit code is that of the file as it then is.
With --changed an entry counts as touched if one of its lines was, a row of a document with its table, and with any
other line the whole document, as with a file that the revision does not have. That nothing was touched is no mistake:
the exit code is 0.
--replay takes a report that --format json wrote, checks the same claims again with its seed and draws, remembering
nothing, and prints what differs: texts, verdict, sizes, evidence and, where the versions are the same, errors and
margins. Without PATH it reads those files the report names that are below the working folder, or else our catalogue.
Its exit code is 0 if everything is repeated and verified, 1 if something differs, or is repeated but not verified, 2
if the report or a file cannot be used.
{EXIT_CODES}
""",
    "audit": """\
examples:
  identities audit                          our catalogue: some minutes
  identities audit --select trace-product   one entry; or all with the word in id, section or tag
  identities audit mine.identities.yaml -v  a table of your own, with the score of every entry

Every closed form is changed in one place, in all ways that people get wrong: transposes, signs, factors, the order of
a product, inverses, names, terms. Each mutant must be refuted, or be shown equal; one that is neither survives. Then
each hypothesis of `where` is made weaker in turn: a claim must need it. Words that the formulas ask for themselves, as
X⁻¹ does for invertible, are documentation. Claims that are refuted, or vacuous, are listed too.
exit code: 0 clean; 1 a survivor, a hypothesis that is not needed, or a claim not verified; 2 unusable input
""",
    "list": """\
examples:
  identities list
  identities list --section determinants
  identities list --tag least-squares --format json
""",
    "show": """\
examples:
  identities show inverse
  identities show inverse --as latex
  identities show quadratic-form --layout numerator
  identities show mine --catalogue mine.identities.yaml --as jax
""",
    "coverage": """\
examples:
  identities coverage
  identities coverage --format json
""",
    "errata": """\
examples:
  identities errata                             wrong formulas that public sources print, and the right ones
  identities errata --source Petersen           those of one source
  identities errata --check                     check both sides of all of them
  identities errata --ledger mine.yaml --check  a ledger of your own

--check expects of each printed form the verdict that stands in the ledger, and that each right form is verified.
exit code: 0 all so; 1 a verdict that the ledger does not expect; 2 unusable input
""",
    "cache": """\
examples:
  identities cache                         where it is, how much is in it
  identities cache clear                   forget everything
  IDENTITIES_CACHE=.cache identities check   keep it elsewhere, in a folder that a CI job saves, say
  IDENTITIES_CACHE=off pytest              do without it

It is bounded in size, and what is in it is used only where the texts of a claim and of its entry, the seed and other
options, the versions of Python, JAX and NumPy, and the code of this program are the same.
""",
}


class Unusable(Exception):
    """Arguments or input that nothing can be done with; the message says what, and what to do instead."""


class Parser(argparse.ArgumentParser):
    """A parser that raises :class:`Unusable` where argparse would print its usage and leave."""

    def error(self, message: str) -> NoReturn:
        raise Unusable(f"{message}; see `{self.prog} --help`")


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The arguments by name; ``command`` is None where none was given. Raises :class:`Unusable`."""
    if arguments and not arguments[0].startswith("-") and arguments[0] not in COMMANDS:
        word = arguments[0]
        hint = nearest(word, COMMANDS)
        if not hint and Path(word).exists():
            hint = f"; did you mean `identities check {word}`?"
        raise Unusable(f"no command {word!r}; there are {', '.join(COMMANDS)}{hint}")
    parser, commands = parsers()
    options, unknown = parser.parse_known_args(arguments)
    for word in unknown:
        command = commands[options.command] if options.command else parser
        if word.startswith("-") and word != "-":
            flags = re.findall(r"--[a-z]+", command.format_usage())
            hint = nearest(word.partition("=")[0], flags) or f"; see `{command.prog} --help`"
            raise Unusable(f"`{command.prog}` has no option {word!r}{hint}")
        if options.command not in ("check", "audit"):
            raise Unusable(f"`{command.prog}` takes one argument less: {word!r}; see `{command.prog} --help`")
        options.paths.append(word)  # argparse leaves over a PATH that follows an option
    if getattr(options, "replay", None) is not None:
        for name in REPEATED:
            if getattr(options, name) != commands["check"].get_default(name):
                raise Unusable(f"--replay repeats a run as it was, so there is no --{name.replace('_', '-')} with it")
    return options


def parsers() -> tuple[Parser, dict[str, Parser]]:
    """The parser of the whole command line, and that of each command."""

    def parser(name: str, about: str) -> Parser:
        return commands.add_parser(
            name,
            help=about,
            description=about,
            epilog=EXAMPLES[name],
            formatter_class=shape,
            allow_abbrev=False,
        )

    shape = argparse.RawDescriptionHelpFormatter
    top = Parser(prog="identities", description=ABOUT, epilog=EXAMPLES[""], formatter_class=shape, allow_abbrev=False)
    top.add_argument("--version", action="store_true", help="print the version")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    check = parser("check", "Check every claim of a catalogue against JAX's derivatives.")
    check.add_argument("paths", nargs="*", metavar="PATH", help="what to check; without it, our catalogue")
    _choice(check, "--format", REPORTS, "text", "how to report")
    check.add_argument("--output", metavar="FILE", type=Path, help="write the report there, whole or not at all")
    check.add_argument("--select", metavar="TEXT", help="only the entry of this id, or with this in id, section or tag")
    check.add_argument(
        "--changed", metavar="REF", nargs="?", const="HEAD", help="only what was touched since this revision of git"
    )
    check.add_argument("--fix", action="store_true", help="write verified repairs into the files, and show the diff")
    check.add_argument("--if-any", action="store_true", help="pass over files without a claim; having none is fine")
    _choice(
        check, "--layout", LAYOUTS, "auto", "the layout of the derivatives; auto: the one that fits most of a table"
    )
    check.add_argument("--strict", action="store_true", help="a formula in a table that cannot be read is an error")
    check.add_argument("--seed", metavar="N", type=_whole(0), default=0, help="of the random draws (default 0)")
    check.add_argument(
        "--draws",
        metavar="N",
        type=_whole(1, limits.DRAWS),
        default=8,
        help="random inputs for each size (default 8)",
    )
    _choice(check, "--backend", BACKENDS, "numpy", "what evaluates the traces; xla compiles them, which is slow")
    check.add_argument("--jobs", metavar="N", type=_whole(1, limits.JOBS), help="processes, at most (default: cores)")
    check.add_argument("--shard", metavar="I/N", type=_shard, help="only part I of N of about the same cost")
    check.add_argument("--replay", metavar="FILE", type=Path, help="repeat the run of a JSON report, and compare")
    check.add_argument("--no-cache", action="store_true", help="remember nothing, and believe nothing remembered")
    check.add_argument(
        "-v", "--verbose", action="store_true", help="print what is verified, and why a formula is skipped"
    )

    auditing = parser("audit", "Audit the check: mutants of every closed form, every hypothesis made weaker.")
    auditing.add_argument("paths", nargs="*", metavar="PATH", help="what to audit; without it, our catalogue")
    auditing.add_argument(
        "--select", metavar="TEXT", help="only the entry of this id, or with this in id, section or tag"
    )
    _choice(auditing, "--format", FORMATS, "text", "how to report")
    auditing.add_argument("--seed", metavar="N", type=_whole(0), default=0, help="of the random draws (default 0)")
    auditing.add_argument("--jobs", metavar="N", type=_whole(1, limits.JOBS), help="processes (default: cores)")
    auditing.add_argument("-v", "--verbose", action="store_true", help="print the score of clean entries as well")

    listing = parser("list", "List the identities of a catalogue.")
    listing.add_argument("--section", metavar="S", help="only sections with S in their title")
    listing.add_argument("--tag", metavar="T", help="only identities with this tag")
    _choice(listing, "--format", FORMATS, "text", "how to list")
    show = parser("show", "Show one identity.")
    show.add_argument("id", metavar="ID", help="as `identities list` prints it")
    _choice(show, "--as", FORMS, "text", "in what form", dest="form")
    _choice(show, "--layout", LAYOUTS[1:], "gradient", "derivatives in which layout, named as in the Wikipedia tables")
    for command in (listing, show):
        command.add_argument("--catalogue", metavar="PATH", help="a file or folder other than our catalogue")
    covering = parser("coverage", "Show which equations of which source are in our catalogue, and why others are not.")
    _choice(covering, "--format", FORMATS, "text", "how to show it")
    errata = parser("errata", "List wrong formulas that public sources print, each with the right one.")
    errata.add_argument("--source", metavar="TEXT", help="only those with TEXT in source or id")
    errata.add_argument("--check", action="store_true", help="check that printed forms are wrong and right ones right")
    errata.add_argument("--ledger", metavar="FILE", type=Path, help="a ledger other than ours")
    _choice(errata, "--format", FORMATS, "text", "how to list or report")
    caching = parser("cache", "Show where verdicts are remembered, or forget them.")
    caching.add_argument("action", nargs="?", choices=("show", "clear"), default="show", help="default: show")
    return top, {
        "check": check,
        "audit": auditing,
        "list": listing,
        "show": show,
        "coverage": covering,
        "errata": errata,
        "cache": caching,
    }


def _choice(parser: Parser, flag: str, choices: Sequence[str], default: str, about: str, dest: str = "") -> None:
    def choice(text: str) -> str:
        if text not in choices:
            raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(choices)}{nearest(text, choices)}")
        return text

    parser.add_argument(
        flag,
        dest=dest or flag.strip("-"),
        type=choice,
        default=default,
        metavar="|".join(choices),
        help=f"{about} (default {default})",
    )


def _shard(text: str) -> tuple[int, int]:
    number, slash, of = text.partition("/")
    try:
        most = _whole(1, limits.SHARDS)(of)
        return _whole(1, most)(number), most
    except argparse.ArgumentTypeError:
        reason = "a part and how many there are, such as 2/4" if not slash else f"1/N to N/N, N at most {limits.SHARDS}"
        raise argparse.ArgumentTypeError(f"{text!r} is no shard: expected {reason}") from None


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    def whole(text: str) -> int:
        # Only 0-9: int() also takes 1_000, blanks and the digits of every script.
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
        if number < least or (most is not None and number > most):
            limits = f"of at least {least}" if most is None else f"from {least} to {most}"
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number {limits}")
        return number

    return whole
