"""How fast the doctor is, beside what cannot be avoided: ``python -m tests.speed [--runs 15] [NAME ...]``.

Each line is the median of interleaved runs: the wall clock, and the processor time of the user. The aims are
of the wall clock on an idle machine; where others work on it, the processor time tells more.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.discovery import monorepo
from tests.environments import environment
from tests.running import PACKAGES, ROOT, campaign, environ, project

DOCTOR = [sys.executable, "-m", "connexion_doctor"]


@dataclass(frozen=True)
class Command:
    """A command that is measured; ``times`` divides what it takes, ``cwd`` is where it runs."""

    words: Sequence[str]
    cwd: Path
    times: int = 1


@dataclass(frozen=True)
class Measure:
    """A command of the doctor against one that is the least it could take, and the aim of the ratio."""

    aim: float
    doctor: Command
    least: Command


@dataclass
class Taken:
    """What the runs of a command took, in seconds, and the most memory, in megabytes."""

    wall: list[float] = field(default_factory=list)
    user: list[float] = field(default_factory=list)
    memory: float = 0.0

    @property
    def medians(self) -> tuple[float, float]:
        return statistics.median(self.wall), statistics.median(self.user)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.speed", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MEASURES)}; default: all")
    parser.add_argument("--runs", type=int, default=15)
    given = parser.parse_args()
    print(
        f"{'':<22}{'wall':>8}{'least':>8}{'ratio':>7}{'aim':>6}{'user':>8}{'least':>8}{'ratio':>7}{'memory':>9}"
    )
    for name in given.names or MEASURES:
        with tempfile.TemporaryDirectory() as folder:
            measure = MEASURES[name](Path(folder))
            ours, least = _interleaved(measure, given.runs)
        wall, user = ours.medians
        least_wall, least_user = least.medians
        print(
            f"{name:<22}{wall:>7.3f}s{least_wall:>7.3f}s{wall / least_wall:>7.2f}{measure.aim:>6.2f}"
            f"{user:>7.3f}s{least_user:>7.3f}s{user / max(least_user, 1e-6):>7.2f}{ours.memory:>6.0f} MB",
            flush=True,
        )


def _interleaved(measure: Measure, runs: int) -> tuple[Taken, Taken]:
    ours, least = Taken(), Taken()
    for number in range(-1, runs):  # one to warm up
        for command, taken in ((measure.doctor, ours), (measure.least, least)):
            wall, user, memory = _run(command)
            if number >= 0:
                taken.wall.append(wall / command.times)
                taken.user.append(user / command.times)
                taken.memory = max(taken.memory, memory)
    return ours, least


def _run(command: Command) -> tuple[float, float, float]:
    """Wall clock and processor time of a process with its children, in seconds; its memory, in megabytes."""
    begin, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        list(command.words),
        cwd=command.cwd,
        env=environ(PYTHONPATH=str(PACKAGES)),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    wall = time.perf_counter() - begin
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime - before.ru_utime, usage.ru_maxrss / 1024


IMPORT = "import os, {module}; os._exit(0)"
REQUEST = """
import os, asyncio
from app import app
async def main():
    async def receive(): return {"type": "http.request", "body": b"", "more_body": False}
    async def send(message): pass
    scope = {"type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
             "path": "/nothing", "raw_path": b"/nothing", "query_string": b"", "root_path": "", "headers": [],
             "scheme": "http", "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1)}
    await app(scope, receive, send)
asyncio.run(main())
os._exit(0)
"""


def _python() -> str:
    return str(environment("c3new").python)


def _command(folder: Path) -> Measure:
    """A start command, against importing the app and making one request."""
    project(folder)
    words = [*DOCTOR, "--python", _python(), "--", "uvicorn", "app:app"]
    return Measure(1.06, Command(words, folder), Command([_python(), "-c", REQUEST], folder))


def _import(folder: Path) -> Measure:
    """A start command, against importing the app alone."""
    project(folder)
    words = [*DOCTOR, "--python", _python(), "--", "uvicorn", "app:app"]
    return Measure(
        1.10, Command(words, folder), Command([_python(), "-c", IMPORT.format(module="app")], folder)
    )


def _failing(folder: Path) -> Measure:
    """A start that fails, with its fixes, against importing the app."""
    project(folder)
    words = [*DOCTOR, "--python", _python(), "--", "gunicorn", "-w", "4", "app:app"]
    return Measure(
        1.40, Command(words, folder), Command([_python(), "-c", IMPORT.format(module="app")], folder)
    )


def _bare(folder: Path) -> Measure:
    """A bare target under every server that is installed, against importing the app."""
    project(folder)
    words = [*DOCTOR, "--python", _python(), "app:app"]
    return Measure(
        1.15, Command(words, folder), Command([_python(), "-c", IMPORT.format(module="app")], folder)
    )


SERVERS = (
    "app", "uvicorn.main", "gunicorn.app.wsgiapp", "gunicorn.workers.sync", "gunicorn.workers.gasgi",
    "uvicorn_worker", "hypercorn.utils", "granian.server",
)  # fmt: skip


def _bare_servers(folder: Path) -> Measure:
    """A bare target, against importing the app and the modules of these servers that call it: who asks the
    servers themselves takes no less."""
    project(folder)
    words = [*DOCTOR, "--python", _python(), "app:app"]
    least = [_python(), "-c", IMPORT.format(module=", ".join(SERVERS))]
    return Measure(1.15, Command(words, folder), Command(least, folder))


def _help(folder: Path) -> Measure:
    words = [sys.executable, "-c", "import click"]
    return Measure(1.20, Command([*DOCTOR, "--help"], folder), Command(words, folder))


def _monorepo(folder: Path, services: int = monorepo.SERVICES, everywhere: bool = False) -> Measure:
    """A project of 10,000 files, nothing run, against ``ruff check --select F``."""
    monorepo.write(folder / "repo", services=services)
    if everywhere:
        monorepo.import_everywhere(folder / "repo")
    ruff = shutil.which("ruff") or str(Path(sys.executable).with_name("ruff"))
    least = [ruff, "check", "--no-cache", "--isolated", "--select", "F", "--quiet", "."]
    root = folder / "repo"
    return Measure(1.20, Command([*DOCTOR, "--no-import"], root), Command(least, root))


def _thirty(folder: Path) -> Measure:
    """What each of 29 more launches in a project takes, as a part of what one takes: against one."""
    one, many = folder / "one", folder / "many"
    for root, count in ((one, 1), (many, 30)):
        project(root)
        starts = "".join(f"web{n}: uvicorn app:app --port {8000 + n}\n" for n in range(count))
        (root / "Procfile").write_text(starts)
    words = [*DOCTOR, "--python", _python()]
    return Measure(1.0 + 29 * 0.03, Command(words, many), Command(words, one))


def _verify(folder: Path) -> Measure:
    """``--verify``, against a boot and the same requests by hand."""
    project(folder)
    script = str(ROOT / "tests" / "by_hand.py")
    words = [*DOCTOR, "--python", _python(), "--verify", "--", "uvicorn", "app:app"]
    return Measure(1.15, Command(words, folder), Command([sys.executable, script, _python()], folder))


MEASURES: dict[str, Callable[[Path], Measure]] = {
    "command": _command,
    "command, import": _import,
    "failing": _failing,
    "bare target": _bare,
    "bare target, servers": _bare_servers,
    "help": _help,
    "thirty launches": _thirty,
    "verify": _verify,
    "monorepo": _monorepo,
    "monorepo, all import": lambda folder: _monorepo(folder, everywhere=True),
    "50,000 files": lambda folder: _monorepo(folder, services=1000),
    "50,000, all import": lambda folder: _monorepo(folder, services=1000, everywhere=True),
}

if __name__ == "__main__":
    campaign()
    main()
