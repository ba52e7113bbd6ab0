"""Lint, format and types are part of the tests; so is what a repository must not hold."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import LONG, TESTS
from tests.running import PACKAGE, ROOT

TOOLS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
}


@pytest.mark.parametrize("name", TOOLS)
def test_tool(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *TOOLS[name]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def tracked() -> list[Path]:
    """The files that git tracks, or all files where this is no checkout."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = done.stdout.split("\n") if done.returncode == 0 else []
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


# Paths of one machine; container paths such as /app and /usr/src/app are fine.
MACHINE = re.compile(rb"/(?:root|home/[a-z]+|work|Users/[a-z]+)/[\w.-]+")


def test_no_path_of_a_machine() -> None:
    found = {}
    for path in tracked():
        if "tests/discovery/projects" in path.as_posix():
            continue  # invented deployments: their container paths are what is read
        hits = MACHINE.findall(path.read_bytes())
        if hits:
            found[str(path.relative_to(ROOT))] = hits[:3]
    assert found == {}


def test_whether_a_file_is_there_is_asked_of_os_path() -> None:
    """A path made from what others wrote may be too long for a name: ``pathlib`` raises there."""
    own = ("probe/agent/", "processes/scratch_folder.py")  # which has paths of its own making alone
    files = [path for path in PACKAGE.rglob("*.py") if not any(part in path.as_posix() for part in own)]
    asked = [
        f"{path.relative_to(PACKAGE)}: {found}"
        for path in files
        for found in re.findall(r"\S*\.(?:is_file|is_dir|exists)\(\)", path.read_text("utf-8"))
    ]
    assert files and asked == []


def test_the_agent_runs_on_python_3_8() -> None:
    """Nothing in the agent's folder needs a newer grammar, and ``__main__`` parses on any Python 3."""
    import ast

    for path in (PACKAGE / "probe" / "agent").rglob("*.py"):
        ast.parse(path.read_text("utf-8"), feature_version=(3, 8))
    start = (PACKAGE / "probe" / "agent" / "__main__.py").read_text("utf-8")
    ast.parse(start, feature_version=(3, 4))


def test_the_agent_imports_nothing_of_the_package() -> None:
    for path in (PACKAGE / "probe" / "agent").rglob("*.py"):
        assert not re.search(
            r"^\s*(?:from|import) connexion_doctor\b", path.read_text("utf-8"), re.MULTILINE
        ), path


def test_the_files_that_are_said_to_take_long_are_there() -> None:
    assert [name for name in LONG if not (TESTS / name).is_file()] == []
