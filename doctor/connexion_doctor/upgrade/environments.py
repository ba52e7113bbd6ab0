"""The two environments of an upgrade: given, or built from what the project asks for."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from connexion_doctor.environment.interpreters import installed_packages
from connexion_doctor.processes.child import run
from connexion_doctor.upgrade import pins
from connexion_doctor.upgrade.pins import Raised
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
    uv = _uv()
    base = base or sys.executable
    make = [uv, "venv", "--quiet", "--seed", "-p", base] if uv is not None else [base, "-m", "venv"]
    _run([*make, str(into)], root)
    _run([*installer(str(python)), *wanted], root)
    if test:
        _run([*installer(str(python)), *_of_tests(root), "pytest"], root)
    return str(python)


def rebuilt(root: Path, into: Path, base: str | None, test: bool) -> tuple[str, list[Raised]]:
    """As ``built``; where the pins of the list do not go together any more, they are raised, in the file too,
    as little as it takes.

    :return: the interpreter, and the pins that were raised
    :raises NotBuilt: raising the pins does not help either
    """
    try:
        return built(root, into, base, test), []
    except NotBuilt as exc:
        name = next((name for name in LISTS if (root / name).is_file()), None)
        uv = _uv()
        if name is None or uv is None:
            raise
        loose = into.parent / f"{into.name}-loosened.txt"
        loose.write_text(pins.loosened((root / name).read_text("utf-8")), encoding="utf-8")
        python = str(into / "bin" / "python")
        command = [*installer(python), "--resolution", "lowest-direct", "-r", str(loose)]
        try:
            _run(command, root)
        except NotBuilt as again:
            raise exc from again
        if test:
            _run([*installer(python), *_of_tests(root), "pytest"], root)
        return python, pins.raised(root / name, name, _installed(python))


def _installed(python: str) -> dict[str, str]:
    """Normalised name -> version of what the environment has."""
    script = "import sys, json; print(json.dumps(sys.path))"
    done = run([python, "-I", "-c", script], str(Path(python).parent), os.environ, 60)
    return installed_packages(json.loads(done.output.splitlines()[-1]) if done.code == 0 else [])


def _of_tests(root: Path) -> list[str]:
    return [part for name in OF_TESTS if (root / name).is_file() for part in ("-r", name)]


def _uv() -> str | None:
    return shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


def _wanted(root: Path) -> list[str]:
    for name in LISTS:
        if (root / name).is_file():
            return ["-r", name]
    return ["."] if any((root / name).is_file() for name in PROJECTS) else []


def _run(command: list[str], folder: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    try:
        done = run(command, str(folder), environ, SECONDS)
    except OSError as exc:
        raise NotBuilt(f"{command[0]}: {exc}") from exc
    if done.code is None:
        raise NotBuilt(f"{' '.join(command)} did not end within {SECONDS} s")
    if done.code != 0:
        said = [line.strip() for line in done.output.splitlines() if line.strip()]
        raise NotBuilt(" ".join(said[-4:]) if said else f"{command[0]} failed")
