"""``python -m identities``, and the command ``identities``: nothing is imported before an interrupt ends cleanly."""

from __future__ import annotations

import os
import sys

INTERRUPTED = 130  # 128 + SIGINT, as a shell reports it


def main() -> int:
    """Run the command; 130 when it was interrupted, be it before the command could say so itself."""
    try:
        from identities.cli import main as command

        code = command()
    except KeyboardInterrupt:
        sys.stderr.write("identities: interrupted\n")
        code = INTERRUPTED
    if code == INTERRUPTED:
        # A pool of processes that was left in the middle may fail, or wait, when Python takes it down.
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
    return code


if __name__ == "__main__":
    sys.exit(main())
