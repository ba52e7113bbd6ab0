"""Processes that left the group they were started in: a daemon, a helper in a session of its own.

They are known by a variable of the environment, which they inherited. Only Linux shows it (proc(5),
``/proc/PID/environ``); elsewhere nothing is found.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
from collections.abc import Iterator

NAME = "CONNEXION_DOCTOR_RUN"
ROUNDS = 20  # a process that is being ended may still start another


def mark() -> dict[str, str]:
    """The variable for the environment of what is started; no two are the same."""
    return {NAME: secrets.token_hex(8)}


def marked(variable: dict[str, str]) -> Iterator[int]:
    """The processes that were started with this variable."""
    wanted = {"=".join(item).encode() for item in variable.items()}
    try:
        entries = os.listdir("/proc")
    except OSError:
        return
    for entry in entries:
        if entry.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{entry}/environ", "rb") as stream:
                if wanted <= set(stream.read().split(b"\0")):
                    yield int(entry)


def end(variable: dict[str, str]) -> None:
    """Kill what was started with this variable, until nothing of it is left."""
    for _ in range(ROUNDS):
        found = list(marked(variable))
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if not found:
            return
