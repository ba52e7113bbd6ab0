"""gunicorn's worker class, read: classes of the project by their bases, the others by what is installed or
asked for."""

from __future__ import annotations

import ast
from dataclasses import replace

from connexion_doctor.model import Interface, Raised, ServerFacts, WorkerFacts
from connexion_doctor.python.nodes import name_of
from connexion_doctor.reading.imports import brings
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.objects import Unread
from connexion_doctor.reading.versions import Versions
from connexion_doctor.servers.static import interface_of_worker

FIRST_WITHOUT_PKG_RESOURCES = 21  # gunicorn/util.py of 20.1 imports it
FIRST_ASGI = 24  # gunicorn's own asgi worker (gunicorn's news, 24.0.0)
PACKAGES = {
    "uvicorn_worker": "uvicorn-worker",
    "uvicorn": "uvicorn",
    "gevent": "gevent",
    "eventlet": "eventlet",
}


def resolved(server: ServerFacts, modules: LaunchModules, versions: Versions) -> ServerFacts:
    """The server's facts with the worker as it would be found.

    :raises Unread: whether it is there is not known
    """
    worker = server.worker
    if worker is None:
        return server
    asked = worker.asked
    if worker.calls is Interface.UNKNOWN and "." in asked:
        worker = _of_project(worker, modules)
    module = asked.partition(".")[0]
    package = PACKAGES.get(module)
    if package is not None and versions.lacks(package):
        message = f"No module named {module!r}"
        error = Raised("builtins.ModuleNotFoundError", message, attributes={"name": module})
        worker = replace(worker, error=error)
    elif package is not None and not versions.asks_for(package):
        raise Unread(f"no requirement asks for {package}, which the worker {asked} is of")
    gunicorn = versions.major_of("gunicorn")
    if asked == "asgi" and gunicorn is not None and gunicorn < FIRST_ASGI:
        message = "Entry point ('gunicorn.workers', 'asgi') not found"
        worker = replace(worker, error=Raised("builtins.ImportError", message))
    if worker.calls is Interface.UNKNOWN and worker.error is None:
        raise Unread(f"how gunicorn's worker {asked} calls the app cannot be read")
    if (
        gunicorn is not None
        and gunicorn < FIRST_WITHOUT_PKG_RESOURCES
        and not brings("pkg_resources", versions)
    ):
        raise Unread(
            f"gunicorn {gunicorn} imports pkg_resources, which newer versions of setuptools do not have"
        )
    version = (versions.packages or {}).get("gunicorn")
    return replace(server, worker=worker, calls=worker.calls, version=version)


def _of_project(worker: WorkerFacts, modules: LaunchModules) -> WorkerFacts:
    """A worker class of the project: called as the class that it extends."""
    name, _, attribute = worker.asked.rpartition(".")
    path = modules.file(name)
    module = modules.module(path, name) if path is not None else None
    if module is None:
        return worker
    base = modules.names.base(f"@{module.path}:{attribute}")
    bindings = module.scope.bindings.get(attribute, [])
    own = bindings[-1].node if bindings and isinstance(bindings[-1].node, ast.ClassDef) else None
    if base is None or own is None or not all(_harmless(one) for one in own.body):
        return worker  # what it does with the app is not read
    return replace(worker, calls=interface_of_worker(base), bases=(base,))


# What ``CONFIG_KWARGS`` hands to uvicorn without changing what is called.
PLAIN = frozenset(
    "lifespan loop http ws proxy_headers forwarded_allow_ips log_level access_log root_path".split()
)


def _harmless(statement: ast.stmt) -> bool:
    """Whether a statement of a worker's class leaves alone how the app is called."""
    if isinstance(statement, ast.Pass) or isinstance(getattr(statement, "value", None), ast.Constant):
        return True
    value = statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None
    return isinstance(value, ast.Dict) and all(
        isinstance(key, ast.Constant) and key.value in PLAIN
        if key is not None
        else name_of(inside).endswith(".CONFIG_KWARGS")
        for key, inside in zip(value.keys, value.values, strict=True)
    )
