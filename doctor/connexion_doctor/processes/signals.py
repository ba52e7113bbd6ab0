"""Told to stop by a signal, the doctor ends what it started before it goes."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn


class Interrupted(SystemExit):
    """The doctor was told to stop; everything it started is ended on the way out."""


@contextlib.contextmanager
def signals_end_it() -> Iterator[None]:
    """Inside, SIGTERM and SIGHUP raise ``Interrupted``, as Ctrl-C raises ``KeyboardInterrupt``: whoever
    started something gets to end it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> NoReturn:
        raise Interrupted(128 + number)  # as a shell tells of it

    kept = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
