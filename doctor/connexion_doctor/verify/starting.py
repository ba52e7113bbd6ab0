"""How a launch is started for verification: its words, its variables, and where it is told to listen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Judgement, Launch, LaunchFacts
from connexion_doctor.servers.base import CannotBoot, Server

REDIRECT = Path(__file__).with_name("redirect")
LISTEN = "CONNEXION_DOCTOR_LISTEN"  # as ``redirect/sitecustomize.py`` reads it


@dataclass(frozen=True)
class Start:
    """What is executed, and its whole environment."""

    words: list[str]
    environ: dict[str, str]


def start_of(
    judgement: Judgement,
    python: str,
    environ: Mapping[str, str],
    port: int,
    folder: str,
    layer: Path | None,
    *,
    whole: bool = False,
) -> Start:
    """How a launch is started on a port of loopback.

    :param environ: the environment around the doctor; the launch's own is laid over it
    :param folder: a temporary one
    :param layer: a folder with packages that the environment lacks
    :param whole: with all its worker processes
    :raises CannotBoot: there is no way to start it on loopback only
    """
    launch, facts = judgement.launch, judgement.facts
    server = servers.get(launch.server)
    if facts.server.stage == "static":
        raise CannotBoot("it was read from the project's files alone")
    if server.listening is None:
        raise CannotBoot(f"{launch.server} is not a program that can be started here")
    starts_others = _starts_others(facts)
    if starts_others is not None:
        raise CannotBoot(starts_others)
    arguments = server.boot_arguments(launch, facts.server, port, folder, whole=whole)
    words = [*program(launch, server, python, layer), *arguments]
    return Start(words, _variables(server, judgement, python, environ, port, layer))


def _starts_others(facts: LaunchFacts) -> str | None:
    """Why a script cannot be booted though it runs: what it starts is not known, or not Python."""
    load = facts.load
    if load is None or load.stage != "nothing-started" or load.error is None:
        return None
    said = load.error.message
    return None if said.endswith("it ends without starting a server") else said


def program(launch: Launch, server: Server, python: str, layer: Path | None) -> list[str]:
    """The words that start the server with the target interpreter, as the launch does: its console
    script, or ``python -m``; wrappers are left out."""
    command = launch.command
    if command.module_run and launch.server != "python":
        return [python, *(word.text for word in command.words[command.program + 1 : command.arguments])]
    name = server.boot_program(launch)
    if not isinstance(name, str):
        return [python, *name]
    binary = server.listening is not None and server.listening.binary
    for folder in (layer / "bin" if layer is not None else None, Path(python).parent):
        if folder is not None and os.path.isfile(folder / name):
            return [str(folder / name)] if binary else [python, str(folder / name)]
    if binary:
        return [shutil.which(name) or name]
    return [python, "-m", launch.server]


def _variables(
    server: Server,
    judgement: Judgement,
    python: str,
    environ: Mapping[str, str],
    port: int,
    layer: Path | None,
) -> dict[str, str]:
    """The environment of the server."""
    variables = {**environ, **judgement.launch.environ}
    for name in server.listening.unset if server.listening is not None else ():
        variables.pop(name, None)
    variables["PATH"] = os.pathsep.join([str(Path(python).parent), variables.get("PATH", os.defpath)])
    variables["PYTHONUNBUFFERED"] = variables["PYTHONDONTWRITEBYTECODE"] = "1"
    variables[LISTEN] = f"{port}:{_expected(judgement.facts, port)}"
    for folder in (layer, REDIRECT):
        if folder is not None:
            variables.update(layered(variables, folder))
    return variables


def _expected(facts: LaunchFacts, port: int) -> str:
    """The port that the launch itself would listen on: ours already where its options say so; empty where
    nobody knows."""
    if "starts" not in facts.server.details and facts.server.name != "python":
        return str(port)
    expected = str(facts.server.details.get("port") or "")
    return expected if expected.isdigit() else ""


def layered(environ: Mapping[str, str], layer: Path) -> dict[str, str]:
    """The variables that put a folder of packages in front of those of the environment."""
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(layer), environ.get("PYTHONPATH")]))}
