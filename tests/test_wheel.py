"""What people install: the built wheel, in an environment and a folder that know nothing of this checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ELSEWHERE = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


def run(*command, **options):
    done = subprocess.run(
        [os.fspath(word) for word in command],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=ELSEWHERE,
        **options,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The scripts of an environment with the wheel in it, and JAX borrowed from where this test runs."""
    home = tmp_path_factory.mktemp("empty") / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", home)
    python = home / "bin" / "python"
    run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        wheel,
    )
    (packages,) = home.glob("lib/python*/site-packages")
    packages.joinpath("borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin"


def test_what_is_in_it(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {"identities/__init__.py", "identities/py.typed", "identities/catalogue.yaml"} <= set(names)
    assert all(name.startswith(("identities/", "identities-")) for name in names)
    for name in ("catalogue.yaml", "errata.yaml"):
        assert zipfile.ZipFile(wheel).read(f"identities/{name}") == (ROOT / name).read_bytes()


def test_the_code_is_that_of_the_wheel(installed, tmp_path):
    place = run(installed / "python", "-c", "import identities; print(identities.__file__)", cwd=tmp_path)
    assert Path(place).is_relative_to(installed.parent)


def test_the_catalogue_is_that_of_the_wheel(installed, tmp_path):
    listing = json.loads(run(installed / "identities", "list", "--format", "json", cwd=tmp_path))
    assert len(listing["identities"]) > 100
    assert Path(listing["identities"][0]["file"]).is_relative_to(installed.parent)
    assert "trace-product" in run(installed / "identities", "list", cwd=tmp_path)


def test_it_checks(installed, tmp_path):
    out = run(installed / "identities", "check", "--select", "trace-product", "--format", "json", cwd=tmp_path)
    document = json.loads(out)
    assert document["summary"]["verified"] == document["summary"]["claims"] > 0
    assert Path(document["claims"][0]["file"]).is_relative_to(installed.parent)
    assert "verified 1 identity" in run(installed / "python", "-m", "identities", "check", "--select", "trace-product")
