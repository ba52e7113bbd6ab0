"""The middleware that the Connexion app is given: called as WSGI, or of a class that takes no app."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from connexion_doctor.model import Frame, Raised
from connexion_doctor.python.module import Function, Use
from connexion_doctor.reading.apis import owner_of
from connexion_doctor.reading.callables import misfit
from connexion_doctor.reading.chains import ReadApp, Where
from connexion_doctor.reading.libraries import Libraries
from connexion_doctor.reading.objects import Objects
from connexion_doctor.reading.operations import BUILD

WSGI = "werkzeug.middleware."  # all that is below it


def wsgi_in_stack(app: ReadApp, objects: Objects) -> Iterator[str]:
    """The classes that ``add_middleware`` of the app is given, and that are called as WSGI."""
    outside = objects.modules.names.outside
    for name, _ in _given(app, objects):
        own = _class(name, objects)
        if outside(name).startswith(WSGI) or own is not None and _is_wsgi(own):
            yield outside(name).rpartition(":")[2]


def misfit_in_stack(app: ReadApp, objects: Objects, libraries: Libraries) -> Raised | None:
    """What making one of the classes raises that do not take what ``add_middleware`` is given for them."""
    for name, use in _given(app, objects):
        own = _class(name, objects)
        made = _method(own, "__init__") if own is not None and not own.decorator_list else None
        found = ("", made) if made is not None else None
        if own is None:
            found = libraries.parameters(objects.modules.names.outside(name), "", objects.major)
        options = [one for one in use.node.keywords if one.arg not in ("position", "middleware_class")]
        call = ast.Call(use.node.func, [ast.Constant(None)], options)
        wrong = misfit(found[1], call, method=True) if found is not None else None
        spoken = name.rpartition(".")[2].rpartition(":")[2]
        says = f"{spoken}.__init__() {wrong}" if wrong is not None else ""
        if name.rpartition(".")[2] == "object" or own is not None and made is None and _takes_nothing(own):
            says = f"{spoken}() takes no arguments"
        if says:
            frame = Frame(str(objects.modules.root / use.module.path), use.node.lineno, BUILD)
            return Raised("builtins.TypeError", says, (frame,))
    return None


def _given(app: ReadApp, objects: Objects) -> Iterator[tuple[str, Use[ast.Call]]]:
    """What ``add_middleware`` of the app is given first, by its name, and the call."""
    modules = objects.modules
    for module in list(modules.modules):
        for use in module.calls:
            function, given = use.node.func, use.node.args[:1]
            if not isinstance(function, ast.Attribute) or function.attr != "add_middleware" or not given:
                continue
            if owner_of(function.value, Where(module, use.scope), objects) is app.call:
                name = modules.names.raw(given[0], module, use.scope)
                written = given[0].id if isinstance(given[0], ast.Name) else ""
                yield name or written, use


def _class(name: str, objects: Objects) -> ast.ClassDef | None:
    found = objects.modules.definition(name)
    return found[1] if found is not None and isinstance(found[1], ast.ClassDef) else None


def _method(node: ast.ClassDef, name: str) -> Function | None:
    methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
    return next((one for one in reversed(methods) if one.name == name), None)


def _takes_nothing(node: ast.ClassDef) -> bool:
    """Whether nobody says how objects of a class without ``__init__`` are made."""
    free = _method(node, "__new__") is None and not node.bases
    return free and not node.keywords and not node.decorator_list


def _is_wsgi(node: ast.ClassDef) -> bool:
    """Whether objects of a class of the project are called with environ and start_response."""
    called = _method(node, "__call__")
    if not isinstance(called, ast.FunctionDef) or called.decorator_list:
        return False
    takes = called.args
    free = takes.vararg or takes.kwonlyargs or takes.defaults
    return not free and len([*takes.posonlyargs, *takes.args]) == 3
