"""Told to stop by a signal, the doctor ends what it started before it goes.

A signal raises nothing at the line it happens to interrupt: it is noted, and wakes up whoever waits. It is
looked at in places of our own: in every wait, and between two steps of long work. There ``Interrupted`` is
raised, and whoever started something ends it on the way out.

Where nobody looks in time, or a second signal comes, everything that was started is ended from the handler
itself, and the process with it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

TAKEN = ("SIGINT", "SIGTERM", "SIGHUP")
NOTICED_WITHIN = 1.5  # seconds, until the signal is looked at
ENDED_WITHIN = 8.0  # seconds, from there until the process ends
HELD_AGAIN = 0.2  # seconds, between two looks at whether files are still being written


class Interrupted(SystemExit):
    """The doctor was told to stop; everything it started is ended on the way out."""


class _State:
    """What came, who is woken up, what must not be torn; one for the process."""

    told = 0  # the number of the first signal that came
    wake: tuple[int, int] | None = None  # a pipe: it can be read once a signal came
    raised = False
    threads = threading.local()  # ``raised``: in this thread
    held = 0
    last: list[Callable[[], None]] = []


def take() -> None:
    """Take the signals that tell a program to stop, for the rest of the process. Those that it was started
    to ignore (``nohup``, a job in the background) stay ignored."""
    if threading.current_thread() is not threading.main_thread() or _State.wake is not None:
        return
    _State.wake = os.pipe()
    if os.name != "nt":
        for end in _State.wake:
            os.set_blocking(end, False)
    for name in TAKEN:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _note)
    if hasattr(signal, "SIGCHLD"):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # where it is ignored, nobody learns how a child ended
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, _overdue)
        atexit.register(_alarm, 0.0)  # Python takes the handlers away before it ends


def at_last(step: Callable[[], None]) -> None:
    """Have ``step`` done when the process has to be ended from the handler. It must not wait for long."""
    _State.last.append(step)


def told() -> bool:
    """Whether the doctor was told to stop."""
    return _State.told != 0


def look() -> None:
    """Come here between two steps of long work. :raises Interrupted: the doctor was told to stop"""
    if not _State.told or _State.held:
        return
    # Once in each thread: what is done on the way out must not be interrupted again.
    if threading.current_thread() is not threading.main_thread():
        if not getattr(_State.threads, "raised", False):
            _State.threads.raised = True
            raise Interrupted(128 + _State.told)
    elif not _State.raised:
        _State.raised = True
        _alarm(ENDED_WITHIN)
        raise Interrupted(128 + _State.told)  # as a shell tells of it


def wait(readers: Sequence[int], seconds: float) -> list[int]:
    """Wait until one of the descriptors can be read; those that can, after ``seconds`` none.

    :raises Interrupted: the doctor was told to stop, before or meanwhile
    """
    look()
    if not hasattr(select, "poll"):  # Windows waits for sockets only
        time.sleep(min(max(seconds, 0.0), 0.01))
        look()
        return list(readers)
    woken = [_State.wake[0]] if _State.wake is not None and not _State.told else []
    poller = select.poll()
    for descriptor in (*readers, *woken):
        poller.register(descriptor, select.POLLIN)
    ready = {descriptor for descriptor, _ in poller.poll(max(seconds, 0.0) * 1000)}
    look()
    return [one for one in readers if one in ready]


def sleep(seconds: float) -> None:
    """Sleep. :raises Interrupted: the doctor was told to stop"""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        wait((), left)
        if told() and left > 0.05:  # on the way out: nothing wakes us up any more
            time.sleep(min(left, 0.05))


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Inside, nothing stops the process: files are being written that belong together."""
    _State.held += 1
    try:
        yield
    finally:
        _State.held -= 1
    look()


def _note(number: int, frame: FrameType | None) -> None:
    if _State.told:
        _alarm(0.01)  # no more patience
        return
    _State.told = number
    if _State.wake is not None:
        with contextlib.suppress(OSError):
            os.write(_State.wake[1], b".")
    _alarm(NOTICED_WITHIN)


def _overdue(number: int, frame: FrameType | None) -> None:
    """Nobody looked, or ending takes too long: end everything from here."""
    if not _State.told:
        return
    if _State.held:
        _alarm(HELD_AGAIN)
        return
    for step in reversed(_State.last):
        with contextlib.suppress(Exception):
            step()
    with contextlib.suppress(OSError):
        os.write(2, b"connexion-doctor: interrupted\n")
    os._exit(128 + _State.told)


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)
