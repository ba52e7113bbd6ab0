"""Our side of the probe: start the agent in the target interpreter, read its answers, end it.

The agent answers in a file of our own temporary folder, one JSON line a record; what the app prints is
drained, and kept only as a bounded tail. Whatever happens, the process is ended with all that it started.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import TYPE_CHECKING, dataclass
from connexion_doctor.processes import descendants, scratch_folder, signals
from connexion_doctor.processes.child import Child, Tail

if TYPE_CHECKING:
    from typing import Any

AGENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "agent", "__main__.py")
TAIL = 16_384  # characters of the app's output that are kept
MOST_ANSWER = 64 * 1024 * 1024
POLL = 0.004  # seconds between two looks at the answer file while the probe is at work
ALONE_SECONDS = 0.1  # for the agent to end too, where its guard was killed


class ProbeError(Exception):
    """The probe could not be started or did not speak: no usable target interpreter."""


@dataclass
class Answers:
    """What one probe said: its records in order, how it ended, and the last of what the app printed."""

    records: list[dict[str, Any]]
    ended: str = "done"  # done | exit | crash | hang | parent (the app ended the process that started it)
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
    :param ahead: servers that it will be asked about: they come up before that
    :raises ProbeError: the interpreter cannot be started
    """

    def __init__(
        self, python: str, directory: str, environ: Mapping[str, str], ahead: Sequence[str] = ()
    ) -> None:
        self.python, self.directory, self.environ = python, directory, dict(environ)
        try:
            self._folder = scratch_folder.made("probe")
        except scratch_folder.NoFolder as exc:
            raise ProbeError(exc.strerror or str(exc)) from exc
        self._answer_file = os.path.join(self._folder, "answers.jsonl")
        self._asked: Asked | None = None
        try:
            words = [python, "-B", AGENT, self._answer_file, *ahead]
            self._child = Child(words, directory, self.environ, asked=True)
        except OSError as exc:
            scratch_folder.remove(self._folder)
            raise ProbeError(f"cannot start {python}: {exc.strerror or exc}") from exc

    def close(self) -> None:
        """End the probe, asked or not, with everything that it started."""
        self._child.end()
        scratch_folder.remove(self._folder)

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
        self.begin(request, timeout, on_hello)
        while (answers := self.step(POLL)) is None:
            pass
        return answers

    def begin(
        self,
        request: Mapping[str, Any],
        timeout: float,
        on_hello: Callable[[dict[str, Any]], None] | None = None,
        shares: int = 1,
    ) -> None:
        """Hand over the request; ``step`` goes on with it.

        :param shares: how many probes share the machine's memory
        """
        whole = {"memory": _memory_limit(shares), **request, "timeout": timeout, "sent": time.time()}
        self._asked = Asked(self._child, whole, self._answer_file, on_hello)

    def step(self, seconds: float) -> Answers | None:
        """Go on, waiting no longer than this: the answers once it is over, when the probe is ended too.

        :raises ProbeError: the interpreter is too old, or says nothing
        """
        assert self._asked is not None, "nothing was asked"
        over, answers = False, None
        try:
            over = self._asked.step(seconds)
            answers = self._asked.answers() if over else None
        except BaseException:
            over = True
            raise
        finally:
            if over and answers is not None and self._asked.said_all:
                self._child.end_beside(lambda: scratch_folder.remove(self._folder))
            elif over:
                self.close()
        if answers is not None:
            _check(answers, self.python)
        return answers


class Asked:
    """A request under way: it is sent, the answers are read as they come, what is printed is drained.

    :param request: what is sent, with ``timeout``, the seconds from now that it may take
    """

    def __init__(
        self,
        child: Child,
        request: Mapping[str, Any],
        answer_file: str,
        on_hello: Callable[[dict[str, Any]], None] | None,
    ) -> None:
        import json  # here the probe runs already

        self._child, self._file, self._on_hello = child, answer_file, on_hello
        self._started, self._timeout = time.monotonic(), float(request["timeout"])
        self._unsent = json.dumps(request).encode()
        self._reader, self._tail, self._answers = _Reader(answer_file), Tail(child), Answers([])
        assert child.stdin is not None
        if os.name != "nt":
            os.set_blocking(child.stdin, False)

    def step(self, seconds: float) -> bool:
        """Go on, waiting no longer than this; whether it is over.

        :raises Interrupted: the doctor was told to stop
        """
        ended = self._child.poll() is not None
        self._send()
        self._read()
        if ended or self.said_all:
            return True
        if time.monotonic() - self._started > self._timeout:
            self._answers.ended = "hang"
            return True
        self._tail.wait(seconds)
        return False

    @property
    def said_all(self) -> bool:
        """Whether all is said, and by an agent whose guard was there to the end."""
        records = self._answers.records
        return bool(records) and records[-1]["event"] == "done" and all(map(_not_alone, records))

    def answers(self) -> Answers:
        """What was said until now. The probe is ended, unless all was said."""
        answers = self._answers
        answers.seconds = time.monotonic() - self._started
        if self.said_all:
            answers.output = self._tail.text()
            return answers
        ended_parent = answers.ended != "hang" and (self._child.code or 0) < 0 and self._left_alone()
        self._tail.read()  # what it printed last: ended, its pipe is closed
        self._child.end()
        self._read()
        if ended_parent:
            # What it said after that depends on how quick we were to end it.
            answers.ended, answers.records = "parent", list(itertools.takewhile(_not_alone, answers.records))
        # The agent's own end is told by its guard, who ends with 0; else it is how the guard was ended.
        told = next((one for one in reversed(answers.records) if one["event"] == "ended"), None)
        answers.returncode = told["code"] if told is not None else self._child.code
        answers.output = self._tail.text()
        try:
            with open(f"{self._file}.stacks", encoding="utf-8", errors="replace") as stream:
                answers.stacks = stream.read()[-TAIL:]
        except OSError:
            pass
        return answers

    def _left_alone(self) -> bool:
        """Whether the agent runs on, or spoke, while its guard is gone: the app ended its parent."""
        self._read()
        if not all(map(_not_alone, self._answers.records)):
            return True
        if any(one["event"] == "done" for one in self._answers.records):
            return False  # what it does when all is said does not matter
        hello = next((one for one in self._answers.records if one["event"] == "hello"), None)
        pid = hello.get("pid") if hello is not None else None
        if not isinstance(pid, int):
            return False
        signals.sleep(ALONE_SECONDS)  # killed as one, they do not end in the same moment
        return descendants.alive(pid)

    def _send(self) -> None:
        if not self._unsent or self._child.stdin is None:
            return
        try:
            self._unsent = self._unsent[os.write(self._child.stdin, self._unsent) :]
        except BlockingIOError:
            return
        except OSError:  # it ended, or closed its end
            self._unsent = b""
        if not self._unsent:
            self._child.close_input()

    def _read(self) -> None:
        for record in self._reader.new():
            self._answers.records.append(record)
            if record["event"] == "hello" and self._on_hello is not None:
                self._on_hello(record)


def _not_alone(record: Mapping[str, Any]) -> bool:
    return not record.get("alone")


def _check(answers: Answers, python: str) -> None:
    events = [record["event"] for record in answers.records]
    if "too-old" in events:
        version = answers.records[0].get("version")
        raise ProbeError(f"{python} is Python {version}; the doctor needs 3.8 or newer there")
    if "hello" not in events:
        last = answers.output.strip().splitlines()[-1:] or [f"exit code {answers.returncode}"]
        raise ProbeError(f"{python} did not answer as a Python interpreter does: {last[0]}")
    if "done" in events:
        answers.ended = "done"
    elif answers.ended not in ("hang", "parent"):
        answers.ended = "crash" if (answers.returncode or 0) < 0 else "exit"


def _memory_limit(shares: int) -> int | None:
    """A share of four fifths of the machine's memory, in bytes: a runaway app cannot take it down."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 4 // 5 // shares
    except (AttributeError, ValueError, OSError):
        return None


class _Reader:
    """Reads whole lines from a file that another process appends to."""

    def __init__(self, path: str) -> None:
        self._path, self._read = path, 0

    def new(self) -> Iterator[dict[str, Any]]:
        try:
            if os.stat(self._path).st_size <= self._read or self._read > MOST_ANSWER:
                return
            with open(self._path, "rb") as stream:
                stream.seek(self._read)
                data = stream.read()
        except OSError:
            return
        from connexion_doctor.foundation import json_text

        whole, _, _ = data.rpartition(b"\n")
        if whole:
            self._read += len(whole) + 1
        for line in whole.splitlines():
            try:
                record = json_text.parsed(line)
            except ValueError:
                continue  # not ours: somebody wrote into the file
            if isinstance(record, dict) and isinstance(record.get("event"), str):
                yield record


_STACK_LINE = late.pattern(r'^  File "(?P<path>.+)", line (?P<line>\d+) in (?P<name>.+)$')


def frames_of(stacks: str) -> list[dict[str, Any]]:
    """The frames of faulthandler's dump, outermost first, those of the thread that runs the import."""
    import re

    threads = re.split(r"^(?=(?:Current thread|Thread) 0x)", stacks, flags=re.MULTILINE)
    dumped = [part for part in threads if "most recent call first" in part]
    best: list[dict[str, Any]] = []
    agent = os.path.dirname(AGENT)
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
