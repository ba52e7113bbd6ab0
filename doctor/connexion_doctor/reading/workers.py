"""gunicorn workers that the project defines: what they are made of."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

from connexion_doctor.model import Interface, Raised, ServerFacts, Setting
from connexion_doctor.reading.state import Reading
from connexion_doctor.reading.unread import Unread
from connexion_doctor.reading.value_kinds import Unknown
from connexion_doctor.servers.static import UVICORN_WORKERS, by_name, with_worker

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


def computed(server: ServerFacts, reading: Reading) -> ServerFacts:
    """The server's facts, with what gunicorn's configuration file computes, or has from other modules."""
    told = server.details.get("unread_settings")
    unread = dict(told) if isinstance(told, dict) else {}
    worker = server.settings.get("worker_class")
    if worker is not None and worker.source == "file" and server.calls is Interface.UNKNOWN:
        unread.setdefault("worker_class", "")  # a name that is imported, taken for that of a class
    if not unread or server.config_file is None:
        return server
    module = reading.modules.module(Path(server.config_file), Path(server.config_file).stem)
    found: dict[str, object] = {}
    for name in unread if module is not None else ():
        try:
            assert module is not None
            found[name] = reading.objects.values.exported(module, name)
        except Unknown:
            continue
    plain = {name: one for name, one in found.items() if isinstance(one, str | int | list)}
    settings = {name: Setting(one, "file", str(one)) for name, one in plain.items()}
    left = {name: why for name, why in unread.items() if name not in settings and why}
    details = {**server.details, "unread_settings": left}
    return with_worker(replace(server, settings={**server.settings, **settings}, details=details))


def of_project(reading: Reading) -> ServerFacts:
    """The server's facts, with how a worker class of the project calls the app, by its base; one whose module
    nobody has is missing.

    :raises Unread: it changes what it calls
    """
    server, modules = reading.server, reading.modules
    worker = server.worker
    if worker is None or worker.calls is not Interface.UNKNOWN or "." not in worker.asked:
        return server
    name, _, attribute = worker.asked.rpartition(".")
    path = modules.file(name)
    top = name.partition(".")[0]
    if modules.is_nowhere(top):
        error = Raised("builtins.ModuleNotFoundError", f"No module named {top!r}", attributes={"name": top})
        return replace(server, worker=replace(worker, error=error))
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
