"""A process that the doctor starts: in a session of its own, waited for and ended without being blocked.

Every process of the doctor is one of these. Ending one never waits without a limit: the group is killed, its
end is taken as soon as the system gives it, and what left the group is ended too (``descendants``).
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from connexion_doctor.foundation.late import TYPE_CHECKING, dataclass
from connexion_doctor.processes import descendants, signals, spawning

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path
POLL = 0.01  # seconds between two looks, where no descriptor tells of a process's end
REAP_SECONDS = 5.0  # for the system to end what was killed
KILLED = 9  # SIGKILL, which Windows does not name
HURRY = 0.3  # seconds that a process has to stop by itself, when the doctor was told to stop


@dataclass(frozen=True)
class Done:
    """How a process ended (a negative ``code`` is a signal; None: its time was up), and the last of what it
    printed."""

    code: int | None
    output: str


class Child:
    """A running process. Use it as a context manager: leaving it ends the process and all that it started.

    :param words: what is executed
    :param environ: its whole environment
    :param output: a file for what it prints on both streams; None makes ``stdout`` the pipe to read it from
    :param asked: make ``stdin`` a pipe; else it reads nothing
    :param guarded: put a process between this one and it, which it may take for its parent and end
    :raises OSError: it cannot be started
    """

    def __init__(
        self,
        words: Sequence[str],
        directory: str,
        environ: Mapping[str, str],
        *,
        output: Path | None = None,
        asked: bool = False,
        guarded: bool = False,
    ) -> None:
        signals.look()
        _wait_for_ends()
        self._mark = descendants.mark()
        self.code: int | None = None
        self._pidfd: int | None = None
        self._taken = False
        with _alone():
            marked = {**environ, **self._mark}
            self._process = spawning.start(
                words, directory, marked, output=output, asked=asked, guarded=guarded
            )
            self.pid = self._process.pid
            if not _running:
                atexit.unregister(end_all)
                atexit.register(end_all)  # before the folder of the run is removed
            _running[self.pid] = self
            descendants.adopt(self.pid)
        if hasattr(os, "pidfd_open"):
            with contextlib.suppress(OSError):
                self._pidfd = os.pidfd_open(self.pid)

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *exc: object) -> None:
        self.end()

    @property
    def stdin(self) -> int | None:
        """Our end of its standard input, while it is open."""
        return self._process.stdin

    @property
    def stdout(self) -> int | None:
        """Where what it prints is read, unless it goes to a file."""
        return self._process.stdout

    @property
    def mark(self) -> str:
        """The value of the variable that all it starts inherits."""
        return self._mark[descendants.NAME]

    def members(self) -> list[int]:
        """Every process that is there because of it, itself too."""
        return sorted({self.pid, *descendants.marked(self._mark)})

    @property
    def end_tells(self) -> list[int]:
        """A descriptor that can be read once it has ended; none where there is no such thing."""
        return [self._pidfd] if self._pidfd is not None and self.code is None else []

    def poll(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""
        if self.code is None:
            self._look()
        return self.code

    def wait(self, seconds: float) -> int | None:
        """Its exit code, at the latest after ``seconds``; None when it runs still.

        :raises Interrupted: the doctor was told to stop
        """
        deadline = time.monotonic() + seconds
        while self.poll() is None and (left := deadline - time.monotonic()) > 0:
            tells = self.end_tells
            signals.wait(tells, left if tells and not signals.told() else min(left, POLL))
        return self.code

    def close_input(self) -> None:
        """Say that nothing more comes on its standard input."""
        self._process.close_input()

    def end(self, grace: float = 0.0) -> None:
        """End it with everything it started.

        :param grace: seconds between asking the group to stop and killing it
        """
        if self._taken:
            return
        if grace > 0 and self.poll() is None:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(signals.Interrupted):
                self.wait(min(grace, HURRY) if signals.told() else grace)
        self._kill()
        deadline = time.monotonic() + REAP_SECONDS
        while self.poll() is None and time.monotonic() < deadline:
            time.sleep(0.001)
        with _alone():
            self._take()
            others = {one.mark for one in _running.values()}
            descendants.end(self._mark, set(_running), others)
        self._close()

    def end_beside(self, then: Callable[[], None]) -> None:
        """Kill it, and see to its end beside what is done next. It takes a while until the system has taken
        an app apart; whoever starts another process waits for that.

        :param then: called once nothing of it is left
        """

        def end() -> None:
            self.end()
            then()

        self._kill()
        thread = threading.Thread(target=end, daemon=True)
        thread.start()
        _ends.append(thread)  # of one that is not started yet another thread could not await the end

    def _close(self) -> None:
        self._process.close()
        if self._pidfd is not None:
            with contextlib.suppress(OSError):
                os.close(self._pidfd)
            self._pidfd = None

    def _look(self) -> None:
        """Note its end, and leave it in the table of processes: its number, which is its group's, must not
        become somebody else's before the group is killed."""
        if not hasattr(os, "waitid"):
            self.code = self._popen.poll()
            return
        try:
            ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:  # somebody else took it
            self.code = 0
            return
        if ended is not None:
            self.code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status

    def _take(self) -> None:
        self._taken = True
        _running.pop(self.pid, None)
        if hasattr(os, "waitid"):
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.pid, os.WNOHANG)
        if self._process.popen is not None:
            self._process.popen.returncode = self.code if self.code is not None else -KILLED

    @property
    def _popen(self) -> subprocess.Popen[bytes]:
        """On Windows, where a number is not enough to ask for a process or to end it."""
        assert self._process.popen is not None
        return self._process.popen

    def _kill(self) -> None:
        if hasattr(os, "killpg"):
            self._signal(signal.SIGKILL)
        else:
            self._popen.kill()

    def _signal(self, number: signal.Signals) -> None:
        if not hasattr(os, "killpg"):
            self._popen.terminate()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def run(words: Sequence[str], directory: str, environ: Mapping[str, str], seconds: float) -> Done:
    """Run a program to its end, or to the end of its time; then nothing of it is left.

    :raises OSError: it cannot be started
    :raises Interrupted: the doctor was told to stop
    """
    with Child(words, directory, environ) as child:
        tail = Tail(child)
        deadline = time.monotonic() + seconds
        while child.poll() is None and time.monotonic() < deadline:
            tail.wait(min(deadline - time.monotonic(), 0.5))
        return Done(child.code, tail.text())


class Tail:
    """Drains what a process prints, and keeps the last of it."""

    KEPT = 16_384  # characters

    def __init__(self, child: Child, kept: int = KEPT) -> None:
        assert child.stdout is not None
        self._child, self._descriptor, self._most, self._kept = child, child.stdout, kept, b""
        self._open = True
        if os.name == "nt":  # where a pipe cannot be asked whether there is anything in it
            threading.Thread(target=self._drain, daemon=True).start()
        else:
            os.set_blocking(self._descriptor, False)

    def wait(self, seconds: float) -> None:
        """Wait until it prints or ends, and read what there is. :raises Interrupted: told to stop"""
        readers = [*self._child.end_tells, *([self._descriptor] if self._open else [])]
        if not self._child.end_tells:
            seconds = min(seconds, POLL)
        signals.wait(readers, seconds)
        self.read()

    def read(self) -> None:
        """Read what there is now, a megabyte at most: a process may print faster than we read."""
        for _ in range(16 if os.name != "nt" else 0):
            if not self._open:
                return
            try:
                data = os.read(self._descriptor, 65_536)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            self._open = bool(data)
            self._kept = (self._kept + data)[-self._most :]

    def _drain(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while data := os.read(self._descriptor, 65_536):
                self._kept = (self._kept + data)[-self._most :]

    def text(self) -> str:
        """What was kept, with what was printed last; others who hold the pipe open are not waited for."""
        self.read()
        return self._kept.decode("utf-8", "replace")


def end_all() -> None:
    """End everything that was started, at once: called when there is no time left."""
    _wait_for_ends()
    for child in list(_running.values()):
        child._kill()
    for child in list(_running.values()):
        child.end()


def _wait_for_ends() -> None:
    for thread in tuple(_ends):  # several threads may wait for the same one
        thread.join(REAP_SECONDS)
        with contextlib.suppress(ValueError):
            _ends.remove(thread)


_running: dict[int, Child] = {}
_ends: list[threading.Thread] = []
_lock = threading.RLock()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """No other thread starts a process, or ends what others left: one that is not in the table of what runs
    would be taken for one of those. Who has to end everything from a signal does not wait for ever."""
    got = _lock.acquire(timeout=REAP_SECONDS)
    try:
        yield
    finally:
        if got:
            _lock.release()


signals.at_last(end_all)
