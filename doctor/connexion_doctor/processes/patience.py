"""How long is waited for processes: what a busy machine keeps them waiting is not theirs."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from connexion_doctor.foundation.late import dataclass

MOST = 10  # times the seconds that were given, however busy the machine is
LOOK = 0.2  # seconds that a thread is given which could run: it may not have been let for long


@dataclass(frozen=True)
class Thread:
    """What the system tells of a thread (proc(5), ``schedstat``): the seconds in which it ran, and those in
    which it could have and was kept from a processor; these are told only once it runs again. ``ready`` is
    whether it could run now."""

    ran: float
    kept: float
    ready: bool


class Patience:
    """Seconds that processes are given. The time in which the thread that was kept from a processor longest
    was kept from it does not count; where the system does not tell, all of it does.

    :param pids: tells the processes that are waited for
    :param fresh: whether they start only now, so that all that they waited ever counts
    """

    def __init__(self, seconds: float, pids: Callable[[], Iterable[int]], *, fresh: bool = False) -> None:
        self._seconds, self._pids = seconds, pids
        self._begun = time.monotonic()
        self._deadline = self._begun + seconds
        self._first: Mapping[str, Thread] | None = {} if fresh else None
        self._last: Mapping[str, Thread] = {}

    def over(self) -> bool:
        """Whether they had their time. It is asked again and again while nothing happens."""
        if self._first is None:
            self._first = _threads(self._pids())
        now = time.monotonic()
        if now < self._deadline:
            return False
        threads, first = _threads(self._pids()), self._first
        kept = max(
            (one.kept - (first[name].kept if name in first else 0.0) for name, one in threads.items()),
            default=0.0,
        )
        stuck = any(one.ready and self._stands(name, one) for name, one in threads.items())
        self._last = threads
        self._deadline = max(self._begun + self._seconds + kept, now + LOOK if stuck else 0.0)
        self._deadline = min(self._deadline, self._begun + MOST * self._seconds)
        return now >= self._deadline

    def _stands(self, name: str, one: Thread) -> bool:
        """Whether it did not run since the last look; at the first look that is not known."""
        return name not in self._last or self._last[name].ran == one.ran


def _threads(pids: Iterable[int]) -> dict[str, Thread]:
    found: dict[str, Thread] = {}
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            for name in os.listdir(f"/proc/{pid}/task"):
                ran, kept = Path(f"/proc/{pid}/task/{name}/schedstat").read_text("ascii").split()[:2]
                state = Path(f"/proc/{pid}/task/{name}/stat").read_bytes().rpartition(b")")[2].split()[0]
                found[name] = Thread(int(ran) / 1e9, int(kept) / 1e9, state == b"R")
    return found
