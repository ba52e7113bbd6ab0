"""Files as they stand on the disk: read for an edit, written back whole or not at all."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import tokenize
from collections.abc import Iterator, Sequence
from pathlib import Path

from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import overlay
from connexion_doctor.processes import signals

BOM = b"\xef\xbb\xbf"


class Untouchable(Exception):
    """A file must not, or cannot, be edited; the message says why."""


@dataclass(frozen=True)
class File:
    """A file's bytes, and how they are read as the text that the edits were made for.

    ``path`` is the file itself: symbolic links are followed, so that they stay links.
    """

    path: Path
    data: bytes
    encoding: str

    @property
    def text(self) -> str:
        """The text without a byte order mark."""
        return self.data[len(self.mark) :].decode(self.encoding)

    @property
    def mark(self) -> bytes:
        """The byte order mark, where there is one."""
        return BOM if self.encoding == "utf-8" and self.data.startswith(BOM) else b""

    def encoded(self, text: str) -> bytes:
        """The bytes of another text for this file.

        :raises Untouchable: the file's encoding has not all of its characters
        """
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as exc:
            raise Untouchable(f"its encoding, {self.encoding}, cannot say {exc.object[exc.start]!r}") from exc


def open_for_edit(root: Path, shown: str, expected: str) -> File:
    """The file that locations name ``shown``.

    :param expected: its text when it was diagnosed
    :raises Untouchable: it lies outside the project (or what it links to does), cannot be written, or changed
        since then
    """
    path = root / shown
    if Path(shown).is_absolute() or ".." in Path(shown).parts:
        raise Untouchable("it lies outside the project")
    try:
        real = path.resolve(strict=True)
        data = overlay.read(real)
    except OSError as exc:
        raise Untouchable(f"it cannot be read: {exc.strerror or exc}") from exc
    if not real.is_relative_to(root.resolve()):
        raise Untouchable("it lies outside the project, behind a link")
    if not os.access(real.parent, os.W_OK) or not os.access(real, os.W_OK):
        raise Untouchable("it cannot be written")
    for encoding in _encodings(data):
        with contextlib.suppress(UnicodeDecodeError, LookupError):
            file = File(real, data, encoding)
            if file.text == expected:
                return file
    raise Untouchable("it changed since it was read")


def _encodings(data: bytes) -> Iterator[str]:
    """UTF-8, then what Python's own rules make of it (PEP 263)."""
    yield "utf-8"
    with contextlib.suppress(SyntaxError, UnicodeDecodeError):
        declared, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        yield declared


def replace_all(changes: Sequence[tuple[File, bytes]]) -> None:
    """Give every file its new content, or leave all as they are.

    New content is written beside each file and moved over it, so that a reader sees the old or the new
    file and nothing between. Mode and owner stay; so does every other name of a symbolic link's target.

    :raises Untouchable: a file changed in the meantime; nothing was changed
    :raises OSError: writing failed; what had been changed is back as it was
    """
    staged: list[tuple[File, Path]] = []
    moved: list[File] = []
    try:
        for file, data in changes:
            staged.append((file, _stage(file, data)))
        for file, _ in staged:
            if file.path.read_bytes() != file.data:
                raise Untouchable(f"{file.path.name} changed since it was read")
        with signals.held():
            for file, temporary in staged:
                moved.append(file)
                temporary.replace(file.path)
            moved = []  # all of them: this stays
    except BaseException:
        _back(moved, {file.path: data for file, data in changes})
        raise
    finally:
        for _, temporary in staged:
            temporary.unlink(missing_ok=True)
    for folder in {file.path.parent for file, _ in changes}:
        _sync_folder(folder)


def _stage(file: File, data: bytes) -> Path:
    """A new file beside ``file`` with its mode and owner, safely on the disk."""
    status = file.path.stat()
    descriptor, name = tempfile.mkstemp(prefix=f".{file.path.name}.", suffix=".new", dir=file.path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            # The owner first: changing it takes set-id bits off.
            with contextlib.suppress(OSError):
                os.fchown(stream.fileno(), status.st_uid, status.st_gid)
            os.fchmod(stream.fileno(), status.st_mode & 0o7777)
            os.fsync(stream.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _back(moved: Sequence[File], written: dict[Path, bytes]) -> None:
    """Undo moves. A file that is not what we wrote was not moved, or is somebody else's by now."""
    for file in moved:
        with contextlib.suppress(OSError):
            if file.path.read_bytes() == written[file.path]:
                _stage(file, file.data).replace(file.path)


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
