"""A launch booted for real on loopback, asked, and ended again."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from doctor import servers
from doctor.model import Judgement, Launch, Verdict
from doctor.servers.base import known_argv
from doctor.servers.listening import Listening, arguments, obstacle, speaks_tls
from doctor.verify import requests
from doctor.verify.http import Address, NoAnswer, get
from doctor.verify.outcome import Exchange, Outcome, judged
from doctor.verify.process import IN_USE, Process, free_port, redacted, telling

ANSWER_SECONDS = 10.0
PORTS_TRIED = 3


class Cannot(Exception):
    """This launch cannot be verified; the message says why."""


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
    :raises Cannot: there is no way to start it on loopback only
    """
    for _ in range(PORTS_TRIED):
        outcome = _boot(judgement, python, environ, seconds, layer)
        if outcome is not None:
            return outcome
    raise Cannot("every port that was tried was taken by somebody else")


def _boot(
    judgement: Judgement, python: str, environ: Mapping[str, str], seconds: float, layer: Path | None
) -> Outcome | None:
    """One try; None when the port was taken in the meantime."""
    launch, facts = judgement.launch, judgement.facts
    server = servers.get(launch.server)
    how = server.listening
    if how is None:
        raise Cannot(f"{launch.server} cannot be told from outside where to listen")
    if facts.server.stage == "static":
        raise Cannot("nothing of the project may be run")
    reason = obstacle(how, facts.server)
    if reason is not None:
        raise Cannot(reason)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="connexion-doctor-", ignore_cleanup_errors=True) as folder:
        address = Address(free_port(), speaks_tls(how, facts.server))
        table = facts.server.options or server.static_options
        words = [
            *program(launch, server.program, python, layer),
            *arguments(how, known_argv(server, launch), table, address.port, folder),
        ]
        variables = variables_for(launch, how, python, environ, layer)
        try:
            process = Process(words, launch.directory, variables, Path(folder, "log"))
        except OSError as exc:
            return Outcome(Verdict.FAILS, f"{words[0]} cannot be started: {exc.strerror or exc}")
        with process:
            outcome = _watch(process, address, requests.requests(facts.operations or ()), seconds)
            log = process.log()
    if outcome.happened is Verdict.FAILS and any(IN_USE in line for line in log):
        return None
    said = telling(log) if outcome.happened is Verdict.FAILS else None
    said = redacted(said, variables) if said is not None else None
    return Outcome(outcome.happened, outcome.detail, outcome.exchanges, said, time.monotonic() - started)


def _watch(process: Process, address: Address, asked: Sequence[requests.Request], seconds: float) -> Outcome:
    reason = process.wait_until_it_listens(address, seconds)
    if reason is not None:
        return Outcome(Verdict.FAILS, reason)
    exchanges: list[Exchange] = []
    for request in asked:
        try:
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


def program(launch: Launch, name: str, python: str, layer: Path | None) -> list[str]:
    """The words that start the server with the target interpreter, as the launch does: its console
    script, or ``python -m``; wrappers are left out."""
    command = launch.command
    if command.module_run:
        return [python, *(word.text for word in command.words[command.program + 1 : command.arguments])]
    for folder in (layer / "bin" if layer is not None else None, Path(python).parent):
        if folder is not None and (folder / name).is_file():
            return [python, str(folder / name)]
    return [python, "-m", launch.server]


def variables_for(
    launch: Launch, how: Listening, python: str, environ: Mapping[str, str], layer: Path | None
) -> dict[str, str]:
    """The environment of the server."""
    variables = {**environ, **launch.environ}
    for name in how.unset:
        variables.pop(name, None)
    variables["PATH"] = os.pathsep.join([str(Path(python).parent), variables.get("PATH", os.defpath)])
    variables["PYTHONUNBUFFERED"] = variables["PYTHONDONTWRITEBYTECODE"] = "1"
    if layer is not None:
        variables.update(layered(variables, layer))
    return variables


def layered(environ: Mapping[str, str], layer: Path) -> dict[str, str]:
    """The variables that put a folder of packages in front of those of the environment."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(layer), environ.get("PYTHONPATH")]))}
