"""Reading a launch without its server: where that is not installed, or nothing may be run.

The report says when this was done. It knows literals only; what a configuration file computes stays
unknown.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from connexion_doctor.model import Interface, Launch, ServerFacts, Setting, WorkerFacts
from connexion_doctor.model.source import read_source
from connexion_doctor.servers.base import Server
from connexion_doctor.servers.option_table import scan

# gunicorn's own workers by the interface they call (gunicorn 27, gunicorn/workers/__init__.py).
WSGI_WORKERS = {"sync", "gthread", "gevent", "gevent_wsgi", "gevent_pywsgi", "eventlet", "tornado"}


INTERFACES = {
    "wsgi": Interface.WSGI,
    "asgi": Interface.ASGI3,
    "asginl": Interface.ASGI3,
    "asgi3": Interface.ASGI3,
    "asgi2": Interface.ASGI2,
    "rsgi": Interface.RSGI,
}


def read(server: Server, launch: Launch) -> ServerFacts:
    """What the words of the command, and literals of the configuration file, say."""
    own = server.read_statically(launch)
    if own is not None:
        return own
    command = launch.command
    texts = [word.text for word in command.words]
    options, positionals = scan(texts, command.arguments, server.static_options)
    settings = _of_environment(server, launch)
    settings |= {
        server.setting_of.get(option.name, option.name): _setting(option.value, "command")
        for option in options
    }
    target = texts[positionals[0]] if positionals else launch.target
    facts = ServerFacts(server.name, installed=False, stage="static", target=target, settings=settings)
    facts = replace(facts, usage_error="read without running anything")
    odd = _not_understood(texts[command.arguments :], [option.flag for option in options], positionals)
    if odd is not None and server.name not in SUBCOMMANDS:
        facts = replace(facts, details={"unread": odd})
    if server.name == "gunicorn":
        return _gunicorn(facts, launch)
    interface = settings.get("interface")
    calls = server.serves[0] if server.serves else Interface.UNKNOWN
    if interface is not None:
        calls = INTERFACES.get(interface.shown, calls)
    return replace(facts, calls=calls)


# Their first words are subcommands, scripts and what scripts are given.
SUBCOMMANDS = ("flask", "connexion", "python")


def _not_understood(words: Sequence[str], flags: Sequence[str], positionals: Sequence[int]) -> str | None:
    """What of the words is no option of the server's that is known here, in words."""
    known = set(flags)
    for word in words:
        flag = word.partition("=")[0]
        if word.startswith("--") and len(word) > 2 and flag not in known and word not in known:
            return f"the option {flag} is not known here"
    return "several words may name the app" if len(positionals) > 1 else None


# Variables that give a server its settings, each one of them (uvicorn's and granian's click options).
PREFIXES = {"uvicorn": "UVICORN_", "granian": "GRANIAN_"}


def _of_environment(server: Server, launch: Launch) -> dict[str, Setting]:
    """What the launch's own variables set."""
    if server.name == "gunicorn":
        try:
            words = shlex.split(launch.environ.get("GUNICORN_CMD_ARGS", ""))
        except ValueError:
            return {}
        options, _ = scan(words, 0, server.static_options)
        return {one.name: _setting(one.value, "environment") for one in options}
    prefix = PREFIXES.get(server.name)
    return {
        name.removeprefix(prefix).lower(): _setting(value, "environment")
        for name, value in launch.environ.items()
        if prefix is not None and name.startswith(prefix)
    }


def _setting(text: str | None, source: str) -> Setting:
    """An option that was given: a switch without a value, a number, a text."""
    value: object = True if text is None else int(text) if _is_number(text) else text
    return Setting(value, source, text if text is not None else "yes")


def _is_number(text: str) -> bool:
    """Whether a text is a number of a usual size: ``isdigit`` alone is true of what ``int`` does not read."""
    return text.isascii() and text.isdigit() and len(text) < 10


def _gunicorn(facts: ServerFacts, launch: Launch) -> ServerFacts:
    """The configuration file's literals under the command line's options, and the worker by name."""
    named = facts.settings.get("config")
    path = Path(launch.directory, named.shown if named is not None else "gunicorn.conf.py")
    source = read_source(path, str(path))
    settings = dict(facts.settings)
    if source is not None:
        facts = replace(facts, config_file=str(path))
        computed = [name for name, one in source.assignments.items() if name in KEYS and not one.is_literal]
        if computed or source.tree is None or _reads_more(source.tree):
            what = f"{computed[0]} is computed" if computed else "more than settings stands in it"
            facts = replace(facts, details={**facts.details, "unread": f"{path.name}: {what}"})
        for name, assigned in source.assignments.items():
            if assigned.is_literal:
                settings.setdefault(name, Setting(assigned.literal, "file", str(assigned.literal)))
    elif named is not None:
        missing = f"the configuration {named.shown} cannot be read"
        facts = replace(facts, details={**facts.details, "unread": missing})
    worker = settings.get("worker_class")
    asked = str(worker.value) if worker is not None else "sync"
    threads = settings.get("threads")
    if asked == "sync" and threads is not None and str(threads.value) not in ("1", "None"):
        asked = "gthread"
    wsgi_app = settings.get("wsgi_app")
    return replace(
        facts,
        settings=settings,
        target=facts.target or (str(wsgi_app.value) if wsgi_app is not None else None),
        worker=WorkerFacts(asked, calls=interface_of_worker(asked)),
        calls=interface_of_worker(asked),
    )


# Settings that decide what is called, and how.
KEYS = frozenset("worker_class wsgi_app chdir pythonpath raw_env preload_app threads paste".split())


def _reads_more(tree: ast.Module) -> bool:
    """Whether a configuration takes settings from somewhere else: a star import, names set by hand."""
    return any(
        (isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names))
        or (isinstance(node, ast.Name) and node.id in ("globals", "exec", "setattr", "locals"))
        for node in ast.walk(tree)
    )


UVICORN_WORKER = re.compile(r"(uvicorn\.workers|uvicorn_worker(\._workers)?)\.Uvicorn(H11)?Worker")


def interface_of_worker(worker: str) -> Interface:
    """How a worker class calls the app, by its name; unknown for what is not gunicorn's or uvicorn's."""
    own = re.fullmatch(r"gunicorn\.workers\.(sync|gthread|ggevent|gtornado)\.\w+", worker)
    if worker in WSGI_WORKERS or own is not None:
        return Interface.WSGI
    if worker in ("asgi", "gunicorn.workers.gasgi.ASGIWorker") or UVICORN_WORKER.fullmatch(worker):
        return Interface.ASGI3
    return Interface.UNKNOWN
