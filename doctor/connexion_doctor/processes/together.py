"""Work done at the same time: several functions, each in a thread. Told to stop, nobody waits for them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from connexion_doctor.processes import signals

R = TypeVar("R")
LOOK = 60.0  # seconds between two looks, where nothing happens


class Job(Generic[R]):
    """A function that runs beside us. As a context manager it is at its end when the block is left, unless
    the doctor was told to stop: then what it started is ended, and with that the thread.

    :param work: it calls ``signals.look`` between its steps, or waits as ``signals`` does
    """

    def __init__(self, work: Callable[[], R]) -> None:
        self._work = work
        self._reads: int | None
        self._reads, self._writes = os.pipe()
        self._value: list[R] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Job[R]:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        if kind is None or not issubclass(kind, signals.Interrupted):
            self.wait()

    def _run(self) -> None:
        try:
            self._value.append(self._work())
        except BaseException as exc:  # raised where the result is asked for
            self._error = exc
        finally:
            os.close(self._writes)  # now the other end can be read

    def wait(self) -> None:
        """Wait for its end. :raises Interrupted: the doctor was told to stop"""
        if self._reads is None:
            return
        while self._thread.is_alive() and not signals.wait((self._reads,), LOOK):
            pass
        self._thread.join()
        os.close(self._reads)
        self._reads = None

    def result(self) -> R:
        """What the function returned.

        :raises Exception: what it raised
        :raises Interrupted: the doctor was told to stop
        """
        self.wait()
        if self._error is not None:
            raise self._error
        return self._value[0]


def together(*work: Callable[[], R]) -> list[R]:
    """What the functions return, in their order; all are at their end then.

    :raises Exception: what the first one of them raised
    :raises Interrupted: the doctor was told to stop
    """
    jobs = [Job(one) for one in work]
    for job in jobs:
        job.wait()
    return [job.result() for job in jobs]
