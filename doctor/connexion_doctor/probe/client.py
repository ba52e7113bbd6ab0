"""Our side of the probe: start the agent in the target interpreter, read its answers, end it.

The agent answers in a file of our own temporary folder, one JSON line a record; what the app prints is
drained beside it and kept only as a bounded tail. Whatever happens, the whole process group is ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from connexion_doctor.processes import descendants

AGENT = Path(__file__).with_name("agent") / "__main__.py"
TAIL = 16_384  # characters of the app's output that are kept
MOST_ANSWER = 64 * 1024 * 1024
POLL = 0.004  # seconds between two looks at the answer file while the probe is at work


class ProbeError(Exception):
    """The probe could not be started or did not speak: no usable target interpreter."""


@dataclass
class Answers:
    """What one probe said: its records in order, how it ended, and the last of what the app printed."""

    records: list[dict[str, Any]] = field(default_factory=list)
    ended: str = "done"  # done | exit | crash | hang
    returncode: int | None = None
    stacks: str = ""
    output: str = ""
    seconds: float = 0.0

    def of(self, event: str, launch: str) -> dict[str, Any] | None:
        """The last record of this kind for a launch."""
        found = (
            record
            for record in reversed(self.records)
            if record["event"] == event and record.get("launch") == launch
        )
        return next(found, None)


def ask(
    python: str,
    request: Mapping[str, Any],
    *,
    directory: str,
    environ: Mapping[str, str],
    timeout: float,
    on_hello: Callable[[dict[str, Any]], None] | None = None,
) -> Answers:
    """Run one probe from its start to its end; see ``Probe`` and ``Probe.ask``.

    :raises ProbeError: the interpreter cannot be started, is too old, or says nothing
    """
    return Probe(python, directory, environ).ask(request, timeout, on_hello)


class Probe:
    """A probe process that has been started and waits for its request.

    Starting it first and asking later lets the interpreter come up while we do other things.

    :param python: path of the target interpreter
    :param directory: working directory, as the server would have it
    :param environ: the whole environment of the probe
    :raises ProbeError: the interpreter cannot be started
    """

    def __init__(self, python: str, directory: str, environ: Mapping[str, str]) -> None:
        self.python, self.directory, self.environ = python, directory, dict(environ)
        self._mark = descendants.mark()
        self._folder = Path(tempfile.mkdtemp(prefix="connexion-doctor-"))
        self._answer_file = self._folder / "answers.jsonl"
        self._asked = False  # before that, nothing but the agent has run
        try:
            self._process = subprocess.Popen(
                [python, "-B", str(AGENT), str(self._answer_file)],
                cwd=directory,
                env={**self.environ, **self._mark},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as exc:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise ProbeError(f"cannot start {python}: {exc.strerror or exc}") from exc

    def close(self) -> None:
        """End the probe, asked or not, with everything in its process group, and what left it."""
        _end_group(self._process)
        if self._asked:
            descendants.end(self._mark)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def ask(
        self,
        request: Mapping[str, Any],
        timeout: float,
        on_hello: Callable[[dict[str, Any]], None] | None = None,
    ) -> Answers:
        """Hand over the request, wait for the answers, end the probe.

        :param request: ``launches`` and ``call``, as ``agent/session.py`` reads them
        :param timeout: seconds from now after which the process group is killed
        :param on_hello: called (in this thread) with the interpreter's paths as soon as they are known
        :raises ProbeError: the interpreter is too old, or says nothing
        """
        try:
            answers = self._ask({"memory": _memory_limit(), **request, "timeout": timeout}, timeout, on_hello)
        finally:
            self.close()
        _check(answers, self.python)
        return answers

    def _ask(
        self,
        request: dict[str, Any],
        timeout: float,
        on_hello: Callable[[dict[str, Any]], None] | None,
    ) -> Answers:
        started, self._asked = time.monotonic(), True
        process, answers, reader = self._process, Answers(), _Reader(self._answer_file)
        assert process.stdin is not None and process.stdout is not None
        tail = _Tail(process.stdout)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(json.dumps(request).encode())
            process.stdin.close()
        while True:
            running = process.poll() is None
            for record in reader.new():
                answers.records.append(record)
                if record["event"] == "hello" and on_hello is not None:
                    on_hello(record)
            if not running:
                break
            if time.monotonic() - started > timeout:
                answers.ended = "hang"
                break
            time.sleep(POLL)
        _end_group(process)
        answers.records.extend(reader.new())
        answers.returncode = process.returncode
        answers.seconds = time.monotonic() - started
        answers.output = tail.text()
        stacks = Path(f"{self._answer_file}.stacks")
        if stacks.exists():
            answers.stacks = stacks.read_text("utf-8", "replace")[-TAIL:]
        return answers


def _check(answers: Answers, python: str) -> None:
    events = [record["event"] for record in answers.records]
    if "too-old" in events:
        version = answers.records[0].get("version")
        raise ProbeError(f"{python} is Python {version}; the doctor needs 3.8 or newer there")
    if "hello" not in events:
        last = answers.output.strip().splitlines()[-1:] or [f"exit code {answers.returncode}"]
        raise ProbeError(f"{python} did not answer: {last[0]}")
    if "done" in events:
        answers.ended = "done"
    elif answers.ended != "hang":
        answers.ended = "crash" if (answers.returncode or 0) < 0 else "exit"


def _memory_limit() -> int | None:
    """Four fifths of the machine's memory, in bytes, so that a runaway app cannot take it down."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 4 // 5
    except (AttributeError, ValueError, OSError):
        return None


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End the probe and everything that stayed in its process group."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
    except AttributeError:  # Windows has no process groups of this kind
        process.kill()
    process.wait()


class _Reader:
    """Reads whole lines from a file that another process appends to."""

    def __init__(self, path: Path) -> None:
        self._path, self._read = path, 0

    def new(self) -> Iterator[dict[str, Any]]:
        try:
            if self._path.stat().st_size <= self._read or self._read > MOST_ANSWER:
                return
            with self._path.open("rb") as stream:
                stream.seek(self._read)
                data = stream.read()
        except OSError:
            return
        whole, _, _ = data.rpartition(b"\n")
        if whole:
            self._read += len(whole) + 1
        for line in whole.splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                continue  # not ours: somebody wrote into the file
            if isinstance(record, dict) and isinstance(record.get("event"), str):
                yield record


class _Tail:
    """Drains a pipe in a thread of its own and keeps the last characters."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._kept = stream, b""
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        descriptor = self._stream.fileno()
        while True:
            try:
                data = os.read(descriptor, 65_536)
            except (OSError, ValueError):
                return
            if not data:
                return
            self._kept = (self._kept + data)[-TAIL:]

    def text(self) -> str:
        """What was kept; processes that left the group may hold the pipe open, so no waiting for them."""
        self._thread.join(0.2)
        return self._kept.decode("utf-8", "replace")


_STACK_LINE = re.compile(r'^  File "(?P<path>.+)", line (?P<line>\d+) in (?P<name>.+)$')


def frames_of(stacks: str) -> list[dict[str, Any]]:
    """The frames of faulthandler's dump, outermost first, those of the thread that runs the import."""
    threads = re.split(r"^(?=(?:Current thread|Thread) 0x)", stacks, flags=re.MULTILINE)
    dumped = [part for part in threads if "most recent call first" in part]
    best: list[dict[str, Any]] = []
    agent = str(AGENT.parent)
    for part in dumped:
        matches = [_STACK_LINE.match(line) for line in part.splitlines()]
        found = [match for match in matches if match is not None]
        if not any(match["path"].startswith(agent) for match in found):
            continue
        best = [
            {"path": match["path"], "line": int(match["line"]), "name": match["name"]}
            for match in reversed(found)
            if not match["path"].startswith((agent, "<frozen"))
        ]
    return best
