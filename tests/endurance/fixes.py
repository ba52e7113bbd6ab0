"""``--fix`` killed at a random moment: every file is the old one or the new one, never half."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.endurance.runs import Part, doctor
from tests.running import project, target

STARTS = {
    "Procfile": "web: gunicorn app:app\n" + "# kept\n" * 2000,
    "Dockerfile": 'FROM python:3.12\nCOPY . .\nCMD ["gunicorn", "app:app"]\n' + "# kept\n" * 2000,
    "compose.yml": "services:\n  web:\n    image: x\n    command: gunicorn app:app\n" + "# kept\n" * 2000,
}


def run(number: int, random: Random, folder: Path) -> Iterator[str]:
    """One kill."""
    _written(folder)
    seconds = _whole()[0]
    after = random.uniform(0.6, 1.1) * seconds
    number_of = random.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM))
    doctor(_words(), folder, stop=[(after, number_of)], stdout=subprocess.DEVNULL)
    found = {name: (folder / name).read_text() for name in STARTS}
    new = _whole()[1]
    changed = [name for name in STARTS if found[name] != STARTS[name]]
    for name in changed:
        if found[name] != new[name]:
            yield f"{name} is neither the old one nor the new one"
    if changed and len(changed) < len(STARTS) and number_of is signal.SIGTERM:
        yield f"only {', '.join(changed)} changed, though it had the time to finish"


def _words() -> tuple[str, ...]:
    return ("--python", str(target("c3new").python), "--fix")


def _written(folder: Path) -> None:
    project(folder)
    for name, text in STARTS.items():
        (folder / name).write_text(text)


@cache
def _whole() -> tuple[float, dict[str, str]]:
    """How long it takes when nobody kills it, and the new files."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _written(folder)
        ran = doctor(_words(), folder, stdout=subprocess.DEVNULL)
        new = {one: (folder / one).read_text() for one in STARTS}
    assert all(new[one] != STARTS[one] for one in STARTS), ran.stderr
    return ran.seconds, new


PART = Part("fixes", 6, 200, run)
