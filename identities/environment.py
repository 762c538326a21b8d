"""What a verdict may depend on beside the claim and the settings: versions, the machine, and the code that checks.

Nothing of what it tells the versions of is imported for it.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from pathlib import Path

SHOWN = ("identities", "jax", "numpy")
COMPUTING = (*SHOWN, "jaxlib", "scipy", "mpmath")
CODE = Path(__file__).parent


def version(distribution: str) -> str:
    """The version installed, or ``unknown`` for code run from a folder that was never installed."""
    from importlib import metadata  # takes longer than the rest of this module

    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "unknown"


def environment() -> dict[str, str]:
    """The versions that a report names."""
    return {name: version(name) for name in SHOWN} | {"python": platform.python_version()}


def fingerprint(code: Path = CODE) -> str:
    """One word for all of it; another one when a version, the kind of machine or any file of our code is another."""
    said = [f"{name} {version(name)}" for name in COMPUTING]
    said += [sys.version, sys.platform, platform.machine()]
    said += [f"{path.relative_to(code).as_posix()} {digest(path)}" for path in sorted(code.rglob("*.py"))]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def digest(path: Path) -> str:
    """The hash of the content of a file; of one that cannot be read, something of its own."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return str(error)
