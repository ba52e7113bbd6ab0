"""Work done in a copy of this process, beside it: it knows all that we know, and only its result is sent.

Threads would take turns: what reads and judges is Python. The copy starts no process, runs nothing of a
project, and needs nothing that another thread holds: here the others only wait. Where no copy can be made, or
what it sent is not whole, the work is done here when it is asked for.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import signal
import warnings
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any, Generic, NoReturn, TypeVar

from connexion_doctor.foundation.late import written
from connexion_doctor.processes import signals

R = TypeVar("R")
T = TypeVar("T")
LOOK = 60.0  # seconds between two looks, where nothing comes
CHUNK = 1 << 16
_running: set[int] = set()  # the copies that are at work


class Beside(Generic[R]):
    """A function that is called in a copy of this process. Use it as a context manager: leaving it ends the
    copy.

    :param work: what it returns can be pickled
    """

    def __init__(self, work: Callable[[], R]) -> None:
        self._work = work
        self._copy: tuple[int, int] | None = None  # its process, and what is read from it
        if hasattr(os, "fork"):
            with contextlib.suppress(OSError):  # no process, no descriptor left
                self._copy = _started(work)

    def __enter__(self) -> Beside[R]:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._copy is not None:
            process, reads = self._copy
            self._copy = None
            os.close(reads)
            _end(process)

    def result(self) -> R:
        """What the function returned.

        :raises Exception: what it raised
        :raises Interrupted: the doctor was told to stop
        """
        if self._copy is not None:
            sent = _all_of(self._copy[1])
            with self, contextlib.suppress(Exception):
                made: R = _Sent(io.BytesIO(sent)).load()
                return made
        return self._work()


def shared_out(work: Callable[[Sequence[T]], R], items: Sequence[T], parts: int) -> list[R]:
    """What a function returns for each of so many parts of the items, in order: the first is worked on here,
    the others in copies.

    :param work: what it returns can be pickled
    :raises Exception: what the function raised
    :raises Interrupted: the doctor was told to stop
    """
    bounds = [len(items) * at // parts for at in range(parts + 1)]
    first, *others = (items[low:high] for low, high in zip(bounds, bounds[1:], strict=False))
    with ExitStack() as ended:
        copies = [ended.enter_context(Beside(partial(work, one))) for one in others]
        return [work(first), *(one.result() for one in copies)]


class _Sent(pickle.Unpickler):
    """Objects as they are here: the copy may have made the first of their class (``foundation.late``)."""

    def find_class(self, module: str, name: str, /) -> Any:
        """What a name stands for, data classes with their methods."""
        found = super().find_class(module, name)
        return written(found) if isinstance(found, type) else found


def _started(work: Callable[[], R]) -> tuple[int, int]:
    reads, writes = os.pipe()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of threads (Python 3.12)
            process = os.fork()
    except OSError:
        os.close(reads)
        os.close(writes)
        raise
    if process == 0:
        _be_the_copy(work, writes)
    _running.add(process)
    os.close(writes)
    return process, reads


def _end(process: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    _running.discard(process)


def end_all() -> None:
    """End the copies, where the process has to be ended from the handler of a signal."""
    for process in tuple(_running):
        _end(process)


def _be_the_copy(work: Callable[[], object], writes: int) -> NoReturn:
    """Do the work and end, whatever happens: what this process has to tidy up is not ours."""
    _running.clear()  # those are another's
    try:
        for name in signals.TAKEN:
            number = getattr(signal, name)
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        with open(writes, "wb") as stream:
            stream.write(pickle.dumps(work(), pickle.HIGHEST_PROTOCOL))
    finally:
        os._exit(0)


def _all_of(reads: int) -> bytes:
    found = bytearray()
    while True:
        if signals.wait((reads,), LOOK):
            data = os.read(reads, CHUNK)
            if not data:
                return bytes(found)
            found += data


signals.at_last(end_all)
