"""Files as they would be after edits that nobody made yet.

What reads a file of the project reads it here: while an overlay lies over the disk, its files have the
contents that the overlay gives them, so that edits are tried without a copy of the project. Edits change
files that are there; none comes or goes with an overlay.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

LONGEST_PATH = 4096  # characters; patterns that are longer fit no file, and take their time to be read
MOST = 64 * 1024 * 1024  # bytes of a file that is read whole
CHUNK = 64 * 1024  # bytes that are asked for at once: most files are smaller
FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_OVER: ContextVar[Mapping[str, bytes]] = ContextVar("overlay", default={})  # noqa: B039 (never written to)


@contextmanager
def laid(files: Mapping[str, bytes]) -> Iterator[None]:
    """Files have other contents for the time of the block, over an overlay that is there already.

    :param files: the contents, by the real path of each file
    """
    token = _OVER.set({**_OVER.get(), **files})
    try:
        yield
    finally:
        _OVER.reset(token)


def given(path: str | os.PathLike[str]) -> bytes | None:
    """What the overlay gives a file; None where it leaves it as it is on the disk."""
    over = _OVER.get()
    return over.get(os.path.realpath(path)) if over else None


def read(path: str | os.PathLike[str], most: int = -1) -> bytes:
    """The first ``most`` bytes of a file, or all.

    :raises OSError: it cannot be read, is no regular file (a pipe would be waited for, a device has no end),
        or is larger than anything that people write
    """
    data = given(path)
    if data is not None:
        return data if most < 0 else data[:most]
    file = os.open(path, FLAGS)
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EISDIR if stat.S_ISDIR(status.st_mode) else errno.EINVAL, "is no file", path)
        if most < 0 and status.st_size > MOST:
            raise OSError(errno.EFBIG, f"is larger than {MOST // 1024 // 1024} MB", path)
        return _first(file, MOST if most < 0 else most)
    finally:
        os.close(file)


def _first(file: int, most: int) -> bytes:
    """The first bytes of a file; none that would be waited for, as some of /proc would."""
    parts: list[bytes] = []
    with contextlib.suppress(BlockingIOError):
        while most > 0 and (data := os.read(file, min(most, CHUNK))):
            parts.append(data)
            most -= len(data)
    return b"".join(parts)


def read_text(path: str | os.PathLike[str], errors: str = "strict") -> str:
    """A file in UTF-8, its lines ended by newlines.

    :raises OSError: see ``read``
    :raises UnicodeDecodeError: it is not in UTF-8
    """
    return read(path).decode("utf-8", errors).replace("\r\n", "\n")


def size(path: str | os.PathLike[str]) -> int:
    """How many bytes a file has.

    :raises OSError: it is not there
    """
    data = given(path)
    return os.stat(path).st_size if data is None else len(data)
