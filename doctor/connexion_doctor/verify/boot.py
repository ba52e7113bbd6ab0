"""A launch booted for real on loopback, asked, and ended again."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.model import Judgement, Verdict
from connexion_doctor.processes.address import Address
from connexion_doctor.processes.server_process import IN_USE, REFUSAL, Process
from connexion_doctor.verify import requests
from connexion_doctor.verify.http import NoAnswer, get, speaks
from connexion_doctor.verify.log import redacted, telling
from connexion_doctor.verify.outcome import Exchange, Outcome, judged
from connexion_doctor.verify.raised import own_fault
from connexion_doctor.verify.running import ANSWER_SECONDS, PORTS_TRIED, CannotBoot, NotRunning, started


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
    begun = time.monotonic()
    try:
        with started(judgement, python, environ, layer) as server:
            asked = requests.requests(judgement.facts.operations or ())
            outcome = _watch(server.process, server.address, asked, seconds, judgement.launch.directory)
            log = server.process.log()
    except NotRunning as exc:
        return Outcome(Verdict.FAILS, str(exc))
    if outcome.happened is Verdict.FAILS and any(IN_USE in line for line in log):
        return None
    refused = next((line for line in log if REFUSAL in line), None)
    if refused is not None:
        return Outcome(Verdict.UNKNOWN, refused.strip(), booted=False)
    said = (outcome.said or telling(log)) if outcome.happened is Verdict.FAILS else None
    said = redacted(said, server.environ) if said is not None else None
    return replace(outcome, said=said, seconds=time.monotonic() - begun)


def _watch(
    process: Process, address: Address, asked: Sequence[requests.Request], seconds: float, directory: str
) -> Outcome:
    """Ask what is asked, one request after the other. Until one is answered the server may still be starting
    behind its open port: it has ``seconds`` for that."""
    deadline = time.monotonic() + seconds
    reason = process.wait_until_it_listens(address, seconds)
    if reason is not None:
        return _not_up(process, reason)
    exchanges: list[Exchange] = []
    for request in asked:
        answered = any(one.answer for one in exchanges)
        patience = ANSWER_SECONDS if answered else max(ANSWER_SECONDS, deadline - time.monotonic())
        before = process.position()
        try:
            try:
                answer = get(address, request, patience, process)
            except NoAnswer:
                secured = Address(address.port, tls=True)
                if exchanges or address.tls or process.gave_up() or not speaks(secured):
                    raise
                address = secured  # a script may bring a certificate of its own
                answer = get(address, request, patience, process)
        except NoAnswer as exc:
            process.settle()
            gone = process.gave_up()
            exchanges.append(Exchange(request, failure=gone or str(exc), log=process.logged_since(before)))
            if not any(one.answer for one in exchanges):
                return replace(_not_up(process, gone or str(exc)), exchanges=tuple(exchanges))
            break
        log = process.logged_since(before, settled=answer.status >= 500)
        exchanges.append(Exchange(request, answer, own=own_fault(log, directory), log=log))
    found = judged(exchanges)
    said = telling(found.by.log) if found.by is not None else None
    return Outcome(found.happened, found.detail, tuple(exchanges), said)


def _not_up(process: Process, reason: str) -> Outcome:
    """Nothing was answered: that is no verdict as long as the server says that it is still starting."""
    if process.gave_up() is None and process.is_starting():
        more = "it says that it is still starting: give --timeout more seconds"
        return Outcome(Verdict.UNKNOWN, f"{reason}, and {more}")
    return Outcome(Verdict.FAILS, reason)


__all__ = ["CannotBoot", "boot"]
