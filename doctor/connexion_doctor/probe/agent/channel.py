"""The agent's own way out: JSON lines appended to a file that is opened by path for each record.

The app may close every descriptor, replace ``sys.stdout``, ``open`` or ``os._exit``, change the
directory, or fork; so everything needed is bound here before any of its code runs, the path is
absolute, and a forked copy of this process writes nothing.
"""

from __future__ import annotations

import json
import os
from typing import Any

_open, _read, _write, _close, _exit = os.open, os.read, os.write, os.close, os._exit
_getpid, _getppid = os.getpid, os.getppid
_encode = json.JSONEncoder(skipkeys=True, ensure_ascii=False, default=lambda value: str(type(value))).encode
_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT
_READ = os.O_RDONLY
EXITING = 0x4  # PF_EXITING of include/linux/sched.h


class Channel:
    """Writes records for the doctor; ``end`` leaves the process."""

    def __init__(self, path: str) -> None:
        self._path = os.path.abspath(path)
        self._pid, self._parent = _getpid(), _getppid()

    def emit(self, event: str, **fields: Any) -> None:
        """Append one record. A copy of this process made by the app's own fork ends here instead."""
        if _getpid() != self._pid:
            _exit(0)
        fields["event"] = event
        if self._is_alone():
            fields["alone"] = True
        line = (_encode(fields) + "\n").encode("utf-8", "replace")  # lone surrogates become "?"
        descriptor = _open(self._path, _FLAGS, 0o600)
        try:
            while line:
                line = line[_write(descriptor, line) :]
        finally:
            _close(descriptor)

    def _is_alone(self) -> bool:
        """Whether the app ended the parent, or has sent it a signal that it will end by as soon as the system
        lets it run, or is ending by (proc(5), ``/proc/PID/status`` and ``stat``)."""
        if _getppid() != self._parent:
            return True
        status, stat = self._of_parent("status"), self._of_parent("stat")
        pending = [line for line in status.splitlines() if line.startswith((b"SigPnd:", b"ShdPnd:"))]
        if any(line.split()[-1].strip(b"0") for line in pending):
            return True
        state = stat.rpartition(b")")[2].split()  # behind the name: state, parent, ..., and at 6 the flags
        return len(state) > 6 and (state[0] in (b"Z", b"X") or bool(int(state[6]) & EXITING))

    def _of_parent(self, name: str) -> bytes:
        try:
            descriptor = _open(f"/proc/{self._parent}/{name}", _READ)
        except OSError:  # not Linux
            return b""
        try:
            return _read(descriptor, 8192)
        finally:
            _close(descriptor)

    def end(self) -> None:
        """Leave at once: no exit handlers, no waiting for the app's threads."""
        _exit(0)
