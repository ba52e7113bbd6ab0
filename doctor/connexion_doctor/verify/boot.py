"""A launch booted for real on loopback, asked, and ended again."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.model import Judgement, Verdict
from connexion_doctor.processes import scratch_folder
from connexion_doctor.processes.address import Address
from connexion_doctor.processes.server_process import IN_USE, REFUSAL, Process, free_port
from connexion_doctor.servers.base import CannotBoot
from connexion_doctor.servers.listening import speaks_tls
from connexion_doctor.verify import requests
from connexion_doctor.verify.http import NoAnswer, get, speaks
from connexion_doctor.verify.log import redacted, telling
from connexion_doctor.verify.outcome import Exchange, Outcome, judged
from connexion_doctor.verify.starting import start_of

ANSWER_SECONDS = 10.0
PORTS_TRIED = 3


def boot(
    judgement: Judgement,
    python: str,
    environ: Mapping[str, str],
    seconds: float,
    layer: Path | None = None,
) -> Outcome:
    """Boot a launch, send the requests that its app's specification gives, end it.

    :param python: the target interpreter
    :param environ: the environment around the doctor; the launch's own is laid over it
    :param seconds: the limit for coming up
    :param layer: a folder with packages that the environment lacks
    :raises CannotBoot: there is no way to start it on loopback only
    """
    for _ in range(PORTS_TRIED):
        outcome = _boot(judgement, python, environ, seconds, layer)
        if outcome is not None:
            return outcome
    return Outcome(Verdict.UNKNOWN, "every port that was tried was taken by somebody else")


def _boot(
    judgement: Judgement, python: str, environ: Mapping[str, str], seconds: float, layer: Path | None
) -> Outcome | None:
    """One try; None when the port was taken in the meantime."""
    launch, facts = judgement.launch, judgement.facts
    how = servers.get(launch.server).listening
    started = time.monotonic()
    with scratch_folder.folder("boot") as folder:
        port = free_port()
        start = start_of(judgement, python, environ, port, str(folder), layer)
        address = Address(port, how is not None and speaks_tls(how, facts.server))
        try:
            process = Process(start.words, launch.directory, start.environ, folder / "log")
        except OSError as exc:
            return Outcome(Verdict.FAILS, f"{start.words[0]} cannot be started: {exc.strerror or exc}")
        with process:
            outcome = _watch(process, address, requests.requests(facts.operations or ()), seconds)
            log = process.log()
    if outcome.happened is Verdict.FAILS and any(IN_USE in line for line in log):
        return None
    refused = next((line for line in log if REFUSAL in line), None)
    if refused is not None:
        return Outcome(Verdict.UNKNOWN, refused.strip(), booted=False)
    said = telling(log) if outcome.happened is Verdict.FAILS else None
    said = redacted(said, start.environ) if said is not None else None
    return Outcome(outcome.happened, outcome.detail, outcome.exchanges, said, time.monotonic() - started)


def _watch(process: Process, address: Address, asked: Sequence[requests.Request], seconds: float) -> Outcome:
    reason = process.wait_until_it_listens(address, seconds)
    if reason is not None:
        return Outcome(Verdict.FAILS, reason)
    exchanges: list[Exchange] = []
    for request in asked:
        try:
            try:
                answer = get(address, request, ANSWER_SECONDS, process.gave_up)
            except NoAnswer:
                secured = Address(address.port, tls=True)
                if exchanges or address.tls or process.gave_up() or not speaks(secured):
                    raise
                address = secured  # a script may bring a certificate of its own
                answer = get(address, request, ANSWER_SECONDS, process.gave_up)
        except NoAnswer as exc:
            process.settle()
            gone = process.gave_up()
            exchanges.append(Exchange(request, failure=gone or str(exc)))
            if gone is not None and not any(one.answer for one in exchanges):
                return Outcome(Verdict.FAILS, gone, tuple(exchanges))
            break
        exchanges.append(Exchange(request, answer))
    return Outcome(*judged(exchanges), tuple(exchanges))


__all__ = ["CannotBoot", "boot"]
