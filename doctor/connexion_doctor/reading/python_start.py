"""Python that starts a server itself: which call does it, with which app, and how that app is called."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from connexion_doctor.model import Interface, Launch, Location
from connexion_doctor.python.module import Module, Scope
from connexion_doctor.python.nodes import argument
from connexion_doctor.python.starts import CALLS, PythonStart, starts_of
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.objects import Chain, Objects, Unread

# What each start calls (``python.starts.CALLS``); the others are not read.
INTERFACES = {
    "uvicorn.run": Interface.ASGI3,
    "hypercorn.serve": Interface.ASGI3,
    "waitress.serve": Interface.WSGI,
    "gevent.WSGIServer": Interface.WSGI,
    "werkzeug.run_simple": Interface.WSGI,
    "wsgiref.make_server": Interface.WSGI,
    "bjoern.run": Interface.WSGI,
    "cheroot.Server": Interface.WSGI,
    "eventlet.wsgi.server": Interface.WSGI,
}


@dataclass(frozen=True)
class Start:
    """The call that starts a server, and the file it stands in."""

    module: Module
    start: PythonStart

    @property
    def described(self) -> str:
        """The app as it is written."""
        return self.start.object or self.start.target or "app"


def find(launch: Launch, modules: LaunchModules) -> Start:
    """The one start that running the launch's Python reaches.

    :raises Unread: there is none, or there are several
    """
    path, name = _file(launch, modules)
    module = modules.module(path, name) if path is not None else None
    if module is None:
        raise Unread("the Python that is run is not in this project")
    found = starts_of(module)
    line = launch.options.get("line")
    words = [word.text for word in launch.command.words[launch.command.arguments :]]
    behind = [word for word in words[1:] if not word.startswith("-")]
    reached = [one for one in found.reached(None, behind[0] if behind else None) if not one.words]
    if line is not None and not reached:
        reached = [one for one in found.starts if str(one.line) == line]
    if len(reached) != 1:
        raise Unread(f"which server {module.path} starts cannot be read", Location(module.path, 1))
    return Start(module, reached[0])


def _file(launch: Launch, modules: LaunchModules) -> tuple[Path | None, str]:
    named = launch.options.get("file")
    if named is not None and "run" not in launch.options:
        path = modules.root / named
        return (path if path.is_file() else None), Path(named).stem
    words = [word.text for word in launch.command.words[launch.command.arguments :]]
    if "entry" in launch.options:
        raise Unread("what a console script starts is not read")
    if "-m" in words[:-1]:
        module = words[words.index("-m") + 1]
        return modules.file(f"{module}.__main__") or modules.file(module), f"{module}.__main__"
    script = next((word for word in words if not word.startswith("-")), None)
    if script is None or not Path(launch.directory, script).is_file():
        return None, ""
    file = Path(launch.directory, script)
    modules.folders.insert(0, file.parent.resolve())
    return file, file.stem


def app_of(start: Start, objects: Objects, modules: LaunchModules) -> Chain:
    """The app that is started.

    :raises Unread: it cannot be known
    """
    at = Location(start.module.path, start.start.line)
    if start.start.target is not None:
        name, _, attribute = start.start.target.partition(":")
        file = modules.file(name)
        module = modules.module(file, name) if file is not None else None
        if module is None or not attribute:
            raise Unread(f"the import string {start.start.target} leads to no module of this project", at)
        try:
            return objects.named(module, attribute)
        except KeyError:
            raise Unread(f"{module.path} has no {attribute}", at) from None
    for use in start.module.calls:
        place = start.module.location(use.node)
        if (place.line, place.column) == (start.start.line, start.start.column):
            return _given(use.node, use.scope, start, objects)
    raise Unread("the app that is started cannot be read", at)


def _given(node: object, scope: Scope, start: Start, objects: Objects) -> Chain:
    assert isinstance(node, ast.Call)
    if start.start.what == "app.run" and isinstance(node.func, ast.Attribute):
        return objects.value(node.func.value, start.module, scope)
    places = [(index, keyword) for what, index, keyword in CALLS.values() if what == start.start.what]
    for index, keyword in places:
        given = argument(node, index, keyword)
        if given is not None:
            return objects.value(given, start.module, scope)
    raise Unread("the app that is started cannot be read", Location(start.module.path, start.start.line))


def calls(start: Start, chain: Chain, major: int) -> tuple[Interface, str]:
    """How the start calls its app, and its name in messages."""
    what = start.start.what
    outer = chain.layers[0] if chain.layers else None
    if what == "app.run" and outer is not None:
        if outer.role == "connexion":
            if set(start.start.keywords) - {"port", "host", "log_level", "reload", "workers"} and major == 3:
                raise Unread("whether run(...) takes its arguments is not read", _at(start))
            return outer.interface, "app.run"
        return Interface.WSGI, "werkzeug's run_simple"
    if what not in INTERFACES or "interface" in start.start.keywords or "factory" in start.start.keywords:
        raise Unread(f"how {what} calls the app is not read", _at(start))
    return INTERFACES[what], what


def _at(start: Start) -> Location:
    return Location(start.module.path, start.start.line)
