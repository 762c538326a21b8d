"""A report in JSON read back, so that every verdict in it can be repeated and compared.

The file is not trusted: nothing in it is believed but what was to be checked, with which seed and draws, and what is
said to have come of it. A claim is found again by its id, kind and variable, wherever it stands now.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, NoReturn

from identities import limits
from identities.catalogue import Identity, contents, quoted
from identities.catalogue.places import Problems
from identities.catalogue.text_files import decode
from identities.settings import Settings
from identities.verdict import OUTCOMES, Verdict

TEXTS = {"f": "f", "closed_form": "the closed form"}
JUDGED = {
    "verdict": "the verdict",
    "evidence": "the evidence",
    "sizes": "the list of sizes",
    "draws": "the number of draws",
}
NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}  # as a report writes them
SAME = 1e-6  # relative: what another processor makes of the same draws
DIGITS = 1.0  # by which a margin may differ for the same reason


class Unsound(Exception):
    """A file that is no certificate; the message says where it is not."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a report says of a run: how claims were checked, by which versions, and the verdicts."""

    settings: Settings
    environment: Mapping[str, str]
    verdicts: tuple[Verdict, ...]

    @property
    def files(self) -> list[str]:
        """The files it names below the working folder; it cannot make us read any other."""
        named = [PurePath(name) for name in dict.fromkeys(verdict.file for verdict in self.verdicts)]
        return [os.fspath(path) for path in named if path.suffix and not path.is_absolute() and ".." not in path.parts]

    def about(self, ids: Container[str]) -> Certificate:
        """Only what it says of these identities."""
        return replace(self, verdicts=tuple(verdict for verdict in self.verdicts if verdict.id in ids))


@dataclass(frozen=True, slots=True)
class Repeated:
    """A verdict of a certificate and what came of the claim now, None where there is no such claim any more.

    ``differences`` says what is not as it was; ``rounding`` that numbers are not, by no more than rounding explains.
    """

    was: Verdict
    now: Verdict | None
    differences: tuple[str, ...]
    rounding: bool = False


# ---- reading


def read(path: str | os.PathLike[str]) -> Certificate:
    """The certificate in a file. Raises :class:`Unsound`."""
    problems = Problems(os.fspath(path))
    data = contents(path, problems)
    text = None if data is None else decode(data, problems)
    if data is None or text is None or problems.found:
        raise Unsound(str(problems.found[0]))
    if data.count(b"{") + data.count(b"[") > limits.CERTIFICATE_PARTS:
        raise Unsound(f"{path}: more than {limits.CERTIFICATE_PARTS:,} lists and objects: no report is as large")
    try:
        return certificate(json.loads(text, parse_constant=_no_constant, object_pairs_hook=_object))
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg}; expected what `identities check --format json` prints"
        raise Unsound(f"{path}:{error.lineno}:{error.colno}: {message}") from error
    except RecursionError as error:
        raise Unsound(f"{path}: not JSON of ours: lists inside lists without end") from error
    except ValueError as error:
        raise Unsound(f"{path}: {error}") from error


def certificate(document: Any) -> Certificate:
    """The certificate that a JSON document is. Raises ValueError with the place in it where it is none."""
    top = _mapping(document, "the document")
    if top.get("format") != 1 or isinstance(top.get("format"), bool):
        _wrong("format", "1, as `identities check --format json` prints", top.get("format"))
    seed = _whole(_part(top, "seed"), "seed")
    draws = _whole(_part(top, "draws"), "draws")
    environment = _mapping(_part(top, "environment"), "environment")
    claims = _list(_part(top, "claims"), "claims")
    if not claims:
        raise ValueError("claims: no claim in it, so there is nothing to repeat")
    return Certificate(
        Settings(seed, draws, _text(top.get("backend", "numpy"), "backend")),
        {name: _text(value, f"environment.{name}") for name, value in environment.items()},
        tuple(_verdict(claim, f"claims[{number}]") for number, claim in enumerate(claims)),
    )


def _verdict(value: Any, at: str) -> Verdict:
    claim = _mapping(value, at)

    def part(name: str, read: Callable[[Any, str], Any]) -> Any:
        return read(_part(claim, name, at), f"{at}.{name}")

    if part("verdict", _text) not in OUTCOMES:
        _wrong(f"{at}.verdict", f"one of {', '.join(OUTCOMES)}", claim["verdict"])
    sizes = part("sizes", _list)
    return Verdict(
        **{name: part(name, _text) for name in ("file", "id", "f", "kind", "wrt", "closed_form", "verdict")},
        **{name: part(name, _whole) for name in ("line", "column", "draws")},
        **{name: part(name, _number) for name in ("max_error", "noise_floor", "margin")},
        evidence=None if _part(claim, "evidence", at) is None else part("evidence", _text),
        sizes=tuple(_sizes(size, f"{at}.sizes[{number}]") for number, size in enumerate(sizes)),
    )


def _sizes(value: Any, at: str) -> dict[str, int]:
    return {name: _whole(size, f"{at}.{name}") for name, size in _mapping(value, at).items()}


def _part(of: Mapping[str, Any], name: str, at: str = "") -> Any:
    if name not in of:
        raise ValueError(f"{at or 'the document'}: no {name!r}; expected what `identities check --format json` prints")
    return of[name]


def _mapping(value: Any, at: str) -> dict[str, Any]:
    return value if isinstance(value, dict) else _wrong(at, "an object", value)


def _list(value: Any, at: str) -> list[Any]:
    return value if isinstance(value, list) else _wrong(at, "a list", value)


def _text(value: Any, at: str) -> str:
    return value if isinstance(value, str) else _wrong(at, "a text", value)


def _whole(value: Any, at: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 63:
        return value
    return _wrong(at, "a whole number", value)


def _number(value: Any, at: str) -> float | None:
    if value is None or (isinstance(value, str) and value in NOT_FINITE):
        return None if value is None else NOT_FINITE[value]
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= sys.float_info.max:
        _wrong(at, "a number or null", value)
    return float(value)


def _wrong(at: str, expected: str, value: Any) -> NoReturn:
    raise ValueError(f"{quoted(at)}: expected {expected}, not {quoted(json.dumps(value, ensure_ascii=False)[:200])}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the key {quoted(twice)!r} stands twice in one object")
    return found


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON; a report writes it in quotes")


# ---- repeating


def repeated(
    certificate: Certificate,
    identities: Sequence[Identity],
    check: Callable[[Sequence[Identity]], Iterable[Verdict]],
    environment: Mapping[str, str],
) -> Iterator[Repeated]:
    """Every verdict of the certificate beside what ``check`` says now: as the claims stand now, then those gone."""
    missing = dict(zip(_keys((v.id, v.kind, v.wrt) for v in certificate.verdicts), certificate.verdicts, strict=True))
    known: list[Verdict] = []
    asked: list[Identity] = []
    claims = [(identity, claim) for identity in identities for claim in identity.claims]
    keys = _keys((identity.id, claim.kind, claim.wrt) for identity, claim in claims)
    for identity in identities:
        pairs = [(claim, missing.pop(key, None)) for claim, key in zip(identity.claims, keys, strict=False)]
        known += [was for _, was in pairs if was is not None]
        if kept := tuple(claim for claim, was in pairs if was is not None):
            asked.append(replace(identity, claims=kept))
    alike = environment == certificate.environment
    for was, now in zip(known, check(asked), strict=True):
        yield compared(was, now, alike)
    for was in missing.values():
        yield Repeated(was, None, ("there is no such claim in the files read",))


def compared(was: Verdict, now: Verdict, alike: bool) -> Repeated:
    """What is not as it was; numbers are compared where the versions are ``alike``."""
    differences = [
        f"{name} was {_said(getattr(was, field))}, is {_said(getattr(now, field))}"
        for field, name in (TEXTS | JUDGED).items()
        if getattr(was, field) != getattr(now, field)
    ]
    numbers = [(was.max_error, now.max_error), (was.noise_floor, now.noise_floor), (was.margin, now.margin)]
    rounding = alike and any(repr(a) != repr(b) for a, b in numbers)  # NaN is what it was
    if rounding and not _close(was, now):
        differences.append(
            f"the largest error was {_digits(was.max_error)} with a margin of {_digits(was.margin)}, "
            f"is {_digits(now.max_error)} with {_digits(now.margin)}"
        )
    return Repeated(was, now, tuple(differences), rounding)


def _close(was: Verdict, now: Verdict) -> bool:
    """Whether the errors are the same but for rounding, which may be all they are, and the margins about the same."""

    def number(value: float | None) -> float:
        return math.nan if value is None else value

    errors = number(was.max_error), number(now.max_error)
    silent = errors[0] <= number(was.noise_floor) and errors[1] <= number(now.noise_floor)
    margins = (was.margin is None) == (now.margin is None)
    if was.margin is not None and now.margin is not None:
        margins = abs(was.margin - now.margin) <= DIGITS
    return margins and (silent or math.isclose(*errors, rel_tol=SAME))


def _keys(claims: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str, str, int]]:
    """Each claim with how many there were before it of the same id, kind and variable."""
    seen: Counter[tuple[str, str, str]] = Counter()
    for claim in claims:
        yield *claim, seen[claim]
        seen[claim] += 1


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return (
            ", ".join(f"({', '.join(f'{name}={size}' for name, size in sizes.items())})" for sizes in value) or "none"
        )
    return "none" if value is None else quoted(" ".join(str(value).split()))


def _digits(value: float | None) -> str:
    return "none" if value is None else f"{value:.3g}"
