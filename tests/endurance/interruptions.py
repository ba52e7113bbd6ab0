"""A doctor that is stopped at a random moment ends in time, and leaves no process and no file."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from random import Random

from tests.endurance.runs import Part, Ran, doctor
from tests.running import project, target

COMMANDS: dict[str, tuple[str, ...]] = {
    "a command": ("--", "gunicorn", "app:app"),
    "a target": ("app:app",),
    "the project": (),
    "verify": ("--verify", "--", "uvicorn", "app:app"),
    "verify with a fix": ("--verify", "--", "gunicorn", "app:app"),
    "a configuration": ("--gunicorn-conf", "gunicorn.conf.py", "app:app"),
    "no import": ("--no-import",),
    "an app that hangs": ("--", "uvicorn", "hangs:app"),
    "fix": ("--fix",),
    "diff": ("--diff",),
    "rules": ("rules",),
}
SIGNALS = (signal.SIGINT, signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOPPED_WITHIN = 12.0  # seconds from the first signal
FILES = {
    "Procfile": "web: gunicorn app:app\n",
    "gunicorn.conf.py": "workers = 2\n",
    "hangs.py": "while 1: pass\n",
}


def run(number: int, random: Random, folder: Path) -> Iterator[str]:
    """One command, stopped once or twice."""
    name = list(COMMANDS)[number % len(COMMANDS)]
    project(folder)
    for path, text in FILES.items():
        (folder / path).write_text(text)
    python = str(target("c3new").python)
    words = COMMANDS[name] if name == "rules" else ("--python", python, *COMMANDS[name])
    stop = [(random.uniform(0, 1.3 * _seconds(name, words)), random.choice(SIGNALS))]
    if random.random() < 0.4:
        stop.append((random.uniform(0, 0.5), random.choice(SIGNALS)))
    begin = time.monotonic()
    ran = doctor(words, folder, stop=stop, stdout=subprocess.DEVNULL, seconds=60)
    late = time.monotonic() - begin - sum(after for after, _ in stop)
    yield from _faults(ran, late)


def _faults(ran: Ran, late: float) -> Iterator[str]:
    numbers = {int(number) for number in SIGNALS}
    allowed = {0, 1, *(128 + number for number in numbers), *(-number for number in numbers)}
    if ran.code in {-int(signal.SIGINT), 1, 130} and "KeyboardInterrupt" in ran.stderr:
        # Before the doctor's own code runs, Python's rules hold.
        if "connexion_doctor/cli" in ran.stderr:
            yield f"a signal was raised in the doctor: {ran.stderr[-300:]}"
    elif "Traceback" in ran.stderr:
        yield f"a traceback: {ran.stderr[-400:]}"
    if ran.code not in allowed:
        yield f"exit code {ran.code}: {ran.stderr[-200:]}"
    if late > STOPPED_WITHIN:
        yield f"it took {late:.1f} s to end"
    if ran.left_running:
        yield f"{len(ran.left_running)} processes left"
    if ran.left_lying:
        yield f"left lying: {', '.join(ran.left_lying)}"


@cache
def _seconds(name: str, words: tuple[str, ...]) -> float:
    """How long a command takes when nobody stops it, about."""
    return {"rules": 0.4, "no import": 0.8, "verify": 3.0, "verify with a fix": 6.0}.get(name, 1.5)


PART = Part("interruptions", 22, 550, run, lambda number: list(COMMANDS)[number % len(COMMANDS)])
