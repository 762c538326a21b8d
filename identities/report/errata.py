"""The errata ledger: what is printed where, what is right, and whether both have been found so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from identities.catalogue.errata import Erratum
from identities.catalogue.identity import Identity
from identities.errata import Judged
from identities.report.json import FORMAT, dump
from identities.report.listing import entry
from identities.report.text import Paint, block, count, escape, plainly


def text_listing(errata: Sequence[Erratum]) -> str:
    """Each with its source, the printed claim above the right one, and what is wrong."""
    lines: list[str] = []
    for erratum in errata:
        lines.append(f"{erratum.source}  [{erratum.id}]")
        about = _about(erratum.printed)
        lines += [f"  of       {about}", *_claims("printed", erratum.printed, f"   ({erratum.verdict})")]
        if _about(erratum.right) != about:
            lines.append(f"  of       {_about(erratum.right)}")
        lines += [*_claims("right", erratum.right), f"  {erratum.note}", ""]
    return "\n".join([*(escape(line) for line in lines), count(len(errata), "erratum", "errata"), ""])


def _about(stated: Identity) -> str:
    """``xᵀAx at t = 0, where A: n×n, x: n``: what the claims of a statement are about."""
    at = "".join(f" at {name} = {text.text}" for name, text in stated.at.items())
    let = [f"{name} = {text.text}" for name, text in stated.let.items()]
    where = [f"{name}: {text.text}" for name, text in stated.where.items()]
    return f"{stated.f.text}{at}" + (f", where {', '.join([*let, *where])}" if let or where else "")


def _claims(name: str, stated: Identity, end: str = "") -> Iterator[str]:
    for claim in stated.claims:
        yield f"  {name:<8} {f'{claim.kind} {claim.wrt}'.strip()}: {claim.closed_form.text}{end}"


def json_listing(errata: Sequence[Erratum]) -> str:
    """The same with the text of everything, in the order of the file."""
    return dump({"format": FORMAT, "errata": [_erratum(erratum) for erratum in errata]})


def _erratum(erratum: Erratum) -> dict[str, Any]:
    """One erratum as the ledger says it, with its places."""
    statements = {}
    for name, stated in (("printed", erratum.printed), ("right", erratum.right)):
        whole = entry(stated)
        at = {variable: text.text for variable, text in stated.at.items()}
        statements[name] = {key: whole[key] for key in ("line", "where", "let", "f", "claims")} | {"at": at}
    return {
        "file": erratum.place.file,
        "line": erratum.place.line,
        "id": erratum.id,
        "source": erratum.source,
        "printed": statements["printed"],
        "verdict": erratum.verdict,
        "right": statements["right"],
        "note": erratum.note,
    }


LISTINGS: Mapping[str, Callable[[Sequence[Erratum]], str]] = {"text": text_listing, "json": json_listing}


def text_judged(judged: Sequence[Judged], seconds: float, paint: Paint = plainly) -> str:
    """The verdicts that the ledger does not expect, as lines, and a summary."""
    lines: list[str] = []
    for one in judged:
        for verdict in one.astray:
            expected = one.erratum.verdict if verdict in one.printed else "verified"
            lines.append(f"{block(verdict, paint)}; the ledger expects {expected}")
    astray = sum(bool(one.astray) for one in judged)
    amount = f"{count(len(judged), 'erratum', 'errata')} in {seconds:.1f} s"
    if astray:
        lines.append(paint(f"checked {amount}: {astray} not as the ledger says", "refuted"))
    else:
        counts = [
            f"{sum(one.erratum.verdict == wrong for one in judged)} {wrong}"
            for wrong in dict.fromkeys(one.erratum.verdict for one in judged)
        ]
        lines.append(paint(f"checked {amount}: printed {', '.join(counts)}, every right form verified", "verified"))
    return "\n".join([*lines, ""])


def json_judged(judged: Sequence[Judged], seconds: float, paint: Paint = plainly) -> str:
    """Every erratum with whether it is as the ledger says and the verdicts on its claims."""
    return dump(
        {
            "format": FORMAT,
            "seconds": round(seconds, 3),
            "errata": [
                {
                    **_erratum(one.erratum),
                    "as_stated": not one.astray,
                    "verdicts": {
                        "printed": [verdict.verdict for verdict in one.printed],
                        "right": [verdict.verdict for verdict in one.right],
                    },
                    "messages": [verdict.message for verdict in (*one.printed, *one.right) if verdict.message],
                }
                for one in judged
            ],
        }
    )


JUDGED: Mapping[str, Callable[[Sequence[Judged], float, Paint], str]] = {"text": text_judged, "json": json_judged}
