"""``python -m identities``, and the command ``identities``: nothing is imported before an interrupt ends cleanly."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command; 130, as a shell reports it, when it was interrupted before it could say so itself."""
    try:
        from identities.cli import main as command

        return command()
    except KeyboardInterrupt:
        sys.stderr.write("identities: interrupted\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
