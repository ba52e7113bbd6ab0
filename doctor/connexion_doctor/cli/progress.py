"""A sign of life on standard error: in a terminal after a second, elsewhere one line after ten."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from types import TracebackType
from typing import TextIO

PATIENCE = 1.0  # seconds before anything is said
EVERY = 0.5
LONG = 10.0  # seconds before one line is said where lines are kept


class Progress:
    """A context in which the time is told until its end; the line is wiped then.

    :param long: seconds after which one line is said where lines are kept; None: none is
    """

    def __init__(
        self, stream: TextIO | None, what: str, *, patience: float = PATIENCE, long: float | None = None
    ) -> None:
        self._stream, self._what, self._patience, self._long = stream, what, patience, long
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Progress:
        if self._stream is not None:
            wiped = self._stream.isatty() and os.environ.get("TERM") != "dumb"
            if wiped or self._long is not None:
                tell = self._tell if wiped else self._tell_once
                self._thread = threading.Thread(target=tell, daemon=True)
                self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def now(self, what: str) -> None:
        """Something else is being done."""
        self._what = f"connexion-doctor: {what}"

    def _tell_once(self) -> None:
        assert self._stream is not None and self._long is not None
        if not self._done.wait(self._long):
            with contextlib.suppress(OSError, ValueError):  # closed, or nobody reads it
                self._stream.write(f"{self._what}, still at work after {self._long:.0f} s\n")
                self._stream.flush()

    def _tell(self) -> None:
        assert self._stream is not None
        started = time.monotonic()
        if self._done.wait(self._patience):
            return
        while True:
            seconds = time.monotonic() - started
            self._stream.write(f"\r\x1b[K{_fitted(self._what, f' ({seconds:.0f} s)', self._width())}")
            self._stream.flush()
            if self._done.wait(EVERY):
                break
        self._stream.write("\r\x1b[K")
        self._stream.flush()

    def _width(self) -> int:
        """The columns of the terminal but one: of a line that is wrapped, only the end would be wiped."""
        try:
            columns = os.get_terminal_size(self._stream.fileno()).columns if self._stream else 0
        except (OSError, ValueError):
            columns = 0
        return max(columns - 1, 10) if columns else 79


def _fitted(what: str, seconds: str, width: int) -> str:
    """One line of at most that width: without the program's name, or cut, where it would be longer."""
    if len(what + seconds) > width:
        what = what.removeprefix("connexion-doctor: ")
    room = width - len(seconds)
    return (what if len(what) <= room else f"{what[: max(room - 3, 0)]}...") + seconds
