"""A run as SARIF 2.1.0, which code scanning of GitHub, Azure and most editors show."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from identities.catalogue import Place, Problem
from identities.environment import version
from identities.report import Format
from identities.report.json import claim, dump
from identities.report.text import block, escape, statement
from identities.verdict import Report, Verdict

SCHEMA = "https://json.schemastore.org/sarif-2.1.0-rtm.5.json"
ROOT = "%SRCROOT%"  # what paths are relative to: the top of the checkout, unless the reader says otherwise

# What may be found: its level, and what it means.
RULES: Mapping[str, tuple[str, str]] = {
    "refuted": ("error", "There is an input at which the formula is wrong."),
    "inconclusive": ("warning", "The check of the formula could not be made meaningful."),
    "error": ("error", "The formula does not parse, or its shapes clash."),
    "unusable": ("error", "The file, or an entry of it, cannot be read."),
}


def sarif_format() -> Format:
    """Nothing until the end, then the whole document; what is verified is no finding."""
    problems: list[Problem | str] = []

    def noted(problem: Problem | str) -> str:
        problems.append(problem)
        return ""

    return Format(problem=noted, verdict=lambda _: "", end=lambda report: dump(document(report, problems)))


def document(report: Report, problems: list[Problem | str]) -> dict[str, Any]:
    """The log; a problem without a place is a notification of the tool."""
    found = [_of_verdict(verdict) for verdict in report.verdicts if verdict.failure]
    found += [_result("unusable", p.place, str(p), p.message) for p in problems if isinstance(p, Problem)]
    notes = [{"level": "error", "message": {"text": plain(p)}} for p in problems if isinstance(p, str)]
    driver = {
        "name": "identities",
        "version": version("identities"),
        "rules": [
            {
                "id": name,
                "shortDescription": {"text": meaning},
                "defaultConfiguration": {"level": level},
            }
            for name, (level, meaning) in RULES.items()
        ],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": report.exit_code != 2,
                "exitCode": report.exit_code,
                "toolExecutionNotifications": notes,
            }
        ],
        "results": found,
        "properties": {"seed": report.seed, "environment": dict(report.environment)},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _of_verdict(verdict: Verdict) -> dict[str, Any]:
    place = Place(verdict.file, verdict.line, verdict.column)
    told = claim(verdict)
    more = {key: told[key] for key in ("id", "diagnosis", "counterexample") if told[key] is not None}
    return _result(verdict.failure or "refuted", place, block(verdict), f"{verdict.id} {statement(verdict)}") | {
        "properties": more
    }


def _result(rule: str, place: Place, text: str, what: str) -> dict[str, Any]:
    """A finding. Its fingerprint says ``what`` was found in which file and no line: what moved is not new."""
    fingerprint = hashlib.sha256(f"{place.file} {rule} {what}".encode("utf-8", "surrogatepass")).hexdigest()
    return {
        "ruleId": rule,
        "ruleIndex": list(RULES).index(rule),
        "level": RULES[rule][0],
        "message": {"text": plain(text)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": artifact(place.file),
                    "region": {"startLine": place.line, "startColumn": place.column},
                }
            }
        ],
        "partialFingerprints": {"identities/v1": fingerprint},
    }


def plain(text: str) -> str:
    """The text of a message, in which nothing acts on a terminal or is a link, ``[text](target)``."""
    return "\n".join(map(escape, text.splitlines())).replace("](", "] (")


def artifact(file: str) -> dict[str, str]:
    """Where a file is: a URI, relative to the top of the checkout unless the path is absolute."""
    path = Path(file)
    uri = quote(path.as_posix(), safe="/", errors="surrogatepass")
    return {"uri": f"file://{uri}"} if path.is_absolute() else {"uri": uri, "uriBaseId": ROOT}
