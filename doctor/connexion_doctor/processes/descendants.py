"""Processes that left the group they were started in: a daemon, a helper in a session of its own.

On Linux the doctor adopts them (prctl(2), ``PR_SET_CHILD_SUBREAPER``): whoever loses its parent becomes a
child of the doctor, whatever it did to its session and its environment. Where the doctor is a guest in
another program it adopts nobody; then they are known by a variable of the environment, which they inherited
(proc(5), ``/proc/PID/environ``). Elsewhere nothing is found.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator, Set

NAME = "CONNEXION_DOCTOR_RUN"
ROUNDS = 20  # a process that is being ended may still start another
SECONDS = 3.0  # for all that was started to be gone
_PR_SET_CHILD_SUBREAPER = 36


class _State:
    wanted = False
    adopts = False
    before: frozenset[int] = frozenset()  # children from before: of the program that became the doctor


def want() -> None:
    """From the first process on that is started, what loses its parent shall be a child of this one."""
    _State.wanted = True


def adopt(started: int) -> None:
    """Have it so, where it is wanted and the system can do that. Called when ``started`` was started just
    now: it comes up meanwhile."""
    if not _State.wanted:
        return
    _State.wanted = False
    with contextlib.suppress(Exception):  # no ctypes, another libc, not Linux
        found = children()
        import ctypes

        done = ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
        _State.adopts = done and found is not None
        _State.before = frozenset(found or ()) - {started}


def adopts() -> bool:
    """Whether this process adopts what loses its parent."""
    return _State.adopts


def mark() -> dict[str, str]:
    """The variable for the environment of what is started; no two are the same."""
    return {NAME: os.urandom(8).hex()}


def marked(variable: dict[str, str]) -> Iterator[int]:
    """The processes that were started with this variable."""
    wanted = {"=".join(item).encode() for item in variable.items()}
    for entry in _listed("/proc"):
        if entry.isdigit() and wanted <= _environment(int(entry)):
            yield int(entry)


def end(variable: dict[str, str], others: Set[int], shared: Set[str] = frozenset()) -> None:
    """Kill what was started with this variable, until nothing of it is left.

    :param others: children of ours that are not to be touched
    :param shared: the values of the variable that others who are at work were started with
    """
    if not _State.adopts:
        _end_marked(variable)
        return
    deadline = time.monotonic() + SECONDS
    while (found := list(_adopted(others, shared))) and time.monotonic() < deadline:
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        for pid in found:
            _reap(pid)


def children() -> list[int] | None:
    """The children of this process, of all its threads; None where the system does not tell."""
    found: list[int] = []
    try:
        for thread in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{thread}/children", "rb") as stream:
                found += map(int, stream.read().split())
    except (OSError, ValueError):
        return None
    return found


def alive(pid: int) -> bool:
    """Whether a process runs: a dead one that nobody has asked about does not."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as stream:
            return stream.read().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except (OSError, IndexError):
        pass
    if os.path.exists("/proc/self/stat"):
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _adopted(others: Set[int], shared: Set[str]) -> Iterator[int]:
    """Children that we did not start: in another session than ours, for what we start is."""
    own = os.getsid(0)
    for pid in children() or ():
        if pid in others or pid in _State.before:
            continue
        with contextlib.suppress(OSError):
            if os.getsid(pid) == own:
                continue
        if shared and {f"{NAME}={value}".encode() for value in shared} & _environment(pid):
            continue
        yield pid


def _reap(pid: int) -> None:
    """Take the end of a process that was killed, for as long as that may take and no longer."""
    deadline = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        try:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return
        except ChildProcessError:
            return
        time.sleep(0.002)


def _end_marked(variable: dict[str, str]) -> None:
    for _ in range(ROUNDS):
        found = list(marked(variable))
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if not found:
            return


def _environment(pid: int) -> set[bytes]:
    try:
        with open(f"/proc/{pid}/environ", "rb") as stream:
            return set(stream.read().split(b"\0"))
    except OSError:
        return set()


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
