"""From the launches that the configuration names to launches."""

from __future__ import annotations

import difflib
import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.commands.argv import read, words_of
from connexion_doctor.environment.interpreters import NoInterpreter, find_interpreter
from connexion_doctor.model import Launch, Origin
from connexion_doctor.model.errors import ConfigurationError
from connexion_doctor.model.question import ConfiguredLaunch


def launches(configured: Sequence[ConfiguredLaunch], root: Path, target: str | None = None) -> list[Launch]:
    """The launches, all or the one whose name was given as the target.

    :raises ConfigurationError: one of them cannot be made
    """
    return [_launch(one, root) for one in configured if target in (None, one.name)]


def _launch(one: ConfiguredLaunch, root: Path) -> Launch:
    where = f"{one.path}:{one.line}: launches.{one.name}"
    folder = (root / one.directory).resolve()
    if not os.path.isdir(folder):
        raise ConfigurationError(f"{where}: {one.directory} is not a directory")
    command = read(words_of(_words(one, where)))
    if command.server is None or command.server not in servers.NAMES:
        raise ConfigurationError(
            f"{where}: no server is started by it; the doctor knows {', '.join(servers.NAMES)}"
        )
    path = os.path.relpath(one.path, root)
    return Launch(
        id=one.name,
        origin=Origin("configuration", Path(path).as_posix(), one.line),
        server=command.server,
        directory=str(folder),
        command=command,
        environ={**one.environment, **command.environ},
        options=_options(one, where, root),
    )


def _words(one: ConfiguredLaunch, where: str) -> list[str]:
    if one.command is not None:
        try:
            return shlex.split(one.command)
        except ValueError as exc:
            raise ConfigurationError(f"{where}: the command cannot be read: {exc}") from exc
    name = one.server or "gunicorn"
    if name not in servers.NAMES:
        close = difflib.get_close_matches(name, servers.NAMES, n=1, cutoff=0.75)
        hint = f"did you mean {close[0]}?" if close else f"the doctor knows {', '.join(servers.NAMES)}"
        raise ConfigurationError(f"{where}: server {name!r}: {hint}")
    server = servers.get(name)
    candidates = server.candidates(one.target or "")
    if not candidates:
        raise ConfigurationError(f"{where}: server {name!r}: give the whole start command, command = ...")
    return [server.program, *candidates[0]]


def _options(one: ConfiguredLaunch, where: str, root: Path) -> dict[str, str]:
    if one.python is None:
        return {}
    try:
        return {"python": find_interpreter(one.python, (), {})[0]}
    except NoInterpreter as exc:
        raise ConfigurationError(f"{where}: {exc}") from exc
