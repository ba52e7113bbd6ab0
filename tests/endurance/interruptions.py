"""A doctor that is stopped at a random moment ends in time, and leaves no process and no file."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.discovery import monorepo
from tests.endurance.runs import Part, Ran, doctor, slowness
from tests.running import ROOT, environ, project, target, uv_cache

UPGRADES = ROOT / "tests" / "upgrade" / "projects"


@dataclass(frozen=True)
class Asked:
    """A command: its words, and about how long it takes on an idle machine when nobody stops it, in seconds.

    ``root`` is the project that it is asked in, where that is not the small one, ``services`` how many it has
    where it is a large one, which is read in copies of the process; ``given_python`` that it is told which
    environment to take.
    """

    words: tuple[str, ...]
    seconds: float = 1.5
    root: Path | None = None
    given_python: bool = True
    services: int = 0


COMMANDS: dict[str, Asked] = {
    "a command": Asked(("--", "gunicorn", "app:app")),
    "a target": Asked(("app:app",)),
    "the project": Asked(()),
    "verify": Asked(("--verify", "--", "uvicorn", "app:app"), 3.0),
    "verify with a fix": Asked(("--verify", "--", "gunicorn", "app:app"), 6.0),
    "a configuration": Asked(("--gunicorn-conf", "gunicorn.conf.py", "app:app")),
    "no import": Asked(("--no-import",), 0.8),
    "a large project": Asked(("--no-import",), 0.9, services=50),
    "an app that hangs": Asked(("--", "uvicorn", "hangs:app")),
    "fix": Asked(("--fix",)),
    "diff": Asked(("--diff",)),
    "rules": Asked(("rules",), 0.4, given_python=False),
    "build-env": Asked(("--build-env",), 6.0, given_python=False),
    "compare": Asked(("compare", "uvicorn app:app", "gunicorn -k asgi app:app"), 8.0),
    "bench": Asked(
        ("bench", "uvicorn app:app", "gunicorn -k asgi app:app", "--rounds", "1", "--seconds", "0.2"), 10.0
    ),
    "upgrade": Asked(("upgrade", "--test", "pytest -q"), 40.0, UPGRADES / "generated", False),
}
QUICK = [name for name, asked in COMMANDS.items() if asked.seconds <= 6.0 and name != "build-env"]
SIGNALS = (signal.SIGINT, signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOPPED_WITHIN = 12.0  # seconds from the first signal, on an idle machine
HUNG = 120.0
FILES = {
    "Procfile": "web: gunicorn app:app\n",
    "gunicorn.conf.py": "workers = 2\n",
    "hangs.py": "while 1: pass\n",
    "requirements.txt": "connexion[flask,uvicorn]==3.3.0\ngunicorn==23.0.0\n",
}


def run(number: int, random: Random, folder: Path) -> Iterator[str]:
    """One command, stopped once or twice."""
    name = list(COMMANDS)[number % len(COMMANDS)]
    asked, root = COMMANDS[name], folder / "project"
    if asked.root is not None:
        shutil.copytree(asked.root, root)
    elif asked.services:
        monorepo.write(root, asked.services, files=25)
    else:
        project(root)
        for path, text in FILES.items():
            (root / path).write_text(text)
    words, at = asked.words, asked.words.index("--") if "--" in asked.words else len(asked.words)
    if asked.given_python:
        words = (*words[:at], "--python", str(target("c3new").python), *words[at:])
    stop = [(random.uniform(0, 1.3 * asked.seconds * slowness()), random.choice(SIGNALS))]
    if random.random() < 0.4:
        stop.append((random.uniform(0, 0.5), random.choice(SIGNALS)))
    env = environ(XDG_CACHE_HOME=str(folder / "cache"), UV_CACHE_DIR=uv_cache())
    begin = time.monotonic()
    ran = doctor(words, root, env=env, stop=stop, stdout=subprocess.DEVNULL, seconds=HUNG)
    late = time.monotonic() - begin - sum(after for after, _ in stop)
    yield from _faults(name, ran, late)


def _faults(name: str, ran: Ran, late: float) -> Iterator[str]:
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
    if late > STOPPED_WITHIN * slowness():
        yield f"it took {late:.1f} s to end"
    if ran.left_running:
        yield f"{len(ran.left_running)} processes left"
    if ran.left_lying and not (name == "upgrade" and ran.code in (0, 1)):  # where it kept what it made
        yield f"left lying: {', '.join(ran.left_lying)}"


PART = Part("interruptions", 2 * len(QUICK), 600, run, lambda number: list(COMMANDS)[number % len(COMMANDS)])
