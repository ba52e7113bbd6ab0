"""A launch that runs on a free port of loopback until its block is left: for boots and comparisons."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Judgement
from connexion_doctor.processes import scratch_folder
from connexion_doctor.processes.address import Address
from connexion_doctor.processes.server_process import IN_USE, REFUSAL, Process, free_port
from connexion_doctor.servers.base import CannotBoot
from connexion_doctor.servers.listening import speaks_tls
from connexion_doctor.verify.http import NoAnswer, get, speaks
from connexion_doctor.verify.log import redacted, telling
from connexion_doctor.verify.requests import NOWHERE, UNKNOWN_PATH, Request
from connexion_doctor.verify.starting import start_of

PORTS_TRIED = 3
ANSWER_SECONDS = 10.0


class NotRunning(Exception):
    """The launch does not come up; the message says why, ``log`` is the last of what it printed."""

    def __init__(self, reason: str, log: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.log = log


@dataclass(frozen=True)
class Running:
    """A server that listens: where, its process, and the environment it has; ``seconds`` is how long an
    answer of it is waited for."""

    address: Address
    process: Process
    environ: Mapping[str, str]
    seconds: float = ANSWER_SECONDS

    @property
    def log(self) -> tuple[str, ...]:
        """The last of what it printed, without secrets."""
        return tuple(redacted(line, self.environ) for line in self.process.log())


@contextlib.contextmanager
def started(
    judgement: Judgement,
    python: str,
    environ: Mapping[str, str],
    layer: Path | None = None,
    *,
    whole: bool = False,
) -> Iterator[Running]:
    """Start a launch, and wait for nothing; leaving the block ends all that it started.

    :param python: the target interpreter
    :param environ: the environment around the doctor; the launch's own is laid over it
    :param layer: a folder with packages that the environment lacks
    :param whole: with as many worker processes as it has, not with one
    :raises NotRunning: it cannot be started
    :raises CannotBoot: there is no way to start it on loopback only
    """
    launch, facts = judgement.launch, judgement.facts
    how = servers.get(launch.server).listening
    with scratch_folder.folder("boot") as folder:
        port = free_port()
        start = start_of(judgement, python, environ, port, str(folder), layer, whole=whole)
        address = Address(port, how is not None and speaks_tls(how, facts.server))
        try:
            process = Process(start.words, launch.directory, start.environ, folder / "log")
        except OSError as exc:
            raise NotRunning(f"{start.words[0]} cannot be started: {exc.strerror or exc}") from exc
        with process:
            yield Running(address, process, start.environ)


@contextlib.contextmanager
def running(
    judgement: Judgement,
    python: str,
    environ: Mapping[str, str],
    seconds: float,
    layer: Path | None = None,
    *,
    whole: bool = False,
) -> Iterator[Running]:
    """As ``started``, with a launch that listens.

    :param seconds: the limit for coming up, and for an answer
    :raises NotRunning: it ends, or does not listen in time
    :raises CannotBoot: there is no way to start it on loopback only
    """
    for _ in range(PORTS_TRIED):
        with started(judgement, python, environ, layer, whole=whole) as server:
            reason = server.process.wait_until_it_listens(server.address, seconds)
            if reason is None:
                spoken = judgement.launch.server == "python"
                address = _as_spoken(server) if spoken else server.address
                yield replace(server, address=address, seconds=max(seconds, ANSWER_SECONDS))
                return
            log = server.process.log()
        if not any(IN_USE in line for line in log):
            raise NotRunning(*_why(reason, log, server.environ))
    raise NotRunning("every port that was tried was taken by somebody else")


def _as_spoken(server: Running) -> Address:
    """The address with TLS where a script brings a certificate of its own."""
    address = server.address
    if address.tls:
        return address
    try:
        get(address, Request(UNKNOWN_PATH, NOWHERE), ANSWER_SECONDS, server.process)
    except NoAnswer:
        secured = Address(address.port, tls=True)
        return secured if speaks(secured) else address
    return address


def _why(reason: str, log: list[str], environ: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    shown = tuple(redacted(line, environ) for line in log)
    refused = next((line.strip() for line in shown if REFUSAL in line), None)
    said = refused or telling(shown)
    return f"{reason}; its log says {said!r}" if said else reason, shown


__all__ = ["CannotBoot", "NotRunning", "Running", "running", "started"]
