"""The project as it would be checked out, and what is built from it."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from tests.environments import find_uv
from tests.running import ROOT, environ

LEFT_OUT = (
    ".git",
    ".venv",
    "venv",
    "build",
    "dist",
    "tests",
    "*.egg-info",
    "__pycache__",
    ".*_cache",
    ".hypothesis",
    ".benchmarks",
)


@cache
def checkout() -> Path:
    """A copy of the project without what is not part of it."""
    folder = Path(mkdtemp(prefix="checkout-")) / "connexion-doctor"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (folder / "tests").mkdir()
    (folder / "tests" / "test_nothing.py").write_text("")  # setuptools likes to take such files along
    return folder


@cache
def built() -> tuple[Path, Path]:
    """Wheel and sdist; the wheel is built from the sdist, so that the sdist is known to be enough."""
    uv = find_uv()
    if uv is None:
        pytest.skip("uv is not installed")
    folder = Path(mkdtemp(prefix="dist-"))
    run(
        uv,
        "build",
        "--quiet",
        "--out-dir",
        str(folder),
        str(checkout()),
        why="the project cannot be built here",
    )
    (wheel,), (sdist,) = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, sdist


def run(*command: str, why: str, cwd: Path | None = None, **changes: str) -> str:
    """Run a command; where the network is what is missing, the test is skipped, and says so."""
    done = subprocess.run(
        command, cwd=cwd, env=environ(**changes), capture_output=True, text=True, timeout=600, check=False
    )
    said = done.stdout + done.stderr
    if done.returncode and any(sign in said for sign in NO_NETWORK):
        pytest.skip(f"{why}: {said.strip().splitlines()[-1]}")
    assert done.returncode == 0, said
    return done.stdout


NO_NETWORK = (
    "dns error",
    "Temporary failure in name resolution",
    "Failed to resolve",
    "Connection refused",
    "NewConnectionError",
    "Could not connect",
    "error sending request",
)
