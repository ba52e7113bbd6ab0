"""gunicorn workers that the project defines: what they are made of."""

from __future__ import annotations

import ast
from dataclasses import replace

from connexion_doctor.model import Interface, ServerFacts
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.state import Reading
from connexion_doctor.reading.unread import Unread
from connexion_doctor.servers.static import UVICORN_WORKERS, by_name

DECIDING = ("factory", "interface")  # of uvicorn's settings, those that change what the worker calls


LOGGERS = ("gunicorn.glogging.Logger", "gunicorn.instrument.statsd.Statsd")


def is_logger(name: str, reading: Reading) -> bool:
    """Whether a name is that of a class that writes gunicorn's log: its own, or one of the project that
    extends it, whose module can be loaded."""
    modules = reading.modules
    dotted, _, attribute = name.rpartition(".")
    path = modules.file(dotted) if dotted else None
    module = modules.module(path, dotted) if path is not None else None
    reference = modules.names.exported(module.path, attribute) if module is not None else None
    base = modules.names.base(reference) if reference is not None else None
    if module is None or base is None:
        return name in LOGGERS
    return base in LOGGERS and not list(reading.imports.loaded(module))


def of_project(server: ServerFacts, modules: LaunchModules) -> ServerFacts:
    """The server's facts, with how a worker class of the project calls the app, by its base.

    :raises Unread: it changes what it calls
    """
    worker = server.worker
    if worker is None or worker.calls is not Interface.UNKNOWN or "." not in worker.asked:
        return server
    name, _, attribute = worker.asked.rpartition(".")
    path = modules.file(name)
    module = modules.module(path, name) if path is not None else None
    reference = modules.names.exported(module.path, attribute) if module is not None else None
    found = modules.definition(reference)
    base = modules.names.base(reference) if reference is not None and found is not None else None
    if found is None or base is None or not isinstance(found[1], ast.ClassDef):
        return server
    owner, node, _ = found
    for keyword in ast.walk(node):
        if isinstance(keyword, ast.Constant) and keyword.value in DECIDING:
            raise Unread(f"{node.name} sets {keyword.value} for itself", owner.location(node))
    if any(isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) for one in node.body):
        names = {getattr(one, "name", "") for one in node.body}
        if names & {"handle_request", "handle", "run", "init_process", "load_wsgi", "__init__", "_serve"}:
            raise Unread(f"{node.name} has a {sorted(names)[0]} of its own", owner.location(node))
    guesses = base.startswith(UVICORN_WORKERS)
    return replace(server, worker=replace(worker, calls=by_name(base), guesses=guesses))
