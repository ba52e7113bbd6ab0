"""Ask the doctor about a cell: as a process, by its command line, as anyone would."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.environments import Environment
from tests.truth.cells import Cell
from tests.truth.servers import clean_environ

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 90

# `-m doctor` would need the repository on PYTHONPATH, and the target interpreter would inherit it.
RUN_MODULE = (
    "import runpy, sys; root = sys.argv.pop(1); sys.path[0] = root;"
    "runpy.run_module('connexion_doctor', run_name='__main__', alter_sys=True)"
)


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor said. `verdict` is `error` when it did not say anything usable."""

    verdict: str
    reason: str
    codes: tuple[str, ...] = ()


def doctor_command() -> list[str] | None:
    """How the doctor is started here, or None while there is none."""
    installed = Path(sys.executable).with_name("connexion-doctor")
    if installed.is_file():
        return [str(installed)]
    if (ROOT / "doctor" / "connexion_doctor" / "__main__.py").is_file():
        return [sys.executable, "-c", RUN_MODULE, str(ROOT / "doctor")]
    return None


def ask(doctor: list[str], cell: Cell, environment: Environment, words: list[str]) -> Diagnosis:
    """The verdict on the command `words` of that cell."""
    options = ["--python", str(environment.python), "--format", "json"]
    if cell.lifespan:
        options.append("--lifespan")
    try:
        done = subprocess.run(
            [*doctor, *options, "--", *words],
            cwd=cell.directory,
            env={**clean_environ(cell), "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Diagnosis("error", f"no answer in {SECONDS} s")
    try:
        return _read(json.loads(done.stdout))
    except (ValueError, LookupError, TypeError) as error:
        said = " / ".join((done.stderr or done.stdout).strip().splitlines()[-3:])
        return Diagnosis("error", f"exit code {done.returncode}, {type(error).__name__}: {said}")


def _read(report: dict[str, Any]) -> Diagnosis:
    launch = report["launches"][0]
    codes = tuple(dict.fromkeys(str(finding["code"]) for finding in report["findings"]))
    return Diagnosis(str(launch["verdict"]), str(launch.get("reason") or ""), codes)
