"""Boot the server of a cell, as its command says, and see what it answers.

Servers listen on loopback only (or on a Unix socket), run in a process group of their own, and
are ended by the id of that group.
"""

from __future__ import annotations

import contextlib
import functools
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.environments import Environment
from tests.truth.cells import Cell
from tests.truth.exchange import EXCHANGES, Address, NoAnswer, send

BOOT_SECONDS = 15.0
ANSWER_SECONDS = 10.0
END_SECONDS = 1.0
CHECK_SECONDS = 20.0
LOG_LINES = 12
RESTARTS = 3
"""A server with one worker that started it so often does not get it up."""

FOREIGN = re.compile(
    r"VIRTUAL_ENV|PYTHON(PATH|HOME|STARTUP|SAFEPATH|WARNINGS)|GUNICORN_CMD_ARGS|WEB_CONCURRENCY"
    r"|PORT|FORWARDED_ALLOW_IPS|XDG_RUNTIME_DIR|(UVICORN|HYPERCORN|GRANIAN|FLASK|CONNEXION)_.*"
)
"""Variables around the tests that would change what a server does."""


@dataclass(frozen=True)
class Outcome:
    """What happened to a cell. `log` is the end of what the server printed."""

    happened: str  # "serves" or "fails"
    detail: str
    log: tuple[str, ...]
    seconds: float


class PortTaken(Exception):
    """Somebody else listens where the server was to listen."""


def clean_environ(cell: Cell) -> dict[str, str]:
    """The variables of this process that are nobody's business, and those of the cell."""
    kept = {name: value for name, value in os.environ.items() if not FOREIGN.fullmatch(name)}
    return {**kept, **cell.environ}


@dataclass(frozen=True)
class Scene:
    """A temporary folder with the log, and everything that starting the command needs."""

    words: list[str]
    directory: Path
    environ: Mapping[str, str]
    log: Path
    address: Address
    prefix: str = ""
    unwritten: str | None = None  # the path of an operation that was given up: Connexion answers it 501

    def start(self, words: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("wb") as log:
            return subprocess.Popen(
                words,
                cwd=self.directory,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def lines(self) -> list[str]:
        return self.log.read_text(errors="replace").splitlines()


@contextlib.contextmanager
def scene(cell: Cell, environment: Environment) -> Iterator[Scene]:
    """The scene of a cell: its port is free and its folder there, for the time of the block."""
    with (
        tempfile.TemporaryDirectory(prefix="truth-", ignore_cleanup_errors=True) as name,
        _port() as port,
    ):
        folder = Path(name)
        environ = clean_environ(cell)
        environ["PATH"] = os.pathsep.join([str(environment.bin), *_search_path(environ)])
        environ["PYTHONUNBUFFERED"] = environ["PYTHONDONTWRITEBYTECODE"] = "1"
        environ["HOME"] = name  # a server may write there: gunicorn its control socket
        if cell.server == "gunicorn" and _has_control_socket(environment.bin):
            own = environ.get("GUNICORN_CMD_ARGS", "")
            environ["GUNICORN_CMD_ARGS"] = f"{own} --no-control-socket".strip()
        unix = folder / "socket"
        yield Scene(
            words=cell.words(port, unix),
            directory=cell.directory,
            environ=environ,
            log=folder / "log",
            address=Address(port, unix if "{socket}" in cell.command else None),
            prefix=cell.prefix,
        )


def _search_path(environ: Mapping[str, str]) -> list[str]:
    """The folders for programs, without those of the environment that runs the tests: a server that is
    installed there is not installed in the one that is diagnosed."""
    own = Path(sys.executable).parent
    return [folder for folder in environ.get("PATH", os.defpath).split(os.pathsep) if Path(folder) != own]


def boot(scene: Scene) -> Outcome:
    """Start the server, send the requests, end it. Raises `PortTaken`."""
    started = time.monotonic()
    try:
        process = scene.start(scene.words)
    except FileNotFoundError as error:
        return Outcome("fails", str(error), (), 0.0)
    try:
        wrong = _watch(scene, process)
        log = tuple(scene.lines())  # before the end: what it prints then is of no interest
    finally:
        _end(process)
    if wrong and any("ddress already in use" in line for line in log):
        raise PortTaken(str(scene.address))
    seconds = time.monotonic() - started
    return Outcome("fails" if wrong else "serves", wrong or "", log[-LOG_LINES:], seconds)


def check_config(scene: Scene) -> str | None:
    """What `gunicorn --check-config` says of the command, or None where it cannot be asked."""
    if "gunicorn" not in scene.words:
        return None
    place = scene.words.index("gunicorn") + 1
    try:
        process = scene.start([*scene.words[:place], "--check-config", *scene.words[place:]])
    except FileNotFoundError:  # no gunicorn in that environment
        return "fails"
    try:
        code = process.wait(CHECK_SECONDS)
    except subprocess.TimeoutExpired:
        return "fails"
    finally:
        _end(process)
    return "serves" if code == 0 else "fails"


@functools.cache
def _has_control_socket(folder: Path) -> bool:
    """Whether that gunicorn opens a control socket (25.1 and newer) and can be told not to."""
    if not (folder / "gunicorn").exists():
        return False
    told = subprocess.run([str(folder / "gunicorn"), "--help"], capture_output=True, text=True, timeout=60)
    return "--no-control-socket" in told.stdout


_ports_lock = threading.Lock()
_ports_used: set[int] = set()


@contextlib.contextmanager
def _port() -> Iterator[int]:
    """A port that is free now, below those that the system gives to clients."""
    with _ports_lock:
        while True:
            port = random.randrange(20000, 32000)
            if port not in _ports_used and _is_free(port):
                break
        _ports_used.add(port)
    try:
        yield port
    finally:
        with _ports_lock:
            _ports_used.discard(port)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _watch(scene: Scene, process: subprocess.Popen[bytes]) -> str | None:
    """What goes wrong between the start and the last answer, or None."""

    def gave_up() -> str | None:
        return _gave_up(scene, process)

    deadline = time.monotonic() + BOOT_SECONDS
    while not _listens(scene.address):
        reason = gave_up()
        if reason is None and time.monotonic() > deadline:
            reason = f"does not listen after {BOOT_SECONDS:.0f} s"
        if reason is not None:
            return reason
        time.sleep(0.05)
    for asked in EXCHANGES:
        exchange = replace(asked, path=scene.prefix + asked.path)
        if scene.unwritten and asked.path.startswith(scene.unwritten):
            exchange = replace(exchange, status=501, body=None)
        try:
            wrong = send(scene.address, exchange, ANSWER_SECONDS, gave_up)
        except NoAnswer as error:
            # A server that dies closes its connections first: give it the time to say why.
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
            return gave_up() or str(error)
        if wrong is not None:
            return wrong
    return None


def _listens(address: Address) -> bool:
    try:
        address.connect(1.0).close()
    except OSError:
        return False
    return True


def _gave_up(scene: Scene, process: subprocess.Popen[bytes]) -> str | None:
    """Whether the server is not going to come up, and how we know."""
    code = process.poll()
    if code is not None:
        return f"the server exited with {code}"
    log = scene.lines()
    if any("Worker failed to boot" in line for line in log):
        return "the worker failed to boot"
    if sum("Booting worker with pid" in line for line in log) > RESTARTS:
        return "the workers exit and are started again, without end"
    return None


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started: the group has its id."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
