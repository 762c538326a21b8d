"""The formats of a run by their names, each imported only when it is asked for."""

from __future__ import annotations

from identities.report import Format
from identities.report.text import Paint


def format_of(name: str, paint: Paint, verbose: bool) -> Format:
    """The format of this name; only text is for a reader's eyes, and has colours and verbosity."""
    match name:
        case "json":
            from identities.report.json import json_format

            return json_format()
        case "github":
            from identities.report.github import github_format

            return github_format()
        case "junit":
            from identities.report.junit import junit_format

            return junit_format()
        case "sarif":
            from identities.report.sarif import sarif_format

            return sarif_format()
    from identities.report.text import text_format

    return text_format(paint=paint, verbose=verbose)
