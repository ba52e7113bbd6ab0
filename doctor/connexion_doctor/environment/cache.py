"""Where environments that the doctor builds are kept: the user's cache folder, within a bound."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from connexion_doctor.environment.user_cache import user_cache
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.processes import scratch_folder

MOST_BYTES = 4 * 1024**3  # of all environments together; the ones that were not used for longest go first
COMPLETE = "connexion-doctor-complete"  # a file in an environment that was built to its end: its size


@dataclass(frozen=True)
class Kept:
    """An environment in the cache: its folder, its size in bytes, when it was used last."""

    folder: Path
    size: int
    used: float


def place(environ: dict[str, str] | None = None) -> Path:
    """The folder: ``$XDG_CACHE_HOME/connexion-doctor/built``, or what the system has in its place."""
    return user_cache(environ) / "built"


def kept() -> list[Kept]:
    """All environments that are whole, the one used last first."""
    found = []
    with contextlib.suppress(OSError):
        for folder in place().iterdir():
            mark = folder / COMPLETE
            with contextlib.suppress(OSError, ValueError):
                found.append(Kept(folder, int(mark.read_text()), mark.stat().st_mtime))
    return sorted(found, key=lambda one: -one.used)


def is_complete(folder: Path) -> bool:
    """Whether an environment was built to its end; it counts as used now."""
    try:
        os.utime(folder / COMPLETE)
    except OSError:
        return False
    return True


def completed(folder: Path) -> None:
    """An environment was built to its end: others go where all together are too large."""
    (folder / COMPLETE).write_text(str(_size(folder)))
    room = MOST_BYTES
    for one in kept():
        room -= one.size
        if room < 0 and one.folder != folder:
            scratch_folder.remove(one.folder)


def clean() -> tuple[int, int]:
    """Remove everything; how many environments that were, and how many bytes."""
    found = kept()
    scratch_folder.remove(place())
    return len(found), sum(one.size for one in found)


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Nobody else builds this environment meanwhile.

    :raises OSError: the cache cannot be written
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    from connexion_doctor.processes import signals

    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                signals.sleep(0.2)
        yield


def _size(folder: Path) -> int:
    total = 0
    for above, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(above, name)).st_size
    return total


def spoken(size: int) -> str:
    """A size for people."""
    return f"{size / 1024**2:,.0f} MB"


__all__ = ["Kept", "clean", "completed", "held", "is_complete", "kept", "place", "spoken"]
