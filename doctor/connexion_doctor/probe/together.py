"""Several probes at once, where there are several processors and memory for them.

Apps of one folder are asked one after the other: they may hold the same port, or the same file, while they
are imported, and one would be blamed for the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.probe.client import POLL, Answers, Probe, ProbeError

MOST = 8
MEMORY = 600 * 1024 * 1024  # bytes that an app may well take


@dataclass(frozen=True)
class Job:
    """A request for a probe of its own. Those with the same ``apart`` are not made at once."""

    start: Callable[[], Probe]
    request: Mapping[str, Any]
    timeout: float
    on_hello: Callable[[dict[str, Any]], None]
    apart: str


def ask_all(jobs: Sequence[Job]) -> Generator[tuple[int, Answers | ProbeError], None, None]:
    """The number of each job with what its probe said, as they end; all are ended when this is closed."""
    most = min(at_once(), len(jobs))
    waiting = list(enumerate(jobs))
    running: dict[int, Probe] = {}
    try:
        while waiting or running:
            for index, job in list(waiting):
                busy = {jobs[one].apart for one in running}
                if len(running) >= most or job.apart in busy:
                    continue
                waiting.remove((index, job))
                try:
                    running[index] = probe = job.start()
                    probe.begin(job.request, job.timeout, job.on_hello, most)
                except ProbeError as exc:
                    running.pop(index, None)
                    yield index, exc
            for index, probe in list(running.items()):
                try:
                    answers: Answers | ProbeError | None = probe.step(POLL / len(running))
                except ProbeError as exc:
                    answers = exc
                if answers is not None:
                    del running[index]
                    yield index, answers
    finally:
        for probe in running.values():
            probe.close()


def at_once() -> int:
    """How many probes may run at once: one a processor, as far as the free memory reaches."""
    try:
        processors = len(os.sched_getaffinity(0))
    except AttributeError:
        processors = os.cpu_count() or 1
    try:
        free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        free = 2 * MEMORY
    return max(1, min(MOST, processors, free // MEMORY))
