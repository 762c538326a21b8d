"""A file, or standard input → its text: of bounded size, UTF-8, and nothing in it that a reader cannot see."""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path

from identities import limits
from identities.catalogue.places import Problems

# Control characters, line breaks that only YAML counts, marks that reorder what a reader sees, surrogates.
UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
TOO_LARGE = f"larger than {limits.FILE_BYTES // 10**6} MB, the most a file may have: split it"


def contents(path: str | os.PathLike[str], problems: Problems) -> bytes | None:
    """The bytes of a file, or of standard input for ``-``; None, and a problem, where there are none.

    At most one byte more than the size cap is read, whatever size the file claims to have, and a pipe that
    nobody writes to is not waited for.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if path == "-":
            return sys.stdin.buffer.read(limits.FILE_BYTES + 1) or b""
        status = Path(path).stat()
        if stat.S_ISDIR(status.st_mode):
            message = "a folder: name a file in it, such as catalogue.yaml"
        elif status.st_size > limits.FILE_BYTES:
            message = TOO_LARGE
        else:
            with os.fdopen(os.open(path, flags), "rb") as stream:
                if stat.S_ISFIFO(status.st_mode):  # opened without waiting; now read until its writer is done
                    os.set_blocking(stream.fileno(), True)
                return stream.read(limits.FILE_BYTES + 1) or b""
    except FileNotFoundError:
        message = "no such file: check the path"
    except PermissionError:
        message = "may not be read: check its permissions"
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
    except (ValueError, AttributeError):  # a NUL in the path; standard input closed, or not there
        message = "cannot be read: expected the path of a file, or - and an open standard input"
    problems.add(problems.at(1), message)
    return None


def decode(data: bytes, problems: Problems) -> str | None:
    """The text of a UTF-8 file, a byte order mark removed; None, with the problem noted, for anything else.

    A control character becomes U+FFFD, so that places stay right and only the entry it stands in is lost.
    """
    if len(data) > limits.FILE_BYTES:
        problems.add(problems.at(1), TOO_LARGE)
        return None
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        place = problems.at(before.count("\n") + 1, len(before) - before.rfind("\n"))
        byte = f"byte 0x{data[error.start]:02X} at offset {error.start}"
        problems.add(place, f"not UTF-8 text ({byte}): save the file as UTF-8")
        return None
    if text.count("\n") + text.count("\r") > 2 * limits.FILE_LINES:  # a line ends with one of them, or both
        problems.add(problems.at(1), f"more than {limits.FILE_LINES} lines: split the file")
        return None
    if not UNREADABLE.search(text):
        return text
    for number, line in enumerate(re.split("\r\n|\r|\n", text), 1):
        if match := UNREADABLE.search(line):
            place = problems.at(number, match.start() + 1)
            if match[0] == "\0":
                problems.add(place, "a NUL character: a catalogue is a text file; is this a binary file, or UTF-16?")
                return None
            problems.add(place, f"the invisible character U+{ord(match[0]):04X}: delete it")
    return UNREADABLE.sub("\ufffd", text)
