"""The folder of one run: everything that the doctor writes for itself lies in it.

It is made first and removed last. What a run left that was killed is removed by the next: a run holds a lock
in its folder for as long as it lives. The probe waits for this module: it works without ``pathlib``.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import itertools
import os
import stat
import threading
import time
from collections.abc import Iterator

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import TYPE_CHECKING
from connexion_doctor.processes import signals

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "connexion-doctor-run-"
OF_A_USER = late.pattern(r"connexion-doctor-[a-z]+-[0-9a-f]{8}")  # what ``for_the_user`` makes
LOCK = "lock"
TRIES, BETWEEN = 10, 0.03  # to remove it, and the seconds between two
UNLOCKED = 300.0  # seconds, after which a folder without a lock is nobody's


class NoFolder(OSError):
    """There is nowhere to write temporary files; the message says why."""


class _State:
    folder: str | None = None
    lock: int | None = None
    owner = 0  # a copy of this process removes nothing
    over = 0  # the process whose run is over: its threads that work on make no folder any more
    numbers = itertools.count()
    unfinished: dict[str, int | None] = {}  # what the user will want, once it is whole, with its lock


def new(purpose: str) -> Path:
    """A new folder for a purpose, in the folder of this run. Whoever asked removes it.

    :raises NoFolder: no temporary file can be written
    """
    from pathlib import Path

    return Path(made(purpose))


def made(purpose: str) -> str:
    """The path of a new folder; see ``new``."""
    if _State.over == os.getpid() and threading.current_thread() is not threading.main_thread():
        raise NoFolder(errno.ECANCELED, "no temporary folder is made any more: the run is over")
    folder = _State.folder
    if folder is None or _State.owner != os.getpid():
        folder = _made()
    path = os.path.join(folder, f"{purpose}-{next(_State.numbers)}")
    try:
        os.mkdir(path, 0o700)
    except OSError as exc:
        raise NoFolder(exc.errno, f"no temporary folder can be made in {folder}: {exc.strerror}") from exc
    return path


def for_the_user(purpose: str) -> Path:
    """A new folder for what the user wants to look at: it goes with the run, however that ends, unless
    ``keep`` is called for it.

    :raises NoFolder: no temporary file can be written
    """
    from pathlib import Path

    if _State.folder is None or _State.owner != os.getpid():
        _made()
    why = OSError("there is no such folder")
    for above in _places():
        path = os.path.join(above, f"connexion-doctor-{purpose}-{os.urandom(4).hex()}")
        try:
            os.mkdir(path, 0o700)
        except OSError as exc:
            why = exc
            continue
        _State.unfinished[path] = _locked(os.path.join(path, LOCK))
        return Path(path)
    raise NoFolder(why.errno, f"no folder can be made ({why.strerror or why}); TMPDIR may name a place")


def keep(path: Path) -> None:
    """What ``for_the_user`` made stays when the run is over; any other folder is left alone."""
    if str(path) in _State.unfinished:
        _unlock(_State.unfinished.pop(str(path)))
        with contextlib.suppress(OSError):
            (path / LOCK).unlink()


@contextlib.contextmanager
def folder(purpose: str) -> Iterator[Path]:
    """A new folder, gone when the block is left.

    :raises NoFolder: no temporary file can be written
    """
    path = new(purpose)
    try:
        yield path
    finally:
        remove(path)


def remove(path: str | Path) -> None:
    """Remove a folder with all that is in it, read-only folders too; what cannot be removed stays."""
    with contextlib.suppress(OSError):
        _empty(path)
        os.rmdir(path)


def _empty(path: str | Path) -> None:
    try:
        entries = list(os.scandir(path))
    except PermissionError:
        os.chmod(path, stat.S_IRWXU)
        entries = list(os.scandir(path))
    for entry in entries:
        with contextlib.suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                remove(entry.path)
                continue
            try:
                os.unlink(entry.path)
            except PermissionError:  # the folder is read-only
                os.chmod(path, stat.S_IRWXU)
                os.unlink(entry.path)


def remove_all() -> None:
    """Remove the folder of this run, and those that killed runs left. A second signal comes here again, from
    where it is at work: nothing is forgotten before it is gone."""
    mine, lock = _State.folder, _State.lock
    if mine is None or _State.owner != os.getpid():
        return
    _State.over = os.getpid()
    there = [mine, *_State.unfinished]
    for _ in range(TRIES):  # a thread, or a process that was just killed, may have written there meanwhile
        for path in there:
            remove(path)
        there = [path for path in there if os.path.lexists(path)]
        if not there:
            break
        time.sleep(BETWEEN)
    _State.folder = _State.lock = None
    for each in (lock, *_State.unfinished.values()):
        _unlock(each)
    _State.unfinished.clear()
    _remove_left(os.path.dirname(mine))


def _unlock(lock: int | None) -> None:
    if lock is not None:
        with contextlib.suppress(OSError):
            os.close(lock)


def _made() -> str:
    folder, lock, why = None, None, OSError("there is no such folder")
    for above in _places():
        path = os.path.join(above, f"{PREFIX}{os.urandom(6).hex()}")
        making = os.path.join(path, f"{LOCK}-to-be")
        try:
            os.mkdir(path, 0o700)
            with open(making, "wb") as stream:
                stream.write(b"-")  # a full disk lets make folders
            lock = _locked(making)
            # Held already: another run takes a lock that nobody holds for left over.
            os.rename(making, os.path.join(path, LOCK))
            folder = path
            break
        except OSError as exc:
            why = exc
            remove(path)
    if folder is None:
        raise NoFolder(
            why.errno, f"no temporary folder can be made ({why.strerror or why}); TMPDIR may name a place"
        )
    _State.folder, _State.owner, _State.lock = folder, os.getpid(), lock
    atexit.register(remove_all)
    signals.at_last(remove_all)
    return folder


def _places() -> list[str]:
    """Where temporary files go, as ``tempfile`` has it, which would take its time to import. The working
    directory is none of them: it is the project's."""
    if os.name == "nt":
        import tempfile

        return [tempfile.gettempdir()]
    named = [os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP")]
    return [os.path.abspath(one) for one in (*named, "/tmp", "/var/tmp", "/usr/tmp") if one]


def _locked(path: str) -> int | None:
    """A descriptor that holds the lock of a folder; None where it is held, or there are no locks."""
    try:
        import fcntl
    except ImportError:
        return None
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _remove_left(above: str) -> None:
    """Remove what killed runs of this user left."""
    with contextlib.suppress(OSError), os.scandir(above) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) or OF_A_USER.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    _remove_one(entry)


def _remove_one(entry: os.DirEntry[str]) -> None:
    if not hasattr(os, "getuid") or not entry.is_dir(follow_symlinks=False):
        return
    status, path = entry.stat(follow_symlinks=False), entry.path
    if status.st_uid != os.getuid():
        return
    lock = os.path.join(path, LOCK)
    if not os.path.exists(lock):
        if entry.name.startswith(PREFIX) and time.time() - status.st_mtime > UNLOCKED:
            remove(path)
        return
    descriptor = _locked(lock)
    if descriptor is not None:
        remove(path)
        os.close(descriptor)
