"""From options to launches: what is to be judged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from doctor import candidates, configured, servers
from doctor.commands.argv import PROGRAMS, read, words_of
from doctor.model import Launch, Origin
from doctor.options import Options, UsageError


def find(options: Options, root: Path) -> list[Launch]:
    """What is to be judged: a start command, a configuration file, a target under one server or all.

    :raises UsageError: nothing is named, or what is named is not there or not known
    """
    if options.command:
        return [_from_command(options, root)]
    if options.gunicorn_conf is not None:
        conf = Path(root, options.gunicorn_conf)
        if not options.gunicorn_conf.startswith("python:") and not conf.is_file():
            raise UsageError(f"--gunicorn-conf {options.gunicorn_conf}: there is no such file in {root}")
        words = ["gunicorn", "-c", options.gunicorn_conf, *([options.target] if options.target else [])]
        origin = Origin("gunicorn-conf", options.gunicorn_conf)
        return [_launch("gunicorn-conf", origin, words, root)]
    if options.launches and (options.target is None or options.target in {one.name for one in options.launches}):
        return configured.launches(options.launches, root, options.target)
    if options.target is None:
        raise UsageError(
            "nothing to check: give a target (connexion-doctor app:app), a start command "
            "(connexion-doctor -- gunicorn app:app) or --gunicorn-conf PATH"
        )
    if options.server is not None:
        return [_from_server(options, root)]
    return candidates.launches(options.target, root, _launch)


def _from_command(options: Options, root: Path) -> Launch:
    if options.target is not None:
        raise UsageError(f"give either a target ({options.target}) or a start command behind --, not both")
    command = read(words_of(options.command))
    shown = " ".join(options.command[:6])
    if command.server is None:
        known = ", ".join(sorted(set(PROGRAMS)))
        raise UsageError(f"no server is started by {shown!r}; the doctor knows {known}")
    if command.server not in servers.NAMES:
        raise UsageError(f"{shown!r}: start commands of {command.server} cannot be checked yet")
    return Launch(
        "command", Origin("command-line"), command.server, str(root), command, environ=command.environ
    )


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
