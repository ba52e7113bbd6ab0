"""From options to launches: what is to be judged."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from doctor import candidates, configured, servers
from doctor.commands.argv import PROGRAMS, read, words_of
from doctor.environment import own_interpreter
from doctor.model import Launch, Origin
from doctor.options import Options, UsageError

if TYPE_CHECKING:
    from doctor.project import Project


@dataclass(frozen=True)
class Found:
    """What is to be judged. ``project`` is there where the whole project was looked through."""

    launches: list[Launch]
    project: Project | None = None


def find(options: Options, root: Path) -> Found:
    """A start command, a configuration file, a target under one server or all; where nothing is named,
    every start that the project's files tell.

    :raises UsageError: what is named is not there or not known, or there is nothing to check
    """
    if options.whole_project:
        return _discovered(options, root)
    return Found(_named(options, root))


def _discovered(options: Options, root: Path) -> Found:
    from doctor import project

    found = project.read(root, options.exclude)
    if not found.uses_connexion():
        raise UsageError(
            f"nothing in {root} uses Connexion: give a target (connexion-doctor app:app), a start command "
            "(connexion-doctor -- gunicorn app:app) or --gunicorn-conf PATH"
        )
    known = [launch for launch in found.discovery.launches if launch.server in servers.NAMES]
    return Found([_at_home(launch, options, root) for launch in known], found)


def _at_home(launch: Launch, options: Options, root: Path) -> Launch:
    """The launch with absolute paths in its options, and the interpreter of its own service where a
    monorepo has one for it."""
    placed = {
        name: str(root / value) if name.startswith("path:") else value
        for name, value in launch.options.items()
    }
    python = own_interpreter(Path(launch.directory), root)
    if python is not None and options.python is None:
        placed["python"] = python
    return replace(launch, options=placed)


def _named(options: Options, root: Path) -> list[Launch]:
    if options.command:
        return _from_command(options, root)
    if options.gunicorn_conf is not None:
        conf = Path(root, options.gunicorn_conf)
        if not options.gunicorn_conf.startswith("python:") and not conf.is_file():
            raise UsageError(f"--gunicorn-conf {options.gunicorn_conf}: there is no such file in {root}")
        return [_from_conf(options, options.gunicorn_conf, conf, root)]
    if options.launches and (
        options.target is None or options.target in {one.name for one in options.launches}
    ):
        return configured.launches(options.launches, root, options.target)
    if options.server is not None:
        return [_from_server(options, root)]
    return candidates.launches(options.target or "", root, _launch)


def _from_conf(options: Options, given: str, conf: Path, root: Path) -> Launch:
    """A configuration file and its target: the one given, else the file's own, else what the project
    tells (its launch with this file, its only Connexion app)."""
    target = options.target
    if target is None and not given.startswith("python:"):
        from doctor import conf_target, project

        if not conf_target.names_target(conf):
            answer = conf_target.find(conf, project.read(root, options.exclude))
            if answer.launch is not None:
                return _at_home(answer.launch, options, root)
            target = answer.target
    words = ["gunicorn", "-c", given, *([target] if target else [])]
    return _launch("gunicorn-conf", Origin("gunicorn-conf", given), words, root)


def _from_command(options: Options, root: Path) -> list[Launch]:
    if options.target is not None:
        raise UsageError(f"give either a target ({options.target}) or a start command behind --, not both")
    command = read(words_of(options.command))
    shown = " ".join(options.command[:6])
    if command.server is None:
        inside = _behind_a_shell(options.command, root) or _of_project(options, root)
        if inside:
            return inside
    if command.server is None:
        known = ", ".join(sorted(set(PROGRAMS)))
        raise UsageError(f"no server is started by {shown!r}; the doctor knows {known}")
    if command.server not in servers.NAMES:
        raise UsageError(f"{shown!r}: start commands of {command.server} cannot be checked yet")
    origin = Origin("command-line")
    return [Launch("command", origin, command.server, str(root), command, environ=command.environ)]


def _behind_a_shell(words: Sequence[str], root: Path) -> list[Launch]:
    """The starts in ``sh -c '...'``, each with the folder and the variables that it has there."""
    from doctor.commands import shell

    found: list[Launch] = []
    for simple in shell.commands(shlex.join(words)):
        command = read(simple.words, simple.style)
        if command.server in servers.NAMES:
            name = f"command-{len(found) + 1}" if found else "command"
            folder = str((root / simple.directory).resolve())
            environ = {**simple.environ, **command.environ}
            found.append(
                Launch(name, Origin("command-line"), str(command.server), folder, command, environ=environ)
            )
    return found


def _of_project(options: Options, root: Path) -> list[Launch]:
    """The starts behind a script or a console script of the project."""
    from doctor.discovery.find import resolve

    found = [launch for launch in resolve(root, options.command) if launch.server in servers.NAMES]
    origin = Origin("command-line")
    return [
        replace(_at_home(launch, options, root), id=f"command-{at}" if at > 1 else "command", origin=origin)
        for at, launch in enumerate(found, 1)
    ]


def _from_server(options: Options, root: Path) -> Launch:
    name = options.server or ""
    if name not in servers.NAMES:
        raise UsageError(f"--server {name}: the doctor knows {', '.join(servers.NAMES)}")
    server, target = servers.get(name), options.target or ""
    words = [server.program, *server.candidates(target)[0]]
    if options.factory:
        words = [server.program, *server.factory_arguments(target)]
    return _launch(name, Origin("target"), words, root)


def _launch(
    name: str, origin: Origin, words: Sequence[str], root: Path, *, candidate: bool = False
) -> Launch:
    command = read(words_of(words))
    assert command.server is not None
    return Launch(name, origin, command.server, str(root), command, candidate=candidate)
