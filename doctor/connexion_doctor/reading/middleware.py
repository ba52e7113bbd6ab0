"""The middleware that the Connexion app is given, where it is called as WSGI."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.reading.apis import owner_of
from connexion_doctor.reading.chains import ReadApp, Where
from connexion_doctor.reading.objects import Objects

WSGI = "werkzeug.middleware."  # all that is below it


def wsgi_in_stack(app: ReadApp, objects: Objects) -> Iterator[str]:
    """The classes that ``add_middleware`` of the app is given, and that are called as WSGI."""
    modules = objects.modules
    for module in list(modules.modules):
        for use in module.calls:
            function, given = use.node.func, use.node.args[:1]
            if not isinstance(function, ast.Attribute) or function.attr != "add_middleware" or not given:
                continue
            where = Where(module, use.scope)
            name = modules.names.raw(given[0], module, use.scope) or ""
            if (modules.names.outside(name).startswith(WSGI) or _is_wsgi(name, objects)) and (
                owner_of(function.value, where, objects) is app.call
            ):
                yield modules.names.outside(name).rpartition(":")[2]


def _is_wsgi(name: str, objects: Objects) -> bool:
    """Whether objects of a class of the project are called with environ and start_response."""
    found = objects.modules.definition(name)
    node = found[1] if found is not None else None
    if not isinstance(node, ast.ClassDef):
        return False
    called = next((one for one in node.body if getattr(one, "name", "") == "__call__"), None)
    if not isinstance(called, ast.FunctionDef) or called.decorator_list:
        return False
    takes = called.args
    free = takes.vararg or takes.kwonlyargs or takes.defaults
    return not free and len([*takes.posonlyargs, *takes.args]) == 3
