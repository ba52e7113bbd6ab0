"""The files of a project, each read once as far as memory allows."""

from __future__ import annotations

import os
from pathlib import Path

from connexion_doctor.model import overlay
from connexion_doctor.model.source import MOST_BYTES
from connexion_doctor.python.module import Unread

MOST_KEPT = 32 * 1024 * 1024  # bytes of all files together; what is more is read again


class Contents:
    """The bytes of files by the path that reports show.

    :param mark: bytes that somebody will look for in every file
    """

    def __init__(self, root: Path, mark: bytes = b"") -> None:
        self.root = root
        self._unread: dict[str, Unread] = {}
        self._marked: dict[str, bool] = {}
        self._mark = mark
        self._kept: dict[str, bytes] = {}
        self._room = MOST_KEPT

    @property
    def unread(self) -> list[Unread]:
        """The files that could not be read."""
        return list(self._unread.values())

    def of(self, path: str) -> bytes | None:
        """The bytes of a file; None, and a note, where it cannot be read."""
        data = self._kept.get(path)
        if data is not None:
            return data
        try:
            data = overlay.read(os.path.join(self.root, path), MOST_BYTES + 1)
        except OSError as error:
            self._note(path, error.strerror or "cannot be read")
            return None
        if len(data) > MOST_BYTES:
            self._note(path, "larger than 4 MB")
            return None
        self._marked[path] = self._mark in data
        self._room -= len(data)
        if self._room >= 0:
            self._kept[path] = data
        return data

    def has_mark(self, path: str) -> bool:
        """Whether the mark stands in a file; read only where nobody has read it yet."""
        if path not in self._marked:
            self.of(path)
        return self._marked.get(path, False)

    def _note(self, path: str, why: str) -> None:
        self._unread[path] = Unread(path, why)
