"""One run of the doctor in a place of its own, and what may be wrong with it afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from connexion_doctor.processes.descendants import marked
from tests.running import PACKAGES, environ

NAME = "CONNEXION_DOCTOR_ENDURANCE"
NOTHING_KEPT = {"PYTHONDONTWRITEBYTECODE": "1"}  # where files are cut short, bytecode would be as well
SECONDS = 90.0  # after which a doctor hangs, on an idle machine


def slowness() -> float:
    """How much longer things take here and now than on an idle machine, at the least."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


@dataclass(frozen=True)
class Part:
    """A part: how many runs it makes in its short and in its long form, and one run.

    ``run`` takes the number of the run, randomness that depends on it alone, and a new folder; it yields
    what went wrong.
    """

    name: str
    short: int
    long: int
    run: Callable[[int, Random, Path], Iterator[str]]
    names: Callable[[int], str] = field(default=str)


@dataclass(frozen=True)
class Ran:
    """What a doctor left: exit code (negative: a signal; None: it hung), output, processes, files."""

    code: int | None
    stdout: str
    stderr: str
    seconds: float
    left_running: tuple[int, ...]
    left_lying: tuple[str, ...]

    def faults(self, *codes: int) -> Iterator[str]:
        """What is wrong whatever was asked. :param codes: the exit codes that may be"""
        if self.code is None:
            yield f"it hung for {self.seconds:.0f} s"
        elif self.code not in codes:
            yield f"exit code {self.code}: {self.stderr.strip()[-300:]}"
        if "Traceback" in self.stderr or "internal error" in self.stderr + self.stdout:
            yield f"a fault of its own: {(self.stderr or self.stdout).strip()[-400:]}"
        if self.left_running:
            yield f"{len(self.left_running)} processes left"
        if self.left_lying:
            yield f"left in the temporary folder: {', '.join(self.left_lying)}"

    def unreadable(self) -> Iterator[str]:
        """Why the JSON report on standard output is none."""
        try:
            document = json.loads(self.stdout)
        except ValueError as exc:
            yield f"no report: {exc}"
            return
        if not isinstance(document.get("launches"), list) or not document.get("summary"):
            yield "half a report"


@contextlib.contextmanager
def started(
    words: Sequence[str], cwd: Path, temporary: Path, env: Mapping[str, str] | None = None, **popen: object
) -> Iterator[tuple[subprocess.Popen[bytes], dict[str, str]]]:
    """A doctor that runs, and the variable that marks what it starts."""
    mark = {NAME: secrets.token_hex(6)}
    whole = {**(env if env is not None else environ()), **mark, "TMPDIR": str(temporary), **NOTHING_KEPT}
    process = subprocess.Popen(  # type: ignore[call-overload]
        [sys.executable, "-m", "connexion_doctor", *words],
        cwd=cwd,
        env={"PYTHONPATH": str(PACKAGES), **whole},
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **popen},
    )
    try:
        yield process, mark
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()
        for pid in marked(mark):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)


def doctor(
    words: Sequence[str],
    cwd: Path,
    *,
    env: Mapping[str, str] | None = None,
    stop: Sequence[tuple[float, signal.Signals]] = (),
    seconds: float = SECONDS,
    **popen: object,
) -> Ran:
    """Run the doctor to its end.

    :param stop: signals that it is sent: seconds after the one before, and which
    :param seconds: after which it hangs, on an idle machine
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        temporary = Path(name)
        begin = time.monotonic()
        with started(words, cwd, temporary, env, **popen) as (process, mark):
            for after, number in stop:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(after)
                process.send_signal(number)
            try:
                out, err = process.communicate(timeout=seconds * slowness())
                code: int | None = process.returncode
            except subprocess.TimeoutExpired:
                out, err, code = b"", _where(process), None
            took = time.monotonic() - begin
            running = _left(mark)
        lying = tuple(sorted(path.name for path in temporary.iterdir()))
    return Ran(code, _text(out), _text(err), took, running, lying)


def _left(mark: dict[str, str]) -> tuple[int, ...]:
    """Processes that outlive the doctor: what was killed gets a moment to go."""
    deadline = time.monotonic() + 2
    while (found := tuple(marked(mark))) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


def _where(process: subprocess.Popen[bytes]) -> bytes:
    """Where a doctor hangs, as far as the system tells."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{process.pid}/wchan").read_bytes()
    return b""


def _text(data: bytes | None) -> str:
    return (data or b"").decode("utf-8", "replace")
