"""A run as one JSON document, the format of which other programs rely on."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from identities.report import Format
from identities.verdict import OUTCOMES, Diagnosis, Report, Verdict

FORMAT = 1


def json_format() -> Format:
    """Nothing until the end, then the whole document."""
    return Format(problem=lambda _: "", verdict=lambda _: "", end=lambda report: dump(document(report)))


def dump(value: Any) -> str:
    """Valid JSON whatever the value, with a line for every key, and for every item of its lists."""
    if not isinstance(value, Mapping):
        return _lines(value) + "\n"
    return "{\n" + ",\n".join(f" {_encoded(str(key))}: {_lines(part)}" for key, part in value.items()) + "\n}\n"


def _lines(value: Any) -> str:
    if isinstance(value, list | tuple) and value:
        return "[\n  " + ",\n  ".join(map(_encoded, value)) + "\n ]"
    return _encoded(value)


def _encoded(value: Any) -> str:
    """On one line, as Python can write without a loop of ours, unless something is in it that JSON has not."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, default=str)


def document(report: Report) -> dict[str, Any]:
    """The report by the names of the format; ``problems`` holds what was wrong with files and arguments."""
    counts = report.counts
    return {
        "format": FORMAT,
        "seed": report.seed,
        "draws": report.draws,
        "backend": report.backend,
        "environment": dict(report.environment),
        "summary": {
            "identities": report.identities,
            "claims": len(report.verdicts),
            **{outcome: counts[outcome] for outcome in OUTCOMES},
            "exact": report.exact,
            "skipped": report.skipped,
            "cached": report.cached,
            "fallbacks": report.fallbacks,
            "seconds": round(report.seconds, 3),
        },
        "problems": list(report.problems),
        "claims": [claim(verdict) for verdict in report.verdicts],
    }


def claim(verdict: Verdict) -> dict[str, Any]:
    """One verdict by the names of the format."""
    told = {field.name: getattr(verdict, field.name) for field in fields(verdict)}
    told["diagnosis"] = _diagnosis(verdict.diagnosis)
    return told


def _diagnosis(diagnosis: Diagnosis | None) -> dict[str, Any] | None:
    if diagnosis is None:
        return None
    factor = {} if diagnosis.factor is None else {"factor": diagnosis.factor}
    return {
        "kind": diagnosis.kind,
        **factor,
        "suggestion": diagnosis.suggestion,
        "holds_when": diagnosis.holds_when,
    }


def _plain(value: Any) -> Any:
    """The value in what JSON has: arrays become lists of rows, NaN and the infinities strings."""
    if hasattr(value, "tolist"):  # NumPy and JAX arrays and scalars, none of which is imported for this
        value = value.tolist()
    match value:
        case float() if not math.isfinite(value):
            return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        case Mapping():
            return {str(key): _plain(part) for key, part in value.items()}
        case list() | tuple():
            return [_plain(part) for part in value]
        case _:
            return value
