"""The agent's own way out: JSON lines appended to a file that is opened by path for each record.

The app may close every descriptor, replace ``sys.stdout``, ``open`` or ``os._exit``, change the
directory, or fork; so everything needed is bound here before any of its code runs, the path is
absolute, and a forked copy of this process writes nothing.
"""

from __future__ import annotations

import json
import os
from typing import Any

_open, _write, _close, _getpid, _exit = os.open, os.write, os.close, os.getpid, os._exit
_encode = json.JSONEncoder(skipkeys=True, ensure_ascii=False, default=lambda value: str(type(value))).encode
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT


class Channel:
    """Writes records for the doctor; ``end`` leaves the process."""

    def __init__(self, path: str) -> None:
        self._path = os.path.abspath(path)
        self._pid = _getpid()

    def emit(self, event: str, **fields: Any) -> None:
        """Append one record. A copy of this process made by the app's own fork ends here instead."""
        if _getpid() != self._pid:
            _exit(0)
        fields["event"] = event
        line = (_encode(fields) + "\n").encode("utf-8", "replace")  # lone surrogates become "?"
        descriptor = _open(self._path, _FLAGS, 0o600)
        try:
            while line:
                line = line[_write(descriptor, line) :]
        finally:
            _close(descriptor)

    def end(self) -> None:
        """Leave at once: no exit handlers, no waiting for the app's threads."""
        _exit(0)
