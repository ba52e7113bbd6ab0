"""Reading a launch without its server: where that is not installed, or nothing may be run.

The report says when this was done. It knows literals only; what a configuration file computes stays
unknown.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from connexion_doctor.model import Interface, Launch, ServerFacts, Setting, WorkerFacts
from connexion_doctor.model.source import read_source
from connexion_doctor.servers.base import Server
from connexion_doctor.servers.option_table import scan

# gunicorn's own workers by the interface they call (gunicorn 27, gunicorn/workers/__init__.py).
WSGI_WORKERS = {"sync", "gthread", "gevent", "gevent_wsgi", "gevent_pywsgi", "eventlet", "tornado"}


def read(server: Server, launch: Launch) -> ServerFacts:
    """What the words of the command, and literals of the configuration file, say."""
    own = server.read_statically(launch)
    if own is not None:
        return own
    command = launch.command
    texts = [word.text for word in command.words]
    options, positionals = scan(texts, command.arguments, server.static_options)
    settings = {
        option.name: Setting(
            option.value if option.value is not None else True, "command", option.value or "yes"
        )
        for option in options
    }
    target = texts[positionals[0]] if positionals else launch.target
    facts = ServerFacts(server.name, installed=False, stage="static", target=target, settings=settings)
    facts = replace(facts, usage_error="read without running anything")
    if server.name == "gunicorn":
        return _gunicorn(facts, launch)
    interface = settings.get("interface")
    calls = server.serves[0] if server.serves else Interface.UNKNOWN
    if interface is not None:
        calls = {"wsgi": Interface.WSGI, "asgi": Interface.ASGI3, "asgi3": Interface.ASGI3}.get(
            interface.shown, calls
        )
    return replace(facts, calls=calls)


def _gunicorn(facts: ServerFacts, launch: Launch) -> ServerFacts:
    """The configuration file's literals under the command line's options, and the worker by name."""
    named = facts.settings.get("config")
    path = Path(launch.directory, named.shown if named is not None else "gunicorn.conf.py")
    source = read_source(path, str(path))
    settings = dict(facts.settings)
    if source is not None:
        facts = replace(facts, config_file=str(path))
        for name, assigned in source.assignments.items():
            if assigned.is_literal:
                settings.setdefault(name, Setting(assigned.literal, "file", str(assigned.literal)))
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
        worker=WorkerFacts(asked, calls=_by_name(asked)),
        calls=_by_name(asked),
    )


def _by_name(worker: str) -> Interface:
    if worker in WSGI_WORKERS:
        return Interface.WSGI
    if worker == "asgi" or "uvicorn" in worker.lower():
        return Interface.ASGI3
    return Interface.UNKNOWN
