"""The target as its server would read it: the module, the name in it, and whether the name is called."""

from __future__ import annotations

import ast
import os
from pathlib import Path

from connexion_doctor import servers
from connexion_doctor.foundation import late
from connexion_doctor.foundation.late import dataclass
from connexion_doctor.model import Launch, ServerFacts
from connexion_doctor.reading.modules import LaunchModules
from connexion_doctor.reading.unread import Unread

WAITRESS = late.pattern(r"\w+(\.\w+)*:\w+(\.\w+)*")  # waitress/runner.py and pkgutil.resolve_name


@dataclass(frozen=True)
class Target:
    """Where a server would find its app: a module's file and the name in it. ``calls`` says that the server
    calls what the name stands for, with the arguments of ``call``; ``readable`` that its grammar lets the
    target be; ``mode`` is hypercorn's ``asgi`` or ``wsgi`` in front of it."""

    text: str
    module: str
    attribute: str
    file: Path | None
    calls: bool = False
    call: ast.Call | None = None
    readable: bool = True
    mode: str = ""


def target_of(launch: Launch, facts: ServerFacts, modules: LaunchModules) -> Target:
    """The target of a launch.

    :raises Unread: it cannot be known
    """
    told = facts.details.get("unread")
    if isinstance(told, str):
        raise Unread(told)  # what is taken for the target may be something else
    text = facts.target
    if not text or "$" in text:
        raise Unread("which app is served cannot be read")
    server = servers.get(launch.server)
    mode, rest = "", text
    if launch.server == "hypercorn" and text.count(":") == 2:
        mode, _, rest = text.partition(":")
    module, colon, attribute = rest.partition(":")
    named = facts.settings.get("callable")
    if launch.server == "uwsgi" and not colon and named is not None:
        colon, attribute = ":", named.shown
    if launch.server == "waitress" and not WAITRESS.fullmatch(text):
        return _unreadable(text, module, attribute, modules, launch)
    if not colon or (not attribute and launch.server in ("uvicorn", "daphne")):
        if launch.server in ("mod_wsgi", "passenger"):
            return Target(text, *_module(module, modules, launch, "application"))
        if server.default_attribute is None:
            if launch.server in ("uvicorn", "daphne", "waitress"):
                return _unreadable(text, module, attribute, modules, launch)
            raise Unread(f"which object of {text} is served cannot be read")
        attribute = server.default_attribute
    elif not attribute:
        return _unreadable(text, module, attribute, modules, launch)
    calls = "factory" in facts.settings or "call" in facts.settings or launch.options.get("factory") == "true"
    name, call = attribute, None
    if "(" in attribute:
        if not server.calls_factory:
            return _unreadable(text, module, attribute, modules, launch)
        call = _call(attribute)
        if call is None:
            raise Unread(f"the target {text} cannot be read")
        name, calls = ast.unparse(call.func), True
    dotted = all(part.isidentifier() for part in name.split("."))
    if not dotted or launch.server == "gunicorn" and "." in name:
        return _unreadable(text, module, attribute, modules, launch)
    return Target(text, *_module(module, modules, launch, name), calls, call, True, mode)


def _module(module: str, modules: LaunchModules, launch: Launch, name: str) -> tuple[str, str, Path | None]:
    """The module's name, the name in it, the file."""
    if launch.server == "granian" and (module.endswith(".py") or "/" in module):
        file = Path(launch.directory, module).with_suffix(".py")
        return in_package(file), name, file if os.path.isfile(file) else None
    by_path = launch.server in ("uwsgi", "hypercorn", "mod_wsgi", "passenger", "unit")
    suffixes = (".py",) if launch.server == "hypercorn" else (".py", ".wsgi")
    if by_path and (module.endswith(suffixes) or "/" in module):
        file = Path(launch.directory, module)
        if not file.suffix:
            file = file.with_suffix(".py")
        there = os.path.isfile(file)
        if there or launch.server == "mod_wsgi" or file.suffix == ".py" or "/" in module:
            return Path(module).stem, name, file if there else None
    return module, name, modules.file(module)


def in_package(file: Path) -> str:
    """The dotted name of a module by its file: from outside of the packages that it lies in
    (``granian._internal.prepare_import``)."""
    name, folder = file.stem, file.parent
    if name == "__init__":
        name, folder = folder.name, folder.parent
    while os.path.isfile(folder / "__init__.py"):
        name, folder = f"{folder.name}.{name}", folder.parent
    return name


def _unreadable(text: str, module: str, attribute: str, modules: LaunchModules, launch: Launch) -> Target:
    """A target that its server cannot read: it says so once the module is loaded, or before."""
    return Target(text, module, attribute, modules.file(module), readable=False)


def _call(attribute: str) -> ast.Call | None:
    """``name(...)`` with literal arguments."""
    try:
        node = ast.parse(attribute, mode="eval").body
    except SyntaxError:
        return None
    return node if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
