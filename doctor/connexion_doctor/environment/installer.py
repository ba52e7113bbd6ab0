"""What installs packages: uv where it is there, else the pip of the interpreter; and what it says."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

from connexion_doctor.foundation import late
from connexion_doctor.model import Location
from connexion_doctor.processes.child import run
from connexion_doctor.requirements.canonical import canonical
from connexion_doctor.requirements.installation import Installation

SECONDS = 900.0  # for one step
OFFLINE = late.pattern(
    r"(?i)dns error|failed to lookup|temporary failure in name resolution|connection (refused|reset)|"
    r"tcp connect error|network is unreachable|client error \(connect\)|network was disabled"
)
UNREACHED = "No package index can be reached."
NO_INDEX = (
    f"{UNREACHED} An environment of the project's own (--python) needs none, and neither does --no-import."
)


def uv_program() -> str | None:
    """uv, beside the doctor or on PATH."""
    return shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


def installer(python: str) -> list[str]:
    """``pip install`` for an interpreter."""
    uv = uv_program()
    if uv is not None:
        return [uv, "pip", "install", "--quiet", "--python", python]
    return [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]


def is_offline(said: str) -> bool:
    """Whether an installer ended because it could not reach an index."""
    return OFFLINE.search(said) is not None


def last_words(command: list[str], folder: Path) -> str | None:
    """The last words of a command that fails; None where it does not."""
    environ = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    done = run(command, str(folder), environ, SECONDS)
    if done.code == 0:
        return None
    if done.code is None:
        return f"It did not end within {SECONDS:.0f} s."
    lines = [line for each in done.output.splitlines() if (line := each.strip(" ×╰─▶│├→"))]
    # What uv could not do, and with which package, stands before all that the compiler said.
    first = [line for line in lines[:-6] if line.startswith(("Failed to ", "error: Failed to "))][:1]
    return " ".join([*first, *lines[-6:]]) or f"{command[0]} failed without a word."


def asking(said: str, installation: Installation) -> Location | None:
    """The line that asks for the package that the installer speaks of."""
    for name in re.findall(r"[A-Za-z0-9][\w.-]*", said):
        known = canonical(name).rstrip("-")
        asked = installation.packages.get(known)
        if asked is not None and asked.deciding.location is not None:
            return asked.deciding.location
    return None
