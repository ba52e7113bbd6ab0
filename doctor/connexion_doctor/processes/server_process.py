"""The process of a server under verification: started in a group of its own, watched, and ended."""

from __future__ import annotations

import contextlib
import random
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from connexion_doctor.processes import signals
from connexion_doctor.processes.address import Address, listens
from connexion_doctor.processes.child import Child
from connexion_doctor.processes.patience import Patience

POLL = 0.02  # seconds between two looks at a server that does not listen yet
END_SECONDS = 3.0  # between asking a server to stop and killing its group
MOST_LOG = 256 * 1024
RESTARTS = 3
# What servers log when a worker does not come up. Their masters listen all the same.
BOOT_FAILURES = ("Worker failed to boot", "Exception in worker process", "Unexpected exit from worker")
BOOTED = "Booting worker with pid"
RESTARTED = (BOOTED, "Child process [", "Respawning worker")
# uvicorn and gunicorn's own worker while a lifespan handler works, and behind it.
STARTING, STARTED = "Waiting for application startup", "Application startup complete"
SETTLE_SECONDS = 0.5  # for what is logged after an answer
REFUSAL = "connexion-doctor does not let it"  # what ``redirect`` says
IN_USE = "ddress already in use"


def free_port() -> int:
    """A port of loopback that is free now, below those that the system gives to clients."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Process:
    """A running server. Use it as a context manager: leaving it ends all that it started.

    :param words: what is executed
    :param log: a file for what it prints
    :raises OSError: it cannot be started
    """

    def __init__(self, words: Sequence[str], directory: str, environ: Mapping[str, str], log: Path) -> None:
        self._log = log
        self._child = Child(words, directory, environ, output=log, guarded=True)

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *exc: object) -> None:
        self.end()

    def log(self) -> list[str]:
        """The last of what it printed, as lines."""
        try:
            with self._log.open("rb") as stream:
                stream.seek(max(self._log.stat().st_size - MOST_LOG, 0))
                return stream.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return []

    def position(self) -> int:
        """How much it has printed so far, in bytes."""
        with contextlib.suppress(OSError):
            return self._log.stat().st_size
        return 0

    def logged_since(self, position: int, *, settled: bool = False) -> tuple[str, ...]:
        """The lines printed since ``position``. ``settled`` waits until nothing more comes: servers tell of
        an error after they have answered."""
        known = self.position()
        deadline = time.monotonic() + SETTLE_SECONDS
        while settled and time.monotonic() < deadline:
            self.settle(SETTLE_SECONDS / 5)
            known, before = self.position(), known
            if known == before:
                break
        try:
            with self._log.open("rb") as stream:
                stream.seek(max(position, known - MOST_LOG))
                return tuple(stream.read().decode("utf-8", "replace").splitlines())
        except OSError:
            return ()

    def is_starting(self) -> bool:
        """Whether the last that it says of its start is that it waits for the app."""
        told = [line for line in self.log() if any(sign in line for sign in (STARTING, STARTED))]
        return bool(told) and STARTING in told[-1]

    def gave_up(self) -> str | None:
        """How we know that it will not come up; None while it may."""
        signals.look()
        code = self._child.poll()
        if code is not None:
            return f"the server ended with {_spoken(code)}"
        log = self.log()
        for sign in BOOT_FAILURES:
            if any(sign in line for line in log):
                return "the worker failed to boot"
        counts = {sign: sum(sign in line for line in log) for sign in RESTARTED}
        if max(counts.values()) > RESTARTS:
            counts[BOOTED] -= len(self.members()) - 1  # those that are there were begun too
        if max(counts.values()) > RESTARTS:
            return "the workers end and are started again, without end"
        return None

    def wait_until_it_listens(self, address: Address, seconds: float) -> str | None:
        """Wait for the first connection to be taken; why none will be, or None."""
        patience = Patience(seconds, self.members, fresh=True)
        while not listens(address):
            reason = self.gave_up()
            if reason is None and patience.over():
                reason = f"it does not listen after {seconds:g} s"
            if reason is not None:
                return reason
            self._child.wait(POLL)  # returns at once when it ends
        return None

    def patience(self, seconds: float) -> Patience:
        """Seconds from now on, in which it is given the time to do something."""
        return Patience(seconds, self.members)

    def members(self) -> list[int]:
        """Every process that is there because of it, itself too."""
        return self._child.members()

    def settle(self, seconds: float = 0.5) -> None:
        """Give a server that closed a connection the time to end, and to say why."""
        self._child.wait(seconds)

    def end(self) -> None:
        """Ask the group to stop, then kill what is left of it. Nothing that it started survives."""
        self._child.end(END_SECONDS)


def _spoken(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"
