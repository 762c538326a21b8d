"""Which layout the rows of a table are in: the one in which most of them are true.

A table is checked as gradients first. Only where a row is the transpose of the true one are its rows checked the other
way round as well; another layout is taken if it makes more rows true, and of those two at least that are true in no
other, than it makes rows that have not even the shape they should. Every row is then judged in that one layout.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, tee

from identities.catalogue import TURNED, Identity
from identities.verdict import Verdict

Check = Callable[[Iterable[Identity]], Iterable[Verdict]]
FEWEST = 2  # rows that are true in another layout only, before a table is said to be in it
SLIPS = ("layout", "transposed")


def asked(identities: Iterable[Identity], layout: str) -> list[Identity]:
    """The identities in the layout asked for, but for the claims of documents that say their own; "": as they are."""

    def of(identity: Identity) -> Identity:
        claims = tuple(
            replace(claim, layout=layout) if claim.layout == "auto" or not identity.table else claim
            for claim in identity.claims
        )
        return replace(identity, claims=claims)

    return [of(identity) for identity in identities] if layout and layout != "auto" else list(identities)


def settled(identities: Iterable[Identity], check: Check) -> Iterator[Verdict]:
    """The verdicts in order, those of a table in the layout that fits it."""
    rows, whole = tee(identities)
    first = iter(check(laid(identity, "gradient") for identity in rows))
    # What is in no table is by itself, so that its verdict waits for nothing that comes after it.
    for _, group in groupby(whole, lambda identity: (identity.place.file, identity.table or identity.place)):
        entries = list(group)
        open_ = [claim.layout == "auto" for entry in entries for claim in entry.claims]
        if not entries[0].table or not any(open_):
            yield from (next(first) for _ in open_)
            continue
        plain = [next(first) for _ in open_]
        yield from in_one_layout(entries, plain, open_, check)


def laid(identity: Identity, layout: str) -> Identity:
    """The identity with the claims whose layout is open in this one."""
    if all(claim.layout != "auto" for claim in identity.claims):
        return identity
    claims = (replace(claim, layout=layout) if claim.layout == "auto" else claim for claim in identity.claims)
    return replace(identity, claims=tuple(claims))


def in_one_layout(
    entries: Sequence[Identity], plain: list[Verdict], open_: list[bool], check: Check
) -> Iterator[Verdict]:
    """The verdicts on a table, ``plain`` being those of its rows as gradients."""
    others = [
        layout
        for layout, kinds in TURNED.items()
        if sum(may and slipped(v) and v.kind in kinds for may, v in zip(open_, plain, strict=True)) >= FEWEST
    ]
    best, verdicts, gain = "gradient", plain, 0
    for layout in others:
        turned = [
            other if may and other.kind in TURNED[layout] else verdict
            for may, verdict, other in zip(open_, plain, check([laid(e, layout) for e in entries]), strict=True)
        ]
        more = sum(verdict.passes for verdict in turned) - sum(verdict.passes for verdict in plain)
        more -= sum(is_misfit(now) and not is_misfit(before) for now, before in zip(turned, plain, strict=True))
        if more > gain:
            best, verdicts, gain = layout, turned, more
    for may, verdict in zip(open_, verdicts, strict=True):
        yield in_layout(replace(verdict, layout=best)) if may and best != "gradient" else verdict


def slipped(verdict: Verdict) -> bool:
    """Whether the closed form is the transpose of the true one."""
    return verdict.verdict == "refuted" and verdict.diagnosis is not None and verdict.diagnosis.kind in SLIPS


def is_misfit(verdict: Verdict) -> bool:
    """Whether the closed form has not even the shape that it should have: in this layout the row is not."""
    return verdict.verdict == "refuted" and verdict.diagnosis is not None and verdict.diagnosis.kind == "shape"


def in_layout(verdict: Verdict) -> Verdict:
    """The verdict on a row of a table in another layout; one that is the wrong way round is in the usual one."""
    if verdict.kind not in TURNED[verdict.layout] or verdict.diagnosis is None or not slipped(verdict):
        return verdict
    message = f"{verdict.message}. The rows of this table are in {verdict.layout} layout, this one is not"
    return replace(verdict, message=message, diagnosis=replace(verdict.diagnosis, kind="layout"))
