"""The command ``identities``: arguments in, text out, an exit code that a CI job can rely on.

0: everything verified. 1: something refuted or inconclusive. 2: unusable input, or nothing to check.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TextIO

from identities import cache, process
from identities.arguments import Unusable, parsed, parsers
from identities.environment import environment, version
from identities.run import cores, gather, nearest, report, selected, verdicts
from identities.settings import Settings

if TYPE_CHECKING:
    from identities.catalogue import Identity, Problem
    from identities.fixes import Judge
    from identities.report import Format
    from identities.request import Request
    from identities.verdict import Verdict

INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it
PIPE_CLOSED = 141  # 128 + SIGPIPE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (default: of the process) and return its exit code."""
    process.prepare()
    try:
        return _guarded(sys.argv[1:] if arguments is None else list(arguments))
    except KeyboardInterrupt:
        return _said("interrupted", INTERRUPTED)
    except BrokenPipeError:
        # What reads our output has enough. Nothing may be left in the buffer that Python flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return PIPE_CLOSED


def _guarded(arguments: list[str]) -> int:
    from identities.report.text import escape

    if sys.stdout is None:  # started with standard output closed
        sys.stdout = io.StringIO()
    _spell_out(sys.stdout)
    _spell_out(sys.stderr)
    try:
        code = _command(parsed(arguments))
        sys.stdout.flush()
    except SystemExit as done:  # argparse, after --help
        sys.stdout.flush()
        return done.code if isinstance(done.code, int) else 0
    except Unusable as error:
        return _said("; ".join(map(escape, str(error).splitlines())), 2)
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _said(escape(f"{where}{error.strerror or error}"), 2)
    except Exception as error:  # a bug of ours is one line for the user, too
        if os.environ.get("IDENTITIES_DEBUG"):
            raise
        what = escape(f"{type(error).__name__}: {error}")
        return _said(f"internal error: {what}; please report it with what IDENTITIES_DEBUG=1 prints", 2)
    return code


def _spell_out(stream: TextIO, encoding: str | None = None) -> None:
    """Let a terminal without Unicode see ᵀ spelled out and not an error."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _said(message: str, code: int) -> int:
    if sys.stderr is not None:
        print(f"identities: {message}", file=sys.stderr)
    return code


def _command(options: argparse.Namespace) -> int:
    if options.version:
        print(f"identities {version('identities')}")
        return 0
    if options.command is None:
        parsers()[0].print_help(sys.stderr)
        return 2
    if getattr(options, "format", getattr(options, "form", None)) in ("json", "sarif", "junit", "github"):
        _spell_out(sys.stdout, "utf-8")  # which is what these are, whatever the terminal
    if getattr(options, "replay", None) is not None:
        return _replay(options)
    return ACTIONS[options.command](options)


def _check(options: argparse.Namespace) -> int:
    from identities.files import writing
    from identities.report.formats import format_of
    from identities.report.progress import Progress
    from identities.report.text import escape, painter, plainly, summary
    from identities.request import Request

    started = time.monotonic()
    done: list[Verdict] = []
    interrupted = False
    with writing(options.output) as out:
        form = format_of(options.format, painter(out), options.verbose)
        request = Request(options, lambda request: _told(request, out, form))
        settings = Settings(options.seed, options.draws, options.backend)
        remembered = None if options.no_cache else cache.opened(settings)
        try:
            with Progress(request.claims) as progress, process.interruptible() as insist:
                for verdict in verdicts(request, settings, cache=remembered, jobs=options.jobs or cores()):
                    done.append(verdict)
                    if text := form.verdict(verdict):
                        progress.clear()
                        out.write(text)
                        out.flush()
                    request.read()
                    progress.total = request.claims
                    progress.step(escape(verdict.id))
                    insist()
        except KeyboardInterrupt:
            interrupted = True
            request.problems.append(f"interrupted after {len(done)} of {request.claims} claims")
            out.write(form.problem(request.problems[-1]))
        if options.fix and not interrupted:
            written = sys.stderr if options.format != "text" else out
            judge = partial(verdicts, settings=settings, cache=remembered)
            done = _fixed(options, request.identities, done, judge, written)
        result = report(
            done,
            map(str, request.problems),
            settings=settings,
            started=started,
            skipped=len(request.found.skipped),
            idle=request.found.idle,
        )
        out.write(form.end(result))
    if options.format == "github":
        from identities.report.github import leave_summary

        leave_summary(result)
    if options.output is not None:
        _said(f"{summary(result, plainly)}; the report is in {escape(str(options.output))}", 0)
    return INTERRUPTED if interrupted else result.exit_code


def _told(request: Request, out: TextIO, form: Format) -> None:
    """Say what is wrong with the files of a request, and what was skipped there."""
    from identities.report.text import escape

    for problem in request.problems:
        out.write(form.problem(problem))
        if request.options.format not in ("text", "github"):  # which have said it for a reader
            _said(escape(str(problem)), 2)
    out.writelines(form.skipped(skipped.problem) for skipped in request.found.skipped)


def _fixed(
    options: argparse.Namespace, identities: Sequence[Identity], done: list[Verdict], judge: Judge, out: TextIO
) -> list[Verdict]:
    """The verdicts once repairs are written into the files; what was written is said."""
    from identities.fixes import fix
    from identities.report.fixes import shown
    from identities.report.text import painter

    fixed = fix(identities, done, judge, options.layout)
    out.write(shown(fixed, painter(out)))
    return list(fixed.verdicts)


def _replay(options: argparse.Namespace) -> int:
    from identities.certificate import Unsound
    from identities.replay import replay
    from identities.report.text import escape

    try:
        return replay(
            options.replay,
            options.paths,
            select=options.select,
            jobs=options.jobs or cores(),
            out=sys.stdout,
            complain=lambda problem: _said(escape(problem), 2),
        )
    except Unsound as error:
        raise Unusable(str(error)) from error


def _audit(options: argparse.Namespace) -> int:
    from identities.audit import Audit, stream
    from identities.report.audit import FORMATS
    from identities.report.progress import Progress
    from identities.report.text import escape, painter

    started = time.monotonic()
    identities, faults = gather(options.paths)
    identities, unselected = selected(identities, options.select)
    entries = []
    jobs = min(options.jobs or cores(), max(1, len(identities) // 4))
    with Progress(len(identities), "identities") as progress:
        for entry in stream(identities, options.seed, jobs):
            entries.append(entry)
            progress.step(escape(entry.id))
    seconds = time.monotonic() - started
    found = Audit(tuple(entries), (*map(str, faults), *unselected), options.seed, seconds, environment())
    sys.stdout.write(FORMATS[options.format](found, painter(sys.stdout), options.verbose))
    return found.exit_code


def _list(options: argparse.Namespace) -> int:
    from identities.report.listing import LISTINGS

    identities, problems = _read(options.catalogue)
    if options.section is not None:
        part = options.section.casefold()
        sections = [identity.section for identity in identities]
        identities = [identity for identity in identities if part in identity.section.casefold()]
        if not identities:
            raise Unusable(f"no section has {options.section!r} in its title{nearest(options.section, sections)}")
    if options.tag is not None:
        tags = [tag for identity in identities for tag in identity.tags]
        identities = [identity for identity in identities if options.tag in identity.tags]
        if not identities:
            raise Unusable(f"no identity has the tag {options.tag!r}{nearest(options.tag, tags)}")
    sys.stdout.write(LISTINGS[options.format](identities))
    return 2 if problems else 0


def _show(options: argparse.Namespace) -> int:
    from identities.report.text import escape

    identities, _ = _read(options.catalogue)
    found = next((identity for identity in identities if identity.id == options.id), None)
    if found is None:
        near = nearest(options.id, (identity.id for identity in identities))
        raise Unusable(f"no identity has the id {options.id!r}{near or '; `identities list` prints all of them'}")
    from identities.report.entry import Unreadable, render

    try:
        text = render(found, options.form, options.layout)
    except Unreadable as error:
        raise Unusable(str(error)) from error
    sys.stdout.write(text if options.form == "json" else "".join(escape(line) + "\n" for line in text.splitlines()))
    return 0


def _read(catalogue: str | None) -> tuple[list[Identity], list[Problem]]:
    from identities.report.text import escape

    identities, problems = gather([] if catalogue is None else [catalogue])
    for problem in problems:
        _said(escape(str(problem)), 2)
    return identities, problems


def _coverage(options: argparse.Namespace) -> int:
    from identities.coverage import coverage, sources
    from identities.report.coverage import FORMATS

    identities, _ = _read(None)
    sys.stdout.write(FORMATS[options.format]([coverage(source, identities) for source in sources()]))
    return 0


def _errata(options: argparse.Namespace) -> int:
    from identities.catalogue.errata import read_errata
    from identities.files import own_ledger
    from identities.report.errata import JUDGED, LISTINGS
    from identities.report.text import escape, painter

    errata, problems = read_errata(options.ledger or own_ledger())
    for problem in problems:
        _said(escape(str(problem)), 2)
    if options.source is not None:
        part = options.source.casefold()
        sources = [erratum.source for erratum in errata]
        errata = tuple(e for e in errata if part in e.source.casefold() or part in e.id)
        if not errata:
            raise Unusable(f"no erratum has {options.source!r} in its source or id{nearest(options.source, sources)}")
    if not errata:
        return 2
    if not options.check:
        sys.stdout.write(LISTINGS[options.format](errata))
        return 2 if problems else 0
    from identities.errata import stream
    from identities.report.progress import Progress

    started = time.monotonic()
    judged = []
    with Progress(len(errata), "errata") as progress:
        for one in stream(errata, Settings(), jobs=cores()):
            judged.append(one)
            progress.step(escape(one.erratum.id))
    sys.stdout.write(JUDGED[options.format](judged, time.monotonic() - started, painter(sys.stdout)))
    return 2 if problems else int(any(one.astray for one in judged))


def _cache(options: argparse.Namespace) -> int:
    from identities.report.text import escape

    where = cache.folder()
    if where is None:
        print(f"no cache: {cache.FOLDER}=off")
        return 0
    files = cache.files(where)
    amount = f"{sum(file.stat().st_size for file in files) / 1e6:.1f} MB in {len(files)} files"
    if options.action == "clear":
        cache.clear(where)
    print(f"{escape(str(where))}: {amount}{' forgotten' if options.action == 'clear' else ''}")
    return 0


ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "check": _check,
    "audit": _audit,
    "list": _list,
    "show": _show,
    "coverage": _coverage,
    "errata": _errata,
    "cache": _cache,
}
