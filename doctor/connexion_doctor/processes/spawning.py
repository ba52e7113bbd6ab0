"""How a process comes up: in a session of its own, what it prints in a pipe or in a file.

The probe is what a run waits for, and it is started before anything else is imported. ``posix_spawn`` is at
hand then, and ``subprocess`` is not; but it starts in the working directory alone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence

from connexion_doctor.foundation.late import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

GUARD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "guard.py")
RESTORED = ("SIGPIPE", "SIGXFZ", "SIGXFSZ")  # Python ignores them; what is started shall not


class Started:
    """A process, and our ends of its pipes.

    :param popen: of ``subprocess``, which started it where the other way could not
    """

    def __init__(self, pid: int, popen: subprocess.Popen[bytes] | None = None) -> None:
        self.pid, self.popen = pid, popen
        self.stdin: int | None = None
        self.stdout: int | None = None

    def close_input(self) -> None:
        """Say that nothing more comes on its standard input."""
        if self.stdin is not None:
            _close(self.stdin)
            self.stdin = None

    def close(self) -> None:
        """Close our ends of its pipes."""
        self.close_input()
        if self.stdout is not None:
            _close(self.stdout)
            self.stdout = None


def start(
    words: Sequence[str],
    directory: str,
    environ: Mapping[str, str],
    *,
    output: Path | None,
    asked: bool,
    guarded: bool,
) -> Started:
    """Start a process; see ``child.Child``.

    :raises OSError: it cannot be started
    """
    ours, theirs = [], []
    try:
        if asked:
            reads, writes = os.pipe()
            theirs.append(reads)
            ours.append(writes)
        else:
            theirs.append(os.open(os.devnull, os.O_RDONLY))
        if output is None:
            reads, writes = os.pipe()
            theirs.append(writes)
            ours.append(reads)
        else:
            theirs.append(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666))
        way = _guarded if guarded and hasattr(os, "fork") else _started
        started = way(words, directory, environ, theirs[0], theirs[1])
    except BaseException:
        for one in ours:
            _close(one)
        raise
    finally:
        for one in theirs:
            _close(one)
    if output is None:
        started.stdout = ours.pop()
    if asked:
        started.stdin = ours.pop()
    return started


def _started(
    words: Sequence[str], directory: str, environ: Mapping[str, str], stdin: int, stdout: int
) -> Started:
    if (
        hasattr(os, "posix_spawn")
        and os.path.isabs(words[0])
        and min(stdin, stdout) > 2
        and _is_here(directory)
    ):
        try:
            return _spawned(words, environ, stdin, stdout)
        except NotImplementedError:  # by this system's library, a session of its own
            pass
        except OSError as exc:
            if exc.errno != errno.EBADF:  # a descriptor above a limit that was set later: it cannot be closed
                raise
    return _plain(words, directory, environ, stdin, stdout)


def _is_here(directory: str) -> bool:
    try:
        return directory == os.getcwd()
    except OSError:  # it is not there any more
        return False


def _spawned(words: Sequence[str], environ: Mapping[str, str], stdin: int, stdout: int) -> Started:
    actions: list[tuple[int, ...]] = [(os.POSIX_SPAWN_CLOSE, one) for one in _inheritable()]
    actions += [(os.POSIX_SPAWN_DUP2, one, at) for at, one in enumerate((stdin, stdout, stdout))]
    restored = [getattr(signal, name) for name in RESTORED if hasattr(signal, name)]
    return Started(
        os.posix_spawn(words[0], list(words), environ, file_actions=actions, setsid=True, setsigdef=restored)
    )


def _inheritable() -> Iterator[int]:
    """What the doctor was given beside the standard streams is nobody else's."""
    with contextlib.suppress(OSError):
        for name in os.listdir("/dev/fd"):
            with contextlib.suppress(OSError, ValueError):
                if int(name) > 2 and os.get_inheritable(int(name)):
                    yield int(name)


def _plain(
    words: Sequence[str],
    directory: str,
    environ: Mapping[str, str],
    stdin: int,
    stdout: int,
    kept: Sequence[int] = (),
) -> Started:
    import subprocess

    popen = subprocess.Popen(
        words,
        cwd=directory,
        env=environ,
        stdin=stdin,
        stdout=stdout,
        stderr=stdout,
        start_new_session=True,
        pass_fds=kept,
    )
    return Started(popen.pid, popen)


def _guarded(
    words: Sequence[str], directory: str, environ: Mapping[str, str], stdin: int, stdout: int
) -> Started:
    """Start the guard, and learn from it whether the words could be started."""
    reads, writes = os.pipe()
    try:
        program = [sys.executable, "-I", "-S", GUARD, str(writes), *words]
        started = _plain(program, directory, environ, stdin, stdout, (writes,))
    except BaseException:
        os.close(reads)
        raise
    finally:
        os.close(writes)
    with os.fdopen(reads, "rb") as stream:
        told = stream.read()
    if told:
        assert started.popen is not None
        started.popen.kill()
        started.popen.wait()
        raise OSError(int(told), os.strerror(int(told)))
    return started


def _close(descriptor: int) -> None:
    with contextlib.suppress(OSError):
        os.close(descriptor)
