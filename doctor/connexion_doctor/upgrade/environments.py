"""The two environments of an upgrade: given, or built from what the project asks for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from connexion_doctor.verify.scratch import installer

SECONDS = 900
LISTS = ("requirements.txt", "requirements/base.txt", "requirements/prod.txt", "requirements.in")
OF_TESTS = ("test-requirements.txt", "requirements-test.txt", "requirements-dev.txt", "requirements/test.txt")
PROJECTS = ("pyproject.toml", "setup.py", "setup.cfg")


class NotBuilt(Exception):
    """An environment cannot be built; the message says why, and what can be done."""


def built(root: Path, into: Path, base: str | None, test: bool) -> str:
    """A new virtual environment with what the files in ``root`` ask for; its interpreter.

    :param base: the interpreter it is made from; None for the doctor's own
    :param test: with what the tests of the project need
    :raises NotBuilt: nothing says what to install, or it cannot be had
    """
    wanted = _wanted(root)
    if not wanted:
        raise NotBuilt(
            f"nothing in {root} says what to install: give an environment (--before-python, --after-python)"
        )
    python = into / "bin" / "python"
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    base = base or sys.executable
    make = [uv, "venv", "--quiet", "--seed", "-p", base] if uv is not None else [base, "-m", "venv"]
    _run([*make, str(into)], root)
    _run([*installer(str(python)), *wanted], root)
    if test:
        lists = [part for name in OF_TESTS if (root / name).is_file() for part in ("-r", name)]
        _run([*installer(str(python)), *lists, "pytest"], root)
    return str(python)


def _wanted(root: Path) -> list[str]:
    for name in LISTS:
        if (root / name).is_file():
            return ["-r", name]
    return ["."] if any((root / name).is_file() for name in PROJECTS) else []


def _run(command: list[str], folder: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise NotBuilt(f"{command[0]}: {exc}") from exc
    if done.returncode != 0:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise NotBuilt(" ".join(said[-4:]) if said else f"{command[0]} failed")
