"""The two environments of an upgrade: given, or built from what the project asks for."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from connexion_doctor.environment.installer import installer, uv_program
from connexion_doctor.processes import scratch_folder
from connexion_doctor.processes.child import run
from connexion_doctor.upgrade import pins
from connexion_doctor.upgrade.pins import Raised

SECONDS = 900
OLDEST = (3, 10)  # which Connexion 3 surely runs on: what the doctor itself asks for
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
    scratch_folder.remove(into)  # of an attempt before
    python = into / "bin" / "python"
    uv = uv_program()
    base = base or sys.executable
    make = [uv, "venv", "--quiet", "--seed", "-p", base] if uv is not None else [base, "-m", "venv"]
    _run([*make, str(into)], root)
    _run([*installer(str(python)), *wanted], root)
    if test:
        _run([*installer(str(python)), *_of_tests(root), "pytest"], root)
    return str(python)


def rebuilt(root: Path, into: Path, base: str | None, test: bool) -> tuple[str, list[Raised], str | None]:
    """As ``built``; where the pins of the list do not go together any more, they are raised, in the file too,
    as little as it takes. Where nothing fits the base, it is the doctor's own Python that is tried.

    :return: the interpreter, the pins that were raised, and the other base where one was taken
    :raises NotBuilt: raising the pins does not help either
    """
    try:
        return *_raised(root, into, base, test), None
    except NotBuilt:
        if base is None or _version(base) >= OLDEST:
            raise
    return *_raised(root, into, None, test), sys.executable


def _raised(root: Path, into: Path, base: str | None, test: bool) -> tuple[str, list[Raised]]:
    try:
        return built(root, into, base, test), []
    except NotBuilt as exc:
        name = next((name for name in LISTS if os.path.isfile(root / name)), None)
        python = into / "bin" / "python"
        versions = _lowest(root / name, into, python) if name is not None and os.path.isfile(python) else {}
        found = pins.raised(root / name, name, versions) if name is not None else []
        if not found:
            raise
        try:
            return built(root, into, base, test), found
        except NotBuilt as again:
            raise again from exc


def _lowest(path: Path, into: Path, python: Path) -> dict[str, str]:
    """Normalised name -> version, where every pin of a list is raised as little as it takes; nothing where
    that does not help either. What has to be compiled is as old as its compiler: wheels are tried first."""
    uv = uv_program()
    if uv is None:
        return {}
    loose = into.parent / f"{into.name}-loosened.txt"
    loose.write_text(pins.loosened(path.read_text("utf-8")), encoding="utf-8")
    solved = into.parent / f"{into.name}-solved.txt"
    command = [uv, "pip", "compile", "--quiet", "--no-header", "--no-annotate", "--python", str(python)]
    for wheels in (["--only-binary", ":all:"], []):
        with contextlib.suppress(NotBuilt):
            _run(
                [*command, "--resolution", "lowest-direct", *wheels, "-o", str(solved), str(loose)],
                path.parent,
            )
            return pins.versions(solved.read_text("utf-8"))
    return {}


def _version(python: str) -> tuple[int, ...]:
    script = "import sys; print(*sys.version_info[:2])"
    done = run([python, "-I", "-c", script], str(Path(python).parent), os.environ, 60)
    return tuple(map(int, done.output.split()[-2:])) if done.code == 0 else OLDEST


def _of_tests(root: Path) -> list[str]:
    return [part for name in OF_TESTS if os.path.isfile(root / name) for part in ("-r", name)]


def _wanted(root: Path) -> list[str]:
    for name in LISTS:
        if os.path.isfile(root / name):
            return ["-r", name]
    return ["."] if any(os.path.isfile(root / name) for name in PROJECTS) else []


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
