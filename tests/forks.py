"""Doctors that begin where their imports end: one process has imported all of the doctor, and forks them.

Such a doctor is a process like any other: it has its own memory, folder, variables and streams, takes
signals, and ends as Python ends, with its exit code. It is spared the half second in which Python starts and
reads modules. Where that is the point, or where a variable steers Python's start, ``running.doctor`` starts
it afresh.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

STEERS = ("PYTHON", "LC_", "LANG", "TZ", "COV")
"""Variables that Python reads when it starts, or that are about its start."""
NO_BYTECODE = "PYTHONDONTWRITEBYTECODE"  # can be had later too
NOT_OURS = ("connexion_doctor.probe.agent", "connexion_doctor.verify.redirect", "connexion_doctor.__main__")


def steering(env: Mapping[str, str]) -> dict[str, str]:
    """The variables that a process has to be started with."""
    return {name: value for name, value in env.items() if name.startswith(STEERS) and name != NO_BYTECODE}


class Forks:
    """The process that forks, as its client sees it. It ends when this process does, however that ends."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = dict(env)
        self._lock = threading.Lock()
        self._channel, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(theirs.fileno())],
                env=self.env,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        atexit.register(self._end)

    def run(
        self, arguments: Sequence[str], cwd: Path, env: Mapping[str, str], seconds: float
    ) -> tuple[int, bytes, bytes]:
        """Run a doctor to its end: exit code (negative: a signal), output, errors.

        :raises subprocess.TimeoutExpired: it took longer than ``seconds``; it was killed
        """
        reads, writes = zip(*(os.pipe() for _ in range(3)), strict=True)
        with tempfile.TemporaryFile() as request:
            request.write(json.dumps([list(arguments), os.path.abspath(cwd), dict(env)]).encode())
            request.seek(0)
            with self._lock:
                socket.send_fds(self._channel, [b"."], [request.fileno(), *writes])
        for one in writes:
            os.close(one)
        told = {one: bytearray() for one in reads}
        try:
            _read_to_the_end(told, time.monotonic() + seconds)
        except BaseException as exc:
            with contextlib.suppress(OSError, IndexError):
                os.kill(int(told[reads[2]].split()[0]), signal.SIGKILL)
            if isinstance(exc, TimeoutError):
                raise subprocess.TimeoutExpired([*arguments], seconds) from exc
            raise
        finally:
            for one in reads:
                os.close(one)
        out, err, ended = told.values()
        return int(ended.split()[1]), bytes(out), bytes(err)

    def _end(self) -> None:
        self._channel.close()
        self._process.wait()


def _read_to_the_end(told: dict[int, bytearray], deadline: float) -> None:
    with selectors.DefaultSelector() as selector:
        for one in told:
            selector.register(one, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            for key, _ in ready:
                data = os.read(key.fd, 1 << 16)
                told[key.fd] += data
                if not data:
                    selector.unregister(key.fd)


def serve(channel: socket.socket) -> None:
    """Fork a doctor for each message until there are no more; a fork returns when its doctor is done."""
    running: dict[int, int] = {}  # process -> where its exit code is told

    def reap(number: int, frame: FrameType | None) -> None:
        for pid in list(running):
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                _tell(running[pid], os.waitstatus_to_exitcode(status))
                os.close(running.pop(pid))

    signal.signal(signal.SIGCHLD, reap)
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, 1, 4)
        if not message:
            return
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid:
            running[pid] = descriptors[3]
            _tell(descriptors[3], pid)
            for one in descriptors[:3]:
                os.close(one)
        else:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        if not pid:
            channel.close()
            _become(*descriptors[:3])
            return


def _tell(descriptor: int, number: int) -> None:
    with contextlib.suppress(BrokenPipeError):  # nobody waits any more
        os.write(descriptor, b"%d " % number)


def _become(request: int, out: int, err: int) -> None:
    """Have the folder, the variables, the words and the streams that are asked for, and run the doctor."""
    with open(request, "rb") as file:
        arguments, cwd, env = json.load(file)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    tempfile.tempdir, sys.dont_write_bytecode = None, NO_BYTECODE in env
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.closerange(3, 256)
    sys.argv[1:] = arguments
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.unfreeze()
    importlib.import_module("connexion_doctor_command").main()


def _modules() -> Iterator[str]:
    package = importlib.import_module("connexion_doctor")
    for found in pkgutil.walk_packages(package.__path__, "connexion_doctor."):
        if not found.name.startswith(NOT_OURS):
            yield found.name


def main() -> None:
    """Import all of the doctor, and serve. ``sys.path`` and ``sys.argv`` begin as those of the command."""
    number = int(sys.argv[1])
    program = Path(sys.executable).with_name("connexion-doctor")
    sys.path[0], sys.argv[0] = str(program.parent), str(program)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _modules():
        importlib.import_module(name)
    importlib.import_module("connexion_doctor.foundation.late").ready("connexion_doctor")
    gc.collect()
    gc.freeze()
    serve(socket.socket(fileno=number))


if __name__ == "__main__":
    main()
