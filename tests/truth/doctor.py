"""Ask the doctor about a cell: as a process, by its command line, as anyone would."""

from __future__ import annotations

import contextlib
import json
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import together
from tests.environments import Environment
from tests.running import doctor
from tests.truth.cells import Cell
from tests.truth.servers import clean_environ


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor said. `verdict` is `error` when it did not say anything usable."""

    verdict: str
    reason: str
    codes: tuple[str, ...] = ()


PORT = 8000
FORMS = ("command", "shell", "configuration", "procfile")
"""The ways in which one start can be asked about; each gets the same verdict."""


def ask_together(cells: Sequence[Cell], environment: Environment, folder: Path) -> dict[str, Diagnosis]:
    """The verdicts on cells of one folder, environment and set of variables, by name, from one run.

    ``folder`` is where the temporary copy of theirs is made. The addresses are free for every cell to use:
    the doctor binds none.
    """
    copy = folder / "project"
    shutil.copytree(cells[0].directory, copy, ignore=shutil.ignore_patterns("__pycache__"))
    commands = {cell.name: shlex.join(cell.words(PORT, folder / "socket")) for cell in cells}
    said = together.ask(environment.name, commands.values(), copy, env=_environ(cells[0]))
    return {name: _read(said[command].report) for name, command in commands.items()}


def ask(cell: Cell, environment: Environment, words: list[str], form: str = "command") -> Diagnosis:
    """The verdict on the command `words` of that cell, asked in one of the `FORMS`."""
    options = ["--python", str(environment.python), "--format", "json"]
    if cell.lifespan:
        options.append("--lifespan")
    with _asked(cell, words, form) as (folder, question):
        return _answer([*options, *question], cell, folder)


@contextlib.contextmanager
def _asked(cell: Cell, words: list[str], form: str) -> Iterator[tuple[Path, list[str]]]:
    """Where the doctor is run, and what it is asked there."""
    if form == "command":
        yield cell.directory, ["--", *words]
        return
    if form == "shell":
        yield cell.directory, ["--", "sh", "-c", f"exec {shlex.join(words)}"]
        return
    with tempfile.TemporaryDirectory(prefix="truth-") as made:
        folder = Path(made, "project")
        shutil.copytree(cell.directory, folder, ignore=shutil.ignore_patterns("__pycache__"))
        if form == "configuration":
            launch = f"[tool.connexion-doctor.launches.cell]\ncommand = {json.dumps(shlex.join(words))}\n"
            (folder / "pyproject.toml").write_text(launch)
            yield folder, ["cell"]
        else:
            (folder / "Procfile").write_text(f"web: {shlex.join(words)}\n")
            named = set(shlex.split(cell.command.replace("/", " ")))
            others = [f"--exclude={name}" for name in OTHER_STARTS if name not in named]
            yield folder, others


OTHER_STARTS = ("uwsgi", "start.py", "own_main.py", "runs.py", "conf", "package", "scripts")


def _answer(arguments: list[str], cell: Cell, folder: Path) -> Diagnosis:
    try:
        done = doctor(*arguments, cwd=folder, env=_environ(cell))
    except subprocess.TimeoutExpired as late:
        return Diagnosis("error", f"no answer in {late.timeout:g} s")
    try:
        return _read(json.loads(done.stdout))
    except (ValueError, LookupError, TypeError) as error:
        said = " / ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        return Diagnosis("error", f"exit code {done.code}, {type(error).__name__}: {said}")


def _environ(cell: Cell) -> dict[str, str]:
    return {**clean_environ(cell), "PYTHONDONTWRITEBYTECODE": "1"}


def _read(report: dict[str, Any]) -> Diagnosis:
    launches = report["launches"]
    launch = next((one for one in launches if one["origin"]["path"] == "Procfile"), launches[0])
    codes = tuple(dict.fromkeys(str(finding["code"]) for finding in report["findings"]))
    return Diagnosis(str(launch["verdict"]), str(launch.get("reason") or ""), codes)
