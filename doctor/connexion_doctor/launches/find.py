"""From options to launches: what is to be judged."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from connexion_doctor import servers
from connexion_doctor.commands.argv import PROGRAMS, read, words_of
from connexion_doctor.environment.interpreters import own_interpreter
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.launches import candidates, configured
from connexion_doctor.model import Launch, Origin
from connexion_doctor.model.errors import NothingToCheck, UsageError
from connexion_doctor.model.question import Question

if TYPE_CHECKING:
    from connexion_doctor.launches.project import Project


@dataclass(frozen=True)
class Found:
    """What is to be judged. ``project`` is there where the whole project was looked through."""

    launches: list[Launch]
    project: Project | None = None


def find(question: Question, root: Path) -> Found:
    """A start command, a configuration file, a target under one server or all; where nothing is named,
    every start that the project's files tell.

    :raises UsageError: what is named is not there or not known, or there is nothing to check
    """
    if question.whole_project:
        return _discovered(question, root)
    return Found(_named(question, root))


def _discovered(question: Question, root: Path) -> Found:
    from connexion_doctor.launches import project

    found = project.read(root, question.exclude)
    if not found.uses_connexion():
        raise NothingToCheck(_nothing_in(root, found))
    known = [launch for launch in found.discovery.launches if launch.server in servers.NAMES]
    return Found([at_home(launch, question, root) for launch in known], found)


def _nothing_in(root: Path, found: Project) -> str:
    """Three lines: what was looked at, and what to do."""
    files, code = len(found.discovery.files), sum(name.endswith(".py") for name in found.discovery.files)
    looked = f"{files} file{'' if files == 1 else 's'}, {code} of them Python"
    return (
        f"Nothing in {root} uses Connexion ({looked}; no manifest asks for it, no module imports it).\n"
        "In another folder:  connexion-doctor --chdir FOLDER\n"
        "By name:            connexion-doctor app:app, or connexion-doctor -- gunicorn app:app"
    )


def at_home(launch: Launch, question: Question, root: Path) -> Launch:
    """The launch with absolute paths in its options, and the interpreter of its own service where a
    monorepo has one for it."""
    placed = {
        name: str(root / value) if name.startswith("path:") else value
        for name, value in launch.options.items()
    }
    placed["root"] = str(root)  # paths of findings are told from here
    python = own_interpreter(Path(launch.directory), root)
    if python is not None and question.python is None:
        placed["python"] = python
    return replace(launch, options=placed)


def _named(question: Question, root: Path) -> list[Launch]:
    if question.command:
        return _from_command(question, root)
    if question.gunicorn_conf is not None:
        conf = Path(root, question.gunicorn_conf)
        if not question.gunicorn_conf.startswith("python:") and not os.path.isfile(conf):
            raise UsageError(f"--gunicorn-conf {question.gunicorn_conf}: there is no such file in {root}")
        return [_from_conf(question, question.gunicorn_conf, conf, root)]
    if question.launches and (
        question.target is None or question.target in {one.name for one in question.launches}
    ):
        return configured.launches(question.launches, root, question.target)
    if question.server is not None:
        return [_from_server(question, root)]
    return candidates.launches(question.target or "", root, _launch)


def _from_conf(question: Question, given: str, conf: Path, root: Path) -> Launch:
    """A configuration file and its target: the one given, else the file's own, else what the project
    tells (its launch with this file, its only Connexion app)."""
    target = question.target
    if target is None and not given.startswith("python:"):
        from connexion_doctor.launches import conf_target, project

        if not conf_target.names_target(conf):
            answer = conf_target.find(conf, project.read(root, question.exclude))
            if answer.launch is not None:
                return at_home(answer.launch, question, root)
            target = answer.target
    words = ["gunicorn", "-c", given, *([target] if target else [])]
    return _launch("gunicorn-conf", Origin("gunicorn-conf", given), words, root)


def _from_command(question: Question, root: Path) -> list[Launch]:
    if question.target is not None:
        raise UsageError(f"give either a target ({question.target}) or a start command behind --, not both")
    command = read(words_of(question.command))
    shown = " ".join(question.command[:6])
    if command.server is None:
        inside = _behind_a_shell(question.command, root) or _of_project(question, root)
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
    from connexion_doctor.commands import shell

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


def _of_project(question: Question, root: Path) -> list[Launch]:
    """The starts behind a script or a console script of the project."""
    from connexion_doctor.discovery.find import resolve

    found = [launch for launch in resolve(root, question.command) if launch.server in servers.NAMES]
    origin = Origin("command-line")
    return [
        replace(at_home(launch, question, root), id=f"command-{at}" if at > 1 else "command", origin=origin)
        for at, launch in enumerate(found, 1)
    ]


def _from_server(question: Question, root: Path) -> Launch:
    name = question.server or ""
    if name not in servers.NAMES:
        raise UsageError(f"--server {name}: the doctor knows {', '.join(servers.NAMES)}")
    server, target = servers.get(name), question.target or ""
    words = [server.program, *server.candidates(target)[0]]
    if question.factory:
        words = [server.program, *server.factory_arguments(target)]
    return _launch(name, Origin("target"), words, root)


def _launch(
    name: str, origin: Origin, words: Sequence[str], root: Path, *, candidate: bool = False
) -> Launch:
    command = read(words_of(words))
    assert command.server is not None
    return Launch(name, origin, command.server, str(root), command, candidate=candidate)
