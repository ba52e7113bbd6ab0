"""The process of a server under verification: started in a group of its own, watched, and ended."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from connexion_doctor.processes import descendants
from connexion_doctor.processes.address import Address, listens

POLL = 0.02  # seconds between two looks at a server that does not listen yet
END_SECONDS = 3.0  # between asking a server to stop and killing its group
MOST_LOG = 256 * 1024
RESTARTS = 3
# What servers log when a worker does not come up. Their masters listen all the same.
BOOT_FAILURES = ("Worker failed to boot", "Exception in worker process", "Unexpected exit from worker")
RESTARTED = ("Booting worker with pid", "Child process [", "Respawning worker")
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
    """A running server. Use it as a context manager: leaving it ends the whole process group.

    :param words: what is executed
    :param log: a file for what it prints
    """

    def __init__(self, words: Sequence[str], directory: str, environ: Mapping[str, str], log: Path) -> None:
        self._log = log
        self._mark = descendants.mark()
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                words,
                cwd=directory,
                env={**environ, **self._mark},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

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

    def gave_up(self) -> str | None:
        """How we know that it will not come up; None while it may."""
        code = self._process.poll()
        if code is not None:
            return f"the server ended with {_spoken(code)}"
        log = self.log()
        for sign in BOOT_FAILURES:
            if any(sign in line for line in log):
                return "the worker failed to boot"
        if any(sum(sign in line for line in log) > RESTARTS for sign in RESTARTED):
            return "the workers end and are started again, without end"
        return None

    def wait_until_it_listens(self, address: Address, seconds: float) -> str | None:
        """Wait for the first connection to be taken; why none will be, or None."""
        deadline = time.monotonic() + seconds
        while not listens(address):
            reason = self.gave_up()
            if reason is None and time.monotonic() > deadline:
                reason = f"it does not listen after {seconds:g} s"
            if reason is not None:
                return reason
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(POLL)  # returns at once when it ends
        return None

    def members(self) -> list[int]:
        """Every process that is there because of it, itself too."""
        found = set(descendants.marked(self._mark))
        return sorted({self._process.pid, *found})

    def settle(self, seconds: float = 0.5) -> None:
        """Give a server that closed a connection the time to end, and to say why."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def end(self) -> None:
        """Ask the group to stop, then kill what is left of it. Nothing of the group survives."""
        try:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(END_SECONDS)
        finally:
            self._signal(signal.SIGKILL)
            self._process.wait()
            descendants.end(self._mark)  # elsewhere than on Linux ``redirect`` keeps Python in its group

    def _signal(self, number: signal.Signals) -> None:
        # The group has the id of its leader; it can outlive it, and the id is not given away before.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)


def _spoken(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


ERROR = re.compile(r"^(?:\S+ - )?(?:[A-Za-z_][\w.]*\.)?[A-Z]\w*(?:Error|Exception|Exit|Warning)\b.*")


CREDENTIALS = re.compile(r"(?<=://)[^/@\s]+(?=@)")
SECRET_NAME = re.compile(r"KEY|TOKEN|SECRET|PASS|PWD|CREDENTIAL|DSN|AUTH", re.IGNORECASE)


def redacted(text: str, environ: Mapping[str, str]) -> str:
    """A line of a log without credentials of addresses and without values of variables that hold secrets."""
    for name, value in environ.items():
        if len(value) >= 6 and SECRET_NAME.search(name):
            text = text.replace(value, "***")
    return CREDENTIALS.sub("***", text)


def telling(log: Sequence[str]) -> str | None:
    """The line of a log that says best what went wrong: the last exception."""
    for line in reversed(log):
        text = line.strip()
        if ERROR.match(text) and "Warning" not in text.split(":")[0]:
            return text[:300]
    for line in reversed(log):
        if "error" in line.lower():
            return line.strip()[:300]
    return None
