"""Verdicts remembered by content: a claim that has not changed is answered without being checked again.

The key of a verdict is the hash of everything it may depend on: the texts of the entry and of the claim, the settings,
and the fingerprint of the environment, which covers our own code. Where a claim stands, its neighbours and its prose
are no part of it, and the place in an answer is always that of the file as it is now. Errors are not remembered.

A file holds the verdicts of one fingerprint, a line each: key, digest of the line, JSON. Lines are only appended, a
batch in one write, so two processes may write at once; a line whose digest is wrong is passed over. What cannot be
read or written is a cache that is empty, never an error.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Self

from identities import environment, verdict
from identities.catalogue import Claim, Identity, Place, Text
from identities.settings import Settings
from identities.verdict import OF_THE_CLAIM, Verdict, unreadable

FOLDER = "IDENTITIES_CACHE"  # the variable that names another folder, or says `off`
MOST_BYTES = 64 * 2**20  # of one file: some hundred thousand verdicts
MOST_IN_ALL = 2 * MOST_BYTES
BATCH, PAUSE = 200, 5.0  # verdicts, seconds after which what is new is written
NAME = "verdicts-*.jsonl"

IMMATERIAL = frozenset({"claims", "section", "source", "note", "tags", "place", "span", "table"})
HONEST = ("verified", "refuted", "inconclusive")
CLASSES = {kind.__name__: kind for kind in vars(verdict).values() if isinstance(kind, type) and is_dataclass(kind)}


def folder() -> Path | None:
    """Where verdicts are kept: the user's cache folder, or what the environment names instead; None for nowhere."""
    named = os.environ.get(FOLDER)
    if named:
        return None if named == "off" else Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("identities", appauthor=False)


def files(within: Path) -> list[Path]:
    """The files of verdicts, the one last written to first."""
    dated = []
    with suppress(OSError):
        for path in within.glob(NAME):
            with suppress(OSError):
                dated.append((path.stat().st_mtime, path))
    return [path for _, path in sorted(dated, reverse=True)]


def clear(within: Path) -> int:
    """Forget everything; how many bytes that was."""
    freed = 0
    for path in files(within):
        size = path.stat().st_size
        path.unlink(missing_ok=True)
        freed += size
    with suppress(OSError):  # not empty: something of somebody else's is in it
        within.rmdir()
    return freed


class Cache:
    """The verdicts of earlier runs under these settings, and those that this run adds."""

    def __init__(self, within: Path, settings: Settings) -> None:
        self.fingerprint = environment.fingerprint()
        self.path = within / NAME.replace("*", self.fingerprint)
        self.settings = settings
        self.lines = dict(read(self.path))
        self.fresh: list[bytes] = []
        self.next = time.monotonic() + PAUSE

    def recall(self, identity: Identity) -> list[tuple[Claim, str, Verdict | None]]:
        """Every claim of an identity with its key, and with its verdict where one is remembered."""
        return [
            (claim, key, self.answer(key, identity, claim))
            for claim, key in zip(identity.claims, keys(identity, self.settings), strict=True)
        ]

    def answer(self, key: str, identity: Identity, claim: Claim) -> Verdict | None:
        """The verdict under a key, at the place where the claim stands now."""
        line = self.lines.get(key.encode())
        if line is None:
            return None
        try:
            said = json.loads(line, object_hook=unpacked)
            found = replace(unreadable(identity, claim, ""), **said, cached=True)
        except (ValueError, TypeError, KeyError, RecursionError):
            return None
        return found if found.verdict in HONEST else None

    def remember(self, key: str, verdict: Verdict) -> None:
        """Keep a verdict that is one; an error may be a fault of ours, and says itself quickly again."""
        if verdict.verdict not in HONEST:
            return
        said = {f.name: getattr(verdict, f.name) for f in fields(verdict) if f.name not in (*OF_THE_CLAIM, "cached")}
        with suppress(TypeError, ValueError):  # what JSON cannot say exactly is not kept
            self.fresh.append(line(key.encode(), json.dumps(packed(said), ensure_ascii=False).encode()))
        if len(self.fresh) >= BATCH or time.monotonic() >= self.next:
            self.write()

    def write(self) -> None:
        """Append what is new, unless the code was edited meanwhile: nobody knows then what it was that checked."""
        fresh, self.fresh = self.fresh, []
        self.next = time.monotonic() + PAUSE
        if fresh and environment.fingerprint() == self.fingerprint:
            with suppress(OSError):
                append(self.path, fresh)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.write()


def opened(settings: Settings) -> Cache | None:
    """The user's cache, None where there is to be none."""
    within = folder()
    return None if within is None else Cache(within, settings)


def through(
    cache: Cache, identities: Iterable[Identity], check: Callable[[Iterable[Identity]], Iterator[Verdict]]
) -> Iterator[Verdict]:
    """The verdicts in order: the remembered ones, and between them what ``check`` says of all other claims.

    An identity is looked up when ``check`` asks for one more: the first verdict does not wait for the last look-up.
    """
    asked: deque[tuple[str, Verdict | None]] = deque()

    def unknown() -> Iterator[Identity]:
        for identity in identities:
            claims = cache.recall(identity)
            asked.extend((key, known) for _, key, known in claims)
            if left := tuple(claim for claim, _, known in claims if not known):
                yield replace(identity, claims=left)

    with cache:
        for verdict in check(unknown()):
            key, known = asked.popleft()
            while known:
                yield known
                key, known = asked.popleft()
            cache.remember(key, verdict)
            yield verdict
        for _, known in asked:
            assert known, "no verdict on a claim that was to be checked"
            yield known


# ---- keys


def keys(identity: Identity, settings: Settings) -> Iterator[str]:
    """The key of every claim. All that an identity and a claim hold counts, but for what is named as immaterial."""
    entry = hashlib.sha256(spelled((settings, identity)).encode("utf-8", "surrogatepass"))
    for claim in identity.claims:
        whole = entry.copy()
        whole.update(spelled(claim).encode("utf-8", "surrogatepass"))
        yield whole.hexdigest()[:32]


def spelled(value: Any) -> str:
    """A value as text that no other value has; places are left out."""
    match value:
        case Text():
            return repr(value.text)
        case Place():
            return ""
        case Mapping():  # in order: variables are drawn in the order in which they are declared
            return f"{{{','.join(f'{spelled(key)}:{spelled(part)}' for key, part in value.items())}}}"
        case list() | tuple():
            return f"({','.join(map(spelled, value))})"
        case _ if is_dataclass(value):
            omitted = IMMATERIAL if isinstance(value, Identity) else ()
            parts = {f.name: getattr(value, f.name) for f in fields(value) if f.name not in omitted}
            return f"{type(value).__name__}{spelled(parts)}"
        case _:
            return repr(value)


# ---- lines


def packed(value: Any) -> Any:
    """The value in what JSON has, with the names of those kinds that it has not."""
    match value:
        case None | str() | bool() | int() | float():
            return value
        case list():
            return list(map(packed, value))
        case tuple():
            return {"@": "tuple", "items": list(map(packed, value))}
        case Mapping() if all(isinstance(key, str) and key != "@" for key in value):
            return {key: packed(part) for key, part in value.items()}
        case _ if type(value).__name__ in CLASSES:
            return {"@": type(value).__name__, **{f.name: packed(getattr(value, f.name)) for f in fields(value)}}
        case _:
            raise TypeError(f"no JSON for {type(value)}")


def unpacked(value: dict[str, Any]) -> Any:
    """The inverse of :func:`packed` for one object, whose parts are unpacked already."""
    name = value.pop("@", None)
    if name is None:
        return value
    return tuple(value["items"]) if name == "tuple" else CLASSES[name](**value)


def line(key: bytes, said: bytes) -> bytes:
    """A line of a file. It begins with the break: the last line of another process may have lost its own."""
    return b"\n%b %b %b" % (key, hashlib.sha256(key + said).hexdigest()[:32].encode(), said)


def read(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """The sound lines of a file: key and JSON."""
    try:
        if not path.is_file() or path.stat().st_size > 2 * MOST_BYTES:
            return
        data = path.read_bytes()
    except OSError:
        return
    for text in data.split(b"\n"):
        key, _, rest = text.partition(b" ")
        _, _, said = rest.partition(b" ")
        if said and line(key, said) == b"\n" + text:
            yield key, said


def append(path: Path, lines: list[bytes]) -> None:
    """Add lines in one write; beyond the limits the oldest lines, and the files longest untouched, are dropped."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = b"".join(lines)
    with suppress(FileNotFoundError):
        if path.stat().st_size + len(data) > MOST_BYTES:
            halve(path)
    with path.open("ab", buffering=0) as stream:
        stream.write(data)
    total = 0
    for file in files(path.parent):
        total += file.stat().st_size
        if total > MOST_IN_ALL and file != path:
            file.unlink(missing_ok=True)


def halve(path: Path) -> None:
    """Keep the newer half of a file. It is replaced whole: who reads it meanwhile reads the old one."""
    newer = path.read_bytes()[-MOST_BYTES // 2 :]
    handle, name = tempfile.mkstemp(prefix=".verdicts-", dir=path.parent)
    with os.fdopen(handle, "wb") as stream:
        stream.write(newer)
    Path(name).replace(path)
